//! The trained numbers, as `tools/beat-training/export.py` wrote them.

/// Name and digest of the model, for the provenance of results.
pub(crate) const NAME: &str = "balanced-beats-2";
/// SHA-256 of `weights.bin`.
pub(crate) const SHA256: &str = include_str!("weights.sha256").trim_ascii();

/// Numbers of all layers.
pub(super) static BYTES: &[u8] = include_bytes!("weights.bin");
