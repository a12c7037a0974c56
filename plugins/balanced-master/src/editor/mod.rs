//! The editor.
use crate::engine::Shared;
use std::sync::Arc;
/// The editor.
pub type MasterEditor = nice_plug_egui::EguiEditor<App>;
/// App.
pub struct App;
impl nice_plug_egui::NiceEguiApp for App {
    fn ui(&mut self, _ui: &mut egui::Ui, _frame: &mut nice_plug_egui::Frame) {}
}
/// Make it.
pub fn create(_shared: Arc<Shared>) -> Option<MasterEditor> {
    None
}
