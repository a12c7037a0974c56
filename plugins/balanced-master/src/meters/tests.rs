use super::*;

const RATE_HZ: f64 = 48_000.0;

/// Sends a stereo signal through the ring, with half the amplitude after the chain.
fn measure(seconds: f64, signal: impl Fn(usize) -> [f64; 2]) -> Meters {
    let shared = Shared::default();
    let mut meters = Meters::new(RATE_HZ);
    let frames = (seconds * RATE_HZ) as usize;
    for start in (0..frames).step_by(512) {
        let block: Vec<[f64; 2]> = (start..(start + 512).min(frames)).map(&signal).collect();
        for lane in 0..LANES {
            let gain = if lane < 2 { 1.0 } else { 0.5 };
            shared.ring.put(lane, &block.iter().map(|frame| gain * frame[lane % 2]).collect::<Vec<f64>>());
        }
        shared.ring.commit(block.len());
        for (side, gain) in [1.0, 0.5].into_iter().enumerate() {
            let highest = block.iter().flatten().fold(0.0f64, |highest, sample| highest.max(sample.abs()));
            shared.note_peak(side, gain * highest);
        }
        meters.pull(&shared, |_| {});
    }
    meters
}

/// EBU Tech 3341, signal 1: a stereo sine at 1 kHz and -23 dBFS reads -23 LUFS, here before the chain, and -29 after
/// it.
#[test]
fn loudness_and_peaks_read_the_reference_tone() {
    let amplitude = 10f64.powf(-23.0 / 20.0);
    let meters = measure(8.0, |n| [amplitude * (std::f64::consts::TAU * 1000.0 * n as f64 / RATE_HZ).sin(); 2]);
    for (side, level) in [(&meters.input, -23.0), (&meters.output, -23.0 - 6.0206)] {
        for lufs in [side.momentary_lufs(), side.short_term_lufs()] {
            assert!((lufs.unwrap() - level).abs() < 0.1, "{lufs:?} is not {level}");
        }
        assert!((side.true_peak_dbtp().unwrap() - level).abs() < 0.05);
        assert!(side.psr_lu().unwrap().abs() < 0.15);
    }
    assert!((meters.correlation().unwrap() - 1.0).abs() < 1e-6);
}

#[test]
fn the_spectrum_shows_a_tone_where_it_is() {
    let meters = measure(1.0, |n| [0.5 * (std::f64::consts::TAU * 1000.0 * n as f64 / RATE_HZ).sin(); 2]);
    let levels = &meters.input.spectrum.level_db;
    let highest = (0..POINTS).max_by(|a, b| levels[*a].total_cmp(&levels[*b])).unwrap();
    assert!((point_hz(highest) / 1000.0).log2().abs() < 0.06, "{} Hz", point_hz(highest));
    assert!((levels[highest] + 6.0).abs() < 1.5, "{} dB", levels[highest]);
}

#[test]
fn opposite_channels_have_correlation_minus_one() {
    let meters = measure(1.0, |n| {
        let sample = 0.3 * (n as f64 * 0.05).sin();
        [sample, -sample]
    });
    assert!((meters.correlation().unwrap() + 1.0).abs() < 1e-6);
}

/// The host stops: bars, loudness and gain reduction fall by the clock instead of freezing.
#[test]
fn meters_fall_when_no_audio_comes() {
    let shared = Shared::default();
    let mut meters = Meters::new(RATE_HZ);
    for start in (0..48_000).step_by(512) {
        let tone: Vec<f64> = (start..start + 512).map(|n| 0.5 * (n as f64 * 0.1).sin()).collect();
        (0..LANES).for_each(|lane| shared.ring.put(lane, &tone));
        shared.ring.commit(512);
        (0..COUNT).for_each(|module| shared.reductions.put(module, &[3.0]));
        shared.reductions.commit(1);
        meters.pull(&shared, |_| {});
    }
    assert!(meters.output.bars[0] > 0.4 && meters.reductions_db[0] == 3.0 && meters.is_moving());
    let since = Instant::now();
    while meters.is_moving() {
        assert!(since.elapsed() < Duration::from_secs(20), "they never come to rest");
        std::thread::sleep(Duration::from_millis(16));
        meters.pull(&shared, |_| panic!("silence that was not played is not heard"));
    }
    assert!(meters.output.bars[0] < 1e-3 && meters.reductions_db[0] == 0.0);
    assert!(meters.output.momentary_lufs().is_none());
    assert_eq!(meters.held_reductions_db[0], 3.0);
}
