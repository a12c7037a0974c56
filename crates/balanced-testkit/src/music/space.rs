//! A stereo stem, a room, and a limiter.

use balanced_dsp::PlanarBuffer;

/// Two channels being written by a player.
pub(super) struct Stem {
    pub rate: f64,
    pub left: Vec<f64>,
    pub right: Vec<f64>,
}

impl Stem {
    pub fn silent(rate: f64, frames: usize) -> Self {
        Self { rate, left: vec![0.0; frames], right: vec![0.0; frames] }
    }

    /// Adds a voice of `length_s` from `at_s`, at `pan` (-1 left, 1 right, equal power).
    pub fn add(&mut self, at_s: f64, length_s: f64, pan: f64, mut voice: impl FnMut() -> f64) {
        let start = (at_s * self.rate).round().max(0.0) as usize;
        let frames = ((length_s * self.rate) as usize).min(self.left.len().saturating_sub(start));
        let angle = (pan + 1.0) * std::f64::consts::FRAC_PI_4;
        let (right_gain, left_gain) = angle.sin_cos();
        for i in start..start + frames {
            let sample = voice();
            self.left[i] += left_gain * sample;
            self.right[i] += right_gain * sample;
        }
    }

    /// Mixes in another stem.
    pub fn mix(&mut self, other: &Stem, gain: f64) {
        for (mine, theirs) in [(&mut self.left, &other.left), (&mut self.right, &other.right)] {
            mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += gain * b);
        }
    }

    /// Scales so that the highest sample is `peak`.
    pub fn normalise(&mut self, peak: f64) {
        let highest = self.left.iter().chain(&self.right).fold(0f64, |p, s| p.max(s.abs()));
        if highest > 0.0 {
            self.left.iter_mut().chain(&mut self.right).for_each(|s| *s *= peak / highest);
        }
    }

    /// Applies a raised-cosine fade over the last `length_s`.
    pub fn fade_out(&mut self, length_s: f64) {
        let frames = ((length_s * self.rate) as usize).min(self.left.len());
        for channel in [&mut self.left, &mut self.right] {
            for (i, sample) in channel.iter_mut().rev().take(frames).enumerate() {
                *sample *= 0.5 - 0.5 * (std::f64::consts::PI * i as f64 / frames as f64).cos();
            }
        }
    }

    /// Applies a second-order high-pass at 20 Hz to both channels: no player leaves an offset.
    pub fn remove_offset(&mut self) {
        let pole = (-std::f64::consts::TAU * 10.0 / self.rate).exp();
        for channel in [&mut self.left, &mut self.right] {
            for _ in 0..2 {
                let (mut x1, mut y1) = (0.0, 0.0);
                for sample in channel.iter_mut() {
                    y1 = *sample - x1 + pole * y1;
                    x1 = *sample;
                    *sample = y1;
                }
            }
        }
    }

    /// Adds a room: four damped combs and two all-passes an ear (Schroeder 1962, Moorer 1979), delays differing by ear.
    pub fn reverberate(&mut self, wet: f64, decay_s: f64) {
        const COMBS_MS: [[f64; 4]; 2] = [[29.7, 37.1, 41.1, 43.7], [30.9, 36.3, 40.3, 44.9]];
        const PASSES_MS: [[f64; 2]; 2] = [[5.0, 1.7], [5.3, 1.9]];
        let mono: Vec<f64> = self.left.iter().zip(&self.right).map(|(l, r)| 0.5 * (l + r)).collect();
        for (ear, channel) in [&mut self.left, &mut self.right].into_iter().enumerate() {
            let mut room = vec![0.0; mono.len()];
            for delay_ms in COMBS_MS[ear] {
                comb(&mono, &mut room, self.rate, delay_ms, decay_s);
            }
            for delay_ms in PASSES_MS[ear] {
                all_pass(&mut room, self.rate, delay_ms);
            }
            channel.iter_mut().zip(&room).for_each(|(dry, w)| *dry += wet * w);
        }
    }
}

fn comb(input: &[f64], out: &mut [f64], rate: f64, delay_ms: f64, decay_s: f64) {
    let length = (delay_ms * 1e-3 * rate) as usize;
    let feedback = 10f64.powf(-3.0 * delay_ms * 1e-3 / decay_s);
    let (mut line, mut at, mut damped) = (vec![0.0; length], 0, 0.0);
    for (x, y) in input.iter().zip(out) {
        let delayed: f64 = line[at];
        damped += 0.7 * (delayed - damped);
        line[at] = x + feedback * damped;
        at = if at + 1 == length { 0 } else { at + 1 };
        *y += 0.25 * delayed;
    }
}

fn all_pass(audio: &mut [f64], rate: f64, delay_ms: f64) {
    let length = (delay_ms * 1e-3 * rate) as usize;
    let (mut line, mut at) = (vec![0.0; length], 0);
    for sample in audio {
        let delayed: f64 = line[at];
        let fed = *sample + 0.6 * delayed;
        line[at] = fed;
        *sample = delayed - 0.6 * fed;
        at = if at + 1 == length { 0 } else { at + 1 };
    }
}

/// Look-ahead limiter, channels linked: minimum of the wanted gain over the window, released slowly, then averaged over it.
pub(super) fn limit(audio: &mut PlanarBuffer, rate: f64, gain: f64, ceiling: f64) {
    let window = ((1.5e-3 * rate) as usize).max(1);
    let release = (-1.0 / (0.06 * rate)).exp();
    let frames = audio.frames();
    let wanted: Vec<f64> = (0..frames)
        .map(|i| {
            let peak = (0..audio.channels()).fold(0f64, |p, c| p.max((gain * audio.channel(c)[i]).abs()));
            if peak > ceiling { ceiling / peak } else { 1.0 }
        })
        .collect();
    let mut held = Vec::with_capacity(frames + window);
    let mut level = 1.0;
    for i in 0..frames + window {
        // The smallest wanted gain of the window ahead of the output sample `i - window`.
        let from = i.saturating_sub(window).min(frames - 1);
        let lowest = wanted[from..(i + 1).min(frames)].iter().fold(1f64, |m, g| m.min(*g));
        level = if lowest < level { lowest } else { lowest + release * (level - lowest) };
        held.push(level);
    }
    let mut sum = 0.0;
    let smooth: Vec<f64> = (0..held.len())
        .map(|i| {
            sum += held[i] - if i >= window { held[i - window] } else { 0.0 };
            sum / window.min(i + 1) as f64
        })
        .collect();
    for channel in 0..audio.channels() {
        let samples = audio.channel_mut(channel);
        for (i, sample) in samples.iter_mut().enumerate() {
            *sample = (*sample * gain * smooth[i + window - 1]).clamp(-ceiling, ceiling);
        }
    }
}
