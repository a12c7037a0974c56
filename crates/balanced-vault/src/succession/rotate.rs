//! The exchange of the platform's key.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::announce::was_exchanged;
use super::statement::{Succession, accept, handover_path, path};
use crate::audit::Head;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{ChangeId, Hash, ProjectId};
use crate::keys::{PlatformKey, PublicKey};
use crate::manifest::{Manifest, Sealed};
use crate::record;
use crate::signed::{self, Kind};
use crate::store::{Condition, Store, Version};
use crate::vault::{OpenOptions, Vault};

/// Why the platform's key is exchanged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyExchange {
    /// It is time: the keys of the projects are encrypted to the new key, and the files stay as they are.
    #[default]
    Planned,
    /// The old key may be in wrong hands: each project gets a new key too, and its files are encrypted anew.
    Stolen,
}

impl Vault {
    /// Exchanges the platform's key, and returns the vault opened with the new one.
    ///
    /// `options` hold the old key. What it signed stays valid: manifests, log and receipts are verified by the chain of
    /// keys, and the vault keeps its id. What it signs from now on is not accepted, and it opens no project any more.
    /// Changes by other processes that are under way are given up, with an error and without harm; those processes must be
    /// started again with the new key. A call that was cut short is repeated with both keys, or finished by whoever opens
    /// the vault with the new key.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the old key is not the vault's or the new one signed
    /// here before, [`ErrorKind::State`](crate::ErrorKind::State) if it is being exchanged for a third one,
    /// [`ErrorKind::Altered`](crate::ErrorKind::Altered) if something in the vault was changed, before anything is done,
    /// and the errors of the store.
    pub fn rotate_platform(
        store: Arc<dyn Store>,
        options: OpenOptions,
        new: PlatformKey,
        exchange: KeyExchange,
    ) -> Result<Self> {
        let OpenOptions { vault, anchor, clock, ref plugins, .. } = options;
        let reopened = OpenOptions { platform: None, vault, anchor, clock, plugins: plugins.clone() };
        if !crate::vault::is_current(&*store, &new.public())? {
            let old = Self::open(store.clone(), options)?;
            old.succeed(&new, exchange)?;
        }
        let vault = Self::open(store, OpenOptions { platform: Some(new), ..reopened })?;
        vault.renew_projects()?;
        Ok(vault)
    }

    /// Hands the vault to a new key.
    fn succeed(&self, new: &PlatformKey, exchange: KeyExchange) -> Result<()> {
        self.check_exchange(new.public())?;
        let (change, notice) = self.announce(new.public())?;
        let made = self.make_succession(new, exchange, change, notice);
        if made.as_ref().is_err_and(|error| error.kind() != ErrorKind::Store) {
            // What a store that failed has is found by the next start.
            self.withdraw_notice(0)?;
        }
        made
    }

    /// Refuses an exchange that could not be finished.
    fn check_exchange(&self, new: PublicKey) -> Result<()> {
        self.keys.refresh()?;
        let history = self.keys.history();
        if history.current() != self.key()?.public() {
            return Err(was_exchanged());
        }
        if history.keys().contains(&new) {
            let remedy = "generate a new key";
            return Err(Error::settings("new key", "signed in this vault before", remedy));
        }
        let mut alive = self.manifests()?.into_iter().filter(|manifest| manifest.check_alive().is_ok());
        alive.try_for_each(|manifest| self.platform_keys(&manifest).map(drop))
    }

    fn make_succession(
        &self,
        new: &PlatformKey,
        exchange: KeyExchange,
        change: ChangeId,
        notice: Version,
    ) -> Result<()> {
        // From the notice on, nobody begins a change; those that were begun are finished or given up here.
        self.recover_changes(0, 0)?;
        let statement = self.sign_statement(self.key()?)?;
        let (history, key) = (self.keys.history(), self.key()?);
        let (vault, number) = (history.vault(), history.next_number());
        let handover = key.identity().to_file().expect("the platform's identity is native");
        let handover = record::encrypt(handover.as_bytes(), std::slice::from_ref(new.recipient()))?;
        let (log, logged_at) = self.log.head_of_log()?;
        let next = Succession {
            vault,
            number,
            previous: history.last().map(|(_, hash)| *hash),
            change,
            at: self.now()?.unwrap_or_default(),
            old: key.public(),
            old_recipient: key.recipient().clone(),
            new: new.public(),
            accepted: accept(vault, number, &key.public(), new),
            is_stolen: exchange == KeyExchange::Stolen,
            statement,
            log,
            logged_at,
            heads: self.heads()?,
            receipts: self.receipts()?,
            persons: self.persons_for(new)?,
            handover: Hash::of(&handover),
        };
        self.store.put(&handover_path(number, change), handover, &Condition::Create)?;
        let bytes = signed::write(Kind::Succession, &next, Some(key));
        let made = self.store.put(&path(number), bytes, &Condition::Update(notice))?;
        // A store that was asked twice after a lost answer says that it has changed.
        let is_ours = || {
            self.keys.refresh()?;
            Ok::<_, Error>(self.keys.history().last().is_some_and(|(last, _)| last.change == change))
        };
        if made || is_ours()? {
            return Ok(());
        }
        Err(Error::conflict("platform key", "is exchanged by another process, or the exchange was given up"))
    }

    fn heads(&self) -> Result<BTreeMap<ProjectId, Head>> {
        let found = self.project_ids()?.into_iter().map(|project| Ok((project, self.newest(project)?)));
        let found: Vec<_> = found.collect::<Result<_>>()?;
        Ok(found.into_iter().filter_map(|(project, link)| Some((project, link?.head()))).collect())
    }

    fn receipts(&self) -> Result<BTreeMap<ProjectId, Hash>> {
        let mut receipts = BTreeMap::new();
        for path in self.store.list(crate::retention::RECEIPTS, None)? {
            let project = path.rsplit('/').next().and_then(|name| name.parse().ok());
            let Some((project, (bytes, _))) = project.zip(self.store.get(&path)?) else { continue };
            receipts.insert(project, Hash::of(&bytes));
        }
        Ok(receipts)
    }

    /// Encrypts what names persons inside the vault to the new key.
    fn persons_for(&self, new: &PlatformKey) -> Result<Sealed> {
        let all = self.person_indices()?;
        let texts: Vec<_> = all.iter().map(|index| index.to_text()).collect();
        let texts: Vec<&str> = texts.iter().map(|text| text.as_str()).collect();
        Sealed::new(&texts, new.recipient())
    }
}

/// Returns the projects that live.
pub(super) fn alive(manifests: Vec<Manifest>) -> impl Iterator<Item = ProjectId> {
    manifests.into_iter().filter(|manifest| manifest.check_alive().is_ok()).map(|manifest| manifest.project)
}
