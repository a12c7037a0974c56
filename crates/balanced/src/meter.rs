//! Loudness and peak of audio in memory, whole or as it streams by.

use balanced_dsp::ChannelLayout;
use balanced_dsp::decibel::gain_to_db;
use balanced_dsp::loudness::LoudnessMeter;
use balanced_dsp::true_peak::TruePeakMeter;

use crate::analyze::BLOCK_FRAMES;
use crate::audio::format;
use crate::master::LevelMeter;
use crate::{AudioView, Error};

/// Meter readings; `None` means: cannot be said yet, or silence.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeterReading {
    /// Loudness of the last 400 ms.
    pub momentary_lufs: Option<f64>,
    /// Loudness of the last 3 s.
    pub short_term_lufs: Option<f64>,
    /// Gated loudness since the start (ITU-R BS.1770-5).
    pub integrated_lufs: Option<f64>,
    /// Loudness range (EBU Tech 3342).
    pub range_lu: Option<f64>,
    /// Loudest 400 ms.
    pub max_momentary_lufs: Option<f64>,
    /// Loudest 3 s.
    pub max_short_term_lufs: Option<f64>,
    /// Highest true peak of any channel.
    pub true_peak_dbtp: Option<f64>,
    /// Highest sample of any channel.
    pub sample_peak_dbfs: Option<f64>,
}

/// A loudness and true-peak meter for a stream: push blocks of any size, read at any time.
///
/// It keeps 0.01 LU bins with each bin's exact power instead of the programme, so that memory is fixed; integrated
/// loudness may differ from [`loudness`] by the blocks that fall into the one bin at the relative gate.
pub struct StreamingMeter {
    channels: usize,
    sample_rate_hz: f64,
    loudness: LoudnessMeter,
    peaks: TruePeakMeter,
}

impl StreamingMeter {
    /// A meter for `channels` channels at `sample_rate_hz`.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings) for a format that no audio has.
    pub fn new(sample_rate_hz: f64, channels: usize, layout: Option<&ChannelLayout>) -> Result<Self, Error> {
        let format = format(sample_rate_hz, channels, layout)?;
        Ok(Self { channels, sample_rate_hz, loudness: LoudnessMeter::new(&format), peaks: TruePeakMeter::new(&format) })
    }

    /// Measure the next block. Samples that are NaN or infinite read as zero.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings) for audio of another format.
    pub fn push(&mut self, audio: &AudioView<'_>) -> Result<(), Error> {
        same_format(self.sample_rate_hz, self.channels, audio)?;
        let mut clean = balanced_dsp::PlanarBuffer::new(self.channels, METER_BLOCK_FRAMES);
        audio.for_each_block(METER_BLOCK_FRAMES, |block| {
            clean.set_frames(block.frames());
            for channel in 0..self.channels {
                let pairs = clean.channel_mut(channel).iter_mut().zip(block.channel(channel));
                pairs.for_each(|(clean, sample)| *clean = if sample.abs() < SANE { *sample } else { 0.0 });
            }
            self.loudness.process(clean.block());
            self.peaks.process(clean.block());
            Ok(())
        })
    }

    /// What the meter shows now. The true peak covers all but the last 448 frames, which what follows decides.
    #[must_use]
    pub fn reading(&self) -> MeterReading {
        MeterReading {
            momentary_lufs: self.loudness.momentary_lufs(),
            short_term_lufs: self.loudness.short_term_lufs(),
            integrated_lufs: self.loudness.integrated_lufs(),
            range_lu: self.loudness.range_lu(),
            max_momentary_lufs: self.loudness.max_momentary_lufs(),
            max_short_term_lufs: self.loudness.max_short_term_lufs(),
            true_peak_dbtp: highest_true_peak(&self.peaks, self.channels),
            sample_peak_dbfs: decibel((0..self.channels).map(|c| self.peaks.sample_peak(c)).fold(0.0, f64::max)),
        }
    }

    /// The reading at the end of the stream: the last frames are judged too, silence following them. The meter itself
    /// goes on.
    #[must_use]
    pub fn final_reading(&self) -> MeterReading {
        let mut peaks = self.peaks.clone();
        peaks.flush();
        MeterReading { true_peak_dbtp: highest_true_peak(&peaks, self.channels), ..self.reading() }
    }

    /// Forget everything heard.
    pub fn reset(&mut self) {
        self.loudness.reset();
        self.peaks.reset();
    }
}

/// Frames metered at a time.
const METER_BLOCK_FRAMES: usize = 4096;
/// Larger samples are not audio and would overflow sums of squares (as in the analyser).
const SANE: f64 = 65_536.0;

/// Integrated loudness of a whole array, exactly as [`analyze`](crate::analyze) gives it; `None` when nothing passes the
/// gates.
#[must_use]
pub fn loudness(audio: &AudioView<'_>) -> Option<f64> {
    let mut meter = LevelMeter::new(audio.format());
    let clean = for_each_clean_block(audio, |block| meter.push(block));
    debug_assert!(clean.is_ok(), "nothing here fails");
    meter.finish().integrated_lufs().filter(|lufs| lufs.is_finite())
}

/// True peak of a whole array, exactly as [`analyze`](crate::analyze) gives it; `None` for silence.
#[must_use]
pub fn true_peak(audio: &AudioView<'_>) -> Option<f64> {
    let mut meter = TruePeakMeter::new(audio.format());
    let clean = for_each_clean_block(audio, |block| meter.process(block));
    debug_assert!(clean.is_ok(), "nothing here fails");
    meter.flush();
    highest_true_peak(&meter, audio.channels())
}

/// Hand on blocks whose samples are all usable; those that hold others are copied and cleaned.
fn for_each_clean_block(audio: &AudioView<'_>, mut each: impl FnMut(balanced_dsp::Block<'_>)) -> Result<(), Error> {
    audio.for_each_block(BLOCK_FRAMES, |block| {
        let usable = |sample: &f64| sample.abs() < SANE;
        if (0..block.channels()).all(|channel| block.channel(channel).iter().all(usable)) {
            each(block);
            return Ok(());
        }
        let mut clean = balanced_dsp::PlanarBuffer::new(block.channels(), block.frames());
        for channel in 0..block.channels() {
            let pairs = clean.channel_mut(channel).iter_mut().zip(block.channel(channel));
            pairs.for_each(|(clean, sample)| *clean = if usable(sample) { *sample } else { 0.0 });
        }
        each(clean.block());
        Ok(())
    })
}

fn highest_true_peak(meter: &TruePeakMeter, channels: usize) -> Option<f64> {
    decibel((0..channels).filter_map(|channel| meter.peak(channel)).map(|peak| peak.amplitude).fold(0.0, f64::max))
}

fn decibel(amplitude: f64) -> Option<f64> {
    (amplitude > 0.0).then(|| gain_to_db(amplitude))
}

/// Fail if `audio` is not what was prepared for.
pub(crate) fn same_format(sample_rate_hz: f64, channels: usize, audio: &AudioView<'_>) -> Result<(), Error> {
    let format = audio.format();
    if format.sample_rate_hz == sample_rate_hz && format.channels() == channels {
        return Ok(());
    }
    Err(Error::settings(format!(
        "prepared for {channels} channels at {sample_rate_hz} Hz, given {} at {} Hz; make a new one for another format",
        format.channels(),
        format.sample_rate_hz
    )))
}
