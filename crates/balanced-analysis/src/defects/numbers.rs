//! Samples that are not numbers, and bits that carry nothing.

use balanced_dsp::Block;
use balanced_model::{Defect, DefectKind, Severity};

use super::clipping::sentence;
use super::finding::{Regions, channel_name, clock, finding};

/// Unusable samples closer than this are one finding.
const MERGE_S: f64 = 0.5;

/// Unusable samples of one channel.
pub(crate) struct Unusable {
    regions: Regions,
}

impl Unusable {
    pub fn new(rate: f64) -> Self {
        Self { regions: Regions::new(MERGE_S * rate) }
    }

    pub fn add(&mut self, frame: u64) {
        self.regions.add(frame, frame + 1, 0.0);
    }

    /// Findings.
    pub fn finish(&self, channel: usize, channels: usize, rate: f64) -> impl Iterator<Item = Defect> {
        let name = sentence(&channel_name(channel, channels));
        self.regions.list().iter().map(move |region| {
            let range_s = (region.start as f64 / rate, region.end as f64 / rate);
            let message = format!(
                "{name} holds {} samples at {} that are not numbers (NaN, infinity or absurdly large); players make noise or silence \
                 of them. A plug-in failed in the export.",
                region.count,
                clock(range_s.0),
            );
            finding(DefectKind::NotFinite, Severity::Critical, range_s, message)
                .in_channel(channel)
                .with("samples", region.count as f64)
        })
    }
}

/// Steps of 32 bits in full scale.
const FINEST: f64 = 2_147_483_648.0;
/// Fewer bits than this are a test signal, not a conversion.
const FEWEST_BITS: u16 = 7;

/// Finds how many bits carry information: the position of the lowest one that any sample sets.
pub(crate) struct Depth {
    declared: Option<u16>,
    used: i64,
    /// A sample lies between the steps of 32 bits.
    finer: bool,
    done: bool,
}

impl Depth {
    /// `declared` are the bits a sample of the container.
    pub fn new(declared: Option<u16>) -> Self {
        Self { declared, used: 0, finer: false, done: false }
    }

    pub fn push(&mut self, block: Block<'_>) {
        for channel in 0..block.channels() {
            for part in block.channel(channel).chunks(512) {
                if self.done {
                    return;
                }
                self.read(part);
            }
        }
    }

    fn read(&mut self, samples: &[f64]) {
        for sample in samples {
            let steps = sample * FINEST;
            let whole = steps as i64;
            self.finer |= whole as f64 != steps;
            self.used |= whole;
        }
        let bits = self.bits();
        self.done = self.finer || self.declared.is_some_and(|declared| bits.is_some_and(|bits| bits >= declared));
    }

    /// Bits seen so far; `None` for silence.
    fn bits(&self) -> Option<u16> {
        (self.used != 0).then(|| (32 - self.used.trailing_zeros().min(31)) as u16)
    }

    /// Bits that carry information; `None` for silence, and where nobody said what the container holds.
    pub fn effective(&self) -> Option<u16> {
        let declared = self.declared?;
        if self.finer { Some(declared) } else { self.bits().map(|bits| bits.min(declared)) }
    }

    /// A finding, if the container promises more.
    pub fn finish(&self, duration_s: f64) -> Option<Defect> {
        let (declared, effective) = (self.declared?, self.effective()?);
        if effective + 1 >= declared || effective < FEWEST_BITS {
            return None;
        }
        let message = format!(
            "The file has {declared} bits a sample, but only {effective} carry sound: it was made from a {effective}-bit source. Ask for the \
             original if there is one."
        );
        let severity = if effective < 16 { Severity::Minor } else { Severity::Info };
        Some(
            finding(DefectKind::PaddedBitDepth, severity, (0.0, duration_s), message)
                .with("container_bits", f64::from(declared))
                .with("effective_bits", f64::from(effective)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effective(declared: Option<u16>, samples: &[f64]) -> Option<u16> {
        let mut depth = Depth::new(declared);
        depth.push(Block::new(samples, 1, samples.len(), samples.len()));
        depth.effective()
    }

    #[test]
    fn the_lowest_bit_counts() {
        let step = |bits: i32| 2f64.powi(1 - bits);
        assert_eq!(effective(Some(24), &[0.5, -3.0 * step(16)]), Some(16));
        assert_eq!(effective(Some(24), &[0.5, step(24)]), Some(24));
        assert_eq!(effective(Some(32), &[0.1]), Some(32));
        assert_eq!(effective(Some(24), &[0.0, 0.0]), None);
        assert_eq!(effective(None, &[0.5]), None);
        assert_eq!(effective(Some(16), &[-1.0, 5.0 * step(8)]), Some(8));
    }
}
