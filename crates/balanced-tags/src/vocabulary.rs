//! Names of the networks' tags in this project: a table.
//!
//! Labels are those of Cyanite where it has the word. A label gathers the tags of both networks that say it; a word that no
//! tag says (reggae, latin, aggressive, trumpet) is not in the vocabulary.
//!
//! The number beside a tag is how many tracks of the networks' own reference sets carry it: the prior. MSD: validation
//! and test part of the top-50 split by Choi, Fazekas & Sandler ("Automatic tagging using deep convolutional neural
//! networks", ISMIR 2016). MTT: validation and test part of the split that musicnn was trained with (Pons et al., ISMIR 2018).

/// Tags a network knows.
pub(crate) const TAGS: usize = 50;

/// A network's tags in its order of outputs, with the number of tracks that carry each, of how many.
pub(crate) struct TagSet {
    /// Name of the network.
    pub model: &'static str,
    pub tags: [(&'static str, u32); TAGS],
    pub tracks: u32,
}

/// One word of the stable vocabulary.
pub(crate) struct Label {
    pub name: &'static str,
    /// Tags of the MSD network that say it.
    pub msd: &'static [&'static str],
    /// Tags of the MTT network that say it.
    pub mtt: &'static [&'static str],
    /// Share of music that the label stays below, where the reference set that has its tags holds far more of it.
    pub rarer_than: Option<f64>,
}

const fn label(name: &'static str, msd: &'static [&'static str], mtt: &'static [&'static str]) -> Label {
    Label { name, msd, mtt, rarer_than: None }
}

/// A label that only the catalogue of MTT's one record company knows well. None of the fifty commonest tags of MSD says it, so
/// it is rarer in listeners' music than the rarest of them (125 of 41 174 tracks).
const fn rare(name: &'static str, mtt: &'static [&'static str]) -> Label {
    Label { name, msd: &[], mtt, rarer_than: Some(125.0 / 41_174.0) }
}

#[rustfmt::skip]
pub(crate) const MSD: TagSet = TagSet {
    model: "MSD_musicnn",
    tracks: 41_174,
    tags: [
        ("rock", 6721), ("pop", 4417), ("alternative", 2668), ("indie", 3934), ("electronic", 3692), ("female vocalists", 2878),
        ("dance", 1986), ("00s", 593), ("alternative rock", 1255), ("jazz", 3449), ("beautiful", 529), ("metal", 1375),
        ("chillout", 1107), ("male vocalists", 517), ("classic rock", 1202), ("soul", 1993), ("indie rock", 1471), ("Mellow", 609),
        ("electronica", 1018), ("80s", 1524), ("folk", 1814), ("90s", 840), ("chill", 430), ("instrumental", 1537), ("punk", 1334),
        ("oldies", 1333), ("blues", 1552), ("hard rock", 915), ("ambient", 1221), ("acoustic", 881), ("experimental", 1052),
        ("female vocalist", 346), ("guitar", 527), ("Hip-Hop", 1725), ("70s", 743), ("party", 244), ("country", 1678),
        ("easy listening", 392), ("sexy", 272), ("catchy", 195), ("funk", 989), ("electro", 911), ("heavy metal", 735),
        ("Progressive rock", 1252), ("60s", 941), ("rnb", 858), ("indie pop", 643), ("sad", 205), ("House", 628), ("happy", 125),
    ],
};

#[rustfmt::skip]
pub(crate) const MTT: TagSet = TagSet {
    model: "MTT_musicnn",
    tracks: 7154,
    tags: [
        ("guitar", 1382), ("classical", 970), ("slow", 1055), ("techno", 850), ("strings", 639), ("drums", 706), ("electronic", 682),
        ("rock", 800), ("fast", 690), ("piano", 565), ("ambient", 616), ("beat", 514), ("violin", 380), ("vocal", 515), ("synth", 444),
        ("female", 424), ("indian", 324), ("opera", 423), ("male", 366), ("singing", 356), ("vocals", 352), ("no vocals", 326),
        ("harpsichord", 230), ("loud", 348), ("quiet", 302), ("flute", 208), ("woman", 283), ("male vocal", 260), ("no vocal", 269),
        ("pop", 251), ("soft", 298), ("sitar", 256), ("solo", 230), ("man", 196), ("classic", 150), ("choir", 198), ("voice", 192),
        ("new age", 180), ("dance", 215), ("male voice", 168), ("female vocal", 174), ("beats", 187), ("harp", 205), ("cello", 84),
        ("no voice", 159), ("weird", 174), ("country", 123), ("metal", 219), ("female voice", 135), ("choral", 134),
    ],
};

/// Genre families.
pub(crate) const GENRES: [Label; 13] = [
    label("ambient", &["ambient"], &["ambient", "new age"]),
    label("blues", &["blues"], &[]),
    label("classical", &[], &["classical", "opera", "classic", "choral"]),
    label(
        "electronicDance",
        &["electronic", "electronica", "dance", "House", "electro"],
        &["techno", "electronic", "dance"],
    ),
    label("folkCountry", &["folk", "country"], &["country"]),
    label("funkSoul", &["soul", "funk"], &[]),
    rare("indian", &["indian", "sitar"]),
    label("jazz", &["jazz"], &[]),
    label("metal", &["metal", "heavy metal"], &["metal"]),
    label("pop", &["pop", "indie pop"], &["pop"]),
    label("rapHipHop", &["Hip-Hop"], &[]),
    label("rnb", &["rnb"], &[]),
    label(
        "rock",
        &[
            "rock",
            "alternative rock",
            "classic rock",
            "hard rock",
            "Progressive rock",
            "indie rock",
            "alternative",
            "indie",
            "punk",
        ],
        &["rock"],
    ),
];

/// Kinds within the families.
pub(crate) const SUBGENRES: [Label; 13] = [
    label("country", &["country"], &["country"]),
    label("easyListening", &["easy listening"], &[]),
    label("electro", &["electro"], &[]),
    label("folk", &["folk"], &[]),
    label("funk", &["funk"], &[]),
    label("hardRock", &["hard rock"], &[]),
    label("heavyMetal", &["heavy metal"], &[]),
    label("house", &["House"], &[]),
    label("indieAlternative", &["alternative", "indie", "alternative rock", "indie rock", "indie pop"], &[]),
    label("psychedelicProgressiveRock", &["Progressive rock"], &[]),
    label("punk", &["punk"], &[]),
    label("soul", &["soul"], &[]),
    label("techno", &[], &["techno"]),
];

/// Moods.
pub(crate) const MOODS: [Label; 7] = [
    label("calm", &["Mellow"], &["slow", "quiet", "soft"]),
    label("chilled", &["chillout", "chill"], &[]),
    label("energetic", &[], &["fast", "loud"]),
    label("happy", &["happy"], &[]),
    label("party", &["party"], &[]),
    label("sad", &["sad"], &[]),
    label("sexy", &["sexy"], &[]),
];

/// Instruments.
pub(crate) const INSTRUMENTS: [Label; 11] = [
    label("cello", &[], &["cello"]),
    label("flute", &[], &["flute"]),
    label("guitar", &["guitar"], &["guitar"]),
    label("harp", &[], &["harp"]),
    label("harpsichord", &[], &["harpsichord"]),
    label("percussion", &[], &["drums", "beat", "beats"]),
    label("piano", &[], &["piano"]),
    label("sitar", &[], &["sitar"]),
    label("strings", &[], &["strings"]),
    label("synth", &[], &["synth"]),
    label("violin", &[], &["violin"]),
];

/// Voice labels: the kind of singer, or none.
pub(crate) const VOICES: [Label; 4] = [
    label("choir", &[], &["choir", "choral"]),
    label("female", &["female vocalists", "female vocalist"], &["female", "woman", "female vocal", "female voice"]),
    label("instrumental", &["instrumental"], &["no vocals", "no vocal", "no voice"]),
    label("male", &["male vocalists"], &["male", "male vocal", "man", "male voice"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_said_by_tags_that_exist_and_no_word_twice() {
        let lists: [&[Label]; 5] = [&GENRES, &SUBGENRES, &MOODS, &INSTRUMENTS, &VOICES];
        for list in lists {
            assert!(list.windows(2).all(|pair| pair[0].name < pair[1].name), "in order, none twice");
            for label in list {
                assert!(label.msd.len() + label.mtt.len() > 0, "{}", label.name);
                for (tags, set) in [(label.msd, &MSD), (label.mtt, &MTT)] {
                    for tag in tags {
                        assert!(set.tags.iter().any(|(name, _)| name == tag), "{tag} is no tag of {}", set.model);
                    }
                }
            }
        }
        for set in [&MSD, &MTT] {
            assert!(set.tags.iter().all(|(_, count)| *count > 0 && *count < set.tracks));
        }
    }
}
