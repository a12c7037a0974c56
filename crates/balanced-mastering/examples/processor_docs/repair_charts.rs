//! Charts of the repairs: a click that is taken out, tops that are put back, notches at lines of hum.

use balanced_mastering::{DeclickSpec, DeclipSpec, DehumSpec, ProcessorSpec};

use crate::measure::{RATE_HZ, response_db, run, sine};
use crate::svg::{Axis, Chart};

/// Second at which the chart begins, and its length in ms.
const BEGIN_S: f64 = 0.5;
const SHOWN_MS: f64 = 8.0;

pub fn all() -> Vec<(&'static str, Chart)> {
    vec![("declick", declick()), ("declip", declip()), ("dehum", dehum())]
}

/// Three partials of one second.
fn chord() -> Vec<f64> {
    let partials = [(330.0, -8.0), (495.0, -12.0), (1_320.0, -20.0)].map(|(hz, level_db)| sine(hz, level_db, 1.0));
    (0..partials[0].len()).map(|frame| partials.iter().map(|tone| tone[frame]).sum()).collect()
}

fn points(samples: &[f64]) -> Vec<(f64, f64)> {
    let from = (BEGIN_S * RATE_HZ) as usize;
    let count = (1e-3 * SHOWN_MS * RATE_HZ) as usize;
    samples[from..from + count].iter().enumerate().map(|(n, x)| (1e3 * n as f64 / RATE_HZ, *x)).collect()
}

fn time() -> Axis {
    Axis::linear("ms", 0.0, SHOWN_MS, &[0.0, 2.0, 4.0, 6.0, 8.0])
}

fn level(most: f64) -> Axis {
    Axis::linear("level", -most, most, &[-0.8, -0.4, 0.0, 0.4, 0.8])
}

fn declick() -> Chart {
    let clean = chord();
    let mut clicked = clean.clone();
    let at = (BEGIN_S * RATE_HZ) as usize + 150;
    [0.5, 0.5, -0.3].iter().enumerate().for_each(|(n, x)| clicked[at + n] += x);
    let output = run(ProcessorSpec::Declick(DeclickSpec::default()), &[clicked.clone()]).swap_remove(0);
    Chart::new("A click of three samples on a chord, before and after", time(), level(1.0))
        .dashed("before", points(&clicked))
        .line("after", points(&output))
        .legend(0.8, false)
}

fn declip() -> Chart {
    let clean = chord();
    let clipped: Vec<f64> = clean.iter().map(|x| x.clamp(-0.4, 0.4)).collect();
    let spec = DeclipSpec { threshold_dbfs: 20.0 * 0.4f64.log10() };
    let output = run(ProcessorSpec::Declip(spec), std::slice::from_ref(&clipped)).swap_remove(0);
    Chart::new("A chord clipped at 0.4, before and after", time(), level(1.0))
        .dashed("before", points(&clipped))
        .line("after", points(&output))
        .legend(0.8, false)
}

fn dehum() -> Chart {
    let x = Axis::linear("Hz", 90.0, 110.0, &[90.0, 95.0, 100.0, 105.0, 110.0]);
    let y = Axis::linear("dB", -36.0, 1.0, &[-36.0, -30.0, -24.0, -18.0, -12.0, -6.0, 0.0]);
    let at_hz: Vec<f64> = (0..=160).map(|step| 90.0 + f64::from(step) / 8.0).collect();
    let mut chart = Chart::new("Notch at 100 Hz, for a width of 0.3 and 1 Hz at 50 Hz", x, y);
    for width_hz in [0.3, 1.0] {
        let spec = ProcessorSpec::Dehum(DehumSpec { width_hz, ..DehumSpec::default() });
        chart = chart.line(format!("{width_hz} Hz"), response_db(spec, 1, &at_hz));
    }
    chart.legend(0.75, true)
}
