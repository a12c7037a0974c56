//! Tables of sample times (`stts`; ISO/IEC 14496-12, 8.6.1.2) that are too long to be searched for every sample.
//!
//! Symphonia adds up the table from its start for each sample, so that a million entries take hours. Here they are told in
//! few: neighbours of equal duration as one, and where that does not suffice, all but the last as their mean. The sum, by
//! which the length of the track goes, stays.

use super::{Atom, Fields, payload};
use crate::IoError;
use crate::decode::pcm::Endian;
use crate::decode::source::ByteSource;

/// Entries up to which a table is searched without delay.
const FEW: usize = 512;
/// Bytes of an entry: number of samples, and the duration of each.
const ENTRY_BYTES: usize = 8;
/// Entries read at a time.
const CHUNK_ENTRIES: usize = 1 << 13;

/// A table in few entries.
pub(super) struct Times {
    /// Position of the number of entries, and the bytes from there on.
    pub(super) patch: (u64, Vec<u8>),
    /// Whether the durations are means.
    pub(super) are_means: bool,
}

/// Number of samples and duration of each.
type Entry = (u64, u64);

/// Returns `stts` in few entries, if it has many.
pub(super) fn shortened(source: &mut ByteSource, stts: Atom) -> Result<Option<Times>, IoError> {
    let mut head = [0; 8];
    let declared = payload(source, stts, &mut head)?.u32(4);
    let fitting = (stts.end - stts.start).saturating_sub(8) / ENTRY_BYTES as u64;
    let count = u64::from(declared).min(fitting);
    if count <= FEW as u64 {
        return Ok(None);
    }
    let mut table = Table::default();
    let mut bytes = vec![0; CHUNK_ENTRIES * ENTRY_BYTES];
    let mut at = stts.start + 8;
    let end = at + count * ENTRY_BYTES as u64;
    while at < end {
        let wanted = (end - at).min(bytes.len() as u64) as usize;
        let read = source.read_at(at, &mut bytes[..wanted])?;
        let whole = read / ENTRY_BYTES * ENTRY_BYTES;
        if whole == 0 {
            break;
        }
        for entry in bytes[..whole].chunks_exact(ENTRY_BYTES) {
            let fields = Fields::new(entry, Endian::Big);
            table.push((u64::from(fields.u32(0)), u64::from(fields.u32(4))));
        }
        at += whole as u64;
    }
    let are_means = table.is_long;
    let Some(entries) = table.finish() else {
        return Err(IoError::damaged(source.name(), "declares more samples than a track can hold"));
    };
    let mut patch = (entries.len() as u32).to_be_bytes().to_vec();
    patch.extend(entries.iter().flat_map(|entry| entry.map(u32::to_be_bytes)).flatten());
    Ok(Some(Times { patch: (stts.start + 4, patch), are_means }))
}

/// A table that is being read.
#[derive(Default)]
struct Table {
    /// Entries, neighbours of equal duration joined; no longer kept up once they are too many.
    joined: Vec<Entry>,
    is_long: bool,
    /// Samples and duration of all entries before the last.
    samples: u64,
    duration: u128,
    last: Entry,
}

impl Table {
    fn push(&mut self, (samples, duration): Entry) {
        if samples == 0 {
            return;
        }
        if self.last.1 == duration {
            self.last.0 += samples;
            return;
        }
        self.store_last();
        self.last = (samples, duration);
    }

    fn store_last(&mut self) {
        let (samples, duration) = self.last;
        if samples == 0 {
            return;
        }
        self.samples = self.samples.saturating_add(samples);
        self.duration += u128::from(samples) * u128::from(duration);
        self.is_long |= self.joined.len() >= FEW;
        if !self.is_long {
            self.joined.push(self.last);
        }
    }

    /// Returns the entries; `None` if they do not fit their fields.
    fn finish(mut self) -> Option<Vec<[u32; 2]>> {
        let entries = if self.is_long {
            let samples = u128::from(self.samples);
            let (mean, longer) = (self.duration / samples, self.duration % samples);
            let (mean, longer) = (u64::try_from(mean).ok()?, u64::try_from(longer).ok()?);
            vec![(longer, mean + 1), (self.samples - longer, mean), self.last]
        } else {
            self.joined.push(self.last);
            self.joined
        };
        let total: u64 = entries.iter().map(|(samples, _)| *samples).sum();
        u32::try_from(total).ok()?;
        let kept = entries.into_iter().filter(|(samples, _)| *samples > 0);
        kept.map(|(samples, duration)| Some([samples as u32, u32::try_from(duration).ok()?])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the shortened table and whether it holds means.
    fn short(entries: &[[u32; 2]]) -> Option<(Vec<[u32; 2]>, bool)> {
        let mut bytes = vec![0; 4];
        bytes.extend((entries.len() as u32).to_be_bytes());
        bytes.extend(entries.iter().flatten().flat_map(|word| word.to_be_bytes()));
        let stts = Atom { kind: *b"stts", start: 0, end: bytes.len() as u64 };
        let mut source = ByteSource::new("x".into(), Box::new(std::io::Cursor::new(bytes))).unwrap();
        let times = shortened(&mut source, stts).unwrap()?;
        let (at, patch) = times.patch;
        let words: Vec<u32> = patch.chunks_exact(4).map(|word| u32::from_be_bytes(word.try_into().unwrap())).collect();
        assert_eq!((at, words[0] as usize, words.len() % 2), (4, words.len() / 2, 1));
        Some((words[1..].chunks_exact(2).map(|entry| [entry[0], entry[1]]).collect(), times.are_means))
    }

    #[test]
    fn short_tables_stay() {
        assert!(short(&[[1000, 1024], [1, 300]]).is_none());
        assert!(short(&[[1, 1024]; FEW]).is_none());
    }

    #[test]
    fn equal_neighbours_are_joined() {
        let mut entries = vec![[1, 1024]; 3000];
        entries[1500] = [0, 7];
        entries.push([1, 300]);
        assert_eq!(short(&entries), Some((vec![[2999, 1024], [1, 300]], false)));
    }

    #[test]
    fn uneven_durations_become_their_mean_and_keep_their_sum_and_their_last() {
        let mut entries: Vec<[u32; 2]> = (0..100_001).map(|index| [1 + index % 3, 20 + index % 7]).collect();
        entries.push([2, 5]);
        let sum = |entries: &[[u32; 2]]| -> (u64, u64) {
            let products = entries.iter().map(|entry| u64::from(entry[0]) * u64::from(entry[1])).sum();
            (entries.iter().map(|entry| u64::from(entry[0])).sum(), products)
        };
        let (found, are_means) = short(&entries).unwrap();
        assert!(are_means && found.len() == 3, "{found:?}");
        assert_eq!((sum(&found), found[2]), (sum(&entries), [2, 5]));
    }

    #[test]
    fn more_samples_than_fit_are_damage() {
        let mut bytes = vec![0; 4];
        bytes.extend(1000u32.to_be_bytes());
        bytes.extend([0xff; 8000]);
        let stts = Atom { kind: *b"stts", start: 0, end: bytes.len() as u64 };
        let mut source = ByteSource::new("x".into(), Box::new(std::io::Cursor::new(bytes))).unwrap();
        assert!(shortened(&mut source, stts).is_err());
    }
}
