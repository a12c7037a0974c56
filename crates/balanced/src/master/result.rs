//! The result of `master`.

use std::path::Path;

use balanced_mastering::ChainSpec;
use balanced_model::{Achieved, Analysis, CodecReport, Finding, MetadataField, Reason, Target};
use balanced_report::MasterReport;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::aim::Aim;
use super::edit::Edit;
use super::place::Shared;
use super::plan::Plan;
use super::verify::Written;
use crate::Error;

/// Result of `master`: the request, the chain as rendered, and the measurements before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct MasterResult {
    /// Path of the mix; `audio in memory` if it was no file.
    pub input: String,
    /// Path of the master.
    pub output: String,
    /// Loudness and ceiling to reach; `null` if a chain was rendered unchanged.
    pub target: Option<Target>,
    /// Key measurements of the written file.
    pub achieved: Achieved,
    /// Whether the target was reached.
    pub feasible: bool,
    /// Why the target was not reached; `null` if it was.
    pub reason: Option<String>,
    /// Findings about the mix, most important first, each with what became of it in the master; empty if a chain was given.
    pub findings: Vec<Finding>,
    /// The chain as rendered; rendering it again over the mix gives the same samples on the same kind of processor.
    pub chain: ChainSpec,
    /// Trim and fades; absent if there are none.
    #[serde(default, skip_serializing_if = "Edit::is_none")]
    pub edit: Edit,
    /// What became of every field of the mix's metadata, and what was set; empty if there is none.
    #[serde(default)]
    pub metadata: Vec<MetadataField>,
    /// Why the steps of the recommended chain are there; empty if a chain was given.
    pub reasons: Vec<Reason>,
    /// Changes to the given chain that it does not mention itself, and what is irregular about the mix, and what of its plugins could not be confined.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What lossy codecs make of the master; absent if none was to be tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codecs: Option<CodecReport>,
    /// Analysis of the mix.
    pub before: Analysis,
    /// Analysis of the master, decoded from the written file.
    pub after: Analysis,
}

impl MasterResult {
    /// Borrows the result as the input of reports.
    #[must_use]
    pub fn to_report(&self) -> MasterReport<'_> {
        let title = Path::new(&self.input).file_stem().and_then(|stem| stem.to_str()).unwrap_or(&self.input);
        MasterReport {
            title,
            input: &self.input,
            output: &self.output,
            start_s: self.edit.start_s,
            target: self.target.as_ref(),
            achieved: self.achieved,
            feasible: self.feasible,
            reason: self.reason.as_deref(),
            findings: &self.findings,
            before: &self.before,
            after: &self.after,
            chain: &self.chain,
            reasons: &self.reasons,
            notes: &self.notes,
            codecs: self.codecs.as_ref(),
        }
    }

    /// Formats the measurements before and after for a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        balanced_report::master_text(&self.to_report())
    }
}

/// Puts the written file in its place and tells what was done.
pub(crate) fn assemble(
    (input, output): (&Path, &Path),
    edit: Edit,
    plan: Plan,
    before: Analysis,
    (written, codecs): (Written, Option<CodecReport>),
    aim: &Aim,
) -> Result<(MasterResult, Option<Shared>), Error> {
    let loudness = written.after.measurements.loudness.clone().unwrap_or_default();
    let Plan { target, recommendation, front, mut notes, carried, .. } = plan;
    notes.extend(before.source.notes.iter().map(|note| format!("the mix: {note}")));
    notes.extend(carried.note());
    let (mut findings, reasons) = recommendation.map(|advice| (advice.findings, advice.reasons)).unwrap_or_default();
    if let Some(target) = &target {
        aim.prove(&mut findings, &before, &written.after, target);
    }
    let unplaced = written.file.publish()?;
    let result = MasterResult {
        input: input.display().to_string(),
        output: output.display().to_string(),
        target,
        achieved: Achieved::new(&loudness, written.drive_db),
        feasible: written.infeasible.is_none(),
        reason: written.infeasible,
        findings,
        reasons,
        metadata: carried.fields().to_vec(),
        notes,
        codecs,
        chain: ChainSpec { steps: [front.steps, written.tail].concat(), ..front },
        edit,
        before,
        after: written.after,
    };
    Ok((result, unplaced))
}
