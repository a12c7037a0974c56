//! Charts of equalisers and dynamics.

use balanced_mastering::processors::eq::level_db as analogue_db;
use balanced_mastering::{
    CompressorSpec, CrossoverType, CutAlignment, Detector, DynamicEqBand, DynamicEqSpec, DynamicsMode, EqBand,
    EqBandKind, EqPhase, EqSpec, MultibandBand, MultibandSpec, ProcessorSpec,
};

use crate::measure::{RATE_HZ, frequencies, level_db, response_db, run, sine};
use crate::svg::{Axis, Chart};

const DB_12: Axis = Axis::linear("dB", -15.0, 15.0, &[-12.0, -6.0, 0.0, 6.0, 12.0]);

pub fn all() -> Vec<(&'static str, Chart)> {
    vec![
        ("eq", eq()),
        ("eq-error", eq_error()),
        ("eq-cuts", eq_cuts()),
        ("dynamic_eq", dynamic_eq()),
        ("compressor-curves", compressor_curves()),
        ("compressor-times", compressor_times()),
        ("multiband", multiband(CrossoverType::Minimum)),
        ("multiband-linear", multiband(CrossoverType::Linear)),
    ]
}

fn bells() -> Vec<EqBand> {
    let band = |kind, frequency_hz, gain_db, q| EqBand { kind, frequency_hz, gain_db, q, ..EqBand::default() };
    vec![
        band(EqBandKind::LowShelf, 80.0, 6.0, 0.7),
        band(EqBandKind::Bell, 500.0, -9.0, 2.0),
        band(EqBandKind::Bell, 5_000.0, 6.0, 1.0),
        band(EqBandKind::Bell, 16_000.0, 12.0, 1.0),
        band(EqBandKind::HighShelf, 12_000.0, -6.0, 0.7),
    ]
}

fn eq_spec(band: &EqBand, phase: EqPhase) -> ProcessorSpec {
    ProcessorSpec::Eq(EqSpec { phase, bands: vec![band.clone()], ..EqSpec::default() })
}

fn eq() -> Chart {
    let at_hz = frequencies(200);
    let mut chart = Chart::new("Bells and shelves at 44.1 kHz", Axis::HEARING, DB_12);
    for band in bells() {
        let name = format!("{:?}, {} Hz", band.kind, band.frequency_hz);
        chart = chart.line(name, response_db(eq_spec(&band, EqPhase::Minimum), 1, &at_hz));
    }
    chart.legend(0.02, true)
}

fn eq_error() -> Chart {
    let at_hz = frequencies(200);
    let y = Axis::linear("dB", -0.1, 0.1, &[-0.1, -0.05, 0.0, 0.05, 0.1]);
    let mut chart = Chart::new("Distance from the analogue prototype at 44.1 kHz (gate: 0.1 dB)", Axis::HEARING, y);
    for (phase, name) in [(EqPhase::Minimum, "minimum phase"), (EqPhase::Linear, "linear phase")] {
        let worst: Vec<(f64, f64)> = at_hz.iter().map(|hz| (*hz, 0.0)).collect();
        let worst = bells().iter().fold(worst, |worst, band| {
            let digital = response_db(eq_spec(band, phase), 1, &at_hz);
            let errors = digital.iter().map(|(hz, db)| db - analogue_db(std::slice::from_ref(band), *hz));
            worst.iter().zip(errors).map(|(a, b)| (a.0, if b.abs() > a.1.abs() { b } else { a.1 })).collect()
        });
        chart = chart.line(format!("worst of the bands above, {name}"), worst);
    }
    chart
}

fn eq_cuts() -> Chart {
    let at_hz = frequencies(200);
    let y = Axis::linear("dB", -72.0, 6.0, &[-72.0, -60.0, -48.0, -36.0, -24.0, -12.0, 0.0]);
    let mut chart = Chart::new("Low cuts at 1 kHz, high cuts at 5 kHz", Axis::HEARING, y);
    for (slope_db_per_octave, alignment) in [
        (6.0, CutAlignment::Butterworth),
        (24.0, CutAlignment::Butterworth),
        (24.0, CutAlignment::LinkwitzRiley),
        (96.0, CutAlignment::Butterworth),
    ] {
        let cut =
            |kind, frequency_hz| EqBand { kind, frequency_hz, slope_db_per_octave, alignment, ..EqBand::default() };
        let both = vec![cut(EqBandKind::LowCut, 1_000.0), cut(EqBandKind::HighCut, 5_000.0)];
        let spec = ProcessorSpec::Eq(EqSpec { bands: both, ..EqSpec::default() });
        chart = chart.line(format!("{slope_db_per_octave} dB/oct, {alignment:?}"), response_db(spec, 1, &at_hz));
    }
    chart
}

fn dynamic_eq() -> Chart {
    let y = Axis::linear("dB", -9.0, 9.0, &[-9.0, -6.0, -3.0, 0.0, 3.0, 6.0, 9.0]);
    let mut chart =
        Chart::new("Gain of a band at 3 kHz, threshold -30 dBFS, for tones of several levels", Axis::HEARING, y);
    for (mode, level) in [
        (DynamicsMode::Compress, -36.0),
        (DynamicsMode::Compress, -26.0),
        (DynamicsMode::Compress, -12.0),
        (DynamicsMode::UpwardExpand, -26.0),
    ] {
        let band = DynamicEqBand { mode, release_ms: 500.0, ..DynamicEqBand::default() };
        let spec = ProcessorSpec::DynamicEq(DynamicEqSpec { bands: vec![band] });
        let points = frequencies(60).into_iter().map(|hz| {
            let tone = sine(hz, level, 0.4);
            (hz, level_db(&run(spec.clone(), &[tone])[0]) - level)
        });
        chart = chart.line(format!("{mode:?}, {level} dBFS"), points.collect());
    }
    chart
}

fn compressor_curves() -> Chart {
    let x = Axis::linear("input, dBFS", -50.0, 0.0, &[-50.0, -40.0, -30.0, -20.0, -10.0, 0.0]);
    let y = Axis::linear("output, dBFS", -50.0, 0.0, &[-50.0, -40.0, -30.0, -20.0, -10.0, 0.0]);
    let mut chart = Chart::new("Static curves, threshold -24 dBFS (measured with square waves)", x, y);
    for (ratio, knee_db) in [(2.0, 0.0), (2.0, 18.0), (4.0, 6.0), (100.0, 0.0)] {
        let spec = CompressorSpec { threshold_db: -24.0, ratio, knee_db, attack_ms: 1.0, ..CompressorSpec::default() };
        let points = (0..=50).map(|step| {
            let level = -50.0 + f64::from(step);
            let square: Vec<f64> =
                sine(441.0, 0.0, 0.3).iter().map(|x| x.signum() * 10f64.powf(level / 20.0)).collect();
            (level, level_db(&run(ProcessorSpec::Compressor(spec.clone()), &[square])[0]))
        });
        chart = chart.line(format!("{ratio}:1, knee {knee_db} dB"), points.collect());
    }
    chart
}

fn compressor_times() -> Chart {
    let x = Axis::linear("ms", 0.0, 900.0, &[0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 700.0, 800.0, 900.0]);
    let y = Axis::linear("gain, dB", -12.0, 1.0, &[-12.0, -9.0, -6.0, -3.0, 0.0]);
    let mut chart = Chart::new("Gain for a 997 Hz tone that is 20 dB louder from 100 to 500 ms", x, y);
    let tone = sine(997.0, 0.0, 0.9);
    let loud = |n: usize| (0.1..0.5).contains(&(n as f64 / RATE_HZ));
    let input: Vec<f64> = tone.iter().enumerate().map(|(n, x)| x * if loud(n) { 0.5 } else { 0.05 }).collect();
    for (name, detector, auto_release) in [
        ("peak, release 120 ms", Detector::Peak, false),
        ("true rms of 20 ms", Detector::TrueRms, false),
        ("peak, automatic release", Detector::Peak, true),
    ] {
        let spec = CompressorSpec {
            threshold_db: -26.0,
            ratio: 2.0,
            detector,
            rms_window_ms: 20.0,
            auto_release,
            ..CompressorSpec::default()
        };
        let output = run(ProcessorSpec::Compressor(spec), std::slice::from_ref(&input));
        let points = input.iter().zip(&output[0]).enumerate().filter(|(n, (x, _))| n % 110 < 44 && tone_top(x));
        let gains = points.map(|(n, (x, y))| (1e3 * n as f64 / RATE_HZ, 20.0 * (y / x).abs().log10()));
        chart = chart.line(name, gains.step_by(60).collect());
    }
    chart.legend(0.7, true)
}

/// Away from the tone's zeros, where a quotient says nothing.
fn tone_top(x: &f64) -> bool {
    x.abs() > 0.04
}

fn multiband(phase: CrossoverType) -> Chart {
    let at_hz = frequencies(150);
    let y = Axis::linear("dB", -60.0, 6.0, &[-60.0, -48.0, -36.0, -24.0, -12.0, 0.0]);
    let corners = [120.0, 800.0, 5_000.0];
    let at_rest = MultibandBand { enabled: false, ..MultibandBand::default() };
    let spec = |solo: Option<usize>| {
        let mut bands = vec![at_rest.clone(); 4];
        solo.into_iter().for_each(|band| bands[band].solo = true);
        ProcessorSpec::Multiband(MultibandSpec {
            phase,
            crossovers_hz: corners.to_vec(),
            bands,
            ..MultibandSpec::default()
        })
    };
    let title = format!("Four bands and their sum, {} phase", format!("{phase:?}").to_lowercase());
    let mut chart = Chart::new(&title, Axis::HEARING, y);
    for band in 0..4 {
        chart = chart.line(format!("band {}", band + 1), response_db(spec(Some(band)), 1, &at_hz));
    }
    chart.dashed("sum", response_db(spec(None), 1, &at_hz)).legend(0.45, true)
}
