//! Values for players that adjust the level: ReplayGain 2.0, R128 of Opus files, Sound Check.

use balanced_io::FileFormat;
use balanced_model::{GainTags, Metadata};

/// Reference level of ReplayGain 2.0.
const REPLAY_GAIN_LUFS: f64 = -18.0;
/// Reference level of the gains of Opus files (RFC 7845, 5.2.1, after EBU R 128).
const R128_LUFS: f64 = -23.0;
/// Sound Check takes the power of a gain in units of 1/1000 and of 1/2500 (id3.org, "iTunes Normalization settings").
const SOUND_CHECK_UNITS: [f64; 2] = [1000.0, 2500.0];
/// Full scale of the peak of Sound Check, which counts 16-bit steps.
const SOUND_CHECK_FULL_SCALE: f64 = 32_768.0;

impl super::Loud {
    /// Returns the values for players; Sound Check knows tracks only.
    pub(crate) fn tags(&self, with_sound_check: bool) -> GainTags {
        let replay_gain_db = self.integrated_lufs.map(|lufs| REPLAY_GAIN_LUFS - lufs);
        let peak = self.true_peak_dbtp.map(|dbtp| 10f64.powf(dbtp / 20.0));
        let r128 =
            |lufs: f64| ((R128_LUFS - lufs) * 256.0).round().clamp(f64::from(i16::MIN), f64::from(i16::MAX)) as i16;
        GainTags {
            replay_gain_db,
            replay_gain_peak: peak,
            r128_gain_q78: self.integrated_lufs.map(r128),
            sound_check: replay_gain_db.zip(peak).filter(|_| with_sound_check).map(sound_check),
        }
    }
}

/// Formats the ten values of Sound Check: the gain for left and right in both units, statistics that nobody has described
/// (zero), and the peak.
fn sound_check((gain_db, peak): (f64, f64)) -> String {
    let power = 10f64.powf(-0.1 * gain_db);
    let [fine, coarse] = SOUND_CHECK_UNITS.map(|unit| (unit * power).round().clamp(1.0, 65_534.0) as u32);
    let peak = (peak * SOUND_CHECK_FULL_SCALE).round() as u32;
    let values = [fine, fine, coarse, coarse, 0, 0, peak, peak, 0, 0];
    values.map(|value| format!("{value:08X}")).join(" ")
}

/// Adds the values of a track and its album to the track's metadata, as `format` holds them.
pub(super) fn put(metadata: &mut Metadata, track: Option<&GainTags>, album: &GainTags, format: FileFormat) {
    let mut set = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            metadata.other.insert(name.to_owned(), vec![value]);
        }
    };
    for (kind, tags) in [("TRACK", track), ("ALBUM", Some(album))] {
        let Some(tags) = tags else { continue };
        set(&format!("REPLAYGAIN_{kind}_GAIN"), tags.replay_gain_db.map(|db| format!("{db:.2} dB")));
        set(&format!("REPLAYGAIN_{kind}_PEAK"), tags.replay_gain_peak.map(|peak| format!("{peak:.6}")));
    }
    // Players that read Sound Check read no FLAC.
    if format != FileFormat::Flac {
        set("ITUNNORM", track.and_then(|track| track.sound_check.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::Loud;

    #[test]
    fn values_follow_their_definitions() {
        let tags = Loud { integrated_lufs: Some(-11.5), true_peak_dbtp: Some(0.0) }.tags(true);
        assert_eq!((tags.replay_gain_db, tags.r128_gain_q78), (Some(-6.5), Some(-2944)));
        // 1000 * 10^0.65 = 4466.8 = 0x1173, 2500 * 10^0.65 = 11167.1 = 0x2B9F; full scale is 32768 = 0x8000.
        let values = "00001173 00001173 00002B9F 00002B9F 00000000 00000000 00008000 00008000 00000000 00000000";
        assert_eq!(tags.sound_check.as_deref(), Some(values));
        let silent = Loud { integrated_lufs: None, true_peak_dbtp: None }.tags(true);
        assert_eq!(silent, balanced_model::GainTags::default());
    }
}
