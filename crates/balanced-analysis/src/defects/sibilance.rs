//! Sibilance: bursts of noise around 7 kHz that stand out of what lies below and above them.
//!
//! An "s" fills 5 to 9 kHz for a tenth of a second and hardly anything else. It swells and dies, where a cymbal is struck, and comes at
//! the pace of words, where a shaker keeps time (see [`super::swells`]); a bright mix is bright all the time.

use std::ops::Range;

use balanced_dsp::lanes;
use balanced_model::{Defect, DefectKind, Severity};

use super::finding::finding;
use super::levels::Levels;
use super::swells::Swells;
use crate::spectrum::engine::{Frame, Geometry};

/// The region of an "s", and the two that it must stand out of.
const HISS_HZ: (f64, f64) = (5500.0, 9000.0);
const BELOW_HZ: (f64, f64) = (1500.0, 4000.0);
const ABOVE_HZ: (f64, f64) = (10_500.0, 15_000.0);
/// Frames this far under the loudest one so far are pauses.
const PAUSE: f32 = 1e-3;
/// In the strongest twentieth of the frames the region stands over its neighbours by this, and by this more than usual.
const SHARE: f64 = 0.95;
const OVER_NEIGHBOURS_DB: f64 = -3.0;
const OVER_USUAL_DB: f64 = 7.0;
/// Bursts further than this under the mean power of the track are an "s" as it should be.
const LOUD_DB: f64 = -20.0;
/// So many of them, of which this share swells, and whose distances are no more alike than this.
const FEWEST: usize = 8;
const SWELLING: f64 = 0.55;
const MOST_REGULAR: f64 = 0.42;
/// From here on it hurts.
const MAJOR_DB: f64 = 11.0;
const SHORTEST_S: f64 = 5.0;

/// Watches the region of sibilants.
pub(crate) struct Sibilance {
    hop_s: f64,
    bin_hz: f64,
    regions: [Range<usize>; 3],
    loudest: f32,
    over: Levels,
    levels: Levels,
    swells: Swells,
    /// Mean spectrum of the frames in which the region stands out.
    bursts: Vec<f32>,
}

impl Sibilance {
    pub fn new(geometry: Geometry) -> Self {
        let bin_hz = geometry.rate / geometry.size as f64;
        let last = geometry.size / 2;
        let bins = |(from_hz, to_hz): (f64, f64)| {
            ((from_hz / bin_hz) as usize).min(last)..((to_hz / bin_hz) as usize).min(last)
        };
        let regions = [bins(BELOW_HZ), bins(HISS_HZ), bins(ABOVE_HZ)];
        Self {
            hop_s: 0.5 * geometry.size as f64 / geometry.rate,
            bin_hz,
            bursts: vec![0.0; regions[1].len()],
            regions,
            loudest: 0.0,
            over: Levels::new(-60.0, 40.0),
            levels: Levels::new(-120.0, 0.0),
            swells: Swells::new(geometry),
        }
    }

    pub fn push(&mut self, frame: &Frame<'_>) {
        self.swells.push(frame);
        let power = &frame.spectrum.mean;
        let whole = lanes::sum(power);
        self.loudest = self.loudest.max(whole);
        if frame.weight < 0.99 || whole <= PAUSE * self.loudest {
            return;
        }
        let [below, hiss, above] = self.regions.clone().map(|bins| lanes::sum(&power[bins]).max(1e-12));
        let over_db = 10.0 * (hiss / below.max(above)).log10();
        self.over.add(f64::from(over_db));
        self.levels.add(f64::from(10.0 * hiss.log10()));
        if f64::from(over_db) > OVER_NEIGHBOURS_DB {
            let bins = self.regions[1].clone();
            self.bursts.iter_mut().zip(&power[bins]).for_each(|(sum, p)| *sum += p);
        }
    }

    /// A finding, if the region bursts out again and again; `programme_db` is the mean power of the track.
    pub fn finish(&self, programme_db: f64, duration_s: f64) -> Option<Defect> {
        if f64::from(self.over.total()) * self.hop_s < SHORTEST_S {
            return None;
        }
        let (over_db, usual_over_db) = (self.over.quantile_db(SHARE)?, self.over.quantile_db(0.5)?);
        let (burst_dbfs, usual_dbfs) = (self.levels.quantile_db(SHARE)?, self.levels.quantile_db(0.5)?);
        let bursts = self.swells.above(programme_db + LOUD_DB);
        let stands_out = over_db >= OVER_NEIGHBOURS_DB && over_db - usual_over_db >= OVER_USUAL_DB;
        let spoken = bursts.count >= FEWEST && bursts.swelling >= SWELLING && bursts.regularity <= MOST_REGULAR;
        if !stands_out || !spoken {
            return None;
        }
        let peak_hz = self.peak_hz();
        let message = format!(
            "Sharp \"s\" sounds around {:.1} kHz: {} bursts, in which the region is {:.0} dB louder than usual and stands {} its neighbours.",
            peak_hz / 1000.0,
            bursts.count,
            burst_dbfs - usual_dbfs,
            if over_db > 1.0 { format!("{over_db:.0} dB above") } else { "level with".to_owned() },
        );
        let severity = if over_db >= MAJOR_DB { Severity::Major } else { Severity::Minor };
        Some(
            finding(DefectKind::Sibilance, severity, (0.0, duration_s), message)
                .with("peak_hz", peak_hz)
                .with("over_neighbours_db", over_db)
                .with("bursts", bursts.count as f64)
                .with("burst_dbfs", burst_dbfs)
                .with("usual_dbfs", usual_dbfs),
        )
    }

    /// Centre of gravity of the bursts.
    fn peak_hz(&self) -> f64 {
        let (mut sum, mut moment) = (0.0, 0.0);
        for (bin, power) in self.regions[1].clone().zip(&self.bursts) {
            sum += f64::from(*power);
            moment += f64::from(*power) * bin as f64 * self.bin_hz;
        }
        if sum > 0.0 { moment / sum } else { 0.5 * (HISS_HZ.0 + HISS_HZ.1) }
    }
}
