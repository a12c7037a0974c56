//! A bound for memory: allocation follows what is read, not what a header claims.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// What any input may use: tables and buffers of codecs.
const BASE_BYTES: usize = 64 << 20;
/// What each byte of the input may add.
const BYTES_PER_BYTE: usize = 256;

static LIVE_BYTES: AtomicUsize = AtomicUsize::new(0);
static PEAK_BYTES: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Measured = Measured;

/// The system's allocator, measured.
struct Measured;

impl Measured {
    fn grow(bytes: usize) {
        let live = LIVE_BYTES.fetch_add(bytes, Relaxed) + bytes;
        PEAK_BYTES.fetch_max(live, Relaxed);
    }

    fn shrink(bytes: usize) {
        LIVE_BYTES.fetch_sub(bytes, Relaxed);
    }
}

// SAFETY: every call is handed to the system's allocator unchanged; measuring touches two numbers only.
unsafe impl GlobalAlloc for Measured {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::grow(layout.size());
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::grow(layout.size());
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        Self::grow(new_size);
        // SAFETY: the caller's promises are passed on; `pointer` came from `System`.
        let moved = unsafe { System.realloc(pointer, layout, new_size) };
        Self::shrink(layout.size());
        moved
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on; `pointer` came from `System`.
        unsafe { System.dealloc(pointer, layout) }
        Self::shrink(layout.size());
    }
}

/// Runs `work`, which may allocate by the size of its input only.
///
/// # Panics
/// Panics if it allocated more at a time.
pub fn within_bounds<T>(input_bytes: usize, work: impl FnOnce() -> T) -> T {
    let before = LIVE_BYTES.load(Relaxed);
    PEAK_BYTES.store(before, Relaxed);
    let result = work();
    let used = PEAK_BYTES.load(Relaxed).saturating_sub(before);
    let bound = BASE_BYTES + BYTES_PER_BYTE * input_bytes;
    assert!(used <= bound, "{used} bytes were allocated for {input_bytes}; {bound} may be");
    result
}
