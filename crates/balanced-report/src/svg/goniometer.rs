//! Density of the stereo image: a goniometer over the whole track.

use std::fmt::Write;

use super::{Figure, Table, Track, png, spectrogram};
use crate::number::fixed;
use crate::{Overview, StereoDensity};

/// Angles from the middle at which the table counts, in degrees.
const SECTORS: [(f64, &str); 4] = [
    (15.0, "Near the middle (up to 15°)"),
    (45.0, "Between the middle and one loudspeaker (15° to 45°)"),
    (75.0, "Wider than the loudspeakers (45° to 75°)"),
    (91.0, "Only in the difference (above 75°)"),
];

/// Picture of where the samples lie between left and right; `None` if no track has one.
pub(crate) fn goniometer(tracks: &[(Track<'_>, Option<&Overview>)]) -> Option<Figure> {
    let images: Vec<(Track<'_>, &StereoDensity)> =
        tracks.iter().filter_map(|(track, overview)| Some((*track, (*overview)?.image.as_ref()?))).collect();
    if images.is_empty() {
        return None;
    }
    let pictures: String = images.iter().map(|(track, image)| picture(*track, image)).collect();
    Some(Figure {
        title: "Stereo image",
        caption: "Where the samples lie over the whole track, brighter where they lie more often: upwards what both channels share, \
                  sideways what differs. A line upright is mono, a round cloud is wide, a flat one cancels on a mono speaker."
            .to_owned(),
        svg: format!("<div class=\"squares\">\n{pictures}</div>"),
        legend: Vec::new(),
        table: table(&images),
    })
}

fn picture(track: Track<'_>, image: &StereoDensity) -> String {
    let (side, levels) = levels(image);
    let uri = png::data_uri(side, side, &levels, &std::array::from_fn(spectrogram::colour));
    let (class, label) = (track.class, track.label);
    let summary: Vec<String> = shares(image).iter().map(|(name, share)| format!("{name}: {share} %")).collect();
    let summary = summary.join("; ");
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg class=\"square\" viewBox=\"0 0 200 200\" role=\"img\" aria-labelledby=\"image-{class}-t image-{class}-d\">\n\
         <title id=\"image-{class}-t\">Stereo image: {label}</title>\n<desc id=\"image-{class}-d\">{summary}.</desc>\n\
         <image x=\"0\" y=\"0\" width=\"200\" height=\"200\" href=\"{uri}\"/>\n\
         <path class=\"cross\" d=\"M100 0V200M0 100H200M0 0L200 200M200 0L0 200\"/>\n"
    );
    for (x, y, anchor, name) in
        [(6, 16, "start", "L"), (194, 16, "end", "R"), (104, 14, "start", "mid"), (196, 95, "end", "side")]
    {
        let _ = writeln!(out, "<text class=\"cross-name\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{name}</text>");
    }
    let _ = writeln!(out, "<text class=\"cross-name\" x=\"6\" y=\"193\">{label}</text>\n</svg>");
    out
}

/// The part of the square that holds something, with its counts as 256 levels on a logarithmic scale; and its side.
fn levels(image: &StereoDensity) -> (usize, Vec<u8>) {
    let centre = image.side / 2;
    let reach = |index: usize| (index.abs_diff(centre)).max(usize::from(index < centre)) + 1;
    let occupied = image.counts.iter().enumerate().filter(|(_, count)| **count > 0);
    let reach =
        occupied.map(|(index, _)| reach(index % image.side).max(reach(index / image.side))).max().unwrap_or(centre);
    let reach = reach.clamp(4, centre);
    let most = f64::from(*image.counts.iter().max().unwrap_or(&1)).ln_1p().max(f64::MIN_POSITIVE);
    let rows = centre - reach..centre + reach;
    let level = |count: u32| (255.0 * f64::from(count).ln_1p() / most).round() as u8;
    let levels = rows.clone().flat_map(|row| rows.clone().map(move |column| (row, column)));
    (2 * reach, levels.map(|(row, column)| level(image.counts[row * image.side + column])).collect())
}

/// Share of the samples in each sector, in percent.
fn shares(image: &StereoDensity) -> Vec<(&'static str, String)> {
    let mut sums = [0u64; SECTORS.len()];
    let centre = 0.5 * (image.side as f64 - 1.0);
    for (index, count) in image.counts.iter().enumerate() {
        let (across, up) = ((index % image.side) as f64 - centre, centre - (index / image.side) as f64);
        let degrees = across.abs().atan2(up.abs()).to_degrees();
        // The innermost samples are too soft to have an angle.
        if across.hypot(up) > 2.0 {
            let sector = SECTORS.iter().position(|(limit, _)| degrees <= *limit).unwrap_or(SECTORS.len() - 1);
            sums[sector] += u64::from(*count);
        }
    }
    let all = sums.iter().sum::<u64>().max(1) as f64;
    SECTORS.iter().zip(sums).map(|((_, name), sum)| (*name, fixed(100.0 * sum as f64 / all, 0))).collect()
}

fn table(images: &[(Track<'_>, &StereoDensity)]) -> Table {
    let columns: Vec<_> = images.iter().map(|(_, image)| shares(image)).collect();
    let rows = SECTORS.iter().enumerate().map(|(index, (_, name))| {
        let values = columns.iter().map(|shares| shares[index].1.clone());
        std::iter::once((*name).to_owned()).chain(values).collect()
    });
    let names = images.iter().map(|(track, _)| format!("{} (% of samples)", track.label));
    Table { columns: std::iter::once("Where".to_owned()).chain(names).collect(), rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OverviewMeter;

    fn image(right: fn(f64) -> f64, gain: f64) -> StereoDensity {
        let left: Vec<f64> = (0..4000).map(|i| gain * (f64::from(i) * 0.37).sin()).collect();
        let right: Vec<f64> = left.iter().map(|sample| right(*sample)).collect();
        let mut meter = OverviewMeter::new(4000, 44_100.0);
        meter.push(&[&left, &right]);
        meter.finish().image.unwrap()
    }

    #[test]
    fn the_table_tells_mono_from_left_only_from_inverted() {
        let most = |right: fn(f64) -> f64| shares(&image(right, 0.9)).iter().position(|(_, share)| share == "100");
        assert_eq!([most(|x| x), most(|_| 0.0), most(|x| -x)], [Some(0), Some(1), Some(3)]);
    }

    #[test]
    fn a_soft_track_fills_the_picture_too() {
        let (loud, soft) = (levels(&image(|x| 0.3 * x, 0.9)), levels(&image(|x| 0.3 * x, 0.09)));
        assert!(loud.0 > 4 * soft.0 && soft.1.len() == soft.0 * soft.0, "{} {}", loud.0, soft.0);
        assert_eq!((loud.1.iter().max(), soft.1.iter().max()), (Some(&255), Some(&255)));
    }
}
