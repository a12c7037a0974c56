use super::*;
use balanced_dsp::Random;
use balanced_testkit::mixes::HardMix;
use balanced_testkit::oracle::true_peak_32x_dbtp;
use std::cell::Cell;

const RATE_HZ: f64 = 48_000.0;

/// A host that does background work on the calling thread.
#[derive(Default)]
struct Desk {
    shared: Option<Arc<Shared>>,
    latency: Cell<Option<usize>>,
}

impl Host for Desk {
    fn rebuild(&self) {
        self.shared.iter().for_each(|shared| shared.rebuild());
    }
    fn collect(&self) {
        self.shared.iter().for_each(|shared| shared.collect());
    }
    fn latency_changed(&self, frames: usize) {
        self.latency.set(Some(frames));
    }
}

fn desk(channels: usize) -> (Arc<Shared>, Engine, Desk) {
    let shared = Arc::new(Shared::default());
    let engine = Engine::new(shared.clone(), &StreamFormat::new(RATE_HZ, channels), false);
    let desk = Desk { shared: Some(shared.clone()), latency: Cell::new(None) };
    (shared, engine, desk)
}

fn noise(frames: usize) -> Vec<f32> {
    let mut random = Random::new(3, 0);
    (0..frames).map(|_| 0.2 * random.centred() as f32).collect()
}

fn run(engine: &mut Engine, desk: &Desk, channels: &mut [Vec<f32>], block: usize) {
    let frames = channels[0].len();
    let mut start = 0;
    while start < frames {
        let end = (start + block).min(frames);
        let mut slices: Vec<&mut [f32]> = channels.iter_mut().map(|channel| &mut channel[start..end]).collect();
        engine.process(&mut slices, desk);
        start = end;
    }
}

fn set(shared: &Shared, id: &str, value: f64) {
    shared.params.knob(id).unwrap_or_else(|| panic!("{id}")).restore(value);
}

#[test]
fn a_fresh_instance_is_a_delay_to_the_bit() {
    let (_, mut engine, desk) = desk(2);
    let input = noise(20_000);
    let mut audio = vec![input.clone(), input.iter().map(|x| -x).collect()];
    run(&mut engine, &desk, &mut audio, 333);
    let latency = engine.latency_frames();
    assert!(latency > 0);
    assert_eq!(audio[0][latency..], input[..input.len() - latency]);
}

#[test]
fn low_latency_is_under_64_frames_with_every_module_in_the_rack() {
    let (shared, engine, _) = desk(2);
    assert!(engine.latency_frames() > 1000);
    let mut rack = shared.params.rack();
    rack.entries =
        crate::params::module::MODULES.iter().map(|m| crate::params::rack::Entry::Module(m.kind.to_owned())).collect();
    shared.params.set_rack(rack);
    set(&shared, "eq.phase", 1.0);
    set(&shared, "multiband.phase", 1.0);
    set(&shared, "compressor.lookahead_ms", 5.0);
    set(&shared, "latency", 1.0);
    for rate_hz in [44_100.0, 48_000.0, 96_000.0, 192_000.0] {
        let engine = Engine::new(shared.clone(), &StreamFormat::new(rate_hz, 2), false);
        assert!(engine.latency_frames() < 64, "{rate_hz} Hz: {} frames", engine.latency_frames());
    }
}

/// Checks that the output has no jump at every change that needs a new chain.
#[test]
fn one_chain_gives_way_to_the_next_without_a_click() {
    let (shared, mut engine, desk) = desk(1);
    let tone = |n: usize| (0.25 * (std::f64::consts::TAU * 100.0 * n as f64 / RATE_HZ).sin()) as f32;
    let mut at = 0;
    let mut last = 0.0f32;
    let mut steepest = 0.0f32;
    let mut seconds = |engine: &mut Engine, seconds: f64, steepest: &mut f32| {
        let frames = (seconds * RATE_HZ) as usize;
        let mut audio = vec![(at..at + frames).map(tone).collect::<Vec<f32>>()];
        at += frames;
        run(engine, &desk, &mut audio, 128);
        for sample in &audio[0] {
            *steepest = steepest.max((sample - last).abs());
            last = *sample;
        }
    };
    seconds(&mut engine, 0.5, &mut steepest);
    steepest = 0.0;
    seconds(&mut engine, 0.5, &mut steepest);
    let calm = steepest;
    for (id, value) in [("eq.phase", 1.0), ("latency", 1.0), ("latency", 0.0), ("multiband.band_count", 5.0)] {
        set(&shared, id, value);
        steepest = 0.0;
        seconds(&mut engine, 1.0, &mut steepest);
        // Two tones of different phase in a crossfade are steeper than one, by less than half.
        assert!(steepest < 1.5 * calm, "{id}: {steepest} after {calm}");
    }
    let mut rack = shared.params.rack();
    rack.entries.reverse();
    shared.params.set_rack(rack);
    steepest = 0.0;
    seconds(&mut engine, 1.0, &mut steepest);
    assert!(steepest < 1.5 * calm, "reorder: {steepest} after {calm}");
}

#[test]
fn latency_is_told_when_it_changes_and_bypass_is_as_late() {
    let (shared, mut engine, desk) = desk(2);
    let before = engine.latency_frames();
    set(&shared, "eq.phase", 1.0);
    let input = noise(60_000);
    run(&mut engine, &desk, &mut [input.clone(), input.clone()], 256);
    let after = engine.latency_frames();
    assert!(after > before + 4000);
    assert_eq!(desk.latency.get(), Some(after));
    set(&shared, "bypass", 1.0);
    engine.reset();
    let mut audio = vec![input.clone(), input.clone()];
    run(&mut engine, &desk, &mut audio, 256);
    assert_eq!(audio[0][after..], input[..input.len() - after]);
}

#[test]
fn a_bounce_waits_for_its_chain() {
    let shared = Arc::new(Shared::default());
    let mut engine = Engine::new(shared.clone(), &StreamFormat::new(RATE_HZ, 1), true);
    let desk = Desk { shared: Some(shared.clone()), latency: Cell::new(None) };
    set(&shared, "eq.phase", 1.0);
    let input = noise(30_000);
    let mut first = vec![input.clone()];
    run(&mut engine, &desk, &mut first, 512);
    let mut second = Engine::new(shared.clone(), &StreamFormat::new(RATE_HZ, 1), true);
    let mut again = vec![input];
    run(&mut second, &desk, &mut again, 512);
    assert_eq!(first, again, "set before the first block is as good as set before activation");
}

#[test]
fn difference_is_what_the_chain_changed() {
    let (shared, mut engine, desk) = desk(2);
    set(&shared, "gain.gain_db", -6.0);
    set(&shared, "listen", 2.0);
    let input = noise(10_000);
    let mut audio = vec![input.clone(), input.clone()];
    run(&mut engine, &desk, &mut audio, 64);
    let (latency, gain) = (engine.latency_frames(), 10f64.powf(-6.0 / 20.0) - 1.0);
    for (out, source) in audio[1][latency..].iter().zip(&input) {
        assert!((f64::from(*out) - gain * f64::from(*source)).abs() < 1e-6);
    }
}

#[test]
fn mono_and_side_are_heard_alone() {
    let (shared, mut engine, desk) = desk(2);
    set(&shared, "monitor", 2.0);
    let input = noise(10_000);
    let mut audio = vec![input.clone(), input.clone()];
    run(&mut engine, &desk, &mut audio, 64);
    assert!(audio.iter().flatten().all(|sample| *sample == 0.0), "the side of a mono signal is silence");
}

/// Checks saturator, clipper and limiter together: the true peak stays under the ceiling, and saturator and clipper
/// have an audible effect.
#[test]
fn low_latency_holds_the_true_peak_with_everything_at_work() {
    for rate_hz in [44_100.0, 48_000.0, 96_000.0] {
        let play = |settings: &[(&str, f64)]| {
            let shared = low_latency_rack(settings);
            let mut engine = Engine::new(shared.clone(), &StreamFormat::new(rate_hz, 2), true);
            let desk = Desk { shared: Some(shared), latency: Cell::new(None) };
            let music = HardMix::ALL[1].render(rate_hz, 2.0);
            let mut audio: Vec<Vec<f32>> =
                (0..2).map(|channel| music.channel(channel).iter().map(|x| *x as f32).collect()).collect();
            run(&mut engine, &desk, &mut audio, 128);
            let heard: Vec<Vec<f64>> =
                audio.iter().map(|channel| channel.iter().map(|x| f64::from(*x)).collect()).collect();
            PlanarBuffer::from_channels(&heard)
        };
        let plain = play(&[("saturator.bypass", 1.0), ("clipper.bypass", 1.0)]);
        let all = play(&[]);
        for heard in [&plain, &all] {
            let over_db = true_peak_32x_dbtp(heard) + 1.0;
            println!("{rate_hz} Hz: {over_db:.4} dB over");
            assert!(over_db <= 0.0 && over_db > -1.0, "{rate_hz} Hz: {over_db}");
        }
        let power = |x: &PlanarBuffer| x.channel(0).iter().map(|x| x * x).sum::<f64>();
        let changed: f64 = plain.channel(0).iter().zip(all.channel(0)).map(|(a, b)| (a - b) * (a - b)).sum();
        assert!(changed > 1e-3 * power(&plain), "saturator and clipper do nothing: {changed}");
    }
}

/// Creates a rack of all modules, all on, with saturator, clipper and limiter driven.
fn low_latency_rack(settings: &[(&str, f64)]) -> Arc<Shared> {
    let shared = Arc::new(Shared::default());
    let mut rack = shared.params.rack();
    rack.entries =
        crate::params::module::MODULES.iter().map(|m| crate::params::rack::Entry::Module(m.kind.to_owned())).collect();
    shared.params.set_rack(rack);
    for module in crate::params::module::MODULES {
        set(&shared, &format!("{}.bypass", module.kind), 0.0);
    }
    let work = [
        ("latency", 1.0),
        ("saturator.drive_db", 9.0),
        ("clipper.drive_db", 3.0),
        ("limiter.drive_db", 6.0),
        ("dither.bypass", 1.0),
        // It stands behind the limiter here, and a filter changes peaks.
        ("dehum.bypass", 1.0),
    ];
    work.iter().chain(settings).for_each(|(id, value)| set(&shared, id, *value));
    shared
}

/// Compares the reported latency with the position of an impulse in the output.
#[test]
fn low_latency_is_that_of_a_measured_impulse() {
    for rate_hz in [44_100.0, 48_000.0, 88_200.0, 96_000.0, 176_400.0, 192_000.0] {
        // Modules that shift phases stay bypassed; their latency is 0.
        let quiet = [
            ("saturator.drive_db", 0.0),
            ("clipper.drive_db", 0.0),
            ("limiter.drive_db", 0.0),
            ("multiband.bypass", 1.0),
        ];
        let shared = low_latency_rack(&quiet);
        let mut engine = Engine::new(shared.clone(), &StreamFormat::new(rate_hz, 2), true);
        let desk = Desk { shared: Some(shared), latency: Cell::new(None) };
        let mut impulse = vec![0.0; 4096];
        impulse[1000] = 0.1;
        let mut audio = vec![impulse.clone(), impulse];
        run(&mut engine, &desk, &mut audio, 77);
        let highest = (0..4096).max_by(|a, b| audio[0][*a].abs().total_cmp(&audio[0][*b].abs())).expect("some");
        assert_eq!(highest - 1000, engine.latency_frames(), "{rate_hz} Hz");
        assert!((1..64).contains(&engine.latency_frames()), "{rate_hz} Hz");
    }
}

/// Checks that loudness is integrated while the window is closed, with EBU Tech 3341, signal 3: the quiet ends are
/// gated.
#[test]
fn loudness_is_integrated_while_the_editor_is_closed() {
    for channels in [1, 2] {
        let (shared, mut engine, desk) = desk(channels);
        set(&shared, "gain.gain_db", -6.0);
        set(&shared, "gain.bypass", 0.0);
        shared.is_playing.store(true, Ordering::Relaxed);
        let mut at = 0;
        for (level_dbfs, seconds) in [(-36.0, 10.0), (-23.0, 20.0), (-36.0, 10.0)] {
            let amplitude = 10f64.powf(level_dbfs / 20.0);
            let frames = (seconds * RATE_HZ) as usize;
            let tone = |n: usize| (amplitude * (std::f64::consts::TAU * 1000.0 * n as f64 / RATE_HZ).sin()) as f32;
            let mut audio = vec![(at..at + frames).map(tone).collect::<Vec<f32>>(); channels];
            at += frames;
            run(&mut engine, &desk, &mut audio, 128);
        }
        assert!(!shared.editor.is_open());
        let [before, after] = [0, 1].map(|side| shared.tallies[side].integrated_lufs().expect("it was counted"));
        assert!((before + 23.0).abs() < 0.1 && (after + 29.0).abs() < 0.1, "{channels}: {before}, {after}");
        assert!((shared.tallies[1].range_lu().expect("it was counted") - 13.0).abs() < 0.3);
        // Restarting playback restarts the measurement.
        for is_playing in [false, true] {
            shared.is_playing.store(is_playing, Ordering::Relaxed);
            run(&mut engine, &desk, &mut vec![vec![0.0; 512]; channels], 128);
            assert_eq!(shared.tallies[1].integrated_lufs().is_some(), !is_playing);
        }
    }
}

/// Checks unusual rates, which validators try: the audio is passed unchanged, and its loudness is a number or absent.
#[test]
fn odd_rates_pass_the_audio_on() {
    for rate_hz in [1.0, 99.9, 1234.5678, 3000.0, 12_345.678, 123_456.78, 1_234_567.8] {
        let shared = Arc::new(Shared::default());
        let mut engine = Engine::new(shared.clone(), &StreamFormat::new(rate_hz, 2), false);
        let desk = Desk { shared: Some(shared.clone()), latency: Cell::new(None) };
        let input = noise(20_000);
        let mut audio = vec![input.clone(), input.clone()];
        run(&mut engine, &desk, &mut audio, 128);
        assert!(audio.iter().flatten().all(|sample| sample.is_finite()), "{rate_hz} Hz");
        if shared.problem().is_some() {
            assert_eq!(audio[0], input, "{rate_hz} Hz");
        }
        for tally in &shared.tallies {
            assert!(tally.integrated_lufs().is_none_or(|lufs| lufs.is_finite() && lufs < 20.0), "{rate_hz} Hz");
        }
    }
}
