//! Which changes bring a track to its reference: bells for the middle and the sides, a level of the sides.

use balanced_mastering::{EqBand, EqChannels};
use balanced_model::Analysis;

use super::bells::{Fit, Place, fit};
use super::catalogue;
use super::feedback::Feedback;
use super::reference::Reference;
use super::thirds::{BANDS, Spectra, Thirds, center_hz, is_absent};

/// Range that counts in full; the band under it half.
const FULL_FROM_HZ: f64 = 38.0;
/// Sides this far under the middle in track and reference are hardly heard and count less.
const FAINT_SIDES_DB: f64 = 25.0;
const FAINT_WEIGHT: f64 = 0.2;
/// The common level is free; that of the sides against the middle stays within this.
const FREE_DB: f64 = 90.0;
const MOST_SIDES_DB: f64 = 12.0;
/// The sides as a whole may be off by this against the middle where their bands fit best.
const RATIO_FREE_DB: f64 = 0.3;

/// One equaliser's worth of changes: what it acts on, what the track has, what it should have, and the bells that were found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    pub channels: EqChannels,
    pub before: Thirds,
    /// Change of each band that the reference asks for, amount included; `None` where nothing is asked.
    pub wanted_db: Thirds,
    pub fit: Fit,
}

/// All changes of tone and width.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Changes {
    pub parts: Vec<Part>,
    /// Level of the sides against the middle.
    pub side_gain_db: f64,
}

impl Changes {
    /// Changes for a track, at this strength; `feedback` is what earlier renders did beyond their bells.
    pub fn of(analysis: &Analysis, reference: &Reference, feedback: &Feedback, strength: f64) -> Self {
        let Some(track) = Spectra::of(analysis) else { return Self::default() };
        let amount = reference.amount * strength;
        if let Some(spread) = &reference.spread {
            let wanted_db = catalogue::excess_db(reference, spread, &track.both, analysis);
            return Self::single(&track.both, wanted_db, reference, feedback, amount);
        }
        match (&track.pair, &reference.pair) {
            (Some(pair), Some(wanted)) => Self::paired(pair, wanted, reference, feedback, amount),
            _ => {
                let wanted_db = difference_db(&track.both, &reference.both);
                Self::single(&track.both, wanted_db, reference, feedback, amount)
            }
        }
    }

    fn single(before: &Thirds, wanted_db: Thirds, reference: &Reference, feedback: &Feedback, amount: f64) -> Self {
        let wanted_db = scaled(&wanted_db, amount);
        let curve = curve(before, &wanted_db, feedback.part(0), |_| 1.0);
        let fit = fit(&curve, reference.limit_db, FREE_DB, EqChannels::Stereo);
        Self { parts: vec![Part { channels: EqChannels::Stereo, before: *before, wanted_db, fit }], side_gain_db: 0.0 }
    }

    fn paired(
        [mid, side]: &[Thirds; 2],
        [wanted_mid, wanted_side]: &[Thirds; 2],
        reference: &Reference,
        feedback: &Feedback,
        amount: f64,
    ) -> Self {
        let wanted_db = scaled(&difference_db(mid, wanted_mid), amount);
        let fit_mid =
            fit(&curve(mid, &wanted_db, feedback.part(0), |_| 1.0), reference.limit_db, FREE_DB, EqChannels::Mid);
        let level_db = fit_mid.level_db;
        let middle = Part { channels: EqChannels::Mid, before: *mid, wanted_db, fit: fit_mid };
        // What is left of the middle's level is the drive's; the sides are asked for the rest.
        let wanted_db = scaled(&difference_db(side, wanted_side), amount).map(|wanted| Some(wanted? - level_db));
        let is_faint = |band: usize| {
            let under = |side: &Thirds, mid: &Thirds| {
                mid[band].zip(side[band]).is_some_and(|(mid_db, side_db)| mid_db - side_db > FAINT_SIDES_DB)
            };
            under(side, mid) && under(wanted_side, wanted_mid)
        };
        let weight = |band: usize| if is_faint(band) { FAINT_WEIGHT } else { 1.0 };
        let curve_side = curve(side, &wanted_db, feedback.part(1), weight);
        if curve_side.is_empty() {
            return Self { parts: vec![middle], side_gain_db: 0.0 };
        }
        let fit_side = fit(&curve_side, reference.limit_db, MOST_SIDES_DB, EqChannels::Side);
        let side_gain_db = fit_side.level_db;
        let sides = Part { channels: EqChannels::Side, before: *side, wanted_db, fit: fit_side };
        let mut changes = Self { parts: vec![middle, sides], side_gain_db };
        let off_db = changes.ratio_missing_db(feedback);
        let shifted_db = side_gain_db + off_db - off_db.clamp(-RATIO_FREE_DB, RATIO_FREE_DB);
        changes.side_gain_db = (shifted_db.clamp(-MOST_SIDES_DB, MOST_SIDES_DB) * 10.0).round() / 10.0;
        changes
    }

    /// By how much the sides as a whole would still be too soft against the middle.
    fn ratio_missing_db(&self, feedback: &Feedback) -> f64 {
        let level_db = |part: usize, change_db: &dyn Fn(usize) -> Option<f64>| {
            let power = |band: usize| Some(10f64.powf(0.1 * (self.parts[part].before[band]? + change_db(band)?)));
            10.0 * (0..BANDS).filter_map(power).sum::<f64>().log10()
        };
        let missing_db = |part: usize| {
            let Part { wanted_db, fit, .. } = &self.parts[part];
            // What is asked of the sides is less the level of the middle already.
            let common_db = if part == 0 { fit.level_db } else { 0.0 };
            let happened_db = |band: usize| feedback.part(part).get(band).copied().unwrap_or(0.0);
            let wanted = level_db(part, &|band| Some(wanted_db[band]? - common_db));
            wanted - level_db(part, &|band| wanted_db[band].map(|_| self.added_db(part, band) + happened_db(band)))
        };
        Some(missing_db(1) - missing_db(0)).filter(|db| db.is_finite()).unwrap_or(0.0)
    }

    /// All bells.
    pub fn bells(&self) -> Vec<EqBand> {
        self.parts.iter().flat_map(|part| part.fit.bells.clone()).collect()
    }

    /// What a part adds to a band: bells, and the level of the sides.
    pub fn added_db(&self, part: usize, band: usize) -> f64 {
        let of_sides = if part == 1 { self.side_gain_db } else { 0.0 };
        self.parts[part].fit.response_db(center_hz(band)) + of_sides
    }

    /// Residual of the fit of the first part, the middle, by third octave: frequency, and the wanted gain less that of the bells.
    pub fn missing_db(&self) -> Vec<(f64, f64)> {
        let Some(part) = self.parts.first() else { return Vec::new() };
        let missing = |band: usize| {
            let wanted_db = part.wanted_db[band]? - part.fit.level_db;
            Some((center_hz(band), wanted_db - part.fit.response_db(center_hz(band))))
        };
        (0..BANDS).filter_map(missing).collect()
    }
}

/// Change that brings one spectrum to the other.
fn difference_db(track: &Thirds, reference: &Thirds) -> Thirds {
    std::array::from_fn(|band| Some(reference[band]? - track[band]?))
}

fn scaled(levels: &Thirds, amount: f64) -> Thirds {
    levels.map(|level| Some(amount * level?))
}

/// Places for the fit: only what is there can be raised.
fn curve(before: &Thirds, wanted_db: &Thirds, happened_db: &[f64], weight: impl Fn(usize) -> f64) -> Vec<Place> {
    let place = |band: usize| {
        let hz = center_hz(band);
        let wanted_db = wanted_db[band]? - happened_db.get(band).copied().unwrap_or(0.0);
        let weight = weight(band) * if hz < FULL_FROM_HZ { 0.5 } else { 1.0 };
        (!is_absent(before, band)).then_some(Place { hz, wanted_db, weight })
    };
    (0..BANDS).filter_map(place).collect()
}
