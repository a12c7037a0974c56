//! The spectrum over time, as a picture.

use balanced_model::Spectrogram;

use super::plot::{Axis, Plot};
use super::{Figure, Table, Track, png};
use crate::number::fixed;

/// From nothing to the loudest: even steps of lightness, readable in print and with any colour vision. The first is the
/// chart's ground on light and dark pages alike.
const COLOURS: [[u8; 3]; 7] =
    [[16, 17, 26], [36, 31, 74], [76, 38, 110], [140, 47, 107], [206, 80, 76], [241, 150, 66], [252, 233, 168]];
const TICKS_HZ: [f64; 9] = [50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0, 20_000.0];

/// Level by time and frequency; `None` where the analysis holds no spectrogram.
pub(crate) fn spectrogram(track: Track<'_>) -> Option<Figure> {
    let picture = track.analysis.measurements.spectrum.as_ref()?.spectrogram.as_ref()?;
    if picture.columns == 0 || picture.bands == 0 || picture.levels.len() != picture.columns * picture.bands {
        return None;
    }
    let high_hz = picture.low_hz * 2f64.powf(picture.bands as f64 / f64::from(picture.bands_per_octave.max(1)));
    let end_s = (track.start_s + track.analysis.source.duration_s).max(0.1);
    let mut plot = Plot::over_time(end_s, Axis::logarithmic(picture.low_hz, high_hz), 300.0);
    let drawn_s = picture.column_s * picture.columns as f64;
    plot.image((track.start_s, (track.start_s + drawn_s).min(end_s)), (picture.low_hz, high_hz), &uri(picture));
    let ticks: Vec<f64> = TICKS_HZ.into_iter().filter(|hz| *hz < high_hz).collect();
    plot.labels_y(&ticks, |hz| if hz < 1000.0 { fixed(hz, 0) } else { format!("{}k", fixed(hz / 1000.0, 0)) });
    let caption = format!(
        "Level of each twelfth of an octave over time, from {} dB (dark) below the loudest spot to the loudest (bright). A \
         straight edge at the top is the end of the recording's bandwidth.",
        fixed(picture.range_db, 0)
    );
    let summary = format!(
        "Time from 0 to {} seconds, frequency from {} to {} hertz.",
        fixed(end_s, 0),
        fixed(picture.low_hz, 0),
        fixed(high_hz, 0)
    );
    Some(Figure {
        title: "Spectrogram",
        caption,
        svg: plot.finish("spectrogram", "Spectrogram", &summary),
        legend: Vec::new(),
        table: Table::default(),
    })
}

fn uri(picture: &Spectrogram) -> String {
    let rows: Vec<u8> = picture.levels.chunks_exact(picture.columns).rev().flatten().copied().collect();
    png::data_uri(picture.columns, picture.bands, &rows, &std::array::from_fn(colour))
}

pub(super) fn colour(level: usize) -> [u8; 3] {
    let position = level as f64 / 255.0 * (COLOURS.len() - 1) as f64;
    let below = (position as usize).min(COLOURS.len() - 2);
    let share = position - below as f64;
    std::array::from_fn(|i| {
        let (from, to) = (f64::from(COLOURS[below][i]), f64::from(COLOURS[below + 1][i]));
        (from + share * (to - from)).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    #[test]
    fn the_picture_grows_lighter_and_an_analysis_without_one_has_none() {
        let light = |level: usize| colour(level).map(f64::from).iter().sum::<f64>();
        assert!((1..256).all(|level| light(level) >= light(level - 1)));
        let plain = cases::full();
        assert!(spectrogram(Track::alone(&plain)).is_none());
        let with = cases::with(|analysis| {
            analysis.measurements.spectrum.as_mut().unwrap().spectrogram = Some(Spectrogram {
                column_s: 60.0,
                columns: 3,
                low_hz: 30.0,
                bands_per_octave: 12,
                bands: 2,
                top_db: -20.0,
                range_db: 72.0,
                levels: vec![0, 1, 2, 3, 4, 255],
            });
        });
        let figure = spectrogram(Track::alone(&with)).unwrap();
        assert!(figure.svg.contains("data:image/png;base64,"));
    }
}
