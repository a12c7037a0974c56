//! Prints the lossy-transcode tables of `src/defects/README.md`: transcodes found by codec, bit rate and programme, and accusations of
//! genuine material. Needs ffmpeg.
//!
//! `cargo run --release -p balanced-analysis --example lossy_table [takes a programme]`

use balanced_dsp::PlanarBuffer;
use balanced_model::DefectKind;

#[path = "../tests/it/support/mod.rs"]
mod support;
use support::codecs::{CODECS, PROGRAMMES, RATE, band_limited, decode, export, transcode};
use support::defects;

const SECONDS: f64 = 12.0;
const RATES_KBPS: [u32; 5] = [96, 128, 192, 256, 320];

fn probability(audio: &PlanarBuffer, rate: f64) -> Option<f64> {
    let found = defects(audio, rate, 16).into_iter().find(|d| d.kind == DefectKind::LossyTranscode)?;
    Some(found.evidence["probability"])
}

fn main() {
    let takes: u64 = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(2);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let programmes: Vec<(String, Vec<PlanarBuffer>)> = PROGRAMMES
        .iter()
        .map(|player| (player.name().to_owned(), (0..takes).map(|t| export(*player, SECONDS, 300 + t)).collect()))
        .collect();
    print!("| codec | kb/s |");
    programmes.iter().for_each(|(name, _)| print!(" {name} |"));
    println!(" all |\n|---|---|{}---|", "---|".repeat(programmes.len()));
    for (name, encoder, extension, rate) in CODECS {
        for kbps in RATES_KBPS {
            print!("| {name} | {kbps} |");
            let (mut all, mut total) = (0, 0);
            for (_, takes) in &programmes {
                let coded = takes.iter().map(|take| transcode(take, folder.path(), encoder, extension, kbps));
                let found = coded.filter(|audio| probability(audio, rate).is_some()).count();
                print!(" {found}/{} |", takes.len());
                (all, total) = (all + found, total + takes.len());
            }
            println!(" {:.0} % |", 100.0 * all as f64 / total as f64);
        }
    }
    let (mut accused, mut total) = (Vec::new(), 0);
    for player in balanced_testkit::corpus::Player::all() {
        for (name, audio) in band_limited(player, SECONDS, 400) {
            total += 1;
            if let Some(p) = probability(&audio, RATE) {
                accused.push(format!("{} {name}: {p:.2}", player.name()));
            }
        }
    }
    // Mixed from Ogg Vorbis files: it is right to be found as it is.
    let demo =
        decode(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo.flac"), folder.path());
    println!("\ndemo.flac as it is: {:?}", probability(&demo, RATE));
    println!("Genuine material accused: {} of {total} {accused:?}", accused.len());
}
