//! Cue sheet and table of contents of an album.

use balanced_io::FileFormat;

use super::timeline::{cd_frame, msf};

/// Shortest track of a compact disc (IEC 60908).
pub(crate) const CD_LEAST_TRACK_S: f64 = 4.0;
/// Most tracks of a compact disc.
pub(crate) const CD_MOST_TRACKS: usize = 99;
/// Longest programme of a compact disc: 79 minutes and 48 seconds at the standard's lowest speed.
pub(crate) const CD_MOST_S: f64 = 79.8 * 60.0;

/// What a sheet tells of the album.
pub(crate) struct Sheet<'a> {
    pub(crate) title: Option<&'a str>,
    pub(crate) artist: Option<&'a str>,
    pub(crate) upc: Option<&'a str>,
    pub(crate) date: Option<&'a str>,
    pub(crate) genre: Option<&'a str>,
    pub(crate) format: FileFormat,
    pub(crate) sample_rate_hz: f64,
    /// The file that holds all tracks, if there is one.
    pub(crate) image: Option<&'a str>,
    pub(crate) tracks: Vec<SheetTrack<'a>>,
}

/// What a sheet tells of a track.
pub(crate) struct SheetTrack<'a> {
    pub(crate) title: &'a str,
    pub(crate) artist: Option<&'a str>,
    pub(crate) isrc: Option<&'a str>,
    pub(crate) file: &'a str,
    pub(crate) start_frames: u64,
    pub(crate) end_frames: u64,
    pub(crate) gap_frames: u64,
}

impl Sheet<'_> {
    /// Formats a cue sheet (CDRWIN's format); with an image the gaps are pregaps, `INDEX 00`.
    pub(crate) fn cue(&self) -> String {
        let mut lines = Vec::new();
        lines.extend(self.genre.map(|genre| format!("REM GENRE {}", quoted(genre))));
        lines.extend(self.date.map(|date| format!("REM DATE {}", plain(date))));
        lines.extend(self.upc.map(|upc| format!("CATALOG {}", ean(upc))));
        lines.extend(self.artist.map(|artist| format!("PERFORMER {}", quoted(artist))));
        lines.extend(self.title.map(|title| format!("TITLE {}", quoted(title))));
        let kind = if self.format == FileFormat::Aiff { "AIFF" } else { "WAVE" };
        lines.extend(self.image.map(|image| format!("FILE {} {kind}", quoted(image))));
        for (index, track) in self.tracks.iter().enumerate() {
            if self.image.is_none() {
                lines.push(format!("FILE {} {kind}", quoted(track.file)));
            }
            lines.push(format!("  TRACK {:02} AUDIO", index + 1));
            lines.push(format!("    TITLE {}", quoted(track.title)));
            lines.extend(track.artist.map(|artist| format!("    PERFORMER {}", quoted(artist))));
            lines.extend(track.isrc.map(|isrc| format!("    ISRC {isrc}")));
            let start = self.cd_frame(track.start_frames);
            let gap = self.gap(index);
            if self.image.is_some() && gap > 0 {
                lines.push(format!("    INDEX 00 {}", msf(start - gap)));
            }
            lines.push(format!("    INDEX 01 {}", if self.image.is_some() { msf(start) } else { msf(0) }));
        }
        lines.join("\r\n") + "\r\n"
    }

    /// Formats the table of contents that cdrdao burns a disc from; needs an image.
    pub(crate) fn toc(&self) -> Option<String> {
        let image = self.image?;
        let mut text = "CD_DA\n".to_owned();
        if let Some(upc) = self.upc {
            text.push_str(&format!("CATALOG \"{}\"\n", ean(upc)));
        }
        text.push_str("CD_TEXT {\n  LANGUAGE_MAP { 0 : EN }\n  LANGUAGE 0 {\n");
        text.push_str(&format!("    TITLE {}\n", escaped(self.title.unwrap_or_default())));
        text.push_str(&format!("    PERFORMER {}\n  }}\n}}\n", escaped(self.artist.unwrap_or_default())));
        for (index, track) in self.tracks.iter().enumerate() {
            // A pregap lies before the track's first index, and belongs to the track in this format.
            let gap = self.gap(index);
            let start = self.cd_frame(track.start_frames) - gap;
            let next_gap = if index + 1 < self.tracks.len() { self.gap(index + 1) } else { 0 };
            let end = self.cd_frame(track.end_frames) - next_gap;
            text.push_str("\nTRACK AUDIO\nNO COPY\n");
            if let Some(isrc) = track.isrc {
                text.push_str(&format!("ISRC \"{isrc}\"\n"));
            }
            text.push_str(&format!("CD_TEXT {{\n  LANGUAGE 0 {{\n    TITLE {}\n", escaped(track.title)));
            text.push_str(&format!("    PERFORMER {}\n  }}\n}}\n", escaped(track.artist.unwrap_or_default())));
            text.push_str(&format!("FILE {} {} {}\n", escaped(image), msf(start), msf(end - start)));
            if gap > 0 {
                text.push_str(&format!("START {}\n", msf(gap)));
            }
        }
        Some(text)
    }

    /// Returns the frames of the disc before a track that are silent.
    fn gap(&self, index: usize) -> u64 {
        let track = &self.tracks[index];
        let begin = track.start_frames.saturating_sub(track.gap_frames);
        let start = self.cd_frame(track.start_frames);
        // The line at or after the end of the audio before.
        start.saturating_sub(self.cd_frame(begin + (self.sample_rate_hz / 75.0).ceil() as u64 - 1))
    }

    fn cd_frame(&self, frame: u64) -> u64 {
        cd_frame(frame, self.sample_rate_hz)
    }
}

/// Returns the 13 digits of a UPC or EAN.
fn ean(upc: &str) -> String {
    format!("{upc:0>13}")
}

/// Returns text on one line.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// Quotes text for a cue sheet, which has no way to write a quotation mark.
fn quoted(text: &str) -> String {
    format!("\"{}\"", plain(text).replace('"', "'"))
}

/// Quotes text for cdrdao: CD-Text is ISO 8859-1, whose upper half it takes as octal numbers.
fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_ascii() => c.to_string(),
        c if u32::from(c) <= 0xff => format!("\\{:03o}", u32::from(c)),
        _ => "?".to_owned(),
    };
    format!("\"{}\"", plain(text).chars().map(escape).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(image: Option<&'static str>) -> Sheet<'static> {
        let track = |title, start_frames, end_frames, gap_frames| SheetTrack {
            title,
            artist: None,
            isrc: Some("USRC17607839"),
            file: "01 a.wav",
            start_frames,
            end_frames,
            gap_frames,
        };
        Sheet {
            title: Some("A \"B\"\n"),
            artist: Some("C"),
            upc: Some("036000291452"),
            date: Some("2026"),
            genre: None,
            format: FileFormat::Wav,
            sample_rate_hz: 44_100.0,
            image,
            tracks: vec![track("one", 0, 588 * 1000, 0), track("two", 588 * 1000, 588 * 2000, 588 * 150)],
        }
    }

    #[test]
    fn an_image_has_pregaps_and_files_have_none() {
        let cue = sheet(Some("album.wav")).cue();
        for line in
            ["CATALOG 0036000291452", "TITLE \"A 'B'\"", "INDEX 00 00:11:25", "INDEX 01 00:13:25", "ISRC USRC17607839"]
        {
            assert!(cue.contains(&format!("{line}\r\n")), "{line}: {cue}");
        }
        assert_eq!(cue.matches("FILE").count(), 1);
        let cue = sheet(None).cue();
        assert!(
            !cue.contains("INDEX 00")
                && cue.matches("INDEX 01 00:00:00").count() == 2
                && cue.matches("FILE").count() == 2
        );
    }

    #[test]
    fn a_table_of_contents_covers_the_image_without_holes() {
        let toc = sheet(Some("album.wav")).toc().unwrap();
        assert!(toc.contains("FILE \"album.wav\" 00:00:00 00:11:25\n"), "{toc}");
        assert!(toc.contains("FILE \"album.wav\" 00:11:25 00:15:25\nSTART 00:02:00\n"), "{toc}");
        assert!(sheet(None).toc().is_none());
        assert_eq!(escaped("Caf\u{e9} \"\u{416}\""), "\"Caf\\351 \\\"?\\\"\"");
    }
}
