//! Whether the host renders offline, as it says with every block: the framework's interface has no place for it.

use std::cell::Cell;

thread_local! {
    static OFFLINE: Cell<Option<bool>> = const { Cell::new(None) };
}

/// Returns what the host said for the call that is under way on this thread; `None` if it cannot say. `[audio]`
#[must_use]
pub fn is_offline() -> Option<bool> {
    OFFLINE.get()
}

/// Runs `call`, for which the host said that it is offline, or not. `[audio]`
pub fn during<T>(is_offline: bool, call: impl FnOnce() -> T) -> T {
    OFFLINE.set(Some(is_offline));
    let result = call();
    OFFLINE.set(None);
    result
}
