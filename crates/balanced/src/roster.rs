//! Mastering engineers for a track: rosters, wishes, portfolios, and the ranked list with its reasons.
//!
//! ```no_run
//! use balanced::roster::{self, MatchOptions};
//!
//! fn main() -> Result<(), balanced::Error> {
//!     let roster = roster::read("roster.json")?;
//!     let wishes = roster::read_wishes("wishes.json")?;
//!     let matches = balanced::match_engineers("mix.wav", &roster, &MatchOptions { wishes, ..MatchOptions::default() })?;
//!     for found in &matches.matches {
//!         println!("{}. {}", found.rank, found.explanation.client.summary);
//!     }
//!     Ok(())
//! }
//! ```

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{SystemTime, UNIX_EPOCH};

use balanced_assistant::reference_fault;
use balanced_dsp::ChannelLayout;
use balanced_model::{Analysis, AnalysisConfig, Family, TagConfig};
use serde_json::Value;

pub use balanced_assistant::{
    Date, Engineer, EngineerMatch, EngineerMatches, ExcludedEngineer, MatchCondition, MatchExplanation,
    MatchExplanations, MatchPart, MatchReason, MatchWeights, Offer, OfferOutcome, PartKind, Portfolio,
    PortfolioBuilder, PortfolioEmbedding, PortfolioMeasure, Ranking, Roster, WishedSound, Wishes,
};

use crate::{AnalyzeOptions, AudioSource, Error, Limits, Progress};

/// Options of [`match_engineers`].
#[derive(Clone, Default)]
pub struct MatchOptions<'a> {
    /// Wishes of the client; without a day to start on, today (UTC) is taken.
    pub wishes: Wishes,
    /// Length of the list, seed, share for newcomers and diversity.
    pub ranking: Ranking,
    /// Finished track whose loudness, dynamics, tone and width the master should have, where the wishes do not say them.
    pub reference: Option<PathBuf>,
    /// Channel layout that replaces the one the file declares; for files that declare none, or a wrong one.
    pub layout: Option<ChannelLayout>,
    /// Whether a file that gives under half of what it promises is measured all the same.
    pub accept_damaged: bool,
    /// Callback that is told the progress.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Flag that stops the call when set.
    pub cancel: Option<&'a AtomicBool>,
    /// What the input may be, and what the call may use.
    pub limits: Limits,
    /// Folder for temporary copies of large readers and streams; the system's folder for temporary files if `None`.
    pub temp: Option<PathBuf>,
}

impl MatchOptions<'_> {
    fn analyze(&self) -> AnalyzeOptions<'_> {
        AnalyzeOptions {
            config: config(),
            layout: self.layout.clone(),
            accept_damaged: self.accept_damaged,
            progress: self.progress,
            cancel: self.cancel,
            limits: self.limits,
            temp: self.temp.clone(),
        }
    }
}

/// Returns the analysis configuration that the ranking needs: loudness, spectrum, stereo, and tags with the embedding.
#[must_use]
pub fn config() -> AnalysisConfig {
    let families = vec![Family::Loudness, Family::Spectrum, Family::Stereo, Family::Tags];
    let tags = TagConfig { embedding: true, ..TagConfig::default() };
    AnalysisConfig { families, tags, ..AnalysisConfig::default() }
}

/// Analyses the file at `path` and ranks the engineers of `roster` for it, with reasons.
///
/// # Errors
/// Returns the errors of [`analyze`](crate::analyze()), for the reference too, and
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings) for what is out of range in the roster, the wishes or the ranking.
pub fn match_engineers(
    path: impl AsRef<Path>,
    roster: &Roster,
    options: &MatchOptions<'_>,
) -> Result<EngineerMatches, Error> {
    match_source(AudioSource::Path(path.as_ref()), roster, options)
}

/// Analyses audio from any source and ranks engineers for it, as [`match_engineers`] does for a file.
///
/// # Errors
/// Returns the errors of [`match_engineers`].
pub fn match_source(
    source: AudioSource<'_>,
    roster: &Roster,
    options: &MatchOptions<'_>,
) -> Result<EngineerMatches, Error> {
    // Mistakes are told before the work.
    check(roster, options)?;
    let analysis = crate::analyze_source(source, &options.analyze(), 0)?;
    match_analysis(&analysis, roster, options)
}

/// Ranks engineers for an existing analysis.
///
/// The analysis should hold what [`config`] asks for; parts of the score that need what is missing are left out.
///
/// # Errors
/// Returns the errors of [`match_engineers`].
pub fn match_analysis(
    analysis: &Analysis,
    roster: &Roster,
    options: &MatchOptions<'_>,
) -> Result<EngineerMatches, Error> {
    check(roster, options)?;
    let mut wishes = options.wishes.clone();
    wishes.start = wishes.start.or_else(|| Some(today()));
    if let Some(reference) = &options.reference {
        wishes.sound = wishes.sound.or(sound_of(reference, options)?);
    }
    balanced_assistant::match_engineers(analysis, roster, &wishes, &options.ranking).map_err(|slip| Error::spec(&slip))
}

fn check(roster: &Roster, options: &MatchOptions<'_>) -> Result<(), Error> {
    if let Some(index) = roster.engineers.iter().position(|engineer| engineer.portfolio_file.is_some()) {
        let problem = format!("engineers[{index}].portfolio_file: was not read");
        return Err(Error::settings(problem, "read the roster from its file, or give a portfolio instead"));
    }
    let checked = roster.check().and_then(|()| options.wishes.check()).and_then(|()| options.ranking.check());
    checked.map_err(|slip| Error::spec(&slip))
}

/// Sound of a finished track as a wish.
fn sound_of(reference: &Path, options: &MatchOptions<'_>) -> Result<WishedSound, Error> {
    let families = vec![Family::Loudness, Family::Spectrum, Family::Stereo];
    let config = AnalysisConfig { families, ..AnalysisConfig::default() };
    let analysis = crate::analyze(reference, &AnalyzeOptions { config, layout: None, ..options.analyze() })?;
    if let Some(fault) = reference_fault(&analysis) {
        return Err(Error::input(reference, fault, "give a finished track of at least 3 s as reference"));
    }
    Ok(WishedSound::of(&analysis))
}

/// The day it is, in UTC.
fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Date::from_unix_days(i64::try_from(seconds / 86_400).unwrap_or(0))
}

/// Reads a roster (`roster.json`) with the portfolio files that it names.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) with the file, the path of the culprit within it
/// (`engineers[3].price`) and what would be right.
pub fn read(path: impl AsRef<Path>) -> Result<Roster, Error> {
    let path = path.as_ref();
    let text = text_of(path, "give the path of a roster, a JSON file")?;
    let mut roster = Roster::from_json(&text).map_err(|slip| Error::spec(&slip).in_file(path))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    for engineer in &mut roster.engineers {
        if let Some(file) = engineer.portfolio_file.take() {
            engineer.portfolio = Some(read_portfolio(folder.join(file))?);
        }
    }
    roster.check().map_err(|slip| Error::spec(&slip).in_file(path))?;
    Ok(roster)
}

/// Reads a client's wishes (`wishes.json`).
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) with the file, the path of the culprit within it and what would be right.
pub fn read_wishes(path: impl AsRef<Path>) -> Result<Wishes, Error> {
    let path = path.as_ref();
    let text = text_of(path, "give the path of a file of wishes, a JSON file")?;
    Wishes::from_json(&text).map_err(|slip| Error::spec(&slip).in_file(path))
}

/// Summarises the rows that `balanced analyze --embedding --json` wrote about an engineer's finished masters.
///
/// Rows of files that could not be measured are left out.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) with the file and the line that is no such row, or if there is no
/// row at all.
pub fn read_portfolio(path: impl AsRef<Path>) -> Result<Portfolio, Error> {
    let path = path.as_ref();
    let remedy = "write it with `balanced analyze MASTERS --embedding --json`";
    let unreadable = |error: std::io::Error| {
        Error::settings(format!("cannot be read as a portfolio ({error})"), remedy).in_file(path).caused_by(error)
    };
    let mut builder = PortfolioBuilder::default();
    for (index, line) in BufReader::new(File::open(path).map_err(unreadable)?).lines().enumerate() {
        let line = line.map_err(unreadable)?;
        if line.trim().is_empty() {
            continue;
        }
        let slip = |error: serde_json::Error| {
            let problem = format!("line {}: is no analysis ({error})", index + 1);
            Error::settings(problem, remedy).in_file(path).caused_by(error)
        };
        let row: Value = serde_json::from_str(&line).map_err(slip)?;
        if row.get("error").is_none() {
            builder.push(&serde_json::from_value(row).map_err(slip)?);
        }
    }
    let portfolio = builder.finish();
    if portfolio.tracks == 0 {
        return Err(Error::settings("holds no analysis", remedy).in_file(path));
    }
    Ok(portfolio)
}

fn text_of(path: &Path, remedy: &str) -> Result<String, Error> {
    std::fs::read_to_string(path)
        .map_err(|error| Error::settings(format!("cannot be read ({error})"), remedy).in_file(path).caused_by(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DEMO_FLAC, analyze_bytes};

    fn engineers(folder: &Path, second: &str) -> PathBuf {
        let file = folder.join("roster.json");
        let text = format!(
            r#"{{ "version": 1, "engineers": [
                {{ "id": "ana", "turnaround_days": 5, "capacity": 3, "portfolio_file": "ana.jsonl" }},
                {{ "id": "bo", "turnaround_days": 5, "capacity": 3 {second} }} ] }}"#
        );
        std::fs::write(&file, text).unwrap();
        file
    }

    #[test]
    fn a_portfolio_is_made_of_rows_and_puts_its_engineer_first() {
        let folder = tempfile::tempdir().unwrap();
        let options = AnalyzeOptions { config: config(), ..AnalyzeOptions::default() };
        let analysis = analyze_bytes(DEMO_FLAC.to_vec(), &options).unwrap();
        let row = serde_json::to_string(&analysis).unwrap();
        let failed = r#"{"path":"x.wav","error":{"kind":"damaged"}}"#;
        std::fs::write(folder.path().join("ana.jsonl"), format!("{row}\n{failed}\n\n{row}\n")).unwrap();
        let roster = read(engineers(folder.path(), "")).unwrap();
        let portfolio = roster.engineers[0].portfolio.as_ref().unwrap();
        assert_eq!(portfolio.tracks, 2);
        let embedding = portfolio.embedding.as_ref().unwrap();
        assert_eq!((embedding.tracks, embedding.mean.len()), (2, 200));
        assert!(embedding.spread < 1e-3, "twice the same: {}", embedding.spread);
        let ranking = Ranking { exploration: 0.0, ..Ranking::default() };
        let matches = match_analysis(&analysis, &roster, &MatchOptions { ranking, ..MatchOptions::default() }).unwrap();
        assert_eq!(matches.matches[0].id, "ana");
        let similar = matches.matches[0].parts.iter().find(|part| part.part == PartKind::SimilarMusic).unwrap();
        assert_eq!(similar.value, Some(1.0));
        assert!(matches.start.is_some(), "today");
    }

    #[test]
    fn slips_name_the_file_and_the_place() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path().join("none.json")).unwrap_err().to_string().contains("none.json"));
        let file = engineers(folder.path(), "");
        assert!(read(&file).unwrap_err().to_string().contains("ana.jsonl"));
        for (text, words) in
            [("{}\n", "line 1"), ("\n[\n", "line 2"), ("", "no analysis"), (r#"{"error":1}"#, "no analysis")]
        {
            std::fs::write(folder.path().join("ana.jsonl"), text).unwrap();
            let error = read(&file).unwrap_err();
            assert!(error.to_string().contains(words) && error.kind() == crate::ErrorKind::Settings, "{error}");
        }
        let error = read(engineers(folder.path(), r#", "gender": "x""#)).unwrap_err().to_string();
        assert!(error.contains("roster.json: engineers[1].gender: ") && error.contains("protected"), "{error}");
        std::fs::write(&file, r#"{ "budget": "much" }"#).unwrap();
        assert!(read_wishes(&file).unwrap_err().to_string().contains("roster.json: budget: "));
    }

    #[test]
    fn a_roster_whose_portfolio_files_were_not_read_is_refused() {
        let text = r#"{ "version": 1, "engineers": [
            { "id": "ana", "turnaround_days": 5, "capacity": 3, "portfolio_file": "ana.jsonl" } ] }"#;
        let roster = Roster::from_json(text).unwrap();
        let error = match_engineers("no such file", &roster, &MatchOptions::default()).unwrap_err();
        assert!(error.to_string().contains("engineers[0].portfolio_file"), "{error}");
    }
}
