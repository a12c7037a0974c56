//! The stage: blocks in, tempo out.

use balanced_dsp::{Block, StreamFormat};
use balanced_model::{Measurements, ModelUsed, Tempo, finite};

use super::bands::{BandAnalyser, FRAMES_PER_S, Frame};
use super::change::Levels;
use super::choice::log_odds;
use super::evidence::Evidence;
use super::flux::Flux;
use super::level::{self, Heard, Runs};
use super::network::{self, Activations, Network};
use super::pattern::Pattern;
use super::{bars, decode, divide, flux, tempo};
use crate::lowrate::{Frames, LowRate};
use crate::programme::Programme;
use crate::stage::Stage;

/// Low rate, and what must come through it.
const RATE_HZ: f64 = 22_050.0;
const PASS_HZ: f64 = 9000.0;
/// A shorter programme has too little to go by, whatever the music.
const LEAST_S: f64 = 3.0;
/// Beats fewer than this are no pulse.
const LEAST_BEATS: usize = 4;
/// Beats heard this clearly, on the mean, are beats even if they never repeat at the same distance: white and brown noise
/// reach 0.24, held-out music without a beat 0.16.
const CLEAR: f64 = 0.26;

/// Bars that listeners would rather begin elsewhere, or count otherwise, are not said.
const LEAST_BAR_CONFIDENCE: f64 = 0.2;

/// Others must repeat at the beat (see [`tempo::pulse`]) more than those that the network hears in noise, whose
/// autocorrelation strays from zero like the inverse root of the number of frames.
fn least_pulse(frames: usize) -> f64 {
    0.02 + 5.0 / (frames.max(1) as f64).sqrt()
}

/// Measures tempo and beats. Keeps an onset strength, the drum pattern, two activations and some levels: 1.5 kB a second.
pub(crate) struct RhythmStage {
    low: LowRate,
    frames: Frames,
    bands: BandAnalyser,
    kept: Kept,
    tempo: Option<Tempo>,
}

/// Onset, level and drum measurements of the frames so far, and the network that hears them.
pub(super) struct Kept {
    flux: Flux,
    rises: Vec<f32>,
    slow_flux: Flux,
    slow_rises: Vec<f32>,
    levels: Levels,
    pattern: Pattern,
    network: Network,
}

impl Kept {
    pub fn new() -> Self {
        let (levels, pattern) = (Levels::default(), Pattern::default());
        Self {
            flux: Flux::new(),
            rises: Vec::new(),
            slow_flux: Flux::slow(),
            slow_rises: Vec::new(),
            levels,
            pattern,
            network: Network::new(),
        }
    }

    pub fn push(&mut self, frame: &Frame) {
        self.rises.push(self.flux.push(frame));
        self.slow_rises.push(self.slow_flux.push(frame));
        self.levels.push(frame);
        self.pattern.push(frame);
        self.network.push(frame);
    }

    /// Everything is in.
    pub fn finish(self) -> Features {
        let Self { rises, slow_rises, levels, pattern, network, .. } = self;
        Features { rises, slow_rises, levels, pattern, activations: network.finish() }
    }
}

/// What tempo, beats and bars are measured from.
pub(super) struct Features {
    pub rises: Vec<f32>,
    pub slow_rises: Vec<f32>,
    pub levels: Levels,
    pub pattern: Pattern,
    pub activations: Activations,
}

impl RhythmStage {
    pub fn new(format: &StreamFormat) -> Self {
        let low = LowRate::near(&format.layout, format.sample_rate_hz, RATE_HZ, PASS_HZ);
        let bands = BandAnalyser::new(low.rate_hz());
        Self { frames: Frames::new(bands.size(), bands.hop()), bands, low, kept: Kept::new(), tempo: None }
    }
}

impl Stage for RhythmStage {
    fn weight(&self) -> u32 {
        450
    }

    fn push(&mut self, block: Block<'_>) {
        let Self { low, frames, bands, kept, .. } = self;
        low.push(block, |samples| frames.push(samples, |frame| kept.push(&bands.run(frame))));
    }

    fn conclude(&mut self) {
        let Self { low, frames, bands, kept, .. } = self;
        low.finish(|samples| frames.push(samples, |frame| kept.push(&bands.run(frame))));
        frames.finish(|frame| kept.push(&bands.run(frame)));
        let frames_per_s = low.rate_hz() / bands.hop() as f64;
        self.tempo = Some(measure(&std::mem::replace(kept, Kept::new()).finish(), frames_per_s));
    }

    fn finish(self: Box<Self>, result: &mut Measurements, programme: &Programme) {
        result.models.push(ModelUsed { name: network::NAME.to_owned(), sha256: network::SHA256.to_owned() });
        if let Some(tempo) = &self.tempo {
            let mut reasons = programme.reasons(result);
            reasons.explain("tempo.bpm", tempo.bpm.is_none(), LEAST_S, "no steady pulse was found");
            let no_bars = tempo.time_signature.is_none();
            reasons.explain("tempo.time_signature", no_bars, LEAST_S, "nothing tells where bars begin");
        }
        result.tempo = self.tempo;
    }
}

pub(super) fn measure(features: &Features, frames_per_s: f64) -> Tempo {
    debug_assert!((frames_per_s / FRAMES_PER_S - 1.0).abs() < 0.02);
    let Features { rises, slow_rises, levels, pattern, activations } = features;
    let onsets = flux::onsets(rises);
    let mut result =
        Tempo { onset_rate_hz: flux::rate_hz(flux::notes(&onsets, slow_rises), rises.len()), ..Tempo::default() };
    let seconds = |runs: &Runs| -> Runs {
        runs.iter().map(|run| run.iter().map(|beat| (beat / frames_per_s).max(0.0)).collect()).collect()
    };
    let decoded = decode::beats(activations, frames_per_s);
    let Some(bpm) = tempo::bpm(&seconds(&decoded)) else {
        return result;
    };
    let heard = Heard::new(activations, pattern, onsets.len(), frames_per_s);
    let found = level::choose(decoded, bpm, &heard);
    let runs_s = seconds(&found.beats);
    let Some(bpm) = tempo::bpm(&runs_s).filter(|_| runs_s.iter().any(|run| run.len() >= LEAST_BEATS)) else {
        return result;
    };
    let pulse = heard.repeats(bpm);
    let evidence = Evidence::new(activations, &found.beats, bpm, pulse, found.probability);
    if evidence.at_beats < CLEAR && pulse < least_pulse(activations.sounding_frames()) {
        return result;
    }
    (result.confidence, result.pulse_confidence) = (evidence.confidence(), evidence.pulse_confidence());
    let in_three_parts = divide::in_three_parts(&flux::salience(rises), &found.beats);
    let bars = bars::bars(&found.beats, activations, levels, pattern, in_three_parts, bpm);
    if let Some(bars) = bars {
        result.bar_confidence = bars::confidence(log_odds(bars.probability), evidence.odds());
        if result.bar_confidence >= LEAST_BAR_CONFIDENCE {
            result.time_signature = Some(bars::signature(bars.metre, in_three_parts));
            let firsts = bars.downbeats.iter().zip(&runs_s);
            result.downbeats_s = firsts.flat_map(|(firsts, run)| firsts.iter().map(|beat| run[*beat])).collect();
        }
    }
    result.bpm = finite(bpm);
    result.candidates = tempo::candidates(bpm, &found.levels(bpm), &heard);
    result.curve = tempo::curve(&runs_s);
    result.stability = tempo::stability(&runs_s);
    result.beats_s = runs_s.concat();
    result
}
