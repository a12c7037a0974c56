//! The parts of a recording that become files.

use std::ops::Range;

use super::RepairOptions;
use super::silence::Silence;
use crate::Error;

/// Most pieces of one recording.
const MOST: usize = 999;
/// Longest fade at an edge that was cut into audio under the threshold.
const FADE_S: f64 = 0.01;

/// One part of a recording, in frames of the input.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) kept: Range<u64>,
    /// Seconds of the fades at edges that were cut; 0 at the ends of the input.
    pub(super) fade_in_s: f64,
    pub(super) fade_out_s: f64,
}

impl Piece {
    pub(super) fn whole(frames: u64) -> Self {
        Self { kept: 0..frames, fade_in_s: 0.0, fade_out_s: 0.0 }
    }
}

/// Cuts a recording of `frames` frames at its silences, as the options ask for.
pub(super) fn cut(
    silence: &Silence,
    frames: u64,
    rate_hz: f64,
    options: &RepairOptions<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<Piece>, Error> {
    let sounds = if options.split_at_silence {
        let shortest = (options.shortest_s * rate_hz).round() as u64;
        let (sounds, joined) = join_short(&silence.sounds, shortest);
        if joined > 0 {
            let shortest_s = options.shortest_s;
            notes.push(format!("{joined} sounds of under {shortest_s} s were left with a neighbour"));
        }
        sounds
    } else {
        let all = silence.sounds.first().zip(silence.sounds.last());
        all.map(|(first, last)| first.start..last.end).into_iter().collect()
    };
    if sounds.len() > MOST {
        let problem = format!("the recording falls into {} pieces, and {MOST} are made at most", sounds.len());
        return Err(Error::settings(problem, "ask for longer silences, longer pieces, or a lower level of silence"));
    }
    let borders = borders(&sounds, frames);
    let pieces = sounds.iter().zip(borders.windows(2));
    Ok(pieces.map(|(sound, ends)| piece(sound, ends[0]..ends[1], frames, rate_hz, options)).collect())
}

/// Returns where pieces end if nothing is trimmed: in the middle of the silences.
fn borders(sounds: &[Range<u64>], frames: u64) -> Vec<u64> {
    let inner = sounds.windows(2).map(|pair| pair[0].end + (pair[1].start - pair[0].end) / 2);
    std::iter::once(0).chain(inner).chain([frames]).collect()
}

fn piece(sound: &Range<u64>, room: Range<u64>, frames: u64, rate_hz: f64, options: &RepairOptions<'_>) -> Piece {
    if !options.trim_silence {
        return Piece { kept: room, fade_in_s: 0.0, fade_out_s: 0.0 };
    }
    let [lead, tail] = [options.lead_s, options.tail_s].map(|time_s| (time_s * rate_hz).round() as u64);
    let start = sound.start.saturating_sub(lead).max(room.start);
    let end = sound.end.saturating_add(tail).min(room.end);
    // A fade lies in the silence that is kept, never in the sound.
    let fade_s = |silent: u64| (silent as f64 / rate_hz).min(FADE_S);
    Piece {
        fade_in_s: if start == 0 { 0.0 } else { fade_s(sound.start - start) },
        fade_out_s: if end == frames { 0.0 } else { fade_s(end - sound.end) },
        kept: start..end,
    }
}

/// Joins sounds of under `shortest` frames with the nearer neighbour, the shortest first; returns how many there were.
fn join_short(sounds: &[Range<u64>], shortest: u64) -> (Vec<Range<u64>>, usize) {
    let mut sounds = sounds.to_vec();
    let mut joined = 0;
    while sounds.len() > 1 {
        let length = |index: &usize| sounds[*index].end - sounds[*index].start;
        let Some(index) = (0..sounds.len()).filter(|index| length(index) < shortest).min_by_key(length) else { break };
        let before = index.checked_sub(1).map(|at| sounds[index].start - sounds[at].end);
        let after = sounds.get(index + 1).map(|next| next.start - sounds[index].end);
        let first = match (before, after) {
            (Some(before), Some(after)) if before <= after => index - 1,
            (Some(_), None) => index - 1,
            _ => index,
        };
        sounds[first].end = sounds[first + 1].end;
        sounds.remove(first + 1);
        joined += 1;
    }
    (sounds, joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(sounds: &[Range<u64>], options: &RepairOptions<'_>) -> Vec<Range<u64>> {
        let silence = Silence::of(sounds, 100.0);
        let cut = cut(&silence, 10_000, 100.0, options, &mut Vec::new()).unwrap();
        cut.into_iter().map(|piece| piece.kept).collect()
    }

    const SPLIT: RepairOptions<'static> = RepairOptions {
        trim_silence: false,
        split_at_silence: true,
        silence_dbfs: -60.0,
        gap_s: 2.0,
        shortest_s: 5.0,
        lead_s: 0.1,
        tail_s: 0.5,
        sample_rate: super::super::RepairRate::Keep,
        bits: super::super::RepairBits::Keep,
        mono: false,
        name: None,
        format: None,
        layout: None,
        accept_damaged: false,
        progress: None,
        cancel: None,
        limits: crate::Limits::NONE,
        temp: None,
    };

    #[test]
    fn pieces_that_are_not_trimmed_hold_every_frame_once() {
        let found = pieces(&[500..3000, 3300..6000, 6501..9000], &SPLIT);
        assert_eq!(found, [0..3150, 3150..6250, 6250..10_000]);
    }

    #[test]
    fn trimmed_pieces_keep_their_lead_and_tail_and_never_overlap() {
        let trim = RepairOptions { trim_silence: true, ..SPLIT };
        assert_eq!(pieces(&[500..3000, 3300..6000], &trim), [490..3050, 3290..6050]);
        let wide = RepairOptions { lead_s: 5.0, tail_s: 5.0, ..trim.clone() };
        assert_eq!(pieces(&[500..3000, 3300..6000], &wide), [0..3150, 3150..6500]);
        let one = RepairOptions { split_at_silence: false, ..trim };
        assert_eq!(pieces(&[500..3000, 3300..6000], &one), std::iter::once(490..6050).collect::<Vec<_>>());
    }

    #[test]
    fn fades_lie_in_the_silence_and_not_at_the_ends_of_the_input() {
        let trim = RepairOptions { trim_silence: true, tail_s: 0.0, ..SPLIT };
        let silence = Silence::of(std::slice::from_ref(&(4..9000)), 100.0);
        let cut = cut(&silence, 10_000, 100.0, &trim, &mut Vec::new()).unwrap();
        assert_eq!(cut, [Piece { kept: 0..9000, fade_in_s: 0.0, fade_out_s: 0.0 }]);
    }

    #[test]
    fn short_sounds_stay_with_the_nearer_neighbour() {
        let sounds = [0..1000, 1300..1400, 2000..4000, 9000..9010];
        assert_eq!(join_short(&sounds, 500), (vec![0..1400, 2000..9010], 2));
        assert_eq!(join_short(&sounds, 0), (sounds.to_vec(), 0));
        assert_eq!(join_short(std::slice::from_ref(&(5..6)), 500), (std::iter::once(5..6).collect(), 0));
    }

    #[test]
    fn a_thousand_pieces_are_a_mistake() {
        let sounds: Vec<Range<u64>> = (0..1000).map(|n| 10 * n..10 * n + 5).collect();
        let short = RepairOptions { shortest_s: 0.0, ..SPLIT };
        let refused = cut(&Silence::of(&sounds, 100.0), 10_000, 100.0, &short, &mut Vec::new()).unwrap_err();
        assert!(refused.to_string().contains("1000 pieces"), "{refused}");
    }
}
