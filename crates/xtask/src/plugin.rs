//! The plugin's tests beyond `cargo test`: the release bundle in VST3 hosts, by Python.

use crate::{bundle, python, run, tools};

/// What the editor is drawn with where there is no screen: the program, then packages that only bring libraries.
const DISPLAY: (&str, [&str; 5]) = ("Xvfb", ["xvfb", "libgl1", "libgl1-mesa-dri", "libx11-xcb1", "libxcursor1"]);

/// Install what the tests start.
pub fn install_tools() -> Result<(), String> {
    let (program, packages) = DISPLAY;
    if tools::found(program) { Ok(()) } else { tools::install_packages(&packages) }
}

/// Bundle the plugin and test it in two hosts.
pub fn test() -> Result<(), String> {
    install_tools()?;
    let bundles = bundle::run(true)?;
    let vst3 = bundles.iter().find(|bundle| bundle.extension().is_some_and(|suffix| suffix == "vst3"));
    let vst3 = vst3.ok_or("there is no VST3 bundle")?.to_string_lossy().into_owned();
    run::run(&run::cargo(), ["build", "--release", "--package", "balanced-cli"])?;
    let command = run::target().join("release").join("balanced").to_string_lossy().into_owned();
    python::run_plugin_tests(&[("BALANCED_VST3", &*vst3), ("BALANCED_COMMAND", &*command)])
}
