//! Crafted analyses for tests.

use crate::{Embedded, Extras, Listening, OverviewMeter};
use balanced_assistant::tonal_balance::reference_db;
use balanced_merge::{Local, Merged, ProviderResult, merge};
use balanced_model::{
    Analysis, Bands, Channel, Defect, DefectKind, Dynamics, HeadKind, HeadTag, HeadTags, Key, KeyCandidate, KeyMode,
    Loudness, LoudnessCurve, Ltas, Measurements, PlatformGain, Provenance, SCHEMA_VERSION, Severity, SoundMeasures,
    Source, Spectrum, Stereo, Tag, Tags, Tempo, TempoCandidate,
};

/// Three minutes of everything.
pub(crate) fn full() -> Analysis {
    Analysis {
        schema_version: SCHEMA_VERSION,
        source: Source {
            path: Some("songs/mix.wav".to_owned()),
            sha256: Some("ab12".to_owned()),
            container: "wav".to_owned(),
            codec: "pcm_s24le".to_owned(),
            sample_rate_hz: 48_000.0,
            channels: 2,
            channel_layout: "stereo".to_owned(),
            bit_depth: Some(24),
            effective_bit_depth: Some(24),
            frames: 48_000 * 180,
            duration_s: 180.0,
            notes: Vec::new(),
        },
        metadata: None,
        measurements: Measurements {
            loudness: Some(loudness()),
            dynamics: Some(Dynamics {
                dr: Some(11.0),
                crest_db: Some(15.0),
                rms_dbfs: Some(-20.0),
                ..Dynamics::default()
            }),
            spectrum: Some(spectrum()),
            stereo: Some(stereo()),
            tempo: Some(tempo()),
            key: Some(key()),
            tags: Some(tags()),
            defects: Some(vec![
                defect(DefectKind::Clicks, Severity::Minor, 20.0),
                defect(DefectKind::Hum, Severity::Info, 90.0),
            ]),
            ..Measurements::default()
        },
        provenance: Provenance {
            balanced_version: "0.1.0".to_owned(),
            config_hash: "00ff".to_owned(),
            models: Vec::new(),
            elapsed_s: 0.5,
        },
    }
}

/// The neutral analysis, changed by `change`.
pub(crate) fn with(change: impl FnOnce(&mut Analysis)) -> Analysis {
    let mut analysis = full();
    change(&mut analysis);
    analysis
}

/// The neutral analysis, beside a synthetic answer of Cyanite to each of its interfaces, and a person's word.
pub(crate) fn merged() -> Merged {
    let answers =
        [include_str!("../../../fixtures/cyanite/graphql.json"), include_str!("../../../fixtures/cyanite/rest.json")];
    let mut results = answers.map(|answer| ProviderResult::from_json(answer).unwrap());
    results[0].fetched_at = Some("2026-11-30T10:00:00.5Z".to_owned());
    results[1].fetched_at = Some("yesterday".to_owned());
    let human = r#"{ "field": "mood", "labels": ["<happy>"], "by": "Ada & Co" }"#;
    let local = Local::from_analysis(&full()).with_human(serde_json::from_str(human).unwrap()).unwrap();
    merge(&local, &results)
}

/// Pictures of both versions of the neutral analysis, and two files that stand for their sound.
pub(crate) fn extras() -> Extras {
    let overview = |gain: f64, phase: f64| {
        let mut meter = OverviewMeter::new(180 * 1000, 1000.0);
        let wave = |i: i32, shift: f64| gain * (0.01 * f64::from(i) + shift).sin();
        let [left, right]: [Vec<f64>; 2] = [0.0, phase].map(|shift| (0..180_000).map(|i| wave(i, shift)).collect());
        meter.push(&[&left, &right]);
        meter.finish()
    };
    let version = |label: &str, lufs: f64| Embedded {
        label: label.to_owned(),
        mime: "audio/ogg".to_owned(),
        bytes: vec![0; 300],
        sample_rate_hz: 48_000.0,
        integrated_lufs: Some(lufs),
    };
    Extras {
        before: Some(overview(0.4, 0.7)),
        after: Some(overview(0.8, 0.3)),
        listening: Some(Listening {
            versions: vec![version("Mix", -18.0), version("Master", -14.0)],
            codec: "Opus at 96 kbit/s".to_owned(),
            ..Listening::default()
        }),
        notes: Vec::new(),
    }
}

/// The neutral analysis, 4 dB louder and limited.
pub(crate) fn louder() -> Analysis {
    with(|analysis| {
        analysis.source.path = Some("songs/master.wav".to_owned());
        let loudness = analysis.measurements.loudness.as_mut().unwrap();
        (loudness.integrated_lufs, loudness.true_peak_dbtp) = (Some(-14.0), Some(-1.0));
        for level in loudness.curve.short_term_lufs.iter_mut().chain(&mut loudness.curve.momentary_lufs) {
            *level = level.map(|lufs| (lufs + 4.0).min(-11.0));
        }
    })
}

fn loudness() -> Loudness {
    let song = |t: f64| -18.0 + 4.0 * (t / 25.0).sin() - 8.0 * f64::from(u8::from((60.0..75.0).contains(&t)));
    let points = 1800;
    let curve = |from: i32, wobble: f64| {
        let at = |i: i32| song(0.1 * f64::from(i)) + wobble * (0.9 * f64::from(i)).sin();
        (0..points).map(|i| (i >= from).then(|| at(i))).collect()
    };
    let peaks = (0..points).map(|i| Some(-4.5 + 1.2 * (0.37 * f64::from(i)).sin())).collect();
    let service = |name: &str, gain_db| PlatformGain { name: name.to_owned(), gain_db, ..PlatformGain::default() };
    Loudness {
        integrated_lufs: Some(-18.0),
        range_lu: Some(7.0),
        max_momentary_lufs: Some(-13.1),
        max_short_term_lufs: Some(-14.0),
        true_peak_dbtp: Some(-3.21),
        true_peak_at_s: Some(64.25),
        sample_peak_dbfs: Some(-3.4),
        plr_db: Some(14.8),
        min_psr_db: Some(10.0),
        platforms: vec![service("spotify_normal", Some(4.0)), service("youtube", Some(0.0)), service("none", None)],
        replay_gain_db: Some(0.0),
        curve: LoudnessCurve {
            hop_s: 0.1,
            momentary_lufs: curve(3, 1.2),
            short_term_lufs: curve(29, 0.0),
            true_peak_dbtp: peaks,
            ..LoudnessCurve::default()
        },
        ..Loudness::default()
    }
}

fn spectrum() -> Spectrum {
    let center_hz: Vec<f64> = (-17..=13).map(|n| 1000.0 * 10f64.powf(0.1 * f64::from(n))).collect();
    let level_db = center_hz.iter().map(|hz| Some(reference_db(*hz) - 30.0 + 2.5 * (2.0 * hz.log2()).sin())).collect();
    Spectrum {
        centroid_hz: Some(1850.0),
        rolloff85_hz: Some(4200.0),
        bandwidth_hz: Some(2300.0),
        flatness: Some(0.012),
        tilt_db_per_octave: Some(-4.8),
        ltas: Ltas { center_hz, level_db },
        bands: Bands {
            sub: Some(-12.0),
            low: Some(-4.0),
            low_mid: Some(-6.0),
            mid: Some(-7.0),
            high_mid: Some(-12.0),
            high: Some(-17.0),
            air: None,
        },
        ..Spectrum::default()
    }
}

fn stereo() -> Stereo {
    Stereo {
        correlation_mean: Some(0.71),
        correlation_min: Some(0.08),
        balance_db: Some(-0.6),
        side_to_mid_db: Some(-9.0),
        mono_loss_db: Some(0.6),
        width_per_band: vec![Some(0.02), Some(0.05), Some(0.1), Some(0.14), Some(0.2), Some(0.26), None],
        ..Stereo::default()
    }
}

fn tempo() -> Tempo {
    Tempo {
        bpm: Some(120.0),
        confidence: 0.91,
        pulse_confidence: 0.97,
        bar_confidence: 0.64,
        candidates: vec![TempoCandidate { bpm: 120.0, weight: 0.8 }, TempoCandidate { bpm: 60.0, weight: 0.2 }],
        stability: Some(0.98),
        beats_s: (0..350).map(|i| 0.5 + 0.5 * f64::from(i)).collect(),
        downbeats_s: (0..87).map(|i| 1.0 + 2.0 * f64::from(i)).collect(),
        time_signature: Some("4/4".to_owned()),
        onset_rate_hz: Some(4.2),
        ..Tempo::default()
    }
}

fn key() -> Key {
    let reading = |name: &str, weight| KeyCandidate { name: name.to_owned(), weight };
    Key {
        name: Some("C# minor".to_owned()),
        tonic: Some("C#".to_owned()),
        mode: Some(KeyMode::Minor),
        camelot: Some("12A".to_owned()),
        confidence: 0.77,
        candidates: vec![reading("C# minor", 0.6), reading("E major", 0.3)],
        tuning_hz: Some(440.6),
        ..Key::default()
    }
}

fn head(name: &str, kind: HeadKind, labels: &[(&str, f64)]) -> HeadTags {
    let tag = |(label, probability): &(&str, f64)| HeadTag { label: (*label).to_owned(), probability: *probability };
    HeadTags { name: name.to_owned(), kind, labels: labels.iter().map(tag).collect() }
}

fn tags() -> Tags {
    let tag = |label: &str, score| Tag { label: label.to_owned(), score, source: "balanced".to_owned(), model: None };
    Tags {
        genre: vec![tag("rock", 0.72), tag("pop", 0.41)],
        mood: vec![tag("energetic", 0.6)],
        heads: vec![
            head("house style", HeadKind::OneLabel, &[("<loud>", 0.7), ("soft", 0.25), ("odd", 0.05)]),
            head("use", HeadKind::AnyLabels, &[("advert", 0.4)]),
        ],
        measures: SoundMeasures { energy: Some(0.66), ..SoundMeasures::default() },
        ..Tags::default()
    }
}

fn defect(kind: DefectKind, severity: Severity, start_s: f64) -> Defect {
    Defect {
        kind,
        severity,
        start_s,
        end_s: start_s + 2.0,
        channel: Channel(Some(0)),
        message: format!("Something about {kind:?} here."),
        evidence: std::collections::BTreeMap::new(),
    }
}
