//! Place of a file to be written: its folder, its permissions, and temporary names beside it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempPath;

/// Temporary names have the same length whatever the target is called, so that every legal name can be written.
pub(super) const PREFIX: &str = ".balanced-";
pub(super) const SUFFIX: &str = ".tmp";
/// Links to links that are followed.
const MAX_LINKS: usize = 40;
/// A temporary file younger than this is left alone, although nobody holds it: its writer may be about to.
const SWEEP_AFTER: Duration = Duration::from_secs(60);

/// The place of a file that is going to be written.
pub(super) struct Place {
    /// The target, links resolved.
    pub(super) target: PathBuf,
    folder: PathBuf,
    #[cfg(unix)]
    rights: Option<Rights>,
}

/// Permissions and owner.
#[cfg(unix)]
#[derive(Clone, Copy)]
struct Rights {
    mode: u32,
    owner: u32,
    group: u32,
}

impl Place {
    /// Returns the place that `target` names; `None` if it has no file name.
    pub(super) fn of(target: &Path) -> Option<Self> {
        let target = behind_links(target);
        target.file_name()?;
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(Self {
            folder: folder.to_owned(),
            #[cfg(unix)]
            rights: std::fs::metadata(&target).ok().map(|found| Rights::of(&found)),
            target,
        })
    }

    /// Creates a temporary file beside the target that only its owner may read, and removes those that killed runs left.
    pub(super) fn temporary(&mut self) -> io::Result<(File, TempPath)> {
        sweep(&self.folder);
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // less the umask, as any new file
        let (file, path) = builder.tempfile_in(&self.folder)?.into_parts();
        hold(&file);
        #[cfg(unix)]
        self.make_private(&file)?;
        Ok((file, path))
    }

    /// Moves the complete `temporary` to the target and makes sure that it survives a power cut.
    pub(super) fn put(&self, file: &File, temporary: TempPath) -> io::Result<()> {
        #[cfg(unix)]
        self.apply_rights(file)?;
        file.sync_all()?;
        temporary.persist(&self.target).map_err(|error| error.error)?;
        // A folder that cannot be opened for reading was still written to; elsewhere than on Unix it cannot be synchronised.
        if cfg!(unix)
            && let Ok(folder) = File::open(&self.folder)
        {
            folder.sync_all()?;
        }
        Ok(())
    }
}

/// Follows symbolic links, also to a file that does not exist yet.
fn behind_links(target: &Path) -> PathBuf {
    let mut target = target.to_owned();
    for _ in 0..MAX_LINKS {
        let Ok(next) = std::fs::read_link(&target) else { break };
        target = target.parent().unwrap_or(Path::new("")).join(next);
    }
    target
}

/// Marks a temporary file as in use for as long as this process has it open.
///
/// Elsewhere than on Unix a lock would keep the verification from reading the file; there nothing is swept either.
fn hold(file: &File) {
    if cfg!(unix) {
        // Where a file system has no locks, files that killed runs left stay.
        let _ = file.try_lock();
    }
}

/// Removes temporary files that no process holds.
fn sweep(folder: &Path) {
    if !cfg!(unix) {
        return;
    }
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if is_ours && is_abandoned(&entry.path()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn is_abandoned(path: &Path) -> bool {
    let Ok(file) = File::options().read(true).write(true).open(path) else { return false };
    let age = file.metadata().and_then(|found| found.modified()).ok().and_then(|time| time.elapsed().ok());
    age.is_some_and(|age| age > SWEEP_AFTER) && file.try_lock().is_ok()
}

#[cfg(unix)]
mod rights {
    use std::fs::{File, Metadata, Permissions};
    use std::io;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};

    use super::{Place, Rights};

    impl Rights {
        pub(super) fn of(found: &Metadata) -> Self {
            Self { mode: found.mode() & 0o7777, owner: found.uid(), group: found.gid() }
        }
    }

    impl Place {
        /// Lets only the owner read `file`, and remembers the rights of a new file, which the system gave it.
        pub(super) fn make_private(&mut self, file: &File) -> io::Result<()> {
            let usual = Rights::of(&file.metadata()?);
            self.rights.get_or_insert(usual);
            file.set_permissions(Permissions::from_mode(0o600))
        }

        /// Gives `file` the rights of the file it replaces, or those of any new file.
        pub(super) fn apply_rights(&self, file: &File) -> io::Result<()> {
            let Some(rights) = self.rights else { return Ok(()) };
            let own = Rights::of(&file.metadata()?);
            if (own.owner, own.group) != (rights.owner, rights.group) {
                // Only root may give files away; the new file then belongs to whoever wrote it.
                let _ = fchown(file, Some(rights.owner), Some(rights.group));
            }
            file.set_permissions(Permissions::from_mode(rights.mode))
        }
    }
}
