//! The outside programs that tests compare with, installed where they are missing.

use crate::run;

/// A program and the Debian package that brings it.
pub const PEERS: [(&str, &str); 11] = [
    ("age", "age"),
    ("cdrdao", "cdrdao"),
    ("exiftool", "libimage-exiftool-perl"),
    ("ffmpeg", "ffmpeg"),
    ("flac", "flac"),
    ("lame", "lame"),
    ("oggenc", "vorbis-tools"),
    ("opusenc", "opus-tools"),
    ("sndfile-metadata-get", "sndfile-programs"),
    ("sox", "sox"),
    ("ssh-keygen", "openssh-client"),
];

/// Install what is missing.
pub fn install(tools: &[(&str, &str)]) -> Result<(), String> {
    let missing: Vec<&str> = tools.iter().filter(|(program, _)| !found(program)).map(|(_, package)| *package).collect();
    if missing.is_empty() { Ok(()) } else { install_packages(&missing) }
}

/// Install Debian packages, by apt where there is apt; otherwise say what to install.
pub fn install_packages(missing: &[&str]) -> Result<(), String> {
    if !found("apt-get") {
        return Err(format!(
            "these programs are needed by the tests; install them and run again: {}",
            missing.join(", ")
        ));
    }
    update_packages()?;
    apt(&[&["install", "-y", "-qq", "--no-install-recommends"], missing].concat())
}

/// Fetch Debian's list of packages anew.
pub fn update_packages() -> Result<(), String> {
    apt(&["update", "-qq"])
}

fn apt(args: &[&str]) -> Result<(), String> {
    let prefix: &[&str] = if found("sudo") && !is_root() { &["sudo"] } else { &[] };
    let words = [prefix, &["apt-get"], args].concat();
    run::run_with(words[0], &words[1..], &[("DEBIAN_FRONTEND", "noninteractive")])
}

/// Whether `program` is on the path.
pub fn found(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn is_root() -> bool {
    run::output("id", ["-u"]).is_some_and(|uid| uid.trim_ascii() == b"0")
}
