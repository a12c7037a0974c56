//! Faults, found in one pass over the audio and a few sums. See `README.md` here for what each detector needs, how often it is right
//! and how often it is wrong.
//!
//! Rules of the house: a detector that is not sure says nothing; its thresholds are named and explained where they stand; memory is
//! fixed; results do not depend on how the audio was cut into blocks.

mod bridge;
mod cells;
mod clicks;
mod clipping;
mod coherence;
mod drone;
mod edges;
mod fades;
mod finding;
mod floor;
mod gaps;
mod hum;
mod image;
mod levels;
mod limiting;
mod lossy;
mod numbers;
mod offset;
mod overs;
mod resonance;
mod samples;
mod sibilance;
mod spectral;
mod swap;
mod swells;
mod upsampled;

pub(crate) use samples::SampleDefects;
pub(crate) use spectral::SpectralDefects;

use balanced_model::Defect;

/// The worst first, then as they follow each other.
fn rank(defects: &mut [Defect]) {
    defects.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.start_s.total_cmp(&b.start_s)).then(a.kind.cmp(&b.kind)));
}
