//! Edits of the plugin by the editor: gestures, undo, A/B comparison.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nice_plug::context::gui::GuiContext;

use crate::engine::Shared;
use crate::params::rack::Rack;
use crate::params::snapshot::Snapshot;
use crate::params::{Knob, PluginParams};

/// Largest number of undo steps.
const DEPTH: usize = 200;
/// Time after the end of a gesture until it counts as an undo step: hosts apply values with a delay.
const SETTLE: Duration = Duration::from_millis(600);
/// Time for which a requested value is shown before the value that the host reports.
const UNDER_WAY: Duration = Duration::from_millis(400);

/// Access of the editor to the parameters.
pub struct Desk {
    /// State shared with the plugin.
    pub shared: Arc<Shared>,
    gui: Option<GuiContext>,
    history: Vec<Snapshot>,
    at: usize,
    /// Knobs that are being dragged.
    held: Vec<usize>,
    /// Requested values that the host has not applied yet; hosts apply them with the next audio block.
    under_way: BTreeMap<usize, (f64, Instant)>,
    touched: Option<Instant>,
    /// Message to the user, and when it was set.
    notice: Option<(String, Instant)>,
}

impl Desk {
    /// Creates a desk without a host.
    #[must_use]
    pub fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            gui: None,
            history: Vec::new(),
            at: 0,
            held: Vec::new(),
            under_way: BTreeMap::new(),
            touched: None,
            notice: None,
        }
    }

    /// Called when the editor opens.
    pub fn open(&mut self, gui: GuiContext) {
        self.gui = Some(gui);
        self.history = vec![self.params().snapshot(false)];
        self.at = 0;
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
        match self.under_way.get(&index) {
            Some((value, since)) if since.elapsed() < UNDER_WAY => *value,
            _ => self.knob(index).set_value(),
        }
    }

    /// Starts a gesture on a knob, in addition to those in progress.
    pub fn hold(&mut self, index: usize) {
        self.held.push(index);
        if let Some(gui) = &self.gui {
            // SAFETY: the pointer is one of this instance's own parameters.
            unsafe { gui.raw_begin_set_parameter(self.knob(index).as_ptr()) };
        }
    }

    /// Changes a knob during a gesture.
    pub fn drag(&mut self, index: usize, value: f64) {
        let row = *self.knob(index).row();
        let value = value.clamp(row.min, row.max);
        self.under_way.insert(index, (value, Instant::now()));
        self.touched = Some(Instant::now());
        self.send(index, value);
    }

    /// Ends all gestures.
    pub fn release(&mut self) {
        for index in std::mem::take(&mut self.held) {
            self.touched = Some(Instant::now());
            if let Some(gui) = &self.gui {
                // SAFETY: as in `hold`.
                unsafe { gui.raw_end_set_parameter(self.knob(index).as_ptr()) };
            }
        }
    }

    /// Sets a knob in one step.
    pub fn set(&mut self, index: usize, value: f64) {
        self.release();
        self.hold(index);
        self.drag(index, value);
        self.release();
    }

    fn send(&self, index: usize, value: f64) {
        let knob = self.knob(index);
        if let Some(gui) = &self.gui {
            // SAFETY: as in `hold`.
            unsafe { gui.raw_set_parameter_normalized(knob.as_ptr(), knob.mapping.position(value)) };
        }
    }

    /// Changes the order of the modules.
    pub fn set_rack(&mut self, rack: Rack) {
        self.params().set_rack(rack);
        self.touched = Some(Instant::now());
    }

    /// Sets everything that affects the sound to `snapshot`.
    pub fn apply(&mut self, snapshot: &Snapshot) {
        self.release();
        for index in 0..self.params().knobs().len() {
            let Some(value) = snapshot.values.get(&self.knob(index).id).copied() else { continue };
            if self.value(index) != value {
                self.set(index, value);
            }
        }
        self.params().set_rack(snapshot.rack.clone());
    }

    /// Records completed changes as an undo step; called once per frame.
    pub fn settle(&mut self) {
        let Some(since) = self.touched.filter(|_| self.held.is_empty()) else { return };
        if since.elapsed() < SETTLE {
            return;
        }
        self.touched = None;
        let now = self.params().snapshot(false);
        if self.history.get(self.at) != Some(&now) {
            self.history.truncate(self.at + 1);
            self.history.push(now);
            if self.history.len() > DEPTH {
                self.history.remove(0);
            }
            self.at = self.history.len() - 1;
        }
    }

    /// Returns whether undo and redo are possible.
    #[must_use]
    pub fn steps(&self) -> (bool, bool) {
        (self.at > 0, self.at + 1 < self.history.len())
    }

    /// Undoes (-1) or redoes (1) a step.
    pub fn step(&mut self, by: isize) {
        let to = self.at.saturating_add_signed(by).min(self.history.len().saturating_sub(1));
        if to == self.at {
            return;
        }
        self.at = to;
        if let Some(snapshot) = self.history.get(to).cloned() {
            self.apply(&snapshot);
        }
        self.touched = None;
    }

    /// Switches between A and B.
    pub fn swap(&mut self) {
        let now = self.params().snapshot(false);
        let other = {
            let mut slots = self.params().slots();
            slots.is_b = !slots.is_b;
            slots.other.replace(now)
        };
        other.iter().for_each(|other| self.apply(other));
        self.touched = Some(Instant::now());
    }

    /// Copies the current settings to the other side.
    pub fn copy_to_other(&mut self) {
        let now = self.params().snapshot(false);
        self.params().slots().other = Some(now);
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
