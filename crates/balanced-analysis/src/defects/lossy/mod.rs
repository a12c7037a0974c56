//! Traces of a lossy codec, as a probability with reasons.
//!
//! A codec transforms overlapping frames, quantises the coefficients, many of them to zero, and transforms back. Whoever transforms
//! the decoded audio with the *same* filters on the *same* frame grid finds those zeros again; one sample beside the grid they
//! are gone (Herre and Schug, "Analysis of Decompressed Audio: The Inverse Decoder", AES 109th Convention, 2000; Yang, Shi and
//! Huang, "Detecting digital audio forgeries by checking frame offsets", MM&Sec 2008). So the detector counts near-zeros at every
//! position of the grid, over excerpts from the whole programme, and asks whether one position stands out.
//!
//! The grid alone decides. A spectrum that ends in a wall, which other detectors go by (D'Alessandro and Shi, MM&Sec 2009;
//! Hennequin, Royo-Letelier and Moussallam, ICASSP 2017, learn it), is made by microphones, samplers, radio, converters and taste
//! as well: it is told as a circumstance and accuses nobody.
//!
//! Grids known: MP3 (hybrid filter bank, 576), AAC-LC (1024, KBD or sine window), Vorbis (1024, power-sine window, with jumps of 128 where
//! blocks were switched) and CELT, the music mode of Opus (960 at 48 kHz), each at the file's own rate; Opus also through a
//! conversion to 44.1 kHz.

mod bank;
mod excerpts;
mod hybrid;
mod search;
mod windows;

use balanced_model::{Defect, DefectKind, Severity};

use super::finding::finding;
use crate::spectrum::bandwidth::find_wall;
pub(crate) use excerpts::Excerpts;
use search::Grid;

/// How far the best grid position must stand out from the others, in robust standard deviations. The best of a few thousand
/// chances lies at 3 to 5, and at 6 for a bass line of which few lines speak.
const SUSPECT: f64 = 7.0;
const CERTAIN: f64 = 9.0;
/// Findings below this probability are not made.
const LEAST_PROBABILITY: f64 = 0.6;

/// Judge the excerpts; `power` is the mean spectrum by bin.
pub(crate) fn judge(excerpts: &Excerpts, rate: f64, power: &[f64], bin_hz: f64, duration_s: f64) -> Option<Defect> {
    let grid = search::search(excerpts, rate)?;
    let probability = probability(&grid);
    if probability < LEAST_PROBABILITY {
        return None;
    }
    let wall = find_wall(power, bin_hz);
    let end = wall.map_or(String::new(), |wall| format!(", and the spectrum ends at {:.1} kHz", wall.hz / 1000.0));
    let message = format!(
        "This has probably ({:.0} %) been through a lossy codec, most likely {}: the codec's frames show in the samples, with zeros at \
         one position out of {} and at no other{end}. A master should be made from the original.",
        100.0 * probability,
        grid.maker(),
        grid.period,
    );
    Some(
        finding(DefectKind::LossyTranscode, Severity::Minor, (0.0, duration_s), message)
            .with("probability", probability)
            .with("grid_prominence", grid.prominence)
            .with("grid_agreement", grid.agreement)
            .with("grid_period_frames", grid.period as f64)
            .with("grid_offset_frames", grid.offset as f64)
            .with("bandwidth_hz", wall.map_or(f64::NAN, |wall| wall.hz)),
    )
}

/// 0.5 at [`SUSPECT`], 0.95 at [`CERTAIN`] and never more than 0.99: a logistic curve.
fn probability(grid: &Grid) -> f64 {
    let slope = (0.95f64 / 0.05).ln() / (CERTAIN - SUSPECT);
    (1.0 / (1.0 + (-slope * (grid.prominence - SUSPECT)).exp())).min(0.99)
}
