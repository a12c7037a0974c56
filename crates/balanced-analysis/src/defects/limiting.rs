//! Over-limiting: peaks that all touch the same ceiling, and hardly any dynamics under it.

use balanced_model::{Defect, DefectKind, Severity};

use super::cells::Window;
use super::finding::finding;
use super::levels::Levels;

/// Windows quieter than this (-40 dBFS) are not loud programme.
const LOUD_POWER: f64 = 1e-4;
/// Peaks within this of the programme's highest touch the ceiling.
const CEILING_DB: f64 = 0.3;
/// Share of the loud windows (46 ms) that touch the ceiling, and median crest (peak over RMS of 0.7 s): dynamics are gone when
/// nearly all touch and the crest is low, or half of them touch and it is lower still.
const SQUEEZED: [(f64, f64); 2] = [(0.85, 7.95), (0.5, 6.2)];
/// A compressor before the ceiling leaves more crest, but takes the movement: a quarter of the windows touch, and both the windows
/// and the groups of them keep to one level (difference of the loudest and the softest tenth).
const FLATTENED: Flattened = Flattened { touching: 0.25, crest_db: 9.8, window_spread_db: 5.5, group_spread_db: 3.2 };
/// Programme shorter than this says nothing.
const SHORTEST_WINDOWS: u64 = 100;
/// Windows in a crest: about 0.7 s.
const GROUP: u32 = 16;
/// Cells of the histograms.
const PEAK_CELL_DB: f64 = 0.1;
const PEAK_CELLS: usize = 300;
const CREST_CELL_DB: f64 = 0.1;
const CREST_CELLS: usize = 300;

struct Flattened {
    touching: f64,
    crest_db: f64,
    window_spread_db: f64,
    group_spread_db: f64,
}

/// Collects peaks and crests of all channels together.
pub(crate) struct Limiting {
    /// Loud windows by peak level, in cells down from +10 dBFS.
    peaks: Vec<u32>,
    /// Groups of windows by crest.
    crests: Vec<u32>,
    window_levels: Levels,
    group_levels: Levels,
    window_peak: f64,
    window_power: f64,
    group_peak: f64,
    group_power: f64,
    group: u32,
}

/// Level at the top of the histogram.
const TOP_DBFS: f64 = 10.0;

impl Limiting {
    pub fn new() -> Self {
        Self {
            peaks: vec![0; PEAK_CELLS],
            crests: vec![0; CREST_CELLS],
            window_levels: Levels::new(-45.0, 5.0),
            group_levels: Levels::new(-45.0, 5.0),
            window_peak: 0.0,
            window_power: 0.0,
            group_peak: 0.0,
            group_power: 0.0,
            group: 0,
        }
    }

    /// One channel's window; the loudest channel counts.
    pub fn push(&mut self, window: &Window<'_>) {
        let half = window.peaks.len() / 2;
        let peak = window.peaks[half..].iter().fold(0f32, |a, b| a.max(*b));
        let energy: f64 = window.energies[half..].iter().map(|e| f64::from(*e)).sum();
        self.window_peak = self.window_peak.max(f64::from(peak));
        self.window_power = self.window_power.max(energy / (window.end - window.fresh).max(1) as f64);
    }

    /// All channels of a window have been pushed.
    pub fn end_window(&mut self) {
        let (peak, power) = (std::mem::take(&mut self.window_peak), std::mem::take(&mut self.window_power));
        if power < LOUD_POWER {
            return;
        }
        let below_top_db = TOP_DBFS - 20.0 * peak.log10();
        self.peaks[((below_top_db / PEAK_CELL_DB).max(0.0) as usize).min(PEAK_CELLS - 1)] += 1;
        self.window_levels.add(10.0 * power.log10());
        self.group_peak = self.group_peak.max(peak);
        self.group_power += power;
        self.group += 1;
        if self.group == GROUP {
            let group_power = self.group_power / f64::from(GROUP);
            let crest_db = 10.0 * (self.group_peak.powi(2) / group_power).log10();
            self.group_levels.add(10.0 * group_power.log10());
            self.crests[((crest_db / CREST_CELL_DB) as usize).min(CREST_CELLS - 1)] += 1;
            (self.group_peak, self.group_power, self.group) = (0.0, 0.0, 0);
        }
    }

    /// Share of loud windows that touch the ceiling, and median crest; `None` for too little loud programme.
    pub fn summary(&self) -> Option<(f64, f64)> {
        let loud: u64 = self.peaks.iter().map(|c| u64::from(*c)).sum();
        let top = self.peaks.iter().position(|c| *c > 0)?;
        if loud < SHORTEST_WINDOWS {
            return None;
        }
        let within = (CEILING_DB / PEAK_CELL_DB).round() as usize;
        let touching: u64 = self.peaks[top..(top + within + 1).min(PEAK_CELLS)].iter().map(|c| u64::from(*c)).sum();
        let groups: u32 = self.crests.iter().sum();
        let mut before = 0;
        let median = self.crests.iter().position(|c| {
            before += c;
            2 * before >= groups
        })?;
        Some((touching as f64 / loud as f64, median as f64 * CREST_CELL_DB))
    }

    /// Whether a compressor took the movement before the ceiling took the peaks.
    fn is_flattened(&self, touching: f64, crest_db: f64) -> bool {
        let spread_db = |levels: &Levels| {
            let (soft, loud) = (levels.quantile_db(0.1), levels.quantile_db(0.9));
            soft.zip(loud).map_or(f64::INFINITY, |(soft, loud)| loud - soft)
        };
        touching >= FLATTENED.touching
            && crest_db <= FLATTENED.crest_db
            && spread_db(&self.window_levels) <= FLATTENED.window_spread_db
            && spread_db(&self.group_levels) <= FLATTENED.group_spread_db
    }

    /// A finding.
    pub fn finish(&self, duration_s: f64) -> Option<Defect> {
        let (touching, crest_db) = self.summary()?;
        let squeezed = SQUEEZED.iter().any(|(share, crest)| touching >= *share && crest_db <= *crest);
        let flattened = self.is_flattened(touching, crest_db);
        if !squeezed && !flattened {
            return None;
        }
        let message = format!(
            "The track is limited very hard: {:.0} % of it touches the same ceiling and peaks stand only {crest_db:.1} dB over the average. \
             Punch and depth are lost, and streaming services will turn it down anyway. Use less gain into the limiter.",
            100.0 * touching
        );
        let severity = if crest_db < 6.0 || flattened { Severity::Major } else { Severity::Minor };
        Some(
            finding(DefectKind::OverLimiting, severity, (0.0, duration_s), message)
                .with("crest_db", crest_db)
                .with("share_at_ceiling", touching),
        )
    }
}
