//! Settings of the dynamic equaliser and their table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::dynamic_gain::{DynamicsMode, DynamicsSettings};
use crate::processors::eq::EqChannels;
use crate::{Param, SpecError};

/// Bands a dynamic equaliser has at most.
const MAX_BANDS: usize = 12;

/// Settings of the dynamic equaliser.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DynamicEqSpec {
    /// The bands, in the order the audio passes them.
    pub bands: Vec<DynamicEqBand>,
}

/// One band. All channels it acts on share its gain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DynamicEqBand {
    /// Shape.
    pub kind: DynamicEqKind,
    /// Centre of a bell, corner of a shelf, in Hz.
    pub frequency_hz: f64,
    /// Quality.
    pub q: f64,
    /// What happens beyond the threshold.
    pub mode: DynamicsMode,
    /// Peak level in the band's range where that begins, in dBFS.
    pub threshold_db: f64,
    /// Input change over output change, or its inverse for expansion.
    pub ratio: f64,
    /// Width of the transition around the threshold in dB.
    pub knee_db: f64,
    /// Gain change at most, in dB.
    pub range_db: f64,
    /// Time constant in ms while the level rises.
    pub attack_ms: f64,
    /// Time constant in ms while the level falls.
    pub release_ms: f64,
    /// Recover slowly from sustained gain change and fast from short peaks.
    pub auto_release: bool,
    /// What the band hears and acts on.
    pub channels: EqChannels,
    /// Whether the band acts.
    pub enabled: bool,
}

/// Shape of a dynamic band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DynamicEqKind {
    /// Around the frequency.
    #[default]
    Bell,
    /// Below the frequency.
    LowShelf,
    /// Above the frequency.
    HighShelf,
}

impl Default for DynamicEqBand {
    fn default() -> Self {
        Self {
            kind: DynamicEqKind::Bell,
            frequency_hz: 3000.0,
            q: 1.0,
            mode: DynamicsMode::Compress,
            threshold_db: -30.0,
            ratio: 3.0,
            knee_db: 6.0,
            range_db: 6.0,
            attack_ms: 5.0,
            release_ms: 80.0,
            auto_release: false,
            channels: EqChannels::Stereo,
            enabled: true,
        }
    }
}

impl DynamicEqBand {
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

impl DynamicEqSpec {
    /// Tames sibilance: a bell at 7 kHz that goes down by 8 dB at most.
    #[must_use]
    pub fn de_esser() -> Self {
        let band = DynamicEqBand {
            frequency_hz: 7000.0,
            ratio: 4.0,
            range_db: 8.0,
            attack_ms: 1.0,
            release_ms: 50.0,
            ..DynamicEqBand::default()
        };
        Self { bands: vec![band] }
    }

    /// Holds one resonance at `frequency_hz` down while it rings.
    #[must_use]
    pub fn resonance(frequency_hz: f64) -> Self {
        let band =
            DynamicEqBand { frequency_hz, q: 6.0, attack_ms: 10.0, release_ms: 120.0, ..DynamicEqBand::default() };
        Self { bands: vec![band] }
    }
}

pub(super) const ROWS: &[Param] = &[
    Param::choice("bands[].kind", &["bell", "low_shelf", "high_shelf"], 0, "Shape of the band."),
    Param::logarithmic("bands[].frequency_hz", "Hz", (20.0, 20_000.0), 3000.0, "Centre of a bell, corner of a shelf."),
    Param::logarithmic("bands[].q", "", (0.2, 20.0), 1.0, "Centre frequency over bandwidth."),
    Param::choice("bands[].mode", DynamicsMode::NAMES, 0, "What happens beyond the threshold."),
    Param::linear("bands[].threshold_db", "dB", (-80.0, 0.0), -30.0, "Peak level in the band where that begins."),
    Param::logarithmic("bands[].ratio", ":1", (1.0, 50.0), 3.0, "Input change over output change."),
    Param::linear("bands[].knee_db", "dB", (0.0, 36.0), 6.0, "Width of the transition around the threshold."),
    Param::linear("bands[].range_db", "dB", (0.0, 24.0), 6.0, "Gain change at most."),
    Param::logarithmic("bands[].attack_ms", "ms", (0.1, 500.0), 5.0, "Time constant while the level rises."),
    Param::logarithmic("bands[].release_ms", "ms", (1.0, 5000.0), 80.0, "Time constant while the level falls."),
    Param::toggle("bands[].auto_release", false, "Recovers slowly from sustained change, fast from short peaks."),
    Param::choice(
        "bands[].channels",
        &["stereo", "left", "right", "mid", "side"],
        0,
        "What the band hears and acts on.",
    ),
    Param::toggle("bands[].enabled", true, "Whether the band acts."),
];

pub(super) fn check(spec: &DynamicEqSpec) -> Result<(), SpecError> {
    if spec.bands.len() > MAX_BANDS {
        return Err(SpecError::new("bands", format!("has {} bands; {MAX_BANDS} are the most", spec.bands.len())));
    }
    Ok(())
}

pub(super) fn examples() -> Vec<DynamicEqSpec> {
    let band = |kind, frequency_hz, mode, threshold_db| DynamicEqBand {
        kind,
        frequency_hz,
        mode,
        threshold_db,
        ..DynamicEqBand::default()
    };
    let three = vec![
        band(DynamicEqKind::LowShelf, 150.0, DynamicsMode::UpwardCompress, -45.0),
        band(DynamicEqKind::Bell, 440.0, DynamicsMode::Compress, -40.0),
        band(DynamicEqKind::HighShelf, 8_000.0, DynamicsMode::Expand, -50.0),
    ];
    let on = |channels, frequency_hz| DynamicEqBand {
        channels,
        auto_release: true,
        ..band(DynamicEqKind::Bell, frequency_hz, DynamicsMode::Compress, -45.0)
    };
    let apart = vec![
        on(EqChannels::Mid, 300.0),
        on(EqChannels::Side, 5_000.0),
        on(EqChannels::Left, 700.0),
        on(EqChannels::Right, 900.0),
    ];
    let mut other = three.clone();
    other[1] = DynamicEqBand { frequency_hz: 600.0, q: 3.0, ratio: 6.0, ..other[1].clone() };
    other[2].enabled = false;
    vec![
        DynamicEqSpec::default(),
        DynamicEqSpec::de_esser(),
        DynamicEqSpec { bands: three },
        DynamicEqSpec { bands: other },
        DynamicEqSpec { bands: apart },
    ]
}
