//! Fields of metadata, and the outcome of each.

use balanced_model::{FieldOutcome, Metadata, MetadataField};

/// Fields of metadata, each with what became of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetadataFields(Vec<MetadataField>);

impl MetadataFields {
    /// Lists every field that `metadata` has, as kept.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Self {
        let fields = names(metadata).into_iter();
        Self(fields.map(|field| MetadataField { field, outcome: FieldOutcome::Kept, note: None }).collect())
    }

    /// Records what became of a field; what was recorded as dropped stays so unless it is set, and notes
    /// add up.
    pub fn mark(&mut self, field: &str, outcome: FieldOutcome, note: impl Into<String>) {
        let note = note.into();
        let index = self.0.iter().position(|known| known.field == field).unwrap_or_else(|| {
            self.0.push(MetadataField { field: field.to_owned(), outcome, note: None });
            self.0.len() - 1
        });
        let known = &mut self.0[index];
        if outcome == FieldOutcome::Set {
            known.note = None;
        }
        if known.outcome != FieldOutcome::Dropped || outcome == FieldOutcome::Set {
            known.outcome = outcome;
        }
        let is_new = !note.is_empty() && !known.note.as_deref().is_some_and(|told| told.contains(&note));
        if is_new {
            known.note = Some(known.note.take().map_or(note.clone(), |told| format!("{told}; {note}")));
        }
    }

    /// Records that something was dropped.
    pub fn drop(&mut self, field: &str, note: impl Into<String>) {
        self.mark(field, FieldOutcome::Dropped, note);
    }

    /// Records that everything was dropped.
    pub fn drop_all(&mut self, note: &str) {
        for field in &mut self.0 {
            (field.outcome, field.note) = (FieldOutcome::Dropped, Some(note.to_owned()));
        }
    }

    /// Records that something was changed.
    pub fn map(&mut self, field: &str, note: impl Into<String>) {
        self.mark(field, FieldOutcome::Mapped, note);
    }

    /// Takes over what another list tells of the same fields, as far as it is not that they were kept.
    pub fn follow(&mut self, other: Self) {
        for field in other.0.into_iter().filter(|field| field.outcome != FieldOutcome::Kept) {
            self.mark(&field.field, field.outcome, field.note.unwrap_or_default());
        }
    }

    /// Returns the list.
    #[must_use]
    pub fn into_vec(self) -> Vec<MetadataField> {
        self.0
    }

    /// Borrows the list.
    #[must_use]
    pub fn as_slice(&self) -> &[MetadataField] {
        &self.0
    }
}

/// Returns the names of the fields that metadata has.
fn names(metadata: &Metadata) -> Vec<String> {
    let broadcast = metadata.broadcast.clone().unwrap_or_default();
    let present = [
        ("title", metadata.title.is_some()),
        ("artists", !metadata.artists.is_empty()),
        ("album", metadata.album.is_some()),
        ("album_artists", !metadata.album_artists.is_empty()),
        ("track_number", metadata.track_number.is_some()),
        ("track_total", metadata.track_total.is_some()),
        ("disc_number", metadata.disc_number.is_some()),
        ("disc_total", metadata.disc_total.is_some()),
        ("isrc", metadata.isrc.is_some()),
        ("upc", metadata.upc.is_some()),
        ("date", metadata.date.is_some()),
        ("genres", !metadata.genres.is_empty()),
        ("comments", !metadata.comments.is_empty()),
        ("pictures", !metadata.pictures.is_empty()),
        ("broadcast.description", !broadcast.description.is_empty()),
        ("broadcast.originator", !broadcast.originator.is_empty()),
        ("broadcast.originator_reference", !broadcast.originator_reference.is_empty()),
        ("broadcast.origination_date", !broadcast.origination_date.is_empty()),
        ("broadcast.origination_time", !broadcast.origination_time.is_empty()),
        ("broadcast.time_reference", metadata.broadcast.is_some()),
        ("broadcast.umid", broadcast.umid.is_some()),
        ("broadcast.loudness", broadcast.loudness.is_some()),
        ("broadcast.coding_history", !broadcast.coding_history.is_empty()),
        ("ixml", metadata.ixml.is_some()),
        ("axml", metadata.axml.is_some()),
        ("chna", metadata.chna.is_some()),
        ("markers", !metadata.markers.is_empty()),
        ("loops", !metadata.loops.is_empty()),
        ("instrument", metadata.instrument.is_some()),
    ];
    let fixed = present.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name.to_owned());
    fixed.chain(metadata.other.keys().map(|name| format!("other.{name}"))).collect()
}
