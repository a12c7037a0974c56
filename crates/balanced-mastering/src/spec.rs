//! The closed set of processors.

use balanced_dsp::StreamFormat;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::guard::Guard;
use crate::processors::*;
use crate::{BuildError, BuildOptions, Param, Parameters, Processor, Settings, SpecError};

/// Sample rates processors are made for, in Hz.
const SAMPLE_RATES_HZ: std::ops::RangeInclusive<f64> = 8_000.0..=384_000.0;

/// Declares [`ProcessorSpec`] from one line a processor: `/// doc  Variant(SettingsType) = "kind",`.
macro_rules! processors {
    ($($(#[$doc:meta])+ $variant:ident($settings:ty) = $kind:literal,)+) => {
        /// Settings of any processor; `kind` names the processor in files.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(tag = "kind")]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant)]
        pub enum ProcessorSpec {
            $($(#[$doc])+ #[serde(rename = $kind)] $variant($settings),)+
        }

        impl ProcessorSpec {
            /// Names of all kinds of processor.
            pub const KINDS: &'static [&'static str] = &[$($kind),+];

            /// Lists example settings of every processor: its defaults first, then settings that put every part to work.
            #[must_use]
            pub fn all() -> Vec<Self> {
                let mut all = Vec::new();
                $(all.extend(<$settings as Settings>::examples().into_iter().map(Self::$variant));)+
                all
            }

            /// Returns the preset named `preset` of the processor named `kind`.
            #[must_use]
            pub fn preset_of(kind: &str, preset: &str) -> Option<Self> {
                match kind {
                    $($kind => <$settings as Settings>::presets()
                        .into_iter()
                        .find_map(|(name, settings)| (name == preset).then_some(Self::$variant(settings))),)+
                    _ => None,
                }
            }

            /// Lists the names of the presets of the processor named `kind`.
            #[must_use]
            pub fn presets_of(kind: &str) -> Vec<&'static str> {
                match kind {
                    $($kind => <$settings as Settings>::presets().into_iter().map(|(name, _)| name).collect(),)+
                    _ => Vec::new(),
                }
            }

            /// Returns the default settings of the processor named `kind`.
            #[must_use]
            pub fn default_of(kind: &str) -> Option<Self> {
                match kind {
                    $($kind => Some(Self::$variant(<$settings>::default())),)+
                    _ => None,
                }
            }

            /// Returns the name of this kind of processor in files.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $kind,)+ }
            }

            /// Returns the parameter table of this kind of processor.
            #[must_use]
            pub fn params(&self) -> &'static [Param] {
                match self { $(Self::$variant(_) => <$settings as Parameters>::PARAMS,)+ }
            }

            /// Counts the values of the parameter in row `param` of [`params`](Self::params): 1, the items of the list that it
            /// belongs to, or 0 if there is no such row. `[audio]`
            #[must_use]
            pub fn count(&self, param: usize) -> usize {
                match self {
                    $(Self::$variant(settings) => {
                        <$settings>::FIELDS.get(param).map_or(0, |field| (field.count)(settings))
                    })+
                }
            }

            /// Reads the parameter in row `param` of [`params`](Self::params) as a number: itself, 0 or 1 for a switch, the
            /// place of its name for a choice. `item` counts within a list and is ignored elsewhere. `None` if there is no such
            /// row or item. `[audio]`
            #[must_use]
            pub fn get(&self, param: usize, item: usize) -> Option<f64> {
                match self {
                    $(Self::$variant(settings) => (<$settings>::FIELDS.get(param)?.get)(settings, item),)+
                }
            }

            /// Writes the parameter in row `param` of [`params`](Self::params), as [`get`](Self::get) reads it; `value` must lie
            /// within its range. False, and nothing written, if there is no such row or item. `[audio]`
            pub fn set(&mut self, param: usize, item: usize, value: f64) -> bool {
                match self {
                    $(Self::$variant(settings) => {
                        <$settings>::FIELDS.get(param).is_some_and(|field| (field.set)(settings, item, value))
                    })+
                }
            }

            fn check_table(&self) -> Result<(), SpecError> {
                match self { $(Self::$variant(settings) => crate::validate::validate(settings),)+ }
            }

            fn check(&self) -> Result<(), SpecError> {
                match self { $(Self::$variant(settings) => settings.check(),)+ }
            }

            fn build_bare(
                &self,
                format: &StreamFormat,
                options: &BuildOptions<'_>,
            ) -> Result<Box<dyn Processor>, BuildError> {
                match self { $(Self::$variant(settings) => settings.build(format, options),)+ }
            }

            /// The settings of `kind` from a tree without `kind`, `None` if there is no such processor; errors carry the
            /// path within.
            ///
            /// `preset` names settings to start from; the fields beside it override theirs.
            pub(crate) fn read(kind: &str, tree: Value) -> Option<Result<Self, SpecError>> {
                let tree = match Self::on_preset(kind, tree) {
                    Ok(tree) => tree,
                    Err(error) => return Some(Err(error)),
                };
                match kind {
                    $($kind => Some(crate::chain::read_settings::<$settings>(tree).map(Self::$variant)),)+
                    _ => None,
                }
            }
        }
    };
}

processors! {
    /// Gain: changes the level.
    Gain(gain::GainSpec) = "gain",
    /// Parametric equaliser: up to 24 bands, minimum or linear phase.
    Eq(eq::EqSpec) = "eq",
    /// Compressor: reduces the level above a threshold.
    Compressor(compressor::CompressorSpec) = "compressor",
    /// Multiband dynamics: compressors or expanders in two to six bands.
    Multiband(multiband::MultibandSpec) = "multiband",
    /// Dynamic equaliser: bells and shelves whose gain follows the level in their band.
    DynamicEq(dynamic_eq::DynamicEqSpec) = "dynamic_eq",
    /// Stereo image: width, mono bass, mid and side level, balance, rotation.
    Stereo(stereo::StereoSpec) = "stereo",
    /// Channel utilities: polarity, swap, mono, delay of one side.
    Utility(utility::UtilitySpec) = "utility",
    /// Dither: rounds to the bit depth of the file.
    Dither(dither::DitherSpec) = "dither",
    /// DC filter: removes a constant offset and rumble.
    DcFilter(dc_filter::DcFilterSpec) = "dc_filter",
    /// Declicker: takes impulses of a few samples out and fills in what was beneath them.
    Declick(declick::DeclickSpec) = "declick",
    /// Declipper: puts back the tops of waves that were cut flat.
    Declip(declip::DeclipSpec) = "declip",
    /// Hum remover: narrow notches at the mains frequency and its multiples.
    Dehum(dehum::DehumSpec) = "dehum",
    /// Clipper: cuts peaks off, hard or with a soft knee.
    Clipper(clipper::ClipperSpec) = "clipper",
    /// Saturator and exciter: adds harmonics by a smooth curve.
    Saturator(saturator::SaturatorSpec) = "saturator",
    /// Transient shaper: raises or lowers attack and sustain at any level.
    TransientShaper(transient_shaper::TransientShaperSpec) = "transient_shaper",
    /// True-peak limiter: keeps the output under the ceiling, on and between the samples.
    Limiter(limiter::LimiterSpec) = "limiter",
}

impl ProcessorSpec {
    /// `tree` with its `preset` replaced by the fields of that preset that it does not have itself.
    fn on_preset(kind: &str, mut tree: Value) -> Result<Value, SpecError> {
        let Some(preset) = tree.as_object_mut().and_then(|fields| fields.remove("preset")) else { return Ok(tree) };
        let named = preset.as_str().and_then(|name| Self::preset_of(kind, name));
        let settings = named.ok_or_else(|| {
            let names = Self::presets_of(kind).join(", ");
            let known = if names.is_empty() { "has none".to_owned() } else { format!("has {names}") };
            SpecError::new("preset", format!("there is no preset {preset}, `{kind}` {known}"))
        })?;
        let mut whole = serde_json::to_value(settings).map_err(|error| SpecError::new("", error.to_string()))?;
        if let (Some(whole), Value::Object(fields)) = (whole.as_object_mut(), tree) {
            whole.remove("kind");
            whole.extend(fields);
        }
        Ok(whole)
    }

    /// Reads the parameter at `path` (`drive_db`, `bands[1].gain_db`) as [`get`](Self::get) does.
    #[must_use]
    pub fn value(&self, path: &str) -> Option<f64> {
        let (param, item) = self.place(path)?;
        self.get(param, item)
    }

    /// Writes the parameter at `path` (`drive_db`, `bands[1].gain_db`) as [`set`](Self::set) does.
    pub fn set_value(&mut self, path: &str, value: f64) -> bool {
        self.place(path).is_some_and(|(param, item)| self.set(param, item, value))
    }

    /// Row and item of the parameter at `path`.
    fn place(&self, path: &str) -> Option<(usize, usize)> {
        let (id, item) = match path.split_once('[').and_then(|(list, rest)| Some((list, rest.split_once(']')?))) {
            Some((list, (item, field))) => (format!("{list}[]{field}"), item.parse().ok()?),
            None => (path.to_owned(), 0),
        };
        Some((self.params().iter().position(|param| param.id == id)?, item))
    }

    /// Checks every setting against the parameter table.
    ///
    /// # Errors
    /// The first setting out of range, by its path within these settings.
    pub fn validate(&self) -> Result<(), SpecError> {
        self.check_table()?;
        self.check()
    }

    /// Checks the settings and allocates a processor for audio of `format`. `[main]`
    ///
    /// # Errors
    /// Settings out of range, no channels, or a sample rate outside 8 to 384 kHz.
    pub fn build(&self, format: &StreamFormat) -> Result<Box<dyn Processor>, BuildError> {
        self.build_with(format, &BuildOptions::default())
    }

    /// Checks the settings and allocates a processor for audio of `format`, as `options` ask. `[main]`
    ///
    /// # Errors
    /// Returns the errors of [`build`](Self::build).
    pub fn build_with(
        &self,
        format: &StreamFormat,
        options: &BuildOptions<'_>,
    ) -> Result<Box<dyn Processor>, BuildError> {
        self.validate()?;
        check_format(format)?;
        Ok(Box::new(Guard::new(self.build_bare(format, options)?, format.channels())))
    }
}

/// Whether processors can be built for audio of `format`.
pub(crate) fn check_format(format: &StreamFormat) -> Result<(), BuildError> {
    if !SAMPLE_RATES_HZ.contains(&format.sample_rate_hz) {
        return Err(BuildError::SampleRate(format.sample_rate_hz));
    }
    if format.channels() == 0 {
        return Err(BuildError::NoChannels);
    }
    Ok(())
}
