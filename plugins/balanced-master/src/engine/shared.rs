//! State shared by audio thread, background thread and editor without locks that block the audio thread.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use balanced_dsp::StreamFormat;
use balanced_dsp::loudness::LoudnessTally;
use crossbeam::queue::ArrayQueue;

use super::rig::Rig;
use super::ring::{LANES, Ring};
use crate::editor::Watch;
use crate::params::PluginParams;
use crate::params::module::COUNT;

/// Capacity of the ring: over half a second at 96 kHz.
const RING_FRAMES: usize = 1 << 16;

/// Capacity of the ring of gain reductions: over five seconds at 96 kHz.
const MOMENTS: usize = 1 << 10;

/// The shared state of an instance.
pub struct Shared {
    /// All parameters.
    pub params: PluginParams,
    /// Audio for the meters, filled only while the editor is open.
    pub ring: Ring<LANES>,
    /// Largest gain reduction of every module in dB for each [`GRID_FRAMES`](super::GRID_FRAMES) of audio, filled only while the
    /// editor is open.
    pub reductions: Ring<COUNT>,
    /// State of the editor's window.
    pub editor: Watch,
    /// Whether the host is playing.
    pub is_playing: AtomicBool,
    /// Loudness of input and output since playback started.
    pub tallies: [LoudnessTally; 2],
    /// Whether the measurement restarts with the next block.
    pub(super) begins_anew: AtomicBool,
    /// Highest true peaks of input and output since playback started, linear as bits of an `f32`.
    peaks: [AtomicU32; 2],
    /// Counts the gaps in the audio of the ring, and jumps of the host's position.
    gaps: AtomicU32,
    /// Gain of the loudness matching in dB, as bits of an `f32`.
    pub match_gain_db: AtomicU32,
    sample_rate_hz: AtomicU64,
    latency_frames: AtomicU32,
    format: Mutex<Option<StreamFormat>>,
    problem: Mutex<Option<String>>,
    /// New rigs for the audio thread.
    pub(super) delivered: ArrayQueue<Box<Rig>>,
    /// Old rigs to be dropped.
    pub(super) retired: ArrayQueue<Box<Rig>>,
    /// A rebuild was requested and is not finished.
    pub(super) is_building: AtomicBool,
    /// The last rebuild failed.
    pub(super) has_failed: AtomicBool,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            params: PluginParams::new(),
            ring: Ring::new(RING_FRAMES),
            reductions: Ring::new(MOMENTS),
            editor: Watch::default(),
            is_playing: AtomicBool::new(false),
            tallies: [LoudnessTally::new(), LoudnessTally::new()],
            begins_anew: AtomicBool::new(false),
            peaks: std::array::from_fn(|_| AtomicU32::new(0)),
            gaps: AtomicU32::new(0),
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
    /// Sets the format for all rigs from now on. `[main]`
    pub fn set_format(&self, format: StreamFormat) {
        self.sample_rate_hz.store(format.sample_rate_hz.to_bits(), Ordering::Release);
        *self.format.lock().unwrap_or_else(PoisonError::into_inner) = Some(format);
    }

    /// Returns the format, once the host has set it.
    pub fn format(&self) -> Option<StreamFormat> {
        self.format.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the host's sample rate.
    pub fn sample_rate_hz(&self) -> f64 {
        f64::from_bits(self.sample_rate_hz.load(Ordering::Acquire))
    }

    /// Returns the latency last reported to the host.
    pub fn latency_frames(&self) -> usize {
        self.latency_frames.load(Ordering::Acquire) as usize
    }

    /// Stores the latency reported to the host. `[audio]`
    pub fn set_latency_frames(&self, frames: usize) {
        self.latency_frames.store(frames as u32, Ordering::Release);
    }

    /// Returns why the chain cannot run, if it cannot.
    pub fn problem(&self) -> Option<String> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_problem(&self, problem: Option<String>) {
        self.has_failed.store(problem.is_some(), Ordering::Release);
        *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = problem;
    }

    /// Restarts the integrated measurements. `[main]`
    pub fn begin_anew(&self) {
        // At once, should no audio come.
        self.tallies.iter().for_each(LoudnessTally::reset);
        self.forget_peaks();
        self.begins_anew.store(true, Ordering::Relaxed);
    }

    /// Returns the highest true peak of one side, 0 the input and 1 the output, since playback started, linear.
    pub fn true_peak(&self, side: usize) -> f64 {
        f64::from(f32::from_bits(self.peaks[side].load(Ordering::Relaxed)))
    }

    /// Stores a true peak. The bits of positive numbers sort like the numbers. `[audio]`
    pub(crate) fn note_peak(&self, side: usize, peak: f64) {
        self.peaks[side].fetch_max((peak.max(0.0) as f32).to_bits(), Ordering::Relaxed);
    }

    pub(super) fn forget_peaks(&self) {
        self.peaks.iter().for_each(|peak| peak.store(0, Ordering::Relaxed));
    }

    /// Returns the number of gaps in the audio of the ring, and of jumps of the host's position, so far.
    pub fn gaps(&self) -> u32 {
        self.gaps.load(Ordering::Acquire)
    }

    /// Counts a gap or a jump. `[audio]`
    pub fn note_gap(&self) {
        self.gaps.fetch_add(1, Ordering::AcqRel);
    }

    /// Builds a rig for the current knobs. `[main]`
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

    /// Builds a rig and sends it to the audio thread. `[background]`
    pub fn rebuild(&self) {
        let built = self.format().and_then(|format| self.build(&format));
        if let Some(rig) = built {
            // A rig that was not taken yet is older and is dropped here.
            drop(self.delivered.force_push(rig));
        }
        self.is_building.store(false, Ordering::Release);
        self.collect();
    }

    /// Drops the rigs that the audio thread has replaced. `[background]`
    pub fn collect(&self) {
        while self.retired.pop().is_some() {}
    }
}
