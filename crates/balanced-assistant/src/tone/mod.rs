//! The tone model: how balance differs from what music like this has, and how sure that is.
//!
//! A track's third octaves are compared with an expectation that depends on what a broad equaliser leaves as it is
//! (contrast, side share, crest, fine structure, loudness range). What remains is compared with the covariance of real
//! music around that expectation: a fault is a shape (mud, nose, …) fitted to the remainder by generalised least squares,
//! which gives an amount and its standard error. The numbers come from `tools/tone-training`, with the model card.

mod features;
mod gls;
#[allow(clippy::approx_constant, reason = "numbers of a fit that happen to be near one")]
mod numbers;
mod remainder;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod twin;

use balanced_model::{Analysis, Observation};

use numbers::{ERROR_SCALE, LEAST_Z, LOG_ODDS};
use remainder::Remainder;

/// Amounts under this are not worth a word, however sure they are.
const LEAST_DB: f64 = 3.0;
/// More than this is no fault of an equaliser: the band is missing, or the music is like that.
const MOST_DB: f64 = 20.0;

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
}

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
        let is_lack = matches!(self.fault, ToneFault::Dull | ToneFault::Thin);
        if is_lack { -self.amount_db } else { self.amount_db }
    }

    /// How likely a finding of this size is right, by trials on held-out music: half of it clean, half with one fault.
    pub fn probability(self) -> f64 {
        let [intercept, slope] = LOG_ODDS;
        1.0 / (1.0 + (-(intercept + slope * self.z())).exp())
    }

    fn is_worth_a_word(self) -> bool {
        (LEAST_DB..=MOST_DB).contains(&self.amount_db) && self.z() >= LEAST_Z
    }
}

/// Returns the fault that stands out most; `None` if none is certain enough, or the spectrum is not that of music.
pub(crate) fn likeliest(analysis: &Analysis) -> Option<Estimate> {
    let said = estimates(analysis)?.into_iter().filter(|estimate| estimate.is_worth_a_word());
    said.max_by(|a, b| a.z().total_cmp(&b.z()))
}

/// Fits every fault alone; `None` without a long-term spectrum of music.
pub(crate) fn estimates(analysis: &Analysis) -> Option<[Estimate; 7]> {
    let given = features::of(analysis)?;
    let remainder = Remainder::of(analysis, &given)?;
    let fits = gls::fit(&remainder);
    Some(std::array::from_fn(|index| Estimate {
        fault: FAULTS[index],
        amount_db: fits[index].amount,
        error_db: fits[index].error * ERROR_SCALE[index],
    }))
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
    let index = FAULTS.iter().position(|fault| fault.observation() == kind)?;
    Some(estimates(analysis)?[index].deviation_db())
}
