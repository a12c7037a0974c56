//! Albums: tracks measured as one, and mastered as one.
//!
//! Every track is rendered through its chain, without a limiter, into a temporary file. Gaps and crossfades put the tracks on one
//! timeline; a search finds the gain of each track; then the whole album passes one limiter and one dither as a single stream,
//! which is cut at the tracks' borders. The files are written from these cuts into a folder beside the album's place, read back,
//! measured, and put in place together: an album is complete or not there. `docs/album.md` says what users need of it.

mod level;
mod list;
mod made;
mod measure;
mod options;
mod sheet;
mod spec;
mod stream;
mod tags;
mod timeline;
mod track;
mod write;

use std::path::{Path, PathBuf};
use std::rc::Rc;

use balanced_assistant::{album_coherence, coherence_steps};
use balanced_dsp::StreamFormat;
use balanced_io::{NewFolder, SampleFormat};
use balanced_model::{AlbumDeviation, AlbumResult, Coherence, Measurements};

pub use list::read_album;
pub use measure::{album_of, analyze_album};
pub use options::AlbumOptions;
pub use spec::{AlbumSpec, AlbumTrackSpec};
pub(crate) use track::file_name;

use crate::Error;
use crate::contain::contain;
use crate::progress::Monitor;
use crate::scratch::Scratch;
use made::{Made, release};
use options::Wanted;
use sheet::{CD_LEAST_TRACK_S, CD_MOST_S, CD_MOST_TRACKS};
use timeline::Slot;
use track::{Measured, Opened, Ready};

/// Sample rate of a compact disc.
const CD_RATE_HZ: f64 = 44_100.0;

/// Integrated loudness and true peak, for tags.
pub(crate) struct Loud {
    pub(crate) integrated_lufs: Option<f64>,
    pub(crate) true_peak_dbtp: Option<f64>,
}

/// Masters the tracks of `spec` as one album into the new folder `output`.
///
/// The folder holds the tracks (or one file with [`AlbumOptions::single`]), a cue sheet, and `album.json`, the result. It appears when
/// it is complete; a folder that holds anything is not overwritten. All tracks have one gain, so that their distances in
/// loudness stay within 0.1 LU of the sources', unless [`AlbumMode::PerTrack`](crate::AlbumMode::PerTrack) is asked for; one limiter keeps the ceiling. If the
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
    let wanted = options::wanted(spec, options)?;
    NewFolder::check(output).map_err(|error| Error::writing(&error))?;
    let mut options = options.clone();
    if options.cd {
        options.encode.sample_format = SampleFormat::I16;
        options.sample_rate_hz = Some(CD_RATE_HZ);
    }
    contain(None, || run(spec, output, &wanted, &options))
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
    let staging = NewFolder::create(output).map_err(|error| Error::writing(&error))?;
    let made = Made { spec, wanted, options, tracks: &tracks, slots: &slots, levelled: &levelled, format: &format };
    let proof = made.write(&staging, &first, &monitor)?;
    for track in &tracks {
        track.track.opened.origin.check_unchanged()?;
    }
    let result = made.result(output, before, deviations, proof, notes);
    made.accompany(&staging, &result)?;
    staging.publish().map_err(|error| Error::writing(&error))?;
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
