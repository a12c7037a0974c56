//! Tests of the vault through its public doors.

mod attack;
mod common;
mod concurrency;
mod crash;
mod interop;
mod life;
mod rights;
mod s3;
mod store;
mod succession;
