//! Names of keys: the spelling of the field, the Camelot wheel and Open Key.

use balanced_model::KeyMode;

const MAJOR: [&str; 12] = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];
const MINOR: [&str; 12] = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"];

/// One of 24 keys: 0 to 11 major from C, 12 to 23 minor from C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeyIndex(pub usize);

impl KeyIndex {
    pub fn mode(self) -> KeyMode {
        if self.0 < 12 { KeyMode::Major } else { KeyMode::Minor }
    }

    pub fn tonic(self) -> &'static str {
        if self.0 < 12 { MAJOR[self.0 % 12] } else { MINOR[self.0 % 12] }
    }

    pub fn name(self) -> String {
        format!("{} {}", self.tonic(), if self.0 < 12 { "major" } else { "minor" })
    }

    /// Fifths above C major of the key with the same notes, 0 to 11.
    fn fifths(self) -> usize {
        let major_tonic = if self.0 < 12 { self.0 } else { self.0 + 3 };
        7 * major_tonic % 12
    }

    /// Camelot: C major is 8B, A minor 8A, a fifth up one more.
    pub fn camelot(self) -> String {
        format!("{}{}", (self.fifths() + 7) % 12 + 1, if self.0 < 12 { 'B' } else { 'A' })
    }

    /// Open Key: C major is 1d, A minor 1m, a fifth up one more.
    pub fn open_key(self) -> String {
        format!("{}{}", self.fifths() + 1, if self.0 < 12 { 'd' } else { 'm' })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the printed wheels.
    #[test]
    fn the_wheels_are_right() {
        for (key, name, camelot, open) in [
            (0, "C major", "8B", "1d"),
            (7, "G major", "9B", "2d"),
            (5, "F major", "7B", "12d"),
            (6, "F# major", "2B", "7d"),
            (11, "B major", "1B", "6d"),
            (21, "A minor", "8A", "1m"),
            (13, "C# minor", "12A", "5m"),
            (20, "G# minor", "1A", "6m"),
            (14, "D minor", "7A", "12m"),
        ] {
            let key = KeyIndex(key);
            assert_eq!((key.name().as_str(), key.camelot().as_str(), key.open_key().as_str()), (name, camelot, open));
        }
    }
}
