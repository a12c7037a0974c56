//! Engineers and clients of the simulated platform, and what clients truly prefer.

use balanced_assistant::{Date, Engineer, Offer, OfferOutcome, Portfolio, Roster, Wishes};
use balanced_model::Analysis;

use crate::music::{GENRES, Music, SOUND_SCALE, STYLES, Song, Sound, wish};
use crate::random::Random;

pub const ENGINEERS: usize = 200;
const CLIENTS: usize = 1500;
/// Days over which the tracks arrive.
pub const DAYS: usize = 120;
/// 2026-01-01, in days since 1970.
const FIRST_DAY: i64 = 20_454;
const LANGUAGES: [&str; 4] = ["en", "de", "es", "fr"];

/// Truth about what clients prefer; the ranking knows nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// An engineer who works in the genre.
    Genre,
    /// An engineer whose own music is near in style.
    Music,
    /// The sound that the client has in mind, which half of them say.
    Sound,
    /// The lowest price.
    Price,
    /// Skill, which shows in nothing but what became of earlier offers.
    Skill,
    /// All five, in shares that differ from client to client.
    Mixed,
    /// Nothing that can be known.
    Noise,
}

impl Truth {
    pub const ALL: [Self; 7] =
        [Self::Genre, Self::Sound, Self::Mixed, Self::Music, Self::Price, Self::Skill, Self::Noise];
}

/// What an engineer truly is.
pub struct Person {
    pub genres: Vec<usize>,
    styles: Vec<[f64; STYLES]>,
    house: Sound,
    skill: f64,
    pub is_newcomer: bool,
}

struct Client {
    genre: usize,
    taste: Sound,
    shares: [f64; 5],
    wishes: Wishes,
}

pub struct World {
    pub roster: Roster,
    pub people: Vec<Person>,
    music: Music,
    clients: Vec<Client>,
    truth: Truth,
}

/// A track that arrives: what the platform sees, and what the client thinks of every engineer.
pub struct Arrival {
    pub day: usize,
    pub genre: &'static str,
    pub analysis: Analysis,
    pub wishes: Wishes,
    pub utilities: Vec<f64>,
}

impl World {
    pub fn new(seed: u64, truth: Truth) -> Self {
        let mut random = Random::new(seed, 1);
        let music = Music::new(&mut random);
        let people: Vec<Person> = (0..ENGINEERS).map(|_| person(&music, &mut random)).collect();
        let engineers =
            people.iter().enumerate().map(|(index, person)| engineer(index, person, &music, &mut random)).collect();
        let roster = Roster { version: 1, currency: Some("EUR".into()), engineers };
        let clients = (0..CLIENTS).map(|index| client(index, &mut random)).collect();
        Self { roster, people, music, clients, truth }
    }

    /// The track of that number, which does not depend on what happened before.
    pub fn arrival(&self, seed: u64, number: usize, tracks: usize) -> Arrival {
        let mut random = Random::new(seed, 1000 + number as u64);
        let client = &self.clients[random.below(CLIENTS)];
        let genre = if random.happens(0.8) { client.genre } else { random.below(GENRES.len()) };
        let song = self.music.song(genre, &mut random);
        let mind: Sound = std::array::from_fn(|value| self.music.sounds[genre][value] + client.taste[value]);
        let day = number * DAYS / tracks;
        let mut wishes = client.wishes.clone();
        wishes.start = Some(Date::from_unix_days(FIRST_DAY + day as i64));
        if random.happens(0.5) {
            wishes.sound = wish(&mind);
        }
        // The mix is not what the client has in mind.
        let analysis = self.music.analysis(&song, &mut random);
        let utilities = (0..ENGINEERS).map(|index| self.utility(index, &song, &mind, client, &mut random)).collect();
        Arrival { day, genre: GENRES[genre], analysis, wishes, utilities }
    }

    fn utility(&self, index: usize, song: &Song, mind: &Sound, client: &Client, random: &mut Random) -> f64 {
        let person = &self.people[index];
        let noise = random.normal();
        let genre = f64::from(u8::from(person.genres.contains(&song.genre)));
        let gap = |style: &[f64; STYLES]| style.iter().zip(&song.style).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
        let music = -person.styles.iter().map(gap).fold(f64::INFINITY, f64::min) / 6.0;
        let sound = -(0..mind.len())
            .map(|value| ((mind[value] - self.sound(index, song.genre)[value]) / SOUND_SCALE[value]).powi(2))
            .sum::<f64>()
            / 5.0;
        let price = -self.roster.engineers[index].price.unwrap_or(200.0) / 40.0;
        match self.truth {
            Truth::Genre => 2.0 * genre + 0.5 * noise,
            Truth::Music => music + 0.3 * noise,
            Truth::Sound => sound + 0.3 * noise,
            Truth::Price => price + 0.5 * genre + 0.3 * noise,
            Truth::Skill => person.skill + 0.5 * genre + 0.5 * noise,
            Truth::Mixed => {
                let parts = [2.0 * genre, music, sound, price, person.skill];
                parts.iter().zip(client.shares).map(|(part, share)| part * share).sum::<f64>() + 0.15 * noise
            }
            Truth::Noise => noise,
        }
    }

    /// Sound of an engineer's masters of a genre.
    fn sound(&self, index: usize, genre: usize) -> Sound {
        master_sound(&self.people[index], &self.music, genre)
    }
}

fn master_sound(person: &Person, music: &Music, genre: usize) -> Sound {
    std::array::from_fn(|value| music.sounds[genre][value] + person.house[value])
}

fn person(music: &Music, random: &mut Random) -> Person {
    let count = [1, 1, 1, 1, 1, 2, 2, 2, 4, 4][random.below(10)];
    let mut genres: Vec<usize> = Vec::new();
    while genres.len() < count {
        let genre = random.below(GENRES.len());
        if !genres.contains(&genre) {
            genres.push(genre);
        }
    }
    let mut own = |genre: &usize| {
        let gaps: [f64; STYLES] = random.normals(0.5);
        std::array::from_fn(|value| music.styles[*genre][value] + gaps[value])
    };
    let styles = genres.iter().map(&mut own).collect();
    let gaps: Sound = random.normals(0.6);
    let house = std::array::from_fn(|value| gaps[value] * SOUND_SCALE[value]);
    Person { genres, styles, house, skill: random.normal(), is_newcomer: random.happens(0.2) }
}

fn engineer(index: usize, person: &Person, music: &Music, random: &mut Random) -> Engineer {
    let masters = if person.is_newcomer { random.below(4) } else { 2 + random.below(29) };
    let rows: Vec<Analysis> = (0..masters)
        .map(|_| {
            let at = random.below(person.genres.len());
            let mut song = music.song(person.genres[at], random);
            let gaps: Sound = random.normals(0.3);
            let own = master_sound(person, music, song.genre);
            song.sound = std::array::from_fn(|value| own[value] + gaps[value] * SOUND_SCALE[value]);
            // Half of the way from the genre's music to the engineer's own.
            song.style = std::array::from_fn(|value| (song.style[value] + person.styles[at][value]) / 2.0);
            music.analysis(&song, random)
        })
        .collect();
    let mut stated: Vec<usize> = person.genres.iter().copied().filter(|_| !random.happens(0.15)).collect();
    if random.happens(0.25) {
        stated.push(random.below(GENRES.len()));
    }
    stated.dedup();
    let until = random.happens(0.1).then(|| Date::from_unix_days(FIRST_DAY + 61 + random.below(DAYS) as i64));
    Engineer {
        id: format!("e{index:03}"),
        name: String::new(),
        genres: stated.into_iter().map(|genre| GENRES[genre].to_owned()).collect(),
        languages: LANGUAGES
            .iter()
            .filter(|code| random.happens(if **code == "en" { 0.8 } else { 0.3 }))
            .map(|code| (*code).to_owned())
            .collect(),
        price: Some((80.0 * (0.5 * random.normal() + 0.1 * person.skill).exp()).round()),
        turnaround_days: 2 + random.below(12) as u32,
        capacity: 1 + random.below(5) as u32,
        load: 0,
        available_from: random.happens(0.1).then(|| Date::from_unix_days(FIRST_DAY + random.below(60) as i64)),
        available_until: until,
        do_not_match: if random.happens(0.2) { vec![format!("c{:04}", random.below(CLIENTS))] } else { Vec::new() },
        history: if person.is_newcomer { Vec::new() } else { history(person, random) },
        exposure: 0.0,
        portfolio: (masters > 0).then(|| Portfolio::of(&rows)),
        portfolio_file: None,
    }
}

/// Offers of the years before, accepted the more often the greater the skill.
fn history(person: &Person, random: &mut Random) -> Vec<Offer> {
    let accepts = 1.0 / (1.0 + (0.7 - 0.8 * person.skill).exp());
    (0..16 + random.below(40))
        .map(|_| Offer {
            client: Some(format!("c{:04}", random.below(CLIENTS))),
            genre: Some(GENRES[person.genres[random.below(person.genres.len())]].to_owned()),
            outcome: if random.happens(accepts) { OfferOutcome::Accepted } else { OfferOutcome::DeclinedByClient },
        })
        .collect()
}

fn client(index: usize, random: &mut Random) -> Client {
    let gaps: Sound = random.normals(0.6);
    let mut shares: [f64; 5] = std::array::from_fn(|_| -random.even().max(1e-9).ln());
    let sum: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= sum);
    let wishes = Wishes {
        version: 1,
        client: Some(format!("c{index:04}")),
        budget: random.happens(0.7).then(|| (110.0 * (0.4 * random.normal()).exp()).round()),
        within_days: random.happens(0.4).then(|| 5 + random.below(10) as u32),
        languages: if random.happens(0.6) { vec![LANGUAGES[random.below(4)].to_owned()] } else { Vec::new() },
        do_not_match: if random.happens(0.1) { vec![format!("e{:03}", random.below(ENGINEERS))] } else { Vec::new() },
        ..Wishes::default()
    };
    Client {
        genre: random.below(GENRES.len()),
        taste: std::array::from_fn(|value| gaps[value] * SOUND_SCALE[value]),
        shares,
        wishes,
    }
}
