//! A hint that the channels of a surround file are in another order than its layout says.

use balanced_dsp::{Speaker, StreamFormat, lanes};

use crate::spectrum::engine::{Frame, Geometry};

/// Share of the energy in the decimated stream (below about 500 Hz) from which a channel can only be an LFE, which is
/// low-passed at 120 Hz, and up to which it cannot be one.
const ONLY_BASS: f64 = 0.995;
const FULL_RANGE: f64 = 0.97;
/// Quieter channels (-70 dBFS) tell nothing.
const SILENCE_POWER: f64 = 1e-7;

/// Energy of each channel, whole and below about 500 Hz.
pub(crate) struct ChannelOrder {
    lfe: usize,
    /// Low samples stand for this many.
    low_factor: f64,
    whole: Vec<f64>,
    low: Vec<f64>,
    samples: u64,
}

impl ChannelOrder {
    /// `None` for layouts without an LFE or with two.
    pub fn new(geometry: Geometry, format: &StreamFormat) -> Option<Self> {
        let speakers = format.layout.speakers();
        let mut lfe = (0..speakers.len())
            .filter(|index| matches!(speakers[*index], Speaker::LowFrequency | Speaker::LowFrequency2));
        let (first, second) = (lfe.next()?, lfe.next());
        let energies = vec![0.0; speakers.len()];
        second.is_none().then(|| Self {
            lfe: first,
            low_factor: geometry.rate / geometry.low_rate,
            whole: energies.clone(),
            low: energies,
            samples: 0,
        })
    }

    pub fn frame(&mut self, frame: &Frame<'_>) {
        add(&mut self.whole, frame);
        self.samples += frame.fresh as u64;
    }

    pub fn low_frame(&mut self, frame: &Frame<'_>) {
        add(&mut self.low, frame);
    }

    /// A sentence where exactly one channel sounds like the LFE and it is not the one that should.
    pub fn hint(&self) -> Option<String> {
        let sounds = |channel: usize| self.whole[channel] > SILENCE_POWER * self.samples as f64;
        let bass = |channel: usize| self.low_factor * self.low[channel] / self.whole[channel];
        let is_full_range = sounds(self.lfe) && bass(self.lfe) < FULL_RANGE;
        let mut like_lfe = (0..self.whole.len()).filter(|channel| sounds(*channel) && bass(*channel) > ONLY_BASS);
        let (found, another) = (like_lfe.next()?, like_lfe.next());
        (is_full_range && another.is_none()).then(|| {
            format!(
                "channel {} holds nothing but bass, as an LFE does, while channel {}, the LFE by the layout, is full-range: the \
                 channels may be in another order (film order is L C R Ls Rs LFE)",
                found + 1,
                self.lfe + 1
            )
        })
    }
}

fn add(energies: &mut [f64], frame: &Frame<'_>) {
    for (channel, energy) in energies.iter_mut().enumerate() {
        let samples = frame.new_samples(channel);
        *energy += f64::from(lanes::dot(samples, samples));
    }
}
