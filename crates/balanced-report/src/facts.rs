//! The rows every report shows: one list for text and HTML.

use balanced_model::{
    Analysis, Bands, DefectKind, Dynamics, HeadTag, HeadTags, Key, Loudness, SoundMeasures, Source, Spectrum, Stereo,
    Tag, Tags, Tempo,
};

use crate::number::{NONE, clock, fixed, frequency, maybe, signed};

/// A heading with its rows.
pub(crate) struct Section {
    pub title: &'static str,
    pub rows: Vec<Row>,
}

/// A label, a value and its unit.
pub(crate) struct Row {
    pub label: String,
    pub value: String,
    pub unit: &'static str,
}

fn row(label: impl Into<String>, value: impl Into<String>, unit: &'static str) -> Row {
    Row { label: label.into(), value: value.into(), unit }
}

fn number(label: &str, value: Option<f64>, decimals: usize, unit: &'static str) -> Row {
    let unit = if value.is_some() { unit } else { "" };
    row(label, maybe(value, decimals), unit)
}

/// Names of the regions of [`Bands`].
pub(crate) const REGIONS: [(&str, &str); 7] = [
    ("Sub", "20–60 Hz"),
    ("Low", "60–200 Hz"),
    ("Low mid", "200–500 Hz"),
    ("Mid", "0.5–2 kHz"),
    ("High mid", "2–5 kHz"),
    ("High", "5–10 kHz"),
    ("Air", "10–20 kHz"),
];

/// Levels of the regions, in order.
pub(crate) fn region_levels(bands: &Bands) -> [Option<f64>; 7] {
    [bands.sub, bands.low, bands.low_mid, bands.mid, bands.high_mid, bands.high, bands.air]
}

/// One section for each family that was measured, in the order of the result.
pub(crate) fn sections(analysis: &Analysis) -> Vec<Section> {
    let measured = &analysis.measurements;
    // The first number of each family; where it is not known, the reason stands below the family's rows.
    let with_reason = |mut section: Section, path: &str| {
        if let Some(reason) = measured.reasons.get(path) {
            section.rows.push(row("Not known because", reason.clone(), ""));
        }
        section
    };
    let mut sections = Vec::new();
    sections.extend(measured.loudness.as_ref().map(|l| with_reason(loudness(l), "loudness.integrated_lufs")));
    sections.extend(measured.dynamics.as_ref().map(|d| with_reason(dynamics(d), "dynamics.dr")));
    sections.extend(measured.spectrum.as_ref().map(|s| with_reason(spectrum(s), "spectrum.centroid_hz")));
    sections.extend(measured.stereo.as_ref().map(|s| with_reason(stereo(s), "stereo.balance_db")));
    sections.extend(measured.tempo.as_ref().map(|t| with_reason(tempo(t), "tempo.bpm")));
    sections.extend(measured.key.as_ref().map(|k| with_reason(key(k), "key.name")));
    sections.extend(measured.tags.as_ref().map(tags));
    sections
}

/// Name of the file without its folder, or what stands for audio from memory.
pub(crate) fn name(source: &Source) -> &str {
    let path = source.path.as_deref().unwrap_or("audio from memory");
    last_part(path)
}

/// Returns the name at the end of a path.
pub(crate) fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path)
}

/// One line about the file: `WAV, pcm_s24le · 48 kHz · stereo · 24 bit · 3:00.0`.
pub(crate) fn format_line(source: &Source) -> String {
    let mut parts = vec![format!("{} ({})", source.container.to_uppercase(), source.codec)];
    parts.push(frequency(source.sample_rate_hz));
    parts.push(source.channel_layout.clone());
    if let Some(bits) = source.bit_depth {
        parts.push(format!("{bits} bit"));
    }
    parts.push(clock(source.duration_s));
    parts.join(" · ")
}

fn loudness(loudness: &Loudness) -> Section {
    let mut rows = vec![
        number("Integrated loudness", loudness.integrated_lufs, 1, "LUFS"),
        number("Loudness range", loudness.range_lu, 1, "LU"),
        number("Loudest 400 ms", loudness.max_momentary_lufs, 1, "LUFS"),
        number("Loudest 3 s", loudness.max_short_term_lufs, 1, "LUFS"),
        number("True peak", loudness.true_peak_dbtp, 2, "dBTP"),
    ];
    if let Some(at_s) = loudness.true_peak_at_s {
        rows.push(row("True peak at", clock(at_s), ""));
    }
    if loudness.clipped_run_count > 0 {
        rows.push(row("Runs of samples at full scale", loudness.clipped_run_count.to_string(), ""));
    }
    rows.extend([
        number("Sample peak", loudness.sample_peak_dbfs, 2, "dBFS"),
        number("Peak to loudness (PLR)", loudness.plr_db, 1, "dB"),
        number("Lowest peak to short-term (PSR)", loudness.min_psr_db, 1, "dB"),
        number("ReplayGain 2.0", loudness.replay_gain_db, 1, "dB"),
    ]);
    Section { title: "Loudness and peaks", rows }
}

fn dynamics(dynamics: &Dynamics) -> Section {
    let rows = vec![
        number("Dynamic range (DR)", dynamics.dr, 1, "dB"),
        number("Crest factor", dynamics.crest_db, 1, "dB"),
        number("RMS", dynamics.rms_dbfs, 1, "dBFS"),
        number("Noise floor", dynamics.noise_floor_dbfs, 1, "dBFS"),
        number("Loudest to softest section", dynamics.macro_dynamics_lu, 1, "LU"),
    ];
    Section { title: "Dynamics", rows }
}

fn spectrum(spectrum: &Spectrum) -> Section {
    let mut rows = vec![
        number("Centroid", spectrum.centroid_hz, 0, "Hz"),
        number("85 % roll-off", spectrum.rolloff85_hz, 0, "Hz"),
        number("Bandwidth", spectrum.bandwidth_hz, 0, "Hz"),
        number("Flatness", spectrum.flatness, 4, ""),
        number("Flux", spectrum.flux, 3, ""),
        number("Tilt, 100 Hz to 10 kHz", spectrum.tilt_db_per_octave, 1, "dB/octave"),
    ];
    if let Some(limit_hz) = spectrum.bandwidth_limit_hz {
        rows.push(row("Nothing above", fixed(limit_hz, 0), "Hz"));
    }
    for ((name, range), level) in REGIONS.iter().zip(region_levels(&spectrum.bands)) {
        rows.push(number(&format!("{name}, {range}"), level, 1, "dB"));
    }
    Section { title: "Spectrum", rows }
}

fn stereo(stereo: &Stereo) -> Section {
    let mut rows = vec![
        number("Correlation, whole track", stereo.correlation_mean, 2, ""),
        number("Correlation, lowest", stereo.correlation_min, 2, ""),
        row("Balance", stereo.balance_db.map_or_else(|| NONE.to_owned(), balance), ""),
        number("Side to mid", stereo.side_to_mid_db, 1, "dB"),
        number("Lost in mono", stereo.mono_loss_db, 1, "dB"),
        number("Side to mid below 120 Hz", stereo.low_side_to_mid_db, 1, "dB"),
    ];
    if let Some(hint) = &stereo.channel_order_hint {
        rows.push(row("Channel order", hint.clone(), ""));
    }
    for ((name, range), share) in REGIONS.iter().zip(&stereo.width_per_band) {
        rows.push(number(&format!("Side share, {name} ({range})"), share.map(|share| 100.0 * share), 0, "%"));
    }
    Section { title: "Stereo", rows }
}

fn balance(balance_db: f64) -> String {
    let size = fixed(balance_db.abs(), 1);
    match size.as_str() {
        "0.0" => "centred".to_owned(),
        _ if balance_db > 0.0 => format!("right {size} dB"),
        _ => format!("left {size} dB"),
    }
}

fn tempo(tempo: &Tempo) -> Section {
    let mut rows = vec![number("Tempo", tempo.bpm, 1, "BPM"), percent("Confidence", Some(tempo.confidence))];
    rows.push(percent("Confidence of the pulse", Some(tempo.pulse_confidence)));
    let others: Vec<_> = tempo
        .candidates
        .iter()
        .filter(|candidate| tempo.bpm.is_none_or(|bpm| (candidate.bpm - bpm).abs() > 0.05))
        .map(|candidate| format!("{} ({} %)", fixed(candidate.bpm, 1), fixed(100.0 * candidate.weight, 0)))
        .collect();
    if !others.is_empty() {
        rows.push(row("Other readings", others.join(", "), ""));
    }
    rows.push(percent("Steadiness", tempo.stability));
    rows.extend(local_tempo(tempo));
    if let Some(signature) = &tempo.time_signature {
        rows.push(row("Metre", signature.clone(), ""));
    }
    rows.push(percent("Confidence of the bars", Some(tempo.bar_confidence)));
    rows.push(row("Beats found", tempo.beats_s.len().to_string(), ""));
    rows.push(number("Note onsets", tempo.onset_rate_hz, 1, "per second"));
    Section { title: "Tempo", rows }
}

/// Between which tempi nine tenths of the beats lie, where that is more than a player's jitter.
fn local_tempo(tempo: &Tempo) -> Option<Row> {
    let mut local = tempo.curve.bpm.clone();
    local.sort_by(f64::total_cmp);
    let (low, high) = (*local.get(local.len() / 20)?, *local.get(local.len() - 1 - local.len() / 20)?);
    (high > 1.05 * low).then(|| row("Tempo over time", format!("{} to {}", fixed(low, 1), fixed(high, 1)), "BPM"))
}

fn percent(label: &str, share: Option<f64>) -> Row {
    number(label, share.map(|share| 100.0 * share), 0, "%")
}

fn key(key: &Key) -> Section {
    let mut rows = vec![row("Key", key.name.clone().unwrap_or_else(|| NONE.to_owned()), "")];
    if let Some(camelot) = &key.camelot {
        rows.push(row("Camelot", camelot.clone(), ""));
    }
    rows.push(percent("Confidence", Some(key.confidence)));
    let others: Vec<_> = key
        .candidates
        .iter()
        .filter(|candidate| key.name.as_ref() != Some(&candidate.name))
        .take(3)
        .map(|candidate| format!("{} ({} %)", candidate.name, fixed(100.0 * candidate.weight, 0)))
        .collect();
    if !others.is_empty() {
        rows.push(row("Other readings", others.join(", "), ""));
    }
    rows.push(number("Tuning of A4", key.tuning_hz, 1, "Hz"));
    Section { title: "Key", rows }
}

fn tags(tags: &Tags) -> Section {
    let list = |tags: &[Tag]| -> String {
        let words: Vec<_> = likely(tags).map(|tag| format!("{} {}", tag.label, fixed(tag.score, 2))).collect();
        words.join(", ")
    };
    let mut rows: Vec<Row> = tag_groups(tags).into_iter().map(|(name, tags)| row(name, list(tags), "")).collect();
    rows.extend(tags.heads.iter().map(|head| row(format!("Head {}", head.name), head_labels(head), "")));
    rows.extend(measures(&tags.measures));
    rows.extend(tags.notes.iter().map(|note| row("Note", note.clone(), "")));
    Section { title: "Tags", rows }
}

/// The labels that are likelier than on any track, or the first if none is; four at most.
pub(crate) fn likely(tags: &[Tag]) -> impl Iterator<Item = &Tag> {
    let count = tags.iter().take(4).filter(|tag| tag.score > 0.5).count().max(1);
    tags.iter().take(count)
}

/// The likeliest labels of a head with their probabilities: four at most, and those of at least a tenth.
fn head_labels(head: &HeadTags) -> String {
    let count = head.labels.iter().take(4).filter(|tag| tag.probability >= 0.1).count().max(1);
    let words = |tag: &HeadTag| format!("{} {} %", tag.label, fixed(100.0 * tag.probability, 0));
    head.labels.iter().take(count).map(words).collect::<Vec<_>>().join(", ")
}

/// The measures that need no network.
pub(crate) fn measures(measures: &SoundMeasures) -> Vec<Row> {
    let values = [
        ("Energy", measures.energy),
        ("Brightness", measures.brightness),
        ("Pulse clarity", measures.pulse_clarity),
        ("Arousal (proxy)", measures.arousal_proxy),
    ];
    values
        .into_iter()
        .filter(|(_, value)| value.is_some())
        .map(|(name, value)| number(name, value, 2, "of 1"))
        .collect()
}

/// The categories that hold something, with their names.
pub(crate) fn tag_groups(tags: &Tags) -> Vec<(&'static str, &[Tag])> {
    let groups = [
        ("Genre", tags.genre.as_slice()),
        ("Subgenre", tags.subgenre.as_slice()),
        ("Mood", tags.mood.as_slice()),
        ("Instruments", tags.instrument.as_slice()),
        ("Voice", tags.voice.as_slice()),
    ];
    groups.into_iter().filter(|(_, tags)| !tags.is_empty()).collect()
}

/// `MonoAsStereo` as `Mono as stereo`.
pub(crate) fn defect_name(kind: DefectKind) -> String {
    sentence(&balanced_model::FindingKind::Defect(kind).name())
}

/// `sub_rumble` as `Sub rumble`.
pub(crate) fn sentence(snake: &str) -> String {
    let spaced = snake.replace('_', " ");
    if let Some(rest) = spaced.strip_prefix("dc ") {
        return format!("DC {rest}");
    }
    let mut letters = spaced.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Describes the effect of a service: `turned down 3.2 dB`.
pub(crate) fn platform_effect(gain_db: Option<f64>, would_limit: bool) -> String {
    let Some(gain_db) = gain_db else { return NONE.to_owned() };
    let limit = if would_limit { ", into its limiter" } else { "" };
    match signed(gain_db, 1) {
        none if none == "0.0" => "as it is".to_owned(),
        down if down.starts_with('-') => format!("turned down {} dB{limit}", &down[1..]),
        up => format!("turned up {} dB{limit}", &up[1..]),
    }
}

/// `spotify_normal` as `Spotify, normal`; names that are not known become words.
pub(crate) fn platform_name(name: &str) -> String {
    let known = match name {
        "spotify_normal" => "Spotify, normal",
        "spotify_loud" => "Spotify, loud",
        "spotify_quiet" => "Spotify, quiet",
        "apple_music" => "Apple Music",
        "youtube" => "YouTube",
        "tidal" => "TIDAL",
        "amazon_music" => "Amazon Music",
        "soundcloud" => "SoundCloud",
        "broadcast_r128" => "Broadcast, EBU R 128",
        "broadcast_atsc_a85" => "Broadcast, ATSC A/85",
        _ => return sentence(&name.replace('-', " ")),
    };
    known.to_owned()
}
