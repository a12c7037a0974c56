//! Seeds of chains, profiles and platform rules.

use balanced_assistant::{Profile, platforms_toml};
use balanced_mastering::{ChainSpec, Preset};

use crate::put;

pub fn write() {
    for preset in Preset::all() {
        let chain = ChainSpec::preset(preset.name).expect("it is built in");
        put("chain", &format!("{}.toml", preset.name), chain.to_toml());
        put("chain", &format!("{}.json", preset.name), chain.to_json());
    }
    put("chain", "parallel.toml", PARALLEL);
    for profile in Profile::all() {
        put("profile", &profile.name, Profile::built_in_text(&profile.name).expect("it is built in"));
    }
    put("platforms", "built-in", platforms_toml());
    put("platforms", "replace", REPLACE);
}

/// What presets do not have.
const PARALLEL: &str = r#"version = 2
input_lufs = -14.0
[[steps]]
kind = "parallel"
split = "bands"
crossovers_hz = [200.0]
branches = [{ name = "low", gain_db = -1.0, solo = true }, { steps = [{ kind = "gain", gain_db = 1.0, mix = 0.5 }] }]
[[steps]]
kind = "clap"
path = "verb.clap"
plugin_id = "a.b"
state_base64 = "AAAA"
parameters = { Mix = 0.5 }
"#;

const REPLACE: &str = r#"version = 1
replace = true
platforms = [{ name = "club", target_lufs = -9, ceiling_dbtp = -0.5, boost = "until_ceiling" }]
"#;
