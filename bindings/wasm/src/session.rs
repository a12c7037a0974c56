//! The analysis of one file, step by step.

use balanced_analysis::Analyzer;
use balanced_dsp::{ChannelLayout, PlanarBuffer, StreamFormat};
use balanced_io::{Decoder, read_metadata};
use balanced_model::{Analysis, AnalysisConfig, Provenance, SCHEMA_VERSION, Source};
use sha2::{Digest, Sha256};

use crate::refusal::Refusal;
use crate::request::{Request, Understood};
use crate::slices::{Remote, Slices};

/// Frames decoded in a step: a fraction of a second of work.
const STEP_FRAMES: usize = 1 << 16;
/// Channels up to which a step has that many frames.
const WIDE_CHANNELS: usize = 2;
/// Most bytes of metadata that are held; what is larger is named only.
const MAX_METADATA_BYTES: u64 = 16 << 20;
/// Name of a file that has none, in errors.
const IN_MEMORY: &str = "audio in memory";

/// The analysis of one file: opened, then stepped through to its end, then finished.
pub struct Session {
    request: Request,
    understood: Understood,
    slices: Slices,
    decoder: Decoder,
    analyzer: Analyzer,
    format: StreamFormat,
    buffer: PlanarBuffer,
    frames: u64,
}

/// Answers to a request, as JSON and HTML text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Analysis as JSON, as `balanced analyze --json` prints it.
    pub analysis: String,
    /// Result of the check as JSON, as `balanced check --json` prints it.
    pub check: Option<String>,
    /// Recommendation as JSON, as `balanced recommend --json` prints it.
    pub recommendation: Option<String>,
    /// Report, an HTML page.
    pub report: Option<String>,
}

impl Session {
    /// Opens a file of `bytes` bytes.
    ///
    /// # Errors
    /// Returns what is wrong with the request, or with the file.
    pub fn open(remote: Box<dyn Remote>, bytes: u64, request: Request) -> Result<Self, Refusal> {
        let understood = request.understood()?;
        let slices = Slices::new(remote, bytes);
        let name = request.name.as_deref().unwrap_or(IN_MEMORY);
        let opened = Decoder::from_named_reader(name, slices.cursor());
        fail_as_the_file_did(&slices, name)?;
        let decoder = opened?;
        let format = with_layout(&decoder, &understood)?;
        let config = AnalysisConfig { bit_depth: decoder.info().bit_depth, ..understood.config.clone() };
        let analyzer = Analyzer::new(&format, &config);
        let channels = format.channels();
        let buffer = PlanarBuffer::new(channels, STEP_FRAMES * WIDE_CHANNELS / channels.max(WIDE_CHANNELS));
        Ok(Self { request, understood, slices, decoder, analyzer, format, buffer, frames: 0 })
    }

    /// Decodes and measures the next part; returns whether there was one.
    ///
    /// # Errors
    /// Returns what went wrong while the file was read.
    pub fn step(&mut self) -> Result<bool, Refusal> {
        let read = self.decoder.read(&mut self.buffer);
        fail_as_the_file_did(&self.slices, self.name())?;
        let read = read?;
        if read > 0 {
            self.analyzer.push(self.buffer.block());
            self.frames += read as u64;
        }
        Ok(read > 0)
    }

    /// Returns the share of the file that was measured, 0 to 1; `None` if its length is not known.
    #[must_use]
    pub fn fraction(&self) -> Option<f64> {
        let total = self.decoder.info().frames.filter(|frames| *frames > 0)?;
        Some((self.frames as f64 / total as f64).min(1.0))
    }

    /// Ends the analysis, which took `elapsed_s` seconds as far as the caller knows, and makes all that was asked for.
    ///
    /// # Errors
    /// Returns what is wrong with the file as a whole.
    pub fn finish(self, elapsed_s: f64) -> Result<Answer, Refusal> {
        if !self.request.accept_damaged {
            self.decoder.check_complete()?;
        }
        let name = self.name().to_owned();
        let hashed = self.slices.sha256();
        fail_as_the_file_did(&self.slices, &name)?;
        let metadata = read_metadata(&mut self.slices.cursor(), self.format.sample_rate_hz, MAX_METADATA_BYTES);
        let mut measurements = self.analyzer.finish();
        let described = self.decoder.describe(&self.format, self.understood.layout.is_some(), self.frames);
        let mut source = Source {
            path: self.request.name.clone(),
            sha256: hashed.ok(),
            effective_bit_depth: measurements.effective_bit_depth,
            ..described
        };
        source.notes.extend(metadata.notes);
        let models = std::mem::take(&mut measurements.models);
        let analysis = Analysis {
            schema_version: SCHEMA_VERSION,
            source,
            metadata: (!metadata.metadata.is_empty()).then(|| Box::new(metadata.metadata.without_bytes())),
            measurements,
            provenance: Provenance {
                balanced_version: env!("CARGO_PKG_VERSION").to_owned(),
                config_hash: config_hash(&self.understood.config),
                models,
                elapsed_s,
            },
        };
        Ok(answer(&analysis, &self.understood, self.request.report))
    }

    fn name(&self) -> &str {
        self.request.name.as_deref().unwrap_or(IN_MEMORY)
    }
}

/// What goes wrong in a file that cannot be read goes wrong because of that, whatever a decoder makes of it.
fn fail_as_the_file_did(slices: &Slices, name: &str) -> Result<(), Refusal> {
    slices.fault().map_or(Ok(()), |fault| Err(Refusal::changed(name, &fault)))
}

fn answer(analysis: &Analysis, understood: &Understood, report: bool) -> Answer {
    let check = understood.profile.as_ref().map(|profile| balanced_assistant::check(analysis, profile));
    let recommend = |(target, intent): &_| balanced_assistant::recommend_with(analysis, target, intent);
    let recommendation = understood.aim.as_ref().map(recommend);
    Answer {
        analysis: json(analysis),
        check: check.as_ref().map(json),
        recommendation: recommendation.as_ref().map(json),
        report: report.then(|| balanced_report::analysis_html(analysis)),
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("results are plain data")
}

/// The hash that the façade's function of this name returns: families in their order, the file's own bit depth left out.
fn config_hash(config: &AnalysisConfig) -> String {
    Sha256::digest(json(config)).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The file's format with the layout that was asked for.
fn with_layout(decoder: &Decoder, understood: &Understood) -> Result<StreamFormat, Refusal> {
    let format = decoder.format();
    let Some(layout) = &understood.layout else { return Ok(format) };
    // A single channel on two loudspeakers says nothing about files of more.
    if format.channels() != 1 && *layout == ChannelLayout::dual_mono() {
        return Ok(format);
    }
    if layout.channels() == format.channels() {
        return Ok(StreamFormat { layout: layout.clone(), ..format });
    }
    let (name, wanted, channels) = (layout.name(), layout.channels(), format.channels());
    let problem = format!("layout {name} has {wanted} channels, the input has {channels}");
    Err(Refusal::settings(problem, "leave the layout out or name one that fits"))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const DEMO: &[u8] = include_bytes!("../../../fixtures/demo.flac");

    fn answer(bytes: Vec<u8>, request: &str) -> Result<Answer, Refusal> {
        let length = bytes.len() as u64;
        let mut session = Session::open(Box::new(bytes), length, Request::from_json(request.as_bytes())?)?;
        let mut last = 0.0;
        while session.step()? {
            let fraction = session.fraction().unwrap();
            assert!(fraction > last && fraction <= 1.0);
            last = fraction;
        }
        session.finish(1.5)
    }

    #[test]
    fn everything_that_was_asked_for_is_made_from_one_pass() {
        let request = r#"{"name":"demo.flac","families":["loudness"],"check":"upload","recommend":{},"report":true}"#;
        let answer = answer(DEMO.to_vec(), request).unwrap();
        let analysis: Value = serde_json::from_str(&answer.analysis).unwrap();
        assert_eq!(analysis["source"]["path"], "demo.flac");
        assert_eq!(analysis["source"]["sha256"], "f581532648e80f515fc0e1f5a9a5ee3888f99c2c7758a48cdf10f357e04b7764");
        assert_eq!(analysis["source"]["frames"], 1_587_600);
        assert_eq!(analysis["provenance"]["elapsed_s"], 1.5);
        assert!(analysis.get("key").is_none_or(Value::is_null) && analysis["stereo"].is_object());
        let check: Value = serde_json::from_str(&answer.check.unwrap()).unwrap();
        assert_eq!((&check["profile"], &check["passed"]), (&"upload".into(), &false.into()));
        let recommendation: Value = serde_json::from_str(&answer.recommendation.unwrap()).unwrap();
        assert_eq!(recommendation["target"]["name"], "streaming");
        assert!(answer.report.unwrap().starts_with("<!DOCTYPE html>"));
    }

    #[test]
    fn a_file_that_is_not_audio_is_refused_by_its_name() {
        let refusal = answer(b"dear sir or madam".to_vec(), r#"{"name":"letter.wav"}"#).unwrap_err();
        assert_eq!((refusal.kind, refusal.file.as_deref()), ("not_audio", Some("letter.wav")));
        let refusal = answer(DEMO.to_vec(), r#"{"layout":"5.1"}"#).unwrap_err();
        assert_eq!(refusal.kind, "settings");
        assert!(refusal.problem.contains("6 channels, the input has 2"), "{}", refusal.problem);
    }

    #[test]
    fn a_file_that_goes_away_is_told_so() {
        let refusal = Session::open(Box::new(DEMO.to_vec()), 9_000_000, Request::default()).err().unwrap();
        assert_eq!(refusal.kind, "changed");
    }
}
