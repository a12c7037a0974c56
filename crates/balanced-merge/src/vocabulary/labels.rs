//! The vocabularies in the one spelling: tables.

use super::Category;

/// The labels of a category.
pub(super) fn of(category: Category) -> &'static [&'static str] {
    match category {
        Category::Genre => &GENRE,
        Category::Subgenre => &SUBGENRE,
        Category::ClassicalEpoch => &CLASSICAL_EPOCH,
        Category::Mood => &MOOD,
        Category::MoodAdvanced => &MOOD_ADVANCED,
        Category::Instrument => &INSTRUMENT,
        Category::Presence => &["absent", "partially", "frequently", "throughout"],
        Category::Voice => &["female", "instrumental", "male"],
        Category::VocalStyle => &VOCAL_STYLE,
        Category::Movement => &MOVEMENT,
        Category::Character => &CHARACTER,
        Category::EnergyLevel => &["low", "medium", "high", "variable"],
        Category::Dynamics => &["low", "medium", "high"],
        Category::EmotionalProfile => &["negative", "balanced", "positive", "variable"],
        Category::TempoWord => &["slow", "mediumSlow", "medium", "mediumFast", "fast"],
        Category::Era => &ERA,
        Category::MusicFor => &[],
    }
}

/// V7's, then four that only V6 has as genres.
#[rustfmt::skip]
const GENRE: [&str; 27] = [
    "afro", "ambient", "arab", "asian", "blues", "childrenJingle", "classical", "electronicDance", "folkCountry", "funkSoul", "indian",
    "jazz", "latin", "metal", "pop", "rapHipHop", "reggae", "rnb", "rock", "singerSongwriters", "sound", "soundtrack", "spokenWord",
    "country", "folk", "indieAlternative", "punk",
];

#[rustfmt::skip]
const SUBGENRE: [&str; 43] = [
    "abstractIDMLeftfield", "bebop", "bigBandSwing", "blackMetal", "bluesRock", "breakbeatDnB", "contemporaryJazz", "contemporaryRnB",
    "country", "deathMetal", "deepHouse", "disco", "doomMetal", "easyListening", "electro", "folk", "folkRock", "funk", "fusion",
    "gangsta", "gospel", "hardRock", "heavyMetal", "house", "indieAlternative", "jazzyHipHop", "latinJazz", "metalcore", "minimal",
    "neoSoul", "nuMetal", "popRap", "popSoftRock", "psychedelicProgressiveRock", "punk", "rockAndRoll", "smoothJazz", "soul",
    "synthPop", "techHouse", "techno", "trance", "trap",
];

const CLASSICAL_EPOCH: [&str; 6] = ["middleAge", "renaissance", "baroque", "classical", "romantic", "contemporary"];

#[rustfmt::skip]
const MOOD: [&str; 13] = [
    "aggressive", "calm", "chilled", "dark", "energetic", "epic", "ethereal", "happy", "romantic", "sad", "scary", "sexy", "uplifting",
];

#[rustfmt::skip]
const MOOD_ADVANCED: [&str; 132] = [
    "adventurous", "aggressive", "agitated", "angry", "anthemic", "anxious", "aweInspiring", "barren", "bittersweet", "blue", "boingy",
    "boisterous", "bright", "calm", "celebratory", "cheerful", "cold", "comedic", "concerned", "confident", "contented", "cool",
    "courageous", "creepy", "dangerous", "dark", "delicate", "depressing", "determined", "dignified", "disturbing", "dreamy",
    "eccentric", "eerie", "emotional", "energetic", "epic", "euphoric", "evil", "excited", "exciting", "exhilarating", "fearful",
    "feelGood", "fiery", "frightening", "fun", "funny", "gloomy", "graceful", "happy", "heavy", "heroic", "hopeful", "horror",
    "innocent", "inspirational", "intense", "intimate", "introspective", "joyous", "kind", "laidBack", "leisurely", "light",
    "lighthearted", "lonely", "loving", "lyrical", "majestic", "melancholic", "menacing", "mischievous", "motivational", "mournful",
    "mysterious", "nervous", "nightmarish", "noble", "nostalgic", "ominous", "optimistic", "panicStricken", "passionate", "peaceful",
    "perky", "playful", "poignant", "ponderous", "positive", "powerful", "prestigious", "proud", "quiet", "quirky", "reflective",
    "relaxed", "relentless", "resolute", "restless", "rollicking", "romantic", "sad", "scary", "seductive", "sentimental", "serene",
    "serious", "sexy", "soaring", "soft", "solemn", "soothing", "spiritual", "spooky", "strange", "strong", "supernatural",
    "suspenseful", "sweet", "tender", "tense", "thoughtful", "tranquil", "triumphant", "upbeat", "uplifting", "victorious", "violent",
    "warm", "weird", "whimsical",
];

/// The large vocabulary of V7, V6's `brassWoodwinds`, which V7 splits, and REST's `whistling`.
#[rustfmt::skip]
const INSTRUMENT: [&str; 49] = [
    "accordion", "acousticGuitar", "africanPercussion", "asianFlute", "asianStrings", "banjo", "bass", "bassGuitar", "bells",
    "bongoConga", "brass", "brassWoodwinds", "celeste", "cello", "churchOrgan", "clarinet", "doubleBass", "drumKit", "electricGuitar",
    "electricOrgan", "electricPiano", "electronicDrums", "flute", "frenchHorn", "glockenspiel", "harp", "harpsichord", "luteOud",
    "mandolin", "marimba", "oboe", "percussion", "piano", "pizzicato", "sax", "sitar", "steelDrums", "strings", "synth", "tabla",
    "taiko", "trumpet", "tuba", "ukulele", "vibraphone", "violin", "whistling", "woodwinds", "xylophone",
];

#[rustfmt::skip]
const VOCAL_STYLE: [&str; 15] = [
    "femaleACapella", "femaleBackgroundVocals", "femaleChoir", "femaleForegroundVocals", "instrumental", "maleACapella",
    "maleBackgroundVocals", "maleChoir", "maleForegroundVocals", "mixedACapella", "mixedChoir", "syntheticACapella",
    "syntheticBackgroundVocals", "syntheticChoir", "syntheticForegroundVocals",
];

#[rustfmt::skip]
const MOVEMENT: [&str; 10] = [
    "bouncy", "driving", "flowing", "groovy", "nonrhythmic", "pulsing", "robotic", "running", "steady", "stomping",
];

#[rustfmt::skip]
const CHARACTER: [&str; 16] = [
    "bold", "cool", "epic", "ethereal", "heroic", "luxurious", "magical", "mysterious", "playful", "powerful", "retro",
    "sophisticated", "sparkling", "sparse", "unpolished", "warm",
];

#[rustfmt::skip]
const ERA: [&str; 19] = [
    "earlyMid1950s", "midLate1950s", "late1950sEarly1960s", "earlyMid1960s", "midLate1960s", "late1960sEarly1970s", "earlyMid1970s",
    "midLate1970s", "late1970sEarly1980s", "earlyMid1980s", "midLate1980s", "late1980sEarly1990s", "earlyMid1990s", "midLate1990s",
    "late1990sEarly2000s", "earlyMid2000s", "midLate2000s", "late2000sEarly2010s", "contemporary",
];
