//! The limiter's guarantee, its exactness below the ceiling, and what it costs in distortion.

mod low_latency;
mod nyquist;
mod oracle;
mod quality;
mod torture;

use balanced_dsp::{PlanarBuffer, StreamFormat};

use super::{Limiter, LimiterSpec};
use crate::Processor;

/// Run `channels` and the latency through `limiter` in blocks of `block` frames; the output is lined up with the input.
fn run(limiter: &mut Limiter, channels: &[Vec<f64>], block: usize) -> Vec<Vec<f64>> {
    run_metered(limiter, channels, block).0
}

/// Run as [`run`] does; the largest gain reduction that the limiter shows after a block comes with the output.
fn run_metered(limiter: &mut Limiter, channels: &[Vec<f64>], block: usize) -> (Vec<Vec<f64>>, f64) {
    let latency = limiter.latency_frames();
    let frames = channels[0].len() + latency;
    let padded: Vec<Vec<f64>> = channels
        .iter()
        .map(|channel| channel.iter().copied().chain(std::iter::repeat_n(0.0, latency)).collect())
        .collect();
    let mut audio = PlanarBuffer::from_channels(&padded);
    let mut whole = audio.block_mut();
    let mut reduction_db = 0.0f64;
    for start in (0..frames).step_by(block) {
        limiter.process(&mut whole.slice_mut(start..(start + block).min(frames)));
        reduction_db = reduction_db.max(limiter.gain_reduction_db());
    }
    ((0..channels.len()).map(|channel| audio.channel(channel)[latency..].to_vec()).collect(), reduction_db)
}

fn limit(spec: &LimiterSpec, rate_hz: f64, channels: &[Vec<f64>]) -> Vec<Vec<f64>> {
    run(&mut Limiter::new(spec, &StreamFormat::new(rate_hz, channels.len())), channels, 1024)
}
