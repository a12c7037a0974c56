//! Why a value is `null`: a sentence for each, by its dotted path in the result.

use std::collections::BTreeMap;

use crate::Measurements;

/// What was heard, as far as it explains what cannot be said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard {
    pub frames: u64,
    pub sample_rate_hz: f64,
    pub channels: usize,
    /// Whether any sample is not zero.
    pub any_sound: bool,
}

/// Shortest programme that fills a window.
const MOMENTARY_S: f64 = 0.4;
const SHORT_TERM_S: f64 = 3.0;
const DR_S: f64 = 6.0;
/// Below this, tempo and key have too little to go by whatever the music.
const MUSICAL_S: f64 = 3.0;

/// The reasons for every value that a family leaves open, keyed by `family.field`.
pub(crate) fn reasons(result: &Measurements, heard: Heard) -> BTreeMap<String, String> {
    let mut found = Reasons { heard, map: BTreeMap::new() };
    found.loudness(result);
    found.dynamics(result);
    found.spectrum(result);
    found.stereo(result);
    found.music(result);
    found.map
}

struct Reasons {
    heard: Heard,
    map: BTreeMap<String, String>,
}

impl Reasons {
    /// Say why `path` is open; what holds of the whole programme goes before `otherwise`.
    fn give(&mut self, path: &str, open: bool, shortest_s: f64, otherwise: &str) {
        if !open {
            return;
        }
        let length_s = self.heard.frames as f64 / self.heard.sample_rate_hz;
        let reason = if self.heard.frames == 0 {
            "there is no audio".to_owned()
        } else if !self.heard.any_sound {
            "digital silence".to_owned()
        } else if length_s < shortest_s {
            format!("the programme is shorter than {shortest_s} s")
        } else {
            otherwise.to_owned()
        };
        self.map.insert(path.to_owned(), reason);
    }

    fn loudness(&mut self, result: &Measurements) {
        let Some(l) = &result.loudness else { return };
        let gated = "nothing is louder than the absolute gate, -70 LUFS";
        let silent = "no window holds any sound";
        for (path, open) in [
            ("loudness.integrated_lufs", l.integrated_lufs.is_none()),
            ("loudness.relative_gate_lufs", l.relative_gate_lufs.is_none()),
            ("loudness.replay_gain_db", l.replay_gain_db.is_none()),
            ("loudness.plr_db", l.plr_db.is_none()),
        ] {
            self.give(path, open, MOMENTARY_S, gated);
        }
        self.give("loudness.range_lu", l.range_lu.is_none(), SHORT_TERM_S, gated);
        self.give("loudness.min_psr_db", l.min_psr_db.is_none(), SHORT_TERM_S, gated);
        self.give("loudness.max_momentary_lufs", l.max_momentary_lufs.is_none(), MOMENTARY_S, silent);
        self.give("loudness.max_short_term_lufs", l.max_short_term_lufs.is_none(), SHORT_TERM_S, silent);
        self.give("loudness.true_peak_dbtp", l.true_peak_dbtp.is_none(), 0.0, silent);
        self.give("loudness.sample_peak_dbfs", l.sample_peak_dbfs.is_none(), 0.0, silent);
        let gains = l.platforms.iter().any(|platform| platform.gain_db.is_none());
        self.give("loudness.platforms", gains, MOMENTARY_S, gated);
    }

    fn dynamics(&mut self, result: &Measurements) {
        let Some(d) = &result.dynamics else { return };
        self.give("dynamics.dr", d.dr.is_none(), DR_S, "the loudest blocks are silent");
        self.give("dynamics.crest_db", d.crest_db.is_none(), 0.0, "no sound");
        self.give("dynamics.rms_dbfs", d.rms_dbfs.is_none(), 0.0, "no sound");
        let floor = "every 100 ms are digital silence";
        self.give("dynamics.noise_floor_dbfs", d.noise_floor_dbfs.is_none(), 0.1, floor);
        let one = "the loudness does not change between sections, or there is one section only";
        self.give("dynamics.macro_dynamics_lu", d.macro_dynamics_lu.is_none(), 2.0 * 8.0, one);
        let band = "some bands are silent or lie above half the sample rate";
        self.give("dynamics.band_crest_db", d.band_crest_db.iter().any(Option::is_none), 0.0, band);
    }

    fn spectrum(&mut self, result: &Measurements) {
        let Some(s) = &result.spectrum else { return };
        let quiet = "no frame is louder than -70 dBFS";
        for (path, open) in [
            ("spectrum.centroid_hz", s.centroid_hz.is_none()),
            ("spectrum.rolloff85_hz", s.rolloff85_hz.is_none()),
            ("spectrum.bandwidth_hz", s.bandwidth_hz.is_none()),
            ("spectrum.flatness", s.flatness.is_none()),
            ("spectrum.contrast_db", s.contrast_db.is_empty()),
            ("spectrum.mfcc_mean", s.mfcc_mean.is_empty()),
        ] {
            self.give(path, open, 0.0, quiet);
        }
        let one = "no two frames in a row are louder than -70 dBFS";
        self.give("spectrum.flux", s.flux.is_none(), 0.0, one);
        let few = "fewer than ten third octaves between 100 Hz and 10 kHz hold sound";
        self.give("spectrum.tilt_db_per_octave", s.tilt_db_per_octave.is_none(), 0.0, few);
        let none = "no wall: the spectrum reaches half the sample rate or falls off by nature";
        self.give("spectrum.bandwidth_limit_hz", s.bandwidth_limit_hz.is_none(), 0.0, none);
    }

    fn stereo(&mut self, result: &Measurements) {
        let Some(s) = &result.stereo else { return };
        let pair = if self.heard.channels < 2 {
            "one channel has no stereo image"
        } else {
            "the layout has no front left and right, or they are below -90 dBFS"
        };
        for (path, open) in [
            ("stereo.side_to_mid_db", s.side_to_mid_db.is_none()),
            ("stereo.balance_db", s.balance_db.is_none()),
            ("stereo.mono_loss_db", s.mono_loss_db.is_none()),
            ("stereo.polarity_inverted", s.polarity_inverted.is_none() && s.balance_db.is_none()),
            ("stereo.mono_as_stereo", s.mono_as_stereo.is_none()),
        ] {
            self.give(path, open, 0.0, pair);
        }
        let alone = if s.balance_db.is_some() { "one of the two channels is silent" } else { pair };
        self.give("stereo.correlation_mean", s.correlation_mean.is_none(), 0.0, alone);
        self.give("stereo.correlation_min", s.correlation_min.is_none(), 0.0, alone);
        let low = if s.balance_db.is_some() { "nothing sounds between 20 and 120 Hz" } else { pair };
        self.give("stereo.low_side_to_mid_db", s.low_side_to_mid_db.is_none(), 0.0, low);
    }

    fn music(&mut self, result: &Measurements) {
        if let Some(t) = &result.tempo {
            self.give("tempo.bpm", t.bpm.is_none(), MUSICAL_S, "no steady pulse was found");
            let bars = t.time_signature.is_none();
            self.give("tempo.time_signature", bars, MUSICAL_S, "nothing tells where bars begin");
        }
        if let Some(k) = &result.key {
            let otherwise = k.note.as_deref().unwrap_or("nothing tonal was found, or too little of it");
            self.give("key.name", k.name.is_none(), 0.0, otherwise);
        }
        if let Some(t) = &result.tags {
            let unheard = t.notes.first().map_or("the networks did not speak", String::as_str);
            self.give("tags.genre", t.genre.is_empty(), 1.0, unheard);
            let silent = "no three seconds are louder than -70 dBFS";
            self.give("tags.measures.energy", t.measures.energy.is_none(), 1.0, silent);
            let pulse = if t.measures.energy.is_some() { "the sound has no onsets" } else { silent };
            self.give("tags.measures.pulse_clarity", t.measures.pulse_clarity.is_none(), 1.0, pulse);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Key, Loudness, Stereo, Tempo};

    fn of(frames: u64, any_sound: bool, channels: usize) -> BTreeMap<String, String> {
        let result = Measurements {
            loudness: Some(Loudness::default()),
            tempo: Some(Tempo::default()),
            key: Some(Key { name: Some("C major".to_owned()), ..Key::default() }),
            stereo: Some(Stereo::default()),
            ..Measurements::default()
        };
        reasons(&result, Heard { frames, sample_rate_hz: 48_000.0, channels, any_sound })
    }

    #[test]
    fn the_reason_is_the_first_that_holds_and_what_is_known_has_none() {
        let tempo = |frames, sound| of(frames, sound, 1)["tempo.bpm"].clone();
        assert_eq!(tempo(0, false), "there is no audio");
        assert_eq!(tempo(480_000, false), "digital silence");
        assert_eq!(tempo(48_000, true), "the programme is shorter than 3 s");
        assert_eq!(tempo(480_000, true), "no steady pulse was found");
        let all = of(480_000, true, 1);
        assert!(!all.contains_key("key.name") && !all.contains_key("dynamics.dr"));
        assert_eq!(all["stereo.balance_db"], "one channel has no stereo image");
        assert!(of(480_000, true, 2)["stereo.balance_db"].contains("front left"));
    }
}
