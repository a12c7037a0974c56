//! What leaves the machine is what the manifest lists.

use std::collections::BTreeSet;

use balanced_cyanite::{About, Api, Consent, Doubt, ErrorKind, MemoryJournal, Pcm, PcmFormat, Upload, Watch, prepare};
use sha2::{Digest, Sha256};

use crate::common::{BOTH, Tone, client, frames, hash, mock, options, upload};

/// The one boundary over which all bytes go: the mock kept every header and every body.
#[test]
fn nothing_but_the_manifest_arrives() {
    for api in BOTH {
        let mock = mock("");
        let client = client(&mock, api);
        let upload = upload(client.options(), 5);
        let manifest = upload.manifest().clone();
        let consent = Consent::given(&manifest);
        client.send(&upload, &consent, &MemoryJournal::default(), Doubt::Tell, &Watch::default()).unwrap();
        let received = mock.received();
        assert_eq!(received.len(), manifest.requests.len());
        let allowed: BTreeSet<&str> = manifest.headers.iter().flat_map(|name| name.split(" or ")).collect();
        for (request, listed) in received.iter().zip(&manifest.requests) {
            assert_eq!(request.method, listed.method);
            for (name, _) in &request.headers {
                assert!(allowed.contains(name.as_str()), "{name} is not in the manifest");
            }
            // The id that Cyanite gave comes on top.
            let given = if request.call == "libraryTrackCreate" { "upload-1".len() as u64 } else { 0 };
            assert_eq!(request.body_bytes, listed.body_bytes + given, "{}", request.call);
            check_body(&request.call, &request.body, &upload);
        }
        let total: u64 = manifest.requests.iter().map(|request| request.body_bytes).sum();
        assert_eq!(total, manifest.total_bytes);
        for request in &received {
            let text = String::from_utf8_lossy(&request.body).into_owned();
            let everything = format!("{} {:?} {text}", request.target, request.headers);
            assert!(!everything.contains(&manifest.source_sha256), "the hash of the source stays here");
        }
    }
}

fn check_body(call: &str, body: &[u8], upload: &Upload) {
    let manifest = upload.manifest();
    match call {
        "put" => assert_eq!(body, upload.mp3()),
        "upload" => {
            assert!(body.windows(upload.mp3().len()).any(|part| part == upload.mp3()));
            let rest = String::from_utf8_lossy(&body[..body.len() - upload.mp3().len()]).into_owned();
            assert_eq!(rest.matches("name=\"").count(), 4 + 1, "three fields, the file, and its name");
        }
        _ => {
            let json: serde_json::Value = serde_json::from_slice(body).unwrap();
            let mut words = Vec::new();
            collect(&json["variables"], &mut words);
            let known: Vec<&str> = manifest.fields.iter().map(|field| field.value.as_str()).collect();
            for word in words {
                assert!(known.contains(&word.as_str()) || word == "upload-1", "{word} is not in the manifest");
            }
        }
    }
}

fn collect(json: &serde_json::Value, words: &mut Vec<String>) {
    match json {
        serde_json::Value::String(text) => words.push(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        serde_json::Value::Object(object) => object.values().for_each(|item| collect(item, words)),
        _ => {}
    }
}

/// The frames are counted by their headers: ISO 11172-3, 2.4.1.3.
#[test]
fn the_mp3_is_frames_and_nothing_else() {
    let mock = mock("");
    let upload = upload(&options(&mock, Api::Graphql), 40);
    let mp3 = upload.mp3();
    let audio = &upload.manifest().audio;
    let hex: String = Sha256::digest(mp3).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((audio.bytes, &audio.sha256), (mp3.len() as u64, &hex));
    let (mut at, mut frames) = (0, 0);
    while at < mp3.len() {
        let head = u32::from_be_bytes(mp3[at..at + 4].try_into().unwrap());
        assert_eq!(head >> 17, 0xFFFB >> 1, "frame {frames} is one of MPEG-1 layer III");
        let kbps = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320][(head >> 12 & 15) as usize];
        let rate = [44_100, 48_000, 32_000][(head >> 10 & 3) as usize];
        assert_eq!((kbps, rate), (audio.bitrate_kbps, audio.sample_rate_hz));
        at += (144_000 * kbps / rate + (head >> 9 & 1)) as usize;
        frames += 1;
    }
    assert_eq!(at, mp3.len());
    let duration_s = f64::from(frames) * 1152.0 / f64::from(audio.sample_rate_hz);
    assert!((0.0..0.1).contains(&(duration_s - audio.duration_s)), "{duration_s} for {}", audio.duration_s);
    for tag in [&b"ID3"[..], b"TAG", b"Xing", b"Info"] {
        assert!(!mp3.windows(tag.len()).any(|part| part == tag), "{tag:?}");
    }
}

#[test]
fn a_long_track_is_cut_to_its_loudest_stretch() {
    let mock = mock("");
    let level = |time_s: f64| if time_s > 200.0 { 0.5 } else { 0.01 };
    let tone = || Tone { rate_hz: 32_000.0, channels: 1, frames: 32_000 * 1_000, at: 0, level };
    let upload = prepare(&mut || Ok(Box::new(tone())), &About::file(&hash(1)), &options(&mock, Api::RestV1)).unwrap();
    let audio = &upload.manifest().audio;
    let excerpt = audio.excerpt.as_ref().unwrap();
    assert_eq!((excerpt.start_s, excerpt.end_s, excerpt.of_s), (101.0, 1000.0, 1000.0));
    assert!(excerpt.reason.contains("energy"));
    assert_eq!((audio.channels, audio.sample_rate_hz, audio.bitrate_kbps), (1, 32_000, 160));
    assert!(audio.bytes < 20_000_000);
}

#[test]
fn an_mp3_with_anything_but_frames_is_refused() {
    let mock = mock("");
    let options = options(&mock, Api::Graphql);
    let make = |mp3: Vec<u8>| Upload::of_mp3(mp3, &About::file(&hash(1)), &options);
    let audio = make(frames(1000)).unwrap().manifest().audio.clone();
    assert_eq!((audio.bitrate_kbps, audio.sample_rate_hz, audio.duration_s, audio.channels), (32, 32_000, 36.0, 1));
    let tagged = |before: &[u8], after: &[u8]| [before, &frames(3), after].concat();
    let tag = [&b"TAG"[..], &[b' '; 125]].concat();
    for mp3 in [vec![], tagged(b"ID3\x04\0\0\0\0\0\0", b""), tagged(b"", &tag), tagged(b"", &[0xFF, 0xFB])] {
        assert_eq!(make(mp3).unwrap_err().kind(), ErrorKind::Audio);
    }
    assert_eq!(make(frames(26_000)).unwrap_err().kind(), ErrorKind::Audio, "15.6 minutes");
}

#[test]
fn title_and_id_are_opaque_unless_they_are_given() {
    let mock = mock("");
    let options = options(&mock, Api::Graphql);
    let make = |about: &About| prepare(&mut || Ok(Box::new(Tone::seconds(0.2))), about, &options);
    let plain = make(&About::file(&hash(1))).unwrap();
    assert_eq!(plain.external_id(), make(&About::file(&hash(1))).unwrap().external_id());
    assert_ne!(plain.external_id(), make(&About::file(&hash(2))).unwrap().external_id());
    assert!(plain.manifest().fields.iter().all(|field| field.value == plain.external_id()));
    let mut about = About::file(&hash(1));
    (about.title, about.external_id) = (Some("Moonlight".to_owned()), Some("order-7".to_owned()));
    let named = make(&about).unwrap();
    let values: Vec<&str> = named.manifest().fields.iter().map(|field| field.value.as_str()).collect();
    assert_eq!(values, ["Moonlight", "order-7"]);
    about.title = Some("x".repeat(151));
    assert_eq!(make(&about).unwrap_err().kind(), ErrorKind::Settings);
    assert_eq!(make(&About::file("abc")).unwrap_err().kind(), ErrorKind::Settings);
}

/// Samples that are no numbers, and channels that add up.
struct Strange {
    left: usize,
}

impl Pcm for Strange {
    fn format(&self) -> PcmFormat {
        PcmFormat { sample_rate_hz: 96_000.0, downmix: vec![[1.0, 0.0], [0.0, 1.0], [0.7, 0.7], [0.0, 0.0]] }
    }

    fn read(&mut self, block: &mut Vec<Vec<f64>>) -> balanced_cyanite::Result<()> {
        let count = self.left.min(1000);
        self.left -= count;
        *block = [f64::NAN, f64::INFINITY, 1e300, -4.0].iter().map(|sample| vec![*sample; count]).collect();
        Ok(())
    }
}

#[test]
fn strange_audio_is_no_failure_and_none_is() {
    let mock = mock("");
    let options = options(&mock, Api::Graphql);
    let about = About::file(&hash(1));
    let upload = prepare(&mut || Ok(Box::new(Strange { left: 50_000 })), &about, &options).unwrap();
    let audio = &upload.manifest().audio;
    assert_eq!((audio.channels, audio.sample_rate_hz), (2, 48_000));
    assert_eq!(audio.changes, ["sample rate from 96000 to 48000 Hz", "4 channels mixed down to 2"]);
    let empty = prepare(&mut || Ok(Box::new(Strange { left: 0 })), &about, &options).unwrap_err();
    assert_eq!(empty.kind(), ErrorKind::Audio);
}
