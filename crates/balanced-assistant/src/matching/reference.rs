//! What a master is to resemble: finished tracks, or a catalogue.

use balanced_model::{Analysis, Target};

use super::catalogue::Spread;
use super::thirds::{BANDS, Spectra, Thirds, center_hz, mean, median};

/// Regions that dynamics are compared in.
pub(super) const REGIONS: usize = 4;
/// Shorter tracks have no balance of their own.
const SHORTEST_S: f64 = 3.0;
/// Range over which spectra are put at one level before their mean is taken.
const ALIGN_HZ: (f64, f64) = (95.0, 10_500.0);
/// Loudness that a target may have.
const LUFS_RANGE: (f64, f64) = (-40.0, -3.0);
/// Most gain of a bell, unless another limit is asked for.
const USUAL_LIMIT_DB: f64 = 6.0;

/// Tracks that a master is to resemble: mean balance, middle loudness, and how closely they are followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    pub(super) name: String,
    pub(super) files: usize,
    pub(super) both: Thirds,
    /// Middle and sides at their levels to each other; `None` where the tracks have one channel, or more than two.
    pub(super) pair: Option<[Thirds; 2]>,
    pub(super) integrated_lufs: Option<f64>,
    pub(super) plr_db: Option<f64>,
    pub(super) side_to_mid_db: Option<f64>,
    pub(super) crest_db: [Option<f64>; REGIONS],
    /// How far the tracks of a catalogue are from their mean; `None` for references, which are followed as they are.
    pub(super) spread: Option<Spread>,
    pub(super) amount: f64,
    pub(super) limit_db: f64,
}

/// Returns why a track is no reference: it is silent, too short, or was not measured; `None` if it can be one.
#[must_use]
pub fn reference_fault(analysis: &Analysis) -> Option<String> {
    let duration_s = analysis.source.duration_s;
    if duration_s < SHORTEST_S {
        return Some(format!("is {duration_s:.1} s long, too short for a tonal balance"));
    }
    let loudness = analysis.measurements.loudness.as_ref().and_then(|loudness| loudness.integrated_lufs);
    if loudness.is_none() {
        return Some("is silent, so there is nothing to match".to_owned());
    }
    Spectra::of(analysis).is_none().then(|| "has no long-term spectrum".to_owned())
}

impl Reference {
    /// Makes a reference of finished tracks: the mean of their balances, the middle value of everything else.
    ///
    /// Tracks with a [`reference_fault`] are left out; `None` if no other is there.
    #[must_use]
    pub fn of(tracks: &[Analysis]) -> Option<Self> {
        let usable: Vec<&Analysis> = tracks.iter().filter(|track| reference_fault(track).is_none()).collect();
        let spectra: Vec<Spectra> = usable.iter().filter_map(|track| Spectra::of(track)).collect();
        let paired: Vec<[Thirds; 2]> = spectra.iter().filter_map(|spectra| spectra.pair).collect();
        let middle = |value: fn(&Analysis) -> Option<f64>| median(usable.iter().filter_map(|track| value(track)));
        let name = match usable.as_slice() {
            [] => return None,
            [track] => format!("\"{}\"", file_name(track)),
            several => format!("the {} references", several.len()),
        };
        Some(Self {
            name,
            files: usable.len(),
            both: mean_balance(&spectra.iter().map(|spectra| [spectra.both]).collect::<Vec<_>>())[0],
            pair: (!paired.is_empty()).then(|| mean_balance(&paired)),
            integrated_lufs: middle(|track| track.measurements.loudness.as_ref()?.integrated_lufs),
            plr_db: middle(|track| track.measurements.loudness.as_ref()?.plr_db),
            side_to_mid_db: middle(|track| track.measurements.stereo.as_ref()?.side_to_mid_db),
            crest_db: std::array::from_fn(|region| median(usable.iter().filter_map(|track| crest_db(track, region)))),
            spread: None,
            amount: 1.0,
            limit_db: USUAL_LIMIT_DB,
        })
    }

    /// Follows the reference by this share, 0 to 1: 1 all the way, 0 in loudness alone.
    #[must_use]
    pub fn with_amount(self, amount: f64) -> Self {
        let amount = if amount.is_finite() { amount.clamp(0.0, 1.0) } else { 1.0 };
        Self { amount, ..self }
    }

    /// Lets no bell raise or lower by more than this; 6 dB unless set.
    #[must_use]
    pub fn with_limit_db(self, limit_db: f64) -> Self {
        let limit_db = if limit_db.is_finite() { limit_db.clamp(0.0, 30.0) } else { USUAL_LIMIT_DB };
        Self { limit_db, ..self }
    }

    /// Returns how many tracks it was made of.
    #[must_use]
    pub fn files(&self) -> usize {
        self.files
    }

    /// Returns `target` at the loudness of the reference, which stays between -40 and -3 LUFS.
    #[must_use]
    pub fn target(&self, target: Target) -> Target {
        let Some(lufs) = self.integrated_lufs else { return target };
        // To hundredths, as it is written.
        let integrated_lufs = ((lufs * 100.0).round() / 100.0).clamp(LUFS_RANGE.0, LUFS_RANGE.1);
        let description = format!("The loudness of {}, {integrated_lufs:.1} LUFS.", self.name);
        Target {
            name: "reference".to_owned(),
            integrated_lufs,
            description,
            source: "the reference".to_owned(),
            ..target
        }
    }
}

/// Crest factor of a region.
pub(super) fn crest_db(track: &Analysis, region: usize) -> Option<f64> {
    track.measurements.dynamics.as_ref()?.band_crest_db.get(region).copied().flatten()
}

fn file_name(track: &Analysis) -> &str {
    let name = track.source.path.as_deref().and_then(|path| path.rsplit(['/', '\\']).next());
    name.unwrap_or("the reference")
}

/// Mean in decibels of spectra at one level; the first of each sets it, the others keep their distance.
fn mean_balance<const N: usize>(tracks: &[[Thirds; N]]) -> [Thirds; N] {
    let aligned: Vec<(f64, &[Thirds; N])> = tracks.iter().map(|track| (level_db(&track[0]), track)).collect();
    std::array::from_fn(|part| {
        std::array::from_fn(|band| {
            mean(aligned.iter().filter_map(|(level_db, track)| Some(track[part][band]? - level_db)))
        })
    })
}

/// Mean level of the bands in the middle.
pub(super) fn level_db(levels: &Thirds) -> f64 {
    let inside = (0..BANDS).filter(|band| (ALIGN_HZ.0..=ALIGN_HZ.1).contains(&center_hz(*band)));
    mean(inside.filter_map(|band| levels[band])).unwrap_or(0.0)
}
