//! `balanced schema`

use balanced::SchemaKind;

use crate::args::{Schema, SchemaArgs};
use crate::console;
use crate::exit::Exit;

/// Print the schema.
pub fn run(args: &SchemaArgs) -> Exit {
    let kind = match args.kind {
        Schema::Analysis => SchemaKind::Analysis,
        Schema::Chain => SchemaKind::Chain,
        Schema::Recommendation => SchemaKind::Recommendation,
        Schema::Master => SchemaKind::Master,
    };
    let schema = balanced::schema(kind);
    console::line(&serde_json::to_string_pretty(&schema).expect("a schema is plain data"));
    Exit::Done
}
