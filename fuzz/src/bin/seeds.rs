//! Writes small seeds into `corpus/TARGET/`: a fifth of a second of the testkit's music in every format that this machine can
//! write, and the built-in chains, profiles and platform rules.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use balanced_assistant::Profile;
use balanced_dsp::StreamFormat;
use balanced_io::{EncodeSpec, Encoder, FileFormat, SampleFormat};
use balanced_mastering::{ChainSpec, Preset};
use balanced_testkit::corpus::Source;

const RATE_HZ: f64 = 44_100.0;
const DURATION_S: f64 = 0.2;

/// Seeds that ffmpeg writes: the target, the file name, and the options.
const CODED: [(&str, &str, &[&str]); 18] = [
    ("decode_wav", "mulaw.wav", &["-c:a", "pcm_mulaw"]),
    ("decode_wav", "ima.wav", &["-c:a", "adpcm_ima_wav"]),
    ("decode_wav", "ms.wav", &["-c:a", "adpcm_ms"]),
    ("decode_wav", "rf64.wav", &["-rf64", "always"]),
    ("decode_wav", "sony.w64", &["-c:a", "pcm_s16le"]),
    ("decode_aiff", "sowt.aifc", &["-c:a", "pcm_s16le", "-f", "aiff"]),
    ("decode_caf", "pcm.caf", &["-c:a", "pcm_s16le"]),
    ("decode_caf", "alac.caf", &["-c:a", "alac"]),
    ("decode_caf", "mulaw.caf", &["-c:a", "pcm_mulaw"]),
    ("decode_flac", "music.flac", &["-c:a", "flac"]),
    ("decode_mp4", "aac.m4a", &["-c:a", "aac"]),
    ("decode_mp4", "alac.m4a", &["-c:a", "alac"]),
    ("decode_mp4", "fast.m4a", &["-c:a", "aac", "-movflags", "+faststart"]),
    ("decode_ogg", "vorbis.ogg", &["-c:a", "libvorbis"]),
    ("decode_ogg", "flac.oga", &["-c:a", "flac"]),
    ("decode_mpeg", "music.mp3", &["-c:a", "libmp3lame", "-write_xing", "1", "-id3v2_version", "0"]),
    ("decode_mpeg", "bare.mp3", &["-c:a", "libmp3lame", "-write_xing", "0", "-id3v2_version", "0"]),
    ("decode_mpeg", "aac.aac", &["-c:a", "aac", "-f", "adts"]),
];

fn main() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let music = folder(&corpus, "decode_wav").join("music.wav");
    write_audio(&corpus, &music);
    for (target, name, options) in CODED {
        if !convert(&music, &folder(&corpus, target).join(name), options) {
            eprintln!("{target}/{name} was not written: ffmpeg is missing or cannot write it");
        }
    }
    write_texts(&corpus);
}

/// The corpus of a target.
fn folder(corpus: &Path, target: &str) -> PathBuf {
    let folder = corpus.join(target);
    fs::create_dir_all(&folder).expect("the corpus can be written");
    folder
}

/// What the project's own encoders write.
fn write_audio(corpus: &Path, music: &Path) {
    let take = Source::all().next().expect("there is music").render(RATE_HZ, DURATION_S, 1);
    for (target, path, format, sample_format) in [
        ("decode_wav", music.to_owned(), FileFormat::Wav, SampleFormat::I16),
        ("decode_wav", "float.wav".into(), FileFormat::Wav, SampleFormat::F32),
        ("decode_aiff", "music.aiff".into(), FileFormat::Aiff, SampleFormat::I24),
        ("decode_flac", "own.flac".into(), FileFormat::Flac, SampleFormat::I16),
    ] {
        let path = folder(corpus, target).join(path);
        let spec = EncodeSpec { format, sample_format };
        let mut encoder = Encoder::create(&path, &spec, &StreamFormat::new(RATE_HZ, 2)).expect("it can be written");
        encoder.write(&take.block()).and_then(|()| encoder.finish()).expect("it can be written");
    }
}

fn convert(from: &Path, to: &Path, options: &[&str]) -> bool {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-y", "-i"]).arg(from).args(options).arg(to).stdin(Stdio::null());
    ffmpeg.status().is_ok_and(|status| status.success())
}

fn write_texts(corpus: &Path) {
    let write = |target: &str, name: &str, text: &str| {
        fs::write(folder(corpus, target).join(name), text).expect("the corpus can be written");
    };
    for preset in Preset::all() {
        let chain = ChainSpec::preset(preset.name).expect("it is built in");
        write("chain", preset.name, &chain.to_toml());
    }
    let json = |chain: &ChainSpec| serde_json::to_string(chain).expect("a chain is plain data");
    let first = Preset::all().next().and_then(|preset| ChainSpec::preset(preset.name)).expect("there are presets");
    write("chain", "json", &json(&first));
    write("chain", "parallel", PARALLEL);
    for profile in Profile::all() {
        write("profile", &profile.name, Profile::built_in_text(&profile.name).expect("it is built in"));
    }
    #[cfg(feature = "facade")]
    write("platforms", "built-in", &balanced::platforms_toml());
}

/// What presets do not have.
const PARALLEL: &str = r#"version = 2
input_lufs = -14.0
[[steps]]
kind = "parallel"
split = "bands"
crossovers_hz = [200.0]
branches = [{ name = "low", gain_db = -1.0, solo = true }, { steps = [{ kind = "gain", gain_db = 1.0, mix = 0.5 }] }]
[[steps]]
kind = "clap"
path = "verb.clap"
plugin_id = "a.b"
state_base64 = "AAAA"
parameters = { Mix = 0.5 }
"#;
