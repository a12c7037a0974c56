//! The ceiling of written files, read by interpolators as converters and other meters have them.

use balanced::{
    Arrangement, AudioSource, AudioView, ChainSpec, EncodeSpec, FileFormat, MasterOptions, SampleFormat, Samples,
    master_source,
};
use balanced_testkit::nyquist::{clipped_noise, signals};
use balanced_testkit::oracle::Interpolator;

const CHAIN: &str = "[[steps]]\nkind = \"limiter\"\ndrive_db = 9.0\nceiling_dbtp = -1.0\n";
const RATE_HZ: f64 = 48_000.0;
/// Taps a side and shape of the window.
const INTERPOLATORS: [(usize, f64); 4] = [(64, 8.0), (64, 12.0), (128, 12.0), (512, 10.0)];

/// Drives two channels 9 dB into a limiter at -1 dBTP and writes 24 bits; returns the highest reading over that ceiling.
fn over_db(channels: &[Vec<f64>; 2]) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("master.wav");
    let samples = channels.concat();
    let view = AudioView::new(Samples::F64(&samples), 2, Arrangement::Planar, RATE_HZ, None).unwrap();
    let options = MasterOptions {
        chain: Some(ChainSpec::from_toml(CHAIN).unwrap()),
        encode: EncodeSpec { format: FileFormat::Wav, sample_format: SampleFormat::I24 },
        ..MasterOptions::default()
    };
    master_source(AudioSource::Array(view), &output, &options).unwrap();
    let audio = balanced::read_audio(AudioSource::Path(&output), &balanced::AnalyzeOptions::default()).unwrap();
    let readings = INTERPOLATORS.iter().flat_map(|&(taps_a_side, beta)| {
        let interpolator = Interpolator::new(taps_a_side, beta);
        audio.samples.chunks_exact(audio.frames).map(move |channel| interpolator.true_peak(channel)).collect::<Vec<_>>()
    });
    20.0 * readings.fold(0.0, f64::max).log10() + 1.0
}

#[test]
fn noise_and_hats_up_to_half_the_rate_stay_under_the_ceiling_in_the_file() {
    let noise = |level_db: f64| [clipped_noise(120_000, level_db, 5), clipped_noise(120_000, level_db, 6)];
    let mut cases = vec![("clipped noise".to_owned(), noise(3.0)), ("softly clipped noise".to_owned(), noise(0.0))];
    for signal in signals(RATE_HZ, 48_000, 3) {
        cases.push((signal.name, [signal.samples.clone(), signal.samples]));
    }
    for (name, channels) in cases {
        let over_db = over_db(&channels);
        println!("{name}: {over_db:.4} dB over");
        assert!(over_db <= 0.0, "{name}: {over_db} dB over the ceiling");
    }
}
