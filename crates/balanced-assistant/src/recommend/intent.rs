//! How far a recommendation may go.

use std::collections::BTreeMap;

use balanced_model::FindingKind;

/// Strength of the moves of a recommendation: of all of them, and of the ones that answer a single finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    intensity: f64,
    eased: BTreeMap<FindingKind, f64>,
}

impl Default for Intent {
    fn default() -> Self {
        Self::new(1.0)
    }
}

impl Intent {
    /// Creates an intent of this strength: 1 is the full recommendation, 0 only brings the track to level and ceiling. Values outside
    /// are clamped.
    #[must_use]
    pub fn new(intensity: f64) -> Self {
        let intensity = if intensity.is_finite() { intensity.clamp(0.0, 1.0) } else { 1.0 };
        Self { intensity, eased: BTreeMap::new() }
    }

    /// Halves the moves that answer `kind`, and drops them the second time. False if they were dropped already.
    pub fn ease(&mut self, kind: FindingKind) -> bool {
        let share = self.eased.entry(kind).or_insert(1.0);
        let had = *share > 0.0;
        *share = if *share >= 1.0 { 0.5 } else { 0.0 };
        had
    }

    /// Whether the moves that answer `kind` were dropped after a trial.
    #[must_use]
    pub fn is_dropped(&self, kind: FindingKind) -> bool {
        self.eased.get(&kind) == Some(&0.0)
    }

    /// Strength of the moves that answer `kind`, 0 to 1.
    pub(crate) fn strength(&self, kind: FindingKind) -> f64 {
        self.intensity * self.eased.get(&kind).copied().unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_model::Observation;

    #[test]
    fn a_move_is_halved_then_dropped_and_others_keep_their_strength() {
        let (mud, narrow) = (Observation::Mud.into(), Observation::Narrow.into());
        let mut intent = Intent::new(0.5);
        assert!(intent.ease(mud) && intent.strength(mud) == 0.25 && intent.strength(narrow) == 0.5);
        assert!(intent.ease(mud) && intent.strength(mud) == 0.0 && intent.is_dropped(mud));
        assert!(!intent.ease(mud) && !intent.is_dropped(narrow));
        assert_eq!(Intent::new(7.0), Intent::default());
    }
}
