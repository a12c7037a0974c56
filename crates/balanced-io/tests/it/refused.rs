//! Tests of refused files: the error is one line that names the file, the problem and the remedy.

use balanced_io::{Decoder, IoErrorKind};

use crate::support::*;

fn assert_one_line(message: &str, problem: &str) {
    assert!(message.contains(problem), "{message}");
    assert!(message.starts_with("audio in memory: "), "{message}");
    assert!(message.contains("; "), "no remedy: {message}");
    assert!(!message.contains('\n'));
}

#[test]
fn files_that_are_no_audio_are_refused() {
    assert_one_line(&refusal(b""), "empty (0 bytes)");
    assert_one_line(&refusal(b"Dear listener,\nthis is not music.\n"), "is text");
    assert_one_line(&refusal("Grüße".as_bytes()), "is text");
    assert_one_line(&refusal(&[0x12, 0x00, 0x34, 0xff, 0x01]), "not an audio file");
    assert_one_line(&refusal(&vec![0; 100_000]), "not an audio file");
    assert_one_line(&refusal(b"\x89PNG\r\n\x1a\n0000"), "PNG");
    assert_one_line(&refusal(b"RIFF\x10\x00\x00\x00AVI LIST"), "RIFF file other than WAVE");
    assert_one_line(&refusal(b"RIFF\x10\x00\x00\x00WAVE"), "fmt chunk");
}

#[test]
fn impossible_formats_are_refused() {
    let data = chunk(b"data", &[0; 64]);
    let with = |format: Vec<u8>| refusal(&riff(&[format, data.clone()]));
    assert_one_line(&with(fmt(1, 2, 0, 2, 16)), "sample rate of 0 Hz");
    assert_one_line(&with(fmt(1, 2, 4_000_000, 2, 16)), "sample rate of 4000000 Hz");
    assert_one_line(&with(fmt(1, 0, 48_000, 2, 16)), "0 channels");
    assert_one_line(&with(fmt(1, 1000, 48_000, 2, 16)), "1000 channels");
    assert_one_line(&with(fmt(1, 2, 48_000, 2, 0)), "0 bits");
    assert_one_line(&with(fmt(3, 2, 48_000, 2, 16)), "16 bits");
    assert_one_line(&with(fmt(0x161, 2, 48_000, 2, 16)), "Windows Media Audio");
    assert_one_line(&refusal(&riff(&[fmt(1, 2, 48_000, 2, 16)])), "no data chunk");
}

#[test]
fn paths_are_named() {
    let folder = folder();
    let missing = folder.path().join("missing.wav");
    let error = Decoder::open(&missing).err().unwrap();
    assert_eq!(error.kind(), IoErrorKind::Open);
    assert_eq!(error.file(), text(&missing));
    assert!(Decoder::open(folder.path()).err().unwrap().to_string().contains("is a folder"));
}

#[test]
fn ogg_speex_says_what_to_do() {
    let folder = folder();
    let (wav, _) = plain_wav(4800);
    let input = folder.path().join("source.wav");
    std::fs::write(&input, wav).unwrap();
    let file = ffmpeg_encode(&folder, &input, "x.spx", &["-c:a", "libspeex", "-ar", "32000"]);
    let error = Decoder::open(&file).err().unwrap();
    assert_eq!(error.kind(), IoErrorKind::Unsupported);
    assert!(error.to_string().contains("is Ogg Speex, which is not supported; convert it"), "{error}");
}
