//! Input of the report on a master.

use balanced_mastering::ChainSpec;
use balanced_model::{Achieved, Analysis, CodecReport, Finding, Reason, Severity, Status, Target};

/// A finished master as plain data.
#[derive(Clone, Copy, Debug)]
pub struct MasterReport<'a> {
    /// Heading, such as the name of the track.
    pub title: &'a str,
    /// The mix, as the user named it.
    pub input: &'a str,
    /// The master, as the user named it.
    pub output: &'a str,
    /// Start of the master in seconds of the mix.
    pub start_s: f64,
    /// The target; `None` when a chain was rendered as it stands.
    pub target: Option<&'a Target>,
    /// Measurements of the written file.
    pub achieved: Achieved,
    /// Whether the target was reached.
    pub feasible: bool,
    /// Why not, if not.
    pub reason: Option<&'a str>,
    /// Findings about the mix, most important first.
    pub findings: &'a [Finding],
    /// The mix.
    pub before: &'a Analysis,
    /// The master, decoded from the written file.
    pub after: &'a Analysis,
    /// The chain as rendered.
    pub chain: &'a ChainSpec,
    /// Why its steps are there.
    pub reasons: &'a [Reason],
    /// Processing that the given chain does not describe.
    pub notes: &'a [String],
    /// What lossy codecs make of the master, if any was tried.
    pub codecs: Option<&'a CodecReport>,
}

impl MasterReport<'_> {
    /// Serious faults of the mix that the master still has.
    pub(crate) fn untreated(&self) -> Vec<&Finding> {
        let still = |finding: &&Finding| {
            finding.severity >= Severity::Major
                && finding.outcome.as_ref().is_some_and(|o| matches!(o.status, Status::Left | Status::Refused))
        };
        self.findings.iter().filter(still).collect()
    }

    /// What the level says nothing about: faults that are still there, or that nothing had to be done.
    fn remainder(&self) -> String {
        let untreated = self.untreated();
        if !untreated.is_empty() {
            let names: Vec<String> = untreated.iter().map(|finding| finding.kind.name().replace('_', " ")).collect();
            return format!(" But the mix has what no level cures, and the master still has it: {}.", names.join(", "));
        }
        let recommended = !self.reasons.is_empty();
        if recommended && self.findings.iter().all(|finding| finding.severity == Severity::Info) {
            return " Nothing was found wrong with the mix, so nothing but its level was changed.".to_owned();
        }
        String::new()
    }

    /// A sentence or two: was the target reached, and if not, why; and what the level does not say.
    pub(crate) fn verdict(&self) -> String {
        let Some(target) = self.target else { return "The chain was rendered as it stands.".to_owned() };
        let name = &target.name;
        if self.feasible {
            let reached = format!(
                "Target “{name}” reached: {:.1} LUFS, no peak above {:.1} dBTP.",
                target.integrated_lufs, target.ceiling_dbtp
            );
            return format!("{reached}{}", self.remainder());
        }
        let why = self.reason.unwrap_or("the limiting allowed does not suffice");
        format!("Target “{name}” not reached: {}.", why.trim_end_matches('.'))
    }
}
