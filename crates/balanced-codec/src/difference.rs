//! Difference between audio and what a codec made of it, by region of the spectrum.

use balanced_dsp::decibel::power_to_db;
use balanced_dsp::{Block, RealFft, window};

/// Frames of a window.
const WINDOW_FRAMES: usize = 4096;
/// Edges of the regions in Hz: those of the analysis' spectrum, from `sub` to `air`.
const EDGES_HZ: [f64; 8] = [20.0, 60.0, 200.0, 500.0, 2000.0, 5000.0, 10_000.0, 20_000.0];

/// Meter of the difference between two aligned streams.
pub struct Difference {
    fft: RealFft,
    window: Vec<f32>,
    channels: usize,
    /// Frames that wait for a full window, channel after channel: the audio, then the difference.
    pending: Vec<Vec<f32>>,
    /// Powers of the audio and of the difference in each region, and over everything.
    regions: Vec<Region>,
    total: [f64; 2],
}

/// Region of the spectrum with the powers in it.
struct Region {
    bins: std::ops::Range<usize>,
    powers: [f64; 2],
}

impl Difference {
    /// Creates a meter for `channels` channels at `rate_hz`.
    #[must_use]
    pub fn new(rate_hz: f64, channels: usize) -> Self {
        let fft = RealFft::new(WINDOW_FRAMES);
        let bin =
            |edge_hz: f64| ((edge_hz / rate_hz * WINDOW_FRAMES as f64).ceil() as usize).min(WINDOW_FRAMES / 2 + 1);
        let regions = EDGES_HZ.windows(2).map(|edges| Region { bins: bin(edges[0])..bin(edges[1]), powers: [0.0; 2] });
        Self {
            fft,
            window: (0..WINDOW_FRAMES).map(|frame| window::hann(frame, WINDOW_FRAMES) as f32).collect(),
            channels,
            pending: vec![Vec::new(); 2 * channels],
            regions: regions.collect(),
            total: [0.0; 2],
        }
    }

    /// Measures the next frames of the audio and of what was decoded.
    ///
    /// # Panics
    /// Panics if the blocks differ in length, or have other numbers of channels than the meter.
    pub fn push(&mut self, audio: Block<'_>, decoded: Block<'_>) {
        assert_eq!((audio.frames(), audio.channels()), (decoded.frames(), decoded.channels()), "blocks that differ");
        assert_eq!(audio.channels(), self.channels, "blocks of another number of channels");
        for channel in 0..self.channels {
            let (audio, decoded) = (audio.channel(channel), decoded.channel(channel));
            let differences = || audio.iter().zip(decoded).map(|(audio, decoded)| decoded - audio);
            self.total[0] += audio.iter().map(|sample| sample * sample).sum::<f64>();
            self.total[1] += differences().map(|sample| sample * sample).sum::<f64>();
            self.pending[channel].extend(audio.iter().map(|sample| *sample as f32));
            self.pending[self.channels + channel].extend(differences().map(|sample| sample as f32));
        }
        while self.pending[0].len() >= WINDOW_FRAMES {
            self.measure_window();
        }
    }

    /// Returns the level of the difference relative to the audio in dB; `None` if either is silence.
    #[must_use]
    pub fn level_db(&self) -> Option<f64> {
        relative_db(self.total)
    }

    /// Returns the edges of every region in Hz with the level of the difference there, relative to the audio there, in dB.
    ///
    /// What does not fill a last window of 4096 frames is measured with silence behind it.
    #[must_use]
    pub fn regions(&mut self) -> Vec<([f64; 2], Option<f64>)> {
        if !self.pending[0].is_empty() {
            self.pending.iter_mut().for_each(|plane| plane.resize(WINDOW_FRAMES, 0.0));
            self.measure_window();
        }
        let edges = EDGES_HZ.windows(2).map(|edges| [edges[0], edges[1]]);
        edges.zip(&self.regions).map(|(edges, region)| (edges, relative_db(region.powers))).collect()
    }

    /// Measures one window of every channel and drops its first half.
    fn measure_window(&mut self) {
        let mut spectrum = vec![Default::default(); self.fft.bins()];
        for (index, plane) in self.pending.iter_mut().enumerate() {
            self.fft.forward(&plane[..WINDOW_FRAMES], &self.window, &mut spectrum);
            let kind = index / self.channels;
            for region in &mut self.regions {
                region.powers[kind] +=
                    spectrum[region.bins.clone()].iter().map(|bin| f64::from(bin.norm_sqr())).sum::<f64>();
            }
            plane.drain(..WINDOW_FRAMES / 2);
        }
    }
}

fn relative_db([audio, difference]: [f64; 2]) -> Option<f64> {
    (audio > 0.0 && difference > 0.0).then(|| power_to_db(difference / audio))
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_dsp::PlanarBuffer;

    #[test]
    fn a_tone_is_found_in_its_region_at_its_level() {
        let rate = 48_000.0;
        let tone =
            |hz: f64, gain: f64| move |frame: usize| gain * (std::f64::consts::TAU * hz * frame as f64 / rate).sin();
        let (low, high) = (tone(1000.0, 0.5), tone(7000.0, 0.005));
        let audio: Vec<f64> = (0..48_000).map(|frame| low(frame) + high(frame)).collect();
        let decoded: Vec<f64> = (0..48_000).map(|frame| low(frame) * 1.01 + high(frame) * 2.0).collect();
        let mut difference = Difference::new(rate, 1);
        for range in [0..1, 1..5000, 5000..48_000] {
            let audio = PlanarBuffer::from_channels(&[&audio[range.clone()]]);
            difference.push(audio.block(), PlanarBuffer::from_channels(&[&decoded[range]]).block());
        }
        // A hundredth of the low tone, and as much of the high one, which has a hundredth of the amplitude.
        assert!((difference.level_db().unwrap() - (2.0f64).log10() * 10.0 + 40.0).abs() < 0.01);
        let regions = difference.regions();
        assert!((regions[3].1.unwrap() + 40.0).abs() < 0.05 && (regions[5].1.unwrap()).abs() < 0.05, "{regions:?}");
        assert_eq!(regions[3].0, [500.0, 2000.0]);
    }

    #[test]
    fn silence_and_equality_have_no_level() {
        let mut difference = Difference::new(44_100.0, 2);
        let silence = PlanarBuffer::new(2, 100);
        difference.push(silence.block(), silence.block());
        assert!(difference.level_db().is_none() && difference.regions().iter().all(|region| region.1.is_none()));
    }
}
