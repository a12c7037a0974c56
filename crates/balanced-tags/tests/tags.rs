//! Tags through the public door.

use balanced_analysis::Analyzer;
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_model::{AnalysisConfig, Family, Measurements, TagConfig, Tags};
use balanced_testkit::music::{self, Rng, Style};

fn config(patches: usize) -> AnalysisConfig {
    let tags = TagConfig { patches, embedding: true, ..TagConfig::default() };
    AnalysisConfig { families: vec![Family::Tags], tags, ..AnalysisConfig::default() }
}

fn analyzer(format: &StreamFormat, patches: usize, threads: usize) -> Analyzer {
    let config = config(patches);
    Analyzer::with_stages(format, &config, balanced_tags::stages(format, &config), threads)
}

fn measure(audio: &PlanarBuffer, rate_hz: f64, patches: usize) -> Measurements {
    let mut analyzer = analyzer(&StreamFormat::new(rate_hz, audio.channels()), patches, 1);
    analyzer.push(audio.block());
    analyzer.finish()
}

fn tags_of(audio: &PlanarBuffer, rate_hz: f64, patches: usize) -> Tags {
    measure(audio, rate_hz, patches).tags.expect("tags were asked for")
}

fn scaled(audio: &PlanarBuffer, gain: f64) -> PlanarBuffer {
    let channels: Vec<Vec<f64>> =
        (0..audio.channels()).map(|c| audio.channel(c).iter().map(|s| gain * s).collect()).collect();
    PlanarBuffer::from_channels(&channels)
}

fn mono(samples: Vec<f64>) -> PlanarBuffer {
    PlanarBuffer::from_channels(&[samples])
}

#[test]
fn measures_follow_the_sound_and_not_its_level() {
    let of = |style| tags_of(&music::render(style, 22_050.0, 12.0, 3).audio, 22_050.0, 1).measures;
    let (pads, drums, noise) = (of(Style::Pads), of(Style::Drums), of(Style::Noise));
    assert!(drums.energy > pads.energy && drums.activity > pads.activity, "{drums:?} {pads:?}");
    assert!(drums.pulse_clarity > noise.pulse_clarity, "{drums:?} {noise:?}");
    assert!(noise.brightness > pads.brightness && noise.fullness > pads.fullness, "{noise:?} {pads:?}");
    let take = music::render(Style::Band, 22_050.0, 9.0, 1).audio;
    let (loud, soft) = (tags_of(&take, 22_050.0, 1).measures, tags_of(&scaled(&take, 0.05), 22_050.0, 1).measures);
    for (a, b) in
        [(loud.energy, soft.energy), (loud.brightness, soft.brightness), (loud.pulse_clarity, soft.pulse_clarity)]
    {
        assert!((a.unwrap() - b.unwrap()).abs() < 0.01, "{loud:?} {soft:?}");
    }
}

/// By the formulas' own terms: clicks every half second, a sine, white noise.
#[test]
fn measures_of_known_signals() {
    let rate = 16_000.0;
    let mut rng = Rng::new(2);
    let clicks = (0..160_000).map(|i| if i % 8000 < 40 { 0.5 * rng.normal() } else { 0.0 }).collect();
    let pulse = tags_of(&mono(clicks), rate, 1).measures.pulse_clarity.unwrap();
    assert!(pulse > 0.7, "{pulse}");
    let sine = (0..160_000).map(|i| 0.1 * (std::f64::consts::TAU * 440.0 * f64::from(i) / rate).sin()).collect();
    let sine = tags_of(&mono(sine), rate, 1);
    assert_eq!(sine.measures.pulse_clarity, None);
    assert!(sine.notes.iter().any(|note| note.starts_with("pulse_clarity")));
    assert!(sine.measures.brightness.unwrap() < 0.05 && sine.measures.energy.unwrap() < 0.1, "{:?}", sine.measures);
    let noise = (0..160_000).map(|_| 0.1 * rng.normal()).collect();
    let noise = tags_of(&mono(noise), rate, 1).measures;
    // Of the band from 0 to 8 kHz, 81 % lies above 1.5 kHz.
    assert!((noise.brightness.unwrap() - 0.81).abs() < 0.02 && noise.pulse_clarity.unwrap() < 0.2, "{noise:?}");
}

#[test]
fn silence_and_scraps_say_nothing_and_why() {
    for seconds in [0.0, 0.01, 0.9, 5.0] {
        let tags = tags_of(&PlanarBuffer::new(2, (44_100.0 * seconds) as usize), 44_100.0, 4);
        assert!(tags.genre.is_empty() && tags.voice.is_empty() && tags.embedding.is_none(), "{seconds}");
        assert_eq!(tags.measures, Default::default());
        assert!(tags.notes.iter().any(|note| note.starts_with("nothing to hear")), "{:?}", tags.notes);
    }
}

#[test]
fn an_analyser_without_the_stage_says_so() {
    let audio = music::render(Style::Band, 22_050.0, 6.0, 1).audio;
    let mut analyzer = Analyzer::new(&StreamFormat::new(22_050.0, audio.channels()), &config(4));
    analyzer.push(audio.block());
    let measured = analyzer.finish();
    let tags = measured.tags.expect("tags were asked for");
    assert!(tags.genre.is_empty() && tags.measures.energy.is_none() && measured.models.is_empty());
    assert!(tags.notes.iter().any(|note| note.contains("balanced-tags")), "{:?}", tags.notes);
    assert_eq!(measured.reasons["tags.genre"], tags.notes[0]);
}

mod with_networks {
    use super::*;

    fn label<'a>(tags: &'a [balanced_model::Tag], name: &str) -> &'a balanced_model::Tag {
        tags.iter().find(|tag| tag.label == name).unwrap()
    }

    #[test]
    fn blocks_and_threads_do_not_matter() {
        let audio = music::render(Style::Band, 44_100.0, 14.0, 5).audio;
        let format = StreamFormat::new(44_100.0, audio.channels());
        let whole = measure(&audio, 44_100.0, 3);
        let mut spread = analyzer(&format, 3, 3);
        for at in (0..audio.frames()).step_by(1013) {
            let frames = 1013.min(audio.frames() - at);
            spread.push(audio.block().slice(at..at + frames));
        }
        assert_eq!(spread.finish().tags, whole.tags);
        let names: Vec<_> = whole.models.iter().map(|model| model.name.as_str()).collect();
        assert_eq!(names, ["MSD_musicnn", "MTT_musicnn"]);
        assert_eq!(whole.tags.unwrap().heard_s, 3.0 * 187.0 * 256.0 / 16_000.0);
    }

    #[test]
    fn every_category_is_ranked_and_bounded() {
        let tags = tags_of(&music::render(Style::Piano, 22_050.0, 7.0, 2).audio, 22_050.0, 2);
        for list in [&tags.genre, &tags.subgenre, &tags.mood, &tags.instrument, &tags.voice] {
            assert!(!list.is_empty() && list.windows(2).all(|pair| pair[0].score >= pair[1].score));
            assert!(list.iter().all(|tag| (0.0..=1.0).contains(&tag.score) && tag.model.is_some()));
        }
        assert_eq!((tags.genre.len(), tags.embedding.unwrap().len()), (13, 200));
    }

    /// The output of networks trained on records for synthetic instruments is no test of them, but plain cases must come out.
    #[test]
    fn plain_cases() {
        let of = |style| tags_of(&music::render(style, 22_050.0, 9.0, 1).audio, 22_050.0, 3);
        let (piano, electronic, drums) = (of(Style::Piano), of(Style::Electronic), of(Style::Drums));
        for (style, tags) in [("piano", &piano), ("electronic", &electronic), ("drums", &drums)] {
            let best = |list: &[balanced_model::Tag]| {
                list.iter().take(4).map(|t| format!("{} {}", t.label, t.score)).collect::<Vec<_>>().join(", ")
            };
            println!("{style}: {} | {} | {}", best(&tags.genre), best(&tags.instrument), best(&tags.mood));
        }
        assert_eq!(piano.instrument[0].label, "piano");
        assert_eq!(electronic.genre[0].label, "electronicDance");
        let more = |name: &str, a: &Tags, b: &Tags| {
            let of = |tags: &Tags| label(&tags.mood, name).score;
            assert!(of(a) > of(b), "{name}: {} {}", of(a), of(b));
        };
        more("energetic", &drums, &piano);
        more("calm", &piano, &drums);
        assert!(label(&drums.instrument, "percussion").score > label(&piano.instrument, "percussion").score);
    }

    #[test]
    fn the_level_does_not_change_the_genre() {
        let audio = music::render(Style::DistortedGuitar, 22_050.0, 9.0, 4).audio;
        let (loud, soft) = (tags_of(&audio, 22_050.0, 2), tags_of(&scaled(&audio, 0.03), 22_050.0, 2));
        for tag in &loud.genre {
            let difference = (label(&soft.genre, &tag.label).score - tag.score).abs();
            assert!(difference < 0.03, "{tag:?} {difference}");
        }
    }

    #[test]
    fn a_second_is_heard_as_three_and_says_so() {
        let audio = music::render(Style::Acoustic, 22_050.0, 1.5, 1).audio;
        let tags = tags_of(&audio, 22_050.0, 10);
        assert!(!tags.genre.is_empty());
        assert!(tags.notes.iter().any(|note| note.starts_with("shorter than three seconds")), "{:?}", tags.notes);
    }
}
