//! Names of delivered files: the pattern filled in, and legal on every system.

use balanced_model::Metadata;

use super::DeliveryRule;

/// Longest name in bytes, without its extension: every file system holds 255 with one.
const MOST_BYTES: usize = 180;
/// Names of devices, which Windows lets no file have.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

impl DeliveryRule {
    /// Returns the name of the file without its extension; `stem` is that of the master's file.
    #[must_use]
    pub fn file_stem(&self, metadata: &Metadata, stem: &str) -> String {
        legal(&filled(&self.naming, metadata).unwrap_or_else(|| stem.to_owned()))
    }
}

/// Fills in the pattern; `None` where a value is unknown.
fn filled(pattern: &str, metadata: &Metadata) -> Option<String> {
    let fields = [
        ("{track}", metadata.track_number.map(|number| format!("{number:02}"))),
        ("{artist}", metadata.artists.first().cloned()),
        ("{album}", metadata.album.clone()),
        ("{title}", metadata.title.clone()),
        ("{isrc}", metadata.isrc.clone()),
    ];
    let mut name = String::new();
    let mut rest = pattern;
    // A value is never searched for fields: it may contain anything.
    while let Some((at, (field, value))) =
        fields.iter().filter_map(|field| Some((rest.find(field.0)?, field))).min_by_key(|(at, _)| *at)
    {
        name.push_str(&rest[..at]);
        name.push_str(value.as_deref()?.trim());
        rest = &rest[at + field.len()..];
    }
    name.push_str(rest);
    Some(name)
}

/// Returns a name that Windows, macOS and Linux allow.
fn legal(name: &str) -> String {
    let is_refused = |letter: char| letter.is_control() || "<>:\"/\\|?*".contains(letter);
    let mut name: String = name.chars().map(|letter| if is_refused(letter) { '_' } else { letter }).collect();
    if name.len() > MOST_BYTES {
        let end = (0..=MOST_BYTES).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
        name.truncate(end);
    }
    let name = name.trim().trim_start_matches('.').trim_end_matches(['.', ' ']);
    let base = name.split('.').next().unwrap_or("").to_ascii_lowercase();
    let is_device = DEVICES.iter().any(|device| {
        base.strip_prefix(device).is_some_and(|rest| {
            rest.is_empty() || device.len() == base.len() - 1 && rest.chars().all(|c| c.is_ascii_digit())
        })
    });
    match name {
        "" => "master".to_owned(),
        name if is_device => format!("_{name}"),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_filled_or_the_masters_name_stands() {
        let metadata = Metadata {
            title: Some("{artist}: Live?".to_owned()),
            artists: vec!["AC/DC".to_owned(), "x".to_owned()],
            track_number: Some(3),
            ..Metadata::default()
        };
        let stem = |pattern: &str| filled(pattern, &metadata).map(|name| legal(&name));
        assert_eq!(stem("{track} {title}").as_deref(), Some("03 {artist}_ Live_"));
        assert_eq!(stem("{artist} - {title}").as_deref(), Some("AC_DC - {artist}_ Live_"));
        assert_eq!(stem("{isrc}"), None);
        let rule = crate::deliveries().remove(0);
        assert_eq!(rule.file_stem(&Metadata::default(), "song.final"), "song.final");
    }

    #[test]
    fn names_are_legal_everywhere() {
        let cases = [
            ("..\\..\\etc", "_.._etc"),
            ("  . ", "master"),
            ("a. ", "a"),
            ("CON", "_CON"),
            ("com1.x", "_com1.x"),
            ("contour", "contour"),
            ("com10", "com10"),
            ("a\u{1b}[2J\n", "a_[2J_"),
        ];
        for (given, wanted) in cases {
            assert_eq!(legal(given), wanted, "{given:?}");
        }
        let long = "ü".repeat(200);
        assert!(legal(&long).len() <= MOST_BYTES && legal(&long).starts_with('ü'));
    }
}
