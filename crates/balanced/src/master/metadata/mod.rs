//! Metadata of a master: read from the mix, changed as asked, moved with the audio, and proven on the written file.

mod edit;
mod timeline;

use std::path::Path;

use balanced_dsp::StreamFormat;
use balanced_io::{FileFormat, IxmlTimes, MetadataFields, fit_metadata, is_about_the_former_file, retimed_ixml};
use balanced_model::{Broadcast, FieldOutcome, Metadata, MetadataField};

pub use edit::MetadataEdit;
pub(crate) use timeline::Timeline;

use crate::{EncodeSpec, Error, printable};

/// Kind of work on the audio, as the coding history tells it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    Mastered,
    /// Rate and bit depth only.
    Converted,
    /// Silence removed, cut into pieces, one channel made of two that are equal.
    Repaired,
}

impl Work {
    fn word(self) -> &'static str {
        match self {
            Self::Mastered => "mastered",
            Self::Converted => "converted",
            Self::Repaired => "repaired",
        }
    }
}

/// Metadata for a master, and what became of every field.
#[derive(Default)]
pub(crate) struct Carried {
    pub(crate) metadata: Metadata,
    fields: MetadataFields,
}

impl Carried {
    /// Makes the metadata of a master from that of its mix.
    pub(crate) fn new(
        mix: &Metadata,
        edit: &edit::Checked<'_>,
        timeline: &Timeline,
        encode: EncodeSpec,
        format: &StreamFormat,
        work: Work,
    ) -> Self {
        let mut fields = MetadataFields::of(mix);
        let mut metadata = Metadata { unread: Vec::new(), ..mix.clone() };
        for name in &mix.unread {
            fields.drop(name, "not read by this program");
        }
        if edit.strips() {
            metadata = Metadata::default();
            fields.drop_all("left out as asked");
        } else {
            drop_stale(&mut metadata, &mut fields, encode.format);
            if work == Work::Mastered {
                drop_umid(&mut metadata, &mut fields);
            }
            timeline.move_all(&mut metadata, &mut fields);
        }
        edit.apply(&mut metadata, &mut fields);
        if !edit.strips() {
            add_history(&mut metadata, &mut fields, encode, format, work);
            retime_ixml(&mut metadata, &mut fields, encode, format);
        }
        let (metadata, fitted) = fit_metadata(&metadata, encode.format, format.sample_rate_hz);
        fields.follow(fitted);
        Self { metadata, fields }
    }

    /// Checks what was read back from the written master.
    pub(crate) fn check(&self, name: &Path, read: &Metadata) -> Result<(), Error> {
        let mut read = read.clone();
        match (&mut read.broadcast, &self.metadata.broadcast) {
            // The chunk that only states the measured loudness.
            (Some(broadcast), None) if Broadcast { loudness: None, ..broadcast.clone() } == Broadcast::default() => {
                read.broadcast = None;
            }
            (Some(broadcast), _) => broadcast.loudness = None,
            (None, _) => {}
        }
        if read == self.metadata {
            return Ok(());
        }
        let field = difference(&read, &self.metadata);
        let problem = format!("was not written, because its metadata does not read back as it should ({field})");
        Err(Error::output(name, problem, "leave the metadata out (strip), or report this with the mix"))
    }

    /// Returns what became of every field.
    pub(crate) fn fields(&self) -> &[MetadataField] {
        self.fields.as_slice()
    }

    /// Returns a sentence on what was dropped or changed, if anything was.
    pub(crate) fn note(&self) -> Option<String> {
        let told = |outcome: FieldOutcome, verb: &str| {
            let fields = self.fields.as_slice().iter().filter(|field| field.outcome == outcome);
            let named: Vec<String> = fields
                .map(|field| match &field.note {
                    Some(note) => format!("{} ({note})", field.field),
                    None => field.field.clone(),
                })
                .collect();
            (!named.is_empty()).then(|| format!("{verb} {}", named.join(", ")))
        };
        let parts = [told(FieldOutcome::Dropped, "dropped"), told(FieldOutcome::Mapped, "changed")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| printable(&format!("metadata: {}", parts.join("; "))))
    }
}

/// Drops what tells of the loudness and the encoder of the mix.
fn drop_stale(metadata: &mut Metadata, fields: &mut MetadataFields, format: FileFormat) {
    metadata.other.retain(|name, _| {
        let is_stale = is_about_the_former_file(name);
        if is_stale {
            fields.drop(&format!("other.{name}"), "tells of the mix");
        }
        !is_stale
    });
    if let Some(broadcast) = &mut metadata.broadcast
        && broadcast.loudness.take().is_some()
    {
        match format {
            FileFormat::Wav => fields.mark("broadcast.loudness", FieldOutcome::Renewed, "measured on the master"),
            _ => fields.drop("broadcast.loudness", "tells of the mix"),
        }
    }
}

/// Drops the identifier of the mix: a UMID names material (SMPTE ST 330), and a master is other material. A conversion keeps it.
fn drop_umid(metadata: &mut Metadata, fields: &mut MetadataFields) {
    if metadata.broadcast.as_mut().and_then(|broadcast| broadcast.umid.take()).is_some() {
        fields.drop("broadcast.umid", "names the mix");
    }
}

/// Adds the line of this master to the coding history (EBU R 98); a WAV gets a broadcast extension for it.
fn add_history(
    metadata: &mut Metadata,
    fields: &mut MetadataFields,
    encode: EncodeSpec,
    format: &StreamFormat,
    work: Work,
) {
    if metadata.broadcast.is_none() && encode.format != FileFormat::Wav {
        return;
    }
    let broadcast = metadata.broadcast.get_or_insert_default();
    let mode = match format.channels() {
        1 => ",M=mono",
        2 => ",M=stereo",
        _ => "",
    };
    let (rate_hz, bits) = (format.sample_rate_hz.round(), encode.sample_format.bits());
    let version = env!("CARGO_PKG_VERSION");
    let line = format!("A=PCM,F={rate_hz},W={bits}{mode},T=Balanced {version}; {}", work.word());
    if !broadcast.coding_history.is_empty() {
        broadcast.coding_history.push('\n');
    }
    broadcast.coding_history.push_str(&line);
    fields.mark("broadcast.coding_history", FieldOutcome::Renewed, "with a line for this master");
}

fn retime_ixml(metadata: &mut Metadata, fields: &mut MetadataFields, encode: EncodeSpec, format: &StreamFormat) {
    let Some(ixml) = &mut metadata.ixml else { return };
    let times = IxmlTimes {
        time_reference_frames: metadata.broadcast.as_ref().map(|broadcast| broadcast.time_reference_frames),
        sample_rate_hz: format.sample_rate_hz.round() as u32,
        bits: encode.sample_format.bits(),
    };
    let retimed = retimed_ixml(ixml, &times);
    if retimed != *ixml {
        *ixml = retimed;
        fields.map("ixml", "times, rate, bits and loudness as the master has them");
    }
}

/// Names the first family of fields in which two sets of metadata differ.
fn difference(read: &Metadata, written: &Metadata) -> &'static str {
    let texts = |metadata: &Metadata| {
        let metadata = metadata.clone();
        (
            [metadata.title, metadata.album, metadata.isrc, metadata.upc, metadata.date],
            [metadata.artists, metadata.album_artists, metadata.genres, metadata.comments],
            [metadata.track_number, metadata.track_total, metadata.disc_number, metadata.disc_total],
            metadata.other,
        )
    };
    match () {
        () if read.broadcast != written.broadcast => "broadcast",
        () if read.markers != written.markers => "markers",
        () if (&read.loops, read.instrument) != (&written.loops, written.instrument) => "loops",
        () if read.pictures != written.pictures => "pictures",
        () if (&read.ixml, &read.axml, &read.chna) != (&written.ixml, &written.axml, &written.chna) => "XML documents",
        () if texts(read) != texts(written) => "text",
        () => "chunks",
    }
}
