//! Limits on what the process may take.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

const GIB: u64 = 1 << 30;

/// The limits: generous for an effect, small for the machine.
const LIMITS: [(Resource, u64); 4] = [
    // Address space: convolutions and sample players map a lot.
    (Resource::As, 8 * GIB),
    // The size of a file that it writes.
    (Resource::Fsize, GIB),
    // Open files.
    (Resource::Nofile, 256),
    // A core dump would have the music in it, and the plugin's state.
    (Resource::Core, 0),
];

pub(super) fn apply() -> Result<(), String> {
    for (resource, most) in LIMITS {
        let now = getrlimit(resource);
        let lower = |limit: Option<u64>| Some(limit.map_or(most, |limit| limit.min(most)));
        let limit = Rlimit { current: lower(now.current), maximum: lower(now.maximum) };
        setrlimit(resource, limit).map_err(|error| format!("its use of memory and files is not limited ({error})"))?;
    }
    Ok(())
}
