//! Settings of the equaliser and their table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Param, SpecError};

/// Bands an equaliser has at most.
pub const MAX_BANDS: usize = 24;
/// Quality above which a shelf would ring like a bell.
const MAX_SHELF_Q: f64 = 2.0;

/// Settings of the equaliser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EqSpec {
    /// Minimum phase has no latency; linear phase keeps every waveform's timing.
    pub phase: EqPhase,
    /// Delay of linear phase in ms; longer resolves lower and narrower bands.
    pub linear_phase_latency_ms: f64,
    /// Level change after all bands in dB.
    pub output_gain_db: f64,
    /// The bands, in the order the audio passes them.
    pub bands: Vec<EqBand>,
}

/// One band.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EqBand {
    /// Shape.
    pub kind: EqBandKind,
    /// Centre of a bell, notch or band-pass, half-gain point of a shelf, pivot of a tilt, corner of a cut, in Hz.
    pub frequency_hz: f64,
    /// Boost or cut in dB; a tilt has `+gain_db` far above its pivot and `-gain_db` far below. Cuts and notches have none.
    pub gain_db: f64,
    /// Quality: centre frequency over bandwidth. Scales the sharpest section of a Butterworth cut (0.707 leaves it).
    pub q: f64,
    /// Slope of cuts (6 to 96) and shelves (6 or 12) in dB per octave.
    pub slope_db_per_octave: f64,
    /// Alignment of cuts.
    pub alignment: CutAlignment,
    /// What it acts on.
    pub channels: EqChannels,
    /// Whether it acts at all.
    pub enabled: bool,
}

/// Shape of a band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EqBandKind {
    /// Peak or dip.
    #[default]
    Bell,
    /// Everything below.
    LowShelf,
    /// Everything above.
    HighShelf,
    /// Treble against bass.
    Tilt,
    /// High-pass.
    LowCut,
    /// Low-pass.
    HighCut,
    /// Takes one frequency out.
    Notch,
    /// Leaves one frequency.
    BandPass,
}

/// Alignment of a cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CutAlignment {
    /// -3 dB at the corner, flattest passband.
    #[default]
    Butterworth,
    /// -6 dB at the corner; slopes in steps of 12 dB per octave.
    LinkwitzRiley,
}

/// What a band acts on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EqChannels {
    /// All channels.
    #[default]
    Stereo,
    /// The front left channel.
    Left,
    /// The front right channel.
    Right,
    /// What the front pair has in common.
    Mid,
    /// What the front pair differs by.
    Side,
}

/// Phase of the whole equaliser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EqPhase {
    /// That of the analogue filters; no latency.
    #[default]
    Minimum,
    /// None but a delay.
    Linear,
}

impl Default for EqSpec {
    fn default() -> Self {
        Self { phase: EqPhase::Minimum, linear_phase_latency_ms: 100.0, output_gain_db: 0.0, bands: Vec::new() }
    }
}

impl Default for EqBand {
    fn default() -> Self {
        Self {
            kind: EqBandKind::Bell,
            frequency_hz: 1000.0,
            gain_db: 0.0,
            q: 0.707,
            slope_db_per_octave: 12.0,
            alignment: CutAlignment::Butterworth,
            channels: EqChannels::Stereo,
            enabled: true,
        }
    }
}

pub(super) const ROWS: &[Param] = &[
    Param::choice("phase", &["minimum", "linear"], 0, "Minimum phase has no latency; linear phase only delays."),
    Param::logarithmic(
        "linear_phase_latency_ms",
        "ms",
        (10.0, 500.0),
        100.0,
        "Delay of linear phase; longer resolves lower and narrower bands.",
    ),
    Param::linear("output_gain_db", "dB", (-24.0, 24.0), 0.0, "Level change after all bands."),
    Param::choice(
        "bands[].kind",
        &["bell", "low_shelf", "high_shelf", "tilt", "low_cut", "high_cut", "notch", "band_pass"],
        0,
        "Shape of the band.",
    ),
    Param::logarithmic("bands[].frequency_hz", "Hz", (10.0, 30_000.0), 1000.0, "Centre, corner or pivot."),
    Param::linear(
        "bands[].gain_db",
        "dB",
        (-30.0, 30.0),
        0.0,
        "Boost or cut; a tilt has it above and its negative below.",
    ),
    Param::logarithmic("bands[].q", "", (0.1, 40.0), 0.707, "Centre frequency over bandwidth; up to 2 for shelves."),
    Param::integer(
        "bands[].slope_db_per_octave",
        "dB/oct",
        (6.0, 96.0),
        12.0,
        "Slope of cuts, and 6 or 12 for shelves.",
    ),
    Param::choice("bands[].alignment", &["butterworth", "linkwitz_riley"], 0, "Alignment of cuts."),
    Param::choice("bands[].channels", &["stereo", "left", "right", "mid", "side"], 0, "What the band acts on."),
    Param::toggle("bands[].enabled", true, "Whether the band acts at all."),
];

pub(super) fn check(spec: &EqSpec) -> Result<(), SpecError> {
    if spec.bands.len() > MAX_BANDS {
        return Err(SpecError::new("bands", format!("has {} bands; {MAX_BANDS} are the most", spec.bands.len())));
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
