//! The modules of the rack: which processors, under which names, with room for how many bands.

use balanced_mastering::{Param, ProcessorSpec};

/// A processor that the plugin has parameters for.
#[derive(Debug)]
pub struct Module {
    /// Its `kind` in chain files, and the first part of its parameters' ids.
    pub kind: &'static str,
    /// Name in the strip and before every parameter's.
    pub name: &'static str,
    /// What it does, in a few words.
    pub purpose: &'static str,
    /// Room in every list: name of the list, items.
    pub lists: &'static [(&'static str, usize)],
    /// The row of the number of bands, where that can be chosen.
    pub band_count: Option<Param>,
}

const fn plain(kind: &'static str, name: &'static str, purpose: &'static str) -> Module {
    Module { kind, name, purpose, lists: &[], band_count: None }
}

/// Every module, in the order a fresh rack has them.
pub const MODULES: [Module; 11] = [
    plain("gain", "Input", "Level before everything else"),
    Module { lists: &[("bands", 8)], ..plain("eq", "EQ", "Eight-band equaliser, minimum or linear phase") },
    Module {
        lists: &[("bands", 6)],
        ..plain("dynamic_eq", "Dynamic EQ", "Bands that follow the level in their range")
    },
    plain("compressor", "Compressor", "Glue: lowers what is loud"),
    Module {
        lists: &[("bands", 6), ("crossovers_hz", 5)],
        band_count: Some(Param::integer("band_count", "", (2.0, 6.0), 3.0, "How many bands there are.")),
        ..plain("multiband", "Multiband", "Compressor or expander in two to six bands")
    },
    plain("saturator", "Saturator", "Harmonics by a smooth curve"),
    plain("transient_shaper", "Transient", "More or less attack and sustain"),
    Module {
        lists: &[("crossovers_hz", 4), ("widths_percent", 5)],
        band_count: Some(Param::integer("band_count", "", (1.0, 5.0), 1.0, "How many bands have their own width.")),
        ..plain("stereo", "Stereo", "Width, mono bass, balance")
    },
    plain("clipper", "Clipper", "Takes peaks off before the limiter"),
    plain("limiter", "Limiter", "True-peak limiter"),
    plain("dither", "Dither", "The last rounding"),
];

/// Number of modules.
pub const COUNT: usize = MODULES.len();

/// Module and row of every parameter that came after the first version, in the order in which they came: their knobs stand
/// behind all others, so that hosts that number parameters find the older ones where they were.
pub const LATER: &[(&str, &str)] = &[("limiter", "hold_ms")];

/// Number of the module of `kind`.
#[must_use]
pub fn index_of(kind: &str) -> Option<usize> {
    MODULES.iter().position(|module| module.kind == kind)
}

impl Module {
    /// Its rows in `balanced-mastering`.
    #[must_use]
    pub fn rows(&self) -> &'static [Param] {
        self.blank(0).params()
    }

    /// Numbers of the rows that have knobs, in the order of the knobs: single values, then values of bands, then lists of
    /// values. The dither's seed has none.
    #[must_use]
    pub fn knob_rows(&self) -> Vec<usize> {
        let rows = self.rows();
        let mut numbers: Vec<usize> = (0..rows.len()).filter(|number| rows[*number].id != "seed").collect();
        numbers.sort_by_key(|number| match rows[*number].id.split_once("[]") {
            None => 0,
            Some((_, field)) => {
                if field.is_empty() {
                    2
                } else {
                    1
                }
            }
        });
        numbers
    }

    /// Settings with all the room there is in their lists; with `bands` other than 0, with that many bands where the
    /// number can be chosen.
    ///
    /// # Panics
    /// Never: every module names a processor, which a test builds.
    #[must_use]
    pub fn blank(&self, bands: usize) -> ProcessorSpec {
        let mut spec = ProcessorSpec::default_of(self.kind).expect("a module is a processor");
        match &mut spec {
            ProcessorSpec::Eq(eq) => eq.bands = vec![Default::default(); self.room("bands")],
            ProcessorSpec::DynamicEq(eq) => eq.bands = vec![Default::default(); self.room("bands")],
            ProcessorSpec::Multiband(multiband) => {
                let bands = if bands == 0 { self.room("bands") } else { bands };
                multiband.bands = vec![Default::default(); bands];
                multiband.crossovers_hz = rising(bands - 1);
            }
            ProcessorSpec::Stereo(stereo) => {
                let bands = if bands == 0 { self.room("widths_percent") } else { bands };
                stereo.crossovers_hz = rising(bands - 1);
                stereo.widths_percent = vec![100.0; if bands == 1 { 0 } else { bands }];
            }
            _ => {}
        }
        spec
    }

    /// Items that the list has room for.
    #[must_use]
    pub fn room(&self, list: &str) -> usize {
        self.lists.iter().find(|(name, _)| *name == list).map_or(0, |(_, room)| *room)
    }
}

/// Corners spread over the range of hearing.
fn rising(count: usize) -> Vec<f64> {
    (0..count).map(|index| (100.0 * 3.0f64.powi(index as i32)).min(16_000.0)).collect()
}
