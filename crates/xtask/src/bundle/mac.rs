//! A bundle of macOS: a folder with a property list (Apple, "Bundle Programming Guide"). It is not signed here.

use std::path::Path;

use super::{NAME, write};
use crate::run::copy;

/// Bundle identifier on macOS: the CLAP id.
const IDENTIFIER: &str = "com.balanced-mastering.master";
/// The first macOS for Apple's own processors, and the oldest that Rust's standard library is compiled for there.
const OLDEST_SYSTEM: &str = "11.0";

/// Makes the bundle around `library`.
pub(super) fn bundle(bundle: &Path, library: &Path) -> Result<(), String> {
    let contents = bundle.join("Contents");
    copy(library, &contents.join("MacOS").join(NAME))?;
    write(&contents.join("Info.plist"), property_list().as_bytes())?;
    write(&contents.join("PkgInfo"), b"BNDL????")
}

fn property_list() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let rows = [
        ("CFBundleDevelopmentRegion", "en"),
        ("CFBundleExecutable", NAME),
        ("CFBundleIdentifier", IDENTIFIER),
        ("CFBundleInfoDictionaryVersion", "6.0"),
        ("CFBundleName", NAME),
        ("CFBundlePackageType", "BNDL"),
        ("CFBundleShortVersionString", version),
        ("CFBundleSignature", "????"),
        ("CFBundleVersion", version),
        ("LSMinimumSystemVersion", OLDEST_SYSTEM),
    ];
    let rows: String = rows.iter().map(|(key, value)| format!("<key>{key}</key><string>{value}</string>\n")).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\"><dict>\n{rows}<key>NSHighResolutionCapable</key><true/>\n</dict></plist>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identifier_is_the_plugin_s_clap_id() {
        let plugin = include_str!("../../../../plugins/balanced-master/src/plugin.rs");
        assert!(plugin.contains(&format!("CLAP_ID: &'static str = \"{IDENTIFIER}\"")));
        assert!(property_list().contains(IDENTIFIER));
    }
}
