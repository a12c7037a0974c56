//! HTML reports with what only the audio tells: waveforms, the stereo image, and the sound itself.
//!
//! ```no_run
//! use std::path::Path;
//! use balanced::{AnalyzeOptions, AudioSource, MasterOptions, ReportAudio};
//! fn main() -> Result<(), balanced::Error> {
//!     let (mix, master) = (Path::new("mix.wav"), Path::new("master.wav"));
//!     let result = balanced::master(mix, master, &MasterOptions::default())?;
//!     let sources = [AudioSource::Path(mix), AudioSource::Path(master)];
//!     let page = balanced::master_report(&result, sources, Some(ReportAudio::default()), &AnalyzeOptions::default())?;
//!     balanced::write_file("report.html", page.as_bytes())
//! }
//! ```

mod embed;
mod saved;
mod take;

use balanced_compare::TrackComparison;
use balanced_model::Analysis;
use balanced_report::{Embedded, Extras, Listening};

pub use embed::ReportAudio;
pub use saved::saved_report;

use crate::master::MasterResult;
use crate::{AnalyzeOptions, AudioSource, Error};
use take::{Part, Taken, take};

/// Longest audio that a page takes, in seconds: a browser decodes all of it into memory.
const LONGEST_S: f64 = 20.0 * 60.0;

/// Makes the page of an analysis from the audio that was analysed; with `audio`, it can be heard there in that form.
///
/// # Errors
/// Returns the errors of [`analyze`](crate::analyze()), also if the audio is not the one that was measured, and
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the codec does not take the audio or if it is longer than 20 minutes.
pub fn analysis_report(
    analysis: &Analysis,
    source: AudioSource<'_>,
    audio: Option<ReportAudio>,
    options: &AnalyzeOptions<'_>,
) -> Result<String, Error> {
    let taken = take(source, analysis, Part::whole(audio), options)?;
    let mut extras = Extras::default();
    let heard = taken.coded.map(|bytes| embedded("Track", analysis, bytes, audio));
    extras.listening = listening(heard.into_iter().collect(), audio, 0.0);
    extras.after = Some(taken.overview);
    Ok(balanced_report::analysis_page(analysis, &extras))
}

/// Makes the page of a master from the mix and the written master, in this order; with `audio`, both can be heard there, equally loud.
///
/// # Errors
/// Returns the errors of [`analysis_report`], for either file.
pub fn master_report(
    result: &MasterResult,
    [mix, master]: [AudioSource<'_>; 2],
    audio: Option<ReportAudio>,
    options: &AnalyzeOptions<'_>,
) -> Result<String, Error> {
    let (before, after) = (&result.before, &result.after);
    let (start_s, duration_s) = (result.edit.start_s, after.source.duration_s);
    let mix = take(mix, before, Part { audio, start_s, duration_s }, options)?;
    let plain = AnalyzeOptions { layout: None, ..options.clone() };
    let master = take(master, after, Part { audio, start_s: 0.0, duration_s }, &plain)?;
    let extras = both([("Mix", before, mix), ("Master", after, master)], audio, start_s);
    Ok(balanced_report::master_page(&result.to_report(), &extras))
}

/// Makes the page of a comparison from the recordings A and B; with `audio`, both can be heard there from where B begins in A, equally loud.
///
/// # Errors
/// Returns the errors of [`analysis_report`], for either file.
pub fn comparison_report(
    comparison: &TrackComparison,
    analyses: [&Analysis; 2],
    [a, b]: [AudioSource<'_>; 2],
    audio: Option<ReportAudio>,
    options: &AnalyzeOptions<'_>,
) -> Result<String, Error> {
    let offset_s = comparison.alignment.as_ref().map_or(0.0, |found| found.offset_s);
    let (a_start_s, b_start_s) = (offset_s.max(0.0), (-offset_s).max(0.0));
    let left_s = |analysis: &Analysis, start_s: f64| (analysis.source.duration_s - start_s).max(0.0);
    let duration_s = left_s(analyses[0], a_start_s).min(left_s(analyses[1], b_start_s));
    let a = take(a, analyses[0], Part { audio, start_s: a_start_s, duration_s }, options)?;
    let b = take(b, analyses[1], Part { audio, start_s: b_start_s, duration_s }, options)?;
    let extras = both([("A", analyses[0], a), ("B", analyses[1], b)], audio, b_start_s);
    Ok(balanced_report::comparison_page(analyses[1], comparison, &extras))
}

/// What two versions bring to a page.
fn both(versions: [(&str, &Analysis, Taken); 2], audio: Option<ReportAudio>, start_s: f64) -> Extras {
    let mut extras = Extras::default();
    let mut heard = Vec::new();
    let [before, after] = versions.map(|(label, analysis, taken)| {
        heard.extend(taken.coded.map(|bytes| embedded(label, analysis, bytes, audio)));
        taken.overview
    });
    (extras.before, extras.after) = (Some(before), Some(after));
    extras.listening = listening(heard, audio, start_s);
    extras
}

fn embedded(label: &str, analysis: &Analysis, bytes: Vec<u8>, audio: Option<ReportAudio>) -> Embedded {
    let integrated_lufs = analysis.measurements.loudness.as_ref().and_then(|loudness| loudness.integrated_lufs);
    let audio = audio.unwrap_or_default();
    let sample_rate_hz = audio.rate_hz(analysis.source.sample_rate_hz);
    Embedded { label: label.to_owned(), mime: audio.mime().to_owned(), bytes, sample_rate_hz, integrated_lufs }
}

fn listening(versions: Vec<Embedded>, audio: Option<ReportAudio>, start_s: f64) -> Option<Listening> {
    let codec = audio?.to_string();
    let is_lossless = audio == Some(ReportAudio::Flac);
    (!versions.is_empty()).then_some(Listening { versions, codec, is_lossless, start_s })
}
