//! The stages at work: on the caller's thread, or spread over threads of their own.
//!
//! A stage sees the same blocks in the same order either way, so the result is the same to the last bit.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use balanced_model::Measurements;

use crate::intake::{BLOCK_FRAMES, Batch};
use crate::programme::Programme;
use crate::stage::Stage;

/// Bytes of audio handed to a thread at once: enough that waking it costs little beside its work.
const BATCH_BYTES: usize = 1 << 19;
const MAX_BATCH_BLOCKS: usize = 8;
/// Batches that may wait for a thread, so that one that lags behind does not fill the memory.
const WAITING: usize = 2;

/// A stage and its place in the order of finishing.
type Placed = (usize, Box<dyn Stage>);

/// All stages of an analysis.
pub(crate) enum Crew {
    /// On the caller's thread.
    Here(Vec<Placed>),
    /// On threads, which each give their stages back at the end.
    Spread(Vec<Worker>),
}

/// One thread.
pub(crate) struct Worker {
    sender: SyncSender<Arc<Batch>>,
    thread: JoinHandle<Vec<Placed>>,
}

impl Crew {
    /// Put `stages` to work on at most `threads` threads beside the caller's; on the caller's for 1 or less.
    pub fn new(stages: Vec<Box<dyn Stage>>, threads: usize) -> Self {
        if threads <= 1 || stages.is_empty() {
            return Self::Here(stages.into_iter().enumerate().collect());
        }
        let hands = share_out(stages, threads);
        Self::Spread(hands.into_iter().map(Worker::start).collect())
    }

    /// Blocks that should be handed on at once.
    pub fn batch_blocks(&self, channels: usize) -> usize {
        let block_bytes = size_of::<f64>() * channels.max(1) * BLOCK_FRAMES;
        match self {
            Self::Here(_) => 1,
            Self::Spread(_) => (BATCH_BYTES / block_bytes).clamp(1, MAX_BATCH_BLOCKS),
        }
    }

    /// Hand on what came in.
    pub fn take(&mut self, batch: &Arc<Batch>) {
        match self {
            Self::Here(stages) => hand_on(stages, batch),
            Self::Spread(workers) => {
                for worker in workers {
                    // A thread that has gone has panicked; joining it tells.
                    let _ = worker.sender.send(batch.clone());
                }
            }
        }
    }

    /// End of the stream: every stage writes its part, in order.
    pub fn finish(self, programme: &Programme) -> Measurements {
        let mut stages = match self {
            Self::Here(mut stages) => {
                conclude(&mut stages);
                stages
            }
            Self::Spread(workers) => workers.into_iter().flat_map(Worker::join).collect(),
        };
        stages.sort_by_key(|(place, _)| *place);
        let mut result = Measurements::default();
        for (_, stage) in stages {
            stage.finish(&mut result, programme);
        }
        result
    }
}

/// At most `threads` hands of like weight: the heaviest stage first, each to the hand that has least.
fn share_out(stages: Vec<Box<dyn Stage>>, threads: usize) -> Vec<Vec<Placed>> {
    let mut placed: Vec<Placed> = stages.into_iter().enumerate().collect();
    placed.sort_by_key(|(place, stage)| (std::cmp::Reverse(stage.weight()), *place));
    let mut hands: Vec<(u32, Vec<Placed>)> = Vec::new();
    hands.resize_with(threads.min(placed.len()), Default::default);
    for (place, stage) in placed {
        let lightest = hands.iter_mut().min_by_key(|(load, _)| *load).expect("there is a hand for the first stage");
        lightest.0 += stage.weight();
        lightest.1.push((place, stage));
    }
    hands.into_iter().map(|(_, hand)| hand).collect()
}

impl Worker {
    fn start(stages: Vec<Placed>) -> Self {
        let (sender, receiver) = sync_channel(WAITING);
        Self { sender, thread: std::thread::spawn(move || work(stages, &receiver)) }
    }

    fn join(self) -> Vec<Placed> {
        drop(self.sender);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

fn work(mut stages: Vec<Placed>, receiver: &Receiver<Arc<Batch>>) -> Vec<Placed> {
    for batch in receiver {
        hand_on(&mut stages, &batch);
    }
    conclude(&mut stages);
    stages
}

fn conclude(stages: &mut [Placed]) {
    stages.iter_mut().for_each(|(_, stage)| stage.conclude());
}

fn hand_on(stages: &mut [Placed], batch: &Batch) {
    let mut stages: Vec<&mut Box<dyn Stage>> = stages.iter_mut().map(|(_, stage)| stage).collect();
    batch.hand_on(&mut stages);
}

#[cfg(test)]
mod tests {
    use balanced_dsp::Block;

    use super::*;

    struct Idle(u32);

    impl Stage for Idle {
        fn weight(&self) -> u32 {
            self.0
        }

        fn push(&mut self, _: Block<'_>) {}
        fn finish(self: Box<Self>, _: &mut Measurements, _: &Programme) {}
    }

    fn hands(weights: &[u32], threads: usize) -> Vec<Vec<usize>> {
        let stages = weights.iter().map(|weight| Box::new(Idle(*weight)) as Box<dyn Stage>).collect();
        share_out(stages, threads).iter().map(|hand| hand.iter().map(|(place, _)| *place).collect()).collect()
    }

    #[test]
    fn heavy_stages_get_a_thread_of_their_own() {
        assert_eq!(hands(&[3, 3, 2, 9], 2), [vec![3], vec![0, 1, 2]]);
        assert_eq!(hands(&[1], 4), [vec![0]]);
        assert_eq!(hands(&[5, 5, 5], 8), [vec![0], vec![1], vec![2]]);
    }
}
