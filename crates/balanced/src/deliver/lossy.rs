//! Lossy deliveries: the master encoded by a codec, and tagged.

use std::path::Path;

use balanced_assistant::{DeliveryFormat, DeliveryRule};
use balanced_codec::{Codec, CodecError, encode_file};
use balanced_dsp::PlanarBuffer;
use balanced_io::{MetadataFields, is_about_the_former_file, write_tags};
use balanced_model::{FieldOutcome, Metadata, MetadataField};

use super::recipe::loudness_only;
use crate::album::Loud;
use crate::origin::Original;
use crate::progress::Monitor;
use crate::{Error, MasterOptions, Stage};

/// Tag by which players of Opus level a track (RFC 7845, 5.2.1).
const R128_TRACK_GAIN: &str = "R128_TRACK_GAIN";

/// Returns the codec of a lossy delivery; `None` for a lossless one.
pub(super) fn codec_of(rule: &DeliveryRule) -> Result<Option<Codec>, Error> {
    let kbps = rule.bitrate_kbps.unwrap_or_default();
    let name = match rule.format {
        DeliveryFormat::Mp3 => format!("mp3-{kbps}"),
        DeliveryFormat::Aac => format!("aac{kbps}"),
        DeliveryFormat::Opus => format!("opus{kbps}"),
        _ => return Ok(None),
    };
    parsed(&name).map(Some)
}

/// Reads the name of a codec.
pub(super) fn parsed(name: &str) -> Result<Codec, Error> {
    name.parse().map_err(|error: balanced_codec::UnknownCodec| {
        Error::settings(error.problem(), error.remedy()).caused_by(error)
    })
}

/// Encodes the file `source` into `path`, tags it, and returns what became of the metadata; an Opus file states its R128 gain.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if there is no encoder or it does not take the audio.
pub(super) fn render(
    source: &Path,
    path: &Path,
    codec: Codec,
    options: &MasterOptions<'_>,
) -> Result<Vec<MetadataField>, Error> {
    let edit = options.metadata.checked()?;
    let file = Original::open(source, &options.limits)?;
    let mut input = file.input(options.layout.as_ref(), &options.limits)?;
    let format = input.format.clone();
    let monitor = Monitor::new(options.progress, options.cancel).within(&options.limits, Some(source));
    let (mut done, total) = (0, input.declared_frames());
    let next = |buffer: &mut PlanarBuffer| -> Result<usize, Coding> {
        monitor.at(Stage::Write, done, total)?;
        let frames = input.read(buffer)?;
        done += frames as u64;
        Ok(frames)
    };
    encode_file(codec, &format, path, next).map_err(|Coding(error)| *error)?;
    input.check_complete(options.accept_damaged)?;
    file.check_unchanged()?;
    let held = crate::origin::Origin::File(file).metadata(format.sample_rate_hz, &options.limits).metadata;
    let mut fields = MetadataFields::of(&held);
    let mut metadata = Metadata { unread: Vec::new(), ..held.clone() };
    held.unread.iter().for_each(|name| fields.drop(name, "not read by this program"));
    if edit.strips() {
        metadata = Metadata::default();
        fields.drop_all("left out as asked");
    }
    metadata.other.retain(|name, _| {
        let is_stale = is_about_the_former_file(name);
        if is_stale {
            fields.drop(&format!("other.{name}"), "tells of the master");
        }
        !is_stale
    });
    edit.apply(&mut metadata, &mut fields);
    if let Codec::Opus { .. } = codec
        && let Some(gain) = r128_gain_q78(source, options)?
    {
        metadata.other.insert(R128_TRACK_GAIN.to_owned(), vec![gain.to_string()]);
        fields.mark(&format!("other.{R128_TRACK_GAIN}"), FieldOutcome::Renewed, "measured on the master");
    }
    fields.follow(write_tags(path, &metadata).map_err(|error| Error::writing(&error))?);
    Ok(fields.into_vec())
}

/// Measures the gain that brings a track to -23 LUFS, in 256ths of a decibel; `None` for silence.
fn r128_gain_q78(source: &Path, options: &MasterOptions<'_>) -> Result<Option<i16>, Error> {
    let measured = crate::analyze(source, &options.analyze(loudness_only()))?;
    let loudness = measured.measurements.loudness.unwrap_or_default();
    let loud = Loud { integrated_lufs: loudness.integrated_lufs, true_peak_dbtp: loudness.true_peak_dbtp };
    Ok(loud.tags(false).r128_gain_q78)
}

/// Error of reading or of encoding, for [`encode_file`].
struct Coding(Box<Error>);

impl From<Error> for Coding {
    fn from(error: Error) -> Self {
        Self(Box::new(error))
    }
}

impl From<CodecError> for Coding {
    fn from(error: CodecError) -> Self {
        Self(Box::new(Error::coding(&error)))
    }
}
