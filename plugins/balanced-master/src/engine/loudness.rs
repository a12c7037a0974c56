//! Loudness and highest true peaks of input and output, measured even while the editor is closed, because a song is often
//! played before anyone looks.

use balanced_dsp::loudness::{LoudnessTally, LoudnessWindows};
use balanced_dsp::true_peak::TruePeakMeter;
use balanced_dsp::{Block, PlanarBuffer, StreamFormat};

use super::Shared;

/// Loudness windows and true-peak meters of input and output.
pub struct Loudness {
    windows: [LoudnessWindows; 2],
    peaks: [TruePeakMeter; 2],
    /// Buffer in which mono is doubled: it counts as two equal channels, as it is played.
    pair: Option<PlanarBuffer>,
    was_playing: bool,
}

impl Loudness {
    /// Creates the meters for blocks of up to `max_frames`. Allocates. `[main]`
    #[must_use]
    pub fn new(format: &StreamFormat, max_frames: usize) -> Self {
        let stereo = StreamFormat::new(format.sample_rate_hz, 2);
        let heard = if format.channels() == 1 { &stereo } else { format };
        let windows = || LoudnessWindows::new(heard);
        let peaks = || TruePeakMeter::new(heard);
        let pair = (format.channels() == 1).then(|| PlanarBuffer::new(2, max_frames));
        Self { windows: [windows(), windows()], peaks: [peaks(), peaks()], pair, was_playing: false }
    }

    /// Restarts the measurement if playback starts or `is_wanted` is set. `[audio]`
    pub fn follow(&mut self, is_playing: bool, is_wanted: bool, shared: &Shared) {
        if is_wanted || (is_playing && !self.was_playing) {
            self.windows.iter_mut().for_each(LoudnessWindows::reset);
            self.peaks.iter_mut().for_each(TruePeakMeter::reset);
            shared.tallies.iter().for_each(LoudnessTally::reset);
            shared.forget_peaks();
        }
        self.was_playing = is_playing;
    }

    /// Measures a block of one `side`: 0 is the input, 1 the output. `[audio]`
    pub fn hear(&mut self, side: usize, block: Block<'_>, shared: &Shared) {
        let Self { windows, peaks, pair, .. } = self;
        let block = match pair {
            Some(pair) => {
                pair.set_frames(block.frames());
                (0..2).for_each(|channel| pair.channel_mut(channel).copy_from_slice(block.channel(0)));
                pair.block()
            }
            None => block,
        };
        windows[side].process(block, |powers| shared.tallies[side].count(powers));
        peaks[side].process(block);
        for channel in 0..block.channels() {
            shared.note_peak(side, peaks[side].peak(channel).map_or(0.0, |peak| peak.amplitude));
        }
    }
}
