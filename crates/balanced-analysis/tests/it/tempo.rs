//! Tempo, beats and bars against synthetic truth.

use balanced_analysis::Analyzer;
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_model::{AnalysisConfig, Family, Tempo};
use balanced_testkit::music::{self, Rng, Style, Texture};

const RATE_HZ: f64 = 22_050.0;

fn tempo_of(rate_hz: f64, audio: &PlanarBuffer) -> Tempo {
    let config = AnalysisConfig { families: vec![Family::Tempo], ..AnalysisConfig::default() };
    let mut analyzer = Analyzer::new(&StreamFormat::new(rate_hz, audio.channels()), &config);
    analyzer.push(audio.block());
    analyzer.finish().tempo.expect("tempo was asked for")
}

/// A bar of drums and bass for the band below: beats in a bar, parts of a beat, and what is struck in each part of the bar
/// (`k` kick, `s` snare, `h` hat, `-` nothing); every bar has a bass note of its own.
struct Groove {
    metre: usize,
    parts: usize,
    steps: &'static str,
    /// Where in the beat its second half begins.
    swing: f64,
}

impl Groove {
    const fn straight(metre: usize, steps: &'static str) -> Self {
        Self { metre, parts: 2, steps, swing: 0.5 }
    }

    /// Two beats of three parts.
    const fn six_eight(steps: &'static str) -> Self {
        Self { metre: 2, parts: 3, steps, swing: 0.5 }
    }
}

const ROCK: Groove = Groove::straight(4, "k-s-s-s-");

/// `groove` with beats at the times that `beat_s` gives for 0, 1, 2 …
fn band(rate_hz: f64, groove: &Groove, beat_s: impl Fn(f64) -> f64, seconds: f64) -> (PlanarBuffer, Vec<f64>) {
    let mut rng = Rng::new(11);
    let mut samples = vec![0.0; (seconds * rate_hz) as usize];
    let beats: Vec<f64> = (0..).map(|k| beat_s(f64::from(k))).take_while(|t| *t < seconds - 0.3).collect();
    for k in 0..beats.len() {
        let root = 55.0 * [1.0, 1.335, 1.498, 1.122][k / groove.metre % 4];
        for part in 0..groove.parts {
            let step = k % groove.metre * groove.parts + part;
            let place = if part == 1 && groove.parts == 2 { groove.swing } else { part as f64 / groove.parts as f64 };
            let at = beat_s(k as f64 + place);
            let struck = groove.steps.as_bytes()[step];
            for i in 0..(0.28 * rate_hz) as usize {
                let (t, index) = (i as f64 / rate_hz, (at * rate_hz) as usize + i);
                let hit = match struck {
                    b'k' => 0.5 * (-18.0 * t).exp() * (400.0 * t.powf(0.8)).sin(),
                    b's' => 0.2 * (-25.0 * t).exp() * rng.normal(),
                    b'h' => 0.05 * (-60.0 * t).exp() * rng.normal(),
                    _ => 0.0,
                };
                let bass =
                    if part == 0 { 0.2 * (-4.0 * t).exp() * (std::f64::consts::TAU * root * t).sin() } else { 0.0 };
                if let Some(sample) = samples.get_mut(index) {
                    *sample += hit + bass;
                }
            }
        }
    }
    (PlanarBuffer::from_channels(&[samples]), beats)
}

/// Beats `60 / bpm` apart, the first at a quarter of a second.
fn steady(bpm: f64) -> impl Fn(f64) -> f64 {
    move |k| 0.25 + k * 60.0 / bpm
}

fn hits(found: &[f64], truth: &[f64], tolerance_s: f64) -> usize {
    truth.iter().filter(|t| found.iter().any(|f| (f - **t).abs() <= tolerance_s)).count()
}

#[test]
fn tempo_and_beats_are_exact_from_60_to_180() {
    for bpm in [60.0, 73.5, 90.0, 104.0, 120.0, 133.3, 150.0, 174.0] {
        let (audio, truth) = band(RATE_HZ, &ROCK, steady(bpm), 20.0);
        let tempo = tempo_of(RATE_HZ, &audio);
        let found = tempo.bpm.expect("a beat");
        assert!((found / bpm - 1.0).abs() < 0.001, "{bpm}: {found}");
        assert!(hits(&tempo.beats_s, &truth, 0.025) + 2 >= truth.len(), "{bpm}: {:?}", tempo.beats_s);
        assert!(tempo.stability.expect("many beats") > 0.8);
        assert_eq!(tempo.candidates[0].bpm, found);
        assert!((tempo.candidates.iter().map(|c| c.weight).sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(tempo.confidence > 0.4, "{bpm}: {}", tempo.confidence);
        assert!((tempo.confidence..=1.0).contains(&tempo.pulse_confidence), "{bpm}: {}", tempo.pulse_confidence);
    }
}

#[test]
fn swing_and_half_time_drums_keep_the_beat() {
    let swing = Groove { metre: 4, parts: 2, steps: "khshkhsh", swing: 0.66 };
    let half = Groove::straight(4, "khhhshhh");
    for (name, groove, bpm) in [("swing", &swing, 132.0), ("half time", &half, 140.0)] {
        let (audio, truth) = band(RATE_HZ, groove, steady(bpm), 24.0);
        let tempo = tempo_of(RATE_HZ, &audio);
        let found = tempo.bpm.expect("a beat");
        assert!([0.5, 1.0].iter().any(|k| (found / bpm / k - 1.0).abs() < 0.001), "{name}: {found}");
        // No beat between the beats, but one after the last that is counted: those of the slower reading are beats too.
        assert!(hits(&truth, &tempo.beats_s, 0.03) + 1 >= tempo.beats_s.len(), "{name}: {:?}", tempo.beats_s);
    }
}

/// Bars by drums and a bass that changes with them: the metre, and where the bars begin.
#[test]
fn three_and_four_beats_a_bar_and_six_eight() {
    let (bar, six_eight) = (Groove::straight, Groove::six_eight);
    let cases = [
        ("4/4", bar(4, "k-s-s-s-"), [96.0, 126.0]),
        ("4/4", bar(4, "kkshkhsh"), [96.0, 126.0]),
        ("3/4", bar(3, "k-s-s-"), [90.0, 126.0]),
        ("3/4", bar(3, "khshsh"), [96.0, 160.0]),
        ("3/4", bar(3, "k-h-s-"), [90.0, 126.0]),
        ("3/4", bar(3, "khhhsh"), [96.0, 160.0]),
        ("6/8", six_eight("khhshh"), [100.0, 108.0]),
        ("6/8", six_eight("k-hs-h"), [100.0, 108.0]),
        ("6/8", six_eight("khkshh"), [100.0, 108.0]),
        ("6/8", six_eight("k-hhhh"), [100.0, 108.0]),
    ];
    let mut missed = Vec::new();
    for (signature, groove, tempi) in &cases {
        for bpm in *tempi {
            let (audio, truth) = band(RATE_HZ, groove, steady(bpm), 24.0);
            let tempo = tempo_of(RATE_HZ, &audio);
            if tempo.time_signature.as_deref() != Some(*signature) {
                missed.push(format!(
                    "{} at {bpm}: {:?}, {:.2}",
                    groove.steps, tempo.time_signature, tempo.bar_confidence
                ));
                continue;
            }
            let downbeats: Vec<f64> = truth.iter().copied().step_by(groove.metre).collect();
            let hit = hits(&tempo.downbeats_s, &downbeats, 0.05);
            assert!(hit + 2 >= downbeats.len(), "{} at {bpm}: {hit} of {}", groove.steps, downbeats.len());
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn a_ramp_is_followed_and_shows_in_the_curve() {
    // From 100 to about 140 BPM in 40 s: beat k at the time when the integral of the tempo is k.
    let (from, per_s) = (100.0 / 60.0, 1.0 / 60.0);
    let beat_s = |k: f64| 0.25 + ((from * from + 2.0 * per_s * k).sqrt() - from) / per_s;
    let (audio, truth) = band(RATE_HZ, &ROCK, beat_s, 40.0);
    let tempo = tempo_of(RATE_HZ, &audio);
    assert!(hits(&tempo.beats_s, &truth, 0.03) + 3 >= truth.len(), "{:?}", tempo.beats_s);
    assert_eq!(tempo.curve.times_s, tempo.beats_s);
    for (time, bpm) in tempo.curve.times_s.iter().zip(&tempo.curve.bpm).skip(2).rev().skip(2) {
        let truth = 60.0 * (from + per_s * (time - 0.25));
        assert!((bpm / truth - 1.0).abs() < 0.03, "{time}: {bpm} for {truth}");
    }
    assert!(tempo.stability.expect("many beats") < 0.7);
}

#[test]
fn rates_and_channels_do_not_matter() {
    for rate_hz in [16_000.0, 32_000.0, 44_100.0, 96_000.0] {
        let (audio, truth) = band(rate_hz, &ROCK, steady(110.0), 12.0);
        let stereo = PlanarBuffer::from_channels(&[audio.channel(0), audio.channel(0)]);
        let tempo = tempo_of(rate_hz, &stereo);
        assert!((tempo.bpm.expect("a beat") / 110.0 - 1.0).abs() < 0.002, "{rate_hz}: {:?}", tempo.bpm);
        assert!(hits(&tempo.beats_s, &truth, 0.03) + 2 >= truth.len(), "{rate_hz}");
    }
}

/// `parts` of audio (or silence, in seconds) one after another.
fn joined(parts: &[Result<&PlanarBuffer, f64>]) -> PlanarBuffer {
    let mut samples = Vec::new();
    for part in parts {
        match part {
            Ok(audio) => samples.extend_from_slice(audio.channel(0)),
            Err(seconds) => samples.resize(samples.len() + (seconds * RATE_HZ) as usize, 0.0),
        }
    }
    PlanarBuffer::from_channels(&[samples])
}

#[test]
fn digital_silence_has_no_beats_and_does_not_move_the_tempo() {
    let (song, truth) = band(RATE_HZ, &ROCK, steady(120.0), 30.0);
    // Where the song begins, in the file, and all the file.
    let cases = [
        ("before", vec![10.0], joined(&[Err(10.0), Ok(&song)])),
        ("after", vec![0.0], joined(&[Ok(&song), Err(60.0)])),
        ("between", vec![0.0, 150.0], joined(&[Ok(&song), Err(120.0), Ok(&song)])),
        ("an odd gap between", vec![0.0, 47.123], joined(&[Ok(&song), Err(17.123), Ok(&song)])),
    ];
    for (name, starts, audio) in &cases {
        let tempo = tempo_of(RATE_HZ, audio);
        let bpm = tempo.bpm.expect("a clear beat");
        assert!((bpm / 120.0 - 1.0).abs() < 0.001, "{name}: {bpm}");
        let in_music = |beat: &f64| starts.iter().any(|start| (start - 0.05..start + 30.0).contains(beat));
        assert!(tempo.beats_s.iter().all(in_music), "{name}: {:?}", tempo.beats_s);
        assert!(tempo.downbeats_s.iter().all(in_music), "{name}: {:?}", tempo.downbeats_s);
        for start in starts {
            let beats: Vec<f64> = truth.iter().map(|beat| start + beat).collect();
            assert!(hits(&tempo.beats_s, &beats, 0.03) + 3 >= beats.len(), "{name} at {start}: {:?}", tempo.beats_s);
        }
        assert!(tempo.stability.expect("many beats") > 0.9, "{name}");
        assert!(tempo.curve.bpm.iter().all(|bpm| (bpm / 120.0 - 1.0).abs() < 0.1), "{name}: {:?}", tempo.curve.bpm);
    }
}

#[test]
fn a_step_of_the_tempo_is_followed() {
    let (first, _) = band(RATE_HZ, &ROCK, steady(100.0), 30.0);
    let (second, _) = band(RATE_HZ, &ROCK, steady(140.0), 30.0);
    let tempo = tempo_of(RATE_HZ, &joined(&[Ok(&first), Ok(&second)]));
    for (from_s, to_s, bpm) in [(5.0, 25.0, 100.0), (35.0, 55.0, 140.0)] {
        let local: Vec<f64> = tempo
            .curve
            .times_s
            .iter()
            .zip(&tempo.curve.bpm)
            .filter(|(t, _)| (from_s..to_s).contains(*t))
            .map(|(_, bpm)| *bpm)
            .collect();
        let right = local.iter().filter(|found| (**found / bpm - 1.0).abs() < 0.04).count();
        assert!(right * 10 >= local.len() * 9 && !local.is_empty(), "{bpm}: {local:?}");
    }
}

/// Five and seven beats a bar are said, or nothing is.
#[test]
fn five_and_seven_are_not_forced_into_four() {
    let five = Groove::straight(5, "k-hhs-khs-");
    let seven = Groove::straight(7, "k-s-k-s-k-s-s-");
    for (metre, groove) in [("5/4", &five), ("7/4", &seven)] {
        for bpm in [110.0, 150.0] {
            let (audio, _) = band(RATE_HZ, groove, steady(bpm), 40.0);
            let tempo = tempo_of(RATE_HZ, &audio);
            assert!(
                tempo.time_signature.as_deref().is_none_or(|found| found == metre),
                "{metre} at {bpm}: {:?}",
                tempo.time_signature
            );
        }
    }
}

/// Played styles: the tempo, or its octave where only eighths are played; of an even guitar with no accents one take is
/// heard in threes.
#[test]
fn played_music_has_its_tempo() {
    let (mut right, mut octaves) = (0, 0);
    for style in [Style::Drums, Style::Piano, Style::Bass, Style::Acoustic, Style::Electronic, Style::Band] {
        for seed in 1..=4 {
            let take = music::render(style, RATE_HZ, 20.0, seed);
            let tempo = tempo_of(RATE_HZ, &take.audio);
            let found = tempo.bpm.expect("a beat");
            let is_octave = [0.5, 1.0, 2.0].iter().any(|k| (found / take.bpm - k).abs() < 0.03 * k);
            assert!(is_octave || style == Style::Acoustic, "{style:?} {seed}: {found} for {}", take.bpm);
            octaves += usize::from(is_octave);
            right += usize::from((found / take.bpm - 1.0).abs() < 0.01);
            assert!(tempo.onset_rate_hz.expect("sound") > 0.5);
        }
    }
    assert!(right >= 16 && octaves >= 23, "{right} and {octaves} of 24");
}

/// Speech may be given a tempo, for it has a rate, but not a sure one.
#[test]
fn speech_is_not_taken_for_music() {
    for seed in 1..=3 {
        let tempo = tempo_of(RATE_HZ, &music::render_texture(Texture::Speech, RATE_HZ, 25.0, seed));
        assert!(tempo.confidence < 0.6, "{seed}: {:?} at {}", tempo.bpm, tempo.confidence);
        assert!(tempo.stability.is_none_or(|stability| stability < 0.9), "{seed}");
    }
}

/// A second of music is two beats: too little to say, and nothing that is said makes no sense.
#[test]
fn a_second_has_no_tempo_and_four_have_one() {
    let (audio, _) = band(RATE_HZ, &ROCK, steady(120.0), 30.0);
    for (seconds, found) in [(0.3, false), (1.0, false), (5.0, true)] {
        let samples = &audio.channel(0)[..(seconds * RATE_HZ) as usize];
        let tempo = tempo_of(RATE_HZ, &PlanarBuffer::from_channels(&[samples]));
        assert_eq!(tempo.bpm.is_some(), found, "{seconds} s: {:?}", tempo.bpm);
        assert!(tempo.bpm.is_none_or(|bpm| (bpm / 120.0 - 1.0).abs() < 0.02), "{seconds} s: {:?}", tempo.bpm);
        assert!(tempo.beats_s.iter().all(|beat| (0.0..=seconds).contains(beat)));
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
