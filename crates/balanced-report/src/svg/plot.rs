//! A plot area with two axes.

use std::fmt::Write;

use crate::html::{escape, typeset};
use crate::number::fixed;

/// Width of every chart in user units; the page scales it.
pub(crate) const WIDTH: f64 = 760.0;
const LEFT: f64 = 46.0;
/// Room for half a tick label.
const RIGHT: f64 = 22.0;
/// Room for a number beside the chart.
const RIGHT_WITH_LEVELS: f64 = 52.0;
/// Labels beside the chart keep this distance.
const LABEL_HEIGHT: f64 = 14.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 26.0;

/// From values to user units, evenly or in octaves.
#[derive(Clone, Copy)]
pub(crate) struct Axis {
    pub min: f64,
    pub max: f64,
    pub logarithmic: bool,
}

impl Axis {
    pub fn linear(min: f64, max: f64) -> Self {
        Self { min, max: if max > min { max } else { min + 1.0 }, logarithmic: false }
    }

    pub fn logarithmic(min: f64, max: f64) -> Self {
        Self { min, max, logarithmic: true }
    }

    /// 0 at `min`, 1 at `max`, kept within.
    fn share(&self, value: f64) -> f64 {
        let share = if self.logarithmic {
            (value.max(1e-9) / self.min).ln() / (self.max / self.min).ln()
        } else {
            (value - self.min) / (self.max - self.min)
        };
        share.clamp(0.0, 1.0)
    }

    /// Every multiple of `step`.
    pub fn every(&self, step: f64) -> Vec<f64> {
        let (from, to) = ((self.min / step).ceil() as i64, (self.max / step + 1e-9).floor() as i64);
        (from..=to).map(|n| n as f64 * step).collect()
    }

    /// Five to ten values that clocks like.
    pub fn time_ticks(&self) -> Vec<f64> {
        const STEPS_S: [f64; 13] = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0];
        let rough = (self.max - self.min) / 9.0;
        self.every(STEPS_S.into_iter().find(|step| *step >= rough).unwrap_or(7200.0))
    }
}

/// A chart under construction.
pub(crate) struct Plot {
    x: Axis,
    y: Axis,
    height: f64,
    right: f64,
    /// Where labels beside the chart stand already.
    labels: Vec<f64>,
    body: String,
}

impl Plot {
    pub fn new(x: Axis, y: Axis, height: f64) -> Self {
        Self { x, y, height, right: RIGHT, labels: Vec::new(), body: String::new() }
    }

    /// Creates a plot with room for [`level`](Self::level) labels at the right.
    pub fn with_levels(x: Axis, y: Axis, height: f64) -> Self {
        Self { right: RIGHT_WITH_LEVELS, ..Self::new(x, y, height) }
    }

    pub fn x(&self, value: f64) -> f64 {
        LEFT + self.x.share(value) * (WIDTH - LEFT - self.right)
    }

    pub fn y(&self, value: f64) -> f64 {
        self.height - BOTTOM - self.y.share(value) * (self.height - TOP - BOTTOM)
    }

    /// Horizontal lines with labels at the left.
    pub fn grid_y(&mut self, ticks: &[f64], label: impl Fn(f64) -> String) {
        for tick in ticks {
            let y = self.y(*tick);
            let (right, label) = (WIDTH - self.right, typeset(&label(*tick)));
            self.push(format_args!(r#"<line class="grid" x1="{LEFT}" x2="{right}" y1="{y:.1}" y2="{y:.1}"/>"#));
            let (x, baseline) = (LEFT - 7.0, y + 4.0);
            self.push(format_args!(r#"<text class="tick" x="{x}" y="{baseline:.1}" text-anchor="end">{label}</text>"#));
        }
    }

    /// Labels at the left with short marks, no lines.
    pub fn labels_y(&mut self, ticks: &[f64], label: impl Fn(f64) -> String) {
        for tick in ticks {
            let (y, label) = (self.y(*tick), typeset(&label(*tick)));
            let (mark, x, baseline) = (LEFT - 4.0, LEFT - 7.0, y + 4.0);
            self.push(format_args!(r#"<line class="axis" x1="{mark}" x2="{LEFT}" y1="{y:.1}" y2="{y:.1}"/>"#));
            self.push(format_args!(r#"<text class="tick" x="{x}" y="{baseline:.1}" text-anchor="end">{label}</text>"#));
        }
    }

    /// A picture stretched between two value pairs; `uri` holds all of it.
    pub fn image(&mut self, (x0, x1): (f64, f64), (y0, y1): (f64, f64), uri: &str) {
        let (left, top) = (self.x(x0), self.y(y0.max(y1)));
        let (width, height) = (self.x(x1) - left, self.y(y0.min(y1)) - top);
        self.push(format_args!(
            r#"<image x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" preserveAspectRatio="none" href="{uri}"/>"#
        ));
    }

    /// Labels under the chart, with short marks.
    pub fn grid_x(&mut self, ticks: &[f64], label: impl Fn(f64) -> String) {
        let (bottom, baseline) = (self.height - BOTTOM, self.height - 7.0);
        let mark = bottom + 4.0;
        for tick in ticks {
            let x = self.x(*tick);
            let label = escape(&label(*tick)).into_owned();
            self.push(format_args!(r#"<line class="axis" x1="{x:.1}" x2="{x:.1}" y1="{bottom}" y2="{mark}"/>"#));
            self.push(format_args!(
                r#"<text class="tick" x="{x:.1}" y="{baseline}" text-anchor="middle">{label}</text>"#
            ));
        }
        let right = WIDTH - self.right;
        self.push(format_args!(r#"<line class="axis" x1="{LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}"/>"#));
    }

    /// A word in the place of a tick's label.
    pub fn label_under(&mut self, x: f64, words: &str) {
        let (x, baseline, words) = (self.x(x), self.height - 8.0, escape(words).into_owned());
        self.push(format_args!(r#"<text class="tick" x="{x:.1}" y="{baseline}" text-anchor="middle">{words}</text>"#));
    }

    /// A line through the points; where a value is absent it pauses.
    pub fn line(&mut self, points: &[(f64, Option<f64>)], class: &str) {
        let mut path = String::new();
        let mut drawing = false;
        for (x, y) in points {
            let Some(y) = y else {
                drawing = false;
                continue;
            };
            let command = if drawing { 'L' } else { 'M' };
            let _ = write!(path, "{command}{:.1} {:.1}", self.x(*x), self.y(*y));
            drawing = true;
        }
        if !path.is_empty() {
            self.push(format_args!(r#"<path class="line {class}" d="{path}"/>"#));
        }
    }

    /// The area between two lines over the same places.
    pub fn area(&mut self, points: &[(f64, f64, f64)], class: &str) {
        let mut path = String::new();
        let up = points.iter().map(|(x, low, _)| (*x, *low));
        let back = points.iter().rev().map(|(x, _, high)| (*x, *high));
        for (index, (x, y)) in up.chain(back).enumerate() {
            let command = if index == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{command}{:.1} {:.1}", self.x(x), self.y(y));
        }
        if !path.is_empty() {
            self.push(format_args!(r#"<path class="{class}" d="{path}Z"/>"#));
        }
    }

    /// A dashed line across the chart, with a label at its right that keeps clear of the others.
    pub fn level(&mut self, value: f64, class: &str, label: &str) {
        let (y, right, label) = (self.y(value), WIDTH - self.right, typeset(label));
        self.push(format_args!(r#"<line class="level {class}" x1="{LEFT}" x2="{right}" y1="{y:.1}" y2="{y:.1}"/>"#));
        let taken = self.labels.iter().copied().find(|at| (at - y).abs() < LABEL_HEIGHT);
        let y = taken.map_or(y, |at| if y >= at { at + LABEL_HEIGHT } else { at - LABEL_HEIGHT });
        self.labels.push(y);
        let (x, baseline) = (right + 6.0, y + 4.0);
        self.push(format_args!(r#"<text class="note {class}" x="{x}" y="{baseline:.1}">{label}</text>"#));
    }

    /// A rectangle from one value pair to another, at least a pixel wide.
    pub fn rect(&mut self, (x0, x1): (f64, f64), (y0, y1): (f64, f64), class: &str) {
        let (left, top) = (self.x(x0), self.y(y0.max(y1)));
        let width = (self.x(x1) - left).max(1.5);
        let height = (self.y(y0.min(y1)) - top).max(1.0);
        self.push(format_args!(
            r#"<rect class="{class}" x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" rx="1.5"/>"#
        ));
    }

    /// A vertical line between two values.
    pub fn stroke(&mut self, x: f64, (y0, y1): (f64, f64), class: &str) {
        let (x, y0, y1) = (self.x(x), self.y(y0), self.y(y1));
        self.push(format_args!(r#"<line class="{class}" x1="{x:.1}" x2="{x:.1}" y1="{y0:.1}" y2="{y1:.1}"/>"#));
    }

    /// A dot.
    pub fn dot(&mut self, x: f64, y: f64, class: &str) {
        let (x, y) = (self.x(x), self.y(y));
        self.push(format_args!(r#"<circle class="dot {class}" cx="{x:.1}" cy="{y:.1}" r="3.5"/>"#));
    }

    /// Words at a place.
    pub fn text(&mut self, x: f64, y: f64, anchor: &str, class: &str, words: &str) {
        let (x, y, words) = (self.x(x), self.y(y), escape(words).into_owned());
        self.push(format_args!(r#"<text class="{class}" x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{words}</text>"#));
    }

    fn push(&mut self, element: std::fmt::Arguments<'_>) {
        let _ = self.body.write_fmt(element);
        self.body.push('\n');
    }

    /// The finished element; `summary` is what a screen reader says.
    pub fn finish(self, id: &str, title: &str, summary: &str) -> String {
        let height = fixed(self.height, 0);
        let (title, summary, body) = (escape(title), escape(summary), self.body);
        format!(
            "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n\
             <title id=\"{id}-t\">{title}</title>\n<desc id=\"{id}-d\">{summary}</desc>\n{body}</svg>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_map_their_ends_to_the_edges_and_ticks_are_round() {
        let plot = Plot::new(Axis::logarithmic(20.0, 20_000.0), Axis::linear(-60.0, 0.0), 200.0);
        assert_eq!((plot.x(20.0), plot.x(20_000.0)), (LEFT, WIDTH - RIGHT));
        assert!((plot.x(632.455) - 0.5 * (LEFT + WIDTH - RIGHT)).abs() < 0.01);
        assert_eq!((plot.y(0.0), plot.y(-60.0), plot.y(-99.0)), (TOP, 200.0 - BOTTOM, 200.0 - BOTTOM));
        assert_eq!(Axis::linear(-61.0, 1.0).every(20.0), [-60.0, -40.0, -20.0, 0.0]);
        assert_eq!(Axis::linear(0.0, 200.0).time_ticks(), [0.0, 30.0, 60.0, 90.0, 120.0, 150.0, 180.0]);
    }

    #[test]
    fn a_line_pauses_where_values_are_absent() {
        let mut plot = Plot::new(Axis::linear(0.0, 3.0), Axis::linear(0.0, 1.0), 100.0);
        plot.line(&[(0.0, Some(0.0)), (1.0, None), (2.0, Some(1.0)), (3.0, Some(1.0))], "x");
        let svg = plot.finish("a", "b", "c");
        assert_eq!((svg.matches('M').count(), svg.matches('L').count()), (2, 1), "{svg}");
    }
}
