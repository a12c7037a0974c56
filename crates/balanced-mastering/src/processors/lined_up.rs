//! Runs of a processor for tests, with its latency taken out.

use balanced_dsp::{PlanarBuffer, StreamFormat};

use crate::ProcessorSpec;

/// Returns what `spec` makes of `input`, in blocks of `frames`, lined up with it.
pub fn lined_up(spec: &ProcessorSpec, sample_rate_hz: f64, input: &PlanarBuffer, frames: usize) -> PlanarBuffer {
    let format = StreamFormat::new(sample_rate_hz, input.channels());
    let mut processor = spec.build(&format).unwrap();
    let latency = processor.latency_frames();
    let mut audio = PlanarBuffer::new(input.channels(), input.frames() + latency);
    for channel in 0..input.channels() {
        audio.channel_mut(channel)[..input.frames()].copy_from_slice(input.channel(channel));
    }
    let total = audio.frames();
    let mut block = audio.block_mut();
    for start in (0..total).step_by(frames) {
        processor.process(&mut block.slice_mut(start..(start + frames).min(total)));
    }
    let lined: Vec<Vec<f64>> =
        (0..input.channels()).map(|channel| audio.channel(channel)[latency..].to_vec()).collect();
    PlanarBuffer::from_channels(&lined)
}
