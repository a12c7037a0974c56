//! A counting global allocator, which proves that code does not allocate.
//!
//! A test binary declares it and wraps the code in question; calls are counted per thread:
//! ```
//! use balanced_testkit::allocations::{CountingAllocator, count};
//! #[global_allocator]
//! static ALLOCATOR: CountingAllocator = CountingAllocator;
//! assert_eq!(count(|| 1 + 1), 0);
//! assert_eq!(count(|| drop(Box::new(1))), 2);
//! ```
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Calls into the allocator by this thread. `const` and without destructor: reading it allocates nothing.
    static CALLS: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator that counts every call: allocations, reallocations and frees.
#[derive(Debug)]
pub struct CountingAllocator;

fn note() {
    CALLS.with(|calls| calls.set(calls.get() + 1));
}

// SAFETY: every call is handed to the system's allocator unchanged; counting touches a thread-local cell only.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        note();
        // SAFETY: the caller's promises are passed on; `pointer` came from `System`.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        note();
        // SAFETY: the caller's promises are passed on; `pointer` came from `System`.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

/// Counts the calls into the allocator that `work` makes on this thread.
///
/// It is 0 for everything unless [`CountingAllocator`] is the binary's global allocator.
pub fn count<T>(work: impl FnOnce() -> T) -> u64 {
    let before = CALLS.with(Cell::get);
    let result = work();
    let after = CALLS.with(Cell::get);
    drop(result);
    after - before
}
