//! The plugin's tests beyond `cargo test`: its bundle in VST3 hosts, by Python.

use crate::run::Summaries;
use crate::{bundle, python, run, tools};

/// Display server for machines without a screen: the program, then packages that only bring libraries.
const DISPLAY: (&str, [&str; 5]) = ("Xvfb", ["xvfb", "libgl1", "libgl1-mesa-dri", "libx11-xcb1", "libxcursor1"]);

/// Install what the tests start.
pub fn install_tools() -> Result<(), String> {
    let (program, packages) = DISPLAY;
    if tools::found(program) { Ok(()) } else { tools::install_packages(&packages) }
}

/// Bundle the plugin as it was built for the tests, and test it in two hosts.
///
/// That build ends the host on any allocation inside `process`.
pub fn test(summaries: &mut Summaries) -> Result<(), String> {
    let bundles = bundle::of_tests()?;
    let vst3 = bundles.iter().find(|bundle| bundle.extension().is_some_and(|suffix| suffix == "vst3"));
    let vst3 = vst3.ok_or("there is no VST3 bundle")?.to_string_lossy().into_owned();
    let command = run::built("balanced").to_string_lossy().into_owned();
    python::run_plugin_tests(summaries, &[("BALANCED_VST3", &*vst3), ("BALANCED_COMMAND", &*command)])
}
