//! Peaks over full scale between the samples.

use balanced_dsp::true_peak::TruePeakMeter;
use balanced_dsp::{Block, StreamFormat};
use balanced_model::{Defect, DefectKind, Severity};

use super::clipping::sentence;
use super::finding::{Regions, channel_name, clock, finding};

/// Smaller overs lie within what two converters differ by.
const SMALLEST_DBTP: f64 = 0.1;
/// Stretches closer than this are one.
const MERGE_S: f64 = 0.2;

/// A true-peak meter of its own, for when loudness is not asked for.
pub(crate) struct Overs {
    meter: TruePeakMeter,
    regions: Vec<Regions>,
    position: u64,
}

impl Overs {
    pub fn new(format: &StreamFormat) -> Self {
        let regions = vec![Regions::new(MERGE_S * format.sample_rate_hz); format.channels()];
        Self { meter: TruePeakMeter::new(format), regions, position: 0 }
    }

    pub fn push(&mut self, block: Block<'_>) {
        self.meter.process(block);
        let start = self.position;
        self.position += block.frames() as u64;
        self.take(start);
    }

    fn take(&mut self, start: u64) {
        for (channel, regions) in self.regions.iter_mut().enumerate() {
            let peak_dbtp = 20.0 * self.meter.take_interval(channel).log10();
            if peak_dbtp > SMALLEST_DBTP {
                regions.add(start, self.position, peak_dbtp);
            }
        }
    }

    /// Findings.
    pub fn finish(mut self, rate: f64) -> Vec<Defect> {
        self.meter.flush();
        self.take(self.position);
        describe(&self.regions, rate)
    }
}

/// Findings from overs that the loudness family has already found.
pub(crate) fn from_loudness(overs: &[balanced_model::TruePeakOver], channels: usize, rate: f64) -> Vec<Defect> {
    let mut regions = vec![Regions::new(MERGE_S * rate); channels];
    for over in overs.iter().filter(|o| o.peak_dbtp > SMALLEST_DBTP && o.channel < channels) {
        regions[over.channel].add((over.start_s * rate) as u64, (over.end_s * rate) as u64, over.peak_dbtp);
    }
    describe(&regions, rate)
}

/// One finding a channel: overs come by the hundred.
fn describe(channels: &[Regions], rate: f64) -> Vec<Defect> {
    channels
        .iter()
        .enumerate()
        .filter_map(|(channel, regions)| {
            let (first, last) = (regions.list().first()?, regions.list().last()?);
            let peak_dbtp = regions.list().iter().map(|r| r.worst).fold(f64::MIN, f64::max);
            let range_s = (first.start as f64 / rate, last.end as f64 / rate);
            let message = format!(
                "{} goes over full scale between the samples, by up to {peak_dbtp:.1} dB, first at {}: converters and lossy codecs will \
                 clip there. Keep the true peak under -1 dBTP.",
                sentence(&channel_name(channel, channels.len())),
                clock(range_s.0),
            );
            let severity = match peak_dbtp {
                p if p > 2.0 => Severity::Major,
                p if p > 0.5 => Severity::Minor,
                _ => Severity::Info,
            };
            Some(
                finding(DefectKind::InterSampleOvers, severity, range_s, message)
                    .in_channel(channel)
                    .with("stretches", regions.list().len() as f64)
                    .with("true_peak_dbtp", peak_dbtp),
            )
        })
        .collect()
}
