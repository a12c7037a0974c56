//! What comes back is as long as what went in, and in the same place.

use std::io::Cursor;

use balanced_codec::{Codec, CodecErrorKind, RoundTrip};
use balanced_dsp::{PlanarBuffer, StreamFormat};

use crate::support::{ONE_OF_EACH, at_rate, lag, noise, round_trip};

#[test]
fn audio_comes_back_in_its_place_at_every_rate() {
    for codec in Codec::COMMON {
        for (rate_hz, channels) in [(44_100.0, 2), (48_000.0, 1), (96_000.0, 2), (32_000.0, 2), (22_050.0, 1)] {
            let audio = noise(rate_hz as usize, channels, 0.5);
            let (decoded, coded_hz) = round_trip(codec, &audio, rate_hz, 4096);
            assert_eq!(coded_hz, codec.coded_rate_hz(rate_hz));
            let sent = at_rate(&audio, rate_hz, coded_hz);
            assert_eq!(decoded.frames(), sent.frames(), "{codec} at {rate_hz} Hz");
            for channel in 0..channels {
                let (lag, likeness) = lag(sent.channel(channel), decoded.channel(channel));
                assert_eq!(lag, 0, "{codec} at {rate_hz} Hz, channel {channel}: likeness {likeness}");
                assert!(likeness > 0.9, "{codec} at {rate_hz} Hz, channel {channel}: likeness {likeness}");
            }
        }
    }
}

#[test]
fn every_length_comes_back() {
    for codec in ONE_OF_EACH {
        for frames in [0, 1, 100, 575, 576, 1023, 1024, 1152, 44_099, 44_100, 44_101] {
            let (decoded, coded_hz) = round_trip(codec, &noise(frames, 2, 0.5), 44_100.0, 4096);
            let wanted = (frames as f64 * coded_hz / 44_100.0).round() as usize;
            assert_eq!(decoded.frames(), wanted, "{codec}, {frames} frames");
        }
    }
}

#[test]
fn the_result_does_not_depend_on_the_blocks() {
    let audio = noise(9000, 2, 0.5);
    for codec in ONE_OF_EACH {
        let whole = round_trip(codec, &audio, 44_100.0, 4096).0;
        for block_frames in [1, 7, 64, 9000] {
            let other = round_trip(codec, &audio, 44_100.0, block_frames).0;
            for channel in 0..2 {
                assert_eq!(whole.channel(channel), other.channel(channel), "{codec}, blocks of {block_frames}");
            }
        }
    }
}

#[test]
fn silence_stays_silence_and_what_is_no_number_becomes_silence() {
    for codec in ONE_OF_EACH {
        let mut broken = PlanarBuffer::new(1, 5000);
        broken.channel_mut(0)[100..200].fill(f64::NAN);
        broken.channel_mut(0)[300..310].fill(1e30);
        for audio in [PlanarBuffer::new(1, 5000), broken] {
            let decoded = round_trip(codec, &audio, 48_000.0, 4096).0;
            let loudest = decoded.channel(0).iter().fold(0.0f64, |peak, sample| peak.max(sample.abs()));
            assert!(loudest < 1e-4, "{codec}: {loudest}");
        }
    }
}

#[test]
fn more_channels_than_two_are_refused() {
    for codec in ONE_OF_EACH {
        let format = StreamFormat::new(48_000.0, 6);
        let error = RoundTrip::new(codec, &format, Box::new(Cursor::new(Vec::new()))).err().unwrap();
        assert_eq!(error.kind(), CodecErrorKind::Unsupported);
        assert!(error.to_string().contains("this audio has 6 channels; mix it down"), "{error}");
    }
}
