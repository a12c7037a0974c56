//! Reading rosters and wishes, with the path of whatever is wrong.

use std::collections::BTreeSet;
use std::fmt::Display;

use balanced_mastering::{SpecError, read_settings};
use serde_json::{Map, Value};

use super::engineer::{Engineer, ROSTER_VERSION, Roster};
use super::portfolio::{BANDS, Portfolio, PortfolioMeasure};
use super::result::PartKind;
use super::wishes::Wishes;

/// Names of attributes on which no match may depend, without separators: those of the Charter of Fundamental Rights of the European
/// Union, article 21(1), and of the General Data Protection Regulation, article 9(1), and what stands for them.
const PROTECTED: [&str; 44] = [
    "age",
    "beliefs",
    "birthdate",
    "birthday",
    "birthplace",
    "birthyear",
    "children",
    "citizenship",
    "colour",
    "countryofbirth",
    "countryoforigin",
    "dateofbirth",
    "disability",
    "ethnicgroup",
    "ethnicity",
    "ethnicorigin",
    "faith",
    "gender",
    "genderidentity",
    "genetics",
    "health",
    "immigrationstatus",
    "maritalstatus",
    "mothertongue",
    "nationality",
    "nationalorigin",
    "nativelanguage",
    "orientation",
    "photo",
    "picture",
    "placeofbirth",
    "politicalopinion",
    "politics",
    "pregnancy",
    "pronouns",
    "race",
    "religion",
    "sex",
    "sexuality",
    "sexualorientation",
    "skincolor",
    "skincolour",
    "unionmembership",
    "yearofbirth",
];

/// Most weight of a part.
const MOST_WEIGHT: f64 = 10.0;

impl Roster {
    /// Reads a roster from JSON.
    ///
    /// # Errors
    /// The path of the culprit (`engineers[3].price`), what is wrong with it and what would be right; a protected attribute (gender, age,
    /// nationality …) is refused with the reason.
    pub fn from_json(text: &str) -> Result<Self, SpecError> {
        let tree = tree(text)?;
        refuse_protected(&tree, "")?;
        for (index, engineer) in tree.get("engineers").and_then(Value::as_array).into_iter().flatten().enumerate() {
            refuse_protected(engineer, &format!("engineers[{index}]."))?;
        }
        check_version(tree.get("version"))?;
        let roster: Self = read_settings(tree)?;
        roster.check()?;
        Ok(roster)
    }

    /// Checks what the types do not hold: unique identifiers, ranges, and embeddings of one size.
    ///
    /// # Errors
    /// The errors of [`from_json`](Self::from_json).
    pub fn check(&self) -> Result<(), SpecError> {
        let mut known = BTreeSet::new();
        let mut size = None;
        for (index, engineer) in self.engineers.iter().enumerate() {
            let at = |error: SpecError| error.within(&format!("engineers[{index}]"));
            check_engineer(engineer).map_err(at)?;
            if !known.insert(engineer.id.as_str()) {
                let slip = format!("\"{}\" is the identifier of an engineer above", engineer.id);
                return Err(at(SpecError::new("id", slip).with_remedy("give every engineer an identifier of its own")));
            }
            let Some(embedding) = engineer.portfolio.as_ref().and_then(|portfolio| portfolio.embedding.as_ref()) else {
                continue;
            };
            let expected = *size.get_or_insert(embedding.mean.len());
            if embedding.mean.len() != expected {
                let slip = format!("has {} values, those above have {expected}", embedding.mean.len());
                let remedy = "analyse all portfolios with one version of the program";
                return Err(at(SpecError::new("portfolio.embedding.mean", slip).with_remedy(remedy)));
            }
        }
        Ok(())
    }
}

impl Wishes {
    /// Reads wishes from JSON.
    ///
    /// # Errors
    /// The path of the culprit, what is wrong with it and what would be right; protected attributes are refused with the reason.
    pub fn from_json(text: &str) -> Result<Self, SpecError> {
        let tree = tree(text)?;
        refuse_protected(&tree, "")?;
        if let Some(version) = tree.get("version") {
            check_version(Some(version))?;
        }
        let wishes: Self = read_settings(tree)?;
        wishes.check()?;
        Ok(wishes)
    }

    /// Checks what the types do not hold: ranges, languages, and that some weight is left.
    ///
    /// # Errors
    /// The errors of [`from_json`](Self::from_json).
    pub fn check(&self) -> Result<(), SpecError> {
        self.budget.map_or(Ok(()), |budget| check_amount("budget", budget))?;
        check_languages(&self.languages)?;
        check_words("genres", &self.genres)?;
        let sound = &self.sound;
        let numbers = [
            ("sound.loudness_lufs", sound.loudness_lufs, -70.0, 0.0),
            ("sound.plr_db", sound.plr_db, 0.0, 60.0),
            ("sound.range_lu", sound.range_lu, 0.0, 60.0),
            ("sound.side_to_mid_db", sound.side_to_mid_db, -100.0, 100.0),
        ];
        for (path, value, least, most) in numbers {
            value.map_or(Ok(()), |value| check_range(path, value, least, most))?;
        }
        if !matches!(sound.bands_db.len(), 0 | BANDS) {
            let slip = format!("has {} levels", sound.bands_db.len());
            let remedy = "give the seven of sub, low, low_mid, mid, high_mid, high and air, or none";
            return Err(SpecError::new("sound.bands_db", slip).with_remedy(remedy));
        }
        for (index, level) in sound.bands_db.iter().enumerate() {
            check_range(format_args!("sound.bands_db[{index}]"), *level, -150.0, 0.0)?;
        }
        for part in PartKind::ALL {
            check_range(format_args!("weights.{}", part.name()), self.weights.of(part), 0.0, MOST_WEIGHT)?;
        }
        if PartKind::ALL.iter().all(|part| self.weights.of(*part) == 0.0) {
            return Err(SpecError::new("weights", "are all 0").with_remedy("leave at least one above 0"));
        }
        Ok(())
    }
}

fn tree(text: &str) -> Result<Value, SpecError> {
    let value = serde_json::from_str(text).map_err(|error| SpecError::new("", format!("is no JSON ({error})")))?;
    match value {
        Value::Object(_) => Ok(value),
        _ => Err(SpecError::new("", "must be a JSON object")),
    }
}

/// Refuses the fields of one object that name a protected attribute.
fn refuse_protected(object: &Value, within: &str) -> Result<(), SpecError> {
    let fields = object.as_object().into_iter().flat_map(Map::keys);
    for field in fields {
        let plain: String = field.chars().filter(char::is_ascii_alphanumeric).collect();
        if PROTECTED.contains(&plain.to_ascii_lowercase().as_str()) {
            let slip =
                "names a protected attribute, and no match may depend on one (EU Charter, art. 21; GDPR, art. 9)";
            return Err(SpecError::new(format!("{within}{field}"), slip).with_remedy("remove the field"));
        }
    }
    Ok(())
}

fn check_version(version: Option<&Value>) -> Result<(), SpecError> {
    match version {
        Some(version) if version.as_u64() == Some(ROSTER_VERSION.into()) => Ok(()),
        Some(version) => {
            let slip = format!("{version} is unknown, this program reads {ROSTER_VERSION}");
            Err(SpecError::new("version", slip).with_remedy("update the program, or correct the version"))
        }
        None => Err(SpecError::new("version", "is missing").with_remedy(format!("add \"version\": {ROSTER_VERSION}"))),
    }
}

fn check_engineer(engineer: &Engineer) -> Result<(), SpecError> {
    check_word("id", &engineer.id)?;
    check_words("genres", &engineer.genres)?;
    check_languages(&engineer.languages)?;
    engineer.price.map_or(Ok(()), |price| check_amount("price", price))?;
    check_amount("exposure", engineer.exposure)?;
    if engineer.turnaround_days == 0 {
        return Err(SpecError::new("turnaround_days", "is 0").with_remedy("give 1 or more days"));
    }
    if let (Some(from), Some(until)) = (engineer.available_from, engineer.available_until)
        && from > until
    {
        let slip = format!("{until} lies before available_from, {from}");
        return Err(SpecError::new("available_until", slip).with_remedy("give a later day, or null"));
    }
    if engineer.portfolio.is_some() && engineer.portfolio_file.is_some() {
        let slip = "stands beside a portfolio";
        return Err(SpecError::new("portfolio_file", slip).with_remedy("leave one of them out"));
    }
    engineer
        .portfolio
        .as_ref()
        .map_or(Ok(()), |portfolio| check_portfolio(portfolio).map_err(|error| error.within("portfolio")))
}

fn check_portfolio(portfolio: &Portfolio) -> Result<(), SpecError> {
    let single = [
        ("loudness_lufs", portfolio.loudness_lufs),
        ("plr_db", portfolio.plr_db),
        ("range_lu", portfolio.range_lu),
        ("side_to_mid_db", portfolio.side_to_mid_db),
    ];
    for (path, measure) in single {
        measure.map_or(Ok(()), |measure| check_measure(path, measure))?;
    }
    if !matches!(portfolio.bands_db.len(), 0 | BANDS) {
        let slip = format!("has {} regions", portfolio.bands_db.len());
        return Err(SpecError::new("bands_db", slip).with_remedy("give seven, or none"));
    }
    for (index, measure) in portfolio.bands_db.iter().enumerate() {
        check_measure(format_args!("bands_db[{index}]"), *measure)?;
    }
    for (genre, count) in &portfolio.genres {
        check_amount(format_args!("genres.{genre}"), *count)?;
    }
    let Some(embedding) = &portfolio.embedding else { return Ok(()) };
    check_amount("embedding.spread", embedding.spread)?;
    if embedding.tracks == 0 || embedding.mean.is_empty() {
        return Err(SpecError::new("embedding", "is empty").with_remedy("give null where there is none"));
    }
    if embedding.mean.iter().any(|value| !value.is_finite() || value.abs() > 1.0) {
        let remedy =
            "make the portfolio of the rows of `analyze --embedding --json`, which brings each embedding to length 1";
        return Err(SpecError::new("embedding.mean", "has a value outside -1 to 1").with_remedy(remedy));
    }
    Ok(())
}

fn check_measure(path: impl Display, measure: PortfolioMeasure) -> Result<(), SpecError> {
    check_range(format_args!("{path}.mean"), measure.mean, -1000.0, 1000.0)?;
    check_range(format_args!("{path}.spread"), measure.spread, 0.0, 1000.0)?;
    if measure.tracks == 0 {
        return Err(
            SpecError::new(format!("{path}.tracks"), "is 0").with_remedy("give null where nothing was measured")
        );
    }
    Ok(())
}

fn check_amount(path: impl Display, value: f64) -> Result<(), SpecError> {
    check_range(path, value, 0.0, 1e9)
}

/// The path is only written where there is an error.
fn check_range(path: impl Display, value: f64, least: f64, most: f64) -> Result<(), SpecError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(SpecError::new(path.to_string(), format!("{value} is out of range"))
        .with_remedy(format!("give {least} to {most}")))
}

fn check_word(path: impl Display, word: &str) -> Result<(), SpecError> {
    if word.chars().any(char::is_alphanumeric) {
        return Ok(());
    }
    Err(SpecError::new(path.to_string(), "has no letter and no digit").with_remedy("give a word"))
}

fn check_words(field: &str, words: &[String]) -> Result<(), SpecError> {
    words.iter().enumerate().try_for_each(|(index, word)| check_word(format_args!("{field}[{index}]"), word))
}

/// Language tags begin with the two or three letters of the language (RFC 5646, 2.2.1).
fn check_languages(tags: &[String]) -> Result<(), SpecError> {
    for (index, tag) in tags.iter().enumerate() {
        let language = tag.split('-').next().unwrap_or_default();
        let is_code = matches!(language.len(), 2 | 3) && language.bytes().all(|byte| byte.is_ascii_alphabetic());
        if !is_code {
            let slip = format!("\"{tag}\" is no language tag");
            return Err(SpecError::new(format!("languages[{index}]"), slip).with_remedy("write en, de, pt-BR …"));
        }
    }
    Ok(())
}
