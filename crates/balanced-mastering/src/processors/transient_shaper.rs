//! Transient shaper: raises or lowers attack and sustain at any level.
//!
//! Two pairs of envelopes of the loudest channel, the second of each following the first. In the *attack* pair it rises
//! slowly and falls with it: their ratio stands out for the length of an onset and is 1 elsewhere. In the *sustain* pair it
//! rises with it and falls slowly: their ratio stands out while a note rings. The gain follows the ratios, not levels, so that
//! quiet and loud hits are treated alike and there is no threshold to set (the differential envelope method).

use balanced_dsp::decibel::db_to_gain;
use balanced_dsp::{BlockMut, OnePole, Ramp, StreamFormat};

use crate::settings::settings;
use crate::{BuildError, BuildOptions, Processor, ProcessorSpec, Settings};

const GLIDE_MS: f64 = 20.0;
/// Rise of the followers that rise at once: short enough for a click, long enough to keep a bass tone's shape.
const FAST_RISE_MS: f64 = 0.5;
/// Fall of the followers of the attack pair: over the ripple of the lowest notes.
const ATTACK_FALL_MS: f64 = 120.0;
/// Slow fall of the sustain pair, as a multiple of the fast.
const SUSTAIN_SPAN: f64 = 6.0;
/// Smoothing of the gain itself.
const GAIN_SMOOTHING_MS: f64 = 0.5;
/// Envelopes start at −100 dBFS: below it, nothing is a transient.
const FLOOR: f64 = 1e-5;
/// A ratio of this many dB brings all but 1/e of the full effect.
const SCALE_DB: f64 = 6.0;

settings! {
    /// Settings of the transient shaper.
    pub struct TransientShaperSpec {
        /// Level change of onsets.
        attack_db: f64 in -15.0..=15.0 "dB" = 0.0,
        /// Level change of what rings after the onsets.
        sustain_db: f64 in -15.0..=15.0 "dB" = 0.0,
        /// How long an onset is taken to last.
        attack_ms: f64 in log 5.0..=100.0 "ms" = 20.0,
        /// Decay time beyond which sound counts as ringing.
        sustain_ms: f64 in log 10.0..=200.0 "ms" = 50.0,
        /// Output level.
        output_db: f64 in -24.0..=24.0 "dB" = 0.0,
    }
}

impl Settings for TransientShaperSpec {
    fn build(&self, format: &StreamFormat, _: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError> {
        Ok(Box::new(TransientShaper::new(self, format)))
    }

    fn examples() -> Vec<Self> {
        vec![
            Self::default(),
            Self { attack_db: 6.0, sustain_db: -4.0, ..Self::default() },
            Self { attack_db: -8.0, sustain_db: 5.0, attack_ms: 40.0, sustain_ms: 30.0, output_db: -1.0 },
        ]
    }
}

/// A follower with one coefficient up and one down.
#[derive(Clone, Copy, Debug)]
struct Follower {
    level: f64,
    rise: f64,
    fall: f64,
}

impl Follower {
    fn new(rise_ms: f64, fall_ms: f64, sample_rate_hz: f64) -> Self {
        let coefficient = |time_ms: f64| OnePole::coefficient_for_time(1e-3 * time_ms, sample_rate_hz);
        Self { level: FLOOR, rise: coefficient(rise_ms), fall: coefficient(fall_ms) }
    }

    #[inline]
    fn next(&mut self, level: f64) -> f64 {
        self.level += (level - self.level) * if level > self.level { self.rise } else { self.fall };
        self.level
    }
}

struct TransientShaper {
    attack: Ramp,
    sustain: Ramp,
    output: Ramp,
    onset: [Follower; 2],
    ringing: [Follower; 2],
    gain_db: OnePole,
    smoothing: f64,
    sample_rate_hz: f64,
}

impl TransientShaper {
    fn new(spec: &TransientShaperSpec, format: &StreamFormat) -> Self {
        let rate = format.sample_rate_hz;
        let glide_frames = (GLIDE_MS * 1e-3 * rate).round() as usize;
        let (onset, ringing) = followers(spec, rate);
        Self {
            attack: Ramp::new(spec.attack_db, glide_frames),
            sustain: Ramp::new(spec.sustain_db, glide_frames),
            output: Ramp::new(db_to_gain(spec.output_db), glide_frames),
            onset,
            ringing,
            gain_db: OnePole::at(0.0),
            smoothing: OnePole::coefficient_for_time(1e-3 * GAIN_SMOOTHING_MS, rate),
            sample_rate_hz: rate,
        }
    }

    /// Gain of the next frame, whose largest sample is `level`.
    #[inline]
    fn next_gain(&mut self, level: f64) -> f64 {
        let level = level.max(FLOOR);
        let (attack_db, sustain_db) = (self.attack.next(), self.sustain.next());
        let share = |[above, below]: [f64; 2]| {
            let ratio_db = 20.0 * (above / below).log10();
            1.0 - (-ratio_db.max(0.0) / SCALE_DB).exp()
        };
        let [first, second] = &mut self.onset;
        let quick = first.next(level);
        let onset = share([quick, second.next(quick)]);
        let [first, second] = &mut self.ringing;
        let quick = first.next(level);
        let ringing = share([second.next(quick), quick]);
        let gain_db = self.gain_db.next(attack_db * onset + sustain_db * ringing, self.smoothing);
        let output = self.output.next();
        if gain_db == 0.0 { output } else { output * db_to_gain(gain_db) }
    }
}

/// The attack pair and the sustain pair, each the envelope of the signal and what follows that.
fn followers(spec: &TransientShaperSpec, sample_rate_hz: f64) -> ([Follower; 2], [Follower; 2]) {
    let follower = |rise_ms, fall_ms| Follower::new(rise_ms, fall_ms, sample_rate_hz);
    let onset = [follower(FAST_RISE_MS, ATTACK_FALL_MS), follower(spec.attack_ms, 0.0)];
    let ringing = [follower(FAST_RISE_MS, spec.sustain_ms), follower(0.0, SUSTAIN_SPAN * spec.sustain_ms)];
    (onset, ringing)
}

impl Processor for TransientShaper {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        for frame in 0..block.frames() {
            let level = (0..block.channels()).fold(0.0f64, |m, channel| m.max(block.channel(channel)[frame].abs()));
            let gain = self.next_gain(level);
            if gain != 1.0 {
                (0..block.channels()).for_each(|channel| block.channel_mut(channel)[frame] *= gain);
            }
        }
    }

    fn reset(&mut self) {
        [&mut self.attack, &mut self.sustain, &mut self.output].into_iter().for_each(Ramp::jump);
        self.onset.iter_mut().chain(&mut self.ringing).for_each(|follower| follower.level = FLOOR);
        self.gain_db = OnePole::at(0.0);
    }

    fn latency_frames(&self) -> usize {
        0
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        matches!(spec, ProcessorSpec::TransientShaper(_))
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::TransientShaper(spec) = spec else { return };
        self.attack.glide_to(spec.attack_db);
        self.sustain.glide_to(spec.sustain_db);
        self.output.glide_to(db_to_gain(spec.output_db));
        let (onset, ringing) = followers(spec, self.sample_rate_hz);
        for (mine, new) in self.onset.iter_mut().chain(&mut self.ringing).zip(onset.into_iter().chain(ringing)) {
            *mine = Follower { level: mine.level, ..new };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_dsp::PlanarBuffer;

    /// Decaying 300 Hz hits, twice a second.
    fn hits(peak: f64, rate_hz: f64) -> Vec<f64> {
        let period = (0.5 * rate_hz) as usize;
        (0..4 * period)
            .map(|n| {
                let t = (n % period) as f64 / rate_hz;
                peak * (-t / 0.08).exp() * (std::f64::consts::TAU * 300.0 * t).cos()
            })
            .collect()
    }

    fn shape(spec: TransientShaperSpec, input: &[f64], rate_hz: f64) -> Vec<f64> {
        let mut audio = PlanarBuffer::from_channels(&[input]);
        let mut processor = ProcessorSpec::TransientShaper(spec).build(&StreamFormat::new(rate_hz, 1)).unwrap();
        processor.process(&mut audio.block_mut());
        audio.channel(0).to_vec()
    }

    /// Change of level in dB over a stretch of the last hit.
    fn change_db(spec: &TransientShaperSpec, peak: f64, rate_hz: f64, from_ms: f64, to_ms: f64) -> f64 {
        let input = hits(peak, rate_hz);
        let output = shape(spec.clone(), &input, rate_hz);
        let start = 3 * (0.5 * rate_hz) as usize;
        let range = start + (from_ms * 1e-3 * rate_hz) as usize..start + (to_ms * 1e-3 * rate_hz) as usize;
        let power = |x: &[f64]| x[range.clone()].iter().map(|x| x * x).sum::<f64>();
        10.0 * (power(&output) / power(&input)).log10()
    }

    #[test]
    fn attack_and_sustain_move_what_they_should_at_any_level_and_rate() {
        let harder = TransientShaperSpec { attack_db: 9.0, ..TransientShaperSpec::default() };
        let longer = TransientShaperSpec { sustain_db: 9.0, ..TransientShaperSpec::default() };
        for (peak, rate_hz) in [(0.9, 48_000.0), (0.01, 48_000.0), (0.9, 96_000.0), (0.9, 44_100.0)] {
            let (onset, tail) =
                (change_db(&harder, peak, rate_hz, 1.0, 8.0), change_db(&harder, peak, rate_hz, 150.0, 300.0));
            assert!(onset > 4.5 && tail.abs() < 0.5, "attack, {peak} at {rate_hz}: {onset} {tail}");
            let (onset, tail) =
                (change_db(&longer, peak, rate_hz, 1.5, 5.0), change_db(&longer, peak, rate_hz, 150.0, 300.0));
            assert!(onset < 1.0 && tail > 4.0, "sustain, {peak} at {rate_hz}: {onset} {tail}");
        }
        let softer = TransientShaperSpec { attack_db: -9.0, ..TransientShaperSpec::default() };
        assert!(change_db(&softer, 0.9, 48_000.0, 1.0, 8.0) < -4.5);
    }

    #[test]
    fn at_zero_every_bit_passes() {
        let input = hits(0.7, 48_000.0);
        assert!(shape(TransientShaperSpec::default(), &input, 48_000.0) == input);
    }

    #[test]
    fn a_steady_tone_is_left_alone() {
        let input: Vec<f64> = (0..96_000).map(|n| 0.5 * (f64::from(n) * 0.05).sin()).collect();
        let spec = TransientShaperSpec { attack_db: 12.0, sustain_db: -12.0, ..TransientShaperSpec::default() };
        let output = shape(spec, &input, 48_000.0);
        let power = |x: &[f64]| x[48_000..].iter().map(|x| x * x).sum::<f64>();
        let change_db = 10.0 * (power(&output) / power(&input)).log10();
        assert!(change_db.abs() < 1.0, "{change_db}");
    }
}
