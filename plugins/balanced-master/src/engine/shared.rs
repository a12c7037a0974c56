//! What the audio thread, the background thread and the editor share without waiting for each other.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use balanced_dsp::StreamFormat;
use balanced_dsp::loudness::LoudnessTally;
use crossbeam::queue::ArrayQueue;

use super::rig::Rig;
use super::ring::Ring;
use crate::editor::Watch;
use crate::params::PluginParams;
use crate::params::module::COUNT;

/// Half a second at 96 kHz.
const RING_FRAMES: usize = 1 << 16;

/// The meeting place.
pub struct Shared {
    /// Every parameter.
    pub params: PluginParams,
    /// Audio for the meters, while the editor is open.
    pub ring: Ring,
    /// The editor's window: only while it is open is the ring filled.
    pub editor: Watch,
    /// Whether the host plays.
    pub is_playing: AtomicBool,
    /// Loudness of the input and of what is heard since playing began.
    pub tallies: [LoudnessTally; 2],
    /// Whether counting is to begin anew with the next block.
    pub(super) begins_anew: AtomicBool,
    /// Largest gain reduction of every module since it was last read, dB as bits of an `f32`.
    reductions: [AtomicU32; COUNT],
    /// Gain in dB that the matching applies to what is heard, as bits of an `f32`.
    pub match_gain_db: AtomicU32,
    sample_rate_hz: AtomicU64,
    latency_frames: AtomicU32,
    format: Mutex<Option<StreamFormat>>,
    problem: Mutex<Option<String>>,
    /// New rigs on their way to the audio thread.
    pub(super) delivered: ArrayQueue<Box<Rig>>,
    /// Old rigs on their way to be dropped.
    pub(super) retired: ArrayQueue<Box<Rig>>,
    /// A rebuild was asked for and is not answered yet.
    pub(super) is_building: AtomicBool,
    /// The last one was answered with a problem.
    pub(super) has_failed: AtomicBool,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            params: PluginParams::new(),
            ring: Ring::new(RING_FRAMES),
            editor: Watch::default(),
            is_playing: AtomicBool::new(false),
            tallies: [LoudnessTally::new(), LoudnessTally::new()],
            begins_anew: AtomicBool::new(false),
            reductions: std::array::from_fn(|_| AtomicU32::new(0)),
            match_gain_db: AtomicU32::new(0),
            sample_rate_hz: AtomicU64::new(48_000f64.to_bits()),
            latency_frames: AtomicU32::new(0),
            format: Mutex::new(None),
            problem: Mutex::new(None),
            delivered: ArrayQueue::new(2),
            retired: ArrayQueue::new(64),
            is_building: AtomicBool::new(false),
            has_failed: AtomicBool::new(false),
        }
    }
}

impl Shared {
    /// The format rigs are built for from now on. `[main]`
    pub fn set_format(&self, format: StreamFormat) {
        self.sample_rate_hz.store(format.sample_rate_hz.to_bits(), Ordering::Release);
        *self.format.lock().unwrap_or_else(PoisonError::into_inner) = Some(format);
    }

    /// The format, once the host said it.
    pub fn format(&self) -> Option<StreamFormat> {
        self.format.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The host's sample rate.
    pub fn sample_rate_hz(&self) -> f64 {
        f64::from_bits(self.sample_rate_hz.load(Ordering::Acquire))
    }

    /// What the host was told.
    pub fn latency_frames(&self) -> usize {
        self.latency_frames.load(Ordering::Acquire) as usize
    }

    /// Note what the host was told. `[audio]`
    pub fn set_latency_frames(&self, frames: usize) {
        self.latency_frames.store(frames as u32, Ordering::Release);
    }

    /// Why the chain cannot run as it is, if it cannot.
    pub fn problem(&self) -> Option<String> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_problem(&self, problem: Option<String>) {
        self.has_failed.store(problem.is_some(), Ordering::Release);
        *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = problem;
    }

    /// Begin anew with what is integrated. `[main]`
    pub fn begin_anew(&self) {
        self.tallies.iter().for_each(LoudnessTally::reset); // at once, should no audio come
        self.begins_anew.store(true, Ordering::Relaxed);
    }

    /// Largest reduction of the module since the last call, in dB. `[main]`
    pub fn take_reduction_db(&self, module: usize) -> f32 {
        f32::from_bits(self.reductions[module].swap(0, Ordering::Relaxed))
    }

    /// Note a reduction. Bits of positive numbers are in the order of the numbers. `[audio]`
    pub(super) fn note_reduction(&self, module: usize, reduction_db: f64) {
        self.reductions[module].fetch_max((reduction_db.max(0.0) as f32).to_bits(), Ordering::Relaxed);
    }

    /// Build a rig for the knobs as they stand. `[main]`
    pub(super) fn build(&self, format: &StreamFormat) -> Option<Box<Rig>> {
        match Rig::build(&self.params, format) {
            Ok(rig) => {
                self.set_problem(None);
                Some(Box::new(rig))
            }
            Err(problem) => {
                self.set_problem(Some(problem));
                None
            }
        }
    }

    /// Build a rig and send it to the audio thread. `[background]`
    pub fn rebuild(&self) {
        let built = self.format().and_then(|format| self.build(&format));
        if let Some(rig) = built {
            // One that was not fetched yet is older: it falls out, here.
            drop(self.delivered.force_push(rig));
        }
        self.is_building.store(false, Ordering::Release);
        self.collect();
    }

    /// Drop what the audio thread is done with. `[background]`
    pub fn collect(&self) {
        while self.retired.pop().is_some() {}
    }
}
