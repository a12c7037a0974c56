//! Long loops compiled twice: for the processor at hand where it has AVX2, and for any.

/// Run `work` compiled for AVX2 on processors that have it, else as it is.
///
/// The compiler may widen loops without dependencies, but neither fuses nor reorders floating-point operations: both
/// give the same bits. `work` should be a loop over many samples that inlines; calls out of it stay as they are.
#[inline]
pub fn vectorize<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[allow(unsafe_code)]
        // SAFETY: the processor has AVX2, as was just asked.
        return unsafe { with_avx2(work) };
    }
    work()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn with_avx2<R>(work: impl FnOnce() -> R) -> R {
    work()
}
