//! Files and the network: Landlock, since Linux 5.13.

use std::env;
use std::path::PathBuf;

use landlock::{
    ABI, Access, AccessFs, AccessNet, RestrictionStatus, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    RulesetStatus, Scope, path_beneath_rules,
};

use super::Bounds;

/// The newest set of rules that is asked for; older kernels enforce what they know of it.
const RULES: ABI = ABI::V6;

/// What any program reads to run: libraries, fonts, time zones, and nothing of the user's.
const SYSTEM: [&str; 26] = [
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/opt",
    "/nix/store",
    "/gnu/store",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/group",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/ld.so.preload",
    "/etc/locale.alias",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/timezone",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/self",
    "/proc/stat",
    "/sys/devices/system/cpu",
    "/dev/random",
    "/dev/urandom",
];
/// Devices that swallow what is written and give nothing away.
const NOTHING: [&str; 2] = ["/dev/null", "/dev/zero"];

pub(super) fn apply(bounds: &Bounds) -> Result<(), String> {
    match restrict(bounds) {
        Ok(status) => gap(status.ruleset),
        Err(error) => Err(format!("the files that it reads and writes are not confined ({error})")),
    }
}

fn restrict(bounds: &Bounds) -> Result<RestrictionStatus, RulesetError> {
    let libraries: Vec<PathBuf> = env::split_paths(&env::var_os("LD_LIBRARY_PATH").unwrap_or_default())
        .filter(|folder| folder.is_absolute())
        .collect();
    let (read, all) = (AccessFs::from_read(RULES), AccessFs::from_all(RULES));
    Ruleset::default()
        .handle_access(all)?
        .handle_access(AccessNet::from_all(RULES))?
        .scope(Scope::from_all(RULES))?
        .create()?
        .add_rules(path_beneath_rules(SYSTEM, read))?
        .add_rules(path_beneath_rules(libraries.iter().chain(&bounds.readable), read))?
        .add_rules(path_beneath_rules(NOTHING, AccessFs::ReadFile | AccessFs::WriteFile))?
        .add_rules(path_beneath_rules(&bounds.temporary, all))?
        .restrict_self()
}

fn gap(status: RulesetStatus) -> Result<(), String> {
    match status {
        RulesetStatus::FullyEnforced => Ok(()),
        RulesetStatus::PartiallyEnforced => {
            Err("the kernel's Landlock is old, so that some uses of files are not confined".to_owned())
        }
        RulesetStatus::NotEnforced => {
            Err("the kernel has no Landlock, so that the files that it reads and writes are not confined".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_lacks_is_said() {
        assert_eq!(gap(RulesetStatus::FullyEnforced), Ok(()));
        assert!(gap(RulesetStatus::PartiallyEnforced).unwrap_err().contains("old"));
        assert!(gap(RulesetStatus::NotEnforced).unwrap_err().contains("no Landlock"));
    }
}
