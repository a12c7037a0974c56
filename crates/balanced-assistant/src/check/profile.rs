//! A profile: a name, a source, and rules.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Rule;

/// Version of the profile format.
pub const PROFILE_VERSION: u32 = 1;

/// The profiles that come with Balanced.
const BUILT_IN: [&str; 7] = [
    include_str!("../../profiles/streaming.toml"),
    include_str!("../../profiles/apple-digital-masters.toml"),
    include_str!("../../profiles/broadcast-r128.toml"),
    include_str!("../../profiles/broadcast-r128-s1.toml"),
    include_str!("../../profiles/broadcast-r128-s2.toml"),
    include_str!("../../profiles/vinyl-premaster.toml"),
    include_str!("../../profiles/upload.toml"),
];

/// Rules a file must keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Version of this format: 1.
    pub version: u32,
    /// Name of the profile.
    pub name: String,
    /// Purpose, in one sentence.
    #[serde(default)]
    pub description: String,
    /// Source of the rules, with its date.
    #[serde(default)]
    pub source: String,
    /// The rules.
    pub rules: Vec<Rule>,
}

impl Profile {
    /// Reads a profile from TOML.
    ///
    /// # Errors
    /// A sentence that names the rule and what is wrong with it.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let profile: Self = toml::from_str(text).map_err(|error| balanced_mastering::toml_problem(text, &error))?;
        if profile.version != PROFILE_VERSION {
            return Err(format!(
                "profile version {} is unknown, this program reads {PROFILE_VERSION}",
                profile.version
            ));
        }
        for (index, rule) in profile.rules.iter().enumerate() {
            if let Some(slip) = rule.slip() {
                return Err(format!("rules[{index}] \"{}\" {slip}", rule.id));
            }
        }
        Ok(profile)
    }

    /// Returns every built-in profile.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let read = |text: &str| Self::from_toml(text).expect("built-in profiles are tested");
        BUILT_IN.into_iter().map(read).collect()
    }

    /// Returns the TOML text of a built-in profile.
    #[must_use]
    pub fn built_in_text(name: &str) -> Option<&'static str> {
        let named = |text: &&str| Self::from_toml(text).is_ok_and(|profile| profile.name == name);
        BUILT_IN.into_iter().find(named)
    }

    /// Returns the built-in profile of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|profile| profile.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_profiles_are_sound_and_say_where_they_come_from() {
        for profile in Profile::all() {
            assert!(!profile.source.is_empty() && !profile.description.is_empty(), "{}", profile.name);
            for rule in &profile.rules {
                assert!(!rule.why.is_empty(), "{}: {}", profile.name, rule.id);
                assert_eq!(profile.rules.iter().filter(|other| other.id == rule.id).count(), 1, "{}", rule.id);
            }
        }
    }

    #[test]
    fn slips_are_named() {
        let with =
            |rule: &str| Profile::from_toml(&format!("version = 1\nname = \"x\"\n[[rules]]\nid = \"a\"\n{rule}"));
        assert!(with("measure = \"loudness.peak\"\nmax = 0").unwrap_err().contains("rules[0]"));
        assert!(with("measure = \"loudness.plr_db\"").unwrap_err().contains("min"));
        assert!(with("defect = \"clipping\"\nmax = 2").unwrap_err().contains("defect"));
        assert!(with("defekt = \"clipping\"").is_err());
        assert!(with("measure = \"loudness.plr_db\"\nmin = 8").is_ok());
    }
}
