//! Terminal output: results to standard output, everything else to standard error.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};

use balanced::{Progress, printable};
use indicatif::{ProgressBar, ProgressStyle};

use crate::exit::Exit;

/// Outcome of writing to standard output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// Everything printed so far was written.
    Whole,
    /// The reader is gone: nothing more needs to be printed.
    Closed,
    /// Results could not be written.
    Failed,
}

/// State of standard output: an [`Output`] as a number.
static OUTPUT: AtomicU8 = AtomicU8::new(0);

/// Returns whether the lines printed so far were written.
pub fn output() -> Output {
    match OUTPUT.load(Ordering::Relaxed) {
        0 => Output::Whole,
        1 => Output::Closed,
        _ => Output::Failed,
    }
}

/// Prints a line of results. Once the output is closed or has failed, nothing more is printed; see [`output`].
pub fn line(text: &str) {
    if output() != Output::Whole {
        return;
    }
    let mut out = std::io::stdout().lock();
    let printed = write_all(&mut out, text.as_bytes()).and_then(|()| write_all(&mut out, b"\n"));
    let Err(failure) = printed.and_then(|()| flush(&mut out)) else { return };
    if failure.kind() == std::io::ErrorKind::BrokenPipe {
        OUTPUT.store(1, Ordering::Relaxed);
    } else {
        OUTPUT.store(2, Ordering::Relaxed);
        error(&format!("standard output: results could not be written ({failure}); write them to another place"));
    }
}

/// Writes everything, also to a pipe that does not block its writer.
fn write_all(out: &mut impl Write, mut bytes: &[u8]) -> std::io::Result<()> {
    while !bytes.is_empty() {
        match out.write(bytes) {
            Ok(0) => return Err(std::io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(failure) => wait_or_fail(failure)?,
        }
    }
    Ok(())
}

fn flush(out: &mut impl Write) -> std::io::Result<()> {
    while let Err(failure) = out.flush() {
        wait_or_fail(failure)?;
    }
    Ok(())
}

/// Waits for the reader of a pipe that is full, and returns every other failure.
fn wait_or_fail(failure: std::io::Error) -> std::io::Result<()> {
    match failure.kind() {
        std::io::ErrorKind::Interrupted => Ok(()),
        std::io::ErrorKind::WouldBlock => {
            std::thread::sleep(std::time::Duration::from_millis(1));
            Ok(())
        }
        _ => Err(failure),
    }
}

/// Prints an error line; where it cannot be printed, the exit code still tells.
pub fn error(text: &str) {
    let _ = write_all(&mut std::io::stderr().lock(), format!("error: {}\n", printable(text)).as_bytes());
}

/// Prints the error line of one of several files and returns its exit code.
pub fn file_error(path: &Path, failure: &balanced::Error) -> Exit {
    let (name, message) = (path.display().to_string(), failure.to_string());
    error(&if failure.path().is_some() { message } else { format!("{name}: {message}") });
    Exit::of(failure)
}

/// Prints a warning line.
pub fn warn(text: &str) {
    let _ = write_all(&mut std::io::stderr().lock(), format!("warning: {}\n", printable(text)).as_bytes());
}

/// A progress bar on a terminal; nothing in a pipe.
pub struct Bar(Option<ProgressBar>);

impl Bar {
    /// Creates a bar titled `title`; it is hidden if `quiet`, or if standard error is not a terminal.
    pub fn new(title: &str, quiet: bool) -> Self {
        if quiet || !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let style =
            ProgressStyle::with_template("{prefix} {bar:32} {percent:>3} % {msg}").expect("the template is valid");
        let bar = ProgressBar::new(1000).with_style(style).with_prefix(title.to_owned());
        Self(Some(bar))
    }

    /// Shows `progress`.
    pub fn show(&self, progress: Progress) {
        let Some(bar) = &self.0 else { return };
        bar.set_message(progress.stage.name());
        if let Some(fraction) = progress.fraction {
            bar.set_position((fraction * 1000.0) as u64);
        }
    }

    /// Removes the bar.
    pub fn clear(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pipe that takes three bytes, then blocks once, and so on.
    #[derive(Default)]
    struct Narrow {
        taken: Vec<u8>,
        is_full: bool,
    }

    impl Write for Narrow {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.is_full = !self.is_full;
            if self.is_full {
                return Err(std::io::ErrorKind::WouldBlock.into());
            }
            let taken = bytes.len().min(3);
            self.taken.extend(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_pipe_that_does_not_block_gets_everything() {
        let mut pipe = Narrow::default();
        write_all(&mut pipe, b"a line of results").unwrap();
        assert_eq!(pipe.taken, b"a line of results");
    }
}
