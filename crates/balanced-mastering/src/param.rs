//! Parameters as data, read by validation, JSON Schema, plugin knobs, command-line help and reports.

/// How a knob moves through the range of its parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Scale {
    /// Moves evenly.
    Linear,
    /// Moves evenly in octaves; the lower end is above zero.
    Logarithmic,
    /// Moves in whole numbers.
    Integer,
    /// Switches off (0) or on (1); a boolean in files.
    Toggle,
    /// Selects one of these names, numbered from 0; a string in files.
    Choice(&'static [&'static str]),
}

/// One parameter of a processor: a row of its parameter table.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
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
    /// How a knob moves through the range.
    pub scale: Scale,
    /// One sentence on the effect of the parameter.
    pub description: &'static str,
}

impl Param {
    /// Describes a number that a knob passes through evenly.
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

    /// Describes a number whose ratios matter, such as a frequency or a time.
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

    /// Describes a whole number.
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

    /// Describes a switch.
    #[must_use]
    pub const fn toggle(id: &'static str, default: bool, description: &'static str) -> Self {
        let default = if default { 1.0 } else { 0.0 };
        Self { scale: Scale::Toggle, ..Self::linear(id, "", (0.0, 1.0), default, description) }
    }

    /// Describes a choice among `names`; `default` is the number of one of them.
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

    /// Tells whether `value` is a number within the range.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        (self.min..=self.max).contains(&value)
    }

    /// Returns the range as printed: `10..30000 Hz`.
    #[must_use]
    pub fn range_text(&self) -> String {
        format!("{}..{} {}", self.min, self.max, self.unit).trim_end().to_owned()
    }
}

/// A parameter and the way to its value in settings of type `S`.
///
/// A number stands for every value: itself, 0 or 1 for a switch, the place of its name for a choice.
#[non_exhaustive]
pub struct Field<S: 'static> {
    /// The row of the parameter table.
    pub param: Param,
    /// Counts the values: 1, or the items of the list that the parameter belongs to. `[audio]`
    pub count: fn(&S) -> usize,
    /// Reads the value; `item` counts within a list and is ignored elsewhere. `None` if there is no such item. `[audio]`
    pub get: fn(&S, item: usize) -> Option<f64>,
    /// Writes a value of the parameter's range; false, and nothing written, if there is no such item. `[audio]`
    pub set: fn(&mut S, item: usize, value: f64) -> bool,
}

// Derived, these would ask the same of `S`.
impl<S> Clone for Field<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Field<S> {}

/// Settings with a parameter table: what the crate's `settings!` macro declares.
pub trait Parameters: Sized + 'static {
    /// Every parameter with the way to its value; `bands[].gain_db` is a field of every item of `bands`.
    const FIELDS: &'static [Field<Self>];
    /// The parameter table: the rows of [`FIELDS`](Self::FIELDS).
    const PARAMS: &'static [Param];
}
