//! What `master` answers.

use std::path::Path;

use balanced_mastering::ChainSpec;
use balanced_model::{Achieved, Analysis, Finding, Reason, Target};
use balanced_report::MasterReport;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::edit::Edit;
use super::plan::Plan;
use super::verify::Written;

/// A finished master: what was asked, what was written, how it measures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MasterResult {
    /// The mix.
    pub input: String,
    /// The master.
    pub output: String,
    /// What was to be reached; `null` when a chain was rendered as it stands.
    pub target: Option<Target>,
    /// What the written file measures.
    pub achieved: Achieved,
    /// Whether the target was reached.
    pub feasible: bool,
    /// Why not, if not.
    pub reason: Option<String>,
    /// What was found in the mix, most important first; empty when a chain was given.
    pub findings: Vec<Finding>,
    /// The chain as rendered: rendering it again over the mix gives the same samples.
    pub chain: ChainSpec,
    /// Trim and fades beside it; absent without any.
    #[serde(default, skip_serializing_if = "Edit::is_none")]
    pub edit: Edit,
    /// Why its steps are there; empty when a chain was given.
    pub reasons: Vec<Reason>,
    /// What was done that the given chain does not say.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The mix.
    pub before: Analysis,
    /// The master, decoded from the written file.
    pub after: Analysis,
}

impl MasterResult {
    /// The view that reports are made from.
    #[must_use]
    pub fn to_report(&self) -> MasterReport<'_> {
        let title = Path::new(&self.input).file_stem().and_then(|stem| stem.to_str()).unwrap_or(&self.input);
        MasterReport {
            title,
            input: &self.input,
            output: &self.output,
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
        }
    }

    /// Before and after, for a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        balanced_report::master_text(&self.to_report())
    }
}

pub(crate) fn assemble(
    (input, output): (&Path, &Path),
    edit: Edit,
    plan: Plan,
    before: Analysis,
    written: Written,
) -> MasterResult {
    let loudness = written.after.measurements.loudness.clone().unwrap_or_default();
    let Plan { target, recommendation, front, notes, .. } = plan;
    let (findings, reasons) = recommendation.map(|advice| (advice.findings, advice.reasons)).unwrap_or_default();
    MasterResult {
        input: input.display().to_string(),
        output: output.display().to_string(),
        target,
        achieved: Achieved::new(&loudness, written.drive_db),
        feasible: written.infeasible.is_none(),
        reason: written.infeasible,
        findings,
        reasons,
        notes,
        chain: ChainSpec { steps: [front.steps, written.tail].concat(), ..front },
        edit,
        before,
        after: written.after,
    }
}
