//! Loudness command based on the `ebur128-stream` crate, for benchmarks: all its measurements of a 16-bit WAV.

use ebur128_stream::{AnalyzerBuilder, Channel, Mode};

fn main() {
    let path = std::env::args().nth(1).expect("usage: peer-ebur128-stream FILE.wav");
    let mut reader = hound::WavReader::open(path).expect("a WAV file");
    let mut meter = AnalyzerBuilder::new()
        .sample_rate(reader.spec().sample_rate)
        .channels(&[Channel::Left, Channel::Right])
        .modes(Mode::Integrated | Mode::Momentary | Mode::ShortTerm | Mode::Lra | Mode::TruePeak)
        .build()
        .expect("a stereo format");
    let mut block: Vec<f32> = Vec::with_capacity(1 << 16);
    let mut samples = reader.samples::<i16>();
    loop {
        block.clear();
        block.extend(samples.by_ref().take(1 << 15).map(|sample| f32::from(sample.expect("samples")) / 32768.0));
        if block.is_empty() {
            break;
        }
        meter.push_interleaved(&block).expect("whole frames");
    }
    let report = meter.finalize();
    println!("{:?} LUFS {:?} dBTP", report.integrated_lufs(), report.true_peak_dbtp());
}
