//! Contract tests of the processors, run for every setting that `ProcessorSpec::all()` lists.

use crate::support::*;
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_mastering::{Audition, BuildOptions, Chain, ChainSpec, Latency, Processor, ProcessorSpec, Step, Update};
use balanced_testkit::allocations::count;

fn formats() -> [StreamFormat; 3] {
    [StreamFormat::new(44_100.0, 2), StreamFormat::new(48_000.0, 1), StreamFormat::new(96_000.0, 6)]
}

fn stereo() -> StreamFormat {
    StreamFormat::new(44_100.0, 2)
}

#[test]
fn output_does_not_depend_on_block_size() {
    for (spec, format) in cases() {
        let input = programme(&format, 9_000, 0.9);
        let whole = run(&spec, &format, &input, 9_000);
        for block_frames in [1, 7, 64, 4096] {
            assert_same(
                &run(&spec, &format, &input, block_frames),
                &whole,
                &format!("{spec:?} in blocks of {block_frames}"),
            );
        }
    }
}

fn cases() -> impl Iterator<Item = (ProcessorSpec, StreamFormat)> {
    ProcessorSpec::all().into_iter().flat_map(|spec| formats().into_iter().map(move |format| (spec.clone(), format)))
}

/// The lag at which the first channel's output resembles its input most. (Crossovers turn the phase around their corners;
/// the examples keep them low enough for most of white noise to pass unturned.)
#[test]
fn reported_latency_is_the_measured_one() {
    for (spec, format) in cases() {
        let latency = build(&spec, &format).latency_frames();
        let frames = 4096 + latency + 256;
        let mut noise = Noise::new(9);
        let input = vec![(0..frames).map(|_| 0.03 * noise.next()).collect::<Vec<_>>(); format.channels()];
        let input = PlanarBuffer::from_channels(&input);
        let output = run(&spec, &format, &input, 512);
        let likeness = |lag: usize| -> f64 {
            let delayed = &output.channel(0)[lag..][..4096];
            input.channel(0)[..4096].iter().zip(delayed).map(|(x, y)| x * y).sum::<f64>().abs()
        };
        let measured = (0..latency + 256).max_by(|a, b| likeness(*a).total_cmp(&likeness(*b))).unwrap();
        assert_eq!(measured, latency, "{spec:?} at {} Hz", format.sample_rate_hz);
    }
}

#[test]
fn after_a_reset_it_is_as_fresh() {
    for (spec, format) in cases() {
        let input = programme(&format, 6_000, 0.9);
        let fresh = run(&spec, &format, &input, 512);
        let mut processor = build(&spec, &format);
        process(processor.as_mut(), &mut input.clone(), 300);
        processor.reset();
        let mut again = input.clone();
        process(processor.as_mut(), &mut again, 512);
        assert_same(&again, &fresh, &format!("{spec:?} after a reset"));
    }
}

#[test]
fn an_update_and_a_reset_are_a_fresh_build() {
    for (from, to) in updates() {
        let input = programme(&stereo(), 6_000, 0.9);
        let mut processor = build(&from, &stereo());
        process(processor.as_mut(), &mut input.clone(), 300);
        if processor.update(&to) == Update::NeedsRebuild {
            continue;
        }
        processor.reset();
        let mut again = input.clone();
        process(processor.as_mut(), &mut again, 512);
        assert_same(&again, &run(&to, &stereo(), &input, 512), &format!("{from:?} updated to {to:?}"));
    }
}

/// Every pair of settings of one kind.
fn updates() -> impl Iterator<Item = (ProcessorSpec, ProcessorSpec)> {
    let all = ProcessorSpec::all();
    let pairs = all.clone().into_iter().flat_map(move |a| all.clone().into_iter().map(move |b| (a.clone(), b)));
    pairs.filter(|(a, b)| a.kind() == b.kind() && a != b)
}

#[test]
fn silence_stays_silence() {
    for (spec, format) in cases() {
        let output = run(&spec, &format, &PlanarBuffer::new(format.channels(), 5_000), 512);
        for channel in 0..output.channels() {
            assert!(output.channel(channel).iter().all(|s| *s == 0.0), "{spec:?}");
        }
    }
}

#[test]
fn broken_samples_count_as_silence() {
    for (spec, format) in cases() {
        let mut silent = programme(&format, 6_000, 0.5);
        let mut broken = silent.clone();
        for (frame, value) in [(100, f64::NAN), (101, f64::INFINITY), (102, f64::NEG_INFINITY), (3000, f64::NAN)] {
            for channel in 0..format.channels() {
                silent.channel_mut(channel)[frame] = 0.0;
                broken.channel_mut(channel)[frame] = value;
            }
        }
        let expected = run(&spec, &format, &silent, 512);
        assert!(is_finite(&expected), "{spec:?}");
        assert_same(&run(&spec, &format, &broken, 512), &expected, &format!("{spec:?}"));
    }
}

#[test]
fn absurd_levels_pass_without_lasting_damage() {
    for spec in ProcessorSpec::all() {
        let frames = 10 * 44_100;
        let clean = sine(&stereo(), frames, 997.0, 0.1);
        let mut hit = clean.clone();
        hit.channel_mut(0)[50..90].fill(1e300);
        hit.channel_mut(1)[50..90].fill(f64::MIN);
        let (clean, hit) = (run(&spec, &stereo(), &clean, 1024), run(&spec, &stereo(), &hit, 1024));
        assert!(is_finite(&hit), "{spec:?}");
        for channel in 0..2 {
            let tail = |audio: &PlanarBuffer| rms(&audio.channel(channel)[frames - 8_192..]);
            let (clean, hit) = (tail(&clean), tail(&hit));
            assert!((hit - clean).abs() < 1e-3 * clean + 1e-9, "{spec:?}: {hit} is not {clean}");
        }
    }
}

#[test]
fn nothing_allocates_once_built() {
    for (spec, format) in cases() {
        let mut processor = build(&spec, &format);
        let mut audio = programme(&format, 5_000, 0.9);
        let others: Vec<_> = ProcessorSpec::all().into_iter().filter(|other| other.kind() == spec.kind()).collect();
        let calls = count(|| {
            for other in &others {
                process(processor.as_mut(), &mut audio, 700);
                let _ = processor.update(other);
            }
            process(processor.as_mut(), &mut audio, 4096);
            processor.reset();
            processor.latency_frames()
        });
        assert_eq!(calls, 0, "{spec:?}");
    }
}

/// A step in the waveform stands out in its fourth difference, where a steady sine is small: a jump of 0.2 % of the sine
/// (three times that in the difference) is found.
#[test]
fn an_update_glides_without_a_click_and_arrives() {
    let frames = 3 * 44_100;
    let middle = frames / 3;
    for (from, to) in updates() {
        let input = sine(&stereo(), frames, 441.0, 0.1);
        let mut processor = build(&from, &stereo());
        let mut audio = input.clone();
        {
            let mut block = audio.block_mut();
            processor.process(&mut block.slice_mut(0..middle));
            if processor.update(&to) == Update::NeedsRebuild {
                continue;
            }
            processor.process(&mut block.slice_mut(middle..frames));
        }
        let fresh = run(&to, &stereo(), &input, 1024);
        for channel in 0..2 {
            let (output, fresh) = (audio.channel(channel), fresh.channel(channel));
            let steady = roughness(&output[middle / 2..middle]).max(roughness(&fresh[frames - middle / 2..]));
            let change = roughness(&output[middle - 8..middle + 22_050]);
            assert!(change < 2.0 * steady + 5e-5, "{from:?} to {to:?}: click of {change:e}, steady {steady:e}");
            let (arrived, wanted) = (rms(&output[frames - 4410..]), rms(&fresh[frames - 4410..]));
            assert!((arrived - wanted).abs() < 1e-3 * wanted + 1e-6, "{from:?} to {to:?}: {arrived} is not {wanted}");
        }
    }
}

fn roughness(samples: &[f64]) -> f64 {
    samples.windows(5).map(|w| (w[0] - 4.0 * w[1] + 6.0 * w[2] - 4.0 * w[3] + w[4]).abs()).fold(0.0, f64::max)
}

#[test]
fn every_rate_and_channel_count_works() {
    for spec in ProcessorSpec::all() {
        for (sample_rate_hz, channels) in [
            (8_000.0, 1),
            (11_025.5, 2),
            (22_050.0, 3),
            (32_000.0, 4),
            (88_200.0, 5),
            (176_400.0, 7),
            (384_000.0, 8),
            (48_000.0, 12),
        ] {
            let format = StreamFormat::new(sample_rate_hz, channels);
            let output = run(&spec, &format, &programme(&format, 3_000, 1.0), 333);
            assert!(is_finite(&output), "{spec:?} at {sample_rate_hz} Hz with {channels} channels");
        }
    }
}

#[test]
fn a_bypassed_step_is_bit_exact_and_late_by_its_latency() {
    for (spec, format) in cases() {
        let step = Step { bypass: true, ..Step::new(spec.clone()) };
        let mut chain = Chain::build(&ChainSpec { steps: vec![step], ..ChainSpec::default() }, &format).unwrap();
        let input = programme(&format, 8_000 + chain.latency_frames(), 0.9);
        let mut output = input.clone();
        chain.process(&mut output.block_mut());
        let latency = chain.latency_frames();
        assert_eq!(latency, build(&spec, &format).latency_frames());
        for channel in 0..format.channels() {
            assert!(output.channel(channel)[..latency].iter().all(|s| *s == 0.0), "{spec:?}");
            assert!(output.channel(channel)[latency..] == input.channel(channel)[..8_000], "{spec:?}");
        }
    }
}

#[test]
fn another_kind_of_settings_needs_a_rebuild() {
    let all = ProcessorSpec::all();
    for spec in &all {
        let mut processor = build(spec, &stereo());
        for other in all.iter().filter(|other| other.kind() != spec.kind()) {
            assert_eq!(processor.update(other), Update::NeedsRebuild, "{} given {}", spec.kind(), other.kind());
        }
        assert_eq!(processor.update(spec), Update::Applied, "{spec:?} given itself");
    }
}

/// Passed on, it would be unprocessed, and unlimited.
#[test]
fn a_block_with_a_wrong_number_of_channels_becomes_silence() {
    for spec in ProcessorSpec::all() {
        let input = programme(&stereo(), 3_000, 0.9);
        let expected = run(&spec, &stereo(), &input, 512);
        for channels in [1, 3] {
            let mut processor = build(&spec, &stereo());
            let mut chain = Chain::build(&ChainSpec::new("", [spec.clone()]), &stereo()).unwrap();
            let mut audition = Audition::build(&ChainSpec::new("", [spec.clone()]), &stereo()).unwrap();
            let wrong = programme(&StreamFormat::new(44_100.0, channels), 700, 0.9);
            let mut blocks = [wrong.clone(), wrong.clone(), wrong];
            processor.process(&mut blocks[0].block_mut());
            chain.process(&mut blocks[1].block_mut());
            audition.process(&mut blocks[2].block_mut());
            for block in &blocks {
                for channel in 0..channels {
                    assert!(block.channel(channel).iter().all(|sample| *sample == 0.0), "{spec:?}");
                }
            }
            let mut right = input.clone();
            process(processor.as_mut(), &mut right, 512);
            assert_same(&right, &expected, &format!("{spec:?} after a wrong block"));
        }
    }
}

#[test]
fn a_processor_can_move_to_another_thread() {
    fn is_send<T: Send + ?Sized>() {}
    is_send::<dyn Processor>();
    is_send::<Chain>();
}

/// Forms with low latency keep the promises of the others.
#[test]
fn low_latency_forms_keep_the_contract() {
    let kinds = ["saturator", "clipper", "limiter"];
    for (spec, format) in cases().filter(|(spec, _)| kinds.contains(&spec.kind())) {
        let what = format!("{spec:?} at {} Hz", format.sample_rate_hz);
        let options = BuildOptions { latency: Latency::Low, ..BuildOptions::default() };
        let fresh = || spec.build_with(&format, &options).unwrap();
        let latency = fresh().latency_frames();
        assert!(latency <= if spec.kind() == "limiter" { 33 } else { 15 }, "{what}: {latency}");
        let input = programme(&format, 6_000, 0.9);
        let run = |processor: &mut dyn Processor, block: usize| {
            let mut audio = input.clone();
            process(processor, &mut audio, block);
            audio
        };
        let mut processor = fresh();
        let whole = run(processor.as_mut(), 6_000);
        for block in [1, 7, 64, 4096] {
            processor.reset();
            assert_same(&run(processor.as_mut(), block), &whole, &what);
        }
        let mut broken = input.clone();
        (0..format.channels()).for_each(|channel| broken.channel_mut(channel)[300] = f64::NAN);
        let others: Vec<_> = ProcessorSpec::all().into_iter().filter(|other| other.kind() == spec.kind()).collect();
        let calls = count(|| {
            for other in &others {
                process(processor.as_mut(), &mut broken, 700);
                let _ = processor.update(other);
            }
            processor.reset();
        });
        assert_eq!(calls, 0, "{what}");
        assert!(is_finite(&broken), "{what}");
        let mut noise = Noise::new(9);
        let quiet = vec![(0..5_000).map(|_| 0.03 * noise.next()).collect::<Vec<_>>(); format.channels()];
        let quiet = PlanarBuffer::from_channels(&quiet);
        let mut output = quiet.clone();
        process(fresh().as_mut(), &mut output, 512);
        let likeness = |lag: usize| -> f64 {
            let delayed = &output.channel(0)[lag..][..4096];
            quiet.channel(0)[..4096].iter().zip(delayed).map(|(x, y)| x * y).sum::<f64>().abs()
        };
        let measured = (0..latency + 256).max_by(|a, b| likeness(*a).total_cmp(&likeness(*b))).unwrap();
        assert_eq!(measured, latency, "{what}");
    }
}
