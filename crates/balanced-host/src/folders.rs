//! Where a user's CLAP plugins lie, as the CLAP headers (`clap/entry.h`) have it.

use std::env;
use std::path::PathBuf;

/// Returns the folders of installed plugins: those of `CLAP_PATH`, the user's, the system's.
pub(crate) fn installed() -> Vec<PathBuf> {
    let named = env::var_os("CLAP_PATH").unwrap_or_default();
    // A relative folder would make the current folder, which may hold a stranger's files, one of plugins.
    let named = env::split_paths(&named).filter(|folder| folder.is_absolute());
    named.chain(usual()).collect()
}

#[cfg(target_os = "macos")]
fn usual() -> Vec<PathBuf> {
    let library = "Library/Audio/Plug-Ins/CLAP";
    let own = env::home_dir().map(|home| home.join(library));
    own.into_iter().chain([PathBuf::from("/").join(library)]).collect()
}

#[cfg(windows)]
fn usual() -> Vec<PathBuf> {
    let below = |variable: &str, rest: &str| env::var_os(variable).map(|folder| PathBuf::from(folder).join(rest));
    let folders = [below("LOCALAPPDATA", "Programs/Common/CLAP"), below("COMMONPROGRAMFILES", "CLAP")];
    folders.into_iter().flatten().collect()
}

#[cfg(not(any(target_os = "macos", windows)))]
fn usual() -> Vec<PathBuf> {
    let own = env::home_dir().map(|home| home.join(".clap"));
    own.into_iter().chain(["/usr/local/lib/clap", "/usr/lib/clap"].map(PathBuf::from)).collect()
}
