//! Chooses at run time whether a kernel runs on AVX2.
//!
//! Every kernel with a path for AVX2 asks [`has_avx2`], and both paths give the same bits. [`mask_avx2`] hides AVX2 from
//! them, so that a test runs both in one process. (RustFFT chooses for itself, and rounds differently on each.)

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

const UNKNOWN: u8 = 0;
const ABSENT: u8 = 1;
const PRESENT: u8 = 2;

static AVX2: AtomicU8 = AtomicU8::new(UNKNOWN);

/// Tells whether kernels may use AVX2: the processor has it, and no [`mask_avx2`] hides it. One relaxed load.
#[inline]
#[must_use]
pub fn has_avx2() -> bool {
    match AVX2.load(Ordering::Relaxed) {
        UNKNOWN => detect(),
        state => state == PRESENT,
    }
}

#[cold]
fn detect() -> bool {
    #[cfg(target_arch = "x86_64")]
    let present = std::arch::is_x86_feature_detected!("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    let present = false;
    // A mask set in the meantime stays.
    let state = if present { PRESENT } else { ABSENT };
    let _ = AVX2.compare_exchange(UNKNOWN, state, Ordering::Relaxed, Ordering::Relaxed);
    present
}

/// Hides AVX2 from every kernel of this process until the guard is dropped; for tests. A second call waits for the first
/// guard.
#[doc(hidden)]
#[must_use = "AVX2 is hidden while the guard lives"]
pub fn mask_avx2() -> Avx2Mask {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    // A test that panicked under the mask leaves nothing behind that could be wrong.
    let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    AVX2.store(ABSENT, Ordering::Relaxed);
    Avx2Mask { _alone: alone }
}

/// Hides AVX2 while it lives; made by [`mask_avx2`].
#[doc(hidden)]
#[derive(Debug)]
pub struct Avx2Mask {
    _alone: MutexGuard<'static, ()>,
}

impl Drop for Avx2Mask {
    fn drop(&mut self) {
        AVX2.store(UNKNOWN, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_hides_avx2_and_gives_it_back() {
        let masked = mask_avx2();
        assert!(!has_avx2());
        // As dropping does, but while no other test can mask.
        AVX2.store(UNKNOWN, Ordering::Relaxed);
        #[cfg(target_arch = "x86_64")]
        assert_eq!(has_avx2(), std::arch::is_x86_feature_detected!("avx2"));
        drop(masked);
    }
}
