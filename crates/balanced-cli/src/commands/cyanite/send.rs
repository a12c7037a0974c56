//! `balanced cyanite send`: the manifest first, then, with consent, what it lists.

use std::path::Path;

use balanced::cyanite::{
    About, Consent, Doubt, EgressManifest, Error, ErrorKind, Result, Sent, Upload, Watch, prepare_source,
};
use balanced::{AnalyzeOptions, AudioSource};
use serde_json::json;

use super::open::Opened;
use super::{report, tell};
use crate::console;
use crate::cyanite_args::SendArgs;
use crate::exit::Exit;

pub fn run(args: &SendArgs, opened: &Opened, json: bool) -> Exit {
    if args.inputs.len() > 1 && (args.title.is_some() || args.external_id.is_some()) {
        console::error("--title and --external-id are for one input; give one file, or leave them out");
        return Exit::Usage;
    }
    let mut exit = Exit::Done;
    for input in &args.inputs {
        if let Err(error) = one(input, args, opened, json) {
            exit = exit.max(report(&error));
        }
    }
    exit
}

fn one(input: &Path, args: &SendArgs, opened: &Opened, json: bool) -> Result<()> {
    let upload = prepare(input, args, opened)?;
    let manifest = upload.manifest();
    if args.dry_run {
        let shown = json!({ "input": input.display().to_string(), "digest": manifest.digest(), "manifest": manifest });
        tell(json, &shown, &text(input, manifest));
        return Ok(());
    }
    let consent = consent(args.consent.as_deref(), input, manifest)?;
    let doubt = if args.again { Doubt::SendAgain } else { Doubt::Tell };
    let sent = opened.client.send(&upload, &consent, &*opened.journal, doubt, &Watch::default())?;
    tell_sent(input, &sent, json);
    Ok(())
}

fn prepare(input: &Path, args: &SendArgs, opened: &Opened) -> Result<Upload> {
    let mut about = About::default();
    about.title = args.title.clone();
    about.external_id = args.external_id.clone();
    about.representative_s = args.around;
    let analysis = AnalyzeOptions {
        layout: args.layout.chosen(),
        accept_damaged: args.damage.accept_damaged,
        limits: args.limits.limits(),
        ..AnalyzeOptions::default()
    };
    prepare_source(AudioSource::Path(input), &about, opened.client.options(), &analysis)
}

/// Returns the consent that the command line gives, after what it is for was shown.
fn consent(given: Option<&str>, input: &Path, manifest: &EgressManifest) -> Result<Consent> {
    let refused = |problem: String, remedy: &str| {
        Err(Error::new(ErrorKind::Consent, input.display().to_string(), problem, remedy))
    };
    match given {
        None => {
            let remedy = "look at what would be sent with --dry-run, then give --consent";
            refused("nothing was sent without consent".to_owned(), remedy)
        }
        Some(digest) if !digest.is_empty() && digest != manifest.digest() => {
            let problem = format!("the consent is for {digest}, and this would be {}", manifest.digest());
            refused(problem, "look at it with --dry-run; nothing was sent")
        }
        Some(_) => {
            console::warn(&format!("sending: {}", text(input, manifest).replace('\n', "; ")));
            Ok(Consent::given(manifest))
        }
    }
}

fn tell_sent(input: &Path, sent: &Sent, json: bool) {
    let was_there = if sent.was_there { " (was there already)" } else { "" };
    tell(json, sent, &format!("{}: track {}{was_there}", input.display(), sent.track_id));
    if let Some(reason) = &sent.not_enqueued {
        console::warn(&format!("{}: sent, and not analysed: {reason}", input.display()));
    }
}

/// Returns a manifest for people.
fn text(input: &Path, manifest: &EgressManifest) -> String {
    let audio = &manifest.audio;
    let mut lines = vec![
        format!("{}: to {} ({})", input.display(), manifest.hosts.join(", "), manifest.api.name()),
        format!(
            "  audio: MP3, {} bytes, {} kbit/s, {} Hz, {} channels, {:.1} s",
            audio.bytes, audio.bitrate_kbps, audio.sample_rate_hz, audio.channels, audio.duration_s
        ),
    ];
    lines.extend(audio.changes.iter().map(|change| format!("  changed: {change}")));
    lines.extend(audio.excerpt.iter().map(|part| {
        format!("  excerpt: {:.1} to {:.1} of {:.1} s ({})", part.start_s, part.end_s, part.of_s, part.reason)
    }));
    lines.extend(manifest.fields.iter().map(|field| format!("  {}: {}", field.name, field.value)));
    lines.extend(
        manifest
            .requests
            .iter()
            .map(|one| format!("  request: {} {} to {}, {} bytes", one.method, one.name, one.host, one.body_bytes)),
    );
    lines.push(format!("  in all: {} bytes", manifest.total_bytes));
    lines.push(format!("  not sent: {}", manifest.not_sent.join(", ")));
    lines.push(format!("  digest: {}", manifest.digest()));
    lines.join("\n")
}
