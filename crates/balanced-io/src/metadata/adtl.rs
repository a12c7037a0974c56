//! Cue points and their labels: the chunks `cue ` and `LIST` of type `adtl` (Multimedia Programming Interface 1.0).

use balanced_model::Marker;

use super::MAX_ITEMS;
use super::source::{Cut, text};

/// Markers as they are gathered from both chunks.
#[derive(Default)]
pub(crate) struct Cues {
    points: Vec<(u32, u32)>,
    labels: Vec<(u32, String)>,
    notes: Vec<(u32, String)>,
    regions: Vec<(u32, u32, String)>,
}

impl Cues {
    /// Reads the payload of a `cue ` chunk.
    pub(crate) fn read_points(&mut self, payload: &[u8]) {
        let mut cut = Cut(payload);
        let count = cut.u32_le().unwrap_or(0) as usize;
        for _ in 0..count.min(MAX_ITEMS) {
            let Some(point) = cut.bytes(24) else { break };
            let mut point = Cut(point);
            let id = point.u32_le().unwrap_or(0);
            point.bytes(16);
            self.points.push((id, point.u32_le().unwrap_or(0)));
        }
    }

    /// Reads the payload of a `LIST` chunk behind its type.
    pub(crate) fn read_list(&mut self, payload: &[u8]) {
        let mut cut = Cut(payload);
        for _ in 0..3 * MAX_ITEMS {
            let (Some(kind), Some(size)) = (cut.array::<4>(), cut.u32_le()) else { break };
            let held = (size as usize).min(cut.0.len());
            let mut item = Cut(cut.bytes(held).unwrap_or(&[]));
            if size % 2 == 1 {
                cut.bytes(1);
            }
            let Some(id) = item.u32_le() else { continue };
            match &kind {
                b"labl" => self.labels.push((id, text(item.0))),
                b"note" => self.notes.push((id, text(item.0))),
                b"ltxt" => {
                    let Some(length) = item.u32_le() else { continue };
                    item.bytes(12);
                    self.regions.push((id, length, text(item.0)));
                }
                _ => {}
            }
        }
    }

    /// Returns the markers by position.
    pub(crate) fn markers(self) -> Vec<Marker> {
        let by_id = |list: Vec<(u32, String)>| list.into_iter().collect::<std::collections::HashMap<_, _>>();
        let (mut labels, mut notes) = (by_id(self.labels), by_id(self.notes));
        let mut regions: std::collections::HashMap<_, _> =
            self.regions.into_iter().map(|(id, length, text)| (id, (length, text))).collect();
        let mut markers: Vec<Marker> = Vec::new();
        for (id, position) in self.points {
            let (length, text) = regions.remove(&id).unwrap_or_default();
            markers.push(Marker {
                position_frames: u64::from(position),
                length_frames: (length > 0).then(|| u64::from(length)),
                label: labels.remove(&id).filter(|label| !label.is_empty()).unwrap_or(text),
                note: notes.remove(&id).unwrap_or_default(),
            });
        }
        markers.sort_by_key(|marker| marker.position_frames);
        markers
    }
}

/// Encodes the payload of the `cue ` chunk; positions must fit 32 bits.
pub(crate) fn points(markers: &[Marker]) -> Vec<u8> {
    let mut bytes = (markers.len() as u32).to_le_bytes().to_vec();
    for (id, marker) in (1u32..).zip(markers) {
        let position = (marker.position_frames as u32).to_le_bytes();
        bytes.extend_from_slice(&id.to_le_bytes());
        bytes.extend_from_slice(&position);
        bytes.extend_from_slice(b"data\0\0\0\0\0\0\0\0");
        bytes.extend_from_slice(&position);
    }
    bytes
}

/// Encodes the payload of the `LIST` chunk with labels, notes and lengths; empty if there are none.
pub(crate) fn list(markers: &[Marker]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (id, marker) in (1u32..).zip(markers) {
        if !marker.label.is_empty() {
            push(&mut bytes, b"labl", &[&id.to_le_bytes(), marker.label.as_bytes(), b"\0"]);
        }
        if !marker.note.is_empty() {
            push(&mut bytes, b"note", &[&id.to_le_bytes(), marker.note.as_bytes(), b"\0"]);
        }
        if let Some(length) = marker.length_frames {
            let length = (length as u32).to_le_bytes();
            push(&mut bytes, b"ltxt", &[&id.to_le_bytes(), &length, b"rgn ", &[0; 8]]);
        }
    }
    if bytes.is_empty() { bytes } else { [b"adtl".to_vec(), bytes].concat() }
}

fn push(bytes: &mut Vec<u8>, kind: &[u8; 4], parts: &[&[u8]]) {
    let payload = parts.concat();
    bytes.extend_from_slice(kind);
    bytes.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&payload);
    if payload.len() % 2 == 1 {
        bytes.push(0);
    }
}
