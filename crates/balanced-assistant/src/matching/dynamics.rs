//! Dynamics of four regions, moved towards the reference within limits.

use balanced_mastering::{MultibandBand, MultibandSpec};
use balanced_model::{Analysis, Ltas};

use super::reference::{REGIONS, Reference, crest_db};

/// Borders of the regions that the crest factor is measured in.
const EDGES_HZ: [f64; REGIONS - 1] = [200.0, 2000.0, 6000.0];
/// Peaks of a region that are this much taller than the reference's, the limiter's share taken off, are lowered …
const FROM_DB: f64 = 3.0;
/// … by this share of it, and by no more than this.
const SHARE: f64 = 0.5;
const MOST_DB: f64 = 3.0;
const RATIO: f64 = 2.0;

/// Greatest gain reduction of each region's compressor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Taming {
    pub most_db: [f64; REGIONS],
}

impl Taming {
    /// How much taller the peaks of each region are than in the reference, beyond what limiting to its loudness will take off all.
    pub fn of(analysis: &Analysis, reference: &Reference, strength: f64) -> Self {
        let plr = analysis.measurements.loudness.as_ref().and_then(|loudness| loudness.plr_db);
        let limited_db = plr.zip(reference.plr_db).map_or(0.0, |(track, reference)| (track - reference).max(0.0));
        let most_db = std::array::from_fn(|region| {
            let taller = crest_db(analysis, region).zip(reference.crest_db[region]);
            let excess_db = taller.map_or(0.0, |(track, reference)| track - reference - limited_db);
            let tamed_db = if excess_db >= FROM_DB { (SHARE * excess_db).min(MOST_DB) } else { 0.0 };
            (tamed_db * reference.amount * strength * 2.0).round() / 2.0
        });
        Self { most_db }
    }

    /// The step, if a region has something to tame: thresholds lie so far under its highest peak that it falls by as much as said.
    pub fn spec(&self, analysis: &Analysis) -> Option<MultibandSpec> {
        self.most_db.iter().any(|db| *db > 0.0).then_some(())?;
        let ltas = &analysis.measurements.spectrum.as_ref()?.ltas;
        let bands = (0..REGIONS).map(|region| {
            let peak = level_db(ltas, region).zip(crest_db(analysis, region)).map(|(level, crest)| level + crest);
            let most_db = self.most_db[region];
            let Some(peak_db) = peak.filter(|_| most_db > 0.0) else {
                return MultibandBand { enabled: false, ..MultibandBand::default() };
            };
            let threshold_db = ((peak_db - most_db * RATIO / (RATIO - 1.0)) * 2.0).round() / 2.0;
            MultibandBand {
                threshold_db: threshold_db.clamp(-80.0, 0.0),
                ratio: RATIO,
                attack_ms: 10.0,
                release_ms: 120.0,
                range_db: most_db,
                ..MultibandBand::default()
            }
        });
        Some(MultibandSpec { crossovers_hz: EDGES_HZ.to_vec(), bands: bands.collect(), ..MultibandSpec::default() })
    }
}

/// Level of a region in the long-term spectrum.
fn level_db(ltas: &Ltas, region: usize) -> Option<f64> {
    let from_hz = region.checked_sub(1).map_or(0.0, |edge| EDGES_HZ[edge]);
    let to_hz = EDGES_HZ.get(region).copied().unwrap_or(f64::INFINITY);
    let inside = ltas.center_hz.iter().zip(&ltas.level_db).filter(|(hz, _)| (from_hz..to_hz).contains(*hz));
    let power: f64 = inside.filter_map(|(_, level)| level.map(|db| 10f64.powf(0.1 * db))).sum();
    (power > 0.0).then(|| 10.0 * power.log10())
}
