//! The log and the receipts.

use balanced::vault::{self, Entry};
use serde_json::json;

use super::tell;
use crate::console;
use crate::exit::Exit;
use crate::vault::{Opened, report};
use crate::vault_args::AuditVerb;

pub fn run(command: &AuditVerb, opened: &Opened, json: bool) -> Result<(), Exit> {
    match command {
        AuditVerb::Verify => verify(opened, json),
        AuditVerb::Show(args) => {
            let project = args.project.as_deref().map(super::projects::id).transpose()?;
            let entries = match project {
                Some(project) => opened.vault.history(project),
                None => opened.vault.entries(0),
            };
            entries.map_err(report)?.iter().for_each(|entry| tell(json, entry, &line(entry)));
            Ok(())
        }
        AuditVerb::Receipt(args) => {
            let receipt = opened.vault.receipt(super::projects::id(&args.project)?).map_err(report)?;
            console::line(String::from_utf8_lossy(&receipt).trim_end());
            Ok(())
        }
        AuditVerb::VerifyReceipt { file } => {
            let bytes = std::fs::read(file).map_err(|error| {
                console::error(&format!("{}: cannot be read ({error}); check the path", file.display()));
                Exit::File
            })?;
            let receipt = failed(vault::verify_receipt(&bytes, &opened.vault.key_history()))?;
            let text = format!(
                "{}: erased {} ({:?}), {} files; the signature is that of the vault {}",
                receipt.project,
                receipt.at,
                receipt.reason,
                receipt.files.len(),
                receipt.vault
            );
            tell(json, &receipt, &text);
            Ok(())
        }
    }
}

fn verify(opened: &Opened, json: bool) -> Result<(), Exit> {
    let verified = failed(opened.vault.verify_log())?;
    let mut text = format!(
        "the log is whole: {} entries ({} unsigned), {} checkpoints",
        verified.entries, verified.unsigned, verified.checkpoints
    );
    if verified.keys > 1 {
        text += &format!("; {} keys of the platform, one after the other", verified.keys);
    }
    if verified.lapsed > 0 {
        text += &format!("; {} entries signed by a key after it had been exchanged, and nobody's", verified.lapsed);
    }
    tell(json, &verified, &text);
    Ok(())
}

/// Turns what was altered into a failed check.
fn failed<T>(result: vault::Result<T>) -> Result<T, Exit> {
    result.map_err(|error| match error.kind() {
        vault::ErrorKind::Altered => {
            console::error(&error.to_string());
            Exit::Failed
        }
        _ => report(error),
    })
}

fn line(entry: &Entry) -> String {
    let named = |what: &str, id: Option<String>| id.map(|id| format!("  {what} {id}")).unwrap_or_default();
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let (action, outcome) = (word(json!(entry.action)), word(json!(entry.outcome)));
    let project = named("project", entry.project.map(|id| id.to_string()));
    let file = named("file", entry.file.map(|id| id.to_string()));
    let subject = named("key", entry.subject.map(|key| key.to_string()));
    format!("{:>6}  {}  {}  {action} {outcome}{project}{file}{subject}", entry.sequence, entry.at, entry.actor)
}
