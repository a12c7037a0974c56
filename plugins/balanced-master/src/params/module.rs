//! Modules of the rack: the processors with their names and their room for bands.

use balanced_mastering::{Param, ProcessorSpec};

/// A module: a processor that the plugin has knobs for.
#[derive(Debug)]
pub struct Module {
    /// Kind in chain files, and first part of the ids of its knobs.
    pub kind: &'static str,
    /// Name in the strip, and first part of the names of its knobs.
    pub name: &'static str,
    /// Purpose, in a few words.
    pub purpose: &'static str,
    /// Largest number of items of every list, by the list's name.
    pub lists: &'static [(&'static str, usize)],
    /// Row of the number of bands, if that can be chosen.
    pub band_count: Option<Param>,
}

const fn plain(kind: &'static str, name: &'static str, purpose: &'static str) -> Module {
    Module { kind, name, purpose, lists: &[], band_count: None }
}

/// All modules, in the order of a new rack; those that came after the first version at the end.
pub const MODULES: [Module; 14] = [
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
    plain("declick", "Declick", "Takes clicks out"),
    plain("declip", "Declip", "Puts back tops that were cut flat"),
    plain("dehum", "Dehum", "Takes mains hum out"),
];

/// Number of modules.
pub const COUNT: usize = MODULES.len();

/// Number of the modules of the first version: the knobs of the others stand behind those of [`LATER`].
pub const FIRST: usize = 11;

/// Module and row of every parameter that came after the first version, in the order in which they came: their knobs stand
/// behind all others, so that hosts that number parameters find the older ones where they were.
pub const LATER: &[(&str, &str)] = &[("limiter", "hold_ms")];

/// Modules that hold a ceiling or a word length for what comes after: with a dry share it would be broken, so they have no mix.
const WHOLE: [&str; 2] = ["limiter", "dither"];
/// Repairs, in the order in which they stand before everything else.
const REPAIRS: [&str; 3] = ["declick", "declip", "dehum"];
/// Rows that change the latency of their module: hosts cannot automate them.
const LATE: [(&str, &str); 6] = [
    ("eq", "phase"),
    ("eq", "linear_phase_latency_ms"),
    ("compressor", "lookahead_ms"),
    ("multiband", "phase"),
    ("multiband", "linear_phase_latency_ms"),
    ("limiter", "lookahead_ms"),
];

/// Returns the number of the module of `kind`.
#[must_use]
pub fn index_of(kind: &str) -> Option<usize> {
    MODULES.iter().position(|module| module.kind == kind)
}

impl Module {
    /// Tells whether the module can be mixed with its input.
    #[must_use]
    pub fn has_mix(&self) -> bool {
        !WHOLE.contains(&self.kind)
    }

    /// Returns the module's place among the repairs, if it is one.
    #[must_use]
    pub fn repair(&self) -> Option<usize> {
        REPAIRS.iter().position(|kind| *kind == self.kind)
    }

    /// Tells whether the row `id` changes the latency.
    #[must_use]
    pub fn is_late(&self, id: &str) -> bool {
        LATE.contains(&(self.kind, id))
    }

    /// Returns the parameter table of the processor.
    #[must_use]
    pub fn rows(&self) -> &'static [Param] {
        self.blank(0).params()
    }

    /// Returns the numbers of the rows that have knobs, in their order: single values, then values of bands, then lists of
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

    /// Returns settings whose lists are as long as they can be; with `bands` other than 0, with that many bands if the number
    /// can be chosen.
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

    /// Returns the largest number of items of `list`.
    #[must_use]
    pub fn room(&self, list: &str) -> usize {
        self.lists.iter().find(|(name, _)| *name == list).map_or(0, |(_, room)| *room)
    }
}

/// Returns crossover frequencies that are spread over the range of hearing.
fn rising(count: usize) -> Vec<f64> {
    (0..count).map(|index| (100.0 * 3.0f64.powi(index as i32)).min(16_000.0)).collect()
}
