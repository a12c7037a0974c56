//! Traces of a lossy codec, as a probability with reasons.
//!
//! A codec transforms overlapping frames (an MDCT), quantises the coefficients, most of the high ones to zero, and transforms back.
//! Whoever transforms the decoded audio with the *same* window on the *same* frame grid finds those zeros again; one sample
//! beside the grid they are gone. So the detector tries every position of the grid and asks whether one of them stands out
//! (Yang, Shi, Huang, "Detecting digital audio forgeries by checking frame offsets", MM&Sec 2008; Luo, Luo, Huang 2012). Music that was
//! only band-limited, by whatever filter, has no grid: a spectrum that ends early is where the search begins, and never reason
//! enough by itself.
//!
//! Grids known: AAC-LC (1024 coefficients, KBD or sine window) and Vorbis (1024, power-sine window). MP3's hybrid filter bank and Opus
//! (which is resampled on its way to most files) leave no such grid and are not accused.

mod excerpts;
mod grid;

use super::finding::finding;
use crate::model::{Defect, DefectKind, Severity};
use crate::spectrum::bandwidth::find_wall;
pub(crate) use excerpts::Excerpts;
use grid::{Grid, Window};

/// How far the best grid position must stand out from the others, in robust standard deviations. The best of 1024 chances
/// lies at 3 to 5.
const SUSPECT: f64 = 8.0;
const CERTAIN: f64 = 12.0;
/// And by how much, in nepers of the geometric mean coefficient.
const LEAST_DEPTH: f64 = 0.12;
/// Findings below this probability are not made.
const LEAST_PROBABILITY: f64 = 0.6;

/// Codecs end their spectrum below this; the search is spared where music goes on above.
const HIGHEST_WALL_HZ: f64 = 21_000.0;

/// Judge the excerpts; `power` is the mean spectrum by bin.
pub(crate) fn judge(excerpts: &Excerpts, power: &[f64], bin_hz: f64, duration_s: f64) -> Option<Defect> {
    let wall = find_wall(power, bin_hz).filter(|wall| wall.hz < HIGHEST_WALL_HZ)?;
    let grid = [Window::KaiserBessel, Window::Sine, Window::PowerSine]
        .into_iter()
        .filter_map(|window| Some((window, Grid::search(excerpts, window)?)))
        .max_by(|a, b| a.1.prominence.total_cmp(&b.1.prominence));
    let (window, grid) = grid?;
    let probability = probability(&grid);
    if probability < LEAST_PROBABILITY {
        return None;
    }
    let codec = match window {
        Window::KaiserBessel | Window::Sine => "AAC",
        Window::PowerSine => "Ogg Vorbis",
    };
    let message = format!(
        "This has probably ({:.0} %) been through a lossy codec such as {codec}: its frame grid shows in the samples, and the \
         spectrum ends at {:.1} kHz. A master should be made from the original.",
        100.0 * probability,
        wall.hz / 1000.0
    );
    Some(
        finding(DefectKind::LossyTranscode, Severity::Major, (0.0, duration_s), message)
            .with("probability", probability)
            .with("grid_prominence", grid.prominence)
            .with("grid_depth_db", 8.686 * grid.depth)
            .with("grid_offset_frames", grid.offset as f64)
            .with("bandwidth_hz", wall.hz),
    )
}

/// 0.5 at [`SUSPECT`], 0.95 at [`CERTAIN`] and never more than 0.99: a logistic curve.
fn probability(grid: &Grid) -> f64 {
    if grid.depth < LEAST_DEPTH {
        return 0.0;
    }
    let slope = (0.95f64 / 0.05).ln() / (CERTAIN - SUSPECT);
    (1.0 / (1.0 + (-slope * (grid.prominence - SUSPECT)).exp())).min(0.99)
}
