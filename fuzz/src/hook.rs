//! Which panics are findings.

use std::panic::{self, PanicHookInfo};

/// Makes panics of this project end the run, and those of other crates only where nothing catches them.
///
/// `libfuzzer-sys` ends the run at every panic. Symphonia's decoders panic on some damaged packets; `balanced-io` catches
/// that, so it is no finding.
pub fn start() {
    let ends_the_run = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if is_of_this_project(panic) {
            ends_the_run(panic);
        }
    }));
}

fn is_of_this_project(panic: &PanicHookInfo<'_>) -> bool {
    // Panics within the standard library that are not told at their caller have paths of its own.
    let file = panic.location().map_or("", |place| place.file());
    !file.contains("/registry/src/") && !file.starts_with("/rustc/")
}
