//! Tempo, beats and bars against synthetic truth.

use balanced_analysis::model::Tempo;
use balanced_analysis::{AnalysisConfig, Analyzer, Family};
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_testkit::music::{self, Rng, Style};

const RATE_HZ: f64 = 22_050.0;

fn tempo_of(rate_hz: f64, audio: &PlanarBuffer) -> Tempo {
    let config = AnalysisConfig { families: vec![Family::Tempo], ..AnalysisConfig::default() };
    let mut analyzer = Analyzer::new(&StreamFormat::new(rate_hz, audio.channels()), &config);
    analyzer.push(audio.block());
    analyzer.finish().tempo.expect("tempo was asked for")
}

/// Kick, snare and a bass note that changes with the bar; `metre` beats a bar, first beat at 0.25 s.
fn band(rate_hz: f64, bpm: f64, metre: usize, seconds: f64) -> (PlanarBuffer, Vec<f64>) {
    let mut rng = Rng::new(11);
    let mut samples = vec![0.0; (seconds * rate_hz) as usize];
    let beats: Vec<f64> = (0..).map(|k| 0.25 + f64::from(k) * 60.0 / bpm).take_while(|t| *t < seconds - 0.3).collect();
    for (k, at) in beats.iter().enumerate() {
        let root = 55.0 * [1.0, 1.335, 1.498, 1.122][k / metre % 4];
        for i in 0..(0.28 * rate_hz) as usize {
            let (t, index) = (i as f64 / rate_hz, (at * rate_hz) as usize + i);
            let down = k % metre == 0;
            let kick = if down { 0.5 * (-18.0 * t).exp() * (400.0 * t.powf(0.8)).sin() } else { 0.0 };
            let snare = if down { 0.0 } else { 0.15 * (-30.0 * t).exp() * rng.normal() };
            let bass = 0.2 * (-4.0 * t).exp() * (std::f64::consts::TAU * root * t).sin();
            if let Some(sample) = samples.get_mut(index) {
                *sample += kick + snare + bass;
            }
        }
    }
    (PlanarBuffer::from_channels(&[samples]), beats)
}

fn hits(found: &[f64], truth: &[f64], tolerance_s: f64) -> usize {
    truth.iter().filter(|t| found.iter().any(|f| (f - **t).abs() <= tolerance_s)).count()
}

#[test]
fn tempo_and_beats_are_exact_from_60_to_180() {
    for bpm in [60.0, 73.5, 90.0, 104.0, 120.0, 133.3, 150.0, 174.0] {
        let (audio, truth) = band(RATE_HZ, bpm, 4, 20.0);
        let tempo = tempo_of(RATE_HZ, &audio);
        let found = tempo.bpm.expect("a beat");
        assert!((found / bpm - 1.0).abs() < 0.005, "{bpm}: {found}");
        assert!(hits(&tempo.beats_s, &truth, 0.025) + 2 >= truth.len(), "{bpm}: {:?}", tempo.beats_s);
        assert!(tempo.stability.expect("many beats") > 0.8);
        assert_eq!(tempo.candidates[0].bpm, found);
        assert!((tempo.candidates.iter().map(|c| c.weight).sum::<f64>() - 1.0).abs() < 1e-9);
    }
}

#[test]
fn three_and_four_beats_a_bar() {
    for metre in [3, 4] {
        for bpm in [96.0, 126.0] {
            let (audio, truth) = band(RATE_HZ, bpm, metre, 24.0);
            let tempo = tempo_of(RATE_HZ, &audio);
            assert_eq!(tempo.time_signature, Some(format!("{metre}/4")), "{bpm}");
            let downbeats: Vec<f64> = truth.iter().copied().step_by(metre).collect();
            assert!(hits(&tempo.downbeats_s, &downbeats, 0.05) + 2 >= downbeats.len(), "{metre} {bpm}");
        }
    }
}

#[test]
fn rates_and_channels_do_not_matter() {
    for rate_hz in [16_000.0, 32_000.0, 44_100.0, 96_000.0] {
        let (audio, truth) = band(rate_hz, 110.0, 4, 12.0);
        let stereo = PlanarBuffer::from_channels(&[audio.channel(0), audio.channel(0)]);
        let tempo = tempo_of(rate_hz, &stereo);
        assert!((tempo.bpm.expect("a beat") / 110.0 - 1.0).abs() < 0.01, "{rate_hz}");
        assert!(hits(&tempo.beats_s, &truth, 0.03) + 2 >= truth.len(), "{rate_hz}");
    }
}

/// Played styles: the tempo, or its octave where only eighths are played.
#[test]
fn played_music_has_its_tempo() {
    for style in [Style::Drums, Style::Piano, Style::Bass, Style::Acoustic, Style::Electronic, Style::Band] {
        let mut right = 0;
        for seed in 1..=4 {
            let take = music::render(style, RATE_HZ, 20.0, seed);
            let tempo = tempo_of(RATE_HZ, &take.audio);
            let found = tempo.bpm.expect("a beat");
            assert!(
                [0.5, 1.0, 2.0].iter().any(|k| (found / take.bpm - k).abs() < 0.03 * k),
                "{style:?} {seed}: {found}"
            );
            right += usize::from((found / take.bpm - 1.0).abs() < 0.01);
            assert!(tempo.onset_rate_hz.expect("sound") > 0.5);
        }
        assert!(right >= 2, "{style:?}: {right} of 4");
    }
}

#[test]
fn what_has_no_beat_has_no_tempo() {
    let mut rng = Rng::new(5);
    for seconds in [0.0, 0.01, 1.0, 15.0] {
        let frames = (44_100.0 * seconds) as usize;
        let silence = PlanarBuffer::new(2, frames);
        let noise: Vec<f64> = (0..frames).map(|_| 0.2 * rng.normal()).collect();
        for audio in [silence, PlanarBuffer::from_channels(&[&noise, &noise])] {
            let tempo = tempo_of(44_100.0, &audio);
            assert_eq!(
                (tempo.bpm, tempo.beats_s.len(), tempo.time_signature.clone()),
                (None, 0, None),
                "{seconds} s, confidence {}",
                tempo.confidence
            );
        }
    }
}
