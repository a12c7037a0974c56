//! What an album is made with: the options of the call, and what they and the album file say together.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use balanced_io::EncodeSpec;
use balanced_model::{AlbumMode, Coherence, Target};

use super::spec::AlbumSpec;
use crate::{Error, Limits, PluginHost, Progress};

/// Options of [`album`](crate::album()).
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

/// What the album file and the options say together.
pub(super) struct Wanted {
    pub(super) target: Target,
    pub(super) mode: AlbumMode,
    pub(super) coherence: Coherence,
    pub(super) anchor: Option<usize>,
}

/// Joins what the album file and the options say.
pub(super) fn wanted(spec: &AlbumSpec, options: &AlbumOptions<'_>) -> Result<Wanted, Error> {
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
