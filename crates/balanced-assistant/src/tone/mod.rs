//! The tone model: how balance differs from what music like this has, and how sure that is.
//!
//! A track's third octaves are compared with an expectation that depends on what a broad equaliser leaves as it is
//! (contrast, side share, crest, fine structure, loudness range). What remains is compared with the covariance of real
//! music around that expectation: a fault is a shape (mud, nose, …) fitted to the remainder by generalised least squares,
//! which gives an amount and its standard error. Where trial equalisers were run over the peaks, what they did is
//! a second witness ([`peaks`]). The numbers come from `tools/tone-training`, with the model card.

mod features;
mod gls;
#[allow(clippy::approx_constant, reason = "numbers of a fit that happen to be near one")]
mod numbers;
#[allow(clippy::approx_constant, reason = "numbers of a fit that happen to be near one")]
mod peak_numbers;
mod peak_slopes;
mod peaks;
mod remainder;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod twin;

use balanced_model::{Analysis, Observation};

use remainder::Remainder;

/// Amounts under this are not worth a word, however sure they are.
pub(crate) const LEAST_DB: f64 = 3.0;
/// More than this is no fault of an equaliser: the band is missing, or the music is like that.
const MOST_DB: f64 = 24.0;

/// A fault of tone, in the order of the model's shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ToneFault {
    /// Too much around 250 Hz.
    Mud,
    /// Too much around 1 kHz.
    Nose,
    /// Too much around 3.5 kHz.
    Harsh,
    /// Too much above 7 kHz.
    Bright,
    /// Too little above 6 kHz.
    Dull,
    /// Too much around 60 Hz.
    Boom,
    /// Too little below 150 Hz.
    Thin,
}

const FAULTS: [ToneFault; 7] = [
    ToneFault::Mud,
    ToneFault::Nose,
    ToneFault::Harsh,
    ToneFault::Bright,
    ToneFault::Dull,
    ToneFault::Boom,
    ToneFault::Thin,
];

/// How much of a fault a track seems to have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Estimate {
    /// Which fault.
    pub fault: ToneFault,
    /// Fitted amount; positive is more of the fault.
    pub amount_db: f64,
    /// Standard error of the amount.
    pub error_db: f64,
    trust: &'static Trust,
}

/// How far a fit is believed, by trials on held-out collections.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Trust {
    /// How much larger errors are than the covariance claims, by kind.
    error_scale: [f64; FAULTS.len()],
    /// Least amplitude over standard error that is said.
    least_z: f64,
    /// Intercept and slope, by amplitude over standard error, of the log odds that a finding is right.
    log_odds: [f64; 2],
}

/// Of the third octaves alone.
static OF_THIRDS: Trust =
    Trust { error_scale: numbers::ERROR_SCALE, least_z: numbers::LEAST_Z, log_odds: numbers::LOG_ODDS };
/// Of the third octaves alone, where the peaks could have told more: they have to be surer then, so that clean music is accused as seldom.
static BESIDE_PEAKS: Trust = Trust {
    error_scale: numbers::ERROR_SCALE,
    least_z: peak_numbers::LEAST_Z / peak_numbers::BESIDE_PEAKS,
    log_odds: [peak_numbers::LOG_ODDS[0], peak_numbers::LOG_ODDS[1] * peak_numbers::BESIDE_PEAKS],
};
/// Of third octaves and peaks together.
static OF_PEAKS: Trust =
    Trust { error_scale: peak_numbers::ERROR_SCALE, least_z: peak_numbers::LEAST_Z, log_odds: peak_numbers::LOG_ODDS };

impl ToneFault {
    /// The finding that names it.
    pub fn observation(self) -> Observation {
        match self {
            Self::Mud => Observation::Mud,
            Self::Nose => Observation::Honk,
            Self::Harsh => Observation::Harshness,
            Self::Bright => Observation::Brightness,
            Self::Dull => Observation::Dullness,
            Self::Boom => Observation::HeavyBass,
            Self::Thin => Observation::Thin,
        }
    }

    /// -1 where the fault is a lack.
    fn direction(self) -> f64 {
        if matches!(self, Self::Dull | Self::Thin) { -1.0 } else { 1.0 }
    }
}

#[cfg(test)]
impl ToneFault {
    /// Level of 1 dB of the fault in the third octave around `hz`.
    pub fn shape_at(self, hz: f64) -> Option<f64> {
        let band = numbers::CENTER_HZ.iter().position(|center_hz| (center_hz / hz - 1.0).abs() < 0.02)?;
        Some(numbers::SHAPES[FAULTS.iter().position(|fault| *fault == self)?][band])
    }
}

impl Estimate {
    /// Amount in standard errors.
    pub fn z(self) -> f64 {
        self.amount_db / self.error_db
    }

    /// The amount as a deviation of the level: negative where the fault is a lack.
    pub fn deviation_db(self) -> f64 {
        self.fault.direction() * self.amount_db
    }

    /// How likely a finding of this size is right, by trials on held-out music: half of it clean, half with one fault.
    pub fn probability(self) -> f64 {
        let [intercept, slope] = self.trust.log_odds;
        1.0 / (1.0 + (-(intercept + slope * self.z())).exp())
    }

    /// Whether it is as much as a fault of an equaliser has.
    fn is_of_size(self) -> bool {
        (LEAST_DB..=MOST_DB).contains(&self.amount_db)
    }

    fn is_worth_a_word(self) -> bool {
        self.is_of_size() && self.standing() >= 1.0
    }

    /// Standard errors over those that are enough for a word.
    fn standing(self) -> f64 {
        self.z() / self.trust.least_z
    }

    /// The one of two fits of a fault that is surer of an amount that can be said; the second where neither is.
    fn or_surer(self, other: Self) -> Self {
        let is_first = self.is_of_size() && (!other.is_of_size() || self.standing() > other.standing());
        if is_first { self } else { other }
    }
}

/// Returns the fault that stands out most; `None` if none is certain enough, or the spectrum is not that of music.
pub(crate) fn likeliest(analysis: &Analysis) -> Option<Estimate> {
    let said = estimates(analysis)?.into_iter().filter(|estimate| estimate.is_worth_a_word());
    said.max_by(|a, b| a.standing().total_cmp(&b.standing()))
}

/// Fits every fault alone; `None` without a long-term spectrum of music.
pub(crate) fn estimates(analysis: &Analysis) -> Option<[Estimate; 7]> {
    let given = features::of(analysis)?;
    let remainder = Remainder::of(analysis, &given)?;
    let thirds = gls::Thirds::of(&remainder);
    let Some(changes) = peaks::of(analysis) else { return Some(trusted(thirds.fit(), &OF_THIRDS)) };
    let alone = trusted(thirds.fit(), &BESIDE_PEAKS);
    let both = trusted(peaks::fit(&thirds, &remainder, &given, &changes), &OF_PEAKS);
    Some(std::array::from_fn(|index| alone[index].or_surer(both[index])))
}

fn trusted(fits: [gls::Fit; FAULTS.len()], trust: &'static Trust) -> [Estimate; FAULTS.len()] {
    std::array::from_fn(|index| Estimate {
        fault: FAULTS[index],
        amount_db: fits[index].amount,
        error_db: fits[index].error * trust.error_scale[index],
        trust,
    })
}

/// What a band has in music like a track, and how much that varies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Expected {
    /// Centre of the band.
    pub hz: f64,
    /// Expected level, up to a level common to all bands.
    pub level_db: f64,
    /// Variance around it.
    pub variance: f64,
}

/// Returns what is expected of each third octave of music like a track; `None` without a spectrum.
pub(crate) fn expected(analysis: &Analysis) -> Option<Vec<Expected>> {
    let given = features::of(analysis)?;
    let band = |(band, hz): (usize, &f64)| Expected {
        hz: *hz,
        level_db: remainder::expected_db(band, &given),
        variance: numbers::COVARIANCE[band][band],
    };
    Some(numbers::CENTER_HZ.iter().enumerate().map(band).collect())
}

/// Deviation of the level that a finding of this kind is about, whether it is worth a word or not; `None` for other kinds.
pub(crate) fn deviation_db(kind: Observation, analysis: &Analysis) -> Option<f64> {
    Some(estimates(analysis)?[index_of(kind)?].deviation_db())
}

/// Change of that deviation from one analysis to another of the same music: measured, not estimated against other music.
///
/// A limiter wipes out what the peaks told, so the fit itself is not made again.
pub(crate) fn change_db(kind: Observation, before: &Analysis, after: &Analysis) -> Option<f64> {
    let index = index_of(kind)?;
    let level_db = |analysis: &Analysis, band: usize| {
        remainder::third_octave_db(&analysis.measurements.spectrum.as_ref()?.ltas, band)
    };
    let bands: Vec<(f64, f64)> = (0..numbers::BANDS)
        .filter_map(|band| Some((numbers::SHAPES[index][band], level_db(after, band)? - level_db(before, band)?)))
        .collect();
    let count = bands.len() as f64;
    let mean = bands.iter().fold((0.0, 0.0), |sum, band| (sum.0 + band.0 / count, sum.1 + band.1 / count));
    let (along, square) = bands.iter().fold((0.0, 0.0), |sum, (shape, change)| {
        let shape = shape - mean.0;
        (sum.0 + shape * (change - mean.1), sum.1 + shape * shape)
    });
    let amount_db = (square > 0.0).then(|| along / square)?;
    Some(FAULTS[index].direction() * amount_db)
}

fn index_of(kind: Observation) -> Option<usize> {
    FAULTS.iter().position(|fault| fault.observation() == kind)
}
