//! The vault: results are JSON text, keys are the text of their files.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

use balanced::Error;
use balanced::vault::{
    self, Address, Anchor, By, Clock, Correction, ExportOptions, FileId, FileRole, Identity, ImportOptions,
    KeyExchange, Moment, NewFile, OpenOptions, PlatformKey, Plugins, Policy, ProjectId, ProjectRecord,
    ProviderReference, ReaderRole, Recipient, SecretString,
};
use pyo3::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::analysis::json;
use crate::errors::{Raise, settings};
use crate::providers::{asked, callables};
use crate::sealed::{VaultFile, VaultOutput};
use crate::source::Source;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Vault>()?;
    module.add_class::<VaultFile>()?;
    module.add_class::<VaultOutput>()?;
    module.add_function(wrap_pyfunction!(vault_key, module)?)?;
    module.add_function(wrap_pyfunction!(vault_unlock, module)?)?;
    module.add_function(wrap_pyfunction!(vault_public_key, module)?)
}

/// Returns the text of a new key file: a person's, or the platform's.
#[pyfunction]
fn vault_key(platform: bool) -> String {
    if platform { PlatformKey::generate().to_file().to_string() } else { identity_file(&Identity::generate()) }
}

fn identity_file(identity: &Identity) -> String {
    identity.to_file().expect("a generated key is native").to_string()
}

/// Returns the public key and the fingerprint of a person's key file.
#[pyfunction]
fn vault_public_key(py: Python<'_>, text: &str) -> PyResult<(String, String)> {
    let recipient = Recipient::of_key_file(text).raised(py)?;
    Ok((recipient.to_string(), recipient.fingerprint().to_string()))
}

/// Returns the text of a native key file that a passphrase protects.
#[pyfunction]
fn vault_unlock(py: Python<'_>, file: &[u8], passphrase: String) -> PyResult<String> {
    let identity = py.detach(|| Identity::unlock(file, &SecretString::from(passphrase))).raised(py)?;
    let text = identity.to_file().map(|text| text.to_string());
    text.ok_or_else(|| settings(py, "is an SSH key with a passphrase", "give a native age key under a passphrase"))
}

impl Vault {
    /// Reads a person's key; a key of a plugin needs one that may run.
    fn key(&self, py: Python<'_>, text: Option<&str>) -> PyResult<Option<Identity>> {
        text.map(|text| Identity::parse_with(text, self.vault.plugins())).transpose().raised(py)
    }
}

trait Raised<T> {
    fn raised(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> Raised<T> for vault::Result<T> {
    fn raised(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(Error::from).raise(py)
    }
}

/// An open vault.
#[pyclass(frozen, module = "balanced_mastering._native")]
pub struct Vault {
    pub(crate) vault: vault::Vault,
}

#[pymethods]
impl Vault {
    /// Makes a vault in a folder or a bucket.
    #[staticmethod]
    fn init(py: Python<'_>, folder: PathBuf, key: &str, policy: &str, now: Option<u64>) -> PyResult<Self> {
        let (key, policy) = (PlatformKey::parse(key).raised(py)?, parse::<Policy>(py, policy)?);
        let made = py.detach(|| vault::Vault::init(Address::parse(&folder)?.open()?, key, policy, clock(now)));
        Ok(Self { vault: made.raised(py)? })
    }

    #[new]
    fn open(
        py: Python<'_>,
        folder: PathBuf,
        key: Option<&str>,
        now: Option<u64>,
        anchor: Option<&str>,
        plugins: PluginArguments,
    ) -> PyResult<Self> {
        let place = present(py, &folder)?;
        let platform = key.map(PlatformKey::parse).transpose().raised(py)?;
        let anchor = anchor.map(|text| parse::<Anchor>(py, text)).transpose()?;
        let options = OpenOptions { platform, vault: None, anchor, clock: clock(now), plugins: allowed(plugins) };
        let opened = py.detach(|| vault::Vault::open(place.open()?, options));
        Ok(Self { vault: opened.raised(py)? })
    }

    /// Exchanges the platform's key, and opens the vault with the new one.
    #[staticmethod]
    fn rotate_platform(
        py: Python<'_>,
        folder: PathBuf,
        keys: (&str, &str),
        stolen: bool,
        now: Option<u64>,
        anchor: Option<&str>,
        plugins: PluginArguments,
    ) -> PyResult<Self> {
        let place = present(py, &folder)?;
        let (old, new) = (PlatformKey::parse(keys.0).raised(py)?, PlatformKey::parse(keys.1).raised(py)?);
        let anchor = anchor.map(|text| parse::<Anchor>(py, text)).transpose()?;
        let clock = clock(now);
        let options = OpenOptions { platform: Some(old), vault: None, anchor, clock, plugins: allowed(plugins) };
        let exchange = if stolen { KeyExchange::Stolen } else { KeyExchange::Planned };
        let exchanged = py.detach(|| vault::Vault::rotate_platform(place.open()?, options, new, exchange));
        Ok(Self { vault: exchanged.raised(py)? })
    }

    fn create(&self, py: Python<'_>, record: &str, owner: Option<&str>) -> PyResult<String> {
        let record = parse::<ProjectRecord>(py, record)?;
        let owner = owner.map(str::parse::<Recipient>).transpose().raised(py)?;
        let project = py.detach(|| self.vault.create(&record, owner.as_ref())).raised(py)?;
        Ok(project.to_string())
    }

    fn recipient(&self, py: Python<'_>, project: &str) -> PyResult<String> {
        let project = id::<ProjectId>(py, project)?;
        Ok(py.detach(|| self.vault.recipient(project)).raised(py)?.to_string())
    }

    #[allow(clippy::too_many_arguments, reason = "the Python side names them")]
    fn put(
        &self,
        file: &Bound<'_, PyAny>,
        project: &str,
        name: String,
        role: &str,
        encrypted: bool,
        identity: Option<&str>,
    ) -> PyResult<String> {
        let py = file.py();
        let (project, identity, role) = (id::<ProjectId>(py, project)?, self.key(py, identity)?, role_of(py, role)?);
        let mut source = Source::of(file)?;
        let put = py.detach(|| {
            let mut content = bytes_of(&mut source)?;
            let new = NewFile { name, role };
            Ok::<_, Error>(if encrypted {
                self.vault.put_encrypted(project, new, &mut content, by(&identity))?
            } else {
                self.vault.put(project, new, &mut content, by(&identity))?
            })
        });
        Ok(put.raise(py)?.to_string())
    }

    fn open_file(&self, py: Python<'_>, project: &str, file: &str, identity: Option<&str>) -> PyResult<VaultFile> {
        let (project, file) = (id::<ProjectId>(py, project)?, id::<FileId>(py, file)?);
        let identity = self.key(py, identity)?.or_else(|| self.vault.platform().map(|key| key.identity().clone()));
        let Some(identity) = identity else {
            return Err(settings(py, "no key is given", "pass identity, or open the vault with the platform's key"));
        };
        let opened = py.detach(|| self.vault.open_file(project, file, &identity)).raised(py)?;
        let name = vault::name(project, file);
        Ok(VaultFile::new(name, opened))
    }

    /// Describes a master that is to be made in a project, for `master`.
    fn output(slf: &Bound<'_, Self>, project: &str, name: String, identity: Option<&str>) -> PyResult<VaultOutput> {
        let py = slf.py();
        let (project, identity) = (id::<ProjectId>(py, project)?, slf.get().key(py, identity)?);
        Ok(VaultOutput { vault: slf.clone().unbind(), project, name: PathBuf::from(name), identity })
    }

    fn listing(&self, py: Python<'_>, project: Option<&str>, identity: Option<&str>) -> PyResult<String> {
        let Some(project) = project else {
            return Ok(json(&py.detach(|| self.vault.summaries()).raised(py)?));
        };
        let (project, identity) = (id::<ProjectId>(py, project)?, self.key(py, identity)?);
        Ok(json(&py.detach(|| self.vault.list(project, by(&identity))).raised(py)?))
    }

    fn assign(&self, py: Python<'_>, project: &str, recipient: &str, owner: bool) -> PyResult<()> {
        let (project, recipient) = (id::<ProjectId>(py, project)?, recipient.parse::<Recipient>().raised(py)?);
        let role = if owner { ReaderRole::Owner } else { ReaderRole::Engineer };
        py.detach(|| self.vault.assign(project, &recipient, role)).raised(py)
    }

    fn revoke(&self, py: Python<'_>, project: &str, recipient: &str) -> PyResult<()> {
        let project = id::<ProjectId>(py, project)?;
        let reader = recipient.parse().or_else(|_| recipient.parse::<Recipient>().map(|key| key.fingerprint()));
        let reader = reader.raised(py)?;
        py.detach(|| self.vault.revoke(project, reader)).raised(py)
    }

    /// Does one of the simple things with a project: `rotate`, `complete`, `reopen`.
    fn change(&self, py: Python<'_>, project: &str, what: &str) -> PyResult<()> {
        let project = id::<ProjectId>(py, project)?;
        let done = py.detach(|| match what {
            "rotate" => self.vault.rotate(project),
            "complete" => self.vault.complete(project),
            _ => self.vault.reopen(project),
        });
        done.raised(py)
    }

    fn hold(&self, py: Python<'_>, project: &str, case: &str, release: bool) -> PyResult<()> {
        let project = id::<ProjectId>(py, project)?;
        let done =
            py.detach(|| if release { self.vault.release(project, case) } else { self.vault.hold(project, case) });
        done.raised(py)
    }

    fn correct(&self, py: Python<'_>, project: &str, correction: CorrectionArguments) -> PyResult<()> {
        let project = id::<ProjectId>(py, project)?;
        let correction = Correction::from(correction);
        py.detach(|| self.vault.correct(project, &correction)).raised(py)
    }

    fn recover(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.vault.recover_all()).raised(py)
    }

    fn plan(&self, py: Python<'_>) -> PyResult<String> {
        Ok(json(&py.detach(|| self.vault.plan()).raised(py)?))
    }

    fn sweep(&self, py: Python<'_>, providers: BTreeMap<String, Py<PyAny>>) -> PyResult<String> {
        let callables = callables(providers);
        Ok(json(&py.detach(|| self.vault.sweep(&asked(&callables))).raised(py)?))
    }

    fn erase(
        &self,
        py: Python<'_>,
        project: Option<&str>,
        person: Option<&str>,
        providers: BTreeMap<String, Py<PyAny>>,
    ) -> PyResult<String> {
        let project = project.map(|text| id::<ProjectId>(py, text)).transpose()?;
        let callables = callables(providers);
        let erased = py.detach(|| match (project, person) {
            (Some(project), _) => self.vault.erase(project, &asked(&callables)),
            (None, person) => self.vault.erase_person(person.unwrap_or_default(), &asked(&callables)),
        });
        Ok(json(&erased.raised(py)?))
    }

    fn report(&self, py: Python<'_>, person: &str) -> PyResult<String> {
        Ok(json(&py.detach(|| self.vault.report(person)).raised(py)?))
    }

    fn export(&self, py: Python<'_>, projects: Vec<String>, path: PathBuf, identity: Option<&str>) -> PyResult<String> {
        let projects = projects.iter().map(|text| id::<ProjectId>(py, text)).collect::<PyResult<Vec<_>>>()?;
        let identity = self.key(py, identity)?;
        let exported = py.detach(|| {
            let mut options = ExportOptions::default();
            options.to_jams = Some(&vault::to_jams);
            let file = std::fs::File::create_new(&path).map_err(|error| unwritten(&path, &error))?;
            let mut sink = std::io::BufWriter::with_capacity(1 << 18, file);
            let exported = self.vault.export(&projects, by(&identity), &options, &mut sink);
            if exported.is_err() {
                // Half an archive is none.
                let _ = std::fs::remove_file(&path);
            }
            exported
        });
        Ok(json(&exported.raised(py)?))
    }

    fn import_archive(&self, archive: &Bound<'_, PyAny>, owner: Option<&str>) -> PyResult<Vec<String>> {
        let py = archive.py();
        let mut options = ImportOptions::default();
        options.owner = owner.map(str::parse::<Recipient>).transpose().raised(py)?;
        let mut source = Source::of(archive)?;
        let made = py.detach(|| match &source {
            Source::Path(path) => self.vault.import(std::fs::File::open(path).map_err(unread)?, &options),
            _ => {
                let mut bytes = Vec::new();
                bytes_of(&mut source)?.read_to_end(&mut bytes).map_err(unread)?;
                self.vault.import(std::io::Cursor::new(bytes), &options)
            }
        });
        Ok(made.raised(py)?.iter().map(ToString::to_string).collect())
    }

    fn receipt(&self, py: Python<'_>, project: &str) -> PyResult<Vec<u8>> {
        let project = id::<ProjectId>(py, project)?;
        py.detach(|| self.vault.receipt(project)).raised(py)
    }

    fn verify_receipt(&self, py: Python<'_>, receipt: &[u8]) -> PyResult<String> {
        Ok(json(&vault::verify_receipt(receipt, &self.vault.key_history()).raised(py)?))
    }

    fn verify_log(&self, py: Python<'_>) -> PyResult<String> {
        Ok(json(&py.detach(|| self.vault.verify_log()).raised(py)?))
    }

    fn history(&self, py: Python<'_>, project: Option<&str>) -> PyResult<String> {
        let project = project.map(|text| id::<ProjectId>(py, text)).transpose()?;
        let entries = py.detach(|| match project {
            Some(project) => self.vault.history(project),
            None => self.vault.entries(0),
        });
        Ok(json(&entries.raised(py)?))
    }

    fn anchor(&self, py: Python<'_>) -> PyResult<String> {
        Ok(json(&py.detach(|| self.vault.anchor()).raised(py)?))
    }
}

/// Corrections as Python passes them: a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct CorrectionArguments {
    title: Option<String>,
    artist: Option<String>,
    email: Option<String>,
    name: Option<String>,
    preferences: BTreeMap<String, String>,
    provider: Option<(String, String)>,
}

impl From<CorrectionArguments> for Correction {
    fn from(arguments: CorrectionArguments) -> Self {
        let CorrectionArguments { title, artist, email, name, preferences, provider } = arguments;
        let provider = provider.map(|(provider, reference)| ProviderReference { provider, reference });
        Self { title, artist, email, name, preferences, provider }
    }
}

/// Returns the address of a vault that is there.
fn present(py: Python<'_>, folder: &std::path::Path) -> PyResult<Address> {
    let place = Address::parse(folder).raised(py)?;
    if place.is_missing() {
        let problem = format!("{}: is no vault", folder.display());
        return Err(settings(py, &problem, "make one with Vault.init"));
    }
    Ok(place)
}

fn bytes_of(source: &mut Source) -> Result<Box<dyn Read + Send>, vault::Error> {
    source.bytes().map_err(unread)
}

fn unread(error: std::io::Error) -> vault::Error {
    vault::Error::store("content", format!("cannot be read ({error})"))
}

fn unwritten(path: &std::path::Path, error: &std::io::Error) -> vault::Error {
    vault::Error::store(path.display().to_string(), format!("cannot be written ({error})"))
}

fn clock(now: Option<u64>) -> Clock {
    now.map_or(Clock::System, |seconds| Clock::Fixed(Moment(seconds)))
}

/// Names of the plugins that may run, and what a PIN is answered with.
type PluginArguments = (Vec<String>, Option<String>);

fn allowed((names, secret): PluginArguments) -> Plugins {
    let plugins = names.iter().fold(Plugins::default(), |plugins, name| plugins.allow(name));
    match secret {
        Some(secret) => plugins.with_secret(SecretString::from(secret)),
        None => plugins,
    }
}

pub(crate) fn by(identity: &Option<Identity>) -> By<'_> {
    identity.as_ref().map_or(By::Platform, By::Key)
}

fn id<T: std::str::FromStr<Err = vault::Error>>(py: Python<'_>, text: &str) -> PyResult<T> {
    text.parse().raised(py)
}

fn role_of(py: Python<'_>, name: &str) -> PyResult<FileRole> {
    let known = "give upload, master, analysis or history";
    FileRole::from_name(name).ok_or_else(|| settings(py, &format!("{name} is no role of a file"), known))
}

fn parse<T: DeserializeOwned + Serialize>(py: Python<'_>, text: &str) -> PyResult<T> {
    serde_json::from_str(text).map_err(|error| settings(py, &error.to_string(), "correct the named field"))
}
