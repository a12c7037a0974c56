//! How a process came to its end, in words.

use std::process::ExitStatus;

/// Says how a process ended.
pub(super) fn fate(status: ExitStatus) -> String {
    let code = || status.code().map(|code| format!("its process ended with code {code}"));
    crash(status).or_else(code).unwrap_or_else(|| "its process ended".to_owned())
}

/// The signal that ended it.
#[cfg(unix)]
fn crash(status: ExitStatus) -> Option<String> {
    let signal = std::os::unix::process::ExitStatusExt::signal(&status)?;
    let name = match signal {
        4 => "illegal instruction",
        6 => "abort",
        7 | 10 => "bus error",
        8 => "arithmetic fault",
        9 => "killed",
        11 => "segmentation fault",
        _ => return Some(format!("signal {signal}")),
    };
    Some(name.to_owned())
}

/// The exception that ended it (`NTSTATUS` values of [MS-ERREF], section 2.3.1, that say "error").
#[cfg(not(unix))]
fn crash(status: ExitStatus) -> Option<String> {
    let exception = status.code()?.cast_unsigned();
    let name = match exception {
        0xC000_0005 => "access violation",
        0xC000_001D => "illegal instruction",
        0xC000_0094 => "arithmetic fault",
        0xC000_00FD => "stack overflow",
        0xC000_0409 => "abort",
        0xC000_0000.. => return Some(format!("exception {exception:#010x}")),
        _ => return None,
    };
    Some(name.to_owned())
}
