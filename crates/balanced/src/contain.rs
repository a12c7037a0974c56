//! Containment of panics: a bug that a file brings out is an error of that file.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::Error;

/// The last panic of any thread, once [`hide_caught_panics`] was called.
static LAST: Mutex<Option<String>> = Mutex::new(None);

/// Keeps panics from being printed, for programs: the calls of this library return them as
/// [`ErrorKind::Internal`](crate::ErrorKind::Internal), with the place in the code.
///
/// This replaces the panic hook of the process, which a library must not do on its own.
pub fn hide_caught_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.to_string().replace('\n', " ");
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
    }));
}

/// Runs `work`, and returns a panic in it as an error; for programs, around what is not a call of this library.
///
/// # Errors
/// Returns [`ErrorKind::Internal`](crate::ErrorKind::Internal) if `work` panicked; what it used must not be used again
/// then.
pub fn contain_panics<T>(work: impl FnOnce() -> T) -> Result<T, Error> {
    contain(None, || Ok(work()))
}

/// Runs `work` on the file at `path` and returns a panic in it as an error.
pub(crate) fn contain<T>(path: Option<&Path>, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(Error::internal(path, &text_of(&*panic))))
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let last = LAST.lock().unwrap_or_else(PoisonError::into_inner).take();
    let said = || panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let built = || panic.downcast_ref::<String>().cloned();
    last.or_else(said).or_else(built).unwrap_or_else(|| "without a message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn a_panic_is_an_error_of_the_file() {
        let error =
            contain(Some(Path::new("mix.wav")), || -> Result<(), Error> { panic!("index 7 of 3") }).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Internal);
        assert!(error.to_string().starts_with("mix.wav: ") && error.to_string().contains("index 7 of 3"), "{error}");
    }
}
