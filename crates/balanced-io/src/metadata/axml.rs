//! ISRC of an `axml` chunk: EBU Core metadata in a Broadcast Wave file (EBU Tech 3352, "The Carriage of Identifiers in the Broadcast
//! Wave Format").

use super::fields::normal_isrc;

/// Returns the ISRC that a document names: the text of an identifier whose label or type is `ISRC`.
pub(crate) fn isrc(document: &[u8]) -> Option<String> {
    let document = std::str::from_utf8(document).ok()?;
    let mut rest = document;
    while let Some(at) = rest.find("\"ISRC\"") {
        let (before, after) = rest.split_at(at);
        rest = &after[6..];
        let is_label = before.trim_end_matches('=').ends_with("formatLabel")
            || before.trim_end_matches('=').ends_with("typeLabel");
        let Some(element) = rest.split_once('>').map(|(_, content)| content).filter(|_| is_label) else { continue };
        // The code stands in the element itself, or in a `dc:identifier` within it.
        let content = element.split("dc:identifier").nth(1).unwrap_or(element);
        let content = content
            .split_once('>')
            .map_or(content, |(_, inner)| if element.trim_start().starts_with('<') { inner } else { content });
        let code = content.split('<').next().unwrap_or_default().trim();
        let code = code.strip_prefix("ISRC").map_or(code, |rest| rest.trim_start_matches([':', ' ']));
        if let Some(code) = normal_isrc(code) {
            return Some(code);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_isrc_of_ebu_core_is_found_and_others_are_not() {
        let document = |inner: &str| {
            format!(
                "<?xml version=\"1.0\"?><ebuCoreMain xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><coreMetadata>{inner}</coreMetadata></ebuCoreMain>"
            )
        };
        let found = |inner: &str| isrc(document(inner).as_bytes());
        let identifier = "<identifier typeLabel=\"GUID\" formatLabel=\"ISRC\" formatLink=\"http://x\"><dc:identifier>ISRC:FRXXX1234567</dc:identifier></identifier>";
        assert_eq!(found(identifier).as_deref(), Some("FRXXX1234567"));
        assert_eq!(
            found("<identifier typeLabel=\"ISRC\">US-RC1-76-07839</identifier>").as_deref(),
            Some("USRC17607839")
        );
        let spaced = "<ebucore:identifier typeLabel=\"ISRC\">\n  <dc:identifier>USRC17607839</dc:identifier>\n</ebucore:identifier>";
        assert_eq!(found(spaced).as_deref(), Some("USRC17607839"));
        assert_eq!(
            found("<identifier formatLabel=\"EAN\"><dc:identifier>USRC17607839</dc:identifier></identifier>"),
            None
        );
        assert_eq!(found("<title name=\"ISRC\">USRC17607839</title>"), None);
        assert_eq!(isrc(b"\xff\"ISRC\""), None);
    }
}
