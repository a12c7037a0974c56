//! Readings with and without a limit to the work, and the limit.

use balanced_testkit::music::{Style, limit, render};
use balanced_testkit::named::Signal;
use balanced_testkit::peak_signals::hard_signals;

use super::channel::{ChannelPeak, Kernels};
use super::effort::Effort;

const FRAMES: usize = 48_000;
const INTERVAL_FRAMES: usize = 4800;
/// What one run can take: 128 candidates and a neighbour, each 11 points of the search filter and 12 of the fine one.
const MOST_OF_A_RUN: i64 = 129 * (11 + 8 * 12);
/// Signals that reach so near half the rate that candidates miss what the whole run shows.
const NEAR_HALF_THE_RATE: [&str; 4] =
    ["sine 0.49 fs", "Nyquist alternation", "faded alternation", "square of 6 frames"];

/// The overall peak and its time, then the peaks of intervals; and the largest debt of work.
fn measure(samples: &[f64], effort: Effort) -> (Vec<f64>, i64) {
    let (kernels, mut channel) = (Kernels::new(), ChannelPeak::new());
    channel.effort = effort;
    let (mut intervals, mut debt) = (Vec::new(), 0);
    for interval in samples.chunks(INTERVAL_FRAMES) {
        channel.process(&kernels, interval);
        intervals.push(std::mem::take(&mut channel.interval));
        debt = debt.max(channel.effort.debt());
    }
    channel.flush(&kernels);
    intervals.push(channel.interval);
    let overall = [channel.overall.amplitude, channel.overall.at_frames];
    (overall.into_iter().chain(intervals).collect(), debt)
}

/// Asserts that peaks but the last changed by -0.001 dB to `most_db` at most.
fn assert_close(name: &str, limited: &[f64], all: &[f64], most_db: f64) {
    // The second value is a time: of equal maxima another may be the first. The last is the end of a slope, whose highest
    // point half a sample before may count for either interval.
    let peaks = limited.iter().zip(all).enumerate().filter(|(index, _)| *index != 1 && *index + 1 != all.len());
    for (index, (limited, all)) in peaks {
        let change_db = if limited == all { 0.0 } else { 20.0 * (limited / all).log10() };
        assert!((-0.001..=most_db).contains(&change_db), "{name}, peak {index}: {change_db:+.5} dB");
    }
}

#[test]
fn music_and_noise_keep_every_bit() {
    let assert_equal = |samples: &[f64]| {
        assert_eq!(measure(samples, Effort::new()), measure(samples, Effort::endless()));
    };
    for style in Style::ALL {
        let mut take = render(style, 48_000.0, 4.0, 3);
        assert_equal(take.audio.channel(0));
        limit(&mut take.audio, 48_000.0, 12.0, -0.1);
        let samples = take.audio.channel(0);
        if matches!(style, Style::Bass) {
            // A bass alone, limited by 12 dB, is a tone without end.
            let [(limited, _), (all, _)] = [Effort::new(), Effort::endless()].map(|effort| measure(samples, effort));
            assert_close("bass", &limited, &all, 0.001);
        } else {
            assert_equal(samples);
        }
    }
    let noises = hard_signals(FRAMES).into_iter().filter(|signal| signal.name.ends_with("noise"));
    noises.for_each(|signal| assert_equal(&signal.samples));
}

#[test]
fn hard_signals_read_the_same_to_a_thousandth_of_a_db() {
    for Signal { name, samples } in hard_signals(FRAMES) {
        let [(limited, _), (all, _)] = [Effort::new(), Effort::endless()].map(|effort| measure(&samples, effort));
        let most_db = if NEAR_HALF_THE_RATE.contains(&&*name) { f64::INFINITY } else { 0.001 };
        assert_close(&name, &limited, &all, most_db);
    }
}

#[test]
fn no_signal_takes_more_than_its_allowance_and_a_run() {
    let mut limited = 0;
    for Signal { name, samples } in hard_signals(FRAMES) {
        let (_, debt) = measure(&samples, Effort::new());
        assert!(debt <= MOST_OF_A_RUN, "{name}: {debt}");
        limited += usize::from(debt > 0);
    }
    assert!(limited > 10, "{limited} signals use it up");
}
