//! Where there are no sockets to inherit, plugins cannot be hosted yet.

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_mastering::ClapSpec;

use super::HostCommand;
use crate::HostError;

pub(crate) enum PluginProcess {}

impl PluginProcess {
    pub(crate) fn start(
        spec: &ClapSpec,
        _: &StreamFormat,
        _: Option<Vec<u8>>,
        _: &HostCommand,
    ) -> Result<Self, HostError> {
        Err(HostError::new(
            &spec.path,
            "CLAP effects are hosted on Linux and macOS only; set `bypass = true` on the step",
        ))
    }

    pub(crate) fn latency_frames(&self) -> usize {
        match *self {}
    }

    pub(crate) fn exchange(&mut self, _: &PlanarBuffer, _: &mut PlanarBuffer, _: f64) -> Result<(), HostError> {
        match *self {}
    }

    pub(crate) fn reset(&mut self) -> Result<(), HostError> {
        match *self {}
    }
}
