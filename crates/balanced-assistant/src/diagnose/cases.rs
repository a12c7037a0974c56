//! Crafted analyses: a neutral mix, and changes to it.

use balanced_model::{
    Analysis, Bands, Channel, Defect, DefectKind, Dynamics, Loudness, LoudnessCurve, Ltas, Measurements, Provenance,
    SCHEMA_VERSION, Severity, Source, Spectrum, Stereo,
};

use crate::tonal_balance::reference_db;
use crate::tone::ToneFault;

/// Nominal third-octave centres from 20 Hz to 20 kHz (base ten, IEC 61260-1).
pub(crate) fn third_octaves() -> Vec<f64> {
    (-17..=13).map(|n| 1000.0 * 10f64.powf(0.1 * f64::from(n))).collect()
}

pub(crate) fn ltas(level_db: impl Fn(f64) -> f64) -> Ltas {
    let center_hz = third_octaves();
    let level_db = center_hz.iter().map(|hz| Some(level_db(*hz))).collect();
    Ltas { center_hz, level_db }
}

/// A mix at -18 LUFS that nothing is wrong with: levels of a band's rough mix, spectrum of the reference with some life.
pub(crate) fn neutral() -> Analysis {
    Analysis {
        schema_version: SCHEMA_VERSION,
        source: source(),
        metadata: None,
        measurements: Measurements {
            loudness: Some(loudness()),
            dynamics: Some(Dynamics {
                dr: Some(11.0),
                crest_db: Some(15.0),
                rms_dbfs: Some(-20.0),
                ..Dynamics::default()
            }),
            spectrum: Some(spectrum(|hz| reference_db(hz) - 28.0 + 1.5 * (hz.log2() * 4.0).sin())),
            stereo: Some(stereo()),
            defects: Some(Vec::new()),
            ..Measurements::default()
        },
        provenance: Provenance {
            balanced_version: "0.1.0".to_owned(),
            config_hash: "00".to_owned(),
            models: Vec::new(),
            elapsed_s: 0.0,
        },
    }
}

fn source() -> Source {
    Source {
        path: Some("mix.wav".to_owned()),
        sha256: None,
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
    }
}

fn loudness() -> Loudness {
    Loudness {
        integrated_lufs: Some(-18.0),
        range_lu: Some(7.0),
        max_momentary_lufs: Some(-13.5),
        max_short_term_lufs: Some(-15.0),
        true_peak_dbtp: Some(-3.2),
        true_peak_at_s: Some(64.25),
        sample_peak_dbfs: Some(-3.4),
        plr_db: Some(14.8),
        min_psr_db: Some(10.0),
        curve: LoudnessCurve {
            hop_s: 1.0,
            momentary_lufs: vec![Some(-18.0); 180],
            short_term_lufs: vec![Some(-18.0); 180],
            ..LoudnessCurve::default()
        },
        ..Loudness::default()
    }
}

pub(crate) fn spectrum(level_db: impl Fn(f64) -> f64) -> Spectrum {
    Spectrum {
        ltas: ltas(level_db),
        bands: Bands {
            sub: Some(-12.0),
            low: Some(-4.0),
            low_mid: Some(-6.0),
            mid: Some(-7.0),
            high_mid: Some(-12.0),
            high: Some(-17.0),
            air: Some(-24.0),
        },
        ..Spectrum::default()
    }
}

fn stereo() -> Stereo {
    Stereo {
        correlation_mean: Some(0.7),
        correlation_min: Some(0.1),
        balance_db: Some(0.2),
        side_to_mid_db: Some(-9.0),
        mono_loss_db: Some(0.6),
        width_per_band: vec![Some(0.02), Some(0.05), Some(0.1), Some(0.12), Some(0.15), Some(0.2), Some(0.2)],
        ..Stereo::default()
    }
}

/// Correlations of the seven regions.
pub(crate) fn by_region(correlations: [f64; 7]) -> Vec<Option<f64>> {
    correlations.map(Some).to_vec()
}

/// The neutral mix with something done to it.
pub(crate) fn with(change: impl FnOnce(&mut Analysis)) -> Analysis {
    let mut analysis = neutral();
    change(&mut analysis);
    analysis
}

/// The neutral mix with `boost_db` between two frequencies.
pub(crate) fn tilted(from_hz: f64, to_hz: f64, boost_db: f64) -> Analysis {
    with(|analysis| {
        let ltas = &mut analysis.measurements.spectrum.as_mut().unwrap().ltas;
        for (hz, level) in ltas.center_hz.iter().zip(&mut ltas.level_db) {
            if (from_hz..=to_hz).contains(hz) {
                *level = level.map(|db| db + boost_db);
            }
        }
    })
}

/// The neutral mix with a fault of tone.
pub(crate) fn faulty(fault: ToneFault, amount_db: f64) -> Analysis {
    with(|analysis| {
        let ltas = &mut analysis.measurements.spectrum.as_mut().unwrap().ltas;
        for (hz, level) in ltas.center_hz.iter().zip(&mut ltas.level_db) {
            *level = level.map(|db| db + amount_db * fault.shape_at(*hz).unwrap_or(0.0));
        }
    })
}

/// The neutral mix with so much of a fault of tone that 19 dB of it are fitted.
pub(crate) fn gross(fault: ToneFault) -> Analysis {
    let estimates = crate::tone::estimates(&neutral()).unwrap();
    let own_db = estimates.iter().find(|estimate| estimate.fault == fault).unwrap().amount_db;
    faulty(fault, 19.0 - own_db)
}

pub(crate) fn loud(change: impl FnOnce(&mut Loudness)) -> Analysis {
    with(|analysis| change(analysis.measurements.loudness.as_mut().unwrap()))
}

pub(crate) fn staged(change: impl FnOnce(&mut Stereo)) -> Analysis {
    with(|analysis| change(analysis.measurements.stereo.as_mut().unwrap()))
}

pub(crate) fn defect(kind: DefectKind, severity: Severity, start_s: f64) -> Defect {
    Defect {
        kind,
        severity,
        start_s,
        end_s: start_s + 0.5,
        channel: Channel(None),
        message: format!("{kind:?} here."),
        evidence: std::collections::BTreeMap::from([("level_dbfs".to_owned(), -0.1)]),
    }
}
