//! Where left and right are in a layout.

use balanced_dsp::{ChannelLayout, Speaker};

/// Channel numbers of the front pair, left first; `None` where there is none to speak of (mono, discrete multichannel).
#[must_use]
pub(crate) fn stereo_pair(layout: &ChannelLayout) -> Option<(usize, usize)> {
    let find = |speaker| layout.speakers().iter().position(|s| *s == speaker);
    match (find(Speaker::FrontLeft), find(Speaker::FrontRight)) {
        (Some(left), Some(right)) => Some((left, right)),
        _ if layout.speakers() == [Speaker::Discrete; 2] => Some((0, 1)),
        _ => None,
    }
}
