//! Making of the knobs: one for every row of the tables, with its id, name, group and flags.

use std::sync::Arc;

use balanced_mastering::{Param as Row, Step};
use nice_plug::prelude::ParamFlags;

use super::module::{self, MODULES, Module};
use super::snapshot::Snapshot;
use super::{Knob, LISTENING_BIT, Label, ModuleKnobs, Signals, Wire, chain, listening, text};

pub(super) fn listening_knob(row: Row, signals: &Arc<Signals>) -> Knob {
    let flags = match row.id {
        "bypass" => ParamFlags::BYPASS,
        "latency" | "edits" => ParamFlags::NON_AUTOMATABLE,
        _ => ParamFlags::empty(),
    };
    let label = Label {
        id: row.id.to_owned(),
        name: text::capital(row.id),
        group: "Listening".to_owned(),
        flags,
        bit: LISTENING_BIT,
    };
    Knob::new(row, label, row.default, signals)
}

pub(super) fn add_module(knobs: &mut Vec<Knob>, index: usize, fresh: &Snapshot, signals: &Arc<Signals>) -> ModuleKnobs {
    let module = &MODULES[index];
    let mut add = |row: Row, id: &str| add_knob(knobs, index, row, id, None, fresh, signals);
    let bypass = add(Step::BYPASS, "bypass");
    let mix = add(Step::MIX, "mix");
    let band_count = module.band_count.map(|row| add(row, "band_count"));
    let came_later = |id: &str| module::LATER.contains(&(module.kind, id));
    let wires = add_rows(knobs, index, fresh, signals, |id| !came_later(id));
    ModuleKnobs { wires, bypass, mix, band_count }
}

/// Adds the knobs of the rows whose id `wanted` selects.
pub(super) fn add_rows(
    knobs: &mut Vec<Knob>,
    index: usize,
    fresh: &Snapshot,
    signals: &Arc<Signals>,
    wanted: impl Fn(&str) -> bool,
) -> Vec<Wire> {
    let module = &MODULES[index];
    let mut wires = Vec::new();
    for number in module.knob_rows() {
        let row = module.rows()[number];
        for (item, id) in chain::ids(module, row.id).into_iter().enumerate().filter(|_| wanted(row.id)) {
            let in_list = row.id.contains("[]").then_some(item);
            let knob = add_knob(knobs, index, row, &id, in_list, fresh, signals);
            wires.push(Wire { knob, row: number, id: row.id, item, list: chain::list_of(row.id) });
        }
    }
    wires
}

/// Adds a knob to the module with number `index` and returns the knob's number.
fn add_knob(
    knobs: &mut Vec<Knob>,
    index: usize,
    row: Row,
    id: &str,
    item: Option<usize>,
    fresh: &Snapshot,
    signals: &Arc<Signals>,
) -> usize {
    let module = &MODULES[index];
    let flags = match id {
        "mix" if !module.has_mix() => ParamFlags::NON_AUTOMATABLE | ParamFlags::HIDDEN,
        "band_count" => ParamFlags::NON_AUTOMATABLE,
        _ if module.is_late(row.id) => ParamFlags::NON_AUTOMATABLE,
        _ => ParamFlags::empty(),
    };
    let (name, group) = names(module, &row, item);
    let id = format!("{}.{id}", module.kind);
    let default = fresh.values.get(&id).copied().unwrap_or(row.default);
    knobs.push(Knob::new(row, Label { id, name, group, flags, bit: 1 << index }, default, signals));
    knobs.len() - 1
}

/// Returns the numbers of all knobs in the order in which hosts list them: module by module, in each first what belongs to no
/// band, then band by band. Numbers within [`PluginParams`] keep their order for ever; hosts know a parameter by its id.
pub(super) fn host_order(modules: &[ModuleKnobs], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..listening::ROWS.len()).collect();
    for module in modules {
        order.extend([module.bypass, module.mix].into_iter().chain(module.band_count));
        let mut wires: Vec<&Wire> = module.wires.iter().collect();
        // Stable: fields of one band stay in the order of their rows.
        wires.sort_by_key(|wire| match wire.list {
            "" => (0, 0),
            "bands" => (1, wire.item),
            _ => (2, 0),
        });
        order.extend(wires.iter().map(|wire| wire.knob));
    }
    let rest: Vec<usize> = (0..count).filter(|index| !order.contains(index)).collect();
    order.extend(rest);
    order
}

/// Returns name and group of a knob.
fn names(module: &Module, row: &Row, item: Option<usize>) -> (String, String) {
    let (rows, module, mut field) = (module.rows(), module.name, text::field_name(row.id));
    if row.unit == "ms" && rows.iter().filter(|other| text::field_name(other.id) == field).count() > 1 {
        field += " Time";
    }
    let Some(number) = item.map(|item| item + 1) else { return (format!("{module} {field}"), module.to_owned()) };
    match row.id {
        "crossovers_hz[]" => (format!("{module} Crossover {number}"), module.to_owned()),
        "widths_percent[]" => (format!("{module} {number} Width"), module.to_owned()),
        _ => (format!("{module} {number} {field}"), format!("{module}/Band {number}")),
    }
}
