//! Steps of editing, to undo and redo.

use std::time::{Duration, Instant};

use crate::params::snapshot::Snapshot;

/// Largest number of steps.
const DEPTH: usize = 200;
/// Time within which steps that may merge are one.
const QUICK: Duration = Duration::from_millis(600);

/// Whether an edit may be one step with the edit before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// It is a step of its own.
    No,
    /// It is one step with an edit of the same name that has just been made.
    Quick,
}

/// One step: what was edited, and the settings after it.
struct Step {
    name: String,
    after: Snapshot,
    at: Instant,
    merge: Merge,
}

/// All steps of an instance, from the oldest; they last as long as the instance.
pub struct History {
    steps: Vec<Step>,
    at: usize,
}

impl History {
    /// Begins with the settings `now`.
    #[must_use]
    pub fn new(now: Snapshot) -> Self {
        let first = Step { name: "Start".to_owned(), after: now, at: Instant::now(), merge: Merge::No };
        Self { steps: vec![first], at: 0 }
    }

    /// Adds a step to the settings `now`, if they are others than before; steps that were undone are dropped.
    pub fn record(&mut self, name: &str, now: Snapshot, merge: Merge) {
        if self.steps[self.at].after == now {
            return;
        }
        self.steps.truncate(self.at + 1);
        let last = &mut self.steps[self.at];
        let merges = merge == Merge::Quick && last.merge == Merge::Quick;
        if merges && last.name == name && last.at.elapsed() < QUICK {
            (last.after, last.at) = (now, Instant::now());
            return;
        }
        self.steps.push(Step { name: name.to_owned(), after: now, at: Instant::now(), merge });
        if self.steps.len() > DEPTH {
            self.steps.remove(0);
        }
        self.at = self.steps.len() - 1;
    }

    /// Returns the number of the present step.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }

    /// Returns the names of all steps, from the oldest.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map(|step| step.name.as_str())
    }

    /// Returns whether undo and redo are possible.
    #[must_use]
    pub fn ways(&self) -> (bool, bool) {
        (self.at > 0, self.at + 1 < self.steps.len())
    }

    /// Goes to a step and returns its settings; `None` if it is the present one.
    pub fn go_to(&mut self, step: usize) -> Option<&Snapshot> {
        let to = step.min(self.steps.len() - 1);
        (std::mem::replace(&mut self.at, to) != to).then(|| &self.steps[to].after)
    }
}
