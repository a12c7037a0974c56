use std::collections::BTreeSet;

use balanced_model::KeyMode;
use serde_json::Value;

use super::*;
use crate::cyanite::samples;

/// Labels under `key` of an object of scores.
fn labels(scores: &Value) -> Vec<String> {
    scores.as_object().unwrap().keys().cloned().collect()
}

/// The label sets of both interfaces, from the synthetic answers, which hold every label of the schemas.
fn everywhere() -> Vec<(Category, Vec<String>)> {
    let (graphql, rest) = (samples::graphql(), samples::rest());
    let [v6, v7] = ["audioAnalysisV6", "audioAnalysisV7"].map(|version| graphql[version]["result"].clone());
    let items = rest["items"].as_array().unwrap();
    let model = |version: &str| items.iter().find(|item| item["version"] == version).unwrap().clone();
    vec![
        (Category::Genre, labels(&v6["genre"])),
        (Category::Genre, labels(&v7["advancedGenre"])),
        (Category::Genre, labels(&model("MainGenreV2")["scores"])),
        (Category::Subgenre, labels(&v6["subgenre"])),
        (Category::Subgenre, labels(&v6["subgenreEdm"])),
        (Category::Subgenre, labels(&v7["advancedSubgenre"])),
        (Category::Subgenre, labels(&model("SubgenreV2")["scores"])),
        (Category::Mood, labels(&v7["mood"])),
        (Category::Mood, labels(&model("MoodSimpleV2")["scores"])),
        (Category::MoodAdvanced, labels(&v7["moodAdvanced"])),
        (Category::MoodAdvanced, labels(&model("MoodAdvancedV2")["scores"])),
        (Category::Instrument, labels(&v6["instrumentPresence"])),
        (Category::Instrument, labels(&v7["advancedInstrumentPresenceExtended"])),
        (Category::Instrument, labels(&model("InstrumentsV2")["presence"])),
        (Category::Movement, labels(&v7["movement"])),
        (Category::Movement, labels(&model("MovementV2")["scores"])),
        (Category::Character, labels(&v7["character"])),
        (Category::Character, labels(&model("CharacterV2")["scores"])),
        (Category::Voice, labels(&v7["voice"])),
        (Category::Voice, labels(&model("VocalsV2")["scores"])),
        (Category::VocalStyle, labels(&model("VocalStyleV1")["scores"])),
    ]
}

#[test]
fn every_label_of_every_interface_is_known_and_stays_apart() {
    for (category, labels) in everywhere() {
        let normal: Vec<_> = labels.iter().map(|label| normalised(category, label)).collect();
        for (label, normal) in labels.iter().zip(&normal) {
            assert!(normal.is_known, "{category:?} {label} became {normal:?}");
        }
        let distinct: BTreeSet<_> = normal.iter().map(|n| (n.category, &n.label)).collect();
        assert_eq!(distinct.len(), labels.len(), "{category:?}: two labels became one");
    }
}

/// Each pair from the published lists of both interfaces.
#[test]
fn each_difference_between_the_interfaces_is_bridged() {
    let pairs = [
        (Category::Mood, "chilled", "chill"),
        (Category::Movement, "bouncy", "bouncing"),
        (Category::Genre, "afro", "african"),
        (Category::Genre, "arab", "middleEastern"),
        (Category::Genre, "electronicDance", "electronic"),
        (Category::Genre, "singerSongwriters", "singerSongwriter"),
        (Category::Subgenre, "abstractIDMLeftfield", "abstractIdm"),
        (Category::Subgenre, "breakbeatDnB", "breakbeatDnb"),
        (Category::Subgenre, "contemporaryRnB", "contemporaryRnb"),
        (Category::Subgenre, "psychedelicProgressiveRock", "psychProgRock"),
        (Category::Instrument, "frenchHorn", "horn"),
        (Category::Instrument, "sax", "saxophone"),
        (Category::EnergyLevel, "variable", "varying"),
        (Category::EmotionalProfile, "variable", "varying"),
        (Category::EmotionalProfile, "balanced", "neutral"),
    ];
    for (category, graphql, rest) in pairs {
        assert_eq!(normalised(category, graphql), normalised(category, rest));
        assert_eq!(normalised(category, rest).label, graphql);
    }
    for (rest, epoch) in
        [("medievalPeriod", "middleAge"), ("contemporaryClassical", "contemporary"), ("romanticPeriod", "romantic")]
    {
        assert_eq!(normalised(Category::Subgenre, rest), normalised(Category::ClassicalEpoch, epoch));
    }
    let bridged: BTreeSet<_> = pairs.iter().map(|(category, _, rest)| (*category, *rest)).collect();
    let others = respelled().filter(|(from, other, to, _)| from == to && !bridged.contains(&(*from, *other)));
    assert_eq!(others.map(|(_, other, ..)| other).collect::<Vec<_>>(), ["breakbeatDrumAndBass"], "V6's only");
}

#[test]
fn the_one_spelling_is_left_alone() {
    for (_, other, category, own) in respelled() {
        assert!(category.labels().contains(&own), "{own}");
        assert_eq!(normalised(category, own).label, own);
        assert!(!category.labels().contains(&other) || other == own, "{other} is a label itself");
    }
    let odd = normalised(Category::Genre, " polka ");
    assert_eq!((odd.label.as_str(), odd.is_known), ("polka", false));
}

#[test]
fn local_labels_lead_to_labels_that_exist() {
    let mut seen = BTreeSet::new();
    for row in &LOCAL {
        assert!(seen.insert((row.category, row.label)), "{} twice", row.label);
        for (category, label) in row.theirs {
            assert!(*category == Category::MusicFor || category.labels().contains(label), "{label}");
        }
        assert_eq!(row.relation == Relation::None, row.theirs.is_empty(), "{}", row.label);
        assert_eq!(row.relation == Relation::Exact, row.remark.is_empty(), "{}", row.label);
    }
    assert_eq!(local_label(Category::Instrument, "guitar").unwrap().relation, Relation::CoversAll);
    assert!(local_label(Category::Genre, "polka").is_none());
}

/// The 24 names of both interfaces, from their published lists, in the order of the circle.
#[test]
fn keys_of_both_interfaces_are_one() {
    let graphql = "aMinor eMinor bMinor fsMinor csMinor gsMinor dsMinor bbMinor fMinor cMinor gMinor dMinor \
                   cMajor gMajor dMajor aMajor eMajor bMajor fsMajor dbMajor abMajor ebMajor bbMajor fMajor";
    let rest = "aMinor eMinor bMinor fSharpMinor cSharpMinor gSharpMinor dSharpMinor bFlatMinor fMinor cMinor gMinor dMinor \
                cMajor gMajor dMajor aMajor eMajor bMajor fSharpMajor dFlatMajor aFlatMajor eFlatMajor bFlatMajor fMajor";
    let fifths = |place: usize| (7 * place + if place < 12 { 9 } else { 0 }) % 12;
    let names: Vec<_> = graphql.split_whitespace().zip(rest.split_whitespace()).collect();
    assert_eq!(names.len(), 24);
    for (place, (graphql, rest)) in names.into_iter().enumerate() {
        let key = KeyName::parse(graphql).unwrap();
        assert_eq!(Some(key), KeyName::parse(rest));
        assert_eq!(
            (usize::from(key.pitch_class), key.mode == KeyMode::Minor),
            (fifths(place), place < 12),
            "{graphql}"
        );
        assert_eq!(KeyName::parse(&key.to_string()), Some(key));
    }
    assert_eq!(KeyName::parse("fsMinor").unwrap().to_string(), "F# minor");
    assert_eq!(KeyName::parse("A#:minor").unwrap().to_string(), "Bb minor");
    for odd in ["", "minor", "hMinor", "cs", "c##Minor", "cMinör", "é", "Cminorx"] {
        assert_eq!(KeyName::parse(odd), None, "{odd}");
    }
}

/// The page for users says what the tables say.
#[test]
fn the_page_holds_both_tables() {
    let page = include_str!("../../docs/vocabulary.md");
    let name = |category: Category| serde_json::to_value(category).unwrap().as_str().unwrap().replace('_', " ");
    for (from, other, to, own) in respelled() {
        let row = format!(
            "| {} | `{other}` | `{own}`{} | ",
            name(from),
            if from == to { String::new() } else { format!(" ({})", name(to)) }
        );
        assert!(page.contains(&row), "{row}");
    }
    for row in &LOCAL {
        let relation = match row.relation {
            Relation::Exact => "exact",
            Relation::Close => "close",
            Relation::CoversAll => "covers",
            Relation::Related => "related, not compared",
            Relation::None => "none",
        };
        let theirs: Vec<_> = row.theirs.iter().map(|(_, label)| format!("`{label}`")).collect();
        let row = format!(
            "| {} | `{}` | {relation} | {} | {} |",
            name(row.category),
            row.label,
            theirs.join(", "),
            row.remark
        );
        assert!(page.contains(&row), "{row}");
    }
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.contains('`')).count();
    assert_eq!(rows, respelled().count() + LOCAL.len());
}
