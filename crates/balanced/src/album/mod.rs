//! Albums: tracks measured as one, and mastered as one.
//!
//! Every track is rendered through its chain, without a limiter, into a temporary file. Gaps and crossfades put the tracks on one
//! timeline; a search finds the gain of each track; then the whole album passes one limiter and one dither as a single stream,
//! which is cut at the tracks' borders. The files are written from these cuts into a folder beside the album's place, read back,
//! measured, and put in place together: an album is complete or not there. `docs/album.md` says what users need of it.

mod level;
mod list;
mod measure;
mod sheet;
mod spec;
mod stage;
mod stream;
mod tags;
mod timeline;
mod track;
mod write;

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::AtomicBool;

use balanced_assistant::{album_coherence, coherence_steps, coherence_value_db};
use balanced_dsp::StreamFormat;
use balanced_io::{EncodeSpec, SampleFormat, fit_metadata, normal_isrc};
use balanced_model::{
    AlbumDeviation, AlbumLoudness, AlbumMode, AlbumResult, AlbumTrack, AnalysisConfig, Coherence, Family, Measurements,
    Metadata, Target,
};

pub use list::read_album;
pub use measure::{album_of, analyze_album};
pub use spec::{AlbumSpec, AlbumTrackSpec};
pub(crate) use stage::remove_partial;

use crate::contain::contain;
use crate::master::metadata::{Carried, Timeline};
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::{Error, Limits, MetadataEdit, PluginHost, Progress};
use level::Levelled;
use measure::FAMILIES;
use sheet::{CD_LEAST_TRACK_S, CD_MOST_S, CD_MOST_TRACKS, Sheet, SheetTrack};
use stage::Staging;
use timeline::Slot;
use track::{Measured, Opened, Ready};
use write::Proof;

/// Sample rate of a compact disc.
const CD_RATE_HZ: f64 = 44_100.0;
/// Name of the file that holds all tracks, without its extension, and of the sheets.
const ALBUM_NAME: &str = "album";

/// Options of [`album`].
#[derive(Clone)]
pub struct AlbumOptions<'a> {
    /// Loudness and ceiling, instead of those of the album file and of the default target.
    pub target: Option<Target>,
    /// Loudness that the target counts for, instead of the album file's.
    pub loudness: Option<AlbumMode>,
    /// Comparison of the tracks, instead of the album file's.
    pub coherence: Option<Coherence>,
    /// Number of the anchor track, counted from 1, instead of the album file's.
    pub anchor: Option<usize>,
    /// File format and sample format.
    pub encode: EncodeSpec,
    /// Sample rate in Hz; that of the tracks if `None`, the highest where they differ.
    pub sample_rate_hz: Option<f64>,
    /// Whether all tracks are written into one file, with a cue sheet that tells them apart; else each into its own.
    pub single: bool,
    /// Whether the album goes on a compact disc: 44.1 kHz, 16 bits, stereo, borders on 1/75 s, at most 99 tracks of at least
    /// 4 s and 79.8 minutes. `encode` keeps its file format, and the rate is set.
    pub cd: bool,
    /// Whether the files carry the values for players (ReplayGain 2.0, Sound Check).
    pub gain_tags: bool,
    /// Whether a track that gives under half of what its headers or its bytes promise is taken all the same, with a note.
    pub accept_damaged: bool,
    /// Program that hosts the CLAP effects of the tracks' chains, and which it may load.
    pub plugin_host: Option<PluginHost>,
    /// Callback that is told the progress.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Flag that stops the call when set; no output is left behind then.
    pub cancel: Option<&'a AtomicBool>,
    /// What each track may be, and what the call may use.
    pub limits: Limits,
    /// Folder for temporary files, which have no name there; that around the album's folder if `None`. They take at most 16
    /// bytes per sample of the album.
    pub temp: Option<PathBuf>,
}

impl Default for AlbumOptions<'_> {
    fn default() -> Self {
        Self {
            target: None,
            loudness: None,
            coherence: None,
            anchor: None,
            encode: EncodeSpec::default(),
            sample_rate_hz: None,
            single: false,
            cd: false,
            gain_tags: true,
            accept_damaged: false,
            plugin_host: None,
            progress: None,
            cancel: None,
            limits: Limits::default(),
            temp: None,
        }
    }
}

/// Integrated loudness and true peak, for tags.
pub(crate) struct Loud {
    pub(crate) integrated_lufs: Option<f64>,
    pub(crate) true_peak_dbtp: Option<f64>,
}

/// What the album file and the options say together.
struct Wanted {
    target: Target,
    mode: AlbumMode,
    coherence: Coherence,
    anchor: Option<usize>,
}

/// Masters the tracks of `spec` as one album into the new folder `output`.
///
/// The folder holds the tracks (or one file with [`AlbumOptions::single`]), a cue sheet, and `album.json`, the result. It appears when
/// it is complete; a folder that holds anything is not overwritten. All tracks have one gain, so that their distances in
/// loudness stay within 0.1 LU of the sources', unless [`AlbumMode::PerTrack`] is asked for; one limiter keeps the ceiling. If the
/// target takes more limiting than it allows, the whole album is lowered and [`AlbumResult::feasible`] is false, with the reason.
///
/// # Errors
/// Returns [`ErrorKind::Input`](crate::ErrorKind::Input) with the track that cannot be read (all of them, if there are several),
/// [`ErrorKind::Output`](crate::ErrorKind::Output), [`ErrorKind::Settings`](crate::ErrorKind::Settings),
/// [`ErrorKind::Plugin`](crate::ErrorKind::Plugin), [`ErrorKind::Limit`](crate::ErrorKind::Limit) or
/// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled); nothing is left behind.
pub fn album(spec: &AlbumSpec, output: impl AsRef<Path>, options: &AlbumOptions<'_>) -> Result<AlbumResult, Error> {
    let output = output.as_ref();
    spec.check()?;
    let wanted = wanted(spec, options)?;
    Staging::check(output)?;
    let mut options = options.clone();
    if options.cd {
        options.encode.sample_format = SampleFormat::I16;
        options.sample_rate_hz = Some(CD_RATE_HZ);
    }
    contain(None, || run(spec, output, &wanted, &options))
}

fn wanted(spec: &AlbumSpec, options: &AlbumOptions<'_>) -> Result<Wanted, Error> {
    let usual = Target::default();
    let of_file = || {
        if spec.target_lufs.is_none() && spec.ceiling_dbtp.is_none() {
            return Ok(usual.clone());
        }
        let lufs = spec.target_lufs.unwrap_or(usual.integrated_lufs);
        let ceiling_dbtp = spec.ceiling_dbtp.unwrap_or(usual.ceiling_dbtp);
        Target::custom(lufs, ceiling_dbtp).map_err(|problem| Error::settings(problem, "give a value in that range"))
    };
    let anchor = options.anchor.or(spec.anchor);
    if let Some(anchor) = anchor.filter(|anchor| !(1..=spec.tracks.len()).contains(anchor)) {
        let remedy = format!("give 1 to {}", spec.tracks.len());
        return Err(Error::settings(format!("there is no track {anchor} to be the anchor"), remedy));
    }
    let coherence = options.coherence.or(spec.coherence).unwrap_or_default();
    if coherence == Coherence::Anchor && anchor.is_none() {
        return Err(Error::settings(
            "no anchor track was named",
            "give its number (--anchor N, or anchor in the album file)",
        ));
    }
    let target = options.target.clone().map_or_else(of_file, Ok)?;
    Ok(Wanted { target, mode: options.loudness.or(spec.loudness).unwrap_or_default(), coherence, anchor })
}

fn run(spec: &AlbumSpec, output: &Path, wanted: &Wanted, options: &AlbumOptions<'_>) -> Result<AlbumResult, Error> {
    let monitor = Monitor::new(options.progress, options.cancel).within(&options.limits, None);
    let around = output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = options.temp.clone().unwrap_or_else(|| around.to_owned());
    let scratch = || Rc::new(Scratch::new(Some(&folder), output, &options.limits));
    let (first, mut notes) = (scratch(), Vec::new());
    // Mistakes are told before the work.
    release(spec).checked().map(drop)?;
    let opened = all(&spec.tracks, |track| {
        let opened = Opened::open(track, options, &first, &monitor);
        opened.map_err(|error| (track.file.clone(), track::of_track(error, &track.file)))
    })?;
    let (layout, replaced) = track::layouts(&opened, options.cd)?;
    let format = StreamFormat { sample_rate_hz: rate(&opened, options, &mut notes), layout };
    let measured = all(opened.into_iter().zip(replaced), |(track, layout)| {
        let file = track.file.clone();
        track.measure(layout, options, &monitor).map_err(|error| (file, error))
    })?;
    check_room(&first, &measured, &format, around, options)?;
    let deviations = compare(&measured, wanted);
    let before = measure::album_levels(&measured.iter().map(|track| track.before.clone()).collect::<Vec<_>>());
    let mut tracks = Vec::with_capacity(measured.len());
    for (track, deviations) in measured.into_iter().zip(&deviations) {
        let moves = if wanted.coherence == Coherence::Report { Vec::new() } else { coherence_steps(deviations) };
        tracks.push(track.render(moves, format.sample_rate_hz, &wanted.target, options, &first, &monitor)?);
    }
    let slots = place(spec, &tracks, format.sample_rate_hz, options)?;
    let level = (wanted.mode, &wanted.target);
    let levelled = level::find(&mut tracks, &slots, &format, level, &scratch, &monitor)?;
    let staging = Staging::create(output)?;
    let made = Made { spec, wanted, options, tracks: &tracks, slots: &slots, levelled: &levelled, format: &format };
    let proof = made.write(&staging, &first, &monitor)?;
    for track in &tracks {
        track.track.opened.origin.check_unchanged()?;
    }
    let result = made.result(output, before, deviations, proof, notes);
    made.accompany(&staging, &result)?;
    staging.publish()?;
    Ok(result)
}

/// Does `work` for every item, and fails with all that failed.
fn all<I, T>(
    items: impl IntoIterator<Item = I>,
    mut work: impl FnMut(I) -> Result<T, (PathBuf, Error)>,
) -> Result<Vec<T>, Error> {
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for item in items {
        match work(item) {
            Ok(item) => done.push(item),
            Err((_, error)) if error.kind() == crate::ErrorKind::Cancelled => return Err(error),
            Err(failure) => failed.push(failure),
        }
    }
    if failed.is_empty() { Ok(done) } else { Err(track::one_error(failed)) }
}

/// Returns the metadata that every track has of the album.
fn release(spec: &AlbumSpec) -> MetadataEdit {
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

/// Returns the sample rate of the album, and tells where tracks are brought to it.
fn rate(tracks: &[Opened<'_>], options: &AlbumOptions<'_>, notes: &mut Vec<String>) -> f64 {
    let own = tracks.iter().map(|track| track.format.sample_rate_hz);
    let rate_hz = options.sample_rate_hz.unwrap_or_else(|| own.clone().fold(0.0, f64::max));
    let changed = own.filter(|own| *own != rate_hz).count();
    if changed > 0 {
        notes.push(format!("{changed} of {} tracks were brought to {rate_hz} Hz", tracks.len()));
    }
    rate_hz
}

/// Checks that temporary files and album will find room, before the long work begins.
fn check_room(
    scratch: &Scratch,
    tracks: &[Measured<'_>],
    format: &StreamFormat,
    around: &Path,
    options: &AlbumOptions<'_>,
) -> Result<(), Error> {
    let duration_s: f64 = tracks.iter().map(|track| track.before.source.duration_s).sum();
    let samples = (duration_s * format.sample_rate_hz) as u64 * format.channels() as u64;
    // The tracks before the limiter, and one render of the album.
    scratch.check_room(16 * samples, around, samples * u64::from(options.encode.sample_format.bits() / 8))
}

fn compare(tracks: &[Measured<'_>], wanted: &Wanted) -> Vec<Vec<AlbumDeviation>> {
    let measured: Vec<&Measurements> = tracks.iter().map(|track| &track.before.measurements).collect();
    let anchor = wanted.anchor.filter(|_| wanted.coherence != Coherence::Median).map(|number| number - 1);
    let mut found = album_coherence(&measured, anchor);
    if wanted.coherence == Coherence::Report {
        for deviation in found.iter_mut().flatten().filter(|deviation| deviation.move_db.is_some()) {
            deviation.move_db = None;
            let told = deviation.reason.split("; moved by").next().unwrap_or_default();
            deviation.reason = format!("{told}; nothing was asked to be changed");
        }
    }
    found
}

fn place(
    spec: &AlbumSpec,
    tracks: &[Ready<'_>],
    sample_rate_hz: f64,
    options: &AlbumOptions<'_>,
) -> Result<Vec<Slot>, Error> {
    let names: Vec<String> = tracks.iter().map(Ready::name).collect();
    let parts = (0..tracks.len()).map(|index| timeline::Part {
        name: &names[index],
        frames: tracks[index].front.cache.frames,
        gap_s: spec.gap_s(index),
        crossfade_s: spec.crossfade_s(index),
    });
    let parts: Vec<_> = parts.collect();
    let slots = timeline::place(&parts, sample_rate_hz, options.single || options.cd)?;
    if options.cd {
        check_disc(&slots, tracks)?;
    }
    Ok(slots)
}

/// Refuses what a compact disc cannot hold.
fn check_disc(slots: &[Slot], tracks: &[Ready<'_>]) -> Result<(), Error> {
    if slots.len() > CD_MOST_TRACKS {
        let problem = format!("the album has {} tracks, and a compact disc {CD_MOST_TRACKS} at most", slots.len());
        return Err(Error::settings(problem, "divide it between discs, or leave --cd out"));
    }
    let total_s = slots.last().map_or(0.0, |slot| slot.end as f64 / CD_RATE_HZ);
    if total_s > CD_MOST_S {
        let problem = format!(
            "the album takes {:.1} minutes, and a compact disc {:.1} at most",
            total_s / 60.0,
            CD_MOST_S / 60.0
        );
        return Err(Error::settings(problem, "divide it between discs, or leave --cd out"));
    }
    for (slot, track) in slots.iter().zip(tracks) {
        let length_s = (slot.end - slot.start) as f64 / CD_RATE_HZ;
        if length_s < CD_LEAST_TRACK_S {
            let problem =
                format!("is a track of {length_s:.2} s, and a compact disc wants {CD_LEAST_TRACK_S:.0} s at least");
            return Err(Error::input(
                &track.track.opened.file,
                problem,
                "join it with another track, or leave --cd out",
            ));
        }
    }
    Ok(())
}

/// An album whose audio is finished.
struct Made<'a, 't> {
    spec: &'a AlbumSpec,
    wanted: &'a Wanted,
    options: &'a AlbumOptions<'a>,
    tracks: &'a [Ready<'t>],
    slots: &'a [Slot],
    levelled: &'a Levelled,
    format: &'a StreamFormat,
}

/// The audio files of an album: each track's name, and what was measured on it.
struct Files {
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

    fn write(&self, staging: &Staging, scratch: &Scratch, monitor: &Monitor<'_>) -> Result<Files, Error> {
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
        let carried = Carried::new(&track.metadata, &edit, &timeline, self.options.encode, self.format);
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
        let carried = Carried::new(&Metadata::default(), &edit.checked()?, &timeline, self.options.encode, self.format);
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

    fn result(
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
    fn accompany(&self, staging: &Staging, result: &AlbumResult) -> Result<(), Error> {
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
