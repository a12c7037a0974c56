//! Tests of the façade's vault: what is mastered from it leaves no plain copy on any disk.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use balanced::vault::{
    By, Clock, ExportOptions, FileRole, Identity, NewFile, PlatformKey, Policy, ProjectRecord, ReaderRole, Store,
    Vault, local, to_jams,
};
use balanced::{
    AnalyzeOptions, AudioSource, ChainSpec, EncodeSpec, ErrorKind, FileFormat, MasterOptions, SampleFormat, Target,
};
use balanced_testkit::mixes::HardMix;

const RATE_HZ: f64 = 44_100.0;

fn mix(path: &Path) -> Vec<u8> {
    let audio = HardMix::Quiet.render(RATE_HZ, 4.0);
    let format = balanced::StreamFormat::new(RATE_HZ, audio.channels());
    let spec = EncodeSpec { format: FileFormat::Wav, sample_format: SampleFormat::I16 };
    let mut encoder = balanced_io::Encoder::create(path, &spec, &format).unwrap();
    encoder.write(&audio.block()).unwrap();
    encoder.finish().unwrap();
    fs::read(path).unwrap()
}

struct Setting {
    folder: tempfile::TempDir,
    vault: Vault,
    store: Arc<dyn Store>,
    engineer: Identity,
    project: balanced::vault::ProjectId,
    file: balanced::vault::FileId,
    wav: Vec<u8>,
}

fn setting() -> Setting {
    let folder = tempfile::tempdir().unwrap();
    let wav = mix(&folder.path().join("mix.wav"));
    fs::remove_file(folder.path().join("mix.wav")).unwrap();
    let store = local(&folder.path().join("vault")).unwrap();
    let vault = Vault::init(store.clone(), PlatformKey::generate(), Policy::default(), Clock::System).unwrap();
    let project = vault.create(&ProjectRecord::default(), None).unwrap();
    let new = NewFile { name: "mix.wav".to_owned(), role: FileRole::Upload };
    let file = vault.put(project, new, &mut &wav[..], By::Platform).unwrap();
    let engineer = Identity::generate();
    vault.assign(project, engineer.recipient(), ReaderRole::Engineer).unwrap();
    Setting { folder, vault, store, engineer, project, file, wav }
}

/// While a track is mastered from the vault into the vault, every file that the process has open, named or not, is read
/// again and again and searched for the audio: as it came in, and as a cache in single or double precision would hold it.
#[test]
fn no_plain_copy_touches_a_disk() {
    let Setting { folder, vault, engineer, project, file, wav, .. } = setting();
    let markers: Vec<Vec<u8>> = (1..17).flat_map(|part| marker(&wav, part * wav.len() / 18)).collect();
    assert!(markers.iter().any(|marker| holds(&wav, marker)));
    let temp = folder.path().join("temp");
    fs::create_dir(&temp).unwrap();
    // A chain that changes nothing, so that the audio in front of the limiter and the master hold what came in.
    let options = MasterOptions {
        chain: Some(ChainSpec::default()),
        encode: EncodeSpec { format: FileFormat::Wav, sample_format: SampleFormat::F32 },
        temp: Some(temp.clone()),
        ..MasterOptions::default()
    };
    let mut seen = 0;
    let master = thread::scope(|scope| {
        let (vault, engineer, options) = (&vault, &engineer, options.clone());
        let master = scope.spawn(move || {
            // Callbacks are not shared between threads; the options hold none.
            let source = balanced::vault::source(vault, project, file, engineer).unwrap();
            balanced::vault::master(source, vault, project, "master.wav", By::Key(engineer), &options).unwrap()
        });
        while !master.is_finished() {
            for path in open_files(folder.path()) {
                let content = fs::read(&path).unwrap_or_default();
                seen += content.len();
                assert!(!markers.iter().any(|marker| holds(&content, marker)), "{}", path.display());
            }
        }
        master.join().unwrap()
    });
    assert!(seen > wav.len(), "the temporary files were not seen: {seen} bytes");
    for path in all_files(folder.path()) {
        let content = fs::read(&path).unwrap();
        assert!(!markers.iter().any(|marker| holds(&content, marker)), "{}", path.display());
    }
    assert_eq!(fs::read_dir(&temp).unwrap().count(), 0);
    // The search finds what it looks for: the master holds the same samples.
    let mut plain = Vec::new();
    vault.open_file(project, master.1, &engineer).unwrap().copy_to(&mut plain).unwrap();
    assert!(markers.iter().any(|marker| holds(&plain, marker)));
    assert_eq!(master.0.after.source.sha256, Some(sha256(&plain)));
}

fn sha256(bytes: &[u8]) -> String {
    let analysis = balanced::analyze_bytes(bytes.to_vec(), &AnalyzeOptions::default()).unwrap();
    analysis.source.sha256.unwrap()
}

/// Ten frames of the mix at a place: as 16 bits, and the left channel as single and double precision.
fn marker(wav: &[u8], at: usize) -> [Vec<u8>; 3] {
    let at = at.next_multiple_of(4);
    let stored = wav[at..at + 40].to_vec();
    let left: Vec<f64> =
        stored.chunks_exact(4).map(|frame| f64::from(i16::from_le_bytes([frame[0], frame[1]])) / 32_768.0).collect();
    let interleaved = stored.chunks_exact(2).map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0);
    [
        stored.clone(),
        interleaved.flat_map(f32::to_le_bytes).collect(),
        left.iter().flat_map(|sample| sample.to_le_bytes()).collect(),
    ]
}

fn holds(content: &[u8], marker: &[u8]) -> bool {
    // Silence is everywhere.
    let is_sound = marker.iter().filter(|byte| **byte != 0).count() > marker.len() / 4;
    is_sound && content.windows(marker.len()).any(|part| part == marker)
}

/// The files that this process has open in a folder.
fn open_files(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir("/proc/self/fd").unwrap().flatten().map(|entry| entry.path());
    listed.filter(|path| fs::read_link(path).is_ok_and(|target| target.starts_with(folder))).collect()
}

fn all_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { all_files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_master_from_the_vault_is_that_of_the_file() {
    let Setting { folder, vault, engineer, project, file, wav, .. } = setting();
    let options = MasterOptions { target: Some(Target::default()), ..MasterOptions::default() };
    let path = folder.path().join("plain.wav");
    let plain = balanced::master_source(AudioSource::Bytes(wav), &path, &options).unwrap();
    let source = || balanced::vault::source(&vault, project, file, &engineer).unwrap();
    for (name, format) in [("a.wav", FileFormat::Wav), ("a.flac", FileFormat::Flac)] {
        let options = MasterOptions { encode: EncodeSpec { format, ..EncodeSpec::default() }, ..options.clone() };
        let (result, master) =
            balanced::vault::master(source(), &vault, project, name, By::Platform, &options).unwrap();
        assert_eq!(result.achieved, plain.achieved);
        let mut content = Vec::new();
        vault.open_file(project, master, &engineer).unwrap().copy_to(&mut content).unwrap();
        if format == FileFormat::Wav {
            assert!(content == fs::read(&path).unwrap(), "the master in the vault is another one");
        }
        assert_eq!(result.after.source.sha256, Some(sha256(&content)));
    }
    let to_disk = folder.path().join("to-disk.wav");
    balanced::master_source(source(), &to_disk, &options).unwrap();
    assert!(fs::read(to_disk).unwrap() == fs::read(path).unwrap());
}

#[test]
fn what_was_altered_is_a_damaged_input() {
    let Setting { folder, vault, store, engineer, project, file, .. } = setting();
    let to_flac = MasterOptions { chain: Some(ChainSpec::default()), ..MasterOptions::default() };
    let encode = EncodeSpec { format: FileFormat::Flac, ..EncodeSpec::default() };
    let to_flac = MasterOptions { encode, temp: Some(folder.path().to_owned()), ..to_flac };
    let wav = balanced::vault::source(&vault, project, file, &engineer).unwrap();
    let (_, flac) = balanced::vault::master(wav, &vault, project, "mix.flac", By::Platform, &to_flac).unwrap();
    let objects = store.list(&format!("projects/{project}/objects"), None).unwrap();
    for object in &objects {
        let (mut bytes, version) = store.get(object).unwrap().unwrap();
        // In the middle of the audio, which the decoder of a compressed file would skip.
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        assert!(store.put(object, bytes, &balanced::vault::Condition::Update(version)).unwrap());
    }
    for file in [file, flac] {
        for accept_damaged in [false, true] {
            let source = balanced::vault::source(&vault, project, file, &engineer).unwrap();
            let options = AnalyzeOptions { accept_damaged, ..AnalyzeOptions::default() };
            let error = balanced::analyze_source(source, &options, 1).unwrap_err();
            assert_eq!((error.kind(), error.name()), (ErrorKind::Input, "damaged"));
            assert!(error.to_string().starts_with(&format!("vault:{project}/{file}: ")), "{error}");
            assert!(error.to_string().contains("altered"), "{error}");
        }
    }
    let strange = balanced::vault::source(&vault, project, file, &Identity::generate()).err().unwrap();
    assert_eq!((strange.kind(), strange.name()), (ErrorKind::Input, "not_found"));
}

#[test]
fn analyses_are_exported_as_jams_too() {
    let Setting { folder: _folder, vault, project, wav, .. } = setting();
    let analysis = balanced::analyze_bytes(wav, &AnalyzeOptions::default()).unwrap();
    let json = serde_json::to_vec(&analysis).unwrap();
    let new = NewFile { name: "analysis.json".to_owned(), role: FileRole::Analysis };
    vault.put(project, new, &mut &json[..], By::Platform).unwrap();
    let mut options = ExportOptions::default();
    options.to_jams = Some(&to_jams);
    let mut archive = Vec::new();
    vault.export(&[project], By::Platform, &options, &mut archive).unwrap();
    assert!(archive.windows(13).any(|part| part == b"file_metadata"));
}
