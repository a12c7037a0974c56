//! The rules of retention.

use serde::{Deserialize, Serialize};

use crate::manifest::FileRole;

/// Days that things are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Uploads and masters, from the completion of their project.
    pub audio_days: u32,
    /// Analyses, from the completion of their project.
    pub analysis_days: u32,
    /// History of a project, from its completion.
    pub history_days: u32,
    /// Projects that nobody was assigned to, from the last file that came in.
    pub abandoned_days: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self { audio_days: 30, analysis_days: 30, history_days: 30, abandoned_days: 30 }
    }
}

impl Policy {
    /// Returns how many days after completion a file is kept.
    pub(super) fn days(&self, role: FileRole) -> u32 {
        match role {
            FileRole::Upload | FileRole::Master => self.audio_days,
            FileRole::Analysis => self.analysis_days,
            FileRole::History => self.history_days,
        }
    }

    /// Returns the days after which nothing of a completed project is kept.
    pub(crate) fn longest_days(&self) -> u32 {
        self.audio_days.max(self.analysis_days).max(self.history_days)
    }
}
