//! The stage: blocks in, key out.

use balanced_dsp::{Block, StreamFormat};
use balanced_model::{Key, Measurements, ModelUsed};

use super::chroma::FineChroma;
use super::decide::decide;
use super::network;
use super::peaks::{Peak, PeakFinder};
use super::sections::{SECTION_STEPS, Sections};
use super::steps::{STEP_FRAMES, Steps};
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

/// Measures key and tuning. Memory grows by 1.5 MB each hour of the stream.
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
    step: FineChroma,
    /// Frames since the last section ended.
    at_frame: usize,
    sections: Sections,
    steps: Steps,
}

impl TonalStage {
    pub fn new(format: &StreamFormat) -> Self {
        let low = LowRate::near(&format.layout, format.sample_rate_hz, RATE_HZ, PASS_HZ);
        let size = fft_size(FRAME_S * low.rate_hz());
        let hop = size / OVERLAP;
        let section_s = (SECTION_STEPS * STEP_FRAMES * hop) as f64 / low.rate_hz();
        let listener = Listener {
            finder: PeakFinder::new(low.rate_hz(), size),
            peaks: Vec::new(),
            loudest: 0.0,
            chroma: FineChroma::default(),
            section: FineChroma::default(),
            step: FineChroma::default(),
            at_frame: 0,
            sections: Sections::new(section_s),
            steps: Steps::default(),
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
        result.key =
            Some(match decide(&self.listener.chroma, &self.listener.steps, &self.listener.sections, duration_s) {
                Ok(key) => {
                    result
                        .models
                        .push(ModelUsed { name: network::NAME.to_owned(), sha256: network::SHA256.to_owned() });
                    key
                }
                Err(why) => {
                    programme.reasons(result).explain("key.name", true, 0.0, why);
                    Key::default()
                }
            });
    }
}

impl Listener {
    fn hear(&mut self, frame: &[f32]) {
        self.finder.find(frame, &mut self.peaks);
        let loudest = self.peaks.iter().fold(0.0, |l: f64, p| l.max(p.amplitude));
        self.loudest = self.loudest.max(loudest);
        if loudest > SILENCE && loudest > QUIET_RATIO * self.loudest {
            self.step.add(&self.peaks);
        }
        self.at_frame += 1;
        if self.at_frame.is_multiple_of(STEP_FRAMES) {
            self.close_step();
        }
        if self.at_frame == SECTION_STEPS * STEP_FRAMES {
            self.close_section();
        }
    }

    fn close_step(&mut self) {
        self.steps.push(&self.step);
        self.section.merge(&self.step);
        self.step = FineChroma::default();
    }

    fn close_section(&mut self) {
        if self.at_frame > 0 {
            self.close_step();
            self.chroma.merge(&self.section);
            self.sections.push(&self.section);
        }
        self.section = FineChroma::default();
        self.at_frame = 0;
    }
}
