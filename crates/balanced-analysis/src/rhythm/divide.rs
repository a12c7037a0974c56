//! Whether beats are divided in two or in three.

use super::level::{self, Runs};

/// Frames within which an onset belongs to a place.
const NEAR_FRAMES: usize = 2;
/// Thirds must stand out by this many deviations.
const MARGIN: f64 = 0.25;

/// Whether notes begin at the thirds of the beats rather than at their halves. `salience` is a value a frame, greater where
/// a note begins.
pub(super) fn in_three_parts(salience: &[f32], beats: &Runs) -> bool {
    let mean = |part: f64| {
        let (sum, count) =
            level::parts(beats, part).fold((0.0, 0), |(sum, count), place| (sum + near(salience, place), count + 1));
        sum / f64::from(count.max(1))
    };
    let (first, second, half) = (mean(1.0 / 3.0), mean(2.0 / 3.0), mean(0.5));
    first.max(second) > half + MARGIN && 0.5 * (first + second) > half
}

fn near(values: &[f32], place: f64) -> f64 {
    let at = place.round().max(0.0) as usize;
    let range = at.saturating_sub(NEAR_FRAMES).min(values.len())..(at + NEAR_FRAMES + 1).min(values.len());
    values[range].iter().map(|v| f64::from(*v)).fold(-0.25, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirds_and_halves_are_told_apart() {
        let beats: Vec<f64> = (0..40).map(|k| 10.0 + 48.0 * f64::from(k)).collect();
        for parts in [2, 3, 4] {
            let mut odds = vec![-3.0; 2000];
            (0..40 * parts).for_each(|k| odds[10 + 48 * k / parts] = 2.0);
            assert_eq!(in_three_parts(&odds, &vec![beats.clone()]), parts == 3, "{parts}");
        }
        assert!(!in_three_parts(&[], &Vec::new()));
    }
}
