//! `balanced deliver`, `balanced reproduce` and `balanced master --manifest`: real files, judged by other programs.

use std::path::Path;
use std::process::Command;

use balanced_testkit::mixes::HardMix;
use serde_json::Value;

use crate::command::{balanced, json_lines, stdout};
use crate::files;

/// A folder with a master of 24 bits at 96 kHz.
fn with_master(rate_hz: u32) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let audio = HardMix::Quiet.render(f64::from(rate_hz), 6.0);
    files::write_wav(&folder.path().join("song.wav"), &audio, rate_hz, 24);
    folder
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

/// SHA-256 by another program.
fn sha256sum(path: &Path) -> String {
    let output = Command::new("sha256sum").arg(path).output().expect("sha256sum is needed by this test");
    String::from_utf8(output.stdout).unwrap()[..64].to_owned()
}

/// Codec, rate, bits and channels by ffprobe.
fn ffprobe(path: &Path) -> (String, String, u64, u64) {
    let arguments = [
        "-v",
        "error",
        "-show_entries",
        "stream=codec_name,sample_rate,bits_per_raw_sample,bits_per_sample,channels",
        "-of",
        "json",
    ];
    let output = Command::new("ffprobe").args(arguments).arg(path).output();
    let output = output.expect("ffprobe is needed by this test; `apt-get install ffmpeg` brings it");
    let tree: Value = serde_json::from_slice(&output.stdout).unwrap();
    let stream = &tree["streams"][0];
    let text = |name: &str| stream[name].as_str().unwrap_or_default().to_owned();
    let bits = text("bits_per_raw_sample").parse().unwrap_or_else(|_| stream["bits_per_sample"].as_u64().unwrap());
    (text("codec_name"), text("sample_rate"), bits, stream["channels"].as_u64().unwrap())
}

#[test]
fn a_bundle_holds_what_each_place_takes_and_is_made_again_to_the_byte() {
    let folder = with_master(96_000);
    let given = ["--title", "Song: one", "--artist", "A/B", "--track", "3", "--isrc", "US-RC1-76-07839"];
    let names = "spotify,apple,bandcamp,cd,vinyl,broadcast";
    stdout(folder.path(), &[&["deliver", "song.wav", "--for", names, "-o", "out"], &given[..]].concat());
    let out = folder.path().join("out");
    let told = manifest(&out);
    let wanted = [
        ("spotify/A_B - Song_ one.flac", "flac", "96000", 24),
        ("apple/A_B - Song_ one.wav", "pcm_s24le", "96000", 24),
        ("bandcamp/03 Song_ one.flac", "flac", "96000", 24),
        ("cd/03 Song_ one.wav", "pcm_s16le", "44100", 16),
        ("vinyl/03 Song_ one.wav", "pcm_s24le", "96000", 24),
        ("broadcast/A_B - Song_ one.wav", "pcm_s24le", "48000", 24),
    ];
    for (file, (path, codec, rate, bits)) in told["files"].as_array().unwrap().iter().zip(wanted) {
        assert_eq!(file["file"]["path"], path);
        let written = out.join(path);
        assert_eq!(ffprobe(&written), (codec.to_owned(), rate.to_owned(), bits, 2), "{path}");
        assert_eq!(file["file"]["sha256"], sha256sum(&written), "{path}");
        assert_eq!(file["bytes"], written.metadata().unwrap().len());
        let read =
            &json_lines(folder.path(), &["analyze", written.to_str().unwrap(), "--only", "loudness", "--json"])[0];
        assert_eq!(file["after"]["integrated_lufs"], read["loudness"]["integrated_lufs"], "{path}");
        assert_eq!(read["metadata"]["isrc"], "USRC17607839", "{path}");
    }
    assert_eq!(told["files"].as_array().unwrap().len(), wanted.len());
    let result = &json_lines(folder.path(), &["reproduce", "out/manifest.json", "--json"])[0];
    assert_eq!((&result["identical"], &result["notes"]), (&true.into(), &serde_json::json!([])), "{result}");
}

#[test]
fn what_needs_no_conversion_keeps_every_sample() {
    let folder = with_master(44_100);
    stdout(folder.path(), &["deliver", "song.wav", "--for", "spotify,cd", "-o", "out"]);
    let told = manifest(&folder.path().join("out"));
    assert_eq!((&told["files"][0]["is_exact"], &told["files"][1]["is_exact"]), (&true.into(), &false.into()));
    let decoded = |path: &str| {
        let arguments = ["-v", "error", "-i", path, "-f", "s32le", "-"];
        Command::new("ffmpeg").args(arguments).current_dir(folder.path()).output().unwrap().stdout
    };
    let master = decoded("song.wav");
    assert!(!master.is_empty() && master == decoded("out/spotify/song.flac"), "samples changed");
    assert_ne!(master, decoded("out/cd/song.wav"));
    // A delivery of 16 bits that comes from 16 bits is not dithered again.
    std::fs::copy(folder.path().join("out/cd/song.wav"), folder.path().join("cd.wav")).unwrap();
    stdout(folder.path(), &["deliver", "cd.wav", "--for", "cd,apple", "-o", "again"]);
    assert_eq!(decoded("cd.wav"), decoded("again/cd/cd.wav"));
    assert_eq!(decoded("cd.wav"), decoded("again/apple/cd.wav"));
    let text = stdout(folder.path(), &["analyze", "again/cd/cd.wav", "--json"]);
    assert!(text.contains("; converted"), "the coding history tells a conversion");
}

#[test]
fn what_is_not_made_is_said_and_the_others_are_there() {
    let folder = with_master(44_100);
    let mono = balanced_dsp::PlanarBuffer::from_channels(&[HardMix::Quiet.render(44_100.0, 6.0).channel(0)]);
    files::write_wav(&folder.path().join("mono.wav"), &mono, 44_100, 24);
    let output = balanced(folder.path(), &["deliver", "mono.wav", "--for", "cd,vinyl", "-o", "mono"]);
    assert_eq!(output.status.code(), Some(3));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.contains("cd was not made") && errors.contains("2 channels"), "{errors}");
    let told = manifest(&folder.path().join("mono"));
    assert_eq!((told["files"].as_array().unwrap().len(), &told["not_made"][0]["delivery"]), (1, &"cd".into()));

    let output = balanced(folder.path(), &["deliver", "mono.wav", "--for", "cd", "-o", "nothing"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!folder.path().join("nothing").exists(), "a bundle of nothing is none");
}

#[test]
fn bad_input_is_an_error_and_leaves_nothing_and_the_batch_goes_on() {
    let folder = with_master(44_100);
    std::fs::write(folder.path().join("text.wav"), "no audio").unwrap();
    for (args, code, hint) in [
        (vec!["deliver", "song.wav", "--for", "spotfy", "-o", "out"], 2, "spotify"),
        (vec!["deliver", "text.wav", "--for", "cd", "-o", "out"], 3, "text.wav"),
        (vec!["deliver", "song.wav", "--for", "cd", "-o", "no/such/out"], 3, "create the folder first"),
        (vec!["deliver", "song.wav", "--for", "cd", "-o", "."], 3, "name"),
        (vec!["deliver", "song.wav", "--for", "cd", "-o", "out", "--made-by", "text.wav"], 2, "text.wav"),
        (vec!["deliver", "song.wav", "--for", "cd", "-o", "out", "--cover", "text.wav"], 3, "JPEG"),
        (vec!["reproduce", "text.wav"], 2, "no delivery manifest"),
        (vec!["reproduce", "missing.json"], 2, "missing.json"),
        (vec!["master", "song.wav", "-o", "-", "--manifest", "m.json"], 2, "manifest"),
        (vec!["master", "song.wav", "-o", "x.wav", "--manifest", "song.wav"], 3, "overwritten"),
    ] {
        let output = balanced(folder.path(), &args);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {errors}");
        assert!(errors.contains(hint), "{args:?}: {errors}");
        assert!(!folder.path().join("out").exists(), "{args:?}");
    }
    let left = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with(".balanced");
    assert!(!std::fs::read_dir(folder.path()).unwrap().flatten().any(left), "temporary folders are left");

    let output = balanced(folder.path(), &["deliver", "text.wav", "song.wav", "--for", "cd", "-o", "both"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(folder.path().join("both/song/cd/song.wav").is_file() && !folder.path().join("both/text").exists());
    // What is there is never replaced.
    let before = std::fs::read(folder.path().join("both/song/manifest.json")).unwrap();
    assert_eq!(
        balanced(folder.path(), &["deliver", "song.wav", "--for", "vinyl", "-o", "both/song"]).status.code(),
        Some(3)
    );
    assert_eq!(std::fs::read(folder.path().join("both/song/manifest.json")).unwrap(), before);
}

#[test]
fn a_difference_is_found_with_its_place() {
    let folder = with_master(48_000);
    stdout(folder.path(), &["deliver", "song.wav", "--for", "cd,vinyl", "-o", "out"]);
    let reproduced = |args: &[&str]| {
        let output = balanced(folder.path(), &[&["reproduce", "out/manifest.json", "--json"], args].concat());
        (output.status.code(), serde_json::from_slice::<Value>(&output.stdout).unwrap())
    };
    assert_eq!(reproduced(&[]).0, Some(0));
    // Another seed renders other bytes: the file differs where its samples begin, after the headers.
    let path = folder.path().join("out/manifest.json");
    let mut told = manifest(&folder.path().join("out"));
    let text = std::fs::read_to_string(&path).unwrap();
    told["files"][0]["recipe"]["chain"]["steps"][0]["seed"] = 1.into();
    std::fs::write(&path, told.to_string()).unwrap();
    let (code, result) = reproduced(&[]);
    let (cd, vinyl) = (&result["files"][0], &result["files"][1]);
    assert_eq!((code, &cd["identical"], &vinyl["identical"]), (Some(1), &false.into(), &true.into()));
    let at = cd["first_difference_byte"].as_u64().unwrap();
    assert!(at > 44 && at < std::fs::metadata(folder.path().join("out/cd/song.wav")).unwrap().len(), "{at}");
    std::fs::write(&path, text).unwrap();

    // Other tags leave the audio what it is; another source is not rendered.
    let tagged = ["master", "song.wav", "-o", "tagged.flac", "--chain", "none.toml", "--title", "New"];
    std::fs::write(
        folder.path().join("none.toml"),
        "version = 1\nsteps = [{ kind = \"dither\", bits = 24, noise = \"none\" }]\n",
    )
    .unwrap();
    stdout(folder.path(), &tagged);
    let (_, result) = reproduced(&["--source", "tagged.flac"]);
    assert!(result["notes"][0].as_str().unwrap().contains("its audio is the same"), "{result}");
    assert!(result["files"][0]["rendered_sha256"].is_string());
    let other = HardMix::BassHeavy.render(48_000.0, 6.0);
    files::write_wav(&folder.path().join("other.wav"), &other, 48_000, 24);
    let (code, result) = reproduced(&["--source", "other.wav"]);
    assert_eq!((code, &result["files"][0]["rendered_sha256"]), (Some(1), &Value::Null));
    std::fs::remove_file(folder.path().join("song.wav")).unwrap();
    let output = balanced(folder.path(), &["reproduce", "out/manifest.json"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--source"));
}

#[test]
fn a_master_is_made_again_from_its_mix_and_a_bundle_tells_how_it_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let mix = HardMix::BassHeavy.render(44_100.0, 12.0);
    files::write_wav(&folder.path().join("mix.wav"), &mix, 44_100, 24);
    let edits = ["--start", "1", "--fade-out", "2", "--bits", "16", "--sample-rate", "48000", "--title", "T"];
    let manifest_name = ["--manifest", "loud.flac.manifest.json", "--json"];
    let result =
        &json_lines(folder.path(), &[&["master", "mix.wav", "-o", "loud.flac"], &edits[..], &manifest_name].concat())
            [0];
    stdout(folder.path(), &["reproduce", "loud.flac.manifest.json"]);

    stdout(folder.path(), &["deliver", "loud.flac", "--for", "bandcamp", "-o", "out"]);
    let told = manifest(&folder.path().join("out"));
    assert_eq!(told["made_by"]["chain"], result["chain"]);
    assert_eq!(told["made_by"]["source"]["sha256"], sha256sum(&folder.path().join("mix.wav")));
    std::fs::write(folder.path().join("result.json"), result.to_string()).unwrap();
    stdout(folder.path(), &["deliver", "loud.flac", "--for", "bandcamp", "-o", "given", "--made-by", "result.json"]);
    assert_eq!(manifest(&folder.path().join("given"))["made_by"], told["made_by"]);
    let other =
        balanced(folder.path(), &["deliver", "mix.wav", "--for", "bandcamp", "-o", "no", "--made-by", "result.json"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&other.stderr).contains("another file"));
}

#[test]
fn loudness_peaks_and_covers_are_advised_on() {
    let folder = with_master(44_100);
    let cover = folder.path().join("art.png");
    // A picture that is too small and not square.
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "color=red:s=800x700", "-frames:v", "1"])
        .arg(&cover)
        .status();
    assert!(made.unwrap().success());
    stdout(folder.path(), &["deliver", "song.wav", "--for", "apple,broadcast", "-o", "out", "--cover", "art.png"]);
    let told = manifest(&folder.path().join("out"));
    let advice = told["files"][0]["advice"].to_string();
    assert!(advice.contains("800 x 700 pixels; apple asks for at least 3000 x 3000"), "{advice}");
    assert!(advice.contains("LU softer than the -16.0 LUFS of the target apple-music"), "{advice}");
    assert_eq!(told["files"][0]["playback"]["name"], "apple_music");
    assert_eq!(told["files"][1]["check"]["profile"], "broadcast-r128");
    assert_eq!(std::fs::read(&cover).unwrap(), std::fs::read(folder.path().join("out/cover.png")).unwrap());
    stdout(folder.path(), &["reproduce", "out/manifest.json"]);
    // The cover lies in the bundle: the bundle may move.
    std::fs::rename(folder.path().join("out"), folder.path().join("moved")).unwrap();
    std::fs::remove_file(&cover).unwrap();
    stdout(folder.path(), &["reproduce", "moved/manifest.json"]);
}

#[test]
fn a_table_of_ones_own_extends_the_built_in_one() {
    let folder = with_master(44_100);
    let table = stdout(folder.path(), &["show", "deliveries"]);
    assert!(table.contains("IEC 60908") && table.contains("support.spotify.com"));
    let own = "version = 1\n[[deliveries]]\nname = \"label\"\ndescription = \"Ours\"\nformat = \"aiff\"\nsample_rates_hz = [48000]\n\
               bits = [16]\nchannels = [2]\nnaming = \"x {title}\"\npublished = false\nsource = \"house\"\ndate = \"2026\"\n";
    std::fs::write(folder.path().join("own.toml"), own).unwrap();
    stdout(folder.path(), &["deliver", "song.wav", "--for", "label,cd", "--deliveries", "own.toml", "-o", "out"]);
    assert_eq!(ffprobe(&folder.path().join("out/label/song.aiff")).1, "48000");
    std::fs::write(folder.path().join("own.toml"), own.replace("[16]", "[12]")).unwrap();
    let output =
        balanced(folder.path(), &["deliver", "song.wav", "--for", "label", "--deliveries", "own.toml", "-o", "no"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("own.toml"));
}

#[test]
fn opus_files_state_their_gain_for_players_and_are_made_again_to_the_byte() {
    let folder = with_master(44_100);
    let own = "version = 1\n[[deliveries]]\nname = \"web\"\ndescription = \"Ours\"\nformat = \"opus\"\nbitrate_kbps = 96\nsample_rates_hz = [44100]\n\
               channels = [2]\nnaming = \"{title}\"\npublished = false\nsource = \"house\"\ndate = \"2026\"\n";
    std::fs::write(folder.path().join("own.toml"), own).unwrap();
    let args = ["deliver", "song.wav", "--for", "web", "--deliveries", "own.toml", "-o", "out", "--title", "Song"];
    stdout(folder.path(), &args);
    let probe = ["-v", "error", "-show_entries", "stream_tags=R128_TRACK_GAIN", "-of", "csv=p=0"];
    let output = Command::new("ffprobe").args(probe).arg(folder.path().join("out/web/Song.opus")).output().unwrap();
    let stated: f64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    let measured = &json_lines(folder.path(), &["analyze", "song.wav", "--only", "loudness", "--json"])[0];
    let lufs = measured["loudness"]["integrated_lufs"].as_f64().unwrap();
    // RFC 7845, 5.2.1: 256ths of a decibel to -23 LUFS.
    assert_eq!(stated, ((-23.0 - lufs) * 256.0).round());
    stdout(folder.path(), &["reproduce", "out/manifest.json"]);
}

#[cfg(unix)]
#[test]
fn paths_that_are_not_utf8_work() {
    use std::os::unix::ffi::OsStrExt;
    let folder = with_master(44_100);
    let odd = |name: &[u8]| folder.path().join(std::ffi::OsStr::from_bytes(name));
    std::fs::rename(folder.path().join("song.wav"), odd(b"s\xff.wav")).unwrap();
    let mut command = crate::command::command();
    command.arg("deliver").arg(odd(b"s\xff.wav")).args(["--for", "cd", "-o"]).arg(odd(b"out\xfe"));
    assert!(command.status().unwrap().success());
    let mut command = crate::command::command();
    command.arg("reproduce").arg(odd(b"out\xfe").join("manifest.json")).arg("--source").arg(odd(b"s\xff.wav"));
    assert!(command.status().unwrap().success());
}

#[test]
fn lossy_files_are_encoded_tagged_and_made_again() {
    let folder = with_master(96_000);
    let cover = folder.path().join("cover.png");
    std::fs::copy(crate::root().join("fixtures/metadata/red.png"), &cover).unwrap();
    let given = ["--title", "Übung", "--artist", "One", "--artist", "Two", "--track", "3/12", "--isrc", "USRC17607839"];
    let command = ["deliver", "song.wav", "--for", "mp3,aac", "-o", "out", "--cover", "cover.png"];
    stdout(folder.path(), &[&command[..], &given[..]].concat());
    let told = manifest(&folder.path().join("out"));
    for (file, (path, codec)) in
        told["files"].as_array().unwrap().iter().zip([("mp3/03 Übung.mp3", "mp3"), ("aac/03 Übung.m4a", "aac")])
    {
        let written = folder.path().join("out").join(path);
        assert_eq!(file["file"]["path"], path);
        let (found, rate, _, channels) = ffprobe(&written);
        assert_eq!((found.as_str(), rate.as_str(), channels), (codec, "48000", 2));
        assert!(file["encoder"].is_string() && file["recipe"]["codec"].as_str().unwrap().starts_with(codec), "{file}");
        let shown = Command::new("ffprobe")
            .args(["-v", "error", "-show_entries", "format_tags:stream=codec_type", "-of", "json"])
            .arg(&written)
            .output()
            .unwrap();
        let shown = String::from_utf8(shown.stdout).unwrap();
        for tag in ["Übung", "3/12", "video"] {
            assert!(shown.contains(tag), "{path} has no {tag}: {shown}");
        }
        let read =
            &json_lines(folder.path(), &["analyze", written.to_str().unwrap(), "--only", "loudness", "--json"])[0];
        assert_eq!(read["metadata"]["isrc"], "USRC17607839", "{path}");
        assert!(read["metadata"]["artists"][0].as_str().unwrap().starts_with("One"), "{path}: {read}");
        let (before, after) =
            (told["before"]["integrated_lufs"].as_f64().unwrap(), file["after"]["integrated_lufs"].as_f64().unwrap());
        assert!((before - after).abs() < 0.2, "{path}: {before} became {after}");
    }
    assert_eq!(told["files"].as_array().unwrap().len(), 2);
    stdout(folder.path(), &["reproduce", "out/manifest.json"]);

    // Where there is no encoder, the file is not made, and why is said.
    let mut command = crate::command::command();
    command
        .args(["deliver", "song.wav", "--for", "aac,cd", "-o", "without"])
        .current_dir(folder.path())
        .env("PATH", "");
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{errors}");
    assert!(errors.contains("aac was not made") && errors.contains("ffmpeg"), "{errors}");
    assert_eq!(manifest(&folder.path().join("without"))["files"].as_array().unwrap().len(), 1);
}

#[test]
fn an_identifier_of_the_mix_is_not_that_of_its_master_but_of_its_copy() {
    let folder = with_master(48_000);
    let identified = with_identifier(&folder.path().join("song.wav"));
    std::fs::write(folder.path().join("identified.wav"), identified).unwrap();
    let umid = |path: &str| {
        let tree = &json_lines(folder.path(), &["analyze", path, "--only", "loudness", "--json"])[0];
        tree["metadata"]["broadcast"]["umid"].clone()
    };
    assert!(umid("identified.wav").is_string());
    let result = &json_lines(folder.path(), &["master", "identified.wav", "-o", "loud.wav", "--json"])[0];
    assert_eq!(umid("loud.wav"), Value::Null);
    let fields = result["metadata"].as_array().unwrap();
    let told = fields.iter().find(|field| field["field"] == "broadcast.umid").unwrap();
    assert_eq!((&told["outcome"], &told["note"]), (&"dropped".into(), &"names the mix".into()));
    stdout(folder.path(), &["deliver", "identified.wav", "--for", "broadcast", "-o", "out"]);
    assert_eq!(umid("out/broadcast/identified.wav"), umid("identified.wav"));
}

/// Returns a WAV with a broadcast extension of version 1 that has a UMID (EBU Tech 3285).
fn with_identifier(path: &Path) -> Vec<u8> {
    let mut bytes = std::fs::read(path).unwrap();
    let mut bext = vec![0u8; 602];
    bext[346] = 1;
    bext[348..380].copy_from_slice(&[0x0a; 32]);
    bytes.extend_from_slice(b"bext");
    bytes.extend_from_slice(&602u32.to_le_bytes());
    bytes.extend_from_slice(&bext);
    let size = bytes.len() as u32 - 8;
    bytes[4..8].copy_from_slice(&size.to_le_bytes());
    bytes
}
