//! The broadcast extension chunk `bext` (EBU Tech 3285 v2, section 2.3).

use balanced_model::{Broadcast, DeclaredLoudness};

use super::source::{Cut, text};

/// Bytes of the text fields.
pub(crate) const DESCRIPTION_BYTES: usize = 256;
pub(crate) const ORIGINATOR_BYTES: usize = 32;
const DATE_BYTES: usize = 10;
const TIME_BYTES: usize = 8;
const UMID_BYTES: usize = 64;
/// Bytes of a UMID without its source pack.
const BASIC_UMID_BYTES: usize = 32;
const RESERVED_BYTES: usize = 180;
/// Field value for "not measured".
const UNSET: i16 = 0x7fff;

/// Reads the payload of a chunk; `None` if it is too short.
pub(crate) fn read(payload: &[u8]) -> Option<Broadcast> {
    let mut cut = Cut(payload);
    let description = text(cut.bytes(DESCRIPTION_BYTES)?);
    let originator = text(cut.bytes(ORIGINATOR_BYTES)?);
    let originator_reference = text(cut.bytes(ORIGINATOR_BYTES)?);
    let origination_date = text(cut.bytes(DATE_BYTES)?);
    let origination_time = text(cut.bytes(TIME_BYTES)?);
    let time_reference = u64::from_le_bytes(cut.array()?);
    let version = cut.u16_le()?;
    let umid = cut.bytes(UMID_BYTES).unwrap_or(&[]);
    let loudness: [u8; 10] = cut.array().unwrap_or_default();
    cut.bytes(RESERVED_BYTES);
    Some(Broadcast {
        description,
        originator,
        originator_reference,
        origination_date,
        origination_time,
        // More than 2^63 frames are six million years.
        time_reference_frames: i64::try_from(time_reference).map_or(0, i64::unsigned_abs),
        umid: if version >= 1 { umid_text(umid) } else { None },
        loudness: if version >= 2 { declared(&loudness) } else { None },
        coding_history: lines(&text(cut.0)),
    })
}

/// Encodes the payload of a version 2 chunk; the loudness stays unset until it is measured.
pub(crate) fn payload(broadcast: &Broadcast) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut field = |text: &str, size: usize| {
        let text = super::source::shortened(text, size);
        bytes.extend_from_slice(text.as_bytes());
        bytes.resize(bytes.len() + size - text.len(), 0);
    };
    field(&broadcast.description, DESCRIPTION_BYTES);
    field(&broadcast.originator, ORIGINATOR_BYTES);
    field(&broadcast.originator_reference, ORIGINATOR_BYTES);
    field(&broadcast.origination_date, DATE_BYTES);
    field(&broadcast.origination_time, TIME_BYTES);
    bytes.extend_from_slice(&broadcast.time_reference_frames.to_le_bytes());
    bytes.extend_from_slice(&2u16.to_le_bytes());
    let mut umid = broadcast.umid.as_deref().and_then(umid_bytes).unwrap_or_default();
    umid.resize(UMID_BYTES, 0);
    bytes.extend_from_slice(&umid);
    bytes.extend_from_slice(&UNSET.to_le_bytes().repeat(5));
    bytes.resize(bytes.len() + RESERVED_BYTES, 0);
    for line in broadcast.coding_history.lines() {
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

/// Returns the lines of a coding history without empty ones.
pub(crate) fn lines(history: &str) -> String {
    let lines: Vec<&str> = history.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

fn umid_text(umid: &[u8]) -> Option<String> {
    let is_set = |bytes: &[u8]| bytes.iter().any(|byte| *byte != 0);
    let used = if is_set(umid.get(BASIC_UMID_BYTES..)?) { umid } else { &umid[..BASIC_UMID_BYTES] };
    is_set(used).then(|| used.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Decodes a UMID from hex; `None` if it is none of 32 or 64 bytes.
pub(crate) fn umid_bytes(hex: &str) -> Option<Vec<u8>> {
    let hex = hex.strip_prefix("0x").or_else(|| hex.strip_prefix("0X")).unwrap_or(hex);
    if !matches!(hex.len(), 64 | 128) || !hex.is_ascii() {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect()
}

fn declared(bytes: &[u8; 10]) -> Option<DeclaredLoudness> {
    let value = |index: usize| {
        let hundredths = i16::from_le_bytes([bytes[2 * index], bytes[2 * index + 1]]);
        (hundredths != UNSET).then(|| f64::from(hundredths) / 100.0)
    };
    let declared = DeclaredLoudness {
        integrated_lufs: value(0),
        range_lu: value(1),
        max_true_peak_dbtp: value(2),
        max_momentary_lufs: value(3),
        max_short_term_lufs: value(4),
    };
    // Writers that do not know the fields leave zeros there.
    (bytes.iter().any(|byte| *byte != 0) && declared != DeclaredLoudness::default()).then_some(declared)
}
