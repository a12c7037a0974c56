//! Charts of saturation, image, peaks, dither and utilities.

use balanced_mastering::{
    ClipperSpec, DcFilterSpec, DitherNoise, DitherSpec, GainSpec, LimiterSpec, LimiterStyle, ProcessorSpec,
    SaturationCurve, SaturatorSpec, StereoSpec, TransientShaperSpec, UtilitySpec,
};

use crate::measure::{RATE_HZ, frequencies, level_db, response_db, run, sine, spectrum_db, thinned};
use crate::svg::{Axis, Chart};

const TO_20_KHZ: Axis = Axis::linear("Hz", 0.0, 22_000.0, &[0.0, 5e3, 1e4, 1.5e4, 2e4]);
const DEEP: Axis = Axis::linear("dB", -160.0, 0.0, &[-160.0, -140.0, -120.0, -100.0, -80.0, -60.0, -40.0, -20.0, 0.0]);

pub fn all() -> Vec<(&'static str, Chart)> {
    vec![
        ("saturator", saturator()),
        ("saturator-aliases", saturator_aliases()),
        ("clipper", clipper()),
        ("stereo", stereo()),
        ("stereo-guard", stereo_guard()),
        ("transient_shaper", transient_shaper()),
        ("limiter-gain", limiter_gain()),
        ("limiter-spectrum", limiter_spectrum()),
        ("dither", dither()),
        ("dc_filter", dc_filter()),
        ("gain", gain()),
        ("utility", utility()),
    ]
}

const CURVES: [SaturationCurve; 4] =
    [SaturationCurve::Tube, SaturationCurve::Tape, SaturationCurve::Transformer, SaturationCurve::SoftClip];

fn saturator() -> Chart {
    let x = Axis::linear("harmonic of 1 kHz", 1.0, 8.0, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
    let y = Axis::linear("dB", -120.0, 0.0, &[-120.0, -100.0, -80.0, -60.0, -40.0, -20.0, 0.0]);
    let mut chart = Chart::new("Harmonics of a -6 dBFS tone at 6 dB of drive", x, y);
    for curve in CURVES {
        let spec = SaturatorSpec { curve, drive_db: 6.0, ..SaturatorSpec::default() };
        let output = run(ProcessorSpec::Saturator(spec), &[sine(1000.0, -6.0, 2.0)]).swap_remove(0);
        let second = &output[44_100..88_200];
        let level = |harmonic: usize| {
            let step = std::f64::consts::TAU * 1000.0 * harmonic as f64 / RATE_HZ;
            let (s, c) = second.iter().enumerate().fold((0.0, 0.0), |(s, c), (n, x)| {
                let (sin, cos) = (step * n as f64).sin_cos();
                (s + x * sin, c + x * cos)
            });
            (20.0 * (f64::hypot(s, c) * 2.0 / RATE_HZ).log10()).max(-130.0)
        };
        let first = level(1);
        chart = chart.line(format!("{curve:?}"), (1..=8).map(|k| (k as f64, level(k) - first)).collect());
    }
    chart.legend(0.75, false)
}

fn saturator_aliases() -> Chart {
    let mut chart = Chart::new("A full-scale 5 kHz tone driven by 12 dB", TO_20_KHZ, DEEP);
    let tone = sine(5_000.0, 0.0, 1.6);
    let spec = SaturatorSpec { curve: SaturationCurve::SoftClip, drive_db: 12.0, ..SaturatorSpec::default() };
    let naive: Vec<f64> = tone.iter().map(|x| 4.0 * x / (1.0 + (4.0 * x).powi(4)).powf(0.25) / 4.0).collect();
    let output = run(ProcessorSpec::Saturator(spec), std::slice::from_ref(&tone)).swap_remove(0);
    for (name, samples) in [("the curve without oversampling", naive), ("soft_clip", output)] {
        chart = chart.line(name, thinned(&spectrum_db(&samples[4_096..], 16_384), 330, 0.0, 22_000.0, false));
    }
    chart.legend(0.55, false)
}

fn clipper() -> Chart {
    let title = "A full-scale 5 kHz tone driven by 12 dB into a hard corner";
    let mut chart = Chart::new(title, TO_20_KHZ, DEEP);
    let tone = sine(5_000.0, 0.0, 1.6);
    let naive: Vec<f64> = tone.iter().map(|x| (4.0 * x).clamp(-1.0, 1.0)).collect();
    let spec = ClipperSpec { drive_db: 12.041, ceiling_dbfs: 0.0, knee_db: 0.0 };
    let output = run(ProcessorSpec::Clipper(spec), std::slice::from_ref(&tone)).swap_remove(0);
    for (name, samples) in [("clamped samples", naive), ("clipper", output)] {
        chart = chart.line(name, thinned(&spectrum_db(&samples[4_096..], 16_384), 330, 0.0, 22_000.0, false));
    }
    chart.legend(0.55, false)
}

fn stereo() -> Chart {
    let y = Axis::linear("dB", -48.0, 6.0, &[-48.0, -36.0, -24.0, -12.0, 0.0, 6.0]);
    let mut chart =
        Chart::new("Level of mid and side: mono below 120 Hz, width 60 % to 2 kHz and 140 % above", Axis::HEARING, y);
    let spec = StereoSpec {
        mono_below_hz: 120.0,
        crossovers_hz: vec![2_000.0],
        widths_percent: vec![60.0, 140.0],
        ..StereoSpec::default()
    };
    for (name, sign) in [("mid", 1.0), ("side", -1.0)] {
        let points = frequencies(60).into_iter().map(|hz| {
            let tone = sine(hz, 0.0, 0.5);
            let other = tone.iter().map(|x| sign * x).collect();
            (hz, level_db(&run(ProcessorSpec::Stereo(spec.clone()), &[tone, other])[0]))
        });
        chart = chart.line(name, points.collect());
    }
    chart.legend(0.75, true)
}

/// Noise whose side is as strong as its mid at the start and four times as strong in the end.
fn opening_noise() -> [Vec<f64>; 2] {
    let mut random = balanced_dsp::Random::new(1, 0);
    let frames = (6.0 * RATE_HZ) as usize;
    let pairs = (0..frames).map(|n| {
        let (mid, side) = (random.centred(), random.centred() * (0.5 + 3.5 * n as f64 / frames as f64));
        (0.2 * (mid + side), 0.2 * (mid - side))
    });
    let (left, right) = pairs.unzip();
    [left, right]
}

fn stereo_guard() -> Chart {
    let x = Axis::linear("s", 0.0, 6.0, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let y = Axis::linear("correlation", -1.0, 1.0, &[-1.0, -0.5, 0.0, 0.5, 1.0]);
    let mut chart = Chart::new("Correlation over 300 ms of noise that grows wider and wider", x, y);
    let input = opening_noise();
    let guarded = |min_correlation| {
        let spec = StereoSpec { min_correlation, ..StereoSpec::default() };
        correlation(&run(ProcessorSpec::Stereo(spec), &input))
    };
    chart = chart.dashed("input", correlation(&input));
    for min_correlation in [-0.3, 0.0, 0.3] {
        chart = chart.line(format!("guard at {min_correlation}"), guarded(min_correlation));
    }
    chart.legend(0.7, false)
}

fn correlation(channels: &[Vec<f64>]) -> Vec<(f64, f64)> {
    let size = (0.3 * RATE_HZ) as usize;
    let starts = (0..channels[0].len() - size).step_by(size / 5);
    let at = |start: usize| {
        let pairs = channels[0][start..start + size].iter().zip(&channels[1][start..]);
        let sums = pairs.fold((0.0, 0.0, 0.0), |(a, b, c), (l, r)| (a + l * r, b + l * l, c + r * r));
        ((start + size / 2) as f64 / RATE_HZ, sums.0 / (sums.1 * sums.2).sqrt())
    };
    starts.map(at).collect()
}

fn transient_shaper() -> Chart {
    let x = Axis::linear("ms", 0.0, 500.0, &[0.0, 100.0, 200.0, 300.0, 400.0, 500.0]);
    let y = Axis::linear("gain, dB", -8.0, 8.0, &[-8.0, -6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0, 8.0]);
    let mut chart = Chart::new("Gain over a decaying 997 Hz tone struck at 100 ms", x, y);
    let decay = |n: usize| {
        let time_s = n as f64 / RATE_HZ - 0.1;
        if time_s < 0.0 { 0.01 } else { 0.01 + 0.5 * (-time_s / 0.12).exp() }
    };
    let input: Vec<f64> = sine(997.0, 0.0, 0.5).iter().enumerate().map(|(n, x)| x * decay(n)).collect();
    for (name, attack_db, sustain_db) in
        [("attack +6 dB", 6.0, 0.0), ("attack -6 dB", -6.0, 0.0), ("sustain -6 dB", 0.0, -6.0)]
    {
        let spec = TransientShaperSpec { attack_db, sustain_db, ..TransientShaperSpec::default() };
        let output = run(ProcessorSpec::TransientShaper(spec), std::slice::from_ref(&input));
        let pairs = input.iter().zip(&output[0]).enumerate();
        let tops = pairs.filter(|(n, (x, _))| x.abs() > 0.8 * decay(*n));
        let gains = tops.map(|(n, (x, y))| (1e3 * n as f64 / RATE_HZ, 20.0 * (y / x).log10()));
        chart = chart.line(name, gains.step_by(40).collect());
    }
    chart.legend(0.72, false)
}

const STYLES: [LimiterStyle; 3] = [LimiterStyle::Transparent, LimiterStyle::Punchy, LimiterStyle::Loud];

fn limiter_gain() -> Chart {
    let x = Axis::linear("ms", 0.0, 1500.0, &[0.0, 250.0, 500.0, 750.0, 1000.0, 1250.0, 1500.0]);
    let y = Axis::linear("gain, dB", -8.0, 1.0, &[-8.0, -6.0, -4.0, -2.0, 0.0]);
    let mut chart = Chart::new("Gain around a lone peak 6 dB over, and 500 ms of a tone 6 dB over", x, y);
    let loud = |n: usize| (0.4..0.9).contains(&(n as f64 / RATE_HZ));
    let carrier = sine(997.0, 0.0, 1.5);
    let mut input: Vec<f64> = carrier.iter().enumerate().map(|(n, x)| x * if loud(n) { 1.778 } else { 0.25 }).collect();
    input[4_410] = 1.778;
    for style in STYLES {
        let spec = LimiterSpec { style, ..LimiterSpec::default() };
        let output = run(ProcessorSpec::Limiter(spec), std::slice::from_ref(&input));
        let pairs = input.iter().zip(&output[0]).enumerate().filter(|(_, (x, _))| x.abs() > 0.15);
        let gains = pairs.map(|(n, (x, y))| (1e3 * n as f64 / RATE_HZ, 20.0 * (y / x).log10()));
        chart = chart.line(format!("{style:?}"), gains.step_by(160).collect());
    }
    chart.legend(0.72, true)
}

fn limiter_spectrum() -> Chart {
    let title = "Spectrum of 60 Hz + 7 kHz (4:1) at 6 dB of gain reduction";
    let mut chart = Chart::new(title, Axis::log("Hz", 20.0, 20_000.0, Axis::HEARING.ticks), DEEP);
    let (bass, treble) = (sine(60.0, 0.0, 4.0), sine(7_000.0, 0.0, 4.0));
    let input: Vec<f64> = bass.iter().zip(&treble).map(|(b, t)| 1.778 * (0.8 * b + 0.2 * t)).collect();
    for style in [LimiterStyle::Loud, LimiterStyle::Punchy, LimiterStyle::Transparent] {
        let spec = LimiterSpec { style, ..LimiterSpec::default() };
        let output = run(ProcessorSpec::Limiter(spec), std::slice::from_ref(&input)).swap_remove(0);
        let spectrum = spectrum_db(&output[88_200..88_200 + 65_536], 32_768);
        chart = chart.line(format!("{style:?}"), thinned(&spectrum, 300, 20.0, 20_000.0, true));
    }
    chart.legend(0.3, false)
}

fn dither() -> Chart {
    let y = Axis::linear(
        "dBFS a bin of 43 Hz",
        -160.0,
        -90.0,
        &[-160.0, -150.0, -140.0, -130.0, -120.0, -110.0, -100.0, -90.0],
    );
    let mut chart = Chart::new(
        "Noise of 16 bits below a 1 kHz tone at -100 dBFS",
        Axis::log("Hz", 50.0, 22_000.0, &[100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4, 2e4]),
        y,
    );
    for noise in
        [DitherNoise::Tpdf, DitherNoise::TpdfHighPass, DitherNoise::NoiseShaped, DitherNoise::NoiseShapedStrong]
    {
        let spec = DitherSpec { bits: 16, noise, ..DitherSpec::default() };
        let output = run(ProcessorSpec::Dither(spec), &[sine(1000.0, -100.0, 12.0)]).swap_remove(0);
        chart = chart.line(format!("{noise:?}"), thinned(&spectrum_db(&output, 1024), 220, 50.0, 22_000.0, true));
    }
    chart
}

fn dc_filter() -> Chart {
    let y = Axis::linear("dB", -18.0, 1.0, &[-18.0, -15.0, -12.0, -9.0, -6.0, -3.0, 0.0]);
    let x = Axis::log("Hz", 1.0, 1_000.0, &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3]);
    let mut chart = Chart::new("Response for corners of 3 and 20 Hz", x, y);
    let at_hz: Vec<f64> = (0..90).map(|step| 1000f64.powf(f64::from(step) / 89.0)).collect();
    for frequency_hz in [3.0, 20.0] {
        let spec = ProcessorSpec::DcFilter(DcFilterSpec { frequency_hz });
        chart = chart.line(format!("{frequency_hz} Hz"), response_db(spec, 1, &at_hz));
    }
    chart.legend(0.75, true)
}

fn gain() -> Chart {
    use balanced_dsp::{PlanarBuffer, StreamFormat};
    let x = Axis::linear("ms", 0.0, 60.0, &[0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0]);
    let y = Axis::linear("gain", 0.0, 1.1, &[0.0, 0.25, 0.5, 0.75, 1.0]);
    let (spec, next) = (GainSpec { gain_db: 0.0 }, GainSpec { gain_db: -12.0 });
    let mut processor = ProcessorSpec::Gain(spec).build(&StreamFormat::new(RATE_HZ, 1)).expect("in range");
    let mut audio = PlanarBuffer::from_channels(&[vec![1.0; (0.06 * RATE_HZ) as usize]]);
    let (change, frames) = ((0.02 * RATE_HZ) as usize, audio.frames());
    let mut block = audio.block_mut();
    processor.process(&mut block.slice_mut(0..change));
    let _ = processor.update(&ProcessorSpec::Gain(next));
    processor.process(&mut block.slice_mut(change..frames));
    let points = audio.channel(0).iter().enumerate().step_by(20).map(|(n, gain)| (1e3 * n as f64 / RATE_HZ, *gain));
    Chart::new("A change from 0 to -12 dB at 20 ms glides in 20 ms", x, y).line("gain", points.collect())
}

fn utility() -> Chart {
    let x = Axis::linear("ms", 0.0, 6.0, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let y = Axis::linear("level", -1.1, 1.1, &[-1.0, -0.5, 0.0, 0.5, 1.0]);
    let tone = sine(500.0, 0.0, 0.006);
    let spec = UtilitySpec { invert_left: true, delay_right_ms: 1.5, ..UtilitySpec::default() };
    let output = run(ProcessorSpec::Utility(spec), &[tone.clone(), tone.clone()]);
    let points =
        |samples: &[f64]| samples.iter().enumerate().step_by(3).map(|(n, x)| (1e3 * n as f64 / RATE_HZ, *x)).collect();
    Chart::new("Left inverted, right delayed by 1.5 ms", x, y)
        .dashed("input", points(&tone))
        .line("left", points(&output[0]))
        .line("right", points(&output[1]))
        .legend(0.8, false)
}
