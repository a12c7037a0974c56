//! Trim and fades, which belong to the file rather than to the chain.

use std::ops::Range;

use balanced_dsp::PlanarBuffer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Error;

/// Trim and fades of a master.
///
/// The input is trimmed before it enters the chain. Fades are raised cosines, applied to the output of the chain
/// before the limiter: compressors do not react to them, and the limiter's ceiling and the dither hold for the faded
/// file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Edit {
    /// Start of the master, in seconds of the input.
    pub start_s: f64,
    /// End of the master, in seconds of the input; the input's end if absent.
    pub end_s: Option<f64>,
    /// Length of the fade-in at the start of the master, in seconds.
    pub fade_in_s: f64,
    /// Length of the fade-out at the end of the master, in seconds.
    pub fade_out_s: f64,
}

impl Edit {
    /// Returns whether the edit changes nothing.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the range of frames that is kept of an input of `frames` frames.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if a time is negative or not finite, or if nothing
    /// is left.
    pub(crate) fn kept(&self, frames: u64, sample_rate_hz: f64) -> Result<Range<u64>, Error> {
        let times = [self.start_s, self.end_s.unwrap_or(0.0), self.fade_in_s, self.fade_out_s];
        if times.iter().any(|time_s| !time_s.is_finite() || *time_s < 0.0) {
            return Err(Error::settings(
                "start, end and fades are times of 0 s or more",
                "give times that are not negative",
            ));
        }
        let at = |time_s: f64| (time_s * sample_rate_hz).round() as u64;
        let end = self.end_s.map_or(frames, |end_s| at(end_s).min(frames));
        if at(self.start_s) >= end && frames > 0 {
            let length_s = frames as f64 / sample_rate_hz;
            let wanted = self.end_s.map_or(String::new(), |end_s| format!(" to {end_s} s"));
            let start_s = self.start_s;
            return Err(Error::settings(
                format!("the part from {start_s} s{wanted} is empty: the track is {length_s:.2} s long"),
                "choose times within it",
            ));
        }
        Ok(at(self.start_s).min(end)..end)
    }

    /// Returns the fades for an output of `frames` frames.
    pub(crate) fn fades(&self, frames: u64, sample_rate_hz: f64) -> Fades {
        let length = |time_s: f64| (time_s * sample_rate_hz).round() as u64;
        Fades { frames, fade_in: length(self.fade_in_s), fade_out: length(self.fade_out_s), position: 0 }
    }
}

/// Fades applied to a stream.
pub(crate) struct Fades {
    frames: u64,
    fade_in: u64,
    fade_out: u64,
    position: u64,
}

impl Fades {
    /// Returns whether any of the next `frames` frames lies within a fade.
    pub(crate) fn are_due(&self, frames: usize) -> bool {
        self.position < self.fade_in || self.position + frames as u64 + self.fade_out > self.frames && self.fade_out > 0
    }

    /// Skips `frames` frames outside the fades.
    pub(crate) fn pass(&mut self, frames: usize) {
        self.position += frames as u64;
    }

    /// Fades the next frames in place; frames outside the fades stay bit-identical.
    pub(crate) fn apply(&mut self, buffer: &mut PlanarBuffer) {
        let start = self.position;
        self.pass(buffer.frames());
        for channel in 0..buffer.channels() {
            for (offset, sample) in buffer.channel_mut(channel).iter_mut().enumerate() {
                *sample *= self.gain(start + offset as u64);
            }
        }
    }

    /// Returns the gain of a frame: 0 at the first and last frame, 1 between the fades.
    fn gain(&self, frame: u64) -> f64 {
        let share = |done: u64, length: u64| {
            if done >= length { 1.0 } else { 0.5 - 0.5 * (std::f64::consts::PI * done as f64 / length as f64).cos() }
        };
        share(frame, self.fade_in) * share((self.frames.saturating_sub(1)).saturating_sub(frame), self.fade_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_lies_within_the_track() {
        let kept = |start_s, end_s| Edit { start_s, end_s, ..Edit::default() }.kept(1000, 100.0);
        assert_eq!(kept(0.0, None).unwrap(), 0..1000);
        assert_eq!(kept(1.0, Some(3.5)).unwrap(), 100..350);
        assert_eq!(kept(1.0, Some(99.0)).unwrap(), 100..1000);
        assert!(kept(12.0, None).unwrap_err().to_string().contains("10.00 s"));
        assert!(kept(3.0, Some(2.0)).is_err() && kept(-1.0, None).is_err() && kept(f64::NAN, None).is_err());
    }

    #[test]
    fn fades_start_and_end_in_silence_and_leave_the_middle_alone() {
        let edit = Edit { fade_in_s: 1.0, fade_out_s: 2.0, ..Edit::default() };
        let mut fades = edit.fades(1000, 100.0);
        let mut faded = Vec::new();
        for frames in [1, 98, 401, 500] {
            let mut part = PlanarBuffer::from_channels(&[vec![0.7; frames]]);
            fades.apply(&mut part);
            faded.extend_from_slice(part.channel(0));
        }
        assert_eq!((faded[0], faded[999]), (0.0, 0.0));
        assert!((faded[50] - 0.35).abs() < 1e-12 && (faded[899] - 0.35).abs() < 1e-12);
        assert!(faded[100..800].iter().all(|x| *x == 0.7));
    }
}
