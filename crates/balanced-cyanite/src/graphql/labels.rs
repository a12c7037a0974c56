// Table: rows as the schema has them, many to a line.

//! The labels and fields of the GraphQL results, as a client generated from the live schema names them (unofficial, also where V7 is
//! concerned): a field that the server does not know is left out and the query asked again, see [`super::document`].

pub(super) const GENRE: &[&str] = &[
    "ambient", "blues", "classical", "electronicDance", "folkCountry", "jazz", "funkSoul", "latin", "metal", "pop", "rapHipHop",
    "reggae", "rnb", "rock", "singerSongwriter",
];
pub(super) const ADVANCED_GENRE: &[&str] = &[
    "afro", "ambient", "arab", "asian", "blues", "childrenJingle", "classical", "electronicDance", "folkCountry", "funkSoul",
    "indian", "jazz", "latin", "metal", "pop", "rapHipHop", "reggae", "rnb", "rock", "singerSongwriters", "sound", "soundtrack",
    "spokenWord",
];
pub(super) const SUBGENRE: &[&str] = &[
    "bluesRock", "folkRock", "hardRock", "indieAlternative", "psychedelicProgressiveRock", "punk", "rockAndRoll", "popSoftRock",
    "abstractIDMLeftfield", "breakbeatDnB", "deepHouse", "electro", "house", "minimal", "synthPop", "techHouse", "techno", "trance",
    "contemporaryRnB", "gangsta", "jazzyHipHop", "popRap", "trap", "blackMetal", "deathMetal", "doomMetal", "heavyMetal",
    "metalcore", "nuMetal", "disco", "funk", "gospel", "neoSoul", "soul", "bigBandSwing", "bebop", "contemporaryJazz",
    "easyListening", "fusion", "latinJazz", "smoothJazz", "country", "folk",
];
pub(super) const MOOD: &[&str] = &[
    "aggressive", "calm", "chilled", "dark", "energetic", "epic", "happy", "romantic", "sad", "scary", "sexy", "ethereal",
    "uplifting",
];
pub(super) const MOOD_ADVANCED: &[&str] = &[
    "anxious", "barren", "cold", "creepy", "dark", "disturbing", "eerie", "evil", "fearful", "mysterious", "nervous", "restless",
    "spooky", "strange", "supernatural", "suspenseful", "tense", "weird", "aggressive", "agitated", "angry", "dangerous", "fiery",
    "intense", "passionate", "ponderous", "violent", "comedic", "eccentric", "funny", "mischievous", "quirky", "whimsical",
    "boisterous", "boingy", "bright", "celebratory", "cheerful", "excited", "feelGood", "fun", "happy", "joyous", "lighthearted",
    "perky", "playful", "rollicking", "upbeat", "calm", "contented", "dreamy", "introspective", "laidBack", "leisurely", "lyrical",
    "peaceful", "quiet", "relaxed", "serene", "soothing", "spiritual", "tranquil", "bittersweet", "blue", "depressing", "gloomy",
    "heavy", "lonely", "melancholic", "mournful", "poignant", "sad", "frightening", "horror", "menacing", "nightmarish", "ominous",
    "panicStricken", "scary", "concerned", "determined", "dignified", "emotional", "noble", "serious", "solemn", "thoughtful",
    "cool", "seductive", "sexy", "adventurous", "confident", "courageous", "resolute", "energetic", "epic", "exciting",
    "exhilarating", "heroic", "majestic", "powerful", "prestigious", "relentless", "strong", "triumphant", "victorious", "delicate",
    "graceful", "hopeful", "innocent", "intimate", "kind", "light", "loving", "nostalgic", "reflective", "romantic", "sentimental",
    "soft", "sweet", "tender", "warm", "anthemic", "aweInspiring", "euphoric", "inspirational", "motivational", "optimistic",
    "positive", "proud", "soaring", "uplifting",
];
pub(super) const MOVEMENT: &[&str] = &[
    "bouncy", "driving", "flowing", "groovy", "nonrhythmic", "pulsing", "robotic", "running", "steady", "stomping",
];
pub(super) const CHARACTER: &[&str] = &[
    "bold", "cool", "epic", "ethereal", "heroic", "luxurious", "magical", "mysterious", "playful", "powerful", "retro",
    "sophisticated", "sparkling", "sparse", "unpolished", "warm",
];
pub(super) const CLASSICAL_EPOCH: &[&str] =
    &["middleAge", "renaissance", "baroque", "classical", "romantic", "contemporary"];
pub(super) const VOICE: &[&str] = &["female", "instrumental", "male"];
pub(super) const INSTRUMENT: &[&str] = &[
    "percussion", "synth", "piano", "acousticGuitar", "electricGuitar", "strings", "bass", "bassGuitar", "brassWoodwinds",
];
pub(super) const ADVANCED_INSTRUMENT: &[&str] = &[
    "percussion", "synth", "piano", "acousticGuitar", "electricGuitar", "strings", "bass", "bassGuitar", "brass", "woodwinds",
];
pub(super) const EXTENDED_INSTRUMENT: &[&str] = &[
    "acousticGuitar", "bass", "bassGuitar", "electricGuitar", "percussion", "piano", "synth", "strings", "brass", "woodwinds",
    "tuba", "frenchHorn", "oboe", "mandolin", "cello", "marimba", "vibraphone", "electricPiano", "electricOrgan", "harp", "ukulele",
    "harpsichord", "churchOrgan", "doubleBass", "xylophone", "glockenspiel", "electronicDrums", "drumKit", "accordion", "violin",
    "flute", "sax", "trumpet", "celeste", "pizzicato", "banjo", "clarinet", "bells", "steelDrums", "bongoConga",
    "africanPercussion", "tabla", "sitar", "taiko", "asianFlute", "asianStrings", "luteOud",
];
/// Sub-genres of electronic dance music; which of them the deprecated field has is not documented.
pub(super) const SUBGENRE_EDM: &[&str] = &[
    "abstractIDMLeftfield", "breakbeatDnB", "deepHouse", "electro", "house", "minimal", "synthPop", "techHouse", "techno", "trance",
];

/// Fields without fields of their own that every version has.
pub(super) const PLAIN: &[&str] = &[
    "genreTags", "subgenreTags", "subgenreEdmTags", "moodTags", "moodAdvancedTags", "voiceTags", "voicePresenceProfile",
    "predominantVoiceGender", "voiceoverExists", "voiceoverDegree", "instrumentTags", "bpm", "bpmRangeAdjusted", "key",
    "timeSignature", "valence", "arousal", "energyLevel", "energyDynamics", "emotionalProfile", "emotionalDynamics",
    "musicalEraTag", "movementTags", "characterTags", "classicalEpochTags", "transformerCaption", "freeGenreTags",
];
/// Fields with fields of their own that every version has.
pub(super) const NESTED: &[(&str, &[&str])] = &[
    ("genre", GENRE), ("subgenre", SUBGENRE), ("subgenreEdm", SUBGENRE_EDM), ("mood", MOOD),
    ("moodMaxTimes", &["mood", "start", "end"]), ("moodAdvanced", MOOD_ADVANCED), ("voice", VOICE),
    ("instruments", &["percussion"]), ("instrumentPresence", INSTRUMENT), ("bpmPrediction", &["value", "confidence"]),
    ("keyPrediction", &["value", "confidence"]), ("movement", MOVEMENT), ("character", CHARACTER),
    ("classicalEpoch", CLASSICAL_EPOCH),
];
pub(super) const PLAIN_V7: &[&str] =
    &["advancedGenreTags", "advancedSubgenreTags", "advancedInstrumentTags", "advancedInstrumentTagsExtended"];
pub(super) const NESTED_V7: &[(&str, &[&str])] = &[
    ("advancedGenre", ADVANCED_GENRE), ("advancedSubgenre", SUBGENRE), ("advancedInstrumentPresence", ADVANCED_INSTRUMENT),
    ("advancedInstrumentPresenceExtended", EXTENDED_INSTRUMENT),
];
pub(super) const SEGMENTS_PLAIN: &[&str] = &["representativeSegmentIndex", "timestamps", "valence", "arousal"];
pub(super) const SEGMENTS_NESTED: &[(&str, &[&str])] = &[
    ("mood", MOOD), ("voice", VOICE), ("instruments", INSTRUMENT), ("genre", GENRE), ("subgenre", SUBGENRE),
    ("subgenreEdm", SUBGENRE_EDM), ("moodAdvanced", MOOD_ADVANCED), ("movement", MOVEMENT), ("character", CHARACTER),
    ("classicalEpoch", CLASSICAL_EPOCH),
];
pub(super) const SEGMENTS_NESTED_V7: &[(&str, &[&str])] = &[
    ("advancedInstruments", ADVANCED_INSTRUMENT), ("advancedInstrumentsExtended", EXTENDED_INSTRUMENT),
    ("advancedGenre", ADVANCED_GENRE), ("advancedSubgenre", SUBGENRE),
];
