//! Masters in lossy codecs: what listeners of a delivery get.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Codecs of a master: what every one makes of it, and what was done so that none clips.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CodecReport {
    /// Whether no codec clips; `null` if none could be checked.
    pub safe: Option<bool>,
    /// Every codec, measured on the master as it stands.
    pub checks: Vec<CodecCheck>,
    /// Masters written on the way, the one as asked first; the last one stands.
    pub steps: Vec<CodecStep>,
    /// Ceiling that was asked for, in dBTP; `null` if a chain was rendered as it stands.
    pub asked_ceiling_dbtp: Option<f64>,
    /// Ceiling that the master was written with in the end, in dBTP.
    pub ceiling_dbtp: Option<f64>,
    /// Loudness that the lower ceiling cost, in LU: 0 if there was no need to lower it.
    pub cost_lu: Option<f64>,
    /// Ratio of true peak to loudness that the lower ceiling cost, in dB: what the limiter takes more from the peaks.
    pub cost_plr_db: Option<f64>,
    /// Remark, such as why the ceiling was not lowered; `null` if there is none.
    pub note: Option<String>,
}

/// Codec's round trip: the audio encoded afresh and decoded again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CodecCheck {
    /// Name of the codec, such as `aac128`.
    pub codec: String,
    /// Outcome.
    pub status: CodecStatus,
    /// Name and version of the encoder; `null` if there is none.
    pub encoder: Option<String>,
    /// Sample rate of the decoded audio in Hz.
    pub sample_rate_hz: Option<f64>,
    /// True peak of the decoded audio in dBTP (ITU-R BS.1770-5); `null` for silence.
    pub true_peak_dbtp: Option<f64>,
    /// Decoded samples beyond full scale, all channels together.
    pub clipped_samples: Option<u64>,
    /// Why the codec was not checked; `null` if it was.
    pub reason: Option<String>,
}

/// Outcome of a codec's check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodecStatus {
    /// The decoded true peak is at or under 0 dBTP, and no sample is beyond full scale.
    Safe,
    /// The decoded audio is over 0 dBTP.
    Clips,
    /// There is no encoder, or it does not take the audio.
    NotChecked,
}

/// Master that was written on the way to one that no codec clips.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CodecStep {
    /// Ceiling of the master in dBTP; `null` if a chain was rendered as it stands.
    pub ceiling_dbtp: Option<f64>,
    /// Integrated loudness of the written master.
    pub integrated_lufs: Option<f64>,
    /// True peak of the written master.
    pub true_peak_dbtp: Option<f64>,
    /// True peak less integrated loudness.
    pub plr_db: Option<f64>,
    /// Highest true peak that a codec made of it, in dBTP.
    pub decoded_true_peak_dbtp: Option<f64>,
    /// Samples beyond full scale, all codecs that were checked at this step together.
    pub clipped_samples: u64,
    /// Codecs that clip.
    pub clipping: Vec<String>,
}

impl CodecCheck {
    /// Makes the check of decoded audio: it clips over 0 dBTP, or where a sample is beyond full scale.
    #[must_use]
    pub fn measured(codec: String, encoder: String, sample_rate_hz: f64, peak_dbtp: Option<f64>, clipped: u64) -> Self {
        let clips = clipped > 0 || peak_dbtp.is_some_and(|peak| peak > 0.0);
        Self {
            codec,
            status: if clips { CodecStatus::Clips } else { CodecStatus::Safe },
            encoder: Some(encoder),
            sample_rate_hz: Some(sample_rate_hz),
            true_peak_dbtp: peak_dbtp,
            clipped_samples: Some(clipped),
            reason: None,
        }
    }

    /// Makes the check of a codec that could not be checked.
    #[must_use]
    pub fn not_checked(codec: String, reason: String) -> Self {
        Self {
            codec,
            status: CodecStatus::NotChecked,
            encoder: None,
            sample_rate_hz: None,
            true_peak_dbtp: None,
            clipped_samples: None,
            reason: Some(reason),
        }
    }

    /// Returns whether the decoded audio clips.
    #[must_use]
    pub fn clips(&self) -> bool {
        self.status == CodecStatus::Clips
    }
}

impl CodecReport {
    /// Says in one sentence what came out.
    #[must_use]
    pub fn summary(&self) -> String {
        let count = |status| self.checks.iter().filter(|check| check.status == status).count();
        let (clips, safe) = (count(CodecStatus::Clips), count(CodecStatus::Safe));
        let outcome = match (clips, safe) {
            (0, 0) => "No codec could be checked".to_owned(),
            (0, safe) => format!("No codec clips ({safe} checked)"),
            (clips, safe) => format!("{clips} of {} codecs still clip", clips + safe),
        };
        format!("{outcome}{}.", self.cost())
    }

    /// Says how far the ceiling was lowered, and at what cost.
    fn cost(&self) -> String {
        let (Some(asked), Some(used)) = (self.asked_ceiling_dbtp, self.ceiling_dbtp) else { return String::new() };
        if used >= asked {
            return format!(" at the ceiling of {asked:.2} dBTP");
        }
        let steps = self.steps.len().saturating_sub(1);
        let steps = if steps == 1 { "1 step".to_owned() } else { format!("{steps} steps") };
        let lu = self.cost_lu.unwrap_or(0.0).max(0.0);
        let peaks = self.cost_plr_db.unwrap_or(0.0).max(0.0);
        format!(
            ", with the ceiling lowered from {asked:.2} to {used:.2} dBTP in {steps}, which costs {lu:.1} LU of loudness and {peaks:.1} dB of peaks"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peak: f64, clipped: u64) -> CodecCheck {
        CodecCheck::measured("aac128".to_owned(), "e".to_owned(), 44_100.0, Some(peak), clipped)
    }

    #[test]
    fn over_full_scale_is_clipping_and_at_full_scale_is_not() {
        assert!(check(0.01, 0).clips() && check(0.0, 1).clips() && !check(0.0, 0).clips());
        let silent = CodecCheck::measured("aac128".to_owned(), "e".to_owned(), 44_100.0, None, 0);
        assert_eq!(silent.status, CodecStatus::Safe);
        assert!(!CodecCheck::not_checked("aac128".to_owned(), "r".to_owned()).clips());
    }

    #[test]
    fn the_summary_tells_outcome_and_cost() {
        let report = CodecReport {
            checks: vec![check(-0.1, 0), check(0.2, 3)],
            steps: vec![CodecStep::default(); 3],
            asked_ceiling_dbtp: Some(-1.0),
            ceiling_dbtp: Some(-2.5),
            cost_lu: Some(0.04),
            cost_plr_db: Some(1.5),
            ..CodecReport::default()
        };
        let said = "1 of 2 codecs still clip, with the ceiling lowered from -1.00 to -2.50 dBTP in 2 steps, which costs 0.0 LU of loudness and 1.5 dB of peaks.";
        assert_eq!(report.summary(), said);
        let safe = CodecReport { checks: vec![check(-0.1, 0)], ceiling_dbtp: Some(-1.0), ..report };
        assert_eq!(safe.summary(), "No codec clips (1 checked) at the ceiling of -1.00 dBTP.");
        assert_eq!(CodecReport::default().summary(), "No codec could be checked.");
    }
}
