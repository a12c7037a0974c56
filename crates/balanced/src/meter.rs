//! Loudness and peak meters for audio in memory, whole or streamed.

use balanced_dsp::ChannelLayout;
use balanced_dsp::decibel::gain_to_db;
use balanced_dsp::loudness::LoudnessMeter;
use balanced_dsp::true_peak::TruePeakMeter;

use crate::analyze::BLOCK_FRAMES;
use crate::audio::format;
use crate::master::LevelMeter;
use crate::{AudioView, Error};

/// Readings of a [`StreamingMeter`]; `None` where there is too little audio yet, or silence.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct MeterReading {
    /// Momentary loudness: the last 400 ms (LUFS).
    pub momentary_lufs: Option<f64>,
    /// Short-term loudness: the last 3 s (LUFS).
    pub short_term_lufs: Option<f64>,
    /// Integrated, gated loudness since the start (LUFS, ITU-R BS.1770-5).
    pub integrated_lufs: Option<f64>,
    /// Loudness range since the start (LU, EBU Tech 3342).
    pub range_lu: Option<f64>,
    /// Highest momentary loudness since the start (LUFS).
    pub max_momentary_lufs: Option<f64>,
    /// Highest short-term loudness since the start (LUFS).
    pub max_short_term_lufs: Option<f64>,
    /// Highest true peak of any channel since the start (dBTP).
    pub true_peak_dbtp: Option<f64>,
    /// Highest sample peak of any channel since the start (dBFS).
    pub sample_peak_dbfs: Option<f64>,
}

/// Measures loudness and true peak of a stream; takes blocks of any size and can be read at any time.
///
/// Memory is fixed: momentary loudness is kept as a histogram with bins of 0.01 LU, each with the exact power that
/// fell into it. Integrated loudness can differ from [`loudness`] only by the blocks in the one bin at the relative
/// gate.
pub struct StreamingMeter {
    channels: usize,
    sample_rate_hz: f64,
    loudness: LoudnessMeter,
    peaks: TruePeakMeter,
}

impl StreamingMeter {
    /// Creates a meter for `channels` channels at `sample_rate_hz`.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) for 0 or more than 64 channels, a rate outside 1
    /// kHz to 768 kHz, or a layout with another number of channels.
    pub fn new(sample_rate_hz: f64, channels: usize, layout: Option<&ChannelLayout>) -> Result<Self, Error> {
        let format = format(sample_rate_hz, channels, layout)?;
        Ok(Self { channels, sample_rate_hz, loudness: LoudnessMeter::new(&format), peaks: TruePeakMeter::new(&format) })
    }

    /// Measures the next block. NaN and infinite samples count as zero.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the audio has another rate or number of channels
    /// than the meter.
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

    /// Returns the current readings.
    ///
    /// The true peak covers all but the last 448 frames, whose interpolation needs the frames that follow.
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

    /// Returns the readings at the end of the stream, with the last frames interpolated as if silence followed.
    ///
    /// The meter itself is unchanged and can measure on.
    #[must_use]
    pub fn final_reading(&self) -> MeterReading {
        let mut peaks = self.peaks.clone();
        peaks.flush();
        MeterReading { true_peak_dbtp: highest_true_peak(&peaks, self.channels), ..self.reading() }
    }

    /// Clears all measurements.
    pub fn reset(&mut self) {
        self.loudness.reset();
        self.peaks.reset();
    }
}

/// Frames measured at a time.
const METER_BLOCK_FRAMES: usize = 4096;
/// Amplitude from which samples count as invalid: their squares would overflow the sums. The analyser has the same
/// limit.
const SANE: f64 = 65_536.0;

/// Returns the integrated loudness of a whole array in LUFS, exactly as [`analyze`](crate::analyze()) measures it.
///
/// Returns `None` when nothing passes the gates: silence, or less than 400 ms of audio.
#[must_use]
pub fn loudness(audio: &AudioView<'_>) -> Option<f64> {
    let mut meter = LevelMeter::new(audio.format());
    let clean = for_each_clean_block(audio, |block| meter.push(block));
    debug_assert!(clean.is_ok(), "nothing here fails");
    meter.finish().integrated_lufs().filter(|lufs| lufs.is_finite())
}

/// Returns the highest true peak of a whole array in dBTP, exactly as [`analyze`](crate::analyze()) measures it.
///
/// Returns `None` for silence.
#[must_use]
pub fn true_peak(audio: &AudioView<'_>) -> Option<f64> {
    let mut meter = TruePeakMeter::new(audio.format());
    let clean = for_each_clean_block(audio, |block| meter.process(block));
    debug_assert!(clean.is_ok(), "nothing here fails");
    meter.flush();
    highest_true_peak(&meter, audio.channels())
}

/// Passes all blocks to `each`; blocks with invalid samples are copied and cleaned first.
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

/// Returns an error if `audio` has another rate or number of channels than expected.
pub(crate) fn same_format(sample_rate_hz: f64, channels: usize, audio: &AudioView<'_>) -> Result<(), Error> {
    let format = audio.format();
    if format.sample_rate_hz == sample_rate_hz && format.channels() == channels {
        return Ok(());
    }
    let (given, rate_hz) = (format.channels(), format.sample_rate_hz);
    Err(Error::settings(
        format!("prepared for {channels} channels at {sample_rate_hz} Hz, but given {given} channels at {rate_hz} Hz"),
        "create a new one for another format",
    ))
}
