//! Conversion between chains and the values of the knobs.

use std::collections::BTreeMap;

use balanced_mastering::{ChainSpec, ProcessorSpec, Step, StepKind};

use super::legal;
use super::module::{self, MODULES, Module};
use super::rack::{Entry, Rack};
use super::snapshot::Snapshot;

/// Returns the chain of a snapshot; rendered, it gives what the plugin plays.
#[must_use]
pub fn chain_of(snapshot: &Snapshot) -> ChainSpec {
    let steps = snapshot.rack.entries.iter().filter_map(|entry| match entry {
        Entry::Fixed(step) => Some((**step).clone()),
        Entry::Module(_) => entry.module().map(|index| step_of(&MODULES[index], snapshot)),
    });
    ChainSpec::new(snapshot.rack.name.clone(), steps)
}

fn step_of(module: &Module, snapshot: &Snapshot) -> Step {
    let value = |field: &str| snapshot.values.get(&format!("{}.{field}", module.kind)).copied();
    let mut spec = module.blank(value("band_count").unwrap_or(0.0) as usize);
    for row in module.knob_rows() {
        for (item, id) in ids(module, module.rows()[row].id).into_iter().enumerate() {
            // Knobs of bands that the chain does not have are left out.
            value(&id).into_iter().for_each(|value| _ = spec.set(row, item, value));
        }
    }
    legal::make_legal(&mut spec);
    match &mut spec {
        ProcessorSpec::Eq(eq) => eq.bands.retain(|band| band.enabled),
        ProcessorSpec::DynamicEq(eq) => eq.bands.retain(|band| band.enabled),
        ProcessorSpec::Dither(dither) => dither.seed = snapshot.rack.dither_seed,
        _ => {}
    }
    let mut step = Step::new(spec);
    step.bypass = value("bypass").is_some_and(|on| on >= 0.5);
    step.mix = value("mix").filter(|_| module.has_mix()).unwrap_or(1.0);
    step
}

/// Returns the name of the list in a row's id (`bands` in `bands[].gain_db`), empty without one.
#[must_use]
pub fn list_of(id: &str) -> &str {
    id.split_once("[]").map_or("", |(list, _)| list)
}

/// Returns the ids, without the module's prefix, of the knobs of one row: one, or one for each item of its list.
#[must_use]
pub fn ids(module: &Module, id: &str) -> Vec<String> {
    if !id.contains("[]") {
        return vec![id.to_owned()];
    }
    (1..=module.room(list_of(id))).map(|number| id.replace("[]", &number.to_string())).collect()
}

/// Returns the values that `chain` sets, and `defaults` for all others. A step that no module has room for is kept unchanged.
#[must_use]
pub fn snapshot_of(chain: &ChainSpec, defaults: &BTreeMap<String, f64>) -> Snapshot {
    let mut snapshot = Snapshot { rack: Rack::default(), values: defaults.clone() };
    snapshot.rack.name.clone_from(&chain.name);
    snapshot.rack.input_lufs = chain.input_lufs;
    for step in &chain.steps {
        let fitting = match &step.kind {
            StepKind::Processor(spec) => module::index_of(spec.kind())
                .filter(|index| snapshot.rack.place_of(*index).is_none() && fits(step, spec, &MODULES[*index]))
                .map(|index| (spec, &MODULES[index])),
            _ => None,
        };
        let Some((spec, module)) = fitting else {
            snapshot.rack.entries.push(Entry::Fixed(Box::new(step.clone())));
            continue;
        };
        snapshot.rack.entries.push(Entry::Module(module.kind.to_owned()));
        put(&mut snapshot, spec, module);
        let mut set = |field: &str, value: f64| snapshot.values.insert(format!("{}.{field}", module.kind), value);
        set("bypass", f64::from(u8::from(step.bypass)));
        set("mix", step.mix);
    }
    snapshot
}

/// Tells whether every list of `spec` fits into the room of `module`, and its mix if it has none.
fn fits(step: &Step, spec: &ProcessorSpec, module: &Module) -> bool {
    if !module.has_mix() && step.mix != 1.0 {
        return false;
    }
    let rows = spec.params().iter().enumerate();
    rows.filter(|(_, row)| row.id.contains("[]"))
        .all(|(number, row)| spec.count(number) <= module.room(list_of(row.id)))
}

fn put(snapshot: &mut Snapshot, spec: &ProcessorSpec, module: &Module) {
    let mut set = |field: &str, value: f64| snapshot.values.insert(format!("{}.{field}", module.kind), value);
    for row in module.knob_rows() {
        let field = module.rows()[row].id;
        for (item, id) in ids(module, field).into_iter().enumerate() {
            if let Some(value) = spec.get(row, item) {
                set(&id, value);
            } else if field == "bands[].enabled" {
                set(&id, 0.0); // bands that the chain does not have rest
            }
        }
    }
    match spec {
        ProcessorSpec::Multiband(multiband) => {
            set("band_count", multiband.bands.len() as f64);
        }
        ProcessorSpec::Stereo(stereo) => {
            set("band_count", stereo.widths_percent.len().max(1) as f64);
        }
        ProcessorSpec::Dither(dither) => snapshot.rack.dither_seed = dither.seed,
        _ => {}
    }
}
