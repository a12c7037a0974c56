//! The audio thread: knobs into settings, audio through the chain, one chain into the next without a click.

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

/// Frames worked on at once.
const CHUNK_FRAMES: usize = 512;
/// How long one chain takes to give way to the next.
const FADE_MS: f64 = 30.0;
/// A new chain hears this much, and its latency, before it is heard: its filters and detectors are warm then.
const WARM_MS: f64 = 100.0;
/// Longest that a bounce waits for a rebuild.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the engine wants of the world around it.
pub trait Host {
    /// Build a new chain on the background thread.
    fn rebuild(&self);
    /// Drop old chains on the background thread.
    fn collect(&self);
    /// The latency is another one.
    fn latency_changed(&self, frames: usize);
}

/// What runs on the audio thread.
pub struct Engine {
    shared: Arc<Shared>,
    current: Option<Box<Rig>>,
    next: Option<Box<Rig>>,
    /// Frames that `next` has heard.
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
    /// Everything allocated for audio of `format`. `[main]`
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

    /// Frames by which the output lags.
    #[must_use]
    pub fn latency_frames(&self) -> usize {
        self.current.as_ref().map_or(0, |rig| rig.latency_frames())
    }

    /// Forget all history. `[audio]`
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

    /// Process the host's channels in place. `[audio]`
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

    /// Bring the chain to the knobs' places, or ask for one that can be brought there.
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

    /// Whether the newest rig cannot do what the knobs want.
    fn is_outdated(&self) -> bool {
        let newest = self.next.as_ref().or(self.current.as_ref());
        newest.is_none_or(|rig| rig.whether_current(self.params()) == Update::NeedsRebuild)
    }

    /// Ask for a rebuild, once; a bounce waits for it, so that every bounce is the same.
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

    /// Take a delivered rig, if the last change is over.
    fn fetch(&mut self, host: &impl Host) {
        if self.next.is_some() {
            return;
        }
        let Some(mut rig) = self.shared.delivered.pop() else { return };
        if rig.format() != self.shared_format(&rig) {
            self.retire(rig);
            return;
        }
        // What moved while it was built. Should that ask for yet another one, the next block does.
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

    /// A rig of another format was built for an activation that is over.
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
        // The queue holds more than are ever under way. Should it be full, leaking is better than freeing here.
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

    /// Through the chain, and through the next one while there is one.
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
