//! Seeds that ffmpeg writes, where it is there.

use std::process::{Command, Stdio};

use crate::{own, place};

/// The target, the file name, and the options.
const CODED: [(&str, &str, &[&str]); 22] = [
    ("decode_wav", "mulaw.wav", &["-c:a", "pcm_mulaw"]),
    ("decode_wav", "ima.wav", &["-c:a", "adpcm_ima_wav"]),
    ("decode_wav", "ms.wav", &["-c:a", "adpcm_ms"]),
    ("decode_wav", "mp3.wav", &["-c:a", "libmp3lame"]),
    ("decode_wav", "rf64.wav", &["-rf64", "always"]),
    ("decode_w64", "float.w64", &["-c:a", "pcm_f32le"]),
    ("decode_aiff", "sowt.aifc", &["-c:a", "pcm_s16le", "-f", "aiff"]),
    ("decode_caf", "alac.caf", &["-c:a", "alac"]),
    ("decode_caf", "mulaw.caf", &["-c:a", "pcm_mulaw"]),
    ("decode_flac", "music.flac", &["-c:a", "flac"]),
    ("decode_mp4", "aac.m4a", &["-c:a", "aac"]),
    ("decode_mp4", "alac.m4a", &["-c:a", "alac"]),
    ("decode_mp4", "fast.m4a", &["-c:a", "aac", "-movflags", "+faststart"]),
    ("decode_ogg", "vorbis.ogg", &["-c:a", "libvorbis"]),
    ("decode_ogg", "opus.opus", &["-c:a", "libopus"]),
    ("decode_ogg", "flac.oga", &["-c:a", "flac"]),
    ("decode_matroska", "vorbis.webm", &["-c:a", "libvorbis"]),
    ("decode_matroska", "aac.mka", &["-c:a", "aac"]),
    ("decode_matroska", "mp3.mka", &["-c:a", "libmp3lame"]),
    ("decode_mp3", "music.mp3", &["-c:a", "libmp3lame", "-write_xing", "1", "-id3v2_version", "0"]),
    ("decode_mp3", "bare.mp3", &["-c:a", "libmp3lame", "-write_xing", "0", "-id3v2_version", "0"]),
    ("decode_adts", "music.aac", &["-c:a", "aac", "-f", "adts"]),
];

pub fn write() {
    for (target, name, options) in CODED {
        if !convert(&place(target, name), options) {
            eprintln!("{target}/{name} was not written: ffmpeg is missing or cannot write it");
        }
    }
}

fn convert(to: &std::path::Path, options: &[&str]) -> bool {
    let mut ffmpeg = Command::new("ffmpeg");
    let (target, music) = own::MUSIC;
    ffmpeg.args(["-v", "error", "-y", "-i"]).arg(place(target, music)).args(options).arg(to).stdin(Stdio::null());
    ffmpeg.status().is_ok_and(|status| status.success())
}
