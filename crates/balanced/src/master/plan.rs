//! What will be rendered: the chain, split at the limiter that the solver drives.

use std::path::Path;

use balanced_analysis::Analysis;
use balanced_assistant::{Recommendation, Target};
use balanced_io::SampleFormat;
use balanced_mastering::{ChainSpec, DitherSpec, LimiterSpec, ProcessorSpec, Step};

use super::MasterOptions;
use crate::{AnalyzeOptions, Error};

/// The chain in three parts: rendered once, searched, written.
pub(crate) struct Plan {
    /// Loudness and ceiling to reach; `None` renders the chain as it stands.
    pub(crate) target: Option<Target>,
    /// Findings and reasons behind a recommended chain.
    pub(crate) recommendation: Option<Recommendation>,
    /// Everything before the driven limiter.
    pub(crate) front: ChainSpec,
    /// The limiter whose drive is searched; `None` without a target.
    pub(crate) limiter: Option<LimiterSpec>,
    /// Dither for integer outputs.
    pub(crate) dither: Option<DitherSpec>,
}

/// Decide the chain for `before`.
pub(crate) fn make(before: &Analysis, options: &MasterOptions<'_>) -> Result<Plan, Error> {
    let (chain, recommendation, target) = match (&options.chain, &options.target) {
        (Some(chain), target) => (chain.clone(), None, target.clone()),
        (None, target) => {
            let target = target.clone().unwrap_or_default();
            let recommendation = recommend(before, &target, options)?;
            (recommendation.chain.clone(), Some(recommendation), Some(target))
        }
    };
    chain.validate().map_err(|error| Error::settings(error.to_string()))?;
    Ok(split(chain, target, recommendation, options.encode.sample_format))
}

fn recommend(before: &Analysis, target: &Target, options: &MasterOptions<'_>) -> Result<Recommendation, Error> {
    let Some(path) = &options.reference else { return Ok(balanced_assistant::recommend(before, target)) };
    Ok(balanced_assistant::reference_match(before, &analyze_reference(path, options)?, target))
}

fn analyze_reference(path: &Path, options: &MasterOptions<'_>) -> Result<Analysis, Error> {
    let options = AnalyzeOptions {
        config: options.config.clone(),
        layout: None,
        progress: options.progress,
        cancel: options.cancel,
    };
    crate::analyze(path, &options)
}

fn split(
    mut chain: ChainSpec,
    target: Option<Target>,
    recommendation: Option<Recommendation>,
    sample_format: SampleFormat,
) -> Plan {
    let dither = take_dither(&mut chain.steps, sample_format, recommendation.is_none());
    let limiter = target.as_ref().map(|target| {
        let limiter = take_last_limiter(&mut chain.steps).unwrap_or_default();
        LimiterSpec { ceiling_dbtp: target.ceiling_dbtp, ..limiter }
    });
    Plan { target, recommendation, front: chain, limiter, dither }
}

/// The dither that ends the chain, fitted to the output: 16 and 24 bits always get one; 32 bits and floats need none.
///
/// A chain file may ask for fewer bits than the file holds (a 16-bit master in a 24-bit file), never for more.
fn take_dither(steps: &mut Vec<Step>, sample_format: SampleFormat, from_file: bool) -> Option<DitherSpec> {
    let mut asked = None;
    while let Some(Step { processor: ProcessorSpec::Dither(dither), bypass, .. }) = steps.last() {
        asked = (!bypass).then(|| dither.clone());
        steps.pop();
    }
    let file_bits = match sample_format {
        SampleFormat::I16 => 16,
        SampleFormat::I24 => 24,
        SampleFormat::I32 | SampleFormat::F32 | SampleFormat::F64 => return asked.filter(|_| from_file),
    };
    match asked {
        Some(dither) if from_file => Some(DitherSpec { bits: dither.bits.min(file_bits), ..dither }),
        other => Some(DitherSpec { bits: file_bits, ..other.unwrap_or_default() }),
    }
}

/// The limiter that ends the chain; one that something follows stays where it is, and a fresh one ends the chain.
fn take_last_limiter(steps: &mut Vec<Step>) -> Option<LimiterSpec> {
    while steps.last().is_some_and(|step| step.bypass) {
        steps.pop();
    }
    let Some(Step { processor: ProcessorSpec::Limiter(limiter), mix, .. }) = steps.last() else { return None };
    if *mix < 1.0 {
        return None;
    }
    let limiter = limiter.clone();
    steps.pop();
    Some(limiter)
}
