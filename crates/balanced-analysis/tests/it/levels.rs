//! Loudness and dynamics of whole programmes against standards, the `ebur128` crate and published vectors.

use std::f64::consts::TAU;

use balanced_analysis::Analyzer;
use balanced_dsp::{Block, PlanarBuffer, StreamFormat};
use balanced_model::{AnalysisConfig, Family, Measurements};
use balanced_testkit::loudness_signals::{Reading, Signal, bs2217, tech3341_dynamic, tech3341_static, tech3342};
use balanced_testkit::music::{Rng, Style, limit, render};
use balanced_testkit::oracle::true_peak_32x;
use ebur128::{EbuR128, Mode};
use proptest::prelude::*;

fn config(families: &[Family]) -> AnalysisConfig {
    AnalysisConfig { families: families.to_vec(), ..AnalysisConfig::default() }
}

fn analyse(audio: &PlanarBuffer, format: &StreamFormat) -> Measurements {
    let mut analyzer = Analyzer::new(format, &config(&[Family::Loudness, Family::Dynamics]));
    analyzer.push(audio.block());
    analyzer.finish()
}

fn stereo(samples: Vec<f64>) -> PlanarBuffer {
    PlanarBuffer::from_channels(&[samples.clone(), samples])
}

fn near(what: &str, got: Option<f64>, expected: f64, tolerance: f64) {
    assert!(got.is_some_and(|got| (got - expected).abs() <= tolerance), "{what}: {got:?} is not {expected}");
}

fn check_signal(signal: &Signal, rate_hz: f64) {
    let mut analyzer = Analyzer::new(&signal.format(rate_hz), &config(&[Family::Loudness]));
    let frames = signal.frames(rate_hz);
    for start in (0..frames).step_by(1 << 16) {
        analyzer.push(signal.render(rate_hz, start..(start + (1 << 16)).min(frames)).block());
    }
    let loudness = analyzer.finish().loudness.unwrap();
    let what = format!("{} at {rate_hz} Hz", signal.name);
    let whole = |time_s: f64| (time_s - signal.duration_s()).abs() < 1e-6;
    let after = |curve: &[Option<f64>], from_s: f64, lufs: f64| {
        let from = (from_s / loudness.curve.hop_s - 1.0).round() as usize;
        curve[from..].iter().for_each(|point| near(&what, *point, lufs, 0.1));
    };
    for reading in &signal.readings {
        match *reading {
            Reading::Integrated(lufs) => near(&what, loudness.integrated_lufs, lufs, 0.1),
            Reading::NoLoudness => assert_eq!(loudness.integrated_lufs, None, "{what}"),
            Reading::MomentaryFrom(from_s, lufs) => after(&loudness.curve.momentary_lufs, from_s, lufs),
            Reading::ShortTermFrom(from_s, lufs) => after(&loudness.curve.short_term_lufs, from_s, lufs),
            Reading::MaxMomentaryBy(s, lufs) if whole(s) => near(&what, loudness.max_momentary_lufs, lufs, 0.1),
            Reading::MaxShortTermBy(s, lufs) if whole(s) => near(&what, loudness.max_short_term_lufs, lufs, 0.1),
            Reading::MaxMomentaryBy(..) | Reading::MaxShortTermBy(..) => {}
            Reading::Range(lu) => near(&what, loudness.range_lu, lu, 1.0),
        }
    }
}

#[test]
fn every_standard_signal_is_in_tolerance() {
    // The meter is tested at all rates in balanced-dsp; this path shares its windows and differs in the gates.
    for signal in [tech3341_static(), tech3341_dynamic(), tech3342(), bs2217()].concat() {
        check_signal(&signal, 48_000.0);
    }
}

/// Programme with pauses and level steps, so that every gate works.
fn programme(style: Style, rate_hz: f64, seed: u64) -> PlanarBuffer {
    let mut take = render(style, rate_hz, 24.0, seed);
    let step = (3.7 * rate_hz) as usize;
    for channel in 0..2 {
        for (index, chunk) in take.audio.channel_mut(channel).chunks_mut(step).enumerate() {
            let gain = [1.0, 0.05, 0.5, 0.0, 0.8, 0.0005, 0.3][index % 7];
            chunk.iter_mut().for_each(|sample| *sample *= gain);
        }
    }
    take.audio
}

#[test]
fn agrees_with_the_ebur128_crate_on_programme() {
    for (seed, style) in [Style::Band, Style::Drums, Style::Piano, Style::Noise].into_iter().enumerate() {
        for rate_hz in [44_100.0, 48_000.0] {
            let mut audio = programme(style, rate_hz, seed as u64);
            if seed == 0 {
                limit(&mut audio, rate_hz, 10.0, -0.2);
            }
            let loudness = analyse(&audio, &StreamFormat::new(rate_hz, 2)).loudness.unwrap();
            let mut peer = EbuR128::new(2, rate_hz as u32, Mode::all() - Mode::HISTOGRAM).unwrap();
            let hop = (rate_hz / 10.0) as usize;
            for (index, start) in (0..audio.frames() + 1 - hop).step_by(hop).enumerate() {
                let planes = [0, 1].map(|c| &audio.channel(c)[start..start + hop]);
                peer.add_frames_planar_f64(&planes).unwrap();
                if index >= 4 {
                    same(loudness.curve.momentary_lufs[index], peer.loudness_momentary().unwrap());
                }
                if index >= 30 {
                    same(loudness.curve.short_term_lufs[index], peer.loudness_shortterm().unwrap());
                }
            }
            near("I", loudness.integrated_lufs, peer.loudness_global().unwrap(), 0.01);
            near("gate", loudness.relative_gate_lufs, peer.relative_threshold().unwrap(), 0.01);
            // The crate takes a short-term block every second, Tech 3342 asks for one every 0.1 s.
            let short_term = &loudness.curve.short_term_lufs;
            near("LRA at 1 s", naive_range(short_term, 10), peer.loudness_range().unwrap(), 0.01);
            near("LRA", loudness.range_lu, naive_range(short_term, 1).unwrap(), 0.003);
            for channel in 0..2 {
                let sample_peak = 20.0 * peer.sample_peak(channel).unwrap().log10();
                near("peak", loudness.sample_peak_per_channel_dbfs[channel as usize], sample_peak, 1e-9);
                // The crate samples four times a sample; it may read low, and by its short filter a little high.
                let peer_db = 20.0 * peer.true_peak(channel).unwrap().log10();
                let ours_db = loudness.true_peak_per_channel_dbtp[channel as usize].unwrap();
                assert!((-0.02..0.25).contains(&(ours_db - peer_db)), "{style:?}: {ours_db} and {peer_db}");
                let oracle_db = 20.0 * true_peak_32x(audio.channel(channel as usize)).log10();
                near("true peak", Some(ours_db), oracle_db, 0.02);
            }
        }
    }
}

/// Channel weights by azimuth and elevation (BS.1770-5 Annex 3), LFE left out, against the crate's.
#[test]
fn immersive_layouts_agree_with_the_ebur128_crate() {
    use ebur128::Channel::*;
    for (name, map) in [
        ("5.1", vec![Left, Right, Center, Unused, LeftSurround, RightSurround]),
        ("7.1", vec![Left, Right, Center, Unused, Mp135, Mm135, Mp090, Mm090]),
        ("5.1.4", vec![Left, Right, Center, Unused, LeftSurround, RightSurround, Up030, Um030, Up110, Um110]),
        ("7.1.4", vec![Left, Right, Center, Unused, Mp135, Mm135, Mp090, Mm090, Up045, Um045, Up135, Um135]),
    ] {
        let layout = balanced_dsp::ChannelLayout::from_name(name).unwrap();
        let mut rng = Rng::new(9);
        let channels: Vec<Vec<f64>> = (0..map.len())
            .map(|channel| (0..6 * 48_000).map(|_| 0.02 * (1 + channel % 3) as f64 * rng.bipolar()).collect())
            .collect();
        let audio = PlanarBuffer::from_channels(&channels);
        let loudness = analyse(&audio, &StreamFormat { sample_rate_hz: 48_000.0, layout }).loudness.unwrap();
        let mut peer = EbuR128::new(map.len() as u32, 48_000, Mode::I | Mode::M | Mode::S).unwrap();
        peer.set_channel_map(&map).unwrap();
        peer.add_frames_planar_f64(&channels.iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap();
        near(name, loudness.integrated_lufs, peer.loudness_global().unwrap(), 0.01);
        near(name, *loudness.curve.short_term_lufs.last().unwrap(), peer.loudness_shortterm().unwrap(), 0.01);
    }
}

/// EBU Tech 3342, word for word, on every `step`-th short-term value.
fn naive_range(short_term_lufs: &[Option<f64>], step: usize) -> Option<f64> {
    let mut blocks: Vec<f64> = short_term_lufs[29..].iter().step_by(step).flatten().copied().collect();
    blocks.retain(|lufs| *lufs >= -70.0);
    let power = blocks.iter().map(|lufs| 10f64.powf(lufs / 10.0)).sum::<f64>() / blocks.len() as f64;
    blocks.retain(|lufs| *lufs >= 10.0 * power.log10() - 20.0);
    blocks.sort_by(f64::total_cmp);
    let at = |share: f64| blocks[((blocks.len() - 1) as f64 * share).round() as usize];
    (!blocks.is_empty()).then(|| at(0.95) - at(0.10))
}

/// At 44.1 kHz the crate's filter is 0.004 dB up (its high-pass numerator is that of 48 kHz).
fn same(ours: Option<f64>, theirs: f64) {
    // Far below the gates the two differ in how the filters' ringing is cut.
    if theirs > -110.0 {
        near("window", ours, theirs, 0.01);
    }
}

#[test]
fn dr_vectors() {
    // Own measurement, drmeter 0.4.9 and dr14meter 1.1.5 agree on these (rounded) values.
    let dr = |samples: Vec<f64>| analyse(&stereo(samples), &StreamFormat::new(44_100.0, 2)).dynamics.unwrap().dr;
    let frames = 60 * 44_100;
    let sine = |amplitude: f64| (0..frames).map(move |i| amplitude * (TAU * 1000.0 * i as f64 / 44_100.0).sin());
    let clicks = |times: &[usize]| {
        let mut samples: Vec<f64> = sine(0.25).collect();
        times.iter().for_each(|time_s| samples[time_s * 44_100 + 11] = 1.0);
        samples
    };
    near("sine", dr(sine(1.0).collect()), 0.0, 0.01);
    near("square", dr(sine(1.0).map(|x| if x >= 0.0 { 1.0 } else { -1.0 }).collect()), -3.01, 0.01);
    let mut rng = Rng::new(4);
    // Box and Muller: a sum of uniforms has no tails, and tails are what peaks are made of.
    let gauss = |_| 0.1 * (-2.0 * (1.0 - rng.uniform()).ln()).sqrt() * (TAU * rng.uniform()).cos();
    let gauss = (0..frames).map(gauss).collect();
    near("noise", dr(gauss).map(f64::round), 11.0, 0.0);
    near("one click", dr(clicks(&[30])), 0.0, 0.05);
    near("two clicks", dr(clicks(&[10, 40])), 12.0, 0.1);
    assert_eq!(dr(sine(1.0).take(5 * 44_100).collect()), None);
}

#[test]
fn a_tone_has_no_crest_beyond_its_own_and_no_ratio() {
    let tone =
        (0..20 * 48_000).map(|i| 10f64.powf(-23.0 / 20.0) * (TAU * 1000.0 * i as f64 / 48_000.0).sin()).collect();
    let result = analyse(&stereo(tone), &StreamFormat::new(48_000.0, 2));
    let (loudness, dynamics) = (result.loudness.unwrap(), result.dynamics.unwrap());
    near("PLR", loudness.plr_db, 0.0, 0.05);
    near("PSR", loudness.min_psr_db, 0.0, 0.05);
    near("replay gain", loudness.replay_gain_db, 5.0, 0.05);
    near("crest", dynamics.crest_db, 3.01, 0.01);
    near("rms", dynamics.rms_dbfs, -26.01, 0.01);
    near("floor", dynamics.noise_floor_dbfs, -26.01, 0.01);
    assert_eq!(dynamics.macro_dynamics_lu, None);
    assert_eq!(dynamics.sections.len(), 1);
    assert!(loudness.true_peak_overs.is_empty());
    let spotify = &loudness.platforms[0];
    assert_eq!((spotify.name.as_str(), spotify.would_limit), ("spotify_normal", false));
    near("spotify", spotify.gain_db, 9.0, 0.05);
    near("share", Some(loudness.histogram.short_term_share.iter().sum()), 1.0, 1e-9);
}

#[test]
fn sections_and_overs_are_found_where_they_are() {
    let level = |second: usize| if (20..40).contains(&second) { 0.5 } else { 0.1 };
    let mut samples: Vec<f64> =
        (0..60 * 44_100).map(|i| level(i / 44_100) * (TAU * 1000.0 * i as f64 / 44_100.0).sin()).collect();
    // A quarter of the rate at 45 degrees: samples at 0.9, peaks at 1.27.
    for i in 0..8820 {
        samples[30 * 44_100 + i] = if i % 4 < 2 { 0.9 } else { -0.9 };
    }
    let mut audio = stereo(samples);
    audio.channel_mut(0)[30 * 44_100..][..8820].fill(0.0);
    let result = analyse(&audio, &StreamFormat::new(44_100.0, 2));
    let (loudness, dynamics) = (result.loudness.unwrap(), result.dynamics.unwrap());
    let borders: Vec<(f64, f64)> = dynamics.sections.iter().map(|s| (s.start_s.round(), s.end_s.round())).collect();
    assert_eq!(borders, [(0.0, 20.0), (20.0, 40.0), (40.0, 60.0)]);
    near("macro", dynamics.macro_dynamics_lu, 14.0, 0.3);
    assert!(loudness.true_peak_overs.iter().all(|over| over.channel == 1 && over.peak_dbtp > 2.0));
    let (first, last) = (loudness.true_peak_overs.first().unwrap(), loudness.true_peak_overs.last().unwrap());
    assert!((29.8..=30.0).contains(&first.start_s) && (30.1..=30.4).contains(&last.end_s), "{first:?} {last:?}");
    let at_s = loudness.true_peak_at_s.unwrap();
    assert!((29.99..30.21).contains(&at_s), "{at_s}");
}

#[test]
fn what_cannot_be_said_is_absent() {
    let format = StreamFormat::new(44_100.0, 2);
    for frames in [0, 1, 1000, 44_100 * 5] {
        let result = analyse(&PlanarBuffer::new(2, frames), &format);
        let (loudness, dynamics) = (result.loudness.unwrap(), result.dynamics.unwrap());
        let absent = [
            loudness.integrated_lufs,
            loudness.range_lu,
            loudness.max_momentary_lufs,
            loudness.true_peak_dbtp,
            loudness.true_peak_at_s,
            loudness.sample_peak_dbfs,
            loudness.plr_db,
            loudness.min_psr_db,
            loudness.replay_gain_db,
            dynamics.dr,
            dynamics.crest_db,
            dynamics.rms_dbfs,
            dynamics.noise_floor_dbfs,
        ];
        assert_eq!(absent, [None; 13], "{frames} frames of silence");
        assert!(loudness.curve.momentary_lufs.iter().all(Option::is_none));
        assert!(loudness.platforms.iter().all(|platform| platform.gain_db.is_none()));
    }
    // 399 ms have peaks and RMS, but no loudness.
    let short = analyse(&stereo(vec![0.5; 17_500]), &format);
    assert_eq!(short.loudness.as_ref().unwrap().integrated_lufs, None);
    near("peak", short.loudness.unwrap().sample_peak_dbfs, -6.02, 0.01);
    let json = serde_json::to_string(&analyse(&stereo(vec![f64::NAN; 60_000]), &format)).unwrap();
    assert!(json.contains("\"integrated_lufs\":null"), "{json}");
}

#[test]
fn families_not_asked_for_are_absent() {
    let take = render(Style::Band, 44_100.0, 4.0, 1);
    let run = |families: &[Family]| {
        let mut analyzer = Analyzer::new(&StreamFormat::new(44_100.0, 2), &config(families));
        analyzer.push(take.audio.block());
        analyzer.finish()
    };
    let (both, loudness, dynamics) =
        (run(&[Family::Loudness, Family::Dynamics]), run(&[Family::Loudness]), run(&[Family::Dynamics]));
    assert_eq!((&loudness.loudness, &loudness.dynamics), (&both.loudness, &None));
    assert_eq!((&dynamics.loudness, &dynamics.dynamics), (&None, &both.dynamics));
    assert_eq!(run(&[]), Measurements::default());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn results_are_the_same_to_the_last_bit_whatever_the_block_sizes(
        sizes in prop::collection::vec(1usize..9000, 1..12),
        style in 0usize..10,
        rate_hz in prop::sample::select(vec![11_025.0, 22_050.0, 44_100.0, 48_000.0]),
        bad in prop::option::of(0usize..60_000),
    ) {
        let mut audio = render(Style::ALL[style], rate_hz, 5.0, 11).audio;
        if let Some(bad) = bad.filter(|bad| *bad < audio.frames()) {
            audio.channel_mut(1)[bad] = f64::NAN;
        }
        let format = StreamFormat::new(rate_hz, 2);
        let whole = analyse(&audio, &format);
        let mut analyzer = Analyzer::new(&format, &config(&[Family::Loudness, Family::Dynamics]));
        let (mut at, mut sizes) = (0, sizes.iter().cycle());
        while at < audio.frames() {
            let end = (at + sizes.next().unwrap()).min(audio.frames());
            let block: Block<'_> = audio.block().slice(at..end);
            analyzer.push(block);
            at = end;
        }
        prop_assert_eq!(&analyzer.finish(), &whole);
        let mut spread = Analyzer::with_threads(&format, &config(&[Family::Loudness, Family::Dynamics, Family::Key]), 3);
        spread.push(audio.block());
        let spread = spread.finish();
        prop_assert_eq!((spread.loudness, spread.dynamics), (whole.loudness, whole.dynamics));
    }
}
