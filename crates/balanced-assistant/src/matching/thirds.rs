//! Third octaves of mid, side and both channels together.

use balanced_model::{Analysis, Ltas};

/// Third octaves from 31.5 Hz to 16 kHz.
pub(super) const BANDS: usize = 28;
/// A band this far under the loudest holds nothing that belongs to the music.
const ABSENT_DB: f64 = -60.0;
/// A band whose centre is not this far under the file's low-pass holds the low-pass, not the music.
const UNDER_LIMIT: f64 = 1.15;

/// Level of each band in dB; `None` where the file was not measured, or holds its low-pass.
pub(crate) type Thirds = [Option<f64>; BANDS];

/// Centre of a band.
pub(super) fn center_hz(band: usize) -> f64 {
    1000.0 * 10f64.powf(0.1 * (band as f64 - 15.0))
}

/// Spectra of a track.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spectra {
    /// Mean power of all channels.
    pub both: Thirds,
    /// Middle and sides; `None` for other than two channels.
    pub pair: Option<[Thirds; 2]>,
}

impl Spectra {
    /// `None` without a long-term spectrum.
    pub fn of(analysis: &Analysis) -> Option<Self> {
        let spectrum = analysis.measurements.spectrum.as_ref()?;
        let limit_hz = spectrum.bandwidth_limit_hz.unwrap_or(f64::INFINITY);
        let both = thirds(&spectrum.ltas, limit_hz);
        both.iter().flatten().next()?;
        let stereo = analysis.measurements.stereo.as_ref().filter(|_| analysis.source.channels == 2);
        let pair = stereo.filter(|stereo| !stereo.ltas_mid.center_hz.is_empty());
        let pair = pair.map(|stereo| [thirds(&stereo.ltas_mid, limit_hz), thirds(&stereo.ltas_side, limit_hz)]);
        Some(Self { both, pair })
    }

    /// Middle and sides; one channel is all middle.
    pub fn as_pair(&self) -> [Thirds; 2] {
        self.pair.unwrap_or([self.both, [None; BANDS]])
    }
}

/// Third-octave levels below `limit_hz`; a band of digital silence counts as just absent.
fn thirds(ltas: &Ltas, limit_hz: f64) -> Thirds {
    let loudest_db = ltas.level_db.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    let level_db = |band: usize| {
        let place = ltas.center_hz.iter().position(|hz| (hz / center_hz(band) - 1.0).abs() < 0.02)?;
        let level_db = ltas.level_db.get(place)?.unwrap_or(loudest_db + ABSENT_DB);
        (level_db.is_finite() && center_hz(band) * UNDER_LIMIT <= limit_hz).then_some(level_db)
    };
    std::array::from_fn(level_db)
}

/// Whether a band is so far under the loudest that nothing of the music is in it.
pub(super) fn is_absent(levels: &Thirds, band: usize) -> bool {
    let loudest_db = levels.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    levels[band].is_none_or(|db| db <= loudest_db + ABSENT_DB)
}

/// Mean of the levels that are there.
pub(super) fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0u32);
    for value in values {
        sum += value;
        count += 1;
    }
    (count > 0).then(|| sum / f64::from(count))
}

/// The value in the middle.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len().is_multiple_of(2) { 0.5 * (values[middle - 1] + upper) } else { upper })
}
