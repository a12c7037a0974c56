//! Text fields by their Vorbis comment names, which every other tag format is translated to.

use balanced_model::Metadata;

/// Adds a text field to the metadata; values that are there stay.
pub(crate) fn assign(metadata: &mut Metadata, name: &str, value: &str) {
    if value.contains('\0') {
        // Several values of ID3v2, or padding.
        return value.split('\0').for_each(|part| assign(metadata, name, part));
    }
    let value = value.trim();
    let name = name.trim().to_uppercase();
    if value.is_empty() || name.is_empty() || name == "WAVEFORMATEXTENSIBLE_CHANNEL_MASK" {
        return;
    }
    let done = match name.as_str() {
        "TITLE" => set(&mut metadata.title, value),
        "ALBUM" => set(&mut metadata.album, value),
        "DATE" | "YEAR" => set(&mut metadata.date, value),
        "ISRC" => set(&mut metadata.isrc, &normal_isrc(value).unwrap_or_else(|| value.to_owned())),
        "BARCODE" | "UPC" | "EAN" => set(&mut metadata.upc, value),
        "ARTIST" => push(&mut metadata.artists, value),
        "ALBUMARTIST" | "ALBUM ARTIST" => push(&mut metadata.album_artists, value),
        "GENRE" => push(&mut metadata.genres, value),
        "COMMENT" => push(&mut metadata.comments, value),
        "TRACKNUMBER" => number(&mut metadata.track_number, &mut metadata.track_total, value),
        "DISCNUMBER" => number(&mut metadata.disc_number, &mut metadata.disc_total, value),
        "TRACKTOTAL" | "TOTALTRACKS" => total(&mut metadata.track_total, value),
        "DISCTOTAL" | "TOTALDISCS" => total(&mut metadata.disc_total, value),
        _ => false,
    };
    if !done {
        push(metadata.other.entry(name).or_default(), value);
    }
}

/// Returns every text field by its name, in a fixed order.
pub(crate) fn listed(metadata: &Metadata) -> Vec<(String, String)> {
    let mut list = Vec::new();
    let mut add = |name: &str, value: &str| list.push((name.to_owned(), value.to_owned()));
    let single = [("TITLE", &metadata.title), ("ALBUM", &metadata.album), ("DATE", &metadata.date)];
    let codes = [("ISRC", &metadata.isrc), ("BARCODE", &metadata.upc)];
    for (name, value) in single.iter().chain(&codes) {
        value.iter().for_each(|value| add(name, value));
    }
    let several = [
        ("ARTIST", &metadata.artists),
        ("ALBUMARTIST", &metadata.album_artists),
        ("GENRE", &metadata.genres),
        ("COMMENT", &metadata.comments),
    ];
    for (name, values) in several {
        values.iter().for_each(|value| add(name, value));
    }
    let numbers = [
        ("TRACKNUMBER", metadata.track_number),
        ("TRACKTOTAL", metadata.track_total),
        ("DISCNUMBER", metadata.disc_number),
        ("DISCTOTAL", metadata.disc_total),
    ];
    for (name, value) in numbers {
        value.iter().for_each(|value| add(name, &value.to_string()));
    }
    for (name, values) in &metadata.other {
        values.iter().for_each(|value| add(name, value));
    }
    list
}

/// Fills what `metadata` lacks from `other`, field by field.
pub(crate) fn fill(metadata: &mut Metadata, other: Metadata) {
    fn or<T>(own: &mut Option<T>, theirs: Option<T>) {
        if own.is_none() {
            *own = theirs;
        }
    }
    fn or_list<T>(own: &mut Vec<T>, theirs: Vec<T>) {
        if own.is_empty() {
            *own = theirs;
        }
    }
    or(&mut metadata.title, other.title);
    or(&mut metadata.album, other.album);
    or(&mut metadata.date, other.date);
    or(&mut metadata.isrc, other.isrc);
    or(&mut metadata.upc, other.upc);
    or(&mut metadata.track_number, other.track_number);
    or(&mut metadata.track_total, other.track_total);
    or(&mut metadata.disc_number, other.disc_number);
    or(&mut metadata.disc_total, other.disc_total);
    or_list(&mut metadata.artists, other.artists);
    or_list(&mut metadata.album_artists, other.album_artists);
    or_list(&mut metadata.genres, other.genres);
    or_list(&mut metadata.comments, other.comments);
    or_list(&mut metadata.pictures, other.pictures);
    for (name, values) in other.other {
        metadata.other.entry(name).or_insert(values);
    }
    metadata.unread.extend(other.unread);
}

/// Returns an ISRC in its twelve characters (ISO 3901: country, registrant, year, designation); `None` if it is none.
#[must_use]
pub fn normal_isrc(code: &str) -> Option<String> {
    let code: String = code.chars().filter(|c| !matches!(c, '-' | ' ')).collect::<String>().to_ascii_uppercase();
    let code = code.strip_prefix("ISRC").unwrap_or(&code);
    let bytes = code.as_bytes();
    let is_well_formed = bytes.len() == 12
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..5].iter().all(u8::is_ascii_alphanumeric)
        && bytes[5..].iter().all(u8::is_ascii_digit);
    is_well_formed.then(|| code.to_owned())
}

/// Returns whether a UPC or EAN has 12 or 13 digits of which the last checks the others (GS1 General Specifications, 7.9).
#[must_use]
pub fn is_upc_valid(code: &str) -> bool {
    let digits: Option<Vec<u32>> = code.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| matches!(digits.len(), 12 | 13)) else { return false };
    let weighted = digits.iter().rev().enumerate().map(|(place, digit)| digit * if place % 2 == 0 { 1 } else { 3 });
    weighted.sum::<u32>() % 10 == 0
}

/// Returns whether a text field tells of the file that it was read from and is wrong in a master: gains, loudness, encoder.
#[must_use]
pub fn is_about_the_former_file(name: &str) -> bool {
    const NAMES: [&str; 9] = [
        "ENCODER",
        "ENCODERSETTINGS",
        "ENCODING",
        "ENCODER_OPTIONS",
        "ITUNNORM",
        "ITUNSMPB",
        "LENGTH",
        "TLEN",
        "ACOUSTID_FINGERPRINT",
    ];
    let prefixes = ["REPLAYGAIN_", "R128_", "MP3GAIN_", "LOUDNESS_"];
    NAMES.contains(&name) || prefixes.iter().any(|prefix| name.starts_with(prefix))
}

fn set(slot: &mut Option<String>, value: &str) -> bool {
    match slot {
        Some(known) => known == value,
        None => {
            *slot = Some(value.to_owned());
            true
        }
    }
}

fn push(list: &mut Vec<String>, value: &str) -> bool {
    if !list.iter().any(|known| known == value) {
        list.push(value.to_owned());
    }
    true
}

/// Reads `3` or `3/12`.
fn number(number: &mut Option<u32>, total: &mut Option<u32>, value: &str) -> bool {
    let (first, second) = value.split_once('/').map_or((value, None), |(first, second)| (first, Some(second)));
    let Ok(first) = first.trim().parse() else { return false };
    let second = match second.map(|text| text.trim().parse()) {
        None => None,
        Some(Ok(second)) => Some(second),
        Some(Err(_)) => return false,
    };
    if number.is_some_and(|known| known != first) {
        return false;
    }
    *number = Some(first);
    *total = total.or(second);
    true
}

fn total(slot: &mut Option<u32>, value: &str) -> bool {
    let Ok(value) = value.parse() else { return false };
    let is_new = slot.is_none_or(|known| known == value);
    *slot = slot.or(Some(value));
    is_new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_known_by_their_form() {
        assert_eq!(normal_isrc("us-rc1-76-07839").as_deref(), Some("USRC17607839"));
        assert_eq!(normal_isrc("ISRC USRC17607839").as_deref(), Some("USRC17607839"));
        for wrong in ["", "USRC1760783", "1SRC17607839", "USRC1760783X", "USRC176078390"] {
            assert_eq!(normal_isrc(wrong), None, "{wrong}");
        }
        // The examples of the GS1 General Specifications: EAN-13 6291041500213, UPC-A 614141999996.
        assert!(is_upc_valid("6291041500213") && is_upc_valid("614141999996"));
        assert!(!is_upc_valid("6291041500214") && !is_upc_valid("61414199999") && !is_upc_valid("61414199999x"));
    }

    #[test]
    fn fields_are_listed_as_they_were_assigned() {
        let mut metadata = Metadata::default();
        let given = [
            ("title", "T"),
            ("Artist", "A"),
            ("ARTIST", "B"),
            ("TRACKNUMBER", "3/12"),
            ("DISCNUMBER", "A1"),
            ("COMPOSER", "C"),
            ("TITLE", "second"),
            ("GENRE", " \0"),
        ];
        given.iter().for_each(|(name, value)| assign(&mut metadata, name, value));
        assert_eq!((metadata.track_number, metadata.track_total, metadata.disc_number), (Some(3), Some(12), None));
        assert_eq!(metadata.artists, ["A", "B"]);
        let mut again = Metadata::default();
        listed(&metadata).iter().for_each(|(name, value)| assign(&mut again, name, value));
        assert_eq!(again, metadata);
    }
}
