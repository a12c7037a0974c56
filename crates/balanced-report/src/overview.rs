//! The waveform and the stereo image of a whole track, small enough for a page.

/// Columns of a waveform: more than a page has pixels for a chart.
const COLUMNS: u64 = 1000;
/// Side of the square that the image is counted in.
const SIDE: usize = 128;

/// Overview of a track's audio: lowest and highest sample of each stretch of time, and where its samples lie between left and right.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Overview {
    /// Length of the track in seconds.
    pub duration_s: f64,
    /// Lowest sample of any channel in each column of equal length, full scale -1.
    pub low: Vec<f32>,
    /// Highest sample of any channel in each column, full scale 1.
    pub high: Vec<f32>,
    /// Density of the stereo image; `None` unless there are two channels and sound.
    pub image: Option<StereoDensity>,
}

/// Counts of samples by side (across) and mid (upwards): a goniometer that looked at the whole track.
#[derive(Clone, Debug, PartialEq)]
pub struct StereoDensity {
    /// Number of columns, and of rows.
    pub side: usize,
    /// Counts row by row from the top, where mid is highest; from left, `(R-L)/2` lowest, to right.
    pub counts: Vec<u32>,
}

/// Meter that makes an [`Overview`] from blocks of samples.
#[derive(Clone, Debug)]
pub struct OverviewMeter {
    sample_rate_hz: f64,
    total_frames: u64,
    frames: u64,
    low: Vec<f32>,
    high: Vec<f32>,
    counts: Vec<u32>,
}

impl OverviewMeter {
    /// Creates a meter for a track of `total_frames` frames; frames beyond belong to its last column.
    #[must_use]
    pub fn new(total_frames: u64, sample_rate_hz: f64) -> Self {
        let columns = total_frames.clamp(1, COLUMNS) as usize;
        let (low, high) = (vec![f32::INFINITY; columns], vec![f32::NEG_INFINITY; columns]);
        Self { sample_rate_hz, total_frames, frames: 0, low, high, counts: vec![0; SIDE * SIDE] }
    }

    /// Takes the next frames, one slice of equal length a channel. Samples that are no numbers count as silence.
    pub fn push(&mut self, channels: &[&[f64]]) {
        let frames = channels.iter().map(|channel| channel.len()).min().unwrap_or(0);
        let mut from = 0;
        while from < frames {
            let column = self.column(self.frames + from as u64);
            let to = frames.min((self.start_of(column + 1).saturating_sub(self.frames) as usize).max(from + 1));
            let to = if column + 1 == self.low.len() { frames } else { to };
            for channel in channels {
                let (low, high) = extremes(&channel[from..to]);
                self.low[column] = self.low[column].min(low);
                self.high[column] = self.high[column].max(high);
            }
            from = to;
        }
        if let [left, right] = channels {
            left.iter().zip(*right).for_each(|(left, right)| self.count(*left, *right));
        }
        self.frames += frames as u64;
    }

    fn column(&self, frame: u64) -> usize {
        let column = u128::from(frame) * self.low.len() as u128 / u128::from(self.total_frames.max(1));
        (column as usize).min(self.low.len() - 1)
    }

    /// First frame of a column.
    fn start_of(&self, column: usize) -> u64 {
        (column as u128 * u128::from(self.total_frames)).div_ceil(self.low.len() as u128) as u64
    }

    fn count(&mut self, left: f64, right: f64) {
        let place = |value: f64| ((0.5 + 0.5 * value) * SIDE as f64) as usize;
        let (side, mid) = (0.5 * (right - left), 0.5 * (left + right));
        // Casts saturate: what is no number counts at 0, out of the way of nothing.
        let (across, down) = (place(side).min(SIDE - 1), place(-mid).min(SIDE - 1));
        if left != 0.0 || right != 0.0 {
            let count = &mut self.counts[down * SIDE + across];
            *count = count.saturating_add(1);
        }
    }

    /// Returns the overview of what was taken.
    #[must_use]
    pub fn finish(self) -> Overview {
        let heard = |value: f32| if value.is_finite() { value } else { 0.0 };
        let image =
            self.counts.iter().any(|count| *count > 0).then_some(StereoDensity { side: SIDE, counts: self.counts });
        Overview {
            duration_s: self.frames as f64 / self.sample_rate_hz,
            low: self.low.into_iter().map(heard).collect(),
            high: self.high.into_iter().map(heard).collect(),
            image,
        }
    }
}

/// Lowest and highest of some samples.
fn extremes(samples: &[f64]) -> (f32, f32) {
    // Comparing keeps what is no number out.
    samples.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), sample| {
        let sample = *sample as f32;
        (if sample < low { sample } else { low }, if sample > high { sample } else { high })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metered(left: &[f64], right: &[f64], block: usize) -> Overview {
        let mut meter = OverviewMeter::new(left.len() as u64, 100.0);
        for (left, right) in left.chunks(block).zip(right.chunks(block)) {
            meter.push(&[left, right]);
        }
        meter.finish()
    }

    #[test]
    fn every_column_holds_its_extremes_whatever_the_blocks_are() {
        let left: Vec<f64> = (0..12_345).map(|i| (f64::from(i) * 0.37).sin()).collect();
        let right: Vec<f64> = left.iter().map(|sample| -0.5 * sample).collect();
        let whole = metered(&left, &right, 12_345);
        for block in [1, 7, 1000] {
            assert_eq!(metered(&left, &right, block), whole, "blocks of {block}");
        }
        assert_eq!((whole.low.len(), whole.duration_s), (1000, 123.45));
        for column in [0, 499, 999] {
            let (from, to) = ((column * 12_345_usize).div_ceil(1000), ((column + 1) * 12_345_usize).div_ceil(1000));
            let (low, high) = extremes(&left[from..to]);
            let (other_low, other_high) = extremes(&right[from..to]);
            assert_eq!((whole.low[column], whole.high[column]), (low.min(other_low), high.max(other_high)), "{column}");
        }
    }

    #[test]
    fn the_image_of_mono_is_upright_and_of_an_inverted_channel_flat() {
        let left: Vec<f64> = (0..1000).map(|i| (f64::from(i) * 0.37).sin()).collect();
        let inverted: Vec<f64> = left.iter().map(|sample| -sample).collect();
        let occupied = |overview: Overview, pick: fn(usize) -> usize| {
            let image = overview.image.unwrap();
            let found = image.counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(index, _)| pick(index));
            found.collect::<std::collections::BTreeSet<_>>().len()
        };
        let column: fn(usize) -> usize = |index| index % SIDE;
        let row: fn(usize) -> usize = |index| index / SIDE;
        assert_eq!(occupied(metered(&left, &left, 64), column), 1);
        assert!(occupied(metered(&left, &left, 64), row) > 100);
        assert_eq!(occupied(metered(&left, &inverted, 64), row), 1);
        assert_eq!(metered(&[0.0; 8], &[0.0; 8], 8).image, None);
    }

    #[test]
    fn odd_lengths_and_samples_are_shown() {
        let nothing = OverviewMeter::new(0, 44_100.0).finish();
        assert_eq!((nothing.low, nothing.high, nothing.duration_s), (vec![0.0], vec![0.0], 0.0));
        let odd = metered(&[f64::NAN, 0.5, f64::INFINITY], &[0.0, -0.25, 1e300], 2);
        assert!(odd.low.iter().chain(&odd.high).all(|value| value.is_finite()), "{odd:?}");
        let mut longer = OverviewMeter::new(10, 44_100.0);
        longer.push(&[&[0.25; 25]]);
        assert_eq!(longer.finish().high[9], 0.25);
    }
}
