//! The manifest of a master: what makes it again from its mix.

use std::path::Path;

use balanced_model::Source;

use super::manifest::{self, DeliveredFile, DeliveryManifest, Program};
use super::recipe::Recipe;
use super::render::{length, resampling};
use super::{achieved, audio};
use crate::{AnalyzeOptions, Error, MasterOptions, MasterResult};

/// Returns the manifest of a master that [`master`](crate::master()) wrote to `output` with these options.
///
/// The mix at `mix` is decoded once more for the hash of its audio.
///
/// # Errors
/// Returns [`ErrorKind::Input`](crate::ErrorKind::Input) if the mix changed since it was mastered or cannot be read any more, and
/// [`ErrorKind::Output`](crate::ErrorKind::Output) if the master cannot be read back.
pub fn master_manifest(
    result: &MasterResult,
    mix: impl AsRef<Path>,
    output: impl AsRef<Path>,
    options: &MasterOptions<'_>,
) -> Result<DeliveryManifest, Error> {
    let (mix, output) = (mix.as_ref(), output.as_ref());
    let now = crate::hash::hash_file(mix).map_err(|error| Error::unreadable(mix, &error))?;
    if Some(now) != result.before.source.sha256 {
        return Err(Error::changed(mix, "changed since it was mastered"));
    }
    let analyze =
        AnalyzeOptions { limits: options.limits, layout: options.layout.clone(), ..AnalyzeOptions::default() };
    let audio_sha256 = audio::audio_sha256(mix, &analyze, &analyze.monitor(Some(mix)))?;
    let name = output.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let file = DeliveredFile {
        delivery: None,
        bytes: length(output)?,
        recipe: Recipe::of(options, result.chain.clone())?,
        is_exact: false,
        encoder: None,
        resampling: resampling(&result.before.source, result.after.source.sample_rate_hz),
        after: result.achieved,
        playback: None,
        check: None,
        metadata: result.metadata.clone(),
        advice: result.notes.clone(),
        file: Source { path: Some(name), ..result.after.source.clone() },
    };
    Ok(DeliveryManifest {
        version: manifest::VERSION,
        program: Program::here(result.after.provenance.config_hash.clone()),
        source: result.before.source.clone(),
        audio_sha256,
        before: achieved(&result.before),
        made_by: None,
        files: vec![file],
        not_made: Vec::new(),
        notes: Vec::new(),
    })
}
