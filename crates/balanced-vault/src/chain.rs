//! The manifests of a project: a chain in which each is created under the next number.
//!
//! A manifest is the only place where a change becomes true. Everything else a change writes has a new name, so that of
//! two changes at the same time one is first, and the other is made again on top of it.

use std::sync::PoisonError;

use crate::audit::Head;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{ChangeId, Hash, ProjectId};
use crate::manifest::{Manifest, manifest_folder, manifest_path};
use crate::signed::{self, Kind};
use crate::store::Condition;
use crate::vault::Vault;

/// Tries of a change that others come before each time.
const MAX_TRIES: usize = 256;

/// A manifest that was read, and its hash.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) manifest: Manifest,
    pub(crate) hash: Hash,
}

impl Link {
    pub(crate) fn head(&self) -> Head {
        Head { sequence: self.manifest.sequence, hash: self.hash }
    }
}

impl Vault {
    /// Returns the newest manifest of a project; `None` if there is no such project.
    ///
    /// A chain that ends before what the log knows was rolled back.
    pub(crate) fn newest(&self, project: ProjectId) -> Result<Option<Link>> {
        let logged = self.log.head(project)?;
        let mut sequence = self.find_newest(project)?;
        let mut link = None;
        while let Some(next) = self.link(project, sequence + 1)? {
            sequence += 1;
            link = Some(next);
        }
        let link = match link {
            Some(link) => Some(link),
            None if sequence > 0 => self.link(project, sequence)?,
            None => None,
        };
        if let Some(logged) = logged {
            self.check_reaches(link.as_ref(), project, logged)?;
        }
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.insert(project, sequence);
        Ok(link)
    }

    /// Returns a number that the newest manifest has at least.
    fn find_newest(&self, project: ProjectId) -> Result<u64> {
        let known = self.newest.lock().unwrap_or_else(PoisonError::into_inner).get(&project).copied();
        if let Some(known) = known {
            return Ok(known);
        }
        let paths = self.store.list(&manifest_folder(project), None)?;
        let number = |path: &String| path.rsplit('/').next().and_then(|name| name.parse().ok());
        Ok(paths.iter().filter_map(number).max().unwrap_or(0))
    }

    /// Refuses a chain that does not lead to the manifest that the log knows.
    fn check_reaches(&self, newest: Option<&Link>, project: ProjectId, logged: Head) -> Result<()> {
        let rolled_back = || Error::altered(project.to_string(), "has an older manifest than the log knows");
        let newest = newest.ok_or_else(rolled_back)?;
        let (mut sequence, mut hash) = (newest.manifest.sequence, newest.hash);
        let mut previous = newest.manifest.previous;
        while sequence > logged.sequence {
            let link = self.link(project, sequence - 1)?.ok_or_else(rolled_back)?;
            if previous != Some(link.hash) {
                return Err(Error::altered(project.to_string(), "has manifests that do not follow each other"));
            }
            (sequence, hash, previous) = (sequence - 1, link.hash, link.manifest.previous);
        }
        if (sequence, hash) == (logged.sequence, logged.hash) { Ok(()) } else { Err(rolled_back()) }
    }

    /// Returns one manifest; `None` if there is none of that number.
    pub(crate) fn link(&self, project: ProjectId, sequence: u64) -> Result<Option<Link>> {
        let path = manifest_path(project, sequence);
        let Some((bytes, _)) = self.store.get(&path)? else { return Ok(None) };
        let read = self.keys.read_signed::<Manifest>(&bytes)?;
        let is_here =
            |found: &Manifest| found.vault == self.id() && found.project == project && found.sequence == sequence;
        let manifest = read.filter(is_here).ok_or_else(|| Error::altered(path, "is not what the vault signed"))?;
        Ok(Some(Link { manifest, hash: Hash::of(&bytes) }))
    }

    /// Returns the newest manifest of a project that exists.
    pub(crate) fn project(&self, project: ProjectId) -> Result<Link> {
        self.newest(project)?.ok_or_else(|| Error::refused(project.to_string()))
    }

    /// Makes `edit` true: creates the next manifest, again as often as others come first.
    pub(crate) fn commit(
        &self,
        project: ProjectId,
        change: ChangeId,
        mut edit: impl FnMut(Option<&Manifest>) -> Result<Manifest>,
    ) -> Result<Link> {
        let key = self.key()?;
        for _ in 0..MAX_TRIES {
            let last = self.newest(project)?;
            let old = last.as_ref().map(|link| &link.manifest);
            if old.is_some_and(|old| old.abandoned.contains(&change)) {
                let problem = "took so long that its change was given up by another process";
                return Err(Error::conflict(project.to_string(), problem));
            }
            let mut next = match edit(old) {
                // What it read belongs to a manifest that is not the newest any more.
                Err(error) if error.kind() == ErrorKind::Conflict && self.has_moved(project, old)? => continue,
                next => next?,
            };
            next.sequence = old.map_or(1, |old| old.sequence + 1);
            next.previous = last.as_ref().map(|link| link.hash);
            next.change = change;
            next.at = self.log.end()?.1.max(self.clock.now().unwrap_or_default());
            let bytes = signed::write(Kind::Manifest, &next, Some(key));
            let hash = Hash::of(&bytes);
            let is_first = self.store.put(&manifest_path(project, next.sequence), bytes, &Condition::Create)?;
            // A store that was asked twice after a lost answer says that it is there already.
            let is_ours = || Ok::<_, Error>(self.link(project, next.sequence)?.is_some_and(|link| link.hash == hash));
            if is_first || is_ours()? {
                return Ok(Link { manifest: next, hash });
            }
        }
        Err(Error::conflict(project.to_string(), "is changed by others without a pause"))
    }

    /// Whether the project has a newer manifest than `known`.
    pub(crate) fn has_moved(&self, project: ProjectId, known: Option<&Manifest>) -> Result<bool> {
        let newest = self.newest(project)?.map(|link| link.manifest.sequence);
        Ok(newest != known.map(|manifest| manifest.sequence))
    }
}
