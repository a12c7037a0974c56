//! Phases of a long task: each is timed, and a table of them stands at the end, above the test runners' summary lines.

use std::time::{Duration, Instant};

use crate::run::{self, Summaries};

/// The phases run so far.
#[derive(Default)]
pub struct Phases {
    rows: Vec<(&'static str, Duration)>,
    summaries: Summaries,
}

impl Phases {
    /// Run `phase` under `name`; it adds the summary lines of the test runners it starts.
    ///
    /// # Errors
    /// What `phase` says, under its name.
    pub fn run(
        &mut self,
        name: &'static str,
        phase: impl FnOnce(&mut Summaries) -> Result<(), String>,
    ) -> Result<(), String> {
        eprintln!("\n== {name}");
        let started = Instant::now();
        let outcome = phase(&mut self.summaries);
        self.rows.push((name, started.elapsed()));
        outcome.map_err(|error| format!("{name}: {error}"))
    }

    /// Print the table, then the summary lines.
    pub fn print(&self) {
        println!("\n{:<28} {:>8}", "phase", "time");
        for (name, time) in &self.rows {
            println!("{name:<28} {:>8}", clock(*time));
        }
        println!("{:<28} {:>8}\n", "all", clock(self.rows.iter().map(|(_, time)| *time).sum()));
        self.summaries.iter().for_each(|line| println!("{line}"));
    }
}

/// Minutes and seconds.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Whether `line` is how a test runner (cargo's, pytest or Node's) sums up.
#[must_use]
pub fn is_summary(line: &str) -> bool {
    line.starts_with("test result: ")
        || line.starts_with("# pass ")
        || line.starts_with("# fail ")
        || (line.contains(" passed") && line.contains(" in ") && line.ends_with(['s', '=', ')']))
}

/// Run a test runner, show its output, and keep how it sums up.
pub fn run_tests(
    summaries: &mut Summaries,
    program: &str,
    args: &[&str],
    variables: &[(&str, &str)],
) -> Result<(), String> {
    run::run_watched(program, args, variables, |line| {
        if is_summary(line) {
            summaries.push(line.to_owned());
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runners_sum_up_in_their_own_ways() {
        assert!(is_summary(
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s"
        ));
        assert!(is_summary("194 passed, 1 skipped in 301.22s (0:05:01)"));
        assert!(is_summary("1 failed, 193 passed in 12.10s"));
        assert!(is_summary("# pass 41") && is_summary("# fail 0"));
        assert!(!is_summary("test limits::one_hour ... ok"));
        assert_eq!(clock(Duration::from_secs(725)), "12:05");
    }
}
