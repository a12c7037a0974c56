//! Signals that end the program: partial outputs are removed first.

/// Removes partial outputs on Ctrl-C, SIGTERM and SIGHUP, then exits with 128 plus the number of the signal, as shells
/// report it. A signal that the starter ignores, as `nohup` ignores SIGHUP, stays ignored.
#[cfg(unix)]
pub fn remove_partial_outputs() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    let caught = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !is_ignored(*signal));
    match signal_hook::iterator::Signals::new(caught) {
        Ok(mut signals) => {
            std::thread::spawn(move || {
                if let Some(signal) = signals.forever().next() {
                    balanced::remove_partial_outputs();
                    crate::stdio::remove_temporaries();
                    std::process::exit(128 + signal);
                }
            });
        }
        Err(error) => warn(&error),
    }
}

/// Removes partial outputs on Ctrl-C and when the console closes, then exits with 130.
#[cfg(not(unix))]
pub fn remove_partial_outputs() {
    let handler = || {
        balanced::remove_partial_outputs();
        crate::stdio::remove_temporaries();
        std::process::exit(130);
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        warn(&error);
    }
}

fn warn(error: &dyn std::fmt::Display) {
    crate::console::warn(&format!("an interrupt may leave a temporary file behind: {error}"));
}

/// Returns whether the process was started with `signal` ignored; where the system does not tell, it was not.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).map(str::trim);
    mask.and_then(|mask| u64::from_str_radix(mask, 16).ok()).is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}
