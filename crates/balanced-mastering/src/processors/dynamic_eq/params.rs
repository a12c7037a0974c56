//! Settings of the dynamic equaliser.

use crate::SpecError;
use crate::dynamic_gain::{DynamicsMode, DynamicsSettings};
use crate::processors::eq::EqChannels;
use crate::settings::{choices, settings};

/// Largest number of bands of a dynamic equaliser.
const MAX_BANDS: usize = 12;

settings! {
    /// Settings of the dynamic equaliser.
    pub struct DynamicEqSpec {
        /// The bands, in the order the audio passes them.
        bands: [DynamicEqBand] = Vec::new(),
    }

    /// One band of the dynamic equaliser. All channels it acts on share its gain.
    pub struct DynamicEqBand in bands {
        /// Shape of the band.
        kind: DynamicEqKind = DynamicEqKind::Bell,
        /// Centre of a bell, corner of a shelf.
        frequency_hz: f64 in log 20.0..=20_000.0 "Hz" = 3000.0,
        /// Quality factor: centre frequency over bandwidth.
        q: f64 in log 0.2..=20.0 = 1.0,
        /// Direction of the gain change beyond the threshold.
        mode: DynamicsMode = DynamicsMode::Compress,
        /// Peak level within the band beyond which its gain changes.
        threshold_db: f64 in -80.0..=0.0 "dB" = -30.0,
        /// Input change over output change, or its inverse for expansion.
        ratio: f64 in log 1.0..=50.0 ":1" = 3.0,
        /// Width of the soft knee around the threshold.
        knee_db: f64 in 0.0..=36.0 "dB" = 6.0,
        /// Greatest gain change.
        range_db: f64 in 0.0..=24.0 "dB" = 6.0,
        /// Time constant while the level rises.
        attack_ms: f64 in log 0.1..=500.0 "ms" = 5.0,
        /// Time constant while the level falls.
        release_ms: f64 in log 1.0..=5000.0 "ms" = 80.0,
        /// Recovers slowly from sustained gain change and fast from short peaks.
        auto_release: bool = false,
        /// Channels that the band hears and acts on.
        channels: EqChannels = EqChannels::Stereo,
        /// Switches the band on.
        enabled: bool = true,
    }
}

choices! {
    /// Shape of a dynamic band.
    pub enum DynamicEqKind {
        /// Acts around the frequency.
        Bell = "bell",
        /// Acts below the frequency.
        LowShelf = "low_shelf",
        /// Acts above the frequency.
        HighShelf = "high_shelf",
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
    /// Returns a de-esser: a bell at 7 kHz that is lowered by 8 dB at most.
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

    /// Returns a band that lowers one resonance at `frequency_hz` while it rings.
    #[must_use]
    pub fn resonance(frequency_hz: f64) -> Self {
        let band =
            DynamicEqBand { frequency_hz, q: 6.0, attack_ms: 10.0, release_ms: 120.0, ..DynamicEqBand::default() };
        Self { bands: vec![band] }
    }
}

pub(super) fn check(spec: &DynamicEqSpec) -> Result<(), SpecError> {
    if spec.bands.len() > MAX_BANDS {
        return Err(SpecError::new("bands", format!("has {} bands, {MAX_BANDS} are the most", spec.bands.len())));
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
