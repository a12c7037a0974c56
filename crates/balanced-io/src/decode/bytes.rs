//! Numbers at fixed positions of a header.

use super::pcm::Endian;

/// Bytes of a header and their byte order. Fields beyond the end read as zero, which every caller must treat as
/// absent.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    bytes: &'a [u8],
    endian: Endian,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(bytes: &'a [u8], endian: Endian) -> Self {
        Self { bytes, endian }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Returns `N` bytes at `at`, in file order.
    pub(crate) fn array<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut array = [0; N];
        if let Some(bytes) = self.bytes.get(at..at + N) {
            array.copy_from_slice(bytes);
        }
        array
    }

    pub(crate) fn u16(&self, at: usize) -> u16 {
        match self.endian {
            Endian::Little => u16::from_le_bytes(self.array(at)),
            Endian::Big => u16::from_be_bytes(self.array(at)),
        }
    }

    pub(crate) fn u32(&self, at: usize) -> u32 {
        match self.endian {
            Endian::Little => u32::from_le_bytes(self.array(at)),
            Endian::Big => u32::from_be_bytes(self.array(at)),
        }
    }

    pub(crate) fn u64(&self, at: usize) -> u64 {
        match self.endian {
            Endian::Little => u64::from_le_bytes(self.array(at)),
            Endian::Big => u64::from_be_bytes(self.array(at)),
        }
    }

    /// Returns AIFF's 80-bit extended number at `at` (IEEE 754 double extended, always big-endian).
    ///
    /// It has sign and exponent, then 64 bits of mantissa with an explicit leading one. Infinities and NaN are
    /// returned as infinity.
    pub(crate) fn extended(&self, at: usize) -> f64 {
        let head = u16::from_be_bytes(self.array(at));
        let mantissa = u64::from_be_bytes(self.array(at + 2)) as f64;
        let magnitude = mantissa * 2f64.powi(i32::from(head & 0x7fff) - 16383 - 63);
        if head & 0x8000 == 0 { magnitude } else { -magnitude }
    }
}

/// Returns a chunk's name for messages.
pub(crate) fn tag_text(tag: [u8; 4]) -> String {
    tag.iter().map(|&byte| if byte.is_ascii_graphic() || byte == b' ' { byte as char } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extended_number_keeps_fractions() {
        let rate = |bytes: [u8; 10]| Fields::new(&bytes, Endian::Big).extended(0);
        assert_eq!(rate([0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0]), 44_100.0);
        // 47952.05 Hz is 48 kHz with a pull-down of 0.1 %.
        let mantissa = (47_952.05 * 2f64.powi(48)) as u64;
        let [a, b, c, d, e, f, g, h] = mantissa.to_be_bytes();
        assert!((rate([0x40, 0x0e, a, b, c, d, e, f, g, h]) - 47_952.05).abs() < 1e-9);
        assert_eq!(rate([0; 10]), 0.0);
        assert!(rate([0xff; 10]).is_infinite());
    }
}
