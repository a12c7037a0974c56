//! A plugin's process, from its start to its end, whichever way that comes.

use std::io::{self, ErrorKind};
use std::net::Shutdown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_mastering::ClapSpec;
use tempfile::TempDir;

use super::HostCommand;
use super::fate::fate;
use crate::refusal::{Refusal, USUAL_REMEDY};
use crate::stream::{self, Stream, Until};
use crate::wire::{self, Open, Ready, tag};
use crate::{Found, HostError};

/// How long a process may take to end once nobody listens to it.
const FAREWELL: Duration = Duration::from_secs(1);
/// More latency is a mistake of the plugin, for which delays of as much audio would be made.
const MAX_LATENCY_FRAMES: u32 = 1 << 22;
/// Letters of what a plugin's process says that an error repeats at most.
const MAX_SAID: usize = 1000;
/// Variables that say where temporary files go.
const TEMPORARY: [&str; 3] = ["TMPDIR", "TMP", "TEMP"];

pub(crate) struct PluginProcess {
    child: Child,
    stream: Stream,
    path: PathBuf,
    ready: Ready,
    timeout_s: f64,
    bytes: Vec<u8>,
    /// The folder for the plugin's temporary files; goes with its process.
    _temporary: TempDir,
}

impl PluginProcess {
    pub(crate) fn start(
        spec: &ClapSpec,
        found: Found,
        format: &StreamFormat,
        state: Option<Vec<u8>>,
        command: &HostCommand,
    ) -> Result<Self, HostError> {
        let Found { path, readable } = found;
        let not_started = |error: io::Error| {
            let program = command.program.display();
            let problem = format!("the plugin's process ({program}) could not be started ({error})");
            let remedy = "set a host program that exists and may be run, and check the space for temporary files";
            HostError::new(&path, problem, remedy)
        };
        let temporary = tempfile::Builder::new().prefix("balanced-plugin-").tempdir().map_err(not_started)?;
        let mut program = Command::new(&command.program);
        program.args(&command.arguments).envs(TEMPORARY.map(|variable| (variable, temporary.path())));
        let timeout = Duration::from_secs_f64(spec.timeout_s);
        let (child, stream) = stream::start(program, timeout).map_err(not_started)?;
        let open = Open { readable, temporary: Some(temporary.path().to_owned()), ..opening(&path, spec, format) };
        let (ready, bytes) = (Ready::default(), Vec::new());
        let mut process = Self { child, stream, path, ready, timeout_s: spec.timeout_s, bytes, _temporary: temporary };
        process.load(open, state)?;
        Ok(process)
    }

    fn load(&mut self, mut open: Open, state: Option<Vec<u8>>) -> Result<(), HostError> {
        open.has_state = state.is_some();
        let json = serde_json::to_vec(&open).expect("plain data");
        let frames = [Some((tag::OPEN, &*json)), state.as_ref().map(|state| (tag::STATE, &**state))];
        self.ask(&frames.into_iter().flatten().collect::<Vec<_>>(), tag::READY, "loading")?;
        self.ready =
            serde_json::from_slice(&self.bytes).map_err(|_| self.error("answered with nonsense while loading"))?;
        let latency_frames = self.ready.latency_frames;
        if latency_frames > MAX_LATENCY_FRAMES {
            return Err(self.error(&format!("says that it delays audio by {latency_frames} frames")));
        }
        Ok(())
    }

    /// What of the process could not be confined.
    pub(crate) fn gaps(&self) -> &[String] {
        &self.ready.gaps
    }

    pub(crate) fn latency_frames(&self) -> usize {
        self.ready.latency_frames as usize
    }

    /// One block there and back, `at_s` seconds into the audio.
    pub(crate) fn exchange(
        &mut self,
        input: &PlanarBuffer,
        output: &mut PlanarBuffer,
        at_s: f64,
    ) -> Result<(), HostError> {
        self.bytes.clear();
        for channel in 0..input.channels() {
            wire::put_samples(&mut self.bytes, input.channel(channel));
        }
        let doing = format!("processing, {at_s:.1} s into the audio");
        let block = std::mem::take(&mut self.bytes);
        self.ask(&[(tag::BLOCK, &block)], tag::DONE, &doing)?;
        let mut rest = Some(self.bytes.as_slice());
        for channel in 0..output.channels() {
            rest = rest.and_then(|bytes| wire::take_samples(bytes, output.channel_mut(channel)));
        }
        if rest.is_none_or(|rest| !rest.is_empty()) {
            return Err(self.error("answered with nonsense while processing"));
        }
        if (0..output.channels()).any(|channel| output.channel(channel).iter().any(|sample| !sample.is_finite())) {
            let problem = format!("gave samples that are no numbers (NaN or infinite) while {doing}");
            return Err(self.error(&problem));
        }
        Ok(())
    }

    pub(crate) fn reset(&mut self) -> Result<(), HostError> {
        self.ask(&[(tag::RESET, &[])], tag::DONE, "resetting")
    }

    /// Sends `frames` and waits for an answer of kind `wanted`, left in `self.bytes`; all of it in the time that the step allows.
    fn ask(&mut self, frames: &[(u8, &[u8])], wanted: u8, doing: &str) -> Result<(), HostError> {
        let mut line = Until::after(&self.stream, Duration::from_secs_f64(self.timeout_s));
        let sent = frames.iter().try_for_each(|(tag, payload)| wire::write(&mut line, *tag, payload));
        // A process that ends before it has read everything may have said why.
        let got = wire::read(&mut line, &mut self.bytes).map_err(|error| sent.err().unwrap_or(error));
        match got {
            Ok(tag) if tag == wanted => Ok(()),
            Ok(tag::FAILED) => Err(self.refused()),
            Ok(_) => Err(self.error(&format!("answered with nonsense while {doing}"))),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                let problem = format!("the plugin hung: no answer within {} s while {doing}", self.timeout_s);
                let remedy = "set `bypass = true` on its step, or a longer `timeout_s`";
                Err(HostError::new(&self.path, problem, remedy).failure())
            }
            Err(_) => {
                let ended = self.end().map_or_else(|| "its process ended".to_owned(), fate);
                Err(self.error(&format!("crashed ({ended}) while {doing}")))
            }
        }
    }

    fn error(&self, problem: &str) -> HostError {
        HostError::new(&self.path, format!("the plugin {problem}"), USUAL_REMEDY).failure()
    }

    /// What the process said before it ended.
    fn refused(&self) -> HostError {
        match serde_json::from_slice::<Refusal>(&self.bytes) {
            Ok(Refusal { problem, remedy }) if remedy.is_empty() => {
                HostError::new(&self.path, said(&problem), USUAL_REMEDY)
            }
            Ok(Refusal { problem, remedy }) => HostError::new(&self.path, said(&problem), said(&remedy)),
            Err(_) => self.error("failed and could not say why"),
        }
    }

    /// Let the process end, and end it if it does not.
    fn end(&mut self) -> Option<ExitStatus> {
        let _ = self.stream.shutdown(Shutdown::Both);
        let start = Instant::now();
        while start.elapsed() < FAREWELL {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        let _ = self.child.kill();
        self.child.wait().ok()
    }
}

/// The request to load the plugin at `path` as `spec` has it.
fn opening(path: &Path, spec: &ClapSpec, format: &StreamFormat) -> Open {
    Open {
        path: path.to_string_lossy().into_owned(),
        plugin_id: spec.plugin_id.clone(),
        parameters: spec.parameters.clone(),
        sample_rate_hz: format.sample_rate_hz,
        channels: format.channels(),
        dies_with_parent: is_main_thread(),
        ..Open::default()
    }
}

/// Whether this thread lives as long as its process.
#[cfg(target_os = "linux")]
fn is_main_thread() -> bool {
    rustix::thread::gettid() == rustix::process::getpid()
}

#[cfg(not(target_os = "linux"))]
fn is_main_thread() -> bool {
    false
}

/// What a plugin's process says, fit for a line of a terminal: the plugin may have had a hand in it.
fn said(text: &str) -> String {
    text.chars().take(MAX_SAID).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl Drop for PluginProcess {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_plugin_says_cannot_command_a_terminal() {
        assert_eq!(said("no \x1b[2Jlicence\n"), "no  [2Jlicence ");
        assert_eq!(said(&"x".repeat(5000)).len(), MAX_SAID);
    }
}
