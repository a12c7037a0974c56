//! Projects: made, listed, given to keys and taken from them.

use balanced::vault::{Fingerprint, Owner, Policy, ProjectId, ProjectRecord, ProjectSummary, ReaderRole, Vault};
use serde_json::json;

use super::{platform, tell};
use crate::console;
use crate::exit::Exit;
use crate::vault::{Opened, clock, key_file, place, recipient, report};
use crate::vault_args::{AssignArgs, CreateArgs, HoldArgs, InitArgs, OneArgs, ProjectArgs, RevokeArgs, VaultArgs};

pub fn init(args: &InitArgs, at: &VaultArgs, json: bool) -> Result<(), Exit> {
    let place = place(at)?;
    let Some(file) = key_file(at) else {
        console::error("the platform's key needs a place; give --vault-key FILE, outside of the vault");
        return Err(Exit::Usage);
    };
    let key = platform::read_or_make(&file)?;
    let policy = Policy {
        audio_days: args.audio_days,
        analysis_days: args.analysis_days,
        history_days: args.history_days,
        abandoned_days: args.abandoned_days,
    };
    let store = place.open().map_err(report)?;
    let made = Vault::init(store, key, policy, clock(at)).map_err(report)?;
    let (id, public) = (made.id(), made.public_key().to_string());
    let text = format!(
        "Vault            {id}\nPublic key       {public}\nPlatform's key   {} (back it up: `balanced vault keys backup`)",
        file.display()
    );
    tell(json, &json!({ "vault": id, "public_key": public }), &text);
    Ok(())
}

pub fn create(args: &CreateArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    let owner = Owner { person: args.person.clone(), email: args.email.clone(), name: None };
    let record =
        ProjectRecord { title: args.title.clone(), artist: args.artist.clone(), owner, ..ProjectRecord::default() };
    let key = args.owner.as_deref().map(recipient).transpose()?;
    let project = opened.vault.create(&record, key.as_ref()).map_err(report)?;
    let upload_to = opened.vault.recipient(project).map_err(report)?.to_string();
    tell(json, &json!({ "project": project, "recipient": upload_to }), &project.to_string());
    Ok(())
}

pub fn list(args: &OneArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    let Some(project) = &args.project else {
        let all = opened.vault.summaries().map_err(report)?;
        let lines: Vec<String> = all.iter().map(summary_line).collect();
        tell(json, &all, &lines.join("\n"));
        return Ok(());
    };
    let listing = opened.vault.list(id(project)?, opened.by()).map_err(report)?;
    let mut text = summary_line(&listing.summary);
    let record = &listing.record;
    for (label, value) in [("Title", &record.title), ("Artist", &record.artist), ("Person", &record.owner.person)] {
        text += &format!("\n{label:<8}{}", balanced::printable(value));
    }
    for (key, role) in &listing.summary.readers {
        text += &format!("\nReader  {key}  {role:?}");
    }
    for file in &listing.contents {
        let (project, id, role) = (listing.summary.project, file.id, file.role.name());
        let name = balanced::printable(&file.name);
        text += &format!("\nvault:{project}/{id}  {role}  {} bytes  {name}", file.bytes);
    }
    tell(json, &listing, &text);
    Ok(())
}

fn summary_line(summary: &ProjectSummary) -> String {
    let held = if summary.holds.is_empty() { "" } else { "  held" };
    let completed = summary.completed.map(|at| format!("  completed {at}")).unwrap_or_default();
    format!("{}  {}  {} files{completed}{held}", summary.project, summary.state.name(), summary.files)
}

pub fn assign(args: &AssignArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    let (project, key) = (id(&args.project)?, recipient(&args.to)?);
    let role = if args.owner { ReaderRole::Owner } else { ReaderRole::Engineer };
    opened.vault.assign(project, &key, role).map_err(report)?;
    tell(json, &json!({ "project": project, "reader": key.fingerprint() }), "");
    Ok(())
}

pub fn revoke(args: &RevokeArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    let project = id(&args.project)?;
    let reader: Fingerprint = match args.from.parse() {
        Ok(fingerprint) => fingerprint,
        Err(_) => recipient(&args.from)?.fingerprint(),
    };
    opened.vault.revoke(project, reader).map_err(report)?;
    tell(json, &json!({ "project": project, "reader": reader }), "");
    Ok(())
}

pub fn rotate(args: &ProjectArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    let project = id(&args.project)?;
    opened.vault.rotate(project).map_err(report)?;
    tell_project(project, json);
    Ok(())
}

pub fn complete(args: &ProjectArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    let project = id(&args.project)?;
    opened.vault.complete(project).map_err(report)?;
    tell_project(project, json);
    Ok(())
}

pub fn reopen(args: &ProjectArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    let project = id(&args.project)?;
    opened.vault.reopen(project).map_err(report)?;
    tell_project(project, json);
    Ok(())
}

pub fn hold(args: &HoldArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    let project = id(&args.project)?;
    opened.vault.hold(project, &args.case).map_err(report)?;
    tell_project(project, json);
    Ok(())
}

pub fn release(args: &HoldArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    let project = id(&args.project)?;
    opened.vault.release(project, &args.case).map_err(report)?;
    tell_project(project, json);
    Ok(())
}

fn tell_project(project: ProjectId, json: bool) {
    tell(json, &json!({ "project": project }), "");
}

/// Reads the id of a project.
pub fn id(text: &str) -> Result<ProjectId, Exit> {
    text.strip_prefix("vault:").unwrap_or(text).parse().map_err(report)
}
