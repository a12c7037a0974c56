//! A loudness meter and a chain for audio that is playing: blocks as an audio worklet gets them.

use balanced_dsp::decibel::gain_to_db;
use balanced_dsp::loudness::LoudnessMeter;
use balanced_dsp::true_peak::TruePeakMeter;
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_mastering::{BuildError, Chain, ChainSpec, Preset, Update};

use crate::refusal::Refusal;

/// Most frames of a block.
pub const MAX_FRAMES: usize = 4096;
/// Channels that are processed at once.
const CHANNELS: std::ops::RangeInclusive<usize> = 1..=64;
/// Amplitude from which samples count as invalid, as the analyser has it.
const SANE: f64 = 65_536.0;

/// Readings of a meter: momentary, short-term and integrated loudness in LUFS, loudness range in LU, true peak in dBTP, sample
/// peak in dBFS, and the true peak of the frames since the last reading in dBTP; NaN where there is too little audio.
pub const READINGS: usize = 7;

/// A meter or a chain at work.
pub struct Live {
    /// Samples of the current block, in and out.
    buffer: PlanarBuffer,
    work: Work,
}

enum Work {
    Meter(Box<Meter>),
    Chain(Box<Chain>, StreamFormat),
}

struct Meter {
    loudness: LoudnessMeter,
    peaks: TruePeakMeter,
}

impl Live {
    /// Makes a meter.
    ///
    /// # Errors
    /// Returns a refusal for a rate or a number of channels that cannot be.
    pub fn meter(sample_rate_hz: f64, channels: usize) -> Result<Self, Refusal> {
        let format = format(sample_rate_hz, channels)?;
        let meter = Meter { loudness: LoudnessMeter::new(&format), peaks: TruePeakMeter::new(&format) };
        Ok(Self { buffer: PlanarBuffer::new(channels, MAX_FRAMES), work: Work::Meter(Box::new(meter)) })
    }

    /// Builds a chain from the text of its file (TOML or JSON), or from the name of a preset.
    ///
    /// # Errors
    /// Returns a refusal that names the setting, or a format that cannot be.
    pub fn chain(text: &str, sample_rate_hz: f64, channels: usize) -> Result<Self, Refusal> {
        let (spec, format) = (read_chain(text)?, format(sample_rate_hz, channels)?);
        let chain = Chain::build(&spec, &format).map_err(|error| building(&error))?;
        Ok(Self { buffer: PlanarBuffer::new(channels, MAX_FRAMES), work: Work::Chain(Box::new(chain), format) })
    }

    /// Returns the samples of `channel` for the next block of up to [`MAX_FRAMES`] frames, to be filled, and afterwards read.
    pub fn samples(&mut self, channel: usize) -> &mut [f64] {
        self.buffer.set_frames(MAX_FRAMES);
        self.buffer.channel_mut(channel)
    }

    /// Returns the number of channels.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.buffer.channels()
    }

    /// Processes the first `frames` frames, at most [`MAX_FRAMES`], where they are. Nothing is allocated.
    pub fn process(&mut self, frames: usize) {
        self.buffer.set_frames(frames.min(MAX_FRAMES));
        match &mut self.work {
            Work::Chain(chain, _) => chain.process(&mut self.buffer.block_mut()),
            Work::Meter(meter) => {
                for channel in 0..self.buffer.channels() {
                    for sample in self.buffer.channel_mut(channel) {
                        *sample = if sample.abs() < SANE { *sample } else { 0.0 };
                    }
                }
                meter.loudness.process(self.buffer.block());
                meter.peaks.process(self.buffer.block());
            }
        }
    }

    /// Changes the settings of a chain, and returns whether they glide; else the chain is built anew and its history lost. A
    /// meter has no settings.
    ///
    /// # Errors
    /// Returns a refusal that names the setting; the old ones stay.
    pub fn update(&mut self, text: &str) -> Result<bool, Refusal> {
        let Work::Chain(chain, format) = &mut self.work else { return Ok(true) };
        let spec = read_chain(text)?;
        spec.validate().map_err(|error| Refusal::spec(&error))?;
        if chain.update(&spec) == Update::Applied {
            return Ok(true);
        }
        **chain = Chain::build(&spec, format).map_err(|error| building(&error))?;
        Ok(false)
    }

    /// Forgets everything heard so far.
    pub fn reset(&mut self) {
        match &mut self.work {
            Work::Chain(chain, _) => chain.reset(),
            Work::Meter(meter) => {
                meter.loudness.reset();
                meter.peaks.reset();
            }
        }
    }

    /// Returns the number of frames by which the output lags behind the input.
    #[must_use]
    pub fn latency_frames(&self) -> usize {
        match &self.work {
            Work::Chain(chain, _) => chain.latency_frames(),
            Work::Meter(_) => 0,
        }
    }

    /// Returns the readings of a meter; of a chain, the largest recent gain reductions of its steps in dB, as many as there is room for.
    pub fn readings(&mut self) -> [f64; READINGS] {
        let mut readings = [f64::NAN; READINGS];
        match &mut self.work {
            Work::Chain(chain, _) => {
                readings.iter_mut().zip(chain.gain_reductions_db()).for_each(|(reading, db)| *reading = db);
            }
            Work::Meter(meter) => meter.read(&mut readings, self.buffer.channels()),
        }
        readings
    }
}

impl Meter {
    fn read(&mut self, readings: &mut [f64; READINGS], channels: usize) {
        let (loudness, peaks) = (&self.loudness, &mut self.peaks);
        let true_peak = |peaks: &TruePeakMeter| {
            (0..channels).filter_map(|c| peaks.peak(c)).map(|peak| peak.amplitude).fold(0.0, f64::max)
        };
        let nothing = f64::NAN;
        *readings = [
            loudness.momentary_lufs().unwrap_or(nothing),
            loudness.short_term_lufs().unwrap_or(nothing),
            loudness.integrated_lufs().unwrap_or(nothing),
            loudness.range_lu().unwrap_or(nothing),
            decibel(true_peak(peaks)),
            decibel((0..channels).map(|c| peaks.sample_peak(c)).fold(0.0, f64::max)),
            decibel((0..channels).map(|c| peaks.take_interval(c)).fold(0.0, f64::max)),
        ];
    }
}

fn decibel(gain: f64) -> f64 {
    if gain > 0.0 { gain_to_db(gain) } else { f64::NAN }
}

fn format(sample_rate_hz: f64, channels: usize) -> Result<StreamFormat, Refusal> {
    if !CHANNELS.contains(&channels) {
        let (least, most) = CHANNELS.into_inner();
        let problem = format!("audio of {channels} channels is not supported");
        return Err(Refusal::settings(problem, format!("give {least} to {most} channels")));
    }
    if !(8_000.0..=384_000.0).contains(&sample_rate_hz) {
        let problem = format!("the sample rate {sample_rate_hz} Hz is out of range");
        return Err(Refusal::settings(problem, "give 8000 to 384000 Hz"));
    }
    Ok(StreamFormat::new(sample_rate_hz, channels))
}

fn read_chain(text: &str) -> Result<ChainSpec, Refusal> {
    match Preset::named(text) {
        Some(preset) => Ok(preset.chain()),
        None => ChainSpec::from_str_auto(text).map_err(|error| Refusal::spec(&error)),
    }
}

fn building(error: &BuildError) -> Refusal {
    match error {
        BuildError::Spec(inner) | BuildError::External(inner) => Refusal::spec(inner),
        other => Refusal::settings(other.to_string(), "correct the named setting"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A 997 Hz tone of amplitude 1, in a block, from `frame` on.
    fn fill(live: &mut Live, frame: usize, frames: usize, rate_hz: f64) {
        for channel in 0..live.channels() {
            for (index, sample) in live.samples(channel)[..frames].iter_mut().enumerate() {
                *sample = (std::f64::consts::TAU * 997.0 * (frame + index) as f64 / rate_hz).sin();
            }
        }
    }

    /// ITU-R BS.1770-5, Annex 1: a 0 dBFS, 997 Hz tone in one front channel has -3.01 LKFS; in both, 0.
    #[test]
    fn a_full_scale_tone_reads_as_the_standard_says() {
        for (channels, expected_lufs) in [(1, -3.01), (2, 0.0)] {
            let mut live = Live::meter(48_000.0, channels).unwrap();
            assert!(live.readings()[0].is_nan());
            for block in 0..1875 {
                fill(&mut live, block * 128, 128, 48_000.0);
                live.process(128);
            }
            let [momentary, short_term, integrated, _, true_peak, sample_peak, interval] = live.readings();
            for loudness in [momentary, short_term, integrated] {
                assert!((loudness - expected_lufs).abs() < 0.02, "{loudness}");
            }
            assert!(true_peak.abs() < 0.02 && sample_peak.abs() < 0.01 && interval.abs() < 0.02);
            live.reset();
            assert!(live.readings()[2].is_nan());
        }
    }

    const BLOCK: usize = 128;

    /// Noise of whole numbers, the same in every language.
    fn noise(state: &mut u32) -> f64 {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(*state >> 8) / f64::from(1 << 23) - 1.0
    }

    /// The tests in Node hold the module to this file of the native chains' output, which this machine's build must give as well; where
    /// it comes from is written in it.
    #[test]
    fn chains_give_what_the_module_must_give() {
        let golden: serde_json::Value = serde_json::from_str(include_str!("../tests/golden-chains.json")).unwrap();
        for golden in golden["chains"].as_array().unwrap() {
            let mut live = Live::chain(golden["chain"].as_str().unwrap(), 48_000.0, 2).unwrap();
            assert_eq!(golden["latency_frames"], live.latency_frames());
            let (mut state, mut loudest) = (1, 0.0f64);
            for expected in golden["first_frames"].as_array().unwrap() {
                for frame in 0..BLOCK {
                    (0..2).for_each(|channel| live.samples(channel)[frame] = noise(&mut state));
                }
                live.process(BLOCK);
                for channel in 0..2 {
                    let (sample, expected) = (live.samples(channel)[0], expected[channel].as_f64().unwrap());
                    assert!((sample - expected).abs() <= 1e-12, "{sample} for {expected}");
                    loudest = loudest.max(sample.abs());
                }
            }
            assert!(loudest > 0.3, "{loudest}");
        }
    }

    #[test]
    fn a_chain_processes_glides_and_names_what_is_wrong() {
        let gain = |db: f64| format!("version = 1\n[[steps]]\nkind = \"gain\"\ngain_db = {db:.1}\n");
        let mut live = Live::chain(&gain(-20.0), 48_000.0, 2).unwrap();
        live.samples(0).fill(0.5);
        live.process(128);
        assert!((live.samples(0)[127] - 0.05).abs() < 1e-12, "{}", live.samples(0)[127]);
        assert!(live.update(&gain(-6.0)).unwrap());
        assert!(live.update("version = 1\n[[steps]]\nkind = \"gain\"\ngain_db = 1e9\n").is_err());
        assert_eq!(Live::chain("nonsense", 48_000.0, 2).err().unwrap().kind, "settings");
        assert!(Live::chain(&gain(0.0), 48_000.0, 0).is_err() && Live::meter(f64::NAN, 2).is_err());
        let loud = Live::chain(Preset::all().next().unwrap().name, 48_000.0, 2).unwrap();
        assert_eq!(loud.channels(), 2);
    }
}
