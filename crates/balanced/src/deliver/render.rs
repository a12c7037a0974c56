//! One file of a bundle: planned, rendered, measured and advised on.

use std::path::Path;

use balanced_assistant::{DeliveryFormat, DeliveryPlan, DeliveryRule};
use balanced_io::{EncodeSpec, FileFormat, SampleFormat};
use balanced_mastering::{ChainSpec, DitherNoise, DitherSpec, ProcessorSpec, Step};
use balanced_model::{Analysis, Metadata, MetadataField, Source};

use super::cover::Cover;
use super::manifest::{DeliveredFile, Resampling};
use super::recipe::{Recipe, loudness_only};
use super::{DeliverOptions, achieved, advice, lossy};
use crate::{AnalyzeOptions, Error, ErrorKind, MasterOptions};

/// Method of every conversion of a sample rate; what it promises is tested in balanced-io.
pub(super) const RESAMPLING: &str = "FFT resampler (rubato) in double precision: sinc under a squared Blackman-Harris window, 2048 frames at the \
                                     lower rate, passband to 0.985 of its Nyquist frequency, stopband below -150 dB";

/// A bundle that is being made.
pub(super) struct Bundle<'a> {
    pub(super) master: &'a Path,
    pub(super) source: &'a Analysis,
    /// The folder under its temporary name.
    pub(super) staged: &'a Path,
    /// The folder as the caller named it, for messages.
    pub(super) folder: &'a Path,
    pub(super) cover: Option<&'a Cover>,
    pub(super) options: &'a DeliverOptions<'a>,
}

/// A file that was rendered.
struct Rendered {
    recipe: Recipe,
    encoder: Option<String>,
    metadata: Vec<MetadataField>,
    after: Analysis,
}

/// Why a file was not made.
pub(super) enum Failure {
    /// It cannot be made of this master; the others can.
    Unfit(String),
    /// The whole bundle fails.
    Error(Box<Error>),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(Box::new(error))
    }
}

impl Bundle<'_> {
    /// Makes the file of a delivery.
    pub(super) fn make(&self, rule: &DeliveryRule) -> Result<DeliveredFile, Failure> {
        let plan = rule.plan(&self.source.source).map_err(Failure::Unfit)?;
        let name = self.file_name(rule);
        let written = self.staged.join(&rule.name).join(&name);
        self.make_folder(&rule.name)?;
        let rendered = self.render(rule, &plan, &written).map_err(|error| self.unmade(error, rule, &name))?;
        let Rendered { mut recipe, encoder, metadata, after } = rendered;
        recipe.metadata.cover = self.cover.map(|cover| cover.name.into());
        let (check, after) = advice::measure(&written, rule, &after, self.options)?;
        Ok(DeliveredFile {
            delivery: Some(rule.name.clone()),
            bytes: length(&written)?,
            recipe,
            is_exact: plan.is_exact,
            resampling: resampling(&self.source.source, after.source.sample_rate_hz),
            encoder,
            after: achieved(&after),
            playback: advice::playback(rule, &after),
            advice: advice::sentences(rule, self.source, &after, check.as_ref(), self.cover, plan.is_exact),
            check,
            metadata,
            file: Source { path: Some(format!("{}/{name}", rule.name)), ..after.source },
        })
    }

    /// Renders and measures the file.
    fn render(&self, rule: &DeliveryRule, plan: &DeliveryPlan, written: &Path) -> Result<Rendered, Error> {
        let Some(codec) = lossy::codec_of(rule)? else { return self.render_lossless(rule, plan, written) };
        let options = MasterOptions { sample_rate_hz: None, ..self.master_options(FileFormat::Wav, plan) };
        let encoder = balanced_codec::encoder_name(codec).map_err(|error| Error::coding(&error))?;
        let metadata = lossy::render(self.master, written, codec, &options)?;
        let analyze = AnalyzeOptions { config: loudness_only(), ..self.options.analyze() };
        let after = crate::analyze(written, &AnalyzeOptions { layout: None, ..analyze })?;
        let recipe = Recipe::of(&options, ChainSpec::new("delivery", [] as [Step; 0]))?;
        let (format, codec) = (rule.format.extension().to_owned(), Some(codec.to_string()));
        Ok(Rendered { recipe: Recipe { format, codec, ..recipe }, encoder: Some(encoder), metadata, after })
    }

    fn render_lossless(&self, rule: &DeliveryRule, plan: &DeliveryPlan, written: &Path) -> Result<Rendered, Error> {
        let options = self.master_options(lossless(rule.format), plan);
        let result = crate::master(self.master, written, &options)?;
        if result.before.source.sha256 != self.source.source.sha256 {
            return Err(Error::changed(self.master, "changed while it was delivered"));
        }
        let recipe = Recipe::of(&options, result.chain)?;
        Ok(Rendered { recipe, encoder: None, metadata: result.metadata, after: result.after })
    }

    /// Returns why a file was not made: settings, such as an encoder that is missing, concern this one only.
    fn unmade(&self, error: Error, rule: &DeliveryRule, name: &str) -> Failure {
        match error.kind() {
            ErrorKind::Settings => Failure::Unfit(format!("{}; {}", error.problem(), error.remedy())),
            _ => self.named(error, rule, name).into(),
        }
    }

    fn master_options(&self, format: FileFormat, plan: &DeliveryPlan) -> MasterOptions<'_> {
        let mut metadata = self.options.metadata.clone();
        metadata.cover = self.cover.map(|cover| self.staged.join(cover.name));
        MasterOptions {
            chain: Some(conversion(plan)),
            metadata,
            encode: EncodeSpec { format, sample_format: sample_format(plan) },
            // The rate of the source itself is left to it: the recipe then says that nothing was converted.
            sample_rate_hz: Some(f64::from(plan.sample_rate_hz))
                .filter(|rate| *rate != self.source.source.sample_rate_hz),
            layout: self.options.layout.clone(),
            accept_damaged: self.options.accept_damaged,
            config: loudness_only(),
            progress: self.options.progress,
            cancel: self.options.cancel,
            limits: self.options.limits,
            temp: self.options.temp.clone(),
            ..MasterOptions::default()
        }
    }

    /// Returns the name of the file, by the metadata that it will have.
    fn file_name(&self, rule: &DeliveryRule) -> String {
        let given = &self.options.metadata;
        let mut metadata = if given.strip {
            Metadata::default()
        } else {
            self.source.metadata.as_deref().cloned().unwrap_or_default()
        };
        let texts = [
            (&given.title, &mut metadata.title),
            (&given.album, &mut metadata.album),
            (&given.isrc, &mut metadata.isrc),
        ];
        for (given, held) in texts {
            if given.is_some() {
                held.clone_from(given);
            }
        }
        if !given.artists.is_empty() {
            metadata.artists.clone_from(&given.artists);
        }
        metadata.track_number = given.track_number.or(metadata.track_number);
        let stem = self.master.file_stem().unwrap_or_default().to_string_lossy();
        format!("{}.{}", rule.file_stem(&metadata, &stem), rule.format.extension())
    }

    fn make_folder(&self, name: &str) -> Result<(), Error> {
        let folder = self.staged.join(name);
        let failed = |error| Error::output(self.folder, format!("cannot be filled ({error})"), "");
        if folder.is_dir() { Ok(()) } else { std::fs::create_dir(&folder).map_err(failed) }
    }

    /// Names the file of an error by its place in the bundle instead of its temporary one.
    fn named(&self, error: Error, rule: &DeliveryRule, name: &str) -> Error {
        let is_staged = error.path().is_some_and(|path| path.starts_with(self.staged));
        if is_staged { error.in_file(self.folder.join(&rule.name).join(name)) } else { error }
    }
}

/// Returns the chain of a conversion: the only rounding, or none where samples stay as they are.
fn conversion(plan: &DeliveryPlan) -> ChainSpec {
    let noise = if plan.is_exact { DitherNoise::None } else { DitherNoise::default() };
    let dither = DitherSpec { bits: u32::from(plan.bits.unwrap_or(24)), noise, ..DitherSpec::default() };
    ChainSpec::new("delivery", [Step::new(ProcessorSpec::Dither(dither))])
}

fn sample_format(plan: &DeliveryPlan) -> SampleFormat {
    if plan.bits == Some(16) { SampleFormat::I16 } else { SampleFormat::I24 }
}

/// Returns the file format of a lossless delivery.
fn lossless(format: DeliveryFormat) -> FileFormat {
    match format {
        DeliveryFormat::Aiff => FileFormat::Aiff,
        DeliveryFormat::Flac => FileFormat::Flac,
        _ => FileFormat::Wav,
    }
}

/// Returns the conversion of the sample rate, if there is one.
pub(super) fn resampling(source: &Source, to_hz: f64) -> Option<Resampling> {
    let from_hz = source.sample_rate_hz;
    (from_hz != to_hz).then(|| Resampling { from_hz, to_hz, method: RESAMPLING.to_owned() })
}

/// Returns the length of a written file.
pub(super) fn length(path: &Path) -> Result<u64, Error> {
    let failed = |error| Error::output(path, format!("cannot be read back ({error})"), "check the disk that holds it");
    std::fs::metadata(path).map(|found| found.len()).map_err(failed)
}
