//! Chains as files, and chains at work.

use crate::support::*;
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_mastering::{
    BuildError, CHAIN_VERSION, Chain, ChainSpec, EqPhase, EqSpec, GainSpec, LimiterSpec, ProcessorSpec, SaturatorSpec,
    Step, StepKind, Update,
};
use proptest::prelude::*;

fn gain(gain_db: f64) -> ProcessorSpec {
    ProcessorSpec::Gain(GainSpec { gain_db })
}

fn error(toml: &str) -> String {
    ChainSpec::from_toml(toml).unwrap_err().to_string()
}

#[test]
fn a_file_is_flat_and_what_is_absent_takes_its_default() {
    let spec = ChainSpec::from_toml(
        "[[steps]]\nkind = \"gain\"\nmix = 0.5\n\n[[steps]]\nkind = \"gain\"\ngain_db = 3\nbypass = true\n",
    )
    .unwrap();
    assert_eq!(spec.version, CHAIN_VERSION);
    assert_eq!(spec.steps[0], Step { mix: 0.5, ..Step::new(gain(0.0)) });
    assert_eq!(spec.steps[1], Step { bypass: true, ..Step::new(gain(3.0)) });
    let json =
        r#"{"version": 1, "steps": [{"kind": "gain", "mix": 0.5}, {"bypass": true, "kind": "gain", "gain_db": 3}]}"#;
    assert_eq!(ChainSpec::from_str_auto(json).unwrap(), spec);
    assert_eq!(ChainSpec::from_str_auto(&spec.to_toml()).unwrap(), spec);
}

/// Rendering a file takes the latency off before the limiter, which works in hops; a chain does not.
#[test]
fn a_limiter_does_the_same_whether_latency_was_taken_off_before_it_or_not() {
    let format = StreamFormat::new(44_100.0, 2);
    let saturator = ProcessorSpec::Saturator(SaturatorSpec { drive_db: 6.0, ..SaturatorSpec::default() });
    let limiter = ProcessorSpec::Limiter(LimiterSpec { drive_db: 9.0, ..LimiterSpec::default() });
    let mut audio = programme(&format, 30_000, 0.7);
    // What filters ring ahead of an abrupt beginning is cut off in one of them too.
    for channel in 0..2 {
        audio.channel_mut(channel)[..4000].iter_mut().enumerate().for_each(|(i, s)| *s *= i as f64 / 4000.0);
    }
    let run = |steps: Vec<ProcessorSpec>, audio: &PlanarBuffer| {
        let spec = ChainSpec { steps: steps.into_iter().map(Step::new).collect(), ..ChainSpec::default() };
        let mut chain = Chain::build(&spec, &format).unwrap();
        let latency = chain.latency_frames();
        let channels: Vec<Vec<f64>> = (0..2).map(|c| [audio.channel(c), &vec![0.0; latency]].concat()).collect();
        let mut out = PlanarBuffer::from_channels(&channels);
        chain.process(&mut out.block_mut());
        let kept: Vec<Vec<f64>> = (0..2).map(|c| out.channel(c)[latency..].to_vec()).collect();
        (PlanarBuffer::from_channels(&kept), latency)
    };
    let (together, latency) = run(vec![saturator.clone(), limiter.clone()], &audio);
    let (before, own) = run(vec![saturator], &audio);
    let (apart, _) = run(vec![limiter], &before);
    assert!(own % 512 != 0 && latency > own, "the hops would lie where they do anyway");
    // What rings on after the end is cut off in one of them.
    let whole = 28_000;
    let difference = |c: usize| together.channel(c)[..whole].iter().zip(apart.channel(c)).map(|(a, b)| (a - b).abs());
    let largest = (0..2).flat_map(difference).fold(0.0, f64::max);
    println!("largest difference {:.1} dBFS", 20.0 * (largest + 1e-20).log10());
    assert!(largest < 1e-7, "{largest}");
}

#[test]
fn every_example_survives_both_formats() {
    let steps =
        ProcessorSpec::all().into_iter().map(|spec| Step { bypass: true, mix: 0.25, ..Step::new(spec) }).collect();
    let spec = ChainSpec { name: "all \"of\" them\nφ".to_owned(), steps, ..ChainSpec::default() };
    assert_eq!(ChainSpec::from_toml(&spec.to_toml()).unwrap(), spec);
    assert_eq!(ChainSpec::from_json(&spec.to_json()).unwrap(), spec);
    assert_eq!(serde_json::from_str::<ChainSpec>(&spec.to_json()).unwrap(), spec);
}

#[test]
fn what_is_wrong_is_named_with_its_path_and_what_would_be_right() {
    let cases = [
        (
            "[[steps]]\nkind = \"gain\"\n[[steps]]\nkind = \"gain\"\ngain_db = 99\n",
            "steps[1].gain_db: 99 is outside -96..48 dB",
        ),
        ("[[steps]]\nkind = \"gain\"\nmix = 1.5\n", "steps[0].mix: 1.5 is outside 0..1"),
        ("version = 3\n", "version: 3 is newer than this program reads (up to 2); update Balanced to open this chain"),
        ("version = 0\n", "version: must be a whole number from 1 to 2, is 0"),
        (
            "stepps = []\n",
            "stepps: unknown field; use the fields of a chain: `version`, `name`, `input_lufs` and `steps`",
        ),
        ("input_lufs = 3\n", "input_lufs: 3 is outside -60..0 LUFS"),
        ("input_lufs = \"x\"\n", "input_lufs: must be a number, is \"x\""),
        ("[[steps]]\nkind = \"gain\"\nbypass = 1\n", "steps[0].bypass: must be true or false, is 1"),
    ];
    for (toml, message) in cases {
        assert_eq!(error(toml), message);
    }
    let unknown = error("[[steps]]\nkind = \"gain\"\ngian_db = 1\n");
    assert!(unknown.starts_with("steps[0].gian_db: unknown field `gian_db`, expected `gain_db`"), "{unknown}");
    let kind = error("[[steps]]\nkind = \"gian\"\n");
    assert!(kind.starts_with("steps[0].kind: there is no step `gian`, there are gain, "), "{kind}");
    let text = error("[[steps]]\nkind = \"gain\"\ngain_db = \"2\"\n");
    assert_eq!(text, "steps[0].gain_db: must be of another type than string \"2\", expected a number");
    assert!(error("[[steps]]\nmix = 1\n").starts_with("steps[0].kind: must name what the step does: gain, "));
    assert!(error("steps = [").contains("line 1") || error("steps = [").contains("1:"), "{}", error("steps = ["));
    assert!(ChainSpec::from_json("[]").is_err() && ChainSpec::from_json("{").is_err());
}

#[test]
fn a_chain_that_cannot_work_is_not_built() {
    let wrong = ChainSpec::new("", [gain(f64::NAN)]);
    let format = StreamFormat::new(48_000.0, 2);
    assert!(matches!(Chain::build(&wrong, &format), Err(BuildError::Spec(e)) if e.path == "steps[0].gain_db"));
    let empty = ChainSpec::default();
    assert!(matches!(Chain::build(&empty, &StreamFormat::new(4_000.0, 2)), Err(BuildError::SampleRate(_))));
    assert!(matches!(Chain::build(&empty, &StreamFormat::new(f64::NAN, 2)), Err(BuildError::SampleRate(_))));
    assert!(matches!(Chain::build(&empty, &StreamFormat::new(48_000.0, 0)), Err(BuildError::NoChannels)));
    assert!(Chain::build(&empty, &format).is_ok());
}

#[test]
fn steps_act_in_order_and_mix_is_aligned() {
    let format = StreamFormat::new(48_000.0, 2);
    let input = programme(&format, 5_000, 0.5);
    let spec = ChainSpec {
        steps: vec![Step { mix: 0.5, ..Step::new(gain(20.0)) }, Step::new(gain(-20.0))],
        ..ChainSpec::default()
    };
    let mut output = input.clone();
    Chain::build(&spec, &format).unwrap().process(&mut output.block_mut());
    for (x, y) in input.channel(1).iter().zip(output.channel(1)) {
        assert!((y - 0.55 * x).abs() < 1e-12);
    }
}

/// A linear-phase equaliser without bands only delays: half of it and half of the dry signal are the delayed input.
#[test]
fn the_dry_path_of_a_mix_is_as_late_as_the_processed_one() {
    let format = StreamFormat::new(48_000.0, 2);
    let eq = EqSpec { phase: EqPhase::Linear, linear_phase_latency_ms: 20.0, ..EqSpec::default() };
    let spec = ChainSpec { steps: vec![Step { mix: 0.5, ..Step::new(ProcessorSpec::Eq(eq)) }], ..ChainSpec::default() };
    let mut chain = Chain::build(&spec, &format).unwrap();
    assert_eq!(chain.latency_frames(), 960);
    let input = programme(&format, 5_000, 0.5);
    let mut output = input.clone();
    chain.process(&mut output.block_mut());
    for frame in 960..5_000 {
        assert!((output.channel(1)[frame] - input.channel(1)[frame - 960]).abs() < 1e-12, "{frame}");
    }
}

#[test]
fn an_update_of_bypass_crossfades_and_ends_bit_exact() {
    let format = StreamFormat::new(48_000.0, 1);
    let mut spec = ChainSpec::new("", [gain(-12.0)]);
    let mut chain = Chain::build(&spec, &format).unwrap();
    let input = sine(&format, 9_600, 500.0, 0.5);
    let mut output = input.clone();
    let mut block = output.block_mut();
    chain.process(&mut block.slice_mut(0..4_801));
    spec.steps[0].bypass = true;
    assert_eq!(chain.update(&spec), Update::Applied);
    chain.process(&mut block.slice_mut(4_801..9_600));
    let jump = output.channel(0).windows(3).map(|w| (w[0] - 2.0 * w[1] + w[2]).abs()).fold(0.0, f64::max);
    assert!(jump < 0.5 * (std::f64::consts::TAU * 500.0 / 48_000.0).powi(2) * 1.1, "{jump}");
    assert_eq!(output.channel(0)[6_000..], input.channel(0)[6_000..]);
    spec.steps.push(Step::new(gain(0.0)));
    assert_eq!(chain.update(&spec), Update::NeedsRebuild);
}

#[test]
fn a_chain_of_everything_does_not_depend_on_blocks_and_resets() {
    let format = StreamFormat::new(44_100.0, 2);
    let steps = ProcessorSpec::all().into_iter().map(|spec| Step { mix: 0.7, ..Step::new(spec) }).collect();
    let mut chain = Chain::build(&ChainSpec { steps, ..ChainSpec::default() }, &format).unwrap();
    let input = programme(&format, 12_000, 0.9);
    let mut outputs = [1, 37, 4096, 12_000].map(|block_frames: usize| {
        let mut audio = input.clone();
        chain.reset();
        let mut start = 0;
        while start < 12_000 {
            let end = (start + block_frames).min(12_000);
            chain.process(&mut audio.block_mut().slice_mut(start..end));
            start = end;
        }
        audio
    });
    let (whole, parts) = outputs.split_last_mut().unwrap();
    assert!(is_finite(whole));
    parts.iter().for_each(|part| assert_same(part, whole, "a chain of everything"));
}

#[test]
fn blocks_of_no_frames_are_nothing() {
    let format = StreamFormat::new(44_100.0, 2);
    let mut chain = Chain::build(&ChainSpec::new("", ProcessorSpec::all()), &format).unwrap();
    chain.process(&mut PlanarBuffer::new(2, 0).block_mut());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_numbers_round_trip(gains in prop::collection::vec((-96.0..48.0f64, 0.0..=1.0f64, any::<bool>()), 0..6), name in ".{0,12}") {
        let steps = gains.iter().map(|(db, mix, bypass)| Step { kind: gain(*db).into(), bypass: *bypass, mix: *mix }).collect();
        let spec = ChainSpec { name, steps, ..ChainSpec::default() };
        prop_assert_eq!(&ChainSpec::from_toml(&spec.to_toml()).unwrap(), &spec);
        prop_assert_eq!(&ChainSpec::from_json(&spec.to_json()).unwrap(), &spec);
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}") {
        let _ = ChainSpec::from_str_auto(&text);
    }
}

#[test]
fn every_preset_works_and_says_what_it_is() {
    for name in ChainSpec::preset_names() {
        let spec = ChainSpec::preset(name).unwrap_or_else(|| panic!("{name}"));
        assert!(!spec.name.is_empty(), "{name}");
        assert_eq!(ChainSpec::from_toml(&spec.to_toml()).unwrap(), spec, "{name}");
        for format in [StreamFormat::new(44_100.0, 1), StreamFormat::new(96_000.0, 2)] {
            let mut chain = Chain::build(&spec, &format).unwrap_or_else(|error| panic!("{name}: {error}"));
            let mut audio = programme(&format, 20_000, 0.9);
            chain.process(&mut audio.block_mut());
            assert!(is_finite(&audio) && rms(audio.channel(0)) > 0.01, "{name}");
        }
    }
    assert_eq!(ChainSpec::preset("no such intent"), None);
}

/// A look at the schema as a validator reads it: closed tables with ranges, `bypass` and `mix` beside the settings.
#[test]
fn the_schema_knows_kinds_ranges_and_the_flat_step() {
    let schema = serde_json::to_value(schemars::schema_for!(ChainSpec)).unwrap();
    assert_eq!((&schema["additionalProperties"], &schema["required"]), (&false.into(), &serde_json::Value::Null));
    let kinds = schema["$defs"]["Step"]["oneOf"].as_array().expect("one schema a kind");
    assert_eq!(kinds.len(), StepKind::names().count());
    for kind in kinds {
        let name = kind["properties"]["kind"]["const"].as_str().unwrap();
        assert!(StepKind::names().any(|known| known == name));
        assert_eq!(kind["additionalProperties"], false, "{name} is closed");
        assert_eq!(kind["properties"]["bypass"]["type"], "boolean", "{name}");
        assert_eq!(kind["properties"]["mix"]["maximum"], 1.0, "{name}");
    }
    let gain = kinds.iter().find(|kind| kind["properties"]["kind"]["const"] == "gain").unwrap();
    assert_eq!(gain["properties"]["gain_db"]["minimum"], -96.0);
    assert_eq!(schema["$defs"]["EqBand"]["properties"]["frequency_hz"]["maximum"], 30_000.0);
    assert_eq!(schema["$defs"]["EqBand"]["additionalProperties"], false);
}

#[test]
fn files_of_every_version_are_still_read() {
    let spec = ChainSpec::from_toml(include_str!("../../../../fixtures/old-specs/chain-v1.toml")).unwrap();
    let kinds: Vec<_> = spec.steps.iter().map(|step| step.kind.name()).collect();
    assert_eq!(kinds, ["gain", "eq", "compressor", "multiband", "stereo", "dither"]);
    let Some(ProcessorSpec::Eq(eq)) = spec.steps[1].processor() else { unreachable!() };
    assert_eq!((eq.bands.len(), eq.bands[1].gain_db, eq.bands[1].enabled), (2, 1.5, true));
    assert!(spec.steps[2].bypass && spec.steps[3].mix == 0.5);
    assert!(Chain::build(&spec, &StreamFormat::new(44_100.0, 2)).is_ok());
}

#[test]
fn a_preset_is_where_a_step_starts_from() {
    let read = |fields: &str| ChainSpec::from_toml(&format!("[[steps]]\nkind = \"dynamic_eq\"\n{fields}"));
    let preset = read("preset = \"de_esser\"").unwrap();
    assert_eq!(preset.steps[0].processor(), ProcessorSpec::preset_of("dynamic_eq", "de_esser").as_ref());
    let other = read("preset = \"de_esser\"\nbands = []").unwrap();
    assert_eq!(other.steps[0].processor(), ProcessorSpec::default_of("dynamic_eq").as_ref());
    assert_eq!(
        ChainSpec::from_toml(&preset.to_toml()).unwrap(),
        preset,
        "the written file holds the settings themselves"
    );
    let error = read("preset = \"nobody\"").unwrap_err();
    assert!(error.path == "steps[0].preset" && error.problem.contains("de_esser, resonance"), "{error}");
    for kind in ProcessorSpec::KINDS {
        for preset in ProcessorSpec::presets_of(kind) {
            ProcessorSpec::preset_of(kind, preset).unwrap().validate().unwrap();
        }
    }
}

/// Every example of the page on chains is a chain.
#[test]
fn the_documented_chains_are_read() {
    let page = include_str!("../../docs/chains.md");
    let examples: Vec<&str> =
        page.split("```toml\n").skip(1).filter_map(|rest| Some(rest.split_once("```")?.0)).collect();
    assert!(examples.len() >= 5);
    let format = StreamFormat::new(44_100.0, 2);
    for example in examples {
        let spec = ChainSpec::from_toml(example).unwrap_or_else(|error| panic!("{error}\n{example}"));
        let hosted = spec.all_steps().iter().any(|step| matches!(step.kind, StepKind::Clap(_)));
        assert!(hosted || Chain::build(&spec, &format).is_ok(), "{example}");
    }
}
