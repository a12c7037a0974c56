//! Rank-biased overlap (Webber, Moffat & Zobel, "A Similarity Measure for Indefinite Rankings", ACM TOIS 28(4), 2010).

/// Persistence `p`: how slowly the weight of a rank falls. At 0.8, the first five ranks carry 86 % of the weight (their
/// equation 21).
pub const RBO_PERSISTENCE: f64 = 0.8;

/// Extrapolated rank-biased overlap of two rankings of the same `n` items (their equation 30, the depth being `n`), and what
/// two rankings in random order have on average.
///
/// `first` and `second` hold the rank of each item, from 1; items that tie have the rank of the first of them (their section
/// 5.3), so that the agreement at a depth is `2 |A ∩ B| / (|A| + |B|)`. 1 means equal order. `None` for fewer than two items,
/// which have no order.
#[must_use]
pub fn rbo(first: &[usize], second: &[usize]) -> Option<(f64, f64)> {
    let n = first.len();
    if n < 2 || second.len() != n {
        return None;
    }
    let p = RBO_PERSISTENCE;
    let agreement = |depth: usize| {
        let within = |ranks: &[usize]| ranks.iter().filter(|rank| **rank <= depth).count();
        let both = first.iter().zip(second).filter(|(a, b)| **a <= depth && **b <= depth).count();
        2.0 * both as f64 / (within(first) + within(second)).max(1) as f64
    };
    let sum = |agreement: &dyn Fn(usize) -> f64| {
        let weighted: f64 = (1..=n).map(|depth| agreement(depth) * p.powi(depth as i32)).sum();
        agreement(n) * p.powi(n as i32) + (1.0 - p) / p * weighted
    };
    // Of two random orders, each of the first `d` of `n` items is among the first `d` of the other with probability d / n.
    let by_chance = |depth: usize| depth as f64 / n as f64;
    Some((sum(&agreement), sum(&by_chance)))
}
