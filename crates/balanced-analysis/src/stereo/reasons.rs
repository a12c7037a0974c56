//! Why values of `stereo` are `null`.

use balanced_model::Stereo;

use crate::programme::Reasons;

/// `channels`: of the stream.
pub(crate) fn explain(stereo: &Stereo, channels: usize, reasons: &mut Reasons<'_>) {
    let s = stereo;
    let no_pair = if channels < 2 {
        "one channel has no stereo image"
    } else {
        "the layout has no front left and right, or they are below -90 dBFS"
    };
    // With a balance there is a pair, and it sounds.
    let has_pair = s.balance_db.is_some();
    let alone = if has_pair { "one of the two channels is silent" } else { no_pair };
    let low = if has_pair { "nothing sounds between 20 and 120 Hz" } else { no_pair };
    for (path, is_missing, otherwise) in [
        ("side_to_mid_db", s.side_to_mid_db.is_none(), no_pair),
        ("balance_db", s.balance_db.is_none(), no_pair),
        ("mono_loss_db", s.mono_loss_db.is_none(), no_pair),
        ("polarity_inverted", s.polarity_inverted.is_none() && !has_pair, no_pair),
        ("mono_as_stereo", s.mono_as_stereo.is_none(), no_pair),
        ("correlation_mean", s.correlation_mean.is_none(), alone),
        ("correlation_min", s.correlation_min.is_none(), alone),
        ("low_side_to_mid_db", s.low_side_to_mid_db.is_none(), low),
    ] {
        reasons.explain(&format!("stereo.{path}"), is_missing, 0.0, otherwise);
    }
}

#[cfg(test)]
mod tests {
    use balanced_model::Measurements;

    use super::*;
    use crate::programme::Programme;

    #[test]
    fn one_channel_and_a_layout_without_a_pair_have_reasons_of_their_own() {
        let of = |channels| {
            let mut result = Measurements::default();
            let programme = Programme { frames: 480_000, sample_rate_hz: 48_000.0, channels, any_sound: true };
            explain(&Stereo::default(), channels, &mut programme.reasons(&mut result));
            result.reasons["stereo.balance_db"].clone()
        };
        assert_eq!(of(1), "one channel has no stereo image");
        assert!(of(2).contains("front left"));
    }
}
