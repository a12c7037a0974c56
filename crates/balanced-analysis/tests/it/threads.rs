//! Every family, to the last bit, whatever the size of the blocks and the number of threads.

use balanced_analysis::Analyzer;
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_model::{AnalysisConfig, Measurements};
use balanced_testkit::music::{Style, render};

fn measure(audio: &PlanarBuffer, rate_hz: f64, threads: usize, block: usize) -> Measurements {
    let config = AnalysisConfig { bit_depth: Some(24), spectrogram: true, ..AnalysisConfig::default() };
    let mut analyzer = Analyzer::with_threads(&StreamFormat::new(rate_hz, audio.channels()), &config, threads);
    for at in (0..audio.frames()).step_by(block) {
        analyzer.push(audio.block().slice(at..(at + block).min(audio.frames())));
    }
    analyzer.finish()
}

#[test]
fn results_do_not_depend_on_blocks_or_threads() {
    for (style, rate_hz, bad) in [(Style::Band, 44_100.0, None), (Style::Electronic, 48_000.0, Some(70_001))] {
        let mut audio = render(style, rate_hz, 8.0, 3).audio;
        if let Some(bad) = bad {
            audio.channel_mut(1)[bad] = f64::NAN;
            audio.channel_mut(0)[bad] = f64::INFINITY;
        }
        let whole = measure(&audio, rate_hz, 1, audio.frames());
        assert!(whole.tempo.is_some() && whole.key.is_some() && whole.defects.is_some() && whole.dynamics.is_some());
        assert!(whole.spectrum.as_ref().is_some_and(|spectrum| spectrum.spectrogram.is_some()));
        for (threads, block) in [(1, 997), (2, 1 << 15), (3, 4096), (4, 123_457), (8, 2111)] {
            assert_eq!(measure(&audio, rate_hz, threads, block), whole, "{threads} threads, blocks of {block}");
        }
    }
}
