//! Conversion of panics in third-party decoders to values.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `work`; returns `None` if it panicked. The state that `work` used must not be used again then.
///
/// Symphonia is memory-safe but can still panic on damaged files. The process's panic hook belongs to the program: by
/// default it prints the panic to standard error.
pub(crate) fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_none() {
        assert_eq!(contained(|| 3), Some(3));
        assert_eq!(contained(|| -> i32 { panic!("inside") }), None);
    }
}
