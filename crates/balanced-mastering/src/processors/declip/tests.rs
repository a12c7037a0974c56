//! Tops come back; what was not clipped is left alone.

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_testkit::allocations::count;
use balanced_testkit::corpus::Player;
use balanced_testkit::music::Style;

use super::*;
use crate::processors::lined_up::lined_up;

const RATE_HZ: f64 = 44_100.0;

fn run(input: &PlanarBuffer, threshold_dbfs: f64, frames: usize) -> PlanarBuffer {
    lined_up(&ProcessorSpec::Declip(DeclipSpec { threshold_dbfs }), RATE_HZ, input, frames)
}

/// A take whose peak is clipped by `db`, rounded to 24 bits, and the level of the cut.
fn clipped(clean: &PlanarBuffer, db: f64) -> (PlanarBuffer, f64) {
    let samples = |channel: usize| clean.channel(channel).iter();
    let peak = (0..clean.channels()).flat_map(samples).fold(0f64, |peak, x| peak.max(x.abs()));
    let level = peak * db_to_gain(-db);
    let cut = |x: &f64| (x.clamp(-level, level) * 8_388_608.0).round() / 8_388_608.0;
    let channels: Vec<Vec<f64>> = (0..clean.channels()).map(|channel| samples(channel).map(cut).collect()).collect();
    (PlanarBuffer::from_channels(&channels), level)
}

fn snr_db(clean: &PlanarBuffer, other: &PlanarBuffer) -> f64 {
    let pairs = || (0..clean.channels()).flat_map(|channel| clean.channel(channel).iter().zip(other.channel(channel)));
    let (power, error) = pairs().fold((0.0, 0.0), |(p, e), (x, y)| (p + x * x, e + (x - y) * (x - y)));
    10.0 * (power / error.max(1e-30)).log10()
}

fn level_dbfs(level: f64) -> f64 {
    20.0 * level.log10()
}

#[test]
fn clipped_music_comes_nearer_to_what_it_was() {
    let (mut gained_db, mut takes) = (0.0, 0);
    for player in Player::all() {
        let clean = player.render(RATE_HZ, 4.0, 7);
        for db in [3.0, 6.0] {
            let (cut, level) = clipped(&clean, db);
            let output = run(&cut, level_dbfs(level), 4096);
            let (before_db, after_db) = (snr_db(&clean, &cut), snr_db(&clean, &output));
            assert!(after_db > before_db - 0.5, "{} by {db} dB: {before_db} to {after_db}", player.name());
            gained_db += after_db - before_db;
            takes += 1;
        }
    }
    let mean_db = gained_db / f64::from(takes);
    assert!(mean_db > 2.0, "{mean_db} dB");
}

#[test]
fn restored_samples_lie_beyond_the_cut_on_its_side_and_others_are_untouched() {
    let clean = Player::Style(Style::Band).render(RATE_HZ, 4.0, 7);
    let (cut, level) = clipped(&clean, 6.0);
    let output = run(&cut, level_dbfs(level), 4096);
    let mut raised = 0;
    for channel in 0..2 {
        for (before, after) in cut.channel(channel).iter().zip(output.channel(channel)) {
            if before != after {
                raised += 1;
                assert!(before.abs() > level * 0.999 && after / before >= 1.0, "{before} became {after}");
            }
        }
    }
    assert!(raised > 100, "{raised}");
}

#[test]
fn crests_and_square_waves_pass_bit_by_bit() {
    let sine: Vec<f64> = (0..44_100).map(|n| 0.5 * (f64::from(n) * 0.006).sin()).collect();
    let square: Vec<f64> = (0..44_100).map(|n| if n / 200 % 2 == 0 { 0.5 } else { -0.5 }).collect();
    for samples in [sine, square] {
        let audio = PlanarBuffer::from_channels(&[samples]);
        let output = run(&audio, level_dbfs(0.5), 1024);
        assert!(output.channel(0) == audio.channel(0));
    }
}

#[test]
fn repairs_do_not_allocate_and_do_not_depend_on_blocks() {
    let (mut cut, level) = clipped(&Player::Style(Style::Band).render(RATE_HZ, 1.0, 7), 9.0);
    let threshold_dbfs = level_dbfs(level);
    let whole = run(&cut, threshold_dbfs, cut.frames());
    assert!(whole.channel(0) != cut.channel(0));
    for frames in [7, 1000] {
        let output = run(&cut, threshold_dbfs, frames);
        assert!((0..2).all(|channel| output.channel(channel) == whole.channel(channel)), "{frames}");
    }
    let format = StreamFormat::new(RATE_HZ, 2);
    let mut processor = ProcessorSpec::Declip(DeclipSpec { threshold_dbfs }).build(&format).unwrap();
    assert_eq!(count(|| processor.process(&mut cut.block_mut())), 0);
}
