//! Peaks of decoded audio.

use balanced_dsp::decibel::gain_to_db;
use balanced_dsp::true_peak::TruePeakMeter;
use balanced_dsp::{Block, StreamFormat};

/// Meter of what a player's converter gets: true peak, and the samples that it clips.
pub struct DecodedPeaks {
    meter: TruePeakMeter,
    channels: usize,
    clipped_samples: u64,
}

impl DecodedPeaks {
    /// Creates a meter for audio of `format`.
    #[must_use]
    pub fn new(format: &StreamFormat) -> Self {
        Self { meter: TruePeakMeter::new(format), channels: format.channels(), clipped_samples: 0 }
    }

    /// Measures the next block, as the decoder returned it: in floating point, before anything clamps it.
    pub fn push(&mut self, block: Block<'_>) {
        for channel in 0..self.channels {
            let over = block.channel(channel).iter().filter(|sample| sample.abs() > 1.0);
            self.clipped_samples += over.count() as u64;
        }
        self.meter.process(block);
    }

    /// Returns the number of samples beyond full scale, all channels together.
    #[must_use]
    pub fn clipped_samples(&self) -> u64 {
        self.clipped_samples
    }

    /// Returns the highest true peak of any channel in dBTP (ITU-R BS.1770-5, Annex 2); `None` for silence.
    #[must_use]
    pub fn true_peak_dbtp(&mut self) -> Option<f64> {
        self.meter.flush();
        let peaks = (0..self.channels).filter_map(|channel| self.meter.peak(channel));
        let peak = peaks.map(|peak| peak.amplitude).fold(0.0, f64::max);
        (peak > 0.0).then(|| gain_to_db(peak))
    }
}
