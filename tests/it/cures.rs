//! Tests of the assistant from end to end: a known fault is put into music, `balanced master` names it, and the written file shows that
//! it is less. Levels are measured here by a filter of the tests' own, never by the analysis.

use std::f64::consts::{PI, TAU};

use balanced_dsp::PlanarBuffer;
use balanced_testkit::defects::{Fault, Grade, spoil};
use balanced_testkit::music::{self, Rng, Style, Texture};
use serde_json::Value;

use crate::command::json_lines;
use crate::files;

const RATE: f64 = 44_100.0;
const SECONDS: f64 = 30.0;

/// A mix mastered by the command: the result, and what was written.
struct Mastered {
    result: Value,
    channels: Vec<Vec<f64>>,
}

fn master(audio: &PlanarBuffer) -> Mastered {
    let folder = tempfile::tempdir().unwrap();
    files::write_wav(&folder.path().join("mix.wav"), audio, RATE as u32, 24);
    let result = json_lines(folder.path(), &["master", "mix.wav", "-o", "master.wav", "--json"]).remove(0);
    let (channels, _) = files::read_wav(&folder.path().join("master.wav"));
    Mastered { result, channels }
}

impl Mastered {
    /// The finding of a kind, which has to be there.
    fn finding(&self, kind: &str) -> &Value {
        let findings = self.result["findings"].as_array().unwrap();
        findings.iter().find(|finding| finding["kind"] == kind).unwrap_or_else(|| panic!("no {kind} in {findings:#?}"))
    }

    fn status(&self, kind: &str) -> &str {
        self.finding(kind)["outcome"]["status"].as_str().unwrap()
    }

    fn steps(&self) -> Vec<&str> {
        self.result["chain"]["steps"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap()).collect()
    }

    /// Names of the findings that say that something is wrong.
    fn faults(&self) -> Vec<&str> {
        let findings = self.result["findings"].as_array().unwrap();
        findings.iter().filter(|f| f["severity"] != "info").map(|f| f["kind"].as_str().unwrap()).collect()
    }
}

fn band() -> PlanarBuffer {
    music::render(Style::Band, RATE, SECONDS, 3).audio
}

/// The audio with each frame's two samples changed.
fn each(audio: &PlanarBuffer, mut change: impl FnMut(f64, f64, f64) -> [f64; 2]) -> PlanarBuffer {
    let mut out = audio.clone();
    for frame in 0..audio.frames() {
        let at_s = frame as f64 / RATE;
        let [left, right] = change(at_s, audio.channel(0)[frame], audio.channel(1)[frame]);
        out.channel_mut(0)[frame] = left;
        out.channel_mut(1)[frame] = right;
    }
    out
}

/// A second-order section (Bristow-Johnson's cookbook).
struct Section {
    b: [f64; 3],
    a: [f64; 2],
    state: [f64; 2],
}

impl Section {
    fn new(b: [f64; 3], a: [f64; 3]) -> Self {
        Self { b: b.map(|b| b / a[0]), a: [a[1] / a[0], a[2] / a[0]], state: [0.0; 2] }
    }

    fn bell(hz: f64, gain_db: f64, q: f64) -> Self {
        let (gain, w) = (10f64.powf(gain_db / 40.0), TAU * hz / RATE);
        let (alpha, cos) = (w.sin() / (2.0 * q), w.cos());
        Self::new(
            [1.0 + alpha * gain, -2.0 * cos, 1.0 - alpha * gain],
            [1.0 + alpha / gain, -2.0 * cos, 1.0 - alpha / gain],
        )
    }

    fn band_pass(hz: f64, q: f64) -> Self {
        let w = TAU * hz / RATE;
        let (alpha, cos) = (w.sin() / (2.0 * q), w.cos());
        Self::new([alpha, 0.0, -alpha], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
    }

    fn low_pass(hz: f64) -> Self {
        let w = TAU * hz / RATE;
        let (alpha, cos) = (w.sin() / 2f64.sqrt(), w.cos());
        Self::new([0.5 * (1.0 - cos), 1.0 - cos, 0.5 * (1.0 - cos)], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
    }

    fn all_pass(hz: f64) -> Self {
        let w = TAU * hz / RATE;
        let (alpha, cos) = (w.sin() / 2f64.sqrt(), w.cos());
        Self::new([1.0 - alpha, -2.0 * cos, 1.0 + alpha], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
    }

    fn run(&mut self, input: f64) -> f64 {
        let out = self.b[0] * input + self.state[0];
        self.state = [self.b[1] * input - self.a[0] * out + self.state[1], self.b[2] * input - self.a[1] * out];
        out
    }
}

/// Mean power of a signal through sections, in decibels.
fn level_db(samples: impl Iterator<Item = f64>, mut sections: Vec<Section>) -> f64 {
    let (mut sum, mut count) = (0.0, 0);
    for sample in samples {
        let out = sections.iter_mut().fold(sample, |sample, section| section.run(sample));
        sum += out * out;
        count += 1;
    }
    10.0 * (sum / f64::from(count).max(1.0) + 1e-20).log10()
}

fn middle(channels: &[Vec<f64>]) -> impl Iterator<Item = f64> + '_ {
    channels[0].iter().zip(&channels[1]).map(|(left, right)| 0.5 * (left + right))
}

fn planes(audio: &PlanarBuffer) -> Vec<Vec<f64>> {
    (0..2).map(|channel| audio.channel(channel).to_vec()).collect()
}

fn bass() -> Vec<Section> {
    vec![Section::low_pass(100.0), Section::low_pass(100.0)]
}

/// Bass of both channels over everything, and the bass that a mono speaker keeps, in decibels.
fn bass_db(channels: &[Vec<f64>]) -> [f64; 2] {
    let power = |db: f64| 10f64.powf(0.1 * db);
    let both = |sections: fn() -> Vec<Section>| -> f64 {
        let sum: f64 = channels.iter().map(|channel| power(level_db(channel.iter().copied(), sections()))).sum();
        10.0 * sum.log10()
    };
    let (own, whole) = (both(bass), both(Vec::new));
    [own - whole, level_db(middle(channels), bass()) + 3.01 - own]
}

/// The lowest two octaves of the right channel, upside down: an all-pass less twice the lower half of a crossover of fourth order, which
/// is its upper half less its lower one.
fn with_opposed_bass(audio: &PlanarBuffer) -> PlanarBuffer {
    const CORNER_HZ: f64 = 120.0;
    let mut low = [Section::low_pass(CORNER_HZ), Section::low_pass(CORNER_HZ)];
    let mut all = [Section::all_pass(CORNER_HZ), Section::all_pass(CORNER_HZ)];
    each(audio, |_, left, right| {
        let own = low.iter_mut().fold(right, |sample, section| section.run(sample));
        [all[0].run(left), all[1].run(right) - 2.0 * own]
    })
}

#[test]
fn opposed_bass_comes_back_on_a_mono_speaker_and_is_not_lost_on_two() {
    let mix = with_opposed_bass(&band());
    let before = bass_db(&planes(&mix));
    let mastered = master(&mix);
    let after = bass_db(&mastered.channels);
    println!(
        "bass over all {:.1} -> {:.1} dB, kept in mono {:.1} -> {:.1} dB",
        before[0], after[0], before[1], after[1]
    );
    assert!(
        ["cured", "improved"].contains(&mastered.status("antiphase_bass")),
        "{}",
        mastered.status("antiphase_bass")
    );
    assert!(before[1] < -6.0 && after[1] > -1.0, "{before:?} {after:?}");
    assert!((after[0] - before[0]).abs() < 1.5, "{before:?} {after:?}");
}

#[test]
fn no_master_loses_bass_whatever_its_phase() {
    let sources = [
        ("band", band()),
        ("strings", music::render_texture(Texture::BowedStrings, RATE, SECONDS, 1)),
        ("orchestra", music::render_texture(Texture::Orchestra, RATE, SECONDS, 1)),
        ("bass", music::render(Style::Bass, RATE, SECONDS, 1).audio),
    ];
    for (name, audio) in sources {
        let delayed = {
            let late = audio.channel(1).to_vec();
            let mut at = 0;
            // Five milliseconds: 90 degrees at 50 Hz, opposed at 100 Hz.
            each(&audio, |_, left, _| {
                at += 1;
                [left, if at > 220 { late[at - 221] } else { 0.0 }]
            })
        };
        for (phase, mix) in [("as it is", audio.clone()), ("opposed", with_opposed_bass(&audio)), ("late", delayed)] {
            let before = bass_db(&planes(&mix))[0];
            let after = bass_db(&master(&mix).channels)[0];
            println!("{name}, bass {phase}: {before:.1} -> {after:.1} dB");
            assert!(after > before - 2.0, "{name}, bass {phase}: {before:.1} -> {after:.1} dB");
        }
    }
}

#[test]
fn a_dead_channel_stays_dead() {
    let mix = each(&band(), |_, left, _| [left, 0.0]);
    let mastered = master(&mix);
    assert_eq!(mastered.faults()[0], "dead_channel");
    let right = mastered.channels[1].iter().fold(0f64, |peak, sample| peak.max(sample.abs()));
    assert!(right < 1e-5, "something was invented for the silent side: {right}");
    assert!(
        mastered.steps().iter().all(|step| ["clipper", "limiter", "dither", "compressor"].contains(step)),
        "{:?}",
        mastered.steps()
    );
}

#[test]
fn a_leaning_mix_is_put_upright_and_a_panned_player_left_where_it_sits() {
    let balance_db = |channels: &[Vec<f64>]| {
        level_db(channels[1].iter().copied(), Vec::new()) - level_db(channels[0].iter().copied(), Vec::new())
    };
    let clean = band();
    let own_db = balance_db(&planes(&clean));
    let leaning = master(&each(&clean, |_, left, right| [left, 0.6 * right]));
    let left_db = balance_db(&leaning.channels) - own_db;
    assert!(left_db.abs() < 0.7, "{left_db:.2} dB are left of 4.4");
    let mut rng = Rng::new(5);
    let mut shaker = Section::band_pass(5000.0, 1.0);
    let panned = each(&clean, |at_s, left, right| {
        let hit = (-((at_s * 4.0).fract()) * 12.0).exp();
        [left, right + 0.5 * hit * shaker.run(rng.normal())]
    });
    let mastered = master(&panned);
    assert!(!mastered.steps().contains(&"stereo"), "{:?} {:?}", mastered.faults(), mastered.steps());
}

#[test]
fn an_inverted_channel_is_turned_back() {
    let clean = band();
    let mastered = master(&each(&clean, |_, left, right| [left, -right]));
    assert_eq!((mastered.faults()[0], mastered.status("phase_inversion")), ("phase_inversion", "cured"));
    let lost = |channels: &[Vec<f64>]| {
        level_db(middle(channels), Vec::new()) - level_db(channels[0].iter().copied(), Vec::new())
    };
    assert!((lost(&mastered.channels) - lost(&planes(&clean))).abs() < 0.5);
}

#[test]
fn an_offset_is_filtered_out() {
    let mastered = master(&each(&band(), |_, left, right| [left + 0.03, right + 0.03]));
    assert_eq!((mastered.faults()[0], mastered.status("dc_offset")), ("dc_offset", "cured"));
    let mean = mastered.channels[0].iter().sum::<f64>() / mastered.channels[0].len() as f64;
    assert!(mean.abs() < 1e-4, "{mean}");
}

#[test]
fn hum_under_music_is_notched_out() {
    let clean = band();
    let spoiled = spoil(&clean, RATE, Fault::HumUnderMusic, Grade::Gross, 1).unwrap().audio;
    let mastered = master(&spoiled);
    assert_eq!((mastered.faults()[0], mastered.status("hum")), ("hum", "cured"));
    // Over the whole: the master is louder.
    let line = |channels: &[Vec<f64>], hz: f64| {
        level_db(middle(channels), vec![Section::band_pass(hz, 60.0), Section::band_pass(hz, 60.0)])
            - level_db(middle(channels), Vec::new())
    };
    let (before, after) = (line(&planes(&spoiled), 180.0), line(&mastered.channels, 180.0));
    assert!(after < before - 8.0, "180 Hz: {before:.1} -> {after:.1} dB");
}

#[test]
fn a_resonance_is_lowered_and_nothing_else() {
    let clean = band();
    let mut ring = [Section::bell(1900.0, 14.0, 12.0), Section::bell(1900.0, 14.0, 12.0)];
    let mix = each(&clean, |_, left, right| [ring[0].run(left), ring[1].run(right)]);
    let mastered = master(&mix);
    assert!(["cured", "improved"].contains(&mastered.status("resonance")));
    let over_db = |channels: &[Vec<f64>]| {
        let at = |hz: f64| level_db(middle(channels), vec![Section::band_pass(hz, 12.0), Section::band_pass(hz, 12.0)]);
        at(1900.0) - 0.5 * (at(1500.0) + at(2400.0))
    };
    let (own, before, after) = (over_db(&planes(&clean)), over_db(&planes(&mix)), over_db(&mastered.channels));
    println!("over its neighbours: clean {own:.1}, with the resonance {before:.1}, mastered {after:.1} dB");
    assert!(after - own < 0.5 * (before - own) && after > own - 3.0, "{own:.1} {before:.1} {after:.1}");
}

#[test]
fn levels_that_jump_come_nearer() {
    // Eight seconds soft, eight loud, with half a second between.
    let gain = |at_s: f64| {
        let soft = (4.0 - ((at_s % 16.0) - 8.0).abs()).clamp(-0.25, 0.25) / 0.5 + 0.5;
        10f64.powf(-16.0 * soft / 20.0)
    };
    let mix = each(&band(), |at_s, left, right| [gain(at_s) * left, gain(at_s) * right]);
    let apart_db = |channels: &[Vec<f64>]| {
        let level = |loud: bool| {
            let inside = middle(channels).enumerate().filter(|(frame, _)| {
                let gain = gain(*frame as f64 / RATE);
                if loud { gain > 0.99 } else { gain < 0.17 }
            });
            level_db(inside.map(|(_, sample)| sample), Vec::new())
        };
        level(true) - level(false)
    };
    let mastered = master(&mix);
    let (before_db, after_db) = (apart_db(&planes(&mix)), apart_db(&mastered.channels));
    println!("loud over soft: {before_db:.1} -> {after_db:.1} dB");
    assert_ne!(mastered.status("wide_dynamics"), "left");
    assert!(after_db < 0.7 * before_db && after_db > 2.0, "{before_db:.1} -> {after_db:.1} dB");
}

#[test]
fn sharp_consonants_are_softened_and_cymbals_left_alone() {
    let clean = music::render(Style::Vocals, RATE, SECONDS, 2).audio;
    let mut rng = Rng::new(9);
    let mut band = [Section::band_pass(7200.0, 2.0), Section::band_pass(7200.0, 2.0)];
    let (mut next_s, mut length_s) = (0.4, 0.1);
    let mix = each(&clean, |at_s, left, right| {
        if at_s > next_s + length_s {
            (next_s, length_s) = (at_s + rng.range(0.25, 0.7), rng.range(0.07, 0.13));
        }
        let noise = rng.normal();
        let hiss = band.iter_mut().fold(noise, |sample, section| section.run(sample));
        let swell = if at_s > next_s { (PI * (at_s - next_s) / length_s).sin().powi(2) } else { 0.0 };
        let burst = 0.5 * swell * hiss;
        [left + burst, right + burst]
    });
    let mastered = master(&mix);
    assert!(["cured", "improved"].contains(&mastered.status("sibilance")), "{}", mastered.status("sibilance"));
    assert!(mastered.steps().contains(&"dynamic_eq"));
    let region_db = |channels: &[Vec<f64>]| {
        level_db(middle(channels), vec![Section::band_pass(7200.0, 2.0)]) - level_db(middle(channels), Vec::new())
    };
    let (before, after) = (region_db(&planes(&mix)), region_db(&mastered.channels));
    assert!(after < before - 1.5, "{before:.1} -> {after:.1} dB");
    let drums = master(&music::render(Style::Drums, RATE, SECONDS, 1).audio);
    assert!(!drums.faults().contains(&"sibilance"), "{:?}", drums.faults());
}

#[test]
fn a_mix_that_needs_nothing_is_told_so() {
    let mastered = master(&band());
    assert_eq!(mastered.faults(), Vec::<&str>::new());
    let moves: Vec<&str> = mastered
        .steps()
        .into_iter()
        .filter(|step| !["clipper", "limiter", "dither", "compressor"].contains(step))
        .collect();
    assert_eq!(moves, Vec::<&str>::new());
}
