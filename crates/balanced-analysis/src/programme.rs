//! Why a value is `null`: every stage says so of its own values.

use std::collections::BTreeMap;

use balanced_model::Measurements;

/// The audio as a whole, as far as it explains why a value is missing.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Programme {
    /// Frames from the first to the last.
    pub frames: u64,
    /// Frames a second.
    pub sample_rate_hz: f64,
    /// Number of channels.
    pub channels: usize,
    /// Whether any sample is not zero.
    pub any_sound: bool,
}

impl Programme {
    /// Length in seconds.
    #[must_use]
    pub fn duration_s(&self) -> f64 {
        self.frames as f64 / self.sample_rate_hz
    }

    /// The place in `result` where a stage says why values of its family are missing.
    pub fn reasons<'a>(&'a self, result: &'a mut Measurements) -> Reasons<'a> {
        Reasons { programme: self, map: &mut result.reasons }
    }
}

/// Writes [`Measurements::reasons`] for one family.
pub struct Reasons<'a> {
    programme: &'a Programme,
    map: &'a mut BTreeMap<String, String>,
}

impl Reasons<'_> {
    /// Says why the value at `path` (such as `tempo.bpm`) is missing, if it is.
    ///
    /// A reason that holds for the whole programme goes first: there is no audio, it is digital silence, or it is shorter than
    /// `shortest_s`. Where none of these holds, the reason is `otherwise`.
    pub fn explain(&mut self, path: &str, is_missing: bool, shortest_s: f64, otherwise: &str) {
        if !is_missing {
            return;
        }
        let reason = if self.programme.frames == 0 {
            "there is no audio".to_owned()
        } else if !self.programme.any_sound {
            "digital silence".to_owned()
        } else if self.programme.duration_s() < shortest_s {
            format!("the programme is shorter than {shortest_s} s")
        } else {
            otherwise.to_owned()
        };
        self.map.insert(path.to_owned(), reason);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(frames: u64, any_sound: bool) -> BTreeMap<String, String> {
        let mut result = Measurements::default();
        let programme = Programme { frames, sample_rate_hz: 48_000.0, channels: 1, any_sound };
        let mut reasons = programme.reasons(&mut result);
        reasons.explain("tempo.bpm", true, 3.0, "no steady pulse was found");
        reasons.explain("key.name", false, 3.0, "never said");
        result.reasons
    }

    #[test]
    fn the_reason_is_the_first_that_holds_and_what_is_known_has_none() {
        let tempo = |frames, sound| of(frames, sound)["tempo.bpm"].clone();
        assert_eq!(tempo(0, false), "there is no audio");
        assert_eq!(tempo(480_000, false), "digital silence");
        assert_eq!(tempo(48_000, true), "the programme is shorter than 3 s");
        assert_eq!(tempo(480_000, true), "no steady pulse was found");
        assert!(!of(480_000, true).contains_key("key.name"));
    }
}
