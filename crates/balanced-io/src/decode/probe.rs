//! Recognition of the file format by its first bytes, never by its name.

use super::caf::CafOutcome;
use super::coded::{self, Family, Known};
use super::mp4::TrackFacts;
use super::mpeg::{after_id3, is_adts, is_mpeg};
use super::pcm::Endian;
use super::riff::{RiffKind, RiffOutcome};
use super::source::ByteSource;
use super::wave_format::codec_name;
use super::window::Window;
use super::{Opened, aiff, au, caf, flac, mp4, mpeg, ogg_pages, riff, w64};
use crate::{IoError, IoErrorKind};

/// Number of bytes examined.
const HEAD_BYTES: usize = 512;

/// First boxes of QuickTime files from before there was a box that names the file type.
const OLD_MOVIE: [&[u8]; 6] = [b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"];

/// Opens `source` with the reader for its format.
pub(crate) fn open(mut source: ByteSource) -> Result<Opened, IoError> {
    if source.len() == 0 {
        let problem = "is empty (0 bytes)";
        return Err(IoError::new(IoErrorKind::NotAudio, source.name(), problem, "export or download the file again"));
    }
    let tags = after_id3(&mut source)?;
    source.skip_head(tags);
    let mut head = [0; HEAD_BYTES];
    let read = source.read_at(0, &mut head)?;
    let head = &head[..read];
    match (tag(head, 0), tag(head, 8)) {
        (b"RIFF", b"WAVE") => wave(source, RiffKind::Wav),
        (b"RF64", b"WAVE") => wave(source, RiffKind::Rf64),
        (b"BW64", b"WAVE") => wave(source, RiffKind::Bw64),
        (b"RIFX", b"WAVE") => wave(source, RiffKind::Rifx),
        (b"riff", _) if head.starts_with(&w64::RIFF_GUID) => w64::open(source),
        (b"FORM", b"AIFF") => aiff::open(source, false),
        (b"FORM", b"AIFC") => aiff::open(source, true),
        (b".snd", _) => au::open(source, Endian::Big),
        (b"dns.", _) => au::open(source, Endian::Little),
        (b"fLaC", _) => flac::open(source),
        (b"caff", _) => match caf::open(source)? {
            CafOutcome::Plain(opened) => Ok(opened),
            CafOutcome::Coded { source, known } => whole(source, Family::Caf, known),
        },
        (b"OggS", _) => ogg(source, head),
        (b"\x1a\x45\xdf\xa3", _) => whole(source, Family::Matroska, Known::default()),
        _ if tag(head, 4) == b"ftyp" => container_mp4(source, true),
        _ if OLD_MOVIE.contains(&tag(head, 4)) && mp4::is_old_movie(&mut source)? => container_mp4(source, false),
        _ if is_adts(head) => mpeg::open(source, Family::Adts, Vec::new()),
        _ if is_mpeg(head) => mpeg::open(source, Family::Mpeg, Vec::new()),
        _ => other(source, head),
    }
}

fn wave(source: ByteSource, kind: RiffKind) -> Result<Opened, IoError> {
    let coded = match riff::open(source, kind)? {
        RiffOutcome::Plain(opened) => return Ok(opened),
        RiffOutcome::Coded(coded) => coded,
    };
    let (source, format, start, bytes) = (coded.source, coded.format, coded.data_start, coded.data_bytes);
    let name = source.name().to_owned();
    let layout = Some(format.layout);
    let packet_bytes = Some(coded.promised_bytes);
    let known = Known { container: Some("wav"), layout, packet_bytes, notes: coded.notes, ..Known::default() };
    match (kind, format.tag) {
        (RiffKind::Wav, 0x0002 | 0x0011) => {
            coded::open(&name, Window::whole(source), Family::Wav, known, |_| TrackFacts::default())
        }
        (_, 0x0050 | 0x0055) => {
            let end = start.saturating_add(bytes).min(source.len());
            mpeg::open_frames(source, Family::Mpeg, start, end, known)
        }
        (_, tag) => Err(IoError::unsupported(&name, format!("holds {} in WAVE", codec_name(tag)))),
    }
}

fn whole(source: ByteSource, family: Family, known: Known) -> Result<Opened, IoError> {
    let name = source.name().to_owned();
    coded::open(&name, Window::whole(source), family, known, |_| TrackFacts::default())
}

fn container_mp4(mut source: ByteSource, has_type: bool) -> Result<Opened, IoError> {
    // Read before symphonia takes the source.
    let (tracks, patches) = mp4::tracks(&mut source)?;
    let cut = mp4::size_of_cut_data(&mut source)?;
    let name = source.name().to_owned();
    let lookup = |track| tracks.into_iter().find(|(id, _)| *id == track).map(|(_, facts)| facts).unwrap_or_default();
    let mut window = Window::whole(source);
    for (at, bytes) in patches.into_iter().chain(cut) {
        window = window.with_patch(at, bytes);
    }
    if !has_type {
        // The positions of the audio count from the start of the file, so nothing may be put in front.
        window = window.with_suffix(mp4::FILE_TYPE.to_vec());
    }
    coded::open(&name, window, Family::Mp4, Known::default(), lookup)
}

fn ogg(mut source: ByteSource, head: &[u8]) -> Result<Opened, IoError> {
    let holds = |magic: &[u8]| head.windows(magic.len()).any(|window| window == magic);
    let name = source.name();
    if holds(b"Speex   ") {
        return Err(IoError::unsupported(name, "is Ogg Speex, which is not supported"));
    }
    let pages = ogg_pages::scan(&mut source)?;
    let name = source.name().to_owned();
    if pages.end == 0 {
        return Err(IoError::damaged(&name, "is Ogg without an intact page"));
    }
    // Symphonia looks for the last page near the end of the file, and gives up where it finds none.
    let window = Window::new(source, Vec::new(), 0, pages.end);
    let known = Known { pages: Some(pages), ..Known::default() };
    coded::open(&name, window, Family::Ogg, known, |_| TrackFacts::default())
}

/// Handles files without a known magic number: MPEG audio after junk, or files to be named and refused.
fn other(mut source: ByteSource, head: &[u8]) -> Result<Opened, IoError> {
    if let Some(kind) = foreign(head) {
        return Err(IoError::unsupported(source.name(), format!("is {kind}, which is not supported")));
    }
    if !is_text(head)
        && let Some(found) = mpeg::search(&mut source)?
    {
        let notes = vec![format!("{found} bytes before the audio are not audio and were skipped")];
        source.skip_head(found);
        return mpeg::open(source, Family::Mpeg, notes);
    }
    let problem = if is_text(head) { "is text, not audio" } else { "is not an audio file in a known format" };
    let remedy = "give a WAV, AIFF, FLAC, MP3, MP4, CAF, Ogg, WebM or Matroska file";
    Err(IoError::new(IoErrorKind::NotAudio, source.name(), problem, remedy))
}

/// Returns the name of a file format that is often tried but not supported, by its magic number.
fn foreign(head: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 12] = [
        (b"\x30\x26\xb2\x75", "Windows Media Audio"),
        (b"DSD ", "DSD (DSF)"),
        (b"FRM8", "DSD (DSDIFF)"),
        (b"MAC ", "Monkey's Audio"),
        (b"wvpk", "WavPack"),
        (b"MPCK", "Musepack"),
        (b"TTA1", "True Audio"),
        (b"#!AMR", "AMR"),
        (b"MThd", "MIDI (notes, not audio)"),
        (b"\x89PNG", "a PNG picture"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"%PDF", "a PDF document"),
    ];
    match tag(head, 0) {
        b"RIFF" | b"RIFX" => Some("a RIFF file other than WAVE"),
        b"FORM" => Some("an IFF file other than AIFF"),
        _ => KINDS.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, kind)| *kind),
    }
}

/// Returns the four bytes at `at`, or an empty slice, which equals no tag.
fn tag(head: &[u8], at: usize) -> &[u8] {
    head.get(at..at + 4).unwrap_or(&[])
}

fn is_text(head: &[u8]) -> bool {
    let printable = |&byte: &u8| byte >= 0x20 && byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
    let whole = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(), // cut within a character
    };
    !head.is_empty() && whole && head.iter().all(printable)
}
