//! Lossy-transcode suspicion against real encodes by ffmpeg, and against music that is only band-limited.
//! `examples/lossy_table.rs` prints the same over more material.

use crate::support::codecs::{CODECS, RATE, band_limited, export, transcode};
use crate::support::defects;
use balanced_dsp::PlanarBuffer;
use balanced_model::{Defect, DefectKind};
use balanced_testkit::corpus::Player;
use balanced_testkit::music::{Style, Texture};

fn suspicion(audio: &PlanarBuffer, rate: f64) -> Option<Defect> {
    defects(audio, rate, 16).into_iter().find(|d| d.kind == DefectKind::LossyTranscode)
}

/// At least `least` of the transcodes are found, and most of those called by their codec's name.
fn check(codec: usize, rates: &[u32], players: &[Player], least: f64) {
    let folder = tempfile::tempdir().unwrap();
    let (name, encoder, extension, rate) = CODECS[codec];
    let (mut found, mut named, mut total, mut missed) = (0, 0, 0, Vec::new());
    for player in players {
        let take = export(*player, 8.0, 21);
        for kbps in rates {
            total += 1;
            match suspicion(&transcode(&take, folder.path(), encoder, extension, *kbps), rate) {
                Some(defect) => {
                    found += 1;
                    assert!(defect.evidence["probability"] >= 0.6 && defect.evidence["probability"] < 1.0);
                    named += usize::from(defect.message.contains(name.split(' ').next().unwrap()));
                }
                None => missed.push(format!("{} at {kbps}", player.name())),
            }
        }
    }
    println!("{name}: {found} of {total}, {named} by name, missed {missed:?}");
    assert!(found as f64 >= least * f64::from(total), "{name}: {found} of {total}, missed {missed:?}");
    assert!(4 * named >= 3 * found, "{name}: {named} of {found} called by name");
}

const MIXED: [Player; 4] = [
    Player::Style(Style::Band),
    Player::Style(Style::Drums),
    Player::Style(Style::DistortedGuitar),
    Player::Texture(Texture::BowedStrings),
];

#[test]
fn suspects_mp3() {
    check(0, &[128, 192], &MIXED, 0.85);
}

#[test]
fn suspects_aac() {
    check(1, &[128, 192], &MIXED, 0.85);
}

#[test]
fn suspects_vorbis() {
    check(2, &[128, 192], &MIXED, 0.8);
}

#[test]
fn suspects_opus() {
    check(3, &[96, 128], &MIXED, 0.8);
}

#[test]
fn does_not_suspect_what_is_only_band_limited() {
    for player in [Style::Band, Style::Bass, Style::Noise, Style::Electronic].map(Player::Style) {
        for (name, audio) in band_limited(player, 8.0, 21) {
            let found = suspicion(&audio, RATE);
            assert!(found.is_none(), "{} {name}: {found:?}", player.name());
        }
    }
}
