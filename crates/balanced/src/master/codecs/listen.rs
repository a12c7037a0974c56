//! Round trips of a written master through codecs, on as many threads as there are cores.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use balanced_codec::{Codec, CodecError, DecodedPeaks, RoundTrip, encoder_name};
use balanced_dsp::PlanarBuffer;
use balanced_io::Medium;
use balanced_model::CodecCheck;

use super::super::verify::Written;
use super::Desk;
use crate::analyze::{block_frames, cores};
use crate::contain::contain;
use crate::input::Input;
use crate::progress::Monitor;
use crate::{Error, ErrorKind, Stage};

/// Bytes of encoded audio for each second, at most: 512 kbit/s, and what containers add.
const MAX_BYTES_PER_S: f64 = 72_000.0;

/// What listens to a master.
pub(super) struct Listeners<'a> {
    desk: &'a Desk<'a>,
    master: &'a Written,
}

/// One codec's work, ready to be done on any thread.
struct Job {
    index: usize,
    codec: Codec,
    encoder: String,
    input: Input<'static>,
    medium: Box<dyn Medium>,
}

/// Progress of all jobs together.
struct Progress<'a> {
    monitor: &'a Monitor<'a>,
    done_frames: AtomicU64,
    total_frames: u64,
}

impl Progress<'_> {
    fn add(&self, frames: usize) -> Result<(), Error> {
        let done = self.done_frames.fetch_add(frames as u64, Ordering::Relaxed) + frames as u64;
        self.monitor.at(Stage::Codecs, done, Some(self.total_frames))
    }
}

impl<'a> Listeners<'a> {
    pub(super) fn new(desk: &'a Desk<'a>, master: &'a Written) -> Self {
        Self { desk, master }
    }

    /// Tries every codec and returns the checks in the same order.
    pub(super) fn run(&self, codecs: &[Codec]) -> Result<Vec<CodecCheck>, Error> {
        let source = &self.master.after.source;
        let threads = cores().min(codecs.len()).max(1);
        let bytes = (source.duration_s * MAX_BYTES_PER_S) as u64 * threads as u64;
        self.desk.scratch.check_room(bytes, self.desk.scratch.folder(), 0)?;
        let mut checks: Vec<Option<CodecCheck>> = vec![None; codecs.len()];
        let mut jobs = Vec::new();
        for (index, codec) in codecs.iter().enumerate().rev() {
            match encoder_name(*codec) {
                Ok(encoder) => jobs.push(self.job(index, *codec, encoder)?),
                Err(error) => checks[index] = Some(CodecCheck::not_checked(codec.to_string(), error.to_string())),
            }
        }
        let progress = Progress {
            monitor: self.desk.monitor,
            done_frames: AtomicU64::new(0),
            // Once to encode, once to decode.
            total_frames: 2 * source.frames * jobs.len() as u64,
        };
        for (index, check) in on_threads(jobs, threads, &progress)? {
            checks[index] = Some(check);
        }
        Ok(checks.into_iter().flatten().collect())
    }

    fn job(&self, index: usize, codec: Codec, encoder: String) -> Result<Job, Error> {
        let input = self.master.file.input(self.desk.options.layout.as_ref(), false)?;
        let medium = Box::new(self.desk.scratch.create()?);
        Ok(Job { index, codec, encoder, input, medium })
    }
}

/// Does the jobs on `threads` threads; the first error that stands for the whole call ends them all.
fn on_threads(jobs: Vec<Job>, threads: usize, progress: &Progress<'_>) -> Result<Vec<(usize, CodecCheck)>, Error> {
    let queue = Mutex::new(jobs);
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let work = || {
        let mut done = Vec::new();
        while let Some(job) = next() {
            let (index, name) = (job.index, job.codec.to_string());
            match contain(None, || listen(job, progress)) {
                Ok(check) => done.push((index, check)),
                // An encoder that panics says nothing about the master.
                Err(error) if error.kind() == ErrorKind::Internal => {
                    done.push((index, CodecCheck::not_checked(name, error.to_string())));
                }
                Err(error) => {
                    queue.lock().unwrap_or_else(PoisonError::into_inner).clear();
                    return Err(error);
                }
            }
        }
        Ok(done)
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.join().unwrap_or_else(|_| Err(Error::internal(None, "a thread of the codecs ended")))?);
        }
        Ok(all)
    })
}

/// Encodes the master, decodes it, and measures what comes out.
fn listen(job: Job, progress: &Progress<'_>) -> Result<CodecCheck, Error> {
    let Job { codec, encoder, input, medium, .. } = job;
    match trip(codec, input, medium, progress) {
        Ok((sample_rate_hz, mut peaks)) => {
            let (peak_dbtp, clipped) = (peaks.true_peak_dbtp(), peaks.clipped_samples());
            Ok(CodecCheck::measured(codec.to_string(), encoder, sample_rate_hz, peak_dbtp, clipped))
        }
        Err(Trouble::Codec(error)) => match error.io() {
            Some(io) => Err(Error::writing(io)),
            None => Ok(CodecCheck::not_checked(codec.to_string(), error.to_string())),
        },
        Err(Trouble::Call(error)) => Err(error),
    }
}

/// What ends a round trip: the codec, which is told, or the call.
enum Trouble {
    Codec(CodecError),
    Call(Error),
}

impl From<CodecError> for Trouble {
    fn from(error: CodecError) -> Self {
        Self::Codec(error)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

fn trip(
    codec: Codec,
    mut input: Input<'static>,
    medium: Box<dyn Medium>,
    progress: &Progress<'_>,
) -> Result<(f64, DecodedPeaks), Trouble> {
    let mut trip = RoundTrip::new(codec, &input.format, medium)?;
    let channels = input.format.channels();
    let mut buffer = PlanarBuffer::new(channels, block_frames(channels));
    while input.read(&mut buffer)? > 0 {
        progress.add(buffer.frames())?;
        trip.push(&buffer.block())?;
    }
    let mut decoded = trip.finish()?;
    let mut peaks = DecodedPeaks::new(decoded.format());
    while decoded.read(&mut buffer)? > 0 {
        progress.add(buffer.frames())?;
        peaks.push(buffer.block());
    }
    Ok((decoded.format().sample_rate_hz, peaks))
}
