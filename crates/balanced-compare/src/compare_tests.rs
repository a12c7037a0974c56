//! Comparisons of synthetic recordings whose relation is known.

use super::*;
use crate::audio::Memory;
use crate::fingerprint::Fingerprinter;
use crate::testing::noise;

const RATE_HZ: f64 = 16_000.0;

/// Music of a kind: chords of decaying partials with a new pitch set each third of a second, and a little noise; two channels.
fn music(seconds: f64, seed: u64) -> Vec<Vec<f64>> {
    let frames = (seconds * RATE_HZ) as usize;
    let draws = noise(8 * (seconds * 3.0) as usize + 16, seed);
    let hiss = noise(2 * frames, seed + 99);
    let mut channels = vec![vec![0.0; frames]; 2];
    for (note, draw) in draws.chunks_exact(8).enumerate() {
        let start = (note as f64 * RATE_HZ / 3.0) as usize;
        for (voice, x) in draw.iter().enumerate().take(4) {
            let hz = 110.0 * 2f64.powf(((x + 1.0) * 18.0).round() / 12.0);
            let pan = 0.5 + 0.4 * draw[4 + voice];
            for n in start..(start + 8000).min(frames) {
                let t = (n - start) as f64 / RATE_HZ;
                let tone =
                    (1..5).map(|h| (std::f64::consts::TAU * hz * f64::from(h) * t).sin() / f64::from(h)).sum::<f64>();
                let value = 0.05 * tone * (-6.0 * t).exp();
                channels[0][n] += pan * value;
                channels[1][n] += (1.0 - pan) * value;
            }
        }
    }
    for (c, channel) in channels.iter_mut().enumerate() {
        channel.iter_mut().zip(&hiss[c * frames..]).for_each(|(x, noise)| *x += 0.002 * noise);
    }
    channels
}

fn items(audio: &Memory, count: usize) -> Vec<u32> {
    let mut fingerprinter = Fingerprinter::new(RATE_HZ, count).unwrap();
    let views: Vec<&[f64]> = audio.0.iter().take(count).map(Vec::as_slice).collect();
    fingerprinter.push(&views);
    fingerprinter.finish().items
}

fn compared(a: Vec<Vec<f64>>, b: Vec<Vec<f64>>) -> Compared {
    let (a, b) = (Memory(a), Memory(b));
    let (all, first) = ([items(&a, 2), items(&b, 2)], [items(&a, 1), items(&b, 1)]);
    let pair = Pair {
        a: &a,
        b: &b,
        sample_rate_hz: RATE_HZ,
        items: [&all[0], &all[1]],
        first_items: [&first[0], &first[1]],
        is_untouched: true,
    };
    compare(&pair).unwrap()
}

fn each(audio: &[Vec<f64>], change: impl Fn(&[f64]) -> Vec<f64>) -> Vec<Vec<f64>> {
    audio.iter().map(|channel| change(channel)).collect()
}

fn seconds(from: f64, to: f64) -> std::ops::Range<usize> {
    (from * RATE_HZ) as usize..(to * RATE_HZ) as usize
}

#[test]
fn the_same_samples_are_identical() {
    let a = music(20.0, 1);
    let found = compared(a.clone(), a);
    assert_eq!(found.verdict, Verdict::Identical, "{found:?}");
    assert!(found.edits.is_empty() && found.residual.unwrap().level_db.is_none());
}

#[test]
fn delay_polarity_and_swapped_channels_are_undone() {
    let a = music(20.0, 2);
    let delayed = |channel: &[f64]| [vec![0.0; 4_321], channel.iter().map(|x| -0.5 * x).collect()].concat();
    let mut b = each(&a, delayed);
    b.swap(0, 1);
    let found = compared(a, b);
    let alignment = found.alignment.unwrap();
    assert_eq!(found.verdict, Verdict::SameAudio, "{alignment:?} {:?}", found.edits);
    assert_eq!((alignment.offset_frames, alignment.channels_swapped), (-4321.0, true));
    assert_eq!(alignment.polarity, [-1, -1]);
    let residual = found.residual.unwrap();
    assert!((residual.gain_db + 6.0206).abs() < 1e-3 && residual.level_db.is_none_or(|db| db < -120.0));
}

#[test]
fn one_inverted_channel_is_told() {
    let a = music(20.0, 3);
    let b = vec![a[0].clone(), a[1].iter().map(|x| -x).collect()];
    let found = compared(a, b);
    assert_eq!(found.alignment.unwrap().polarity, [1, -1]);
    assert_eq!(found.verdict, Verdict::SameAudio);
    // Inverted in every sample, it is no longer identical.
    let a = music(20.0, 3);
    let b = each(&a, |x| x.iter().map(|x| -x).collect());
    assert_eq!(compared(a, b).verdict, Verdict::SameAudio);
}

#[test]
fn other_music_is_different() {
    let found = compared(music(20.0, 4), music(20.0, 5));
    assert_eq!((found.verdict, found.alignment), (Verdict::Different, None));
}

#[test]
fn edits_are_found_where_they_are() {
    let a = music(60.0, 6);
    let other = music(5.0, 7);
    // A cut of 8 s, an insertion of 5 s, and the end moved.
    let b: Vec<Vec<f64>> = (0..2)
        .map(|c| {
            let piece = |range: std::ops::Range<usize>| a[c][range].to_vec();
            [piece(seconds(0.0, 12.0)), piece(seconds(20.0, 30.0)), other[c].clone(), piece(seconds(30.0, 60.0))]
                .concat()
        })
        .collect();
    let found = compared(a, b);
    assert_eq!(found.verdict, Verdict::Edited);
    let cut = found.edits.iter().find(|edit| edit.kind == EditKind::Cut).expect("a cut");
    let near = |range: Option<[f64; 2]>, from: f64, to: f64| {
        range.is_some_and(|[start, end]| (start - from).abs() < 0.1 && (end - to).abs() < 0.1)
    };
    assert!(near(cut.a_range_s, 12.0, 20.0), "{:?}", found.edits);
    let inserted = found.edits.iter().find(|edit| edit.kind == EditKind::Inserted).expect("an insertion");
    assert!(near(inserted.b_range_s, 22.0, 27.0), "{:?}", found.edits);
    assert_eq!(found.edits.len(), 2, "{:?}", found.edits);
}

#[test]
fn a_moved_piece_and_a_changed_gain_are_told() {
    let a = music(60.0, 8);
    let moved = each(&a, |x| {
        [&x[seconds(0.0, 15.0)], &x[seconds(40.0, 52.0)], &x[seconds(15.0, 40.0)], &x[seconds(52.0, 60.0)]].concat()
    });
    let found = compared(a.clone(), moved);
    let kinds: Vec<_> = found.edits.iter().map(|edit| edit.kind).collect();
    assert_eq!(kinds, [EditKind::Moved], "{:?}", found.edits);
    let louder = each(&a, |x| {
        let mut x = x.to_vec();
        x[seconds(20.0, 30.0)].iter_mut().for_each(|x| *x *= 2.0);
        x
    });
    let found = compared(a, louder);
    let [edit] = &found.edits[..] else { panic!("{:?}", found.edits) };
    assert_eq!(edit.kind, EditKind::GainChanged);
    assert!((edit.gain_db.unwrap() - 6.02).abs() < 0.1 && (edit.b_range_s.unwrap()[0] - 20.0).abs() < 1.01);
}

#[test]
fn a_muted_second_is_replaced_by_silence() {
    let a = music(30.0, 9);
    let b = each(&a, |x| {
        let mut x = x.to_vec();
        x[seconds(12.0, 13.0)].fill(0.0);
        x
    });
    let found = compared(a, b);
    let [edit] = &found.edits[..] else { panic!("{:?}", found.edits) };
    assert!(edit.kind == EditKind::Replaced && edit.is_silent);
    assert!((edit.b_range_s.unwrap()[0] - 12.0).abs() < 0.1 && (edit.b_range_s.unwrap()[1] - 13.0).abs() < 0.1);
    assert_eq!(found.verdict, Verdict::Edited);
}

#[test]
fn saturation_is_told_from_filtering() {
    let a = music(30.0, 10);
    let filtered = each(&a, |x| x.windows(2).map(|pair| pair[0] + 0.5 * pair[1]).collect());
    let found = compared(a.clone(), filtered);
    assert_eq!(found.verdict, Verdict::SameRecordingProcessed);
    let linear = found.residual.unwrap();
    assert!(linear.level_db.unwrap() > -35.0 && linear.nonlinear_db.unwrap() < -45.0, "{linear:?}");
    let saturated = each(&a, |x| x.iter().map(|x| (20.0 * x).tanh() / 20.0).collect());
    let found = compared(a, saturated).residual.unwrap();
    assert!(found.nonlinear_db.unwrap() > -40.0, "{found:?}");
}

#[test]
fn a_short_excerpt_is_found_and_silence_is_not() {
    let a = music(20.0, 11);
    let b = each(&a, |x| x[seconds(7.0, 9.0)].to_vec());
    let found = compared(a.clone(), b);
    assert!((found.alignment.expect("found").offset_s - 7.0).abs() < 1e-6);
    assert_eq!(found.verdict, Verdict::Edited);
    let found = compared(a, vec![vec![0.0; 16_000]; 2]);
    assert_eq!(found.verdict, Verdict::Different);
}

#[test]
fn bass_that_a_master_turned_is_no_edit_and_a_muted_second_beside_it_is() {
    let a = music(20.0, 31);
    // A bass four times as loud as all else, in antiphase in A and in phase in B.
    let bass = |n: usize| 0.4 * (std::f64::consts::TAU * 55.0 * n as f64 / RATE_HZ).sin();
    let with_bass = |signs: [f64; 2]| {
        let channels = a.iter().zip(signs);
        channels
            .map(|(x, sign)| x.iter().enumerate().map(|(n, x)| x + sign * bass(n)).collect())
            .collect::<Vec<Vec<f64>>>()
    };
    let (turned, mut straight) = (with_bass([1.0, -1.0]), with_bass([1.0, 1.0]));
    let found = compared(turned.clone(), straight.clone());
    assert_eq!((found.verdict, found.edits.len()), (Verdict::SameRecordingProcessed, 0), "{:?}", found.edits);
    straight.iter_mut().for_each(|channel| channel[seconds(9.0, 10.0)].fill(0.0));
    let found = compared(turned, straight);
    assert_eq!((found.verdict, found.edits.len()), (Verdict::Edited, 1), "{:?}", found.edits);
    let [from_s, to_s] = found.edits[0].b_range_s.unwrap();
    assert!((from_s - 9.0).abs() < 0.06 && (to_s - 10.0).abs() < 0.06, "{:?}", found.edits);
}
