//! The trained numbers, as `tools/beat-training/export.py` wrote them.

/// Name and digest of the model, for the provenance of results.
pub(crate) const NAME: &str = "balanced-beats-2";
/// SHA-256 of `weights.bin`.
pub(crate) const SHA256: &str = include_str!("weights.sha256").trim_ascii();

/// Little-endian `f32`, in the order in which the layers are made: for each its matrix (inputs by outputs), then its bias.
static BYTES: &[u8] = include_bytes!("weights.bin");

/// Deals out the numbers in order.
pub(super) struct Weights {
    rest: &'static [u8],
}

impl Weights {
    pub fn new() -> Self {
        Self { rest: BYTES }
    }

    /// The next `count` numbers.
    pub fn take(&mut self, count: usize) -> Vec<f32> {
        let (now, rest) = self.rest.split_at(4 * count);
        self.rest = rest;
        now.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
    }
}
