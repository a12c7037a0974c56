//! Providers who hold something of a project, asked to delete it by a program of the caller's.

use std::process::{Command, Stdio};

use balanced::vault::ProviderDeletion;

use crate::console;
use crate::exit::Exit;

/// A provider, and the program that asks it.
pub struct Program {
    name: String,
    program: String,
}

/// Reads `NAME=PROGRAM` arguments.
pub fn read(arguments: &[String]) -> Result<Vec<Program>, Exit> {
    arguments.iter().map(|argument| Program::read(argument)).collect()
}

/// Returns the providers as the vault takes them.
pub fn all(programs: &[Program]) -> Vec<&dyn ProviderDeletion> {
    programs.iter().map(|program| program as &dyn ProviderDeletion).collect()
}

impl Program {
    fn read(argument: &str) -> Result<Self, Exit> {
        match argument.split_once('=') {
            Some((name, program)) if !name.is_empty() && !program.is_empty() => {
                Ok(Self { name: name.to_owned(), program: program.to_owned() })
            }
            _ => {
                console::error(&format!("{argument}: names no program that asks a provider; give NAME=PROGRAM"));
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
