//! The client side of a hosted plugin: starts its process, sends it blocks, notices when it fails.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use balanced_dsp::{BlockMut, PlanarBuffer, StreamFormat};
use balanced_mastering::{ClapSpec, Processor};

use crate::{BLOCK_FRAMES, HostError, saved_state};

mod fate;
mod process;

use process::PluginProcess;

/// The program that becomes a plugin's process: it calls [`serve`](crate::serve) and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostCommand {
    /// The path of the program.
    pub program: PathBuf,
    /// The arguments that make it serve.
    pub arguments: Vec<OsString>,
}

/// The failures of hosted plugins while they process, which `process` cannot return.
#[derive(Clone, Debug, Default)]
pub struct Failures(Arc<Mutex<Option<HostError>>>);

impl Failures {
    /// Returns the first failure so far; from then on its plugin gives silence.
    #[must_use]
    pub fn first(&self) -> Option<HostError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add(&self, failure: HostError) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
    }
}

/// Starts a process for the plugin of `spec` and loads it there, ready for audio of `format`.
///
/// # Errors
/// A file that is missing or no CLAP plugin, an unknown plugin, state or parameter, channels that do not fit, a crash or
/// a hang while loading.
pub fn open(
    spec: &ClapSpec,
    format: &StreamFormat,
    command: &HostCommand,
    failures: &Failures,
) -> Result<Box<dyn Processor>, HostError> {
    if !std::path::Path::new(&spec.path).exists() {
        let remedy = "correct the step's `path`, or install the plugin";
        return Err(HostError::new(&spec.path, "there is no such file", remedy));
    }
    let state = state(spec)?;
    let process = PluginProcess::start(spec, format, state, command)?;
    let buffer = || PlanarBuffer::new(format.channels(), BLOCK_FRAMES);
    Ok(Box::new(Hosted {
        process: Some(process),
        failures: failures.clone(),
        input: buffer(),
        output: silent(buffer()),
        position: 0,
        blocks: 0,
        sample_rate_hz: format.sample_rate_hz,
    }))
}

fn silent(mut buffer: PlanarBuffer) -> PlanarBuffer {
    buffer.clear();
    buffer
}

fn state(spec: &ClapSpec) -> Result<Option<Vec<u8>>, HostError> {
    if let Some(file) = &spec.state_file {
        let read = std::fs::read(file);
        return read.map(Some).map_err(|error| {
            HostError::new(
                file,
                format!("the plugin's state cannot be read ({error})"),
                "correct the step's `state_file`",
            )
        });
    }
    let Some(text) = &spec.state_base64 else { return Ok(None) };
    saved_state::decode(text).map(Some).map_err(|problem| {
        HostError::new(&spec.path, format!("`state_base64` {problem}"), "save the plugin's state again")
    })
}

/// A plugin at work elsewhere. Audio is gathered into whole blocks, which costs one block of latency.
struct Hosted {
    /// `None` once it has failed.
    process: Option<PluginProcess>,
    failures: Failures,
    input: PlanarBuffer,
    output: PlanarBuffer,
    position: usize,
    blocks: u64,
    sample_rate_hz: f64,
}

impl Hosted {
    fn exchange(&mut self) {
        let Some(process) = &mut self.process else { return };
        let at_s = (self.blocks * BLOCK_FRAMES as u64) as f64 / self.sample_rate_hz;
        self.blocks += 1;
        if let Err(failure) = process.exchange(&self.input, &mut self.output, at_s) {
            self.fail(failure);
        }
    }

    fn fail(&mut self, failure: HostError) {
        self.failures.add(failure);
        self.process = None;
        self.output.clear();
    }
}

impl Processor for Hosted {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        let mut start = 0;
        while start < block.frames() {
            let count = (block.frames() - start).min(BLOCK_FRAMES - self.position);
            let here = self.position..self.position + count;
            for channel in 0..block.channels() {
                let samples = &mut block.channel_mut(channel)[start..start + count];
                self.input.channel_mut(channel)[here.clone()].copy_from_slice(samples);
                samples.copy_from_slice(&self.output.channel(channel)[here.clone()]);
            }
            start += count;
            self.position += count;
            if self.position == BLOCK_FRAMES {
                self.position = 0;
                self.exchange();
            }
        }
    }

    fn reset(&mut self) {
        self.output.clear();
        self.position = 0;
        self.blocks = 0;
        if let Some(Err(failure)) = self.process.as_mut().map(PluginProcess::reset) {
            self.fail(failure);
        }
    }

    fn latency_frames(&self) -> usize {
        BLOCK_FRAMES + self.process.as_ref().map_or(0, |process| process.latency_frames())
    }
}
