//! What keeps secrets out of files that the system writes.

/// Forbids core dumps of this process and reading its memory by others of the same user, where the system can do that
/// (Linux). Returns whether it did.
///
/// Pages can still be swapped out: the vault locks no memory.
#[must_use]
pub fn forbid_core_dumps() -> bool {
    #[cfg(target_os = "linux")]
    {
        rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable).is_ok()
    }
    #[cfg(not(target_os = "linux"))]
    {
        false
    }
}
