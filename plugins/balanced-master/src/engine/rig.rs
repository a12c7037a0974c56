//! A running chain with what it was built for.

use balanced_dsp::{BlockMut, StreamFormat};
use balanced_mastering::{
    Audition, Chain, ChainSpec, CompressorSpec, CrossoverType, EqPhase, Listen, LoudnessMatch, ProcessorSpec, Step,
    StepKind, Update,
};

use crate::params::module::{self, MODULES};
use crate::params::rack::Entry;
use crate::params::{ALL_DIRTY, LISTENING_BIT, PluginParams, legal, listening};

/// How far ahead the limiter's stand-in hears with near-zero latency.
const AHEAD_FRAMES: f64 = 48.0;
/// What only works with the latency of its oversampling: it rests with near-zero latency.
const OVERSAMPLED: [&str; 2] = ["saturator", "clipper"];

/// A chain beside its input, and the settings it was last given.
pub struct Rig {
    audition: Audition,
    /// The settings as the knobs have them; every list with room for all its items.
    spec: ChainSpec,
    /// Module of every step that is one.
    modules: Vec<Option<usize>>,
    rack_version: u64,
    near_zero: bool,
    format: StreamFormat,
    latency_frames: usize,
    /// The chain could not follow a change: only another one can.
    is_stale: bool,
}

impl Rig {
    /// A rig for the knobs as they stand; settings that cannot run at all leave their step out. `[main]`
    ///
    /// # Errors
    /// What is wrong with the format or a step.
    pub fn build(params: &PluginParams, format: &StreamFormat) -> Result<Self, String> {
        let rack_version = params.rack_version();
        let rack = params.rack();
        let near_zero = params.listening(listening::LATENCY) >= 0.5;
        let mut modules = Vec::new();
        let mut steps = Vec::new();
        for entry in &rack.entries {
            match entry {
                Entry::Fixed(step) => steps.push((**step).clone()),
                Entry::Module(_) => {
                    let Some(index) = entry.module() else { continue };
                    if near_zero && OVERSAMPLED.contains(&MODULES[index].kind) {
                        continue;
                    }
                    let bands = params.module(index).band_count.map_or(0, |knob| params.knobs()[knob].value() as usize);
                    steps.push(Step::new(body(index, bands, near_zero)));
                }
            }
            modules.push(entry.module());
        }
        let mut spec = ChainSpec::new("", steps);
        for (step, module) in spec.steps.iter_mut().zip(&modules) {
            module.iter().for_each(|module| write(params, step, *module, near_zero, format.sample_rate_hz));
            if let (StepKind::Processor(ProcessorSpec::Dither(dither)), Some(_)) = (&mut step.kind, module) {
                dither.seed = rack.dither_seed;
            }
        }
        let chain = Chain::build(&spec, format).map_err(|error| error.to_string())?;
        let latency_frames = chain.latency_frames();
        let mut rig = Self {
            audition: Audition::new(chain, format),
            spec,
            modules,
            rack_version,
            near_zero,
            format: format.clone(),
            latency_frames,
            is_stale: false,
        };
        rig.listen(params, false);
        rig.reset();
        Ok(rig)
    }

    /// Take over what `dirty` says has moved. `[audio]`
    pub fn write(&mut self, params: &PluginParams, dirty: u32, offline: bool) -> Update {
        if dirty == 0 {
            return self.whether_current(params);
        }
        if dirty & LISTENING_BIT != 0 {
            self.listen(params, offline);
        }
        let mut moved = false;
        for (step, module) in self.spec.steps.iter_mut().zip(&self.modules) {
            let Some(module) = *module else { continue };
            if dirty & (1 << module) != 0 {
                write(params, step, module, self.near_zero, self.format.sample_rate_hz);
                moved = true;
            }
        }
        if moved && self.audition.chain_mut().update(&self.spec) == Update::NeedsRebuild {
            self.is_stale = true;
        }
        self.whether_current(params)
    }

    /// Whether the rack, the number of bands and the latency mode are still those it was built for, and everything else
    /// could be followed. `[audio]`
    pub fn whether_current(&self, params: &PluginParams) -> Update {
        if self.is_stale {
            return Update::NeedsRebuild;
        }
        let near_zero = params.listening(listening::LATENCY) >= 0.5;
        let same_bands = self.spec.steps.iter().zip(&self.modules).all(|(step, module)| {
            let count = module.and_then(|module| params.module(module).band_count);
            count.is_none_or(|knob| params.knobs()[knob].value() as usize == bands(step))
        });
        if self.rack_version == params.rack_version() && near_zero == self.near_zero && same_bands {
            Update::Applied
        } else {
            Update::NeedsRebuild
        }
    }

    fn listen(&mut self, params: &PluginParams, offline: bool) {
        let bypass = params.listening(listening::BYPASS) >= 0.5;
        let to = match params.listening(listening::LISTEN) as usize {
            _ if bypass => Listen::Original,
            0 => Listen::Processed,
            1 => Listen::Original,
            _ => Listen::Difference,
        };
        let matched = params.listening(listening::GAIN_MATCH) >= 0.5 && !bypass && !offline;
        let switch = self.audition.switch_mut();
        switch.listen(to);
        switch.match_loudness(if matched { LoudnessMatch::Running } else { LoudnessMatch::Off });
    }

    /// Process in place. `[audio]`
    pub fn process(&mut self, block: &mut BlockMut<'_>) {
        self.audition.process(block);
    }

    /// Forget all history and be where the settings lead. `[audio]`
    pub fn reset(&mut self) {
        self.audition.reset();
    }

    /// Be at the knobs' places at once. `[audio]`
    pub fn jump(&mut self, params: &PluginParams, offline: bool) {
        let _ = self.write(params, ALL_DIRTY, offline);
        self.reset();
    }

    /// Hand `meter` the gain reduction in dB of every module in the rack. `[audio]`
    pub fn reductions(&mut self, mut meter: impl FnMut(usize, f64)) {
        let reductions = self.audition.chain_mut().gain_reductions_db();
        for ((reduction_db, module), step) in reductions.zip(&self.modules).zip(&self.spec.steps) {
            // The detectors of a bypassed step go on; what they say is not heard.
            module.iter().filter(|_| !step.bypass).for_each(|module| meter(*module, reduction_db));
        }
    }

    /// Gains that input and output are heard with, in dB, and their difference in loudness. `[audio]`
    pub fn matching(&mut self) -> ([f64; 2], Option<f64>) {
        let switch = self.audition.switch_mut();
        (switch.gains_db(), switch.difference_lu())
    }

    /// Frames by which the output lags.
    #[must_use]
    pub fn latency_frames(&self) -> usize {
        self.latency_frames
    }

    /// What it was built for.
    #[must_use]
    pub fn format(&self) -> &StreamFormat {
        &self.format
    }
}

/// Settings of the module numbered `index` with all their room.
fn body(index: usize, bands: usize, near_zero: bool) -> ProcessorSpec {
    let module = &MODULES[index];
    if near_zero && module.kind == "limiter" {
        return ProcessorSpec::Compressor(CompressorSpec::default());
    }
    module.blank(bands)
}

/// Bands that can be chosen in number.
fn bands(step: &Step) -> usize {
    match step.processor() {
        Some(ProcessorSpec::Multiband(multiband)) => multiband.bands.len(),
        Some(ProcessorSpec::Stereo(stereo)) => stereo.crossovers_hz.len() + 1,
        _ => 0,
    }
}

/// Write the knobs of `module` into its step. `[audio]`
fn write(params: &PluginParams, step: &mut Step, module: usize, near_zero: bool, sample_rate_hz: f64) {
    let knobs = params.module(module);
    let value = |knob: usize| params.knobs()[knob].value();
    step.bypass = value(knobs.bypass) >= 0.5;
    step.mix = value(knobs.mix);
    let StepKind::Processor(spec) = &mut step.kind else { return };
    let is_stand_in = spec.kind() != MODULES[module].kind;
    if is_stand_in {
        stand_in(params, spec, sample_rate_hz);
        return;
    }
    for wire in &knobs.wires {
        if wire.list.is_empty() || wire.item < module::length(spec, wire.list) {
            (wire.field.set)(spec, wire.item, value(wire.knob));
        }
    }
    if near_zero {
        hurry(spec);
    }
    legal::make_legal(spec);
}

/// Leave out what costs time. `[audio]`
fn hurry(spec: &mut ProcessorSpec) {
    match spec {
        ProcessorSpec::Eq(eq) => eq.phase = EqPhase::Minimum,
        ProcessorSpec::Multiband(multiband) => multiband.phase = CrossoverType::Minimum,
        ProcessorSpec::Compressor(compressor) => compressor.lookahead_ms = 0.0,
        _ => {}
    }
}

/// The peak limiter that stands in for the true-peak limiter: a compressor that hears [`AHEAD_FRAMES`] ahead. `[audio]`
fn stand_in(params: &PluginParams, spec: &mut ProcessorSpec, sample_rate_hz: f64) {
    let ProcessorSpec::Compressor(compressor) = spec else { return };
    let value = |id: &str| params.knob(id).map_or(0.0, crate::params::Knob::value);
    let drive_db = value("limiter.drive_db");
    let ahead_ms = 1e3 * AHEAD_FRAMES / sample_rate_hz;
    *compressor = CompressorSpec {
        threshold_db: (value("limiter.ceiling_dbtp") - drive_db).clamp(-80.0, 0.0),
        ratio: 100.0,
        knee_db: 0.0,
        attack_ms: (0.2 * ahead_ms).max(0.05),
        release_ms: value("limiter.release_ms"),
        auto_release: true,
        lookahead_ms: ahead_ms,
        makeup_db: drive_db.clamp(-24.0, 36.0),
        ..CompressorSpec::default()
    };
}
