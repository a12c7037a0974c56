//! The client side of a hosted plugin: starts its process, sends it blocks, notices when it fails.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use balanced_dsp::{BlockMut, PlanarBuffer, StreamFormat};
use balanced_mastering::{ClapSpec, Processor};

use crate::{BLOCK_FRAMES, HostError, find};

mod fate;
mod process;
mod state;

use process::PluginProcess;

/// The program that becomes a plugin's process: it calls [`serve`](crate::serve) and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostCommand {
    /// The path of the program.
    pub program: PathBuf,
    /// The arguments that make it serve.
    pub arguments: Vec<OsString>,
}

/// Failures of hosted plugins while they process, which `process` cannot return, and the gaps in the sandbox of their
/// processes.
#[derive(Clone, Debug, Default)]
pub struct Failures(Arc<Mutex<Told>>);

#[derive(Debug, Default)]
struct Told {
    first: Option<HostError>,
    gaps: Vec<String>,
}

impl Failures {
    /// Returns the first failure so far; from then on its plugin gives silence.
    #[must_use]
    pub fn first(&self) -> Option<HostError> {
        self.told().first.clone()
    }

    /// Returns what the sandbox of the plugins leaves open on this system; nothing if it is complete.
    #[must_use]
    pub fn gaps(&self) -> Vec<String> {
        self.told().gaps.clone()
    }

    fn add(&self, failure: HostError) {
        self.told().first.get_or_insert(failure);
    }

    fn note(&self, gaps: &[String]) {
        let mut told = self.told();
        for gap in gaps {
            if !told.gaps.contains(gap) {
                told.gaps.push(gap.clone());
            }
        }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts a process for the plugin of `spec` and loads it there, ready for audio of `format`.
///
/// `allowed` narrows and widens which plugins may run, as in [`find`](crate::find).
///
/// # Errors
/// A plugin that is not allowed, a file that is missing or no CLAP plugin, an unknown plugin, state or parameter, channels
/// that do not fit, a crash or a hang while loading.
pub fn open(
    spec: &ClapSpec,
    format: &StreamFormat,
    command: &HostCommand,
    allowed: Option<&[String]>,
    failures: &Failures,
) -> Result<Box<dyn Processor>, HostError> {
    let found = find(spec, allowed)?;
    let state = state::read(spec)?;
    let process = PluginProcess::start(spec, found, format, state, command).inspect_err(|error| {
        if error.is_failure() {
            failures.add(error.clone());
        }
    })?;
    failures.note(process.gaps());
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
