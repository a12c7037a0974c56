//! Finding a place for a fault, and cutting there.

use balanced_dsp::PlanarBuffer;

use crate::music::Rng;

/// RMS of a stretch over both channels.
pub(super) fn rms(audio: &PlanarBuffer, from: usize, to: usize) -> f64 {
    let to = to.min(audio.frames());
    if from >= to {
        return 0.0;
    }
    let sum: f64 = (0..audio.channels()).map(|c| audio.channel(c)[from..to].iter().map(|s| s * s).sum::<f64>()).sum();
    (sum / ((to - from) * audio.channels()) as f64).sqrt()
}

/// A random frame at which `fits` holds, away from both ends.
pub(super) fn find(audio: &PlanarBuffer, rate: f64, rng: &mut Rng, fits: impl Fn(usize) -> bool) -> Option<usize> {
    let margin = (0.5 * rate) as usize;
    let span = audio.frames().checked_sub(2 * margin).filter(|span| *span > 0)?;
    (0..400).map(|_| margin + rng.below(span)).find(|frame| fits(*frame))
}

/// From a frame where a sound of at least `level` (RMS) is sustained: begin there.
pub(super) fn cut_start(audio: &PlanarBuffer, rate: f64, level: f64, rng: &mut Rng) -> Option<PlanarBuffer> {
    let at = |s: f64| (s * rate) as usize;
    let start = find(audio, rate, rng, |frame| {
        let (brink, inside) = (rms(audio, frame, frame + at(0.003)), rms(audio, frame + at(0.03), frame + at(0.25)));
        frame < 2 * audio.frames() / 3
            && brink >= level
            && brink >= 0.5 * inside
            && brink <= 2.0 * inside
            && jump(audio, frame) >= 0.3 * inside
    })?;
    Some(cut(audio, start, audio.frames()))
}

/// Up to a frame where a sound of at least `level` (RMS) is sustained: end there.
pub(super) fn cut_end(audio: &PlanarBuffer, rate: f64, level: f64, rng: &mut Rng) -> Option<PlanarBuffer> {
    let at = |s: f64| (s * rate) as usize;
    let end = find(audio, rate, rng, |frame| {
        let (brink, inside) = (rms(audio, frame - at(0.003), frame), rms(audio, frame - at(0.25), frame - at(0.03)));
        frame > audio.frames() / 3 && brink >= level && brink >= 0.5 * inside && jump(audio, frame - 1) >= 0.3 * inside
    })?;
    Some(cut(audio, 0, end))
}

fn jump(audio: &PlanarBuffer, frame: usize) -> f64 {
    (0..audio.channels()).map(|c| audio.channel(c)[frame].abs()).fold(0.0, f64::max)
}

fn cut(audio: &PlanarBuffer, from: usize, to: usize) -> PlanarBuffer {
    let channels: Vec<_> = (0..audio.channels()).map(|c| audio.channel(c)[from..to].to_vec()).collect();
    PlanarBuffer::from_channels(&channels)
}

/// The part where somebody plays, again and again up to `length_s`, joined by crossfades of 50 ms: music without a pause.
pub(super) fn tiled(audio: &PlanarBuffer, rate: f64, length_s: f64) -> PlanarBuffer {
    let (from, to) = ((0.2 * rate) as usize, (0.7 * audio.frames() as f64) as usize);
    let (part, cross, total) = (to - from, (0.05 * rate) as usize, (length_s * rate) as usize);
    let step = part - cross;
    let channels: Vec<Vec<f64>> = (0..audio.channels())
        .map(|c| {
            let source = &audio.channel(c)[from..to];
            let at = |i: usize| {
                let (turn, within) = (i / step, i % step);
                let fade = (within as f64 / cross as f64).min(1.0);
                let tail = if turn > 0 && within < cross { (1.0 - fade) * source[step + within] } else { 0.0 };
                source[within] * if turn > 0 { fade } else { 1.0 } + tail
            };
            (0..total).map(at).collect()
        })
        .collect();
    PlanarBuffer::from_channels(&channels)
}

/// Digital silence before and after.
pub(super) fn pad(audio: &PlanarBuffer, before: usize, after: usize) -> PlanarBuffer {
    let channels: Vec<Vec<f64>> = (0..audio.channels())
        .map(|c| {
            let mut samples = vec![0.0; before];
            samples.extend_from_slice(audio.channel(c));
            samples.resize(samples.len() + after, 0.0);
            samples
        })
        .collect();
    PlanarBuffer::from_channels(&channels)
}
