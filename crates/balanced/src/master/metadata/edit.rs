//! Changes of the metadata that the caller asks for.

use std::path::PathBuf;

use balanced_io::{MetadataFields, is_upc_valid, normal_isrc, picture_of};
use balanced_model::{FieldOutcome, Metadata, Picture};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::limits::size;

/// Largest picture that is taken as a cover: that of a FLAC block.
const MAX_COVER_BYTES: u64 = (1 << 24) - 1024;

/// Metadata that a master is given beside, or instead of, that of its mix.
///
/// A field that is given replaces that of the mix; `None` and an empty list leave it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "GivenMetadata")]
pub struct MetadataEdit {
    /// Whether the metadata of the mix is left out; the fields that are given here are written all the same.
    pub strip: bool,
    /// Title of the track.
    pub title: Option<String>,
    /// Artists of the track, the main one first.
    pub artists: Vec<String>,
    /// Title of the album.
    pub album: Option<String>,
    /// Artists of the album.
    pub album_artists: Vec<String>,
    /// Number of the track on its disc, counted from 1.
    pub track_number: Option<u32>,
    /// Number of tracks on the disc.
    pub track_total: Option<u32>,
    /// Date of the recording or release: a year, or ISO 8601.
    pub date: Option<String>,
    /// Genres.
    pub genres: Vec<String>,
    /// International Standard Recording Code (ISO 3901), with or without hyphens.
    pub isrc: Option<String>,
    /// Universal Product Code (12 digits) or European Article Number (13 digits) of the release.
    pub upc: Option<String>,
    /// Comments.
    pub comments: Vec<String>,
    /// File of the front cover, a JPEG or PNG picture.
    pub cover: Option<PathBuf>,
}

/// An edit whose values are valid, with its cover read.
pub(crate) struct Checked<'a> {
    edit: &'a MetadataEdit,
    isrc: Option<String>,
    cover: Option<Picture>,
}

impl MetadataEdit {
    /// Checks the values and reads the cover, before the long work begins.
    pub(crate) fn checked(&self) -> Result<Checked<'_>, Error> {
        let single = [("title", &self.title), ("album", &self.album), ("date", &self.date)];
        let single = single.iter().filter_map(|(name, value)| Some((*name, value.as_ref()?)));
        let lists = [
            ("artist", &self.artists),
            ("album artist", &self.album_artists),
            ("genre", &self.genres),
            ("comment", &self.comments),
        ];
        let several = lists.iter().flat_map(|(name, values)| values.iter().map(|value| (*name, value)));
        for (name, value) in single.chain(several) {
            if value.trim().is_empty() || value.contains('\0') {
                return Err(Error::settings(format!("the {name} is empty"), "give text, or leave it out"));
            }
        }
        if self.track_number == Some(0) || self.track_total == Some(0) {
            return Err(Error::settings("track 0 does not exist", "count tracks from 1"));
        }
        if let (Some(number), Some(total)) = (self.track_number, self.track_total)
            && number > total
        {
            return Err(Error::settings(format!("there is no track {number} of {total}"), "check both numbers"));
        }
        let isrc = self.isrc.as_deref().map(isrc).transpose()?;
        if let Some(upc) = self.upc.as_deref().filter(|upc| !is_upc_valid(upc)) {
            let problem = format!("\"{upc}\" is no UPC or EAN");
            return Err(Error::settings(problem, "give its 12 or 13 digits, of which the last is the check digit"));
        }
        Ok(Checked { edit: self, isrc, cover: self.read_cover()? })
    }

    fn read_cover(&self) -> Result<Option<Picture>, Error> {
        let Some(path) = &self.cover else { return Ok(None) };
        let file = balanced_io::open_file(path).map_err(|error| Error::reading(&error))?;
        let bytes = file.metadata().map_or(0, |found| found.len());
        if bytes > MAX_COVER_BYTES {
            let problem = format!("is larger than the {} that a cover may have", size(MAX_COVER_BYTES));
            return Err(Error::input(path, problem, "give a smaller picture"));
        }
        let data = std::fs::read(path).map_err(|error| Error::unreadable(path, &error))?;
        let picture = picture_of(data);
        let refused = || Error::input(path, "is neither a JPEG nor a PNG picture", "convert it to one of them");
        picture.map(Some).ok_or_else(refused)
    }
}

fn isrc(code: &str) -> Result<String, Error> {
    normal_isrc(code).ok_or_else(|| {
        let problem = format!("\"{code}\" is no ISRC");
        Error::settings(problem, "give twelve characters, such as US-RC1-76-07839")
    })
}

impl Checked<'_> {
    /// Returns whether the metadata of the mix is left out.
    pub(crate) fn strips(&self) -> bool {
        self.edit.strip
    }

    /// Replaces what was given.
    pub(crate) fn apply(&self, metadata: &mut Metadata, fields: &mut MetadataFields) {
        let edit = self.edit;
        let mut told = |name: &str| fields.mark(name, FieldOutcome::Set, "");
        let upc = edit.upc.clone();
        let texts = [
            ("title", &edit.title, &mut metadata.title),
            ("album", &edit.album, &mut metadata.album),
            ("date", &edit.date, &mut metadata.date),
            ("isrc", &self.isrc, &mut metadata.isrc),
            ("upc", &upc, &mut metadata.upc),
        ];
        for (name, given, slot) in texts {
            if let Some(value) = given {
                *slot = Some(value.trim().to_owned());
                told(name);
            }
        }
        let lists = [
            ("artists", &edit.artists, &mut metadata.artists),
            ("album_artists", &edit.album_artists, &mut metadata.album_artists),
            ("genres", &edit.genres, &mut metadata.genres),
            ("comments", &edit.comments, &mut metadata.comments),
        ];
        for (name, given, slot) in lists {
            if !given.is_empty() {
                slot.clear();
                for value in given.iter().map(|value| value.trim().to_owned()) {
                    if !slot.contains(&value) {
                        slot.push(value);
                    }
                }
                told(name);
            }
        }
        if let Some(number) = edit.track_number {
            (metadata.track_number, metadata.track_total) = (Some(number), edit.track_total);
            told("track_number");
        }
        if let Some(total) = edit.track_total {
            metadata.track_total = Some(total);
            told("track_total");
        }
        if let Some(cover) = &self.cover {
            metadata.pictures.retain(|picture| picture.kind != cover.kind);
            metadata.pictures.insert(0, cover.clone());
            told("pictures");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_values_are_refused_with_the_right_form() {
        let error = |edit: MetadataEdit| edit.checked().err().unwrap().to_string();
        let isrc = Some("US-RC1-76".to_owned());
        assert!(error(MetadataEdit { isrc, ..MetadataEdit::default() }).contains("twelve characters"));
        let upc = Some("614141999997".to_owned());
        assert!(error(MetadataEdit { upc, ..MetadataEdit::default() }).contains("check digit"));
        let title = Some(" ".to_owned());
        assert!(error(MetadataEdit { title, ..MetadataEdit::default() }).contains("the title is empty"));
        let (track_number, track_total) = (Some(4), Some(3));
        let edit = MetadataEdit { track_number, track_total, ..MetadataEdit::default() };
        assert!(error(edit).contains("no track 4 of 3"));
        let folder = tempfile::tempdir().unwrap();
        let cover = folder.path().join("cover.jpg");
        std::fs::write(&cover, "not a picture").unwrap();
        let edit = MetadataEdit { cover: Some(cover), ..MetadataEdit::default() };
        assert!(error(edit).contains("neither a JPEG nor a PNG"));
    }
}
