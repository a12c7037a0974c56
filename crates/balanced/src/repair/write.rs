//! Writing of repaired files: one pass over the input for all of them, each read back when it is complete.

use std::ops::Range;
use std::path::Path;

use balanced_dsp::{Block, PlanarBuffer};
use balanced_io::NewFolder;
use balanced_model::{Analysis, Family, Loudness, Metadata};

use super::conversion::Conversion;
use super::findings::Fold;
use super::pieces::Piece;
use super::{RepairOptions, RepairedFile};
use crate::album::file_name;
use crate::analyze::{block_frames, cores};
use crate::input::Input;
use crate::master::metadata::{self, Carried, Timeline};
use crate::master::place::{Place, Written};
use crate::master::render::{Aligned, Rate, frames_at};
use crate::master::verify::broadcast_loudness;
use crate::origin::Origin;
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::{Edit, Error, FileFormat, MetadataEdit, Stage};

/// The files that one call writes.
pub(super) struct Work<'a> {
    pub(super) origin: &'a Origin<'a>,
    pub(super) before: &'a Analysis,
    /// Metadata of the input.
    pub(super) mix: &'a Metadata,
    pub(super) conversion: &'a Conversion,
    pub(super) pieces: &'a [Piece],
    pub(super) scratch: &'a Scratch,
    pub(super) options: &'a RepairOptions<'a>,
    pub(super) monitor: &'a Monitor<'a>,
}

impl Work<'_> {
    /// Writes the only piece into the file `output`.
    pub(super) fn file(&self, output: &Path) -> Result<RepairedFile, Error> {
        self.check_room(crate::master::folder_of(output).as_path())?;
        let gain = self.gain()?;
        let mut reel = self.reel()?;
        let (file, written) = self.write(&mut reel, 0, gain, output)?;
        self.origin.check_unchanged()?;
        written.publish()?;
        Ok(file)
    }

    /// Writes all pieces into the new folder `output`.
    pub(super) fn folder(&self, output: &Path) -> Result<Vec<RepairedFile>, Error> {
        let writing = |error: balanced_io::IoError| Error::writing(&error);
        self.check_room(crate::master::folder_of(output).as_path())?;
        let gain = self.gain()?;
        let mut reel = self.reel()?;
        let folder = NewFolder::create(output).map_err(writing)?;
        let mut files = Vec::new();
        for index in 0..self.pieces.len() {
            let name = file_name(index + 1, &self.stem(), self.conversion.encode.format.extension());
            let (mut file, written) = self.write(&mut reel, index, gain, &folder.path().join(&name))?;
            written.publish()?;
            file.path = output.join(name).display().to_string();
            files.push(file);
        }
        self.origin.check_unchanged()?;
        folder.publish().map_err(writing)?;
        Ok(files)
    }

    /// Tells what belongs to all pieces.
    pub(super) fn tell(&self, notes: &mut Vec<String>) {
        if self.pieces.len() > 1 && self.mix.isrc.is_some() {
            notes.push("the ISRC names one recording and was left out of its pieces".to_owned());
        }
        if self.options.split_at_silence && self.pieces.len() == 1 {
            let (gap_s, level) = (self.options.gap_s, self.options.silence_dbfs);
            notes.push(format!("no silence of {gap_s} s under {level} dBFS was found, so that there is one piece"));
        }
    }

    /// Returns the name of the pieces.
    fn stem(&self) -> String {
        let stem = || self.origin.name().file_stem().unwrap_or_default().to_string_lossy().into_owned();
        self.options.name.clone().or_else(|| self.mix.title.clone()).unwrap_or_else(stem)
    }

    fn check_room(&self, folder: &Path) -> Result<(), Error> {
        let frames: u64 = self.pieces.iter().map(|piece| self.frames(piece)).sum();
        let format = &self.conversion.format;
        let bytes = u64::from(self.conversion.encode.sample_format.bits() / 8);
        self.scratch.check_room(0, folder, frames * format.channels() as u64 * bytes)
    }

    /// Returns the length of the file of a piece, in frames.
    fn frames(&self, piece: &Piece) -> u64 {
        frames_at(&piece.kept, self.before.source.sample_rate_hz, self.conversion.format.sample_rate_hz)
    }

    fn reel(&self) -> Result<Reel<'_>, Error> {
        let input = self.origin.input(self.options.layout.as_ref(), &self.options.limits)?;
        let channels = input.format.channels();
        let part = PlanarBuffer::new(channels, block_frames(channels));
        let mut buffer = part.clone();
        // Nothing was read yet.
        buffer.set_frames(0);
        Ok(Reel { buffer, part, start: 0, input })
    }

    /// Returns the gain that keeps the conversion under full scale: 1 if nothing would clip.
    fn gain(&self) -> Result<f64, Error> {
        if !self.conversion.can_clip() {
            return Ok(1.0);
        }
        let mut reel = self.reel()?;
        let mut peak = 0.0;
        for piece in self.pieces {
            let highest = |part: &mut PlanarBuffer| {
                let samples = (0..part.channels()).flat_map(|channel| part.channel(channel));
                peak = samples.filter(|sample| sample.is_finite()).map(|sample| sample.abs()).fold(peak, f64::max);
                Ok(())
            };
            self.convert(&mut reel, piece, 1.0, Stage::Solve, highest)?;
        }
        Ok(if peak > 1.0 { self.conversion.headroom() / peak } else { 1.0 })
    }

    /// Passes a piece at the rate and with the channels of the files on.
    fn convert(
        &self,
        reel: &mut Reel<'_>,
        piece: &Piece,
        gain: f64,
        stage: Stage,
        mut each: impl FnMut(&mut PlanarBuffer) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let fold = self.conversion.fold;
        let mut folded = PlanarBuffer::new(1, reel.buffer.capacity_frames());
        let from_hz = self.before.source.sample_rate_hz;
        let mut rate = Rate::new(from_hz, self.conversion.format.sample_rate_hz, self.conversion.format.channels())?;
        reel.play(piece.kept.clone(), |part, at| {
            self.monitor.at(stage, at, Some(self.before.source.frames))?;
            let part = match fold {
                Some(fold) => {
                    fold_down(part, fold, &mut folded);
                    &mut folded
                }
                None => part,
            };
            if gain != 1.0 {
                (0..part.channels()).for_each(|channel| part.channel_mut(channel).iter_mut().for_each(|x| *x *= gain));
            }
            rate.push(part, &mut each)
        })?;
        rate.finish(each)
    }

    /// Writes a piece, reads it back, and returns it before it has taken its place.
    fn write(
        &self,
        reel: &mut Reel<'_>,
        index: usize,
        gain: f64,
        path: &Path,
    ) -> Result<(RepairedFile, Written), Error> {
        let (piece, Conversion { encode, format, .. }) = (&self.pieces[index], self.conversion);
        let carried = self.carried(index)?;
        let mut draft = Place::File(path).draft(encode, format, &carried.metadata, self.scratch)?;
        let mut chain = Aligned::new(&self.conversion.chain(), format)?;
        let edit = Edit { fade_in_s: piece.fade_in_s, fade_out_s: piece.fade_out_s, ..Edit::default() };
        let mut fades = edit.fades(self.frames(piece), format.sample_rate_hz);
        let mut write = |block: Block<'_>| draft.encoder.write(&block).map_err(|error| Error::writing(&error));
        self.convert(reel, piece, gain, Stage::Write, |part| {
            if fades.are_due(part.frames()) {
                fades.apply(part)
            } else {
                fades.pass(part.frames())
            }
            chain.push(part, &mut write)
        })?;
        chain.finish(&mut write)?;
        let written = draft.complete()?;
        let file = self.prove(piece, gain, path, &carried, &written)?;
        Ok((file, written))
    }

    fn carried(&self, index: usize) -> Result<Carried, Error> {
        let mut mix = self.mix.clone();
        let count = self.pieces.len();
        let mut edit = MetadataEdit::default();
        if count > 1 {
            mix.isrc = None;
            edit.title = mix.title.as_ref().map(|title| format!("{title} ({})", index + 1));
            (edit.track_number, edit.track_total) = (Some(index as u32 + 1), Some(count as u32));
        }
        let timeline = Timeline {
            kept: self.pieces[index].kept.clone(),
            mix_frames: self.before.source.frames,
            mix_rate_hz: self.before.source.sample_rate_hz,
            master_rate_hz: self.conversion.format.sample_rate_hz,
        };
        let Conversion { encode, format, .. } = self.conversion;
        Ok(Carried::new(&mix, &edit.checked()?, &timeline, *encode, format, metadata::Work::Repaired))
    }

    /// Reads a file back and measures it.
    fn prove(
        &self,
        piece: &Piece,
        gain: f64,
        path: &Path,
        carried: &Carried,
        written: &Written,
    ) -> Result<RepairedFile, Error> {
        let Conversion { encode, format, is_exact, .. } = self.conversion;
        let input = written.input(Some(&format.layout), false)?;
        let measure = self.options.analyze(&[Family::Loudness]);
        let after = crate::analyze::run(input, &measure, self.monitor, Stage::Verify, cores())?;
        if after.source.frames != self.frames(piece) {
            let (found, wanted) = (after.source.frames, self.frames(piece));
            let problem = format!("was not written, because it reads back with {found} frames instead of {wanted}");
            return Err(Error::output(path, problem, "check the disk that holds it"));
        }
        let loudness = after.measurements.loudness.unwrap_or_default();
        self.state_loudness(written, &loudness)?;
        carried.check(path, &written.metadata(format.sample_rate_hz)?.metadata)?;
        let seconds = |frame: u64| frame as f64 / self.before.source.sample_rate_hz;
        Ok(RepairedFile {
            path: path.display().to_string(),
            sha256: written.hash()?,
            range_s: [seconds(piece.kept.start), seconds(piece.kept.end)],
            frames: after.source.frames,
            sample_rate_hz: format.sample_rate_hz,
            channels: format.channels(),
            sample_format: encode.sample_format.name().to_owned(),
            is_exact: *is_exact,
            gain_db: 20.0 * gain.log10(),
            fades_s: [piece.fade_in_s, piece.fade_out_s],
            integrated_lufs: loudness.integrated_lufs,
            true_peak_dbtp: loudness.true_peak_dbtp,
            metadata: carried.fields().to_vec(),
        })
    }

    fn state_loudness(&self, written: &Written, loudness: &Loudness) -> Result<(), Error> {
        if self.conversion.encode.format != FileFormat::Wav {
            return Ok(());
        }
        written.write_loudness(&broadcast_loudness(loudness)).map_err(|error| Error::writing(&error))
    }
}

/// An input that is read forwards, piece by piece.
struct Reel<'a> {
    input: Input<'a>,
    buffer: PlanarBuffer,
    part: PlanarBuffer,
    /// Frame of the input that `buffer` begins with.
    start: u64,
}

impl Reel<'_> {
    /// Passes the frames of `range`, which begins after all ranges before it, on; the place of each part goes with it.
    fn play(
        &mut self,
        range: Range<u64>,
        mut each: impl FnMut(&mut PlanarBuffer, u64) -> Result<(), Error>,
    ) -> Result<(), Error> {
        loop {
            let end = self.start + self.buffer.frames() as u64;
            let (from, to) = (range.start.max(self.start), range.end.min(end));
            if from < to {
                let (first, count) = ((from - self.start) as usize, (to - from) as usize);
                self.part.set_frames(count);
                self.part.block_mut().copy_from(self.buffer.block().slice(first..first + count));
                each(&mut self.part, from)?;
            }
            if end >= range.end {
                return Ok(());
            }
            self.start = end;
            if self.input.read(&mut self.buffer)? == 0 {
                return Err(Error::changed(self.input.name(), "has another length than when it was measured"));
            }
        }
    }
}

fn fold_down(part: &PlanarBuffer, fold: Fold, folded: &mut PlanarBuffer) {
    folded.set_frames(part.frames());
    let out = folded.channel_mut(0);
    if let Fold::Only(channel) = fold {
        out.copy_from_slice(part.channel(channel));
        return;
    }
    let sign = if fold == Fold::Side { -1.0 } else { 1.0 };
    let pairs = part.channel(0).iter().zip(part.channel(1));
    out.iter_mut().zip(pairs).for_each(|(out, (left, right))| *out = 0.5 * (left + sign * right));
}
