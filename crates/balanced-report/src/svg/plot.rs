//! A plot area with two axes: shapes that stretch to the room there is, and labels that keep their size.
//!
//! The drawing is an SVG that the page stretches sideways; strokes do not grow with it. Text would be squeezed, so that labels are
//! markup over the drawing, placed in percent of its width: a chart reads as well on a telephone as in print.

use std::fmt::Write;

use crate::html::{escape, typeset};
use crate::number::{fixed, short};

/// Width of every drawing in user units; the page stretches it.
pub(crate) const WIDTH: f64 = 1000.0;
/// Least width of a rectangle, in user units: a pixel or two.
const LEAST_WIDTH: f64 = 2.5;
/// Room for labels beside the drawing, in pixels.
const LEFT_PX: f64 = 46.0;
/// Room for half a tick label.
const RIGHT_PX: f64 = 22.0;
/// Room for a number beside the chart.
const RIGHT_WITH_LEVELS_PX: f64 = 52.0;
/// Labels beside the chart keep this distance.
const LABEL_HEIGHT: f64 = 14.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 26.0;
/// Marks of this many ticks and fewer fit on a telephone.
const FEW_TICKS: usize = 5;

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
    right_px: f64,
    /// Whether the horizontal axis is the track's time.
    is_time: bool,
    /// Where labels beside the chart stand already.
    taken: Vec<f64>,
    shapes: String,
    labels: String,
}

impl Plot {
    pub fn new(x: Axis, y: Axis, height: f64) -> Self {
        let (taken, shapes, labels) = (Vec::new(), String::new(), String::new());
        Self { x, y, height, right_px: RIGHT_PX, is_time: false, taken, shapes, labels }
    }

    /// Creates a plot whose horizontal axis is the track's time in seconds, from 0 to `end_s`, with its ticks. All of a page have the same
    /// margins, so that a moment lies at one place in each.
    pub fn over_time(end_s: f64, y: Axis, height: f64) -> Self {
        let x = Axis::linear(0.0, end_s);
        let mut plot = Self { is_time: true, ..Self::new(x, y, height).with_levels() };
        plot.grid_x(&x.time_ticks(), crate::number::axis_clock);
        plot
    }

    /// Makes room for [`level`](Self::level) labels at the right.
    pub fn with_levels(self) -> Self {
        Self { right_px: RIGHT_WITH_LEVELS_PX, ..self }
    }

    pub fn x(&self, value: f64) -> f64 {
        self.x.share(value) * WIDTH
    }

    pub fn y(&self, value: f64) -> f64 {
        self.height - BOTTOM - self.y.share(value) * (self.height - TOP - BOTTOM)
    }

    /// Horizontal lines with labels at the left.
    pub fn grid_y(&mut self, ticks: &[f64], label: impl Fn(f64) -> String) {
        for tick in ticks {
            let y = self.y(*tick);
            self.shape(format_args!(r#"<line class="grid" x1="0" x2="{WIDTH}" y1="{y:.1}" y2="{y:.1}"/>"#));
            self.label(0.0, y, "tick y", &label(*tick));
        }
    }

    /// Labels at the left, no lines.
    pub fn labels_y(&mut self, ticks: &[f64], label: impl Fn(f64) -> String) {
        ticks.iter().for_each(|tick| self.label(0.0, self.y(*tick), "tick y", &label(*tick)));
    }

    /// A picture stretched between two value pairs; `uri` holds all of it.
    pub fn image(&mut self, (x0, x1): (f64, f64), (y0, y1): (f64, f64), uri: &str) {
        let (left, top) = (self.x(x0), self.y(y0.max(y1)));
        let (width, height) = (self.x(x1) - left, self.y(y0.min(y1)) - top);
        self.shape(format_args!(
            r#"<image x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" preserveAspectRatio="none" href="{uri}"/>"#
        ));
    }

    /// Labels under the chart, with short marks. Where there are many, narrow pages leave every second out.
    pub fn grid_x(&mut self, ticks: &[f64], label: impl Fn(f64) -> String) {
        let (bottom, mark) = (self.height - BOTTOM, self.height - BOTTOM + 4.0);
        for (index, tick) in ticks.iter().enumerate() {
            let x = self.x(*tick);
            self.shape(format_args!(r#"<line class="axis" x1="{x:.1}" x2="{x:.1}" y1="{bottom}" y2="{mark}"/>"#));
            let is_spare = ticks.len() > FEW_TICKS && index % 2 == 1;
            self.label(x, bottom + 14.0, if is_spare { "tick x wide" } else { "tick x" }, &label(*tick));
        }
        self.shape(format_args!(r#"<line class="axis" x1="0" x2="{WIDTH}" y1="{bottom}" y2="{bottom}"/>"#));
    }

    /// A word in the place of a tick's label.
    pub fn label_under(&mut self, x: f64, words: &str) {
        self.label(self.x(x), self.height - BOTTOM + 14.0, "tick x under", words);
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
            self.shape(format_args!(r#"<path class="line {class}" d="{path}"/>"#));
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
            self.shape(format_args!(r#"<path class="{class}" d="{path}Z"/>"#));
        }
    }

    /// A dashed line across the chart, with a label at its right that keeps clear of the others.
    pub fn level(&mut self, value: f64, class: &str, label: &str) {
        let y = self.y(value);
        self.shape(format_args!(r#"<line class="level {class}" x1="0" x2="{WIDTH}" y1="{y:.1}" y2="{y:.1}"/>"#));
        let taken = self.taken.iter().copied().find(|at| (at - y).abs() < LABEL_HEIGHT);
        let y = taken.map_or(y, |at| if y >= at { at + LABEL_HEIGHT } else { at - LABEL_HEIGHT });
        self.taken.push(y);
        self.label(WIDTH, y, &format!("note side {class}"), label);
    }

    /// A rectangle from one value pair to another, wide enough to be seen.
    pub fn rect(&mut self, (x0, x1): (f64, f64), (y0, y1): (f64, f64), class: &str) {
        let (left, top) = (self.x(x0), self.y(y0.max(y1)));
        let width = (self.x(x1) - left).max(LEAST_WIDTH);
        let height = (self.y(y0.min(y1)) - top).max(1.0);
        let left = left.min(WIDTH - width);
        self.shape(format_args!(
            r#"<rect class="{class}" x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}"/>"#
        ));
    }

    /// A vertical line between two values.
    pub fn stroke(&mut self, x: f64, (y0, y1): (f64, f64), class: &str) {
        let (x, y0, y1) = (self.x(x), self.y(y0), self.y(y1));
        self.shape(format_args!(r#"<line class="{class}" x1="{x:.1}" x2="{x:.1}" y1="{y0:.1}" y2="{y1:.1}"/>"#));
    }

    /// A dot: a line without length and with round ends, which no stretching makes an ellipse.
    pub fn dot(&mut self, x: f64, y: f64, class: &str) {
        let (x, y) = (self.x(x), self.y(y));
        self.shape(format_args!(r#"<path class="dot {class}" d="M{x:.1} {y:.1}h0"/>"#));
    }

    /// Words at a place; `class` says how they are aligned: `start`, `middle` or `end`.
    pub fn text(&mut self, x: f64, y: f64, class: &str, words: &str) {
        self.label(self.x(x), self.y(y), class, words);
    }

    fn shape(&mut self, element: std::fmt::Arguments<'_>) {
        let _ = self.shapes.write_fmt(element);
        self.shapes.push('\n');
    }

    /// Words centred on `y` pixels from the top, at `x` in user units.
    fn label(&mut self, x: f64, y: f64, class: &str, words: &str) {
        let (left, words) = (short(100.0 * x / WIDTH), typeset(words));
        let _ = writeln!(self.labels, r#"<span class="{class}" style="left:{left}%;top:{y:.1}px">{words}</span>"#);
    }

    /// The finished chart; `summary` is what a screen reader says.
    pub fn finish(self, id: &str, title: &str, summary: &str) -> String {
        let (height, right_px) = (fixed(self.height, 0), self.right_px);
        let time = if self.is_time { format!(" data-seconds=\"{}\"", short(self.x.max)) } else { String::new() };
        let (title, summary, shapes, labels) = (escape(title), escape(summary), self.shapes, self.labels);
        format!(
            "<div class=\"plot\" style=\"height:{height}px;margin:0 {right_px}px 0 {LEFT_PX}px\"{time}>\n\
             <svg viewBox=\"0 0 {WIDTH} {height}\" preserveAspectRatio=\"none\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n\
             <title id=\"{id}-t\">{title}</title>\n<desc id=\"{id}-d\">{summary}</desc>\n{shapes}</svg>\n\
             <div class=\"labels\" aria-hidden=\"true\">\n{labels}</div>\n</div>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_map_their_ends_to_the_edges_and_ticks_are_round() {
        let plot = Plot::new(Axis::logarithmic(20.0, 20_000.0), Axis::linear(-60.0, 0.0), 200.0);
        assert_eq!((plot.x(20.0), plot.x(20_000.0)), (0.0, WIDTH));
        assert!((plot.x(632.455) - 0.5 * WIDTH).abs() < 0.01);
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

    #[test]
    fn labels_stand_in_percent_over_the_drawing_and_time_is_told() {
        let mut plot = Plot::over_time(90.0, Axis::linear(0.0, 1.0), 100.0);
        plot.level(0.5, "mark", "-3 <dB>");
        let markup = plot.finish("a", "b", "c");
        for part in ["data-seconds=\"90\"", "left:100%;top:44.0px\">−3 &lt;dB&gt;</span>", "margin:0 52px 0 46px"] {
            assert!(markup.contains(part), "{part} in {markup}");
        }
        assert!(!markup.contains("<text"), "text in the drawing would be squeezed");
    }
}
