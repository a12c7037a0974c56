//! Tests of the crate as its users see it.

mod instruction_sets;
mod loudness_standard;
mod meters_do_not_allocate;
mod true_peak_accuracy;
mod true_peak_hard_signals;

use balanced_testkit::allocations::CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;
