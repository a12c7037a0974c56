//! Reproduction: renders the files of a manifest again and compares the bytes.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::audio::audio_sha256;
use super::lossy;
use super::manifest::{DeliveredFile, DeliveryManifest, Program};
use super::read_text;
use crate::hash::hash_file;
use crate::{AnalyzeOptions, Error, ErrorKind, Limits, MasterOptions, PluginHost, Progress};

/// Options of [`reproduce`].
#[derive(Clone, Default)]
pub struct ReproduceOptions<'a> {
    /// File to render; the one that the manifest names if `None`, looked for where it was and beside the manifest.
    pub source: Option<PathBuf>,
    /// Program that hosts the CLAP effects of the chains, and which it may load.
    pub plugin_host: Option<PluginHost>,
    /// Callback that is told the progress.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Flag that stops the call when set.
    pub cancel: Option<&'a AtomicBool>,
    /// What the source may be, and what the call may use; the time counts for each file.
    pub limits: Limits,
    /// Folder for temporary files; the system's if `None`.
    pub temp: Option<PathBuf>,
}

/// Result of [`reproduce`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reproduction {
    /// Path of the manifest.
    pub manifest: String,
    /// Path of the source that was rendered.
    pub source: String,
    /// Whether every file was rendered with the bytes that the manifest tells, and no file beside it is another one.
    pub identical: bool,
    /// The files, in the manifest's order.
    pub files: Vec<Reproduced>,
    /// What differs between then and now: source, version, processor, system.
    pub notes: Vec<String>,
}

/// File that was rendered again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reproduced {
    /// Path of the file, relative to the manifest's folder.
    pub path: String,
    /// SHA-256 that the manifest tells, lower-case hex.
    pub expected_sha256: String,
    /// SHA-256 of what was rendered; `null` if it was not rendered.
    pub rendered_sha256: Option<String>,
    /// Whether these are the same.
    pub identical: bool,
    /// First byte that differs, counted from 0; `null` if none does, or if the file is not there to be compared with.
    pub first_difference_byte: Option<u64>,
    /// State of the file beside the manifest.
    pub stored: Stored,
    /// Why it was not rendered; `null` if it was.
    pub reason: Option<String>,
}

/// State of a file beside its manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stored {
    /// It has the bytes that the manifest tells.
    Same,
    /// It has other bytes.
    Changed,
    /// It is not there.
    Missing,
}

/// Renders the files of a manifest again, in a temporary folder, and compares them with what the manifest tells.
///
/// # Errors
/// Returns [`ErrorKind::Settings`] if the manifest cannot be read, [`ErrorKind::Input`] if its source cannot be found or decoded, and the
/// other errors of [`master`](crate::master()) but for settings, which concern one file and are its
/// [`Reproduced::reason`].
pub fn reproduce(manifest: impl AsRef<Path>, options: &ReproduceOptions<'_>) -> Result<Reproduction, Error> {
    let path = manifest.as_ref();
    let text = read_text(path, "give the path of a manifest")?;
    let manifest = DeliveryManifest::from_json(&text).map_err(|error| error.in_file(path))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let source = source(&manifest, folder, options)?;
    let mut notes = differences(&manifest.program);
    notes.extend(manifest.files.iter().filter_map(other_encoder));
    let is_same = is_same_source(&source, &manifest, options, &mut notes)?;
    let rendering = Rendering { source: &source, folder, options };
    let mut files = Vec::new();
    for file in &manifest.files {
        files.push(if is_same {
            rendering.again(file)?
        } else {
            rendering.left(file, "the source is another file")?
        });
    }
    Ok(Reproduction {
        manifest: path.display().to_string(),
        source: source.display().to_string(),
        identical: files.iter().all(|file| file.identical && file.stored != Stored::Changed),
        files,
        notes,
    })
}

/// Finds the file to render.
fn source(manifest: &DeliveryManifest, folder: &Path, options: &ReproduceOptions<'_>) -> Result<PathBuf, Error> {
    if let Some(source) = &options.source {
        return Ok(source.clone());
    }
    let named = manifest.source.path.as_deref().map(Path::new);
    let beside = named.map(|path| folder.join(path));
    let near = named.and_then(|path| Some(folder.join(path.file_name()?)));
    let places = [named.map(Path::to_owned), beside, near];
    let missing = || {
        let name = named.unwrap_or(Path::new(crate::input::IN_MEMORY));
        Error::not_openable(
            name,
            "is the source of the manifest and was not found",
            "name it by --source (`ReproduceOptions::source`)",
        )
    };
    places.into_iter().flatten().find(|path| path.is_file()).ok_or_else(missing)
}

/// Returns what differs between the program of a manifest and this one.
fn differences(then: &Program) -> Vec<String> {
    let now = Program::here(String::new());
    let parts = [
        ("version of Balanced", &then.balanced_version, &now.balanced_version),
        ("kind of processor", &then.processor, &now.processor),
        ("operating system", &then.system, &now.system),
    ];
    let told = parts.iter().filter(|(_, then, now)| then != now);
    told.map(|(what, then, now)| format!("made on another {what} ({then}, here {now}): bytes may differ")).collect()
}

/// Tells that a lossy file was made by another encoder than the one that is here.
fn other_encoder(file: &DeliveredFile) -> Option<String> {
    let (then, codec) = (file.encoder.as_deref()?, file.recipe.codec.as_deref()?);
    let now = balanced_codec::encoder_name(codec.parse().ok()?).ok()?;
    (now != then).then(|| format!("{codec} was made by another encoder ({then}, here {now}): bytes may differ"))
}

/// Returns whether the source holds the audio that the manifest tells; says so if it is another file.
fn is_same_source(
    source: &Path,
    manifest: &DeliveryManifest,
    options: &ReproduceOptions<'_>,
    notes: &mut Vec<String>,
) -> Result<bool, Error> {
    let mut file = balanced_io::open_file(source).map_err(|error| Error::reading(&error))?;
    let found = crate::hash::hash_reader(&mut file).map_err(|error| Error::unreadable(source, &error))?;
    if Some(&found) == manifest.source.sha256.as_ref() {
        return Ok(true);
    }
    let layout = manifest.files.first().and_then(|file| file.recipe.layout.as_deref());
    let layout = layout.and_then(|text| balanced_dsp::ChannelLayout::parse(text).ok());
    let analyze =
        AnalyzeOptions { limits: options.limits, cancel: options.cancel, layout, ..AnalyzeOptions::default() };
    let audio = audio_sha256(source, &analyze, &analyze.monitor(Some(source)))?;
    let is_same = audio == manifest.audio_sha256;
    let told = manifest.source.sha256.as_deref().unwrap_or("none");
    let what = if is_same {
        "its bytes are others, its audio is the same: metadata or container changed"
    } else {
        "its audio is another, so that nothing was rendered"
    };
    notes.push(format!("the source has the SHA-256 {found} and the manifest tells {told}; {what}"));
    Ok(is_same)
}

struct Rendering<'a> {
    source: &'a Path,
    folder: &'a Path,
    options: &'a ReproduceOptions<'a>,
}

impl Rendering<'_> {
    /// Renders a file again and compares it.
    fn again(&self, file: &DeliveredFile) -> Result<Reproduced, Error> {
        let temporary = self.temporary()?;
        let rendered = temporary.path().join(format!("rendered.{}", file.recipe.format));
        let made = file.recipe.options(self.folder).and_then(|recipe| {
            let options = MasterOptions {
                plugin_host: self.options.plugin_host.clone(),
                progress: self.options.progress,
                cancel: self.options.cancel,
                limits: self.options.limits,
                temp: self.options.temp.clone(),
                ..recipe
            };
            match file.recipe.codec.as_deref() {
                Some(codec) => lossy::render(self.source, &rendered, lossy::parsed(codec)?, &options).map(|_| ()),
                None => crate::master(self.source, &rendered, &options).map(|_| ()),
            }
        });
        match made {
            Ok(()) => self.compare(file, &rendered),
            Err(error) if concerns_one_file(&error, self.source) => self.left(file, &error.to_string()),
            Err(error) => Err(error),
        }
    }

    fn compare(&self, file: &DeliveredFile, rendered: &Path) -> Result<Reproduced, Error> {
        let failed = |error| Error::unreadable(rendered, &error);
        let hash = hash_file(rendered).map_err(failed)?;
        let mut compared = self.left(file, "")?;
        compared.identical = hash == compared.expected_sha256;
        if !compared.identical && compared.stored == Stored::Same {
            let stored = self.folder.join(&compared.path);
            compared.first_difference_byte = first_difference(rendered, &stored).map_err(failed)?;
        }
        Ok(Reproduced { rendered_sha256: Some(hash), reason: None, ..compared })
    }

    /// Returns the state of a file that was not rendered.
    fn left(&self, file: &DeliveredFile, reason: &str) -> Result<Reproduced, Error> {
        let path = file.file.path.clone().unwrap_or_default();
        let expected_sha256 = file.file.sha256.clone().unwrap_or_default();
        let stored = self.folder.join(&path);
        let state = if !stored.is_file() {
            Stored::Missing
        } else if hash_file(&stored).map_err(|error| Error::unreadable(&stored, &error))? == expected_sha256 {
            Stored::Same
        } else {
            Stored::Changed
        };
        let reason = Some(reason.to_owned());
        Ok(Reproduced {
            path,
            expected_sha256,
            rendered_sha256: None,
            identical: false,
            first_difference_byte: None,
            stored: state,
            reason,
        })
    }

    fn temporary(&self) -> Result<tempfile::TempDir, Error> {
        let folder = self.options.temp.clone().unwrap_or_else(std::env::temp_dir);
        tempfile::tempdir_in(&folder).map_err(|error| crate::scratch::failed(&folder, "create", &error))
    }
}

/// Returns whether an error is of one file's recipe, so that the others can be rendered.
fn concerns_one_file(error: &Error, source: &Path) -> bool {
    match error.kind() {
        ErrorKind::Settings | ErrorKind::Plugin => true,
        ErrorKind::Input => error.path().is_some_and(|path| path != source),
        _ => false,
    }
}

/// Returns the position of the first byte in which two files differ; the end of the shorter one counts.
fn first_difference(a: &Path, b: &Path) -> std::io::Result<Option<u64>> {
    let (mut a, mut b) = (BufReader::new(File::open(a)?).bytes(), BufReader::new(File::open(b)?).bytes());
    let mut at = 0;
    loop {
        match (a.next().transpose()?, b.next().transpose()?) {
            (None, None) => return Ok(None),
            (x, y) if x != y => return Ok(Some(at)),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_found_and_a_shorter_file_differs_at_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let (a, b, c) = (at("a", b"abcd"), at("b", b"abXd"), at("c", b"abc"));
        assert_eq!(first_difference(&a, &a).unwrap(), None);
        assert_eq!(first_difference(&a, &b).unwrap(), Some(2));
        assert_eq!(first_difference(&a, &c).unwrap(), Some(3));
    }

    #[test]
    fn another_program_is_told() {
        let here = Program::here(String::new());
        assert!(differences(&here).is_empty());
        let other = Program { balanced_version: "0.0.9".to_owned(), processor: "aarch64".to_owned(), ..here };
        let told = differences(&other);
        assert!(told.len() == 2 && told[0].contains("0.0.9") && told[1].contains("aarch64"), "{told:?}");
    }
}
