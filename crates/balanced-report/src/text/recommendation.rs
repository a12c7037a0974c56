//! One recommendation.

use balanced_assistant::Recommendation;
use balanced_model::Expected;

use crate::number::{clock, fixed};
use crate::{facts, steps};

/// Formats a recommendation for a terminal: findings, chain, expected result.
#[must_use]
pub fn recommendation_text(recommendation: &Recommendation) -> String {
    let Recommendation { source, target, findings, chain, reasons, expected } = recommendation;
    let mut out = format!(
        "{} ({})\nTarget: {}, {} LUFS under {} dBTP\n",
        facts::name(source),
        clock(source.duration_s),
        target.name,
        fixed(target.integrated_lufs, 1),
        fixed(target.ceiling_dbtp, 1)
    );
    out.push_str("\nFindings\n");
    if findings.is_empty() {
        out.push_str("  nothing stands in the way\n");
    }
    super::findings(&mut out, findings);
    out.push_str("\nChain\n");
    super::steps(&mut out, &steps::views(chain, reasons));
    out.push_str(&format!("\nExpected\n  {}\n", expectation(expected)));
    if let Some(note) = &expected.note {
        out.push_str(&format!("{}\n", super::wrapped(note, 2)));
    }
    out.truncate(out.trim_end().len());
    out
}

fn expectation(expected: &Expected) -> String {
    let mut parts = Vec::new();
    if let Some(lufs) = expected.integrated_lufs {
        parts.push(format!("{} LUFS", fixed(lufs, 1)));
    }
    if let Some(dbtp) = expected.true_peak_dbtp {
        parts.push(format!("peaks at {} dBTP or lower", fixed(dbtp, 1)));
    }
    if let Some(limiting_db) = expected.peak_limiting_db {
        parts.push(if limiting_db > 0.05 {
            format!("about {} dB of limiting on the highest peak", fixed(limiting_db, 1))
        } else {
            "no limiting".to_owned()
        });
    }
    if parts.is_empty() { "cannot be said without loudness".to_owned() } else { parts.join(", ") }
}
