//! Rendering of a chain over a file, with latency compensation.

use std::ops::Range;
use std::rc::Rc;

use balanced_dsp::decibel::gain_to_db;
use balanced_dsp::true_peak::TruePeakMeter;
use balanced_dsp::{Block, PlanarBuffer, StreamFormat};
use balanced_io::Resampler;
use balanced_mastering::{Chain, ChainSpec};

use super::MasterOptions;
use super::cache::{Cache, CacheWriter, Part};
use super::edit::Fades;
use super::level::Levels;
use super::plan::Plan;
use super::sketch::{Sketch, SketchWriter};
use crate::analyze::block_frames;
use crate::input::Input;
use crate::plugins::Plugins;
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::{Error, Stage};

/// Output of the chain before the limiter: audio and its measurements.
pub(crate) struct Front {
    pub(crate) cache: Cache,
    pub(crate) sketch: Sketch,
    pub(crate) levels: Levels,
    pub(crate) true_peak_dbtp: Option<f64>,
}

/// Renders everything before the limiter over the frames `kept` into a cache, and measures it on the way.
///
/// `measured_frames` is the length that the input had when it was measured.
pub(crate) fn front(
    mut input: Input<'_>,
    kept: Range<u64>,
    measured_frames: u64,
    plan: &Plan,
    scratch: &Rc<Scratch>,
    options: &MasterOptions<'_>,
    monitor: &Monitor<'_>,
) -> Result<Front, Error> {
    let format = output_format(&input, options);
    let length = frames_at(&kept, input.format.sample_rate_hz, format.sample_rate_hz);
    let mut sink = FrontSink {
        fades: options.edit.fades(length, format.sample_rate_hz),
        faded: PlanarBuffer::new(format.channels(), 0),
        chain: Aligned::with_plugins(&plan.front, &format, Plugins::new(options.plugin_host.as_ref()))?,
        writer: CacheWriter::new(&format, scratch)?,
        meter: FrontMeter { sketch: SketchWriter::new(&format, scratch)?, peaks: TruePeakMeter::new(&format) },
    };
    let mut resampler = Rate::new(input.format.sample_rate_hz, format.sample_rate_hz, format.channels())?;
    let channels = input.format.channels();
    let mut buffer = PlanarBuffer::new(channels, block_frames(channels));
    let mut frames = 0;
    loop {
        monitor.at(Stage::Render, frames, Some(kept.end))?;
        let read = input.read(&mut buffer)?;
        if read == 0 && frames != measured_frames {
            return Err(Error::changed(input.name(), "has another length than when it was measured"));
        }
        if read == 0 || frames >= kept.end {
            break;
        }
        trim(&mut buffer, frames, &kept);
        frames += read as u64;
        resampler.push(&mut buffer, |block| sink.push(block))?;
    }
    resampler.finish(|block| sink.push(block))?;
    sink.finish()
}

/// Returns the length of the frames `kept` after they were brought from one sample rate to another.
pub(crate) fn frames_at(kept: &Range<u64>, from_hz: f64, to_hz: f64) -> u64 {
    ((kept.end - kept.start) as f64 * (to_hz / from_hz)).round() as u64
}

/// Cuts `buffer`, which begins at frame `start`, to the frames within `kept`.
pub(crate) fn trim(buffer: &mut PlanarBuffer, start: u64, kept: &Range<u64>) {
    let frames = buffer.frames() as u64;
    let first = kept.start.saturating_sub(start).min(frames) as usize;
    let last = kept.end.saturating_sub(start).min(frames) as usize;
    let count = last.saturating_sub(first);
    if count < frames as usize {
        for channel in 0..buffer.channels() {
            buffer.channel_mut(channel).copy_within(first..first + count, 0);
        }
        buffer.set_frames(count);
    }
}

/// Returns the format that the chain is rendered at.
pub(crate) fn output_format(input: &Input<'_>, options: &MasterOptions<'_>) -> StreamFormat {
    StreamFormat {
        sample_rate_hz: options.sample_rate_hz.unwrap_or(input.format.sample_rate_hz),
        layout: input.format.layout.clone(),
    }
}

struct FrontSink {
    fades: Fades,
    faded: PlanarBuffer,
    chain: Aligned,
    writer: CacheWriter,
    meter: FrontMeter,
}

struct FrontMeter {
    sketch: SketchWriter,
    peaks: TruePeakMeter,
}

impl FrontSink {
    fn push(&mut self, block: &mut PlanarBuffer) -> Result<(), Error> {
        let Self { fades, faded, chain, writer, meter } = self;
        chain.push(block, |done| store(fades, faded, writer, meter, done))
    }

    fn finish(self) -> Result<Front, Error> {
        let Self { mut fades, mut faded, chain, mut writer, mut meter } = self;
        chain.finish(|done| store(&mut fades, &mut faded, &mut writer, &mut meter, done))?;
        let cache = writer.finish()?;
        meter.peaks.flush();
        let peaks = (0..cache.format.channels()).filter_map(|channel| meter.peaks.peak(channel));
        let highest = peaks.map(|peak| peak.amplitude).fold(0.0, f64::max);
        let true_peak_dbtp = (highest > 0.0).then(|| gain_to_db(highest));
        let sketch = meter.sketch.finish(&cache.format, cache.frames)?;
        Ok(Front { levels: sketch.levels(Part::Whole)?, cache, sketch, true_peak_dbtp })
    }
}

fn store(
    fades: &mut Fades,
    faded: &mut PlanarBuffer,
    writer: &mut CacheWriter,
    meter: &mut FrontMeter,
    block: Block<'_>,
) -> Result<(), Error> {
    let block = if fades.are_due(block.frames()) {
        if faded.capacity_frames() < block.frames() {
            *faded = PlanarBuffer::new(block.channels(), block.frames());
        }
        faded.set_frames(block.frames());
        faded.block_mut().copy_from(block);
        fades.apply(faded);
        faded.block()
    } else {
        fades.pass(block.frames());
        block
    };
    meter.sketch.push(block)?;
    meter.peaks.process(block);
    writer.write(block)
}

/// A chain with latency compensation: its output has the first frame and the length of its input.
pub(crate) struct Aligned {
    chain: Chain,
    plugins: Plugins,
    silence: PlanarBuffer,
    /// Output frames still to drop: the latency.
    skip: usize,
}

impl Aligned {
    /// Creates a chain without plugins.
    pub(crate) fn new(spec: &ChainSpec, format: &StreamFormat) -> Result<Self, Error> {
        Self::with_plugins(spec, format, Plugins::default())
    }

    pub(crate) fn with_plugins(spec: &ChainSpec, format: &StreamFormat, plugins: Plugins) -> Result<Self, Error> {
        let chain = plugins.build(spec, format)?;
        let skip = chain.latency_frames();
        Ok(Self { chain, plugins, silence: PlanarBuffer::new(format.channels(), CHUNK_FRAMES), skip })
    }

    /// Processes `buffer` in place and passes on the output that is due.
    pub(crate) fn push(
        &mut self,
        buffer: &mut PlanarBuffer,
        mut each: impl FnMut(Block<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.chain.process(&mut buffer.block_mut());
        self.plugins.check()?;
        let dropped = self.skip.min(buffer.frames());
        self.skip -= dropped;
        if dropped == buffer.frames() {
            return Ok(());
        }
        each(buffer.block().slice(dropped..buffer.frames()))
    }

    /// Passes on the output that the latency holds back.
    pub(crate) fn finish(mut self, mut each: impl FnMut(Block<'_>) -> Result<(), Error>) -> Result<(), Error> {
        let mut left = self.chain.latency_frames();
        while left > 0 {
            let count = left.min(CHUNK_FRAMES);
            let mut silence = std::mem::replace(&mut self.silence, PlanarBuffer::new(0, 0));
            silence.set_frames(count);
            for channel in 0..silence.channels() {
                silence.channel_mut(channel).fill(0.0);
            }
            self.push(&mut silence, &mut each)?;
            self.silence = silence;
            left -= count;
        }
        Ok(())
    }
}

/// Frames of silence pushed at a time to flush a chain.
const CHUNK_FRAMES: usize = 4096;

/// A resampler, or nothing where the rates are equal.
pub(crate) enum Rate {
    Same,
    Convert(Box<Resampler>, PlanarBuffer),
}

impl Rate {
    pub(crate) fn new(from_hz: f64, to_hz: f64, channels: usize) -> Result<Self, Error> {
        if from_hz == to_hz {
            return Ok(Self::Same);
        }
        let resampler = Resampler::new(from_hz, to_hz, channels).map_err(|error| Error::writing(&error))?;
        Ok(Self::Convert(Box::new(resampler), PlanarBuffer::new(channels, 0)))
    }

    pub(crate) fn push(
        &mut self,
        buffer: &mut PlanarBuffer,
        mut each: impl FnMut(&mut PlanarBuffer) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match self {
            Self::Same => each(buffer),
            Self::Convert(resampler, out) => {
                resampler.process(&buffer.block(), out);
                each(out)
            }
        }
    }

    pub(crate) fn finish(self, mut each: impl FnMut(&mut PlanarBuffer) -> Result<(), Error>) -> Result<(), Error> {
        let Self::Convert(mut resampler, mut out) = self else { return Ok(()) };
        resampler.finish(&mut out);
        each(&mut out)
    }
}
