//! Signals with names, for tables and messages of tests.

/// A mono signal and its name.
pub struct Signal {
    /// Name of the signal in tables.
    pub name: String,
    /// Samples around full scale, unless the name says otherwise.
    pub samples: Vec<f64>,
}
