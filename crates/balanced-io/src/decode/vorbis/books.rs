//! Sizes of the codebooks in a setup header (Vorbis I, section 3.2.1), which decide how much memory a decoder takes.

/// Bytes in front of the codebooks: the type of the header and `vorbis`.
const MARK_BYTES: usize = 7;
const SYNC: u32 = 0x56_4342;
/// Largest number of values in all codebooks; those of libvorbis have some hundred thousand.
const MAX_VALUES: u64 = 1 << 22;

/// Returns whether the codebooks are whole and no larger than a real encoder's.
pub(crate) fn are_modest(setup: &[u8]) -> bool {
    let Some(bytes) = setup.get(MARK_BYTES..) else { return false };
    let mut bits = Bits { bytes, next: 0 };
    let Some(count) = bits.read(8) else { return false };
    let mut values = 0;
    (0..=count).all(|_| {
        values += codebook_values(&mut bits).unwrap_or(u64::MAX / 512);
        values <= MAX_VALUES
    })
}

/// Passes over a codebook and returns the number of values that a decoder keeps of it.
fn codebook_values(bits: &mut Bits<'_>) -> Option<u64> {
    if bits.read(24)? != SYNC {
        return None;
    }
    let (dimensions, entries) = (bits.read(16)?, bits.read(24)?);
    let values = u64::from(entries) * u64::from(dimensions.max(1));
    if values > MAX_VALUES {
        return None;
    }
    skip_lengths(bits, entries)?;
    let lookup = bits.read(4)?;
    if lookup > 0 {
        bits.skip(64)?;
        let value_bits = u64::from(bits.read(4)? + 1);
        bits.skip(1)?;
        let stored = if lookup == 1 { u64::from(root(entries, dimensions)) } else { values };
        bits.skip(stored * value_bits)?;
    }
    Some(values)
}

/// Passes over the lengths of the codewords.
fn skip_lengths(bits: &mut Bits<'_>, entries: u32) -> Option<()> {
    let is_ordered = bits.read(1)? == 1;
    if is_ordered {
        bits.skip(5)?;
        let mut left = entries;
        while left > 0 {
            left = left.checked_sub(bits.read(u32::BITS - left.leading_zeros())?)?;
        }
        return Some(());
    }
    let is_sparse = bits.read(1)? == 1;
    for _ in 0..entries {
        if !is_sparse || bits.read(1)? == 1 {
            bits.skip(5)?;
        }
    }
    Some(())
}

/// Returns the largest whole number whose power by `dimensions` is not above `entries`.
fn root(entries: u32, dimensions: u32) -> u32 {
    let fits = |base: u32| u64::from(base).checked_pow(dimensions).is_some_and(|power| power <= u64::from(entries));
    let mut found = 0;
    for bit in (0..24).rev() {
        let more = found | 1 << bit;
        if dimensions > 0 && fits(more) {
            found = more;
        }
    }
    found
}

/// Bits of a header, least significant first.
struct Bits<'a> {
    bytes: &'a [u8],
    next: u64,
}

impl Bits<'_> {
    fn read(&mut self, count: u32) -> Option<u32> {
        let value = (0..count).try_fold(0, |value, bit| {
            let at = self.next + u64::from(bit);
            let byte = *self.bytes.get(usize::try_from(at / 8).ok()?)?;
            Some(value | u32::from(byte >> (at % 8) & 1) << bit)
        })?;
        self.next += u64::from(count);
        Some(value)
    }

    fn skip(&mut self, count: u64) -> Option<()> {
        self.next = self.next.checked_add(count).filter(|&next| next <= 8 * self.bytes.len() as u64)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packs numbers with their widths, least significant bit first, behind the mark.
    fn setup(fields: &[(u64, u32)]) -> Vec<u8> {
        let bits: Vec<bool> =
            fields.iter().flat_map(|&(value, width)| (0..width).map(move |bit| value >> bit & 1 == 1)).collect();
        let bytes = bits.chunks(8).map(|bits| bits.iter().rev().fold(0u8, |byte, &bit| byte << 1 | u8::from(bit)));
        [0; MARK_BYTES].into_iter().chain(bytes).collect()
    }

    /// A codebook of `entries` codewords of one length, without values.
    fn ordered(dimensions: u64, entries: u64) -> Vec<(u64, u32)> {
        let width = u64::BITS - entries.leading_zeros();
        vec![(u64::from(SYNC), 24), (dimensions, 16), (entries, 24), (1, 1), (0, 5), (entries, width), (0, 4)]
    }

    #[test]
    fn usual_codebooks_are_accepted() {
        let book = [(u64::from(SYNC), 24), (2, 16), (9, 24), (0, 1), (1, 1)];
        let lengths = [(1, 1), (3, 5), (0, 1), (1, 1), (3, 5), (0, 6)];
        let values = [(1, 4), (0, 64), (7, 4), (0, 1), (0, 24)];
        let fields = [&[(1, 8)][..], &book, &lengths, &values, &ordered(4, 81)].concat();
        assert!(are_modest(&setup(&fields)));
        assert!(!are_modest(&setup(&fields)[..20]), "cut off");
        assert_eq!((root(9, 2), root(80, 4), root(6561, 8), root(5, 0)), (3, 2, 3, 0));
    }

    #[test]
    fn a_few_bytes_that_ask_for_gigabytes_are_refused() {
        assert!(!are_modest(&setup(&[&[(0, 8)][..], &ordered(65_535, 1 << 23)].concat())));
        let many: Vec<_> = (0..200).flat_map(|_| ordered(1, 1 << 21)).collect();
        assert!(!are_modest(&setup(&[&[(199, 8)][..], &many].concat())));
        assert!(!are_modest(&[]));
    }
}
