//! What the assistant finds, what it does about it, and that no master is worse for it.

use std::path::Path;

use balanced_dsp::PlanarBuffer;
use balanced_testkit::music::{Rng, Style, render};
use serde_json::Value;

use crate::command::json_lines;
use crate::files;

const RATE_HZ: f64 = 44_100.0;

fn band(seconds: f64) -> PlanarBuffer {
    let mut audio = render(Style::Band, RATE_HZ, seconds, 21).audio;
    each(&mut audio, |_, _, sample| 0.4 * sample);
    audio
}

fn each(audio: &mut PlanarBuffer, mut change: impl FnMut(usize, usize, f64) -> f64) {
    for channel in 0..audio.channels() {
        for (frame, sample) in audio.channel_mut(channel).iter_mut().enumerate() {
            *sample = change(channel, frame, *sample);
        }
    }
}

fn sine(hz: f64, frame: usize, phase_degrees: f64) -> f64 {
    (std::f64::consts::TAU * hz * frame as f64 / RATE_HZ + phase_degrees.to_radians()).sin()
}

/// A bell after R. Bristow-Johnson's cookbook, on every channel.
fn bell(audio: &mut PlanarBuffer, hz: f64, gain_db: f64, q: f64) {
    let (a, w) = (10f64.powf(gain_db / 40.0), std::f64::consts::TAU * hz / RATE_HZ);
    let alpha = w.sin() / (2.0 * q);
    let (b0, b2, a0, a2) = (1.0 + alpha * a, 1.0 - alpha * a, 1.0 + alpha / a, 1.0 - alpha / a);
    let middle = -2.0 * w.cos();
    for channel in 0..audio.channels() {
        let (mut x1, mut x2, mut y1, mut y2) = (0.0, 0.0, 0.0, 0.0);
        for sample in audio.channel_mut(channel) {
            let y = (b0 * *sample + middle * x1 + b2 * x2 - middle * y1 - a2 * y2) / a0;
            (x2, x1, y2, y1) = (x1, *sample, y1, y);
            *sample = y;
        }
    }
}

fn master(folder: &Path, audio: &PlanarBuffer) -> Value {
    files::write_wav(&folder.join("mix.wav"), audio, RATE_HZ as u32, 24);
    json_lines(folder, &["master", "mix.wav", "-o", "master.wav", "--json"]).remove(0)
}

fn kinds(findings: &Value) -> Vec<String> {
    let told = |finding: &&Value| finding["severity"] != "info";
    findings.as_array().unwrap().iter().filter(told).map(|f| f["kind"].as_str().unwrap().to_owned()).collect()
}

fn status<'a>(result: &'a Value, kind: &str) -> &'a str {
    let finding = result["findings"].as_array().unwrap().iter().find(|finding| finding["kind"] == kind);
    finding.map_or("not found", |finding| finding["outcome"]["status"].as_str().unwrap())
}

fn stereo(analysis: &Value, name: &str) -> f64 {
    analysis["measurements"]["stereo"][name].as_f64().unwrap_or(0.0)
}

/// Level of the third octaves around the bass against the whole spectrum.
fn bass_db(analysis: &Value) -> f64 {
    let ltas = &analysis["measurements"]["spectrum"]["ltas"];
    let (hz, db) = (ltas["center_hz"].as_array().unwrap(), ltas["level_db"].as_array().unwrap());
    let power = |keep: &dyn Fn(f64) -> bool| -> f64 {
        let bands = hz.iter().zip(db).filter(|(hz, _)| keep(hz.as_f64().unwrap()));
        bands.filter_map(|(_, db)| db.as_f64()).map(|db| 10f64.powf(0.1 * db)).sum()
    };
    10.0 * (power(&|hz| (35.0..=100.0).contains(&hz)) / power(&|hz| hz > 150.0)).log10()
}

/// Whatever the phase between the channels, no master has less bass than its mix, and none loses more in mono.
#[test]
fn bass_survives_whatever_its_phase() {
    let folder = tempfile::tempdir().unwrap();
    let music = band(12.0);
    for (phase_degrees, right) in [(0.0, 1.0), (90.0, 1.0), (110.0, 0.8), (180.0, 1.0), (180.0, 0.5), (0.0, 0.1)] {
        let mut mix = music.clone();
        each(&mut mix, |channel, frame, sample| {
            let (gain, phase) = if channel == 0 { (1.0, 0.0) } else { (right, phase_degrees) };
            0.6 * sample + 0.12 * gain * (sine(55.0, frame, phase) + 0.5 * sine(82.5, frame, phase))
        });
        let result = master(folder.path(), &mix);
        let lost_db = bass_db(&result["before"]) - bass_db(&result["after"]);
        let case = format!("{phase_degrees} degrees, right at {right}: {:?}", kinds(&result["findings"]));
        assert!(lost_db < 1.5, "{case}: {lost_db:.2} dB of bass lost");
        let [was_db, is_db] = ["before", "after"].map(|when| stereo(&result[when], "mono_loss_db"));
        assert!(is_db <= was_db + 0.5, "{case}: mono loses {is_db:.2} dB, {was_db:.2} dB before");
    }
}

#[test]
fn a_dead_channel_is_named_and_stays_silent() {
    let folder = tempfile::tempdir().unwrap();
    let mut mix = band(12.0);
    each(&mut mix, |channel, frame, sample| if channel == 0 { sample + 0.2 * sine(50.0, frame, 0.0) } else { 0.0 });
    let result = master(folder.path(), &mix);
    assert_eq!(kinds(&result["findings"])[0], "dead_channel");
    let (channels, _) = files::read_wav(&folder.path().join("master.wav"));
    let loudest = channels[1].iter().fold(0.0, |a: f64, b| a.max(b.abs()));
    assert!(loudest < 1e-4, "the silent side reaches {loudest}");
}

/// A fault, what it does to the mix, the findings that name it, and whether the master is rid of it.
type Case = (&'static str, fn(&mut PlanarBuffer), &'static [&'static str], &'static [&'static str]);

fn hiss(audio: &mut PlanarBuffer) {
    let mut rng = Rng::new(5);
    each(audio, |_, _, sample| sample + 0.006 * rng.normal());
}

fn noisy_intro(audio: &mut PlanarBuffer) {
    let mut rng = Rng::new(6);
    let intro = (2.5 * RATE_HZ) as usize;
    each(audio, |_, frame, sample| if frame < intro { 0.004 * rng.normal() } else { sample });
}

fn hum(audio: &mut PlanarBuffer) {
    let lines = [(1.0, 1.0), (2.0, 0.6), (3.0, 0.5), (5.0, 0.3)];
    each(audio, |_, frame, sample| {
        sample + 0.012 * lines.iter().map(|(multiple, size)| size * sine(50.0 * multiple, frame, 0.0)).sum::<f64>()
    });
}

fn ess(audio: &mut PlanarBuffer) {
    let mut rng = Rng::new(7);
    let bursts: Vec<f64> = (0..audio.frames())
        .map(|frame| {
            let into_s = (frame as f64 / RATE_HZ) % 0.45;
            let envelope = if into_s < 0.1 { (std::f64::consts::PI * into_s / 0.1).sin() } else { 0.0 };
            0.25 * envelope * rng.normal()
        })
        .collect();
    let mut noise = PlanarBuffer::from_channels(&[bursts.clone(), bursts]);
    bell(&mut noise, 7300.0, 24.0, 2.0);
    each(audio, |channel, frame, sample| sample + noise.channel(channel)[frame] / 16.0);
}

const CASES: [Case; 8] = [
    ("hiss", hiss, &["noise_floor"], &["left"]),
    ("noise before the music", noisy_intro, &["noisy_intro"], &["left"]),
    ("hum", hum, &["hum"], &["cured", "improved"]),
    ("resonance", |audio| bell(audio, 820.0, 15.0, 12.0), &["resonance"], &["cured", "improved"]),
    ("sibilance", ess, &["sibilance"], &["cured", "improved"]),
    (
        "one channel low",
        |audio| each(audio, |channel, _, sample| if channel == 1 { 0.5 * sample } else { sample }),
        &["imbalance", "channel_imbalance"],
        &["cured"],
    ),
    (
        "upside down",
        |audio| each(audio, |channel, _, sample| if channel == 1 { -sample } else { sample }),
        &["phase_inversion", "out_of_phase"],
        &["cured"],
    ),
    ("offset", |audio| each(audio, |_, _, sample| sample + 0.02), &["dc_offset"], &["cured"]),
];

/// Each fault is the first that is named, and the master says truly what became of it.
#[test]
fn technical_faults_come_first_and_what_can_be_cured_is() {
    let folder = tempfile::tempdir().unwrap();
    let music = band(32.0);
    for (name, spoil, accepted, statuses) in CASES {
        let mut mix = music.clone();
        spoil(&mut mix);
        let result = master(folder.path(), &mix);
        let found = kinds(&result["findings"]);
        let first = found.first().map_or("nothing", String::as_str);
        assert!(accepted.contains(&first), "{name}: {found:?}");
        assert!(statuses.contains(&status(&result, first)), "{name}: {}", status(&result, first));
        let chain = &result["chain"]["steps"];
        println!("{name}: {found:?}, {} steps", chain.as_array().unwrap().len());
    }
}

#[test]
fn a_clean_band_is_told_that_nothing_is_wrong_with_its_sound() {
    let folder = tempfile::tempdir().unwrap();
    let result = master(folder.path(), &band(32.0));
    let technical =
        ["noise_floor", "noisy_intro", "hum", "resonance", "sibilance", "antiphase_bass", "wide_bass", "sub_rumble"];
    let accused: Vec<String> =
        kinds(&result["findings"]).into_iter().filter(|kind| technical.contains(&kind.as_str())).collect();
    assert!(accused.is_empty(), "{accused:?}");
}
