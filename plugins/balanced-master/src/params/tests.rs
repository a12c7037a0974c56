use super::module::MODULES;
use super::*;
use balanced_mastering::{ProcessorSpec, Scale, Step};
use std::collections::BTreeSet;

#[test]
fn every_row_has_a_knob_a_name_and_a_unit_and_ids_are_unique() {
    let params = PluginParams::new();
    let ids: BTreeSet<&str> = params.knobs().iter().map(|knob| knob.id.as_str()).collect();
    let names: BTreeSet<&str> = params.knobs().iter().map(Knob::name).collect();
    assert_eq!(ids.len(), params.knobs().len());
    assert_eq!(names.len(), params.knobs().len());
    for module in &MODULES {
        for row in module.rows().iter().filter(|row| row.id != "seed") {
            for id in chain::ids(module, row.id) {
                let id = format!("{}.{id}", module.kind);
                let knob = params.knob(&id).unwrap_or_else(|| panic!("{id} has no knob"));
                assert_eq!(text::unit(row).is_empty(), row.unit.is_empty(), "{id}: unit {:?} is unknown", row.unit);
                assert!(!knob.name().is_empty() && !knob.group.is_empty());
            }
        }
    }
}

/// Hosts list parameters band by band; no id ever goes away.
#[test]
fn hosts_list_the_knobs_in_the_approved_order() {
    let order: Vec<&str> = include_str!("order.txt").lines().collect();
    let params = PluginParams::new();
    let ids: Vec<String> = params.param_map().into_iter().map(|(id, ..)| id).collect();
    if std::env::var_os("BALANCED_APPROVE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/params/order.txt");
        std::fs::write(path, ids.join("\n") + "\n").unwrap();
        return;
    }
    assert_eq!(ids, order);
    let band = ids.iter().position(|id| id == "eq.bands2.kind").unwrap();
    assert!(ids[band..band + 8].iter().all(|id| id.starts_with("eq.bands2.")), "{:?}", &ids[band..band + 8]);
}

/// What changes the latency cannot be automated, and nothing else is taken from automation for it.
#[test]
fn hosts_cannot_automate_the_latency() {
    let format = balanced_dsp::StreamFormat::new(48_000.0, 2);
    for module in &MODULES {
        for number in module.knob_rows() {
            let row = module.rows()[number];
            let latency = |value: f64| {
                let mut spec = module.blank(0);
                for phase in ["phase"] {
                    // Lengths of linear-phase filters count in linear phase only.
                    if row.id != phase
                        && let Some(phase) = module.rows().iter().position(|row| row.id == phase)
                    {
                        spec.set(phase, 0, 1.0);
                    }
                }
                spec.set(number, 0, value);
                legal::make_legal(&mut spec);
                spec.build(&format)
                    .map(|processor| processor.latency_frames())
                    .unwrap_or_else(|error| panic!("{error}"))
            };
            let values: Vec<f64> = match row.scale {
                Scale::Choice(names) => (0..names.len()).map(|choice| choice as f64).collect(),
                _ => vec![row.min, row.max],
            };
            let latencies: BTreeSet<usize> = values.into_iter().map(latency).collect();
            assert_eq!(latencies.len() > 1, module.is_late(row.id), "{} {}: {latencies:?}", module.kind, row.id);
        }
    }
}

#[test]
fn modules_are_added_where_an_engineer_wants_them() {
    let mut rack = rack::Rack::default();
    let added = ["limiter", "dither", "eq", "dehum", "stereo", "declip", "declick", "saturator"];
    for kind in added {
        let index = module::index_of(kind).unwrap();
        rack.entries.insert(rack.place_for(index), rack::Entry::Module(kind.to_owned()));
    }
    let order: Vec<&str> =
        rack.entries.iter().filter_map(|entry| entry.module()).map(|index| MODULES[index].kind).collect();
    assert_eq!(order, ["declick", "declip", "dehum", "eq", "stereo", "saturator", "limiter", "dither"]);
    assert!((0..8).all(|place| !rack.is_behind_limiter(place)));
    rack.entries.swap(3, 7); // the equaliser at the end, the dither before
    assert!(rack.is_behind_limiter(7) && !rack.is_behind_limiter(3));
}

/// A project brings back what sounds, not what was listened to.
#[test]
fn projects_load_at_processed_and_stereo() {
    let params = PluginParams::new();
    for (id, value) in [("listen", 2.0), ("monitor", 3.0), ("gain_match", 1.0), ("bypass", 1.0), ("latency", 1.0)] {
        params.knob(id).unwrap().restore(value);
    }
    let other = PluginParams::new();
    other.knob("monitor").unwrap().restore(2.0);
    other.deserialize_fields(&params.serialize_fields());
    let values = ["listen", "monitor", "gain_match", "bypass", "latency"].map(|id| other.knob(id).unwrap().value());
    assert_eq!(values, [0.0, 0.0, 0.0, 1.0, 1.0]);
}

/// A state of the first version, saved by a build of 1 December 2026 with some settings and monitoring on.
#[test]
fn a_state_of_the_first_version_loads() {
    let state: serde_json::Value = serde_json::from_str(include_str!("../../tests/fixtures/state-1.json")).unwrap();
    let fields: BTreeMap<String, String> = serde_json::from_value(state["fields"].clone()).unwrap();
    let params = PluginParams::new();
    params.deserialize_fields(&fields);
    let value = |id: &str| params.knob(id).unwrap().value();
    assert_eq!(value("eq.bands2.gain_db"), 3.3);
    assert_eq!(value("eq.bands4.frequency_hz"), 433.0);
    assert_eq!((value("eq.phase"), value("multiband.band_count"), value("limiter.drive_db")), (1.0, 5.0, 6.0));
    assert_eq!((value("listen"), value("monitor"), value("gain_match")), (0.0, 0.0, 0.0));
    assert_eq!(params.rack().name, "Init");
    assert_eq!(params.is_as_named(), Some(false), "it was changed");
    let chain = chain::chain_of(&params.snapshot(false));
    assert!(chain.steps.iter().all(|step| step.mix == 1.0), "the limiter's old mix is gone");
    chain.validate().unwrap();
    let saved: serde_json::Value = serde_json::from_str(&params.serialize_fields()["balanced"]).unwrap();
    assert_eq!(saved["version"], 2);
}

/// A limiter that is mixed is no module: the step runs as the file has it.
#[test]
fn a_mixed_limiter_is_kept_as_in_the_file() {
    let params = PluginParams::new();
    let mut limiter = Step::new(ProcessorSpec::default_of("limiter").unwrap());
    limiter.mix = 0.5;
    let chain = balanced_mastering::ChainSpec::new("", [limiter]);
    let snapshot = chain::snapshot_of(&chain, &params.defaults());
    assert!(snapshot.rack.entries[0].module().is_none());
    assert_eq!(chain::chain_of(&snapshot).steps, chain.steps);
}

#[test]
fn a_name_stands_for_its_settings_until_they_change() {
    let params = PluginParams::new();
    assert_eq!(params.is_as_named(), Some(true));
    params.knob("eq.bands2.gain_db").unwrap().restore(1.0);
    assert_eq!(params.is_as_named(), Some(false));
    params.knob("eq.bands2.gain_db").unwrap().restore(0.0);
    assert_eq!(params.is_as_named(), Some(true));
    let mut rack = params.rack();
    rack.entries.swap(0, 1);
    params.set_rack(rack);
    assert_eq!(params.is_as_named(), Some(false));
    for preset in balanced_mastering::Preset::all() {
        let snapshot = params.as_named(chain::snapshot_of(&preset.chain(), &params.defaults()));
        snapshot.values.iter().for_each(|(id, value)| params.knob(id).unwrap().restore(*value));
        params.set_rack(snapshot.rack);
        assert_eq!(params.is_as_named(), Some(true), "{}", preset.name);
    }
}

#[test]
fn knobs_write_what_a_chain_file_would_say() {
    for module in &MODULES {
        let blank = module.blank(0);
        for number in module.knob_rows() {
            let row = module.rows()[number];
            let value = match row.scale {
                Scale::Choice(names) => (names.len() - 1) as f64,
                Scale::Toggle => 1.0 - row.default,
                Scale::Integer => row.max,
                _ => 0.25 * row.min + 0.75 * row.max,
            };
            let mut spec = blank.clone();
            assert!(spec.set(number, 0, value));
            assert_eq!(spec.get(number, 0), Some(value), "{} {}", module.kind, row.id);
            let tree = serde_json::to_value(&spec).unwrap();
            let path = format!("/{}", row.id.replace("[].", "/0/").replace("[]", "/0"));
            let found = tree.pointer(&path).unwrap_or_else(|| panic!("{path} in {tree}"));
            match row.scale {
                Scale::Choice(names) => assert_eq!(found.as_str(), names.last().copied(), "{}", row.id),
                Scale::Toggle => assert_eq!(found.as_bool(), Some(value == 1.0), "{}", row.id),
                _ => assert_eq!(found.as_f64(), Some(value), "{}", row.id),
            }
        }
    }
}

#[test]
fn choices_are_numbered_as_the_rows_name_them() {
    for module in &MODULES {
        for number in module.knob_rows() {
            let row = module.rows()[number];
            let Scale::Choice(names) = row.scale else { continue };
            for (choice, name) in names.iter().enumerate() {
                let mut spec = module.blank(0);
                spec.set(number, 0, choice as f64);
                let text = serde_json::to_string(&spec).unwrap();
                assert!(text.contains(&format!("\"{name}\"")), "{} {name}: {text}", row.id);
            }
        }
    }
}

#[test]
fn values_pass_through_positions_and_text() {
    for knob in PluginParams::new().knobs() {
        let row = knob.row();
        assert_eq!(knob.value(), knob.default, "{}", knob.id);
        for step in 0..=100 {
            let value = knob.mapping.value(step as f32 / 100.0);
            assert!(row.contains(value), "{} {value}", knob.id);
            assert_eq!(knob.mapping.value(knob.mapping.position(value)), value, "{} {value}", knob.id);
            let written = knob.text(value);
            let read = text::read(row, &written).unwrap_or_else(|| panic!("{} does not read {written:?}", knob.id));
            assert_eq!(knob.text(read), written, "{}", knob.id);
        }
        assert_eq!(knob.mapping.value(0.0), row.min);
        assert_eq!(knob.mapping.value(1.0), row.max);
    }
}

#[test]
fn text_is_read_as_people_write_it() {
    let params = PluginParams::new();
    let read = |id: &str, words: &str| text::read(params.knob(id).unwrap().row(), words);
    assert_eq!(read("eq.bands1.frequency_hz", "2.5k"), Some(2500.0));
    assert_eq!(read("eq.bands1.frequency_hz", "2,5 kHz"), Some(2500.0));
    assert_eq!(read("eq.bands1.gain_db", "\u{2212}3 dB"), Some(-3.0));
    assert_eq!(read("eq.bands1.gain_db", "99"), Some(30.0));
    assert_eq!(read("eq.bands1.kind", "Low shelf"), Some(1.0));
    assert_eq!(read("eq.bands1.kind", "low_shelf"), Some(1.0));
    assert_eq!(read("bypass", "on"), Some(1.0));
    assert_eq!(read("eq.bands1.gain_db", "loud"), None);
    assert_eq!(read("compressor.release_ms", "1 s"), Some(1000.0));
    assert_eq!(read("compressor.release_ms", "0.25s"), Some(250.0));
    assert_eq!(read("compressor.release_ms", "80 ms"), Some(80.0));
    assert_eq!(read("compressor.release_ms", "3 dB"), None, "a unit that is none of time");
    assert_eq!(read("compressor.mix", "50%"), Some(0.5));
    assert_eq!(read("compressor.mix", "0.5"), Some(0.5));
    assert_eq!(read("stereo.width_percent", "120 %"), Some(120.0));
    assert_eq!(read("eq.bands1.slope_db_per_octave", "37"), Some(36.0));
    assert_eq!(read("compressor.ratio", "4:1"), Some(4.0));
}

#[test]
fn chains_come_back_as_they_went_in() {
    let params = PluginParams::new();
    for preset in balanced_mastering::Preset::all() {
        let chain = preset.chain();
        let snapshot = chain::snapshot_of(&chain, &params.defaults());
        let back = chain::chain_of(&snapshot);
        assert_eq!(back.steps, chain.steps, "{}", preset.name);
        let fixed = snapshot.rack.entries.iter().filter(|entry| entry.module().is_none()).count();
        let branches = chain.steps.iter().filter(|step| step.processor().is_none()).count();
        assert_eq!(fixed, branches, "{}", preset.name);
    }
    for spec in ProcessorSpec::all() {
        let chain = balanced_mastering::ChainSpec::new("", [spec]);
        let back = chain::chain_of(&chain::snapshot_of(&chain, &params.defaults()));
        let enabled = |chain: &balanced_mastering::ChainSpec| {
            let mut chain = chain.clone();
            if let balanced_mastering::StepKind::Processor(ProcessorSpec::DynamicEq(eq)) = &mut chain.steps[0].kind {
                eq.bands.retain(|band| band.enabled);
            }
            if let balanced_mastering::StepKind::Processor(ProcessorSpec::Eq(eq)) = &mut chain.steps[0].kind {
                eq.bands.retain(|band| band.enabled);
            }
            chain.steps
        };
        assert_eq!(back.steps, enabled(&chain));
    }
}

#[test]
fn steps_without_a_module_are_kept_as_they_are() {
    let params = PluginParams::new();
    let eq = || ProcessorSpec::default_of("eq").unwrap();
    let chain = balanced_mastering::ChainSpec::new("two", [eq(), eq(), ProcessorSpec::default_of("utility").unwrap()]);
    let snapshot = chain::snapshot_of(&chain, &params.defaults());
    assert_eq!(snapshot.rack.entries.iter().filter(|entry| entry.module().is_none()).count(), 2);
    assert_eq!(chain::chain_of(&snapshot).steps, chain.steps);
}

/// A chain is valid for every automation by a host.
#[test]
fn any_positions_make_a_valid_chain() {
    let params = PluginParams::new();
    let mut random = balanced_dsp::Random::new(7, 1);
    for _ in 0..200 {
        let mut snapshot = params.snapshot(false);
        snapshot.rack.entries = MODULES.iter().map(|module| rack::Entry::Module(module.kind.to_owned())).collect();
        for knob in &params.knobs()[listening::ROWS.len()..params.edits()] {
            let corner = random.centred() + 0.5;
            let at = if corner < 0.2 {
                0.0
            } else if corner < 0.4 {
                1.0
            } else {
                (random.centred() + 0.5) as f32
            };
            snapshot.values.insert(knob.id.clone(), knob.mapping.value(at));
        }
        chain::chain_of(&snapshot).validate().unwrap();
    }
}

#[test]
fn a_saved_state_restores_to_the_same_text() {
    let params = PluginParams::new();
    params.knob("eq.bands2.gain_db").unwrap().restore(3.25);
    params.knob("limiter.ceiling_dbtp").unwrap().restore(-0.3);
    let mut rack = params.rack();
    rack.entries.swap(0, 2);
    params.set_rack(rack);
    params.slots().other = Some(params.snapshot(false));
    let saved = params.serialize_fields();
    let other = PluginParams::new();
    other.deserialize_fields(&saved);
    assert_eq!(other.serialize_fields(), saved);
    assert_eq!(other.knob("eq.bands2.gain_db").unwrap().value(), 3.25);
    assert_eq!(other.rack(), params.rack());
}
