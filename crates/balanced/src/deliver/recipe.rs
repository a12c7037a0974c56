//! The recipe of a file: every option that changes its bytes, as data.

use std::path::{Path, PathBuf};

use balanced_dsp::ChannelLayout;
use balanced_io::{EncodeSpec, FileFormat, SampleFormat};
use balanced_model::{AnalysisConfig, Family};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ChainSpec, Edit, Error, MasterOptions, MetadataEdit};

/// Everything that renders a file from its source again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Chain as rendered, from the first step to the dither with its seed.
    pub chain: ChainSpec,
    /// Trim and fades; absent if there are none.
    #[serde(default, skip_serializing_if = "Edit::is_none")]
    pub edit: Edit,
    /// Metadata that was given; the path of a cover is relative to the manifest's folder where the bundle holds it.
    pub metadata: MetadataEdit,
    /// SHA-256 of the cover that was given, lower-case hex.
    #[serde(default)]
    pub cover_sha256: Option<String>,
    /// File format: `wav`, `aiff` or `flac`; the extension of a lossy file.
    pub format: String,
    /// Lossy codec with its bit rate, such as `mp3-320`; `null` for a lossless file.
    #[serde(default)]
    pub codec: Option<String>,
    /// Sample format: `16`, `24` or `32` bits, `32f` or `64f` for floating point; it says nothing of a lossy file.
    pub bits: String,
    /// Sample rate in Hz; `null` for that of the source.
    pub sample_rate_hz: Option<f64>,
    /// Channel layout that replaces the one the source declares; `null` if none was given.
    pub layout: Option<String>,
    /// Whether a source that gives under half of what it promises is rendered all the same.
    #[serde(default)]
    pub accept_damaged: bool,
}

/// Sample formats by the names that users type.
const SAMPLE_FORMATS: [(&str, SampleFormat); 5] = [
    ("16", SampleFormat::I16),
    ("24", SampleFormat::I24),
    ("32", SampleFormat::I32),
    ("32f", SampleFormat::F32),
    ("64f", SampleFormat::F64),
];
const FORMATS: [FileFormat; 3] = [FileFormat::Wav, FileFormat::Aiff, FileFormat::Flac];

impl Recipe {
    /// Takes the recipe of a render with `options` that ended in `chain`.
    ///
    /// # Errors
    /// Returns an error if the cover cannot be read.
    pub(crate) fn of(options: &MasterOptions<'_>, chain: ChainSpec) -> Result<Self, Error> {
        let mut metadata = options.metadata.clone();
        let cover_sha256 = metadata.cover.as_deref().map(hash).transpose()?;
        metadata.cover = metadata.cover.map(|path| PathBuf::from(path.to_string_lossy().into_owned()));
        let sample_format = options.encode.sample_format;
        let (bits, _) =
            SAMPLE_FORMATS.iter().find(|(_, known)| *known == sample_format).expect("every format has a name");
        Ok(Self {
            chain,
            edit: options.edit,
            metadata,
            cover_sha256,
            format: options.encode.format.extension().to_owned(),
            codec: None,
            bits: (*bits).to_owned(),
            sample_rate_hz: options.sample_rate_hz,
            layout: options.layout.as_ref().and_then(ChannelLayout::spelled),
            accept_damaged: options.accept_damaged,
        })
    }

    /// Returns the options that render the file again; a cover is looked for in `folder`.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) for a value that this program does not know, and
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) for a cover that is missing or another one.
    pub(crate) fn options(&self, folder: &Path) -> Result<MasterOptions<'static>, Error> {
        let unknown = |what: &str, value: &str| {
            Error::settings(format!("the {what} \"{value}\" is unknown"), "use the version that made the file")
        };
        let format = FORMATS.into_iter().find(|known| known.extension() == self.format);
        let format = format.or_else(|| self.codec.as_ref().map(|_| FileFormat::Wav));
        let samples = SAMPLE_FORMATS.iter().find(|(name, _)| *name == self.bits).map(|(_, format)| *format);
        let layout = self.layout.as_deref().map(ChannelLayout::parse).transpose();
        let mut metadata = self.metadata.clone();
        metadata.cover = metadata.cover.map(|path| self.cover(&path, folder)).transpose()?;
        Ok(MasterOptions {
            chain: Some(self.chain.clone()),
            edit: self.edit,
            metadata,
            encode: EncodeSpec {
                format: format.ok_or_else(|| unknown("format", &self.format))?,
                sample_format: samples.ok_or_else(|| unknown("sample format", &self.bits))?,
            },
            sample_rate_hz: self.sample_rate_hz,
            layout: layout.map_err(|problem| Error::settings(problem, "use the version that made the file"))?,
            accept_damaged: self.accept_damaged,
            config: loudness_only(),
            ..MasterOptions::default()
        })
    }

    /// Finds the cover, beside the manifest or where it was.
    fn cover(&self, path: &Path, folder: &Path) -> Result<PathBuf, Error> {
        let beside = folder.join(path);
        let found = if beside.is_file() { beside } else { path.to_owned() };
        if Some(hash(&found)?) != self.cover_sha256 {
            return Err(Error::input(found, "is not the cover that the file was made with", "put that picture there"));
        }
        Ok(found)
    }
}

/// Returns the configuration of renders whose result is compared by its bytes.
pub(crate) fn loudness_only() -> AnalysisConfig {
    AnalysisConfig { families: vec![Family::Loudness], ..AnalysisConfig::default() }
}

fn hash(path: &Path) -> Result<String, Error> {
    let opened = balanced_io::open_file(path).map_err(|error| Error::reading(&error))?;
    let mut opened = opened;
    crate::hash::hash_reader(&mut opened).map_err(|error| Error::unreadable(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_gives_the_options_back() {
        let folder = tempfile::tempdir().unwrap();
        let given = MasterOptions {
            encode: EncodeSpec { format: FileFormat::Flac, sample_format: SampleFormat::I16 },
            layout: Some(ChannelLayout::stereo()),
            sample_rate_hz: Some(48_000.0),
            metadata: MetadataEdit { title: Some("T".to_owned()), ..MetadataEdit::default() },
            ..MasterOptions::default()
        };
        let recipe = Recipe::of(&given, ChainSpec::default()).unwrap();
        let options = recipe.options(folder.path()).unwrap();
        assert_eq!(
            (options.encode, options.layout, options.sample_rate_hz),
            (given.encode, given.layout, given.sample_rate_hz)
        );
        assert_eq!((options.metadata, options.chain), (given.metadata, Some(ChainSpec::default())));
        assert!(
            Recipe { bits: "20".to_owned(), ..recipe.clone() }
                .options(folder.path())
                .err()
                .unwrap()
                .to_string()
                .contains("\"20\"")
        );

        std::fs::write(folder.path().join("c.png"), "another").unwrap();
        let metadata = MetadataEdit { cover: Some("c.png".into()), ..MetadataEdit::default() };
        let wrong = Recipe { metadata, cover_sha256: Some("00".to_owned()), ..recipe };
        assert!(wrong.options(folder.path()).err().unwrap().to_string().contains("not the cover"));
    }
}
