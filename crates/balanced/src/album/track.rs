//! One track of an album up to the album's limiter: opened, measured, and rendered through its chain.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use balanced_dsp::{ChannelLayout, StreamFormat};
use balanced_mastering::{ChainSpec, Step};
use balanced_model::{Analysis, AnalysisConfig, Metadata, Target};

use super::measure::FAMILIES;
use super::spec::AlbumTrackSpec;
use super::{AlbumOptions, Loud};
use crate::analyze::cores;
use crate::master::aim::Aim;
use crate::master::plan::{self, Plan};
use crate::master::render::{self, Front};
use crate::master::{MasterOptions, refuse_a_chain_that_cannot_run};
use crate::origin::Origin;
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::{AnalyzeOptions, AudioSource, Edit, Error, Stage};

/// A track whose file is open.
pub(super) struct Opened<'a> {
    pub(super) file: PathBuf,
    pub(super) spec: &'a AlbumTrackSpec,
    pub(super) origin: Origin<'a>,
    pub(super) format: StreamFormat,
    chain: Option<ChainSpec>,
}

/// A track that was measured.
pub(super) struct Measured<'a> {
    pub(super) opened: Opened<'a>,
    pub(super) layout: Option<ChannelLayout>,
    pub(super) before: Analysis,
    pub(super) metadata: Metadata,
}

/// A track before the album's limiter.
pub(super) struct Ready<'a> {
    pub(super) track: Measured<'a>,
    pub(super) front: Front,
    pub(super) plan: Plan,
    /// Loudness that the track's place among the others is told by: of the source, before any chain.
    pub(super) own_lufs: Option<f64>,
    pub(super) notes: Vec<String>,
}

impl<'a> Opened<'a> {
    pub(super) fn open(
        spec: &'a AlbumTrackSpec,
        options: &AlbumOptions<'_>,
        scratch: &Scratch,
        monitor: &Monitor<'_>,
    ) -> Result<Self, Error> {
        let chain = spec.chain.as_ref().map(crate::read_chain).transpose()?;
        let origin = Origin::open(AudioSource::Path(&spec.file), &options.limits, scratch, monitor)?;
        let format = origin.input(None, &options.limits)?.format.clone();
        Ok(Self { file: spec.file.clone(), spec, origin, format, chain })
    }

    /// Measures the track; `layout` replaces the declared one.
    pub(super) fn measure(
        self,
        layout: Option<ChannelLayout>,
        options: &AlbumOptions<'_>,
        monitor: &Monitor<'_>,
    ) -> Result<Measured<'a>, Error> {
        let config = AnalysisConfig { families: FAMILIES.to_vec(), ..AnalysisConfig::default() };
        let measure = AnalyzeOptions {
            config,
            layout: layout.clone(),
            accept_damaged: options.accept_damaged,
            progress: options.progress,
            cancel: options.cancel,
            limits: options.limits,
            temp: options.temp.clone(),
        };
        let before = crate::analyze::measure(&self.origin, &measure, monitor, Stage::Analyze, cores())?;
        if before.source.frames == 0 {
            return Err(Error::nothing_to_master(&self.file));
        }
        let metadata = self.origin.metadata(before.source.sample_rate_hz, &options.limits).metadata;
        Ok(Measured { opened: self, layout, before, metadata })
    }
}

impl<'a> Measured<'a> {
    /// Renders the track through `moves` and its chain, at the album's sample rate.
    pub(super) fn render(
        self,
        moves: Vec<Step>,
        sample_rate_hz: f64,
        target: &Target,
        options: &AlbumOptions<'_>,
        scratch: &Rc<Scratch>,
        monitor: &Monitor<'_>,
    ) -> Result<Ready<'a>, Error> {
        let mut chain = self.opened.chain.clone().unwrap_or_default();
        let is_treated = !chain.steps.is_empty() || !moves.is_empty();
        chain.steps.splice(0..0, moves);
        let spec = self.opened.spec;
        let edit = Edit { fade_in_s: spec.fade_in_s, fade_out_s: spec.fade_out_s, ..Edit::default() };
        let master = MasterOptions {
            target: Some(target.clone()),
            chain: Some(chain),
            edit,
            encode: options.encode,
            sample_rate_hz: Some(sample_rate_hz),
            layout: self.layout.clone(),
            plugin_host: options.plugin_host.clone(),
            limits: options.limits,
            ..MasterOptions::default()
        };
        let origin = &self.opened.origin;
        let input = || origin.input(self.layout.as_ref(), &options.limits);
        let of_track = |error: Error| of_track(error, &self.opened.file);
        let plugins = refuse_a_chain_that_cannot_run(&input()?, &master).map_err(of_track)?;
        let plan = plan::make(&self.before, &Aim::new(None, &master), &master).map_err(of_track)?;
        let frames = self.before.source.frames;
        let front = render::front(input()?, 0..frames, frames, &plan, scratch, &master, monitor)?;
        origin.check_unchanged()?;
        let notes = notes(&self, &plan, plugins);
        let before = self.before.measurements.loudness.as_ref().and_then(|loudness| loudness.integrated_lufs);
        let own_lufs = if is_treated { before } else { front.levels.integrated_lufs() };
        Ok(Ready { track: self, front, plan, own_lufs, notes })
    }

    /// Returns the title: that of the album file, of the file's metadata, or its name.
    pub(super) fn title(&self) -> String {
        let tagged = self.metadata.title.clone().filter(|title| !title.trim().is_empty());
        let name = || self.opened.file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        self.opened.spec.title.clone().or(tagged).unwrap_or_else(name)
    }
}

fn notes(track: &Measured<'_>, plan: &Plan, plugins: Option<String>) -> Vec<String> {
    let mut notes = track.before.source.notes.clone();
    let has_chain = track.opened.chain.is_some();
    // What a single master says of its limiter is not so here: the album has one for all tracks.
    let of_limiter = |note: &&String| note.contains("a limiter was added");
    notes.extend(plan.notes.iter().filter(|note| !of_limiter(note)).cloned());
    if has_chain && !plan.notes.iter().any(|note| of_limiter(&note)) {
        notes.push("the limiter that ends the track's chain is replaced by the album's".to_owned());
    }
    notes.extend(plugins);
    notes
}

impl Ready<'_> {
    /// Returns the name of the source, for messages.
    pub(super) fn name(&self) -> String {
        self.track.opened.file.display().to_string()
    }

    /// Returns the loudness in front of the album's limiter.
    pub(super) fn front_lufs(&self) -> Option<f64> {
        self.front.levels.integrated_lufs()
    }
}

/// Returns one error for all tracks that failed: the first, with the names of the others.
pub(super) fn one_error(mut errors: Vec<(PathBuf, Error)>) -> Error {
    let (_, first) = errors.remove(0);
    if errors.is_empty() || first.kind() == crate::ErrorKind::Cancelled {
        return first;
    }
    let others: Vec<String> =
        errors.iter().map(|(file, error)| format!("{} ({})", file.display(), error.problem())).collect();
    let count = others.len();
    let tracks = if count == 1 { "another track" } else { "other tracks" };
    first.with_remark(&format!("; {count} {tracks} as well: {}", others.join(", ")))
}

/// Returns the layout of the album, and for every track the one that replaces its own.
pub(super) fn layouts(tracks: &[Opened<'_>], cd: bool) -> Result<(ChannelLayout, Vec<Option<ChannelLayout>>), Error> {
    // One channel is one, whatever its file calls it.
    let is_mono = |layout: &ChannelLayout| layout.channels() == 1;
    let wide = tracks.iter().find(|track| !is_mono(&track.format.layout));
    let album = match wide {
        None if !cd => return Ok((ChannelLayout::mono(), vec![None; tracks.len()])),
        None => ChannelLayout::stereo(),
        Some(track) => track.format.layout.clone(),
    };
    let mut replaced = Vec::new();
    for track in tracks {
        let own = &track.format.layout;
        let is_mono_of_stereo = is_mono(own) && album == ChannelLayout::stereo();
        if *own != album && !is_mono_of_stereo {
            let problem = format!("has the layout {}, and other tracks of the album have {}", own.name(), album.name());
            return Err(Error::input(
                &track.file,
                problem,
                "bring all tracks to one layout; mono among stereo is fine",
            ));
        }
        // Two loudspeakers play it, so that it counts as such among the others.
        replaced.push(is_mono_of_stereo.then(ChannelLayout::dual_mono));
    }
    if cd && album != ChannelLayout::stereo() {
        let problem = format!("has the layout {}, and a compact disc is stereo", album.name());
        return Err(Error::input(&tracks[0].file, problem, "mix it down to stereo, or leave --cd out"));
    }
    Ok((album, replaced))
}

impl Loud {
    pub(super) fn of(path_levels: &crate::master::level::Levels, true_peak_dbtp: Option<f64>) -> Self {
        Self { integrated_lufs: path_levels.integrated_lufs(), true_peak_dbtp }
    }
}

/// Returns a file name for a track: its number and title, without what file systems refuse.
pub(crate) fn file_name(number: usize, title: &str, extension: &str) -> String {
    /// Bytes of a title in a name; file systems allow 255 for the whole.
    const MOST_BYTES: usize = 180;
    let refused =
        |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{fffd}');
    let clean: String = title.chars().map(|c| if refused(c) { '_' } else { c }).collect();
    let mut end = clean.len().min(MOST_BYTES);
    while !clean.is_char_boundary(end) {
        end -= 1;
    }
    let clean = clean[..end].trim().trim_end_matches('.').trim_end();
    if clean.is_empty() { format!("{number:02}.{extension}") } else { format!("{number:02} {clean}.{extension}") }
}

/// Names the track that an error is about, if it names no file.
pub(super) fn of_track(error: Error, file: &Path) -> Error {
    if error.path().is_some() { error } else { error.in_file(file) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_ones_that_every_system_takes() {
        assert_eq!(file_name(3, "AC/DC: \"Live\"?", "wav"), "03 AC_DC_ _Live__.wav");
        assert_eq!(file_name(12, " .. ", "flac"), "12.flac");
        assert_eq!(file_name(1, "Song...", "wav"), "01 Song.wav");
        let long = file_name(1, &"ü".repeat(300), "wav");
        assert!(long.len() < 255 && long.ends_with("ü.wav"));
    }
}
