//! Faults of the stereo image, judged from the stereo family's measurements.

use balanced_model::{Defect, DefectKind, Severity, Stereo};

use super::finding::finding;

/// A channel louder than the other by this much is a fault rather than a mix; twice that is a severe one.
const IMBALANCE_DB: f64 = 6.0;
/// A channel quieter than the other by this much is missing.
const MISSING_DB: f64 = 40.0;
/// Programme shorter than this says nothing about a mix.
const SHORTEST_S: f64 = 1.0;

/// Findings about the front pair.
pub(crate) fn judge(stereo: &Stereo, duration_s: f64) -> Vec<Defect> {
    if duration_s < SHORTEST_S {
        return Vec::new();
    }
    let whole = (0.0, duration_s);
    let mut out = Vec::new();
    let balance_db = stereo.balance_db.unwrap_or(0.0);
    if balance_db.abs() >= IMBALANCE_DB {
        out.push(imbalance(balance_db, whole));
    }
    if stereo.polarity_inverted == Some(true) {
        let message = "Left and right are out of phase: one of them is upside down, and most of the music disappears in mono. Invert one \
                       channel.";
        out.push(
            finding(DefectKind::PhaseInversion, Severity::Critical, whole, message.to_owned())
                .with("correlation", stereo.correlation_mean.unwrap_or(f64::NAN))
                .with("mono_loss_db", stereo.mono_loss_db.unwrap_or(f64::NAN)),
        );
    }
    if stereo.mono_as_stereo == Some(true) {
        let message = "Both channels carry the same: this is a mono recording in a stereo file. Fine if it is meant.";
        out.push(
            finding(DefectKind::MonoAsStereo, Severity::Minor, whole, message.to_owned())
                .with("side_to_mid_db", stereo.side_to_mid_db.unwrap_or(f64::NAN)),
        );
    }
    if let Some(hint) = &stereo.channel_order_hint {
        out.push(finding(
            DefectKind::ChannelSwap,
            Severity::Minor,
            whole,
            format!("{}.", super::clipping::sentence(hint)),
        ));
    }
    out
}

fn imbalance(balance_db: f64, range_s: (f64, f64)) -> Defect {
    let (louder, quieter, channel) = if balance_db > 0.0 { ("right", "left", 1) } else { ("left", "right", 0) };
    let message = if balance_db.abs() >= MISSING_DB {
        format!("Only the {louder} channel carries sound; the {quieter} channel is silent or nearly so.")
    } else {
        format!(
            "The {louder} channel is {:.1} dB louder than the {quieter} one over the whole track: check a pan, a cable or a plug-in.",
            balance_db.abs()
        )
    };
    if balance_db.abs() >= MISSING_DB {
        let dead = 1 - channel;
        return finding(DefectKind::DeadChannel, Severity::Critical, range_s, message)
            .in_channel(dead)
            .with("balance_db", balance_db);
    }
    let severity = match balance_db.abs() {
        db if db >= 2.0 * IMBALANCE_DB => Severity::Major,
        _ => Severity::Minor,
    };
    finding(DefectKind::ChannelImbalance, severity, range_s, message).in_channel(channel).with("balance_db", balance_db)
}
