//! The states of a project, and what stops its deletion.

use crate::audit::{Action, Draft};
use crate::error::{Error, Result};
use crate::ids::ProjectId;
use crate::manifest::{Hold, Manifest, State};
use crate::vault::Vault;

impl Vault {
    /// Declares the work done: the time to the deletion runs from now.
    ///
    /// # Errors
    /// Returns [`ErrorKind::State`](crate::ErrorKind::State) if the project is completed already or no clock tells the
    /// time, and the errors of the store.
    pub fn complete(&self, project: ProjectId) -> Result<()> {
        let now = self.now()?.ok_or_else(|| {
            let remedy = "set the clock, or give the time";
            Error::state(project.to_string(), "cannot be completed, because the time is unknown", remedy)
        })?;
        self.edit(project, Action::Complete, |next| {
            if next.state == State::Completed {
                let remedy = "nothing is to be done";
                return Err(Error::state(project.to_string(), "is completed already", remedy));
            }
            (next.state, next.completed) = (State::Completed, Some(now));
            Ok(())
        })
    }

    /// Takes the work up again: the time to the deletion stops.
    ///
    /// # Errors
    /// Returns [`ErrorKind::State`](crate::ErrorKind::State) if the project is not completed, and the errors of the store.
    pub fn reopen(&self, project: ProjectId) -> Result<()> {
        self.edit(project, Action::Reopen, |next| {
            if next.state != State::Completed {
                let remedy = "nothing is to be done";
                return Err(Error::state(project.to_string(), "is not completed", remedy));
            }
            (next.state, next.completed) = (State::InProgress, None);
            Ok(())
        })
    }

    /// Stops the deletion of a project until the hold is released, whatever asks for it.
    ///
    /// `case` is stored in the clear: give a number, no name.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if `case` is not 1 to 64 letters, digits, `.`, `_` or
    /// `-`, and the errors of the store.
    pub fn hold(&self, project: ProjectId, case: &str) -> Result<()> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if !(1..=64).contains(&case.len()) || !case.bytes().all(is_plain) {
            let remedy = "give 1 to 64 letters, digits, dots, underscores or hyphens, and no name";
            return Err(Error::settings("case", "is no number of a case", remedy));
        }
        let since = self.now()?.unwrap_or_default();
        self.edit(project, Action::Hold, |next| {
            if !next.holds.iter().any(|hold| hold.case == case) {
                next.holds.push(Hold { case: case.to_owned(), since });
            }
            Ok(())
        })
    }

    /// Releases a hold.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if there is no such hold, and the errors of the store.
    pub fn release(&self, project: ProjectId, case: &str) -> Result<()> {
        self.edit(project, Action::Release, |next| {
            let holds = next.holds.len();
            next.holds.retain(|hold| hold.case != case);
            if next.holds.len() == holds {
                let remedy = "`balanced vault list` shows the holds";
                return Err(Error::settings("case", "holds nothing in this project", remedy));
            }
            Ok(())
        })
    }

    /// Changes the manifest of a living project, and nothing else.
    pub(crate) fn edit(
        &self,
        project: ProjectId,
        action: Action,
        mut edit: impl FnMut(&mut Manifest) -> Result<()>,
    ) -> Result<()> {
        let draft = Draft::new(self.platform_fingerprint()?, action).of(project, None);
        let change = self.begin(project, draft, Vec::new())?;
        let committed = change.commit(|old| {
            let mut next = old.cloned().ok_or_else(|| Error::refused(project.to_string()))?;
            next.check_alive()?;
            edit(&mut next)?;
            Ok(next)
        });
        committed.map(drop)
    }
}
