//! Parallel steps as files and at work: what processors promise, branches promise.

use std::cell::RefCell;

use crate::support::*;
use balanced_dsp::{ChannelLayout, PlanarBuffer, StreamFormat};
use balanced_mastering::{
    Branch, BuildError, BuildOptions, Chain, ChainSpec, ClapSpec, EqPhase, EqSpec, GainSpec, MAX_NESTING, ParallelSpec,
    ProcessorSpec, Split, Step, StereoSpec, Update, UtilitySpec,
};
use balanced_testkit::allocations::count;

fn gain(gain_db: f64) -> ProcessorSpec {
    ProcessorSpec::Gain(GainSpec { gain_db })
}

/// Passes everything on, 20 ms late.
fn late() -> ProcessorSpec {
    ProcessorSpec::Eq(EqSpec { phase: EqPhase::Linear, linear_phase_latency_ms: 20.0, ..EqSpec::default() })
}

fn chain_of(parallel: ParallelSpec) -> ChainSpec {
    ChainSpec::new("", [parallel])
}

/// Every split, with branches of different latency, nested, levelled, muted and mixed.
fn examples() -> Vec<ChainSpec> {
    let default = |kind| ProcessorSpec::default_of(kind).unwrap();
    let crushed = Branch { gain_db: -8.0, ..Branch::new("Crushed", [default("compressor"), default("limiter")]) };
    let nested = ParallelSpec::mid_side(
        Branch::new("Mid", [Step::new(default("saturator"))]),
        Branch::new("Side", [Step::new(ParallelSpec::whole([Branch::dry(), Branch::new("", [late()])]))]),
    );
    let bands = ParallelSpec::bands(
        [120.0, 2500.0],
        [
            Branch::new("Low", [default("compressor")]),
            Branch { mute: true, ..Branch::new("Mid", [default("gain")]) },
            Branch { gain_db: 1.5, ..Branch::new("High", [Step { mix: 0.4, ..Step::new(default("saturator")) }]) },
        ],
    );
    vec![
        chain_of(ParallelSpec::whole([Branch::dry(), crushed])),
        ChainSpec::new("", [Step { mix: 0.7, ..Step::new(nested) }, Step::new(gain(-1.0))]),
        chain_of(bands.clone()),
        ChainSpec::new("", [Step { mix: 0.5, ..Step::new(bands) }]),
    ]
}

fn formats() -> [StreamFormat; 4] {
    let surround = ChannelLayout::from_name("5.1").unwrap();
    [
        StreamFormat::new(44_100.0, 2),
        StreamFormat::new(48_000.0, 1),
        StreamFormat { sample_rate_hz: 96_000.0, layout: surround },
        StreamFormat::new(8_000.0, 3),
    ]
}

fn cases() -> impl Iterator<Item = (ChainSpec, StreamFormat)> {
    examples().into_iter().flat_map(|spec| formats().map(|format| (spec.clone(), format)))
}

fn run_in(chain: &mut Chain, input: &PlanarBuffer, block_frames: usize) -> PlanarBuffer {
    let mut audio = input.clone();
    let frames = audio.frames();
    let mut block = audio.block_mut();
    for start in (0..frames).step_by(block_frames) {
        chain.process(&mut block.slice_mut(start..(start + block_frames).min(frames)));
    }
    audio
}

fn fresh(spec: &ChainSpec, format: &StreamFormat, input: &PlanarBuffer, block_frames: usize) -> PlanarBuffer {
    run_in(&mut Chain::build(spec, format).unwrap(), input, block_frames)
}

#[test]
fn output_does_not_depend_on_block_size_and_resets_are_fresh() {
    for (spec, format) in cases() {
        let input = programme(&format, 7_000, 0.9);
        let mut chain = Chain::build(&spec, &format).unwrap();
        let whole = run_in(&mut chain, &input, 7_000);
        assert!(is_finite(&whole) && rms(whole.channel(0)) > 1e-3, "{spec:?}");
        for block_frames in [1, 37, 4096] {
            chain.reset();
            assert_same(
                &run_in(&mut chain, &input, block_frames),
                &whole,
                &format!("blocks of {block_frames}: {spec:?}"),
            );
        }
    }
}

#[test]
fn silence_stays_silence_and_broken_samples_do_no_lasting_damage() {
    for (spec, format) in cases() {
        let silence = PlanarBuffer::new(format.channels(), 3_000);
        let output = fresh(&spec, &format, &silence, 512);
        assert!((0..output.channels()).all(|c| output.channel(c).iter().all(|s| *s == 0.0)), "{spec:?}");
        let mut silent = programme(&format, 4_000, 0.5);
        let mut broken = silent.clone();
        for channel in 0..format.channels() {
            silent.channel_mut(channel)[700] = 0.0;
            broken.channel_mut(channel)[700] = f64::NAN;
        }
        assert_same(&fresh(&spec, &format, &broken, 512), &fresh(&spec, &format, &silent, 512), &format!("{spec:?}"));
    }
}

/// Branches that do nothing but come late by different amounts sum up to the delayed input.
#[test]
fn branches_are_lined_up_by_the_latest_of_them() {
    let half = |steps: Vec<ProcessorSpec>| Branch { gain_db: 20.0 * 0.5f64.log10(), ..Branch::new("", steps) };
    for format in formats() {
        let parallel = ParallelSpec::whole([half(vec![]), half(vec![late(), late()])]);
        let mut chain = Chain::build(&chain_of(parallel), &format).unwrap();
        let latency = chain.latency_frames();
        assert_eq!(latency, 2 * (0.02 * format.sample_rate_hz).round() as usize);
        let input = programme(&format, 9_000, 0.5);
        let output = run_in(&mut chain, &input, 333);
        for channel in 0..format.channels() {
            for frame in latency..9_000 {
                let (is, was) = (output.channel(channel)[frame], input.channel(channel)[frame - latency]);
                assert!((is - was).abs() < 1e-10, "{is} is not {was} at {frame}");
            }
        }
    }
}

#[test]
fn a_single_empty_branch_changes_no_bit() {
    for format in formats() {
        let input = programme(&format, 3_000, 0.9);
        let spec = chain_of(ParallelSpec::whole([Branch::dry()]));
        assert_same(&fresh(&spec, &format, &input, 700), &input, "one dry branch");
    }
}

#[test]
fn the_middle_and_the_sides_get_their_own_steps() {
    let surround = StreamFormat { sample_rate_hz: 48_000.0, layout: ChannelLayout::from_name("5.1").unwrap() };
    let muted = |branch: Branch| Branch { mute: true, ..branch };
    for format in [StreamFormat::new(48_000.0, 2), surround] {
        let input = programme(&format, 4_000, 0.5);
        let wide = chain_of(ParallelSpec::mid_side(muted(Branch::default()), Branch::new("", [gain(6.0)])));
        let output = fresh(&wide, &format, &input, 512);
        for (frame, out) in output.channel(0).iter().enumerate() {
            let side = 0.5 * (input.channel(0)[frame] - input.channel(1)[frame]);
            assert!((out - 10f64.powf(6.0 / 20.0) * side).abs() < 1e-12);
            assert!((output.channel(1)[frame] + out).abs() < 1e-12);
        }
        for channel in 2..format.channels() {
            assert_eq!(output.channel(channel), input.channel(channel), "channel {channel} waits");
        }
    }
    let mono = StreamFormat::new(48_000.0, 1);
    let input = programme(&mono, 4_000, 0.5);
    let spec = chain_of(ParallelSpec::mid_side(Branch::default(), Branch::new("", [gain(20.0)])));
    assert_same(&fresh(&spec, &mono, &input, 512), &input, "a mono file is all middle");
}

/// Bands that do nothing sum to an allpass, and a mix of them with the dry signal has no notch at the corner.
#[test]
fn bands_sum_flat_and_can_be_mixed_with_the_dry_signal() {
    let format = StreamFormat::new(48_000.0, 1);
    let bands = ParallelSpec::bands([500.0], [Branch::default(), Branch::default()]);
    for mix in [1.0, 0.5] {
        let spec = ChainSpec::new("", [Step { mix, ..Step::new(bands.clone()) }]);
        for tone_hz in [60.0, 250.0, 500.0, 1000.0, 8000.0] {
            let input = sine(&format, 48_000, tone_hz, 0.5);
            let output = fresh(&spec, &format, &input, 512);
            let change_db = 20.0 * (rms(&output.channel(0)[24_000..]) / rms(&input.channel(0)[24_000..])).log10();
            assert!(change_db.abs() < 0.01, "mix {mix}: {change_db} dB at {tone_hz} Hz");
        }
    }
}

/// A mix with the input does not cancel in the multiband processor, whose crossovers turn the phase as well.
#[test]
fn a_mixed_multiband_compressor_at_rest_has_no_notch() {
    let format = StreamFormat::new(48_000.0, 1);
    let multiband = "[[steps]]\nkind = \"multiband\"\nmix = 0.5\ncrossovers_hz = [500.0]\nbands = [{ threshold_db = 0.0 }, { threshold_db = 0.0 }]\n";
    let spec = ChainSpec::from_toml(multiband).unwrap();
    for tone_hz in [60.0, 500.0, 8000.0] {
        let input = sine(&format, 48_000, tone_hz, 0.01);
        let output = fresh(&spec, &format, &input, 512);
        let change_db = 20.0 * (rms(&output.channel(0)[24_000..]) / rms(&input.channel(0)[24_000..])).log10();
        assert!(change_db.abs() < 0.05, "{change_db} dB at {tone_hz} Hz");
    }
}

/// And for the bands of the stereo processor: what stands in the middle passes a half-mixed mono bass unchanged.
#[test]
fn a_mixed_mono_bass_leaves_the_middle_alone() {
    let format = StreamFormat::new(48_000.0, 2);
    let spec = ChainSpec::from_toml("[[steps]]\nkind = \"stereo\"\nmix = 0.5\nmono_below_hz = 500.0\n").unwrap();
    for tone_hz in [60.0, 500.0, 8000.0] {
        let tone = sine(&StreamFormat::new(48_000.0, 1), 48_000, tone_hz, 0.1);
        let input = PlanarBuffer::from_channels(&[tone.channel(0), tone.channel(0)]);
        let output = fresh(&spec, &format, &input, 512);
        let change_db = 20.0 * (rms(&output.channel(1)[24_000..]) / rms(&input.channel(1)[24_000..])).log10();
        assert!(change_db.abs() < 0.01, "{change_db} dB at {tone_hz} Hz");
    }
}

#[test]
fn solo_and_mute_decide_what_is_summed() {
    let format = StreamFormat::new(48_000.0, 1);
    let input = programme(&format, 1_000, 0.5);
    let branch = |gain_db, mute, solo| Branch { mute, solo, ..Branch::new("", [gain(gain_db)]) };
    let level = |branches: [Branch; 2]| {
        let output = fresh(&chain_of(ParallelSpec::whole(branches)), &format, &input, 512);
        rms(output.channel(0)) / rms(input.channel(0))
    };
    assert!((level([branch(0.0, false, false), branch(0.0, false, false)]) - 2.0).abs() < 1e-9);
    assert!((level([branch(0.0, true, false), branch(0.0, false, false)]) - 1.0).abs() < 1e-9);
    assert!((level([branch(0.0, false, true), branch(20.0, false, false)]) - 1.0).abs() < 1e-9);
    assert_eq!(level([branch(0.0, true, true), branch(0.0, false, false)]), 0.0);
}

#[test]
fn an_update_reaches_into_branches_without_a_click() {
    let format = StreamFormat::new(48_000.0, 2);
    let parallel = |inner_db, gain_db, mute| {
        ParallelSpec::whole([Branch { gain_db, mute, ..Branch::new("", [gain(inner_db)]) }, Branch::dry()])
    };
    let bands = |corner_hz, gain_db| {
        ParallelSpec::bands([corner_hz], [Branch { gain_db, ..Branch::default() }, Branch::default()])
    };
    let pairs = [
        (parallel(0.0, 0.0, false), parallel(-12.0, 0.0, false)),
        (parallel(0.0, 0.0, false), parallel(0.0, -12.0, false)),
        (parallel(0.0, 0.0, false), parallel(0.0, 0.0, true)),
        (bands(200.0, 0.0), bands(2000.0, -6.0)),
    ];
    for (from, to) in pairs {
        let (from, to) = (chain_of(from), chain_of(to));
        let input = sine(&format, 96_000, 441.0, 0.1);
        let mut output = input.clone();
        let mut chain = Chain::build(&from, &format).unwrap();
        let mut block = output.block_mut();
        chain.process(&mut block.slice_mut(0..40_000));
        assert_eq!(chain.update(&to), Update::Applied);
        chain.process(&mut block.slice_mut(40_000..96_000));
        let samples = output.channel(0);
        let bends = |range: std::ops::Range<usize>| {
            samples[range]
                .windows(5)
                .map(|w| (w[0] - 4.0 * w[1] + 6.0 * w[2] - 4.0 * w[3] + w[4]).abs())
                .fold(0.0, f64::max)
        };
        let steady = bends(20_000..40_000).max(bends(80_000..96_000));
        let change = bends(39_990..60_000);
        assert!(change < 2.0 * steady + 5e-5, "{to:?}: click of {change:e}, steady {steady:e}");
        let arrived = fresh(&to, &format, &input, 512);
        let (is, wanted) = (rms(&samples[90_000..]), rms(&arrived.channel(0)[90_000..]));
        assert!((is - wanted).abs() < 1e-6, "{to:?}: {is} is not {wanted}");
    }
}

/// A later step, or one in another branch, may refuse an update: no step before it has changed then.
#[test]
fn an_update_that_needs_a_rebuild_changes_nothing() {
    let format = StreamFormat::new(48_000.0, 2);
    let eq = |latency_ms| EqSpec { phase: EqPhase::Linear, linear_phase_latency_ms: latency_ms, ..EqSpec::default() };
    let spec = |gain_db, mix, latency_ms, corner_hz| {
        let late = ProcessorSpec::Eq(eq(latency_ms));
        let first = Branch { gain_db, ..Branch::new("", [Step { mix, ..Step::new(gain(gain_db)) }]) };
        let bands = ParallelSpec::bands([corner_hz], [first, Branch::new("", [late])]);
        ChainSpec::new("", [Step { mix, ..Step::new(gain(gain_db)) }, Step::new(bands)])
    };
    let (now, refused) = (spec(0.0, 1.0, 20.0, 300.0), spec(-12.0, 0.5, 40.0, 900.0));
    let input = programme(&format, 12_000, 0.5);
    let expected = fresh(&now, &format, &input, 512);
    let mut chain = Chain::build(&now, &format).unwrap();
    let mut output = input.clone();
    let mut block = output.block_mut();
    chain.process(&mut block.slice_mut(0..5_000));
    assert_eq!(chain.update(&refused), Update::NeedsRebuild);
    chain.process(&mut block.slice_mut(5_000..12_000));
    assert_same(&output, &expected, "nothing has changed");
}

#[test]
fn another_structure_needs_a_rebuild() {
    let format = StreamFormat::new(48_000.0, 2);
    let two = |steps: Vec<ProcessorSpec>| ParallelSpec::whole([Branch::dry(), Branch::new("", steps)]);
    let mut chain = Chain::build(&chain_of(two(vec![gain(0.0)])), &format).unwrap();
    let others = [
        chain_of(two(vec![])),
        chain_of(two(vec![ProcessorSpec::Utility(UtilitySpec::default())])),
        chain_of(ParallelSpec::whole([Branch::dry()])),
        chain_of(ParallelSpec::mid_side(Branch::dry(), Branch::new("", [gain(0.0)]))),
        ChainSpec::new("", [gain(0.0)]),
    ];
    for other in others {
        assert_eq!(chain.update(&other), Update::NeedsRebuild, "{other:?}");
    }
    assert_eq!(chain.update(&chain_of(two(vec![gain(3.0)]))), Update::Applied);
}

/// Real-time safe at any block, rate and number of channels: one of each processor, in a row and in every kind of branch.
#[test]
fn nothing_allocates_at_any_block_size_rate_and_channel_count() {
    let every = || ProcessorSpec::KINDS.iter().filter_map(|kind| ProcessorSpec::default_of(kind));
    let wide = ProcessorSpec::Stereo(StereoSpec { mono_below_hz: 120.0, ..StereoSpec::default() });
    let quiet = || ParallelSpec::bands([300.0], [Branch::new("", [gain(-1.0)]), Branch::new("", [late()])]);
    let mut spec = ChainSpec::new("", every());
    spec.steps.push(Step { mix: 0.5, ..Step::new(quiet()) });
    spec.steps.push(Step::new(ParallelSpec::whole([Branch::new("", [wide]), Branch::new("", [quiet()])])));
    spec.steps.push(Step::new(ParallelSpec::mid_side(Branch::new("", [gain(1.0)]), Branch::new("", [late()]))));
    let rates_hz = [8_000.0, 22_050.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0];
    for (index, rate_hz) in rates_hz.into_iter().enumerate() {
        for channels in [1, 2, 3, 6, 8] {
            let format = StreamFormat::new(rate_hz, channels);
            let block_frames = [1, 7, 64, 1000, 4096, 8192][(index + channels) % 6];
            let mut chain = Chain::build(&spec, &format).unwrap();
            let mut audio = programme(&format, 8192.min(block_frames * 300), 0.9);
            let frames = audio.frames();
            let mut turned = spec.clone();
            turned.steps.iter_mut().for_each(|step| step.bypass = true);
            let calls = count(|| {
                let mut block = audio.block_mut();
                for (number, start) in (0..frames).step_by(block_frames).enumerate() {
                    chain.process(&mut block.slice_mut(start..(start + block_frames).min(frames)));
                    let _ = chain.update(if number % 2 == 0 { &turned } else { &spec });
                }
                chain.reset();
                chain.gain_reductions_db().count() + chain.latency_frames()
            });
            assert_eq!(calls, 0, "{rate_hz} Hz, {channels} channels, blocks of {block_frames}");
            assert!(is_finite(&audio), "{rate_hz} Hz, {channels} channels, blocks of {block_frames}");
        }
    }
}

#[test]
fn files_say_branches_and_errors_their_place() {
    let text = r#"
        [[steps]]
        kind = "parallel"
        split = "bands"
        crossovers_hz = [200.0]
        mix = 0.5
        [[steps.branches]]
        name = "Low"
        [[steps.branches]]
        gain_db = -3.0
        steps = [{ kind = "gain", gain_db = 1.0, bypass = true }]
    "#;
    let spec = ChainSpec::from_toml(text).unwrap();
    let high = Branch { gain_db: -3.0, ..Branch::new("", [Step { bypass: true, ..Step::new(gain(1.0)) }]) };
    let parallel = ParallelSpec::bands([200.0], [Branch::new("Low", Vec::<Step>::new()), high]);
    assert_eq!(spec, ChainSpec::new("", [Step { mix: 0.5, ..Step::new(parallel) }]));
    for spec in examples().into_iter().chain([spec]) {
        assert_eq!(ChainSpec::from_toml(&spec.to_toml()).unwrap(), spec);
        assert_eq!(ChainSpec::from_json(&spec.to_json()).unwrap(), spec);
    }
    let wrong = [
        ("branches = []", "steps[0].branches: there may be 1 to 8, there are 0"),
        (
            "split = \"mid_side\"\nbranches = [{}]",
            "steps[0].branches: `split = \"mid_side\"` has two, mid then side, there are 1",
        ),
        (
            "split = \"bands\"\nbranches = [{}, {}]",
            "steps[0].crossovers_hz: 2 branches have 1 corners between them, there are 0",
        ),
        ("crossovers_hz = [100]\nbranches = [{}]", "steps[0].crossovers_hz: corners belong to `split = \"bands\"`"),
        ("branches = [{ gain_db = 99 }]", "steps[0].branches[0].gain_db: 99 is outside -96..24 dB"),
        (
            "branches = [{ steps = [{ kind = \"gain\", gain_db = 99 }] }]",
            "steps[0].branches[0].steps[0].gain_db: 99 is outside -96..48 dB",
        ),
        (
            "branches = [{ steps = [{ kind = \"gian\" }] }]",
            "steps[0].branches[0].steps[0].kind: there is no step `gian`",
        ),
        (
            "branches = [{ stpes = [] }]",
            "steps[0].branches[0].stpes: unknown field `stpes`, expected one of `name`, `gain_db`, `mute`, `solo`, `steps`",
        ),
        (
            "branch = []",
            "steps[0].branch: unknown field `branch`, expected one of `split`, `crossovers_hz`, `branches`",
        ),
        (
            "split = \"side\"\nbranches = [{}]",
            "steps[0].split: unknown name `side`, expected one of `whole`, `mid_side`, `bands`",
        ),
        ("branches = {}", "steps[0].branches: must be a list"),
    ];
    for (fields, message) in wrong {
        let error =
            ChainSpec::from_toml(&format!("[[steps]]\nkind = \"parallel\"\n{fields}\n")).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}\nis not\n{message}");
    }
}

#[test]
fn nesting_is_bounded() {
    let nest = |depth: usize| {
        let inner = Branch::new("", [gain(1.0)]);
        (0..depth).fold(inner, |branch, _| Branch::new("", [ParallelSpec::whole([branch])]))
    };
    let chain = |depth| chain_of(ParallelSpec::whole([nest(depth - 1)]));
    assert!(chain(MAX_NESTING).validate().is_ok());
    assert!(ChainSpec::from_toml(&chain(MAX_NESTING).to_toml()).is_ok());
    let deep = chain(MAX_NESTING + 1);
    for error in [deep.validate().unwrap_err(), ChainSpec::from_toml(&deep.to_toml()).unwrap_err()] {
        assert!(error.path.starts_with("steps[0].branches[0].steps[0]"), "{error}");
        assert!(error.problem.contains("4 deep"), "{error}");
    }
    let many = ChainSpec::new("", (0..300).map(|_| gain(0.0)));
    assert!(many.validate().unwrap_err().problem.contains("256"));
}

#[test]
fn plugins_from_outside_need_a_host_unless_bypassed() {
    let format = StreamFormat::new(48_000.0, 2);
    let plugin = || Step::new(ClapSpec::new("/no/such.clap"));
    let inside = ChainSpec::new("", [ParallelSpec::whole([Branch::new("", [plugin()])])]);
    match Chain::build(&inside, &format) {
        Err(BuildError::External(error)) => assert_eq!(error.path, "steps[0].branches[0].steps[0]"),
        other => panic!("{:?}", other.err()),
    }
    let bypassed = ChainSpec::new("", [Step { bypass: true, ..plugin() }]);
    let input = programme(&format, 2_000, 0.5);
    assert_same(&fresh(&bypassed, &format, &input, 512), &input, "a bypassed plugin is not there");
    let mut chain = Chain::build(&bypassed, &format).unwrap();
    assert_eq!(chain.update(&bypassed), Update::Applied);
    assert_eq!(chain.update(&ChainSpec::new("", [plugin()])), Update::NeedsRebuild);

    let asked = RefCell::new(Vec::new());
    let host = |spec: &ClapSpec, format: &StreamFormat| {
        asked.borrow_mut().push((spec.path.clone(), format.channels()));
        Ok(late().build(format).unwrap())
    };
    let halves = ChainSpec::new("", [ParallelSpec::mid_side(Branch::dry(), Branch::new("", [plugin()]))]);
    let options = BuildOptions { externals: Some(&host), ..BuildOptions::default() };
    let chain = Chain::build_with(&halves, &format, &options).unwrap();
    assert_eq!((chain.latency_frames(), asked.take()), (960, vec![("/no/such.clap".to_owned(), 1)]));
}

#[test]
fn splits_have_names() {
    for (split, name) in [(Split::Whole, "whole"), (Split::MidSide, "mid_side"), (Split::Bands, "bands")] {
        assert_eq!(serde_json::to_value(split).unwrap(), name);
    }
}
