//! Kernels under `benches/`; run by `cargo xtask bench`.
