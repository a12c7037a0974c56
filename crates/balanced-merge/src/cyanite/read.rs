//! Reading that cannot fail: what fits is typed, what does not fit is kept beside it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A type that is read from JSON of strangers.
pub(super) trait Read: Sized {
    /// Reads `value`; the flag says whether everything in it found a place. `None` where the value has another type.
    fn read(value: &Value) -> Option<(Self, bool)>;
}

/// Takes the field `key` out of `object`. It is left there where it, or something in it, could not be read.
pub(super) fn take<T: Read>(object: &mut Map<String, Value>, key: &str) -> Option<T> {
    let value = object.get(key)?;
    if value.is_null() {
        object.remove(key);
        return None;
    }
    let (read, whole) = T::read(value)?;
    if whole {
        object.remove(key);
    }
    Some(read)
}

impl Read for f64 {
    fn read(value: &Value) -> Option<(Self, bool)> {
        value.as_f64().filter(|number| number.is_finite()).map(|number| (number, true))
    }
}

impl Read for i64 {
    fn read(value: &Value) -> Option<(Self, bool)> {
        value.as_i64().map(|number| (number, true))
    }
}

impl Read for bool {
    fn read(value: &Value) -> Option<(Self, bool)> {
        value.as_bool().map(|flag| (flag, true))
    }
}

impl Read for String {
    fn read(value: &Value) -> Option<(Self, bool)> {
        value.as_str().map(|text| (text.to_owned(), true))
    }
}

/// A list without its nulls.
impl<T: Read> Read for Vec<T> {
    fn read(value: &Value) -> Option<(Self, bool)> {
        let (values, whole) = <Vec<Option<T>>>::read(value)?;
        Some((values.into_iter().flatten().collect(), whole))
    }
}

/// A list in which each place counts: `None` for null.
impl<T: Read> Read for Vec<Option<T>> {
    fn read(value: &Value) -> Option<(Self, bool)> {
        let mut whole = true;
        let items = value.as_array()?.iter().map(|item| optional(item, &mut whole)).collect();
        Some((items, whole))
    }
}

/// Values by label; `__typename`, which clients of GraphQL add to every object, is none.
impl<T: Read> Read for BTreeMap<String, Option<T>> {
    fn read(value: &Value) -> Option<(Self, bool)> {
        let mut whole = true;
        let labels = value.as_object()?.iter().filter(|(key, _)| !key.starts_with("__"));
        Some((labels.map(|(key, item)| (key.clone(), optional(item, &mut whole))).collect(), whole))
    }
}

fn optional<T: Read>(item: &Value, whole: &mut bool) -> Option<T> {
    if item.is_null() {
        return None;
    }
    let read = T::read(item);
    *whole &= read.as_ref().is_some_and(|(_, all)| *all);
    read.map(|(item, _)| item)
}

/// Defines a struct of optional fields, each with its JSON name, and how it is read.
macro_rules! record {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $kind:ty = $key:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(default)]
        pub struct $name {
            $($(#[$doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<$kind>,)*
            /// Fields under their own names that this version does not know, or that held something unexpected.
            #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
            pub unread: serde_json::Map<String, serde_json::Value>,
        }

        impl $crate::cyanite::read::Read for $name {
            fn read(value: &serde_json::Value) -> Option<(Self, bool)> {
                let mut object = value.as_object()?.clone();
                let read = Self {
                    $($field: $crate::cyanite::read::take(&mut object, $key),)*
                    unread: serde_json::Map::new(),
                };
                Some((Self { unread: object, ..read }, true))
            }
        }
    };
}

pub(super) use record;
