//! Finished files: complete or not there, aligned for any player, and the same for the same audio.

use balanced_codec::{CodecError, CodecErrorKind, FileEncoder, encode_file};
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_io::Decoder;

use crate::support::{ONE_OF_EACH, ffmpeg_decode, lag, noise};

fn format() -> StreamFormat {
    StreamFormat::new(48_000.0, 2)
}

#[test]
fn a_file_appears_when_it_is_complete_and_both_decoders_find_the_audio_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let audio = noise(50_001, 2, 0.5);
    for codec in ONE_OF_EACH {
        let path = folder.path().join(format!("x.{}", codec.extension()));
        let mut encoder = FileEncoder::create(codec, &format(), &path).unwrap();
        encoder.write(&audio.block()).unwrap();
        assert!(!path.exists(), "{codec}");
        assert_eq!(encoder.finish().unwrap(), 50_001);
        let mut decoder = Decoder::open(&path).unwrap();
        assert_eq!(decoder.notes(), [""; 0], "{codec}");
        let mut ours = PlanarBuffer::new(2, 60_000);
        let mut plane = Vec::new();
        while decoder.read(&mut ours).unwrap() > 0 {
            plane.extend_from_slice(ours.channel(0));
        }
        assert_eq!(plane.len(), 50_001, "{codec}");
        assert_eq!(lag(audio.channel(0), &plane).0, 0, "{codec}");
        let theirs = ffmpeg_decode(&path, 2);
        assert!(theirs.frames().abs_diff(50_001) <= 1152, "{codec}: ffmpeg finds {} frames", theirs.frames());
        let whole = theirs.frames().min(50_001);
        assert_eq!(lag(&audio.channel(0)[..whole], &theirs.channel(0)[..whole]).0, 0, "{codec}, by ffmpeg");
    }
}

#[test]
fn the_same_audio_gives_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let audio = noise(20_000, 2, 0.5);
    for codec in ONE_OF_EACH {
        let bytes = |name: &str| {
            let path = folder.path().join(name);
            let mut left = true;
            let next = |buffer: &mut PlanarBuffer| {
                *buffer = audio.clone();
                Ok::<_, CodecError>(if std::mem::take(&mut left) { audio.frames() } else { 0 })
            };
            assert_eq!(encode_file(codec, &format(), &path, next).unwrap(), 20_000);
            std::fs::read(&path).unwrap()
        };
        assert!(bytes("a") == bytes("b"), "{codec} differs from run to run");
    }
}

#[test]
fn what_is_not_finished_leaves_nothing_and_no_audio_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let audio = noise(20_000, 2, 0.5);
    for codec in ONE_OF_EACH {
        let path = folder.path().join("x");
        let mut encoder = FileEncoder::create(codec, &format(), &path).unwrap();
        encoder.write(&audio.block()).unwrap();
        drop(encoder);
        let error = FileEncoder::create(codec, &format(), &path).unwrap().finish().unwrap_err();
        assert_eq!(error.kind(), CodecErrorKind::Unsupported, "{error}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{codec}");
        let nowhere = folder.path().join("no/such/x");
        let error = FileEncoder::create(codec, &format(), &nowhere).err().unwrap();
        assert!(error.kind() == CodecErrorKind::File && error.to_string().contains("create the folder"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_text_works() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join(std::ffi::OsStr::from_bytes(b"-a\xFFb"));
    std::fs::create_dir(&odd).unwrap();
    for codec in ONE_OF_EACH {
        let path = odd.join(std::ffi::OsStr::from_bytes(b"-\xFE.x"));
        let mut encoder = FileEncoder::create(codec, &format(), &path).unwrap();
        encoder.write(&noise(5000, 2, 0.5).block()).unwrap();
        encoder.finish().unwrap();
        assert!(std::fs::metadata(&path).unwrap().len() > 100, "{codec}");
    }
}
