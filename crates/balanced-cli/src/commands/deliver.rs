//! Command `balanced deliver`.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use balanced::deliver::{DeliverOptions, DeliveryManifest, MANIFEST_NAME};

use super::analyze::error_row;
use super::{inputs, outputs};
use crate::args::DeliverArgs;
use crate::console::{self, Bar};
use crate::exit::Exit;

/// Makes a bundle of every master; the worst outcome is the exit code.
pub fn run(args: &DeliverArgs) -> Exit {
    match try_run(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn try_run(args: &DeliverArgs) -> Result<Exit, Exit> {
    let masters = inputs::expand(&args.inputs);
    if masters.is_empty() {
        console::error(inputs::NOTHING_FOUND);
        return Err(Exit::File);
    }
    let bundles = bundles(args, &masters)?;
    let rules = args.rules.as_ref().map(balanced::deliver::read_deliveries).transpose();
    let bar = Bar::new("deliver", false);
    let progress = |progress| bar.show(progress);
    let options = DeliverOptions {
        deliveries: args.deliveries.clone(),
        rules: rules.map_err(|error| outputs::report(&error))?,
        metadata: args.metadata.edit(),
        made_by: args.made_by.clone(),
        layout: args.layout.chosen(),
        accept_damaged: args.damage.accept_damaged,
        progress: Some(&progress),
        limits: args.limits.limits(),
        temp: args.temp.clone(),
        ..DeliverOptions::default()
    };
    if bundles.len() > 1 {
        std::fs::create_dir_all(&args.output).map_err(|error| {
            console::error(&format!("{}: cannot be made ({error}); name another folder", args.output.display()));
            Exit::File
        })?;
    }
    let mut exit = Exit::Done;
    for (master, folder) in &bundles {
        let made = balanced::deliver(master, folder, &options);
        bar.clear();
        exit = exit.max(match made {
            Ok(manifest) => print(args, &manifest, folder),
            Err(error) => {
                if args.json {
                    console::line(&error_row(master, &error));
                }
                outputs::report(&error)
            }
        });
    }
    Ok(exit)
}

/// Returns every master with the folder of its bundle.
fn bundles(args: &DeliverArgs, masters: &[PathBuf]) -> Result<Vec<(PathBuf, PathBuf)>, Exit> {
    if let [master] = masters {
        return Ok(vec![(master.clone(), args.output.clone())]);
    }
    if args.made_by.is_some() {
        console::error("--made-by tells of one master; deliver that one alone");
        return Err(Exit::Usage);
    }
    let mut known: BTreeMap<&OsStr, &Path> = BTreeMap::new();
    let mut bundles = Vec::new();
    for master in masters {
        let stem = master.file_stem().unwrap_or_default();
        if let Some(other) = known.insert(stem, master) {
            let (a, b) = (other.display(), master.display());
            console::error(&format!("{a} and {b} would have the same folder; deliver them into two"));
            return Err(Exit::Usage);
        }
        bundles.push((master.clone(), args.output.join(stem)));
    }
    Ok(bundles)
}

fn print(args: &DeliverArgs, manifest: &DeliveryManifest, folder: &Path) -> Exit {
    if args.json {
        console::line(&serde_json::to_string(manifest).expect("a manifest is plain data"));
    } else {
        console::line(&manifest.to_text());
        console::line(&balanced::printable(&folder.join(MANIFEST_NAME).to_string_lossy()));
    }
    for not in &manifest.not_made {
        console::error(&format!("{}: {} was not made: {}", folder.display(), not.delivery, not.reason));
    }
    if manifest.not_made.is_empty() { Exit::Done } else { Exit::File }
}
