//! Where every track of an album begins and ends, to the frame.

use crate::Error;

/// Frames of a compact disc in a second: positions on it are multiples of 1/75 s (IEC 60908).
pub(crate) const CD_FRAMES_PER_S: f64 = 75.0;

/// Place of one track on an album.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// First frame of the track's audio.
    pub(crate) audio_start: u64,
    /// Frames of its audio.
    pub(crate) audio_frames: u64,
    /// First frame that belongs to the track: its audio's first, or the grid line before it.
    pub(crate) start: u64,
    /// Frame after its last, the silence before the next track included.
    pub(crate) end: u64,
    /// Silence before its audio.
    pub(crate) gap_frames: u64,
    /// Overlap with the track before.
    pub(crate) crossfade_frames: u64,
}

impl Slot {
    /// Returns whether the track is its own audio and nothing else: no silence, no overlap, no other track's end.
    pub(crate) fn is_audio_alone(&self) -> bool {
        let own = (self.audio_start, self.audio_start + self.audio_frames);
        (self.start, self.end) == own && self.crossfade_frames == 0
    }

    /// Returns how much of the track before, or of the silence before the audio, the track begins with.
    pub(crate) fn lead_frames(&self) -> u64 {
        self.audio_start - self.start
    }
}

/// A track that is to be placed.
pub(crate) struct Part<'a> {
    pub(crate) name: &'a str,
    pub(crate) frames: u64,
    pub(crate) gap_s: f64,
    pub(crate) crossfade_s: f64,
}

/// Places `parts` one after the other at `sample_rate_hz`.
///
/// Audio lies where gaps and crossfades put it, to the frame. With `grid`, the borders between tracks are moved back to
/// multiples of 1/75 s, as a compact disc has them, and the end is filled up with silence to one. An overlap belongs to the track
/// that fades in.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if a crossfade is longer than a track, or if two would meet.
pub(crate) fn place(parts: &[Part<'_>], sample_rate_hz: f64, grid: bool) -> Result<Vec<Slot>, Error> {
    let frames = |seconds: f64| (seconds * sample_rate_hz).round() as u64;
    let mut slots: Vec<Slot> = Vec::with_capacity(parts.len());
    for (index, part) in parts.iter().enumerate() {
        let (gap_frames, crossfade_frames) = (frames(part.gap_s), frames(part.crossfade_s));
        let end_before = slots.last().map_or(0, |slot| slot.audio_start + slot.audio_frames);
        if index > 0 {
            let free = parts[index - 1].frames - slots[index - 1].crossfade_frames.min(parts[index - 1].frames);
            fits(parts[index - 1].name, free, crossfade_frames, sample_rate_hz)?;
        }
        fits(part.name, part.frames, crossfade_frames, sample_rate_hz)?;
        let audio_start = end_before + gap_frames - crossfade_frames;
        let start = if grid { on_grid(audio_start, sample_rate_hz) } else { audio_start };
        slots.push(Slot { audio_start, audio_frames: part.frames, start, end: 0, gap_frames, crossfade_frames });
    }
    let last = slots.last().map_or(0, |slot| slot.audio_start + slot.audio_frames);
    let end = if grid { to_grid(last, sample_rate_hz) } else { last };
    for index in 0..slots.len() {
        slots[index].end = slots.get(index + 1).map_or(end, |next| next.start);
    }
    Ok(slots)
}

fn fits(name: &str, free: u64, crossfade_frames: u64, sample_rate_hz: f64) -> Result<(), Error> {
    // One frame of a track at least is heard alone, so that it has a border of its own.
    if crossfade_frames == 0 || crossfade_frames < free {
        return Ok(());
    }
    let free_s = free as f64 / sample_rate_hz;
    let problem =
        format!("{name}: has only {free_s:.2} s for a crossfade of {:.2} s", crossfade_frames as f64 / sample_rate_hz);
    Err(Error::settings(problem, "give a shorter crossfade"))
}

/// Returns the grid line at or before `frame`.
fn on_grid(frame: u64, sample_rate_hz: f64) -> u64 {
    // The small share keeps a frame that lies on a line there in spite of rounding.
    line(((frame as f64 + 1e-3) * CD_FRAMES_PER_S / sample_rate_hz).floor(), sample_rate_hz)
}

/// Returns the grid line at or after `frame`.
fn to_grid(frame: u64, sample_rate_hz: f64) -> u64 {
    line(((frame as f64 - 1e-3) * CD_FRAMES_PER_S / sample_rate_hz).ceil().max(0.0), sample_rate_hz)
}

fn line(number: f64, sample_rate_hz: f64) -> u64 {
    (number * sample_rate_hz / CD_FRAMES_PER_S).round() as u64
}

/// Returns the number of the grid line that `frame` lies on, or the one before.
pub(crate) fn cd_frame(frame: u64, sample_rate_hz: f64) -> u64 {
    ((frame as f64 + 1e-3) * CD_FRAMES_PER_S / sample_rate_hz).floor() as u64
}

/// Formats a number of frames of a compact disc as minutes, seconds and frames: `03:25:74`.
pub(crate) fn msf(cd_frames: u64) -> String {
    format!("{:02}:{:02}:{:02}", cd_frames / 4500, cd_frames / 75 % 60, cd_frames % 75)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(frames: u64, gap_s: f64, crossfade_s: f64) -> Part<'static> {
        Part { name: "song.wav", frames, gap_s, crossfade_s }
    }

    #[test]
    fn gaps_and_crossfades_are_exact_to_the_frame() {
        let parts = [part(44_100, 0.0, 0.0), part(88_200, 1.5, 0.0), part(50_001, 0.0, 0.25)];
        let slots = place(&parts, 44_100.0, false).unwrap();
        let starts: Vec<u64> = slots.iter().map(|slot| slot.audio_start).collect();
        assert_eq!(starts, [0, 44_100 + 66_150, 198_450 - 11_025]);
        assert_eq!((slots[0].end, slots[1].end, slots[2].end), (starts[1], starts[2], starts[2] + 50_001));
        assert!(slots.iter().all(|slot| slot.lead_frames() == 0));
    }

    #[test]
    fn borders_lie_on_the_grid_of_a_disc_without_moving_the_audio() {
        let parts = [part(44_101, 0.0, 0.0), part(100_000, 0.0, 0.0)];
        let slots = place(&parts, 44_100.0, true).unwrap();
        assert_eq!((slots[1].audio_start, slots[1].start, slots[1].lead_frames()), (44_101, 44_100, 1));
        assert!(slots.iter().all(|slot| slot.start % 588 == 0 && slot.end % 588 == 0));
        assert_eq!(slots[1].end, 144_101u64.next_multiple_of(588));
        assert_eq!(place(&parts, 48_000.0, true).unwrap()[1].start % 640, 0);
        assert_eq!(
            (msf(cd_frame(44_100, 44_100.0)), msf(75 * 60 * 3 + 75 * 25 + 74)),
            ("00:01:00".into(), "03:25:74".into())
        );
    }

    #[test]
    fn crossfades_need_room() {
        let place = |parts: &[Part<'_>]| place(parts, 100.0, false);
        assert!(place(&[part(100, 0.0, 0.0), part(100, 0.0, 1.0)]).unwrap_err().to_string().contains("1.00 s"));
        // Two crossfades of one track must not meet.
        assert!(place(&[part(200, 0.0, 0.0), part(100, 0.0, 0.6), part(200, 0.0, 0.6)]).is_err());
        assert!(place(&[part(200, 0.0, 0.0), part(100, 0.0, 0.5), part(200, 0.0, 0.4)]).is_ok());
    }
}
