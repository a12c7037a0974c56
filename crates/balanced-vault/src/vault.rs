//! A vault: its store, its public statement, its log and, for the platform, its key.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::audit::{Action, Anchor, Draft, Entry, Log, Verification};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{Fingerprint, Hash, ProjectId, VaultId};
use crate::keys::{Identity, PlatformKey, Plugins, PublicKey, Recipient};
use crate::retention::Policy;
use crate::signed::{self, Kind};
use crate::store::{Condition, Store, Version};
use crate::succession::{KeyHistory, Keyring, Lasting, Succession, was_exchanged};
use crate::time::{Clock, Moment};

/// Where the vault's public statement lies.
const STATEMENT: &str = "vault";
/// The format that this version writes.
const FORMAT: u32 = 1;

/// The vault's public statement, signed by the platform.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    format: u32,
    vault: VaultId,
    public_key: String,
    recipient: Recipient,
    created: Moment,
    policy: Policy,
    /// Counts the writes, so that of two at the same time one is refused.
    #[serde(default)]
    revision: u64,
}

impl Lasting for Statement {
    const KIND: Kind = Kind::Vault;

    fn is_held_by(&self, hash: Hash, end: &Succession) -> bool {
        hash == end.statement
    }
}

/// An open vault.
///
/// With the platform's key everything can be done; without it, files can be listed and opened by whoever is assigned, and
/// the log can be verified. All calls are synchronous, and may be made from any thread; within asynchronous code, make
/// them on a thread for blocking work.
pub struct Vault {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) keys: Arc<Keyring>,
    pub(crate) log: Log,
    pub(crate) clock: Clock,
    pub(crate) plugins: Plugins,
    platform: Option<PlatformKey>,
    statement: Mutex<Statement>,
    /// Number of the newest manifest of each project that was seen.
    pub(crate) newest: Mutex<HashMap<ProjectId, u64>>,
    /// Identity of the platform's key before this one, while projects are encrypted to the new one.
    pub(crate) former: Mutex<Option<Identity>>,
}

/// How a vault is opened.
#[derive(Debug, Default)]
pub struct OpenOptions {
    /// The platform's key, for everything that changes the vault.
    pub platform: Option<PlatformKey>,
    /// The vault that is expected; without it, and without the platform's key, any vault is trusted.
    pub vault: Option<VaultId>,
    /// What the log is known to have held.
    pub anchor: Option<Anchor>,
    /// Where the time comes from.
    pub clock: Clock,
    /// Which plugins of age may run, for readers whose keys they hold.
    pub plugins: Plugins,
}

impl Vault {
    /// Makes a vault in an empty store.
    ///
    /// # Errors
    /// Returns [`ErrorKind::State`](crate::ErrorKind::State) if there is one already, and
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) if the store fails.
    pub fn init(store: Arc<dyn Store>, platform: PlatformKey, policy: Policy, clock: Clock) -> Result<Self> {
        let statement = Statement {
            format: FORMAT,
            vault: platform.public().vault_id(),
            public_key: platform.public().to_string(),
            recipient: platform.recipient().clone(),
            created: clock.now().unwrap_or_default(),
            policy,
            revision: 0,
        };
        let bytes = signed::write(Kind::Vault, &statement, Some(&platform));
        if !store.put(STATEMENT, bytes, &Condition::Create)? {
            let remedy = "open it with its platform's key, or name another store";
            return Err(Error::state("vault", "exists in this store already", remedy));
        }
        let actor = platform.identity().fingerprint();
        let vault = Self::open(store, OpenOptions { platform: Some(platform), clock, ..OpenOptions::default() })?;
        vault.record(Draft::new(actor, Action::Init))?;
        Ok(vault)
    }

    /// Opens a vault, and finishes or undoes what a crash left behind if there is the platform's key.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Altered`](crate::ErrorKind::Altered) if the vault's statement or log were changed,
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if there is no vault or the key is that of another, and
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) if the store fails.
    pub fn open(store: Arc<dyn Store>, options: OpenOptions) -> Result<Self> {
        let (statement, history) = read_statement(&*store)?;
        check_expected(&history, &options)?;
        let keys = Arc::new(Keyring::new(store.clone(), history));
        let log = Log::open(store.clone(), keys.clone())?;
        if let Some(anchor) = &options.anchor {
            log.check_anchor(anchor)?;
        }
        let OpenOptions { platform, clock, plugins, .. } = options;
        let (statement, newest, former) = (Mutex::new(statement), Mutex::default(), Mutex::default());
        let vault = Self { store, keys, log, clock, plugins, platform, statement, newest, former };
        if vault.platform.is_some() {
            vault.recover()?;
            vault.finish_succession()?;
        }
        Ok(vault)
    }

    /// Returns the id of the vault.
    #[must_use]
    pub fn id(&self) -> VaultId {
        self.keys.vault()
    }

    /// Returns the public key that signs in the vault now.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        self.keys.history().current()
    }

    /// Returns the public keys that signed in the vault, with which its log and receipts are verified.
    #[must_use]
    pub fn key_history(&self) -> KeyHistory {
        (*self.keys.history()).clone()
    }

    /// Returns which plugins of age may run.
    #[must_use]
    pub fn plugins(&self) -> &Plugins {
        &self.plugins
    }

    /// Returns the platform's key, if the vault was opened with it.
    #[must_use]
    pub fn platform(&self) -> Option<&PlatformKey> {
        self.platform.as_ref()
    }

    /// Returns the rules of retention.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.statement.lock().unwrap_or_else(PoisonError::into_inner).policy.clone()
    }

    /// Changes the rules of retention.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) if another process changes them at the same time, and
    /// the errors of the store.
    pub fn set_policy(&self, policy: Policy) -> Result<()> {
        let (old, version) = self.read_statement_again()?;
        // Behind the reading: a statement that an exchange of keys rewrites in between is another version.
        self.check_key_is_current()?;
        self.replace_statement(Statement { policy, ..old }, self.key()?, version)?;
        self.record(Draft::new(self.platform_fingerprint()?, Action::Policy)).map(drop)
    }

    /// Signs the vault's statement anew, so that nobody who read it before can replace it, and returns its hash.
    pub(crate) fn sign_statement(&self, key: &PlatformKey) -> Result<Hash> {
        loop {
            let (old, version) = self.read_statement_again()?;
            let (public_key, recipient) = (key.public().to_string(), key.recipient().clone());
            match self.replace_statement(Statement { public_key, recipient, ..old }, key, version) {
                Err(error) if error.kind() == ErrorKind::Conflict => {}
                other => return other,
            }
        }
    }

    fn read_statement_again(&self) -> Result<(Statement, Version)> {
        let read = steady(&*self.store, |bytes| {
            let read = self.keys.read_signed::<Statement>(bytes)?;
            read.ok_or_else(|| Error::altered(STATEMENT, "is not what the vault signed"))
        })?;
        read.ok_or_else(|| Error::altered(STATEMENT, "is gone"))
    }

    fn replace_statement(&self, new: Statement, key: &PlatformKey, version: Version) -> Result<Hash> {
        let new = Statement { revision: new.revision + 1, ..new };
        let bytes = signed::write(Kind::Vault, &new, Some(key));
        let hash = Hash::of(&bytes);
        if !self.store.put(STATEMENT, bytes, &Condition::Update(version))? {
            return Err(Error::conflict(STATEMENT, "was changed by another process meanwhile"));
        }
        *self.statement.lock().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(hash)
    }

    /// Returns whether this key signed the vault's statement last.
    pub(crate) fn is_stated_by(&self, key: &PublicKey) -> bool {
        self.statement.lock().unwrap_or_else(PoisonError::into_inner).public_key == key.to_string()
    }

    /// Returns the end of the log, to be kept outside of the store.
    ///
    /// # Errors
    /// Returns the errors of reading the log.
    pub fn anchor(&self) -> Result<Option<Anchor>> {
        self.log.anchor()
    }

    /// Verifies the whole log, as [`verify`](crate::verify) does.
    ///
    /// # Errors
    /// Returns the errors of [`verify`](crate::verify).
    pub fn verify_log(&self) -> Result<Verification> {
        self.keys.refresh()?;
        crate::audit::verify(&*self.store, &self.keys.history(), None)
    }

    /// Returns the entries of the log behind the entry `after`, oldest first.
    ///
    /// # Errors
    /// Returns the errors of reading the log.
    pub fn entries(&self, after: u64) -> Result<Vec<Entry>> {
        self.log.entries(after)
    }

    /// Returns the platform's key, or the error of a vault that was opened without it.
    pub(crate) fn key(&self) -> Result<&PlatformKey> {
        self.platform.as_ref().ok_or_else(|| {
            let remedy = "open the vault with the platform's key";
            Error::settings("vault", "was opened without the platform's key, which this call needs", remedy)
        })
    }

    pub(crate) fn platform_fingerprint(&self) -> Result<Fingerprint> {
        Ok(self.key()?.identity().fingerprint())
    }

    /// Appends to the log.
    pub(crate) fn record(&self, draft: Draft) -> Result<Entry> {
        self.log.append(draft, self.clock, self.platform.as_ref())
    }

    /// Returns the time; never before that of the last entry in the log. `None` if no clock can be trusted.
    pub(crate) fn now(&self) -> Result<Option<Moment>> {
        let (_, last) = self.log.end()?;
        Ok(self.clock.now().map(|now| now.max(last)))
    }
}

/// Refuses a vault that is not the expected one, and a key that is not its current one.
fn check_expected(history: &KeyHistory, options: &OpenOptions) -> Result<()> {
    let public = options.platform.as_ref().map(PlatformKey::public);
    let is_other = options.vault.is_some_and(|expected| expected != history.vault());
    match public {
        Some(public) if !is_other && public == history.current() => Ok(()),
        Some(public) if !is_other && history.keys().contains(&public) => Err(was_exchanged()),
        None if !is_other => Ok(()),
        _ => {
            let remedy = "give the store or the key that belongs to the other";
            Err(Error::settings("vault", format!("is {}, not the expected one", history.vault()), remedy))
        }
    }
}

/// Returns whether a key is the current one of the vault in a store.
pub(crate) fn is_current(store: &dyn Store, key: &PublicKey) -> Result<bool> {
    Ok(read_statement(store)?.1.current() == *key)
}

/// Reads the vault's statement by `read`; `None` if there is none.
///
/// An exchange of keys may write the statement anew between the reading of it and of the keys that signed it, which then do not belong
/// together: what seems altered is read again as long as it is another one each time.
fn steady<T>(store: &dyn Store, read: impl Fn(&[u8]) -> Result<T>) -> Result<Option<(T, Version)>> {
    let mut before: Option<Vec<u8>> = None;
    loop {
        let Some((bytes, version)) = store.get(STATEMENT)? else { return Ok(None) };
        match read(&bytes) {
            Err(error) if error.kind() == ErrorKind::Altered && before.as_ref() != Some(&bytes) => before = Some(bytes),
            other => return other.map(|read| Some((read, version))),
        }
    }
}

/// Reads the vault's statement, and the keys that signed in the vault.
fn read_statement(store: &dyn Store) -> Result<(Statement, KeyHistory)> {
    let read = steady(store, |bytes| stated(store, bytes))?;
    let missing = || Error::settings("vault", "does not exist in this store", "make one with `balanced vault init`");
    read.map(|(read, _)| read).ok_or_else(missing)
}

/// Reads a statement, and the keys up to the one that signed it.
fn stated(store: &dyn Store, bytes: &[u8]) -> Result<(Statement, KeyHistory)> {
    let altered = || Error::altered(STATEMENT, "is not what the vault signed");
    // The vault's id is the fingerprint of its first key: that in the statement, if it was never exchanged.
    let body = std::str::from_utf8(bytes).ok().and_then(|text| text.lines().nth(1)).ok_or_else(altered)?;
    let claimed: Statement = serde_json::from_str(body).map_err(|_| altered())?;
    let public = PublicKey::parse(&claimed.public_key).map_err(|_| altered())?;
    let history = KeyHistory::load(store, claimed.vault, public)?;
    let read = history.read_signed::<Statement>(bytes).ok_or_else(altered)?;
    if read.format != FORMAT {
        let problem = format!("has format {}, and this version reads {FORMAT}", read.format);
        return Err(Error::settings("vault", problem, "install the version that wrote it"));
    }
    Ok((read, history))
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("id", &self.id()).field("platform", &self.platform).finish_non_exhaustive()
    }
}
