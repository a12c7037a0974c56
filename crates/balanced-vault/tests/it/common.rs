//! A vault to test with.

use std::io::{Read, Seek};
use std::sync::Arc;

use balanced_vault::{
    By, Clock, ErrorKind, FileId, FileRole, Identity, Moment, NewFile, OpenOptions, Owner, PlatformKey, Policy,
    ProjectId, ProjectRecord, ReaderRole, Result, Store, Vault, memory,
};

/// The moment at which tests begin.
pub const START: Moment = Moment(1_800_000_000);
/// Text that must be found nowhere in a store.
pub const TITLE: &str = "Moonlight over Uppsala";
pub const ARTIST: &str = "The Unnamed Quartet";
pub const EMAIL: &str = "astrid@example.org";
pub const FILE_NAME: &str = "moonlight-final-mix-3.wav";

pub fn record() -> ProjectRecord {
    ProjectRecord {
        title: TITLE.to_owned(),
        artist: ARTIST.to_owned(),
        owner: Owner { person: "person-17".to_owned(), email: Some(EMAIL.to_owned()), name: None },
        ..ProjectRecord::default()
    }
}

/// Content of which no two stretches are the same.
pub fn audio(bytes: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = |state: &mut u64| {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state as u8
    };
    (0..bytes).map(|_| next(&mut state)).collect()
}

pub fn new_file() -> NewFile {
    NewFile { name: FILE_NAME.to_owned(), role: FileRole::Upload }
}

/// The platform's key again: keys are not copied, but read from their file.
pub fn again(key: &PlatformKey) -> PlatformKey {
    PlatformKey::parse(&key.to_file()).unwrap()
}

/// A vault with a project, two files in it, and an engineer who is assigned.
pub struct World {
    pub store: Arc<dyn Store>,
    pub key: PlatformKey,
    pub engineer: Identity,
    pub project: ProjectId,
    pub files: [(FileId, Vec<u8>); 2],
}

impl World {
    pub fn new() -> Self {
        Self::in_store(memory().unwrap())
    }

    pub fn in_store(store: Arc<dyn Store>) -> Self {
        let (key, engineer) = (PlatformKey::generate(), Identity::generate());
        let clock = Clock::Fixed(START);
        let vault = Vault::init(store.clone(), again(&key), Policy::default(), clock).unwrap();
        let project = vault.create(&record(), None).unwrap();
        let files = [200_000, 70_000].map(|bytes| {
            let content = audio(bytes, bytes as u64);
            (vault.put(project, new_file(), &mut &content[..], By::Platform).unwrap(), content)
        });
        vault.assign(project, engineer.recipient(), ReaderRole::Engineer).unwrap();
        Self { store, key, engineer, project, files }
    }

    /// Opens the vault as the platform.
    pub fn vault(&self) -> Vault {
        self.at(START)
    }

    pub fn at(&self, now: Moment) -> Vault {
        self.try_at(now).unwrap()
    }

    pub fn try_at(&self, now: Moment) -> Result<Vault> {
        let platform = Some(again(&self.key));
        Vault::open(self.store.clone(), OpenOptions { platform, clock: Clock::Fixed(now), ..OpenOptions::default() })
    }

    /// Opens the vault as somebody without the platform's key.
    pub fn outside(&self) -> Result<Vault> {
        Vault::open(self.store.clone(), OpenOptions { clock: Clock::Fixed(START), ..OpenOptions::default() })
    }

    /// Reads a file as the engineer, or as whoever has the key.
    pub fn read(&self, file: FileId, identity: &Identity) -> Result<Vec<u8>> {
        read(&self.vault(), self.project, file, identity)
    }

    /// Every object of the store.
    pub fn objects(&self) -> Vec<String> {
        ["", "projects", "audit", "intents", "receipts", "successions"]
            .iter()
            .flat_map(|folder| self.list(folder))
            .collect()
    }

    pub fn list(&self, folder: &str) -> Vec<String> {
        match folder {
            "" => ["vault".to_owned()].to_vec(),
            folder => self.store.list(folder, None).unwrap(),
        }
    }
}

pub fn read(vault: &Vault, project: ProjectId, file: FileId, identity: &Identity) -> Result<Vec<u8>> {
    let mut opened = vault.open_file(project, file, identity)?;
    let mut content = Vec::new();
    opened.copy_to(&mut content)?;
    // The other way to read gives the same.
    let mut again = Vec::new();
    opened.rewind().unwrap();
    opened.read_to_end(&mut again).unwrap();
    assert!(content == again);
    Ok(content)
}

/// Replaces an object by other bytes, as an attacker with the bucket does.
pub fn overwrite(store: &dyn Store, path: &str, bytes: Vec<u8>) {
    store.delete(path).unwrap();
    assert!(store.put(path, bytes, &balanced_vault::Condition::Create).unwrap());
}

pub fn bytes(store: &dyn Store, path: &str) -> Vec<u8> {
    store.get(path).unwrap().unwrap().0
}

pub fn kind<T>(result: Result<T>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}
