//! Retention and the rights of the person.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};

use balanced::vault::{
    Correction, Due, ExportOptions, ImportOptions, Plan, ProjectId, ProviderReference, Swept, to_jams,
};
use serde_json::json;

use super::projects::id;
use super::{providers, tell};
use crate::console;
use crate::exit::Exit;
use crate::vault::{Opened, recipient, report as report_error};
use crate::vault_args::{CorrectArgs, EraseArgs, ExportArgs, ImportArgs, PersonArgs, SweepArgs};

pub fn correct(args: &CorrectArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    let mut preferences = BTreeMap::new();
    for wish in &args.preference {
        let Some((name, value)) = wish.split_once('=') else {
            console::error(&format!("{wish}: is no wish with a value; give WISH=VALUE"));
            return Err(Exit::Usage);
        };
        preferences.insert(name.to_owned(), value.to_owned());
    }
    let correction = Correction {
        title: args.title.clone(),
        artist: args.artist.clone(),
        email: args.email.clone(),
        name: args.name.clone(),
        preferences,
        provider: args.provider.as_deref().map(held_by).transpose()?,
    };
    let project = id(&args.project)?;
    opened.vault.correct(project, &correction).map_err(report_error)?;
    tell(json, &json!({ "project": project }), "");
    Ok(())
}

/// Reads what a provider holds: `NAME=REFERENCE`.
fn held_by(text: &str) -> Result<ProviderReference, Exit> {
    let Some((provider, reference)) = text.split_once('=') else {
        console::error(&format!("{text}: names nothing that a provider holds; give NAME=REFERENCE"));
        return Err(Exit::Usage);
    };
    Ok(ProviderReference { provider: provider.to_owned(), reference: reference.to_owned() })
}

pub fn recover(opened: &Opened, json: bool) -> Result<(), Exit> {
    opened.vault.recover_all().map_err(report_error)?;
    tell(json, &json!({ "recovered": true }), "");
    Ok(())
}

pub fn sweep(args: &SweepArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    if args.dry_run {
        let plan = opened.vault.plan().map_err(report_error)?;
        tell(json, &plan, &plan_text(&plan));
        return Ok(());
    }
    let programs = providers::read(&args.provider)?;
    let swept = opened.vault.sweep(&providers::all(&programs)).map_err(report_error)?;
    let text = [plan_text(&swept.plan), erased_text(&swept)].join("\n");
    tell(json, &swept, text.trim());
    Ok(())
}

fn plan_text(plan: &Plan) -> String {
    let due = plan.due.iter().map(|due| match due {
        Due::EraseProject { project, reason, since } => format!("due since {since}: erase {project} ({reason:?})"),
        Due::DeleteFiles { project, files, since } => {
            format!("due since {since}: delete {} files of {project}", files.len())
        }
        Due::FinishErasure { project } => format!("to be finished: the erasure of {project}"),
        Due::FinishRotation { project } => format!("to be finished: the rotation of {project}"),
        Due::AskProvider { project, held } => {
            let (provider, reference) = (balanced::printable(&held.provider), balanced::printable(&held.reference));
            format!("provider deletion due: {provider} {reference} (of {project})")
        }
        _ => String::new(),
    });
    let held = plan.held.iter().map(|project| format!("held: {project}"));
    let lines: Vec<String> = plan.clock.iter().cloned().chain(due).chain(held).collect();
    if lines.is_empty() { "nothing is due".to_owned() } else { lines.join("\n") }
}

fn erased_text(swept: &Swept) -> String {
    let erased = swept.erased.iter().map(|project| format!("erased: {project}"));
    let due = swept.unconfirmed.iter().map(|(held, why)| {
        let (provider, reference) = (balanced::printable(&held.provider), balanced::printable(&held.reference));
        format!("provider deletion due: {provider} {reference} ({why})")
    });
    erased.chain(due).collect::<Vec<_>>().join("\n")
}

pub fn export(args: &ExportArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    let projects = match &args.person {
        Some(person) => opened.vault.projects_of(person).map_err(report_error)?,
        None => args.projects.iter().map(|text| id(text)).collect::<Result<Vec<ProjectId>, Exit>>()?,
    };
    let failed = |error: std::io::Error| {
        let path = args.output.display();
        console::error(&format!("{path}: cannot be written ({error}); name a file that does not exist"));
        Exit::File
    };
    let file = File::options().write(true).create_new(true).open(&args.output).map_err(failed)?;
    let mut sink = BufWriter::with_capacity(1 << 18, file);
    let mut options = ExportOptions::default();
    options.to_jams = Some(&to_jams);
    let exported = opened.vault.export(&projects, opened.by(), &options, &mut sink).map_err(report_error);
    let exported = exported.and_then(|exported| {
        sink.flush().map_err(failed)?;
        Ok(exported)
    });
    if exported.is_err() {
        // Half an archive is none.
        let _ = std::fs::remove_file(&args.output);
    }
    let exported = exported?;
    let text = format!("{} projects, {} files, {} bytes", projects.len(), exported.files, exported.bytes);
    tell(json, &exported, &text);
    Ok(())
}

pub fn import(args: &ImportArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    let archive = File::open(&args.archive).map_err(|error| {
        console::error(&format!("{}: cannot be read ({error}); check the path", args.archive.display()));
        Exit::File
    })?;
    let mut options = ImportOptions::default();
    options.owner = args.owner.as_deref().map(recipient).transpose()?;
    let projects = opened.vault.import(archive, &options).map_err(report_error)?;
    let text: Vec<String> = projects.iter().map(ToString::to_string).collect();
    tell(json, &json!({ "projects": projects }), &text.join("\n"));
    Ok(())
}

pub fn erase(args: &EraseArgs, opened: &Opened, json: bool) -> Result<(), Exit> {
    let projects = match (&args.person, &args.project) {
        (Some(person), _) => opened.vault.projects_of(person).map_err(report_error)?,
        (None, Some(project)) => vec![id(project)?],
        (None, None) => unreachable!("one of them is required"),
    };
    if args.dry_run {
        let text: Vec<String> = projects.iter().map(|project| format!("would be erased: {project}")).collect();
        tell(json, &json!({ "would_erase": projects }), &text.join("\n"));
        return Ok(());
    }
    let programs = providers::read(&args.provider)?;
    let asked = providers::all(&programs);
    let swept = match &args.person {
        Some(person) => opened.vault.erase_person(person, &asked),
        None => opened.vault.erase(projects[0], &asked),
    };
    let swept = swept.map_err(report_error)?;
    tell(json, &swept, &erased_text(&swept));
    Ok(())
}

pub fn report(args: &PersonArgs, opened: &Opened) -> Result<(), Exit> {
    let report = opened.vault.report(&args.person).map_err(report_error)?;
    console::line(&serde_json::to_string_pretty(&report).expect("a report is plain data"));
    Ok(())
}
