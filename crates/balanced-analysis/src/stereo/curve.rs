//! Correlation over time.

use std::collections::VecDeque;

use balanced_model::CorrelationCurve;

use super::sums::Sums;

/// Time from one value to the next, as in the loudness curve.
const HOP_S: f64 = 0.1;
/// Hops in a window: 400 ms, the ear's (and BS.1770's) momentary window.
const HOPS: usize = 4;
/// Windows under this mean power are silent (-60 dBFS).
const SILENCE_POWER: f64 = 1e-6;

/// Sums by hop, correlation by window.
pub(crate) struct Curve {
    hop_frames: usize,
    filled: usize,
    hop: Sums,
    recent: VecDeque<Sums>,
    correlation: Vec<Option<f64>>,
    total: Sums,
}

impl Curve {
    pub fn new(rate: f64) -> Self {
        Self {
            hop_frames: (HOP_S * rate).round().max(1.0) as usize,
            filled: 0,
            hop: Sums::default(),
            recent: VecDeque::with_capacity(HOPS + 1),
            correlation: Vec::new(),
            total: Sums::default(),
        }
    }

    pub fn push(&mut self, mut left: &[f32], mut right: &[f32]) {
        while !left.is_empty() {
            let take = (self.hop_frames - self.filled).min(left.len());
            let (l, r) = (left.split_at(take), right.split_at(take));
            self.hop += Sums::of(l.0, r.0);
            (left, right) = (l.1, r.1);
            self.filled += take;
            if self.filled == self.hop_frames {
                self.end_hop();
            }
        }
    }

    fn end_hop(&mut self) {
        let hop = std::mem::take(&mut self.hop);
        self.filled = 0;
        self.total += hop;
        self.recent.push_back(hop);
        if self.recent.len() > HOPS {
            self.recent.pop_front();
        }
        let window = self.recent.iter().fold(Sums::default(), |sum, hop| sum + *hop);
        self.correlation.push(if window.is_below(SILENCE_POWER) { None } else { window.correlation() });
    }

    /// Sums over the whole programme, and the curve.
    pub fn finish(mut self, rate: f64) -> (Sums, CorrelationCurve) {
        if self.filled > 0 {
            self.end_hop();
        }
        let hop_s = self.hop_frames as f64 / rate;
        let curve = CorrelationCurve { hop_s, window_s: HOPS as f64 * hop_s, correlation: self.correlation };
        (self.total, curve)
    }
}
