//! A program that encodes: audio into its input, its output into a sink, its complaints into the error.
//!
//! It ends with this process, which holds the other ends of its pipes, and is killed when it takes or gives nothing for a
//! while, or when it is no longer wanted.

use std::io::{self, Read, Write};
use std::process::{self, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::Target;
use super::sink::{self, Sink};
use crate::CodecError;

/// Time without any progress after which the program is killed.
const STALL_LIMIT: Duration = Duration::from_secs(120);
const WATCH_EVERY: Duration = Duration::from_millis(200);
/// Most of its complaints that are kept.
const MAX_COMPLAINT_BYTES: u64 = 2000;

/// A running program.
pub(super) struct Child<W> {
    name: String,
    sink_name: String,
    watched: Arc<Watched>,
    stdin: Option<ChildStdin>,
    output: Option<Output<W>>,
    complaints: Option<JoinHandle<String>>,
    watchdog: Option<JoinHandle<()>>,
}

/// Where the program's output goes.
enum Output<W> {
    /// A thread copies it from the pipe.
    Pipe(JoinHandle<Result<W, io::Error>>),
    /// The program writes to the sink's file itself.
    Itself(W),
}

/// What the watchdog looks at.
struct Watched {
    process: Mutex<process::Child>,
    started: Instant,
    /// Milliseconds after the start of the last progress.
    progress_ms: AtomicU64,
    is_over: AtomicBool,
    was_stalled: AtomicBool,
}

impl Watched {
    fn process(&self) -> MutexGuard<'_, process::Child> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_progress(&self) {
        self.progress_ms.store(self.started.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    fn is_stalled(&self) -> bool {
        let last = Duration::from_millis(self.progress_ms.load(Ordering::Relaxed));
        self.started.elapsed().saturating_sub(last) > STALL_LIMIT
    }

    fn kill(&self) {
        // It may have ended by itself.
        let _ = self.process().kill();
    }
}

impl<W: Target> Child<W> {
    /// Starts `command`; what it prints is copied to the sink if `is_piped`.
    pub(super) fn start(mut command: Command, sink: Sink<W>, is_piped: bool) -> io::Result<Self> {
        command.stdin(Stdio::piped()).stderr(Stdio::piped());
        command.stdout(if is_piped { Stdio::piped() } else { Stdio::null() });
        let name = command.get_program().to_string_lossy().into_owned();
        let mut process = command.spawn()?;
        let (stdin, stdout, stderr) = (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let watched = Arc::new(Watched {
            process: Mutex::new(process),
            started: Instant::now(),
            progress_ms: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            was_stalled: AtomicBool::new(false),
        });
        let (target, sink_name) = sink.split();
        let output = match stdout {
            Some(stdout) => {
                let watched = Arc::clone(&watched);
                Output::Pipe(thread::spawn(move || copy(stdout, target, &watched)))
            }
            None => Output::Itself(target),
        };
        let watchdog = {
            let watched = Arc::clone(&watched);
            thread::spawn(move || watch(&watched))
        };
        let complaints = stderr.map(|stderr| thread::spawn(move || first_line(stderr)));
        Ok(Self { name, sink_name, watched, stdin, output: Some(output), complaints, watchdog: Some(watchdog) })
    }

    /// Gives the program bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), CodecError> {
        self.watched.note_progress();
        let written = self.stdin.as_mut().map_or(Ok(()), |stdin| stdin.write_all(bytes));
        self.watched.note_progress();
        written.map_err(|error| {
            self.stdin = None;
            self.watched.kill();
            self.failed(&error.to_string())
        })
    }

    /// Waits until the program is done and returns the target.
    pub(super) fn finish(mut self) -> Result<W, CodecError> {
        self.stdin = None;
        self.watched.note_progress();
        let target = match self.output.take() {
            Some(Output::Pipe(thread)) => match thread.join() {
                Ok(Ok(target)) => target,
                Ok(Err(error)) => return Err(sink::failed(&self.sink_name, &error)),
                Err(_) => return Err(self.failed("its output was lost")),
            },
            Some(Output::Itself(target)) => target,
            None => return Err(self.failed("it was finished before")),
        };
        let status = self.wait().map_err(|error| self.failed(&error.to_string()))?;
        if status.success() { Ok(target) } else { Err(self.failed(&status.to_string())) }
    }

    fn wait(&self) -> io::Result<ExitStatus> {
        loop {
            // The lock is held for a moment only, so that the watchdog can kill.
            if let Some(status) = self.watched.process().try_wait()? {
                return Ok(status);
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Returns the error of a program that failed with `how`, and with what it said itself.
    fn failed(&mut self, how: &str) -> CodecError {
        let name = &self.name;
        if self.watched.was_stalled.load(Ordering::Relaxed) {
            let seconds = STALL_LIMIT.as_secs();
            return CodecError::failed(format!("{name} did nothing for {seconds} s and was stopped"));
        }
        let said = self.complaints.take().and_then(|thread| thread.join().ok()).filter(|said| !said.is_empty());
        CodecError::failed(format!("{name} failed ({})", said.as_deref().unwrap_or(how)))
    }
}

impl<W> Drop for Child<W> {
    fn drop(&mut self) {
        self.stdin = None;
        self.watched.kill();
        // Collects it, so that no zombie is left.
        let _ = self.watched.process().wait();
        self.watched.is_over.store(true, Ordering::Relaxed);
        if let Some(watchdog) = self.watchdog.take() {
            watchdog.thread().unpark();
            let _ = watchdog.join();
        }
    }
}

fn watch(watched: &Watched) {
    while !watched.is_over.load(Ordering::Relaxed) {
        if watched.is_stalled() {
            watched.was_stalled.store(true, Ordering::Relaxed);
            return watched.kill();
        }
        thread::park_timeout(WATCH_EVERY);
    }
}

/// Copies everything from the pipe; where the target fails, the rest is read all the same, so that the program can end.
fn copy<W: Write>(mut pipe: impl Read, mut target: W, watched: &Watched) -> Result<W, io::Error> {
    let (mut buffer, mut failure) = (vec![0; 1 << 16], None);
    loop {
        let count = match pipe.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        watched.note_progress();
        if failure.is_none() {
            failure = target.write_all(&buffer[..count]).err();
        }
    }
    match failure {
        None => target.flush().map(|()| target),
        Some(error) => Err(error),
    }
}

/// Returns the first line of what the program says, and reads the rest, so that it never waits.
fn first_line(mut pipe: impl Read) -> String {
    let mut said = Vec::new();
    // A pipe that breaks has said all it will.
    let _ = pipe.by_ref().take(MAX_COMPLAINT_BYTES).read_to_end(&mut said);
    let _ = io::copy(&mut pipe, &mut io::sink());
    String::from_utf8_lossy(&said).lines().next().unwrap_or_default().trim().to_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn start(program: &str, arguments: &[&str]) -> Child<Cursor<Vec<u8>>> {
        let mut command = Command::new(program);
        command.args(arguments);
        Child::start(command, Sink::new(Cursor::new(Vec::new()), "memory".to_owned()), true).unwrap()
    }

    #[test]
    fn what_a_program_prints_lies_in_the_sink() {
        let mut child = start("cat", &[]);
        let block = vec![7; 100_000];
        for _ in 0..50 {
            child.write(&block).unwrap();
        }
        assert_eq!(child.finish().unwrap().into_inner(), vec![7; 5_000_000]);
    }

    #[test]
    fn a_program_that_fails_is_told_of_with_its_own_words() {
        let child = start("cat", &["/no/such/file"]);
        let error = child.finish().unwrap_err().to_string();
        assert!(error.starts_with("cat failed (cat: /no/such/file"), "{error}");
    }

    #[test]
    fn a_program_that_is_not_wanted_any_more_is_ended() {
        let child = start("sleep", &["1000"]);
        let started = Instant::now();
        drop(child);
        assert!(started.elapsed() < Duration::from_secs(60));
    }
}
