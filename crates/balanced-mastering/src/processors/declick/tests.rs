//! Clicks are taken out; what merely resembles them is left alone.

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_testkit::allocations::count;
use balanced_testkit::corpus::{Player, Version};
use balanced_testkit::mixes::HardMix;

use super::*;
use crate::processors::lined_up::lined_up;

const RATE_HZ: f64 = 44_100.0;

/// Output lined up with `input`, in blocks of `frames`.
fn run(input: &PlanarBuffer, frames: usize) -> PlanarBuffer {
    lined_up(&ProcessorSpec::Declick(DeclickSpec::default()), RATE_HZ, input, frames)
}

fn changed(a: &PlanarBuffer, b: &PlanarBuffer) -> usize {
    let differ = |channel: usize| a.channel(channel).iter().zip(b.channel(channel)).filter(|(x, y)| x != y).count();
    (0..a.channels()).map(differ).sum()
}

fn error(a: &PlanarBuffer, b: &PlanarBuffer) -> f64 {
    let pairs = (0..a.channels()).flat_map(|channel| a.channel(channel).iter().zip(b.channel(channel)));
    pairs.map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt()
}

#[test]
fn clicks_on_music_are_taken_out_and_nothing_else_is_touched() {
    let (mut taken, mut clicks) = (0, 0);
    for player in Player::all() {
        let clean = player.render(RATE_HZ, 6.0, 3);
        let mut clicked = clean.clone();
        let places = [40_003, 101_777, 160_500, 222_222];
        for (n, place) in places.into_iter().enumerate() {
            for sample in &mut clicked.channel_mut(n % 2)[place..place + 2] {
                *sample += if n < 2 { 0.5 } else { -0.5 };
            }
        }
        let output = run(&clicked, 4096);
        clicks += places.len();
        taken += places
            .iter()
            .enumerate()
            .filter(|(n, place)| output.channel(n % 2)[**place] != clicked.channel(n % 2)[**place])
            .count();
        for (n, place) in places.into_iter().enumerate() {
            let (before, after) = (clicked.channel(n % 2), output.channel(n % 2));
            if after[place] != before[place] {
                let left = (after[place] - clean.channel(n % 2)[place]).abs();
                assert!(left < 0.25, "{}: {left} of a click of 0.5 is left", player.name());
            }
        }
        assert!(changed(&clicked, &output) <= 12 * places.len(), "{}", player.name());
    }
    assert!(10 * taken >= 8 * clicks, "{taken} of {clicks} clicks");
}

#[test]
fn clean_music_passes_bit_by_bit() {
    for player in Player::all() {
        let take = player.render(RATE_HZ, 5.0, 11);
        for version in [Version::AsIs, Version::Rounded, Version::Limited] {
            let (audio, _) = version.of(&take, RATE_HZ, 1);
            assert_eq!(changed(&audio, &run(&audio, 1024)), 0, "{} {version:?}", player.name());
        }
    }
}

#[test]
fn difficult_mixes_pass_bit_by_bit() {
    for mix in HardMix::ALL {
        let audio = mix.render(RATE_HZ, 5.0);
        assert_eq!(changed(&audio, &run(&audio, 1024)), 0, "{}", mix.name());
    }
}

#[test]
fn square_waves_and_single_drums_pass_bit_by_bit() {
    let square =
        |hz: f64| (0..88_200).map(move |n| if (f64::from(n) * hz / RATE_HZ).fract() < 0.5 { 0.4 } else { -0.4 });
    let mut random = balanced_dsp::Random::new(3, 0);
    let mut noise = || random.bits() as f64 / u64::MAX as f64 - 0.5;
    let drum: Vec<f64> = (0..88_200)
        .map(|n: i32| if n < 40_000 { 1e-3 * noise() } else { noise() * (-f64::from(n - 40_000) / 3_000.0).exp() })
        .collect();
    for samples in [square(41.0).collect(), square(440.0).collect(), square(3_000.0).collect(), drum] {
        let samples: Vec<f64> = samples;
        let audio = PlanarBuffer::from_channels(&[samples]);
        assert_eq!(changed(&audio, &run(&audio, 1024)), 0);
    }
}

#[test]
fn a_lone_absurd_sample_is_taken_out_whatever_its_size() {
    let clean = Player::all().next().unwrap().render(RATE_HZ, 4.0, 5);
    for size in [3.0, 1e3, 1e6, 1e9] {
        let mut hit = clean.clone();
        hit.channel_mut(0)[90_000] = size;
        let output = run(&hit, 512);
        assert!(error(&output, &clean) < 0.1, "{size}: {}", error(&output, &clean));
    }
}

#[test]
fn repairs_do_not_allocate_and_do_not_depend_on_blocks() {
    let mut audio = Player::all().next().unwrap().render(RATE_HZ, 2.0, 5);
    [20_000, 50_000].into_iter().for_each(|place| audio.channel_mut(1)[place] += 0.7);
    let whole = run(&audio, audio.frames());
    assert!(changed(&audio, &whole) > 0);
    for frames in [1, 63, 1000] {
        assert_eq!(changed(&run(&audio, frames), &whole), 0, "{frames}");
    }
    let format = StreamFormat::new(RATE_HZ, 2);
    let mut processor = ProcessorSpec::Declick(DeclickSpec::default()).build(&format).unwrap();
    assert_eq!(count(|| processor.process(&mut audio.block_mut())), 0);
}
