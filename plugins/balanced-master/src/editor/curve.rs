//! Curves of the equalisers with handles to drag, over the spectra before and after the chain.

use balanced_assistant::tonal_balance::{reference_db, tolerance_db};
use balanced_mastering::processors::eq::level_db;
use balanced_mastering::{
    DynamicEqBand, DynamicEqKind, DynamicEqSpec, DynamicsMode, EqBand, EqBandKind, EqSpec, ProcessorSpec,
};
use egui::{Mesh, Rect, Shape, Stroke, Ui, pos2};

use super::desk::Desk;
use super::handle::{self, Grip};
use super::plot::{self, Plot};
use super::style::{ACCENT, BANDS, DIM, GOOD, GROUND, TEXT};
use crate::meters::{Meters, POINTS, TILT_DB_PER_OCTAVE, point_hz};
use crate::params::legal;
use crate::params::module;

/// Level at which the target curve is drawn: it follows the level of the output.
#[derive(Default)]
pub struct Target {
    offset_db: Option<f32>,
}

/// Frequency range in which the target is aligned with the spectrum.
const ALIGN_HZ: std::ops::Range<f64> = 90.0..5200.0;

impl Target {
    /// Returns the shape of the target on this display: the assistant's reference is in third octaves, while the
    /// display shows spectral density with its own tilt.
    fn shape_db(hz: f64) -> f32 {
        (reference_db(hz) - 3.01 * (hz / 100.0).log2()) as f32 + TILT_DB_PER_OCTAVE * (hz as f32 / 1000.0).log2()
    }

    /// Follows the level of `level_db` slowly.
    fn follow(&mut self, level_db: &[f32]) {
        let inside = (0..POINTS).filter(|point| ALIGN_HZ.contains(&point_hz(*point)));
        let differences: Vec<f32> = inside.map(|point| level_db[point] - Self::shape_db(point_hz(point))).collect();
        let mean = differences.iter().sum::<f32>() / differences.len() as f32;
        if mean > -90.0 {
            let now = self.offset_db.unwrap_or(mean);
            self.offset_db = Some(now + 0.04 * (mean - now));
        }
    }

    /// Draws the range of usual recordings and its middle.
    fn paint(&self, painter: &egui::Painter, plot: &Plot) {
        let Some(offset_db) = self.offset_db else { return };
        let mut mesh = Mesh::default();
        let mut middle = Vec::with_capacity(POINTS);
        for point in 0..POINTS {
            let hz = point_hz(point);
            let (level, (below, above)) = (Self::shape_db(hz) + offset_db, tolerance_db(hz));
            let x = plot.x(hz as f32);
            mesh.colored_vertex(pos2(x, plot.spectrum_y(level + above as f32)), GOOD.gamma_multiply(0.10));
            mesh.colored_vertex(pos2(x, plot.spectrum_y(level - below as f32)), GOOD.gamma_multiply(0.10));
            if point > 0 {
                let at = 2 * point as u32;
                mesh.add_triangle(at - 2, at - 1, at);
                mesh.add_triangle(at - 1, at, at + 1);
            }
            middle.push(pos2(x, plot.spectrum_y(level)));
        }
        painter.add(Shape::mesh(mesh));
        painter.extend(Shape::dashed_line(&middle, Stroke::new(1.0, GOOD.gamma_multiply(0.8)), 6.0, 5.0));
    }
}

/// Equaliser whose bands have handles.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Bands {
    /// The equaliser.
    Eq,
    /// The dynamic equaliser.
    DynamicEq,
}

/// Draws the curves and handles and lets the user drag them; `band` is the selected band, `are_active` tells whether
/// the two equalisers are on.
pub fn show(
    ui: &mut Ui,
    desk: &mut Desk,
    meters: &Meters,
    target: &mut Target,
    rect: Rect,
    (whose, band): (Bands, &mut usize),
    are_active: [bool; 2],
) {
    let plot = Plot(rect);
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect_filled(rect, 6.0, GROUND);
    plot::grid(&painter, &plot);
    let (before, behind) = (&meters.input.spectrum.level_db, &meters.output.spectrum.level_db);
    plot::spectrum(&painter, &plot, before, DIM.gamma_multiply(0.35), None);
    plot::spectrum(&painter, &plot, behind, ACCENT.gamma_multiply(0.16), Some(ACCENT.gamma_multiply(0.6)));
    target.follow(behind);
    target.paint(&painter, &plot);
    let [eq_active, dynamic_active] = are_active.map(|is_active| if is_active { 1.0 } else { 0.35 });
    if whose == Bands::Eq {
        equaliser(ui, desk, &plot, Some(band), eq_active);
    } else {
        equaliser(ui, desk, &plot, None, 0.35 * eq_active);
        dynamic(ui, desk, &plot, band, dynamic_active);
    }
    plot::legend(&painter, rect);
}

/// Draws the equaliser's curve, and its handles if `band` is given.
fn equaliser(ui: &mut Ui, desk: &mut Desk, plot: &Plot, band: Option<&mut usize>, strength: f32) {
    let Some(ProcessorSpec::Eq(spec)) = current(desk, "eq") else { return };
    let EqSpec { bands, output_gain_db, .. } = spec;
    let painter = ui.painter().with_clip_rect(plot.0);
    if let Some(chosen) = &band {
        for (index, single) in bands.iter().enumerate().filter(|(_, single)| single.enabled) {
            let colour = BANDS[index].gamma_multiply(if index == **chosen { 0.9 } else { 0.4 } * strength);
            let level = |hz| level_db(std::slice::from_ref(single), hz);
            plot::curve(&painter, plot, level, Stroke::new(1.0, colour));
        }
    }
    let total = |hz: f64| level_db(&bands, hz) + output_gain_db;
    plot::curve(&painter, plot, total, Stroke::new(2.2, TEXT.gamma_multiply(strength)));
    let Some(chosen) = band else { return };
    for (index, band) in bands.iter().enumerate() {
        let has_gain =
            !matches!(band.kind, EqBandKind::LowCut | EqBandKind::HighCut | EqBandKind::Notch | EqBandKind::BandPass);
        let grip = Grip::find(desk, "eq", index, has_gain.then_some(("bands[].gain_db", 1.0)), band.enabled);
        grip.into_iter().for_each(|grip| handle::show(ui, desk, plot, &grip, chosen));
    }
}

/// Draws the range of every dynamic band, with a handle at its end.
fn dynamic(ui: &mut Ui, desk: &mut Desk, plot: &Plot, chosen: &mut usize, strength: f32) {
    let Some(ProcessorSpec::DynamicEq(DynamicEqSpec { bands })) = current(desk, "dynamic_eq") else { return };
    let painter = ui.painter().with_clip_rect(plot.0);
    for (index, band) in bands.iter().enumerate() {
        let sign = way(band.mode);
        if band.enabled {
            let furthest = furthest(band, sign);
            let level = |hz| level_db(std::slice::from_ref(&furthest), hz);
            let strength = strength * if index == *chosen { 1.0 } else { 0.5 };
            plot::area(&painter, plot, level, BANDS[index].gamma_multiply(0.22 * strength));
            plot::curve(&painter, plot, level, Stroke::new(1.2, BANDS[index].gamma_multiply(0.9 * strength)));
        }
        let grip = Grip::find(desk, "dynamic_eq", index, Some(("bands[].range_db", sign)), band.enabled);
        grip.into_iter().for_each(|grip| handle::show(ui, desk, plot, &grip, chosen));
    }
}

/// Returns whether a mode reduces (-1) or raises (1) the level.
fn way(mode: DynamicsMode) -> f32 {
    match mode {
        DynamicsMode::Compress | DynamicsMode::Expand => -1.0,
        DynamicsMode::UpwardCompress | DynamicsMode::UpwardExpand => 1.0,
    }
}

/// Returns a dynamic band as a static one at the end of its range.
fn furthest(band: &DynamicEqBand, sign: f32) -> EqBand {
    let kind = match band.kind {
        DynamicEqKind::Bell => EqBandKind::Bell,
        DynamicEqKind::LowShelf => EqBandKind::LowShelf,
        DynamicEqKind::HighShelf => EqBandKind::HighShelf,
    };
    let mut eq = ProcessorSpec::Eq(EqSpec {
        bands: vec![EqBand {
            kind,
            frequency_hz: band.frequency_hz,
            gain_db: f64::from(sign) * band.range_db,
            q: band.q,
            enabled: true,
            ..EqBand::default()
        }],
        ..EqSpec::default()
    });
    legal::make_legal(&mut eq);
    if let ProcessorSpec::Eq(mut eq) = eq { eq.bands.remove(0) } else { EqBand::default() }
}

/// Returns the processor of `kind` with the settings of the knobs.
fn current(desk: &Desk, kind: &str) -> Option<ProcessorSpec> {
    module::index_of(kind).map(|index| desk.current(index))
}
