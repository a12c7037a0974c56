//! Which file a step's plugin is, and whether the user allows it.
//!
//! A chain is data, and may come from a stranger; a plugin is a program. So a chain only chooses among the plugins that the
//! user has installed, or has allowed by name or folder.

use std::fs;
use std::path::{Component, Path, PathBuf};

use balanced_mastering::ClapSpec;

use crate::{HostError, folders};

/// How deep folders of plugins are searched for a file name.
const MAX_DEPTH: usize = 4;

/// A plugin that may be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The plugin's file or bundle.
    pub path: PathBuf,
    /// The folders and files that it may read beside those of the system.
    pub readable: Vec<PathBuf>,
}

/// Finds the plugin of `clap` in the user's plugin folders and among `allowed`.
///
/// Without `allowed`, every installed plugin may be used. With it, only what it names: a folder (the plugins in it), a
/// plugin's file, or the file name or id of an installed plugin. A word without a path separator is a name.
///
/// # Errors
/// A path that is no `.clap` file, leads out of those folders, is missing, or that `allowed` does not name.
pub fn find(clap: &ClapSpec, allowed: Option<&[String]>) -> Result<Found, HostError> {
    Places::new(allowed, folders::installed()).find(clap)
}

/// Where a plugin may lie.
struct Places<'a> {
    /// Folders and files that the user allows.
    own: Vec<PathBuf>,
    /// Names and ids of the installed plugins that the user allows; all of them if `None`.
    names: Option<Vec<&'a str>>,
    installed: Vec<PathBuf>,
}

impl<'a> Places<'a> {
    fn new(allowed: Option<&'a [String]>, installed: Vec<PathBuf>) -> Self {
        let (paths, names): (Vec<&str>, Vec<&str>) =
            allowed.unwrap_or_default().iter().map(String::as_str).partition(|entry| is_path(entry));
        let own = paths.into_iter().filter_map(|path| std::path::absolute(path).ok()).collect();
        Self { own, names: allowed.map(|_| names), installed }
    }

    fn find(&self, clap: &ClapSpec) -> Result<Found, HostError> {
        let wanted = Path::new(&clap.path);
        check(wanted).map_err(|(problem, remedy)| HostError::new(wanted, problem, remedy))?;
        if let Some(path) = self.own.iter().find_map(|place| within(place, wanted)) {
            return self.found(path);
        }
        let Some(path) = self.installed.iter().find_map(|folder| within(folder, wanted)) else {
            return Err(self.missing(wanted));
        };
        if self.names.as_ref().is_some_and(|names| !names.iter().any(|name| is_named(name, &path, clap))) {
            let remedy = format!("allow it too (`{}`), or set `bypass = true` on its step", file_name(wanted));
            return Err(HostError::new(wanted, "it is not among the plugins that are allowed", remedy));
        }
        self.found(path)
    }

    fn found(&self, path: PathBuf) -> Result<Found, HostError> {
        // Opening a pipe or a device would wait for somebody who never comes.
        let is_plugin =
            path.metadata().is_ok_and(|data| data.is_file() || (cfg!(target_os = "macos") && data.is_dir()));
        if !is_plugin {
            return Err(HostError::new(&path, "it is no file, so no CLAP plugin", "correct the step's `path`"));
        }
        let readable = [std::slice::from_ref(&path), &self.own, &self.installed].concat();
        Ok(Found { path, readable })
    }

    /// The error of a plugin that is in none of the places.
    fn missing(&self, wanted: &Path) -> HostError {
        let folders = self.own.iter().chain(&self.installed);
        let folders = folders.map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ");
        if wanted.is_absolute() && wanted.exists() {
            let folder = wanted.parent().unwrap_or(wanted).display();
            let remedy = format!("install it there, or allow its folder ({folder})");
            return HostError::new(wanted, format!("it lies outside of the plugin folders ({folders})"), remedy);
        }
        let remedy = "correct the step's `path`, install the plugin, or allow the folder that holds it";
        HostError::new(wanted, format!("there is no such file in the plugin folders ({folders})"), remedy)
    }
}

/// Whether an entry of an allow-list is a path, not a name.
fn is_path(entry: &str) -> bool {
    matches!(entry, "." | "..") || entry.chars().any(std::path::is_separator)
}

/// Returns the problem of a path that no plugin can have, and the remedy.
fn check(wanted: &Path) -> Result<(), (&'static str, &'static str)> {
    if !wanted.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("clap")) {
        return Err(("it is no `.clap` file, and only CLAP plugins can be steps", "correct the step's `path`"));
    }
    if wanted.components().any(|part| matches!(part, Component::ParentDir)) {
        return Err(("a plugin's path must not contain `..`", "name its file, or its path from the plugin folder"));
    }
    Ok(())
}

/// Returns the file that `wanted` is in the folder `place`, or `place` itself if that is the file.
fn within(place: &Path, wanted: &Path) -> Option<PathBuf> {
    if wanted.is_absolute() {
        return (wanted.exists() && is_below(place, wanted)).then(|| wanted.to_owned());
    }
    if !place.is_dir() {
        return (place.exists() && place.ends_with(wanted)).then(|| place.to_owned());
    }
    let here = place.join(wanted);
    if here.exists() {
        return Some(here);
    }
    let is_name = wanted.components().count() == 1;
    is_name.then(|| search(place, wanted, MAX_DEPTH)).flatten()
}

/// Whether `path` lies in `place`, or is it: as they are written, or after symbolic links.
///
/// Links within a plugin folder are the user's own, so what they lead to is installed.
fn is_below(place: &Path, path: &Path) -> bool {
    let real = || Some(path.canonicalize().ok()?.starts_with(place.canonicalize().ok()?));
    path.starts_with(place) || real().unwrap_or(false)
}

fn search(folder: &Path, name: &Path, depth: usize) -> Option<PathBuf> {
    let mut below: Vec<PathBuf> = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    below.retain(|path| path.is_dir());
    below.sort();
    below.into_iter().find_map(|folder| {
        let here = folder.join(name);
        if here.exists() { Some(here) } else { (depth > 1).then(|| search(&folder, name, depth - 1)).flatten() }
    })
}

/// Whether `name` is the plugin's file name, with or without its suffix, or the id that the step asks for.
fn is_named(name: &str, path: &Path, clap: &ClapSpec) -> bool {
    let is = |part: Option<&std::ffi::OsStr>| part.is_some_and(|part| part.eq_ignore_ascii_case(name));
    is(path.file_name()) || is(path.file_stem()) || clap.plugin_id.as_deref() == Some(name)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A plugin folder with two plugins, and a folder beside it with a third.
    fn folders() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in ["clap/verb.clap", "clap/vendor/comp.clap", "download/evil.clap", "clap/notes.txt"] {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "plugin").unwrap();
        }
        folder
    }

    fn find_in(folder: &Path, path: &str, allowed: Option<&[String]>) -> Result<PathBuf, String> {
        let places = Places::new(allowed, vec![folder.join("nowhere"), folder.join("clap")]);
        let clap = ClapSpec { plugin_id: Some("com.example.verb".into()), ..ClapSpec::new(path) };
        places.find(&clap).map(|found| found.path).map_err(|error| error.to_string())
    }

    #[test]
    fn installed_plugins_are_found_by_name_and_path() {
        let folder = folders();
        let here = folder.path();
        let verb = here.join("clap/verb.clap");
        assert_eq!(find_in(here, "verb.clap", None).unwrap(), verb);
        assert_eq!(find_in(here, &verb.to_string_lossy(), None).unwrap(), verb);
        assert_eq!(find_in(here, "vendor/comp.clap", None).unwrap(), here.join("clap/vendor/comp.clap"));
        assert_eq!(find_in(here, "comp.clap", None).unwrap(), here.join("clap/vendor/comp.clap"));
    }

    #[test]
    fn what_lies_elsewhere_is_refused_with_the_remedy() {
        let folder = folders();
        let here = folder.path();
        let evil = here.join("download/evil.clap");
        let detour = here.join("clap/../download/evil.clap");
        let cases = [
            (&*evil.to_string_lossy(), ["outside of the plugin folders", "download"]),
            (&*detour.to_string_lossy(), ["`..`", "plugin folder"]),
            ("../download/evil.clap", ["`..`", "plugin folder"]),
            ("evil.clap", ["no such file", "install"]),
            ("notes.txt", ["no `.clap` file", "`path`"]),
            ("/bin/sh", ["no `.clap` file", "`path`"]),
        ];
        for (path, said) in cases {
            let error = find_in(here, path, None).unwrap_err();
            assert!(said.iter().all(|said| error.contains(said)), "{error}");
        }
    }

    #[test]
    fn an_allow_list_widens_and_narrows() {
        let folder = folders();
        let here = folder.path();
        let list = |entry: &Path| vec![entry.to_string_lossy().into_owned()];
        let download = list(&here.join("download"));
        assert_eq!(find_in(here, "evil.clap", Some(&download)).unwrap(), here.join("download/evil.clap"));
        assert!(find_in(here, "verb.clap", Some(&download)).unwrap_err().contains("not among"));
        let file = list(&here.join("download/evil.clap"));
        assert_eq!(find_in(here, "evil.clap", Some(&file)).unwrap(), here.join("download/evil.clap"));
        for name in ["verb", "VERB.clap", "com.example.verb"] {
            assert!(find_in(here, "verb.clap", Some(&[name.to_owned()])).is_ok(), "{name}");
        }
        assert!(find_in(here, "verb.clap", Some(&["comp".to_owned()])).unwrap_err().contains("allow it too"));
        assert!(find_in(here, "verb.clap", Some(&[])).is_err());
    }

    /// A folder that begins with the same letters is another one.
    #[test]
    fn neighbours_of_a_folder_are_not_in_it() {
        let folder = folders();
        let neighbour = folder.path().join("clap-of-others");
        fs::create_dir(&neighbour).unwrap();
        fs::write(neighbour.join("x.clap"), "plugin").unwrap();
        let path = neighbour.join("x.clap");
        assert!(find_in(folder.path(), &path.to_string_lossy(), None).unwrap_err().contains("outside"));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_no_plugin() {
        let folder = folders();
        let pipe = folder.path().join("clap/pipe.clap");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert!(find_in(folder.path(), "pipe.clap", None).unwrap_err().contains("no file"));
    }
}
