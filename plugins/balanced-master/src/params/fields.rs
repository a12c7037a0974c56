//! How a row of a parameter table reaches its field: plain functions, looked up once, that neither allocate nor fail.
//!
//! Ranges, units, names and defaults all stay in the rows of `balanced-mastering`; a test holds that every row has its
//! field here and that what is written is what a chain file would say.

use balanced_mastering::{
    CompressorChannels, CrossoverType, CutAlignment, Detector, DitherNoise, DynamicEqKind, DynamicsMode, EqBandKind,
    EqChannels, EqPhase, LimiterStyle, ProcessorSpec, SaturationCurve,
};

/// One field of a processor's settings; `item` counts within lists and is ignored by others.
#[derive(Clone, Copy)]
pub struct Field {
    /// `id` of the row.
    pub id: &'static str,
    /// Write a value of the row's range: numbers as they are, toggles as 0 or 1, choices by their number.
    pub set: fn(&mut ProcessorSpec, item: usize, value: f64),
    /// Read it back.
    pub get: fn(&ProcessorSpec, item: usize) -> f64,
}

/// A field's type, as seen by a parameter.
trait Value: Sized {
    fn from_number(number: f64) -> Self;
    fn number(&self) -> f64;
}

impl Value for f64 {
    fn from_number(number: f64) -> Self {
        number
    }
    fn number(&self) -> f64 {
        *self
    }
}

impl Value for u32 {
    fn from_number(number: f64) -> Self {
        number as Self
    }
    fn number(&self) -> f64 {
        f64::from(*self)
    }
}

impl Value for bool {
    fn from_number(number: f64) -> Self {
        number >= 0.5
    }
    fn number(&self) -> f64 {
        f64::from(u8::from(*self))
    }
}

/// Enumerations are numbered in the order of their row's names.
macro_rules! choices {
    ($($name:ident { $($variant:ident)+ })+) => {$(
        impl Value for $name {
            fn from_number(number: f64) -> Self {
                const ALL: &[$name] = &[$($name::$variant),+];
                ALL[(number as usize).min(ALL.len() - 1)]
            }
            fn number(&self) -> f64 {
                const ALL: &[$name] = &[$($name::$variant),+];
                ALL.iter().position(|other| other == self).unwrap_or(0) as f64
            }
        }
    )+};
}

choices! {
    EqPhase { Minimum Linear }
    EqBandKind { Bell LowShelf HighShelf Tilt LowCut HighCut Notch BandPass }
    CutAlignment { Butterworth LinkwitzRiley }
    EqChannels { Stereo Left Right Mid Side }
    DynamicEqKind { Bell LowShelf HighShelf }
    DynamicsMode { Compress Expand UpwardCompress UpwardExpand }
    CrossoverType { Minimum Linear }
    Detector { Peak Rms TrueRms }
    CompressorChannels { Stereo MidSide Mid Side }
    SaturationCurve { Tube Tape Transformer SoftClip }
    LimiterStyle { Transparent Punchy Loud }
    DitherNoise { Tpdf TpdfHighPass NoiseShaped NoiseShapedStrong None }
}

/// `Variant: plain fields; list { fields of its items }; [lists of plain values]`.
macro_rules! fields {
    ($($kind:literal $variant:ident: $($field:ident)*; $($list:ident { $($part:ident)* })?; $([$values:ident])*)+) => {
        /// The fields of the processor named `kind`.
        #[must_use]
        pub fn of(kind: &str) -> Vec<Field> {
            match kind {
                $($kind => vec![
                    $(fields!(@one $variant, stringify!($field), settings, _item, settings.$field),)*
                    $($(fields!(
                        @one $variant,
                        concat!(stringify!($list), "[].", stringify!($part)),
                        settings, item, settings.$list[item].$part
                    ),)*)?
                    $(fields!(@one $variant, concat!(stringify!($values), "[]"), settings, item, settings.$values[item]),)*
                ],)+
                _ => Vec::new(),
            }
        }
    };
    (@one $variant:ident, $id:expr, $settings:ident, $item:ident, $place:expr) => {
        Field {
            id: $id,
            set: |spec, $item, value| {
                if let ProcessorSpec::$variant($settings) = spec {
                    $place = Value::from_number(value);
                }
            },
            get: |spec, $item| match spec {
                ProcessorSpec::$variant($settings) => Value::number(&$place),
                _ => 0.0,
            },
        }
    };
}

fields! {
    "gain" Gain: gain_db;;
    "eq" Eq: phase linear_phase_latency_ms output_gain_db;
        bands { kind frequency_hz gain_db q slope_db_per_octave alignment channels enabled };
    "dynamic_eq" DynamicEq: ;
        bands { kind frequency_hz q mode threshold_db ratio knee_db range_db attack_ms release_ms auto_release channels
                enabled };
    "compressor" Compressor: threshold_db ratio knee_db attack_ms release_ms auto_release detector rms_window_ms
        lookahead_ms sidechain_high_pass_hz sidechain_low_pass_hz link_percent channels makeup_db range_db;;
    "multiband" Multiband: phase linear_phase_latency_ms;
        bands { mode threshold_db ratio knee_db attack_ms release_ms auto_release range_db gain_db enabled solo };
        [crossovers_hz]
    "saturator" Saturator: curve drive_db even_percent wet_percent low_hz high_hz level_compensation output_db;;
    "stereo" Stereo: width_percent mono_below_hz mid_gain_db side_gain_db balance_percent rotation_degrees
        min_correlation;; [crossovers_hz] [widths_percent]
    "transient_shaper" TransientShaper: attack_db sustain_db attack_ms sustain_ms output_db;;
    "clipper" Clipper: drive_db ceiling_dbfs knee_db;;
    "limiter" Limiter: drive_db ceiling_dbtp lookahead_ms release_ms style link_percent sustain_link_percent;;
    "dither" Dither: bits noise auto_blank;;
}
