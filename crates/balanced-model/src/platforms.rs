//! Loudness normalisation of the services: one table of rules, each with its source and date. Services change; a caller may
//! replace the table (`AnalysisConfig::platforms`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::PlatformGain;

/// Treatment of programme below a service's target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Boost {
    /// The level is not raised.
    Never,
    /// The level is raised as far as the true peak stays under the ceiling.
    UntilCeiling,
    /// The level is raised to the target, with a limiter where peaks would exceed the ceiling.
    Limited,
}

/// Loudness normalisation of one service, or the target of one delivery standard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlatformRule {
    /// Service and mode, snake_case.
    pub name: String,
    /// Target loudness (integrated).
    pub target_lufs: f64,
    /// True peak that its own gain keeps under, or that it asks deliveries to keep under.
    pub ceiling_dbtp: f64,
    /// Treatment of programme below the target.
    pub boost: Boost,
    /// Whether the service or standards body itself publishes the rule; otherwise it is what others report of it.
    #[serde(default)]
    pub published: bool,
    /// Source of the rule.
    #[serde(default)]
    pub source: String,
    /// When it was last checked or published, `YYYY-MM` or `YYYY`.
    #[serde(default)]
    pub date: String,
}

/// One row of the built-in table: name, target, ceiling, boost, whether its owner publishes it, source, date.
type Row = (&'static str, f64, f64, Boost, bool, &'static str, &'static str);

const SPOTIFY: &str = "Spotify for Artists, \"Loudness normalization\", \
                       support.spotify.com/us/artists/article/loudness-normalization";
const REPORTED: &str = "not published by the service; Production Expert, \"Apple Choose -16LUFS Loudness Level For Apple \
                        Music - Here's Why\", lists it";
const APPLE: &str = "level not published by Apple; Production Expert, \"Apple Choose -16LUFS Loudness Level For Apple \
                     Music - Here's Why\"; about 1 dB of headroom: Apple, \"Apple Digital Masters\" (2021)";
const YOUTUBE: &str = "not published; read off \"Stats for nerds\" in YouTube's player, where louder videos are turned down \
                       and quieter ones are left (tuberlife.com/youtube-and-reference-loudness-level and others)";
const TIDAL: &str = "not published; Tidal's answer to MeterPlugs, \
                     meterplugs.com/blog/2016/10/07/tidal-adds-loudness-normalization.html";
const AMAZON: &str = "no page of Amazon's could be found that says so; repeated by meter makers \
                      (apu.software/amazon-music-loudness)";
const R128: &str = "EBU R 128, \"Loudness normalisation and permitted maximum level of audio signals\"";
const A85: &str =
    "ATSC A/85:2013, \"Techniques for Establishing and Maintaining Audio Loudness for Digital Television\"";

/// Pages were last read in 2026-11; older dates are those of the source. Ceilings of services that publish none are the
/// 1 dB that AES TD1008 (2021) recommends.
const TABLE: &[Row] = &[
    ("spotify_normal", -14.0, -1.0, Boost::UntilCeiling, true, SPOTIFY, "2026-11"),
    ("spotify_loud", -11.0, -1.0, Boost::Limited, true, SPOTIFY, "2026-11"),
    ("spotify_quiet", -19.0, -1.0, Boost::UntilCeiling, true, SPOTIFY, "2026-11"),
    ("apple_music", -16.0, -1.0, Boost::UntilCeiling, false, APPLE, "2022"),
    ("youtube", -14.0, -1.0, Boost::Never, false, YOUTUBE, "2026-11"),
    ("tidal", -14.0, -1.0, Boost::Never, false, TIDAL, "2016-10"),
    ("amazon_music", -14.0, -2.0, Boost::Never, false, AMAZON, "2026-11"),
    ("deezer", -15.0, -1.0, Boost::Never, false, REPORTED, "2022"),
    ("soundcloud", -14.0, -1.0, Boost::Never, false, REPORTED, "2022"),
    ("broadcast_r128", -23.0, -1.0, Boost::Limited, true, R128, "2023-11"),
    ("broadcast_atsc_a85", -24.0, -2.0, Boost::Limited, true, A85, "2013-03"),
];

/// Returns the built-in table of services and delivery standards.
#[must_use]
pub fn platform_rules() -> Vec<PlatformRule> {
    let rule = |&(name, target_lufs, ceiling_dbtp, boost, published, source, date): &Row| PlatformRule {
        name: name.to_owned(),
        target_lufs,
        ceiling_dbtp,
        boost,
        published,
        source: source.to_owned(),
        date: date.to_owned(),
    };
    TABLE.iter().map(rule).collect()
}

impl PlatformRule {
    /// Returns the gain that the service applies to programme of this loudness and true peak; `None` for an unknown
    /// value.
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
            published: self.published,
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
        assert!(rules.iter().all(|rule| !rule.source.is_empty() && rule.date.starts_with("20")));
        let names: std::collections::BTreeSet<_> = rules.iter().map(|rule| &rule.name).collect();
        assert_eq!(names.len(), rules.len());
    }
}
