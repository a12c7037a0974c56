//! JSON that is kept as it came.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// JSON text of another program, kept byte for byte: order of keys, spelling of numbers and white space included.
#[derive(Clone)]
pub struct Raw(Box<RawValue>);

impl Raw {
    /// Keeps `text`.
    ///
    /// # Errors
    /// Returns the position and the problem if `text` is not one JSON value.
    pub fn new(text: impl Into<String>) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text.into()).map(Self)
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.get()
    }

    /// Returns the value that the text stands for; `null` where it is nested deeper than 127 levels.
    #[must_use]
    pub fn value(&self) -> Value {
        serde_json::from_str(self.text()).unwrap_or_default()
    }
}

impl Default for Raw {
    fn default() -> Self {
        Self(RawValue::NULL.to_owned())
    }
}

impl From<&Value> for Raw {
    fn from(value: &Value) -> Self {
        RawValue::from_string(value.to_string()).map_or_else(|_| Self::default(), Self)
    }
}

impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self)
    }
}

impl JsonSchema for Raw {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Raw".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_survives_to_the_byte() {
        let text = "{\"b\": 1.0e2,  \"a\": [1.00, 18446744073709551616],\"a\":null}";
        let raw: Raw = serde_json::from_str(text).unwrap();
        assert_eq!(raw.text(), text);
        assert_eq!(serde_json::to_string(&raw).unwrap(), text);
        assert_eq!(Raw::new(text).unwrap(), raw);
        assert_ne!(Raw::new(text.replace("1.00", "1.0")).unwrap(), raw);
    }

    #[test]
    fn what_no_parser_follows_is_still_kept() {
        let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
        let raw = Raw::new(deep.clone()).unwrap();
        assert_eq!((raw.text(), raw.value()), (deep.as_str(), Value::Null));
        assert!(Raw::new("{} {}").is_err() && Raw::new("nonsense").is_err());
    }
}
