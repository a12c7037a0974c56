//! Input of the report on a master.

use balanced_mastering::ChainSpec;
use balanced_model::{Achieved, Analysis, Finding, Reason, Target};

/// A finished master as plain data.
#[derive(Clone, Copy, Debug)]
pub struct MasterReport<'a> {
    /// Heading, such as the name of the track.
    pub title: &'a str,
    /// The mix, as the user named it.
    pub input: &'a str,
    /// The master, as the user named it.
    pub output: &'a str,
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
}

impl MasterReport<'_> {
    /// One sentence: was the target reached, and if not, why.
    pub(crate) fn verdict(&self) -> String {
        let Some(target) = self.target else { return "The chain was rendered as it stands.".to_owned() };
        let name = &target.name;
        if self.feasible {
            return format!(
                "Target “{name}” reached: {:.1} LUFS, no peak above {:.1} dBTP.",
                target.integrated_lufs, target.ceiling_dbtp
            );
        }
        let why = self.reason.unwrap_or("the limiting allowed does not suffice");
        format!("Target “{name}” not reached: {}.", why.trim_end_matches('.'))
    }
}
