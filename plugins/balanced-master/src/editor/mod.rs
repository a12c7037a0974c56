//! Graphical editor of the plugin.

mod banner;
mod curve;
mod desk;
mod effect;
mod handle;
mod header;
mod history;
mod list;
mod panel;
mod plot;
mod presets;
mod readings;
mod strip;
mod style;
mod suggest;
mod widgets;
mod window;

use std::sync::Arc;
use std::time::Duration;

use egui::{Rect, Ui, pos2, vec2};
use nice_plug::context::gui::GuiContext;

use crate::engine::Shared;
use crate::meters::Meters;
use crate::params::module::{MODULES, index_of};
use crate::params::rack::Entry;
use curve::Bands;
use desk::Desk;

pub use presets::own_default;
pub use window::{MasterEditor, Watch};

/// Time between frames while something moves, and while nothing does.
const MOVING: Duration = Duration::from_millis(16);
const RESTING: Duration = Duration::from_millis(500);

/// State of the editor that lasts as long as the instance.
pub struct App {
    desk: Desk,
    meters: Meters,
    shelf: presets::Shelf,
    curve: curve::Target,
    suggest: suggest::Suggest,
    target: String,
    typing: widgets::Typing,
    find: String,
    is_list: bool,
    /// Gaps in the audio that are known.
    gaps: u32,
    /// Selected place in the rack, and selected band.
    chosen: usize,
    band: usize,
}

impl App {
    fn new(shared: Arc<Shared>) -> Self {
        let meters = Meters::new(shared.sample_rate_hz());
        Self {
            desk: Desk::new(shared),
            meters,
            shelf: presets::Shelf::default(),
            curve: curve::Target::default(),
            suggest: suggest::Suggest::default(),
            target: "streaming".to_owned(),
            typing: None,
            find: String::new(),
            is_list: false,
            gaps: 0,
            chosen: 1,
            band: 2,
        }
    }

    /// Called when a window opens.
    fn open(&mut self, context: &egui::Context, gui: GuiContext) {
        style::apply(context);
        self.desk.open(gui);
    }

    /// Draws a frame.
    fn show(&mut self, ui: &mut Ui) {
        self.pull();
        self.lay_out(ui);
        header::keys(ui, &mut self.desk);
        let is_moving = self.meters.is_moving() || self.suggest.is_busy();
        ui.ctx().request_repaint_after(if is_moving { MOVING } else { RESTING });
    }

    fn pull(&mut self) {
        let rate_hz = self.desk.shared.sample_rate_hz();
        if self.meters.sample_rate_hz() != rate_hz {
            self.meters = Meters::new(rate_hz);
            if matches!(self.suggest, suggest::Suggest::Listening(_)) {
                self.suggest = suggest::Suggest::Idle;
            }
        }
        let gaps = self.desk.shared.gaps();
        if std::mem::replace(&mut self.gaps, gaps) != gaps {
            self.suggest.note_gap();
        }
        let Self { meters, desk, suggest, .. } = self;
        meters.pull(&desk.shared, |block| suggest.hear(block));
    }

    fn lay_out(&mut self, ui: &mut Ui) {
        let all = ui.max_rect();
        ui.painter().rect_filled(all, 0.0, style::GROUND);
        let header = Rect::from_min_size(all.min, vec2(all.width(), 44.0));
        header::show(ui, &mut self.desk, &mut self.shelf, header, &mut self.is_list);
        let mut top = header.bottom();
        if let Some(words) = banner::words(&self.desk) {
            let bar = Rect::from_min_size(header.left_bottom(), vec2(all.width(), banner::HEIGHT));
            banner::show(ui, &mut self.desk, &words, bar);
            top = bar.bottom();
        }
        let body = Rect::from_min_max(pos2(all.left() + 10.0, top + 8.0), all.max - vec2(10.0, 10.0));
        let column = Rect::from_min_max(pos2(body.right() - 226.0, body.top()), body.max);
        let left = Rect::from_min_max(body.min, pos2(column.left() - 8.0, body.bottom()));
        readings::show(ui, &self.desk.shared, &mut self.meters, column);
        let strip = Rect::from_min_size(left.min, vec2(left.width(), 58.0));
        strip::show(ui, &mut self.desk, &self.meters, strip, &mut self.chosen);
        let foot = Rect::from_min_max(pos2(left.left(), left.bottom() - 64.0), left.max);
        self.foot(ui, foot);
        let middle = Rect::from_min_max(pos2(left.left(), strip.bottom() + 8.0), pos2(left.right(), foot.top() - 8.0));
        if self.is_list {
            ui.painter().rect_filled(middle, 6.0, style::PANEL);
            list::show(ui, &mut self.desk, &mut self.typing, middle, &mut self.find);
        } else {
            self.middle(ui, middle);
        }
    }

    fn middle(&mut self, ui: &mut Ui, middle: Rect) {
        let entries = self.desk.params().rack().entries;
        self.chosen = self.chosen.min(entries.len().saturating_sub(1));
        let module = entries.get(self.chosen).and_then(Entry::module);
        let controls_height =
            if module.is_some_and(|module| MODULES[module].room("bands") > 0) { 232.0 } else { 204.0 };
        let graph = Rect::from_min_max(middle.min, pos2(middle.right(), middle.bottom() - controls_height - 8.0));
        let panel = Rect::from_min_max(pos2(middle.left(), graph.bottom() + 8.0), middle.max);
        self.graph(ui, graph, &entries, module);
        ui.painter().rect_filled(panel, 6.0, style::PANEL);
        match module {
            Some(module) => {
                panel::show(
                    ui,
                    &mut self.desk,
                    &mut self.typing,
                    panel.shrink2(vec2(12.0, 8.0)),
                    module,
                    &mut self.band,
                );
            }
            None => {
                let words = "This step of the chain file runs unchanged.\nEdit the file to change it.";
                ui.painter().text(panel.center(), egui::Align2::CENTER_CENTER, words, style::font(13.0), style::DIM);
            }
        }
    }

    /// Shows the graph with the handles of the dynamic equaliser if that module is selected, otherwise those of the
    /// equaliser; touching a handle selects its module.
    fn graph(&mut self, ui: &mut Ui, graph: Rect, entries: &[Entry], module: Option<usize>) {
        let [eq, dynamic] = ["eq", "dynamic_eq"].map(index_of);
        let place = |of: Option<usize>| entries.iter().position(|entry| of.is_some() && entry.module() == of);
        let are_active = [eq, dynamic].map(|of| {
            let module = of.filter(|_| place(of).is_some());
            module.is_some_and(|module| self.desk.value(self.desk.params().module(module).bypass) < 0.5)
        });
        let whose = if module == dynamic { Bands::DynamicEq } else { Bands::Eq };
        let is_chosen = module == eq || module == dynamic;
        let mut band = if is_chosen { self.band } else { usize::MAX };
        curve::show(ui, &mut self.desk, &self.meters, &mut self.curve, graph, (whose, &mut band), are_active);
        if band != usize::MAX {
            self.band = band;
            self.chosen = place(if is_chosen { module } else { eq }).unwrap_or(self.chosen);
        }
    }

    fn foot(&mut self, ui: &mut Ui, foot: Rect) {
        let button = Rect::from_min_size(foot.min + vec2(0.0, 17.0), vec2(170.0, 30.0));
        suggest::show(ui, &mut self.desk, &mut self.suggest, &mut self.target, button);
        let trace = Rect::from_min_max(pos2(button.right() + 10.0, foot.top()), foot.max);
        readings::trace(ui, &self.meters, trace);
        let said = self.desk.shared.problem().or_else(|| self.desk.notice().map(str::to_owned));
        if let Some(said) = said {
            let at = trace.left_bottom() + vec2(30.0, -12.0);
            let words = ui.painter().layout_no_wrap(said, style::font(12.5), style::TEXT);
            let plate = Rect::from_min_size(at - vec2(6.0, 10.0), words.size() + vec2(12.0, 5.0));
            let painter = ui.painter().with_clip_rect(trace);
            painter.rect_filled(plate, 3.0, style::GROUND);
            painter.galley(plate.min + vec2(6.0, 2.5), words, style::TEXT);
        }
    }
}
