//! Files of platform rules, on top of the built-in table.

use balanced_model::{PlatformRule, platform_rules};
use serde::{Deserialize, Serialize};

/// Version of the file format.
const VERSION: u32 = 1;

/// A file of platform rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlatformFile {
    /// Version of the file format: 1.
    version: u32,
    /// Whether the file replaces the whole built-in table, rather than only the rules whose names it repeats.
    #[serde(default)]
    replace: bool,
    platforms: Vec<PlatformRule>,
}

/// Reads platform rules from TOML and merges them into the built-in table.
///
/// A rule replaces the built-in one of the same name; new names are appended. With `replace = true` in the text, only
/// its own rules are returned.
///
/// # Errors
/// A sentence that names the rule and what is wrong with it.
pub fn platforms_from_toml(text: &str) -> Result<Vec<PlatformRule>, String> {
    let file: PlatformFile = toml::from_str(text).map_err(|error| balanced_mastering::toml_problem(text, &error))?;
    if file.version != VERSION {
        return Err(format!("version {} is unknown, this program reads {VERSION}", file.version));
    }
    if let Some(rule) = file.platforms.iter().find(|rule| !is_sane(rule)) {
        let allowed = "target_lufs from -60 to 0, ceiling_dbtp from -20 to 0, and a name";
        return Err(format!("platform \"{}\" needs {allowed}", rule.name));
    }
    let mut rules = if file.replace { Vec::new() } else { platform_rules() };
    for rule in file.platforms {
        match rules.iter_mut().find(|known| known.name == rule.name) {
            Some(known) => *known = rule,
            None => rules.push(rule),
        }
    }
    Ok(rules)
}

/// Returns the built-in platform table as a TOML file that [`platforms_from_toml`] reads, as a template to edit.
#[must_use]
pub fn platforms_toml() -> String {
    let file = PlatformFile { version: VERSION, replace: false, platforms: platform_rules() };
    let text = toml::to_string(&file).expect("rules are plain data");
    format!(
        "# What services do to the level. Give an edited copy to --platforms: rules of the same name replace these, others\n\
         # are added; with replace = true the file's rules are the only ones. boost is never, until_ceiling or limited.\n{text}"
    )
}

fn is_sane(rule: &PlatformRule) -> bool {
    !rule.name.trim().is_empty()
        && (-60.0..=0.0).contains(&rule.target_lufs)
        && (-20.0..=0.0).contains(&rule.ceiling_dbtp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_back_as_itself() {
        assert_eq!(platforms_from_toml(&platforms_toml()).unwrap(), platform_rules());
    }

    #[test]
    fn a_file_replaces_by_name_adds_and_can_stand_alone() {
        let row = |name: &str| {
            format!("[[platforms]]\nname = \"{name}\"\ntarget_lufs = -16.5\nceiling_dbtp = -2\nboost = \"never\"\n")
        };
        let own = platforms_from_toml(&format!("version = 1\n{}{}", row("tidal"), row("club"))).unwrap();
        assert_eq!(own.len(), platform_rules().len() + 1);
        assert!(
            own.iter().filter(|rule| rule.target_lufs == -16.5).map(|rule| rule.name.as_str()).eq(["tidal", "club"])
        );
        assert_eq!(platforms_from_toml(&format!("version = 1\nreplace = true\n{}", row("club"))).unwrap().len(), 1);
    }

    #[test]
    fn slips_are_named() {
        let of = |text: &str| platforms_from_toml(text).unwrap_err();
        assert!(of("version = 2\nplatforms = []").contains("version 2"));
        let row = "version = 1\n[[platforms]]\nname = \"x\"\ntarget_lufs = 14\nceiling_dbtp = -1\nboost = \"never\"\n";
        assert!(of(row).contains("target_lufs from -60"));
        assert!(of(&row.replace("boost", "bost")).contains("bost"));
    }
}
