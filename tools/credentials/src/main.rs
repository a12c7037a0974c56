//! `balanced-sign BUNDLE --master FILE --certificates FILE.pem --key FILE.pem -o FOLDER`, and `balanced-sign --verify FILE…`.
#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use balanced_credentials::{Identity, sign_bundle, verifies};

const USAGE: &str = "usage: balanced-sign BUNDLE --master FILE --certificates FILE.pem --key FILE.pem -o FOLDER\n       balanced-sign --verify FILE…";

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "--verify") && arguments.len() > 1 {
        return verify(&arguments[1..]);
    }
    let Some((bundle, options)) = parsed(&arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let [master, certificates, key, output] = options;
    match sign_bundle(&bundle, &master, &Identity { certificates, key }, &output) {
        Ok(list) => {
            println!("{list:#}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// Returns the bundle and the options, each of which must be there once.
fn parsed(arguments: &[OsString]) -> Option<(PathBuf, [PathBuf; 4])> {
    let names = ["--master", "--certificates", "--key", "-o"];
    let (mut bundle, mut found) = (None, [const { None::<PathBuf> }; 4]);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match names.iter().position(|name| argument == name) {
            Some(index) if found[index].is_none() => found[index] = Some(rest.next()?.into()),
            None if bundle.is_none() => bundle = Some(PathBuf::from(argument)),
            _ => return None,
        }
    }
    let [Some(master), Some(certificates), Some(key), Some(output)] = found else { return None };
    Some((bundle?, [master, certificates, key, output]))
}

/// Verifies files; the worst outcome is the exit code.
fn verify(files: &[OsString]) -> ExitCode {
    let mut worst = 0;
    for file in files {
        match verifies(Path::new(file)) {
            Ok(true) => println!("{}: verifies", Path::new(file).display()),
            Ok(false) => {
                println!("{}: does not verify", Path::new(file).display());
                worst = worst.max(1);
            }
            Err(error) => {
                eprintln!("error: {error}");
                worst = worst.max(error.exit_code());
            }
        }
    }
    ExitCode::from(worst)
}
