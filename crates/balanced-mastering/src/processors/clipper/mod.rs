//! Clipper: cuts peaks off, hard or with a soft knee, without aliasing.
//!
//! Only what is clipped away is computed at sixteen times the rate ([`ClipResidual`]) and band-limited; it is added to the
//! delayed input. Below the knee the output is the input bit for bit, and nothing is ever low-passed but the cuts
//! themselves. Being band-limited, a cut rings: the output's peaks exceed the ceiling by up to 1 dB or so. Follow it with the
//! [limiter](super::limiter) where a ceiling must hold.

#[cfg(test)]
mod tests;

use balanced_dsp::decibel::db_to_gain;
use balanced_dsp::{BlockMut, ClipResidual, Ramp, StreamFormat};

use super::oversampled::{CHUNK_FRAMES, ResidualPath, factor_for};
use crate::settings::settings;
use crate::{BuildError, BuildOptions, Processor, ProcessorSpec, Settings};

/// Oversampling at 44.1 and 48 kHz: a hard corner's harmonics fall only with their square.
const FACTOR: usize = 16;
const GLIDE_MS: f64 = 20.0;

settings! {
    /// Settings of the clipper.
    pub struct ClipperSpec {
        /// Gain before the clipper.
        drive_db: f64 in -24.0..=36.0 "dB" = 0.0,
        /// Level at which it clips.
        ceiling_dbfs: f64 in -24.0..=0.0 "dBFS" = -1.0,
        /// Width of the soft knee below the ceiling; 0 is a hard corner.
        knee_db: f64 in 0.0..=12.0 "dB" = 0.0,
    }
}

impl Settings for ClipperSpec {
    fn build(&self, format: &StreamFormat, options: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError> {
        let factor = factor_for(format.sample_rate_hz, FACTOR);
        Ok(Box::new(Clipper::new(self, format, &ResidualPath::new(factor, ClipResidual::DELAY, options.latency))))
    }

    fn examples() -> Vec<Self> {
        vec![
            Self::default(),
            Self { drive_db: 6.0, ..Self::default() },
            Self { drive_db: 9.0, ceiling_dbfs: -6.0, knee_db: 6.0 },
        ]
    }
}

/// Settings as they glide.
#[derive(Clone, Copy)]
struct Shape {
    drive: Ramp,
    ceiling: Ramp,
    /// Distance from the knee's begin to the ceiling, the ceiling being 1.
    knee: Ramp,
}

struct Clipper {
    shape: Shape,
    channels: Vec<Channel>,
}

struct Channel {
    path: ResidualPath,
    clip: ClipResidual,
}

impl Clipper {
    fn new(spec: &ClipperSpec, format: &StreamFormat, path: &ResidualPath) -> Self {
        let channel = || Channel { path: path.clone(), clip: ClipResidual::default() };
        let glide_frames = (GLIDE_MS * 1e-3 * format.sample_rate_hz).round() as usize;
        let [drive, ceiling, knee] = targets(spec).map(|value| Ramp::new(value, glide_frames));
        Self { shape: Shape { drive, ceiling, knee }, channels: (0..format.channels()).map(|_| channel()).collect() }
    }
}

fn targets(spec: &ClipperSpec) -> [f64; 3] {
    [db_to_gain(spec.drive_db), db_to_gain(spec.ceiling_dbfs), 1.0 - db_to_gain(-spec.knee_db)]
}

impl Shape {
    fn ramps(&mut self) -> [&mut Ramp; 3] {
        [&mut self.drive, &mut self.ceiling, &mut self.knee]
    }

    /// Frames that may be worked on with the present values.
    fn steady_frames(&self) -> usize {
        let settled = [self.drive, self.ceiling, self.knee].iter().all(Ramp::is_settled);
        if settled { CHUNK_FRAMES } else { 1 }
    }
}

impl Channel {
    fn process(&mut self, samples: &mut [f64], shape: &Shape) {
        let (drive, ceiling, knee) = (shape.drive.value(), shape.ceiling.value(), shape.knee.value());
        if drive != 1.0 {
            samples.iter_mut().for_each(|x| *x *= drive);
        }
        let clip = &mut self.clip;
        self.path.process(
            samples,
            |input| input.iter_mut().for_each(|x| *x /= ceiling),
            |high| high.iter_mut().for_each(|x| *x = clip.next(*x, knee)),
            |dry, residual| dry + ceiling * residual,
        );
    }
}

impl Processor for Clipper {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        let mut start = 0;
        while start < block.frames() {
            for ramp in self.shape.ramps() {
                ramp.next();
            }
            let end = (start + self.shape.steady_frames()).min(block.frames());
            for (channel, state) in self.channels.iter_mut().enumerate() {
                state.process(&mut block.channel_mut(channel)[start..end], &self.shape);
            }
            start = end;
        }
    }

    fn reset(&mut self) {
        self.shape.ramps().into_iter().for_each(Ramp::jump);
        for channel in &mut self.channels {
            channel.path.reset();
            channel.clip.reset();
        }
    }

    fn latency_frames(&self) -> usize {
        self.channels[0].path.latency_frames()
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        matches!(spec, ProcessorSpec::Clipper(_))
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::Clipper(spec) = spec else { return };
        for (ramp, target) in self.shape.ramps().into_iter().zip(targets(spec)) {
            ramp.glide_to(target);
        }
    }
}
