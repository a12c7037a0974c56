//! Command `balanced reproduce`.

use balanced::deliver::ReproduceOptions;

use super::analyze::error_row;
use super::{master, outputs};
use crate::args::ReproduceArgs;
use crate::console::{self, Bar};
use crate::exit::Exit;

/// Renders the files of every manifest again; the worst outcome is the exit code.
pub fn run(args: &ReproduceArgs) -> Exit {
    if args.source.is_some() && args.manifests.len() > 1 {
        console::error("--source is the source of one manifest; give that one alone");
        return Exit::Usage;
    }
    let bar = Bar::new("reproduce", false);
    let progress = |progress| bar.show(progress);
    let options = ReproduceOptions {
        source: args.source.clone(),
        plugin_host: master::plugin_host(args.allow_plugins.as_deref()),
        progress: Some(&progress),
        limits: args.limits.limits(),
        temp: args.temp.clone(),
        ..ReproduceOptions::default()
    };
    let mut exit = Exit::Done;
    for manifest in &args.manifests {
        let result = balanced::reproduce(manifest, &options);
        bar.clear();
        exit = exit.max(match result {
            Ok(result) => {
                console::line(&if args.json {
                    serde_json::to_string(&result).expect("a result is plain data")
                } else {
                    result.to_text()
                });
                if result.identical { Exit::Done } else { Exit::Failed }
            }
            Err(error) => {
                if args.json {
                    console::line(&error_row(manifest, &error));
                }
                outputs::report(&error)
            }
        });
    }
    exit
}
