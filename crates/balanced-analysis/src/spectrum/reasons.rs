//! Why values of `spectrum` are `null`.

use balanced_model::Spectrum;

use crate::programme::Reasons;

pub(super) fn explain(spectrum: &Spectrum, reasons: &mut Reasons<'_>) {
    let s = spectrum;
    let quiet = "no frame is louder than -70 dBFS";
    let one = "no two frames in a row are louder than -70 dBFS";
    let few = "fewer than ten third octaves between 100 Hz and 10 kHz hold sound";
    let no_wall = "no wall: the spectrum reaches half the sample rate or falls off by nature";
    for (path, is_missing, otherwise) in [
        ("centroid_hz", s.centroid_hz.is_none(), quiet),
        ("rolloff85_hz", s.rolloff85_hz.is_none(), quiet),
        ("bandwidth_hz", s.bandwidth_hz.is_none(), quiet),
        ("flatness", s.flatness.is_none(), quiet),
        ("contrast_db", s.contrast_db.is_empty(), quiet),
        ("mfcc_mean", s.mfcc_mean.is_empty(), quiet),
        ("flux", s.flux.is_none(), one),
        ("tilt_db_per_octave", s.tilt_db_per_octave.is_none(), few),
        ("bandwidth_limit_hz", s.bandwidth_limit_hz.is_none(), no_wall),
    ] {
        reasons.explain(&format!("spectrum.{path}"), is_missing, 0.0, otherwise);
    }
}
