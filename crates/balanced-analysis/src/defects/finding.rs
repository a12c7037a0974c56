//! How detectors report: events merged into a bounded number of regions, and findings built from them.

use std::collections::BTreeMap;

use balanced_model::{Channel, Defect, DefectKind, Severity};

/// Regions kept by one detector of one channel. Neither memory nor the list a user reads may grow with the length of a broken file:
/// when they are used up, the two that are closest become one.
const MOST_REGIONS: usize = 24;

/// Events close to each other, as one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Region {
    /// First frame of the first event.
    pub start: u64,
    /// Frame after the last event.
    pub end: u64,
    /// Events merged.
    pub count: u64,
    /// Frames affected, summed over events.
    pub frames: u64,
    /// Largest of whatever the detector measures.
    pub worst: f64,
}

impl Region {
    /// Reach over a later one.
    fn take(&mut self, other: &Self) {
        self.end = self.end.max(other.end);
        self.count += other.count;
        self.frames += other.frames;
        self.worst = self.worst.max(other.worst);
    }
}

/// A bounded list of regions in order of time.
#[derive(Clone, Debug)]
pub(crate) struct Regions {
    list: Vec<Region>,
    merge_frames: u64,
}

impl Regions {
    /// Events closer than `merge_frames` become one region.
    pub fn new(merge_frames: f64) -> Self {
        Self { list: Vec::new(), merge_frames: merge_frames.max(1.0) as u64 }
    }

    /// Add an event; events come in order of time.
    pub fn add(&mut self, start: u64, end: u64, worst: f64) {
        let event = Region { start, end, count: 1, frames: end - start, worst };
        match self.list.last_mut() {
            Some(last) if start <= last.end + self.merge_frames => last.take(&event),
            _ => self.list.push(event),
        }
        if self.list.len() > MOST_REGIONS {
            self.join_closest();
        }
    }

    fn join_closest(&mut self) {
        let gap = |i: &usize| self.list[i + 1].start.saturating_sub(self.list[*i].end);
        if let Some(closest) = (0..self.list.len() - 1).min_by_key(gap) {
            let next = self.list.remove(closest + 1);
            self.list[closest].take(&next);
        }
    }

    /// Forget everything.
    pub fn clear(&mut self) {
        self.list.clear();
    }

    /// The regions, in order of time.
    pub fn list(&self) -> &[Region] {
        &self.list
    }

    /// Events in all regions.
    pub fn count(&self) -> u64 {
        self.list.iter().map(|r| r.count).sum()
    }
}

/// A finding without evidence yet.
pub(crate) fn finding(kind: DefectKind, severity: Severity, range_s: (f64, f64), message: String) -> Defect {
    Defect {
        kind,
        severity,
        start_s: range_s.0,
        end_s: range_s.1.max(range_s.0),
        channel: Channel(None),
        message,
        evidence: BTreeMap::new(),
    }
}

/// Returns the name that a musician gives a channel.
pub(crate) fn channel_name(channel: usize, channels: usize) -> String {
    match (channel, channels) {
        (_, 1) => "the audio".to_owned(),
        (0, 2) => "the left channel".to_owned(),
        (1, 2) => "the right channel".to_owned(),
        _ => format!("channel {}", channel + 1),
    }
}

/// `1:02.5` from seconds.
pub(crate) fn clock(seconds: f64) -> String {
    let tenths = (seconds * 10.0).round() as u64;
    format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

/// When events happen: `at 1:02.5`, or `3 times from 1:02.5 to 1:10.0`.
pub(crate) fn occasions(count: u64, range_s: (f64, f64)) -> String {
    if count == 1 {
        format!("at {}", clock(range_s.0))
    } else {
        format!("{count} times from {} to {}", clock(range_s.0), clock(range_s.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_merge_and_are_bounded() {
        let mut regions = Regions::new(10.0);
        regions.add(0, 5, 1.0);
        regions.add(12, 14, 3.0);
        regions.add(100, 101, 2.0);
        assert_eq!(regions.list().len(), 2);
        assert_eq!(regions.list()[0], Region { start: 0, end: 14, count: 2, frames: 7, worst: 3.0 });
        for i in 0..1000 {
            regions.add(1000 + 100 * i, 1001 + 100 * i, 0.0);
        }
        assert_eq!((regions.list().len(), regions.count()), (MOST_REGIONS, 1003));
        assert!(regions.list().windows(2).all(|pair| pair[0].end < pair[1].start), "in order");
    }

    #[test]
    fn times_read_like_a_clock() {
        assert_eq!([clock(0.04), clock(62.5), clock(3599.97)], ["0:00.0", "1:02.5", "60:00.0"]);
    }
}
