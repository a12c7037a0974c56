//! Integration tests of the processors and chains.

mod audition;
mod branches;
mod chain;
mod contract;
mod support;
mod table;

use balanced_testkit::allocations::CountingAllocator;

/// Counts per thread, so that tests do not disturb each other.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;
