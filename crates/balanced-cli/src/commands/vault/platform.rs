//! The platform's key: made, and exchanged for another one.

use std::path::Path;

use balanced::vault::{self, KeyExchange, PlatformKey, Vault};
use serde_json::json;

use super::tell;
use crate::console;
use crate::exit::Exit;
use crate::vault::{keep_anchor, options, read_platform, report, store, write_secret};
use crate::vault_args::{RotatePlatformArgs, VaultArgs};

/// Exchanges the key.
pub fn rotate(args: &RotatePlatformArgs, at: &VaultArgs, json: bool) -> Result<(), Exit> {
    let _ = vault::forbid_core_dumps();
    let (store, options) = (store(at)?, options(at)?);
    if options.platform.is_none() {
        console::error("the platform's old key is not given; give it with --vault-key FILE");
        return Err(Exit::Usage);
    }
    let new = read_or_make(&args.new_key)?;
    let exchange = if args.stolen { KeyExchange::Stolen } else { KeyExchange::Planned };
    let vault = Vault::rotate_platform(store, options, new, exchange).map_err(report)?;
    keep_anchor(&vault, at.anchor.as_deref())?;
    let (id, public) = (vault.id(), vault.public_key().to_string());
    let file = args.new_key.display();
    let text = format!(
        "Vault            {id}\nPublic key       {public}\nPlatform's key   {file} (back it up; the old key opens nothing any more)"
    );
    tell(json, &json!({ "vault": id, "public_key": public, "keys": vault.key_history().keys().len() }), &text);
    Ok(())
}

/// Reads the platform's key, or makes one in a new file.
pub fn read_or_make(file: &Path) -> Result<PlatformKey, Exit> {
    if file.exists() {
        return read_platform(file);
    }
    let key = PlatformKey::generate();
    write_secret(file, &key.to_file())?;
    Ok(key)
}
