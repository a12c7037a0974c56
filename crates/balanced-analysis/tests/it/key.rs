//! Key and tuning against synthetic truth.

use std::f64::consts::TAU;

use balanced_analysis::Analyzer;
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_model::{AnalysisConfig, Family, Key, Measurements};
use balanced_testkit::music::{self, Rng, Style};

const MAJOR: [&str; 12] = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];
const MINOR: [&str; 12] = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"];

fn key_of(rate_hz: f64, audio: &PlanarBuffer) -> Key {
    measure(rate_hz, audio).key.expect("key was asked for")
}

fn measure(rate_hz: f64, audio: &PlanarBuffer) -> Measurements {
    let config = AnalysisConfig { families: vec![Family::Key], ..AnalysisConfig::default() };
    let mut analyzer = Analyzer::new(&StreamFormat::new(rate_hz, audio.channels()), &config);
    analyzer.push(audio.block());
    analyzer.finish()
}

fn name(tonic: usize, minor: bool) -> String {
    if minor { format!("{} minor", MINOR[tonic]) } else { format!("{} major", MAJOR[tonic]) }
}

/// Triads I IV V I (i iv V i) of half a second, each note six harmonics, over a bass.
fn cadence(rate_hz: f64, tonic: usize, minor: bool, a4_hz: f64) -> PlanarBuffer {
    let third = if minor { 3 } else { 4 };
    let chords = [[0, third, 7], [5, 5 + third, 12], [7, 11, 14], [0, third, 7]];
    let frames = (0.5 * rate_hz) as usize;
    let mut samples = Vec::new();
    for chord in chords.iter().cycle().take(12) {
        let notes: Vec<f64> = [chord[0] - 12, chord[0], chord[1], chord[2]]
            .iter()
            .map(|note| a4_hz * 2f64.powf(f64::from(*note + tonic as i32 - 9) / 12.0))
            .collect();
        samples.extend((0..frames).map(|i| {
            let t = i as f64 / rate_hz;
            let tone = |hz: &f64| (1..=6).map(|h| (TAU * hz * f64::from(h) * t).sin() / f64::from(h * h)).sum::<f64>();
            0.08 * (-3.0 * t).exp() * notes.iter().map(tone).sum::<f64>()
        }));
    }
    PlanarBuffer::from_channels(&[samples])
}

#[test]
fn every_key_is_recognised() {
    for tonic in 0..12 {
        for minor in [false, true] {
            let key = key_of(11_025.0, &cadence(11_025.0, tonic, minor, 440.0));
            assert_eq!(key.name, Some(name(tonic, minor)));
            assert!(key.confidence > 0.3 && key.confidence <= 1.0);
            assert_eq!(key.candidates[0].name, name(tonic, minor));
            assert!((key.tuning_hz.expect("tuned") - 440.0).abs() < 1.0);
        }
    }
}

#[test]
fn detuned_music_keeps_its_key_and_tells_its_tuning() {
    for a4_hz in [432.0, 436.0, 444.0, 448.0] {
        for (tonic, minor) in [(0, false), (4, true), (8, false), (1, true)] {
            let key = key_of(44_100.0, &cadence(44_100.0, tonic, minor, a4_hz));
            assert_eq!(key.name, Some(name(tonic, minor)), "{a4_hz}");
            let tuning_hz = key.tuning_hz.expect("tuned");
            assert!((tuning_hz - a4_hz).abs() < 1.0, "{a4_hz} {tuning_hz}");
        }
    }
}

/// The rate of the file does not matter.
#[test]
fn rates_agree() {
    for rate_hz in [8000.0, 22_050.0, 32_000.0, 48_000.0, 96_000.0, 192_000.0] {
        let key = key_of(rate_hz, &cadence(rate_hz, 3, true, 440.0));
        assert_eq!(key.name.as_deref(), Some("Eb minor"), "{rate_hz}");
        assert_eq!((key.camelot.as_deref(), key.open_key.as_deref()), (Some("2A"), Some("7m")));
    }
}

/// Four-chord loops are less plain than cadences: six of eight takes of a style, and the others not far off.
#[test]
fn played_music_is_mostly_right() {
    for style in [Style::Piano, Style::Pads, Style::DistortedGuitar, Style::Acoustic, Style::Electronic, Style::Band] {
        let right = (1..=8).filter(|seed| {
            let take = music::render(style, 22_050.0, 20.0, *seed);
            let key = key_of(22_050.0, &take.audio);
            key.name == Some(name(take.tonic.into(), take.minor))
        });
        let right = right.count();
        assert!(right >= 5, "{style:?}: {right} of 8");
    }
}

#[test]
fn what_has_no_pitch_has_no_key() {
    let mut rng = Rng::new(5);
    for seconds in [0.0, 0.01, 1.0, 12.0] {
        let frames = (44_100.0 * seconds) as usize;
        let silence = PlanarBuffer::new(2, frames);
        let noise: Vec<f64> = (0..frames).map(|_| 0.2 * rng.normal()).collect();
        for audio in [silence, PlanarBuffer::from_channels(&[&noise, &noise])] {
            let measured = measure(44_100.0, &audio);
            assert!(measured.reasons.contains_key("key.name"), "{seconds} s");
            assert_eq!(measured.key, Some(Key::default()), "{seconds} s");
        }
    }
    for seed in 1..4 {
        let mut rng = Rng::new(seed);
        let minute: Vec<f64> = (0..8000 * 90).map(|_| 0.2 * rng.normal()).collect();
        assert_eq!(key_of(8000.0, &PlanarBuffer::from_channels(&[minute])).name, None, "a minute and a half of noise");
    }
    let swell = music::render(Style::Noise, 44_100.0, 10.0, 3);
    assert_eq!(key_of(44_100.0, &swell.audio).name, None);
}

/// Drums alone, whose peaks agree on no tuning.
#[test]
fn drums_alone_have_no_key() {
    for seed in 1..=8 {
        let take = music::render(Style::Drums, 22_050.0, 20.0, seed);
        let measured = measure(22_050.0, &take.audio);
        assert_eq!(measured.key, Some(Key::default()), "{seed}");
        assert!(measured.reasons["key.name"].contains("drums"), "{:?}", measured.reasons);
    }
}

/// Pads 12 dB under drums are pitch enough for a key.
#[test]
fn quiet_pads_under_loud_drums_have_a_key() {
    for seed in 1..=6 {
        let render = |style| music::render(style, 22_050.0, 20.0, seed).audio;
        let (drums, pads) = (render(Style::Drums), render(Style::Pads));
        let power = |audio: &PlanarBuffer| audio.channel(0).iter().map(|s| s * s).sum::<f64>() / audio.frames() as f64;
        let gain = 10f64.powf(-12.0 / 20.0) * (power(&drums) / power(&pads)).sqrt();
        let mix = drums.channel(0).iter().zip(pads.channel(0)).map(|(drum, pad)| drum + gain * pad);
        let key = key_of(22_050.0, &PlanarBuffer::from_channels(&[mix.collect::<Vec<f64>>()]));
        assert!(key.name.is_some(), "{seed}");
    }
}

/// Sums of `notes` (semitones above A4) with six harmonics, struck every second.
fn struck(notes: &[i32], seconds: f64) -> PlanarBuffer {
    let rate_hz = 22_050.0;
    let samples = (0..(seconds * rate_hz) as usize).map(|i| {
        let t = i as f64 / rate_hz;
        let tone = |note: &i32| {
            let hz = 440.0 * 2f64.powf(f64::from(*note) / 12.0);
            (1..=6).map(|h| (TAU * hz * f64::from(h) * t).sin() / f64::from(h * h)).sum::<f64>()
        };
        0.02 * (-2.0 * t.fract()).exp() * notes.iter().map(tone).sum::<f64>()
    });
    PlanarBuffer::from_channels(&[samples.collect::<Vec<f64>>()])
}

/// All twelve notes at once, over one octave or two and from several lowest notes, have no key, and the reason says so.
#[test]
fn a_cluster_has_no_key() {
    for lowest in [-21, -9, -4] {
        for octaves in [1, 2] {
            let notes: Vec<i32> = (lowest..lowest + 12 * octaves).collect();
            let measured = measure(22_050.0, &struck(&notes, 12.0));
            assert_eq!(measured.key, Some(Key::default()), "{lowest} {octaves}");
            assert!(measured.reasons.contains_key("key.name"));
        }
    }
    let chord = key_of(22_050.0, &struck(&[-21, -9, -5, -2], 12.0));
    assert_eq!(chord.tonic.as_deref(), Some("C"), "one chord is enough for its key");
}

/// Two modulations, the last a whole tone down: three segments, each with its own key.
#[test]
fn a_key_that_changes_twice_has_three_segments() {
    let part = |tonic, minor| repeated(&cadence(22_050.0, tonic, minor, 444.0), 25.0);
    let key = key_of(22_050.0, &joined(&[part(9, true), part(4, true), part(2, false)]));
    let names: Vec<_> = key.segments.iter().map(|segment| segment.name.as_str()).collect();
    assert_eq!(names, ["A minor", "E minor", "D major"], "{:?}", key.segments);
    assert!((key.tuning_hz.expect("tuned") - 444.0).abs() < 1.0);
}

#[test]
fn a_second_of_a_chord_is_enough_to_answer_without_nonsense() {
    let audio = cadence(44_100.0, 7, false, 440.0);
    let second: Vec<f64> = audio.channel(0)[..44_100].to_vec();
    let key = key_of(44_100.0, &PlanarBuffer::from_channels(&[second]));
    let sum: f64 = key.candidates.iter().map(|c| c.weight).sum();
    assert!(key.candidates.is_empty() || (0.2..=1.0).contains(&sum));
    assert!(key.tuning_hz.is_none_or(|hz| (427.0..454.0).contains(&hz)));
}

fn joined(parts: &[PlanarBuffer]) -> PlanarBuffer {
    let samples: Vec<f64> = parts.iter().flat_map(|part| part.channel(0).to_vec()).collect();
    PlanarBuffer::from_channels(&[samples])
}

fn repeated(part: &PlanarBuffer, seconds: f64) -> PlanarBuffer {
    let count = (22_050.0 * seconds) as usize;
    PlanarBuffer::from_channels(&[part.channel(0).iter().copied().cycle().take(count).collect::<Vec<_>>()])
}

/// A modulation a minor third up after half a minute is seen where it happens; a steady key is one segment.
#[test]
fn the_key_is_followed_through_time() {
    let (first, second) = (cadence(22_050.0, 0, false, 440.0), cadence(22_050.0, 3, false, 440.0));
    let steady = key_of(22_050.0, &repeated(&first, 41.0));
    assert_eq!(steady.segments.len(), 1);
    let only = &steady.segments[0];
    assert_eq!((only.start_s, only.end_s, only.name.as_str()), (0.0, 41.0, "C major"));
    let key = key_of(22_050.0, &joined(&[repeated(&first, 30.0), repeated(&second, 30.0)]));
    let names: Vec<_> = key.segments.iter().map(|segment| segment.name.as_str()).collect();
    assert_eq!(names, ["C major", "Eb major"]);
    assert!((key.segments[0].end_s - 30.0).abs() < 5.1, "{:?}", key.segments);
    assert_eq!((key.segments[0].end_s, key.segments[1].end_s), (key.segments[1].start_s, 60.0));
    assert!(key.segments.iter().all(|segment| segment.confidence > 0.3 && !segment.camelot.is_empty()));
}
