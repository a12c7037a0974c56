//! The pages are well-formed, self-contained, escaped, and say the same in chart and table.

use balanced_assistant::diagnose;
use balanced_mastering::{Branch, ChainSpec, ParallelSpec, ProcessorSpec};
use balanced_model::{Analysis, Channel, DefectKind, Loudness, Measurements, Severity, Target};
use roxmltree::{Document, Node, ParsingOptions};

use super::{escape, typeset};
use crate::{Achieved, MasterReport, analysis_html, cases, master_html, merged_html};

/// Parse as XML: every element closed, every attribute quoted, every character escaped.
fn parse(page: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(page, options).unwrap_or_else(|error| panic!("{error}"))
}

fn text(node: Node<'_, '_>) -> String {
    node.descendants().filter_map(|node| node.is_text().then(|| node.text()).flatten()).collect()
}

fn after_loudness() -> Loudness {
    Loudness {
        integrated_lufs: Some(-14.0),
        true_peak_dbtp: Some(-1.0),
        range_lu: Some(6.1),
        plr_db: Some(13.0),
        ..Loudness::default()
    }
}

fn master_page(before: &Analysis, after: &Analysis, title: &str, feasible: bool) -> String {
    let target = Target::default();
    let findings = diagnose(before, &target);
    let mut chain = ChainSpec::new("test", ProcessorSpec::all());
    chain.steps.push(ParallelSpec::whole([Branch::dry(), Branch::new("<Crushed>", ProcessorSpec::all())]).into());
    master_html(&MasterReport {
        title,
        input: "songs/mix.wav",
        output: "songs/master.wav",
        target: Some(&target),
        achieved: Achieved::new(&after_loudness(), Some(4.25)),
        feasible,
        reason: (!feasible).then_some("it would take 9.1 dB"),
        findings: &findings,
        before,
        after,
        chain: &chain,
        reasons: &[balanced_model::Reason { step: 0, text: "Because <b>.".to_owned() }],
        notes: &["a limiter was added <at the end>".to_owned()],
        codecs: None,
    })
}

#[test]
fn pages_are_well_formed_and_complete() {
    let before = cases::full();
    let after = cases::louder();
    let page = master_page(&before, &after, "Song", true);
    let document = parse(&page);
    let headings: Vec<String> = document.descendants().filter(|node| node.has_tag_name("h2")).map(text).collect();
    let wanted = [
        "Loudness and peaks",
        "Tone",
        "Stereo image",
        "What was done",
        "What was found in the mix",
        "Before and after",
    ];
    assert_eq!(headings, wanted);
    assert!(text(document.root()).contains("Target “streaming” reached: −14.0 LUFS, no peak above −1.0 dBTP."));
    let page = analysis_html(&before);
    let document = parse(&page);
    let headings: Vec<String> = document.descendants().filter(|node| node.has_tag_name("h2")).map(text).collect();
    assert_eq!(headings, ["Loudness and peaks", "Tone", "Stereo image", "Rhythm and tags", "Faults", "All numbers"]);
    assert!(text(document.root()).contains("Head house style") && page.contains("&lt;loud&gt;"), "heads, escaped");
}

#[test]
fn an_empty_analysis_is_still_a_page() {
    let empty = cases::with(|analysis| analysis.measurements = Measurements::default());
    let page = analysis_html(&empty);
    assert_eq!(parse(&page).descendants().filter(|node| node.has_tag_name("h2")).count(), 0);
    let page = master_page(&empty, &empty, "Nothing", false);
    assert!(text(parse(&page).root()).contains("not reached: it would take 9.1 dB."));
}

#[test]
fn nothing_comes_from_elsewhere_and_nothing_runs() {
    for page in [analysis_html(&cases::full()), master_page(&cases::full(), &cases::louder(), "Song", true)] {
        for word in ["http", "url(", "@import", "src=", "<script", "<link", "javascript:", " on"] {
            let found = page.to_lowercase().find(word).filter(|_| word != " on" || page.contains("onload"));
            assert!(found.is_none(), "{word} at {found:?}");
        }
        for node in parse(&page).descendants() {
            assert!(node.attributes().all(|attribute| !attribute.name().starts_with("on")), "{node:?}");
        }
    }
}

/// Every string that comes from outside, made hostile.
#[test]
fn hostile_strings_are_shown_not_obeyed() {
    let hostile = "<script>alert('x')</script>\" onload=\"x\u{1}&amp;";
    let analysis = cases::with(|analysis| {
        let source = &mut analysis.source;
        source.path = Some(format!("/tmp/{hostile}"));
        (source.container, source.codec) = (hostile.to_owned(), hostile.to_owned());
        source.channel_layout = hostile.to_owned();
        source.notes = vec![hostile.to_owned()];
        source.sha256 = Some(hostile.to_owned());
        let measured = &mut analysis.measurements;
        measured.loudness.as_mut().unwrap().platforms[0].name = hostile.to_owned();
        measured.tempo.as_mut().unwrap().time_signature = Some(hostile.to_owned());
        let key = measured.key.as_mut().unwrap();
        (key.name, key.camelot) = (Some(hostile.to_owned()), Some(hostile.to_owned()));
        let tag = &mut measured.tags.as_mut().unwrap().genre[0];
        (tag.label, tag.source) = (hostile.to_owned(), hostile.to_owned());
        let defect = &mut measured.defects.as_mut().unwrap()[0];
        (defect.message, defect.channel) = (hostile.to_owned(), Channel(None));
        (defect.kind, defect.severity) = (DefectKind::Clipping, Severity::Critical);
        analysis.provenance.balanced_version = hostile.to_owned();
    });
    for page in [analysis_html(&analysis), master_page(&analysis, &analysis, hostile, true)] {
        assert!(!page.contains("<script"), "a string became markup");
        let document = parse(&page);
        assert!(document.descendants().all(|node| node.attribute("onload").is_none()), "a string became an attribute");
        assert!(text(document.root()).contains("<script>alert('x')</script>\" onload=\"x\u{fffd}&amp;"));
    }
}

#[test]
fn charts_are_labelled_and_have_a_table_twin() {
    let page = master_page(&cases::full(), &cases::louder(), "Song", true);
    let document = parse(&page);
    let mut ids = std::collections::BTreeSet::new();
    for node in document.descendants() {
        assert!(node.attribute("id").is_none_or(|id| ids.insert(id.to_owned())), "{node:?} repeats its id");
    }
    let figures: Vec<_> = document.descendants().filter(|node| node.has_tag_name("figure")).collect();
    assert_eq!(figures.len(), 5);
    for figure in figures {
        let has = |name: &str| figure.descendants().any(|node| node.has_tag_name(name));
        assert!(has("figcaption") && has("table") && has("svg"));
        let svg = figure.descendants().find(|node| node.has_tag_name("svg")).unwrap();
        for id in svg.attribute("aria-labelledby").unwrap().split(' ') {
            assert!(ids.contains(id), "{id} labels the chart but is not there");
        }
    }
}

#[test]
fn numbers_are_finite_everywhere() {
    for page in [analysis_html(&cases::full()), master_page(&cases::full(), &cases::louder(), "Song", true)] {
        let (_, body) = page.split_once("</style>").unwrap();
        for word in ["NaN", "inf ", "inf\"", "-0.0<", "−0.0<"] {
            assert!(!body.contains(word), "{word}");
        }
    }
}

#[test]
fn typeset_minus_signs_stand_before_numbers_only() {
    assert_eq!(typeset("-14.0 LUFS, R-128, 2-5 kHz, a - b, (-3)"), "−14.0 LUFS, R-128, 2-5 kHz, a - b, (−3)");
    assert_eq!(escape("plain"), "plain");
}

#[test]
fn both_opinions_come_first_and_disagreement_is_said_in_words() {
    let (analysis, merged) = (cases::full(), cases::merged());
    let page = merged_html(&analysis, &merged);
    let document = parse(&page);
    let headings: Vec<String> = document.descendants().filter(|node| node.has_tag_name("h2")).map(text).collect();
    assert_eq!(headings[0], "Both opinions");
    assert!(headings.contains(&"All numbers".to_owned()), "the analysis follows");
    let rows: Vec<_> = document.descendants().filter(|node| node.has_tag_name("tr")).map(text).collect();
    let row = |name: &str| rows.iter().find(|row| row.starts_with(name)).unwrap();
    assert!(
        row("Tempo").contains("balanced 120.0 BPM 91 % sure") && row("Tempo").contains("cyanite BpmV2 128.0 BPM"),
        "{}",
        row("Tempo")
    );
    assert!(row("Tempo").contains("agree") && row("Key").contains("agree partly"), "{}", row("Key"));
    assert!(row("Genre").contains("electronicDance, pop"), "{}", row("Genre"));
    assert!(row("Mood").contains("<happy>") && row("Mood").contains("Ada & Co said so"), "{}", row("Mood"));
    let told: Vec<_> = document.descendants().filter(|node| node.has_tag_name("li")).map(text).collect();
    let key = told.iter().find(|item| item.contains("Key")).unwrap();
    assert!(
        key.contains("balanced C# minor, cyanite AudioAnalysisV7 and cyanite KeyV2 F# minor: a fifth below"),
        "{key}"
    );
    assert!(page.contains("class=\"remark\""), "what could not be checked is said");
    let axis = rows.iter().find(|row| row.starts_with("Who0 s15 s30 s45 s")).expect("one axis for both");
    assert!(axis.len() < 40 && rows.iter().any(|row| row.starts_with("Loudness (LUFS), balanced-")));
    let nothing = balanced_merge::merge(&balanced_merge::Local::from_analysis(&analysis), &[]);
    assert!(merged_html(&analysis, &nothing).contains("What can be compared agrees"));
}
