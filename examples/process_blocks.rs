//! Processes audio in real time: builds a chain once, then processes blocks of any size without allocating.
//!
//! `cargo run --release --package balanced-examples --example process_blocks`

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_mastering::{Chain, ChainSpec};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let format = StreamFormat::new(48_000.0, 2);
    let spec =
        ChainSpec::from_toml("version = 2\n[[steps]]\nkind = \"limiter\"\ndrive_db = 6.0\nceiling_dbtp = -1.0\n")?;
    let mut chain = Chain::build(&spec, &format)?;
    println!("latency: {} frames", chain.latency_frames());

    let mut block = PlanarBuffer::new(2, 128);
    let (mut frame, mut loudest) = (0u32, 0f64);
    for _ in 0..400 {
        for index in 0..block.frames() {
            let sample = (f64::from(frame) * 0.02).sin();
            block.channel_mut(0)[index] = sample;
            block.channel_mut(1)[index] = -sample;
            frame += 1;
        }
        chain.process(&mut block.block_mut());
        loudest = block.channel(0).iter().fold(loudest, |peak, sample| peak.max(sample.abs()));
    }
    println!("loudest sample: {:.2} dBFS, driven by 6 dB", 20.0 * loudest.log10());
    Ok(())
}
