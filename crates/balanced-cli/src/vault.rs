//! Opening of a vault from the command line, and the addresses of what is in it.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use balanced::AudioSource;
use balanced::vault::{
    self, Address, Anchor, By, Clock, FileId, Identity, OpenOptions, PlatformKey, Plugins, ProjectId, Recipient,
    SecretString, Store, Vault,
};

use crate::commands::outputs;
use crate::console;
use crate::exit::Exit;
use crate::vault_args::VaultArgs;

/// Beginning of an address in a vault.
const SCHEME: &str = "vault:";

/// A vault that was opened, with the caller's key.
pub struct Opened {
    pub vault: Vault,
    identity: Option<Identity>,
    anchor: Option<PathBuf>,
}

/// Returns whether an argument is an address in a vault. A file of that name is `./vault:…`.
pub fn is_address(path: &Path) -> bool {
    path.to_str().is_some_and(|text| text.starts_with(SCHEME))
}

/// Returns project and file of an address; the file can be left out where one is to be made.
pub fn address(text: &str) -> Result<(ProjectId, Option<FileId>), Exit> {
    let text = text.strip_prefix(SCHEME).unwrap_or(text);
    let (project, file) = match text.split_once('/') {
        Some((project, file)) => (project, Some(file)),
        None => (text, None),
    };
    let file = file.map(str::parse).transpose().map_err(report)?;
    Ok((project.parse().map_err(report)?, file))
}

/// Returns project and file of an address that must name both.
pub fn file_address(text: &str) -> Result<(ProjectId, FileId), Exit> {
    match address(text)? {
        (project, Some(file)) => Ok((project, file)),
        (_, None) => {
            console::error(&format!(
                "{text}: names no file; give vault:PROJECT/FILE, as `balanced vault list` prints it"
            ));
            Err(Exit::Usage)
        }
    }
}

/// Opens a file of the vault as a source of audio.
pub fn source(opened: &Opened, text: &str) -> Result<AudioSource<'static>, Exit> {
    let (project, file) = file_address(text)?;
    let source = vault::source(&opened.vault, project, file, opened.identity()?);
    source.map_err(|error| outputs::report(&error))
}

/// The inputs of a call, of which some may lie in a vault; it is opened once, if one does.
pub struct Inputs(Option<Opened>);

impl Inputs {
    /// Opens the vault if one of `inputs` is an address in it.
    pub fn open(args: &VaultArgs, inputs: &[PathBuf]) -> Result<Self, Exit> {
        let is_needed = inputs.iter().any(|input| is_address(input));
        Ok(Self(if is_needed { Some(open(args)?) } else { None }))
    }

    /// Opens an input.
    pub fn source<'a>(&self, input: &'a Path) -> Result<AudioSource<'a>, Exit> {
        self.0.as_ref().map_or(Ok(AudioSource::Path(input)), |opened| opened.source(input))
    }

    /// Keeps the anchor of the vault, as its arguments ask for.
    pub fn close(self) -> Result<(), Exit> {
        self.0.map_or(Ok(()), |opened| opened.keep_anchor())
    }
}

/// Prints an error of the vault and returns its exit code.
pub fn report(error: vault::Error) -> Exit {
    outputs::report(&error.into())
}

/// Returns where the vault lies.
pub fn place(args: &VaultArgs) -> Result<Address, Exit> {
    let named = args.vault.clone().or_else(|| std::env::var_os("BALANCED_VAULT").map(PathBuf::from));
    let named = named.ok_or_else(|| {
        console::error("no vault is named; give --vault DIR or --vault s3://BUCKET/PREFIX, or set BALANCED_VAULT");
        Exit::Usage
    })?;
    Address::parse(&named).map_err(report)
}

/// Returns the file of the platform's key, if one is named.
pub fn key_file(args: &VaultArgs) -> Option<PathBuf> {
    args.vault_key.clone().or_else(|| std::env::var_os("BALANCED_VAULT_KEY").map(PathBuf::from))
}

pub fn clock(args: &VaultArgs) -> Clock {
    args.now.map_or(Clock::System, Clock::Fixed)
}

/// Opens the vault.
pub fn open(args: &VaultArgs) -> Result<Opened, Exit> {
    // Where the system cannot do it, keys are as safe as in any other program.
    let _ = vault::forbid_core_dumps();
    let vault = Vault::open(store(args)?, options(args)?).map_err(report)?;
    let passphrase = args.identity_passphrase.as_deref();
    let read = |file: &Path| read_identity(file, passphrase, vault.plugins());
    let identity = args.identity.as_deref().map(read).transpose()?;
    Ok(Opened { vault, identity, anchor: args.anchor.clone() })
}

/// Opens the store of a vault that must be there.
pub fn store(args: &VaultArgs) -> Result<Arc<dyn Store>, Exit> {
    let place = place(args)?;
    if let Address::Folder(folder) = &place
        && place.is_missing()
    {
        console::error(&format!("{}: is no vault; make one with `balanced vault init`", folder.display()));
        return Err(Exit::File);
    }
    place.open().map_err(report)
}

/// Returns how a vault is opened.
pub fn options(args: &VaultArgs) -> Result<OpenOptions, Exit> {
    let platform = key_file(args).map(|file| read_platform(&file)).transpose()?;
    let anchor = args.anchor.as_deref().filter(|file| file.exists()).map(read_anchor).transpose()?;
    Ok(OpenOptions { platform, anchor, clock: clock(args), plugins: plugins(args)?, ..OpenOptions::default() })
}

/// Returns the plugins of age that may run; what they say is shown.
fn plugins(args: &VaultArgs) -> Result<Plugins, Exit> {
    let mut plugins = args.plugin.iter().fold(Plugins::default(), |plugins, name| plugins.allow(name));
    if let Some(file) = &args.plugin_secret {
        plugins = plugins.with_secret(read_passphrase(file)?);
    }
    Ok(plugins.with_messages(|message| console::note(&balanced::printable(message))))
}

/// Reads the file of a platform's key.
pub fn read_platform(file: &Path) -> Result<PlatformKey, Exit> {
    PlatformKey::parse(&read_secret(file)?).map_err(report)
}

/// Keeps how far the log of a vault is now, if the caller wants that.
pub fn keep_anchor(vault: &Vault, file: Option<&Path>) -> Result<(), Exit> {
    let Some(file) = file else { return Ok(()) };
    let anchor = vault.anchor().map_err(report)?;
    outputs::write(file, serde_json::to_string(&anchor).expect("it is plain data").as_bytes())
}

impl Opened {
    /// Opens what may lie in the vault, by its address, or beside it, by its path.
    pub fn source<'a>(&self, input: &'a Path) -> Result<AudioSource<'a>, Exit> {
        if is_address(input) { source(self, &input.to_string_lossy()) } else { Ok(AudioSource::Path(input)) }
    }

    /// Returns who asks: the person, if their key is given, else the platform.
    pub fn by(&self) -> By<'_> {
        self.identity.as_ref().map_or(By::Platform, By::Key)
    }

    /// Returns the key that reads: the person's, else the platform's.
    pub fn identity(&self) -> Result<&Identity, Exit> {
        let platform = || self.vault.platform().map(PlatformKey::identity);
        self.identity.as_ref().or_else(platform).ok_or_else(|| {
            console::error("no key is given; give yours with --identity FILE");
            Exit::Usage
        })
    }

    /// Keeps how far the log is now, if the caller wants that.
    pub fn keep_anchor(&self) -> Result<(), Exit> {
        keep_anchor(&self.vault, self.anchor.as_deref())
    }
}

/// Reads a person's key, which a passphrase in another file may protect.
fn read_identity(file: &Path, passphrase: Option<&Path>, plugins: &Plugins) -> Result<Identity, Exit> {
    let Some(passphrase) = passphrase else {
        return Identity::parse_with(&read_secret(file)?, plugins).map_err(report);
    };
    let locked = std::fs::read(file).map_err(|error| unreadable(file, &error))?;
    Identity::unlock(&locked, &read_passphrase(passphrase)?).map_err(report)
}

/// Reads a file with a passphrase, without the end of its line.
pub fn read_passphrase(file: &Path) -> Result<SecretString, Exit> {
    let text = read_secret(file)?;
    Ok(SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Returns the public key that a text is, or that a file holds: its own, or that of a secret key in it.
pub fn recipient(text: &str) -> Result<Recipient, Exit> {
    let file = Path::new(text);
    if !file.is_file() {
        return text.parse().map_err(report);
    }
    let content = read_secret(file)?;
    match content.parse::<Recipient>() {
        Ok(recipient) => Ok(recipient),
        Err(_) => Recipient::of_key_file(&content).map_err(report),
    }
}

/// Reads a small file that holds a secret.
pub fn read_secret(file: &Path) -> Result<Secret, Exit> {
    std::fs::read_to_string(file).map(Secret::new).map_err(|error| unreadable(file, &error))
}

fn unreadable(file: &Path, error: &std::io::Error) -> Exit {
    console::error(&format!("{}: cannot be read ({error}); check the path and its permissions", file.display()));
    Exit::File
}

/// Text that is wiped from memory when it is dropped.
pub type Secret = vault::Zeroizing<String>;

fn read_anchor(file: &Path) -> Result<Anchor, Exit> {
    serde_json::from_str(&read_secret(file)?).map_err(|_| {
        console::error(&format!("{}: is no anchor; give the file that an earlier call wrote", file.display()));
        Exit::Usage
    })
}

/// Writes a new file with a secret, for its owner only.
pub fn write_secret(file: &Path, text: &str) -> Result<(), Exit> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(file).and_then(|mut opened| {
        opened.write_all(text.as_bytes())?;
        opened.sync_all()
    });
    written.map_err(|error| {
        console::error(&format!("{}: cannot be written ({error}); name a new file", file.display()));
        Exit::File
    })
}
