//! The audit log as it is written: each entry is created under the next number, so that of two writers one tries again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::checkpoint::{self, Anchor, Checkpoint};
use super::entry::{self, Draft, Entry, Head};
use crate::error::{Error, Result};
use crate::ids::{ChangeId, Hash, ProjectId};
use crate::keys::PlatformKey;
use crate::signed::{self, Kind};
use crate::store::{Condition, Store};
use crate::succession::{Keyring, Standing};
use crate::time::{Clock, Moment};

/// What the log is called in errors.
pub(super) const NAME: &str = "audit log";

/// The log, and how far it was read.
pub(crate) struct Log {
    store: Arc<dyn Store>,
    keys: Arc<Keyring>,
    tail: Mutex<Tail>,
}

#[derive(Clone, Default)]
struct Tail {
    sequence: u64,
    hash: Option<Hash>,
    at: Moment,
    heads: BTreeMap<ProjectId, Head>,
    /// The last checkpoint that this process wrote; it is superseded by the next.
    checkpoint: Option<u64>,
}

impl Log {
    /// Opens the log at its newest full checkpoint and reads it to its end.
    pub(crate) fn open(store: Arc<dyn Store>, keys: Arc<Keyring>) -> Result<Self> {
        let log = Self { store, keys, tail: Mutex::default() };
        let paths = log.store.list(checkpoint::FOLDER, None)?;
        let numbers: Vec<u64> = paths.iter().filter_map(|path| checkpoint::number(path)).collect();
        let newest = numbers.iter().copied().max().unwrap_or(0);
        *log.tail() = log.start(numbers)?;
        let mut tail = log.tail();
        log.read_on(&mut tail, |_| ())?;
        if tail.sequence < newest {
            let problem = format!("ends at entry {}, and a signed checkpoint knows of {newest}", tail.sequence);
            return Err(Error::altered(NAME, problem));
        }
        drop(tail);
        log.check_newest(newest)?;
        Ok(log)
    }

    /// Refuses a log whose entry is not the one that its newest checkpoint knows.
    fn check_newest(&self, number: u64) -> Result<()> {
        // One that is gone was superseded at this moment.
        let Some((bytes, _)) = self.store.get(&checkpoint::path(number))? else { return Ok(()) };
        let found = match self.keys.read::<Checkpoint>(&bytes)? {
            Some((found, Standing::Signed)) if found.sequence == number => found,
            Some((_, Standing::Lapsed)) => return Ok(()),
            _ => return Err(Error::altered(checkpoint::path(number), "is not what the vault signed")),
        };
        let entry = self.store.get(&entry::path(number))?.map(|(bytes, _)| Hash::of(&bytes));
        if entry == Some(found.hash) {
            return Ok(());
        }
        Err(Error::altered(NAME, format!("holds another entry {number} than a signed checkpoint knows")))
    }

    fn tail(&self) -> MutexGuard<'_, Tail> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the state of the log where reading begins: at its newest full checkpoint, of which `numbers` are the
    /// candidates, or at the last exchange of the platform's key.
    fn start(&self, mut numbers: Vec<u64>) -> Result<Tail> {
        let exchanged = self.at_last_exchange()?;
        numbers.retain(|number| checkpoint::is_full(*number) && *number > exchanged.sequence);
        numbers.sort_unstable();
        for full in numbers.into_iter().rev() {
            if let Some(tail) = self.resume(full)? {
                return Ok(tail);
            }
        }
        Ok(exchanged)
    }

    /// Returns the state of the log at the last exchange of the platform's key; at the beginning, if there was none.
    ///
    /// Reading does not begin before it: checkpoints by a key that was exchanged could be those of a thief.
    fn at_last_exchange(&self) -> Result<Tail> {
        let history = self.keys.history();
        let Some((last, _)) = history.last() else { return Ok(Tail::default()) };
        let Some(log) = last.log else { return Ok(Tail { heads: last.heads.clone(), ..Tail::default() }) };
        let entry = self.store.get(&entry::path(log.sequence))?.map(|(bytes, _)| Hash::of(&bytes));
        if entry != Some(log.hash) {
            let problem = format!("does not hold entry {}, which the exchange of keys vouches for", log.sequence);
            return Err(Error::altered(NAME, problem));
        }
        let (sequence, hash, at) = (log.sequence, Some(log.hash), last.logged_at);
        Ok(Tail { sequence, hash, at, heads: last.heads.clone(), checkpoint: None })
    }

    /// Returns the state of the log at a full checkpoint; `None` if its key had been exchanged before.
    fn resume(&self, sequence: u64) -> Result<Option<Tail>> {
        let path = checkpoint::path(sequence);
        let altered = |path: &str| Error::altered(path, "is not what the vault signed");
        let bytes = self.store.get(&path)?.map(|(bytes, _)| bytes).unwrap_or_default();
        let found = match self.keys.read::<Checkpoint>(&bytes)? {
            Some((found, Standing::Signed)) => found,
            Some((_, Standing::Lapsed)) => return Ok(None),
            _ => return Err(altered(&path)),
        };
        let entry = self.store.get(&entry::path(sequence))?.map(|(bytes, _)| Hash::of(&bytes));
        let is_same = found.sequence == sequence && found.vault == self.keys.vault();
        match found.heads {
            Some(heads) if is_same && entry == Some(found.hash) => {
                Ok(Some(Tail { sequence, hash: Some(found.hash), at: found.at, heads, checkpoint: None }))
            }
            _ => Err(altered(&path)),
        }
    }

    /// Reads what others wrote since.
    fn read_on(&self, tail: &mut Tail, mut each: impl FnMut(&Entry)) -> Result<()> {
        while let Some((bytes, _)) = self.store.get(&entry::path(tail.sequence + 1))? {
            let read = self.keys.read::<Entry>(&bytes)?;
            let follows = |entry: &Entry| {
                entry.sequence == tail.sequence + 1 && entry.previous == tail.hash && entry.at >= tail.at
            };
            let Some((entry, standing)) = read.filter(|(entry, _)| follows(entry)) else {
                let problem = format!("is broken at entry {}", tail.sequence + 1);
                return Err(Error::altered(NAME, problem));
            };
            advance(tail, &entry, standing == Standing::Signed, Hash::of(&bytes));
            each(&entry);
        }
        Ok(())
    }

    /// Appends an entry; signed, and followed by a checkpoint, if there is a key.
    pub(crate) fn append(&self, draft: Draft, clock: Clock, key: Option<&PlatformKey>) -> Result<Entry> {
        let mut tail = self.tail();
        loop {
            self.read_on(&mut tail, |_| ())?;
            let at = clock.now().unwrap_or_default().max(tail.at);
            let entry = draft.at(tail.sequence + 1, tail.hash, at);
            let bytes = signed::write(Kind::Entry, &entry, key);
            let hash = Hash::of(&bytes);
            if self.store.put(&entry::path(entry.sequence), bytes, &Condition::Create)? {
                advance(&mut tail, &entry, key.is_some(), hash);
                if let Some(key) = key {
                    self.write_checkpoint(&mut tail, key)?;
                }
                return Ok(entry);
            }
        }
    }

    fn write_checkpoint(&self, tail: &mut Tail, key: &PlatformKey) -> Result<()> {
        let (sequence, vault) = (tail.sequence, self.keys.vault());
        let heads = checkpoint::is_full(sequence).then(|| tail.heads.clone());
        let hash = tail.hash.expect("an entry was written");
        let bytes =
            signed::write(Kind::Checkpoint, &Checkpoint { vault, sequence, hash, at: tail.at, heads }, Some(key));
        // One that is there says the same.
        self.store.put(&checkpoint::path(sequence), bytes, &Condition::Create)?;
        if let Some(old) = tail.checkpoint.replace(sequence).filter(|old| !checkpoint::is_full(*old)) {
            self.store.delete(&checkpoint::path(old))?;
        }
        Ok(())
    }

    /// Returns the newest manifest of a project that the log knows.
    pub(crate) fn head(&self, project: ProjectId) -> Result<Option<Head>> {
        let mut tail = self.tail();
        self.read_on(&mut tail, |_| ())?;
        Ok(tail.heads.get(&project).copied())
    }

    /// Returns the number of the last entry, and its time, before which no new entry can be.
    pub(crate) fn end(&self) -> Result<(u64, Moment)> {
        let mut tail = self.tail();
        self.read_on(&mut tail, |_| ())?;
        Ok((tail.sequence, tail.at))
    }

    /// Returns the last entry, and its time.
    pub(crate) fn head_of_log(&self) -> Result<(Option<Head>, Moment)> {
        let mut tail = self.tail();
        self.read_on(&mut tail, |_| ())?;
        Ok((tail.hash.map(|hash| Head { sequence: tail.sequence, hash }), tail.at))
    }

    pub(crate) fn anchor(&self) -> Result<Option<Anchor>> {
        let mut tail = self.tail();
        self.read_on(&mut tail, |_| ())?;
        Ok(tail.hash.map(|hash| Anchor { vault: self.keys.vault(), sequence: tail.sequence, hash }))
    }

    /// Refuses a log that does not hold what it held when the anchor was taken.
    pub(crate) fn check_anchor(&self, anchor: &Anchor) -> Result<()> {
        let found = self.store.get(&entry::path(anchor.sequence))?.map(|(bytes, _)| Hash::of(&bytes));
        if anchor.vault == self.keys.vault() && found == Some(anchor.hash) {
            return Ok(());
        }
        let problem = format!("does not hold entry {} of your anchor: it was cut or rolled back", anchor.sequence);
        Err(Error::altered(NAME, problem))
    }

    /// Returns whether an entry about a change is there, behind the entry `after`.
    pub(crate) fn reports(&self, change: ChangeId, after: u64) -> Result<bool> {
        Ok(self.entries(after)?.iter().any(|entry| entry.change == Some(change)))
    }

    /// Returns the entries behind the entry `after`.
    pub(crate) fn entries(&self, after: u64) -> Result<Vec<Entry>> {
        let end = self.end()?.0;
        let read = |sequence| {
            let bytes = self.store.get(&entry::path(sequence))?.map(|(bytes, _)| bytes).unwrap_or_default();
            let read = self.keys.read::<Entry>(&bytes)?;
            let altered = || Error::altered(NAME, format!("is broken at entry {sequence}"));
            read.map(|(entry, _)| entry).ok_or_else(altered)
        };
        (after + 1..=end).map(read).collect()
    }
}

fn advance(tail: &mut Tail, entry: &Entry, is_signed: bool, hash: Hash) {
    (tail.sequence, tail.hash, tail.at) = (entry.sequence, Some(hash), entry.at);
    // A claim that nobody signed moves no manifest.
    if let (Some(project), Some(head), true) = (entry.project, entry.manifest, is_signed) {
        let known = tail.heads.entry(project).or_insert(head);
        if head.sequence > known.sequence {
            *known = head;
        }
    }
}
