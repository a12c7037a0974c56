//! Tests of the HTML reports: with pictures of the audio, with the audio, and of saved results.

use std::fs;
use std::path::Path;

use balanced_dsp::PlanarBuffer;
use balanced_testkit::music::{Style, render};
use base64::prelude::{BASE64_STANDARD, Engine};

use crate::command::{balanced, stdout};
use crate::files;

const RATE_HZ: u32 = 44_100;

fn music(folder: &Path, name: &str, seconds: f64) -> PlanarBuffer {
    let audio = render(Style::Band, f64::from(RATE_HZ), seconds, 5).audio;
    files::write_wav(&folder.join(name), &audio, RATE_HZ, 16);
    audio
}

fn page(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// Value of an attribute at its first place.
fn attribute<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    page.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

fn players(page: &str) -> usize {
    page.matches("<audio controls").count()
}

#[test]
fn a_report_shows_the_waveform_and_a_saved_result_gives_the_same_page() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    music(at, "mix.wav", 12.0);
    let json = stdout(at, &["analyze", "mix.wav", "--json", "--report", "mix.html"]);
    fs::write(at.join("mix.json"), &json).unwrap();
    let live = page(at, "mix.html");
    assert!(live.contains("class=\"wave after\"") && live.contains("class=\"square\"") && players(&live) == 0);
    assert!(live.len() < 1_500_000, "{} bytes", live.len());
    stdout(at, &["report", "mix.json", "-o", "again.html"]);
    assert!(page(at, "again.html") == live, "the page of the saved result differs");
    // Of a file that is gone or was replaced there is no picture, and that is said.
    music(at, "mix.wav", 11.0);
    stdout(at, &["report", "mix.json", "-o", "other.html"]);
    let other = page(at, "other.html");
    assert!(!other.contains("class=\"wave") && other.contains("There is no waveform here: mix.wav has other bytes"));
    let refused = balanced(at, &["report", "mix.json", "-o", "heard.html", "--with-audio"]);
    assert_eq!((refused.status.code(), at.join("heard.html").exists()), (Some(3), false));
    fs::remove_file(at.join("mix.wav")).unwrap();
    stdout(at, &["report", "mix.json", "-o", "gone.html"]);
    assert!(page(at, "gone.html").contains("There is no waveform here: mix.wav"));
}

#[test]
fn a_master_is_heard_beside_its_mix_from_where_it_was_cut() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    music(at, "mix.wav", 12.0);
    let args = ["master", "mix.wav", "-o", "out.wav", "--start", "2.5", "--lufs", "-10", "--ceiling", "-1"];
    let json = stdout(at, &[&args[..], &["--json", "--report", "out.html", "--with-audio"]].concat());
    let heard = page(at, "out.html");
    assert_eq!((players(&heard), heard.matches("data:audio/ogg;base64,T2dnU").count()), (2, 2), "two Ogg files");
    assert_eq!(attribute(&heard, "data-start"), Some("2.5"));
    let result: serde_json::Value = serde_json::from_str(&json).unwrap();
    let lufs = |version: &str| result[version]["loudness"]["integrated_lufs"].as_f64().unwrap();
    let gain_db: f64 = heard.split("data-gain=\"").nth(2).unwrap().split('"').next().unwrap().parse().unwrap();
    assert!((gain_db - (lufs("before") - lufs("after"))).abs() < 2e-3, "the master is turned down by {gain_db} dB");
    // Opus at 96 kbit/s: two versions of 9.5 s, in base64, beside the page.
    stdout(at, &[&args[..], &["--report", "plain.html"]].concat());
    let bytes = heard.len() - page(at, "plain.html").len();
    let expected = 2.0 * 9.5 * 96_000.0 / 8.0 * 4.0 / 3.0;
    assert!((0.5..1.4).contains(&(bytes as f64 / expected)), "{bytes} bytes of audio");
    fs::write(at.join("out.json"), json).unwrap();
    stdout(at, &["report", "out.json", "-o", "mp3.html", "--with-audio=mp3-128"]);
    assert_eq!(page(at, "mp3.html").matches("data:audio/mpeg;base64,").count(), 2);
    // As FLAC the master is in the page sample by sample.
    stdout(at, &["report", "out.json", "-o", "flac.html", "--with-audio=flac"]);
    let lossless = page(at, "flac.html");
    assert!(lossless.contains("Heard are the samples of the file") && lossless.contains("data-rate=\"44100\""));
    let coded = lossless.split("data:audio/flac;base64,").nth(2).unwrap().split('"').next().unwrap();
    fs::write(at.join("heard.flac"), BASE64_STANDARD.decode(coded).unwrap()).unwrap();
    let found = stdout(at, &["compare", "out.wav", "heard.flac", "--json"]);
    assert!(found.contains("\"verdict\":\"identical\""), "{found}");
}

#[test]
fn a_comparison_plays_both_from_where_they_meet() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let audio = music(at, "mix.wav", 12.0);
    let cut: Vec<Vec<f64>> = (0..audio.channels()).map(|c| audio.channel(c)[88_200..].to_vec()).collect();
    files::write_wav(&at.join("cut.wav"), &PlanarBuffer::from_channels(&cut), RATE_HZ, 16);
    stdout(at, &["compare", "mix.wav", "cut.wav", "--report", "cut.html", "--with-audio"]);
    let heard = page(at, "cut.html");
    assert_eq!((players(&heard), attribute(&heard, "data-start")), (2, Some("0")));
    stdout(at, &["compare", "cut.wav", "mix.wav", "--report", "mix.html", "--with-audio"]);
    assert_eq!(attribute(&page(at, "mix.html"), "data-start"), Some("2"));
}

#[test]
fn what_cannot_become_a_page_is_told_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    music(at, "mix.wav", 4.0);
    let json = stdout(at, &["analyze", "mix.wav", "--only", "loudness", "--json"]);
    fs::write(at.join("mix.json"), &json).unwrap();
    fs::write(at.join("text.json"), "no JSON").unwrap();
    fs::write(at.join("other.json"), "{\"a\": 1}").unwrap();
    fs::write(at.join("part.json"), "{\"source\": {}, \"provenance\": {}}").unwrap();
    let cases = [
        ("text.json", "", 3, "text.json: is no JSON object"),
        ("other.json", "", 3, "other.json: is JSON, but no analysis"),
        ("part.json", "", 3, "part.json: is not a whole result"),
        ("gone.json", "", 3, "gone.json"),
        ("mix.json", "--with-audio=mp4", 2, "or flac"),
    ];
    for (input, flag, code, said) in cases {
        let flags: &[&str] = if flag.is_empty() { &[] } else { &[flag] };
        let output = balanced(at, &[&["report", input, "-o", "page.html"], flags].concat());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains(said), "{input} {flag}: {told}");
        assert!(output.status.code() == Some(code), "{input} {flag}: {}", output.status);
        assert!(!at.join("page.html").exists(), "{input} {flag} left a page");
    }
    assert_eq!(balanced(at, &["report", "mix.json", "-o", "mix.json"]).status.code(), Some(3));
    assert_eq!(page(at, "mix.json"), json);
    assert_eq!(balanced(at, &["analyze", "mix.wav", "--with-audio"]).status.code(), Some(2));
    // Surround has no two-channel codec.
    let surround = PlanarBuffer::from_channels(&vec![vec![0.1; 44_100]; 6]);
    files::write_wav(&at.join("surround.wav"), &surround, RATE_HZ, 16);
    let output = balanced(at, &["analyze", "surround.wav", "--report", "page.html", "--with-audio"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("6 channels") && !at.join("page.html").exists());
    stdout(at, &["analyze", "surround.wav", "--report", "page.html"]);
    assert!(page(at, "page.html").contains("class=\"wave after\""));
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf_8_is_read_again_for_its_picture() {
    use std::os::unix::ffi::OsStrExt;

    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    music(at, "mix.wav", 4.0);
    let odd = std::ffi::OsStr::from_bytes(b"mi\xff.wav");
    fs::rename(at.join("mix.wav"), at.join(odd)).unwrap();
    let mut command = crate::command::command();
    command.arg("analyze").arg(odd).args(["--report", "odd.html", "--with-audio"]).current_dir(at);
    assert!(command.output().unwrap().status.success());
    let heard = page(at, "odd.html");
    assert!(heard.contains("class=\"wave after\"") && players(&heard) == 1);
}
