//! Every kernel gives the same bits with AVX2 and without it, both in this process.

use std::sync::{Mutex, PoisonError};

use balanced_dsp::crossover::{BandPair, Crossover, corner};
use balanced_dsp::dither::{DitherNoise, Quantizer};
use balanced_dsp::dynamics::{Ballistics, Times, gains_of_db, levels_db};
use balanced_dsp::intersample::{HOP_FRAMES, InterSamplePeaks, ShortPeaks, WINDOW_FRAMES};
use balanced_dsp::loudness::LoudnessMeter;
use balanced_dsp::true_peak::TruePeakMeter;
use balanced_dsp::{Block, Oversampler, Random, RealFft, SmoothingWindow, StreamFormat, cpu, elementary};

const RATE_HZ: f64 = 44_100.0;
/// No multiple of any number of lanes.
const FRAMES: usize = 20_011;

/// Music-like: swells of noise up to full scale, with a tone near half the rate.
fn signal(stream: u64) -> Vec<f64> {
    let mut random = Random::new(7, stream);
    (0..FRAMES)
        .map(|n| {
            let swell = (n as f64 * 0.002).sin().powi(2);
            (swell * random.centred() * 1.4 + 0.3 * (n as f64 * 2.9).sin()).clamp(-1.0, 1.0)
        })
        .collect()
}

fn bits(values: impl IntoIterator<Item = f64>) -> Vec<u64> {
    values.into_iter().map(f64::to_bits).collect()
}

/// Asserts that `work` gives the same bits masked and free. One at a time: a mask of another test would hide what is free.
fn check(name: &str, work: impl Fn() -> Vec<u64>) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let free = work();
    let masked = cpu::mask_avx2();
    assert!(!cpu::has_avx2());
    let plain = work();
    drop(masked);
    assert!(!free.is_empty() && free == plain, "{name}: bits differ without AVX2");
}

#[test]
fn oversampling() {
    for factor in [2, 4, 8, 16] {
        check("oversampler", || {
            let mut samples = signal(0);
            let mut oversampler = Oversampler::new(factor, 500, 0);
            for block in samples.chunks_mut(500) {
                oversampler.process(block, |high| high.iter_mut().for_each(|x| *x = x.clamp(-0.5, 0.5)));
            }
            bits(samples)
        });
    }
    check("short oversampler", || {
        let mut samples = signal(1);
        let mut oversampler = Oversampler::short(4, 77, 2);
        samples.chunks_mut(77).for_each(|block| oversampler.process(block, |high| high.reverse()));
        bits(samples)
    });
}

#[test]
fn meters() {
    let channels = [signal(2), signal(3)];
    let samples = channels.concat();
    let format = StreamFormat::new(RATE_HZ, 2);
    check("true peak", || {
        let mut meter = TruePeakMeter::new(&format);
        let mut intervals = Vec::new();
        for start in (0..FRAMES - 500).step_by(500) {
            meter.process(Block::new(&samples, 2, FRAMES, FRAMES).slice(start..start + 500));
            intervals.extend([meter.take_interval(0), meter.take_interval(1)]);
        }
        meter.flush();
        let peaks = [0, 1].map(|channel| meter.peak(channel).expect("there is sound"));
        bits(intervals.into_iter().chain(peaks.iter().flat_map(|peak| [peak.amplitude, peak.at_frames])))
    });
    check("loudness", || {
        let mut meter = LoudnessMeter::new(&format);
        meter.process(Block::new(&samples, 2, FRAMES, FRAMES));
        bits(meter.momentary_lufs())
    });
}

#[test]
fn peaks_between_samples() {
    let channels = [signal(4), signal(5)];
    check("limiter's detector", || {
        let mut detector = InterSamplePeaks::new();
        let (mut left, mut right) = (vec![0.0; HOP_FRAMES], vec![0.0; HOP_FRAMES]);
        let mut all = Vec::new();
        for start in (0..FRAMES - WINDOW_FRAMES).step_by(HOP_FRAMES) {
            let windows = [0, 1].map(|channel: usize| &channels[channel][start..start + WINDOW_FRAMES]);
            detector.detect(windows, 0.3, [&mut left, &mut right]);
            all.extend(left.iter().chain(&right).copied());
        }
        bits(all)
    });
    check("low-latency detector", || {
        let mut peaks = vec![0.0; FRAMES];
        ShortPeaks::new().detect(&channels[0], 0.3, &mut peaks);
        bits(peaks)
    });
}

#[test]
fn dynamics_and_elementary_functions() {
    check("levels, gains, ballistics", || {
        let (mut one, mut two) = (signal(6), signal(7));
        levels_db(&mut one, 1.0);
        two.iter_mut().for_each(|x| *x = x.abs() * 12.0);
        let times = Times::new(5.0, 80.0, true, RATE_HZ);
        let (mut first, mut second) = (Ballistics::default(), Ballistics::default());
        one.iter_mut().for_each(|x| *x = (*x + 40.0).max(0.0));
        Ballistics::run([&mut first, &mut second], [times; 2], [&mut one, &mut two]);
        gains_of_db(&mut one, -1.0);
        bits(one.into_iter().chain(two))
    });
    check("decay", || {
        let mut values: Vec<f64> = signal(8).into_iter().map(|x| 20.0 * x.abs()).collect();
        elementary::decay(&mut values);
        bits(values)
    });
    check("smoothing window", || {
        let mut values: Vec<f64> = signal(9).into_iter().map(f64::abs).collect();
        SmoothingWindow::new(333).process(&mut values);
        bits(values)
    });
}

#[test]
fn crossover_dither_and_spectrum() {
    let channels = [signal(10), signal(11)];
    for corners_hz in [vec![200.0], vec![120.0, 1000.0, 6000.0], vec![90.0, 300.0, 900.0, 2700.0, 8000.0]] {
        check("crossover", || {
            let corners: Vec<_> = corners_hz.iter().map(|hz| corner(*hz, RATE_HZ)).collect();
            let mut bands = vec![[vec![0.0; FRAMES], vec![0.0; FRAMES]]; corners.len() + 1];
            let mut views: Vec<BandPair<'_>> =
                bands.iter_mut().map(|pair| pair.each_mut().map(Vec::as_mut_slice)).collect();
            Crossover::<2>::default().process([&channels[0], &channels[1]], &corners, &mut views);
            bits(bands.into_iter().flatten().flatten())
        });
    }
    check("dither", || {
        let mut samples = signal(12);
        Quantizer::new(24, DitherNoise::Triangular, true, Random::new(1, 0), RATE_HZ).process(&mut samples);
        bits(samples)
    });
    check("real FFT", || {
        let frame: Vec<f32> = channels[0][..4096].iter().map(|x| *x as f32).collect();
        let mut fft = RealFft::new(4096);
        let mut spectrum = vec![Default::default(); fft.bins()];
        fft.forward(&frame, &frame, &mut spectrum);
        bits(spectrum.iter().flat_map(|bin| [f64::from(bin.re), f64::from(bin.im)]))
    });
}
