//! The named targets.

use super::{TOLERANCE_LU, Target};

pub(super) struct Row {
    pub(super) name: &'static str,
    integrated_lufs: f64,
    ceiling_dbtp: f64,
    max_limiting_db: f64,
    description: &'static str,
    source: &'static str,
}

impl Row {
    pub(super) fn target(&self) -> Target {
        Target {
            name: self.name.to_owned(),
            integrated_lufs: self.integrated_lufs,
            ceiling_dbtp: self.ceiling_dbtp,
            tolerance_lu: TOLERANCE_LU,
            max_limiting_db: self.max_limiting_db,
            description: self.description.to_owned(),
            source: self.source.to_owned(),
        }
    }
}

const fn row(
    name: &'static str,
    [integrated_lufs, ceiling_dbtp, max_limiting_db]: [f64; 3],
    description: &'static str,
    source: &'static str,
) -> Row {
    Row { name, integrated_lufs, ceiling_dbtp, max_limiting_db, description, source }
}

/// Name, `[LUFS, dBTP, limiting allowed in dB]`, what for, who says so.
pub(super) const ROWS: [Row; 18] = [
    row(
        "streaming",
        [-14.0, -1.0, 4.0],
        "One master for all streaming services: loud enough that none of them changes it much.",
        "Spotify for Artists, \"Loudness normalization\" (read 2026); AES TD1008.1.21-9 (2021): loudest track of an album at -14 LUFS, -1 dBTP",
    ),
    row(
        "loud",
        [-9.0, -1.0, 6.0],
        "A competitive modern master; services turn it down, what limiting took stays lost.",
        "house: common level of current pop and rock releases; no body recommends it",
    ),
    row(
        "club",
        [-8.0, -0.5, 7.0],
        "For DJs, who play files without normalisation.",
        "house: common level of dance releases; no body recommends it",
    ),
    row(
        "spotify",
        [-14.0, -1.0, 4.0],
        "Spotify plays at -14 LUFS (normal setting) and raises softer music only as far as its peaks allow.",
        "Spotify for Artists, \"Loudness normalization\" (read 2026): playback level and mastering tip; -2 dBTP advised for louder masters",
    ),
    row(
        "apple-music",
        [-16.0, -1.0, 3.0],
        "Apple Music's Sound Check plays at about -16 LUFS; louder masters are turned down.",
        "Apple Digital Masters (2021) asks for headroom of 1 dB; -16 LUFS is the playback level of Sound Check, not a delivery level",
    ),
    row(
        "youtube",
        [-14.0, -1.0, 4.0],
        "YouTube turns louder music down to about -14 LUFS and leaves softer music as it is.",
        "read off YouTube's \"content loudness\" (stats for nerds, 2026); YouTube publishes no number",
    ),
    row(
        "tidal",
        [-14.0, -1.0, 4.0],
        "TIDAL plays whole albums with the loudest track at -14 LUFS.",
        "AES TD1008.1.21-9 (2021), album normalisation, which TIDAL follows; a playback level",
    ),
    row(
        "amazon",
        [-14.0, -2.0, 4.0],
        "Amazon Music turns louder music down to about -14 LUFS.",
        "reported by mastering engineers (2026): playback level -14 LUFS, peaks to -2 dBTP; Amazon publishes no number for music",
    ),
    row(
        "deezer",
        [-15.0, -1.0, 4.0],
        "Deezer plays at about -15 LUFS.",
        "reported by mastering engineers (2026); a playback level, not published by Deezer as a delivery level",
    ),
    row(
        "soundcloud",
        [-14.0, -1.0, 4.0],
        "SoundCloud plays at about -14 LUFS where it normalises; its lossy streams want headroom.",
        "reported by mastering engineers (2026); a playback level",
    ),
    row(
        "broadcast-r128",
        [-23.0, -1.0, 3.0],
        "European radio and television.",
        "EBU R 128 (2023): -23.0 LUFS, maximum true peak -1 dBTP; a delivery level",
    ),
    row(
        "atsc-a85",
        [-24.0, -2.0, 3.0],
        "North American television.",
        "ATSC A/85 (2013): -24 LKFS, true peak below -2 dBTP; a delivery level",
    ),
    row(
        "arib-tr-b32",
        [-24.0, -1.0, 3.0],
        "Japanese television.",
        "ARIB TR-B32 (2011): -24 LKFS, true peak at or below -1 dBTP; a delivery level",
    ),
    row(
        "podcast",
        [-16.0, -1.0, 5.0],
        "Speech and music for podcast players.",
        "Apple Podcasts, \"Audio requirements\" (read 2026): around -16 dB LKFS, true peak -1 dB FS; a delivery level",
    ),
    row("cd", [-10.0, -0.3, 5.0], "A compact disc, which nothing normalises.", "house; IEC 60908 sets no loudness"),
    row(
        "vinyl-premaster",
        [-16.0, -3.0, 2.0],
        "A file for the cutting room: little limiting, room for the cutting engineer.",
        "house; cutting rooms ask for an unlimited or lightly limited file",
    ),
    row(
        "acoustic-dynamic",
        [-18.0, -1.0, 1.5],
        "Classical, jazz, acoustic music: the dynamics of the performance come first.",
        "house; AES TD1008.1.21-9 (2021) leaves softer programme at its level",
    ),
    row(
        "quiet-premaster",
        [-20.0, -6.0, 0.5],
        "A mix levelled for somebody else to master: no limiting, 6 dB of headroom.",
        "house; the headroom most mastering rooms ask for",
    ),
];
