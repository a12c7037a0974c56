//! A running chain and the settings it was built for.

use balanced_dsp::{BlockMut, PlanarBuffer, StreamFormat};
use balanced_mastering::{
    Audition, BuildOptions, Chain, ChainSpec, CrossoverType, EqPhase, Latency, Listen, LoudnessMatch, LoudnessMemory,
    ProcessorSpec, Step, StepKind, Update,
};

use super::tail;
use crate::params::module::MODULES;
use crate::params::rack::Entry;
use crate::params::{ALL_DIRTY, LISTENING_BIT, PluginParams, legal, listening};

/// A chain with its dry path for comparison, and its current settings.
pub struct Rig {
    audition: Audition,
    /// Settings as the knobs have them; every list has capacity for all its items.
    spec: ChainSpec,
    /// Module of every step that belongs to one.
    modules: Vec<Option<usize>>,
    rack_version: u64,
    low_latency: bool,
    format: StreamFormat,
    latency_frames: usize,
    is_bypassed: bool,
    /// The chain could not apply a change; it must be replaced.
    is_stale: bool,
}

impl Rig {
    /// Builds a rig for the current knobs; steps whose settings are invalid are left out. `[main]`
    ///
    /// # Errors
    /// Returns a message if the format or a step is invalid.
    pub fn build(params: &PluginParams, format: &StreamFormat) -> Result<Self, String> {
        let rack_version = params.rack_version();
        let rack = params.rack();
        let low_latency = params.listening(listening::LATENCY) >= 0.5;
        let mut modules = Vec::new();
        let mut steps = Vec::new();
        for entry in &rack.entries {
            match entry {
                Entry::Fixed(step) => {
                    let mut step = (**step).clone();
                    if low_latency {
                        hurry_step(&mut step);
                    }
                    steps.push(step);
                }
                Entry::Module(_) => {
                    let Some(index) = entry.module() else { continue };
                    let bands = params.module(index).band_count.map_or(0, |knob| params.knobs()[knob].value() as usize);
                    steps.push(Step::new(MODULES[index].blank(bands)));
                }
            }
            modules.push(entry.module());
        }
        let mut spec = ChainSpec::new("", steps);
        for (step, module) in spec.steps.iter_mut().zip(&modules) {
            module.iter().for_each(|module| write(params, step, *module, low_latency));
            if let (StepKind::Processor(ProcessorSpec::Dither(dither)), Some(_)) = (&mut step.kind, module) {
                dither.seed = rack.dither_seed;
            }
        }
        let latency = if low_latency { Latency::Low } else { Latency::Full };
        let options = BuildOptions { latency, ..BuildOptions::default() };
        let chain = Chain::build_with(&spec, format, &options).map_err(|error| error.to_string())?;
        let latency_frames = chain.latency_frames();
        let mut rig = Self {
            audition: Audition::new(chain, format),
            spec,
            modules,
            rack_version,
            low_latency,
            format: format.clone(),
            latency_frames,
            is_bypassed: false,
            is_stale: false,
        };
        rig.listen(params, false);
        rig.reset();
        Ok(rig)
    }

    /// Applies the modules marked in `dirty`. `[audio]`
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
                write(params, step, module, self.low_latency);
                moved = true;
            }
        }
        if moved && self.audition.chain_mut().update(&self.spec) == Update::NeedsRebuild {
            self.is_stale = true;
        }
        self.whether_current(params)
    }

    /// Returns whether rack, number of bands and latency mode are those it was built for, and all changes could be
    /// applied. `[audio]`
    pub fn whether_current(&self, params: &PluginParams) -> Update {
        if self.is_stale {
            return Update::NeedsRebuild;
        }
        let low_latency = params.listening(listening::LATENCY) >= 0.5;
        let same_bands = self.spec.steps.iter().zip(&self.modules).all(|(step, module)| {
            let count = module.and_then(|module| params.module(module).band_count);
            count.is_none_or(|knob| params.knobs()[knob].value() as usize == bands(step))
        });
        if self.rack_version == params.rack_version() && low_latency == self.low_latency && same_bands {
            Update::Applied
        } else {
            Update::NeedsRebuild
        }
    }

    fn listen(&mut self, params: &PluginParams, offline: bool) {
        let bypass = params.listening(listening::BYPASS) >= 0.5;
        self.is_bypassed = bypass;
        let to = match params.listening(listening::LISTEN) as usize {
            _ if bypass => Listen::Original,
            _ if offline => Listen::Processed,
            0 => Listen::Processed,
            1 => Listen::Original,
            _ => Listen::Difference,
        };
        let matched = params.listening(listening::GAIN_MATCH) >= 0.5 && !bypass && !offline;
        let switch = self.audition.switch_mut();
        switch.listen(to);
        switch.match_loudness(if matched { LoudnessMatch::Running } else { LoudnessMatch::Off });
    }

    /// Processes a block in place and leaves what is heard there, and in `delivered`, of the same shape, what a bounce would get.
    /// `[audio]`
    pub fn process(&mut self, block: &mut BlockMut<'_>, delivered: &mut PlanarBuffer) {
        let mut start = 0;
        self.audition.process_with(block, |part| {
            for channel in 0..part.channels() {
                delivered.channel_mut(channel)[start..start + part.frames()].copy_from_slice(part.channel(channel));
            }
            start += part.frames();
        });
        if self.is_bypassed {
            delivered.block_mut().copy_from(block.as_block());
        }
    }

    /// Clears all history but the loudness of the comparison, which would jump, and skips all glides. `[audio]`
    pub fn reset(&mut self) {
        let memory = self.memory();
        self.audition.reset();
        self.recall(memory);
    }

    /// Returns the loudness that the comparison has gathered. `[audio]`
    #[must_use]
    pub fn memory(&mut self) -> LoudnessMemory {
        self.audition.switch_mut().memory()
    }

    /// Goes on from loudness that another comparison has gathered. `[audio]`
    pub fn recall(&mut self, memory: LoudnessMemory) {
        self.audition.switch_mut().recall(memory);
    }

    /// Ends the crossfade to what is heard. `[audio]`
    pub fn end_fade(&mut self) {
        self.audition.switch_mut().jump();
    }

    /// Returns how long the output goes on after the input has ended, latency included. `[audio]`
    #[must_use]
    pub fn tail_frames(&self) -> usize {
        self.latency_frames + (tail::seconds(&self.spec) * self.format.sample_rate_hz).ceil() as usize
    }

    /// Applies the knobs without a glide. `[audio]`
    pub fn jump(&mut self, params: &PluginParams, offline: bool) {
        let _ = self.write(params, ALL_DIRTY, offline);
        self.reset();
    }

    /// Passes the gain reduction in dB of every module in the rack to `meter`. `[audio]`
    pub fn reductions(&mut self, mut meter: impl FnMut(usize, f64)) {
        let reductions = self.audition.chain_mut().gain_reductions_db();
        for ((reduction_db, module), step) in reductions.zip(&self.modules).zip(&self.spec.steps) {
            // The detectors of a bypassed step keep running; their readings do not count.
            module.iter().filter(|_| !step.bypass).for_each(|module| meter(*module, reduction_db));
        }
    }

    /// Returns the gains of input and output for loudness matching in dB, and their difference in loudness. `[audio]`
    pub fn matching(&mut self) -> ([f64; 2], Option<f64>) {
        let switch = self.audition.switch_mut();
        (switch.gains_db(), switch.difference_lu())
    }

    /// Returns the latency in frames.
    #[must_use]
    pub fn latency_frames(&self) -> usize {
        self.latency_frames
    }

    /// Returns the format it was built for.
    #[must_use]
    pub fn format(&self) -> &StreamFormat {
        &self.format
    }
}

/// Returns the number of bands, for steps where it can be chosen.
fn bands(step: &Step) -> usize {
    match step.processor() {
        Some(ProcessorSpec::Multiband(multiband)) => multiband.bands.len(),
        Some(ProcessorSpec::Stereo(stereo)) => stereo.crossovers_hz.len() + 1,
        _ => 0,
    }
}

/// Writes the knobs of `module` into its step. `[audio]`
fn write(params: &PluginParams, step: &mut Step, module: usize, low_latency: bool) {
    let knobs = params.module(module);
    let value = |knob: usize| params.knobs()[knob].value();
    step.bypass = value(knobs.bypass) >= 0.5;
    step.mix = if MODULES[module].has_mix() { value(knobs.mix) } else { 1.0 };
    let StepKind::Processor(spec) = &mut step.kind else { return };
    for wire in &knobs.wires {
        // Knobs of bands that the step does not have are left out.
        spec.set(wire.row, wire.item, value(wire.knob));
    }
    if low_latency {
        hurry(spec);
    }
    legal::make_legal(spec);
}

/// Turns off settings that add latency; the rest is built with low latency. `[audio]`
fn hurry(spec: &mut ProcessorSpec) {
    match spec {
        ProcessorSpec::Eq(eq) => eq.phase = EqPhase::Minimum,
        ProcessorSpec::Multiband(multiband) => multiband.phase = CrossoverType::Minimum,
        ProcessorSpec::Compressor(compressor) => compressor.lookahead_ms = 0.0,
        _ => {}
    }
}

/// Turns off settings that add latency in a step of a chain file, with all its branches. `[main]`
fn hurry_step(step: &mut Step) {
    match &mut step.kind {
        StepKind::Processor(spec) => hurry(spec),
        StepKind::Parallel(parallel) => {
            parallel.branches.iter_mut().flat_map(|branch| &mut branch.steps).for_each(hurry_step);
        }
        StepKind::Clap(_) => {}
    }
}
