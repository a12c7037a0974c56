//! Numbers as readers want them: decimals that mean something, a unit, a dash where there is none.

/// Text in place of an unknown value.
pub(crate) const NONE: &str = "–";

/// `value` with `decimals`, without a negative zero.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let zero = text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.');
    if zero { text.trim_start_matches('-').to_owned() } else { text }
}

/// Formats a value, or a dash if it is unknown.
pub(crate) fn maybe(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| NONE.to_owned(), |value| fixed(value, decimals))
}

/// With a sign: `+1.5`, `-2.0`, `0.0`.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    let positive = !text.starts_with('-') && text.chars().any(|c| ('1'..='9').contains(&c));
    if positive { format!("+{text}") } else { text }
}

/// Up to three decimals, without trailing zeros: settings.
pub(crate) fn short(value: f64) -> String {
    let text = fixed(value, 3);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Hertz below one kilohertz, kilohertz above: `80 Hz`, `3.2 kHz`.
pub(crate) fn frequency(hz: f64) -> String {
    if hz < 1000.0 {
        format!("{} Hz", short((hz * 10.0).round() / 10.0))
    } else {
        format!("{} kHz", short((hz / 10.0).round() / 100.0))
    }
}

/// Minutes and seconds: `3:05.2`; hours from one hour on.
pub(crate) fn clock(seconds: f64) -> String {
    let tenths = (seconds.max(0.0) * 10.0).round();
    let (hours, rest) = ((tenths / 36_000.0).floor(), tenths % 36_000.0);
    let (minutes, rest) = ((rest / 600.0).floor(), rest % 600.0);
    let seconds = rest / 10.0;
    if hours > 0.0 {
        format!("{hours:.0}:{minutes:02.0}:{seconds:04.1}")
    } else {
        format!("{minutes:.0}:{seconds:04.1}")
    }
}

/// For the axis of a chart: `1:30`.
pub(crate) fn axis_clock(seconds: f64) -> String {
    let whole = seconds.round().max(0.0) as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(fixed(-0.04, 1), "0.0");
        assert_eq!(fixed(-14.04, 1), "-14.0");
        assert_eq!(maybe(None, 1), "–");
        assert_eq!([signed(1.5, 1), signed(-2.0, 1), signed(0.01, 1)], ["+1.5", "-2.0", "0.0"]);
        assert_eq!([short(0.707), short(100.0), short(2.50), short(0.0)], ["0.707", "100", "2.5", "0"]);
        assert_eq!([frequency(80.0), frequency(3150.0), frequency(44_100.0)], ["80 Hz", "3.15 kHz", "44.1 kHz"]);
        assert_eq!([clock(59.96), clock(64.25), clock(3725.0)], ["1:00.0", "1:04.3", "1:02:05.0"]);
        assert_eq!([axis_clock(90.0), axis_clock(3600.0)], ["1:30", "1:00:00"]);
    }
}
