//! Facts about MP4 and QuickTime tracks that symphonia does not report: the trim, and the byte order of PCM.
//!
//! AAC encoders put about two thousand frames of priming before the audio and pad the last packet; the edit list
//! (ISO/IEC 14496-12, 8.6.6) or Apple's `iTunSMPB` tag states both. Only the boxes on the way to these facts are read,
//! each at most a few hundred bytes.

mod times;

use balanced_dsp::ChannelLayout;

use super::apple_layout;
use super::bytes::Fields;
use super::pcm::Endian;
use super::source::ByteSource;
use crate::IoError;

/// Frames to skip at the start and to keep after that, in ticks of the track's time scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Edit {
    /// Time scale of the track: ticks per second.
    pub(crate) timescale: u32,
    pub(crate) skip: u64,
    pub(crate) keep: Option<u64>,
}

/// Facts about one track.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TrackFacts {
    pub(crate) edit: Option<Edit>,
    /// Whether samples of `in24`, `in32`, `fl32` or `fl64` are big-endian: QuickTime's default, unless an `enda` atom
    /// says otherwise (QuickTime File Format, "Sound Sample Descriptions").
    pub(crate) big_endian: bool,
    /// Layout that the description of the samples names.
    pub(crate) layout: Option<ChannelLayout>,
    /// Whether the durations of the samples are means, for want of room for the true ones.
    pub(crate) has_mean_times: bool,
}

/// Bytes to show in place of others, and where.
pub(crate) type Patches = Vec<(u64, Vec<u8>)>;

/// A box: its type and the position of its payload.
#[derive(Clone, Copy, Debug)]
struct Atom {
    kind: [u8; 4],
    start: u64,
    end: u64,
}

/// Largest number of boxes read per parent, so that damaged files cannot prolong the search.
const MAX_ATOMS: usize = 4096;
/// Largest number of tracks read; the audio track is among the first.
const MAX_TRACKS: usize = 64;

/// Returns the facts about every track, by track id, and patches for tables that would take too long; files too damaged to
/// read have none.
pub(crate) fn tracks(source: &mut ByteSource) -> Result<(Vec<(u32, TrackFacts)>, Patches), IoError> {
    let (mut tracks, mut patches) = (Vec::new(), Vec::new());
    let root = Atom { kind: *b"root", start: 0, end: source.len() };
    let Some(moov) = child(source, root, *b"moov")? else { return Ok((tracks, patches)) };
    let mvhd = child(source, moov, *b"mvhd")?;
    let movie_scale = mvhd.map(|mvhd| header_time(source, mvhd)).transpose()?.map_or(0, |(scale, _)| scale);
    let traks = children(source, moov)?.into_iter().filter(|atom| atom.kind == *b"trak");
    for trak in traks.take(MAX_TRACKS) {
        let mut facts = TrackFacts::default();
        if let Some(times) = times_of(source, trak)? {
            facts.has_mean_times = times.are_means;
            patches.push(times.patch);
        }
        let (Some(id), Some(mdhd)) = (id(source, trak)?, descend(source, trak, &[*b"mdia", *b"mdhd"])?) else {
            continue;
        };
        describe(source, trak, &mut facts)?;
        let (timescale, duration) = header_time(source, mdhd)?;
        if timescale > 0 && movie_scale > 0 {
            facts.edit = match descend(source, trak, &[*b"edts", *b"elst"])? {
                Some(elst) => from_list(source, elst, timescale, duration, u64::from(movie_scale))?,
                None => from_itunes(source, moov, timescale)?,
            };
        }
        tracks.push((id, facts));
    }
    Ok((tracks, patches))
}

/// Returns whether a file whose first box is not `ftyp` is a movie, as QuickTime wrote them at first.
pub(crate) fn is_old_movie(source: &mut ByteSource) -> Result<bool, IoError> {
    let root = Atom { kind: *b"root", start: 0, end: source.len() };
    Ok(descend(source, root, &[*b"moov", *b"mvhd"])?.is_some())
}

/// The box that old movies lack: QuickTime, no version, compatible with itself.
pub(crate) const FILE_TYPE: &[u8] = b"\0\0\0\x14ftypqt  \0\0\0\0qt  ";

fn times_of(source: &mut ByteSource, trak: Atom) -> Result<Option<times::Times>, IoError> {
    match descend(source, trak, &[*b"mdia", *b"minf", *b"stbl", *b"stts"])? {
        Some(stts) => times::shortened(source, stts),
        None => Ok(None),
    }
}

/// Returns the size field that fits a media data box which is cut off, and its position; `None` if all boxes are whole.
///
/// Symphonia leaves out a box that ends behind its parent, and with it all audio of an upload that broke off.
pub(crate) fn size_of_cut_data(source: &mut ByteSource) -> Result<Option<(u64, Vec<u8>)>, IoError> {
    let len = source.len();
    let mut at = 0;
    for _ in 0..MAX_ATOMS {
        let mut head = [0; 16];
        let read = source.read_at(at, &mut head)?;
        if read < 8 {
            return Ok(None);
        }
        let fields = Fields::new(&head, Endian::Big);
        let is_wide = fields.u32(0) == 1;
        let size = if is_wide { fields.u64(8) } else { u64::from(fields.u32(0)) };
        let there = len - at;
        if size <= there && size >= 8 {
            at += size;
            continue;
        }
        let is_data = fields.array::<4>(4) == *b"mdat" && size > there;
        return Ok(is_data.then(|| match u32::try_from(there) {
            Ok(there) if !is_wide => (at, there.to_be_bytes().to_vec()),
            _ => (at + 8, there.to_be_bytes().to_vec()),
        }));
    }
    Ok(None)
}

/// Reads byte order and layout from the sample description.
///
/// PCM of some types is big-endian unless an `enda` atom says 1; a `chan` atom names the layout.
fn describe(source: &mut ByteSource, trak: Atom, facts: &mut TrackFacts) -> Result<(), IoError> {
    let Some(stsd) = descend(source, trak, &[*b"mdia", *b"minf", *b"stbl", *b"stsd"])? else { return Ok(()) };
    let mut bytes = [0; 512];
    let read = payload(source, stsd, &mut bytes)?.len();
    let description = &bytes[..read];
    let place = |tag: &[u8]| description.windows(4).position(|window| window == tag);
    // Layout: version, flags and number of entries; then the first entry with size and type.
    let kind: [u8; 4] = Fields::new(description, Endian::Big).array(12);
    if matches!(&kind, b"in24" | b"in32" | b"fl32" | b"fl64") {
        facts.big_endian = place(b"enda").is_none_or(|at| Fields::new(description, Endian::Big).u16(at + 4) == 0);
    }
    if let Some(at) = place(b"chan") {
        // Version and flags precede the layout.
        facts.layout = apple_layout::read(source, stsd.start + at as u64 + 8, 12)?;
    }
    Ok(())
}

fn from_list(
    source: &mut ByteSource,
    elst: Atom,
    timescale: u32,
    duration: u64,
    movie_scale: u64,
) -> Result<Option<Edit>, IoError> {
    let mut bytes = [0; 256];
    let fields = payload(source, elst, &mut bytes)?;
    let wide = fields.array::<1>(0) == [1];
    let entry = if wide { 20 } else { 12 };
    let fitting = fields.len().saturating_sub(8) / entry;
    for index in 0..fitting.min(fields.u32(4) as usize) {
        let at = 8 + index * entry;
        let (length, media_time) = if wide {
            (fields.u64(at), fields.u64(at + 8) as i64)
        } else {
            (u64::from(fields.u32(at)), i64::from(fields.u32(at + 4) as i32))
        };
        let Ok(skip) = u64::try_from(media_time) else { continue };
        return Ok(Some(Edit { timescale, skip, keep: keep(length, skip, timescale, duration, movie_scale) }));
    }
    Ok(None)
}

/// Returns the length of the edit in ticks of the track.
///
/// Ticks of the movie are often milliseconds. If the rest of the track is within one such tick of the edit's length,
/// the edit means the rest of the track.
fn keep(length: u64, skip: u64, timescale: u32, duration: u64, movie_scale: u64) -> Option<u64> {
    if length == 0 {
        return None;
    }
    let ticks = u128::from(length) * u128::from(timescale);
    let scaled = u64::try_from((ticks + u128::from(movie_scale / 2)) / u128::from(movie_scale)).ok()?;
    let rest = duration.saturating_sub(skip);
    let tick = u64::from(timescale).div_ceil(movie_scale);
    Some(if rest.abs_diff(scaled) <= tick { rest } else { scaled })
}

/// Reads the trim from `iTunSMPB`: a free-form tag of hexadecimal numbers: 0, delay, padding, length.
fn from_itunes(source: &mut ByteSource, moov: Atom, timescale: u32) -> Result<Option<Edit>, IoError> {
    let Some(mut meta) = descend(source, moov, &[*b"udta", *b"meta"])? else { return Ok(None) };
    meta.start += 4; // version and flags
    let Some(ilst) = child(source, meta, *b"ilst")? else { return Ok(None) };
    for tag in children(source, ilst)?.into_iter().filter(|atom| atom.kind == *b"----") {
        let mut bytes = [0; 512];
        let read = payload(source, tag, &mut bytes)?.len();
        let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
        let Some(at) = text.find("iTunSMPB") else { continue };
        let Some(values) = text[at..].find(" 00000000 ").map(|offset| &text[at + offset..]) else { continue };
        let numbers: Vec<u64> =
            values.split_ascii_whitespace().skip(1).map_while(|word| u64::from_str_radix(word, 16).ok()).collect();
        if let [skip, _padding, keep, ..] = numbers[..] {
            return Ok(Some(Edit { timescale, skip, keep: (keep > 0).then_some(keep) }));
        }
    }
    Ok(None)
}

/// Reads time scale and duration from `mvhd` or `mdhd`.
fn header_time(source: &mut ByteSource, atom: Atom) -> Result<(u32, u64), IoError> {
    let mut bytes = [0; 32];
    let fields = payload(source, atom, &mut bytes)?;
    Ok(if fields.array::<1>(0) == [1] {
        (fields.u32(20), fields.u64(24))
    } else {
        (fields.u32(12), u64::from(fields.u32(16)))
    })
}

fn id(source: &mut ByteSource, trak: Atom) -> Result<Option<u32>, IoError> {
    let Some(tkhd) = child(source, trak, *b"tkhd")? else { return Ok(None) };
    let mut bytes = [0; 24];
    let fields = payload(source, tkhd, &mut bytes)?;
    Ok(Some(if fields.array::<1>(0) == [1] { fields.u32(20) } else { fields.u32(12) }))
}

fn payload<'a>(source: &mut ByteSource, atom: Atom, bytes: &'a mut [u8]) -> Result<Fields<'a>, IoError> {
    let wanted = (atom.end - atom.start).min(bytes.len() as u64) as usize;
    let read = source.read_at(atom.start, &mut bytes[..wanted])?;
    Ok(Fields::new(&bytes[..read], Endian::Big))
}

fn descend(source: &mut ByteSource, mut atom: Atom, path: &[[u8; 4]]) -> Result<Option<Atom>, IoError> {
    for &kind in path {
        match child(source, atom, kind)? {
            Some(inner) => atom = inner,
            None => return Ok(None),
        }
    }
    Ok(Some(atom))
}

fn child(source: &mut ByteSource, parent: Atom, kind: [u8; 4]) -> Result<Option<Atom>, IoError> {
    Ok(children(source, parent)?.into_iter().find(|atom| atom.kind == kind))
}

fn children(source: &mut ByteSource, parent: Atom) -> Result<Vec<Atom>, IoError> {
    let mut atoms = Vec::new();
    let mut at = parent.start;
    while atoms.len() < MAX_ATOMS && at.saturating_add(8) <= parent.end {
        let mut head = [0; 16];
        let read = source.read_at(at, &mut head)?;
        let fields = Fields::new(&head[..read], Endian::Big);
        let (header, size) = match fields.u32(0) {
            0 => (8, parent.end - at),
            1 => (16, fields.u64(8)),
            size => (8, u64::from(size)),
        };
        let end = at.saturating_add(size).min(parent.end);
        if size < header || at + header > end {
            break;
        }
        atoms.push(Atom { kind: fields.array(4), start: at + header, end });
        at = end;
    }
    Ok(atoms)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
        let payload = parts.concat();
        [&(payload.len() as u32 + 8).to_be_bytes(), kind.as_slice(), &payload].concat()
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    fn track(edits: &[u8]) -> Vec<u8> {
        let mdhd = atom(b"mdhd", &[&words(&[0, 0, 0, 44_100, 50_000, 0])]);
        let tkhd = atom(b"tkhd", &[&words(&[0, 0, 0, 7, 0])]);
        atom(b"trak", &[&tkhd, edits, &atom(b"mdia", &[&mdhd])])
    }

    fn edits_of(parts: &[&[u8]]) -> Vec<(u32, Option<Edit>)> {
        let mvhd = atom(b"mvhd", &[&words(&[0, 0, 0, 1000, 1134, 0])]);
        let file = [atom(b"ftyp", &[b"M4A "]), atom(b"moov", &[&[mvhd.as_slice()], parts].concat())].concat();
        let mut source = ByteSource::new("x".into(), Box::new(std::io::Cursor::new(file))).unwrap();
        tracks(&mut source).unwrap().0.into_iter().map(|(id, facts)| (id, facts.edit)).collect()
    }

    #[test]
    fn coarse_movie_ticks_do_not_shorten_the_track() {
        assert_eq!(keep(1000, 1024, 44_100, 45_124, 1000), Some(44_100));
        assert_eq!(keep(1001, 1024, 44_100, 45_124, 1000), Some(44_100));
        assert_eq!(keep(500, 1024, 44_100, 45_124, 1000), Some(22_050));
        assert_eq!(keep(0, 1024, 44_100, 45_124, 1000), None);
    }

    #[test]
    fn the_edit_list_counts_and_empty_edits_are_passed() {
        let list = atom(b"elst", &[&words(&[0, 2, 300, u32::MAX, 1 << 16, 500, 2112, 1 << 16])]);
        let edit = Edit { timescale: 44_100, skip: 2112, keep: Some(22_050) };
        assert_eq!(edits_of(&[&track(&atom(b"edts", &[&list]))]), [(7, Some(edit))]);
        assert_eq!(edits_of(&[&track(&[])]), [(7, None)]);
    }

    #[test]
    fn the_tag_of_itunes_counts_where_there_is_no_list() {
        let text = b" 00000000 00000840 000001CA 00000000000ABCDE 00000000 00000000";
        let tag = atom(
            b"----",
            &[
                &atom(b"mean", &[&words(&[0]), b"com.apple.iTunes"]),
                &atom(b"name", &[&words(&[0]), b"iTunSMPB"]),
                &atom(b"data", &[&words(&[1, 0]), text]),
            ],
        );
        let other = atom(b"----", &[&atom(b"name", &[&words(&[0]), b"iTunNORM"])]);
        let meta = atom(b"meta", &[&words(&[0]), &atom(b"ilst", &[&other, &tag])]);
        let edit = Edit { timescale: 44_100, skip: 0x840, keep: Some(0xabcde) };
        assert_eq!(edits_of(&[&track(&[]), &atom(b"udta", &[&meta])]), [(7, Some(edit))]);
    }
}
