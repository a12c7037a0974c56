//! Runs of samples at full scale.

use balanced_model::ClippedRun;

/// Full scale: the largest value that 16 bits hold, and all above.
pub(super) const FULL_SCALE: f64 = 32_767.0 / 32_768.0;
/// Shortest run that counts: the "over" of recorders and CD plants, three samples in a row.
const SHORTEST: u64 = 3;
/// Runs listed at most; all are counted.
const MAX_RUNS: usize = 1000;

/// Finds runs in one channel.
#[derive(Clone, Debug, Default)]
pub(super) struct ClipTrace {
    frame: u64,
    /// Samples of the run at work, and whether they are positive.
    length: u64,
    positive: bool,
    /// First frame and length of the runs so far.
    runs: Vec<(u64, u64)>,
    count: u64,
}

impl ClipTrace {
    /// The next samples; `peak` is the largest of them.
    pub fn push(&mut self, samples: &[f64], peak: f64) {
        if peak < FULL_SCALE {
            self.end(self.frame);
        } else {
            for (index, sample) in samples.iter().enumerate() {
                self.take(*sample, self.frame + index as u64);
            }
        }
        self.frame += samples.len() as u64;
    }

    fn take(&mut self, sample: f64, frame: u64) {
        let (clipped, positive) = (sample.abs() >= FULL_SCALE, sample > 0.0);
        if !clipped || (self.length > 0 && positive != self.positive) {
            self.end(frame);
        }
        if clipped {
            self.length += 1;
            self.positive = positive;
        }
    }

    /// The run at work, if there is one, ends before `frame`.
    fn end(&mut self, frame: u64) {
        if self.length >= SHORTEST {
            self.count += 1;
            if self.runs.len() < MAX_RUNS {
                self.runs.push((frame - self.length, self.length));
            }
        }
        self.length = 0;
    }

    /// All runs of the channel, and the first of them.
    pub fn finish(mut self, channel: usize, sample_rate_hz: f64) -> (u64, Vec<ClippedRun>) {
        self.end(self.frame);
        let run = |(start, samples): &(u64, u64)| ClippedRun {
            start_s: *start as f64 / sample_rate_hz,
            channel,
            samples: *samples,
        };
        (self.count, self.runs.iter().map(run).collect())
    }
}

/// The runs of all channels in order of time, at most [`MAX_RUNS`], and how many there are.
pub(super) fn collect(traces: Vec<ClipTrace>, sample_rate_hz: f64) -> (u64, Vec<ClippedRun>) {
    let (mut count, mut runs) = (0, Vec::new());
    for (channel, trace) in traces.into_iter().enumerate() {
        let (in_channel, listed) = trace.finish(channel, sample_rate_hz);
        count += in_channel;
        runs.extend(listed);
    }
    runs.sort_by(|a, b| a.start_s.total_cmp(&b.start_s).then(a.channel.cmp(&b.channel)));
    runs.truncate(MAX_RUNS);
    (count, runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(samples: &[f64], block: usize) -> Vec<(u64, u64)> {
        let mut trace = ClipTrace::default();
        for part in samples.chunks(block) {
            trace.push(part, part.iter().fold(0.0, |peak, s| f64::max(peak, s.abs())));
        }
        let (count, runs) = trace.finish(0, 1.0);
        assert_eq!(count as usize, runs.len());
        runs.iter().map(|run| (run.start_s as u64, run.samples)).collect()
    }

    #[test]
    fn three_in_a_row_of_one_sign_are_a_run_whatever_the_blocks() {
        let full = FULL_SCALE;
        let samples =
            [0.5, full, full, 0.1, 1.0, 1.2, full, 0.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0, 0.99, 1.0, 1.0, 1.0];
        for block in [1, 2, 3, 5, 18] {
            assert_eq!(runs(&samples, block), [(4, 3), (10, 4), (15, 3)], "{block}");
        }
    }
}
