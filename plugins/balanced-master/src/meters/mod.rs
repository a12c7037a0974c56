//! Meters, which run on the editor's thread on the audio of the ring while the editor is open. Only the integrated
//! measurements and the highest true peaks run on the audio thread, always.
//!
//! The output is what a bounce would hold, whatever is monitored.

mod spectrum;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use balanced_dsp::decibel::gain_to_db;
use balanced_dsp::loudness::{LoudnessTally, LoudnessWindows, WindowPowers, power_to_lufs};
use balanced_dsp::true_peak::TruePeakMeter;
use balanced_dsp::{PlanarBuffer, StreamFormat};

use crate::engine::{GRID_FRAMES, LANES, Shared};
use crate::params::module::COUNT;
pub use spectrum::{POINTS, Spectrum, TILT_DB_PER_OCTAVE, point_hz};

/// Frames measured at a time.
const BLOCK_FRAMES: usize = 1024;
/// Number of points of the goniometer.
pub const GONIO_POINTS: usize = 1024;
/// Number of points of the gain-reduction trace, and the length of each.
pub const TRACE_MOMENTS: usize = 600;
const MOMENT_S: f64 = 1.0 / 60.0;
/// Window of the peak for the PSR, as long as that of short-term loudness (AES: 3 s).
const PSR_WINDOW_S: f64 = 3.0;
/// Fall of the bars of gain reduction, in dB per second of audio.
const REDUCTION_FALL_DB_PER_S: f32 = 20.0;
/// Time without audio after which the meters go on with silence: longer than any block.
const STOPPED: Duration = Duration::from_millis(400);
/// Longest silence that is added at once.
const LONGEST_S: f64 = 0.5;
/// Integrated readings are updated every sixth frame of the editor, ten times a second.
const PULLS_A_READING: usize = 6;
/// Time constant of the correlation.
const CORRELATION_S: f64 = 0.3;

/// Meters of the input or the output.
pub struct Side {
    /// Loudness windows (ITU-R BS.1770-5, EBU R 128).
    windows: LoudnessWindows,
    now: Option<WindowPowers>,
    /// Integrated loudness since playback started, measured by the audio thread.
    pub integrated_lufs: Option<f64>,
    /// Loudness range over the same time.
    pub range_lu: Option<f64>,
    peaks: TruePeakMeter,
    /// Current spectrum.
    pub spectrum: Spectrum,
    /// Highest true peak since playback started, measured by the audio thread, linear.
    highest: f64,
    /// Recent true peaks: time in seconds, and height.
    late: VecDeque<(f64, f64)>,
    /// Falling peaks of left and right for the bars, linear.
    pub bars: [f64; 2],
}

/// All meters of the editor.
pub struct Meters {
    format: StreamFormat,
    block: [PlanarBuffer; 2],
    filled: usize,
    /// Meters before the chain.
    pub input: Side,
    /// Meters after the chain.
    pub output: Side,
    /// Recent left and right samples, for the goniometer.
    pub gonio: VecDeque<[f32; 2]>,
    correlation: [f64; 3],
    /// Gain reduction of every module in dB: now, falling slowly.
    pub reductions_db: [f32; COUNT],
    /// Largest gain reduction of every module since the reset.
    pub held_reductions_db: [f32; COUNT],
    /// Gain reduction of every module over the last seconds.
    pub trace_db: VecDeque<[f32; COUNT]>,
    /// Level after the chain over the same time, in dBFS.
    pub trace_level_db: VecDeque<f32>,
    /// Time and largest values that are not in the traces yet: of the level, then of the gain reductions.
    since_moment_s: [f64; 2],
    moment_peak: f64,
    moment_db: [f32; COUNT],
    /// When audio last came, and the time to which silence has been added since.
    heard: Instant,
    silenced: Instant,
    /// When sound last came: many hosts play silence while they stand still.
    sounded: Instant,
    seconds: f64,
    pulls: usize,
    was_playing: bool,
}

impl Side {
    fn new(format: &StreamFormat) -> Self {
        Self {
            windows: LoudnessWindows::new(format),
            now: None,
            integrated_lufs: None,
            range_lu: None,
            peaks: TruePeakMeter::new(format),
            spectrum: Spectrum::new(format.sample_rate_hz),
            highest: 0.0,
            late: VecDeque::new(),
            bars: [0.0; 2],
        }
    }

    fn process(&mut self, block: &PlanarBuffer, seconds: f64) {
        let now = &mut self.now;
        self.windows.process(block.block(), |powers| *now = Some(powers));
        self.peaks.process(block.block());
        self.spectrum.push(block);
        let channels = block.channels();
        let peaks: [f64; 2] = std::array::from_fn(|channel| self.peaks.take_interval(channel.min(channels - 1)));
        let peak = peaks[0].max(peaks[1]);
        for (channel, bar) in self.bars.iter_mut().enumerate() {
            // The bars fall by 20 dB in 1.7 s, as in IEC 60268-18.
            let fall = 10f64.powf(-20.0 / 20.0 * block.frames() as f64 / (1.7 * self.spectrum.sample_rate_hz()));
            *bar = self.peaks.block_peak(channel.min(channels - 1)).max(*bar * fall);
        }
        self.late.push_back((seconds, peak));
        while self.late.front().is_some_and(|(at, _)| seconds - at > PSR_WINDOW_S) {
            self.late.pop_front();
        }
    }

    /// Returns the highest true peak since the reset, in dBTP.
    #[must_use]
    pub fn true_peak_dbtp(&self) -> Option<f64> {
        (self.highest > 0.0).then(|| gain_to_db(self.highest))
    }

    /// Returns the momentary loudness, of the last 400 ms.
    #[must_use]
    pub fn momentary_lufs(&self) -> Option<f64> {
        self.now.map(|now| power_to_lufs(now.momentary)).filter(|lufs| lufs.is_finite())
    }

    /// Returns the short-term loudness, of the last 3 s.
    #[must_use]
    pub fn short_term_lufs(&self) -> Option<f64> {
        self.now.map(|now| power_to_lufs(now.short_term)).filter(|lufs| lufs.is_finite())
    }

    /// Returns the peak-to-short-term ratio, in LU.
    #[must_use]
    pub fn psr_lu(&self) -> Option<f64> {
        let peak = self.late.iter().map(|(_, peak)| *peak).fold(0.0, f64::max);
        self.short_term_lufs().filter(|_| peak > 0.0).map(|lufs| gain_to_db(peak) - lufs)
    }

    fn read(&mut self, tally: &LoudnessTally) {
        (self.integrated_lufs, self.range_lu) = (tally.integrated_lufs(), tally.range_lu());
    }

    /// Tells whether anything would still move without audio.
    fn is_moving(&self) -> bool {
        self.bars.iter().any(|bar| *bar > 1e-3) || self.spectrum.level_db.iter().any(|level| *level > -84.0)
    }

    fn reset(&mut self) {
        self.windows.reset();
        self.now = None;
        self.late.clear();
    }
}

impl Meters {
    /// Creates stereo meters for audio at `sample_rate_hz`; mono is measured as two equal channels.
    #[must_use]
    pub fn new(sample_rate_hz: f64) -> Self {
        let format = StreamFormat::new(sample_rate_hz, 2);
        let mut block = [PlanarBuffer::new(2, BLOCK_FRAMES), PlanarBuffer::new(2, BLOCK_FRAMES)];
        block.iter_mut().for_each(|block| block.set_frames(BLOCK_FRAMES));
        Self {
            block,
            filled: 0,
            input: Side::new(&format),
            output: Side::new(&format),
            gonio: VecDeque::with_capacity(GONIO_POINTS),
            correlation: [0.0; 3],
            reductions_db: [0.0; COUNT],
            held_reductions_db: [0.0; COUNT],
            trace_db: VecDeque::with_capacity(TRACE_MOMENTS),
            trace_level_db: VecDeque::with_capacity(TRACE_MOMENTS),
            since_moment_s: [0.0; 2],
            moment_peak: 0.0,
            moment_db: [0.0; COUNT],
            heard: Instant::now(),
            silenced: Instant::now(),
            sounded: Instant::now(),
            seconds: 0.0,
            pulls: 0,
            was_playing: false,
            format,
        }
    }

    /// Returns the sample rate.
    #[must_use]
    pub fn sample_rate_hz(&self) -> f64 {
        self.format.sample_rate_hz
    }

    /// Measures the audio since the last call, and passes every block of the input to `hear`. `[main]`
    pub fn pull(&mut self, shared: &Shared, mut hear: impl FnMut(&PlanarBuffer)) {
        let is_playing = shared.is_playing.load(std::sync::atomic::Ordering::Relaxed);
        if is_playing && !self.was_playing {
            self.reset();
        }
        self.was_playing = is_playing;
        shared.reductions.drain(|reductions_db| self.reduce(reductions_db));
        let (mut is_heard, mut is_sound) = (false, false);
        shared.ring.drain(|frame| {
            self.push(frame, &mut hear);
            is_heard = true;
            is_sound |= frame != [0.0; LANES];
        });
        if is_sound {
            self.sounded = Instant::now();
        }
        self.follow_clock(is_heard);
        for (side, meter) in [&mut self.input, &mut self.output].into_iter().enumerate() {
            meter.highest = shared.true_peak(side);
        }
        if self.pulls.is_multiple_of(PULLS_A_READING) {
            self.input.read(&shared.tallies[0]);
            self.output.read(&shared.tallies[1]);
        }
        self.pulls += 1;
    }

    /// Goes on with silence where no audio comes, as when a host stops: nothing freezes on the screen.
    fn follow_clock(&mut self, is_heard: bool) {
        let now = Instant::now();
        if is_heard {
            (self.heard, self.silenced) = (now, now);
            return;
        }
        if self.heard.elapsed() < STOPPED {
            return;
        }
        let silent_s = self.silenced.elapsed().as_secs_f64().min(LONGEST_S);
        self.silenced = now;
        for _ in 0..(silent_s * self.format.sample_rate_hz / GRID_FRAMES as f64) as usize {
            self.reduce([0.0; COUNT]);
        }
        for _ in 0..(silent_s * self.format.sample_rate_hz) as usize {
            self.push([0.0; LANES], &mut |_| {});
        }
    }

    /// Tells whether anything moves on the screen.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        self.sounded.elapsed() < 2 * STOPPED || self.input.is_moving() || self.output.is_moving()
    }

    /// Takes the gain reductions of the next [`GRID_FRAMES`].
    fn reduce(&mut self, reductions_db: [f32; COUNT]) {
        let grid_s = GRID_FRAMES as f64 / self.format.sample_rate_hz;
        for (module, now) in reductions_db.into_iter().enumerate() {
            let falling = (self.reductions_db[module] - REDUCTION_FALL_DB_PER_S * grid_s as f32).max(0.0);
            self.reductions_db[module] = now.max(falling);
            self.held_reductions_db[module] = self.held_reductions_db[module].max(now);
            self.moment_db[module] = self.moment_db[module].max(now);
        }
        self.since_moment_s[1] += grid_s;
        while self.since_moment_s[1] >= MOMENT_S {
            self.since_moment_s[1] -= MOMENT_S;
            push_moment(&mut self.trace_db, self.moment_db);
            self.moment_db = reductions_db;
        }
    }

    fn push(&mut self, frame: [f32; LANES], hear: &mut impl FnMut(&PlanarBuffer)) {
        for (lane, sample) in frame.into_iter().enumerate() {
            let finite = if sample.is_finite() { f64::from(sample) } else { 0.0 };
            self.block[lane / 2].channel_mut(lane % 2)[self.filled] = finite;
        }
        if self.filled.is_multiple_of(2) {
            if self.gonio.len() == GONIO_POINTS {
                self.gonio.pop_front();
            }
            self.gonio.push_back([frame[2], frame[3]]);
        }
        self.filled += 1;
        if self.filled == BLOCK_FRAMES {
            self.filled = 0;
            self.measure();
            hear(&self.block[0]);
        }
    }

    fn measure(&mut self) {
        let block_s = BLOCK_FRAMES as f64 / self.format.sample_rate_hz;
        self.seconds += block_s;
        self.input.process(&self.block[0], self.seconds);
        self.output.process(&self.block[1], self.seconds);
        self.correlate(block_s);
        let out = &self.block[1];
        let peak = (0..2).flat_map(|channel| out.channel(channel)).fold(0.0f64, |peak, x| peak.max(x.abs()));
        self.moment_peak = self.moment_peak.max(peak);
        self.since_moment_s[0] += block_s;
        while self.since_moment_s[0] >= MOMENT_S {
            self.since_moment_s[0] -= MOMENT_S;
            push_moment(&mut self.trace_level_db, gain_to_db(self.moment_peak.max(1e-6)) as f32);
            self.moment_peak = 0.0;
        }
    }

    fn correlate(&mut self, block_s: f64) {
        let out = &self.block[1];
        let keep = (-block_s / CORRELATION_S).exp();
        let mut sums = [0.0; 3];
        for (l, r) in out.channel(0).iter().zip(out.channel(1)) {
            sums = [sums[0] + l * r, sums[1] + l * l, sums[2] + r * r];
        }
        for (slow, now) in self.correlation.iter_mut().zip(sums) {
            *slow = keep * *slow + (1.0 - keep) * now;
        }
    }

    /// Returns the correlation of left and right after the chain, -1 to 1; `None` for silence.
    #[must_use]
    pub fn correlation(&self) -> Option<f64> {
        let [both, left, right] = self.correlation;
        (left > 1e-9 && right > 1e-9).then(|| (both / (left * right).sqrt()).clamp(-1.0, 1.0))
    }

    /// Resets all held readings.
    pub fn reset(&mut self) {
        self.input.reset();
        self.output.reset();
        self.held_reductions_db = [0.0; COUNT];
    }
}

fn push_moment<T>(trace: &mut VecDeque<T>, value: T) {
    if trace.len() == TRACE_MOMENTS {
        trace.pop_front();
    }
    trace.push_back(value);
}
