//! The loudness meter against EBU Tech 3341, Tech 3342 and ITU-R BS.2217.

use balanced_dsp::loudness::LoudnessMeter;
use balanced_testkit::loudness_signals::{Reading, Signal, bs2217, tech3341_dynamic, tech3341_static, tech3342};

const RATES_HZ: [f64; 4] = [44_100.0, 48_000.0, 96_000.0, 192_000.0];
/// EBU Tech 3341, table 1; BS.2217.
const TOLERANCE_LU: f64 = 0.1;
/// EBU Tech 3342, table 1.
const RANGE_TOLERANCE_LU: f64 = 1.0;

/// Everything a reader of the meter sees, every 10 ms.
struct Log {
    meter: LoudnessMeter,
    /// End of the step, momentary, short-term, their maxima.
    steps: Vec<(f64, [Option<f64>; 4])>,
}

fn listen(signal: &Signal, rate_hz: f64) -> Log {
    let mut log = Log { meter: LoudnessMeter::new(&signal.format(rate_hz)), steps: Vec::new() };
    let (step, second) = ((rate_hz / 100.0) as usize, rate_hz as usize);
    for start in (0..signal.frames(rate_hz)).step_by(second) {
        let part = signal.render(rate_hz, start..(start + second).min(signal.frames(rate_hz)));
        for at in (0..part.frames()).step_by(step) {
            let end = (at + step).min(part.frames());
            log.meter.process(part.block().slice(at..end));
            let meter = &log.meter;
            let readings = [
                meter.momentary_lufs(),
                meter.short_term_lufs(),
                meter.max_momentary_lufs(),
                meter.max_short_term_lufs(),
            ];
            log.steps.push(((start + end) as f64 / rate_hz, readings));
        }
    }
    log
}

fn near(what: &str, got: Option<f64>, expected: f64, tolerance: f64) {
    let close = got.is_some_and(|got| (got - expected).abs() <= tolerance);
    assert!(close, "{what}: {got:?} is not {expected}");
}

fn check(signal: &Signal, rate_hz: f64) {
    let log = listen(signal, rate_hz);
    let what = format!("{} at {rate_hz} Hz", signal.name);
    let from = |time_s: f64| log.steps.iter().filter(move |(end_s, _)| *end_s >= time_s - 1e-6);
    for reading in &signal.readings {
        let at = |time_s: f64| log.steps.iter().rev().find(|(end_s, _)| *end_s <= time_s + 1e-6).map(|step| step.1);
        match *reading {
            Reading::Integrated(lufs) => near(&what, log.meter.integrated_lufs(), lufs, TOLERANCE_LU),
            Reading::NoLoudness => assert_eq!(log.meter.integrated_lufs(), None, "{what}"),
            Reading::MomentaryFrom(s, lufs) => from(s).for_each(|step| near(&what, step.1[0], lufs, TOLERANCE_LU)),
            Reading::ShortTermFrom(s, lufs) => from(s).for_each(|step| near(&what, step.1[1], lufs, TOLERANCE_LU)),
            Reading::MaxMomentaryBy(s, lufs) => near(&what, at(s).and_then(|r| r[2]), lufs, TOLERANCE_LU),
            Reading::MaxShortTermBy(s, lufs) => near(&what, at(s).and_then(|r| r[3]), lufs, TOLERANCE_LU),
            Reading::Range(lu) => near(&what, log.meter.range_lu(), lu, RANGE_TOLERANCE_LU),
        }
    }
    assert!(!signal.readings.is_empty() && !log.steps.is_empty());
}

fn check_all(signals: &[Signal]) {
    for rate_hz in RATES_HZ {
        signals.iter().for_each(|signal| check(signal, rate_hz));
    }
}

#[test]
fn tech_3341_levels_gates_and_surround() {
    check_all(&tech3341_static());
}

#[test]
fn tech_3341_windows_and_maxima() {
    check_all(&tech3341_dynamic());
}

#[test]
fn tech_3342_range() {
    check_all(&tech3342());
}

#[test]
fn bs_2217_tones_channels_and_gates() {
    check_all(&bs2217());
}

#[test]
fn a_full_scale_tone_in_one_channel_reads_as_the_standard_says() {
    // BS.1770-5 Annex 1: 997 Hz, 0 dBFS, one front channel: -3.01 LKFS. A 10 ms grid at 22.05 kHz has uneven hops.
    for rate_hz in [22_050.0, 44_100.0, 48_000.0, 47_952.05, 88_200.0, 192_000.0, 384_000.0] {
        let mut meter = LoudnessMeter::new(&balanced_dsp::StreamFormat::new(rate_hz, 1));
        let tone = |i: usize| (std::f64::consts::TAU * 997.0 * i as f64 / rate_hz).sin();
        let tone: Vec<f64> = (0..(4.0 * rate_hz) as usize).map(tone).collect();
        meter.process(balanced_dsp::Block::new(&tone, 1, tone.len(), tone.len()));
        for reading in [meter.integrated_lufs(), meter.momentary_lufs(), meter.short_term_lufs()] {
            near(&format!("{rate_hz}"), reading, -3.01, if rate_hz < 44_100.0 { 0.06 } else { 0.01 });
        }
    }
}

#[test]
fn a_bad_sample_does_not_spoil_what_follows_and_reset_forgets() {
    let signal = &tech3341_static()[0];
    let audio = signal.render(48_000.0, 0..5 * 48_000);
    let mut meter = LoudnessMeter::new(&signal.format(48_000.0));
    let mut spoilt = audio.clone();
    spoilt.channel_mut(0)[1000] = f64::NAN;
    spoilt.channel_mut(1)[2000] = f64::INFINITY;
    meter.process(spoilt.block());
    near("after NaN", meter.short_term_lufs(), -23.0, 0.1);
    near("after NaN", meter.integrated_lufs(), -23.0, 0.1);
    meter.reset();
    assert_eq!((meter.integrated_lufs(), meter.momentary_lufs(), meter.max_short_term_lufs()), (None, None, None));
    meter.process(audio.block());
    let mut fresh = LoudnessMeter::new(&signal.format(48_000.0));
    fresh.process(audio.block());
    assert_eq!(meter.integrated_lufs(), fresh.integrated_lufs());
}
