//! `cargo xtask gen`: files that are generated, committed and re-checked.

use std::fs;

use crate::run;

/// Kinds of schema that the command prints.
const SCHEMAS: [&str; 4] = ["analysis", "chain", "recommendation", "master"];

/// Write the generated files, or with `check` fail if one of them is not what would be written.
pub fn run(check: bool) -> Result<(), String> {
    let folder = run::root().join("crates/balanced/schemas");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for kind in SCHEMAS {
        let args = ["run", "--quiet", "--release", "--package", "balanced-cli", "--", "schema", kind];
        let text = run::output(&run::cargo(), args).ok_or_else(|| format!("`balanced schema {kind}` failed"))?;
        let path = folder.join(format!("{kind}.schema.json"));
        if !check {
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        } else if fs::read(&path).unwrap_or_default() != text {
            return Err(format!("{} is out of date; run `cargo xtask gen`", path.display()));
        }
    }
    Ok(())
}
