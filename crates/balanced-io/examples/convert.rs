//! Converts an audio file to a 24-bit WAV, AIFF or FLAC file at another sample rate.
//!
//! `cargo run -p balanced-io --example convert -- song.mp3 song.flac 48000`

use std::error::Error;

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_io::{Decoder, EncodeSpec, Encoder, FileFormat, Resampler, SampleFormat};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [input, output, rate_hz] = &args[..] else { return Err("usage: convert INPUT OUTPUT RATE_HZ".into()) };
    let mut decoder = Decoder::open(input)?;
    let from = decoder.format();
    let to = StreamFormat { sample_rate_hz: rate_hz.parse()?, ..from.clone() };
    let format = FileFormat::from_path(output.as_ref()).ok_or("name the output .wav, .aiff or .flac")?;
    let spec = EncodeSpec { format, sample_format: SampleFormat::I24 };

    let mut resampler = Resampler::new(from.sample_rate_hz, to.sample_rate_hz, from.channels())?;
    let mut encoder = Encoder::create(output, &spec, &to)?;
    let mut block = PlanarBuffer::new(from.channels(), 4096);
    let mut resampled = PlanarBuffer::new(from.channels(), 4096);
    while decoder.read(&mut block)? > 0 {
        resampler.process(&block.block(), &mut resampled);
        encoder.write(&resampled.block())?;
    }
    resampler.finish(&mut resampled);
    encoder.write(&resampled.block())?;
    for note in decoder.notes() {
        println!("note: {note}");
    }
    println!("{} frames, {} samples clipped", encoder.frames(), encoder.clipped_samples());
    encoder.finish()?;
    Ok(())
}
