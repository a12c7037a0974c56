//! What each service does to the level: one table of rules, each with its source and date. Services change; a caller may
//! replace the table (`AnalysisConfig::platforms`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::PlatformGain;

/// What a service does with programme below its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Boost {
    /// It is left alone.
    Never,
    /// It is turned up as far as the true peak stays under the ceiling.
    UntilCeiling,
    /// It is turned up to the target and limited where it must be.
    Limited,
}

/// Loudness normalisation of one service, or the target of one delivery standard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlatformRule {
    /// Service and mode, snake_case.
    pub name: String,
    /// Integrated loudness it aims at.
    pub target_lufs: f64,
    /// True peak that its own gain keeps under, or that it asks deliveries to keep under.
    pub ceiling_dbtp: f64,
    /// What it does with quiet programme.
    pub boost: Boost,
    /// Where the rule is written.
    pub source: String,
    /// When it was last checked or published, `YYYY-MM` or `YYYY`.
    pub date: String,
}

/// One row of the built-in table: name, target, ceiling, boost, source, date.
type Row = (&'static str, f64, f64, Boost, &'static str, &'static str);

const SPOTIFY: &str =
    "Spotify for Artists, Loudness normalization, support.spotify.com/artists/article/loudness-normalization";
const OBSERVED: &str = "not published by the service; agreed by independent measurements of its players";
const R128: &str = "EBU R 128 (2023)";

const TABLE: &[Row] = &[
    ("spotify_normal", -14.0, -1.0, Boost::UntilCeiling, SPOTIFY, "2025"),
    ("spotify_loud", -11.0, -1.0, Boost::Limited, SPOTIFY, "2025"),
    ("spotify_quiet", -19.0, -1.0, Boost::UntilCeiling, SPOTIFY, "2025"),
    (
        "apple_music",
        -16.0,
        -1.0,
        Boost::UntilCeiling,
        "Sound Check; Apple Digital Masters asks for -1 dBTP; level observed",
        "2024",
    ),
    ("youtube", -14.0, -1.0, Boost::Never, OBSERVED, "2024"),
    ("tidal", -14.0, -1.0, Boost::Never, OBSERVED, "2024"),
    ("amazon_music", -14.0, -2.0, Boost::Never, "Amazon Music delivery specification, audio", "2024"),
    ("deezer", -15.0, -1.0, Boost::Never, OBSERVED, "2024"),
    ("soundcloud", -14.0, -1.0, Boost::Never, "SoundCloud help, uploading requirements", "2024"),
    ("broadcast_r128", -23.0, -1.0, Boost::Limited, R128, "2023"),
    ("broadcast_atsc_a85", -24.0, -2.0, Boost::Limited, "ATSC A/85:2013", "2013"),
];

/// The built-in table.
#[must_use]
pub fn platform_rules() -> Vec<PlatformRule> {
    let rule = |&(name, target_lufs, ceiling_dbtp, boost, source, date): &Row| PlatformRule {
        name: name.to_owned(),
        target_lufs,
        ceiling_dbtp,
        boost,
        source: source.to_owned(),
        date: date.to_owned(),
    };
    TABLE.iter().map(rule).collect()
}

impl PlatformRule {
    /// What the service does to programme of this loudness and true peak; `None` where they cannot be said.
    #[must_use]
    pub fn apply(&self, integrated_lufs: Option<f64>, true_peak_dbtp: Option<f64>) -> PlatformGain {
        let wanted_db = integrated_lufs.map(|lufs| self.target_lufs - lufs);
        let room_db = true_peak_dbtp.map_or(f64::INFINITY, |peak| self.ceiling_dbtp - peak);
        let gain_db = wanted_db.map(|wanted| match self.boost {
            Boost::Never => wanted.min(0.0),
            Boost::UntilCeiling => wanted.min(room_db.max(0.0)),
            Boost::Limited => wanted,
        });
        PlatformGain {
            name: self.name.clone(),
            target_lufs: self.target_lufs,
            gain_db,
            would_limit: self.boost != Boost::Never && wanted_db.is_some_and(|wanted| wanted > 0.0 && wanted > room_db),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gain(name: &str, lufs: f64, peak: f64) -> (f64, bool) {
        let rule = platform_rules().into_iter().find(|rule| rule.name == name).unwrap();
        let gain = rule.apply(Some(lufs), Some(peak));
        (gain.gain_db.unwrap(), gain.would_limit)
    }

    #[test]
    fn rules_do_what_their_sources_say() {
        // The example of Spotify's own page: -20 LUFS with a true peak of -5 is lifted to -16 only.
        assert_eq!(gain("spotify_normal", -20.0, -5.0), (4.0, true));
        assert_eq!(gain("spotify_loud", -20.0, -5.0), (9.0, true));
        assert_eq!(gain("spotify_normal", -9.0, 0.5), (-5.0, false));
        assert_eq!(gain("youtube", -20.0, -5.0), (0.0, false));
        assert_eq!(gain("youtube", -10.0, -5.0), (-4.0, false));
        // Already over the ceiling: not turned up, and not turned down for it.
        assert_eq!(gain("apple_music", -18.0, -0.2), (0.0, true));
        assert_eq!(gain("broadcast_r128", -23.0, -1.0), (0.0, false));
    }

    #[test]
    fn silence_has_no_gain_and_names_are_unique() {
        let rules = platform_rules();
        assert!(
            rules.iter().all(|rule| rule.apply(None, None).gain_db.is_none() && !rule.apply(None, None).would_limit)
        );
        let names: std::collections::BTreeSet<_> = rules.iter().map(|rule| &rule.name).collect();
        assert_eq!(names.len(), rules.len());
    }
}
