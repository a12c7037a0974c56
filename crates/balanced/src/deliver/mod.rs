//! Delivery bundles: a master in the format of every place it goes to, with a manifest that makes the same bytes again.
//!
//! A delivered file is the master converted, never a louder or softer one: what a place advises on loudness and peaks is measured and
//! said. Every file is rendered as a master is, from a [`Recipe`]: written, read back, measured, and put in place together
//! with the others.

mod advice;
mod audio;
mod cover;
mod lossy;
mod made_by;
mod manifest;
mod of_master;
mod recipe;
mod render;
mod reproduce;
mod text;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use balanced_dsp::ChannelLayout;
use balanced_io::NewFolder;
use balanced_model::{Achieved, Analysis, AnalysisConfig, Family};

pub use balanced_assistant::{
    CoverRule, DeliveryFormat, DeliveryPlan, DeliveryRule, deliveries, deliveries_from_toml, deliveries_toml,
};
pub use manifest::{DeliveredFile, DeliveryManifest, MadeBy, NotMade, Program, Resampling};
pub use of_master::master_manifest;
pub use recipe::Recipe;
pub use reproduce::{ReproduceOptions, Reproduced, Reproduction, Stored, reproduce};

use render::Bundle;

use crate::{AnalyzeOptions, Error, ErrorKind, Limits, MetadataEdit, Progress};

/// Name of the manifest in a bundle.
pub const MANIFEST_NAME: &str = "manifest.json";

/// Options of [`deliver`].
#[derive(Clone, Default)]
pub struct DeliverOptions<'a> {
    /// Names of the deliveries, in their order in the bundle.
    pub deliveries: Vec<String>,
    /// Table of deliveries; the built-in one if `None`.
    pub rules: Option<Vec<DeliveryRule>>,
    /// Metadata that the files are given beside that of the master; a cover is put into the bundle too.
    pub metadata: MetadataEdit,
    /// Result of `master --json`, or manifest, that tells how the master was made; if `None`, a manifest beside the master is read
    /// (`master.wav.manifest.json`).
    pub made_by: Option<PathBuf>,
    /// Channel layout that replaces the one the master declares.
    pub layout: Option<ChannelLayout>,
    /// Whether a master that gives under half of what it promises is delivered all the same.
    pub accept_damaged: bool,
    /// Callback that is told the progress.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Flag that stops the call when set; no bundle is left behind then.
    pub cancel: Option<&'a AtomicBool>,
    /// What the master may be, and what the call may use; the time counts for each file.
    pub limits: Limits,
    /// Folder for temporary files, which have no name there; the bundle's parent if `None`.
    pub temp: Option<PathBuf>,
}

impl DeliverOptions<'_> {
    fn analyze(&self) -> AnalyzeOptions<'_> {
        // Defects tell the bits that samples really use.
        let families = vec![Family::Loudness, Family::Defects];
        AnalyzeOptions {
            config: AnalysisConfig { families, ..AnalysisConfig::default() },
            layout: self.layout.clone(),
            accept_damaged: self.accept_damaged,
            progress: self.progress,
            cancel: self.cancel,
            limits: self.limits,
            temp: self.temp.clone(),
        }
    }

    /// Returns the rules that were asked for.
    fn chosen(&self) -> Result<Vec<DeliveryRule>, Error> {
        let known = self.rules.clone().unwrap_or_else(deliveries);
        let names = || known.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>().join(", ");
        if self.deliveries.is_empty() {
            return Err(Error::settings("no delivery was named", format!("name some of {}", names())));
        }
        let mut chosen: Vec<DeliveryRule> = Vec::new();
        for name in &self.deliveries {
            let found = known.iter().find(|rule| rule.name == *name);
            let unknown = || Error::settings(format!("unknown delivery \"{name}\""), format!("known are {}", names()));
            let rule = found.ok_or_else(unknown)?;
            rule.validate().map_err(|slip| Error::settings(slip, "correct the deliveries"))?;
            if !chosen.contains(rule) {
                chosen.push(rule.clone());
            }
        }
        Ok(chosen)
    }
}

/// Reads a TOML file of deliveries and merges it into the built-in table.
///
/// A rule replaces the built-in one of the same name; new names are appended. With `replace = true` in the file, only its own rules
/// are returned.
///
/// # Errors
/// Returns [`ErrorKind::Settings`] with the file and the mistake in it.
pub fn read_deliveries(path: impl AsRef<Path>) -> Result<Vec<DeliveryRule>, Error> {
    let path = path.as_ref();
    let text = read_text(path, "give the path of a TOML file of deliveries")?;
    deliveries_from_toml(&text).map_err(|slip| Error::settings(slip, "correct the deliveries").in_file(path))
}

/// Converts the master for every delivery that is named, and writes the files with a manifest into the new folder `folder`.
///
/// The folder appears complete or not at all; it must not exist, or be empty. A delivery that cannot be made of this master is listed in
/// [`DeliveryManifest::not_made`] with the reason.
///
/// # Errors
/// Returns the errors of [`master`](crate::master()), [`ErrorKind::Settings`] for a name that is unknown and if not one file could be
/// made, and [`ErrorKind::Output`] if the folder has content.
pub fn deliver(
    master: impl AsRef<Path>,
    folder: impl AsRef<Path>,
    options: &DeliverOptions<'_>,
) -> Result<DeliveryManifest, Error> {
    let (master, folder) = (master.as_ref(), folder.as_ref());
    let rules = options.chosen()?;
    let staged = NewFolder::create(folder).map_err(|error| Error::writing(&error))?;
    let manifest = crate::contain::contain(Some(master), || fill(master, folder, &staged, &rules, options))?;
    staged.publish().map_err(|error| Error::writing(&error))?;
    Ok(manifest)
}

/// Fills the staged folder.
fn fill(
    master: &Path,
    folder: &Path,
    staged: &NewFolder,
    rules: &[DeliveryRule],
    options: &DeliverOptions<'_>,
) -> Result<DeliveryManifest, Error> {
    let analyze = options.analyze();
    let source = crate::analyze(master, &analyze)?;
    let audio_sha256 = audio::audio_sha256(master, &analyze, &analyze.monitor(Some(master)))?;
    let made_by = made_by::find(master, &source.source, options.made_by.as_deref())?;
    let cover = cover::put(options.metadata.cover.as_deref(), staged.path())?;
    let mut manifest = DeliveryManifest {
        version: manifest::VERSION,
        program: Program::here(source.provenance.config_hash.clone()),
        source: source.source.clone(),
        audio_sha256,
        before: achieved(&source),
        made_by,
        files: Vec::new(),
        not_made: Vec::new(),
        notes: source.source.notes.iter().map(|note| format!("the master: {note}")).collect(),
    };
    let bundle = Bundle { master, source: &source, staged: staged.path(), folder, cover: cover.as_ref(), options };
    for rule in rules {
        match bundle.make(rule) {
            Ok(file) => manifest.files.push(file),
            Err(render::Failure::Unfit(reason)) => {
                manifest.not_made.push(NotMade { delivery: rule.name.clone(), reason });
            }
            Err(render::Failure::Error(error)) => return Err(*error),
        }
    }
    if manifest.files.is_empty() {
        let reasons = manifest.not_made.iter().map(|not| format!("{}: {}", not.delivery, not.reason));
        let problem = format!("not one delivery can be made of it ({})", reasons.collect::<Vec<_>>().join("; "));
        return Err(Error::settings(problem, "name others").in_file(master));
    }
    crate::write_file(staged.path().join(MANIFEST_NAME), manifest.to_json().as_bytes()).map_err(|error| match error
        .kind()
    {
        ErrorKind::Output => error.in_file(folder.join(MANIFEST_NAME)),
        _ => error,
    })?;
    Ok(manifest)
}

/// Returns the key measurements of an analysis.
fn achieved(analysis: &Analysis) -> Achieved {
    Achieved::new(&analysis.measurements.loudness.clone().unwrap_or_default(), None)
}

fn read_text(path: &Path, remedy: &str) -> Result<String, Error> {
    std::fs::read_to_string(path)
        .map_err(|error| Error::settings(format!("cannot be read ({error})"), remedy).in_file(path).caused_by(error))
}
