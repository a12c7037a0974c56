//! The music of the simulated world: genres, tracks, and what an analysis would say of them.

use balanced_assistant::WishedSound;
use balanced_model::{
    Analysis, Bands, Loudness, Measurements, Provenance, SCHEMA_VERSION, Source, Spectrum, Stereo, Tag, Tags,
};

use crate::random::Random;

/// Dimensions of what music is like, of which an embedding sees a nonlinear picture.
pub const STYLES: usize = 12;
pub const GENRES: [&str; 13] = [
    "ambient",
    "blues",
    "classical",
    "electronicDance",
    "folkCountry",
    "funkSoul",
    "indian",
    "jazz",
    "metal",
    "pop",
    "rapHipHop",
    "rnb",
    "rock",
];
const EMBEDDING: usize = 200;

/// Sound of a finished track: loudness, peak to loudness ratio, range, width and seven regions.
pub type Sound = [f64; 11];
/// Usual distance between two sounds in each of its values.
pub const SOUND_SCALE: Sound = [2.0, 2.0, 2.5, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0];
const USUAL_SOUND: Sound = [-11.0, 10.0, 7.0, -9.0, -12.0, -6.0, -8.0, -7.0, -14.0, -19.0, -26.0];

/// What the genres are like.
pub struct Music {
    pub styles: Vec<[f64; STYLES]>,
    pub sounds: Vec<Sound>,
    picture: Vec<[f64; STYLES]>,
    offsets: Vec<f64>,
}

/// Track before it is mastered.
pub struct Song {
    pub genre: usize,
    pub style: [f64; STYLES],
    pub sound: Sound,
}

impl Music {
    pub fn new(random: &mut Random) -> Self {
        let sound = |random: &mut Random| -> Sound {
            let gaps: Sound = random.normals(1.0);
            std::array::from_fn(|value| USUAL_SOUND[value] + gaps[value] * SOUND_SCALE[value])
        };
        Self {
            styles: GENRES.iter().map(|_| random.normals(1.0)).collect(),
            sounds: GENRES.iter().map(|_| sound(random)).collect(),
            picture: (0..EMBEDDING).map(|_| random.normals(1.0 / (STYLES as f64).sqrt())).collect(),
            offsets: (0..EMBEDDING).map(|_| 0.3 * random.normal()).collect(),
        }
    }

    pub fn song(&self, genre: usize, random: &mut Random) -> Song {
        let (own, gaps): ([f64; STYLES], Sound) = (random.normals(0.6), random.normals(0.7));
        Song {
            genre,
            style: std::array::from_fn(|value| self.styles[genre][value] + own[value]),
            sound: std::array::from_fn(|value| self.sounds[genre][value] + gaps[value] * SOUND_SCALE[value]),
        }
    }

    /// What the program would measure: the sound nearly exactly, genre and embedding with errors.
    pub fn analysis(&self, song: &Song, random: &mut Random) -> Analysis {
        let [loudness, plr, range, width, sub, low, low_mid, mid, high_mid, high, air] = song.sound;
        let measurements = Measurements {
            loudness: Some(Loudness {
                integrated_lufs: Some(loudness),
                plr_db: Some(plr),
                range_lu: Some(range.max(0.5)),
                ..Loudness::default()
            }),
            stereo: Some(Stereo { side_to_mid_db: Some(width), ..Stereo::default() }),
            spectrum: Some(Spectrum {
                bands: bands([sub, low, low_mid, mid, high_mid, high, air]),
                ..Spectrum::default()
            }),
            tags: Some(Tags {
                genre: self.heard(song, random),
                embedding: Some(self.embedding(&song.style, random)),
                ..Tags::default()
            }),
            ..Measurements::default()
        };
        Analysis {
            schema_version: SCHEMA_VERSION,
            source: source(random),
            metadata: None,
            measurements,
            provenance: provenance(),
        }
    }

    /// Scores of genres: those near in style are heard too, and every one is wrong by something.
    fn heard(&self, song: &Song, random: &mut Random) -> Vec<Tag> {
        let score = |random: &mut Random, genre: usize| {
            let distance: f64 = self.styles[genre].iter().zip(&song.style).map(|(a, b)| (a - b).powi(2)).sum();
            (1.0 - distance / 16.0 + 0.12 * random.normal()).clamp(0.0, 1.0)
        };
        let mut tags: Vec<Tag> = (0..GENRES.len())
            .map(|genre| Tag { label: GENRES[genre].into(), score: score(random, genre), ..Tag::default() })
            .collect();
        tags.sort_by(|a, b| b.score.total_cmp(&a.score));
        tags
    }

    fn embedding(&self, style: &[f64; STYLES], random: &mut Random) -> Vec<f32> {
        let unit = |(weights, offset): (&[f64; STYLES], &f64)| {
            let seen: f64 = weights.iter().zip(style).map(|(weight, value)| weight * value).sum();
            (seen + offset + 0.3 * random.normal()).max(0.0) as f32
        };
        self.picture.iter().zip(&self.offsets).map(unit).collect()
    }
}

/// The sound as a client would wish for it.
pub fn wish(sound: &Sound) -> WishedSound {
    WishedSound {
        loudness_lufs: Some(sound[0]),
        plr_db: Some(sound[1].max(0.0)),
        range_lu: Some(sound[2].max(0.5)),
        side_to_mid_db: Some(sound[3]),
        bands_db: sound[4..].iter().map(|level| level.min(0.0)).collect(),
    }
}

fn bands([sub, low, low_mid, mid, high_mid, high, air]: [f64; 7]) -> Bands {
    Bands {
        sub: Some(sub),
        low: Some(low),
        low_mid: Some(low_mid),
        mid: Some(mid),
        high_mid: Some(high_mid),
        high: Some(high),
        air: Some(air),
    }
}

fn source(random: &mut Random) -> Source {
    Source {
        path: None,
        sha256: Some(format!("{:016x}", (random.even() * 1e18) as u64)),
        container: "wav".into(),
        codec: "pcm_s24le".into(),
        sample_rate_hz: 44_100.0,
        channels: 2,
        channel_layout: "stereo".into(),
        bit_depth: Some(24),
        effective_bit_depth: None,
        frames: 0,
        duration_s: 0.0,
        notes: Vec::new(),
    }
}

fn provenance() -> Provenance {
    Provenance { balanced_version: String::new(), config_hash: String::new(), models: Vec::new(), elapsed_s: 0.0 }
}
