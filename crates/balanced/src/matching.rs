//! Tracks that a master is to resemble: references, or the files of a folder.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use balanced_assistant::{Reference, reference_fault};
use balanced_model::{Analysis, AnalysisConfig, Family, Target};

use crate::analyze::cores;
use crate::{AnalyzeOptions, Error, Order, analyze_many, audio_files};

/// Most files of a folder that are read: more hardly move its mean.
const MOST_FILES: usize = 50;

/// Tracks that a recommended chain approaches, and how closely.
#[derive(Clone, Debug, PartialEq)]
pub struct Matching {
    /// Finished tracks whose loudness, tonal balance, width and dynamics are approached; several stand for their mean.
    pub references: Vec<PathBuf>,
    /// Folder of finished tracks, such as an album: the balance is corrected where it is outside their spread. Not read where there are
    /// references.
    pub like: Option<PathBuf>,
    /// How far the tracks are followed in everything but loudness, 0 to 1.
    pub amount: f64,
    /// Most that one band of the equaliser raises or lowers, in dB.
    pub limit_db: f64,
    /// Whether the loudness of the tracks replaces that of a target that is given; without a target it always does.
    pub takes_loudness: bool,
}

impl Default for Matching {
    fn default() -> Self {
        Self { references: Vec::new(), like: None, amount: 1.0, limit_db: 6.0, takes_loudness: false }
    }
}

impl Matching {
    /// Returns whether there is nothing to resemble.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.references.is_empty() && self.like.is_none()
    }

    /// Returns the files that are read.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        match &self.like {
            Some(folder) if self.references.is_empty() => audio_files(folder),
            _ => self.references.clone(),
        }
    }

    fn check(&self) -> Result<(), Error> {
        if !(0.0..=1.0).contains(&self.amount) {
            return Err(Error::settings(format!("the amount {} is out of range", self.amount), "give 0 to 1"));
        }
        if !(0.0..=12.0).contains(&self.limit_db) {
            let problem = format!("the limit of {} dB for a band is out of range", self.limit_db);
            return Err(Error::settings(problem, "give 0 to 12"));
        }
        Ok(())
    }

    /// Measures the tracks; `None` if there are none. `mix` is left out of a folder.
    pub(crate) fn read(&self, mix: Option<&Path>, options: &AnalyzeOptions<'_>) -> Result<Option<Reference>, Error> {
        self.check()?;
        let reference = match &self.like {
            _ if self.is_none() => return Ok(None),
            Some(folder) if self.references.is_empty() => self.read_folder(folder, mix, options)?,
            _ => self.read_references(options)?.with_limit_db(self.limit_db),
        };
        Ok(Some(reference.with_amount(self.amount)))
    }

    fn read_references(&self, options: &AnalyzeOptions<'_>) -> Result<Reference, Error> {
        let options = with_families(options, &[Family::Loudness, Family::Dynamics, Family::Spectrum, Family::Stereo]);
        let mut tracks = Vec::new();
        for path in &self.references {
            let track = crate::analyze(path, &options)?;
            if let Some(fault) = reference_fault(&track) {
                return Err(Error::input(path, fault, "give a finished track of at least 3 s as reference"));
            }
            tracks.push(track);
        }
        Ok(Reference::of(&tracks).expect("no reference has a fault"))
    }

    fn read_folder(&self, folder: &Path, mix: Option<&Path>, options: &AnalyzeOptions<'_>) -> Result<Reference, Error> {
        let options = with_families(options, &[Family::Loudness, Family::Spectrum]);
        let own = mix.and_then(|mix| mix.canonicalize().ok());
        let mut files = audio_files(folder);
        files.retain(|file| own.is_none() || file.canonicalize().ok() != own);
        let found = files.len();
        // Spread over the folder, not its beginning.
        let files: Vec<PathBuf> = if found > MOST_FILES {
            (0..MOST_FILES).map(|index| files[index * found / MOST_FILES].clone()).collect()
        } else {
            files
        };
        let mut tracks: Vec<Analysis> = Vec::new();
        analyze_many(&files, cores(), Order::AsGiven, &options, |_, result| tracks.extend(result.ok()));
        if options.cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed)) {
            return Err(Error::cancelled());
        }
        let reference = Reference::catalogue(&tracks).ok_or_else(|| {
            let problem =
                format!("has too few tracks that are readable, not silent and of at least 3 s, out of {found}");
            Error::input(folder, problem, "give a folder with at least three finished tracks")
        })?;
        let left_out = found - reference.files();
        Ok(reference.leaving_out(left_out))
    }
}

/// Returns the target of a call: what is given, at the loudness of the reference unless that was asked for.
pub(crate) fn target_of(given: Option<&Target>, reference: Option<&Reference>, matching: &Matching) -> Target {
    match (reference, given) {
        (Some(reference), Some(target)) if matching.takes_loudness => reference.target(target.clone()),
        (Some(reference), None) => {
            let usual = Target::default();
            let custom = Target::custom(usual.integrated_lufs, usual.ceiling_dbtp);
            reference.target(custom.expect("the usual target is in range"))
        }
        (_, given) => given.cloned().unwrap_or_default(),
    }
}

fn with_families<'a>(options: &AnalyzeOptions<'a>, families: &[Family]) -> AnalyzeOptions<'a> {
    let config = AnalysisConfig { families: families.to_vec(), ..AnalysisConfig::default() };
    AnalyzeOptions { config, layout: None, ..options.clone() }
}
