//! System calls: seccomp refuses what an effect has no need of.
//!
//! A list of what is refused, not of what is allowed: plugins are other people's programs and use much, and a call that is
//! refused here fails with `EPERM` instead of ending the process.

use std::collections::BTreeMap;
use std::env::consts::ARCH;

use rustix::process::getpid;
use seccompiler::SeccompCmpArgLen::{Dword, Qword};
use seccompiler::SeccompCmpOp::{Eq, MaskedEq, Ne};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, apply_filter_all_threads,
};

/// Calls that are refused whatever their arguments are.
const REFUSED: &[i64] = &[
    // The network, and sockets of other programs.
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    // Other programs: starting them, looking into them, ending them.
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_kcmp,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_tkill,
    libc::SYS_shmget,
    libc::SYS_semget,
    libc::SYS_msgget,
    libc::SYS_mq_open,
    // Permissions, owners, times and attributes of files, which Landlock does not cover.
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    SYS_FCHMODAT2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    libc::SYS_open_by_handle_at,
    // Rings, through which any other call could be made.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // What an administrator does; a plugin may be run by one.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_syslog,
    // The limits that were just set.
    libc::SYS_setrlimit,
];

/// Older names of such calls, which newer architectures left out.
#[cfg(target_arch = "x86_64")]
const REFUSED_HERE: &[i64] = &[
    libc::SYS_fork,
    libc::SYS_vfork,
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_lchown,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_futimesat,
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_kexec_file_load,
];
#[cfg(not(target_arch = "x86_64"))]
const REFUSED_HERE: &[i64] = &[];

/// `fchmodat2`, the same number on all architectures that have seccomp here (Linux 6.6, `asm-generic/unistd.h`).
const SYS_FCHMODAT2: i64 = 452;

pub(super) fn apply() -> Result<(), String> {
    let filters = filters().map_err(|error| gap(&error))?;
    filters.iter().try_for_each(|filter| apply_filter_all_threads(filter)).map_err(|error| gap(&error))
}

fn gap(error: &dyn std::fmt::Display) -> String {
    format!("its network and processes are not confined by seccomp ({error})")
}

/// The filters, in the order in which they are put on.
fn filters() -> Result<[BpfProgram; 2], BackendError> {
    let errno = |number: i32| SeccompAction::Errno(number.unsigned_abs());
    // Without the call the C library makes threads by `clone`, whose flags can be seen here, as this one's cannot.
    let threads = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    Ok([filter(threads, errno(libc::ENOSYS))?, filter(refused()?, errno(libc::EPERM))?])
}

fn filter(rules: BTreeMap<i64, Vec<SeccompRule>>, action: SeccompAction) -> Result<BpfProgram, BackendError> {
    SeccompFilter::new(rules, SeccompAction::Allow, action, ARCH.try_into()?)?.try_into()
}

fn refused() -> Result<BTreeMap<i64, Vec<SeccompRule>>, BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        REFUSED.iter().chain(REFUSED_HERE).map(|call| (*call, Vec::new())).collect();
    let own = u64::from(getpid().as_raw_nonzero().get().unsigned_abs());
    let thread = libc::CLONE_THREAD.unsigned_abs().into();
    // New processes, as opposed to threads; signals to others; other limits; the end with the parent; typing into a terminal.
    for (call, argument, length, operator, value) in [
        (libc::SYS_clone, 0, Dword, MaskedEq(thread), 0),
        (libc::SYS_kill, 0, Dword, Ne, own),
        (libc::SYS_tgkill, 0, Dword, Ne, own),
        (libc::SYS_rt_sigqueueinfo, 0, Dword, Ne, own),
        (libc::SYS_rt_tgsigqueueinfo, 0, Dword, Ne, own),
        (libc::SYS_prlimit64, 2, Qword, Ne, 0),
        (libc::SYS_prctl, 0, Dword, Eq, libc::PR_SET_PDEATHSIG.unsigned_abs().into()),
        (libc::SYS_ioctl, 1, Dword, Eq, libc::TIOCSTI),
    ] {
        rules.insert(call, vec![when(argument, length, operator, value)?]);
    }
    Ok(rules)
}

fn when(argument: u8, length: SeccompCmpArgLen, is: SeccompCmpOp, value: u64) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(vec![SeccompCondition::new(argument, length, is, value)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filters_can_be_made() {
        let [threads, calls] = filters().unwrap();
        assert!(threads.len() < calls.len());
        assert_eq!(refused().unwrap().len(), REFUSED.len() + REFUSED_HERE.len() + 8, "no call is named twice");
    }
}
