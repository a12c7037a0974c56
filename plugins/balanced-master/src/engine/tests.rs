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

/// At rest, the crossovers shift phases, and that is nothing the chain changed.
#[test]
fn difference_of_a_multiband_at_rest_is_silence() {
    let (shared, mut engine, desk) = desk(2);
    set(&shared, "multiband.bypass", 0.0);
    for band in 1..=4 {
        set(&shared, &format!("multiband.bands{band}.ratio"), 1.0);
    }
    set(&shared, "listen", 2.0);
    let mut audio = vec![noise(40_000), noise(40_000)];
    run(&mut engine, &desk, &mut audio, 64);
    let loudest = audio.iter().flatten().fold(0.0f32, |loudest, sample| loudest.max(sample.abs()));
    assert!(loudest < 1e-6, "{:.1} dBFS", 20.0 * loudest.log10());
}

/// Monitoring (side, difference, gain match) is not in a bounce, whether the host tells of it at the activation or with a block.
#[test]
fn a_bounce_holds_nothing_that_is_monitored() {
    let input: Vec<Vec<f32>> = {
        let mono = noise(48_000);
        vec![mono.clone(), mono.iter().enumerate().map(|(n, x)| if n % 2 == 0 { *x } else { 0.1 * x }).collect()]
    };
    let bounce = |monitored: bool, late: bool| {
        let shared = Arc::new(Shared::default());
        let mut engine = Engine::new(shared.clone(), &StreamFormat::new(RATE_HZ, 2), !late);
        let desk = Desk { shared: Some(shared.clone()), latency: Cell::new(None) };
        set(&shared, "limiter.drive_db", 12.0);
        if monitored {
            let choices = [("monitor", 2.0), ("listen", 2.0), ("gain_match", 1.0)];
            choices.into_iter().for_each(|(id, value)| set(&shared, id, value));
        }
        if late {
            // It was played before.
            run(&mut engine, &desk, &mut input.clone(), 256);
            engine.reset();
            engine.set_offline(true);
        }
        let mut audio = input.clone();
        run(&mut engine, &desk, &mut audio, 256);
        audio
    };
    for late in [false, true] {
        assert_eq!(bounce(true, late), bounce(false, late), "late: {late}");
    }
    // In the middle of playback, from the sample on.
    let (shared, mut engine, desk) = desk(2);
    set(&shared, "monitor", 2.0);
    run(&mut engine, &desk, &mut input.clone(), 256);
    engine.set_offline(true);
    let mut audio = input.clone();
    run(&mut engine, &desk, &mut audio, 256);
    assert_ne!(audio[0][0].to_bits(), (-audio[1][0]).to_bits(), "still the side");
    assert_eq!(shared.params.listening(listening::MONITOR), 2.0, "the choice stays for the ears");
}

/// The match neither jumps at a reset nor when a new chain takes over.
#[test]
fn a_match_survives_resets_and_new_chains() {
    let (shared, mut engine, desk) = desk(2);
    shared.editor.pretend_open();
    set(&shared, "limiter.drive_db", 6.0);
    set(&shared, "gain_match", 1.0);
    let play = |engine: &mut Engine, seconds: usize| {
        let mut audio = vec![noise(seconds * 48_000), noise(seconds * 48_000)];
        run(engine, &desk, &mut audio, 256);
        shared.ring.drain(|_| {});
        f32::from_bits(shared.match_gain_db.load(Ordering::Relaxed))
    };
    let settled_db = play(&mut engine, 20);
    assert!((settled_db + 6.0).abs() < 0.3, "{settled_db}");
    engine.reset();
    let after_reset_db = play(&mut engine, 1);
    assert!((after_reset_db - settled_db).abs() < 0.3, "{after_reset_db} after {settled_db}");
    set(&shared, "eq.phase", 1.0);
    for _ in 0..3 {
        let db = play(&mut engine, 1);
        assert!((db - settled_db).abs() < 0.3, "{db} after {settled_db}");
    }
    let memory = engine.memory();
    let mut again = Engine::new(shared.clone(), &StreamFormat::new(RATE_HZ, 2), false);
    again.recall(memory);
    let db = play(&mut again, 1);
    assert!((db - settled_db).abs() < 0.3, "{db} after {settled_db}");
}

/// Gain reduction is that of the audio, whatever buffers the host has.
#[test]
fn gain_reduction_does_not_depend_on_the_buffer() {
    let held = |block: usize| {
        let (shared, mut engine, desk) = desk(2);
        shared.editor.pretend_open();
        set(&shared, "limiter.drive_db", 18.0);
        set(&shared, "multiband.bypass", 0.0);
        let mut meters = crate::meters::Meters::new(RATE_HZ);
        let music = HardMix::ALL[1].render(RATE_HZ, 2.0);
        let mut audio: Vec<Vec<f32>> =
            (0..2).map(|channel| music.channel(channel).iter().map(|x| *x as f32).collect()).collect();
        for start in (0..audio[0].len() / 8192 * 8192).step_by(8192) {
            let mut part: Vec<Vec<f32>> =
                audio.iter_mut().map(|channel| channel[start..start + 8192].to_vec()).collect();
            run(&mut engine, &desk, &mut part, block);
            meters.pull(&shared, |_| {});
        }
        (meters.held_reductions_db, meters.reductions_db)
    };
    let expected = held(64);
    let most = expected.0.iter().copied().fold(0.0, f32::max);
    assert!(most > 3.0, "the limiter works: {most}");
    for block in [1, 480, 512, 2048, 8192] {
        assert_eq!(held(block), expected, "blocks of {block}");
    }
}

/// Loudness and true peak are those of what is delivered, not of what is heard.
#[test]
fn meters_measure_what_is_delivered() {
    let measured = |settings: &[(&str, f64)]| {
        let (shared, mut engine, desk) = desk(2);
        set(&shared, "limiter.drive_db", 9.0);
        settings.iter().for_each(|(id, value)| set(&shared, id, *value));
        let mut audio = vec![noise(96_000), noise(96_000)];
        run(&mut engine, &desk, &mut audio, 480);
        assert!(!shared.editor.is_open());
        (shared.tallies[1].integrated_lufs().expect("it was counted"), shared.true_peak(1))
    };
    let expected = measured(&[]);
    assert!(expected.1 > 0.1, "the true peak counts while the editor is closed: {}", expected.1);
    for monitored in [("monitor", 2.0), ("listen", 1.0), ("listen", 2.0), ("gain_match", 1.0)] {
        assert_eq!(measured(&[monitored]), expected, "{monitored:?}");
    }
    // A bypass is in the bounce too.
    let bypassed = measured(&[("bypass", 1.0)]);
    assert!((expected.0 - bypassed.0 - 9.0).abs() < 0.3, "{bypassed:?} and {expected:?}");
}

/// A host whose background thread takes a while, and that counts what it is asked for.
struct Slow(Worker, Duration, Cell<usize>);

impl Host for Slow {
    fn rebuild(&self) {
        self.2.set(self.2.get() + 1);
        std::thread::sleep(self.1 / 8);
        self.0.rebuild();
    }
    fn collect(&self) {
        self.0.collect();
    }
    fn latency_changed(&self, _frames: usize) {}
}

/// A host that is faster than real time without saying so hears a new chain at the same sample in every render.
#[test]
fn renders_of_a_fast_host_are_alike() {
    let render = |delay_ms: u64| {
        let shared = Arc::new(Shared::default());
        let mut engine = Engine::new(shared.clone(), &StreamFormat::new(RATE_HZ, 1), false);
        let host = Slow(Worker::start(shared.clone()), Duration::from_millis(delay_ms), Cell::new(0));
        let mut audio = noise(96_000);
        for (number, block) in audio.chunks_mut(480).enumerate() {
            if number == 20 {
                set(&shared, "eq.phase", 1.0);
                set(&shared, "eq.bands3.gain_db", 6.0);
            }
            engine.process(&mut [block], &host);
        }
        assert_eq!(host.2.get(), 1, "one change needs one chain");
        audio
    };
    let first = render(0);
    for delay_ms in [40, 0, 160] {
        let again = render(delay_ms);
        let differs = first.iter().zip(&again).position(|(a, b)| a != b);
        assert_eq!(differs, None, "{delay_ms} ms");
    }
}

/// A change before the first block after a reset is in effect from its first sample on.
#[test]
fn the_first_block_after_a_reset_has_the_new_chain() {
    let render = |late: bool| {
        let (shared, mut engine, desk) = desk(1);
        if late {
            run(&mut engine, &desk, &mut [noise(4800)], 480);
            engine.reset();
        }
        let mut rack = shared.params.rack();
        rack.entries.reverse();
        shared.params.set_rack(rack);
        set(&shared, "eq.phase", 1.0);
        set(&shared, "limiter.drive_db", 9.0);
        let mut audio = vec![noise(30_000)];
        run(&mut engine, &desk, &mut audio, 480);
        audio
    };
    assert_eq!(render(true), render(false));
}

/// Sound after the input has ended lies within the tail that is told, but for what 16 bits do not hold.
#[test]
fn the_tail_holds_what_comes_after_the_end() {
    for settings in [
        &[][..],
        &[("eq.bands1.enabled", 1.0), ("eq.bands1.slope_db_per_octave", 96.0)],
        &[("eq.bands3.frequency_hz", 20.0), ("eq.bands3.gain_db", 18.0), ("eq.bands3.q", 20.0)],
        &[("multiband.bypass", 0.0), ("eq.phase", 1.0)],
    ] {
        let (shared, mut engine, desk) = desk(2);
        settings.iter().for_each(|(id, value)| set(&shared, id, *value));
        let mut audio = vec![noise(48_000), noise(48_000)];
        run(&mut engine, &desk, &mut audio, 480);
        let tail = engine.tail_frames();
        assert!(tail > engine.latency_frames() && tail < 11 * 48_000, "{tail}");
        let mut rest = vec![vec![0.0f32; 12 * 48_000]; 2];
        run(&mut engine, &desk, &mut rest, 480);
        let last = (0..rest[0].len()).rev().find(|frame| rest[0][*frame].abs() > 2f32.powi(-16)).unwrap_or(0);
        assert!(last < tail, "{settings:?}: sound until {last}, a tail of {tail}");
    }
}

/// Limiter and dither have no dry share, which would break the ceiling: whatever an old project says.
#[test]
fn the_ceiling_holds_with_an_old_mix() {
    let (shared, mut engine, desk) = desk(2);
    set(&shared, "limiter.mix", 0.2);
    set(&shared, "dither.mix", 0.2);
    set(&shared, "gain.gain_db", 24.0);
    let mut audio = vec![noise(48_000), noise(48_000)];
    run(&mut engine, &desk, &mut audio, 480);
    let peak = audio.iter().flatten().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    assert!(peak <= 10f32.powf(-1.0 / 20.0) && peak > 0.3, "{peak}");
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
