//! Preparation of an upload: the MP3, and the manifest that lists it.

use sha2::{Digest, Sha256};

use super::manifest::{hex, sha256};
use super::{EgressManifest, Excerpt, Pcm, PcmFormat, SentAudio, SentField, SentRequest, Window};
use super::{bitrate_kbps, output_rate_hz};
use crate::assumptions::MAX_LABEL_CHARS;
use crate::error::{Error, Result};
use crate::graphql;
use crate::http::HEADERS;
use crate::options::{Api, Options};
use crate::rest::Form;

/// Metadata of an upload that the caller may set. Title and external id are opaque unless they are named.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct About {
    /// SHA-256 of the file, in lower-case hex.
    pub source_sha256: String,
    /// Title to send instead of the opaque one.
    pub title: Option<String>,
    /// External id to send instead of the opaque one; it finds the track again, so it must stay the same for one source.
    pub external_id: Option<String>,
    /// The most representative moment in seconds, around which an excerpt is made where the track is too long.
    pub representative_s: Option<f64>,
}

impl About {
    /// Describes a file by its hash alone.
    #[must_use]
    pub fn file(source_sha256: &str) -> Self {
        Self { source_sha256: source_sha256.to_ascii_lowercase(), ..Self::default() }
    }

    /// Returns the id that is sent: the caller's, or one that follows from the source and tells nothing about it.
    #[must_use]
    pub fn external_id(&self) -> String {
        self.external_id.clone().unwrap_or_else(|| opaque(&self.source_sha256))
    }

    fn check(&self) -> Result<()> {
        let is_hash = self.source_sha256.len() == 64 && self.source_sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_hash {
            return Err(Error::settings("SHA-256 of the source", "is no hash", "give 64 hexadecimal digits"));
        }
        for (name, text) in [("title", &self.title), ("external id", &self.external_id)] {
            let Some(text) = text else { continue };
            let length = text.chars().count();
            if !(1..=MAX_LABEL_CHARS).contains(&length) || text.chars().any(char::is_control) {
                let problem = format!("{length} characters, or special ones");
                return Err(Error::settings(
                    name,
                    problem,
                    format!("give 1 to {MAX_LABEL_CHARS} characters on one line"),
                ));
            }
        }
        Ok(())
    }
}

/// The id of a source: whoever has the file can compute it, nobody else can tell the file from it.
fn opaque(source_sha256: &str) -> String {
    let digest = Sha256::new().chain_update(b"balanced-cyanite external id 1\n").chain_update(source_sha256).finalize();
    format!("b-{}", hex(&digest[..16]))
}

/// An upload that is ready, and its manifest. Nothing of it has left the machine.
#[derive(Clone, Debug)]
pub struct Upload {
    pub(crate) mp3: Vec<u8>,
    pub(crate) title: String,
    pub(crate) external_id: String,
    manifest: EgressManifest,
}

impl Upload {
    /// Returns the manifest of what would be sent.
    #[must_use]
    pub fn manifest(&self) -> &EgressManifest {
        &self.manifest
    }

    /// Returns the MP3 that would be sent.
    #[must_use]
    pub fn mp3(&self) -> &[u8] {
        &self.mp3
    }

    /// Returns the id by which the track would be sent.
    #[must_use]
    pub fn external_id(&self) -> &str {
        &self.external_id
    }
}

/// Prepares the upload of a source, which `open` opens for each of two passes: the first measures it, the second encodes it.
///
/// Samples beyond full scale are clipped, numbers that are none become silence, more than two channels are mixed down by the gains of
/// [`PcmFormat`], divided by their largest sum. Nothing of the file but its samples comes into the MP3.
///
/// # Errors
/// Returns [`ErrorKind::Audio`](crate::ErrorKind::Audio) if the audio is empty, cannot be read, or if the feature `lame` is off;
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if title, id or hash cannot be sent.
pub fn prepare<'a>(
    open: &mut dyn FnMut() -> Result<Box<dyn Pcm + 'a>>,
    about: &About,
    options: &Options,
) -> Result<Upload> {
    about.check()?;
    let measured = Measured::of(open()?.as_mut())?;
    let duration_s = measured.duration_s();
    let window = Window::choose(duration_s, &measured.energies, about.representative_s);
    let sent_s = window.map_or(duration_s, |window| window.end_s - window.start_s);
    let bitrate = bitrate_kbps(sent_s);
    let mp3 = encode(open()?.as_mut(), window, bitrate)?;
    let format = &measured.format;
    let audio = SentAudio {
        format: "mp3".to_owned(),
        bytes: mp3.len() as u64,
        sha256: sha256(&mp3),
        bitrate_kbps: bitrate,
        sample_rate_hz: output_rate_hz(format.sample_rate_hz),
        channels: if format.downmix.len() == 1 { 1 } else { 2 },
        duration_s: sent_s,
        changes: changes(format),
        excerpt: window.map(|window| excerpt(window, duration_s)),
    };
    Upload::new(mp3, audio, about, options)
}

impl Upload {
    /// Makes an upload and its manifest. `audio` describes the MP3.
    pub(super) fn new(mp3: Vec<u8>, audio: SentAudio, about: &About, options: &Options) -> Result<Self> {
        about.check()?;
        let external_id = about.external_id();
        let title = about.title.clone().unwrap_or_else(|| external_id.clone());
        let requests = requests(&mp3, &title, &external_id, options)?;
        let field = |name: &str, value: &str| SentField { name: name.to_owned(), value: value.to_owned() };
        let mut fields = vec![field("title", &title), field("externalId", &external_id)];
        if options.api == Api::RestV1 {
            fields.push(field("inputType", "MP3"));
            fields.push(field("file name", "track.mp3"));
        }
        let mut hosts: Vec<String> = requests.iter().map(|request| request.host.clone()).collect();
        hosts.sort();
        hosts.dedup();
        let not_sent = [
            "name and path of the file",
            "its tags, pictures and other metadata",
            "its SHA-256",
            "results of Balanced",
        ];
        let manifest = EgressManifest {
            schema_version: 1,
            provider: "cyanite".to_owned(),
            api: options.api,
            source_sha256: about.source_sha256.clone(),
            hosts,
            audio,
            fields,
            total_bytes: requests.iter().map(|request| request.body_bytes).sum(),
            requests,
            headers: HEADERS.map(str::to_owned).to_vec(),
            not_sent: not_sent.map(str::to_owned).to_vec(),
        };
        Ok(Self { mp3, title, external_id, manifest })
    }
}

/// Returns the requests of one attempt.
fn requests(mp3: &[u8], title: &str, external_id: &str, options: &Options) -> Result<Vec<SentRequest>> {
    let host = options.host()?;
    let request = |name: &str, method: &str, host: &str, body_bytes: usize| SentRequest {
        name: name.to_owned(),
        method: method.to_owned(),
        host: host.to_owned(),
        body_bytes: body_bytes as u64,
    };
    if options.api == Api::RestV1 {
        let bytes = Form::upload(mp3, title, external_id).body.len();
        return Ok(vec![request("library-tracks upload", "POST", &host, bytes)]);
    }
    let storage: Vec<String> = options.upload_hosts.iter().map(|suffix| format!("*.{suffix}")).collect();
    let bodies = graphql::bodies(title, external_id);
    Ok(vec![
        request("libraryTracks", "POST", &host, bodies.find),
        request("fileUploadRequest", "POST", &host, bodies.request),
        request("upload of the file", "PUT", &storage.join(" or "), mp3.len()),
        request("libraryTrackCreate", "POST", &host, bodies.create),
    ])
}

/// Results of the first pass over the audio.
struct Measured {
    format: PcmFormat,
    frames: u64,
    /// Energy of each second.
    energies: Vec<f64>,
}

impl Measured {
    fn of(pcm: &mut dyn Pcm) -> Result<Self> {
        let format = pcm.format();
        if format.downmix.is_empty() || !(1_000.0..=768_000.0).contains(&format.sample_rate_hz) {
            return Err(Error::audio(
                "has no channels, or no usable sample rate",
                "convert it to 44.1 or 48 kHz stereo",
            ));
        }
        let second = format.sample_rate_hz.round() as u64;
        let mut measured = Self { format, frames: 0, energies: Vec::new() };
        let mut block = Vec::new();
        loop {
            pcm.read(&mut block)?;
            let frames = block.iter().map(Vec::len).min().unwrap_or(0);
            if frames == 0 {
                break;
            }
            for frame in 0..frames {
                let energy: f64 = block.iter().map(|channel| clean(channel[frame])).map(|sample| sample * sample).sum();
                let at = ((measured.frames + frame as u64) / second) as usize;
                if at == measured.energies.len() {
                    measured.energies.push(0.0);
                }
                measured.energies[at] += energy;
            }
            measured.frames += frames as u64;
        }
        if measured.frames == 0 {
            return Err(Error::audio("holds no audio (0 frames)", "give another file"));
        }
        Ok(measured)
    }

    fn duration_s(&self) -> f64 {
        self.frames as f64 / self.format.sample_rate_hz
    }
}

fn clean(sample: f64) -> f64 {
    if sample.is_finite() { sample } else { 0.0 }
}

#[cfg(not(feature = "lame"))]
fn encode(_: &mut dyn Pcm, _: Option<Window>, _: u32) -> Result<Vec<u8>> {
    let problem = "this build has no MP3 encoder, and Cyanite takes MP3";
    Err(Error::audio(problem, "build with the feature `lame` (LAME, under the LGPL)"))
}

#[cfg(feature = "lame")]
fn encode(pcm: &mut dyn Pcm, window: Option<Window>, bitrate_kbps: u32) -> Result<Vec<u8>> {
    let format = pcm.format();
    let rate = format.sample_rate_hz;
    let is_mono = format.downmix.len() == 1;
    let failed = |error: balanced_codec::CodecError| Error::audio(error.problem(), error.remedy());
    let mp3 = balanced_codec::Lame::bare(rate.round() as u32, output_rate_hz(rate), is_mono, bitrate_kbps);
    let (mut mp3, mut bytes) = (mp3.map_err(failed)?, Vec::new());
    let frame_of = |seconds: f64| (seconds * rate).round() as u64;
    let (start, end) = window.map_or((0, u64::MAX), |window| (frame_of(window.start_s), frame_of(window.end_s)));
    let gains = scaled(&format.downmix);
    let (mut at, mut block) = (0_u64, Vec::new());
    let (mut left, mut right) = (Vec::new(), Vec::new());
    while at < end {
        pcm.read(&mut block)?;
        let frames = block.iter().map(Vec::len).min().unwrap_or(0);
        if frames == 0 {
            break;
        }
        let from = start.saturating_sub(at).min(frames as u64) as usize;
        let to = end.saturating_sub(at).min(frames as u64) as usize;
        mix(&block, &gains, from..to, &mut left, &mut right);
        mp3.push(&left, &right, &mut bytes).map_err(failed)?;
        at += frames as u64;
    }
    mp3.finish(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Returns the gains of a downmix that cannot pass full scale where the source does not; mono and stereo stay as they are.
#[cfg(feature = "lame")]
fn scaled(downmix: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let sum = |side: usize| downmix.iter().map(|gains| gains[side].abs()).sum::<f64>();
    let largest = if downmix.len() > 1 { sum(0).max(sum(1)).max(1.0) } else { 1.0 };
    downmix.iter().map(|[left, right]| [left / largest, right / largest]).collect()
}

#[cfg(feature = "lame")]
fn mix(
    block: &[Vec<f64>],
    gains: &[[f64; 2]],
    frames: std::ops::Range<usize>,
    left: &mut Vec<f64>,
    right: &mut Vec<f64>,
) {
    let side = |frame: usize, side: usize| {
        let sum: f64 = block.iter().zip(gains).map(|(channel, gain)| clean(channel[frame]) * gain[side]).sum();
        sum.clamp(-1.0, 1.0)
    };
    left.clear();
    right.clear();
    left.extend(frames.clone().map(|frame| side(frame, 0)));
    right.extend(frames.map(|frame| side(frame, 1)));
}

fn changes(format: &PcmFormat) -> Vec<String> {
    let mut changes = Vec::new();
    let rate = output_rate_hz(format.sample_rate_hz);
    if f64::from(rate) != format.sample_rate_hz {
        changes.push(format!("sample rate from {} to {rate} Hz", format.sample_rate_hz));
    }
    if format.downmix.len() > 2 {
        changes.push(format!("{} channels mixed down to 2", format.downmix.len()));
    }
    changes
}

fn excerpt(window: Window, of_s: f64) -> Excerpt {
    let reason = if window.is_named {
        "longer than 15 minutes; around the most representative stretch"
    } else {
        "longer than 15 minutes; the stretch of most energy"
    };
    Excerpt { start_s: window.start_s, end_s: window.end_s, of_s, reason: reason.to_owned() }
}
