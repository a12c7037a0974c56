//! Webhooks: verification of the raw body, events, repetitions.

mod event;
mod replay;
mod verify;

pub use event::{Event, EventKind};
pub use replay::{MemoryReplayStore, ReplayStore};
pub use verify::{Delivery, WebhookSecret, WebhookVerifier};
