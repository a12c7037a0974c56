//! Command `balanced show`.

use super::target;
use crate::args::ShowArgs;
use crate::console;
use crate::exit::Exit;

/// Prints the targets, the platforms, the deliveries or a built-in profile.
pub fn run(args: &ShowArgs) -> Exit {
    if args.what == "targets" {
        console::line(&target::list());
        return Exit::Done;
    }
    if args.what == "platforms" {
        console::line(balanced::platforms_toml().trim_end());
        return Exit::Done;
    }
    if args.what == "deliveries" {
        console::line(balanced::deliver::deliveries_toml().trim_end());
        return Exit::Done;
    }
    if let Some(text) = balanced::profile_toml(&args.what) {
        console::line(text.trim_end());
        return Exit::Done;
    }
    let profiles: Vec<String> = balanced::Profile::all().into_iter().map(|profile| profile.name).collect();
    console::error(&format!(
        "there is no built-in table \"{}\"; known tables are targets, platforms, deliveries, {}",
        args.what,
        profiles.join(", ")
    ));
    Exit::Usage
}
