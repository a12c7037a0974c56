//! EBU Tech 3342 (2023), signals 1 to 4.

use super::{Reading, Signal};

/// Returns tones that step between levels every 20 s, for the loudness range; their tolerance is 1 LU.
#[must_use]
pub fn tech3342() -> Vec<Signal> {
    let signal = |number: usize, levels: &[f64], range_lu: f64| {
        let mut plan: Vec<_> = levels.iter().map(|level| (20.0, Some(*level))).collect();
        // Tech 3342 asks for at least 1.5 s of silence before the final value is read from a file.
        plan.push((1.5, None));
        Signal::stereo(format!("3342-{number}"), &plan, [Reading::Range(range_lu)])
    };
    vec![
        signal(1, &[-20.0, -30.0], 10.0),
        signal(2, &[-20.0, -15.0], 5.0),
        signal(3, &[-40.0, -20.0], 20.0),
        signal(4, &[-50.0, -35.0, -20.0, -35.0, -50.0], 15.0),
    ]
}
