//! Crest factor by frequency band.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use balanced_dsp::{Block, StreamFormat, VectorLoop, vectorize};

/// Borders of the bands.
pub(super) const EDGES_HZ: [f64; 3] = [200.0, 2000.0, 6000.0];
const BANDS: usize = EDGES_HZ.len() + 1;
/// Filter memory below this is put to zero after each block, before it can become denormal.
const TINY: f64 = 1e-30;

/// The same operation on all bands at once.
type Lanes = [f64; BANDS];

/// One second-order section per band; numerators are 1, +-2, 1 (or 1, 0, 0 to pass). Their gains are left to the end.
#[derive(Clone, Copy)]
struct Section {
    gain: Lanes,
    b1: Lanes,
    b2: Lanes,
    a1: Lanes,
    a2: Lanes,
}

#[derive(Clone, Copy, Default)]
struct Memory {
    first: [Lanes; 2],
    second: [Lanes; 2],
    energy: Lanes,
    peak: Lanes,
}

/// Splits each channel into bands with Butterworth sections, 12 dB per octave, and follows peak and energy.
pub(crate) struct BandCrest {
    high_pass: Section,
    low_pass: Section,
    channels: Vec<Memory>,
    /// Bands that lie under the Nyquist frequency.
    bands: usize,
    frames: u64,
}

impl BandCrest {
    pub fn new(format: &StreamFormat) -> Self {
        let rate_hz = format.sample_rate_hz;
        let fits = |edge_hz: f64| edge_hz < 0.45 * rate_hz;
        let bands = 1 + EDGES_HZ.iter().filter(|edge| fits(**edge)).count();
        Self {
            high_pass: Section::new(
                |band| (band > 0).then(|| EDGES_HZ[band - 1]).filter(|hz| fits(*hz)),
                rate_hz,
                -1.0,
            ),
            low_pass: Section::new(|band| EDGES_HZ.get(band).copied().filter(|hz| fits(*hz)), rate_hz, 1.0),
            channels: vec![Memory::default(); format.channels()],
            bands,
            frames: 0,
        }
    }

    pub fn push(&mut self, block: Block<'_>) {
        for (pair, memories) in self.channels.chunks_mut(2).enumerate() {
            let sections = [&self.high_pass, &self.low_pass];
            match memories {
                [first, second] => run([first, second], sections, [2 * pair, 2 * pair + 1].map(|c| block.channel(c))),
                [only] => run([only], sections, [block.channel(2 * pair)]),
                _ => {}
            }
        }
        self.frames += block.frames() as u64;
    }

    /// Peak of any channel over the RMS of all, by band; `None` for a silent band or one above the Nyquist frequency.
    pub fn crest_db(&self) -> Vec<Option<f64>> {
        let samples = self.frames as f64 * self.channels.len() as f64;
        let crest = |band: usize| {
            let gain = self.high_pass.gain[band] * self.low_pass.gain[band];
            let power = gain * gain * self.channels.iter().map(|memory| memory.energy[band]).sum::<f64>() / samples;
            let peak = gain * self.channels.iter().map(|memory| memory.peak[band]).fold(0.0, f64::max);
            // Below -160 dBFS there is no programme, only the filters' ringing.
            (band < self.bands && power > 1e-16).then(|| 20.0 * peak.log10() - 10.0 * power.log10())
        };
        (0..BANDS).map(crest).collect()
    }
}

impl Section {
    /// Second-order Butterworth at the edge of each band: low-pass for `sign` 1, high-pass for -1, open without an edge.
    fn new(edge_hz: impl Fn(usize) -> Option<f64>, rate_hz: f64, sign: f64) -> Self {
        let (zero, mut gain) = ([0.0; BANDS], [1.0; BANDS]);
        let (mut b1, mut b2, mut a1, mut a2) = (zero, zero, zero, zero);
        for band in 0..BANDS {
            let Some(edge_hz) = edge_hz(band) else { continue };
            let k = (PI * edge_hz / rate_hz).tan();
            let a0 = 1.0 + k / FRAC_1_SQRT_2 + k * k;
            a1[band] = 2.0 * (k * k - 1.0) / a0;
            a2[band] = (1.0 - k / FRAC_1_SQRT_2 + k * k) / a0;
            gain[band] = if sign > 0.0 { k * k / a0 } else { 1.0 / a0 };
            (b1[band], b2[band]) = (2.0 * sign, 1.0);
        }
        Self { gain, b1, b2, a1, a2 }
    }
}

/// Channels side by side: each waits for its own last output, so that two take hardly longer than one.
fn run<const N: usize>(memories: [&mut Memory; N], sections: [&Section; 2], samples: [&[f64]; N]) {
    vectorize(Run { memories, sections, samples });
}

struct Run<'a, const N: usize> {
    memories: [&'a mut Memory; N],
    sections: [&'a Section; 2],
    samples: [&'a [f64]; N],
}

impl<const N: usize> VectorLoop for Run<'_, N> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let [high_pass, low_pass] = self.sections.map(|section| *section);
        let mut at_work: [Memory; N] = std::array::from_fn(|channel| *self.memories[channel]);
        for frame in 0..self.samples[0].len() {
            for (memory, samples) in at_work.iter_mut().zip(self.samples) {
                memory.step(&high_pass, &low_pass, samples[frame]);
            }
        }
        for (memory, mut done) in self.memories.into_iter().zip(at_work) {
            done.drop_denormals();
            *memory = done;
        }
    }
}

impl Memory {
    #[inline(always)]
    fn step(&mut self, high_pass: &Section, low_pass: &Section, sample: f64) {
        let middle = step(high_pass, &mut self.first, [sample; BANDS]);
        let out = step(low_pass, &mut self.second, middle);
        for band in 0..BANDS {
            self.energy[band] += out[band] * out[band];
            self.peak[band] = if out[band].abs() > self.peak[band] { out[band].abs() } else { self.peak[band] };
        }
    }

    fn drop_denormals(&mut self) {
        for value in self.first.iter_mut().chain(&mut self.second).flatten() {
            *value = if value.abs() < TINY { 0.0 } else { *value };
        }
    }
}

/// Transposed direct form II, all bands side by side.
#[inline(always)]
fn step(section: &Section, memory: &mut [Lanes; 2], input: Lanes) -> Lanes {
    let mut output = [0.0; BANDS];
    for band in 0..BANDS {
        let x = input[band];
        let y = x + memory[0][band];
        memory[0][band] = (section.b1[band] * x + memory[1][band]) - section.a1[band] * y;
        memory[1][band] = section.b2[band] * x - section.a2[band] * y;
        output[band] = y;
    }
    output
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
