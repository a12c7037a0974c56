//! The stage: blocks in, tempo out.

use balanced_dsp::{Block, StreamFormat};
use balanced_model::{Measurements, ModelUsed, Tempo, finite};

use super::bands::{BandAnalyser, FRAMES_PER_S, Frame};
use super::change::Levels;
use super::evidence::Evidence;
use super::flux::Flux;
use super::network::{self, Activations, Network};
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

/// Others must repeat at the beat (see [`tempo::pulse`]) more than those that the network hears in noise, whose
/// autocorrelation strays from zero like the inverse root of the number of frames.
fn least_pulse(frames: usize) -> f64 {
    0.02 + 5.0 / (frames.max(1) as f64).sqrt()
}

/// Measures tempo and beats. Keeps an onset strength, two activations and some levels: 1 kB a second.
pub(crate) struct RhythmStage {
    low: LowRate,
    frames: Frames,
    bands: BandAnalyser,
    kept: Kept,
    tempo: Option<Tempo>,
}

/// Features that are kept of the frames.
struct Kept {
    flux: Flux,
    rises: Vec<f32>,
    levels: Levels,
    network: Network,
}

impl Kept {
    fn new() -> Self {
        Self { flux: Flux::new(), rises: Vec::new(), levels: Levels::default(), network: Network::new() }
    }

    fn push(&mut self, frame: &Frame) {
        self.rises.push(self.flux.push(frame));
        self.levels.push(frame);
        self.network.push(frame);
    }
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
        self.tempo = Some(measure(std::mem::replace(kept, Kept::new()), frames_per_s));
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

fn measure(kept: Kept, frames_per_s: f64) -> Tempo {
    debug_assert!((frames_per_s / FRAMES_PER_S - 1.0).abs() < 0.02);
    let onsets = flux::onsets(&kept.rises);
    let onset_rate_hz = flux::rate_hz(onsets.len(), kept.rises.len());
    let mut result = Tempo { onset_rate_hz, ..Tempo::default() };
    let heard = kept.network.finish();
    let beats = decode::beats(&heard, frames_per_s);
    let beats_s: Vec<f64> = beats.iter().map(|beat| beat / frames_per_s).collect();
    let Some(bpm) = tempo::bpm(&beats_s).filter(|_| beats_s.len() >= LEAST_BEATS) else {
        return result;
    };
    let evidence = Evidence::new(&heard, &beats, bpm);
    let pulse = tempo::pulse(&heard, 60.0 * frames_per_s / bpm);
    if evidence.at_beats < CLEAR && pulse < least_pulse(heard.beat.len()) {
        return result;
    }
    result.confidence = evidence.confidence();
    let network: Vec<f64> = beats.iter().map(|beat| down_odds(&heard.down, *beat)).collect();
    let odds = bars::evidence(&network, &kept.levels.changes(&beats), &kept.levels.struck(&beats));
    let in_three_parts = divide::in_three_parts(&flux::salience(&kept.rises), &beats);
    let metre_odds = bars::metre_odds(&kept.levels.differences(&beats), in_three_parts, bpm);
    if let Some(bars) = bars::bars(&odds, metre_odds) {
        result.time_signature = Some(bars::signature(bars.metre, in_three_parts));
        result.downbeats_s = bars.downbeats.iter().map(|beat| beats_s[*beat]).collect();
    }
    result.bpm = finite(bpm);
    result.candidates = tempo::candidates(bpm, &heard, frames_per_s);
    result.curve = tempo::curve(&beats_s);
    result.stability = tempo::stability(&beats_s);
    result.beats_s = beats_s;
    result
}

/// Log odds that the beat begins a bar: the greatest near it.
fn down_odds(down: &[i8], beat: f64) -> f64 {
    let at = beat.round() as usize;
    let near = &down[at.saturating_sub(3).min(down.len())..(at + 4).min(down.len())];
    near.iter().map(|odds| f64::from(*odds) * f64::from(Activations::STEP)).fold(-8.0, f64::max)
}
