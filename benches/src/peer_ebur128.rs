//! Loudness command with the `ebur128` crate, for benchmarks: integrated, range, maxima, true peak of a 16-bit WAV.

use ebur128::{EbuR128, Mode};

fn main() {
    let path = std::env::args().nth(1).expect("usage: peer-ebur128 FILE.wav");
    let mut reader = hound::WavReader::open(path).expect("a WAV file");
    let spec = reader.spec();
    let mode = Mode::I | Mode::LRA | Mode::S | Mode::M | Mode::TRUE_PEAK | Mode::SAMPLE_PEAK;
    let mut meter = EbuR128::new(u32::from(spec.channels), spec.sample_rate, mode).expect("a sound format");
    let mut block = Vec::with_capacity(1 << 16);
    let mut samples = reader.samples::<i16>();
    loop {
        block.clear();
        block.extend(samples.by_ref().take(1 << 15).map(|sample| sample.expect("samples")));
        if block.is_empty() {
            break;
        }
        meter.add_frames_i16(&block).expect("whole frames");
    }
    let peak = (0..u32::from(spec.channels)).map(|c| meter.true_peak(c).expect("measured")).fold(0.0, f64::max);
    println!("{:.2} LUFS {:.2} dBTP", meter.loudness_global().expect("measured"), 20.0 * peak.log10());
}
