//! Seeds that the project's own encoders write.

use balanced_dsp::StreamFormat;
use balanced_io::{EncodeSpec, Encoder, FileFormat, SampleFormat};
use balanced_testkit::music::{Style, render};

use crate::place;

const RATE_HZ: f64 = 44_100.0;
const DURATION_S: f64 = 0.2;
/// The seed that other formats are made from.
pub const MUSIC: (&str, &str) = ("decode_wav", "music.wav");

pub fn write() {
    let take = render(Style::Band, RATE_HZ, DURATION_S, 1).audio;
    for ((target, name), format, sample_format) in [
        (MUSIC, FileFormat::Wav, SampleFormat::I16),
        (("decode_wav", "float.wav"), FileFormat::Wav, SampleFormat::F32),
        (("decode_aiff", "music.aiff"), FileFormat::Aiff, SampleFormat::I24),
        (("decode_flac", "own.flac"), FileFormat::Flac, SampleFormat::I16),
    ] {
        let spec = EncodeSpec { format, sample_format };
        let format = StreamFormat::new(RATE_HZ, 2);
        let mut encoder = Encoder::create(place(target, name), &spec, &format).expect("it can be written");
        encoder.write(&take.block()).and_then(|()| encoder.finish()).expect("it can be written");
    }
}
