//! `balanced show`

use crate::args::ShowArgs;
use crate::console;
use crate::exit::Exit;

/// Print the table of platforms or a built-in profile.
pub fn run(args: &ShowArgs) -> Exit {
    if args.what == "platforms" {
        console::line(balanced::platforms_toml().trim_end());
        return Exit::Done;
    }
    if let Some(text) = balanced::profile_toml(&args.what) {
        console::line(text.trim_end());
        return Exit::Done;
    }
    let profiles: Vec<String> = balanced::Profile::all().into_iter().map(|profile| profile.name).collect();
    console::error(&format!(
        "there is no built-in table \"{}\"; known tables are platforms, {}",
        args.what,
        profiles.join(", ")
    ));
    Exit::Usage
}
