//! Every call takes audio from any source, reads it once opened, and keeps to its limits.

use std::fs::{self, File};
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use balanced::{
    AnalyzeOptions, Arrangement, AudioSource, AudioView, ChainSpec, EncodeSpec, Error, ErrorKind, Family, FileFormat,
    InputFault, Limits, MasterOptions, Profile, Progress, RecommendOptions, SampleFormat, Samples, Stage, analyze,
    analyze_source, check_source, master, master_source, read_audio, recommend_source, write_audio,
};

const RATE_HZ: f64 = 44_100.0;

/// Stereo noise with a beat, planar, exactly representable in 16 bits.
fn samples(seconds: usize) -> Vec<f64> {
    let frames = seconds * RATE_HZ as usize;
    let mut state = 1u64;
    (0..2 * frames)
        .map(|i| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let beat = 0.1 + 0.5 * (-((i % 20_000) as f64) / 4000.0).exp();
            (((state >> 33) as f64 / 2f64.powi(30) - 1.0) * beat * 16_384.0).round() / 32_768.0
        })
        .collect()
}

fn view(samples: &[f64], channels: usize, rate_hz: f64) -> AudioView<'_> {
    AudioView::new(Samples::F64(samples), channels, Arrangement::Planar, rate_hz, None).unwrap()
}

fn encode(format: FileFormat, sample_format: SampleFormat) -> EncodeSpec {
    EncodeSpec { format, sample_format }
}

/// A folder with `mix.wav`, ten seconds in double precision.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mix.wav");
    let samples = samples(10);
    write_audio(&path, &view(&samples, 2, RATE_HZ), &encode(FileFormat::Wav, SampleFormat::F64)).unwrap();
    (folder, path)
}

/// A reader that can be read once, a few bytes at a time.
struct Pipe(Cursor<Vec<u8>>);

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(1237);
        self.0.read(&mut buffer[..count])
    }
}

/// Every kind of source that holds the mix.
fn sources<'a>(path: &'a Path, samples: &'a [f64]) -> Vec<(&'static str, AudioSource<'a>)> {
    let bytes = fs::read(path).unwrap();
    vec![
        ("path", AudioSource::Path(path)),
        ("bytes", AudioSource::Bytes(bytes.clone())),
        ("reader", AudioSource::Reader(Box::new(File::open(path).unwrap()))),
        ("stream", AudioSource::Stream(Box::new(Pipe(Cursor::new(bytes))))),
        ("array", AudioSource::Array(view(samples, 2, RATE_HZ))),
    ]
}

#[test]
fn the_same_mix_gives_the_same_master_from_any_source() {
    let ((folder, path), samples) = (folder(), samples(10));
    let mut known: Option<(Vec<u8>, Option<String>)> = None;
    for (name, source) in sources(&path, &samples) {
        let output = folder.path().join(format!("{name}.flac"));
        let options = MasterOptions { encode: encode(FileFormat::Flac, SampleFormat::I24), ..MasterOptions::default() };
        let result = master_source(source, &output, &options).unwrap();
        assert!(result.feasible, "{name}: {:?}", result.reason);
        assert_eq!(result.input, if name == "path" { path.to_str().unwrap() } else { "audio in memory" });
        let (bytes, hash) = (fs::read(&output).unwrap(), result.before.source.sha256);
        assert!(bytes.len() < 2 * 3 * 445_000, "noise is stored as it is, not predicted: {} bytes", bytes.len());
        assert_eq!(hash.is_some(), name != "array");
        let (known, known_hash) = known.get_or_insert((bytes.clone(), hash.clone()));
        assert!(*known == bytes, "{name} gives other bytes");
        assert!(hash.is_none() || hash == *known_hash, "{name} has another hash");
    }
}

#[test]
fn advice_and_verdicts_are_the_same_from_any_source() {
    let ((_folder, path), samples) = (folder(), samples(10));
    let profile = Profile::named("streaming").unwrap();
    let mut known = None;
    for (name, source) in sources(&path, &samples) {
        let chain = recommend_source(source, &RecommendOptions::default()).unwrap().chain;
        assert_eq!(*known.get_or_insert(chain.clone()), chain, "{name}");
    }
    let mut known = None;
    for (name, source) in sources(&path, &samples) {
        let mut outcome = check_source(source, &profile, &AnalyzeOptions::default()).unwrap().results;
        // An array has no bit depth.
        outcome.retain(|rule| rule.id != "bit-depth");
        assert_eq!(*known.get_or_insert(outcome.clone()), outcome, "{name}");
    }
}

/// A change of a file by somebody else.
type Change = fn(&Path);

fn changes() -> [(&'static str, Change); 4] {
    [
        ("cut", |path| File::options().write(true).open(path).unwrap().set_len(100_000).unwrap()),
        ("appended to", |path| File::options().append(true).open(path).unwrap().write_all(&[0; 4096]).unwrap()),
        ("overwritten", |path| File::options().write(true).open(path).unwrap().write_all(b"RIFF").unwrap()),
        ("replaced", |path| {
            let other = path.with_extension("other");
            fs::copy(path, &other).unwrap();
            fs::rename(other, path).unwrap();
        }),
    ]
}

/// Runs `call` with a progress callback that changes the file once, when `stage` begins.
fn while_it_runs<T>(
    path: &Path,
    stage: Stage,
    change: Change,
    call: impl FnOnce(&(dyn Fn(Progress) + Sync)) -> Result<T, Error>,
) -> Error {
    let is_done = Mutex::new(false);
    let act = |progress: Progress| {
        let mut is_done = is_done.lock().unwrap();
        if progress.stage == stage && !std::mem::replace(&mut *is_done, progress.stage == stage) {
            // Clocks of file systems tick every few milliseconds.
            std::thread::sleep(Duration::from_millis(20));
            change(path);
        }
    };
    let error = call(&act).err().expect("a file that changes is an error");
    assert!(*is_done.lock().unwrap());
    error
}

#[test]
fn a_mix_that_changes_while_it_is_mastered_is_an_error_and_leaves_nothing() {
    let chain = ChainSpec::from_toml("version = 2\n[[steps]]\nkind = \"limiter\"\ndrive_db = 3.0\n").unwrap();
    for stage in [Stage::Analyze, Stage::Render, Stage::Write, Stage::Verify] {
        for (name, change) in changes() {
            let (folder, path) = folder();
            let output = folder.path().join("master.wav");
            let error = while_it_runs(&path, stage, change, |progress| {
                let options =
                    MasterOptions { chain: Some(chain.clone()), progress: Some(progress), ..MasterOptions::default() };
                master(&path, &output, &options)
            });
            assert_eq!(error.input_fault(), Some(InputFault::Changed), "{name} at {stage:?}: {error}");
            assert_eq!((error.kind(), error.path()), (ErrorKind::Input, Some(&*path)));
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{name} at {stage:?} left a file");
        }
    }
}

#[test]
fn a_file_that_changes_while_it_is_analysed_is_an_error() {
    for (name, change) in changes() {
        let (_folder, path) = folder();
        let error = while_it_runs(&path, Stage::Analyze, change, |progress| {
            analyze(&path, &AnalyzeOptions { progress: Some(progress), ..AnalyzeOptions::default() })
        });
        assert_eq!(error.input_fault(), Some(InputFault::Changed), "{name}: {error}");
        assert!(error.remedy().contains("start again"), "{error}");
    }
}

/// Two minutes of silence at 8 kHz: a few kilobytes of FLAC.
fn quiet_flac(folder: &Path) -> PathBuf {
    let path = folder.join("quiet.flac");
    let silence = vec![0.0; 120 * 8000];
    write_audio(&path, &view(&silence, 1, 8000.0), &encode(FileFormat::Flac, SampleFormat::I16)).unwrap();
    path
}

fn loudness_only(limits: Limits) -> AnalyzeOptions<'static> {
    let mut options = AnalyzeOptions { limits, ..AnalyzeOptions::default() };
    options.config.families = vec![Family::Loudness];
    options
}

/// The error of an analysis that a limit ends; it names the field to raise.
fn refused(source: AudioSource<'_>, limits: Limits, field: &str) -> Error {
    let error = analyze_source(source, &loudness_only(limits), 1).expect_err(field);
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    assert!(error.remedy().contains(field), "{error}");
    error
}

#[test]
fn the_length_is_limited_by_what_is_decoded_whatever_the_header_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = quiet_flac(folder.path());
    let limits = Limits { max_duration_s: Some(60.0), ..Limits::default() };
    refused(AudioSource::Path(&path), limits, "max_duration_s");
    // The number of frames, 36 bits from the middle of byte 21 on: unknown, and a thousand.
    for declared in [0u32, 1000] {
        let mut bytes = fs::read(&path).unwrap();
        bytes[21] &= 0xf0;
        bytes[22..26].copy_from_slice(&declared.to_be_bytes());
        let source = AudioSource::Bytes(bytes);
        refused(source, limits, "max_duration_s");
    }
    let whole = analyze(&path, &loudness_only(Limits { max_duration_s: Some(120.0), ..limits })).unwrap();
    assert_eq!(whole.source.duration_s, 120.0);
    assert!(analyze(&path, &loudness_only(Limits::default())).is_ok());
    let error = read_audio(AudioSource::Path(&path), &loudness_only(limits)).unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Limit, Some(&*path)));
}

#[test]
fn uncompressed_audio_is_refused_before_it_is_read() {
    let (_folder, path) = folder();
    let limits = Limits { max_duration_s: Some(9.0), ..Limits::default() };
    let told = |_: Progress| panic!("it was read");
    let options = AnalyzeOptions { progress: Some(&told), ..loudness_only(limits) };
    assert_eq!(analyze(&path, &options).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn every_limit_is_kept_by_every_source() {
    let ((_folder, path), samples) = (folder(), samples(10));
    type Tighten = fn(&mut Limits);
    let cases: [(&str, Tighten, &[&str]); 6] = [
        ("max_duration_s", |limits| limits.max_duration_s = Some(9.9), &[]),
        ("max_channels", |limits| limits.max_channels = Some(1), &[]),
        ("max_sample_rate_hz", |limits| limits.max_sample_rate_hz = Some(44_099.0), &[]),
        ("max_memory_bytes", |limits| limits.max_memory_bytes = Some(1 << 20), &[]),
        ("max_file_bytes", |limits| limits.max_file_bytes = Some(100_000), &["array"]),
        ("max_wall_s", |limits| limits.max_wall_s = Some(0.0), &[]),
    ];
    for (field, tighten, free) in cases {
        let mut limits = Limits::default();
        tighten(&mut limits);
        for (name, source) in sources(&path, &samples) {
            if !free.contains(&name) {
                let error = refused(source, limits, field);
                assert!(error.path().is_some() || field == "max_wall_s", "{field} of {name}: {error}");
            }
        }
    }
}

#[test]
fn a_master_keeps_to_its_limits_and_leaves_nothing() {
    let (folder, path) = folder();
    let output = folder.path().join("master.wav");
    let of = |limits| MasterOptions { limits, ..MasterOptions::default() };
    // Ten seconds of stereo in double precision are 7 MB.
    for limits in [
        Limits { max_temp_bytes: Some(5_000_000), ..Limits::default() },
        Limits { max_wall_s: Some(1e-6), ..Limits::default() },
        Limits { max_duration_s: Some(5.0), ..Limits::default() },
    ] {
        let error = master(&path, &output, &of(limits)).unwrap_err();
        assert_eq!((error.kind(), error.path()), (ErrorKind::Limit, Some(&*path)), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
    assert!(master(&path, &output, &of(Limits::NONE)).is_ok());
}

#[test]
fn a_folder_that_is_missing_is_told_before_the_work_begins() {
    let (folder, path) = folder();
    let output = folder.path().join("no-such/master.wav");
    let told = |_: Progress| panic!("it was read");
    let options = MasterOptions { progress: Some(&told), ..MasterOptions::default() };
    let error = master(&path, &output, &options).unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Output, Some(&*output)), "{error}");
    assert_eq!(error.remedy(), "create the folder first");
}

#[test]
fn temporary_files_lie_where_they_are_asked_for() {
    let (folder, path) = folder();
    let (output, missing) = (folder.path().join("master.wav"), folder.path().join("no-such-folder"));
    let options = MasterOptions { temp: Some(missing.clone()), ..MasterOptions::default() };
    let error = master(&path, &output, &options).unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Output, Some(&*missing)), "{error}");
    assert!(error.remedy().contains("folder"), "{error}");
    assert!(!output.exists());
    let other = tempfile::tempdir().unwrap();
    let options = MasterOptions { temp: Some(other.path().to_owned()), ..MasterOptions::default() };
    assert!(master(&path, &output, &options).is_ok());
    assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);
}
