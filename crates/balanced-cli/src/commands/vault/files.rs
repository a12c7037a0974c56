//! Files into the vault and out of it.

use std::fs::File;
use std::io::Write;

use balanced::vault::{FileRole, NewFile};
use serde_json::json;

use super::tell;
use crate::console;
use crate::exit::Exit;
use crate::vault::{Opened, file_address, report};
use crate::vault_args::{GetArgs, PutArgs, Role};

pub fn put(args: &PutArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    let project = super::projects::id(&args.project)?;
    let failed = |error: std::io::Error| {
        console::error(&format!("{}: cannot be read ({error}); check the path", args.file.display()));
        Exit::File
    };
    let mut content = File::open(&args.file).map_err(failed)?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let role = match args.role {
        Role::Upload => FileRole::Upload,
        Role::Master => FileRole::Master,
        Role::Analysis => FileRole::Analysis,
        Role::History => FileRole::History,
    };
    let file = NewFile { name, role };
    let put = if args.encrypted {
        opened.vault.put_encrypted(project, file, &mut content, opened.by())
    } else {
        opened.vault.put(project, file, &mut content, opened.by())
    };
    let id = put.map_err(report)?;
    let address = format!("vault:{project}/{id}");
    tell(json, &json!({ "project": project, "file": id, "address": address }), &address);
    Ok(())
}

pub fn get(args: &GetArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    let (project, file) = file_address(&args.file)?;
    let mut content = opened.vault.open_file(project, file, opened.identity()?).map_err(report)?;
    let failed = |error: std::io::Error| {
        let path = args.output.display();
        console::error(&format!("{path}: cannot be written ({error}); name a file that does not exist"));
        Exit::File
    };
    // A device is written to; a file must be new.
    let is_device = std::fs::metadata(&args.output).is_ok_and(|found| !found.is_file() && !found.is_dir());
    let mut sink = File::options().write(true).create_new(!is_device).open(&args.output).map_err(failed)?;
    let copied = content.copy_to(&mut sink).map_err(report).and_then(|bytes| {
        sink.flush().and_then(|()| if is_device { Ok(()) } else { sink.sync_all() }).map_err(failed)?;
        Ok(bytes)
    });
    if copied.is_err() && !is_device {
        // What is there is half a file, or an altered one.
        let _ = std::fs::remove_file(&args.output);
    }
    let bytes = copied?;
    tell(json, &json!({ "file": file, "name": content.name(), "bytes": bytes, "sha256": content.hash() }), "");
    Ok(())
}
