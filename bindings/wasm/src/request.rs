//! What a caller asks for, as JSON.

use balanced_assistant::{Intent, Profile, recommend_families};
use balanced_dsp::ChannelLayout;
use balanced_model::{AnalysisConfig, Family, Target};
use serde::Deserialize;

use crate::refusal::Refusal;

/// Request for one file: families, profile, recommendation and report.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Request {
    /// Name of the file in results and errors; `None` for bytes without one.
    pub name: Option<String>,
    /// Families to measure; all but tags if `None`. What a check or a recommendation reads is added.
    pub families: Option<Vec<Family>>,
    /// Channel layout that replaces the one the file declares, by name.
    pub layout: Option<String>,
    /// Whether a file that gives under half of what it promises is measured all the same.
    pub accept_damaged: bool,
    /// Whether the report is made, an HTML page.
    pub report: bool,
    /// Profile to check against: the name of a built-in one, or the TOML text of another.
    pub check: Option<String>,
    /// Target of a recommendation.
    pub recommend: Option<Aim>,
}

/// Level that a recommended chain is to reach, and how far it goes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Aim {
    /// Name of the target; the default one if `None`.
    pub target: Option<String>,
    /// How far the moves go, 0 to 1.
    pub intensity: f64,
}

impl Default for Aim {
    fn default() -> Self {
        Self { target: None, intensity: 1.0 }
    }
}

/// A request whose words are understood.
pub(crate) struct Understood {
    pub config: AnalysisConfig,
    pub layout: Option<ChannelLayout>,
    pub profile: Option<Profile>,
    pub aim: Option<(Target, Intent)>,
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// Returns a refusal of kind `settings` that names the field.
    pub fn from_json(json: &[u8]) -> Result<Self, Refusal> {
        serde_json::from_slice(json).map_err(|error| {
            Refusal::settings(format!("the options are not understood ({error})"), "correct the named option")
        })
    }

    pub(crate) fn understood(&self) -> Result<Understood, Refusal> {
        let profile = self.check.as_deref().map(profile).transpose()?;
        let aim = self.recommend.as_ref().map(Aim::understood).transpose()?;
        let layout = self.layout.as_deref().map(layout).transpose()?;
        let config = AnalysisConfig {
            families: self.families(profile.as_ref())?,
            spectrogram: self.report,
            ..AnalysisConfig::default()
        };
        Ok(Understood { config, layout, profile, aim })
    }

    fn families(&self, profile: Option<&Profile>) -> Result<Vec<Family>, Refusal> {
        let usual = || Family::ALL.into_iter().filter(|family| *family != Family::Tags).collect();
        let mut families: Vec<Family> = self.families.clone().unwrap_or_else(usual);
        families.extend(profile.map(Profile::families).unwrap_or_default());
        families.extend(self.recommend.as_ref().map(|_| recommend_families()).unwrap_or_default());
        let families: Vec<Family> = families.into_iter().collect::<balanced_model::Families>().iter().collect();
        if families.contains(&Family::Tags) {
            return Err(Refusal::settings("tags need networks that this module does not have", "leave tags out"));
        }
        Ok(families)
    }
}

impl Aim {
    fn understood(&self) -> Result<(Target, Intent), Refusal> {
        let target = match &self.target {
            None => Target::default(),
            Some(name) => Target::named(name).ok_or_else(|| {
                let known = Target::all().into_iter().map(|target| target.name);
                unknown("target", name, known)
            })?,
        };
        Ok((target, Intent::new(self.intensity)))
    }
}

fn profile(name_or_text: &str) -> Result<Profile, Refusal> {
    if let Some(profile) = Profile::named(name_or_text) {
        return Ok(profile);
    }
    if !name_or_text.contains('=') {
        return Err(unknown("profile", name_or_text, Profile::all().into_iter().map(|profile| profile.name)));
    }
    Profile::from_toml(name_or_text).map_err(|slip| Refusal::settings(slip, "correct the profile"))
}

fn layout(name: &str) -> Result<ChannelLayout, Refusal> {
    let known = || ChannelLayout::names().map(str::to_owned);
    ChannelLayout::from_name(name).ok_or_else(|| unknown("layout", name, known()))
}

fn unknown(what: &str, name: &str, known: impl Iterator<Item = String>) -> Refusal {
    let known: Vec<String> = known.collect();
    Refusal::settings(format!("unknown {what} \"{name}\""), format!("use one of {}", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_check_reads_is_measured_too() {
        let request =
            Request::from_json(br#"{"families":["tempo"],"check":"upload","recommend":{"target":"apple-music"}}"#);
        let understood = request.unwrap().understood().unwrap();
        let families = &understood.config.families;
        assert!(families.contains(&Family::Tempo) && families.contains(&Family::Loudness));
        assert!(!families.contains(&Family::Key) && !families.contains(&Family::Tags));
        assert_eq!(understood.aim.unwrap().0.name, "apple-music");
        let unlike = Request::default().understood().unwrap().config;
        assert_eq!(unlike.families.len(), Family::ALL.len() - 1);
    }

    #[test]
    fn words_that_are_not_understood_are_named() {
        let refused = |json: &str| match Request::from_json(json.as_bytes())
            .and_then(|request| request.understood().map(|understood| understood.config))
        {
            Ok(config) => panic!("{config:?}"),
            Err(refusal) => format!("{}; {}", refusal.problem, refusal.remedy),
        };
        assert!(refused(r#"{"familys":[]}"#).contains("familys"));
        assert!(refused(r#"{"check":"uplod"}"#).contains("upload"));
        assert!(refused(r#"{"check":"version = 1\nname = 3"}"#).contains("profile"));
        assert!(refused(r#"{"layout":"5.7"}"#).contains("5.1"));
        assert!(refused(r#"{"recommend":{"target":"radio9"}}"#).contains("streaming"));
        assert!(refused(r#"{"families":["tags"]}"#).contains("tags"));
    }
}
