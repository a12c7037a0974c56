//! The album file: tracks in order, their transitions, and the release's data.

use std::path::PathBuf;

use balanced_io::{is_upc_valid, normal_isrc};
use balanced_model::{AlbumMode, Coherence};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Error;

/// Version of the album file that is read.
pub(crate) const ALBUM_VERSION: u32 = 1;
/// Longest crossfade: its frames are held in memory.
const MOST_CROSSFADE_S: f64 = 30.0;
/// Longest gap.
const MOST_GAP_S: f64 = 600.0;

/// Album as its file describes it (`album.toml`): the release, its loudness, and the tracks in order.
///
/// A field that is absent is left to [`AlbumOptions`](crate::AlbumOptions), which also overrides what is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AlbumSpec {
    /// Version of the format: 1.
    pub version: u32,
    /// Title of the album.
    pub title: Option<String>,
    /// Artist of the album, and of tracks that name none.
    pub artist: Option<String>,
    /// UPC (12 digits) or EAN (13 digits) of the release.
    pub upc: Option<String>,
    /// Date of the release: a year, or ISO 8601.
    pub date: Option<String>,
    /// Genre.
    pub genre: Option<String>,
    /// File of the front cover, a JPEG or PNG picture.
    pub cover: Option<PathBuf>,
    /// Loudness that the target counts for; the loudest track if absent.
    pub loudness: Option<AlbumMode>,
    /// Integrated loudness to reach, -40 to -3 LUFS.
    pub target_lufs: Option<f64>,
    /// Highest true peak of the album, -12 to 0 dBTP.
    pub ceiling_dbtp: Option<f64>,
    /// Comparison of the tracks' tone and width; a report only if absent.
    pub coherence: Option<Coherence>,
    /// Number of the anchor track, counted from 1.
    pub anchor: Option<usize>,
    /// Silence before each track but the first that names none, 0 to 600 seconds.
    pub gap_s: f64,
    /// Crossfade into each track but the first that names none, 0 to 30 seconds.
    pub crossfade_s: f64,
    /// The tracks in order.
    #[serde(rename = "track")]
    pub tracks: Vec<AlbumTrackSpec>,
}

/// Track of an album file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AlbumTrackSpec {
    /// Audio file; relative to the album file.
    pub file: PathBuf,
    /// Title; that of the file's metadata if absent, else its name.
    pub title: Option<String>,
    /// Artist; that of the album if absent.
    pub artist: Option<String>,
    /// International Standard Recording Code, with or without hyphens.
    pub isrc: Option<String>,
    /// Silence before the track, 0 to 600 seconds.
    pub gap_s: Option<f64>,
    /// Overlap with the track before, 0 to 30 seconds, faded with equal power.
    pub crossfade_s: Option<f64>,
    /// Length of the fade-in, in seconds.
    pub fade_in_s: f64,
    /// Length of the fade-out, in seconds.
    pub fade_out_s: f64,
    /// Chain that the track passes before the album's limiter: a chain file relative to the album file, or `preset:NAME`.
    pub chain: Option<PathBuf>,
}

impl Default for AlbumSpec {
    fn default() -> Self {
        Self {
            version: ALBUM_VERSION,
            title: None,
            artist: None,
            upc: None,
            date: None,
            genre: None,
            cover: None,
            loudness: None,
            target_lufs: None,
            ceiling_dbtp: None,
            coherence: None,
            anchor: None,
            gap_s: 0.0,
            crossfade_s: 0.0,
            tracks: Vec::new(),
        }
    }
}

impl AlbumSpec {
    /// Creates an album of `files` in the order given, with nothing between them.
    #[must_use]
    pub fn of_files(files: impl IntoIterator<Item = PathBuf>) -> Self {
        let tracks = files.into_iter().map(|file| AlbumTrackSpec { file, ..AlbumTrackSpec::default() });
        Self { tracks: tracks.collect(), ..Self::default() }
    }

    /// Reads an album from the text of a TOML or JSON file; paths stay as they are.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) with the path of the wrong field (`track[2].isrc`).
    pub fn from_text(text: &str) -> Result<Self, Error> {
        let text = text.trim_start_matches('\u{feff}');
        let remedy = "correct the album file; `balanced schema album` describes it";
        let refused = |problem: String| Error::settings(problem, remedy);
        let tree: serde_json::Value = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| refused(error.to_string()))?
        } else {
            let table: toml::Table =
                toml::from_str(text).map_err(|error| refused(balanced_mastering::toml_problem(text, &error)))?;
            serde_json::to_value(table).map_err(|error| refused(error.to_string()))?
        };
        let spec: Self = balanced_mastering::read_settings(tree).map_err(|error| refused(error.to_string()))?;
        spec.check()?;
        Ok(spec)
    }

    /// Checks everything that can be told without the files.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) with the path of the wrong field and what would be right.
    pub fn check(&self) -> Result<(), Error> {
        if self.version != ALBUM_VERSION {
            let problem = format!("version {} is unknown, this program reads {ALBUM_VERSION}", self.version);
            return Err(Error::settings(problem, "write version = 1, or use a newer program"));
        }
        if self.tracks.is_empty() {
            return Err(Error::settings("the album has no tracks", "add a [[track]] with a file"));
        }
        if let Some(upc) = self.upc.as_deref().filter(|upc| !is_upc_valid(upc)) {
            let problem = format!("upc: \"{upc}\" is no UPC or EAN");
            return Err(Error::settings(problem, "give its 12 or 13 digits, of which the last is the check digit"));
        }
        if let Some(anchor) = self.anchor.filter(|anchor| !(1..=self.tracks.len()).contains(anchor)) {
            let problem = format!("anchor: there is no track {anchor}");
            return Err(Error::settings(problem, format!("give 1 to {}", self.tracks.len())));
        }
        range("gap_s", self.gap_s, MOST_GAP_S)?;
        range("crossfade_s", self.crossfade_s, MOST_CROSSFADE_S)?;
        if self.gap_s > 0.0 && self.crossfade_s > 0.0 {
            return Err(both("gap_s"));
        }
        self.tracks.iter().enumerate().try_for_each(|(index, track)| track.check(index))
    }

    /// Returns the silence before track `index`, in seconds.
    pub(crate) fn gap_s(&self, index: usize) -> f64 {
        let track = &self.tracks[index];
        let fades = track.crossfade_s.is_some_and(|s| s > 0.0);
        let usual = if index == 0 || fades { 0.0 } else { self.gap_s };
        track.gap_s.unwrap_or(usual)
    }

    /// Returns the crossfade into track `index`, in seconds.
    pub(crate) fn crossfade_s(&self, index: usize) -> f64 {
        let track = &self.tracks[index];
        let is_apart = track.gap_s.is_some_and(|s| s > 0.0);
        let usual = if index == 0 || is_apart { 0.0 } else { self.crossfade_s };
        track.crossfade_s.unwrap_or(usual)
    }
}

impl AlbumTrackSpec {
    fn check(&self, index: usize) -> Result<(), Error> {
        let at = |field: &str| format!("track[{index}].{field}");
        if self.file.as_os_str().is_empty() {
            return Err(Error::settings(format!("{} is missing", at("file")), "name the track's audio file"));
        }
        let gap_s = self.gap_s.unwrap_or_default();
        let crossfade_s = self.crossfade_s.unwrap_or_default();
        range(&at("gap_s"), gap_s, MOST_GAP_S)?;
        range(&at("crossfade_s"), crossfade_s, MOST_CROSSFADE_S)?;
        range(&at("fade_in_s"), self.fade_in_s, MOST_GAP_S)?;
        range(&at("fade_out_s"), self.fade_out_s, MOST_GAP_S)?;
        if gap_s > 0.0 && crossfade_s > 0.0 {
            return Err(both(&at("gap_s")));
        }
        if index == 0 && (gap_s > 0.0 || crossfade_s > 0.0) {
            let problem = "track[0]: there is nothing before the first track to be apart from or to fade from";
            return Err(Error::settings(problem, "leave gap_s and crossfade_s of the first track out"));
        }
        if let Some(isrc) = self.isrc.as_deref().filter(|isrc| normal_isrc(isrc).is_none()) {
            let problem = format!("{}: \"{isrc}\" is no ISRC", at("isrc"));
            return Err(Error::settings(problem, "give twelve characters, such as US-RC1-76-07839"));
        }
        Ok(())
    }
}

fn range(name: &str, value_s: f64, most_s: f64) -> Result<(), Error> {
    if (0.0..=most_s).contains(&value_s) {
        return Ok(());
    }
    Err(Error::settings(format!("{name}: {value_s} s is out of range"), format!("give 0 to {most_s} seconds")))
}

fn both(name: &str) -> Error {
    Error::settings(format!("{name}: a track cannot have both a gap and a crossfade"), "leave one of them out")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALBUM: &str = "title = \"Songs\"\nupc = \"036000291452\"\nloudness = \"album\"\ngap_s = 1.5\n\
        [[track]]\nfile = \"a.wav\"\nisrc = \"US-RC1-76-07839\"\n[[track]]\nfile = \"b.wav\"\n[[track]]\nfile = \"c.wav\"\ncrossfade_s = 2\n";

    #[test]
    fn an_album_file_is_read_with_its_defaults() {
        let album = AlbumSpec::from_text(ALBUM).unwrap();
        assert_eq!((album.loudness, album.tracks.len()), (Some(AlbumMode::Album), 3));
        assert_eq!([album.gap_s(0), album.gap_s(1), album.gap_s(2)], [0.0, 1.5, 0.0]);
        assert_eq!([album.crossfade_s(0), album.crossfade_s(1), album.crossfade_s(2)], [0.0, 0.0, 2.0]);
        let json = serde_json::to_string(&album).unwrap();
        assert_eq!(AlbumSpec::from_text(&json).unwrap(), album);
    }

    #[test]
    fn slips_are_named_by_their_place() {
        let cases = [
            ("[[track]]\nfile = \"a\"\nisrk = \"x\"", "track[0]"),
            ("titel = \"x\"", "titel"),
            ("title = \"x\"", "no tracks"),
            ("version = 9\n[[track]]\nfile = \"a\"", "version 9"),
            ("[[track]]\ntitle = \"a\"", "track[0].file"),
            ("[[track]]\nfile = \"a\"\n[[track]]\nfile = \"b\"\nisrc = \"US\"", "track[1].isrc"),
            ("upc = \"036000291453\"\n[[track]]\nfile = \"a\"", "check digit"),
            ("anchor = 2\n[[track]]\nfile = \"a\"", "no track 2"),
            ("[[track]]\nfile = \"a\"\ngap_s = 2", "first track"),
            ("[[track]]\nfile = \"a\"\n[[track]]\nfile = \"b\"\ngap_s = 2\ncrossfade_s = 1", "both"),
            ("[[track]]\nfile = \"a\"\n[[track]]\nfile = \"b\"\ncrossfade_s = 31", "0 to 30"),
            ("[[track]]\nfile = \"a\"\nfade_in_s = nan", "track[0].fade_in_s"),
            ("loudness = \"loud\"\n[[track]]\nfile = \"a\"", "loudness"),
        ];
        for (text, said) in cases {
            let error = AlbumSpec::from_text(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
