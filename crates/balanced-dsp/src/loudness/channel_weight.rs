//! Channel weights of ITU-R BS.1770-5, Annex 1 table 3 and Annex 3 table 4.

use crate::ChannelLayout;
use crate::layout::Speaker::{self, *};

/// Weight of channels between 60 and 120 degrees azimuth (both included) and below 30 degrees elevation. The standard
/// prints 1.41, not the root of two.
const SURROUND: f64 = 1.41;

/// Weight of one channel that two loudspeakers play: the sum of two of weight 1.
const PAIR: f64 = 2.0;

/// Returns the weight of each channel's mean square in the loudness sum; 0 for low-frequency effects.
#[must_use]
pub fn loudness_weights(layout: &ChannelLayout) -> Vec<f64> {
    // With side loudspeakers present the back pair stands at +-135 degrees (7.1); alone it is the surround pair, +-110.
    let has_sides = layout.speakers().iter().any(|s| matches!(s, SideLeft | SideRight));
    layout.speakers().iter().map(|speaker| weight(*speaker, has_sides)).collect()
}

fn weight(speaker: Speaker, has_sides: bool) -> f64 {
    match speaker {
        LowFrequency | LowFrequency2 => 0.0,
        SideLeft | SideRight | WideLeft | WideRight => SURROUND,
        BackLeft | BackRight if !has_sides => SURROUND,
        FrontPair => PAIR,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_follow_azimuth() {
        let weights = |name| loudness_weights(&ChannelLayout::from_name(name).unwrap());
        assert_eq!(weights("stereo"), [1.0, 1.0]);
        assert_eq!((weights("mono"), weights("dual_mono")), (vec![1.0], vec![2.0]));
        assert_eq!(weights("5.1"), [1.0, 1.0, 1.0, 0.0, 1.41, 1.41]);
        assert_eq!(weights("5.1(back)"), [1.0, 1.0, 1.0, 0.0, 1.41, 1.41]);
        assert_eq!(weights("7.1"), [1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.41, 1.41]);
        assert_eq!(weights("5.1.4"), [1.0, 1.0, 1.0, 0.0, 1.41, 1.41, 1.0, 1.0, 1.0, 1.0]);
        // BS.2051 system H: 60 and 90 degrees count more, 135 does not, nor does anything above or below.
        let mut expected = [1.0; 24];
        [0, 1, 10, 11].into_iter().for_each(|i: usize| expected[i] = 1.41);
        [3, 9].into_iter().for_each(|i: usize| expected[i] = 0.0);
        assert_eq!(weights("22.2"), expected);
        let wide = ChannelLayout::new(vec![WideLeft, WideRight, BackCenter, LowFrequency2, Discrete]);
        assert_eq!(loudness_weights(&wide), [1.41, 1.41, 1.0, 0.0, 1.0]);
    }
}
