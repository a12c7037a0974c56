//! One row a parameter, read by validation, JSON Schema, plugin knobs, command-line help and reports.

/// How a knob moves through its range.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Scale {
    /// Evenly.
    Linear,
    /// Evenly in octaves; the lower end is above zero.
    Logarithmic,
    /// In whole numbers.
    Integer,
    /// Off (0) or on (1); a boolean in files.
    Toggle,
    /// One of these names, numbered from 0; a string in files.
    Choice(&'static [&'static str]),
}

/// One parameter of a processor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Param {
    /// Name of the field, unit suffix included; `bands[].gain_db` for a field of every list item.
    pub id: &'static str,
    /// Unit as printed (`"dB"`, `"Hz"`, `"ms"`, `"%"`), empty without one.
    pub unit: &'static str,
    /// Least value allowed.
    pub min: f64,
    /// Greatest value allowed.
    pub max: f64,
    /// Value of an absent field.
    pub default: f64,
    /// How a knob moves.
    pub scale: Scale,
    /// One sentence.
    pub description: &'static str,
}

impl Param {
    /// A number that a knob passes through evenly.
    #[must_use]
    pub const fn linear(
        id: &'static str,
        unit: &'static str,
        (min, max): (f64, f64),
        default: f64,
        description: &'static str,
    ) -> Self {
        Self { id, unit, min, max, default, scale: Scale::Linear, description }
    }

    /// A number whose ratios matter: frequencies, times.
    #[must_use]
    pub const fn logarithmic(
        id: &'static str,
        unit: &'static str,
        range: (f64, f64),
        default: f64,
        description: &'static str,
    ) -> Self {
        Self { scale: Scale::Logarithmic, ..Self::linear(id, unit, range, default, description) }
    }

    /// A whole number.
    #[must_use]
    pub const fn integer(
        id: &'static str,
        unit: &'static str,
        range: (f64, f64),
        default: f64,
        description: &'static str,
    ) -> Self {
        Self { scale: Scale::Integer, ..Self::linear(id, unit, range, default, description) }
    }

    /// Off or on.
    #[must_use]
    pub const fn toggle(id: &'static str, default: bool, description: &'static str) -> Self {
        let default = if default { 1.0 } else { 0.0 };
        Self { scale: Scale::Toggle, ..Self::linear(id, "", (0.0, 1.0), default, description) }
    }

    /// One of `names`, `default` by its number.
    #[must_use]
    pub const fn choice(
        id: &'static str,
        names: &'static [&'static str],
        default: usize,
        description: &'static str,
    ) -> Self {
        let range = (0.0, (names.len() - 1) as f64);
        Self { scale: Scale::Choice(names), ..Self::linear(id, "", range, default as f64, description) }
    }

    /// Whether `value` is a finite number within the range.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        (self.min..=self.max).contains(&value)
    }

    /// The range as printed: `10..30000 Hz`.
    #[must_use]
    pub fn range_text(&self) -> String {
        format!("{}..{} {}", self.min, self.max, self.unit).trim_end().to_owned()
    }
}
