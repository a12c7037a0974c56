//! Audio engine: applies knobs to the chain, processes audio, and crossfades to a new chain without a click.

mod loudness;
mod monitor;
mod rig;
mod ring;
mod shared;
mod tail;
#[cfg(test)]
mod tests;
mod worker;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_mastering::{LoudnessMemory, Update};

use crate::params::module::COUNT;
use crate::params::{ALL_DIRTY, LISTENING_BIT, PluginParams, listening};
use loudness::Loudness;
use monitor::Monitor;
use rig::Rig;
pub use ring::LANES;
pub use shared::Shared;
pub use worker::Worker;

/// Frames processed at a time, at most, on a grid counted from the reset; gain reduction is read at its places.
pub const GRID_FRAMES: usize = 512;
/// Length of the crossfade from one chain to the next.
const FADE_MS: f64 = 30.0;
/// Audio that a new chain processes before it is heard, in addition to its latency, so that its filters and detectors
/// have settled.
const WARM_MS: f64 = 100.0;
/// Longest time that an offline render, or the first block after a reset, waits for a rebuild.
const PATIENCE: Duration = Duration::from_secs(20);
/// Time of audio, and blocks, from a change that needs a new chain until that chain begins to settle: every render of a host
/// that is faster than real time then sounds the same.
const DUE: (f64, usize) = (0.15, 2);
/// How far the audio must be ahead of the clock, beside the length of a block, for the host to be faster than real time.
const AHEAD_S: f64 = 0.03;

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
    /// What a bounce would get of the same chunk, whatever is heard; the second one of the next chain.
    delivered: [PlanarBuffer; 2],
    /// Frames since the last place of the grid.
    on_grid: usize,
    sample_rate_hz: f64,
    is_fresh: bool,
    is_offline: bool,
    asked_rack_version: u64,
    asked: Option<Asked>,
}

/// A new chain that was asked for.
#[derive(Clone, Copy)]
struct Asked {
    since: Instant,
    /// Frames since then, and those until it is due.
    frames: usize,
    due_frames: usize,
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
            io: PlanarBuffer::new(format.channels(), GRID_FRAMES),
            other: PlanarBuffer::new(format.channels(), GRID_FRAMES),
            monitor: Monitor::new(format.sample_rate_hz),
            loudness: Loudness::new(format, GRID_FRAMES),
            delivered: [(); 2].map(|()| PlanarBuffer::new(format.channels(), GRID_FRAMES)),
            on_grid: 0,
            sample_rate_hz: format.sample_rate_hz,
            is_fresh: true,
            is_offline,
            asked_rack_version: shared.params.rack_version(),
            asked: None,
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

    /// Returns how long the output goes on after the input has ended, in frames. `[audio]`
    #[must_use]
    pub fn tail_frames(&self) -> usize {
        self.current.as_ref().map_or(0, |rig| rig.tail_frames())
    }

    /// Returns the loudness that the comparison has gathered, for the next engine.
    #[must_use]
    pub fn memory(&mut self) -> LoudnessMemory {
        self.current.as_mut().map_or_else(LoudnessMemory::default, |rig| rig.memory())
    }

    /// Goes on from the loudness that another engine has gathered. `[main]`
    pub fn recall(&mut self, memory: LoudnessMemory) {
        self.current.iter_mut().for_each(|rig| rig.recall(memory));
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
        self.on_grid = 0;
        self.is_fresh = true;
    }

    /// Tells whether the host renders a bounce: nothing that is only monitored is in it, from its first sample on. `[audio]`
    pub fn set_offline(&mut self, is_offline: bool) {
        if is_offline == self.is_offline {
            return;
        }
        self.is_offline = is_offline;
        let shared = self.shared.clone();
        self.listen(&shared);
        for rig in [&mut self.current, &mut self.next].into_iter().flatten() {
            let _ = rig.write(&shared.params, LISTENING_BIT, is_offline);
            rig.end_fade();
        }
        self.monitor.jump();
    }

    fn listen(&mut self, shared: &Shared) {
        let choice = if self.is_offline { 0.0 } else { shared.params.listening(listening::MONITOR) };
        self.monitor.choose(choice as usize);
    }

    /// Processes the host's channels in place. `[audio]`
    pub fn process(&mut self, channels: &mut [&mut [f32]], host: &impl Host) {
        let frames = channels.first().map_or(0, |channel| channel.len());
        self.shared.params.beat();
        self.follow(frames, host);
        let (is_playing, is_wanted) =
            (self.shared.is_playing.load(Ordering::Relaxed), self.shared.begins_anew.swap(false, Ordering::Relaxed));
        self.loudness.follow(is_playing, is_wanted, &self.shared);
        let mut start = 0;
        while start < frames {
            if self.asked.is_some_and(|asked| asked.frames >= asked.due_frames) {
                self.await_due(frames, host);
            }
            let to_due = self.asked.map_or(0, |asked| asked.due_frames.saturating_sub(asked.frames));
            let to_due = if to_due == 0 { usize::MAX } else { to_due };
            let end = (start + (GRID_FRAMES - self.on_grid).min(to_due)).min(frames);
            self.chunk(channels, start, end, host);
            self.on_grid = (self.on_grid + end - start) % GRID_FRAMES;
            self.asked.iter_mut().for_each(|asked| asked.frames += end - start);
            start = end;
        }
        self.is_fresh = false;
    }

    /// Applies changed knobs to the chain, or requests a new chain if it cannot follow.
    fn follow(&mut self, frames: usize, host: &impl Host) {
        let shared = self.shared.clone();
        let dirty = if self.is_fresh { ALL_DIRTY } else { 0 } | shared.params.take_dirty();
        if dirty & LISTENING_BIT != 0 {
            self.listen(&shared);
        }
        for rig in [&mut self.current, &mut self.next].into_iter().flatten() {
            let _ = rig.write(&shared.params, dirty, self.is_offline);
        }
        if self.is_fresh {
            self.monitor.jump();
            self.current.iter_mut().for_each(|rig| rig.reset());
        }
        let rack_version = shared.params.rack_version();
        let is_news = dirty != 0 || rack_version != self.asked_rack_version;
        let waits = self.asked.is_some() && !self.is_fresh && self.may_come();
        if self.is_outdated() && !waits && (is_news || !shared.has_failed.load(Ordering::Acquire)) {
            self.asked_rack_version = rack_version;
            self.ask(frames, host);
        }
    }

    /// Returns whether a rig that was asked for is being built, or is there and not due.
    fn may_come(&self) -> bool {
        self.shared.is_building.load(Ordering::Acquire) || !self.shared.delivered.is_empty()
    }

    /// Returns whether the newest rig cannot apply the settings of the knobs.
    fn is_outdated(&self) -> bool {
        let newest = self.next.as_ref().or(self.current.as_ref());
        newest.is_none_or(|rig| rig.whether_current(self.params()) == Update::NeedsRebuild)
    }

    /// Requests a rebuild. An offline render waits for it, so that every render is the same, and so does the first block after a
    /// reset, before which nothing was heard; otherwise it is due a fixed time later.
    fn ask(&mut self, block_frames: usize, host: &impl Host) {
        self.request(host);
        if (self.is_offline || self.is_fresh) && self.next.is_none() {
            self.wait(|| true);
            self.fetch(host);
            self.asked = None;
            if self.is_outdated() {
                // What was being built was asked for before the last change.
                self.request(host);
                self.wait(|| true);
                self.fetch(host);
            }
        } else if self.asked.is_none() {
            let due_frames = (DUE.0 * self.sample_rate_hz) as usize + DUE.1 * block_frames;
            self.asked = Some(Asked { since: Instant::now(), frames: 0, due_frames });
        }
    }

    fn request(&self, host: &impl Host) {
        if !self.shared.is_building.swap(true, Ordering::AcqRel) {
            host.rebuild();
        }
    }

    /// Waits for the rig that is being built, while it may.
    fn wait(&self, may_wait: impl Fn() -> bool) {
        let since = Instant::now();
        while self.shared.is_building.load(Ordering::Acquire) && since.elapsed() < PATIENCE && may_wait() {
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    /// Takes the rig that is due; a host that is faster than real time waits for it, as long as it stays ahead of the clock.
    fn await_due(&mut self, block_frames: usize, host: &impl Host) {
        let Some(asked) = self.asked else { return };
        let audio_s = asked.frames as f64 / self.sample_rate_hz;
        let slack_s = AHEAD_S + block_frames as f64 / self.sample_rate_hz;
        if self.is_offline || audio_s - asked.since.elapsed().as_secs_f64() > slack_s {
            self.wait(|| self.is_offline || audio_s > asked.since.elapsed().as_secs_f64());
        }
        let is_taken = self.fetch(host);
        // During a crossfade it waits for its turn; a build that failed brings none.
        if is_taken || !self.may_come() {
            self.asked = None;
        }
    }

    /// Takes a finished rig if no crossfade is in progress; whether it did.
    fn fetch(&mut self, host: &impl Host) -> bool {
        if self.next.is_some() {
            return false;
        }
        let Some(mut rig) = self.shared.delivered.pop() else { return false };
        if rig.format() != self.shared_format(&rig) {
            self.retire(rig);
            return false;
        }
        if let Some(current) = &mut self.current {
            rig.recall(current.memory());
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
        true
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
            pairs.for_each(|(inside, outside)| *inside = if outside.is_finite() { f64::from(*outside) } else { 0.0 });
        }
        self.loudness.hear(0, self.io.block(), &self.shared);
        let is_open = self.shared.editor.is_open();
        let is_watched = is_open && self.shared.ring.room() >= frames;
        if is_watched {
            self.tap(0, &self.io);
        } else if is_open {
            self.shared.note_gap();
        }
        self.run(frames, host);
        self.monitor.process(&mut self.io.block_mut());
        self.loudness.hear(1, self.delivered[0].block(), &self.shared);
        if is_watched {
            self.tap(2, &self.delivered[0]);
            self.shared.ring.commit(frames);
        }
        if is_open && self.on_grid + frames == GRID_FRAMES {
            self.meter();
        }
        for (channel, samples) in channels.iter_mut().enumerate().take(self.io.channels()) {
            let pairs = samples[start..end].iter_mut().zip(self.io.channel(channel));
            pairs.for_each(|(outside, inside)| *outside = *inside as f32);
        }
    }

    /// Processes the chain, and the next one during a crossfade.
    fn run(&mut self, frames: usize, host: &impl Host) {
        let [delivered, other_delivered] = &mut self.delivered;
        delivered.set_frames(frames);
        let other = self.next.as_mut().map(|next| {
            self.other.set_frames(frames);
            self.other.block_mut().copy_from(self.io.block());
            other_delivered.set_frames(frames);
            next.process(&mut self.other.block_mut(), other_delivered);
            self.warm_frames + next.latency_frames()
        });
        match &mut self.current {
            Some(rig) => rig.process(&mut self.io.block_mut(), delivered),
            None => delivered.block_mut().copy_from(self.io.block()),
        }
        let Some(silent_frames) = other else { return };
        for (old, new) in [(&mut self.io, &self.other), (delivered, &*other_delivered)] {
            let at = |frame: usize| (self.heard_frames + frame).saturating_sub(silent_frames) as f64;
            crossfade(old, new, |frame| at(frame) / self.fade_frames as f64);
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

    fn tap(&self, lane: usize, audio: &PlanarBuffer) {
        let right = audio.channels() - 1;
        self.shared.ring.put(lane, audio.channel(0));
        self.shared.ring.put(lane + 1, audio.channel(right.min(1)));
    }

    /// Tells the editor the gain reductions at a place of the grid, and the gain of the loudness matching.
    fn meter(&mut self) {
        let shared = self.shared.clone();
        let Some(rig) = &mut self.current else { return };
        if shared.reductions.room() > 0 {
            (0..COUNT).for_each(|module| shared.reductions.put(module, &[0.0]));
            rig.reductions(|module, reduction_db| shared.reductions.put(module, &[reduction_db.max(0.0)]));
            shared.reductions.commit(1);
        }
        let ([original_db, processed_db], _) = rig.matching();
        let is_original = shared.params.listening(listening::LISTEN) == 1.0;
        let heard_db = if is_original { original_db } else { processed_db };
        shared.match_gain_db.store((heard_db as f32).to_bits(), Ordering::Relaxed);
    }
}

/// Fades from `old` to `new`: `at` is the place within the fade, 0 to 1 and beyond.
fn crossfade(old: &mut PlanarBuffer, new: &PlanarBuffer, at: impl Fn(usize) -> f64) {
    for channel in 0..old.channels() {
        for (frame, (old, new)) in old.channel_mut(channel).iter_mut().zip(new.channel(channel)).enumerate() {
            let share = 0.5 - 0.5 * (std::f64::consts::PI * at(frame).min(1.0)).cos();
            *old += share * (new - *old);
        }
    }
}
