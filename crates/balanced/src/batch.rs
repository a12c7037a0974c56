//! Analysis of many files in parallel.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use balanced_model::Analysis;

use crate::analyze::{analyze_on, cores};
use crate::{AnalyzeOptions, Error};

/// The order of results of [`analyze_many`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// In the order of the paths: a slow file holds back the results of the files after it.
    #[default]
    AsGiven,
    /// Each as soon as it is finished.
    AsFinished,
}

/// Analyses the files `paths` on `jobs` threads and passes each result to `on_result`.
///
/// A file that cannot be read yields an error in its place; the others are still analysed.
pub fn analyze_many(
    paths: &[PathBuf],
    jobs: usize,
    order: Order,
    options: &AnalyzeOptions<'_>,
    mut on_result: impl FnMut(&Path, Result<Analysis, Error>),
) {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let jobs = jobs.clamp(1, paths.len().max(1));
    // Where there are fewer files than cores, each file is measured on several threads.
    let threads = cores() / jobs;
    thread::scope(|scope| {
        for _ in 0..jobs {
            let sender = sender.clone();
            let next = &next;
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = paths.get(index) else { return };
                    if sender.send((index, analyze_on(path, options, threads))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut pass_on = |index: usize, result| on_result(&paths[index], result);
        match order {
            Order::AsGiven => in_order(receiver, pass_on),
            Order::AsFinished => receiver.into_iter().for_each(|(index, result)| pass_on(index, result)),
        }
    });
}

/// Passes items on in index order, each as soon as all before it have arrived.
fn in_order<T>(receiver: mpsc::Receiver<(usize, T)>, mut pass_on: impl FnMut(usize, T)) {
    let mut waiting = std::collections::BTreeMap::new();
    let mut due = 0;
    for (index, item) in receiver {
        waiting.insert(index, item);
        while let Some(item) = waiting.remove(&due) {
            pass_on(due, item);
            due += 1;
        }
    }
}
