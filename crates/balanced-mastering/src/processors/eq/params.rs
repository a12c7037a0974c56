//! Settings of the equaliser.

use crate::SpecError;
use crate::settings::{choices, settings};

/// Largest number of bands of an equaliser.
pub const MAX_BANDS: usize = 24;
/// Largest quality factor of a shelf; above it a shelf rings like a bell.
const MAX_SHELF_Q: f64 = 2.0;

settings! {
    /// Settings of the equaliser.
    pub struct EqSpec {
        /// Minimum phase has no latency; linear phase keeps the waveform's timing.
        phase: EqPhase = EqPhase::Minimum,
        /// Latency of linear phase; longer resolves lower and narrower bands.
        linear_phase_latency_ms: f64 in log 10.0..=500.0 "ms" = 100.0,
        /// Level change after all bands.
        output_gain_db: f64 in -24.0..=24.0 "dB" = 0.0,
        /// The bands, in the order the audio passes them.
        bands: [EqBand] = Vec::new(),
    }

    /// One band of the equaliser.
    pub struct EqBand in bands {
        /// Shape of the band.
        kind: EqBandKind = EqBandKind::Bell,
        /// Centre of a bell, notch or band-pass, half-gain point of a shelf, pivot of a tilt, corner of a cut.
        frequency_hz: f64 in log 10.0..=30_000.0 "Hz" = 1000.0,
        /// Boost or cut; a tilt has it far above its pivot and its negative far below; cuts and notches have none.
        gain_db: f64 in -30.0..=30.0 "dB" = 0.0,
        /// Quality factor: centre frequency over bandwidth, up to 2 for shelves; scales the sharpest section of a Butterworth
        /// cut (0.707 leaves it).
        q: f64 in log 0.1..=40.0 = 0.707,
        /// Slope of cuts, and 6 or 12 for shelves.
        slope_db_per_octave: f64 in whole 6.0..=96.0 "dB/oct" = 12.0,
        /// Alignment of cuts.
        alignment: CutAlignment = CutAlignment::Butterworth,
        /// Channels that the band acts on.
        channels: EqChannels = EqChannels::Stereo,
        /// Switches the band on.
        enabled: bool = true,
    }
}

choices! {
    /// Shape of a band.
    #[non_exhaustive]
    pub enum EqBandKind {
        /// Boosts or cuts around the frequency.
        Bell = "bell",
        /// Boosts or cuts everything below the frequency.
        LowShelf = "low_shelf",
        /// Boosts or cuts everything above the frequency.
        HighShelf = "high_shelf",
        /// Raises the treble and lowers the bass, or the reverse.
        Tilt = "tilt",
        /// High-pass.
        LowCut = "low_cut",
        /// Low-pass.
        HighCut = "high_cut",
        /// Takes one frequency out.
        Notch = "notch",
        /// Leaves only the frequencies around one.
        BandPass = "band_pass",
    }
}

choices! {
    /// Alignment of a cut.
    #[non_exhaustive]
    pub enum CutAlignment {
        /// Has -3 dB at the corner and the flattest passband.
        Butterworth = "butterworth",
        /// Has -6 dB at the corner; slopes in steps of 12 dB per octave.
        LinkwitzRiley = "linkwitz_riley",
    }
}

choices! {
    /// Channels that a band acts on.
    #[non_exhaustive]
    pub enum EqChannels {
        /// Acts on all channels.
        Stereo = "stereo",
        /// Acts on the front left channel.
        Left = "left",
        /// Acts on the front right channel.
        Right = "right",
        /// Acts on what the front pair has in common.
        Mid = "mid",
        /// Acts on the difference of the front pair.
        Side = "side",
    }
}

choices! {
    /// Phase of the whole equaliser.
    #[non_exhaustive]
    pub enum EqPhase {
        /// Has the phase of the analogue filters; no latency.
        Minimum = "minimum",
        /// Has no phase shift but a delay.
        Linear = "linear",
    }
}

pub(super) fn check(spec: &EqSpec) -> Result<(), SpecError> {
    if spec.bands.len() > MAX_BANDS {
        return Err(SpecError::new("bands", format!("has {} bands, {MAX_BANDS} are the most", spec.bands.len())));
    }
    for (index, band) in spec.bands.iter().enumerate() {
        check_band(band).map_err(|error| error.within(&format!("bands[{index}]")))?;
    }
    Ok(())
}

fn check_band(band: &EqBand) -> Result<(), SpecError> {
    let shelf = matches!(band.kind, EqBandKind::LowShelf | EqBandKind::HighShelf);
    let cut = matches!(band.kind, EqBandKind::LowCut | EqBandKind::HighCut);
    let slope = band.slope_db_per_octave;
    if shelf && band.q > MAX_SHELF_Q {
        return Err(SpecError::new("q", format!("{} is outside 0.1..{MAX_SHELF_Q} for a shelf", band.q)));
    }
    if shelf && slope != 6.0 && slope != 12.0 {
        return Err(SpecError::new("slope_db_per_octave", format!("{slope} is neither 6 nor 12, a shelf's slopes")));
    }
    let step = if band.alignment == CutAlignment::LinkwitzRiley { 12.0 } else { 6.0 };
    if cut && slope % step != 0.0 {
        return Err(SpecError::new("slope_db_per_octave", format!("{slope} is not a multiple of {step}")));
    }
    Ok(())
}

pub(super) fn examples() -> Vec<EqSpec> {
    use EqBandKind::*;
    let band = |kind, frequency_hz, gain_db, q| EqBand { kind, frequency_hz, gain_db, q, ..EqBand::default() };
    let tonal = vec![
        EqBand { slope_db_per_octave: 24.0, ..band(LowCut, 25.0, 0.0, 0.707) },
        band(LowShelf, 120.0, 2.0, 0.7),
        band(Bell, 350.0, -3.0, 1.4),
        EqBand { channels: EqChannels::Mid, ..band(Bell, 3_000.0, 1.5, 0.9) },
        EqBand { channels: EqChannels::Side, ..band(HighShelf, 9_000.0, 2.5, 0.7) },
        EqBand { channels: EqChannels::Left, ..band(Bell, 800.0, -1.0, 5.0) },
    ];
    let odd = vec![
        band(Tilt, 900.0, -1.5, 0.7),
        band(Notch, 50.0, 0.0, 20.0),
        EqBand { slope_db_per_octave: 6.0, ..band(HighShelf, 6_000.0, 4.0, 0.7) },
        EqBand { slope_db_per_octave: 12.0, alignment: CutAlignment::LinkwitzRiley, ..band(LowCut, 30.0, 0.0, 0.7) },
        EqBand { channels: EqChannels::Right, ..band(Bell, 2_000.0, 2.0, 0.3) },
        EqBand { enabled: false, ..band(BandPass, 1_000.0, 0.0, 1.0) },
    ];
    let linear = EqSpec {
        phase: EqPhase::Linear,
        linear_phase_latency_ms: 40.0,
        bands: tonal[1..].to_vec(),
        ..EqSpec::default()
    };
    let other_linear = EqSpec { bands: odd[4..].to_vec(), output_gain_db: 1.0, ..linear.clone() };
    vec![
        EqSpec::default(),
        linear,
        other_linear,
        EqSpec { bands: tonal, output_gain_db: -0.5, ..EqSpec::default() },
        EqSpec { bands: odd, ..EqSpec::default() },
    ]
}
