//! ITU-R BS.2217 compliance material that tones can stand for: tones, channel checks, gate tests.

use balanced_dsp::{ChannelLayout, Speaker};

use super::{Reading, Signal};
use Reading::*;

/// Gain of the K curve at the tones' frequencies, in dB, from the coefficients that BS.1770-5 prints for 48 kHz.
const K_CURVE_DB: [(f64, f64); 6] =
    [(25.0, -10.393), (100.0, -1.134), (500.0, 0.043), (1000.0, 0.698), (2000.0, 3.071), (10_000.0, 4.042)];
/// Constant that the loudness formula subtracts.
const OFFSET_DB: f64 = 0.691;
/// Seconds of a tone. (The official ones last 29 s.)
const TONE_S: f64 = 6.0;

/// Returns all signals; their tolerance is 0.1 LU.
#[must_use]
pub fn bs2217() -> Vec<Signal> {
    let mut signals = Vec::new();
    for lufs in [-23.0, -24.0] {
        for (frequency_hz, gain_db) in K_CURVE_DB {
            // Two equal channels of a sine of peak p dBFS have a mean square of p dB in all.
            let plan = [(TONE_S, Some(lufs - gain_db + OFFSET_DB))];
            let mut tone = Signal::stereo(format!("2217-{frequency_hz} Hz/{lufs}"), &plan, [Integrated(lufs)]);
            tone.frequency_hz = frequency_hz;
            signals.push(tone);
        }
        signals.extend(channel_checks(lufs));
    }
    signals.push(relative_gate());
    signals.push(absolute_gate());
    signals
}

/// One loudspeaker of 7.1.4 and of 5.1 at a time; the levels are those measured on the official files.
fn channel_checks(lufs: f64) -> Vec<Signal> {
    let mut signals = Vec::new();
    for name in ["5.1", "7.1", "5.1.4", "7.1.4"] {
        let layout = ChannelLayout::from_name(name).expect("a known layout");
        for (channel, speaker) in layout.speakers().iter().enumerate() {
            let (level_dbfs, reading) = match speaker {
                Speaker::LowFrequency => (-20.0, NoLoudness),
                // 90 and 110 degrees weigh 1.41, that is 1.5 dB.
                Speaker::SideLeft | Speaker::SideRight => (lufs + 1.5, Integrated(lufs)),
                _ => (lufs + 3.0, Integrated(lufs)),
            };
            let mut levels = vec![None; layout.channels()];
            levels[channel] = Some(level_dbfs);
            let title = format!("2217-ChannelCheck {name} {speaker:?}/{lufs}");
            signals.push(Signal::new(title, layout.clone(), [reading]).then(2.0, levels));
        }
    }
    signals
}

/// Blocks 10 LU below the rest are out, those a little above are in.
fn relative_gate() -> Signal {
    let plan = [(0.5, None), (0.9, Some(-19.9)), (1.3, Some(-7.1)), (0.8, Some(-19.9)), (0.5, None)];
    Signal::stereo("2217-RelGateTest", &plan, [Integrated(-10.0)])
}

/// Blocks that are partly silent fall below -70 LUFS and are out.
fn absolute_gate() -> Signal {
    let burst = (0.5, Some(-69.5));
    let plan = [(0.6, None), burst, (0.6, None), burst, (0.7, None), burst, (0.6, None)];
    Signal::stereo("2217-AbsGateTest", &plan, [Integrated(-69.5)])
}
