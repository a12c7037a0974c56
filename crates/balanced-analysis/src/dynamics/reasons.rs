//! Why values of `dynamics` are `null`.

use balanced_model::Dynamics;

use crate::programme::Reasons;

/// DR needs two blocks of 3 s.
const DR_S: f64 = 6.0;
/// The noise floor is found among stretches of this length.
const FLOOR_S: f64 = 0.1;
/// Two sections of the shortest length.
const SECTIONS_S: f64 = 2.0 * 8.0;

pub(crate) fn explain(dynamics: &Dynamics, reasons: &mut Reasons<'_>) {
    let d = dynamics;
    let one = "the loudness does not change between sections, or there is one section only";
    let band = "some bands are silent or lie above half the sample rate";
    for (path, is_missing, shortest_s, otherwise) in [
        ("dr", d.dr.is_none(), DR_S, "the loudest blocks are silent"),
        ("crest_db", d.crest_db.is_none(), 0.0, "no sound"),
        ("rms_dbfs", d.rms_dbfs.is_none(), 0.0, "no sound"),
        ("noise_floor_dbfs", d.noise_floor_dbfs.is_none(), FLOOR_S, "every 100 ms are digital silence"),
        ("macro_dynamics_lu", d.macro_dynamics_lu.is_none(), SECTIONS_S, one),
        ("band_crest_db", d.band_crest_db.iter().any(Option::is_none), 0.0, band),
    ] {
        reasons.explain(&format!("dynamics.{path}"), is_missing, shortest_s, otherwise);
    }
}
