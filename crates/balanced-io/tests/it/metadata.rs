//! Tests of metadata: what is written is read back by this crate and by other programs.

use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_io::{Decoder, EncodeSpec, Encoder, FileFormat, fit_metadata, picture_of, read_metadata};
use balanced_model::{Broadcast, Instrument, LoopDirection, Marker, Metadata, SampleLoop};
use proptest::prelude::*;

const FORMATS: [FileFormat; 3] = [FileFormat::Wav, FileFormat::Aiff, FileFormat::Flac];
const RATE_HZ: f64 = 48_000.0;
/// A red pixel.
const PNG: &[u8] = include_bytes!("../../../../fixtures/metadata/red.png");

fn full() -> Metadata {
    let text = |value: &str| Some(value.to_owned());
    let list = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let entry = |start_frame, end_frame, direction, plays| SampleLoop { start_frame, end_frame, direction, plays };
    Metadata {
        title: text("Overtüre"),
        artists: list(&["First", "Second"]),
        album: text("The Album"),
        album_artists: list(&["Various"]),
        track_number: Some(3),
        track_total: Some(12),
        disc_number: Some(1),
        disc_total: Some(2),
        isrc: text("USRC17607839"),
        upc: text("614141999996"),
        date: text("2024-05-17"),
        genres: list(&["Jazz"]),
        comments: list(&["recorded at night"]),
        other: [
            ("COMPOSER".to_owned(), list(&["C. Omposer"])),
            ("COPYRIGHT".to_owned(), list(&["2024 Label"])),
            ("LYRICIST".to_owned(), list(&["W. Riter"])),
            ("MUSICBRAINZ_ALBUMID".to_owned(), list(&["0a1b"])),
            ("MY OWN FIELD".to_owned(), list(&["one", "two"])),
            ("PRODUCER".to_owned(), list(&["P. Roducer"])),
        ]
        .into(),
        pictures: vec![picture_of(PNG.to_vec()).unwrap()],
        broadcast: Some(Broadcast {
            description: "Scene 5".to_owned(),
            originator: "Recorder".to_owned(),
            originator_reference: "REF0001".to_owned(),
            origination_date: "2024-05-17".to_owned(),
            origination_time: "21:03:59".to_owned(),
            time_reference_frames: 172_800_000,
            umid: Some("060a2b340101010501010f1013000000".repeat(2)),
            loudness: None,
            coding_history: "A=PCM,F=48000,W=24,M=stereo,T=Recorder\nA=PCM,F=48000,W=24,T=Mixer".to_owned(),
        }),
        ixml: text("<?xml version=\"1.0\" encoding=\"UTF-8\"?><BWFXML><PROJECT>P</PROJECT></BWFXML>"),
        markers: vec![
            Marker { position_frames: 480, label: "verse".to_owned(), ..Marker::default() },
            Marker {
                position_frames: 24_001,
                length_frames: Some(12_000),
                label: "chorus".to_owned(),
                note: "louder".to_owned(),
            },
        ],
        loops: vec![
            entry(1_000, 40_000, LoopDirection::Forward, Some(3)),
            entry(2_000, 3_000, LoopDirection::Alternating, None),
        ],
        instrument: Some(Instrument {
            base_note: 64,
            detune_cents: -12,
            low_note: 10,
            high_note: 90,
            low_velocity: 1,
            high_velocity: 100,
            gain_db: -3,
        }),
        ..Metadata::default()
    }
}

fn write(path: &Path, format: FileFormat, metadata: &Metadata) -> PlanarBuffer {
    let stream = StreamFormat::new(RATE_HZ, 2);
    let channel: Vec<f64> = (0..48_001).map(|i| f64::from(i % 1000 - 500) / 1024.0).collect();
    let audio = PlanarBuffer::from_channels(&[channel.clone(), channel]);
    let spec = EncodeSpec { format, ..EncodeSpec::default() };
    let mut encoder = Encoder::create_with_metadata(path, &spec, &stream, metadata).unwrap();
    encoder.write(&audio.block()).unwrap();
    encoder.finish().unwrap();
    audio
}

fn read(path: &Path) -> Metadata {
    let read = read_metadata(&mut std::fs::File::open(path).unwrap(), RATE_HZ, 1 << 24);
    assert_eq!(read.notes, [""; 0]);
    read.metadata
}

#[test]
fn every_format_gives_back_what_fits_it_and_the_same_audio() {
    let folder = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let path = folder.path().join(format!("x.{}", format.extension()));
        let (fitted, _) = fit_metadata(&full(), format, RATE_HZ);
        let audio = write(&path, format, &fitted);
        assert_eq!(read(&path), fitted, "{format:?}");
        let mut decoder = Decoder::open(&path).unwrap();
        let mut decoded = PlanarBuffer::new(2, 60_000);
        assert_eq!(decoder.read(&mut decoded).unwrap(), 48_001);
        assert_eq!(decoded.channel(1), audio.channel(1), "{format:?}");
        assert_eq!(decoder.notes(), [""; 0], "{format:?}");
    }
}

#[test]
fn a_wav_holds_everything() {
    let (fitted, told) = fit_metadata(&full(), FileFormat::Wav, RATE_HZ);
    assert_eq!(fitted, full());
    assert!(told.as_slice().iter().all(|field| field.outcome == balanced_model::FieldOutcome::Kept), "{told:?}");
}

/// Runs a program that reads metadata and returns what it prints.
fn told_by(program: &str, package: &str, arguments: &[&str], path: &Path) -> String {
    let output = Command::new(program).args(arguments).arg(path).output();
    let output = output.unwrap_or_else(|_| panic!("{program} is needed by this test; `apt-get install {package}`"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn ffprobe_reads_tags_pictures_and_chapters() {
    let folder = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let path = folder.path().join(format!("x.{}", format.extension()));
        write(&path, format, &fit_metadata(&full(), format, RATE_HZ).0);
        let show = ["-v", "error", "-show_format", "-show_streams", "-show_chapters"];
        let told = told_by("ffprobe", "ffmpeg", &show, &path);
        let lower = told.to_lowercase();
        let mut wanted = vec!["tag:title=overtüre", "the album", "=172800000", "ref0001"];
        // ffmpeg does not look into the ID3 chunk of a WAV.
        if format != FileFormat::Wav {
            wanted.extend(["usrc17607839", "c. omposer", "codec_name=png"]);
        }
        if format == FileFormat::Flac {
            wanted.extend(["start_time=0.010000", "tag:title=chorus"]);
        }
        for word in wanted {
            assert!(lower.contains(word), "{format:?}: ffprobe does not find {word} in\n{told}");
        }
    }
}

#[test]
fn exiftool_reads_broadcast_data_tags_and_pictures() {
    let folder = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let path = folder.path().join(format!("x.{}", format.extension()));
        write(&path, format, &fit_metadata(&full(), format, RATE_HZ).0);
        let told = told_by("exiftool", "libimage-exiftool-perl", &["-a", "-G1", "-s"], &path);
        let wanted: &[&str] = match format {
            FileFormat::Wav => {
                &["Overt", "TimeReference", "REF0001", "A=PCM,F=48000", "USRC17607839", "Picture", "CuePoints"]
            }
            FileFormat::Aiff => &["Overt", "USRC17607839", "Picture", "172800000"],
            _ => &["Overt", "USRC17607839", "Picture", "172800000", "614141999996"],
        };
        for word in wanted {
            assert!(told.contains(word), "{format:?}: exiftool does not find {word} in\n{told}");
        }
        assert!(!told.contains("Warning"), "{told}");
    }
}

#[test]
fn libsndfile_reads_the_broadcast_extension_and_info() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.wav");
    write(&path, FileFormat::Wav, &fit_metadata(&full(), FileFormat::Wav, RATE_HZ).0);
    let told = told_by("sndfile-metadata-get", "sndfile-programs", &["--all"], &path);
    for word in ["Scene 5", "Recorder", "REF0001", "T=Mixer", "Overtüre", "The Album"] {
        assert!(told.contains(word), "libsndfile does not find {word} in\n{told}");
    }
}

#[test]
fn metaflac_accepts_the_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.flac");
    write(&path, FileFormat::Flac, &fit_metadata(&full(), FileFormat::Flac, RATE_HZ).0);
    let told = told_by("metaflac", "flac", &["--list"], &path);
    for word in ["TITLE=Overtüre", "ARTIST=Second", "TRACKTOTAL=12", "image/png", "width: 1", "CHAPTER002NAME=chorus"]
    {
        assert!(told.contains(word), "metaflac does not find {word} in\n{told}");
    }
    told_by("flac", "flac", &["--test", "--silent"], &path);
}

/// Tags that ffmpeg writes, in each of its formats.
#[test]
fn tags_of_ffmpeg_are_read_from_every_container() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["x.mp3", "x.m4a", "x.ogg", "x.opus", "x.flac", "x.wav", "x.aiff"] {
        let path = folder.path().join(name);
        let mut arguments = vec!["-v", "error", "-f", "lavfi", "-i", "anoisesrc=d=0.3:a=0.1"];
        for tag in ["title=Ein Lied", "artist=Wer", "album=Band 1", "track=2/9", "genre=Jazz", "date=2021"] {
            arguments.extend(["-metadata", tag]);
        }
        if name == "x.aiff" {
            arguments.extend(["-write_id3v2", "1"]);
        }
        if name == "x.ogg" {
            arguments.extend(["-c:a", "libvorbis"]);
        }
        let made = Command::new("ffmpeg").args(arguments).arg(&path).status();
        assert!(made.expect("`apt-get install ffmpeg` brings it").success());
        let found = read(&path);
        assert_eq!(found.title.as_deref(), Some("Ein Lied"), "{name}");
        assert_eq!((found.artists, found.album.as_deref()), (vec!["Wer".to_owned()], Some("Band 1")), "{name}");
        assert_eq!(found.track_number, Some(2), "{name}");
        assert_eq!((found.genres, found.date.as_deref()), (vec!["Jazz".to_owned()], Some("2021")), "{name}");
    }
}

#[test]
fn a_picture_beyond_the_limit_is_named_and_not_held() {
    let folder = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let path = folder.path().join(format!("x.{}", format.extension()));
        let mut huge = full();
        huge.pictures = vec![picture_of([PNG, &vec![0; 1 << 20]].concat()).unwrap()];
        write(&path, format, &fit_metadata(&huge, format, RATE_HZ).0);
        let read = read_metadata(&mut std::fs::File::open(&path).unwrap(), RATE_HZ, 1 << 16);
        assert!(read.metadata.pictures.is_empty(), "{format:?}");
        assert!(read.metadata.unread.iter().any(|name| name.contains("more than may be read")), "{format:?}: {read:?}");
    }
}

fn text() -> impl Strategy<Value = String> {
    "[ -~äß音\u{1f3b5}\n\"&<=;/]{0,40}"
}

prop_compose! {
    fn any_metadata()(
        title in proptest::option::of(text()),
        lists in proptest::collection::vec(proptest::collection::vec(text(), 0..4), 3),
        numbers in proptest::array::uniform4(proptest::option::of(any::<u32>())),
        date in proptest::option::of("[0-9]{4}|[0-9]{4}-[01][0-9]|[0-9]{4}-[01][0-9]-[0-3][0-9]|spring [0-9]{2}"),
        isrc in proptest::option::of("[A-Z]{2}[A-Z0-9]{3}[0-9]{7}|[a-z0-9-]{1,15}"),
        other in proptest::collection::btree_map(
            "[A-Z ]{1,12}|COMPOSER|COPYRIGHT|DESCRIPTION|TIME_REFERENCE|CHAPTER001|TITLE|TXXX|LYRICS|UNSYNCEDLYRICS|BPM",
            proptest::collection::vec(text(), 1..3), 0..6),
        history in proptest::option::of(text()),
        time_reference_frames in 0..i64::MAX as u64,
        description in text(),
        markers in proptest::collection::vec((0..1u64 << 33, proptest::option::of(1..1u64 << 20), text(), text()), 0..6),
        loops in proptest::collection::vec((0..1u64 << 33, 1..1u64 << 20, 0..3u8, proptest::option::of(1..9u32)), 0..4),
        instrument in proptest::option::of((0..128u8, any::<i8>(), any::<i16>())),
    ) -> Metadata {
        let mut lists = lists.into_iter();
        let mut next = || lists.next().unwrap_or_default();
        Metadata {
            title,
            artists: next(),
            genres: next(),
            comments: next(),
            track_number: numbers[0],
            track_total: numbers[1],
            disc_number: numbers[2],
            disc_total: numbers[3],
            date,
            isrc,
            other,
            broadcast: history.map(|coding_history| Broadcast {
                description, coding_history, time_reference_frames, ..Broadcast::default()
            }),
            markers: markers.into_iter().map(|(position_frames, length_frames, label, note)| {
                Marker { position_frames, length_frames, label, note }
            }).collect(),
            loops: loops.into_iter().map(|(start_frame, length, kind, plays)| SampleLoop {
                start_frame,
                end_frame: start_frame + length,
                direction: [LoopDirection::Forward, LoopDirection::Alternating, LoopDirection::Backward][usize::from(kind)],
                plays,
            }).collect(),
            instrument: instrument.map(|(base_note, detune_cents, gain_db)| {
                Instrument { base_note, detune_cents, gain_db, high_note: 99, ..Instrument::default() }
            }),
            ..Metadata::default()
        }
    }
}

fn bytes_of(format: FileFormat, metadata: &Metadata) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    let spec = EncodeSpec { format, ..EncodeSpec::default() };
    let stream = StreamFormat::new(RATE_HZ, 1);
    let mut encoder = Encoder::create_with_metadata(&path, &spec, &stream, metadata).unwrap();
    encoder.write(&PlanarBuffer::new(1, 5000).block()).unwrap();
    encoder.finish().unwrap();
    std::fs::read(path).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_fits_a_format_is_read_back_from_it(metadata in any_metadata(), which in 0..3usize) {
        let format = FORMATS[which];
        let (fitted, _) = fit_metadata(&metadata, format, RATE_HZ);
        let (again, _) = fit_metadata(&fitted, format, RATE_HZ);
        prop_assert_eq!(&again, &fitted);
        let read = read_metadata(&mut Cursor::new(bytes_of(format, &fitted)), RATE_HZ, 1 << 24);
        prop_assert_eq!(read.metadata, fitted);
    }

    /// Sizes and counts of strangers: nothing panics, and nothing is held beyond the limit.
    #[test]
    fn altered_files_are_read_as_far_as_they_go(
        which in 0..3usize,
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..40),
        cut in any::<proptest::sample::Index>(),
    ) {
        let mut bytes = bytes_of(FORMATS[which], &fit_metadata(&full(), FORMATS[which], RATE_HZ).0);
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        bytes.truncate(cut.index(bytes.len()) + 1);
        let read = read_metadata(&mut Cursor::new(&bytes), RATE_HZ, 1 << 16);
        let held: u64 = read.metadata.pictures.iter().map(|picture| picture.content.bytes).sum();
        prop_assert!(held <= 1 << 16);
        prop_assert!(!read.notes.iter().any(|note| note.contains("damaged")), "a reader panicked: {:?}", read.notes);
    }
}

#[test]
fn the_page_has_the_table_of_every_field_and_format() {
    let page = include_str!("../../docs/metadata.md");
    let table = balanced_io::metadata_table();
    assert!(page.contains(&table), "docs/metadata.md lacks this table:\n{table}");
}

/// Reads the metadata of a file that ffmpeg made of a tone with the given arguments.
fn of_ffmpeg(name: &str, arguments: &[&str]) -> Metadata {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let tags = ["-metadata", "title=Overtüre", "-metadata", "artist=First", "-metadata", "album=The Album"];
    let more = ["-metadata", "date=2024", "-metadata", "genre=Jazz", "-metadata", "comment=at night"];
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "sine=d=2:r=48000"])
        .args(arguments)
        .args(tags)
        .args(more)
        .arg(&path)
        .status()
        .expect("ffmpeg is needed by this test; `apt-get install ffmpeg` brings it");
    assert!(made.success(), "{name}");
    let read = read_metadata(&mut std::fs::File::open(&path).unwrap(), RATE_HZ, 1 << 20);
    assert_eq!(read.notes, [""; 0], "{name}");
    read.metadata
}

#[test]
fn tags_that_ffmpeg_writes_into_caf_au_and_matroska_are_read() {
    for (name, arguments) in
        [("a.caf", vec![]), ("a.au", vec![]), ("a.mka", vec!["-c:a", "flac"]), ("a.webm", vec!["-c:a", "libopus"])]
    {
        let read = of_ffmpeg(name, &arguments);
        assert_eq!(read.title.as_deref(), Some("Overtüre"), "{name}: {read:?}");
        assert_eq!((read.artists, read.album.as_deref()), (vec!["First".to_owned()], Some("The Album")), "{name}");
        // An AU file of ffmpeg holds no more.
        if name != "a.au" {
            assert_eq!((read.date.as_deref(), read.genres), (Some("2024"), vec!["Jazz".to_owned()]), "{name}");
            assert_eq!(read.comments, ["at night"], "{name}");
        }
    }
}

#[test]
fn an_attached_cover_of_matroska_is_read_and_another_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (cover, notes) = (folder.path().join("cover.png"), folder.path().join("notes.txt"));
    std::fs::write(&cover, PNG).unwrap();
    std::fs::write(&notes, "text").unwrap();
    let (cover, notes) = (cover.to_str().unwrap(), notes.to_str().unwrap());
    let attached = [
        "-attach",
        cover,
        "-metadata:s:t:0",
        "mimetype=image/png",
        "-metadata:s:t:0",
        "filename=cover.png",
        "-attach",
        notes,
        "-metadata:s:t:1",
        "mimetype=text/plain",
        "-metadata:s:t:1",
        "filename=notes.txt",
    ];
    let read = of_ffmpeg("a.mka", &[&["-c:a", "flac"], &attached[..]].concat());
    assert_eq!(read.pictures, [picture_of(PNG.to_vec()).unwrap()]);
    assert_eq!(read.unread, ["attachment notes.txt"]);
}

#[test]
fn wave64_has_the_chunks_of_wav_and_texts_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.w64");
    let made =
        Command::new("ffmpeg").args(["-v", "error", "-f", "lavfi", "-i", "sine=d=1:r=48000"]).arg(&path).status();
    assert!(made.unwrap().success());
    let mut bytes = std::fs::read(&path).unwrap();
    let mut push = |guid: [u8; 16], payload: &[u8]| {
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes.extend_from_slice(&guid);
        bytes.extend_from_slice(&(payload.len() as u64 + 24).to_le_bytes());
        bytes.extend_from_slice(payload);
    };
    let text: Vec<u8> = "Überschrift\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let list = [&1u32.to_le_bytes()[..], b"INAM", &(text.len() as u32).to_le_bytes(), &text].concat();
    let summary = [0xbc, 0x94, 0x5f, 0x92, 0x5a, 0x52, 0xd2, 0x11, 0x86, 0xdc, 0, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a];
    push(summary, &list);
    let of_wav = |id: &[u8; 4]| {
        let tail = [0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0x00, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a];
        <[u8; 16]>::try_from([&id[..], &tail].concat()).unwrap()
    };
    push(of_wav(b"iXML"), b"<BWFXML><PROJECT>P</PROJECT></BWFXML>");
    push(of_wav(b"acid"), &[0; 24]);
    push([7; 16], &[0; 8]);
    std::fs::write(&path, &bytes).unwrap();
    let read = read_metadata(&mut Cursor::new(bytes), RATE_HZ, 1 << 20);
    assert_eq!(read.notes, [""; 0]);
    assert_eq!(read.metadata.title.as_deref(), Some("Überschrift"));
    assert_eq!(read.metadata.ixml.as_deref(), Some("<BWFXML><PROJECT>P</PROJECT></BWFXML>"));
    assert_eq!(read.metadata.unread, ["chunk acid", "chunk 07070707070707070707070707070707"]);
    // Another reader finds the same text there.
    let shown = Command::new("ffprobe")
        .args(["-v", "error", "-show_entries", "format_tags", "-of", "json"])
        .arg(&path)
        .output();
    let shown = String::from_utf8(shown.unwrap().stdout).unwrap();
    assert!(shown.contains("Überschrift"), "{shown}");
}

#[test]
fn the_isrc_of_an_axml_chunk_counts_where_there_is_no_other() {
    let axml = "<?xml version=\"1.0\"?><ebuCoreMain><coreMetadata><identifier typeLabel=\"GUID\" formatLabel=\"ISRC\">\
                <dc:identifier>ISRC:USRC17607839</dc:identifier></identifier></coreMetadata></ebuCoreMain>";
    let chunk = |id: &[u8; 4], payload: &[u8]| {
        [&id[..], &(payload.len() as u32).to_le_bytes(), payload, &vec![0; payload.len() % 2][..]].concat()
    };
    let format =
        [1u16, 1].iter().flat_map(|n| n.to_le_bytes()).chain([48_000u32, 96_000].iter().flat_map(|n| n.to_le_bytes()));
    let format: Vec<u8> = format.chain([2u16, 16].iter().flat_map(|n| n.to_le_bytes())).collect();
    let body =
        [b"WAVE".to_vec(), chunk(b"fmt ", &format), chunk(b"axml", axml.as_bytes()), chunk(b"data", &[0; 64])].concat();
    let read = read_metadata(&mut Cursor::new(chunk(b"RIFF", &body)), RATE_HZ, 1 << 20);
    assert_eq!(read.metadata.isrc.as_deref(), Some("USRC17607839"));
}

#[test]
fn cut_files_of_every_kind_give_what_is_left() {
    let folder = tempfile::tempdir().unwrap();
    for (name, codec) in [("a.caf", "pcm_s16le"), ("a.au", "pcm_s16be"), ("a.mka", "flac"), ("a.w64", "pcm_s16le")] {
        let path = folder.path().join(name);
        let made = Command::new("ffmpeg")
            .args(["-v", "error", "-f", "lavfi", "-i", "sine=d=0.1:r=48000", "-metadata", "title=T", "-c:a", codec])
            .arg(&path)
            .status();
        assert!(made.unwrap().success());
        let bytes = std::fs::read(&path).unwrap();
        for length in (0..bytes.len().min(1200)).chain([bytes.len() - 1]) {
            let read = read_metadata(&mut Cursor::new(&bytes[..length]), RATE_HZ, 1 << 20);
            assert!(!read.notes.iter().any(|note| note.contains("damaged")), "{name} at {length}: a parser panicked");
        }
        // Sizes of any kind allocate no more than is there.
        for at in 0..bytes.len().min(400) {
            let mut wrong = bytes.clone();
            wrong[at] = 0xff;
            let read = read_metadata(&mut Cursor::new(wrong), RATE_HZ, 1 << 20);
            assert!(!read.notes.iter().any(|note| note.contains("damaged")), "{name} at {at}: a parser panicked");
        }
    }
}
