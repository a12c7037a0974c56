//! Reading of an album from a folder, a playlist or an album file.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};

use balanced_io::read_metadata;

use super::spec::AlbumSpec;
use crate::origin::MAX_METADATA_BYTES;
use crate::{Error, audio_files};

/// Largest playlist or album file.
const MAX_LIST_BYTES: u64 = 16 << 20;

/// Reads the album that `path` stands for: a folder of audio files, an album file (`.toml`, `.json`), or a list of files
/// (`.m3u`, `.m3u8`, text with a path in each line).
///
/// The files of a folder stand in the order of their track numbers if each has its own, else in natural order of their
/// names (`2` before `10`). Paths in a list are relative to it.
///
/// # Errors
/// Returns [`ErrorKind::Input`](crate::ErrorKind::Input) if the folder has no audio file, and
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the list cannot be read, with the place of the mistake.
pub fn read_album(path: impl AsRef<Path>) -> Result<AlbumSpec, Error> {
    let path = path.as_ref();
    if path.is_dir() {
        return of_folder(path);
    }
    let bytes = read(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let suffix = path.extension().map(|suffix| suffix.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let mut spec = if suffix == "toml" || suffix == "json" {
        let text = String::from_utf8(bytes).map_err(|_| not_text(path))?;
        AlbumSpec::from_text(&text).map_err(|error| error.in_file(path))?
    } else {
        let files = listed(&bytes);
        if files.is_empty() {
            return Err(Error::settings("names no file", "write the path of a track in each line").in_file(path));
        }
        AlbumSpec::of_files(files)
    };
    for track in &mut spec.tracks {
        track.file = folder.join(&track.file);
        track.chain = track.chain.take().map(|chain| beside(folder, chain));
    }
    spec.cover = spec.cover.take().map(|cover| folder.join(cover));
    Ok(spec)
}

/// Returns the path of a chain relative to the album file; a preset has none.
fn beside(folder: &Path, chain: PathBuf) -> PathBuf {
    if chain.to_string_lossy().starts_with("preset:") { chain } else { folder.join(chain) }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let remedy = "give a folder, an album file (.toml) or a list of files (.m3u)";
    let unreadable = |error: std::io::Error| {
        Error::settings(format!("cannot be read as an album ({error})"), remedy).in_file(path).caused_by(error)
    };
    let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
    if bytes > MAX_LIST_BYTES {
        return Err(Error::settings("is too large for a list of tracks", remedy).in_file(path));
    }
    std::fs::read(path).map_err(unreadable)
}

fn not_text(path: &Path) -> Error {
    Error::settings("is not text in UTF-8", "save the album file in UTF-8").in_file(path)
}

/// Returns the files that a playlist names: its lines, without comments.
fn listed(bytes: &[u8]) -> Vec<PathBuf> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|line| !line.is_empty() && !line.starts_with(b"#")).map(path_of).collect()
}

#[cfg(unix)]
fn path_of(line: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(line))
}

#[cfg(not(unix))]
fn path_of(line: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(line).into_owned())
}

fn of_folder(folder: &Path) -> Result<AlbumSpec, Error> {
    let mut files = audio_files(folder);
    if files.is_empty() {
        return Err(Error::input(folder, "has no audio file", "give a folder with .wav, .aiff, .flac, .mp3 … files"));
    }
    let numbers: Option<Vec<(u32, u32)>> = files.iter().map(|file| number_of(file)).collect();
    if let Some(numbers) = numbers.filter(|numbers| are_distinct(numbers)) {
        let mut numbered: Vec<_> = numbers.into_iter().zip(files).collect();
        numbered.sort();
        files = numbered.into_iter().map(|(_, file)| file).collect();
    } else {
        files.sort_by(|a, b| natural(&a.to_string_lossy(), &b.to_string_lossy()).then_with(|| a.cmp(b)));
    }
    Ok(AlbumSpec::of_files(files))
}

/// Returns disc and track number of a file's metadata.
fn number_of(file: &Path) -> Option<(u32, u32)> {
    let mut opened = balanced_io::open_file(file).ok()?;
    // The sample rate places markers only, which are not asked for.
    let metadata = read_metadata(&mut opened, 44_100.0, MAX_METADATA_BYTES).metadata;
    Some((metadata.disc_number.unwrap_or(1), metadata.track_number?))
}

fn are_distinct(numbers: &[(u32, u32)]) -> bool {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}

/// Orders text as people do: runs of digits by their number, letters without case.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (Some(x), Some(y)) = (a.chars().next(), b.chars().next()) else { return a.len().cmp(&b.len()) };
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let (left, right) = (digits(a), digits(b));
            let number = |text: &str| text.trim_start_matches('0').to_owned();
            let (m, n) = (number(left), number(right));
            let order = m.len().cmp(&n.len()).then_with(|| m.cmp(&n));
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (&a[left.len()..], &b[right.len()..]);
        } else {
            let order = x.to_lowercase().cmp(y.to_lowercase());
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]);
        }
    }
}

fn digits(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ordered_as_people_do() {
        let mut names = ["10 Coda", "2 song", "1 intro", "02 Song b", "2 Song a", "b", "A"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["1 intro", "2 song", "2 Song a", "02 Song b", "10 Coda", "A", "b"]);
    }

    #[test]
    fn playlists_are_read_line_by_line() {
        let list = b"\xef\xbb\xbf#EXTM3U\r\n#EXTINF:3,x\r\na.wav\r\n\r\n sub/b.wav \n";
        assert_eq!(listed(list), [PathBuf::from("a.wav"), PathBuf::from("sub/b.wav")]);
    }

    #[test]
    fn a_list_is_relative_to_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("list.m3u"), "one.wav\n").unwrap();
        assert_eq!(read_album(at("list.m3u")).unwrap().tracks[0].file, at("one.wav"));
        let album = "cover = \"c.png\"\n[[track]]\nfile = \"one.wav\"\nchain = \"preset:warm\"\n";
        std::fs::write(at("album.toml"), album).unwrap();
        let spec = read_album(at("album.toml")).unwrap();
        assert_eq!((spec.tracks[0].chain.clone(), spec.cover), (Some("preset:warm".into()), Some(at("c.png"))));
        std::fs::write(at("empty.m3u"), "#EXTM3U\n").unwrap();
        assert!(read_album(at("empty.m3u")).unwrap_err().to_string().contains("names no file"));
        assert!(read_album(at("none.toml")).unwrap_err().to_string().contains("cannot be read as an album"));
        assert!(read_album(folder.path()).unwrap_err().to_string().contains("no audio file"));
    }
}
