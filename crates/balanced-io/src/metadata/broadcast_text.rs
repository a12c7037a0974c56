//! Broadcast data as text fields, under the names that ffmpeg gives them, for files that have no `bext` chunk.

use balanced_model::{Broadcast, Metadata};

use super::bext;

const DESCRIPTION: &str = "DESCRIPTION";
/// Fields that only a broadcast extension has.
const MARKS: [&str; 7] = [
    "ORIGINATOR",
    "ORIGINATOR_REFERENCE",
    "ORIGINATION_DATE",
    "ORIGINATION_TIME",
    "TIME_REFERENCE",
    "UMID",
    "CODING_HISTORY",
];

/// Returns the text fields of a broadcast extension; the time reference is always among them.
pub(crate) fn listed(broadcast: &Broadcast) -> Vec<(String, String)> {
    let time_reference = broadcast.time_reference_frames.to_string();
    let umid = broadcast.umid.clone().unwrap_or_default();
    let values = [
        (DESCRIPTION, &broadcast.description),
        (MARKS[0], &broadcast.originator),
        (MARKS[1], &broadcast.originator_reference),
        (MARKS[2], &broadcast.origination_date),
        (MARKS[3], &broadcast.origination_time),
        (MARKS[4], &time_reference),
        (MARKS[5], &umid),
        (MARKS[6], &broadcast.coding_history),
    ];
    values
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| ((*name).to_owned(), (*value).clone()))
        .collect()
}

/// Gathers the text fields of a broadcast extension, if there are any and the file has no other.
pub(crate) fn gather(metadata: &mut Metadata) {
    if metadata.broadcast.is_some() || !MARKS.iter().any(|mark| metadata.other.contains_key(*mark)) {
        return;
    }
    // Several descriptions are possible: the others are no part of the extension.
    let description = metadata.other.get_mut(DESCRIPTION).map(|values| values.remove(0));
    metadata.other.retain(|_, values| !values.is_empty());
    let mut take = |name: &str| metadata.other.remove(name).and_then(|values| values.into_iter().next());
    let mut broadcast = Broadcast {
        description: description.unwrap_or_default(),
        originator: take(MARKS[0]).unwrap_or_default(),
        originator_reference: take(MARKS[1]).unwrap_or_default(),
        origination_date: take(MARKS[2]).unwrap_or_default(),
        origination_time: take(MARKS[3]).unwrap_or_default(),
        umid: take(MARKS[5]).filter(|hex| bext::umid_bytes(hex).is_some()).map(|hex| hex.to_lowercase()),
        coding_history: bext::lines(&take(MARKS[6]).unwrap_or_default()),
        ..Broadcast::default()
    };
    let time_reference = take(MARKS[4]).and_then(|text| text.parse::<i64>().ok());
    broadcast.time_reference_frames = time_reference.map_or(0, |frames| frames.max(0).unsigned_abs());
    metadata.broadcast = Some(broadcast);
}
