//! The conversion from a master to a delivery: sample rate and bit depth.

use balanced_model::Source;

use super::DeliveryRule;

/// Conversion of a master for a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryPlan {
    /// Sample rate of the file in Hz.
    pub sample_rate_hz: u32,
    /// Bit depth of the file; `None` for lossy formats.
    pub bits: Option<u16>,
    /// Whether every sample is kept as it is: neither rate nor bits need a conversion, and nothing is dithered.
    pub is_exact: bool,
}

impl DeliveryRule {
    /// Returns how a master of this format becomes the delivery.
    ///
    /// What the master has and the rule takes is kept: nothing is made larger than it is.
    ///
    /// # Errors
    /// A sentence on why no file can be made: another number of channels, or a track that is too short.
    pub fn plan(&self, master: &Source) -> Result<DeliveryPlan, String> {
        if !self.channels.contains(&master.channels) {
            let taken: Vec<String> = self.channels.iter().map(ToString::to_string).collect();
            let taken = taken.join(" or ");
            return Err(format!(
                "it takes {taken} channels and the master has {}; mix it to them first",
                master.channels
            ));
        }
        if let Some(least) = self.min_duration_s.filter(|least| master.duration_s < *least) {
            return Err(format!("it takes tracks of {least} s or more and the master has {:.2} s", master.duration_s));
        }
        let sample_rate_hz = nearest_rate(&self.sample_rates_hz, master.sample_rate_hz);
        let keeps_rate = f64::from(sample_rate_hz) == master.sample_rate_hz;
        let used = used_bits(master).filter(|_| keeps_rate);
        let bits = bits_for(&self.bits, used);
        let is_exact = bits.zip(used).is_some_and(|(bits, used)| used <= bits);
        Ok(DeliveryPlan { sample_rate_hz, bits, is_exact })
    }
}

/// Returns the bits that samples need; `None` for lossy and floating-point files, whose samples are no multiples of a step.
fn used_bits(master: &Source) -> Option<u16> {
    let is_float = master.codec.starts_with("pcm_f");
    let used = master.effective_bit_depth.or(master.bit_depth);
    used.filter(|_| !is_float && master.bit_depth.is_some())
}

/// Returns the smallest depth that holds `used` bits, or the largest there is.
fn bits_for(taken: &[u16], used: Option<u16>) -> Option<u16> {
    let enough = used.and_then(|used| taken.iter().copied().filter(|bits| *bits >= used).min());
    enough.or_else(|| taken.iter().copied().max())
}

/// Returns the rate itself where it is taken; else the highest that divides it, the highest below it, or the lowest there is.
fn nearest_rate(taken: &[u32], rate_hz: f64) -> u32 {
    let below = || taken.iter().copied().filter(|rate| f64::from(*rate) <= rate_hz);
    let even = below().filter(|rate| (rate_hz / f64::from(*rate)).fract() == 0.0).max();
    even.or_else(|| below().max()).or_else(|| taken.iter().copied().min()).expect("a rule has rates")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliveries;

    fn source(codec: &str, bits: Option<u16>, rate_hz: f64, channels: usize) -> Source {
        Source {
            path: None,
            sha256: None,
            container: "wav".to_owned(),
            codec: codec.to_owned(),
            sample_rate_hz: rate_hz,
            channels,
            channel_layout: "stereo".to_owned(),
            bit_depth: bits,
            effective_bit_depth: bits,
            frames: 441_000,
            duration_s: 10.0,
            notes: Vec::new(),
        }
    }

    fn plan(name: &str, master: &Source) -> Result<(u32, Option<u16>, bool), String> {
        let rule = deliveries().into_iter().find(|rule| rule.name == name).unwrap();
        rule.plan(master).map(|plan| (plan.sample_rate_hz, plan.bits, plan.is_exact))
    }

    #[test]
    fn what_is_taken_is_kept_and_nothing_is_inflated() {
        let high = source("pcm_s24le", Some(24), 96_000.0, 2);
        assert_eq!(plan("spotify", &high), Ok((96_000, Some(24), true)));
        assert_eq!(plan("cd", &high), Ok((44_100, Some(16), false)));
        assert_eq!(plan("broadcast", &high), Ok((48_000, Some(24), false)));
        let plain = source("pcm_s16le", Some(16), 44_100.0, 2);
        assert_eq!(plan("apple", &plain), Ok((44_100, Some(16), true)));
        assert_eq!(plan("cd", &plain), Ok((44_100, Some(16), true)));
        assert_eq!(plan("vinyl", &plain), Ok((44_100, Some(24), true)));
        // 16 bits in a container of 24 become a file of 16.
        let padded = Source { bit_depth: Some(24), effective_bit_depth: Some(16), ..plain };
        assert_eq!(plan("cd", &padded), Ok((44_100, Some(16), true)));
    }

    #[test]
    fn floats_and_lossy_masters_are_rounded_with_dither() {
        for (codec, bits) in [("pcm_f32le", Some(32)), ("mp3", None)] {
            assert_eq!(plan("apple", &source(codec, bits, 44_100.0, 2)), Ok((44_100, Some(24), false)), "{codec}");
        }
        assert_eq!(plan("mp3", &source("pcm_s24le", Some(24), 96_000.0, 2)), Ok((48_000, None, false)));
    }

    #[test]
    fn rates_go_down_evenly_where_they_can() {
        let rates = [44_100, 48_000, 88_200, 96_000];
        let nearest = |rate| nearest_rate(&rates, rate);
        assert_eq!(
            [352_800.0, 384_000.0, 100_000.0, 22_050.0, 44_100.5].map(nearest),
            [88_200, 96_000, 96_000, 44_100, 44_100]
        );
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let mono = source("pcm_s24le", Some(24), 48_000.0, 1);
        assert!(plan("cd", &mono).unwrap_err().contains("takes 2 channels and the master has 1"));
        let short = Source { duration_s: 3.0, ..source("pcm_s24le", Some(24), 48_000.0, 2) };
        assert!(plan("cd", &short).unwrap_err().contains("4 s or more"));
    }
}
