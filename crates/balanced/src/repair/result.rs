//! Results of `repair`.

use balanced_model::{MetadataField, Source};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Result of `repair`: what can be repaired in a file, and the files that were written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct RepairResult {
    /// The input, with its hash.
    pub input: Source,
    /// Path of the file or folder that was written; `null` if nothing was to be written.
    pub output: Option<String>,
    /// Level under which audio is silence, in dBFS.
    pub silence_dbfs: f64,
    /// Start and end of every stretch that sounds, in seconds of the input; silences between them are long enough to part pieces.
    pub sounds_s: Vec<[f64; 2]>,
    /// Faults of delivery, each with the option that repairs it and whether it was given.
    pub findings: Vec<RepairFinding>,
    /// Files that were written, in the order of the input.
    pub files: Vec<RepairedFile>,
    /// Remarks, as sentences.
    pub notes: Vec<String>,
}

/// A fault of a file that can be repaired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct RepairFinding {
    /// Kind of fault.
    pub kind: RepairKind,
    /// Explanation in one sentence.
    pub message: String,
    /// Start and end in seconds of the input; `null` for the whole file.
    pub range_s: Option<[f64; 2]>,
    /// Name of the option that repairs it; `null` if none does.
    pub option: Option<String>,
    /// Whether that option was given.
    pub repaired: bool,
}

impl RepairFinding {
    pub(super) fn new(
        kind: RepairKind,
        message: String,
        range_s: Option<[f64; 2]>,
        option: Option<&str>,
        repaired: bool,
    ) -> Self {
        Self { kind, message, range_s, option: option.map(str::to_owned), repaired }
    }
}

/// Kinds of fault that `repair` finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RepairKind {
    /// Silence before the audio.
    LeadingSilence,
    /// Silence after the audio.
    TrailingSilence,
    /// A silence that may part two pieces.
    SilentGap,
    /// Nothing but silence.
    OnlySilence,
    /// Two channels that carry the same.
    MonoAsStereo,
    /// Two channels that carry the same with opposite polarity.
    InvertedMono,
    /// A channel without sound beside one that sounds.
    DeadChannel,
    /// A sample rate higher than that of the source.
    Upsampled,
    /// Bits that carry nothing.
    PaddedBitDepth,
}

/// A file that `repair` wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct RepairedFile {
    /// Path of the file.
    pub path: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Start and end of what it holds, in seconds of the input.
    pub range_s: [f64; 2],
    /// Number of frames.
    pub frames: u64,
    /// Sample rate in Hz.
    pub sample_rate_hz: f64,
    /// Number of channels.
    pub channels: usize,
    /// Sample format: `16-bit`, `24-bit`, `32-bit float` …
    pub sample_format: String,
    /// Whether every sample is that of the input, but for the fades.
    pub is_exact: bool,
    /// Gain that keeps a conversion from clipping, in dB; 0 if none was needed.
    pub gain_db: f64,
    /// Fades in silence at edges that were cut, in seconds: at the start and at the end.
    pub fades_s: [f64; 2],
    /// Integrated loudness in LUFS; `null` for silence and very short files.
    pub integrated_lufs: Option<f64>,
    /// True peak in dBTP; `null` for silence.
    pub true_peak_dbtp: Option<f64>,
    /// Fields of the metadata, and what became of each.
    pub metadata: Vec<MetadataField>,
}

impl RepairResult {
    /// Formats the result for a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut lines = vec![self.input.path.clone().unwrap_or_else(|| crate::input::IN_MEMORY.to_owned())];
        if self.findings.is_empty() {
            lines.push("  Nothing to repair was found.".to_owned());
        }
        let mut gaps = 0;
        for finding in &self.findings {
            gaps += usize::from(finding.kind == RepairKind::SilentGap);
            if finding.kind != RepairKind::SilentGap || gaps <= MOST_GAPS {
                lines.push(format!("  {}", told(finding, self.output.is_some())));
            }
        }
        if gaps > MOST_GAPS {
            lines.push(format!("  and {} more such silences", gaps - MOST_GAPS));
        }
        lines.extend(self.files.iter().map(RepairedFile::line));
        lines.extend(self.notes.iter().map(|note| format!("  Note: {note}")));
        lines.join("\n")
    }
}

/// Silences that are listed one by one.
const MOST_GAPS: usize = 20;

fn told(finding: &RepairFinding, is_written: bool) -> String {
    let place = match finding.range_s {
        Some([from_s, to_s]) => format!("{from_s:.2}-{to_s:.2} s: "),
        None => String::new(),
    };
    let outcome = match (&finding.option, finding.repaired) {
        (_, true) if is_written => " [repaired]".to_owned(),
        (Some(option), _) => format!(" [--{}]", option.replace('_', "-")),
        (None, _) => String::new(),
    };
    format!("{place}{}{outcome}", finding.message)
}

impl RepairedFile {
    fn line(&self) -> String {
        let Self { range_s: [from_s, to_s], sample_rate_hz, channels, sample_format, path, .. } = self;
        let channels = match channels {
            1 => "mono".to_owned(),
            2 => "stereo".to_owned(),
            more => format!("{more} channels"),
        };
        let exact = if self.is_exact { ", samples unchanged" } else { "" };
        let gain = if self.gain_db < 0.0 { format!(", {:.2} dB", self.gain_db) } else { String::new() };
        format!("→ {path}\n  {from_s:.2}-{to_s:.2} s, {sample_rate_hz} Hz, {sample_format}, {channels}{exact}{gain}")
    }
}
