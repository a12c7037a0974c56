//! Audio that is read anywhere.

/// Recording with random access, at the rate that both are compared at.
pub trait Audio {
    /// Error of reading.
    type Error;

    /// Returns the number of channels.
    fn channels(&self) -> usize;

    /// Returns the number of frames.
    fn frames(&self) -> u64;

    /// Fills every slice with the frames from `start` on, one slice for each channel; beyond the recording lies silence.
    ///
    /// # Errors
    /// Returns an error if the audio cannot be read.
    fn read(&self, start: i64, channels: &mut [Vec<f64>]) -> Result<(), Self::Error>;
}

/// How channels become one signal, which is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    /// The mean of all channels.
    Mean,
    /// The first channel: the mean is another signal where one channel is inverted.
    First,
}

/// Reads `frames` frames from `start` on as one signal.
pub(crate) fn folded<A: Audio>(audio: &A, fold: Fold, start: i64, frames: usize) -> Result<Vec<f64>, A::Error> {
    let mut channels = vec![vec![0.0; frames]; audio.channels()];
    audio.read(start, &mut channels)?;
    let used = match fold {
        Fold::Mean => channels.len(),
        Fold::First => 1,
    };
    let mut sum = channels.swap_remove(0);
    for other in channels.iter().take(used - 1) {
        sum.iter_mut().zip(other).for_each(|(x, y)| *x += y);
    }
    sum.iter_mut().for_each(|x| *x /= used as f64);
    Ok(sum)
}

#[cfg(test)]
pub(crate) struct Memory(pub Vec<Vec<f64>>);

#[cfg(test)]
impl Audio for Memory {
    type Error = std::convert::Infallible;

    fn channels(&self) -> usize {
        self.0.len()
    }

    fn frames(&self) -> u64 {
        self.0[0].len() as u64
    }

    fn read(&self, start: i64, channels: &mut [Vec<f64>]) -> Result<(), Self::Error> {
        for (target, source) in channels.iter_mut().zip(&self.0) {
            for (n, x) in target.iter_mut().enumerate() {
                let at = usize::try_from(start + n as i64).ok();
                *x = at.and_then(|at| source.get(at)).copied().unwrap_or(0.0);
            }
        }
        Ok(())
    }
}
