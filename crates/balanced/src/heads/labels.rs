//! Which track has which labels: a CSV file, or a folder for each label.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::csv;
use crate::{Error, audio_files};

/// Track with the labels that somebody gave it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelledTrack {
    /// Audio file.
    pub path: PathBuf,
    /// Labels; none says that no label is true of the track.
    pub labels: Vec<String>,
    /// Group, such as the artist or album, that training and test never share; `None` if the track stands alone.
    pub group: Option<String>,
}

/// Reads which tracks have which labels.
///
/// `path` is a CSV file with the columns `path` (relative to the file's folder), one or more of labels, and possibly `group`; without
/// a row of names the first column holds the paths and all others labels. Or it is a folder of folders, each of which is a label and
/// holds its tracks; a folder in such a folder (an artist, an album) is a group.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) with the file, the line, and what would be right.
pub fn read_labels(path: impl AsRef<Path>) -> Result<Vec<LabelledTrack>, Error> {
    let path = path.as_ref();
    let tracks = if path.is_dir() { of_folders(path) } else { of_table(path) }?;
    if tracks.is_empty() {
        let remedy = "give a folder for each label with audio files in it, or a CSV file of paths and labels";
        return Err(Error::settings("holds no labelled track", remedy).in_file(path));
    }
    Ok(tracks)
}

fn of_folders(folder: &Path) -> Result<Vec<LabelledTrack>, Error> {
    let remedy = "give a folder that can be listed";
    let unreadable = |error: std::io::Error| {
        Error::settings(format!("cannot be listed ({error})"), remedy).in_file(folder).caused_by(error)
    };
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    let mut folders = Vec::new();
    for entry in entries {
        folders.push(entry.map_err(unreadable)?.path());
    }
    folders.sort();
    let mut tracks = Vec::new();
    for labelled in folders.into_iter().filter(|path| path.is_dir()) {
        let name = labelled.file_name().unwrap_or_default();
        let files = audio_files(&labelled);
        if files.is_empty() || name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let Some(label) = name.to_str() else {
            let problem = "has a name that is not UTF-8, and cannot be a label";
            return Err(Error::settings(problem, "rename the folder").in_file(labelled));
        };
        tracks.extend(files.into_iter().map(|path| LabelledTrack {
            group: group_below(&labelled, &path),
            labels: vec![label.to_owned()],
            path,
        }));
    }
    Ok(tracks)
}

/// Name of the folder of `labelled` that holds `path`, if it does not lie there itself.
fn group_below(labelled: &Path, path: &Path) -> Option<String> {
    let mut below = path.strip_prefix(labelled).ok()?.components();
    let first = below.next()?.as_os_str().to_string_lossy().into_owned();
    below.next().map(|_| first)
}

fn of_table(path: &Path) -> Result<Vec<LabelledTrack>, Error> {
    let remedy = "give a CSV file of paths and labels, or a folder of folders";
    let bytes = std::fs::read(path)
        .map_err(|error| Error::settings(format!("cannot be read ({error})"), remedy).in_file(path).caused_by(error))?;
    let rows = csv::rows(&bytes).map_err(|line| {
        let problem = format!("line {line}: a quote does not end with its field");
        Error::settings(problem, "close the quote, and double quotes within a field").in_file(path)
    })?;
    let columns = Columns::of(rows.first());
    let mut tracks = Vec::new();
    let mut known: BTreeMap<PathBuf, usize> = BTreeMap::new();
    let folder = path.parent().unwrap_or(Path::new(""));
    for row in rows.iter().skip(usize::from(columns.is_named)) {
        let slip = |(problem, remedy): (String, &str)| {
            Error::settings(format!("line {}: {problem}", row.line), remedy).in_file(path)
        };
        let track = columns.track(row, folder).map_err(slip)?;
        if let Some(before) = known.insert(track.path.clone(), row.line) {
            let problem = format!("names the same file as line {before}");
            return Err(slip((problem, "give each file one row, with all its labels")));
        }
        tracks.push(track);
    }
    Ok(tracks)
}

/// Which column holds what.
struct Columns {
    is_named: bool,
    path: usize,
    group: Option<usize>,
}

impl Columns {
    fn of(first: Option<&csv::Row>) -> Self {
        let names: Vec<Vec<u8>> =
            first.map(|row| row.fields.iter().map(|name| name.to_ascii_lowercase()).collect()).unwrap_or_default();
        let place = |wanted: &[u8]| names.iter().position(|name| name == wanted);
        match place(b"path") {
            Some(path) => Self { is_named: true, path, group: place(b"group") },
            None => Self { is_named: false, path: 0, group: None },
        }
    }

    fn track(&self, row: &csv::Row, folder: &Path) -> Result<LabelledTrack, (String, &'static str)> {
        if row.fields.len() < 2 {
            let remedy = "write path,label with a comma between them, and quotes around a path that has one";
            return Err(("has one column".to_owned(), remedy));
        }
        let path = row.fields.get(self.path).filter(|path| !path.is_empty());
        let path = path.ok_or_else(|| ("has no path".to_owned(), "give every row the path of an audio file"))?;
        let path = path_of(path).ok_or_else(|| ("its path is not UTF-8".to_owned(), "save the file as UTF-8"))?;
        let mut track = LabelledTrack { path: folder.join(path), ..LabelledTrack::default() };
        for (place, field) in
            row.fields.iter().enumerate().filter(|(place, field)| *place != self.path && !field.is_empty())
        {
            let text = std::str::from_utf8(field).map_err(|_| {
                (format!("\"{}\" is not UTF-8", String::from_utf8_lossy(field)), "save the file as UTF-8")
            })?;
            if self.group == Some(place) {
                track.group = Some(text.to_owned())
            } else {
                track.labels.push(text.to_owned())
            }
        }
        Ok(track)
    }
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "elsewhere not every path can be spelled")]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(OsString::from_vec(bytes.to_vec()).into())
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(bytes).ok().map(|text| OsString::from(text).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(path: PathBuf, labels: &[&str], group: Option<&str>) -> LabelledTrack {
        LabelledTrack {
            path,
            labels: labels.iter().map(ToString::to_string).collect(),
            group: group.map(str::to_owned),
        }
    }

    #[test]
    fn a_table_is_read_by_its_names_or_by_its_places() {
        let folder = tempfile::tempdir().unwrap();
        let (file, at) = (folder.path().join("labels.csv"), |name: &str| folder.path().join(name));
        let read = |bytes: &[u8]| {
            std::fs::write(&file, bytes).unwrap();
            read_labels(&file)
        };
        let named = read(b"Group,path,label,label\nana,a.wav,rock,loud\n,b.wav,,\n").unwrap();
        assert_eq!(named, [track(at("a.wav"), &["rock", "loud"], Some("ana")), track(at("b.wav"), &[], None)]);
        let plain = read(b"a.wav,rock\n/b.wav,jazz,loud\n").unwrap();
        assert_eq!(plain, [track(at("a.wav"), &["rock"], None), track("/b.wav".into(), &["jazz", "loud"], None)]);
        for (bytes, words) in [
            (&b"a.wav;rock\n"[..], "line 1: has one column"),
            (b"path,label\n,rock\n", "line 2: has no path"),
            (b"a.wav,rock\na.wav,jazz\n", "line 2: names the same file as line 1"),
            (b"a.wav,\"rock\n", "line 1: a quote"),
            (b"a.wav,r\xf6ck\n", "is not UTF-8"),
            (b"", "holds no labelled track"),
            (b"path,label\n", "holds no labelled track"),
        ] {
            let error = read(bytes).unwrap_err();
            assert!(error.to_string().contains(words) && error.to_string().contains("labels.csv"), "{error}");
        }
        assert!(read_labels(at("none.csv")).unwrap_err().to_string().contains("cannot be read"));
    }

    #[cfg(unix)]
    #[test]
    fn a_path_need_not_be_utf8() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("labels.csv");
        std::fs::write(&file, b"caf\xe9.wav,rock\n").unwrap();
        assert!(read_labels(&file).unwrap()[0].path.as_os_str().as_bytes().ends_with(b"/caf\xe9.wav"));
    }

    #[test]
    fn folders_are_labels_and_the_folders_in_them_groups() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["rock/ana/cd1/a.wav", "rock/b.flac", "jazz/c.wav", ".hidden/d.wav", "empty/e.txt", "f.wav"] {
            std::fs::create_dir_all(at(name).parent().unwrap()).unwrap();
            std::fs::write(at(name), b"").unwrap();
        }
        let want = [
            track(at("jazz/c.wav"), &["jazz"], None),
            track(at("rock/ana/cd1/a.wav"), &["rock"], Some("ana")),
            track(at("rock/b.flac"), &["rock"], None),
        ];
        assert_eq!(read_labels(folder.path()).unwrap(), want);
    }
}
