//! Channel order of Vorbis and Opus (Vorbis I, section 4.3.9), as planes in the order of the WAV mask.

use symphonia::core::audio::{Channels, Position};

/// Plane of each coded channel, by the number of channels.
const PLANES: [&[usize]; 8] = [
    &[0],
    &[0, 1],
    &[0, 2, 1],
    &[0, 1, 2, 3],
    &[0, 2, 1, 3, 4],
    &[0, 2, 1, 4, 5, 3],
    &[0, 2, 1, 5, 6, 4, 3],
    &[0, 2, 1, 6, 7, 4, 5, 3],
];

/// Returns the plane of a coded channel; the specification leaves the order open above eight channels.
pub(crate) fn plane(channels: usize, coded: usize) -> usize {
    channels.checked_sub(1).and_then(|index| PLANES.get(index)?.get(coded)).copied().unwrap_or(coded)
}

/// Returns the positions of up to eight channels.
pub(crate) fn layout(channels: usize) -> Option<Channels> {
    let stereo = Position::FRONT_LEFT | Position::FRONT_RIGHT;
    let front = stereo | Position::FRONT_CENTER;
    let rear = Position::REAR_LEFT | Position::REAR_RIGHT;
    let side = Position::SIDE_LEFT | Position::SIDE_RIGHT;
    let positions = match channels {
        1 => Position::FRONT_CENTER,
        2 => stereo,
        3 => front,
        4 => stereo | rear,
        5 => front | rear,
        6 => front | rear | Position::LFE1,
        7 => front | side | Position::REAR_CENTER | Position::LFE1,
        8 => front | side | rear | Position::LFE1,
        _ => return None,
    };
    Some(Channels::Positioned(positions))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plane_is_fed_once() {
        for channels in 1..=8 {
            let mut planes: Vec<usize> = (0..channels).map(|coded| plane(channels, coded)).collect();
            planes.sort_unstable();
            assert!(planes.into_iter().eq(0..channels), "{channels} channels");
            assert_eq!(layout(channels).unwrap().count(), channels);
        }
        assert_eq!((plane(9, 5), layout(9)), (5, None));
    }
}
