//! The files of an album whose audio is finished: tracks or image with their metadata, sheets, and the result.

use std::path::Path;

use balanced_assistant::coherence_value_db;
use balanced_dsp::StreamFormat;
use balanced_io::{NewFolder, fit_metadata, normal_isrc};
use balanced_model::{
    AlbumDeviation, AlbumLoudness, AlbumResult, AlbumTrack, AnalysisConfig, Coherence, Family, Measurements, Metadata,
};

use super::level::Levelled;
use super::measure::{self, FAMILIES};
use super::options::Wanted;
use super::sheet::{Sheet, SheetTrack};
use super::timeline::Slot;
use super::track::{self, Ready};
use super::write::{self, Proof};
use super::{AlbumOptions, AlbumSpec, Loud, stream, tags};
use crate::master::metadata::{Carried, Timeline, Work};
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::{Error, MetadataEdit};

/// Name of the file that holds all tracks, without its extension, and of the sheets.
const ALBUM_NAME: &str = "album";

/// Returns the metadata that every track has of the album.
pub(super) fn release(spec: &AlbumSpec) -> MetadataEdit {
    MetadataEdit {
        album: spec.title.clone(),
        album_artists: spec.artist.iter().cloned().collect(),
        date: spec.date.clone(),
        genres: spec.genre.iter().cloned().collect(),
        upc: spec.upc.clone(),
        cover: spec.cover.clone(),
        ..MetadataEdit::default()
    }
}

/// An album whose audio is finished.
pub(super) struct Made<'a, 't> {
    pub(super) spec: &'a AlbumSpec,
    pub(super) wanted: &'a Wanted,
    pub(super) options: &'a AlbumOptions<'a>,
    pub(super) tracks: &'a [Ready<'t>],
    pub(super) slots: &'a [Slot],
    pub(super) levelled: &'a Levelled,
    pub(super) format: &'a StreamFormat,
}

/// The audio files of an album: each track's name, and what was measured on it.
pub(super) struct Files {
    names: Vec<String>,
    hashes: Vec<String>,
    measured: Vec<Measurements>,
    notes: Vec<String>,
}

impl Made<'_, '_> {
    fn extension(&self) -> &'static str {
        self.options.encode.format.extension()
    }

    /// Returns the loudness of the finished album as a whole, for its tags.
    fn loud(&self) -> Loud {
        let cuts = &self.levelled.cuts;
        let levels = crate::master::level::Levels::together(cuts.iter().map(|cut| (&cut.levels, 0.0)));
        Loud::of(&levels, cuts.iter().filter_map(|cut| cut.true_peak_dbtp).reduce(f64::max))
    }

    pub(super) fn write(&self, staging: &NewFolder, scratch: &Scratch, monitor: &Monitor<'_>) -> Result<Files, Error> {
        let is_compared = self.wanted.coherence != Coherence::Report;
        let families = if is_compared { FAMILIES.to_vec() } else { vec![Family::Loudness] };
        let config = AnalysisConfig { families, ..AnalysisConfig::default() };
        let mut files = Files { names: Vec::new(), hashes: Vec::new(), measured: Vec::new(), notes: Vec::new() };
        let mut keep = |name: String, tracks: usize, proof: Proof| {
            files.names.extend(std::iter::repeat_n(name, tracks));
            files.hashes.extend(std::iter::repeat_n(proof.sha256, tracks));
            files.measured.extend(proof.tracks);
            files.notes.extend(proof.notes);
        };
        let write = |name: &str, cuts: &[&stream::Cut], carried: &Carried| {
            write::write(&staging.path().join(name), cuts, carried, &config, self.options, scratch, monitor)
        };
        let cuts: Vec<&stream::Cut> = self.levelled.cuts.iter().collect();
        if self.options.single {
            let name = format!("{ALBUM_NAME}.{}", self.extension());
            let proof = write(&name, &cuts, &self.image_metadata()?)?;
            keep(name, cuts.len(), proof);
        } else {
            for (index, cut) in cuts.iter().enumerate() {
                let name = track::file_name(index + 1, &self.tracks[index].track.title(), self.extension());
                let proof = write(&name, &[cut], &self.track_metadata(index)?)?;
                keep(name, 1, proof);
            }
        }
        Ok(files)
    }

    /// Returns the metadata of a track's file: that of its source, of the album, and the values for players.
    fn track_metadata(&self, index: usize) -> Result<Carried, Error> {
        let Ready { track, front, .. } = &self.tracks[index];
        let spec = track.opened.spec;
        let artist = spec.artist.clone().or_else(|| self.spec.artist.clone());
        let edit = MetadataEdit {
            title: Some(track.title()).filter(|title| !title.trim().is_empty()),
            artists: artist.into_iter().collect(),
            track_number: Some(index as u32 + 1),
            track_total: Some(self.tracks.len() as u32),
            isrc: spec.isrc.clone(),
            ..release(self.spec)
        };
        let edit = edit.checked()?;
        let timeline = Timeline {
            kept: 0..track.before.source.frames,
            mix_frames: track.before.source.frames,
            mix_rate_hz: track.before.source.sample_rate_hz,
            master_rate_hz: self.format.sample_rate_hz,
        };
        debug_assert!(front.cache.frames > 0, "an empty track is refused");
        let carried = Carried::new(&track.metadata, &edit, &timeline, self.options.encode, self.format, Work::Mastered);
        Ok(self.finished(carried, Some(index)))
    }

    /// Returns the metadata of the file that holds all tracks.
    fn image_metadata(&self) -> Result<Carried, Error> {
        let edit = MetadataEdit {
            strip: true,
            title: self.spec.title.clone(),
            artists: self.spec.artist.iter().cloned().collect(),
            ..release(self.spec)
        };
        let rate_hz = self.format.sample_rate_hz;
        let frames = self.slots.last().map_or(0, |slot| slot.end);
        let timeline = Timeline { kept: 0..frames, mix_frames: frames, mix_rate_hz: rate_hz, master_rate_hz: rate_hz };
        let carried = Carried::new(
            &Metadata::default(),
            &edit.checked()?,
            &timeline,
            self.options.encode,
            self.format,
            Work::Mastered,
        );
        Ok(self.finished(carried, None))
    }

    fn finished(&self, mut carried: Carried, index: Option<usize>) -> Carried {
        if let Some(index) = index {
            write::moved(&mut carried.metadata, &self.slots[index]);
        }
        let format = self.options.encode.format;
        if self.options.gain_tags {
            let track = index.map(|index| {
                let cut = &self.levelled.cuts[index];
                Loud::of(&cut.levels, cut.true_peak_dbtp).tags(true)
            });
            tags::put(&mut carried.metadata, track.as_ref(), &self.loud().tags(false), format);
        }
        carried.metadata = fit_metadata(&carried.metadata, format, self.format.sample_rate_hz).0;
        carried
    }

    pub(super) fn result(
        &self,
        output: &Path,
        before: AlbumLoudness,
        deviations: Vec<Vec<AlbumDeviation>>,
        files: Files,
        mut notes: Vec<String>,
    ) -> AlbumResult {
        let rate_hz = self.format.sample_rate_hz;
        let seconds = |frames: u64| frames as f64 / rate_hz;
        let lengths = self.slots.iter().map(|slot| seconds(slot.end - slot.start));
        let after = measure::levels_of(files.measured.iter().map(|track| track.loudness.as_ref()).zip(lengths));
        let mut reason = self.levelled.reason.clone();
        if let Some(over) = after.true_peak_dbtp.filter(|peak| *peak > self.wanted.target.ceiling_dbtp + 1e-6) {
            reason.get_or_insert(format!("the written files reach {over:.2} dBTP, over the ceiling"));
        }
        notes.extend(files.notes.iter().cloned());
        let tracks = deviations.into_iter().enumerate();
        let tracks = tracks.map(|(index, deviations)| self.track(index, deviations, &files)).collect();
        AlbumResult {
            output: output.display().to_string(),
            title: self.spec.title.clone(),
            artist: self.spec.artist.clone(),
            upc: self.spec.upc.clone(),
            mode: self.wanted.mode,
            target: self.wanted.target.clone(),
            feasible: reason.is_none(),
            reason,
            gain_db: self.levelled.common_db,
            sample_rate_hz: rate_hz,
            bits: self.options.encode.sample_format.bits(),
            before,
            tags: Loud { integrated_lufs: after.integrated_lufs, true_peak_dbtp: after.true_peak_dbtp }.tags(false),
            after,
            tracks,
            files: self.file_names(&files),
            notes,
        }
    }

    fn file_names(&self, files: &Files) -> Vec<String> {
        let mut names = files.names.clone();
        names.dedup();
        names.push(format!("{ALBUM_NAME}.cue"));
        if self.has_toc() {
            names.push(format!("{ALBUM_NAME}.toc"));
        }
        names.push(format!("{ALBUM_NAME}.json"));
        names
    }

    fn track(&self, index: usize, mut deviations: Vec<AlbumDeviation>, files: &Files) -> AlbumTrack {
        let (ready, slot) = (&self.tracks[index], &self.slots[index]);
        let (track, measured) = (&ready.track, &files.measured[index]);
        for deviation in deviations.iter_mut().filter(|deviation| deviation.move_db.is_some()) {
            deviation.after_db = coherence_value_db(&deviation.measure, measured);
        }
        let duration_s = (slot.end - slot.start) as f64 / self.format.sample_rate_hz;
        let after = measure::levels(measured, duration_s);
        let spec = track.opened.spec;
        let isrc = spec.isrc.as_deref().and_then(normal_isrc).or_else(|| track.metadata.isrc.clone());
        let tagged = || track.metadata.artists.first().cloned();
        AlbumTrack {
            number: index + 1,
            title: track.title(),
            artist: spec.artist.clone().or_else(|| self.spec.artist.clone()).or_else(tagged),
            isrc,
            input: ready.name(),
            output: files.names[index].clone(),
            sha256: Some(files.hashes[index].clone()),
            start_frames: slot.start,
            length_frames: slot.end - slot.start,
            gap_frames: slot.gap_frames,
            crossfade_frames: slot.crossfade_frames,
            gain_db: self.levelled.gains[index].0,
            makeup_db: self.levelled.gains[index].1,
            before: measure::levels(&track.before.measurements, track.before.source.duration_s),
            wanted_lufs: self.levelled.wanted_lufs[index],
            tags: Loud { integrated_lufs: after.integrated_lufs, true_peak_dbtp: after.true_peak_dbtp }.tags(true),
            after,
            deviations,
            notes: ready.notes.clone(),
        }
    }

    /// A disc is burnt from one file.
    fn has_toc(&self) -> bool {
        self.options.cd && self.options.single
    }

    /// Writes the sheets and the result beside the audio.
    pub(super) fn accompany(&self, staging: &NewFolder, result: &AlbumResult) -> Result<(), Error> {
        let image = self.options.single.then(|| result.tracks[0].output.as_str());
        let tracks = result.tracks.iter().map(|track| SheetTrack {
            title: &track.title,
            artist: track.artist.as_deref(),
            isrc: track.isrc.as_deref().filter(|isrc| normal_isrc(isrc).is_some()),
            file: &track.output,
            start_frames: track.start_frames,
            end_frames: track.start_frames + track.length_frames,
            gap_frames: track.gap_frames,
        });
        let sheet = Sheet {
            title: self.spec.title.as_deref(),
            artist: self.spec.artist.as_deref(),
            upc: self.spec.upc.as_deref(),
            date: self.spec.date.as_deref(),
            genre: self.spec.genre.as_deref(),
            format: self.options.encode.format,
            sample_rate_hz: self.format.sample_rate_hz,
            image,
            tracks: tracks.collect(),
        };
        let put = |suffix: &str, text: &str| {
            crate::write_file(staging.path().join(format!("{ALBUM_NAME}.{suffix}")), text.as_bytes())
        };
        put("cue", &sheet.cue())?;
        if let Some(toc) = sheet.toc().filter(|_| self.has_toc()) {
            put("toc", &toc)?;
        }
        put("json", &serde_json::to_string_pretty(result).expect("a result is plain data"))
    }
}
