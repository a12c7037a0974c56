//! Settings of the multiband dynamics and their table.

use balanced_dsp::crossover::MAX_CROSSOVER_BANDS;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::dynamic_gain::{DynamicsMode, DynamicsSettings};
use crate::{Param, SpecError};

/// Settings of the multiband dynamics.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MultibandSpec {
    /// Minimum phase has no latency; with linear phase the bands sum to the input itself.
    pub phase: CrossoverType,
    /// Delay of linear phase in ms; longer keeps low corners steep.
    pub linear_phase_latency_ms: f64,
    /// Corners between the bands in Hz, rising; one fewer than bands.
    pub crossovers_hz: Vec<f64>,
    /// Two to six bands, lowest first.
    pub bands: Vec<MultibandBand>,
}

/// Phase of the crossovers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CrossoverType {
    /// Linkwitz-Riley with allpass compensation; no latency.
    #[default]
    Minimum,
    /// The same slopes without phase; a delay.
    Linear,
}

/// One band. All channels share its gain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MultibandBand {
    /// What happens beyond the threshold.
    pub mode: DynamicsMode,
    /// Peak level of the band where that begins, in dBFS.
    pub threshold_db: f64,
    /// Input change over output change, or its inverse for expansion.
    pub ratio: f64,
    /// Width of the transition around the threshold in dB.
    pub knee_db: f64,
    /// Time constant in ms while the level rises.
    pub attack_ms: f64,
    /// Time constant in ms while the level falls.
    pub release_ms: f64,
    /// Recover slowly from sustained gain change and fast from short peaks.
    pub auto_release: bool,
    /// Gain change at most, in dB.
    pub range_db: f64,
    /// Level of the band afterwards in dB.
    pub gain_db: f64,
    /// Whether the band's dynamics act; the band itself is heard either way.
    pub enabled: bool,
    /// Hear only this band (and others with solo).
    pub solo: bool,
}

impl Default for MultibandBand {
    fn default() -> Self {
        Self {
            mode: DynamicsMode::Compress,
            threshold_db: -20.0,
            ratio: 2.0,
            knee_db: 6.0,
            attack_ms: 20.0,
            release_ms: 150.0,
            auto_release: false,
            range_db: 24.0,
            gain_db: 0.0,
            enabled: true,
            solo: false,
        }
    }
}

impl Default for MultibandSpec {
    fn default() -> Self {
        Self {
            phase: CrossoverType::Minimum,
            linear_phase_latency_ms: 60.0,
            crossovers_hz: vec![120.0, 2500.0],
            bands: vec![MultibandBand::default(); 3],
        }
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

pub(super) const ROWS: &[Param] = &[
    Param::choice("phase", &["minimum", "linear"], 0, "Minimum phase has no latency; linear phase only delays."),
    Param::logarithmic(
        "linear_phase_latency_ms",
        "ms",
        (10.0, 500.0),
        60.0,
        "Delay of linear phase; longer keeps low corners steep.",
    ),
    Param::logarithmic("crossovers_hz[]", "Hz", (20.0, 16_000.0), 1000.0, "Corners between the bands, rising."),
    Param::choice("bands[].mode", DynamicsMode::NAMES, 0, "What happens beyond the threshold."),
    Param::linear("bands[].threshold_db", "dB", (-80.0, 0.0), -20.0, "Peak level of the band where that begins."),
    Param::logarithmic("bands[].ratio", ":1", (1.0, 50.0), 2.0, "Input change over output change."),
    Param::linear("bands[].knee_db", "dB", (0.0, 36.0), 6.0, "Width of the transition around the threshold."),
    Param::logarithmic("bands[].attack_ms", "ms", (0.1, 500.0), 20.0, "Time constant while the level rises."),
    Param::logarithmic("bands[].release_ms", "ms", (1.0, 5000.0), 150.0, "Time constant while the level falls."),
    Param::toggle("bands[].auto_release", false, "Recovers slowly from sustained change, fast from short peaks."),
    Param::linear("bands[].range_db", "dB", (0.0, 48.0), 24.0, "Gain change at most."),
    Param::linear("bands[].gain_db", "dB", (-24.0, 24.0), 0.0, "Level of the band afterwards."),
    Param::toggle("bands[].enabled", true, "Whether the band's dynamics act."),
    Param::toggle("bands[].solo", false, "Hears only this band."),
];

pub(super) fn check(spec: &MultibandSpec) -> Result<(), SpecError> {
    let count = spec.bands.len();
    if !(2..=MAX_CROSSOVER_BANDS).contains(&count) {
        return Err(SpecError::new("bands", format!("has {count} bands; it takes 2 to {MAX_CROSSOVER_BANDS}")));
    }
    let corners = spec.crossovers_hz.len();
    if corners + 1 != count {
        return Err(SpecError::new(
            "crossovers_hz",
            format!("has {corners} corners; {count} bands take {}", count - 1),
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
