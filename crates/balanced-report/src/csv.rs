//! One line a file (RFC 4180), for spreadsheets.

use balanced_model::{Analysis, HeadKind, HeadTags, Tag};

use crate::number::short;

type Cell = fn(&Analysis) -> Option<String>;

macro_rules! family {
    ($family:ident . $field:ident) => {
        |analysis| analysis.measurements.$family.as_ref()?.$field.map(short)
    };
    ($family:ident . $part:ident . $field:ident) => {
        |analysis| analysis.measurements.$family.as_ref()?.$part.$field.map(short)
    };
}

/// Column names are the JSON names; empty cells are values that are absent or cannot be said.
const COLUMNS: [(&str, Cell); 51] = [
    ("path", |a| a.source.path.clone()),
    ("sha256", |a| a.source.sha256.clone()),
    ("container", |a| Some(a.source.container.clone())),
    ("codec", |a| Some(a.source.codec.clone())),
    ("sample_rate_hz", |a| Some(short(a.source.sample_rate_hz))),
    ("channels", |a| Some(a.source.channels.to_string())),
    ("bit_depth", |a| a.source.bit_depth.map(|bits| bits.to_string())),
    ("effective_bit_depth", |a| a.source.effective_bit_depth.map(|bits| bits.to_string())),
    ("duration_s", |a| Some(short(a.source.duration_s))),
    ("integrated_lufs", family!(loudness.integrated_lufs)),
    ("range_lu", family!(loudness.range_lu)),
    ("max_momentary_lufs", family!(loudness.max_momentary_lufs)),
    ("max_short_term_lufs", family!(loudness.max_short_term_lufs)),
    ("true_peak_dbtp", family!(loudness.true_peak_dbtp)),
    ("sample_peak_dbfs", family!(loudness.sample_peak_dbfs)),
    ("plr_db", family!(loudness.plr_db)),
    ("min_psr_db", family!(loudness.min_psr_db)),
    ("replay_gain_db", family!(loudness.replay_gain_db)),
    ("dr", family!(dynamics.dr)),
    ("crest_db", family!(dynamics.crest_db)),
    ("rms_dbfs", family!(dynamics.rms_dbfs)),
    ("centroid_hz", family!(spectrum.centroid_hz)),
    ("rolloff85_hz", family!(spectrum.rolloff85_hz)),
    ("bandwidth_hz", family!(spectrum.bandwidth_hz)),
    ("flatness", |a| a.measurements.spectrum.as_ref()?.flatness.map(|flatness| format!("{flatness:.6}"))),
    ("tilt_db_per_octave", family!(spectrum.tilt_db_per_octave)),
    ("bandwidth_limit_hz", family!(spectrum.bandwidth_limit_hz)),
    ("correlation_mean", family!(stereo.correlation_mean)),
    ("correlation_min", family!(stereo.correlation_min)),
    ("balance_db", family!(stereo.balance_db)),
    ("side_to_mid_db", family!(stereo.side_to_mid_db)),
    ("mono_loss_db", family!(stereo.mono_loss_db)),
    ("bpm", family!(tempo.bpm)),
    ("bpm_confidence", |a| Some(short(a.measurements.tempo.as_ref()?.confidence))),
    ("pulse_confidence", |a| Some(short(a.measurements.tempo.as_ref()?.pulse_confidence))),
    ("bar_confidence", |a| Some(short(a.measurements.tempo.as_ref()?.bar_confidence))),
    ("time_signature", |a| a.measurements.tempo.as_ref()?.time_signature.clone()),
    ("key", |a| a.measurements.key.as_ref()?.name.clone()),
    ("camelot", |a| a.measurements.key.as_ref()?.camelot.clone()),
    ("key_confidence", |a| Some(short(a.measurements.key.as_ref()?.confidence))),
    ("tuning_hz", family!(key.tuning_hz)),
    ("genre", |a| best(&a.measurements.tags.as_ref()?.genre)),
    ("mood", |a| best(&a.measurements.tags.as_ref()?.mood)),
    ("voice", |a| best(&a.measurements.tags.as_ref()?.voice)),
    ("energy", family!(tags.measures.energy)),
    ("brightness", family!(tags.measures.brightness)),
    ("pulse_clarity", family!(tags.measures.pulse_clarity)),
    ("arousal_proxy", family!(tags.measures.arousal_proxy)),
    ("defects", |a| Some(a.measurements.defects.as_ref()?.len().to_string())),
    ("worst_defect", |a| {
        let worst = a.measurements.defects.as_ref()?.iter().map(|defect| defect.severity).max()?;
        Some(worst.name().to_owned())
    }),
    ("heads", |a| heads(&a.measurements.tags.as_ref()?.heads)),
];

fn best(tags: &[Tag]) -> Option<String> {
    tags.first().map(|tag| tag.label.clone())
}

/// The likeliest label of each head, where a track has one, or all of at least one half: `genre=jazz 0.83; mood=calm 0.7`.
fn heads(heads: &[HeadTags]) -> Option<String> {
    let of_head = |head: &HeadTags| {
        let said = match head.kind {
            HeadKind::OneLabel => head.labels.iter().take(1).collect::<Vec<_>>(),
            HeadKind::AnyLabels => head.labels.iter().filter(|tag| tag.probability >= 0.5).collect(),
        };
        let words: Vec<String> = said.iter().map(|tag| format!("{} {}", tag.label, short(tag.probability))).collect();
        format!("{}={}", head.name, words.join(", "))
    };
    (!heads.is_empty()).then(|| heads.iter().map(of_head).collect::<Vec<_>>().join("; "))
}

/// Returns the column names, without a line end.
#[must_use]
pub fn csv_header() -> String {
    COLUMNS.map(|(name, _)| name).join(",")
}

/// Formats one file in the columns of [`csv_header`], without a line end.
#[must_use]
pub fn csv_row(analysis: &Analysis) -> String {
    COLUMNS.map(|(_, cell)| quoted(&cell(analysis).unwrap_or_default())).join(",")
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    #[test]
    fn a_row_has_a_cell_for_every_column_and_quotes_what_needs_it() {
        let mut analysis = cases::full();
        analysis.source.path = Some("a, \"b\".wav".to_owned());
        let row = csv_row(&analysis);
        assert!(row.starts_with("\"a, \"\"b\"\".wav\",ab12,wav,pcm_s24le,48000,2,24,24,180,-18,7,"), "{row}");
        let commas = |text: &str| text.matches(',').count();
        assert_eq!(commas(&row), commas(&csv_header()) + 1);
        assert!(row.ends_with(",house style=<loud> 0.7; use="), "{row}");
        let empty = csv_row(&cases::with(|analysis| analysis.measurements = Default::default()));
        assert!(empty.ends_with(&",".repeat(36)), "{empty}");
    }
}
