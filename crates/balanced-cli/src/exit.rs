//! Exit codes: 0 done, 1 a check failed, 2 wrong usage, 3 an input could not be read or an output not written.

/// Outcome of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything requested was done.
    Done,
    /// A file fails the profile.
    Failed,
    /// Options or a chain file are invalid.
    Usage,
    /// An input could not be read or an output not written; the other inputs were processed.
    File,
}

impl Exit {
    /// Returns the exit code of the process.
    pub fn code(self) -> i32 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::File => 3,
        }
    }

    /// Returns the exit code for an error.
    pub fn of(error: &balanced::Error) -> Self {
        match error.kind() {
            balanced::ErrorKind::Settings => Self::Usage,
            _ => Self::File,
        }
    }
}
