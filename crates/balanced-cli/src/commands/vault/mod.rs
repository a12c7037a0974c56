//! Command `balanced vault`.

mod audit;
mod files;
mod keys;
mod platform;
mod projects;
mod providers;
mod rights;

use serde::Serialize;

use crate::console;
use crate::exit::Exit;
use crate::vault::{self, Opened};
use crate::vault_args::{VaultCommand, VaultVerb};

/// Runs a command of the vault.
pub fn run(args: &VaultCommand) -> Exit {
    match try_run(args) {
        Ok(()) => Exit::Done,
        Err(exit) => exit,
    }
}

fn try_run(args: &VaultCommand) -> Result<(), Exit> {
    let at = args.at.plain();
    match &args.command {
        VaultVerb::Keys(keys) => return keys::run(keys, args.json),
        VaultVerb::Init(init) => return projects::init(init, &at, args.json),
        VaultVerb::RotatePlatform(rotate) => return platform::rotate(rotate, &at, args.json),
        _ => {}
    }
    let opened = vault::open(&at)?;
    let done = dispatch(&args.command, &opened, args.json);
    opened.keep_anchor()?;
    done
}

fn dispatch(command: &VaultVerb, opened: &Opened, json: bool) -> Result<(), Exit> {
    match command {
        VaultVerb::Init(_) | VaultVerb::Keys(_) | VaultVerb::RotatePlatform(_) => {
            unreachable!("they open the vault themselves, or need none")
        }
        VaultVerb::Create(args) => projects::create(args, opened, json),
        VaultVerb::List(args) => projects::list(args, opened, json),
        VaultVerb::Assign(args) => projects::assign(args, opened, json),
        VaultVerb::Revoke(args) => projects::revoke(args, opened, json),
        VaultVerb::Rotate(args) => projects::rotate(args, opened, json),
        VaultVerb::Complete(args) => projects::complete(args, opened, json),
        VaultVerb::Reopen(args) => projects::reopen(args, opened, json),
        VaultVerb::Hold(args) => projects::hold(args, opened, json),
        VaultVerb::Release(args) => projects::release(args, opened, json),
        VaultVerb::Put(args) => files::put(args, opened, json),
        VaultVerb::Get(args) => files::get(args, opened, json),
        VaultVerb::Correct(args) => rights::correct(args, opened, json),
        VaultVerb::Sweep(args) => rights::sweep(args, opened, json),
        VaultVerb::Recover => rights::recover(opened, json),
        VaultVerb::Export(args) => rights::export(args, opened, json),
        VaultVerb::Import(args) => rights::import(args, opened, json),
        VaultVerb::Erase(args) => rights::erase(args, opened, json),
        VaultVerb::Report(args) => rights::report(args, opened),
        VaultVerb::Audit(args) => audit::run(&args.command, opened, json),
    }
}

/// Prints a result: as JSON, or the text for people.
fn tell(json: bool, result: &impl Serialize, text: &str) {
    if json {
        console::line(&serde_json::to_string(result).expect("results are plain data"));
    } else if !text.is_empty() {
        console::line(text);
    }
}
