//! DDEX MEAD 1.1 (Media Enrichment and Description): what describes the recording, each value with who asserts it.
//!
//! Written are the two lists of a `MeadMessage` that hold descriptions: `MetadataSourceList` and `ResourceInformationList`.
//! The `MessageHeader` is the sender's own: it names the DDEX party identifiers of sender and recipient, which only they know, and
//! is written where the caller gives them. Labels that DDEX's allowed value sets have are written as those; all others as `UserDefined` in the namespace
//! `cyanite`, in the one spelling of `balanced_merge::vocabulary`.

mod header;

use std::fmt::Write as _;

use balanced_merge::vocabulary::KeyName;
use balanced_merge::{Field, FieldName, FieldValue, Merged, describe};

use crate::facts;
use crate::html::escape;
use crate::number::short;

pub use header::{MeadHeader, MeadParty};

/// Namespace of labels that DDEX has no value for.
const NAMESPACE: &str = "cyanite";

/// Genres of DDEX's `ClassifiedGenre`.
const GENRES: [(&str, &str); 13] = [
    ("blues", "Blues"),
    ("classical", "ClassicalMusic"),
    ("country", "CountryMusic"),
    ("electronicDance", "ElectronicMusic"),
    ("folk", "Folk"),
    ("jazz", "Jazz"),
    ("latin", "Latin"),
    ("pop", "Pop"),
    ("rapHipHop", "HipHop"),
    ("reggae", "Reggae"),
    ("rnb", "R'n'B"),
    ("rock", "Rock"),
    ("spokenWord", "Spoken"),
];

/// Moods of DDEX's `Mood`.
const MOODS: [(&str, &str); 6] = [
    ("chilled", "Chill"),
    ("dark", "Dark"),
    ("energetic", "Energized"),
    ("happy", "Happy"),
    ("romantic", "Romantic"),
    ("sad", "Sad"),
];

/// Steps of DDEX's `Intensity`.
const INTENSITIES: [(&str, &str); 3] = [("low", "Low"), ("medium", "Medium"), ("high", "High")];

/// Root notes of DDEX's `RootChordNote`, from C.
const NOTES: [&str; 12] = ["C", "C#/Db", "D", "Eb/D#", "E", "F", "Gb/F#", "G", "Ab/G#", "A", "Bb/A#", "B"];

/// Formats the fields of a merged document that DDEX MEAD 1.1 has, as the `MetadataSourceList` and
/// `ResourceInformationList` of a `MeadMessage`, with the `header`, or without one where it is not known yet.
///
/// `MetadataSourceReference` says of every value whose it is: this program's, Cyanite's by model, or a person's. Values that
/// several sources share are written once, with all of them. A header that [`MeadHeader::check`] accepts makes a message that the
/// XML Schema accepts.
#[must_use]
pub fn mead(merged: &Merged, header: Option<&MeadHeader>) -> String {
    let sources = sources(merged);
    let writer = Writer { merged, sources: &sources };
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <mead:MeadMessage xmlns:mead=\"http://ddex.net/xml/mead/11\" AvsVersionId=\"3\" LanguageAndScriptCode=\"en\">\n",
    );
    match header {
        Some(header) => out.push_str(&header.xml()),
        None => out.push_str("<!-- The sender's MessageHeader belongs here. -->\n"),
    }
    out.push_str(&source_list(&sources));
    let _ = write!(
        out,
        "<ResourceInformationList>\n<ResourceInformation>\n{}{}</ResourceInformation>\n</ResourceInformationList>\n</mead:MeadMessage>\n",
        summary(merged),
        writer.descriptions()
    );
    out
}

/// Everyone who says something, in the order of first appearance.
fn sources(merged: &Merged) -> Vec<String> {
    let mut names = Vec::new();
    for value in merged.fields.iter().flat_map(|field| &field.values) {
        let name = describe::who(value);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn source_list(sources: &[String]) -> String {
    if sources.is_empty() {
        return String::new();
    }
    let source = |(place, name): (usize, &String)| {
        format!(
            "<MetadataSource><SourceReference>U{}</SourceReference><PartyName><FullName><Name>{}</Name></FullName></PartyName>\
             <MetadataSourceType>MetadataProvider</MetadataSourceType></MetadataSource>\n",
            place + 1,
            escape(name)
        )
    };
    let sources: String = sources.iter().enumerate().map(source).collect();
    format!("<MetadataSourceList>\n{sources}</MetadataSourceList>\n")
}

fn summary(merged: &Merged) -> String {
    let hash = merged
        .source
        .sha256
        .as_ref()
        .map(|hash| format!("<ProprietaryId Namespace=\"sha256\">{}</ProprietaryId>", escape(hash)));
    let path = merged.source.path.as_deref().unwrap_or("audio from memory");
    let name = path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path);
    format!(
        "<ResourceSummary><ResourceId>{}</ResourceId><DisplayTitle><TitleText><Title>{}</Title></TitleText></DisplayTitle></ResourceSummary>\n",
        hash.unwrap_or_default(),
        escape(name)
    )
}

struct Writer<'a> {
    merged: &'a Merged,
    sources: &'a [String],
}

impl Writer<'_> {
    /// The elements, in the order of the schema.
    fn descriptions(&self) -> String {
        let genre = self.labels(FieldName::Genre, "GenreCategory", &GENRES);
        let subgenre = self.labels(FieldName::Subgenre, "SubGenreCategory", &[]);
        let metre = self.each(FieldName::TimeSignature, "TimeSignature", |value| metre(value.word.as_deref()?));
        let tempo = self
            .each(FieldName::Tempo, "BeatsPerMinute", |value| Some(format!("<Value>{}</Value>", short(value.number?))));
        let intensity =
            self.each(FieldName::Energy, "Intensity", |value| Some(label(&INTENSITIES, value.word.as_deref()?)));
        let instrument = self.labels(FieldName::Instrument, "InstrumentUsed", &[]);
        let harmony = self.each(FieldName::Key, "Harmony", |value| harmony(KeyName::parse(value.word.as_deref()?)?));
        let mood = self.labels(FieldName::Mood, "Mood", &MOODS);
        let advanced = self.labels(FieldName::MoodAdvanced, "Mood", &MOODS);
        let activity = self.labels(FieldName::MusicFor, "Activity", &[]);
        [genre, subgenre, metre, tempo, intensity, instrument, harmony, mood, advanced, activity].concat()
    }

    /// One element for each label that leads.
    fn labels(&self, name: FieldName, element: &str, known: &[(&str, &str)]) -> String {
        let leading = |value: &FieldValue| value.leading().map(|ranked| label(known, &ranked.label)).collect();
        self.elements(name, element, leading)
    }

    /// One element for each value that `content` can write.
    fn each(&self, name: FieldName, element: &str, content: impl Fn(&FieldValue) -> Option<String>) -> String {
        self.elements(name, element, |value| content(value).into_iter().collect())
    }

    fn elements(&self, name: FieldName, element: &str, contents: impl Fn(&FieldValue) -> Vec<String>) -> String {
        let mut written: Vec<(String, Vec<String>)> = Vec::new();
        for value in self.merged.field(name).map_or(&[][..], |field: &Field| &field.values) {
            for content in contents(value) {
                let reference = self.reference(value);
                match written.iter_mut().find(|(other, _)| *other == content) {
                    Some((_, references)) if references.contains(&reference) => {}
                    Some((_, references)) => references.push(reference),
                    None => written.push((content, vec![reference])),
                }
            }
        }
        let element = |(content, references): &(String, Vec<String>)| {
            format!("<{element}>{}{content}</{element}>\n", references.concat())
        };
        written.iter().map(element).collect()
    }

    fn reference(&self, value: &FieldValue) -> String {
        let who = describe::who(value);
        let place = self.sources.iter().position(|name| *name == who).map_or(1, |place| place + 1);
        let at = value.at.as_deref().filter(|at| is_date_time(at));
        let at = at.map_or_else(String::new, |at| format!(" AssertionDateTime=\"{at}\""));
        format!("<MetadataSourceReference{at}>U{place}</MetadataSourceReference>")
    }
}

/// `<Value>` of a label: DDEX's own word, or the label as a user-defined one.
fn label(known: &[(&str, &str)], label: &str) -> String {
    match known.iter().find(|(own, _)| *own == label) {
        Some((_, theirs)) => format!("<Value>{}</Value>", escape(theirs)),
        None => {
            let label = escape(label);
            format!("<Value Namespace=\"{NAMESPACE}\" UserDefinedValue=\"{label}\">UserDefined</Value>")
        }
    }
}

fn metre(word: &str) -> Option<String> {
    let (beats, note) = word.split_once('/')?;
    let (beats, note): (u32, u32) = (beats.trim().parse().ok()?, note.trim().parse().ok()?);
    let meter =
        format!("<NumberOfBeatsInBar>{beats}</NumberOfBeatsInBar><NoteEquivalentToBeat>{note}</NoteEquivalentToBeat>");
    Some(format!("<Meter>{meter}</Meter>"))
}

fn harmony(key: KeyName) -> Option<String> {
    let note = NOTES.get(usize::from(key.pitch_class))?;
    let mode = key.mode.name();
    let chord = format!("{}Triad", facts::sentence(mode));
    Some(format!(
        "<RootChordNote>{note}</RootChordNote><RootChordQuality>{chord}</RootChordQuality>\
         <Mode Namespace=\"balanced\" UserDefinedValue=\"{mode}\">UserDefined</Mode>"
    ))
}

/// Whether `text` has the form of an RFC 3339 time, which is an `xs:dateTime` too.
fn is_date_time(text: &str) -> bool {
    let digits = |pattern: &str, text: &str| {
        pattern.len() == text.len()
            && pattern.bytes().zip(text.bytes()).all(|(p, t)| if p == b'0' { t.is_ascii_digit() } else { p == t })
    };
    let (Some(whole), Some(rest)) = (text.get(..19), text.get(19..)) else { return false };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    digits("0000-00-00T00:00:00", whole)
        && !rest.starts_with(".Z")
        && (zone == "Z" || digits("+00:00", zone) || digits("-00:00", zone))
}

#[cfg(test)]
mod tests {
    use roxmltree::{Document, Node};

    use super::*;
    use crate::cases;

    /// The descriptions in the order of `ResourceInformation` in MEAD 1.1's XML Schema.
    const ORDER: [&str; 11] = [
        "ResourceSummary",
        "GenreCategory",
        "SubGenreCategory",
        "TimeSignature",
        "BeatsPerMinute",
        "Intensity",
        "InstrumentUsed",
        "Harmony",
        "Mood",
        "Theme",
        "Activity",
    ];

    fn child<'a>(node: Node<'a, 'a>, name: &str) -> Node<'a, 'a> {
        node.children().find(|child| child.has_tag_name(name)).unwrap()
    }

    #[test]
    fn every_description_says_whose_it_is() {
        let text = mead(&cases::merged(), None);
        let document = Document::parse(&text).unwrap();
        let root = document.root_element();
        assert_eq!(root.tag_name().namespace(), Some("http://ddex.net/xml/mead/11"));
        let sources: Vec<_> =
            root.descendants().filter(|node| node.has_tag_name("SourceReference")).filter_map(|n| n.text()).collect();
        let resource = root.descendants().find(|node| node.has_tag_name("ResourceInformation")).unwrap();
        let elements: Vec<_> = resource.children().filter(Node::is_element).collect();
        let places: Vec<_> =
            elements.iter().map(|node| ORDER.iter().position(|name| node.has_tag_name(*name)).unwrap()).collect();
        assert!(places.is_sorted(), "{places:?}");
        for element in &elements[1..] {
            let references: Vec<_> =
                element.children().filter(|node| node.has_tag_name("MetadataSourceReference")).collect();
            assert!(!references.is_empty());
            assert!(references.iter().all(|reference| sources.contains(&reference.text().unwrap())));
        }
        assert_eq!(places.iter().filter(|place| **place == 4).count(), 2, "120 and 128 BPM, the latter by two models");
    }

    #[test]
    fn values_that_are_shared_are_written_once_and_times_only_where_they_are_times() {
        let text = mead(&cases::merged(), None);
        let document = Document::parse(&text).unwrap();
        let tempo: Vec<_> = document.descendants().filter(|node| node.has_tag_name("BeatsPerMinute")).collect();
        let references: Vec<_> =
            tempo[1].children().filter(|node| node.has_tag_name("MetadataSourceReference")).collect();
        assert_eq!((child(tempo[1], "Value").text(), references.len()), (Some("128"), 2));
        assert_eq!(references[0].attribute("AssertionDateTime"), Some("2026-11-30T10:00:00.5Z"));
        assert_eq!(references[1].attribute("AssertionDateTime"), None, "yesterday is no time");
        let harmony: Vec<_> = document.descendants().filter(|node| node.has_tag_name("Harmony")).collect();
        assert_eq!(child(harmony[0], "RootChordNote").text(), Some("C#/Db"));
        assert_eq!(child(harmony[1], "RootChordQuality").text(), Some("MinorTriad"));
        let genres: Vec<_> = document.descendants().filter(|node| node.has_tag_name("GenreCategory")).collect();
        let values: Vec<_> = genres.iter().map(|genre| child(*genre, "Value").text().unwrap()).collect();
        assert_eq!(values, ["Rock", "ElectronicMusic", "Pop"]);
        assert!(text.contains("UserDefinedValue=\"&lt;happy&gt;\""), "labels are escaped");
    }

    #[test]
    fn times_have_the_form_of_rfc_3339() {
        for right in ["2026-11-30T10:00:00Z", "2026-11-30T10:00:00.123Z", "2026-11-30T10:00:00+01:00"] {
            assert!(is_date_time(right), "{right}");
        }
        for wrong in [
            "",
            "2026-11-30",
            "2026-11-30T10:00:00",
            "2026-11-30T10:00:00.Z",
            "2026-11-30T10:00:00Zé",
            "é026-11-30T10:00:00",
        ] {
            assert!(!is_date_time(wrong), "{wrong}");
        }
    }

    #[test]
    fn allowed_values_are_labels_of_the_vocabulary() {
        use balanced_merge::vocabulary::Category;
        assert!(GENRES.iter().all(|(label, _)| Category::Genre.labels().contains(label)));
        assert!(MOODS.iter().all(|(label, _)| Category::Mood.labels().contains(label)));
        assert!(INTENSITIES.iter().all(|(label, _)| Category::EnergyLevel.labels().contains(label)));
    }
}
