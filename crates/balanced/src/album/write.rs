//! The files of an album: written from the cuts, read back and measured.

use std::path::Path;

use balanced_dsp::PlanarBuffer;
use balanced_io::FileFormat;
use balanced_model::{AnalysisConfig, Measurements, Metadata};

use super::AlbumOptions;
use super::stream::Cut;
use super::timeline::Slot;
use crate::analyze::{analyzer, block_frames, cores};
use crate::input::Input;
use crate::master::cache::Part;
use crate::master::metadata::Carried;
use crate::master::place::{Place, Written};
use crate::master::verify::broadcast_loudness;
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::{Error, Stage};

/// A written file: what its tracks measure, and its hash.
pub(super) struct Proof {
    pub(super) tracks: Vec<Measurements>,
    pub(super) sha256: String,
    pub(super) notes: Vec<String>,
}

/// Writes `cuts` one after the other into the file at `path`, reads it back and measures each of them.
pub(super) fn write(
    path: &Path,
    cuts: &[&Cut],
    carried: &Carried,
    config: &AnalysisConfig,
    options: &AlbumOptions<'_>,
    scratch: &Scratch,
    monitor: &Monitor<'_>,
) -> Result<Proof, Error> {
    let place = Place::File(path);
    let format = &cuts[0].cache.format;
    let mut draft = place.draft(&options.encode, format, &carried.metadata, scratch)?;
    let total: u64 = cuts.iter().map(|cut| cut.cache.frames).sum();
    let mut done = 0;
    for cut in cuts {
        cut.cache.for_each(Part::Whole, |buffer| {
            monitor.at(Stage::Write, done, Some(total))?;
            done += buffer.frames() as u64;
            draft.encoder.write(&buffer.block()).map_err(|error| Error::writing(&error))
        })?;
    }
    let written = draft.complete()?;
    let lengths: Vec<u64> = cuts.iter().map(|cut| cut.cache.frames).collect();
    let tracks = measure(written.input(None, false)?, &lengths, config, monitor)?;
    let notes = state_loudness(&written, &tracks, options);
    let read = written.metadata(format.sample_rate_hz)?;
    carried.check(path, &read.metadata)?;
    let sha256 = written.hash()?;
    written.publish()?;
    Ok(Proof { tracks, sha256, notes })
}

/// Writes the measured loudness of a track into the broadcast chunk of its WAV; an image has no loudness of its own.
fn state_loudness(written: &Written, tracks: &[Measurements], options: &AlbumOptions<'_>) -> Vec<String> {
    let [Measurements { loudness: Some(loudness), .. }] = tracks else { return Vec::new() };
    if options.encode.format != FileFormat::Wav {
        return Vec::new();
    }
    let stated = written.write_loudness(&broadcast_loudness(loudness));
    stated.err().map(|error| format!("the file has no broadcast loudness chunk: {error}")).into_iter().collect()
}

/// Measures the tracks that follow each other in `input`, of these lengths in frames.
fn measure(
    mut input: Input<'_>,
    lengths: &[u64],
    config: &AnalysisConfig,
    monitor: &Monitor<'_>,
) -> Result<Vec<Measurements>, Error> {
    let format = input.format.clone();
    let mut buffer = PlanarBuffer::new(format.channels(), block_frames(format.channels()));
    let total: u64 = lengths.iter().sum();
    let mut measured = Vec::new();
    let mut current = analyzer(&format, config, cores());
    let (mut left, mut done) = (lengths[0], 0);
    loop {
        monitor.at(Stage::Verify, done, Some(total))?;
        let frames = input.read(&mut buffer)?;
        if frames == 0 {
            break;
        }
        let mut at = 0;
        while at < frames {
            let count = left.min((frames - at) as u64) as usize;
            current.push(buffer.block().slice(at..at + count));
            (at, left, done) = (at + count, left - count as u64, done + count as u64);
            if left == 0 && measured.len() + 1 < lengths.len() {
                let next = analyzer(&format, config, cores());
                measured.push(std::mem::replace(&mut current, next).finish());
                left = lengths[measured.len()];
            } else if left == 0 && at < frames {
                return Err(unlike(input.name()));
            }
        }
    }
    measured.push(current.finish());
    if left > 0 || measured.len() != lengths.len() {
        return Err(unlike(input.name()));
    }
    Ok(measured)
}

fn unlike(name: &Path) -> Error {
    Error::output(name, "does not read back at the length that was written", "check the disk or network that holds it")
}

/// Moves what `metadata` says of positions to a file that begins before the track's audio and may end before it.
pub(super) fn moved(metadata: &mut Metadata, slot: &Slot) {
    let (lead, length) = (slot.lead_frames(), slot.end - slot.start);
    for marker in &mut metadata.markers {
        marker.position_frames += lead;
    }
    metadata.markers.retain(|marker| marker.position_frames + marker.length_frames.unwrap_or(0) <= length);
    for entry in &mut metadata.loops {
        (entry.start_frame, entry.end_frame) = (entry.start_frame + lead, entry.end_frame + lead);
    }
    metadata.loops.retain(|entry| entry.end_frame <= length);
    if let Some(broadcast) = &mut metadata.broadcast {
        broadcast.time_reference_frames = broadcast.time_reference_frames.saturating_sub(lead);
    }
}
