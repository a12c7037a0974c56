//! Damage met while packets are decoded: how much of the audio is lost, and where.

/// Frames that may be unread without a note, beside a twentieth: they are worked out from bytes.
const UNREAD_TOLERANCE_FRAMES: u64 = 4096;

/// Losses of one kind.
#[derive(Clone, Copy, Debug, Default)]
struct Losses {
    count: u64,
    frames: u64,
    /// Frames decoded before the first.
    first_at: u64,
}

impl Losses {
    fn add(&mut self, frames: u64, at: u64) {
        if self.count == 0 {
            self.first_at = at;
        }
        self.count += 1;
        self.frames = self.frames.saturating_add(frames);
    }
}

/// Counts of decoded, delivered and lost frames of a stream.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Damage {
    /// Frames returned to the caller.
    delivered: u64,
    /// Frames of all decoded packets, and bytes of those packets.
    decoded: u64,
    decoded_bytes: u64,
    damaged: Losses,
    missing: Losses,
    pub(crate) cut_off: bool,
    pub(crate) format_changed: bool,
    /// Streams of a chain after the first.
    pub(crate) links: u64,
    is_reported: bool,
}

impl Damage {
    /// Counts a packet that was decoded.
    pub(crate) fn decode(&mut self, bytes: usize, frames: usize) {
        self.decoded_bytes += bytes as u64;
        self.decoded += frames as u64;
    }

    /// Counts frames returned to the caller.
    pub(crate) fn deliver(&mut self, frames: usize) {
        self.delivered += frames as u64;
    }

    /// Counts a packet that cannot be decoded.
    pub(crate) fn lose_packet(&mut self) {
        self.damaged.add(0, self.decoded);
    }

    /// Counts frames that are missing in front of the current packet.
    pub(crate) fn miss(&mut self, frames: u64) {
        self.missing.add(frames, self.decoded);
    }

    /// Returns the frames that `bytes` bytes of packets hold, by those that were decoded; 0 if none were.
    pub(crate) fn frames_of(&self, bytes: u64) -> u64 {
        let frames = u128::from(self.delivered) * u128::from(bytes) / u128::from(self.decoded_bytes.max(1));
        u64::try_from(frames).unwrap_or(u64::MAX)
    }

    /// Returns a note if `bytes` bytes of packets hold clearly more audio than was read.
    pub(crate) fn unread_note(&self, bytes: u64) -> Option<String> {
        let promised = self.frames_of(bytes);
        let unread = promised.saturating_sub(self.delivered);
        (unread > UNREAD_TOLERANCE_FRAMES.max(self.delivered / 20)).then(|| {
            format!(
                "the file has bytes for {promised} frames but {} could be read; the rest is damaged",
                self.delivered
            )
        })
    }

    /// Returns notes on everything that was lost; once. `expected` is the number of frames that the file declares, and by how
    /// many the audio may fall short of it.
    pub(crate) fn notes(&mut self, rate_hz: u32, expected: Option<(u64, u64)>) -> Vec<String> {
        let mut notes = Vec::new();
        if std::mem::replace(&mut self.is_reported, true) {
            return notes;
        }
        let seconds = |frames: u64| frames as f64 / f64::from(rate_hz.max(1));
        if self.damaged.count > 0 {
            notes.push(format!(
                "{} damaged packets could not be decoded and were skipped, the first at {:.1} s",
                self.damaged.count,
                seconds(self.damaged.first_at)
            ));
        }
        if self.missing.count > 0 {
            notes.push(format!(
                "{} frames ({:.2} s) are missing in {} places, the first at {:.1} s",
                self.missing.frames,
                seconds(self.missing.frames),
                self.missing.count,
                seconds(self.missing.first_at)
            ));
        }
        if self.links > 0 {
            notes.push(format!("the file is a chain of {} streams, read one after the other", self.links + 1));
        }
        if self.format_changed {
            notes.push("sample rate or channels change within the file; only the part before was read".into());
        }
        match expected {
            Some((frames, tolerance)) if frames.saturating_sub(self.delivered) > tolerance => notes.push(format!(
                "the header declares {frames} frames but {} could be decoded; the file is damaged or cut off",
                self.delivered
            )),
            _ if self.cut_off => {
                notes.push("the file is cut off or damaged at its end; only the intact part was read".into())
            }
            _ => {}
        }
        notes
    }
}
