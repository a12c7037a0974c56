//! Interpolation between equidistant values.

/// The vertex of a parabola through three equidistant values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vertex {
    /// Distance from the middle value in steps, -0.5 to 0.5.
    pub offset: f64,
    /// Height of the parabola there.
    pub value: f64,
}

/// Returns the vertex of the parabola through three equidistant values, up or down; the middle value if they lie on a line.
///
/// Of three bins in dB around a spectral peak it tells frequency and level (J. O. Smith, X. Serra, "PARSHL", 1987).
/// ```
/// let vertex = balanced_dsp::interpolate::vertex([0.0, 3.0, 2.0]);
/// assert_eq!(vertex.offset, 0.25);
/// assert_eq!(vertex.value, 3.125);
/// ```
#[inline]
#[must_use]
pub fn vertex([before, middle, after]: [f64; 3]) -> Vertex {
    let bend = before - 2.0 * middle + after;
    if bend == 0.0 {
        return Vertex { offset: 0.0, value: middle };
    }
    let offset = (0.5 * (before - after) / bend).clamp(-0.5, 0.5);
    Vertex { offset, value: middle - 0.25 * (before - after) * offset }
}

/// Returns the maximum of the parabola through three equidistant values; the middle value if the parabola has none.
#[inline]
#[must_use]
pub fn maximum(values: [f64; 3]) -> Vertex {
    let [before, middle, after] = values;
    if before - 2.0 * middle + after < 0.0 { vertex(values) } else { Vertex { offset: 0.0, value: middle } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parabola_is_found_again() {
        for (top, height) in [(0.3, 5.0), (-0.45, -2.0), (0.0, 0.0)] {
            let at = |x: f64| height - 1.5 * (x - top) * (x - top);
            let values = [at(-1.0), at(0.0), at(1.0)];
            let found = maximum(values);
            assert!((found.offset - top).abs() < 1e-14 && (found.value - height).abs() < 1e-14, "{found:?}");
            let found = vertex(values.map(|value| -value));
            assert!((found.offset - top).abs() < 1e-14 && (found.value + height).abs() < 1e-14, "{found:?}");
            assert_eq!(maximum(values.map(|value| -value)).offset, 0.0);
        }
    }

    #[test]
    fn lines_and_far_vertices_stay_at_the_values() {
        assert_eq!(vertex([1.0, 2.0, 3.0]), Vertex { offset: 0.0, value: 2.0 });
        assert_eq!(vertex([0.0, 2.0, 3.9]).offset, 0.5);
    }
}
