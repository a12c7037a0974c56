//! Forecast of the limiter's gain from peaks at a rate far below the sample rate, for searches that need a loudness, not audio.

use balanced_dsp::decibel::db_to_gain;
use balanced_dsp::{SlidingMax, SmoothingWindow, elementary, vector_loop};

use super::engine::limits;
use super::gain::Limits;
use super::release::Release;
use super::spec::LimiterSpec;

/// Forecast of the limiter's gain: its gain computer, all channels linked, at the rate of *cells* of a fraction of a millisecond.
///
/// It differs from the limiter by what a cell hides (peaks between samples, the time within the cell) and by the safety
/// pass: a tenth of a decibel or so, nearly the same at neighbouring drives.
#[derive(Clone)]
pub struct LimiterForecast {
    drive: f64,
    limits: Limits,
    widest: SlidingMax,
    bell: SmoothingWindow,
    release: Release,
    delay_cells: usize,
}

impl LimiterForecast {
    /// Creates a forecast for `spec` with `cells_per_s` peaks a second (1000 or more keep the times of the settings).
    #[must_use]
    pub fn new(spec: &LimiterSpec, cells_per_s: f64) -> Self {
        let shape = spec.pass_shape(cells_per_s);
        Self {
            drive: db_to_gain(spec.drive_db),
            limits: limits(spec),
            widest: SlidingMax::new(shape.window_frames(shape.hold_frames)),
            bell: SmoothingWindow::new(shape.slope_frames + 1),
            release: Release::new(1, spec.release_shape(), 1.0, cells_per_s),
            delay_cells: shape.lookahead_frames(),
        }
    }

    /// Returns the delay of the gain behind the peaks, in cells.
    #[must_use]
    pub fn delay_cells(&self) -> usize {
        self.delay_cells
    }

    /// Replaces the largest magnitudes of the next cells, before the drive, by the gains, drive included, of the cells
    /// [`delay_cells`](Self::delay_cells) ago.
    pub fn process(&mut self, cells: &mut [f64]) {
        for cell in &mut *cells {
            let driven = *cell * self.drive;
            *cell = self.widest.push(if driven > self.limits.threshold { driven / self.limits.target } else { 0.0 });
        }
        logarithms(cells);
        self.release.run(cells);
        self.bell.process(cells);
        elementary::decay(cells);
        cells.iter_mut().for_each(|gain| *gain *= self.drive);
    }
}

vector_loop! {
    /// Replace amplitudes above zero by their natural logarithms, zero by zero.
    fn logarithms<'a>(values: &'a mut [f64]) {
        for value in values {
            *value = elementary::ln(if *value > 0.0 { *value } else { 1.0 });
        }
    }
}

#[cfg(test)]
mod tests {
    use balanced_dsp::StreamFormat;
    use balanced_dsp::intersample::HOP_FRAMES;
    use balanced_testkit::mixes::HardMix;

    use super::*;
    use crate::Processor;
    use crate::processors::limiter::{Limiter, LimiterStyle};

    /// Level of what comes out, by the limiter and by its forecast from sample peaks of a third of a millisecond.
    #[test]
    fn it_foresees_the_level_to_a_fraction_of_a_decibel() {
        const CELL_FRAMES: usize = 16;
        let mix = HardMix::ALL.into_iter().find(|mix| mix.name() == "transient-rich").expect("there is one");
        let audio = mix.render(48_000.0, 4.0);
        for style in [LimiterStyle::Transparent, LimiterStyle::Loud] {
            let spec = LimiterSpec { drive_db: 10.0, style, ..LimiterSpec::default() };
            let mut limited = audio.clone();
            let mut limiter = Limiter::new(&spec, &StreamFormat::new(48_000.0, 2));
            let (mut reduction_db, mut block) = (0.0f64, limited.block_mut());
            for start in (0..audio.frames()).step_by(HOP_FRAMES) {
                limiter.process(&mut block.slice_mut(start..(start + HOP_FRAMES).min(audio.frames())));
                reduction_db = reduction_db.max(limiter.gain_reduction_db());
            }
            let power = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
            let heard: f64 = (0..2).map(|channel| power(limited.channel(channel))).sum();

            let mut forecast = LimiterForecast::new(&spec, 3000.0);
            let cells = audio.frames() / CELL_FRAMES;
            let cell = |index: usize, channel: usize| &audio.channel(channel)[index * CELL_FRAMES..][..CELL_FRAMES];
            let mut foreseen = 0.0;
            let largest = |index, channel| cell(index, channel).iter().fold(0.0f64, |peak, x| peak.max(x.abs()));
            let mut gains: Vec<f64> = (0..cells).map(|index| largest(index, 0).max(largest(index, 1))).collect();
            gains.chunks_mut(777).for_each(|cells| forecast.process(cells));
            for (then, gain) in gains.iter().skip(forecast.delay_cells()).enumerate() {
                foreseen += gain * gain * (power(cell(then, 0)) + power(cell(then, 1)));
            }
            let miss_db = 10.0 * (foreseen / heard).log10();
            println!("{style:?}: forecast off by {miss_db:.3} dB at up to {reduction_db:.1} dB of reduction");
            assert!(reduction_db > 3.0, "there is something to foresee");
            assert!(miss_db.abs() < 0.4, "{style:?}: {miss_db}");
        }
    }
}
