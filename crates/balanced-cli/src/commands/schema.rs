//! Command `balanced schema`.

use balanced::{Preset, SchemaKind};

use crate::args::{Schema, SchemaArgs};
use crate::console;
use crate::exit::Exit;

/// Prints the schema, or the built-in chains.
pub fn run(args: &SchemaArgs) -> Exit {
    let kind = match args.kind {
        Schema::Analysis => SchemaKind::Analysis,
        Schema::Chain => SchemaKind::Chain,
        Schema::Recommendation => SchemaKind::Recommendation,
        Schema::Master => SchemaKind::Master,
        Schema::Check => SchemaKind::Check,
        Schema::Profile => SchemaKind::Profile,
        Schema::Config => SchemaKind::Config,
        Schema::Info => SchemaKind::Info,
        Schema::Merged => SchemaKind::Merged,
        Schema::Roster => SchemaKind::Roster,
        Schema::Wishes => SchemaKind::Wishes,
        Schema::Matches => SchemaKind::Matches,
        Schema::Preview => SchemaKind::Preview,
        Schema::Manifest => SchemaKind::Manifest,
        Schema::Reproduction => SchemaKind::Reproduction,
        Schema::Album => SchemaKind::Album,
        Schema::AlbumAnalysis => SchemaKind::AlbumAnalysis,
        Schema::AlbumResult => SchemaKind::AlbumResult,
        Schema::Comparison => SchemaKind::Comparison,
        Schema::Fingerprint => SchemaKind::Fingerprint,
        Schema::Repair => SchemaKind::Repair,
        Schema::Head => SchemaKind::Head,
        Schema::Presets => return presets(args.preset.as_deref()),
    };
    if args.preset.is_some() {
        console::error("only `presets` takes a name, as in `balanced schema presets warm`");
        return Exit::Usage;
    }
    let schema = balanced::schema(kind);
    console::line(&serde_json::to_string_pretty(&schema).expect("a schema is plain data"));
    Exit::Done
}

fn presets(name: Option<&str>) -> Exit {
    let Some(name) = name else {
        Preset::all().for_each(|preset| console::line(&format!("{:<22} {}", preset.name, preset.purpose)));
        return Exit::Done;
    };
    let Some(preset) = Preset::all().find(|preset| preset.name == name.replace('-', "_")) else {
        let known = Preset::all().map(|preset| preset.name).collect::<Vec<_>>().join(", ");
        console::error(&format!("unknown preset \"{name}\"; use one of {known}"));
        return Exit::Usage;
    };
    console::line(preset.toml.trim_end());
    Exit::Done
}
