//! Settings of the multiband dynamics.

use balanced_dsp::crossover::MAX_CROSSOVER_BANDS;

use crate::SpecError;
use crate::dynamic_gain::{DynamicsMode, DynamicsSettings};
use crate::settings::{choices, settings};

settings! {
    /// Settings of the multiband dynamics.
    pub struct MultibandSpec {
        /// Minimum phase has no latency; with linear phase the bands sum to the delayed input itself.
        phase: CrossoverType = CrossoverType::Minimum,
        /// Latency of linear phase; longer keeps low crossovers steep.
        linear_phase_latency_ms: f64 in log 10.0..=500.0 "ms" = 60.0,
        /// Crossover frequencies between the bands, rising; one fewer than bands.
        crossovers_hz: [f64] in log 20.0..=16_000.0 "Hz" each 1000.0 = vec![120.0, 2500.0],
        /// Two to six bands, lowest first.
        bands: [MultibandBand] = vec![MultibandBand::default(); 3],
    }

    /// One band of the multiband dynamics. All channels share its gain.
    pub struct MultibandBand in bands {
        /// Direction of the gain change beyond the threshold.
        mode: DynamicsMode = DynamicsMode::Compress,
        /// Peak level of the band beyond which its gain changes.
        threshold_db: f64 in -80.0..=0.0 "dB" = -20.0,
        /// Input change over output change, or its inverse for expansion.
        ratio: f64 in log 1.0..=50.0 ":1" = 2.0,
        /// Width of the soft knee around the threshold.
        knee_db: f64 in 0.0..=36.0 "dB" = 6.0,
        /// Time constant while the level rises.
        attack_ms: f64 in log 0.1..=500.0 "ms" = 20.0,
        /// Time constant while the level falls.
        release_ms: f64 in log 1.0..=5000.0 "ms" = 150.0,
        /// Recovers slowly from sustained gain change and fast from short peaks.
        auto_release: bool = false,
        /// Greatest gain change.
        range_db: f64 in 0.0..=48.0 "dB" = 24.0,
        /// Output level of the band.
        gain_db: f64 in -24.0..=24.0 "dB" = 0.0,
        /// Switches the band's dynamics on; the band itself is heard either way.
        enabled: bool = true,
        /// Solo: only this band is heard, with others that have it on.
        solo: bool = false,
    }
}

choices! {
    /// Phase of the crossovers.
    #[non_exhaustive]
    pub enum CrossoverType {
        /// Splits by Linkwitz-Riley filters with allpass compensation; no latency.
        Minimum = "minimum",
        /// Splits with the slopes of Linkwitz-Riley filters but without phase shift; a delay.
        Linear = "linear",
    }
}

impl MultibandBand {
    pub(super) fn dynamics(&self) -> DynamicsSettings {
        DynamicsSettings {
            mode: self.mode,
            threshold_db: self.threshold_db,
            ratio: self.ratio,
            knee_db: self.knee_db,
            range_db: self.range_db,
            attack_ms: self.attack_ms,
            release_ms: self.release_ms,
            auto_release: self.auto_release,
        }
    }
}

pub(super) fn check(spec: &MultibandSpec) -> Result<(), SpecError> {
    let count = spec.bands.len();
    if !(2..=MAX_CROSSOVER_BANDS).contains(&count) {
        return Err(SpecError::new("bands", format!("has {count} bands, takes 2 to {MAX_CROSSOVER_BANDS}")));
    }
    let corners = spec.crossovers_hz.len();
    if corners + 1 != count {
        return Err(SpecError::new(
            "crossovers_hz",
            format!("has {corners} corners, {count} bands take {}", count - 1),
        ));
    }
    check_rising(&spec.crossovers_hz)
}

/// Corners must rise.
pub(crate) fn check_rising(crossovers_hz: &[f64]) -> Result<(), SpecError> {
    match crossovers_hz.windows(2).position(|pair| pair[0] >= pair[1]) {
        Some(index) => {
            let path = format!("crossovers_hz[{}]", index + 1);
            Err(SpecError::new(path, format!("{} Hz is not above the corner before it", crossovers_hz[index + 1])))
        }
        None => Ok(()),
    }
}

pub(super) fn examples() -> Vec<MultibandSpec> {
    let band = |mode, threshold_db, gain_db| MultibandBand { mode, threshold_db, gain_db, ..MultibandBand::default() };
    let four = vec![
        MultibandBand { auto_release: true, ..band(DynamicsMode::Compress, -35.0, 1.0) },
        MultibandBand { range_db: 6.0, ..band(DynamicsMode::UpwardCompress, -40.0, 0.0) },
        MultibandBand { knee_db: 0.0, ..band(DynamicsMode::Expand, -50.0, -1.0) },
        MultibandBand { range_db: 4.0, attack_ms: 1.0, ..band(DynamicsMode::UpwardExpand, -30.0, 0.5) },
    ];
    let mut others = four.clone();
    others[1].enabled = false;
    others[2].gain_db = 3.0;
    let with = |crossovers_hz: [f64; 3], bands| MultibandSpec {
        crossovers_hz: crossovers_hz.to_vec(),
        bands,
        ..MultibandSpec::default()
    };
    let linear = |crossovers_hz, bands| MultibandSpec {
        phase: CrossoverType::Linear,
        linear_phase_latency_ms: 40.0,
        ..with(crossovers_hz, bands)
    };
    vec![
        MultibandSpec::default(),
        with([80.0, 250.0, 1_000.0], four.clone()),
        with([60.0, 300.0, 900.0], others.clone()),
        linear([150.0, 800.0, 6_000.0], four),
        linear([120.0, 900.0, 5_000.0], others),
    ]
}
