//! The stage: blocks in, tempo out.

use balanced_dsp::{Block, StreamFormat};

use super::bands::{BandAnalyser, FRAMES_PER_S, Frame};
use super::flux::Flux;
use super::{activation, bars, decode, flux, tempo};
use crate::Measurements;
use crate::lowrate::{Frames, LowRate};
use crate::model::{Tempo, finite};
use crate::stage::Stage;

/// Low rate, and what must come through it.
const RATE_HZ: f64 = 22_050.0;
const PASS_HZ: f64 = 9000.0;
/// A rise between frames two apart is steepest one frame after the onset that caused it.
const DELAY_S: f64 = 0.01;
/// Beats fewer than this are no pulse.
const LEAST_BEATS: usize = 4;
/// The activation must repeat at the beat (see [`tempo::periodicity`]) more than noise does, whose autocorrelation
/// strays from zero like the inverse root of the number of frames.
fn least_periodicity(frames: usize) -> f64 {
    0.02 + 2.5 / (frames.max(1) as f64).sqrt()
}

/// Measures tempo and beats. Keeps two onset strengths and 30 bytes a hundredth of a second: 14 MB an hour.
pub(crate) struct RhythmStage {
    low: LowRate,
    frames: Frames,
    bands: BandAnalyser,
    kept: Kept,
}

/// Bands below about 170 Hz.
const BASS_BANDS: usize = 5;
/// Bands that tell where bars begin.
const BAR_BANDS: usize = 30;
/// Steps of a kept band level: far finer than what a beat's mean changes by.
const LEVEL_STEPS: f32 = 24.0;

/// What remains of the frames.
struct Kept {
    flux: Flux,
    all_flux: Vec<f32>,
    bass_flux: Vec<f32>,
    levels: Vec<[u8; BAR_BANDS]>,
}

impl Kept {
    fn new() -> Self {
        Self { flux: Flux::new(), all_flux: Vec::new(), bass_flux: Vec::new(), levels: Vec::new() }
    }

    fn push(&mut self, frame: Frame) {
        let [all, bass] = self.flux.push(&frame, BASS_BANDS);
        self.all_flux.push(all);
        self.bass_flux.push(bass);
        self.levels.push(std::array::from_fn(|band| (frame[band] * LEVEL_STEPS).round().clamp(0.0, 255.0) as u8));
    }
}

impl RhythmStage {
    pub fn new(format: &StreamFormat) -> Self {
        let low = LowRate::near(&format.layout, format.sample_rate_hz, RATE_HZ, PASS_HZ);
        let bands = BandAnalyser::new(low.rate_hz());
        Self { frames: Frames::new(bands.size(), bands.hop()), bands, low, kept: Kept::new() }
    }
}

impl Stage for RhythmStage {
    fn push(&mut self, block: Block<'_>) {
        let Self { low, frames, bands, kept } = self;
        low.push(block, |samples| frames.push(samples, |frame| kept.push(bands.run(frame))));
    }

    fn finish(mut self: Box<Self>, result: &mut Measurements) {
        let Self { low, frames, bands, kept } = &mut *self;
        low.finish(|samples| frames.push(samples, |frame| kept.push(bands.run(frame))));
        frames.finish(|frame| kept.push(bands.run(frame)));
        let frames_per_s = low.rate_hz() / bands.hop() as f64;
        result.tempo = Some(measure(kept, frames_per_s));
    }
}

fn measure(kept: &Kept, frames_per_s: f64) -> Tempo {
    debug_assert!((frames_per_s / FRAMES_PER_S - 1.0).abs() < 0.02);
    let onsets = flux::onsets(&kept.all_flux);
    let frames = kept.levels.len();
    let mut result = Tempo { onset_rate_hz: flux::rate_hz(onsets.len(), frames), ..Tempo::default() };
    let activation = activation::activation(&kept.all_flux, &kept.bass_flux);
    let beats = decode::beats(&activation, frames_per_s);
    let beats_s: Vec<f64> = beats.iter().map(|beat| (beat / frames_per_s - DELAY_S).max(0.0)).collect();
    let Some(bpm) = tempo::bpm(&beats_s).filter(|_| beats_s.len() >= LEAST_BEATS) else {
        return result;
    };
    let mean = activation.iter().sum::<f32>() / activation.len() as f32;
    let centred: Vec<f32> = activation.iter().map(|a| a - mean).collect();
    let pulse = tempo::periodicity(&centred, 60.0 * frames_per_s / bpm);
    result.confidence = pulse.clamp(0.0, 1.0);
    if pulse < least_periodicity(frames) {
        return result;
    }
    let evidence = bar_evidence(&kept.levels, &beats);
    if let Some(bars) = bars::bars(&evidence) {
        result.time_signature = Some(format!("{}/4", bars.metre));
        result.downbeats_s = bars.downbeats.iter().map(|beat| beats_s[*beat]).collect();
    }
    result.bpm = finite(bpm);
    result.candidates = tempo::candidates(bpm, &activation, frames_per_s);
    result.stability = tempo::stability(&beats_s);
    result.beats_s = beats_s;
    result
}

/// Log odds that each beat begins a bar: bass and harmony change there.
fn bar_evidence(levels: &[[u8; BAR_BANDS]], beats: &[f64]) -> Vec<f64> {
    let mean = |from: f64, to: f64| {
        let (from, to) = (from.max(0.0) as usize, (to as usize).min(levels.len()));
        let part = &levels[from.min(to)..to];
        let sum = |band: usize| part.iter().map(|f| u32::from(f[band])).sum::<u32>();
        let steps = LEVEL_STEPS * part.len().max(1) as f32;
        std::array::from_fn::<f32, BAR_BANDS, _>(|band| sum(band) as f32 / steps)
    };
    let change: Vec<f64> = (0..beats.len())
        .map(|i| {
            let interval = if i > 0 { beats[i] - beats[i - 1] } else { beats.get(1).map_or(50.0, |b| b - beats[0]) };
            let (before, after) = (mean(beats[i] - interval, beats[i]), mean(beats[i], beats[i] + interval));
            let rise = |range: std::ops::Range<usize>| range.map(|b| f64::from(after[b] - before[b])).sum::<f64>();
            rise(0..6) / 6.0 + 0.5 * (0..BAR_BANDS).map(|b| f64::from((after[b] - before[b]).abs())).sum::<f64>() / 30.0
        })
        .collect();
    let count = change.len().max(1) as f64;
    let average = change.iter().sum::<f64>() / count;
    let deviation = (change.iter().map(|c| (c - average).powi(2)).sum::<f64>() / count).sqrt().max(1e-6);
    change.iter().map(|c| 0.8 * ((c - average) / deviation).clamp(-2.0, 2.0) - 0.9).collect()
}
