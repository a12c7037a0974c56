//! Tests of the client against the mock, over real HTTP and TLS.

mod common;
mod egress;
mod failures;
mod flow;
mod library;
mod soak;
mod webhooks;
