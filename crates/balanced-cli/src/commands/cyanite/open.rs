//! The client, as options and environment say.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use balanced::cyanite::{
    Api, Cyanite, CyaniteDeletion, EgressPolicy, FileJournal, Journal, MemoryJournal, Options, Token,
};

use super::report;
use crate::console;
use crate::cyanite_args::CyaniteArgs;
use crate::exit::Exit;

/// Variable that forbids sending, with its reason.
const FORBID: &str = "BALANCED_NO_EGRESS";

/// A client, and the journal of what was sent.
pub struct Opened {
    pub client: Cyanite,
    pub journal: Arc<dyn Journal>,
    /// Whether the journal outlives this call.
    pub is_kept: bool,
}

/// Opens the client; `asks` is false for calls that ask nothing of Cyanite, which work without a token.
pub fn open(args: &CyaniteArgs, asks: bool) -> Result<Opened, Exit> {
    let api = Api::parse(&args.api).map_err(|error| report(&error))?;
    let token = if asks { token(api, args.token_command.as_deref())? } else { no_token()? };
    let mut options = Options::of(api, token);
    if let Some(url) = args.url.clone().or_else(|| std::env::var("CYANITE_URL").ok()) {
        options.url = url;
    }
    if let Some(file) = args.ca.clone().or_else(|| std::env::var_os("CYANITE_CA").map(PathBuf::from)) {
        let read = std::fs::read(&file).map_err(|error| {
            console::error(&format!("{}: cannot be read ({error}); check the path", file.display()));
            Exit::File
        })?;
        options.root_certificates_pem = Some(read);
    }
    options.upload_hosts.extend(args.upload_host.iter().cloned());
    options.upload_hosts.extend(std::env::var("CYANITE_UPLOAD_HOST").ok());
    if let Ok(reason) = std::env::var(FORBID) {
        options.policy = EgressPolicy::Forbidden(format!("{FORBID} is set: {reason}"));
    }
    let folder = args.journal.clone().or_else(|| std::env::var_os("BALANCED_CYANITE_JOURNAL").map(PathBuf::from));
    let is_kept = folder.is_some();
    let journal: Arc<dyn Journal> = match folder {
        Some(folder) => Arc::new(FileJournal::open(folder).map_err(|error| report(&error))?),
        None => Arc::new(MemoryJournal::default()),
    };
    let client = Cyanite::new(options).map_err(|error| report(&error))?;
    Ok(Opened { client, journal, is_kept })
}

/// Returns Cyanite as the vault asks it to delete, as the environment says.
pub fn deletion() -> Result<CyaniteDeletion, Exit> {
    let (api, url) = ("graphql".to_owned(), None);
    let args = CyaniteArgs { api, url, token_command: None, ca: None, upload_host: Vec::new(), journal: None };
    let opened = open(&args, true)?;
    Ok(CyaniteDeletion::new(opened.client, opened.is_kept.then_some(opened.journal)))
}

fn token(api: Api, command: Option<&str>) -> Result<Token, Exit> {
    let variable = if api == Api::Graphql { "CYANITE_TOKEN" } else { "CYANITE_API_KEY" };
    let text = match command {
        Some(command) => run(command)?,
        None => std::env::var(variable).map_err(|_| {
            console::error(&format!("no token is given; set {variable}, or give --token-command COMMAND"));
            Exit::Usage
        })?,
    };
    Token::new(&text).map_err(|error| report(&error))
}

/// Returns a token that stands for none.
fn no_token() -> Result<Token, Exit> {
    Token::new("none").map_err(|error| report(&error))
}

/// Runs a command of a keyring: words divided by spaces, without a shell.
fn run(command: &str) -> Result<String, Exit> {
    let mut words = command.split_whitespace();
    let failed = |why: &str| {
        console::error(&format!("--token-command {command}: {why}; give one that prints the token"));
        Exit::Usage
    };
    let program = words.next().ok_or_else(|| failed("is empty"))?;
    let run = Command::new(program).args(words).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = run.map_err(|error| failed(&format!("cannot be run ({error})")))?;
    if !output.status.success() {
        return Err(failed(&format!("failed ({})", output.status)));
    }
    String::from_utf8(output.stdout).map_err(|_| failed("prints no text"))
}
