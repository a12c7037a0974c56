//! Upsampling: a spectrum that ends in a wall just below half of a lower standard rate.

use balanced_model::{Defect, DefectKind, Severity};

use super::finding::finding;
use crate::spectrum::bandwidth::find_wall;

/// Rates that audio is recorded at. 32 kHz is left out: its wall, at 15 to 16 kHz, is where lossy coders build theirs.
const SOURCES_HZ: [f64; 8] = [8000.0, 11_025.0, 16_000.0, 22_050.0, 44_100.0, 48_000.0, 88_200.0, 96_000.0];
/// Where the wall of a sample-rate converter stands, as a share of half the source's rate.
/// Lower ones, 20.4 kHz and less, are built by lossy coders too.
const WALL: (f64, f64) = (0.945, 1.005);
/// A converter's wall is at least this high.
const DROP_DB: f64 = 30.0;

/// A finding about the mean power spectrum `power`, by bin.
pub(crate) fn judge(power: &[f64], bin_hz: f64, rate: f64, duration_s: f64) -> Option<Defect> {
    let wall = find_wall(power, bin_hz)?;
    let source_hz = SOURCES_HZ
        .into_iter()
        .filter(|source| *source < 0.95 * rate)
        .find(|source| (WALL.0..WALL.1).contains(&(wall.hz / (source / 2.0))))?;
    if wall.drop_db < DROP_DB {
        return None;
    }
    let message = format!(
        "The file runs at {:.1} kHz, but nothing sounds above {:.1} kHz: it looks converted from {:.1} kHz. The higher rate adds nothing; ask for \
         the original.",
        rate / 1000.0,
        wall.hz / 1000.0,
        source_hz / 1000.0,
    );
    Some(
        finding(DefectKind::Upsampled, Severity::Minor, (0.0, duration_s), message)
            .with("bandwidth_hz", wall.hz)
            .with("drop_db", wall.drop_db)
            .with("likely_source_rate_hz", source_hz),
    )
}
