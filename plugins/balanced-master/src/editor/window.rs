//! Editor window with the size that was saved in the project.
//!
//! The framework keeps the size of a window inside the state it is opened with, where nothing else can change it; so
//! every opening gets a new state, made from the saved size.

use std::error::Error;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize};
use nice_plug::editor::{Editor, HostMethods, ParentWindowHandle, ResizeHint, SpawnedEditor};
use nice_plug_egui::baseview::{HandlerError, WindowSize};
use nice_plug_egui::{
    EguiEditorHandle, EguiEditorState, EguiNiceSettings, Frame, Key, KeyCapture, NiceEguiApp, RepaintNotifier,
    create_egui_editor,
};

use super::App;
use crate::engine::Shared;

/// Default size, in logical pixels.
pub const SIZE: [u32; 2] = [1180, 740];
/// Smallest and largest size.
const SIZES: [[u32; 2]; 2] = [[940, 600], [8192, 8192]];

/// State of the window for the rest of the plugin.
#[derive(Default)]
pub struct Watch {
    open: AtomicUsize,
    /// Physical pixels per logical pixel at the scale of 1, as bits of an `f32`; 0 before the first window.
    scale: AtomicU32,
    /// Load of the audio thread, as bits of an `f32`.
    load: AtomicU32,
}

impl Watch {
    /// Returns whether the editor is open. `[audio]`
    pub fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire) > 0
    }

    /// Counts a window that is not there.
    #[cfg(test)]
    pub fn pretend_open(&self) {
        self.open.fetch_add(1, Ordering::AcqRel);
    }

    fn set_scale(&self, scale: f64) {
        self.scale.store((scale as f32).to_bits(), Ordering::Relaxed);
    }

    fn scale(&self) -> f64 {
        let scale = f64::from(f32::from_bits(self.scale.load(Ordering::Relaxed)));
        if scale > 0.0 { scale } else { 1.0 }
    }

    /// Stores the share of the time of the audio that its last blocks took to process. `[audio]`
    pub fn set_load(&self, load: f64) {
        self.load.store((load as f32).to_bits(), Ordering::Relaxed);
    }

    /// Returns the share of the time of the audio that its last blocks took to process.
    pub fn load(&self) -> f32 {
        f32::from_bits(self.load.load(Ordering::Relaxed))
    }
}

/// The editor as the framework sees it.
pub struct MasterEditor {
    shared: Arc<Shared>,
    app: Arc<Mutex<App>>,
    /// State of the current or last window.
    state: Mutex<Option<Arc<EguiEditorState>>>,
}

impl MasterEditor {
    /// Creates a closed editor.
    #[must_use]
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { app: Arc::new(Mutex::new(App::new(shared.clone()))), state: Mutex::new(None), shared }
    }

    /// Returns the size to open with, in logical pixels.
    fn kept_size(&self) -> LogicalSize<f32> {
        let kept = *self.shared.params.editor_size();
        let size = if kept == [0, 0] { SIZE } else { kept };
        let [width, height] = [0, 1].map(|axis| size[axis].clamp(SIZES[0][axis], SIZES[1][axis]) as f32);
        LogicalSize::new(width, height)
    }
}

/// How hosts may resize the window at a scale.
fn hint(scale: f32) -> ResizeHint {
    let [width, height] = SIZES[0].map(|pixels| pixels as f32 * scale);
    ResizeHint::RESIZABLE.with_min_logical_size(LogicalSize::new(width, height))
}

impl Editor for MasterEditor {
    type Handle = EguiEditorHandle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Self::Handle>, Box<dyn Error>> {
        let scale = self.shared.params.editor_scale();
        let state = EguiEditorState::from_size(self.kept_size(), scale);
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = Some(state.clone());
        let settings = EguiNiceSettings::new().with_tile("Balanced Master").with_resize_hint(hint(scale));
        let view = View::new(self.app.clone(), self.shared.clone());
        let editor = create_egui_editor(state, RepaintNotifier::new(), settings, view).ok_or("there is no editor")?;
        let spawned = editor.spawn(parent, wait_for_parent, fallback_scale_factor, gui_context, host)?;
        // A window that opens at its size gets no resize event, and hosts ask for the size before they show it.
        self.shared.editor.set_scale(spawned.window.size().scale_factor);
        Ok(spawned)
    }

    fn size(&self) -> NativeSize<u32> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let size = state.filter(|state| state.is_open()).map_or_else(|| self.kept_size(), |state| state.logical_size());
        NativeSize::from_size(size.into(), self.shared.editor.scale() * f64::from(self.shared.params.editor_scale()))
    }

    fn resize_hint(&self) -> ResizeHint {
        hint(self.shared.params.editor_scale())
    }
}

/// Keys that the editor takes for itself while no text is typed; all others are the host's.
fn undo_keys() -> KeyCapture {
    let key = |letter: &str| Key::Character(letter.to_owned());
    KeyCapture::CaptureKeys(["z", "Z", "y", "Y"].map(key).to_vec())
}

/// Takes the focus while the command key is down, because only a focused window's keys are kept from the host: it would undo as
/// well.
fn hold_undo_keys(ui: &egui::Ui) {
    let id = ui.scope_id().with("undo keys");
    ui.interact(egui::Rect::NOTHING, id, egui::Sense::focusable_noninteractive());
    let is_down = ui.input(|input| input.modifiers.command);
    ui.memory_mut(|memory| match (is_down, memory.focused()) {
        (true, None) => memory.request_focus(id),
        (false, Some(focused)) if focused == id => memory.surrender_focus(id),
        _ => {}
    });
}

/// Contents of a window; dropped when the window closes.
struct View {
    app: Arc<Mutex<App>>,
    shared: Arc<Shared>,
}

impl View {
    fn new(app: Arc<Mutex<App>>, shared: Arc<Shared>) -> Self {
        shared.editor.open.fetch_add(1, Ordering::AcqRel);
        Self { app, shared }
    }

    fn with<T>(&self, act: impl FnOnce(&mut App) -> T) -> T {
        act(&mut self.app.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.shared.editor.open.fetch_sub(1, Ordering::AcqRel);
    }
}

impl NiceEguiApp for View {
    fn build(&mut self, context: egui::Context, gui: GuiContext, _frame: &mut Frame) -> Result<(), HandlerError> {
        self.with(|app| app.open(&context, gui));
        Ok(())
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut Frame) {
        frame.set_key_capture(if ui.ctx().text_edit_focused() { KeyCapture::CaptureAll } else { undo_keys() });
        hold_undo_keys(ui);
        self.with(|app| app.show(ui));
    }

    fn zoom_factor_changed(&mut self, scale: f32) {
        self.shared.params.set_editor_scale(scale);
    }

    fn resized(&mut self, size: WindowSize) {
        self.shared.editor.set_scale(size.scale_factor / f64::from(self.shared.params.editor_scale()));
        let [width, height] = [size.logical.width, size.logical.height].map(|pixels| pixels.round() as u32);
        *self.shared.params.editor_size() = [width, height];
    }
}
