//! Trial equalisers: the change of the peaks by each.

use std::f64::consts::TAU;

use balanced_dsp::decibel::{gain_to_db, power_to_db};
use balanced_dsp::{Block, StreamFormat, vector_loop};
use balanced_model::{PeakTrial, TrialFilter};

/// Shape, frequency and quality of the filters: where the assistant looks for faults of tone.
const FILTERS: [(TrialFilter, f64, f64); 6] = [
    (TrialFilter::Bell, 60.0, 1.0),
    (TrialFilter::Bell, 250.0, 0.8),
    (TrialFilter::Bell, 1000.0, 1.0),
    (TrialFilter::Bell, 3500.0, 1.0),
    (TrialFilter::HighShelf, 6500.0, 0.7),
    (TrialFilter::LowShelf, 150.0, 0.7),
];
/// Gains of each filter.
const GAINS_DB: [f64; 2] = [-6.0, 3.0];
const TRIALS: usize = FILTERS.len() * GAINS_DB.len();
/// Quantiles of the peaks, as shares.
const QUANTILES: [f64; 4] = [1.0, 0.98, 0.9, 0.5];
const BLOCK_S: f64 = 0.05;
/// More blocks than this are thinned out evenly, so that memory and time stay bounded: 30 s.
const MOST_BLOCKS: usize = 600;
/// Fewer say nothing of quantiles: 5 s.
const LEAST_BLOCKS: usize = 100;
/// Share of a block that the filters run before a lone block, to settle.
const WARM_UP: f64 = 0.4;
/// The highest shelf needs room below the Nyquist frequency.
const LEAST_RATE_HZ: f64 = 30_000.0;
/// Filter memory below this is put to zero, before it can become denormal.
const TINY: f64 = 1e-30;

/// Four filters side by side.
type Lanes = [f64; 4];
const ROWS: usize = TRIALS / 4;

/// Second-order sections of all trials.
#[derive(Clone, Copy, Default)]
struct Bank {
    b0: [Lanes; ROWS],
    b1: [Lanes; ROWS],
    b2: [Lanes; ROWS],
    a1: [Lanes; ROWS],
    a2: [Lanes; ROWS],
}

/// State of all trials in one channel (transposed direct form II).
#[derive(Clone, Copy, Default)]
struct Memory([[Lanes; ROWS]; 2]);

/// Peak and energy of a block, through each trial and dry.
#[derive(Clone, Copy, Default)]
struct Levels {
    peak: [Lanes; ROWS],
    energy: [Lanes; ROWS],
    dry_peak: f64,
    dry_energy: f64,
}

impl Levels {
    /// Levels of more channels together.
    fn and(mut self, other: &Self) -> Self {
        for row in 0..ROWS {
            for lane in 0..4 {
                self.peak[row][lane] = self.peak[row][lane].max(other.peak[row][lane]);
                self.energy[row][lane] += other.energy[row][lane];
            }
        }
        self.dry_peak = self.dry_peak.max(other.dry_peak);
        self.dry_energy += other.dry_energy;
        self
    }
}

/// Runs trial equalisers over blocks of 50 ms, spread over the programme, and keeps the peak and the energy of each.
///
/// A limiter brings the peaks of a programme together. An equaliser behind it pushes them apart, and the opposite equaliser brings
/// them together again: so the peaks tell of an equaliser that the spectrum alone leaves in doubt.
pub(crate) struct PeakTrials {
    bank: Bank,
    memories: Vec<Memory>,
    /// Levels of the block at hand, by channel: added up at its end, so that the sizes of what is pushed do not matter.
    current: Vec<Levels>,
    block_frames: u64,
    /// Every so manieth block is measured.
    stride: u64,
    position: u64,
    kept: Vec<Levels>,
    is_possible: bool,
}

impl PeakTrials {
    pub fn new(format: &StreamFormat) -> Self {
        let rate_hz = format.sample_rate_hz;
        let is_possible = rate_hz >= LEAST_RATE_HZ;
        Self {
            bank: if is_possible { Bank::new(rate_hz) } else { Bank::default() },
            memories: vec![Memory::default(); format.channels()],
            block_frames: ((BLOCK_S * rate_hz) as u64).max(1),
            stride: 1,
            position: 0,
            current: vec![Levels::default(); format.channels()],
            kept: Vec::new(),
            is_possible,
        }
    }

    pub fn push(&mut self, block: Block<'_>) {
        let mut start = 0;
        while self.is_possible && start < block.frames() {
            let span = self.span();
            let frames = span.frames.min((block.frames() - start) as u64) as usize;
            if span.is_heard {
                for (channel, (memory, levels)) in self.memories.iter_mut().zip(&mut self.current).enumerate() {
                    run(memory, &self.bank, levels, &block.channel(channel)[start..start + frames]);
                }
            }
            self.position += frames as u64;
            start += frames;
            self.turn(span, frames as u64);
        }
    }

    /// The stretch from here to the next change: filters at rest, settling, or measuring.
    fn span(&self) -> Span {
        let (block, inside) = (self.position / self.block_frames, self.position % self.block_frames);
        let until_end = self.block_frames - inside;
        let warm_up = (WARM_UP * self.block_frames as f64) as u64;
        if block.is_multiple_of(self.stride) {
            return Span { frames: until_end, is_heard: true, then: Turn::Keep };
        }
        if !(block + 1).is_multiple_of(self.stride) || until_end > warm_up {
            let rest = if (block + 1).is_multiple_of(self.stride) { until_end - warm_up } else { until_end };
            return Span { frames: rest, is_heard: false, then: Turn::Rest };
        }
        Span { frames: until_end, is_heard: true, then: Turn::Measure }
    }

    fn turn(&mut self, span: Span, frames: u64) {
        if frames < span.frames {
            return;
        }
        match span.then {
            Turn::Keep => {
                self.keep();
                self.memories.iter_mut().for_each(Memory::drop_denormals);
            }
            Turn::Rest => self.memories.fill(Memory::default()),
            Turn::Measure => {}
        }
        self.current.fill(Levels::default());
    }

    fn keep(&mut self) {
        if self.kept.len() == MOST_BLOCKS {
            let mut index = 0;
            self.kept.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.stride *= 2;
            // The block at hand came an even number of strides after the first, as MOST_BLOCKS is even.
        }
        self.kept.push(self.current.iter().fold(Levels::default(), Levels::and));
    }

    /// Changes of the peaks and the energy by each trial, in the order of the filters and their gains; empty below 5 s of sound.
    pub fn finish(&self) -> Vec<PeakTrial> {
        let heard: Vec<&Levels> = self.kept.iter().filter(|levels| levels.dry_peak > 0.0).collect();
        if heard.len() < LEAST_BLOCKS {
            return Vec::new();
        }
        let dry = Distribution::of(&heard, |levels| (levels.dry_peak, levels.dry_energy));
        let trial = |trial: usize| {
            let (row, lane) = (trial / 4, trial % 4);
            let wet = Distribution::of(&heard, |levels| (levels.peak[row][lane], levels.energy[row][lane]));
            let (filter, frequency_hz, q) = FILTERS[trial / GAINS_DB.len()];
            PeakTrial {
                filter,
                frequency_hz,
                q,
                gain_db: GAINS_DB[trial % GAINS_DB.len()],
                peak_change_db: std::array::from_fn(|place| wet.peaks_db[place] - dry.peaks_db[place]),
                energy_change_db: wet.energy_db - dry.energy_db,
            }
        };
        (0..TRIALS).map(trial).collect()
    }
}

/// A stretch of frames and the change at its end.
#[derive(Clone, Copy)]
struct Span {
    frames: u64,
    is_heard: bool,
    then: Turn,
}

#[derive(Clone, Copy)]
enum Turn {
    Keep,
    Rest,
    Measure,
}

/// Quantiles of the peaks, and the energy.
struct Distribution {
    peaks_db: [f64; 4],
    energy_db: f64,
}

impl Distribution {
    fn of(heard: &[&Levels], level: impl Fn(&Levels) -> (f64, f64)) -> Self {
        let mut peaks: Vec<f64> = heard.iter().map(|levels| level(levels).0).collect();
        peaks.sort_by(f64::total_cmp);
        let energy: f64 = heard.iter().map(|levels| level(levels).1).sum();
        Self { peaks_db: QUANTILES.map(|share| gain_to_db(quantile(&peaks, share))), energy_db: power_to_db(energy) }
    }
}

/// Quantile of sorted values, interpolated linearly between neighbours.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

impl Bank {
    fn new(rate_hz: f64) -> Self {
        let mut bank = Self::default();
        for trial in 0..TRIALS {
            let (filter, frequency_hz, q) = FILTERS[trial / GAINS_DB.len()];
            let [b0, b1, b2, a1, a2] = section(filter, frequency_hz / rate_hz, q, GAINS_DB[trial % GAINS_DB.len()]);
            let (row, lane) = (trial / 4, trial % 4);
            (bank.b0[row][lane], bank.b1[row][lane], bank.b2[row][lane]) = (b0, b1, b2);
            (bank.a1[row][lane], bank.a2[row][lane]) = (a1, a2);
        }
        bank
    }
}

/// Coefficients by the Audio EQ Cookbook (R. Bristow-Johnson, W3C note of 2021), which the model was fitted with.
fn section(filter: TrialFilter, frequency: f64, q: f64, gain_db: f64) -> [f64; 5] {
    let a = 10f64.powf(gain_db / 40.0);
    let (sin, cos) = (TAU * frequency).sin_cos();
    let alpha = sin / (2.0 * q);
    let shelf = |sign: f64| {
        let root = 2.0 * a.sqrt() * alpha;
        let (up, down) = (a + 1.0, a - 1.0);
        (
            [
                a * (up + sign * down * cos + root),
                -2.0 * sign * a * (down + sign * up * cos),
                a * (up + sign * down * cos - root),
            ],
            [up - sign * down * cos + root, 2.0 * sign * (down - sign * up * cos), up - sign * down * cos - root],
        )
    };
    let (b, a) = match filter {
        TrialFilter::Bell => {
            ([1.0 + alpha * a, -2.0 * cos, 1.0 - alpha * a], [1.0 + alpha / a, -2.0 * cos, 1.0 - alpha / a])
        }
        TrialFilter::HighShelf => shelf(1.0),
        TrialFilter::LowShelf => shelf(-1.0),
    };
    [b[0] / a[0], b[1] / a[0], b[2] / a[0], a[1] / a[0], a[2] / a[0]]
}

vector_loop! {
    fn run<'a>(memory: &'a mut Memory, bank: &'a Bank, levels: &'a mut Levels, samples: &'a [f64]) {
        let (bank, mut state, mut at_work) = (*bank, memory.0, *levels);
        for sample in samples {
            let x = *sample;
            let size = x.abs();
            at_work.dry_peak = if size > at_work.dry_peak { size } else { at_work.dry_peak };
            at_work.dry_energy += x * x;
            // No closure: what it holds would not be compiled for the wider registers.
            for row in 0..ROWS {
                for lane in 0..4 {
                    let y = bank.b0[row][lane] * x + state[0][row][lane];
                    state[0][row][lane] = (bank.b1[row][lane] * x + state[1][row][lane]) - bank.a1[row][lane] * y;
                    state[1][row][lane] = bank.b2[row][lane] * x - bank.a2[row][lane] * y;
                    let size = y.abs();
                    at_work.peak[row][lane] = if size > at_work.peak[row][lane] { size } else { at_work.peak[row][lane] };
                    at_work.energy[row][lane] += y * y;
                }
            }
        }
        memory.0 = state;
        *levels = at_work;
    }
}

impl Memory {
    fn drop_denormals(&mut self) {
        for value in self.0.iter_mut().flatten().flatten() {
            *value = if value.abs() < TINY { 0.0 } else { *value };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f64 = 48_000.0;

    fn measured(left: &[f64], right: &[f64], block: usize) -> Vec<PeakTrial> {
        let mut trials = PeakTrials::new(&StreamFormat::new(RATE_HZ, 2));
        for (left, right) in left.chunks(block).zip(right.chunks(block)) {
            let planar = [left, right].concat();
            trials.push(Block::new(&planar, 2, left.len(), left.len()));
        }
        trials.finish()
    }

    fn tone(frequency_hz: f64, seconds: f64) -> Vec<f64> {
        (0..(seconds * RATE_HZ) as usize).map(|i| 0.3 * (TAU * frequency_hz * i as f64 / RATE_HZ).sin()).collect()
    }

    fn of(trials: &[PeakTrial], frequency_hz: f64, gain_db: f64) -> &PeakTrial {
        trials.iter().find(|trial| trial.frequency_hz == frequency_hz && trial.gain_db == gain_db).unwrap()
    }

    #[test]
    fn a_tone_in_the_middle_of_a_bell_changes_by_its_gain_and_a_far_one_does_not() {
        for frequency_hz in [60.0, 250.0, 1000.0, 3500.0] {
            let tone = tone(frequency_hz, 8.0);
            let trials = measured(&tone, &tone, 4096);
            for gain_db in GAINS_DB {
                let own = of(&trials, frequency_hz, gain_db);
                // The filters settle within the first block, whose peak is the largest of a cut.
                assert!((own.peak_change_db[3] - gain_db).abs() < 0.05, "{own:?}");
                assert!((own.energy_change_db - gain_db).abs() < 0.05, "{own:?}");
                let far = of(&trials, if frequency_hz > 500.0 { 60.0 } else { 6500.0 }, gain_db);
                assert!(far.peak_change_db[3].abs() < 0.1, "{far:?}");
            }
        }
    }

    #[test]
    fn shelves_change_their_side_only() {
        let (low, high) = (tone(30.0, 8.0), tone(15_000.0, 8.0));
        let (low, high) = (measured(&low, &low, 4096), measured(&high, &high, 4096));
        assert!((of(&low, 150.0, -6.0).peak_change_db[3] + 6.0).abs() < 0.3);
        assert!((of(&high, 6500.0, -6.0).peak_change_db[3] + 6.0).abs() < 0.3);
        assert!(of(&high, 150.0, -6.0).peak_change_db[3].abs() < 0.02);
        assert!(of(&low, 6500.0, -6.0).peak_change_db[3].abs() < 0.02);
    }

    /// The quantiles of a long programme are those of its blocks at even distances, whatever the size of the pushed blocks.
    #[test]
    fn a_long_programme_is_thinned_out_evenly_and_block_sizes_do_not_matter() {
        let mut seed = 1u64;
        let mut noise = || {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) as f64 / f64::from(1u32 << 31) - 0.5
        };
        let samples: Vec<f64> = (0..(75.0 * RATE_HZ) as usize).map(|_| noise()).collect();
        let whole = measured(&samples, &samples, samples.len());
        for block in [997, 4096] {
            assert_eq!(measured(&samples, &samples, block), whole);
        }
        // White noise has the same peaks everywhere: a twelfth of it says what all of it says.
        let part = measured(&samples[..300_000], &samples[..300_000], 4096);
        for (part, whole) in part.iter().zip(&whole) {
            assert!((part.energy_change_db - whole.energy_change_db).abs() < 0.1, "{part:?} {whole:?}");
            assert!((part.peak_change_db[3] - whole.peak_change_db[3]).abs() < 0.2, "{part:?} {whole:?}");
        }
    }

    #[test]
    fn short_silent_and_low_rate_programmes_have_none() {
        let short = tone(250.0, 4.9);
        assert!(measured(&short, &short, 4096).is_empty());
        let silence = vec![0.0; (8.0 * RATE_HZ) as usize];
        assert!(measured(&silence, &silence, 4096).is_empty());
        let mut slow = PeakTrials::new(&StreamFormat::new(22_050.0, 1));
        slow.push(Block::new(&short, 1, short.len(), short.len()));
        assert!(slow.finish().is_empty());
    }
}
