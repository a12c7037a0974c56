//! What kind of music a track is, as far as advice depends on it.

use balanced_model::Analysis;

/// Genres that are recorded, not built: no clipper, no advice about drums.
const ACOUSTIC: [&str; 14] = [
    "classical",
    "orchestral",
    "chamber",
    "opera",
    "choral",
    "baroque",
    "romantic",
    "symphony",
    "soundtrack",
    "score",
    "neo-classical",
    "contemporary classical",
    "piano",
    "medieval",
];
/// Probability from which a tag is taken at its word.
const SURE: f64 = 0.3;
/// Change of the spectrum from frame to frame of music without drums (see `flux`), and peak over average of the upper bands
/// of music with them.
const CALM_FLUX: f64 = 0.33;

/// Whether drums or other struck sounds drive the track.
///
/// By the genres where there are tags, else by how much the spectrum changes from frame to frame.
pub(crate) fn is_percussive(analysis: &Analysis) -> bool {
    if let Some(tags) = &analysis.measurements.tags {
        let acoustic = tags.genre.iter().chain(&tags.subgenre).any(|tag| {
            let name = tag.label.to_lowercase();
            tag.score >= SURE && ACOUSTIC.iter().any(|word| name.contains(word))
        });
        if acoustic {
            return false;
        }
    }
    let flux = analysis.measurements.spectrum.as_ref().and_then(|spectrum| spectrum.flux);
    flux.is_none_or(|flux| flux > CALM_FLUX)
}
