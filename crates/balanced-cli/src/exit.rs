//! Exit codes: 0 done, 1 a check failed, 2 usage, 3 an input could not be read.

/// Ended by Ctrl-C or SIGTERM, as shells count it.
pub const INTERRUPTED: i32 = 130;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything asked for was done.
    Done,
    /// A file does not keep the profile's rules.
    Failed,
    /// Options or a chain file do not make sense.
    Usage,
    /// An input could not be read or an output not written; the others were processed.
    File,
}

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> i32 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::File => 3,
        }
    }

    /// The code that an error deserves.
    pub fn of(error: &balanced::Error) -> Self {
        match error.kind() {
            balanced::ErrorKind::Settings => Self::Usage,
            _ => Self::File,
        }
    }
}
