//! The macros by which a parameter is written once.
//!
//! A row of [`settings!`] is a field, its default, its [`Param`], its documentation with range and unit, and
//! the way to read and write it by number; a line of [`choices!`] is a variant, its name in files and its documentation.

use crate::{Field, Param};

/// A type of field that a number can stand for.
pub(crate) trait Value: Copy {
    /// The number: itself, 0 or 1, or the place in a list of choices.
    fn number(self) -> f64;

    /// The value that `number` stands for.
    fn from_number(number: f64) -> Self;
}

impl Value for f64 {
    fn number(self) -> f64 {
        self
    }

    fn from_number(number: f64) -> Self {
        number
    }
}

impl Value for u32 {
    fn number(self) -> f64 {
        f64::from(self)
    }

    fn from_number(number: f64) -> Self {
        number as Self
    }
}

impl Value for bool {
    fn number(self) -> f64 {
        f64::from(u8::from(self))
    }

    fn from_number(number: f64) -> Self {
        number >= 0.5
    }
}

/// Declares an enum whose variants have names in files: `/// One sentence.` and `Variant = "name",` a choice, the default
/// first.
macro_rules! choices {
    (
        $(#[$meta:meta])*
        pub enum $Choice:ident {
            $(#[$first_meta:meta])* $First:ident = $first:literal,
            $($(#[$other_meta:meta])* $Other:ident = $other:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        pub enum $Choice {
            $(#[$first_meta])* #[default] #[serde(rename = $first)] $First,
            $($(#[$other_meta])* #[serde(rename = $other)] $Other,)*
        }

        impl $Choice {
            /// Every choice, in the order of [`NAMES`](Self::NAMES).
            pub const ALL: &'static [Self] = &[Self::$First, $(Self::$Other),*];
            /// The names in files, in the order by which numbers stand for them.
            pub const NAMES: &'static [&'static str] = &[$first, $($other),*];
        }

        impl $crate::settings::Value for $Choice {
            fn number(self) -> f64 {
                self as u8 as f64
            }

            fn from_number(number: f64) -> Self {
                Self::ALL[(number as usize).min(Self::ALL.len() - 1)]
            }
        }
    };
}

/// Declares settings, one row a parameter.
///
/// ```text
/// settings! {
///     /// Sets the thing.
///     pub struct ThingSpec {
///         /// Level change.                                           a number that a knob passes through evenly
///         gain_db: f64 in -24.0..=24.0 "dB" = 0.0,
///         /// Corner of the filter.                                   … evenly in octaves
///         frequency_hz: f64 in log 20.0..=20_000.0 "Hz" = 1000.0,
///         /// Bits of the output.                                     a whole number; of type f64: `in whole 6.0..=96.0`
///         bits: u32 in 8..=24 "bit" = 24,
///         /// Whether it acts.                                        off or on
///         enabled: bool = true,
///         /// Phase.                                                  one of the names of a `choices!`
///         phase: Phase = Phase::Minimum,
///         /// Corners between the bands, rising.                      a list of numbers; a new item begins at 1000
///         crossovers_hz: [f64] in log 20.0..=16_000.0 "Hz" each 1000.0 = vec![120.0],
///         /// The bands, lowest first.                                a list of items, whose rows follow
///         bands: [ThingBand] = Vec::new(),
///         /// Name.                                                   any other type: a field, no parameter
///         name: (String) = String::new(),
///     }
///
///     /// One band.
///     pub struct ThingBand in bands {
///         …
///     }
/// }
/// ```
///
/// Both structs are plain serde data with a JSON Schema; the first implements [`Parameters`](crate::Parameters).
macro_rules! settings {
    (
        $(#[$meta:meta])*
        pub struct $Spec:ident {$(
            $(#[doc = $doc:literal])+
            $(#[serde $serde:tt])?
            $name:ident: $ty:tt
            $(in $($how:ident)? $min:literal..=$max:literal $($unit:literal)? $(each $each:literal)?)?
            = $default:expr,
        )*}
        $(
            $(#[$item_meta:meta])*
            pub struct $Item:ident in $list:ident {$(
                $(#[doc = $item_doc:literal])+
                $(#[serde $item_serde:tt])?
                $item_name:ident: $item_ty:tt
                $(in $($item_how:ident)? $item_min:literal..=$item_max:literal $($item_unit:literal)?)?
                = $item_default:expr,
            )*}
        )?
    ) => {
        settings! { @structure [$(#[$meta])*] $Spec {$(
            [$(#[doc = $doc])+ $(#[serde $serde])?]
            $name, $ty, [$($($how)? $min, $max, $($unit)?)?], $default;
        )*}}
        $(settings! { @structure [$(#[$item_meta])*] $Item {$(
            [$(#[doc = $item_doc])+ $(#[serde $item_serde])?]
            $item_name, $item_ty, [$($($item_how)? $item_min, $item_max, $($item_unit)?)?], $item_default;
        )*}})?

        impl $crate::Parameters for $Spec {
            const FIELDS: &'static [$crate::Field<Self>] = {
                const ALL: &[Option<$crate::Field<$Spec>>] = &[
                    $(settings!(
                        @row $Spec, $name, $ty, [$($($how)? $min, $max, $($unit)?; $($each)?)?], $default, ($($doc),+)
                    ),)*
                    $($(settings!(
                        @item_row $Spec, $list, $item_name, $item_ty,
                        [$($($item_how)? $item_min, $item_max, $($item_unit)?)?], $item_default, ($($item_doc),+)
                    ),)*)?
                ];
                const FIELDS: [$crate::Field<$Spec>; $crate::settings::count(ALL)] = $crate::settings::fields(ALL);
                &FIELDS
            };
            const PARAMS: &'static [$crate::Param] = {
                const PARAMS: [$crate::Param; <$Spec as $crate::Parameters>::FIELDS.len()] =
                    $crate::settings::params(<$Spec as $crate::Parameters>::FIELDS);
                &PARAMS
            };
        }
    };

    // A struct with its default, and a `clone_from` that allocates only where a list or a text outgrows its room.
    (@structure [$($meta:tt)*] $Spec:ident {$(
        [$($field_meta:tt)*] $name:ident, $ty:tt, $range:tt, $default:expr;
    )*}) => {
        $($meta)*
        #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct $Spec {$(
            $($field_meta)*
            #[doc = settings!(@range $ty, $range, $default)]
            pub $name: settings!(@type $ty),
        )*}

        impl Default for $Spec {
            fn default() -> Self {
                Self { $($name: $default),* }
            }
        }

        impl Clone for $Spec {
            fn clone(&self) -> Self {
                Self { $($name: Clone::clone(&self.$name)),* }
            }

            fn clone_from(&mut self, other: &Self) {
                $(Clone::clone_from(&mut self.$name, &other.$name);)*
            }
        }
    };

    (@type [$ty:ty]) => { Vec<$ty> };
    (@type ($ty:ty)) => { $ty };
    (@type $ty:ident) => { $ty };

    // What the documentation says of range and default.
    (@range $ty:tt, [$($how:ident)? $min:literal, $max:literal, $($unit:literal)?], $default:expr) => {
        concat!("\n\nRange: ", $min, " to ", $max, $(" ", $unit,)? "; default: `", stringify!($default), "`.")
    };
    (@range $ty:ident, [], $default:expr) => { concat!("\n\nDefault: `", stringify!($default), "`.") };
    (@range $ty:tt, [], $default:expr) => { "" };

    // One parameter by its type.
    (@param $id:expr, f64, [$min:literal, $max:literal, $($unit:literal)?], $default:expr, $doc:expr) => {
        $crate::Param::linear($id, concat!($($unit)?), ($min, $max), $default, $doc)
    };
    (@param $id:expr, f64, [log $min:literal, $max:literal, $($unit:literal)?], $default:expr, $doc:expr) => {
        $crate::Param::logarithmic($id, concat!($($unit)?), ($min, $max), $default, $doc)
    };
    (@param $id:expr, f64, [whole $min:literal, $max:literal, $($unit:literal)?], $default:expr, $doc:expr) => {
        $crate::Param::integer($id, concat!($($unit)?), ($min, $max), $default, $doc)
    };
    (@param $id:expr, u32, [$min:literal, $max:literal, $($unit:literal)?], $default:expr, $doc:expr) => {
        $crate::Param::integer($id, concat!($($unit)?), ($min as u32 as f64, $max as u32 as f64), $default as u32 as f64, $doc)
    };
    (@param $id:expr, bool, [], $default:expr, $doc:expr) => { $crate::Param::toggle($id, $default, $doc) };
    (@param $id:expr, $ty:ident, [], $default:expr, $doc:expr) => {
        $crate::Param::choice($id, $ty::NAMES, $default as usize, $doc)
    };

    // One row, or none for a field that is no parameter.
    (@row $Spec:ident, $name:ident, ($ty:ty), [], $default:expr, ($($doc:literal),+)) => { None };
    (@row $Spec:ident, $name:ident, [$ty:ty], [], $default:expr, ($($doc:literal),+)) => { None };
    (@row $Spec:ident, $name:ident, [$ty:ident], [$($how:ident)? $min:literal, $max:literal, $($unit:literal)?; $each:literal],
        $default:expr, ($($doc:literal),+)) => {
        Some($crate::Field {
            param: settings!(@param concat!(stringify!($name), "[]"), $ty, [$($how)? $min, $max, $($unit)?], $each,
                $crate::settings::sentence(concat!($($doc),+))),
            count: |spec: &$Spec| spec.$name.len(),
            get: |spec: &$Spec, item: usize| spec.$name.get(item).copied().map($crate::settings::Value::number),
            set: |spec: &mut $Spec, item: usize, value: f64| {
                let slot = spec.$name.get_mut(item);
                slot.map(|slot| *slot = $crate::settings::Value::from_number(value)).is_some()
            },
        })
    };
    (@row $Spec:ident, $name:ident, $ty:tt, [$($how:ident)? $($min:literal, $max:literal, $($unit:literal)?;)?],
        $default:expr, ($($doc:literal),+)) => {
        Some($crate::Field {
            param: settings!(@param stringify!($name), $ty, [$($how)? $($min, $max, $($unit)?)?], $default,
                $crate::settings::sentence(concat!($($doc),+))),
            count: |_: &$Spec| 1,
            get: |spec: &$Spec, _: usize| Some($crate::settings::Value::number(spec.$name)),
            set: |spec: &mut $Spec, _: usize, value: f64| {
                spec.$name = $crate::settings::Value::from_number(value);
                true
            },
        })
    };

    // One row for a field of the items of a list.
    (@item_row $Spec:ident, $list:ident, $name:ident, ($ty:ty), [], $default:expr, ($($doc:literal),+)) => { None };
    (@item_row $Spec:ident, $list:ident, $name:ident, [$ty:ty], [], $default:expr, ($($doc:literal),+)) => { None };
    (@item_row $Spec:ident, $list:ident, $name:ident, $ty:tt, $range:tt, $default:expr, ($($doc:literal),+)) => {
        Some($crate::Field {
            param: settings!(@param concat!(stringify!($list), "[].", stringify!($name)), $ty, $range, $default,
                $crate::settings::sentence(concat!($($doc),+))),
            count: |spec: &$Spec| spec.$list.len(),
            get: |spec: &$Spec, item: usize| {
                spec.$list.get(item).map(|item| $crate::settings::Value::number(item.$name))
            },
            set: |spec: &mut $Spec, item: usize, value: f64| {
                let item = spec.$list.get_mut(item);
                item.map(|item| item.$name = $crate::settings::Value::from_number(value)).is_some()
            },
        })
    };
}

pub(crate) use {choices, settings};

/// A documentation comment as a description.
pub(crate) const fn sentence(comment: &'static str) -> &'static str {
    comment.trim_ascii()
}

/// How many of `all` are parameters.
pub(crate) const fn count<S: 'static>(all: &[Option<Field<S>>]) -> usize {
    let (mut index, mut count) = (0, 0);
    while index < all.len() {
        if all[index].is_some() {
            count += 1;
        }
        index += 1;
    }
    count
}

/// The `N` of `all` that are parameters, in order; there is at least one.
pub(crate) const fn fields<S: 'static, const N: usize>(all: &[Option<Field<S>>]) -> [Field<S>; N] {
    let (mut found, mut count, mut index) = ([None; N], 0, 0);
    while index < all.len() {
        if all[index].is_some() {
            found[count] = all[index];
            count += 1;
        }
        index += 1;
    }
    let (mut fields, mut index) = ([found[0].expect("settings have a parameter"); N], 1);
    while index < N {
        fields[index] = found[index].expect("as many as counted");
        index += 1;
    }
    fields
}

/// The parameter table of `fields`.
pub(crate) const fn params<S: 'static, const N: usize>(fields: &[Field<S>]) -> [Param; N] {
    let (mut params, mut index) = ([fields[0].param; N], 1);
    while index < N {
        params[index] = fields[index].param;
        index += 1;
    }
    params
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Parameters;

    choices! {
        /// Colour.
        pub enum Colour {
            /// Red.
            Red = "red",
            /// Dark blue.
            DarkBlue = "dark_blue",
        }
    }

    settings! {
        /// Sets nothing.
        pub struct Example {
            /// Says
            /// how loud.
            level_db: f64 in -6.0..=6.0 "dB" = 1.5,
            /// Colours.
            colour: Colour = Colour::DarkBlue,
            /// Counts.
            bits: u32 in 8..=24 = 16,
            /// Switches.
            on: bool = true,
            /// Splits.
            corners_hz: [f64] in log 20.0..=200.0 "Hz" each 50.0 = vec![30.0, 40.0],
            /// Holds.
            bands: [Band] = vec![Band::default(); 2],
            /// Names.
            name: (String) = String::new(),
        }

        /// Sets nothing either.
        pub struct Band in bands {
            /// Tunes.
            frequency_hz: f64 in log 10.0..=30_000.0 "Hz" = 1000.0,
        }
    }

    #[test]
    fn a_row_is_a_field_a_default_and_a_parameter() {
        let ids: Vec<&str> = Example::PARAMS.iter().map(|param| param.id).collect();
        assert_eq!(ids, ["level_db", "colour", "bits", "on", "corners_hz[]", "bands[].frequency_hz"]);
        assert_eq!(Example::PARAMS[0], Param::linear("level_db", "dB", (-6.0, 6.0), 1.5, "Says how loud."));
        assert_eq!(Example::PARAMS[1], Param::choice("colour", &["red", "dark_blue"], 1, "Colours."));
        assert_eq!(Example::PARAMS[2], Param::integer("bits", "", (8.0, 24.0), 16.0, "Counts."));
        assert_eq!(Example::PARAMS[4], Param::logarithmic("corners_hz[]", "Hz", (20.0, 200.0), 50.0, "Splits."));
        let text = serde_json::to_string(&Example::default()).unwrap();
        let expected = r#"{"level_db":1.5,"colour":"dark_blue","bits":16,"on":true,"corners_hz":[30.0,40.0],"#;
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn every_value_is_read_and_written_by_number() {
        let mut example = Example::default();
        for (field, value) in Example::FIELDS.iter().zip([-2.0, 0.0, 20.0, 0.0, 60.0, 440.0]) {
            for item in 0..(field.count)(&example) {
                assert!((field.set)(&mut example, item, value), "{}", field.param.id);
                assert_eq!((field.get)(&example, item), Some(value), "{}", field.param.id);
            }
        }
        let bands = vec![Band { frequency_hz: 440.0 }; 2];
        let expected = Example {
            level_db: -2.0,
            colour: Colour::Red,
            bits: 20,
            on: false,
            corners_hz: vec![60.0; 2],
            bands,
            name: String::new(),
        };
        assert_eq!(example, expected);
        let last = Example::FIELDS.last().unwrap();
        assert_eq!(((last.get)(&example, 2), (last.set)(&mut example, 2, 1.0)), (None, false));
        let mut copy = Example::default();
        copy.clone_from(&example);
        assert_eq!(copy, example);
    }
}
