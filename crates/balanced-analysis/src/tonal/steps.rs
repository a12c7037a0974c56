//! The chroma of steps of a second and a half, kept until the tuning is known.

use super::chroma::{FINE, FineChroma, REGISTERS, pitch_classes};

/// Frames in a step.
pub(super) const STEP_FRAMES: usize = 8;
/// Chromas of a step: with harmonics folded, then one a register.
pub(super) const CHANNELS: usize = 1 + REGISTERS;
/// What a frame's whole weight in one bin is kept as; with eight frames it still fits a byte.
const ONE: f64 = 30.0;

/// Twelve pitch classes of a step, C first, of each channel.
pub(super) type Step = [[f32; CHANNELS]; 12];

/// Steps in which something sounded; 480 bytes each.
#[derive(Default)]
pub(super) struct Steps {
    kept: Vec<[[u8; FINE]; CHANNELS]>,
}

impl Steps {
    /// Keep a step, unless it is silent.
    pub fn push(&mut self, step: &FineChroma) {
        if step.frames > 0.0 {
            let mut kept = [[0; FINE]; CHANNELS];
            for (kept, bins) in kept.iter_mut().zip(step.planes()) {
                *kept = bins.map(|value| (ONE * value).round().min(255.0) as u8);
            }
            self.kept.push(kept);
        }
    }

    /// The classes on a grid `tuning` semitones above 440 Hz, as means over the frames of each step.
    pub fn classes(&self, tuning: f64) -> Vec<Step> {
        self.kept.iter().map(|kept| classes(kept, tuning)).collect()
    }
}

fn classes(kept: &[[u8; FINE]; CHANNELS], tuning: f64) -> Step {
    // Each frame adds one to the registers together.
    let frames = kept[1..].iter().flatten().map(|value| f64::from(*value)).sum::<f64>().max(1.0);
    let mut step = [[0.0; CHANNELS]; 12];
    for (channel, bins) in kept.iter().enumerate() {
        let twelve = pitch_classes(&bins.map(|value| f64::from(value) / frames), tuning);
        step.iter_mut().zip(twelve).for_each(|(class, value)| class[channel] = value as f32);
    }
    step
}

#[cfg(test)]
mod tests {
    use super::super::peaks::Peak;
    use super::*;

    #[test]
    fn a_note_is_in_its_register_and_class() {
        let mut chroma = FineChroma::default();
        // A2 and E5.
        chroma.add(&[Peak { hz: 110.0, amplitude: 0.1 }, Peak { hz: 659.26, amplitude: 0.1 }]);
        let mut steps = Steps::default();
        steps.push(&FineChroma::default());
        steps.push(&chroma);
        let [step] = steps.classes(0.0)[..] else { panic!("silence is not kept") };
        assert!((step[9][1] - 0.5).abs() < 0.02, "bass A: {:?}", step[9]);
        assert!(step[4][3] > 0.25 && (step[4][2] + step[4][3] - 0.5).abs() < 0.02, "treble E: {:?}", step[4]);
        assert!(step[9][0] > 0.0 && step[2][1] == 0.0);
    }
}
