//! Audio engine: applies knobs to the chain, processes audio, and crossfades to a new chain without a click.

mod loudness;
mod monitor;
mod rig;
mod ring;
mod shared;
#[cfg(test)]
mod tests;
mod worker;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_mastering::Update;

use crate::params::{ALL_DIRTY, LISTENING_BIT, PluginParams, listening};
use loudness::Loudness;
use monitor::Monitor;
use rig::Rig;
pub use ring::LANES;
pub use shared::Shared;
pub use worker::Worker;

/// Frames processed at a time.
const CHUNK_FRAMES: usize = 512;
/// Length of the crossfade from one chain to the next.
const FADE_MS: f64 = 30.0;
/// Audio that a new chain processes before it is heard, in addition to its latency, so that its filters and detectors
/// have settled.
const WARM_MS: f64 = 100.0;
/// Longest time that an offline render waits for a rebuild.
const PATIENCE: Duration = Duration::from_secs(20);

/// Services that the engine needs from the plugin.
pub trait Host {
    /// Requests a new chain from the background thread.
    fn rebuild(&self);
    /// Requests that the background thread drops old chains.
    fn collect(&self);
    /// Reports a changed latency to the host.
    fn latency_changed(&self, frames: usize);
}

/// The engine of the audio thread.
pub struct Engine {
    shared: Arc<Shared>,
    current: Option<Box<Rig>>,
    next: Option<Box<Rig>>,
    /// Frames that `next` has processed.
    heard_frames: usize,
    fade_frames: usize,
    warm_frames: usize,
    io: PlanarBuffer,
    other: PlanarBuffer,
    monitor: Monitor,
    loudness: Loudness,
    is_fresh: bool,
    is_offline: bool,
    asked_rack_version: u64,
}

impl Engine {
    /// Allocates everything for audio of `format`. `[main]`
    #[must_use]
    pub fn new(shared: Arc<Shared>, format: &StreamFormat, is_offline: bool) -> Self {
        let frames = |time_ms: f64| (1e-3 * time_ms * format.sample_rate_hz).round() as usize;
        shared.set_format(format.clone());
        shared.is_building.store(false, Ordering::Release);
        while shared.delivered.pop().is_some() {}
        let current = shared.build(format);
        shared.set_latency_frames(current.as_ref().map_or(0, |rig| rig.latency_frames()));
        Self {
            current,
            next: None,
            heard_frames: 0,
            fade_frames: frames(FADE_MS),
            warm_frames: frames(WARM_MS),
            io: PlanarBuffer::new(format.channels(), CHUNK_FRAMES),
            other: PlanarBuffer::new(format.channels(), CHUNK_FRAMES),
            monitor: Monitor::new(format.sample_rate_hz),
            loudness: Loudness::new(format, CHUNK_FRAMES),
            is_fresh: true,
            is_offline,
            asked_rack_version: shared.params.rack_version(),
            shared,
        }
    }

    fn params(&self) -> &PluginParams {
        &self.shared.params
    }

    /// Returns the latency in frames.
    #[must_use]
    pub fn latency_frames(&self) -> usize {
        self.current.as_ref().map_or(0, |rig| rig.latency_frames())
    }

    /// Clears all history. `[audio]`
    pub fn reset(&mut self) {
        if let Some(next) = self.next.take()
            && let Some(old) = self.current.replace(next)
        {
            self.retire(old);
        }
        self.current.iter_mut().for_each(|rig| rig.reset());
        self.monitor.jump();
        self.is_fresh = true;
    }

    /// Processes the host's channels in place. `[audio]`
    pub fn process(&mut self, channels: &mut [&mut [f32]], host: &impl Host) {
        self.follow(host);
        let (is_playing, is_wanted) =
            (self.shared.is_playing.load(Ordering::Relaxed), self.shared.begins_anew.swap(false, Ordering::Relaxed));
        self.loudness.follow(is_playing, is_wanted, &self.shared.tallies);
        let frames = channels.first().map_or(0, |channel| channel.len());
        let mut start = 0;
        while start < frames {
            let end = (start + CHUNK_FRAMES).min(frames);
            self.chunk(channels, start, end, host);
            start = end;
        }
        self.is_fresh = false;
    }

    /// Applies changed knobs to the chain, or requests a new chain if it cannot follow.
    fn follow(&mut self, host: &impl Host) {
        let shared = self.shared.clone();
        let dirty = if self.is_fresh { ALL_DIRTY } else { 0 } | shared.params.take_dirty();
        if dirty & LISTENING_BIT != 0 {
            self.monitor.choose(shared.params.listening(listening::MONITOR) as usize);
        }
        for rig in [&mut self.current, &mut self.next].into_iter().flatten() {
            let _ = rig.write(&shared.params, dirty, self.is_offline);
        }
        if self.is_fresh {
            self.monitor.jump();
            self.current.iter_mut().for_each(|rig| rig.reset());
        }
        self.fetch(host);
        let rack_version = shared.params.rack_version();
        let is_news = dirty != 0 || rack_version != self.asked_rack_version;
        if self.is_outdated() && (is_news || !shared.has_failed.load(Ordering::Acquire)) {
            self.asked_rack_version = rack_version;
            self.ask(host);
        }
    }

    /// Returns whether the newest rig cannot apply the settings of the knobs.
    fn is_outdated(&self) -> bool {
        let newest = self.next.as_ref().or(self.current.as_ref());
        newest.is_none_or(|rig| rig.whether_current(self.params()) == Update::NeedsRebuild)
    }

    /// Requests a rebuild, once; an offline render waits for it, so that every render is the same.
    fn ask(&mut self, host: &impl Host) {
        if !self.shared.is_building.swap(true, Ordering::AcqRel) {
            host.rebuild();
        }
        if self.is_offline && self.next.is_none() {
            let since = Instant::now();
            while self.shared.is_building.load(Ordering::Acquire) && since.elapsed() < PATIENCE {
                std::thread::sleep(Duration::from_micros(200));
            }
            self.fetch(host);
        }
    }

    /// Takes a finished rig if no crossfade is in progress.
    fn fetch(&mut self, host: &impl Host) {
        if self.next.is_some() {
            return;
        }
        let Some(mut rig) = self.shared.delivered.pop() else { return };
        if rig.format() != self.shared_format(&rig) {
            self.retire(rig);
            return;
        }
        // Applies knobs that moved while it was built. If that needs yet another rig, the next block requests it.
        rig.jump(&self.shared.params, self.is_offline);
        if self.is_fresh || self.current.is_none() {
            self.tell_latency(rig.latency_frames(), host);
            if let Some(old) = self.current.replace(rig) {
                self.retire(old);
            }
            host.collect();
        } else {
            self.heard_frames = 0;
            self.next = Some(rig);
        }
    }

    /// Returns the rig's format; a rig of another format was built for an earlier activation.
    fn shared_format<'a>(&'a self, rig: &'a Rig) -> &'a StreamFormat {
        self.current.as_ref().map_or(rig.format(), |current| current.format())
    }

    fn tell_latency(&self, frames: usize, host: &impl Host) {
        if self.shared.latency_frames() != frames {
            self.shared.set_latency_frames(frames);
            host.latency_changed(frames);
        }
    }

    fn retire(&self, rig: Box<Rig>) {
        // The queue is larger than the number of rigs that can exist. If it were full, leaking is better than freeing
        // here.
        self.shared.retired.push(rig).unwrap_or_else(std::mem::forget);
    }

    fn chunk(&mut self, channels: &mut [&mut [f32]], start: usize, end: usize, host: &impl Host) {
        let frames = end - start;
        self.io.set_frames(frames);
        for (channel, samples) in channels.iter().enumerate().take(self.io.channels()) {
            let pairs = self.io.channel_mut(channel).iter_mut().zip(&samples[start..end]);
            pairs.for_each(|(inside, outside)| *inside = f64::from(*outside));
        }
        self.loudness.hear(0, self.io.block(), &self.shared.tallies);
        let is_watched = self.shared.editor.is_open() && self.shared.ring.room() >= frames;
        if is_watched {
            self.tap(0);
        }
        self.run(frames, host);
        self.monitor.process(&mut self.io.block_mut());
        self.loudness.hear(1, self.io.block(), &self.shared.tallies);
        if is_watched {
            self.tap(2);
            self.shared.ring.commit(frames);
            self.meter();
        }
        for (channel, samples) in channels.iter_mut().enumerate().take(self.io.channels()) {
            let pairs = samples[start..end].iter_mut().zip(self.io.channel(channel));
            pairs.for_each(|(outside, inside)| *outside = *inside as f32);
        }
    }

    /// Processes the chain, and the next one during a crossfade.
    fn run(&mut self, frames: usize, host: &impl Host) {
        let Some(next) = &mut self.next else {
            self.current.iter_mut().for_each(|rig| rig.process(&mut self.io.block_mut()));
            return;
        };
        self.other.set_frames(frames);
        self.other.block_mut().copy_from(self.io.block());
        next.process(&mut self.other.block_mut());
        self.current.iter_mut().for_each(|rig| rig.process(&mut self.io.block_mut()));
        let silent_frames = self.warm_frames + next.latency_frames();
        for channel in 0..self.io.channels() {
            let pairs = self.io.channel_mut(channel).iter_mut().zip(self.other.channel(channel));
            for (frame, (old, new)) in pairs.enumerate() {
                let at = (self.heard_frames + frame).saturating_sub(silent_frames) as f64 / self.fade_frames as f64;
                let share = 0.5 - 0.5 * (std::f64::consts::PI * at.min(1.0)).cos();
                *old += share * (new - *old);
            }
        }
        self.heard_frames += frames;
        if self.heard_frames >= silent_frames + self.fade_frames
            && let Some(next) = self.next.take()
        {
            self.tell_latency(next.latency_frames(), host);
            if let Some(old) = self.current.replace(next) {
                self.retire(old);
            }
            host.collect();
        }
    }

    fn tap(&self, lane: usize) {
        let right = self.io.channels() - 1;
        self.shared.ring.put(lane, self.io.channel(0));
        self.shared.ring.put(lane + 1, self.io.channel(right.min(1)));
    }

    fn meter(&mut self) {
        let shared = self.shared.clone();
        let Some(rig) = &mut self.current else { return };
        rig.reductions(|module, reduction_db| shared.note_reduction(module, reduction_db));
        let ([original_db, processed_db], _) = rig.matching();
        let is_original = shared.params.listening(listening::LISTEN) == 1.0;
        let heard_db = if is_original { original_db } else { processed_db };
        shared.match_gain_db.store((heard_db as f32).to_bits(), Ordering::Relaxed);
    }
}
