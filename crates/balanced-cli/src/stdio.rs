//! Standard input and output in place of files: `-`. A file of that name is `./-`.
//!
//! Audio is read more than once and a master is verified before it counts, so both go through a temporary file.

use std::fs::File;
use std::io::{IsTerminal, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use balanced::Error;
use balanced::model::Source;
use tempfile::TempDir;

use crate::commands::outputs;
use crate::console;
use crate::exit::Exit;

/// Name of standard input and output among the arguments and in results.
const DASH: &str = "-";

/// Returns whether an argument means standard input or output.
pub fn is_dash(path: &Path) -> bool {
    path.as_os_str() == DASH
}

/// Standard input, kept in a temporary file, if an input is `-`.
pub struct Stdin(Option<Spool>);

impl Stdin {
    /// Reads standard input to its end if one of `inputs` is `-`, and puts the path of its content there.
    pub fn take(inputs: &mut [PathBuf]) -> Result<Self, Exit> {
        let mut named = inputs.iter_mut().filter(|input| is_dash(input));
        let Some(input) = named.next() else { return Ok(Self(None)) };
        if named.next().is_some() {
            console::error("standard input (-) is named twice; name it once");
            return Err(Exit::Usage);
        }
        if std::io::stdin().is_terminal() {
            console::error("standard input is a terminal; pipe audio into it, or name a file");
            return Err(Exit::Usage);
        }
        let spool = Spool::new().map_err(|failure| {
            let folder = std::env::temp_dir();
            let folder = folder.display();
            console::error(&format!(
                "standard input: cannot be kept in {folder} ({failure}); free some space there, or set TMPDIR"
            ));
            Exit::File
        })?;
        input.clone_from(&spool.path);
        Ok(Self(Some(spool)))
    }

    /// Returns where standard input comes from, which no output may replace, if it was read.
    pub fn origin(&self) -> Option<&Path> {
        self.0.as_ref().map(|_| Path::new("/dev/stdin"))
    }

    /// Returns the name of an input for results: `-` for standard input.
    pub fn shown<'a>(&self, path: &'a Path) -> &'a Path {
        if self.is(path) { Path::new(DASH) } else { path }
    }

    /// Puts `-` in place of the temporary file's name.
    pub fn name(&self, source: &mut Source) {
        if let Some(path) = source.path.as_mut().filter(|path| self.is(Path::new(path))) {
            DASH.clone_into(path);
        }
    }

    /// Prints an error and returns its exit code.
    pub fn report(&self, error: &Error) -> Exit {
        if error.path().is_some_and(|path| self.is(path)) {
            return console::file_error(Path::new(DASH), error);
        }
        outputs::report(error)
    }

    fn is(&self, path: &Path) -> bool {
        self.0.as_ref().is_some_and(|spool| spool.path == path)
    }
}

/// A temporary file with the content of standard input.
struct Spool {
    path: PathBuf,
    #[cfg(target_os = "linux")]
    _file: File,
    #[cfg(not(target_os = "linux"))]
    _file: tempfile::NamedTempFile,
}

impl Spool {
    /// On Linux the file has no name of its own, so that nothing can be left behind; it is opened by its descriptor.
    #[cfg(target_os = "linux")]
    fn new() -> std::io::Result<Self> {
        use std::os::fd::AsRawFd;

        let mut file = tempfile::tempfile()?;
        fill(&mut file)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        Ok(Self { path, _file: file })
    }

    #[cfg(not(target_os = "linux"))]
    fn new() -> std::io::Result<Self> {
        let mut file = tempfile::NamedTempFile::new()?;
        fill(file.as_file_mut())?;
        Ok(Self { path: file.path().to_owned(), _file: file })
    }
}

fn fill(file: &mut File) -> std::io::Result<()> {
    std::io::copy(&mut std::io::stdin().lock(), file)?;
    file.flush()?;
    file.rewind()
}

/// Folder of the master that goes to standard output, for a signal that ends the program.
static FOLDER: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Standard output as the place of a master, if the output is `-`.
pub struct Stdout(Option<TempDir>);

impl Stdout {
    /// Makes room for the master if `output` is `-`. Results in JSON would mix with it, and a terminal cannot play it.
    pub fn of(output: &Path, json: bool) -> Result<Self, Exit> {
        if !is_dash(output) {
            return Ok(Self(None));
        }
        let refusal = if json {
            Some("--json and the master (-o -) would mix on standard output; name a file with -o")
        } else if std::io::stdout().is_terminal() {
            Some("standard output is a terminal; pipe it into a program, or name a file with -o")
        } else {
            None
        };
        if let Some(refusal) = refusal {
            console::error(refusal);
            return Err(Exit::Usage);
        }
        let folder = tempfile::Builder::new().prefix("balanced-").tempdir().map_err(|failure| {
            console::error(&format!(
                "standard output: the master cannot be kept in {} before it is verified ({failure}); set TMPDIR",
                std::env::temp_dir().display()
            ));
            Exit::File
        })?;
        *FOLDER.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(folder.path().to_owned());
        Ok(Self(Some(folder)))
    }

    /// Returns the file to write.
    pub fn path(&self, output: &Path) -> PathBuf {
        self.0.as_ref().map_or_else(|| output.to_owned(), |folder| folder.path().join("master"))
    }

    /// Writes the master to standard output, if that is its place.
    pub fn send(&self) -> Result<(), Exit> {
        let Some(folder) = &self.0 else { return Ok(()) };
        let sent = File::open(folder.path().join("master")).and_then(|mut master| console::audio(&mut master));
        sent.map_err(|failure| {
            console::error(&format!(
                "standard output: the master could not be written ({failure}); name a file with -o"
            ));
            Exit::File
        })
    }

    /// Prints a text result: to standard error where the master is on standard output.
    pub fn print(&self, text: &str) {
        if self.0.is_some() { console::note(text) } else { console::line(text) }
    }

    /// Puts `-` in place of the temporary file's name.
    pub fn name(&self, output: &mut String, source: &mut Source) {
        if self.0.is_some() {
            DASH.clone_into(output);
            source.path = Some(DASH.to_owned());
        }
    }
}

/// Removes the master that was on its way to standard output; for signals.
pub fn remove_temporaries() {
    let folder = FOLDER.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    if let Some(folder) = folder {
        let _ = std::fs::remove_dir_all(folder);
    }
}
