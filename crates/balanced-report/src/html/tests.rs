//! The pages are well-formed, self-contained, escaped, and say the same in chart and table.

use balanced_assistant::diagnose;
use balanced_mastering::{Branch, ChainSpec, ParallelSpec, ProcessorSpec};
use balanced_model::{Analysis, Channel, DefectKind, Loudness, Measurements, Severity, Target};
use base64::prelude::{BASE64_STANDARD, Engine};
use roxmltree::{Document, Node, ParsingOptions};
use sha2::{Digest, Sha256};

use super::{escape, typeset};
use crate::{Achieved, Extras, MasterReport, analysis_html, analysis_page, cases, master_html, merged_html};

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
    with_master(before, after, title, feasible, &Extras::default())
}

fn with_master(before: &Analysis, after: &Analysis, title: &str, feasible: bool, extras: &Extras) -> String {
    let target = Target::default();
    let findings = diagnose(before, &target);
    let mut chain = ChainSpec::new("test", ProcessorSpec::all());
    chain.steps.push(ParallelSpec::whole([Branch::dry(), Branch::new("<Crushed>", ProcessorSpec::all())]).into());
    let report = MasterReport {
        title,
        input: "songs/mix.wav",
        output: "songs/master.wav",
        start_s: 0.0,
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
    };
    super::master_page(&report, extras)
}

#[test]
fn pages_are_well_formed_and_complete() {
    let before = cases::full();
    let after = cases::louder();
    let page = master_page(&before, &after, "Song", true);
    let document = parse(&page);
    let headings: Vec<String> = document.descendants().filter(|node| node.has_tag_name("h2")).map(text).collect();
    let wanted = [
        "What was found in the mix",
        "Loudness and peaks",
        "Tone",
        "Stereo",
        "Tempo, key and tags",
        "What was done",
        "On the services",
        "Before and after",
    ];
    assert_eq!(headings, wanted);
    assert!(text(document.root()).contains("Target “streaming” reached: −14.0 LUFS, no peak above −1.0 dBTP."));
    let page = analysis_html(&before);
    let document = parse(&page);
    let headings: Vec<String> = document.descendants().filter(|node| node.has_tag_name("h2")).map(text).collect();
    let wanted = [
        "Findings",
        "Loudness and peaks",
        "Tone",
        "Stereo",
        "Tempo, key and tags",
        "Faults",
        "On the services",
        "All numbers",
    ];
    assert_eq!(headings, wanted);
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

/// Everything that a page may be made of: both pages, plain and with pictures and audio.
fn pages() -> Vec<String> {
    let (before, after) = (cases::full(), cases::louder());
    let mut pages = vec![analysis_html(&before), master_page(&before, &after, "Song", true)];
    let extras = cases::extras();
    pages.push(analysis_page(&before, &extras));
    pages.push(with_master(&before, &after, "Song", true, &extras));
    pages
}

#[test]
fn nothing_comes_from_elsewhere() {
    for page in pages() {
        let lower = page.to_lowercase();
        for word in
            ["http:", "https:", "url(", "@import", "<link", "javascript:", "fetch(", "xmlhttprequest", "websocket"]
        {
            assert!(!lower.contains(word), "{word} at {:?}", lower.find(word));
        }
        for node in parse(&page).descendants() {
            assert!(node.attributes().all(|attribute| !attribute.name().starts_with("on")), "{node:?}");
            let mut sources = ["src", "href"].iter().filter_map(|name| node.attribute(*name));
            assert!(sources.all(|uri| uri.starts_with("data:") || uri.starts_with('#')), "{node:?}");
        }
    }
}

#[test]
fn the_only_script_is_the_one_that_the_policy_names() {
    for page in pages() {
        assert_eq!(page.matches("<script").count(), 1);
        let (_, rest) = page.split_once("<script>").unwrap();
        let (script, _) = rest.split_once("</script>").unwrap();
        let hash = BASE64_STANDARD.encode(Sha256::digest(script.as_bytes()));
        assert!(page.contains(&format!("script-src 'sha256-{hash}'")), "the policy names another script");
        assert!(page.contains("default-src 'none'") && !page.contains("unsafe-eval"));
    }
}

/// Relative luminance of a colour, and the contrast of two (WCAG 2.2).
fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |colour: &str| {
        let digits: Vec<u32> = colour.trim_start_matches('#').chars().map(|c| c.to_digit(16).unwrap()).collect();
        let channel = |index: usize| {
            f64::from(match digits.len() {
                3 => 17 * digits[index],
                _ => 16 * digits[2 * index] + digits[2 * index + 1],
            }) / 255.0
        };
        let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(channel(0)) + 0.7152 * linear(channel(1)) + 0.0722 * linear(channel(2))
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// WCAG 2.2 AA asks for 4.5 of text (1.4.3) and 3 of graphics (1.4.11); here every colour serves as text somewhere.
#[test]
fn every_colour_of_every_theme_has_enough_contrast() {
    let themes: Vec<_> = super::page::STYLE.match_indices(":root {").map(|(at, _)| &super::page::STYLE[at..]).collect();
    assert_eq!(themes.len(), 3, "light, dark and print");
    for theme in themes {
        let theme = &theme[..theme.find('}').unwrap()];
        let colour = |name: &str| {
            let (_, rest) = theme.split_once(&format!("--{name}: ")).unwrap_or_else(|| panic!("{name} in {theme}"));
            rest.split(';').next().unwrap().trim().to_owned()
        };
        for name in ["ink", "muted", "before", "after", "good", "minor", "major", "critical", "info"] {
            for ground in ["paper", "panel"] {
                let found = contrast(&colour(name), &colour(ground));
                assert!(found >= 4.5, "{name} on {ground}: {found:.2}");
            }
        }
    }
    assert!((contrast("#fff", "#000000") - 21.0).abs() < 1e-9);
}

#[test]
fn a_page_is_small_and_leads_from_a_finding_to_its_place() {
    let analysis = cases::with(|analysis| {
        let spectrum = analysis.measurements.spectrum.as_mut().unwrap();
        spectrum.ltas.level_db.iter_mut().for_each(|db| *db = db.map(|db| db - 1.0));
        let defect = &mut analysis.measurements.defects.as_mut().unwrap()[0];
        (defect.severity, defect.start_s, defect.end_s) = (Severity::Major, 20.0, 22.0);
    });
    let page = analysis_page(&analysis, &balanced_extras_without_audio());
    assert!(page.len() < 1_500_000, "{} bytes", page.len());
    let document = parse(&page);
    let link = document.descendants().find(|node| node.attribute("class") == Some("at")).expect("a link to the place");
    assert_eq!((link.attribute("data-from"), link.attribute("data-to")), (Some("20"), Some("22")));
    let target = link.attribute("href").unwrap().trim_start_matches('#');
    assert!(document.descendants().any(|node| node.attribute("id") == Some(target)), "{target}");
    let verdict = document.descendants().find(|node| node.attribute("class") == Some("verdict bad"));
    assert!(text(verdict.unwrap()).starts_with("This needs work first: clicks"));
}

fn balanced_extras_without_audio() -> Extras {
    Extras { listening: None, ..cases::extras() }
}

#[test]
fn a_given_chain_is_not_praised_beside_a_serious_fault() {
    let before = cases::with(|analysis| {
        analysis.measurements.defects.as_mut().unwrap()[0].severity = Severity::Major;
    });
    let (after, target, chain) = (cases::louder(), Target::default(), ChainSpec::default());
    let report = MasterReport {
        title: "Song",
        input: "mix.wav",
        output: "master.wav",
        start_s: 0.0,
        target: Some(&target),
        achieved: Achieved::new(&after_loudness(), Some(4.0)),
        feasible: true,
        reason: None,
        findings: &[],
        before: &before,
        after: &after,
        chain: &chain,
        reasons: &[],
        notes: &[],
        codecs: None,
    };
    let page = master_html(&report);
    assert!(page.contains("class=\"verdict warn\"") && page.contains("the mix has what it may not treat: clicks."));
    let clean = MasterReport { before: &after, ..report };
    assert!(master_html(&clean).contains("class=\"verdict good\""));
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
        assert_eq!(page.matches("<script").count(), 1, "a string became markup");
        let document = parse(&page);
        assert!(document.descendants().all(|node| node.attribute("onload").is_none()), "a string became an attribute");
        assert!(text(document.root()).contains("<script>alert('x')</script>\" onload=\"x\u{fffd}&amp;"));
    }
}

#[test]
fn charts_are_labelled_and_have_a_table_twin() {
    let page = pages().pop().unwrap();
    let document = parse(&page);
    let mut ids = std::collections::BTreeSet::new();
    for node in document.descendants() {
        assert!(node.attribute("id").is_none_or(|id| ids.insert(id.to_owned())), "{node:?} repeats its id");
    }
    let figures: Vec<_> = document.descendants().filter(|node| node.has_tag_name("figure")).collect();
    assert_eq!(figures.len(), 9);
    for figure in figures {
        let has = |name: &str| figure.descendants().any(|node| node.has_tag_name(name));
        assert!(has("figcaption") && has("svg"));
        assert!(has("table") || text(figure).contains("Waveform"), "{}", text(figure));
        let svg = figure.descendants().find(|node| node.has_tag_name("svg")).unwrap();
        for id in svg.attribute("aria-labelledby").unwrap().split(' ') {
            assert!(ids.contains(id), "{id} labels the chart but is not there");
        }
    }
}

#[test]
fn numbers_are_finite_everywhere() {
    for page in pages() {
        let (_, body) = page.split_once("</style>").unwrap();
        let (body, _) = body.split_once("<script>").unwrap();
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
