//! Draws that depend on a seed and on names only, never on an order.

/// A number for a seed and words (FNV-1a, then the finaliser of SplitMix64: Steele, Lea & Flood, OOPSLA 2014).
pub(super) fn hash(seed: u64, words: &[&str]) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325 ^ seed;
    for word in words {
        // The end of a word counts, so that "ab", "c" and "a", "bc" differ.
        for byte in word.bytes().chain([0xff]) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    let mut mixed = state.wrapping_add(seed).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// An even draw from 0 to below 1.
pub(super) fn fraction(seed: u64, words: &[&str]) -> f64 {
    (hash(seed, words) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kolmogorov-Smirnov against the even distribution, at one in a thousand (1.95 / √n).
    #[test]
    fn draws_are_even_over_seeds_and_over_names() {
        let by_seed: Vec<f64> = (0..4000).map(|seed| fraction(seed, &["newcomer", "track"])).collect();
        let by_name: Vec<f64> = (0..4000).map(|number| fraction(7, &["newcomer", &format!("{number}")])).collect();
        for mut draws in [by_seed, by_name] {
            draws.sort_by(f64::total_cmp);
            let gap = draws.iter().enumerate().map(|(rank, draw)| (draw - (rank as f64 + 0.5) / 4000.0).abs());
            assert!(gap.fold(0.0, f64::max) < 1.95 / 4000_f64.sqrt());
        }
        assert_ne!(hash(1, &["ab", "c"]), hash(1, &["a", "bc"]));
    }
}
