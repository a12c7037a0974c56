//! The waveform of a whole track, with what was found in it.

use balanced_model::{Finding, Loudness};

use super::plot::{Axis, Plot};
use super::{Figure, Table, Track, curves};
use crate::Overview;
use crate::facts::sentence;
use crate::number::{NONE, clock, fixed, maybe};

/// Height of a track's lane in units of the vertical axis: from -1 to 1 and some air.
const LANE: f64 = 2.15;
/// Height of the strip that holds the findings.
const STRIP: f64 = 0.62;
/// Share of the track from which a range is no place in it.
const ALL_ALONG: f64 = 0.95;
/// Pixels of one unit.
const UNIT_PX: f64 = 40.0;
/// Space that ticks need above and below.
const MARGINS_PX: f64 = 40.0;

/// Waveform of each track that has an overview, with its sections, its peaks over full scale, and the places of the findings; `None` if
/// there is neither a waveform nor a place.
pub(crate) fn waveform(tracks: &[(Track<'_>, Option<&Overview>)], findings: &[Finding]) -> Option<Figure> {
    let lanes: Vec<(Track<'_>, &Overview)> =
        tracks.iter().filter_map(|(track, overview)| Some((*track, (*overview)?))).collect();
    if lanes.is_empty() && findings.iter().all(|finding| finding.range_s.is_none()) {
        return None;
    }
    let end_s = curves::length_s(&tracks.iter().map(|(track, _)| *track).collect::<Vec<_>>());
    let top = STRIP + LANE * lanes.len() as f64;
    let mut plot = Plot::over_time(end_s, Axis::linear(0.0, top), MARGINS_PX + UNIT_PX * top);
    sections(&mut plot, tracks, top);
    for (index, (track, overview)) in lanes.iter().enumerate() {
        lane(&mut plot, *track, overview, top - LANE * (0.5 + index as f64));
    }
    places(&mut plot, findings, end_s);
    let overs: usize = tracks.iter().map(|(track, _)| overs(*track).len()).sum();
    Some(Figure {
        title: "Waveform",
        caption: caption(&lanes, placed(findings, end_s).len(), overs),
        svg: plot.finish("waveform", "Waveform", &summary(tracks, findings, end_s)),
        legend: curves::legend(&tracks.iter().map(|(track, _)| *track).collect::<Vec<_>>()),
        table: table(tracks),
    })
}

fn lane(plot: &mut Plot, track: Track<'_>, overview: &Overview, centre: f64) {
    let columns = overview.low.len().max(1) as f64;
    let at = |index: usize| track.start_s + overview.duration_s * (index as f64 + 0.5) / columns;
    let level = |sample: f32| centre + f64::from(sample).clamp(-1.0, 1.0);
    let pairs = overview.low.iter().zip(&overview.high).enumerate();
    let points: Vec<_> = pairs.map(|(index, (low, high))| (at(index), level(*low), level(*high))).collect();
    plot.area(&points, &format!("wave {}", track.class));
    plot.labels_y(&[centre + 1.0], |_| "0 dB".to_owned());
    for (start_s, end_s) in overs(track) {
        let (from, to) = (track.start_s + start_s, track.start_s + end_s);
        plot.rect((from, to), (centre + 0.97, centre + 1.07), "bar critical");
        plot.rect((from, to), (centre - 1.07, centre - 0.97), "bar critical");
    }
}

/// Where true peaks pass full scale, and where samples are clipped.
fn overs(track: Track<'_>) -> Vec<(f64, f64)> {
    let Some(loudness): Option<&Loudness> = track.analysis.measurements.loudness.as_ref() else { return Vec::new() };
    let peaks = loudness.true_peak_overs.iter().map(|over| (over.start_s, over.end_s));
    let rate_hz = track.analysis.source.sample_rate_hz.max(1.0);
    let runs = loudness.clipped_runs.iter().map(|run| (run.start_s, run.start_s + run.samples as f64 / rate_hz));
    let mut all: Vec<(f64, f64)> = peaks.chain(runs).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    // What touches is one place.
    let mut places: Vec<(f64, f64)> = Vec::new();
    for (start_s, end_s) in all {
        match places.last_mut() {
            Some(last) if start_s <= last.1 => last.1 = last.1.max(end_s),
            _ => places.push((start_s, end_s)),
        }
    }
    places
}

/// Stretches of steady loudness of the first track that has any, every second one shaded.
fn sections(plot: &mut Plot, tracks: &[(Track<'_>, Option<&Overview>)], top: f64) {
    let Some((track, found)) = first_sections(tracks) else { return };
    for (index, section) in found.iter().enumerate() {
        let (from, to) = (track.start_s + section.start_s, track.start_s + section.end_s);
        if index % 2 == 1 {
            plot.rect((from, to), (0.0, top), "region");
        }
    }
}

fn first_sections<'a>(
    tracks: &[(Track<'a>, Option<&Overview>)],
) -> Option<(Track<'a>, &'a [balanced_model::LoudnessSection])> {
    let of = |(track, _): &(Track<'a>, Option<&Overview>)| {
        let sections = &track.analysis.measurements.dynamics.as_ref()?.sections;
        (sections.len() > 1).then_some((*track, sections.as_slice()))
    };
    tracks.iter().find_map(of)
}

/// A bar for each finding that has a place, the lighter ones first, so that the graver lie above.
fn places(plot: &mut Plot, findings: &[Finding], end_s: f64) {
    plot.rect((0.0, end_s), (0.06, STRIP - 0.16), "lane");
    for (finding, [from, to]) in placed(findings, end_s).into_iter().rev() {
        plot.rect((from, to), (0.06, STRIP - 0.16), &format!("bar {}", finding.severity.name()));
    }
}

/// Findings with a place of their own; one that lasts all along has none.
fn placed(findings: &[Finding], end_s: f64) -> Vec<(&Finding, [f64; 2])> {
    let all = findings.iter().filter_map(|finding| Some((finding, finding.range_s?)));
    all.filter(|(_, [from, to])| to - from < ALL_ALONG * end_s).collect()
}

fn caption(lanes: &[(Track<'_>, &Overview)], placed: usize, overs: usize) -> String {
    let mut said = Vec::new();
    if !lanes.is_empty() {
        said.push("Lowest and highest sample over time; 0 is full scale.".to_owned());
        said.push(match overs {
            0 => "No peak passes full scale.".to_owned(),
            1 => "Red at the edges: 1 place over full scale.".to_owned(),
            count => format!("Red at the edges: {count} places over full scale."),
        });
    }
    said.push(match placed {
        0 => "No finding has a place of its own in the track.".to_owned(),
        1 => "The strip below marks the place of 1 finding.".to_owned(),
        count => format!("The strip below marks the places of {count} findings."),
    });
    said.join(" ")
}

fn summary(tracks: &[(Track<'_>, Option<&Overview>)], findings: &[Finding], end_s: f64) -> String {
    let names: Vec<String> = placed(findings, end_s)
        .into_iter()
        .take(12)
        .map(|(finding, [from, to])| {
            format!("{} from {} to {}", sentence(&finding.kind.name()), clock(from), clock(to))
        })
        .collect();
    let names = if names.is_empty() { "no finding with a place".to_owned() } else { names.join("; ") };
    let sections = first_sections(tracks).map_or(0, |(_, sections)| sections.len());
    let steady = if sections > 1 { format!(", {sections} stretches of steady loudness") } else { String::new() };
    format!("{} long{steady}; {names}.", clock(end_s))
}

/// The stretches of steady loudness.
fn table(tracks: &[(Track<'_>, Option<&Overview>)]) -> Table {
    let Some((track, sections)) = first_sections(tracks) else { return Table::default() };
    let rows = sections.iter().map(|section| {
        let time = |seconds: f64| clock(track.start_s + seconds);
        let crest = section.crest_db.map_or_else(|| NONE.to_owned(), |db| fixed(db, 1));
        vec![time(section.start_s), time(section.end_s), maybe(section.loudness_lufs, 1), crest]
    });
    let columns = ["Stretch from", "To", "Loudness (LUFS)", "Crest (dB)"].map(str::to_owned).to_vec();
    Table { columns, rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;
    use balanced_model::{ClippedRun, Observation, Severity, TruePeakOver};

    #[test]
    fn overs_that_touch_are_one_place_and_a_trimmed_track_is_moved() {
        let analysis = cases::with(|analysis| {
            let loudness = analysis.measurements.loudness.as_mut().unwrap();
            let over = |start_s: f64, end_s: f64| TruePeakOver { start_s, end_s, ..TruePeakOver::default() };
            loudness.true_peak_overs = vec![over(90.0, 90.1), over(10.0, 10.1), over(10.1, 10.2)];
            loudness.clipped_runs = vec![ClippedRun { start_s: 10.15, channel: 1, samples: 4800 }];
        });
        assert_eq!(overs(Track::alone(&analysis)), [(10.0, 10.25), (90.0, 90.1)]);
    }

    #[test]
    fn without_a_waveform_the_places_are_still_shown() {
        let analysis = cases::full();
        let track = [(Track::alone(&analysis), None)];
        assert!(waveform(&track, &[]).is_none());
        let mut finding = Finding::new(Observation::OutOfPhaseMoment, Severity::Major, 0.9);
        finding.range_s = Some([45.0, 90.0]);
        let figure = waveform(&track, &[finding]).unwrap();
        assert!(figure.svg.contains("<rect class=\"bar major\" x=\"250.0\""), "{}", figure.svg);
        assert!(figure.svg.contains("Out of phase moment from 0:45.0 to 1:30.0"), "{}", figure.svg);
    }

    #[test]
    fn a_quarter_of_the_track_takes_a_quarter_of_the_lane() {
        let analysis = cases::full();
        let overview =
            Overview { duration_s: 180.0, low: vec![-0.5; 4], high: vec![0.5, 2.0, 0.5, 0.5], ..Overview::default() };
        let figure = waveform(&[(Track::alone(&analysis), Some(&overview))], &[]).unwrap();
        assert!(figure.svg.contains("class=\"wave after\" d=\"M125.0 "), "{}", figure.svg);
    }
}
