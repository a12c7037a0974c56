//! The stages at work: on the caller's thread, or spread over threads of their own.
//!
//! A stage sees the same blocks in the same order either way, so the result is the same to the last bit.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use balanced_dsp::{Block, PlanarBuffer};

use crate::Measurements;
use crate::intake::Event;
use crate::stage::Stage;

/// Bytes of audio that may wait for a thread, so that one that lags behind does not fill the memory.
const WAITING_BYTES: usize = 1 << 20;

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
    sender: SyncSender<Message>,
    thread: JoinHandle<Vec<Placed>>,
}

#[derive(Clone)]
enum Message {
    Block(Arc<PlanarBuffer>),
    Unusable { channel: usize, frame: u64 },
}

impl Crew {
    /// Put `stages` to work on at most `threads` threads beside the caller's; on the caller's for 1 or less.
    pub fn new(stages: Vec<Box<dyn Stage>>, threads: usize, block_bytes: usize) -> Self {
        let placed: Vec<Placed> = stages.into_iter().enumerate().collect();
        if threads <= 1 || placed.is_empty() {
            return Self::Here(placed);
        }
        // Dealt out like cards: neighbours in the list, which are of like weight, go to different threads.
        let mut hands: Vec<Vec<Placed>> = Vec::new();
        hands.resize_with(threads.min(placed.len()), Vec::new);
        let count = hands.len();
        for (place, stage) in placed {
            hands[place % count].push((place, stage));
        }
        let waiting = (WAITING_BYTES / block_bytes.max(1)).clamp(1, 16);
        Self::Spread(hands.into_iter().map(|hand| Worker::start(hand, waiting)).collect())
    }

    /// Hand on what came in.
    pub fn take(&mut self, event: &Event<'_>) {
        match self {
            Self::Here(stages) => hand_on(stages, event),
            Self::Spread(workers) => {
                let message = Message::of(event);
                for worker in workers {
                    // A thread that has gone has panicked; joining it tells.
                    let _ = worker.sender.send(message.clone());
                }
            }
        }
    }

    /// End of the stream: every stage writes its part, in order.
    pub fn finish(self) -> Measurements {
        let mut stages = match self {
            Self::Here(stages) => stages,
            Self::Spread(workers) => workers.into_iter().flat_map(Worker::join).collect(),
        };
        stages.sort_by_key(|(place, _)| *place);
        let mut result = Measurements::default();
        for (_, stage) in stages {
            stage.finish(&mut result);
        }
        result
    }
}

impl Worker {
    fn start(stages: Vec<Placed>, waiting: usize) -> Self {
        let (sender, receiver) = sync_channel(waiting);
        Self { sender, thread: std::thread::spawn(move || work(stages, &receiver)) }
    }

    fn join(self) -> Vec<Placed> {
        drop(self.sender);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

fn work(mut stages: Vec<Placed>, receiver: &Receiver<Message>) -> Vec<Placed> {
    for message in receiver {
        match message {
            Message::Block(buffer) => hand_on(&mut stages, &Event::Block(buffer.block())),
            Message::Unusable { channel, frame } => hand_on(&mut stages, &Event::Unusable { channel, frame }),
        }
    }
    stages
}

impl Message {
    fn of(event: &Event<'_>) -> Self {
        match *event {
            Event::Block(block) => Self::Block(Arc::new(copy(block))),
            Event::Unusable { channel, frame } => Self::Unusable { channel, frame },
        }
    }
}

fn copy(block: Block<'_>) -> PlanarBuffer {
    let mut buffer = PlanarBuffer::new(block.channels(), block.frames());
    buffer.block_mut().copy_from(block);
    buffer
}

fn hand_on(stages: &mut [Placed], event: &Event<'_>) {
    for (_, stage) in stages {
        match *event {
            Event::Block(block) => stage.push(block),
            Event::Unusable { channel, frame } => stage.unusable(channel, frame),
        }
    }
}
