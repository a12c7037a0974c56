//! The stage: blocks in, key out.

use balanced_dsp::{Block, StreamFormat};
use balanced_model::{Key, KeyCandidate, Measurements, finite};

use super::chroma::FineChroma;
use super::names::KeyIndex;
use super::peaks::{Peak, PeakFinder};
use super::profiles;
use super::sections::{SECTION_S, Sections};
use crate::lowrate::{Frames, LowRate, fft_size};
use crate::programme::Programme;
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
/// Readings listed.
const CANDIDATES: usize = 5;
/// A key is given from this significance of the peaks' agreement up (overlapping frames see the same peaks up to four times
/// and so double the 1 that independent ones would give), and from this size of it: the significance of the little that noise
/// has grows with its length, 2.5 after 40 s.
const LEAST_PITCHEDNESS: f64 = 2.5;
const LEAST_AGREEMENT: f64 = 0.018;
/// Fewer frames than this (about half a second of sound) are too few to say a key.
const LEAST_FRAMES: f64 = 3.0;

/// Measures key and tuning. Memory grows by 120 numbers each five seconds of the stream.
pub(crate) struct TonalStage {
    low: LowRate,
    frames: Frames,
    listener: Listener,
    rate_hz: f64,
    pushed_frames: u64,
}

struct Listener {
    finder: PeakFinder,
    peaks: Vec<Peak>,
    loudest: f64,
    chroma: FineChroma,
    section: FineChroma,
    /// Frames in a section, and heard of the current one.
    section_frames: usize,
    section_at: usize,
    sections: Sections,
}

impl TonalStage {
    pub fn new(format: &StreamFormat) -> Self {
        let low = LowRate::near(&format.layout, format.sample_rate_hz, RATE_HZ, PASS_HZ);
        let size = fft_size(FRAME_S * low.rate_hz());
        let hop = size / OVERLAP;
        let section_frames = (SECTION_S * low.rate_hz() / hop as f64).round() as usize;
        let listener = Listener {
            finder: PeakFinder::new(low.rate_hz(), size),
            peaks: Vec::new(),
            loudest: 0.0,
            chroma: FineChroma::default(),
            section: FineChroma::default(),
            section_frames,
            section_at: 0,
            sections: Sections::new((section_frames * hop) as f64 / low.rate_hz()),
        };
        Self { frames: Frames::new(size, hop), listener, low, rate_hz: format.sample_rate_hz, pushed_frames: 0 }
    }
}

impl Stage for TonalStage {
    fn weight(&self) -> u32 {
        140
    }

    fn push(&mut self, block: Block<'_>) {
        self.pushed_frames += block.frames() as u64;
        let (frames, listener) = (&mut self.frames, &mut self.listener);
        self.low.push(block, |samples| frames.push(samples, |frame| listener.hear(frame)));
    }

    fn finish(mut self: Box<Self>, result: &mut Measurements, programme: &Programme) {
        let Self { low, frames, listener, .. } = &mut *self;
        low.finish(|samples| frames.push(samples, |frame| listener.hear(frame)));
        frames.finish(|frame| listener.hear(frame));
        listener.close_section();
        let duration_s = self.pushed_frames as f64 / self.rate_hz;
        result.key = Some(decide(&self.listener.chroma, &self.listener.sections, duration_s).unwrap_or_else(|why| {
            programme.reasons(result).explain("key.name", true, 0.0, why);
            Key::default()
        }));
    }
}

impl Listener {
    fn hear(&mut self, frame: &[f32]) {
        self.finder.find(frame, &mut self.peaks);
        let loudest = self.peaks.iter().fold(0.0, |l: f64, p| l.max(p.amplitude));
        self.loudest = self.loudest.max(loudest);
        if loudest > SILENCE && loudest > QUIET_RATIO * self.loudest {
            self.section.add(&self.peaks);
        }
        self.section_at += 1;
        if self.section_at == self.section_frames {
            self.close_section();
        }
    }

    fn close_section(&mut self) {
        if self.section_at > 0 {
            self.chroma.merge(&self.section);
            self.sections.push(&self.section);
        }
        self.section = FineChroma::default();
        self.section_at = 0;
    }
}

/// The key, or why none can be told.
fn decide(chroma: &FineChroma, sections: &Sections, duration_s: f64) -> Result<Key, &'static str> {
    let (tuning, pitchedness) = (chroma.tuning(), chroma.pitchedness());
    if chroma.frames < LEAST_FRAMES {
        return Err("silence, or less than half a second of sound");
    }
    if pitchedness < LEAST_PITCHEDNESS || chroma.agreement() < LEAST_AGREEMENT {
        return Err("no pitches that agree on a tuning: noise, drums or speech");
    }
    let Some(scores) = profiles::scores(&chroma.pitch_classes(tuning)) else {
        return Err("no pitch class stands out");
    };
    let mut order: Vec<usize> = (0..24).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    let weights = profiles::shares(&scores);
    let best = KeyIndex(order[0]);
    Ok(Key {
        name: Some(best.name()),
        tonic: Some(best.tonic().to_owned()),
        mode: Some(best.mode()),
        camelot: Some(best.camelot()),
        open_key: Some(best.open_key()),
        confidence: weights[order[0]],
        candidates: order[..CANDIDATES]
            .iter()
            .map(|key| KeyCandidate { name: KeyIndex(*key).name(), weight: weights[*key] })
            .collect(),
        tuning_hz: finite(440.0 * 2f64.powf(tuning / 12.0)),
        segments: sections.segments(tuning, best, duration_s),
    })
}
