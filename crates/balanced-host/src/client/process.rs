//! A plugin's process, from its start to its end, whichever way that comes.

use std::io::{self, ErrorKind};
use std::net::Shutdown;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_mastering::ClapSpec;

use super::HostCommand;
use super::fate::fate;
use crate::HostError;
use crate::refusal::{Refusal, USUAL_REMEDY};
use crate::stream::{self, Stream};
use crate::wire::{self, Open, Ready, tag};

/// How long a process may take to end once nobody listens to it.
const FAREWELL: Duration = Duration::from_secs(1);

pub(crate) struct PluginProcess {
    child: Child,
    stream: Stream,
    path: PathBuf,
    ready: Ready,
    timeout_s: f64,
    bytes: Vec<u8>,
}

impl PluginProcess {
    pub(crate) fn start(
        spec: &ClapSpec,
        format: &StreamFormat,
        state: Option<Vec<u8>>,
        command: &HostCommand,
    ) -> Result<Self, HostError> {
        let mut program = Command::new(&command.program);
        program.args(&command.arguments);
        let (child, stream) = stream::start(program, Duration::from_secs_f64(spec.timeout_s)).map_err(|error| {
            let program = command.program.display();
            let problem = format!("the plugin's process ({program}) could not be started ({error})");
            HostError::new(&spec.path, problem, "set a host program that exists and may be run")
        })?;
        let (path, ready, bytes) = (PathBuf::from(&spec.path), Ready::default(), Vec::new());
        let mut process = Self { child, stream, path, ready, timeout_s: spec.timeout_s, bytes };
        process.load(spec, format, state)?;
        Ok(process)
    }

    fn load(&mut self, spec: &ClapSpec, format: &StreamFormat, state: Option<Vec<u8>>) -> Result<(), HostError> {
        let open = Open {
            path: spec.path.clone(),
            plugin_id: spec.plugin_id.clone(),
            has_state: state.is_some(),
            parameters: spec.parameters.clone(),
            sample_rate_hz: format.sample_rate_hz,
            channels: format.channels(),
        };
        let json = serde_json::to_vec(&open).expect("plain data");
        let mut sent = wire::write(&mut self.stream, tag::OPEN, &json);
        if let (Ok(()), Some(state)) = (&sent, state) {
            sent = wire::write(&mut self.stream, tag::STATE, &state);
        }
        self.answer(sent, tag::READY, "loading")?;
        match serde_json::from_slice(&self.bytes) {
            Ok(ready) => self.ready = ready,
            Err(_) => return Err(self.error("answered with nonsense while loading")),
        }
        Ok(())
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
        let sent = wire::write(&mut self.stream, tag::BLOCK, &self.bytes);
        let doing = format!("processing, {at_s:.1} s into the audio");
        self.answer(sent, tag::DONE, &doing)?;
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
        let sent = wire::write(&mut self.stream, tag::RESET, &[]);
        self.answer(sent, tag::DONE, "resetting")
    }

    /// Wait for a frame of kind `wanted`, left in `self.bytes`, unless sending had failed already.
    fn answer(&mut self, sent: io::Result<()>, wanted: u8, doing: &str) -> Result<(), HostError> {
        let got = match sent {
            Ok(()) => wire::read(&mut self.stream, &mut self.bytes),
            // A process that ends before it has read everything may have said why.
            Err(error) => wire::read(&mut self.stream, &mut self.bytes).map_err(|_| error),
        };
        match got {
            Ok(tag) if tag == wanted => Ok(()),
            Ok(tag::FAILED) => Err(self.refused()),
            Ok(_) => Err(self.error(&format!("answered with nonsense while {doing}"))),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Err(HostError::new(
                &self.path,
                format!("the plugin hung: no answer within {} s while {doing}", self.timeout_s),
                "set `bypass = true` on its step, or a longer `timeout_s`",
            )),
            Err(_) => {
                let ended = self.end().map_or_else(|| "its process ended".to_owned(), fate);
                Err(self.error(&format!("crashed ({ended}) while {doing}")))
            }
        }
    }

    fn error(&self, problem: &str) -> HostError {
        HostError::new(&self.path, format!("the plugin {problem}"), USUAL_REMEDY)
    }

    /// The failure that the process told of.
    fn refused(&self) -> HostError {
        match serde_json::from_slice::<Refusal>(&self.bytes) {
            Ok(Refusal { problem, remedy }) if remedy.is_empty() => HostError::new(&self.path, problem, USUAL_REMEDY),
            Ok(Refusal { problem, remedy }) => HostError::new(&self.path, problem, remedy),
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

impl Drop for PluginProcess {
    fn drop(&mut self) {
        self.end();
    }
}
