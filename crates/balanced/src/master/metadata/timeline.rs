//! Positions of metadata in a master that is trimmed or has another sample rate.

use std::ops::Range;

use balanced_io::MetadataFields;
use balanced_model::{Marker, Metadata, SampleLoop};

/// Part of a mix that a master keeps, at the master's rate.
pub(crate) struct Timeline {
    /// Frames of the mix that are kept.
    pub(crate) kept: Range<u64>,
    /// Frames of the mix.
    pub(crate) mix_frames: u64,
    pub(crate) mix_rate_hz: f64,
    pub(crate) master_rate_hz: f64,
}

impl Timeline {
    /// Moves every position; what lies outside the kept part is dropped.
    pub(crate) fn move_all(&self, metadata: &mut Metadata, fields: &mut MetadataFields) {
        if self.kept == (0..self.mix_frames) && self.mix_rate_hz == self.master_rate_hz {
            return;
        }
        if let Some(broadcast) = &mut metadata.broadcast {
            let start = broadcast.time_reference_frames.saturating_add(self.kept.start);
            broadcast.time_reference_frames = self.at_rate(start).min(i64::MAX as u64);
            fields.map("broadcast.time_reference", "moved to the start and the sample rate of the master");
        }
        let (markers, loops) = (metadata.markers.len(), metadata.loops.len());
        metadata.markers = metadata.markers.drain(..).filter_map(|marker| self.marker(marker)).collect();
        metadata.loops = metadata.loops.drain(..).filter_map(|entry| self.entry(entry)).collect();
        tell(fields, "markers", markers, metadata.markers.len());
        tell(fields, "loops", loops, metadata.loops.len());
    }

    /// Returns a number of frames of the mix at the master's rate.
    fn at_rate(&self, frames: u64) -> u64 {
        if self.mix_rate_hz == self.master_rate_hz {
            return frames;
        }
        (frames as f64 * (self.master_rate_hz / self.mix_rate_hz)).round() as u64
    }

    /// Returns a position of the mix in the master, if it is kept; the end of the audio is a position too.
    fn position(&self, frame: u64) -> Option<u64> {
        (self.kept.start..=self.kept.end).contains(&frame).then(|| self.at_rate(frame - self.kept.start))
    }

    /// Moves a marker; of a region the part that is kept stays.
    fn marker(&self, marker: Marker) -> Option<Marker> {
        let Some(length) = marker.length_frames else {
            return Some(Marker { position_frames: self.position(marker.position_frames)?, ..marker });
        };
        let start = marker.position_frames.max(self.kept.start);
        let end = marker.position_frames.saturating_add(length).min(self.kept.end);
        if start >= end {
            return None;
        }
        let position_frames = self.position(start)?;
        let length_frames = Some(self.position(end)?.saturating_sub(position_frames)).filter(|length| *length > 0);
        Some(Marker { position_frames, length_frames, ..marker })
    }

    /// Moves a loop that is kept as a whole: a part of it would be another loop.
    fn entry(&self, entry: SampleLoop) -> Option<SampleLoop> {
        let (start_frame, end_frame) = (self.position(entry.start_frame)?, self.position(entry.end_frame)?);
        (start_frame < end_frame).then_some(SampleLoop { start_frame, end_frame, ..entry })
    }
}

fn tell(fields: &mut MetadataFields, field: &str, before: usize, after: usize) {
    match (before, after) {
        (0, _) => {}
        (_, 0) => fields.drop(field, "all lie outside the part that is kept"),
        (before, after) if after < before => {
            let lost = before - after;
            fields.map(field, format!("moved; {lost} of {before} lie outside the part that is kept and were dropped"));
        }
        _ => fields.map(field, "moved to the start and the sample rate of the master"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_model::{Broadcast, LoopDirection};

    fn moved(kept: Range<u64>, master_rate_hz: f64) -> Metadata {
        let marker = |position_frames, length_frames| Marker { position_frames, length_frames, ..Marker::default() };
        let entry = |start_frame, end_frame| SampleLoop {
            start_frame,
            end_frame,
            direction: LoopDirection::Forward,
            plays: None,
        };
        let mut metadata = Metadata {
            markers: vec![marker(0, None), marker(500, Some(1000)), marker(2000, None), marker(3000, Some(10))],
            loops: vec![entry(900, 1000), entry(1000, 2000)],
            broadcast: Some(Broadcast { time_reference_frames: 48_000, ..Broadcast::default() }),
            ..Metadata::default()
        };
        let timeline = Timeline { kept, mix_frames: 4000, mix_rate_hz: 48_000.0, master_rate_hz };
        timeline.move_all(&mut metadata, &mut MetadataFields::default());
        metadata
    }

    #[test]
    fn what_is_kept_moves_and_what_is_cut_goes() {
        let metadata = moved(1000..2000, 24_000.0);
        let markers: Vec<_> = metadata.markers.iter().map(|m| (m.position_frames, m.length_frames)).collect();
        // The region's second half, at the start; the point at the very end; at half the rate.
        assert_eq!(markers, [(0, Some(250)), (500, None)]);
        let loops: Vec<_> = metadata.loops.iter().map(|l| (l.start_frame, l.end_frame)).collect();
        assert_eq!(loops, [(0, 500)]);
        assert_eq!(metadata.broadcast.unwrap().time_reference_frames, 24_500);
    }

    #[test]
    fn nothing_moves_in_a_whole_master_at_the_rate_of_its_mix() {
        let metadata = moved(0..4000, 48_000.0);
        assert_eq!((metadata.markers.len(), metadata.loops.len()), (4, 2));
        assert_eq!(metadata.broadcast.unwrap().time_reference_frames, 48_000);
    }
}
