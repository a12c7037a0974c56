//! Edits of the plugin by the editor: gestures, and settings that fit each other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use balanced_mastering::ProcessorSpec;
use nice_plug::context::gui::GuiContext;

use super::history::{History, Merge};
use crate::engine::Shared;
use crate::params::module::{COUNT, MODULES};
use crate::params::rack::Rack;
use crate::params::snapshot::Snapshot;
use crate::params::{Knob, PluginParams, Wire, legal};

/// Access of the editor to the parameters.
pub struct Desk {
    /// State shared with the plugin.
    pub shared: Arc<Shared>,
    gui: Option<GuiContext>,
    history: History,
    /// Knobs that are being dragged.
    held: Vec<usize>,
    /// Whether the gesture changed something.
    is_touched: bool,
    /// Message to the user, and when it was set.
    notice: Option<(String, Instant)>,
}

impl Desk {
    /// Creates a desk without a host.
    #[must_use]
    pub fn new(shared: Arc<Shared>) -> Self {
        let history = History::new(shared.params.snapshot(false));
        Self { shared, gui: None, history, held: Vec::new(), is_touched: false, notice: None }
    }

    /// Called when the editor opens.
    pub fn open(&mut self, gui: GuiContext) {
        self.gui = Some(gui);
        self.note_outside();
    }

    /// Returns the parameters.
    #[must_use]
    pub fn params(&self) -> &PluginParams {
        &self.shared.params
    }

    /// Returns the knob with the number `index`.
    #[must_use]
    pub fn knob(&self, index: usize) -> &Knob {
        &self.params().knobs()[index]
    }

    /// Returns the value of a knob; shortly after a change, the requested value.
    #[must_use]
    pub fn value(&self, index: usize) -> f64 {
        self.knob(index).set_value()
    }

    /// Returns the value that runs: settings that do not fit each other are moved, and the editor shows where to.
    #[must_use]
    pub fn running_value(&self, index: usize) -> f64 {
        let value = self.value(index);
        let Some((module, wire)) = self.params().wire_of(index).filter(|(_, wire)| legal::may_move(wire.id)) else {
            return value;
        };
        self.current(module).get(wire.row, wire.item).unwrap_or(value)
    }

    /// Returns the processor of the module with number `index` as it runs.
    #[must_use]
    pub fn current(&self, index: usize) -> ProcessorSpec {
        let mut spec = self.unfitted(index);
        legal::make_legal(&mut spec);
        spec
    }

    /// Returns the processor of the module with number `index` with the settings of the knobs.
    fn unfitted(&self, index: usize) -> ProcessorSpec {
        let knobs = self.params().module(index);
        let mut spec = MODULES[index].blank(knobs.band_count.map_or(0, |knob| self.value(knob) as usize));
        for wire in &knobs.wires {
            spec.set(wire.row, wire.item, self.value(wire.knob));
        }
        spec
    }

    /// Starts a gesture on a knob, in addition to those in progress.
    pub fn hold(&mut self, index: usize) {
        if self.held.is_empty() {
            self.note_outside();
        }
        self.begin(index);
    }

    fn begin(&mut self, index: usize) {
        if self.held.contains(&index) {
            return;
        }
        self.held.push(index);
        if let Some(gui) = &self.gui {
            // SAFETY: the pointer is one of this instance's own parameters.
            unsafe { gui.raw_begin_set_parameter(self.knob(index).as_ptr()) };
        }
    }

    /// Changes a knob during a gesture; others of its module that would not fit move out of its way.
    pub fn drag(&mut self, index: usize, value: f64) {
        let row = *self.knob(index).row();
        self.send(index, value.clamp(row.min, row.max));
        if let Some((module, wire)) = self.params().wire_of(index) {
            let (row, item, id) = (wire.row, wire.item, wire.id);
            self.fit(module, (row, item, id));
        } else if let Some(module) = (0..COUNT).find(|module| self.params().module(*module).band_count == Some(index)) {
            self.fit(module, (0, 0, ""));
        }
    }

    /// Moves the knobs of a module to settings that fit each other, the one that was just changed as little as possible.
    fn fit(&mut self, module: usize, (row, item, id): (usize, usize, &str)) {
        let mut spec = self.unfitted(module);
        if id == "crossovers_hz[]" {
            let to_hz = spec.get(row, item);
            let lowest_hz = legal::lowest_corner_hz(&spec);
            if let (Some(to_hz), Some(corners)) = (to_hz, legal::corners_mut(&mut spec)) {
                legal::push(corners, item, to_hz, lowest_hz);
            }
        }
        legal::make_legal(&mut spec);
        let moves: Vec<(usize, f64)> = self
            .params()
            .module(module)
            .wires
            .iter()
            .filter_map(|wire: &Wire| {
                let fitting = spec.get(wire.row, wire.item).filter(|_| legal::may_move(wire.id))?;
                let fitting = self.knob(wire.knob).nearest(fitting);
                (fitting != self.value(wire.knob)).then_some((wire.knob, fitting))
            })
            .collect();
        for (knob, value) in moves {
            self.begin(knob);
            self.send(knob, value);
        }
    }

    /// Ends all gestures, as one step of the history.
    pub fn release(&mut self) {
        self.end(Merge::No);
    }

    fn end(&mut self, merge: Merge) {
        let held = std::mem::take(&mut self.held);
        for index in &held {
            if let Some(gui) = &self.gui {
                // SAFETY: as in `begin`.
                unsafe { gui.raw_end_set_parameter(self.knob(*index).as_ptr()) };
            }
        }
        if let Some(first) = held.first().filter(|_| std::mem::take(&mut self.is_touched)) {
            let name = self.knob(*first).name().to_owned();
            self.record(&name, merge);
        }
    }

    /// Sets a knob in one step.
    pub fn set(&mut self, index: usize, value: f64) {
        self.release();
        self.hold(index);
        self.drag(index, value);
        self.release();
    }

    /// Sets a knob by the mouse wheel: turns in quick succession are one step.
    pub fn scroll(&mut self, index: usize, value: f64) {
        self.release();
        self.hold(index);
        self.drag(index, value);
        self.end(Merge::Quick);
    }

    fn send(&mut self, index: usize, value: f64) {
        self.is_touched = true;
        let knob = &self.shared.params.knobs()[index];
        let value = knob.nearest(value);
        knob.want(value);
        if let Some(gui) = &self.gui {
            // SAFETY: as in `begin`.
            unsafe { gui.raw_set_parameter_normalized(knob.as_ptr(), knob.mapping.position(value)) };
        }
    }

    /// Lets the host see an edit of what has no parameter.
    fn count_edit(&mut self) {
        let index = self.params().edits();
        let (most, now) = (self.knob(index).row().max, self.value(index));
        self.put(index, if now >= most { 0.0 } else { now + 1.0 });
    }

    /// Sets a knob without a step of the history, and without moving others.
    fn put(&mut self, index: usize, value: f64) {
        self.begin(index);
        self.send(index, value);
        self.held.retain(|held| *held != index);
        if let Some(gui) = &self.gui {
            // SAFETY: as in `begin`.
            unsafe { gui.raw_end_set_parameter(self.knob(index).as_ptr()) };
        }
    }

    /// Changes the order of the modules, as a step of this name.
    pub fn set_rack(&mut self, rack: Rack, name: &str) {
        self.release();
        self.note_outside();
        self.params().set_rack(rack);
        self.count_edit();
        self.is_touched = false;
        self.record(name, Merge::No);
    }

    /// Sets everything that affects the sound to `snapshot`, as a step of this name.
    pub fn apply(&mut self, snapshot: &Snapshot, name: &str) {
        self.release();
        self.note_outside();
        self.take_over(snapshot);
        self.record(name, Merge::No);
    }

    fn take_over(&mut self, snapshot: &Snapshot) {
        self.release();
        for index in 0..self.params().knobs().len() {
            let Some(value) = snapshot.values.get(&self.knob(index).id).copied() else { continue };
            if self.value(index) != value {
                self.put(index, value);
            }
        }
        if self.params().rack() != snapshot.rack {
            self.params().set_rack(snapshot.rack.clone());
            self.count_edit();
        }
        self.is_touched = false;
    }

    /// Notes what changed without the editor, so that undoing the next edit does not undo that.
    fn note_outside(&mut self) {
        self.record("Outside the editor", Merge::No);
    }

    fn record(&mut self, name: &str, merge: Merge) {
        let now = self.params().snapshot(false);
        self.history.record(name, now, merge);
    }

    /// Returns the history of edits.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Undoes (-1) or redoes (1) a step.
    pub fn step(&mut self, by: isize) {
        self.release();
        self.note_outside();
        let to = self.history.at().saturating_add_signed(by);
        self.go_to(to);
    }

    /// Goes to a step of the history.
    pub fn go_to(&mut self, step: usize) {
        self.release();
        self.note_outside();
        if let Some(snapshot) = self.history.go_to(step).cloned() {
            self.take_over(&snapshot);
        }
    }

    /// Switches between A and B.
    pub fn swap(&mut self) {
        self.release();
        self.note_outside();
        let now = self.params().snapshot(false);
        let other = {
            let mut slots = self.params().slots();
            slots.is_b = !slots.is_b;
            slots.other.replace(now)
        };
        other.iter().for_each(|other| self.take_over(other));
        self.count_edit();
        self.is_touched = false;
        self.record("A and B", Merge::No);
    }

    /// Copies the current settings to the other side.
    pub fn copy_to_other(&mut self) {
        let now = self.params().snapshot(false);
        self.params().slots().other = Some(now);
        self.count_edit();
        self.is_touched = false;
    }

    /// Returns the values of a new instance.
    #[must_use]
    pub fn defaults(&self) -> BTreeMap<String, f64> {
        self.params().defaults()
    }

    /// Shows a message for a while.
    pub fn tell(&mut self, what: impl Into<String>) {
        self.notice = Some((what.into(), Instant::now()));
    }

    /// Returns the current message.
    #[must_use]
    pub fn notice(&self) -> Option<&str> {
        self.notice
            .as_ref()
            .filter(|(_, since)| since.elapsed() < Duration::from_secs(6))
            .map(|(text, _)| text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::module;

    /// A desk whose host hands values over at once, or never.
    fn desk() -> Desk {
        Desk::new(Arc::default())
    }

    fn index(desk: &Desk, id: &str) -> usize {
        desk.params().knobs().iter().position(|knob| knob.id == id).unwrap_or_else(|| panic!("{id}"))
    }

    #[test]
    fn corners_push_each_other_and_what_is_shown_is_what_runs() {
        let mut desk = desk();
        let count = index(&desk, "multiband.band_count");
        desk.set(count, 6.0);
        let corners: Vec<usize> = (1..=5).map(|n| index(&desk, &format!("multiband.crossovers_hz{n}"))).collect();
        desk.set(corners[0], 5000.0);
        let shown: Vec<f64> = corners.iter().map(|corner| desk.value(*corner)).collect();
        assert_eq!(shown[0], 5000.0, "the one that was moved stays");
        assert!(shown.windows(2).all(|pair| pair[1] >= 1.0499 * pair[0]), "{shown:?}");
        desk.set(corners[4], 100.0);
        let shown: Vec<f64> = corners.iter().map(|corner| desk.value(*corner)).collect();
        assert_eq!(shown[4], 100.0);
        let ProcessorSpec::Multiband(runs) = desk.current(module::index_of("multiband").unwrap()) else { panic!() };
        for (shown, runs) in shown.iter().zip(&runs.crossovers_hz) {
            assert!((shown / runs - 1.0).abs() < 1e-5, "{shown} is shown, {runs} runs");
        }
        desk.step(-1);
        assert_eq!(desk.value(corners[0]), 5000.0, "all that was pushed is one step");
    }

    #[test]
    fn slopes_are_those_that_the_kind_has() {
        let mut desk = desk();
        let [kind, slope, alignment] =
            ["kind", "slope_db_per_octave", "alignment"].map(|field| index(&desk, &format!("eq.bands1.{field}")));
        desk.set(slope, 37.0);
        assert_eq!(desk.value(slope), 36.0);
        desk.set(alignment, 1.0);
        desk.set(slope, 30.0);
        assert_eq!(desk.value(slope) % 12.0, 0.0, "Linkwitz-Riley has whole pairs");
        desk.set(kind, 1.0); // a low shelf
        assert_eq!(desk.value(slope), 12.0);
        // A host may still set any number; the one that runs is shown.
        desk.knob(slope).restore(24.0);
        assert_eq!((desk.value(slope), desk.running_value(slope)), (24.0, 12.0));
    }

    /// Two gestures in quick succession are two steps, and undoing one loses nothing.
    #[test]
    fn every_gesture_is_a_step_at_once() {
        let mut desk = desk();
        let [gain, q] = ["eq.bands2.gain_db", "eq.bands3.q"].map(|id| index(&desk, id));
        desk.set(gain, 3.0);
        desk.set(q, 4.0);
        desk.step(-1);
        assert_eq!((desk.value(gain), desk.value(q)), (3.0, 1.0));
        desk.step(-1);
        assert_eq!((desk.value(gain), desk.value(q)), (0.0, 1.0));
        desk.step(1);
        desk.step(1);
        assert_eq!((desk.value(gain), desk.value(q)), (3.0, 4.0));
        // The host moves a knob; an undo of the next edit leaves that.
        desk.knob(gain).restore(-2.0);
        desk.set(q, 2.0);
        desk.step(-1);
        assert_eq!((desk.value(gain), desk.value(q)), (-2.0, 4.0));
    }

    /// The wheel turns in many small steps, which are one.
    #[test]
    fn turns_of_the_wheel_are_one_step() {
        let mut desk = desk();
        let gain = index(&desk, "eq.bands2.gain_db");
        (1..=10).for_each(|turn| desk.scroll(gain, f64::from(turn) * 0.1));
        assert_eq!(desk.value(gain), 1.0);
        desk.step(-1);
        assert_eq!(desk.value(gain), 0.0);
    }

    /// The history as it should be: what is kept, and where it stands.
    struct Model {
        steps: Vec<Snapshot>,
        at: usize,
    }

    impl Model {
        fn note(&mut self, now: Snapshot) {
            if self.steps[self.at] != now {
                self.steps.truncate(self.at + 1);
                self.steps.push(now);
                if self.steps.len() > 200 {
                    self.steps.remove(0);
                }
                self.at = self.steps.len() - 1;
            }
        }
    }

    /// Ten thousand random gestures, undos, moves by the host and of the rack, A/B, saving and loading: nothing is lost, and what
    /// is saved is what is set.
    #[test]
    fn a_long_session_against_a_model() {
        use nice_plug::params::Params;
        let mut desk = desk();
        let mut random = balanced_dsp::Random::new(2026, 12);
        let mut next = |count: usize| ((random.centred() + 0.5) * count as f64) as usize % count;
        let now = |desk: &Desk| desk.params().snapshot(false);
        let mut model = Model { steps: vec![now(&desk)], at: 0 };
        let (first, last) = (crate::params::listening::ROWS.len(), desk.params().edits());
        let mut other = now(&desk);
        let mut has_other = false;
        for turn in 0..10_000 {
            let what = next(20);
            if matches!(what, 0..=7 | 9 | 10) {
                model.note(now(&desk)); // what the host did
            }
            let knob = first + next(last - first);
            let value = desk.knob(knob).mapping.value(next(1001) as f32 / 1000.0);
            match what {
                0..=4 => desk.set(knob, value),
                5 => {
                    desk.hold(knob);
                    (0..3).for_each(|_| desk.drag(knob, value));
                    desk.release();
                }
                6 | 7 => {
                    let to = if what == 6 { -1 } else { 1 };
                    desk.step(to);
                    model.at = model.at.saturating_add_signed(to).min(model.steps.len() - 1);
                    assert_eq!(now(&desk), model.steps[model.at], "turn {turn}");
                }
                8 => desk.knob(knob).restore(value),
                9 => {
                    let mut rack = desk.params().rack();
                    let (a, b) = (next(rack.entries.len()), next(rack.entries.len()));
                    rack.entries.swap(a, b);
                    desk.set_rack(rack, "Order");
                }
                10 => {
                    let before = now(&desk);
                    desk.swap();
                    if has_other {
                        assert_eq!(now(&desk), other, "turn {turn}");
                    }
                    (other, has_other) = (before, true);
                }
                11 => {
                    desk.copy_to_other();
                    (other, has_other) = (now(&desk), true);
                }
                12 => {
                    let loaded = PluginParams::new();
                    loaded.deserialize_fields(&desk.params().serialize_fields());
                    assert_eq!(loaded.snapshot(false), now(&desk), "turn {turn}");
                    assert_eq!(loaded.serialize_fields(), desk.params().serialize_fields());
                }
                // The host hands over what was asked for.
                _ => desk.params().knobs().iter().for_each(|knob| knob.restore(knob.set_value())),
            }
            if matches!(what, 0..=5 | 9 | 10) {
                model.note(now(&desk));
            }
            let names = desk.history().names().count();
            assert_eq!((desk.history().at(), names), (model.at, model.steps.len()), "turn {turn}: {what}");
        }
    }

    /// Edits of what has no parameter move one that hosts see.
    #[test]
    fn rack_and_copies_are_seen_by_the_host() {
        let mut desk = desk();
        let edits = desk.params().edits();
        let mut rack = desk.params().rack();
        rack.entries.swap(0, 1);
        desk.set_rack(rack, "Order");
        assert_eq!(desk.value(edits), 1.0);
        desk.copy_to_other();
        assert_eq!(desk.value(edits), 2.0);
        desk.step(-1);
        assert_eq!(desk.value(edits), 3.0, "undo changes the project too");
    }

    /// The state that is saved before the host has handed a value over holds it.
    #[test]
    fn what_was_asked_for_is_saved() {
        use nice_plug::params::Params;
        let mut desk = desk();
        let gain = index(&desk, "eq.bands2.gain_db");
        desk.set(gain, 3.0);
        let other = PluginParams::new();
        other.deserialize_fields(&desk.params().serialize_fields());
        assert_eq!(other.knob("eq.bands2.gain_db").unwrap().value(), 3.0);
        // A host that runs audio and never hands it over has refused it.
        (0..10).for_each(|_| desk.params().beat());
        std::thread::sleep(Duration::from_millis(1100));
        assert_eq!(desk.value(gain), 0.0);
    }
}
