//! Level: drive, limiter, what to expect.

use balanced_dsp::k_weighting;
use balanced_dsp::loudness::INTEGRATED_RELATIVE_GATE_LU;
use balanced_mastering::processors::eq;
use balanced_mastering::{ClipperSpec, EqBand, EqChannels, LimiterSpec, LimiterStyle, ProcessorSpec};
use balanced_model::{
    Analysis, DefectKind, Expected, Finding, Loudness, Ltas, Observation, Stereo, Target, thousandths,
};

use super::moves::{Effect, Move};
use super::{found, rounded_to};
use crate::diagnose::nature;
use crate::usual::beside_lone_samples;

/// Drive that the limiter accepts.
const DRIVE_RANGE_DB: (f64, f64) = (-24.0, 48.0);
/// Peaks of drums pushed down further than this want the quickest limiter.
const LOUD_FROM_DB: f64 = 2.0;
/// Peaks further over the ceiling than this are rounded off before the limiter …
const CLIPPER_FROM_DB: f64 = 3.0;
/// … but for this much, which is the limiter's …
const LEFT_FOR_THE_LIMITER_DB: f64 = 2.0;
/// … and by no more than this, where clipping begins to be heard as such.
const MOST_CLIPPED_DB: f64 = 6.0;
const CLIPPER_KNEE_DB: f64 = 1.5;
/// Ceilings the clipper accepts.
const CLIPPER_RANGE_DBFS: (f64, f64) = (-24.0, 0.0);
/// The share of moments whose limiting is judged, as the renderer does.
const PERCENTILE: f64 = 0.95;

/// Edges of the regions that the stereo family has a width of.
const REGION_EDGES_HZ: [f64; 6] = [60.0, 200.0, 500.0, 2000.0, 5000.0, 10_000.0];

/// What the peaks of a track bear.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Nature {
    /// Drums: short peaks may be rounded off.
    Struck,
    /// Played without drums, or squeezed already: nothing is rounded off, and the limiter takes its time.
    Tender,
}

impl Nature {
    pub fn of(analysis: &Analysis, findings: &[Finding]) -> Self {
        let squeezed =
            found(findings, Observation::OverLimited).is_some() || found(findings, DefectKind::OverLimiting).is_some();
        if squeezed || !nature::is_percussive(analysis) { Self::Tender } else { Self::Struck }
    }
}

/// Level after the linear steps and what the target asks of it.
pub(super) struct Level {
    pub integrated_lufs: Option<f64>,
    pub true_peak_dbtp: Option<f64>,
    pub gain_db: Option<f64>,
    pub peak_limiting_db: Option<f64>,
    limiting_db: Option<f64>,
    /// Loudness with as much gain as the target's limiting allows.
    within_limits_lufs: Option<f64>,
}

impl Level {
    /// Loudness after `effect` follows from the K-weighted spectrum; the peak is assumed to follow loudness. A lone absurd sample,
    /// which the chain takes out, counts for neither.
    pub fn after(analysis: &Analysis, effect: &Effect, target: &Target) -> Self {
        let silent = Loudness::default();
        let loudness = analysis.measurements.loudness.as_ref().unwrap_or(&silent);
        let ltas = analysis.measurements.spectrum.as_ref().map(|spectrum| &spectrum.ltas);
        let stereo = analysis.measurements.stereo.as_ref();
        let shift_db = effect.gain_db + ltas.map_or(0.0, |ltas| loudness_shift_db(ltas, stereo, effect));
        let usual = beside_lone_samples(loudness);
        let measured_lufs = usual.map(|usual| usual.integrated_lufs).or(loudness.integrated_lufs);
        let measured_dbtp = usual.map(|usual| usual.true_peak_dbtp).or(loudness.true_peak_dbtp);
        let integrated_lufs = measured_lufs.map(|lufs| lufs + shift_db);
        let true_peak_dbtp = measured_dbtp.map(|peak| peak + shift_db);
        let gain_db = integrated_lufs.map(|lufs| target.integrated_lufs - lufs);
        let over = |peak: f64, gain_db: f64| (peak + gain_db - target.ceiling_dbtp).max(0.0);
        let peak_limiting_db = true_peak_dbtp.zip(gain_db).map(|(peak, gain_db)| over(peak, gain_db));
        let loss = |gain_db: f64| {
            let from_moments = estimated_limiting_db(loudness, gain_db + shift_db, target.ceiling_dbtp);
            from_moments.or(true_peak_dbtp.map(|peak| lost_loudness_db(over(peak, gain_db))))
        };
        let limiting_db = gain_db.and_then(loss);
        let within_limits_lufs = integrated_lufs
            .zip(gain_db)
            .map(|(lufs, gain_db)| lufs + allowed_gain_db(gain_db, target.max_limiting_db, loss));
        Self { integrated_lufs, true_peak_dbtp, gain_db, peak_limiting_db, limiting_db, within_limits_lufs }
    }

    /// A clipper for the tallest peaks, with a reason, where a limiter alone would have to press down the whole track.
    ///
    /// A peak of a millisecond that is rounded off costs no loudness and is hardly heard; a limiter that ducks under it
    /// takes everything around it down. The clipper stands before the drive, so its ceiling is the target's less the
    /// gain to come, and what it leaves over is the limiter's.
    pub fn clipper(&self, target: &Target, nature: Nature) -> Option<Move> {
        if nature == Nature::Tender {
            return None;
        }
        let (gain_db, peak_dbtp, over_db) = (self.gain_db?, self.true_peak_dbtp?, self.peak_limiting_db?);
        let clipped_db = clipped_db(over_db);
        if clipped_db == 0.0 {
            return None;
        }
        let ceiling_dbfs = rounded_to(peak_dbtp - clipped_db, 0.1);
        let spec = ClipperSpec { ceiling_dbfs, knee_db: CLIPPER_KNEE_DB, ..ClipperSpec::default() };
        let reason = format!(
            "{:.1} LUFS is {gain_db:.1} dB up from here, where the highest peaks would stand {over_db:.1} dB over the ceiling; rounding off their top {clipped_db:.1} dB costs no loudness, while a limiter alone would turn down what is around them.",
            target.integrated_lufs
        );
        let heavy = Observation::HeavyLimiting.into();
        let fits = (CLIPPER_RANGE_DBFS.0..=CLIPPER_RANGE_DBFS.1).contains(&ceiling_dbfs);
        fits.then(|| Move::new(ProcessorSpec::Clipper(spec), reason, [heavy]))
    }

    /// The limiter, with a reason.
    pub fn limiter(&self, target: &Target, nature: Nature) -> (LimiterSpec, String) {
        let wanted_db = self.gain_db.unwrap_or(0.0);
        let drive_db = rounded_to(wanted_db.clamp(DRIVE_RANGE_DB.0, DRIVE_RANGE_DB.1), 0.01);
        let limiting_db = self.peak_limiting_db.unwrap_or(0.0);
        // A limiter turns down with a peak whatever sounds until it has let go, so quick ones keep the balance: third octaves of five
        // tracks with a PLR of 16 dB and more, 4 dB up, move by 0.05 to 0.30 dB rms with `transparent` (5 and 100 ms), by 0.02 to
        // 0.17 dB with `punchy`, by 0.01 to 0.10 dB with `loud`, whose gain in turn follows deep bass.
        let (style, lookahead_ms, release_ms) = match limiting_db {
            _ if nature == Nature::Tender => (LimiterStyle::Punchy, 5.0, 60.0),
            much if much >= LOUD_FROM_DB => (LimiterStyle::Loud, 1.5, 30.0),
            _ => (LimiterStyle::Punchy, 3.0, 60.0),
        };
        let ceiling_dbtp = target.ceiling_dbtp;
        let spec = LimiterSpec { drive_db, ceiling_dbtp, style, lookahead_ms, release_ms, ..LimiterSpec::default() };
        (spec, self.limiter_reason(target, nature))
    }

    fn limiter_reason(&self, target: &Target, nature: Nature) -> String {
        let (lufs, dbtp) = (target.integrated_lufs, target.ceiling_dbtp);
        let (Some(gain_db), Some(limiting_db)) = (self.gain_db, self.peak_limiting_db) else {
            return format!("The loudness is unknown, so nothing is raised; no peak leaves above {dbtp:.1} dBTP.");
        };
        let way = if gain_db < 0.0 { "down" } else { "up" };
        let clipped_db = if nature == Nature::Struck { clipped_db(limiting_db) } else { 0.0 };
        let peaks = match limiting_db - clipped_db {
            some if some > 0.05 => {
                format!("the limiter takes up to {some:.1} dB off the highest peaks to keep {dbtp:.1} dBTP")
            }
            _ => format!("all peaks stay under {dbtp:.1} dBTP, so the limiter has nothing to take off"),
        };
        format!("{lufs:.1} LUFS is about {:.1} dB {way} from here; {peaks}.", gain_db.abs())
    }

    /// Forecasts loudness and peak behind the chain, as far as measurements allow.
    pub fn expected(&self, target: &Target) -> Expected {
        let feasible = self.limiting_db.map(|limiting_db| limiting_db <= target.max_limiting_db);
        let note = (feasible == Some(false)).then(|| {
            format!(
                "{:.1} LUFS under {:.1} dBTP is likely out of reach: the loudest moments would lose about {:.1} dB, {} allows {:.1} dB.",
                target.integrated_lufs,
                target.ceiling_dbtp,
                self.limiting_db.unwrap_or(0.0),
                target.name,
                target.max_limiting_db
            )
        });
        let peak =
            self.true_peak_dbtp.zip(self.gain_db).map(|(peak, gain_db)| (peak + gain_db).min(target.ceiling_dbtp));
        Expected {
            integrated_lufs: match feasible {
                Some(false) => self.within_limits_lufs.map(thousandths),
                _ => self.integrated_lufs.map(|_| thousandths(target.integrated_lufs)),
            },
            true_peak_dbtp: peak.map(thousandths),
            gain_db: self.gain_db.map(thousandths),
            peak_limiting_db: self.peak_limiting_db.map(thousandths),
            limiting_db: self.limiting_db.map(thousandths),
            feasible,
            note,
        }
    }
}

/// How much of the highest peak is rounded off when it stands `over_db` over the ceiling.
fn clipped_db(over_db: f64) -> f64 {
    if over_db < CLIPPER_FROM_DB { 0.0 } else { (over_db - LEFT_FOR_THE_LIMITER_DB).min(MOST_CLIPPED_DB) }
}

/// Most gain up to the wanted one whose limiting, as `loss` estimates it, stays within `allowed_db`.
fn allowed_gain_db(wanted_db: f64, allowed_db: f64, loss: impl Fn(f64) -> Option<f64>) -> f64 {
    let (mut low_db, mut high_db) = (wanted_db - 24.0, wanted_db);
    if loss(wanted_db).is_none_or(|loss_db| loss_db <= allowed_db) {
        return wanted_db;
    }
    for _ in 0..20 {
        let middle_db = 0.5 * (low_db + high_db);
        let fits = loss(middle_db).is_some_and(|loss_db| loss_db <= allowed_db);
        if fits { low_db = middle_db } else { high_db = middle_db }
    }
    low_db
}

/// Change of loudness that linear steps make, from third-octave powers weighted by K, split into mid and side by region.
fn loudness_shift_db(ltas: &Ltas, stereo: Option<&Stereo>, effect: &Effect) -> f64 {
    if *effect == Effect::default() {
        return 0.0;
    }
    let bands_of = |channels: EqChannels| -> Vec<EqBand> {
        let heard = |band: &&EqBand| band.channels == EqChannels::Stereo || band.channels == channels;
        effect.bands.iter().filter(heard).cloned().collect()
    };
    let (mid, side) = (bands_of(EqChannels::Mid), bands_of(EqChannels::Side));
    let power = |db: f64| 10f64.powf(db / 10.0);
    let (mut before, mut after) = (0.0, 0.0);
    for (hz, level) in ltas.center_hz.iter().zip(&ltas.level_db) {
        let Some(level_db) = level else { continue };
        let weighted = power(level_db + k_weighting::gain_db(*hz));
        let share = side_share(stereo, *hz);
        let high_pass = effect.high_pass_hz.map_or(1.0, |corner_hz| hz * hz / (hz * hz + corner_hz * corner_hz));
        let mid_gain = (1.0 - share) * power(eq::level_db(&mid, *hz));
        let side_gain = share * effect.side * effect.side * power(eq::level_db(&side, *hz));
        before += weighted;
        after += weighted * high_pass * (mid_gain + side_gain);
    }
    let tone_db = if before > 0.0 && after > 0.0 { 10.0 * (after / before).log10() } else { 0.0 };
    tone_db + balance_shift_db(stereo, effect.louder_channel_db)
}

/// Share of the side in the power around a frequency; none where the image is unknown.
fn side_share(stereo: Option<&Stereo>, hz: f64) -> f64 {
    let region = REGION_EDGES_HZ.iter().filter(|edge| hz >= **edge).count();
    stereo.and_then(|stereo| stereo.width_per_band.get(region).copied().flatten()).unwrap_or(0.0)
}

/// Loudness that is lost with the level taken from the louder channel.
fn balance_shift_db(stereo: Option<&Stereo>, louder_channel_db: f64) -> f64 {
    let Some(balance_db) = stereo.and_then(|stereo| stereo.balance_db).filter(|_| louder_channel_db > 0.0) else {
        return 0.0;
    };
    let louder = 10f64.powf(0.1 * balance_db.abs());
    10.0 * ((louder * 10f64.powf(-0.1 * louder_channel_db) + 1.0) / (louder + 1.0)).log10()
}

/// How much loudness the loudest moments lose: from the peak of each moment that counts, if the curves are there.
fn estimated_limiting_db(loudness: &Loudness, gain_db: f64, ceiling_dbtp: f64) -> Option<f64> {
    let gate_lufs = loudness.integrated_lufs? + INTEGRATED_RELATIVE_GATE_LU;
    let curve = &loudness.curve;
    let mut losses: Vec<f64> = curve
        .momentary_lufs
        .iter()
        .zip(&curve.true_peak_dbtp)
        .filter_map(|(lufs, peak)| Some(((*lufs)?, (*peak)?)))
        .filter(|(lufs, _)| *lufs > gate_lufs)
        .map(|(_, peak)| lost_loudness_db((peak + gain_db - ceiling_dbtp).max(0.0)))
        .collect();
    losses.sort_by(f64::total_cmp);
    let index = ((losses.len() as f64 * PERCENTILE) as usize).min(losses.len().saturating_sub(1));
    losses.get(index).copied()
}

/// Loudness lost when peaks are pushed down by `limiting_db`: next to nothing while only short transients are touched,
/// more and more as the body of the sound is. A rule of thumb for a forecast; the renderer measures.
fn lost_loudness_db(limiting_db: f64) -> f64 {
    limiting_db * limiting_db / (limiting_db + 12.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::cases;
    use balanced_mastering::EqBandKind;

    fn bands(band: EqBand) -> Effect {
        Effect { bands: vec![band], ..Effect::default() }
    }

    #[test]
    fn a_wide_boost_raises_loudness_by_its_gain_and_a_rumble_filter_by_nothing() {
        let ltas = cases::neutral().measurements.spectrum.unwrap().ltas;
        let shelf =
            EqBand { kind: EqBandKind::HighShelf, frequency_hz: 20.0, gain_db: 3.0, q: 0.7, ..EqBand::default() };
        assert!((loudness_shift_db(&ltas, None, &bands(shelf)) - 3.0).abs() < 0.1);
        let rumble =
            EqBand { kind: EqBandKind::LowCut, frequency_hz: 26.0, slope_db_per_octave: 24.0, ..EqBand::default() };
        assert!(loudness_shift_db(&ltas, None, &bands(rumble)).abs() < 0.05);
    }

    #[test]
    fn the_forecast_grows_with_the_peaks() {
        let forecast: Vec<f64> = [0.0, 3.0, 6.0, 12.0].map(lost_loudness_db).to_vec();
        assert_eq!((forecast[0], forecast[1], forecast[3]), (0.0, 0.6, 6.0));
        assert!(forecast.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
