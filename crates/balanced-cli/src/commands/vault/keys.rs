//! Keys: made, shown, backed up and brought back.

use std::path::Path;

use balanced::vault::{self, BackedUp, ExposeSecret, Identity, PlatformKey, SecretString};
use serde_json::json;

use super::tell;
use crate::commands::outputs;
use crate::console;
use crate::exit::Exit;
use crate::vault::{read_passphrase, read_secret, report, write_secret};
use crate::vault_args::{KeysArgs, KeysVerb};

pub fn run(args: &KeysArgs, json: bool) -> Result<(), Exit> {
    let _ = vault::forbid_core_dumps();
    match &args.command {
        KeysVerb::Generate { output } => {
            let identity = Identity::generate();
            write_secret(output, &identity.to_file().expect("a generated key is native"))?;
            show(&BackedUp::Identity(identity), json);
            Ok(())
        }
        KeysVerb::Show { file } => {
            show(&read(file)?, json);
            Ok(())
        }
        KeysVerb::Backup { file, output, passphrase_file } => {
            backup(file, output.as_deref(), passphrase_file.as_deref())
        }
        KeysVerb::Restore { backup, output, passphrase_file, platform } => {
            restore(backup, output, passphrase_file.as_deref(), *platform)
        }
    }
}

/// Reads a platform's or a person's key.
fn read(file: &Path) -> Result<BackedUp, Exit> {
    let text = read_secret(file)?;
    match PlatformKey::parse(&text) {
        Ok(key) => Ok(BackedUp::Platform(Box::new(key))),
        Err(_) => Identity::parse(&text).map(BackedUp::Identity).map_err(report),
    }
}

fn show(key: &BackedUp, json: bool) {
    match key {
        BackedUp::Identity(identity) => {
            let (public, fingerprint) = (identity.recipient().to_string(), identity.fingerprint());
            let text = format!("Public key       {public}\nFingerprint      {fingerprint}");
            tell(json, &json!({ "public_key": public, "fingerprint": fingerprint }), &text);
        }
        BackedUp::Platform(key) => {
            let (public, recipient) = (key.public().to_string(), key.recipient().to_string());
            let vault = key.public().vault_id();
            let text = format!(
                "Signs as         {public}\nReads as         {recipient}\nVault            {vault} (if it was made with this key)"
            );
            tell(json, &json!({ "vault": vault, "public_key": public, "recipient": recipient }), &text);
        }
    }
}

fn backup(file: &Path, output: Option<&Path>, passphrase_file: Option<&Path>) -> Result<(), Exit> {
    let (Some(output), Some(passphrase)) = (output, passphrase_file) else {
        let words = vault::to_mnemonic(&read(file)?).map_err(report)?;
        console::line(words.expose_secret());
        return Ok(());
    };
    read(file)?;
    let sealed = vault::seal_backup(&read_secret(file)?, &read_passphrase(passphrase)?).map_err(report)?;
    outputs::write(output, &sealed)
}

fn restore(backup: &Path, output: &Path, passphrase_file: Option<&Path>, platform: bool) -> Result<(), Exit> {
    let text = match passphrase_file {
        Some(passphrase) => {
            let sealed = std::fs::read(backup).map_err(|error| {
                console::error(&format!("{}: cannot be read ({error}); check the path", backup.display()));
                Exit::File
            })?;
            vault::open_backup(&sealed, &read_passphrase(passphrase)?).map_err(report)?
        }
        None => {
            let words = SecretString::from(read_secret(backup)?.split_whitespace().collect::<Vec<_>>().join(" "));
            match vault::from_mnemonic(&words, platform).map_err(report)? {
                BackedUp::Platform(key) => key.to_file(),
                BackedUp::Identity(identity) => identity.to_file().expect("a key of 24 words is native"),
            }
        }
    };
    write_secret(output, &text)
}
