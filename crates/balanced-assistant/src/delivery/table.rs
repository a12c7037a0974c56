//! The table of deliveries, and a user's file on top of it.

use balanced_model::{Target, platform_rules};
use serde::{Deserialize, Serialize};

use super::DeliveryRule;
use crate::Profile;

/// Version of the file format.
const VERSION: u32 = 1;
/// The built-in table.
const TABLE: &str = include_str!("../../deliveries.toml");
/// Sample rates that a file can be written at, in Hz.
const RATES_HZ: std::ops::RangeInclusive<u32> = 8_000..=768_000;

/// A file of deliveries.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeliveryFile {
    version: u32,
    /// Whether the file replaces the whole built-in table, rather than only the rules whose names it repeats.
    #[serde(default)]
    replace: bool,
    deliveries: Vec<DeliveryRule>,
}

/// Returns the built-in table of deliveries.
#[must_use]
pub fn deliveries() -> Vec<DeliveryRule> {
    read(TABLE).expect("the built-in table is tested").deliveries
}

/// Returns the built-in table as TOML text that [`deliveries_from_toml`] reads, as a template to edit.
#[must_use]
pub fn deliveries_toml() -> &'static str {
    TABLE
}

/// Reads deliveries from TOML and merges them into the built-in table.
///
/// A rule replaces the built-in one of the same name; new names are appended. With `replace = true` in the text, only its own
/// rules are returned.
///
/// # Errors
/// A sentence that names the rule and what is wrong with it.
pub fn deliveries_from_toml(text: &str) -> Result<Vec<DeliveryRule>, String> {
    let file = read(text)?;
    let mut rules = if file.replace { Vec::new() } else { deliveries() };
    for rule in file.deliveries {
        match rules.iter_mut().find(|known| known.name == rule.name) {
            Some(known) => *known = rule,
            None => rules.push(rule),
        }
    }
    Ok(rules)
}

fn read(text: &str) -> Result<DeliveryFile, String> {
    let file: DeliveryFile = toml::from_str(text).map_err(|error| balanced_mastering::toml_problem(text, &error))?;
    if file.version != VERSION {
        return Err(format!("version {} is unknown, this program reads {VERSION}", file.version));
    }
    for rule in &file.deliveries {
        rule.validate()?;
    }
    Ok(file)
}

impl DeliveryRule {
    /// Checks the values of a rule.
    ///
    /// # Errors
    /// A sentence that names the rule and what is wrong with it.
    pub fn validate(&self) -> Result<(), String> {
        slip(self).map_or(Ok(()), |slip| Err(format!("delivery \"{}\" {slip}", self.name)))
    }
}

/// Returns what is wrong with a rule.
fn slip(rule: &DeliveryRule) -> Option<String> {
    let is_plain = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_".contains(letter))
    };
    if !is_plain(&rule.name) {
        return Some("needs a name of small letters, digits and hyphens: a folder is called so".to_owned());
    }
    if rule.sample_rates_hz.is_empty() || !rule.sample_rates_hz.iter().all(|rate| RATES_HZ.contains(rate)) {
        return Some("needs sample_rates_hz from 8000 to 768000".to_owned());
    }
    if rule.channels.is_empty() || rule.channels.contains(&0) {
        return Some("needs channels, such as [2]".to_owned());
    }
    if rule.format.is_lossy() != rule.bitrate_kbps.is_some() || rule.format.is_lossy() != rule.bits.is_empty() {
        return Some("needs bits with wav, aiff and flac, and bitrate_kbps with mp3, aac and opus".to_owned());
    }
    if !rule.bits.iter().all(|bits| [16, 24].contains(bits)) {
        return Some("needs bits of 16 or 24".to_owned());
    }
    let unknown = |kind: &str, name: &Option<String>, known: &dyn Fn(&str) -> bool| {
        name.as_deref()
            .filter(|name| !known(name))
            .map(|name| format!("names the {kind} \"{name}\", which does not exist"))
    };
    unknown("target", &rule.target, &|name| Target::named(name).is_some())
        .or_else(|| unknown("profile", &rule.profile, &|name| Profile::named(name).is_some()))
        .or_else(|| {
            let is_known = |name: &str| platform_rules().iter().any(|known| known.name == name);
            unknown("platform rule", &rule.platform, &is_known)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_and_every_rule_has_its_source_and_date() {
        let rules = deliveries();
        assert!(
            ["spotify", "apple", "bandcamp", "cd", "vinyl", "broadcast"]
                .iter()
                .all(|name| rules.iter().any(|rule| rule.name == *name))
        );
        assert!(rules.iter().all(|rule| !rule.source.is_empty() && rule.date.starts_with(['1', '2'])));
        let names: std::collections::BTreeSet<_> = rules.iter().map(|rule| &rule.name).collect();
        assert_eq!(names.len(), rules.len());
        assert_eq!(deliveries_from_toml(deliveries_toml()).unwrap(), rules);
    }

    #[test]
    fn a_file_replaces_by_name_adds_and_can_stand_alone() {
        let row = |name: &str| {
            format!(
                "[[deliveries]]\nname = \"{name}\"\ndescription = \"\"\nformat = \"aiff\"\nsample_rates_hz = [48000]\nbits = [24]\n\
                 channels = [2]\nnaming = \"{{title}}\"\npublished = false\nsource = \"house\"\ndate = \"2026\"\n"
            )
        };
        let own = deliveries_from_toml(&format!("version = 1\n{}{}", row("cd"), row("label"))).unwrap();
        assert_eq!(own.len(), deliveries().len() + 1);
        assert_eq!(own.iter().find(|rule| rule.name == "cd").unwrap().sample_rates_hz, [48_000]);
        assert_eq!(deliveries_from_toml(&format!("version = 1\nreplace = true\n{}", row("label"))).unwrap().len(), 1);

        let of = |from: &str, to: &str| {
            deliveries_from_toml(&format!("version = 1\n{}", row("label").replace(from, to))).unwrap_err()
        };
        assert!(of("label", "../up").contains("folder"));
        assert!(of("[48000]", "[1]").contains("8000 to 768000"));
        assert!(of("bits = [24]", "bits = [20]").contains("16 or 24"));
        assert!(of("bits = [24]\n", "").contains("needs bits"));
        assert!(of("naming", "nameing").contains("nameing"));
        assert!(of("date = \"2026\"", "date = \"2026\"\ntarget = \"spotfy\"").contains("\"spotfy\""));
    }
}
