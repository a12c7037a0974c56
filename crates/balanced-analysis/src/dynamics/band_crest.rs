//! Crest factor by frequency band.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use balanced_dsp::{Block, StreamFormat, vector_loop};

/// Borders of the bands.
pub(super) const EDGES_HZ: [f64; 3] = [200.0, 2000.0, 6000.0];
const BANDS: usize = EDGES_HZ.len() + 1;
/// Filter memory below this is put to zero after each block, before it can become denormal.
const TINY: f64 = 1e-30;

/// Runs four second-order sections at once.
type Lanes = [f64; 4];

/// Second-order sections side by side; numerators are 1, +-2, 1 (or 1, 0, 0 to pass). Their gains are left to the end.
#[derive(Clone, Copy)]
struct Sections {
    gain: Lanes,
    b1: Lanes,
    b2: Lanes,
    a1: Lanes,
    a2: Lanes,
}

/// State of a second-order section, and its output.
#[derive(Clone, Copy, Default)]
struct Memory {
    state: [Lanes; 2],
    energy: Lanes,
    /// Largest square.
    peak: Lanes,
}

/// Memory of two channels: a first row of sections each, and the second row of both.
#[derive(Clone, Copy, Default)]
struct Pair {
    first: [Memory; 2],
    second: Memory,
}

/// Splits each channel into bands with Butterworth sections, 12 dB per octave, and follows peak and energy.
///
/// The first row of a channel is the low-pass at the lowest edge and the high-pass at each; its ends are the outer bands. The second
/// holds the low-passes of the inner bands of two channels, so that no lane idles.
pub(crate) struct BandCrest {
    first: Sections,
    second: Sections,
    pairs: Vec<Pair>,
    channels: usize,
    /// Bands that lie under the Nyquist frequency.
    bands: usize,
    frames: u64,
}

impl BandCrest {
    pub fn new(format: &StreamFormat) -> Self {
        let rate_hz = format.sample_rate_hz;
        let fits = |edge_hz: f64| edge_hz < 0.45 * rate_hz;
        let section = |edge: usize, sign: f64| fits(EDGES_HZ[edge]).then_some((EDGES_HZ[edge], sign));
        Self {
            first: Sections::new([section(0, 1.0), section(0, -1.0), section(1, -1.0), section(2, -1.0)], rate_hz),
            second: Sections::new([section(1, 1.0), section(2, 1.0), section(1, 1.0), section(2, 1.0)], rate_hz),
            pairs: vec![Pair::default(); format.channels().div_ceil(2)],
            channels: format.channels(),
            bands: 1 + EDGES_HZ.iter().filter(|edge| fits(**edge)).count(),
            frames: 0,
        }
    }

    pub fn push(&mut self, block: Block<'_>) {
        for (index, pair) in self.pairs.iter_mut().enumerate() {
            // Beside the last of an odd number of channels runs its own copy, which nobody reads.
            let channels = [2 * index, (2 * index + 1).min(self.channels - 1)];
            run(pair, [&self.first, &self.second], channels.map(|channel| block.channel(channel)));
        }
        self.frames += block.frames() as u64;
    }

    /// Peak of any channel over the RMS of all, by band; `None` for a silent band or one above the Nyquist frequency.
    pub fn crest_db(&self) -> Vec<Option<f64>> {
        let samples = self.frames as f64 * self.channels as f64;
        let crest = |band: usize| {
            let outs: Vec<Out> = (0..self.channels).map(|channel| self.out(channel, band)).collect();
            let power = outs.iter().map(|out| out.energy).sum::<f64>() / samples;
            let peak = outs.iter().map(|out| out.peak).fold(0.0, f64::max);
            // Below -160 dBFS there is no programme, only the filters' ringing.
            (band < self.bands && power > 1e-16).then(|| 10.0 * (peak / power).log10())
        };
        (0..BANDS).map(crest).collect()
    }

    fn out(&self, channel: usize, band: usize) -> Out {
        let (pair, side) = (&self.pairs[channel / 2], channel % 2);
        let (memory, lane, gain) = match band {
            0 | 3 => (&pair.first[side], band, self.first.gain[band]),
            _ => (&pair.second, 2 * side + band - 1, self.first.gain[band] * self.second.gain[band - 1]),
        };
        Out { energy: gain * gain * memory.energy[lane], peak: gain * gain * memory.peak[lane] }
    }
}

/// Sum and largest of the squares of one band of one channel.
struct Out {
    energy: f64,
    peak: f64,
}

impl Sections {
    /// Second-order Butterworth at an edge: low-pass for sign 1, high-pass for -1, open without an edge.
    fn new(edges: [Option<(f64, f64)>; 4], rate_hz: f64) -> Self {
        let (zero, mut gain) = ([0.0; 4], [1.0; 4]);
        let (mut b1, mut b2, mut a1, mut a2) = (zero, zero, zero, zero);
        for (lane, edge) in edges.into_iter().enumerate() {
            let Some((edge_hz, sign)) = edge else { continue };
            let k = (PI * edge_hz / rate_hz).tan();
            let a0 = 1.0 + k / FRAC_1_SQRT_2 + k * k;
            a1[lane] = 2.0 * (k * k - 1.0) / a0;
            a2[lane] = (1.0 - k / FRAC_1_SQRT_2 + k * k) / a0;
            gain[lane] = if sign > 0.0 { k * k / a0 } else { 1.0 / a0 };
            (b1[lane], b2[lane]) = (2.0 * sign, 1.0);
        }
        Self { gain, b1, b2, a1, a2 }
    }
}

vector_loop! {
    fn run<'a>(pair: &'a mut Pair, sections: [&'a Sections; 2], samples: [&'a [f64]; 2]) {
        let [first, second] = sections.map(|sections| *sections);
        let mut at_work = *pair;
        for (left, right) in samples[0].iter().zip(samples[1]) {
            // No closure: what it holds would not be compiled for the wider registers.
            let one = at_work.first[0].step(&first, [*left; 4]);
            let other = at_work.first[1].step(&first, [*right; 4]);
            at_work.second.step(&second, [one[1], one[2], other[1], other[2]]);
        }
        at_work.first.iter_mut().for_each(Memory::drop_denormals);
        at_work.second.drop_denormals();
        *pair = at_work;
    }
}

impl Memory {
    /// Transposed direct form II.
    #[inline(always)]
    fn step(&mut self, sections: &Sections, input: Lanes) -> Lanes {
        let mut output = [0.0; 4];
        for lane in 0..4 {
            let x = input[lane];
            let y = x + self.state[0][lane];
            self.state[0][lane] = (sections.b1[lane] * x + self.state[1][lane]) - sections.a1[lane] * y;
            self.state[1][lane] = sections.b2[lane] * x - sections.a2[lane] * y;
            let square = y * y;
            self.energy[lane] += square;
            self.peak[lane] = if square > self.peak[lane] { square } else { self.peak[lane] };
            output[lane] = y;
        }
        output
    }

    fn drop_denormals(&mut self) {
        for value in self.state.iter_mut().flatten() {
            *value = if value.abs() < TINY { 0.0 } else { *value };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_has_a_crest_of_three_decibels_in_its_band() {
        let format = StreamFormat::new(48_000.0, 1);
        for (band, frequency_hz) in [60.0, 700.0, 3500.0, 11_000.0].into_iter().enumerate() {
            let mut bands = BandCrest::new(&format);
            let tone =
                |i: usize| (i as f64 / 24_000.0).min(1.0) * (2.0 * PI * frequency_hz * i as f64 / 48_000.0).sin();
            let tone: Vec<f64> = (0..480_000).map(tone).collect();
            bands.push(Block::new(&tone, 1, tone.len(), tone.len()));
            let crest = bands.crest_db()[band].unwrap();
            // The half-second fade-in lowers the power by 0.15 dB.
            assert!((crest - 3.01).abs() < 0.2, "{frequency_hz}: {crest}");
        }
    }

    #[test]
    fn bands_above_nyquist_and_silence_have_none() {
        let mut bands = BandCrest::new(&StreamFormat::new(8000.0, 2));
        bands.push(Block::new(&[0.0; 2000], 2, 1000, 1000));
        assert_eq!(bands.crest_db(), [None; 4]);
        let click: Vec<f64> = (0..2000).map(|i| if i % 100 == 0 { 0.5 } else { 0.0 }).collect();
        bands.push(Block::new(&click, 2, 1000, 1000));
        assert_eq!(bands.crest_db().iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, true, false]);
    }
}
