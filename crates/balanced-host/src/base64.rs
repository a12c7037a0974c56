//! Base64 (RFC 4648, section 4), reading only; white space and missing padding are accepted.

/// The bytes, or what is wrong.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0u32);
    let letters = text.char_indices().filter(|(_, letter)| !letter.is_ascii_whitespace());
    for (place, letter) in letters.take_while(|(_, letter)| *letter != '=') {
        let value = value(letter).ok_or_else(|| format!("`{letter}` at {place} is no base64"))?;
        bits = (bits << 6) | value;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    if held == 6 { Err("the base64 ends in the middle of a byte".to_owned()) } else { Ok(bytes) }
}

fn value(letter: char) -> Option<u32> {
    let (from, base) = match letter {
        'A'..='Z' => ('A', 0),
        'a'..='z' => ('a', 26),
        '0'..='9' => ('0', 52),
        '+' => ('+', 62),
        '/' => ('/', 63),
        _ => return None,
    };
    Some(letter as u32 - from as u32 + base)
}

#[cfg(test)]
mod tests {
    use super::decode;

    /// The test vectors of RFC 4648, section 10.
    #[test]
    fn the_rfc_examples_are_read() {
        let pairs = [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9v\nYmFy", "foobar"),
        ];
        for (coded, plain) in pairs {
            assert_eq!(decode(coded).unwrap(), plain.as_bytes(), "{coded}");
            assert_eq!(decode(coded.trim_end_matches('=')).unwrap(), plain.as_bytes());
        }
        assert_eq!(decode("+/8A").unwrap(), [0xfb, 0xff, 0x00]);
        assert!(decode("Zm9*").is_err() && decode("Z").is_err());
    }
}
