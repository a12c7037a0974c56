//! Line charts as small SVG files.

use std::fmt::Write;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 44.0;
const LEGEND_STEP: f64 = 15.0;
/// Okabe and Ito's colours, which colour-blind readers can tell apart.
const COLOURS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#333333"];

/// How an axis runs.
#[derive(Clone, Copy)]
pub struct Axis {
    pub label: &'static str,
    pub from: f64,
    pub to: f64,
    pub logarithmic: bool,
    pub ticks: &'static [f64],
}

impl Axis {
    /// Frequencies of hearing.
    pub const HEARING: Self =
        Self::log("Hz", 20.0, 20_000.0, &[20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4, 2e4]);

    pub const fn linear(label: &'static str, from: f64, to: f64, ticks: &'static [f64]) -> Self {
        Self { label, from, to, logarithmic: false, ticks }
    }

    pub const fn log(label: &'static str, from: f64, to: f64, ticks: &'static [f64]) -> Self {
        Self { label, from, to, logarithmic: true, ticks }
    }

    /// Place on the axis, 0 to 1 within it.
    fn share(&self, value: f64) -> f64 {
        let scale = |v: f64| if self.logarithmic { v.ln() } else { v };
        (scale(value) - scale(self.from)) / (scale(self.to) - scale(self.from))
    }
}

/// One line of a chart.
struct Line {
    name: String,
    points: Vec<(f64, f64)>,
    dashed: bool,
}

/// One chart.
pub struct Chart {
    title: String,
    x: Axis,
    y: Axis,
    lines: Vec<Line>,
    /// Where the legend stands: its left edge as a share of the width, and whether at the bottom.
    legend: (f64, bool),
}

impl Chart {
    pub fn new(title: &str, x: Axis, y: Axis) -> Self {
        Self { title: title.to_owned(), x, y, lines: Vec::new(), legend: (0.02, false) }
    }

    /// Move the legend: its left edge as a share of the width, and to the bottom or not.
    pub fn legend(mut self, left: f64, bottom: bool) -> Self {
        self.legend = (left, bottom);
        self
    }

    pub fn line(self, name: impl Into<String>, points: Vec<(f64, f64)>) -> Self {
        self.push(name, points, false)
    }

    /// A line that others are compared with.
    pub fn dashed(self, name: impl Into<String>, points: Vec<(f64, f64)>) -> Self {
        self.push(name, points, true)
    }

    fn push(mut self, name: impl Into<String>, points: Vec<(f64, f64)>, dashed: bool) -> Self {
        self.lines.push(Line { name: name.into(), points, dashed });
        self
    }

    pub fn to_svg(&self) -> String {
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"11\">\n\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n<text x=\"{LEFT}\" y=\"15\" font-size=\"13\">{}</text>\n",
            self.title
        );
        self.grid(&mut out);
        out.push_str(&format!(
            "<clipPath id=\"c\"><rect x=\"{LEFT}\" y=\"{TOP}\" width=\"{}\" height=\"{}\"/></clipPath>\n",
            WIDTH - LEFT - RIGHT,
            HEIGHT - TOP - BOTTOM
        ));
        for (index, line) in self.lines.iter().enumerate() {
            self.draw(&mut out, index, line);
        }
        out.push_str("</svg>\n");
        out
    }

    fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let across = LEFT + self.x.share(x) * (WIDTH - LEFT - RIGHT);
        let share = self.y.share(y).clamp(-1.0, 2.0);
        (across, TOP + (1.0 - share) * (HEIGHT - TOP - BOTTOM))
    }

    fn grid(&self, out: &mut String) {
        let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
        for &tick in self.x.ticks {
            let (x, _) = self.place((tick, self.y.from));
            let _ = writeln!(
                out,
                "<path d=\"M{x:.1} {TOP}V{bottom}\" stroke=\"#ddd\"/><text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                bottom + 15.0,
                short(tick)
            );
        }
        for &tick in self.y.ticks {
            let (_, y) = self.place((self.x.from, tick));
            let _ = writeln!(
                out,
                "<path d=\"M{LEFT} {y:.1}H{right}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 5.0,
                y + 4.0,
                short(tick)
            );
        }
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text><text x=\"8\" y=\"{}\">{}</text>",
            right,
            HEIGHT - 10.0,
            self.x.label,
            TOP - 5.0,
            self.y.label
        );
    }

    fn draw(&self, out: &mut String, index: usize, Line { name, points, dashed }: &Line) {
        let colour = COLOURS[index % COLOURS.len()];
        let dash = if *dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        let _ = write!(
            out,
            "<path clip-path=\"url(#c)\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"{dash} d=\""
        );
        for (number, point) in points.iter().enumerate() {
            let (x, y) = self.place(*point);
            let _ = write!(out, "{}{x:.1} {y:.1}", if number == 0 { "M" } else { "L" });
        }
        let (left, at_bottom) = self.legend;
        let x = LEFT + left * (WIDTH - LEFT - RIGHT);
        let rows = self.lines.len() as f64;
        let top = if at_bottom { HEIGHT - BOTTOM - rows * LEGEND_STEP } else { TOP + 6.0 };
        let y = top + index as f64 * LEGEND_STEP + 5.0;
        let _ = writeln!(
            out,
            "\"/>\n<path d=\"M{x:.0} {y:.0}h18\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/><text x=\"{:.0}\" y=\"{:.0}\">{name}</text>",
            x + 23.0,
            y + 4.0
        );
    }
}

/// A tick as printed.
fn short(value: f64) -> String {
    if value.abs() >= 1000.0 { format!("{}k", value / 1000.0) } else { format!("{value}") }
}
