//! The editor's window: as large as it was when the project was saved.
//!
//! The framework keeps the size of a window within the state it is opened with, where nothing else can reach it; so every
//! opening gets a state of its own, made from the size that the project keeps.

use std::error::Error;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize};
use nice_plug::editor::{Editor, HostMethods, ParentWindowHandle, ResizeHint, SpawnedEditor};
use nice_plug_egui::baseview::{HandlerError, WindowSize};
use nice_plug_egui::{
    EguiEditorHandle, EguiEditorState, EguiNiceSettings, Frame, NiceEguiApp, RepaintNotifier, create_egui_editor,
};

use super::App;
use crate::engine::Shared;

/// Size at first, in logical pixels.
pub const SIZE: [u32; 2] = [1180, 740];
/// Least and largest size.
const SIZES: [[u32; 2]; 2] = [[940, 600], [8192, 8192]];

/// What the rest of the plugin knows of the window.
#[derive(Default)]
pub struct Watch {
    open: AtomicUsize,
    /// Physical pixels a logical one, as bits of an `f32`; 0 before the first window.
    scale: AtomicU32,
}

impl Watch {
    /// Whether somebody looks. `[audio]`
    pub fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire) > 0
    }

    fn set_scale(&self, scale: f64) {
        self.scale.store((scale as f32).to_bits(), Ordering::Relaxed);
    }

    fn scale(&self) -> f64 {
        let scale = f64::from(f32::from_bits(self.scale.load(Ordering::Relaxed)));
        if scale > 0.0 { scale } else { 1.0 }
    }
}

/// The editor as the framework holds it.
pub struct MasterEditor {
    shared: Arc<Shared>,
    app: Arc<Mutex<App>>,
    /// Of the window that is open, or was.
    state: Mutex<Option<Arc<EguiEditorState>>>,
}

impl MasterEditor {
    /// A closed one.
    #[must_use]
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { app: Arc::new(Mutex::new(App::new(shared.clone()))), state: Mutex::new(None), shared }
    }

    /// Size to open with, in logical pixels.
    fn kept_size(&self) -> LogicalSize<f32> {
        let kept = *self.shared.params.editor_size();
        let size = if kept == [0, 0] { SIZE } else { kept };
        let [width, height] = [0, 1].map(|axis| size[axis].clamp(SIZES[0][axis], SIZES[1][axis]) as f32);
        LogicalSize::new(width, height)
    }
}

fn hint() -> ResizeHint {
    ResizeHint::RESIZABLE.with_min_logical_size(LogicalSize::new(SIZES[0][0] as f32, SIZES[0][1] as f32))
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
        let state = EguiEditorState::from_size(self.kept_size(), 1.0);
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = Some(state.clone());
        let settings = EguiNiceSettings::new().with_tile("Balanced Master").with_resize_hint(hint());
        let view = View::new(self.app.clone(), self.shared.clone());
        let editor = create_egui_editor(state, RepaintNotifier::new(), settings, view).ok_or("there is no editor")?;
        let spawned = editor.spawn(parent, wait_for_parent, fallback_scale_factor, gui_context, host)?;
        // A window that opens at its size is not told of it, and hosts ask before they show it.
        self.shared.editor.set_scale(spawned.window.size().scale_factor);
        Ok(spawned)
    }

    fn size(&self) -> NativeSize<u32> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let size = state.filter(|state| state.is_open()).map_or_else(|| self.kept_size(), |state| state.logical_size());
        NativeSize::from_size(size.into(), self.shared.editor.scale())
    }

    fn resize_hint(&self) -> ResizeHint {
        hint()
    }
}

/// The window's hold on what is shown in it; it ends with the window.
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

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut Frame) {
        self.with(|app| app.show(ui));
    }

    fn resized(&mut self, size: WindowSize) {
        self.shared.editor.set_scale(size.scale_factor);
        let [width, height] = [size.logical.width, size.logical.height].map(|pixels| pixels.round() as u32);
        *self.shared.params.editor_size() = [width, height];
    }
}
