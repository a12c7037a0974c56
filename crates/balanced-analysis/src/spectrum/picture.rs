//! The spectrogram of a report: a picture of bounded size, however long the programme.

use balanced_dsp::decibel::power_to_db;

use balanced_model::Spectrogram;

/// Bands an octave, and the lowest edge: lower, the bins of the shared FFT (11 Hz) have nothing to tell them apart.
const PER_OCTAVE: u32 = 12;
const LOWEST_HZ: f64 = 30.0;
/// The picture ends at the Nyquist frequency or here.
const HIGHEST_HZ: f64 = 24_000.0;
/// Columns at most; when they are full, neighbours are averaged and each stands for twice the time.
const MAX_COLUMNS: usize = 768;
/// Dynamic range that is shown below the loudest cell.
const RANGE_DB: f64 = 72.0;

/// Band powers over time.
pub(crate) struct Picture {
    /// Band edges in bins, one more than there are bands.
    edges: Vec<f64>,
    hop_s: f64,
    /// Mean power of each band, column after column.
    columns: Vec<f32>,
    frames_per_column: u32,
    current: Vec<f64>,
    frames: u32,
    sums: Vec<f64>,
}

impl Picture {
    /// For spectra of `size`, half of it apart, at `rate`.
    pub fn new(rate: f64, size: usize) -> Self {
        let octaves = (HIGHEST_HZ.min(0.5 * rate) / LOWEST_HZ).log2().max(0.0);
        let bands = (octaves * f64::from(PER_OCTAVE)).floor() as usize;
        let edge = |i: usize| LOWEST_HZ * 2f64.powf(i as f64 / f64::from(PER_OCTAVE)) * size as f64 / rate;
        Self {
            edges: (0..=bands).map(edge).collect(),
            hop_s: 0.5 * size as f64 / rate,
            columns: Vec::new(),
            frames_per_column: 1,
            current: vec![0.0; bands],
            frames: 0,
            sums: vec![0.0; size / 2 + 2],
        }
    }

    fn bands(&self) -> usize {
        self.current.len()
    }

    /// One frame's power spectrum.
    pub fn push(&mut self, power: &[f32]) {
        let mut total = 0.0;
        for (sum, power) in self.sums[1..].iter_mut().zip(power) {
            total += f64::from(*power);
            *sum = total;
        }
        // A bin reaches half a bin to either side of its frequency.
        let last = self.sums.len() - 2;
        let up_to = |edge: f64| {
            let position = edge + 0.5;
            let below = (position as usize).min(last);
            let share = (position - below as f64).min(1.0);
            self.sums[below] * (1.0 - share) + self.sums[below + 1] * share
        };
        for (band, edges) in self.current.iter_mut().zip(self.edges.windows(2)) {
            *band += up_to(edges[1]) - up_to(edges[0]);
        }
        self.frames += 1;
        if self.frames == self.frames_per_column {
            self.end_column();
        }
    }

    fn end_column(&mut self) {
        let share = 1.0 / f64::from(self.frames);
        self.columns.extend(self.current.iter().map(|band| (band * share) as f32));
        self.current.fill(0.0);
        self.frames = 0;
        if self.columns.len() >= MAX_COLUMNS * self.bands().max(1) {
            self.halve();
        }
    }

    fn halve(&mut self) {
        let bands = self.bands();
        for column in 0..MAX_COLUMNS / 2 {
            for band in 0..bands {
                let pair = [2 * column, 2 * column + 1].map(|c| self.columns[c * bands + band]);
                self.columns[column * bands + band] = 0.5 * (pair[0] + pair[1]);
            }
        }
        self.columns.truncate(MAX_COLUMNS / 2 * bands);
        self.frames_per_column *= 2;
    }

    /// The picture; `None` of silence and at rates that have no band.
    pub fn finish(mut self) -> Option<Spectrogram> {
        if self.frames > 0 {
            self.end_column();
        }
        let bands = self.bands();
        let loudest = self.columns.iter().copied().fold(0.0, f32::max);
        if bands == 0 || loudest <= 0.0 {
            return None;
        }
        let (top_db, columns) = (power_to_db(f64::from(loudest)), self.columns.len() / bands);
        let level = |power: f32| {
            let below_db = top_db - power_to_db(f64::from(power));
            (255.0 * (1.0 - below_db / RANGE_DB)).round().clamp(0.0, 255.0) as u8
        };
        let cells = (0..bands).flat_map(|band| (0..columns).map(move |column| column * bands + band));
        Some(Spectrogram {
            column_s: self.hop_s * f64::from(self.frames_per_column),
            columns,
            low_hz: LOWEST_HZ,
            bands_per_octave: PER_OCTAVE,
            bands,
            top_db,
            range_db: RANGE_DB,
            levels: cells.map(|cell| level(self.columns[cell])).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(bin: usize, power: f32) -> Vec<f32> {
        (0..2049).map(|i| if i == bin { power } else { 0.0 }).collect()
    }

    #[test]
    fn a_tone_lies_in_its_band_and_its_time_whatever_the_length() {
        for frames in [10usize, 767, 768, 5000, 100_000] {
            let mut picture = Picture::new(44_100.0, 4096);
            for frame in 0..frames {
                picture.push(&if frame < frames / 2 { tone(103, 0.1) } else { tone(1000, 0.01) });
            }
            let picture = picture.finish().unwrap();
            assert!(picture.columns <= MAX_COLUMNS && picture.levels.len() == picture.columns * picture.bands);
            let length_s = picture.column_s * picture.columns as f64;
            assert!((length_s - frames as f64 * 2048.0 / 44_100.0).abs() <= picture.column_s, "{frames}");
            let at = |hz: f64, share: f64| {
                let band = (12.0 * (hz / picture.low_hz).log2()) as usize;
                picture.levels[band * picture.columns + (share * picture.columns as f64) as usize]
            };
            let (low, high) = (1109.0, 10_766.6);
            assert_eq!((at(low, 0.25), at(low, 0.75), at(high, 0.25)), (255, 0, 0), "{frames}");
            assert!(at(high, 0.75).abs_diff(220) <= 1, "10 dB of 72 are 35 steps");
        }
    }

    #[test]
    fn silence_and_low_rates_have_no_picture() {
        let mut picture = Picture::new(44_100.0, 4096);
        picture.push(&tone(0, 0.0));
        assert_eq!(picture.finish(), None);
        let mut picture = Picture::new(50.0, 64);
        picture.push(&[0.1; 33]);
        assert_eq!(picture.finish(), None);
    }
}
