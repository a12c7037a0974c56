//! The stage: blocks in, key out.

use balanced_dsp::{Block, StreamFormat};

use super::chroma::FineChroma;
use super::names::KeyIndex;
use super::peaks::{Peak, PeakFinder};
use super::profiles;
use crate::Measurements;
use crate::lowrate::{Frames, LowRate, fft_size};
use crate::model::{Key, KeyCandidate, finite};
use crate::stage::Stage;

/// Low rate, and what must come through it.
const RATE_HZ: f64 = 11_025.0;
const PASS_HZ: f64 = 2200.0;
/// Long enough to tell semitones apart from about 90 Hz up, and to let drums fade into the background.
const FRAME_S: f64 = 0.743;
/// Frames are a quarter of their length apart.
const OVERLAP: usize = 4;
/// A frame whose strongest peak is this far below the strongest so far, or below -70 dBFS, says nothing.
const QUIET_RATIO: f64 = 0.01;
const SILENCE: f64 = 3e-4;
/// Sharpness with which scores become shares of the evidence.
const SHARPNESS: f64 = 12.0;
/// Readings listed.
const CANDIDATES: usize = 5;
/// A key is given from this agreement of the peaks up: noise of any length stays below, as overlapping frames see the
/// same peaks up to four times and so double the 1 that independent ones would give.
const LEAST_PITCHEDNESS: f64 = 2.5;
/// Fewer frames than this (about half a second of sound) are too few to say a key.
const LEAST_FRAMES: f64 = 3.0;

/// Measures key and tuning. Memory does not grow with the length of the stream.
pub(crate) struct TonalStage {
    low: LowRate,
    frames: Frames,
    listener: Listener,
}

struct Listener {
    finder: PeakFinder,
    peaks: Vec<Peak>,
    loudest: f64,
    chroma: FineChroma,
}

impl TonalStage {
    pub fn new(format: &StreamFormat) -> Self {
        let low = LowRate::near(&format.layout, format.sample_rate_hz, RATE_HZ, PASS_HZ);
        let size = fft_size(FRAME_S * low.rate_hz());
        let finder = PeakFinder::new(low.rate_hz(), size);
        Self {
            frames: Frames::new(size, size / OVERLAP),
            listener: Listener { finder, peaks: Vec::new(), loudest: 0.0, chroma: FineChroma::default() },
            low,
        }
    }
}

impl Stage for TonalStage {
    fn push(&mut self, block: Block<'_>) {
        let (frames, listener) = (&mut self.frames, &mut self.listener);
        self.low.push(block, |samples| frames.push(samples, |frame| listener.hear(frame)));
    }

    fn finish(mut self: Box<Self>, result: &mut Measurements) {
        let Self { low, frames, listener } = &mut *self;
        low.finish(|samples| frames.push(samples, |frame| listener.hear(frame)));
        frames.finish(|frame| listener.hear(frame));
        result.key = Some(decide(&self.listener.chroma));
    }
}

impl Listener {
    fn hear(&mut self, frame: &[f32]) {
        self.finder.find(frame, &mut self.peaks);
        let loudest = self.peaks.iter().fold(0.0, |l: f64, p| l.max(p.amplitude));
        self.loudest = self.loudest.max(loudest);
        if loudest > SILENCE && loudest > QUIET_RATIO * self.loudest {
            self.chroma.add(&self.peaks);
        }
    }
}

fn decide(chroma: &FineChroma) -> Key {
    let (tuning, pitchedness) = (chroma.tuning(), chroma.pitchedness());
    if chroma.frames < LEAST_FRAMES || pitchedness < LEAST_PITCHEDNESS {
        return Key::default();
    }
    let Some(scores) = profiles::scores(&chroma.pitch_classes(tuning)) else {
        return Key::default();
    };
    let mut order: Vec<usize> = (0..24).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    let top = scores[order[0]];
    let total: f64 = scores.iter().map(|s| (SHARPNESS * (s - top)).exp()).sum();
    let weight = |key: usize| (SHARPNESS * (scores[key] - top)).exp() / total;
    let best = KeyIndex(order[0]);
    Key {
        name: Some(best.name()),
        tonic: Some(best.tonic().to_owned()),
        mode: Some(best.mode()),
        camelot: Some(best.camelot()),
        open_key: Some(best.open_key()),
        confidence: weight(order[0]),
        candidates: order[..CANDIDATES]
            .iter()
            .map(|key| KeyCandidate { name: KeyIndex(*key).name(), weight: weight(*key) })
            .collect(),
        tuning_hz: finite(440.0 * 2f64.powf(tuning / 12.0)),
    }
}
