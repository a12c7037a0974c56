//! What the editor does to the plugin: gestures, undo, A/B.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nice_plug::context::gui::GuiContext;

use crate::engine::Shared;
use crate::params::rack::Rack;
use crate::params::snapshot::Snapshot;
use crate::params::{Knob, PluginParams};

/// Steps that can be undone.
const DEPTH: usize = 200;
/// A gesture counts as one step once it has been over for this long: hosts take values over in their own time.
const SETTLE: Duration = Duration::from_millis(600);
/// How long a value asked for is shown before what the host made of it.
const UNDER_WAY: Duration = Duration::from_millis(400);

/// The hands of the editor.
pub struct Desk {
    /// The plugin.
    pub shared: Arc<Shared>,
    gui: Option<GuiContext>,
    history: Vec<Snapshot>,
    at: usize,
    /// Knobs that are held.
    held: Vec<usize>,
    /// Values on their way: hosts take them over with the next block of audio.
    under_way: BTreeMap<usize, (f64, Instant)>,
    touched: Option<Instant>,
    /// What to tell the user, and since when.
    notice: Option<(String, Instant)>,
}

impl Desk {
    /// Hands without a host.
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

    /// The editor was opened.
    pub fn open(&mut self, gui: GuiContext) {
        self.gui = Some(gui);
        self.history = vec![self.params().snapshot(false)];
        self.at = 0;
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &PluginParams {
        &self.shared.params
    }

    /// The knob numbered `index`.
    #[must_use]
    pub fn knob(&self, index: usize) -> &Knob {
        &self.params().knobs()[index]
    }

    /// Value of a knob; for a moment, the one that the editor asked for.
    #[must_use]
    pub fn value(&self, index: usize) -> f64 {
        match self.under_way.get(&index) {
            Some((value, since)) if since.elapsed() < UNDER_WAY => *value,
            _ => self.knob(index).set_value(),
        }
    }

    /// Take hold of a knob, beside those that are held.
    pub fn hold(&mut self, index: usize) {
        self.held.push(index);
        if let Some(gui) = &self.gui {
            // SAFETY: the pointer is one of this instance's own parameters.
            unsafe { gui.raw_begin_set_parameter(self.knob(index).as_ptr()) };
        }
    }

    /// Move a knob that is held.
    pub fn drag(&mut self, index: usize, value: f64) {
        let row = *self.knob(index).row();
        let value = value.clamp(row.min, row.max);
        self.under_way.insert(index, (value, Instant::now()));
        self.touched = Some(Instant::now());
        self.send(index, value);
    }

    /// Let go of everything.
    pub fn release(&mut self) {
        for index in std::mem::take(&mut self.held) {
            self.touched = Some(Instant::now());
            if let Some(gui) = &self.gui {
                // SAFETY: as in `hold`.
                unsafe { gui.raw_end_set_parameter(self.knob(index).as_ptr()) };
            }
        }
    }

    /// Set a knob in one go.
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

    /// Change the order of the modules.
    pub fn set_rack(&mut self, rack: Rack) {
        self.params().set_rack(rack);
        self.touched = Some(Instant::now());
    }

    /// Bring everything that sounds to `snapshot`.
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

    /// Once a frame: note what was done as a step.
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

    /// Whether there is a step back, and one forth.
    #[must_use]
    pub fn steps(&self) -> (bool, bool) {
        (self.at > 0, self.at + 1 < self.history.len())
    }

    /// A step back (-1) or forth (1).
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

    /// Change between A and B.
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

    /// Make the other side what is heard.
    pub fn copy_to_other(&mut self) {
        let now = self.params().snapshot(false);
        self.params().slots().other = Some(now);
    }

    /// Values of a fresh instance.
    #[must_use]
    pub fn defaults(&self) -> BTreeMap<String, f64> {
        self.params().defaults()
    }

    /// Say something for a while.
    pub fn tell(&mut self, what: impl Into<String>) {
        self.notice = Some((what.into(), Instant::now()));
    }

    /// What there is to say.
    #[must_use]
    pub fn notice(&self) -> Option<&str> {
        self.notice
            .as_ref()
            .filter(|(_, since)| since.elapsed() < Duration::from_secs(6))
            .map(|(text, _)| text.as_str())
    }
}
