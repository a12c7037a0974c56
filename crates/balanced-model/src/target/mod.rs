//! Targets of a master.

mod codecs;
mod table;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Integrated loudness that [`Target::custom`] accepts.
const LUFS_RANGE: (f64, f64) = (-40.0, -3.0);
/// Ceiling that [`Target::custom`] accepts.
const CEILING_RANGE_DBTP: (f64, f64) = (-12.0, 0.0);
/// The written file's loudness may be off by this: ten times finer than what a listener notices.
const TOLERANCE_LU: f64 = 0.1;
/// Most gain reduction that a user's own target allows the limiter.
const CUSTOM_MAX_LIMITING_DB: f64 = 6.0;

/// Loudness and true peak to reach, and how much limiting is allowed.
///
/// Streaming services publish the level they *play at*, not one they ask to be delivered: music mastered louder is turned
/// down, music mastered softer is turned up or left alone. A target named after a service says what that service will do
/// with the file, so that nothing is limited for a loudness that will be taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Name of the target.
    pub name: String,
    /// Integrated loudness (ITU-R BS.1770-5), -40 to -3 LUFS.
    pub integrated_lufs: f64,
    /// Highest true peak, -12 to 0 dBTP.
    pub ceiling_dbtp: f64,
    /// Tolerance within which the target counts as reached.
    pub tolerance_lu: f64,
    /// How much loudness the limiter may take from the loudest moments: the 95th percentile over the 400 ms windows that
    /// count for integrated loudness. What needs more is reported as infeasible.
    pub max_limiting_db: f64,
    /// Purpose, in one sentence.
    pub description: String,
    /// Source and date of the numbers; "house" for targets of this project.
    pub source: String,
}

impl Default for Target {
    /// `streaming`: -14 LUFS, -1 dBTP.
    fn default() -> Self {
        table::ROWS[0].target()
    }
}

impl Target {
    /// Returns every named target, the default first.
    #[must_use]
    pub fn all() -> Vec<Self> {
        table::ROWS.iter().map(table::Row::target).collect()
    }

    /// Returns the target called `name`; case is ignored.
    ///
    /// ```
    /// use balanced_model::Target;
    /// assert_eq!(Target::default().name, "streaming");
    /// assert_eq!(Target::named("apple-music").unwrap().integrated_lufs, -16.0);
    /// assert!(Target::custom(4.0, -1.0).is_err());
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        table::ROWS.iter().find(|row| row.name.eq_ignore_ascii_case(name)).map(table::Row::target)
    }

    /// Returns the names of the lossy codecs that listeners of this target get; empty for media that have none.
    ///
    /// ```
    /// use balanced_model::Target;
    /// assert_eq!(Target::named("apple-music").unwrap().codecs(), ["aac256"]);
    /// assert!(Target::named("cd").unwrap().codecs().is_empty());
    /// ```
    #[must_use]
    pub fn codecs(&self) -> &'static [&'static str] {
        codecs::of(&self.name)
    }

    /// Makes a target from a loudness and a ceiling.
    ///
    /// # Errors
    /// A sentence that names the value out of range, and the range.
    pub fn custom(integrated_lufs: f64, ceiling_dbtp: f64) -> Result<Self, String> {
        in_range("loudness", integrated_lufs, LUFS_RANGE, "LUFS")?;
        in_range("the ceiling", ceiling_dbtp, CEILING_RANGE_DBTP, "dBTP")?;
        Ok(Self {
            name: "custom".to_owned(),
            integrated_lufs,
            ceiling_dbtp,
            tolerance_lu: TOLERANCE_LU,
            max_limiting_db: CUSTOM_MAX_LIMITING_DB,
            description: format!("{integrated_lufs:.1} LUFS under {ceiling_dbtp:.1} dBTP, as asked."),
            source: "the user".to_owned(),
        })
    }
}

fn in_range(what: &str, value: f64, (low, high): (f64, f64), unit: &str) -> Result<(), String> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(format!("{what} must lie between {low} and {high} {unit}, not {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_named_target_is_in_range_has_a_source_and_a_name_of_its_own() {
        let all = Target::all();
        for target in &all {
            assert!(Target::custom(target.integrated_lufs, target.ceiling_dbtp).is_ok(), "{}", target.name);
            assert!(target.source.len() > 4 && target.description.ends_with('.'), "{}", target.name);
            assert!(target.max_limiting_db > 0.0 && target.tolerance_lu > 0.0, "{}", target.name);
            assert_eq!(Target::named(&target.name.to_uppercase()).as_ref(), Some(target));
        }
        assert_eq!(all.iter().map(|target| &target.name).collect::<BTreeSet<_>>().len(), all.len());
    }

    /// The numbers of the standards, from the standards.
    #[test]
    fn standards_keep_their_numbers() {
        for (name, lufs, dbtp) in [
            ("broadcast-r128", -23.0, -1.0),
            ("atsc-a85", -24.0, -2.0),
            ("arib-tr-b32", -24.0, -1.0),
            ("podcast", -16.0, -1.0),
            ("streaming", -14.0, -1.0),
            ("loud", -9.0, -1.0),
        ] {
            let target = Target::named(name).unwrap();
            assert_eq!((target.integrated_lufs, target.ceiling_dbtp), (lufs, dbtp), "{name}");
        }
    }

    #[test]
    fn a_custom_target_out_of_range_is_refused_with_the_range() {
        assert!(Target::custom(40.0, -1.0).unwrap_err().contains("-40 and -3 LUFS"));
        assert!(Target::custom(-14.0, 1.0).unwrap_err().contains("-12 and 0 dBTP"));
        assert!(Target::custom(f64::NAN, -1.0).is_err());
        assert_eq!(Target::custom(-11.0, -0.5).unwrap().name, "custom");
    }

    #[test]
    fn an_unknown_name_is_no_target() {
        assert_eq!(Target::named("spotfy"), None);
    }
}
