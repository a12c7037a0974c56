//! Loudness in the broadcast extension chunk of a WAV file (EBU Tech 3285 v2, section 2.3).

use std::fs::OpenOptions;
use std::io::{self, SeekFrom};
use std::path::Path;

use super::Medium;
use crate::{IoError, IoErrorKind};

/// Size of a version 2 chunk without coding history.
const BEXT_BYTES: usize = 602;
/// Position of the version and of the five loudness fields in the chunk.
const VERSION_AT: usize = 346;
const LOUDNESS_AT: usize = 412;
/// Field value for "not measured".
const UNSET: i16 = 0x7fff;

/// Loudness fields of a version 2 `bext` chunk; `None` is written as "not measured".
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BroadcastLoudness {
    /// Integrated loudness, LUFS.
    pub integrated_lufs: Option<f64>,
    /// Loudness range, LU.
    pub range_lu: Option<f64>,
    /// Highest true peak, dBTP.
    pub max_true_peak_dbtp: Option<f64>,
    /// Highest momentary loudness, LUFS.
    pub max_momentary_lufs: Option<f64>,
    /// Highest short-term loudness, LUFS.
    pub max_short_term_lufs: Option<f64>,
}

/// Writes loudness values into the `bext` chunk of the WAV file at `path`, or appends a new chunk.
///
/// The audio is not touched, and the file is a valid WAV at every moment.
///
/// # Errors
/// Returns an error if the file is not a WAV (or RF64) that ends with its last chunk, if the new chunk would make it
/// exceed 4 GiB, or if it cannot be written.
pub fn write_broadcast_loudness(path: impl AsRef<Path>, loudness: &BroadcastLoudness) -> Result<(), IoError> {
    let path = path.as_ref();
    let name = path.display().to_string();
    let failed = |error: io::Error| IoError::writing(&name, &error);
    let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(failed)?;
    write_broadcast_loudness_in(&mut file, &name, loudness)
}

/// Writes loudness values into the WAV file in `file`, as [`write_broadcast_loudness`] does; errors call it `name`.
///
/// # Errors
/// Returns the errors of [`write_broadcast_loudness`].
pub fn write_broadcast_loudness_in(
    file: &mut dyn Medium,
    name: &str,
    loudness: &BroadcastLoudness,
) -> Result<(), IoError> {
    let failed = |error: io::Error| IoError::writing(name, &error);
    let Some(layout) = survey(file).map_err(failed)? else {
        let problem = "is not a WAV that a broadcast chunk can be added to";
        return Err(IoError::new(IoErrorKind::Unsupported, name, problem, "write it again with this program"));
    };
    match layout.bext {
        Some(at) => update(file, at, loudness).map_err(failed),
        None => append(file, &layout, loudness).map_err(failed),
    }
}

/// Positions of the relevant chunks of a file.
struct Layout {
    rf64: bool,
    /// End of the last chunk.
    end: u64,
    /// Position of the payload of a `bext` chunk that is long enough.
    bext: Option<u64>,
}

fn survey(file: &mut dyn Medium) -> io::Result<Option<Layout>> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut head = [0; 12];
    file.rewind()?;
    if length < 12 || file.read_exact(&mut head).is_err() || &head[8..] != b"WAVE" {
        return Ok(None);
    }
    let rf64 = match &head[..4] {
        b"RIFF" => false,
        b"RF64" => true,
        _ => return Ok(None),
    };
    let (mut at, mut data_bytes, mut bext) = (12, None, None);
    while at + 8 <= length {
        let mut chunk = [0; 8];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut chunk)?;
        let mut size = u64::from(u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]));
        match &chunk[..4] {
            b"ds64" => {
                let mut sizes = [0; 16];
                file.read_exact(&mut sizes)?;
                data_bytes = sizes[8..].try_into().ok().map(u64::from_le_bytes);
            }
            b"data" if size == u64::from(u32::MAX) => size = data_bytes.unwrap_or(u64::MAX),
            b"bext" if size >= BEXT_BYTES as u64 => bext = Some(at + 8),
            _ => {}
        }
        let Some(next) = size.checked_next_multiple_of(2).and_then(|size| size.checked_add(at + 8)) else {
            return Ok(None);
        };
        at = next;
    }
    Ok((at == length).then_some(Layout { rf64, end: at, bext }))
}

fn update(file: &mut dyn Medium, at: u64, loudness: &BroadcastLoudness) -> io::Result<()> {
    file.seek(SeekFrom::Start(at + LOUDNESS_AT as u64))?;
    file.write_all(&fields(loudness))?;
    file.seek(SeekFrom::Start(at + VERSION_AT as u64))?;
    file.write_all(&2u16.to_le_bytes())
}

/// Appends a chunk first and updates the sizes after it: until then the chunk is trailing data, which is legal.
fn append(file: &mut dyn Medium, layout: &Layout, loudness: &BroadcastLoudness) -> io::Result<()> {
    let mut chunk = b"bext".to_vec();
    chunk.extend_from_slice(&(BEXT_BYTES as u32).to_le_bytes());
    chunk.resize(8 + BEXT_BYTES, 0);
    chunk[8 + VERSION_AT..][..2].copy_from_slice(&2u16.to_le_bytes());
    chunk[8 + LOUDNESS_AT..][..10].copy_from_slice(&fields(loudness));
    let riff_bytes = layout.end + chunk.len() as u64 - 8;
    if !layout.rf64 && riff_bytes >= u64::from(u32::MAX) {
        return Err(io::Error::from(io::ErrorKind::FileTooLarge));
    }
    file.seek(SeekFrom::Start(layout.end))?;
    file.write_all(&chunk)?;
    if layout.rf64 {
        file.seek(SeekFrom::Start(20))?;
        return file.write_all(&riff_bytes.to_le_bytes());
    }
    file.seek(SeekFrom::Start(4))?;
    file.write_all(&(riff_bytes as u32).to_le_bytes())
}

/// Encodes integrated loudness, range, true peak, momentary and short-term loudness, in hundredths.
fn fields(loudness: &BroadcastLoudness) -> [u8; 10] {
    let values = [
        loudness.integrated_lufs,
        loudness.range_lu,
        loudness.max_true_peak_dbtp,
        loudness.max_momentary_lufs,
        loudness.max_short_term_lufs,
    ];
    let mut bytes = [0; 10];
    for (slot, value) in bytes.as_chunks_mut::<2>().0.iter_mut().zip(values) {
        let hundredths = value.map(|value| (value * 100.0).round()).filter(|value| value.abs() < f64::from(UNSET));
        *slot = hundredths.map_or(UNSET, |value| value as i16).to_le_bytes();
    }
    bytes
}
