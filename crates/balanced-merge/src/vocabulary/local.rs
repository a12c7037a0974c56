//! Which of the local tags is which of Cyanite's: a table.
//!
//! The relations are those of SKOS (W3C Recommendation, 2009, section 10). They compare what the words mean; how the two
//! programs hear them is what the merge measures.

use super::Category::{self, Genre, Instrument, Mood, MusicFor, Subgenre, VocalStyle, Voice};

/// How a local label relates to Cyanite's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Relation {
    /// `skos:exactMatch`: one word, one meaning.
    Exact,
    /// `skos:closeMatch`: one word, but the two cover somewhat different music; they are compared.
    Close,
    /// `skos:narrowMatch`: the local label covers all of the named ones; it is compared with the highest of them.
    CoversAll,
    /// `skos:relatedMatch`: near, but not comparable.
    Related,
    /// Cyanite has no such label.
    None,
}

/// A local label and its counterparts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalLabel {
    /// Category of the label.
    pub category: Category,
    /// The label, as in the local tags.
    pub label: &'static str,
    /// How it relates to `theirs`.
    pub relation: Relation,
    /// Cyanite's labels in the one spelling, with what they describe.
    pub theirs: &'static [(Category, &'static str)],
    /// Difference in meaning, in words; empty where there is none.
    pub remark: &'static str,
}

const fn exact(category: Category, label: &'static str, theirs: &'static [(Category, &'static str)]) -> LocalLabel {
    LocalLabel { category, label, relation: Relation::Exact, theirs, remark: "" }
}

const fn other(
    category: Category,
    label: &'static str,
    relation: Relation,
    theirs: &'static [(Category, &'static str)],
    remark: &'static str,
) -> LocalLabel {
    LocalLabel { category, label, relation, theirs, remark }
}

/// Every label of the local tags.
#[rustfmt::skip]
pub const LOCAL: [LocalLabel; 48] = [
    other(Genre, "ambient", Relation::Close, &[(Genre, "ambient")], "new age counts too"),
    exact(Genre, "blues", &[(Genre, "blues")]),
    other(Genre, "classical", Relation::Close, &[(Genre, "classical")], "opera and choirs count too"),
    exact(Genre, "electronicDance", &[(Genre, "electronicDance")]),
    exact(Genre, "folkCountry", &[(Genre, "folkCountry")]),
    exact(Genre, "funkSoul", &[(Genre, "funkSoul")]),
    other(Genre, "indian", Relation::Close, &[(Genre, "indian")], "known from one catalogue only, mostly by the sitar"),
    exact(Genre, "jazz", &[(Genre, "jazz")]),
    exact(Genre, "metal", &[(Genre, "metal")]),
    exact(Genre, "pop", &[(Genre, "pop")]),
    exact(Genre, "rapHipHop", &[(Genre, "rapHipHop")]),
    exact(Genre, "rnb", &[(Genre, "rnb")]),
    other(Genre, "rock", Relation::Close, &[(Genre, "rock")], "indie, alternative and punk count too, which V6 has apart"),
    exact(Subgenre, "country", &[(Subgenre, "country")]),
    exact(Subgenre, "easyListening", &[(Subgenre, "easyListening")]),
    exact(Subgenre, "electro", &[(Subgenre, "electro")]),
    exact(Subgenre, "folk", &[(Subgenre, "folk")]),
    exact(Subgenre, "funk", &[(Subgenre, "funk")]),
    exact(Subgenre, "hardRock", &[(Subgenre, "hardRock")]),
    exact(Subgenre, "heavyMetal", &[(Subgenre, "heavyMetal")]),
    exact(Subgenre, "house", &[(Subgenre, "house")]),
    other(Subgenre, "indieAlternative", Relation::Close, &[(Subgenre, "indieAlternative")], "indie pop counts too"),
    other(Subgenre, "psychedelicProgressiveRock", Relation::Close, &[(Subgenre, "psychedelicProgressiveRock")], "progressive rock only"),
    exact(Subgenre, "punk", &[(Subgenre, "punk")]),
    exact(Subgenre, "soul", &[(Subgenre, "soul")]),
    exact(Subgenre, "techno", &[(Subgenre, "techno")]),
    other(Mood, "calm", Relation::Close, &[(Mood, "calm")], "read from mellow, slow, quiet and soft"),
    exact(Mood, "chilled", &[(Mood, "chilled")]),
    other(Mood, "energetic", Relation::Close, &[(Mood, "energetic")], "read from fast and loud"),
    exact(Mood, "happy", &[(Mood, "happy")]),
    other(Mood, "party", Relation::Related, &[(MusicFor, "party")], "theirs is an occasion, not a mood"),
    exact(Mood, "sad", &[(Mood, "sad")]),
    exact(Mood, "sexy", &[(Mood, "sexy")]),
    exact(Instrument, "cello", &[(Instrument, "cello")]),
    exact(Instrument, "flute", &[(Instrument, "flute")]),
    other(Instrument, "guitar", Relation::CoversAll, &[(Instrument, "acousticGuitar"), (Instrument, "electricGuitar")], "acoustic and electric are one"),
    exact(Instrument, "harp", &[(Instrument, "harp")]),
    exact(Instrument, "harpsichord", &[(Instrument, "harpsichord")]),
    other(Instrument, "percussion", Relation::CoversAll, &[(Instrument, "percussion"), (Instrument, "drumKit"), (Instrument, "electronicDrums")], "drums and beats are one"),
    exact(Instrument, "piano", &[(Instrument, "piano")]),
    exact(Instrument, "sitar", &[(Instrument, "sitar")]),
    exact(Instrument, "strings", &[(Instrument, "strings")]),
    exact(Instrument, "synth", &[(Instrument, "synth")]),
    exact(Instrument, "violin", &[(Instrument, "violin")]),
    other(Voice, "choir", Relation::Related, &[(VocalStyle, "femaleChoir"), (VocalStyle, "maleChoir"), (VocalStyle, "mixedChoir"), (VocalStyle, "syntheticChoir")], "theirs says who sings, in another vocabulary"),
    exact(Voice, "female", &[(Voice, "female")]),
    exact(Voice, "instrumental", &[(Voice, "instrumental")]),
    exact(Voice, "male", &[(Voice, "male")]),
];

/// Returns the row of a local label; `None` for a label that the table does not hold.
#[must_use]
pub fn local_label(category: Category, label: &str) -> Option<&'static LocalLabel> {
    LOCAL.iter().find(|row| row.category == category && row.label == label)
}
