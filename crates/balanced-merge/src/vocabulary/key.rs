//! Names of keys, in any spelling.

use std::fmt;

use balanced_model::KeyMode;

/// Spelling of the local analysis, from C.
const MAJOR: [&str; 12] = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];
const MINOR: [&str; 12] = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"];

/// One of the 24 keys of equal temperament.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyName {
    /// Semitones of the tonic above C, 0 to 11.
    pub pitch_class: u8,
    /// Major or minor.
    pub mode: KeyMode,
}

impl KeyName {
    /// Reads `C# minor`, `Db major`, GraphQL's `csMinor` and `dbMajor`, REST's `cSharpMinor` and `dFlatMajor`, in any case
    /// of the mode; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let at = text.len().checked_sub("minor".len()).filter(|at| text.is_char_boundary(*at))?;
        let (tonic, mode) = text.split_at(at);
        let mode = match mode.to_ascii_lowercase().as_str() {
            "major" => KeyMode::Major,
            "minor" => KeyMode::Minor,
            _ => return None,
        };
        let mut letters = tonic.trim_end_matches([' ', ':']).chars();
        let natural = match letters.next()?.to_ascii_lowercase() {
            'c' => 0,
            'd' => 2,
            'e' => 4,
            'f' => 5,
            'g' => 7,
            'a' => 9,
            'b' => 11,
            _ => return None,
        };
        let semitones = match letters.as_str() {
            "" => 0,
            "#" | "s" | "♯" | "Sharp" => 1,
            "b" | "♭" | "Flat" => 11,
            _ => return None,
        };
        Some(Self { pitch_class: (natural + semitones) % 12, mode })
    }

    /// Returns the tonic, such as `C#`.
    #[must_use]
    pub fn tonic(self) -> &'static str {
        let names = if self.mode == KeyMode::Major { MAJOR } else { MINOR };
        names[usize::from(self.pitch_class % 12)]
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.tonic(), self.mode.name())
    }
}
