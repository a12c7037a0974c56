//! Parameters of the plugin: a knob for every row of the parameter tables in `balanced-mastering`, and the listening choices.

pub mod chain;
mod knob;
pub mod legal;
pub mod module;
pub mod rack;
pub mod snapshot;
#[cfg(test)]
mod tests;
pub mod text;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use balanced_mastering::{Param as Row, Step};
use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::{ParamFlags, Params};

pub use knob::{Knob, Label, Mapping};
use module::{MODULES, Module};
use rack::Rack;
use snapshot::{AbSlots, Saved, Snapshot};

/// Listening choices, which are never part of presets, A/B or undo.
pub mod listening {
    use balanced_mastering::Param as Row;

    /// Rows of the listening choices, in the order of the constants below.
    pub const ROWS: [Row; 5] = [
        Row::toggle("bypass", false, "Hears the input, as late as the output, at its own level."),
        Row::choice(
            "listen",
            &["processed", "original", "difference"],
            0,
            "What is heard: the master, the input, or what was changed.",
        ),
        Row::toggle("gain_match", false, "Brings master and input to one loudness while listening; never in a bounce."),
        Row::choice("monitor", &["stereo", "mono", "side", "left", "right"], 0, "Part of the image that is heard."),
        Row::choice(
            "latency",
            &["full", "near_zero"],
            0,
            "Full, or at most 63 samples: no linear phase, no lookahead; quick limiter, saturator, clipper.",
        ),
    ];
    /// Number of the bypass, which hosts control.
    pub const BYPASS: usize = 0;
    /// Number of the choice between processed, original and difference.
    pub const LISTEN: usize = 1;
    /// Number of loudness matching.
    pub const GAIN_MATCH: usize = 2;
    /// Number of the choice of the part of the stereo image.
    pub const MONITOR: usize = 3;
    /// Number of the latency mode.
    pub const LATENCY: usize = 4;
}

/// Connection of a knob to a parameter of a processor.
pub struct Wire {
    /// Number of the knob.
    pub knob: usize,
    /// Number of the row in the processor's parameter table.
    pub row: usize,
    /// Id of the row.
    pub id: &'static str,
    /// Number of the item within the list.
    pub item: usize,
    /// Name of the list, empty without one.
    pub list: &'static str,
}

/// Knobs of one module.
pub struct ModuleKnobs {
    /// Knobs of the processor's parameters.
    pub wires: Vec<Wire>,
    /// Number of the knob of the bypass.
    pub bypass: usize,
    /// Number of the knob of the mix.
    pub mix: usize,
    /// Number of the knob of the number of bands, if that can be chosen.
    pub band_count: Option<usize>,
}

/// All parameters of the plugin, and what else a project saves.
pub struct PluginParams {
    knobs: Box<[Knob]>,
    by_id: HashMap<String, usize>,
    modules: Vec<ModuleKnobs>,
    /// Modules whose knobs moved, a bit each; [`LISTENING_BIT`] for the rest.
    dirty: Arc<AtomicU32>,
    rack: Mutex<Rack>,
    /// Counts the changes of the rack.
    rack_version: AtomicU64,
    slots: Mutex<AbSlots>,
    editor_size: Mutex<[u32; 2]>,
}

/// Bit that marks a changed listening choice.
pub const LISTENING_BIT: u32 = 1 << 31;
/// Every bit: everything may have changed.
pub const ALL_DIRTY: u32 = u32::MAX;

impl Default for PluginParams {
    fn default() -> Self {
        Self::new()
    }
}

impl PluginParams {
    /// Creates all parameters at their defaults.
    #[must_use]
    pub fn new() -> Self {
        let fresh = chain::snapshot_of(&rack::fresh(), &BTreeMap::new());
        let dirty = Arc::new(AtomicU32::new(ALL_DIRTY));
        let mut knobs = Vec::new();
        for row in listening::ROWS {
            knobs.push(listening_knob(row, &dirty));
        }
        let mut modules: Vec<ModuleKnobs> =
            (0..module::FIRST).map(|index| add_module(&mut knobs, index, &fresh, &dirty)).collect();
        for (kind, id) in module::LATER {
            let Some(index) = module::index_of(kind) else { continue };
            let wires = add_rows(&mut knobs, index, &fresh, &dirty, |row| row == *id);
            modules[index].wires.extend(wires);
        }
        let came_later = module::FIRST..module::COUNT;
        modules.extend(came_later.map(|index| add_module(&mut knobs, index, &fresh, &dirty)));
        let by_id = knobs.iter().enumerate().map(|(index, knob)| (knob.id.clone(), index)).collect();
        Self {
            knobs: knobs.into_boxed_slice(),
            by_id,
            modules,
            dirty,
            rack: Mutex::new(fresh.rack),
            rack_version: AtomicU64::new(0),
            slots: Mutex::default(),
            editor_size: Mutex::default(),
        }
    }

    /// Returns all knobs.
    #[must_use]
    pub fn knobs(&self) -> &[Knob] {
        &self.knobs
    }

    /// Returns the knob with `id`.
    #[must_use]
    pub fn knob(&self, id: &str) -> Option<&Knob> {
        self.by_id.get(id).map(|index| &self.knobs[*index])
    }

    /// Returns the knobs of the module with number `index`.
    #[must_use]
    pub fn module(&self, index: usize) -> &ModuleKnobs {
        &self.modules[index]
    }

    /// Returns the value of the listening choice with number `index`. `[audio]`
    #[must_use]
    pub fn listening(&self, index: usize) -> f64 {
        self.knobs[index].value()
    }

    /// Returns and clears the bits of what has changed since the last call. `[audio]`
    pub fn take_dirty(&self) -> u32 {
        self.dirty.swap(0, Ordering::AcqRel)
    }

    /// Returns the rack.
    #[must_use]
    pub fn rack(&self) -> Rack {
        lock(&self.rack).clone()
    }

    /// Replaces the rack; an equal one changes nothing. `[main]`
    pub fn set_rack(&self, rack: Rack) {
        let mut now = lock(&self.rack);
        if *now != rack {
            let sounds_alike = now.entries == rack.entries && now.dither_seed == rack.dither_seed;
            *now = rack;
            if !sounds_alike {
                self.rack_version.fetch_add(1, Ordering::AcqRel);
            }
        }
    }

    /// Returns the number of changes of the rack. `[audio]`
    #[must_use]
    pub fn rack_version(&self) -> u64 {
        self.rack_version.load(Ordering::Acquire)
    }

    /// Locks the A/B slots.
    pub fn slots(&self) -> MutexGuard<'_, AbSlots> {
        lock(&self.slots)
    }

    /// Locks the last size of the editor.
    pub fn editor_size(&self) -> MutexGuard<'_, [u32; 2]> {
        lock(&self.editor_size)
    }

    /// Returns all settings that affect the sound; with `listening`, the listening choices too.
    #[must_use]
    pub fn snapshot(&self, listening: bool) -> Snapshot {
        let first = if listening { 0 } else { listening::ROWS.len() };
        let values = self.knobs[first..].iter().map(|knob| (knob.id.clone(), knob.set_value())).collect();
        Snapshot { rack: self.rack(), values }
    }

    /// Returns the values of a new instance.
    #[must_use]
    pub fn defaults(&self) -> BTreeMap<String, f64> {
        let knobs = self.knobs[listening::ROWS.len()..].iter();
        knobs.map(|knob| (knob.id.clone(), knob.default)).collect()
    }

    fn save(&self) -> Saved {
        Saved { now: self.snapshot(true), slots: self.slots().clone(), editor_size: *self.editor_size() }
    }

    fn restore(&self, saved: Saved) {
        for knob in &self.knobs {
            knob.restore(saved.now.values.get(&knob.id).copied().unwrap_or(knob.default));
        }
        let mut rack = saved.now.rack;
        rack.tidy();
        self.set_rack(rack);
        *self.slots() = saved.slots;
        *self.editor_size() = saved.editor_size;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn listening_knob(row: Row, dirty: &Arc<AtomicU32>) -> Knob {
    let flags = match row.id {
        "bypass" => ParamFlags::BYPASS,
        "latency" => ParamFlags::NON_AUTOMATABLE,
        _ => ParamFlags::empty(),
    };
    let label = Label {
        id: row.id.to_owned(),
        name: text::capital(row.id),
        group: "Listening".to_owned(),
        flags,
        bit: LISTENING_BIT,
    };
    Knob::new(row, label, row.default, dirty)
}

fn add_module(knobs: &mut Vec<Knob>, index: usize, fresh: &Snapshot, dirty: &Arc<AtomicU32>) -> ModuleKnobs {
    let module = &MODULES[index];
    let mut add = |row: Row, id: &str| add_knob(knobs, index, row, id, None, fresh, dirty);
    let bypass = add(Step::BYPASS, "bypass");
    let mix = add(Step::MIX, "mix");
    let band_count = module.band_count.map(|row| add(row, "band_count"));
    let came_later = |id: &str| module::LATER.contains(&(module.kind, id));
    let wires = add_rows(knobs, index, fresh, dirty, |id| !came_later(id));
    ModuleKnobs { wires, bypass, mix, band_count }
}

/// Adds the knobs of the rows whose id `wanted` selects.
fn add_rows(
    knobs: &mut Vec<Knob>,
    index: usize,
    fresh: &Snapshot,
    dirty: &Arc<AtomicU32>,
    wanted: impl Fn(&str) -> bool,
) -> Vec<Wire> {
    let module = &MODULES[index];
    let mut wires = Vec::new();
    for number in module.knob_rows() {
        let row = module.rows()[number];
        for (item, id) in chain::ids(module, row.id).into_iter().enumerate().filter(|_| wanted(row.id)) {
            let in_list = row.id.contains("[]").then_some(item);
            let knob = add_knob(knobs, index, row, &id, in_list, fresh, dirty);
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
    dirty: &Arc<AtomicU32>,
) -> usize {
    let module = &MODULES[index];
    let flags = if row.id == "band_count" { ParamFlags::NON_AUTOMATABLE } else { ParamFlags::empty() };
    let (name, group) = names(module, &row, item);
    let id = format!("{}.{id}", module.kind);
    let default = fresh.values.get(&id).copied().unwrap_or(row.default);
    knobs.push(Knob::new(row, Label { id, name, group, flags, bit: 1 << index }, default, dirty));
    knobs.len() - 1
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

/// Field of the saved state.
const SAVED: &str = "balanced";

// SAFETY: the pointers lead into `knobs`, a boxed slice that is never replaced and lives as long as `self`, which the
// framework holds in an `Arc`; ids are unique (a test).
unsafe impl Params for PluginParams {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        self.knobs.iter().map(|knob| (knob.id.clone(), knob.as_ptr(), knob.group.clone())).collect()
    }

    fn serialize_fields(&self) -> BTreeMap<String, String> {
        let text = serde_json::to_string(&self.save()).unwrap_or_default();
        BTreeMap::from([(SAVED.to_owned(), text)])
    }

    fn deserialize_fields(&self, serialized: &BTreeMap<String, String>) {
        // A field that does not read is one of another program: the parameters beside it were taken over already.
        let saved = serialized.get(SAVED).and_then(|text| serde_json::from_str(text).ok());
        saved.into_iter().for_each(|saved| self.restore(saved));
    }
}
