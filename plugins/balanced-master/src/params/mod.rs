//! Parameters of the plugin: a knob for every row of the parameter tables in `balanced-mastering`, and the listening choices.

mod build;
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

use balanced_mastering::Param as Row;
use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::Params;

use build::{add_module, add_rows, host_order, listening_knob};
pub use knob::{Knob, Label, Mapping, Signals};
use rack::Rack;
use snapshot::{AbSlots, STATE_VERSION, Saved, Snapshot};

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
    /// Choices that are for the ears of the moment: they are off in bounces and when a project is loaded.
    pub const MONITORING: [usize; 3] = [LISTEN, GAIN_MATCH, MONITOR];
}

/// Counts the edits of what has no parameter (the rack, the other side of A/B), so that hosts see that the project changed.
const EDITS: Row =
    Row::integer("edits", "", (0.0, 9999.0), 0.0, "Counts edits of the rack and of A/B, so that hosts see them.");

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
    /// Number of the knob that counts edits.
    edits: usize,
    /// Numbers of the knobs in the order in which hosts list them: module by module, band by band.
    order: Vec<usize>,
    /// Marks of moved knobs, a bit a module; [`LISTENING_BIT`] for the rest.
    signals: Arc<Signals>,
    rack: Mutex<Rack>,
    /// Counts the changes of the rack.
    rack_version: AtomicU64,
    slots: Mutex<AbSlots>,
    editor_size: Mutex<[u32; 2]>,
    editor_scale_percent: AtomicU32,
}

/// Scales of the editor that can be chosen, in percent.
pub const SCALES_PERCENT: [u32; 6] = [75, 100, 125, 150, 175, 200];

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
        let signals = Arc::new(Signals::default());
        signals.dirty.store(ALL_DIRTY, Ordering::Release);
        let mut knobs = Vec::new();
        for row in listening::ROWS {
            knobs.push(listening_knob(row, &signals));
        }
        let mut modules: Vec<ModuleKnobs> =
            (0..module::FIRST).map(|index| add_module(&mut knobs, index, &fresh, &signals)).collect();
        for (kind, id) in module::LATER {
            let Some(index) = module::index_of(kind) else { continue };
            let wires = add_rows(&mut knobs, index, &fresh, &signals, |row| row == *id);
            modules[index].wires.extend(wires);
        }
        let came_later = module::FIRST..module::COUNT;
        modules.extend(came_later.map(|index| add_module(&mut knobs, index, &fresh, &signals)));
        knobs.push(listening_knob(EDITS, &signals));
        let (edits, order) = (knobs.len() - 1, host_order(&modules, knobs.len()));
        let by_id = knobs.iter().enumerate().map(|(index, knob)| (knob.id.clone(), index)).collect();
        let params = Self {
            knobs: knobs.into_boxed_slice(),
            by_id,
            modules,
            edits,
            order,
            signals,
            rack: Mutex::new(fresh.rack),
            rack_version: AtomicU64::new(0),
            slots: Mutex::default(),
            editor_size: Mutex::default(),
            editor_scale_percent: AtomicU32::new(0),
        };
        let named = params.snapshot(false).fingerprint();
        lock(&params.rack).named = named;
        params
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

    /// Returns the module and the wire of the knob with the number `index`, if it is one of a processor's parameters.
    #[must_use]
    pub fn wire_of(&self, index: usize) -> Option<(usize, &Wire)> {
        let modules = self.modules.iter().enumerate();
        let mut wires = modules.flat_map(|(module, knobs)| knobs.wires.iter().map(move |wire| (module, wire)));
        wires.find(|(_, wire)| wire.knob == index)
    }

    /// Returns the value of the listening choice with number `index`. `[audio]`
    #[must_use]
    pub fn listening(&self, index: usize) -> f64 {
        self.knobs[index].value()
    }

    /// Returns and clears the bits of what has changed since the last call. `[audio]`
    pub fn take_dirty(&self) -> u32 {
        self.signals.dirty.swap(0, Ordering::AcqRel)
    }

    /// Counts a block of audio: the host runs. `[audio]`
    pub fn beat(&self) {
        self.signals.pulse.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the numbers of all knobs in the order in which hosts list them.
    #[must_use]
    pub fn host_order(&self) -> &[usize] {
        &self.order
    }

    /// Returns the number of the knob that counts edits.
    #[must_use]
    pub fn edits(&self) -> usize {
        self.edits
    }

    /// Tells whether the settings are those that the name of the rack stands for; `None` if that is not known.
    #[must_use]
    pub fn is_as_named(&self) -> Option<bool> {
        let snapshot = self.snapshot(false);
        (snapshot.rack.named != 0).then(|| snapshot.fingerprint() == snapshot.rack.named)
    }

    /// Returns `snapshot` with every value as its knob can hold it, named as it is.
    #[must_use]
    pub fn as_named(&self, mut snapshot: Snapshot) -> Snapshot {
        for (id, value) in &mut snapshot.values {
            if let Some(knob) = self.knob(id) {
                *value = knob.mapping.value(knob.mapping.position(*value));
            }
        }
        snapshot.rack.named = snapshot.fingerprint();
        snapshot
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

    /// Returns the scale of the editor, 1 if none was chosen.
    #[must_use]
    pub fn editor_scale(&self) -> f32 {
        match self.editor_scale_percent.load(Ordering::Relaxed) {
            0 => 1.0,
            percent => percent.clamp(SCALES_PERCENT[0], SCALES_PERCENT[SCALES_PERCENT.len() - 1]) as f32 / 100.0,
        }
    }

    /// Chooses the scale of the editor.
    pub fn set_editor_scale(&self, scale: f32) {
        self.editor_scale_percent.store((100.0 * scale).round() as u32, Ordering::Relaxed);
    }

    /// Sets everything that affects the sound to `snapshot`, before a host has seen the values. `[main]`
    pub fn begin_with(&self, snapshot: Snapshot) {
        for (id, value) in &snapshot.values {
            self.knob(id).into_iter().for_each(|knob| knob.restore(value.clamp(knob.row().min, knob.row().max)));
        }
        let mut rack = snapshot.rack;
        rack.tidy();
        self.set_rack(rack);
    }

    /// Returns all settings that affect the sound; with `listening`, the listening choices too.
    #[must_use]
    pub fn snapshot(&self, listening: bool) -> Snapshot {
        let shown = if listening { 0..self.knobs.len() } else { listening::ROWS.len()..self.edits };
        let values = self.knobs[shown].iter().map(|knob| (knob.id.clone(), knob.set_value())).collect();
        Snapshot { rack: self.rack(), values }
    }

    /// Returns the values of a new instance.
    #[must_use]
    pub fn defaults(&self) -> BTreeMap<String, f64> {
        let knobs = self.knobs[listening::ROWS.len()..self.edits].iter();
        knobs.map(|knob| (knob.id.clone(), knob.default)).collect()
    }

    fn save(&self) -> Saved {
        Saved {
            version: STATE_VERSION,
            now: self.snapshot(true),
            slots: self.slots().clone(),
            editor_size: *self.editor_size(),
            editor_scale_percent: self.editor_scale_percent.load(Ordering::Relaxed),
        }
    }

    /// Takes over a saved state; what was monitored when it was saved is not heard again.
    fn restore(&self, mut saved: Saved) {
        let fresh = chain::snapshot_of(&rack::fresh(), &self.defaults());
        if saved.version < 2 && saved.now.rack.name == fresh.rack.name {
            saved.now.rack.named = self.as_named(fresh).rack.named;
        }
        for (index, knob) in self.knobs.iter().enumerate() {
            let kept = saved.now.values.get(&knob.id).copied().filter(|_| !listening::MONITORING.contains(&index));
            knob.restore(kept.unwrap_or(knob.default));
        }
        let mut rack = saved.now.rack;
        rack.tidy();
        self.set_rack(rack);
        *self.slots() = saved.slots;
        *self.editor_size() = saved.editor_size;
        self.editor_scale_percent.store(saved.editor_scale_percent, Ordering::Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Field of the saved state.
const SAVED: &str = "balanced";

// SAFETY: the pointers lead into `knobs`, a boxed slice that is never replaced and lives as long as `self`, which the
// framework holds in an `Arc`; ids are unique (a test).
unsafe impl Params for PluginParams {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        let knobs = self.order.iter().map(|index| &self.knobs[*index]);
        knobs.map(|knob| (knob.id.clone(), knob.as_ptr(), knob.group.clone())).collect()
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
