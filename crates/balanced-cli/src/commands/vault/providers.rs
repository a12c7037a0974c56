//! Providers who hold something of a project, asked to delete it: Cyanite, or others by a program of the caller's.

use std::process::{Command, Stdio};

use balanced::vault::ProviderDeletion;

use crate::console;
use crate::exit::Exit;

/// Whoever is asked to delete.
pub type Provider = Box<dyn ProviderDeletion>;

/// A provider, and the program that asks it.
struct Program {
    name: String,
    program: String,
}

/// Reads arguments: `NAME=PROGRAM`, or `cyanite`, which is asked from here.
pub fn read(arguments: &[String]) -> Result<Vec<Provider>, Exit> {
    let read = |argument: &String| match argument.as_str() {
        #[cfg(feature = "cyanite")]
        "cyanite" => crate::commands::cyanite::deletion().map(|provider| Box::new(provider) as Provider),
        _ => Program::read(argument).map(|program| Box::new(program) as Provider),
    };
    arguments.iter().map(read).collect()
}

/// Returns the providers as the vault takes them.
pub fn all(providers: &[Provider]) -> Vec<&dyn ProviderDeletion> {
    providers.iter().map(AsRef::as_ref).collect()
}

impl Program {
    fn read(argument: &str) -> Result<Self, Exit> {
        match argument.split_once('=') {
            Some((name, program)) if !name.is_empty() && !program.is_empty() => {
                Ok(Self { name: name.to_owned(), program: program.to_owned() })
            }
            _ => {
                console::error(&format!(
                    "{argument}: names no program that asks a provider; give NAME=PROGRAM, or cyanite"
                ));
                Err(Exit::Usage)
            }
        }
    }
}

impl ProviderDeletion for Program {
    fn name(&self) -> &str {
        &self.name
    }

    fn delete(&self, reference: &str) -> Result<(), String> {
        let run = Command::new(&self.program).arg(reference).stdin(Stdio::null()).stdout(Stdio::null()).output();
        let output = run.map_err(|error| format!("{} cannot be run ({error})", self.program))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.trim().lines().next_back().unwrap_or_default();
        Err(format!("{} failed ({}) {}", self.program, output.status, balanced::printable(last)))
    }
}
