//! DC offset: the waveform's middle is not zero, all along.

use balanced_dsp::lanes;
use balanced_model::{Defect, DefectKind, Severity};

use super::clipping::sentence;
use super::finding::{channel_name, finding};

/// Offsets under this (-54 dBFS) are neither heard nor cost headroom.
const SMALLEST: f64 = 0.002;
/// Sections whose means are compared; there are never more than [`MOST_SECTIONS`].
const SECTION_S: f64 = 0.25;
const MOST_SECTIONS: usize = 2048;
/// Shorter audio is one wave for all we know.
const SHORTEST_S: f64 = 1.0;
/// Share of the sections that must lie on the same side, at half the offset or more.
const AGREEING: f64 = 0.8;

/// Watches one channel.
pub(crate) struct Offset {
    section_frames: u64,
    sum: f64,
    count: u64,
    means: Vec<f64>,
    total: f64,
    frames: u64,
}

impl Offset {
    pub fn new(rate: f64) -> Self {
        let section_frames = (SECTION_S * rate).max(1.0) as u64;
        Self { section_frames, sum: 0.0, count: 0, means: Vec::with_capacity(MOST_SECTIONS), total: 0.0, frames: 0 }
    }

    pub fn push(&mut self, samples: &[f32]) {
        // Sections end on the next window; they need not be of one length.
        let sum: f64 = samples.chunks(256).map(|part| f64::from(lanes::sum(part))).sum();
        self.sum += sum;
        self.count += samples.len() as u64;
        self.total += sum;
        self.frames += samples.len() as u64;
        if self.count >= self.section_frames {
            self.means.push(self.sum / self.count as f64);
            (self.sum, self.count) = (0.0, 0);
            if self.means.len() == MOST_SECTIONS {
                self.means = self.means.chunks(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect();
                self.section_frames *= 2;
            }
        }
    }

    /// A finding, if the offset is there nearly always.
    pub fn finish(&self, channel: usize, channels: usize, rate: f64) -> Option<Defect> {
        let duration_s = self.frames as f64 / rate;
        let mean = self.total / self.frames.max(1) as f64;
        if duration_s < SHORTEST_S || mean.abs() < SMALLEST {
            return None;
        }
        let agreeing = self.means.iter().filter(|m| **m * mean.signum() > 0.5 * mean.abs()).count();
        if (agreeing as f64) < AGREEING * self.means.len() as f64 {
            return None;
        }
        let percent = 100.0 * mean;
        let message = format!(
            "{} has a DC offset of {percent:.2} % of full scale: it wastes headroom and clicks at every edit. A high-pass at 5 Hz removes it.",
            sentence(&channel_name(channel, channels)),
        );
        let severity = if mean.abs() > 0.02 { Severity::Major } else { Severity::Minor };
        Some(
            finding(DefectKind::DcOffset, severity, (0.0, duration_s), message)
                .in_channel(channel)
                .with("offset_percent", percent)
                .with("offset_dbfs", 20.0 * mean.abs().log10()),
        )
    }
}
