//! Properties of the ranking over many small random rosters, and of what is read.

use std::collections::BTreeSet;

use balanced_model::{Analysis, Bands, Loudness, Measurements, Provenance, Source, Spectrum, Stereo, Tag, Tags};
use serde_json::{Value, json};

use super::*;

/// Draws of the cases.
struct Cases(u64, u64);

impl Cases {
    fn even(&mut self) -> f64 {
        self.1 += 1;
        draw::fraction(self.0, &["case", &self.1.to_string()])
    }

    fn below(&mut self, count: usize) -> usize {
        (self.even() * count as f64) as usize
    }

    fn happens(&mut self, probability: f64) -> bool {
        self.even() < probability
    }

    fn some<T>(&mut self, probability: f64, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.happens(probability).then(|| value(self))
    }

    fn words(&mut self, known: &[&str], probability: f64) -> Vec<String> {
        known.iter().filter(|_| self.happens(probability)).map(|word| (*word).to_owned()).collect()
    }

    fn day(&mut self) -> Date {
        Date::from_unix_days(20_000 + self.below(60) as i64)
    }
}

const GENRES: [&str; 4] = ["rock", "jazz", "pop", "ambient"];
const LANGUAGES: [&str; 3] = ["en", "de-AT", "fr"];

fn track(cases: &mut Cases) -> Analysis {
    let level = |cases: &mut Cases| Some(-5.0 - 20.0 * cases.even());
    let measurements = Measurements {
        loudness: Some(Loudness {
            integrated_lufs: level(cases),
            plr_db: Some(6.0 + 8.0 * cases.even()),
            range_lu: Some(2.0 + 10.0 * cases.even()),
            ..Loudness::default()
        }),
        stereo: Some(Stereo { side_to_mid_db: level(cases), ..Stereo::default() }),
        spectrum: Some(Spectrum {
            bands: Bands {
                sub: level(cases),
                low: level(cases),
                low_mid: level(cases),
                mid: level(cases),
                high_mid: level(cases),
                high: level(cases),
                air: level(cases),
            },
            ..Spectrum::default()
        }),
        tags: Some(Tags {
            genre: GENRES
                .iter()
                .map(|label| Tag { label: (*label).into(), score: cases.even(), ..Tag::default() })
                .collect(),
            embedding: Some((0..8).map(|_| cases.even() as f32).collect()),
            ..Tags::default()
        }),
        ..Measurements::default()
    };
    let source = Source {
        path: None,
        sha256: Some(format!("{:x}", cases.below(1 << 30))),
        container: "wav".into(),
        codec: "pcm_s24le".into(),
        sample_rate_hz: 44_100.0,
        channels: 2,
        channel_layout: "stereo".into(),
        bit_depth: Some(24),
        effective_bit_depth: None,
        frames: 1,
        duration_s: 1.0,
        notes: Vec::new(),
    };
    let provenance =
        Provenance { balanced_version: String::new(), config_hash: String::new(), models: Vec::new(), elapsed_s: 0.0 };
    Analysis { schema_version: 1, source, metadata: None, measurements, provenance }
}

fn engineer(index: usize, cases: &mut Cases) -> Engineer {
    let masters: Vec<Analysis> = (0..cases.below(4)).map(|_| track(cases)).collect();
    let outcomes = [OfferOutcome::Accepted, OfferOutcome::DeclinedByClient, OfferOutcome::DeclinedByEngineer];
    let offer = |cases: &mut Cases| Offer {
        client: cases.some(0.8, |cases| format!("c{}", cases.below(5))),
        genre: cases.some(0.8, |cases| GENRES[cases.below(4)].to_owned()),
        outcome: outcomes[cases.below(3)],
    };
    let from = cases.some(0.3, Cases::day);
    Engineer {
        id: format!("e{index}"),
        name: format!("Name {index}"),
        genres: cases.words(&GENRES, 0.4),
        languages: cases.words(&LANGUAGES, 0.6),
        price: cases.some(0.9, |cases| (40.0 + 100.0 * cases.even()).round()),
        turnaround_days: 1 + cases.below(10) as u32,
        capacity: cases.below(4) as u32,
        load: cases.below(3) as u32,
        available_from: from,
        available_until: from.map(|from| from.plus_days(5 + cases.below(40) as u32)),
        do_not_match: cases.words(&["c0", "c1"], 0.1),
        history: (0..cases.below(12)).map(|_| offer(cases)).collect(),
        exposure: (10.0 * cases.even()).round(),
        portfolio: (!masters.is_empty()).then(|| Portfolio::of(&masters)),
        portfolio_file: None,
    }
}

fn wishes(cases: &mut Cases) -> Wishes {
    Wishes {
        version: 1,
        client: cases.some(0.8, |cases| format!("c{}", cases.below(5))),
        genres: cases.words(&GENRES, 0.1),
        start: cases.some(0.7, Cases::day),
        within_days: cases.some(0.5, |cases| 3 + cases.below(8) as u32),
        budget: cases.some(0.5, |cases| 60.0 + 80.0 * cases.even()),
        languages: cases.words(&["de", "FR-fr"], 0.3),
        do_not_match: cases.words(&["e1", "e2"], 0.2),
        sound: WishedSound {
            loudness_lufs: cases.some(0.5, |cases| -14.0 + 6.0 * cases.even()),
            ..WishedSound::default()
        },
        weights: MatchWeights::default(),
    }
}

fn roster(cases: &mut Cases) -> Roster {
    let count = 1 + cases.below(12);
    Roster { version: 1, currency: None, engineers: (0..count).map(|index| engineer(index, cases)).collect() }
}

fn every_case(check: impl Fn(&mut Cases, &Analysis, &Roster, &Wishes)) {
    for seed in 0..300 {
        let mut cases = Cases(seed, 0);
        let (track, roster, wishes) = (track(&mut cases), roster(&mut cases), wishes(&mut cases));
        check(&mut cases, &track, &roster, &wishes);
    }
}

fn ranked(track: &Analysis, roster: &Roster, wishes: &Wishes, ranking: &Ranking) -> EngineerMatches {
    match_engineers(track, roster, wishes, ranking).expect("the cases are sound")
}

fn ids(matches: &EngineerMatches) -> Vec<&str> {
    matches.matches.iter().map(|found| found.id.as_str()).collect()
}

/// The conditions, written a second time.
fn keeps_all(engineer: &Engineer, wishes: &Wishes) -> bool {
    let primary = |tag: &str| tag.to_lowercase().chars().take(2).collect::<String>();
    let in_time = wishes.start.is_none_or(|start| {
        let end = start.plus_days(engineer.turnaround_days);
        engineer.available_from.is_none_or(|from| start >= from)
            && engineer.available_until.is_none_or(|until| end <= until)
    });
    let affordable = match (wishes.budget, engineer.price) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(budget), Some(price)) => price <= budget,
    };
    let spoken: BTreeSet<String> = engineer.languages.iter().map(|tag| primary(tag)).collect();
    in_time
        && affordable
        && engineer.capacity > engineer.load
        && wishes.within_days.is_none_or(|days| days >= engineer.turnaround_days)
        && (wishes.languages.is_empty() || wishes.languages.iter().any(|tag| spoken.contains(&primary(tag))))
        && !wishes.do_not_match.contains(&engineer.id)
        && !wishes.client.as_ref().is_some_and(|client| engineer.do_not_match.contains(client))
}

#[test]
fn nobody_who_breaks_a_condition_is_listed_and_everybody_else_can_be() {
    every_case(|_, track, roster, wishes| {
        let ranking = Ranking { top: 1000, exploration: 1.0, ..Ranking::default() };
        let result = ranked(track, roster, wishes, &ranking);
        let allowed: BTreeSet<&str> = roster
            .engineers
            .iter()
            .filter(|engineer| keeps_all(engineer, wishes))
            .map(|engineer| engineer.id.as_str())
            .collect();
        assert_eq!(ids(&result).into_iter().collect::<BTreeSet<_>>(), allowed);
        assert_eq!(result.eligible, allowed.len());
        assert_eq!(result.eligible + result.excluded.len(), roster.engineers.len());
        assert!(result.excluded.iter().all(|engineer| !engineer.conditions.is_empty()));
    });
}

#[test]
fn each_condition_is_named() {
    let mut cases = Cases(1, 0);
    let (track, mut engineer) = (track(&mut cases), engineer(0, &mut cases));
    engineer = Engineer { capacity: 1, load: 0, price: Some(50.0), turnaround_days: 5, ..engineer };
    engineer = Engineer { available_from: None, available_until: None, languages: vec!["en".into()], ..engineer };
    engineer = Engineer { do_not_match: vec!["c9".into()], ..engineer };
    let day = |text: &str| Some(text.parse().unwrap());
    let wish = Wishes::default();
    let late = Engineer { available_from: day("2026-05-02"), ..engineer.clone() };
    let early = Engineer { available_until: day("2026-05-05"), ..engineer.clone() };
    let unpriced = Engineer { price: None, ..engineer.clone() };
    let full = Engineer { load: 1, ..engineer.clone() };
    let start = Wishes { start: day("2026-05-01"), ..wish.clone() };
    let cheap = Wishes { budget: Some(49.0), ..wish.clone() };
    let cases = [
        (&late, &start, MatchCondition::Availability),
        (&early, &start, MatchCondition::Availability),
        (&full, &wish, MatchCondition::Capacity),
        (&engineer, &cheap, MatchCondition::Budget),
        (&unpriced, &cheap, MatchCondition::Budget),
        (&engineer, &Wishes { within_days: Some(4), ..wish.clone() }, MatchCondition::Turnaround),
        (&engineer, &Wishes { languages: vec!["de".into()], ..wish.clone() }, MatchCondition::Language),
        (&engineer, &Wishes { do_not_match: vec!["e0".into()], ..wish.clone() }, MatchCondition::ClientExcludes),
        (&engineer, &Wishes { client: Some("c9".into()), ..wish.clone() }, MatchCondition::EngineerExcludes),
    ];
    for (engineer, wishes, condition) in cases {
        let roster = Roster { version: 1, currency: None, engineers: vec![engineer.clone()] };
        let result = ranked(&track, &roster, wishes, &Ranking::default());
        assert!(result.matches.is_empty());
        assert_eq!(result.excluded[0].conditions, [condition]);
    }
    let fits = Engineer { available_from: day("2026-05-01"), available_until: day("2026-05-06"), ..engineer };
    let roster = Roster { version: 1, currency: None, engineers: vec![fits] };
    assert_eq!(ranked(&track, &roster, &start, &Ranking::default()).eligible, 1, "the first and the last day count");
}

#[test]
fn one_seed_gives_one_list_whatever_the_order_and_the_names() {
    every_case(|cases, track, roster, wishes| {
        let ranking = Ranking { seed: cases.below(1000) as u64, exploration: 0.5, ..Ranking::default() };
        let result = ranked(track, roster, wishes, &ranking);
        assert_eq!(result, ranked(track, roster, wishes, &ranking));
        let mut turned = roster.clone();
        turned.engineers.reverse();
        let middle = turned.engineers.len() / 2;
        turned.engineers.rotate_left(middle);
        assert_eq!(result, ranked(track, &turned, wishes, &ranking));
        turned.engineers.iter_mut().for_each(|engineer| engineer.name = "Another".into());
        assert_eq!(ids(&result), ids(&ranked(track, &turned, wishes, &ranking)));
    });
}

#[test]
fn the_parts_sum_to_the_score_and_so_do_the_reasons_of_both_sides() {
    every_case(|_, track, roster, wishes| {
        for found in ranked(track, roster, wishes, &Ranking { top: 12, ..Ranking::default() }).matches {
            let sum = |contributions: Vec<f64>| contributions.iter().sum::<f64>();
            assert!((sum(found.parts.iter().map(|part| part.contribution).collect()) - found.score).abs() < 1e-9);
            assert!((sum(found.parts.iter().map(|part| part.weight).collect()) - 1.0).abs() < 1e-5);
            assert!((0.0..=1.0).contains(&found.score));
            for side in [&found.explanation.client, &found.explanation.engineer] {
                let reasons = side.reasons.iter().map(|reason| reason.contribution).collect();
                assert!((sum(reasons) - found.score).abs() < 1e-9, "{side:?}");
            }
            for part in &found.parts {
                assert!(part.value.is_none_or(|value| (0.0..=1.0).contains(&value)), "{part:?}");
                assert!(!part.text.is_empty());
            }
        }
    });
}

/// Each change makes one engineer fit better and nothing else.
#[test]
fn a_better_fit_never_lowers_the_place() {
    let place = |result: &EngineerMatches, id: &str| result.matches.iter().position(|found| found.id == id);
    every_case(|cases, track, roster, wishes| {
        let ranking = Ranking { top: 1000, exploration: 0.0, diversity: 0.3, ..Ranking::default() };
        // Without a budget, a lower price moves the usual price of all.
        let wishes = &Wishes { budget: Some(500.0), ..wishes.clone() };
        let before = ranked(track, roster, wishes, &ranking);
        let Some(found) = before.matches.get(cases.below(before.matches.len().max(1))) else { return };
        let id = found.id.clone();
        // Towards the wished sound, of which the likeness of engineers to each other knows nothing.
        let sound = WishedSound::of(track);
        let changes: [&dyn Fn(&mut Engineer); 5] = [
            &|engineer| engineer.price = engineer.price.map(|price| 0.7 * price),
            &|engineer| engineer.load = engineer.load.saturating_sub(1),
            &|engineer| engineer.turnaround_days = engineer.turnaround_days.div_ceil(2),
            &|engineer| {
                let offer = Offer { client: wishes.client.clone(), genre: None, outcome: OfferOutcome::Accepted };
                engineer.history.push(offer);
            },
            &|engineer| {
                let Some(portfolio) = &mut engineer.portfolio else { return };
                let nearer = |measure: &mut Option<PortfolioMeasure>, wanted: Option<f64>| {
                    if let (Some(measure), Some(wanted)) = (measure, wanted) {
                        measure.mean += 0.5 * (wanted - measure.mean);
                    }
                };
                nearer(&mut portfolio.range_lu, sound.range_lu);
                nearer(&mut portfolio.side_to_mid_db, sound.side_to_mid_db);
                nearer(&mut portfolio.loudness_lufs, wishes.sound.loudness_lufs);
                portfolio
                    .bands_db
                    .iter_mut()
                    .zip(&sound.bands_db)
                    .for_each(|(band, wanted)| band.mean += 0.5 * (wanted - band.mean));
            },
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let mut better = roster.clone();
            better.engineers.iter_mut().filter(|engineer| engineer.id == id).for_each(change);
            let after = ranked(track, &better, wishes, &ranking);
            assert!(
                place(&after, &id) <= place(&before, &id),
                "change {number} lowered {id}: {:?} {:?}",
                ids(&before),
                ids(&after)
            );
        }
    });
}

#[test]
fn the_best_fit_in_music_and_genre_is_first_where_nothing_else_differs() {
    let mut cases = Cases(3, 0);
    let (mut track, mut one) = (track(&mut cases), engineer(0, &mut cases));
    one = Engineer { capacity: 2, load: 0, available_from: None, available_until: None, history: Vec::new(), ..one };
    let tags = track.measurements.tags.as_mut().unwrap();
    tags.genre = vec![Tag { label: "jazz".into(), score: 0.9, ..Tag::default() }];
    one.genres = vec!["Jazz".into()];
    one.portfolio = Some(Portfolio::of(&std::array::from_fn::<Analysis, 5, _>(|_| track.clone())));
    let mut other = Engineer { id: "other".into(), genres: vec!["metal".into()], ..one.clone() };
    let portfolio = other.portfolio.as_mut().unwrap();
    portfolio.genres.clear();
    portfolio.embedding.as_mut().unwrap().mean.iter_mut().for_each(|value| *value = -*value);
    let roster = Roster { version: 1, currency: None, engineers: vec![other, one] };
    let result = ranked(&track, &roster, &Wishes::default(), &Ranking { exploration: 0.0, ..Ranking::default() });
    assert_eq!(ids(&result), ["e0", "other"]);
    let text = &result.matches[0].explanation.client.summary;
    assert!(text.contains("jazz is stated"), "{text}");
}

#[test]
fn the_stated_share_of_lists_shows_a_newcomer() {
    let mut cases = Cases(11, 0);
    let plain =
        Engineer { capacity: 9, load: 0, available_from: None, available_until: None, ..engineer(0, &mut cases) };
    let accepted = Offer { client: None, genre: None, outcome: OfferOutcome::Accepted };
    let veteran =
        |index: usize| Engineer { id: format!("v{index}"), history: vec![accepted.clone(); 20], ..plain.clone() };
    let newcomer =
        |index: usize| Engineer { id: format!("n{index}"), history: Vec::new(), exposure: 50.0, ..plain.clone() };
    let engineers = (0..8).map(veteran).chain((0..8).map(newcomer)).collect();
    let roster = Roster { version: 1, currency: None, engineers };
    let track = track(&mut cases);
    let mut drawn = std::collections::BTreeMap::new();
    let lists = 4000;
    for seed in 0..lists {
        let ranking = Ranking { seed, exploration: 0.2, ..Ranking::default() };
        let result = ranked(&track, &roster, &Wishes::default(), &ranking);
        assert!(result.matches[..2].iter().all(|found| !found.is_explored));
        let last = &result.matches[2];
        assert_eq!(last.is_explored, last.id.starts_with('n'));
        if last.is_explored {
            *drawn.entry(last.id.clone()).or_insert(0_u32) += 1;
            assert!(last.is_newcomer && last.explanation.client.summary.contains("20 %"), "{last:?}");
        }
    }
    // 800 expected, with a deviation of 25.3; four of them.
    let explored: u32 = drawn.values().sum();
    assert!((700..=900).contains(&explored), "{explored}");
    assert_eq!(drawn.len(), 8, "{drawn:?}");
    let alone =
        ranked(&track, &roster, &Wishes::default(), &Ranking { top: 1, exploration: 1.0, ..Ranking::default() });
    assert!(!alone.matches[0].is_explored, "a list of one has no place to give away");
}

#[test]
fn diversity_puts_another_kind_of_engineer_before_the_twin_of_the_first() {
    let mut cases = Cases(5, 0);
    let plain =
        Engineer { capacity: 9, load: 0, available_from: None, available_until: None, ..engineer(0, &mut cases) };
    let plain = Engineer { history: Vec::new(), portfolio: None, exposure: 0.0, price: Some(50.0), ..plain };
    let of = |id: &str, genres: &[&str], price: f64| Engineer {
        id: id.into(),
        genres: genres.iter().map(|genre| (*genre).to_owned()).collect(),
        price: Some(price),
        ..plain.clone()
    };
    let engineers =
        vec![of("first", &["rock"], 50.0), of("twin", &["rock"], 51.0), of("other", &["jazz", "rock"], 56.0)];
    let roster = Roster { version: 1, currency: None, engineers };
    let wishes = Wishes { genres: vec!["rock".into()], ..Wishes::default() };
    let track = track(&mut cases);
    let order = |diversity: f64| {
        let ranking = Ranking { exploration: 0.0, diversity, ..Ranking::default() };
        ids(&ranked(&track, &roster, &wishes, &ranking)).join(" ")
    };
    assert_eq!(order(0.0), "first twin other");
    assert_eq!(order(0.1), "first other twin");
}

#[test]
fn neither_side_sees_what_is_private_to_others() {
    let mut cases = Cases(8, 0);
    let plain =
        Engineer { capacity: 9, load: 0, available_from: None, available_until: None, ..engineer(0, &mut cases) };
    let plain = Engineer { price: Some(70.0), ..plain };
    let offer = |client: &str, outcome| Offer { client: Some(client.into()), genre: Some("jazz".into()), outcome };
    let mut busy = plain.clone();
    busy.history = vec![offer("secret-client", OfferOutcome::Accepted), offer("own-client", OfferOutcome::Accepted)];
    let mut quiet = plain.clone();
    quiet.history =
        vec![offer("third-client", OfferOutcome::DeclinedByClient), offer("own-client", OfferOutcome::Accepted)];
    let wishes = Wishes {
        client: Some("own-client".into()),
        budget: Some(1234.0),
        start: Some("2026-05-01".parse().unwrap()),
        ..Wishes::default()
    };
    let track = track(&mut cases);
    let explained = |engineer: &Engineer| {
        let roster = Roster { version: 1, currency: None, engineers: vec![engineer.clone()] };
        ranked(&track, &roster, &wishes, &Ranking::default()).matches.remove(0).explanation
    };
    let (one, other) = (explained(&busy), explained(&quiet));
    for explanation in [&one, &other] {
        let client = serde_json::to_string(&explanation.client).unwrap();
        assert!(
            !client.contains("secret-client") && !client.contains("third-client") && !client.contains("offers"),
            "{client}"
        );
        assert!(client.contains("worked together once"), "{client}");
        let engineer = serde_json::to_string(&explanation.engineer).unwrap();
        assert!(
            !engineer.contains("client\"") && !engineer.contains("1234") && !engineer.contains("2026"),
            "{engineer}"
        );
    }
    // Of the history of others, the client's words say nothing; only the one number of the platform's sum moves with it.
    let words = |explanation: &MatchExplanations| -> Vec<String> {
        explanation.client.reasons.iter().map(|reason| format!("{} {}", reason.reason, reason.text)).collect()
    };
    assert_eq!((words(&one), &one.client.summary), (words(&other), &other.client.summary));
    let reasons: Vec<&str> = one.client.reasons.iter().map(|reason| reason.reason.as_str()).collect();
    assert!(!["history", "load", "exposure"].iter().any(|hidden| reasons.contains(hidden)), "{reasons:?}");
}

#[test]
fn what_is_known_of_nobody_is_no_part() {
    let mut cases = Cases(2, 0);
    let mut track = track(&mut cases);
    track.measurements.tags = None;
    let bare = Engineer {
        portfolio: None,
        history: Vec::new(),
        exposure: 0.0,
        capacity: 1,
        load: 0,
        available_from: None,
        available_until: None,
        price: Some(0.0),
        ..engineer(0, &mut cases)
    };
    let roster = Roster { version: 1, currency: None, engineers: vec![bare] };
    let result = ranked(&track, &roster, &Wishes::default(), &Ranking::default());
    let parts: Vec<PartKind> = result.matches[0].parts.iter().map(|part| part.part).collect();
    assert_eq!(parts, [PartKind::Price, PartKind::Turnaround, PartKind::History, PartKind::Load, PartKind::Exposure]);
    let nobody = Roster { version: 1, currency: None, engineers: Vec::new() };
    assert!(ranked(&track, &nobody, &Wishes::default(), &Ranking::default()).matches.is_empty());
}

/// Oracle: the textbook formulas, in two passes.
#[test]
fn portfolios_have_the_means_and_spreads_of_their_masters() {
    let mut cases = Cases(4, 0);
    let masters: Vec<Analysis> = (0..7).map(|_| track(&mut cases)).collect();
    let portfolio = Portfolio::of(&masters);
    let loudness: Vec<f64> =
        masters.iter().map(|master| master.measurements.loudness.as_ref().unwrap().integrated_lufs.unwrap()).collect();
    let mean = loudness.iter().sum::<f64>() / 7.0;
    let spread = (loudness.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 6.0).sqrt();
    let measured = portfolio.loudness_lufs.unwrap();
    assert!((measured.mean - mean).abs() < 1e-9 && (measured.spread - spread).abs() < 1e-9 && measured.tracks == 7);
    let units: Vec<Vec<f64>> = masters
        .iter()
        .map(|master| track::unit(master.measurements.tags.as_ref().unwrap().embedding.as_ref().unwrap()).unwrap())
        .collect();
    let centre: Vec<f64> = (0..8).map(|at| units.iter().map(|unit| unit[at]).sum::<f64>() / 7.0).collect();
    let distance = |unit: &Vec<f64>| unit.iter().zip(&centre).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    let spread = (units.iter().map(distance).sum::<f64>() / 6.0).sqrt();
    let embedding = portfolio.embedding.unwrap();
    assert!((embedding.spread - spread).abs() < 1e-9);
    assert!(embedding.mean.iter().zip(&centre).all(|(got, expected)| (f64::from(*got) - expected).abs() < 1e-7));
    assert!((portfolio.genres.values().sum::<f64>() - 7.0).abs() < 1e-9, "{:?}", portfolio.genres);
    assert_eq!(Portfolio::of([]), Portfolio::default());
}

fn sound_roster() -> Value {
    json!({ "version": 1, "currency": "EUR", "engineers": [
        { "id": "ana", "genres": ["rock"], "turnaround_days": 5, "capacity": 3, "price": 80, "languages": ["en"] },
        { "id": "bo", "turnaround_days": 3, "capacity": 1, "history": [{ "client": "c1", "outcome": "accepted" }],
          "available_from": "2026-01-01", "portfolio": { "tracks": 1, "loudness_lufs": { "mean": -9, "spread": 0, "tracks": 1 } } },
    ] })
}

#[test]
fn a_roster_reads_back_as_itself() {
    let roster = Roster::from_json(&sound_roster().to_string()).unwrap();
    assert_eq!(Roster::from_json(&serde_json::to_string(&roster).unwrap()).unwrap(), roster);
    let none = Wishes::from_json("{}").unwrap();
    assert_eq!(none, Wishes::default());
    assert_eq!(Wishes::from_json(&serde_json::to_string(&none).unwrap()).unwrap(), none);
    let wishes = Wishes::from_json(r#"{ "version": 1, "weights": { "price": 3 }, "start": "2026-02-28" }"#).unwrap();
    assert_eq!((wishes.weights.price, wishes.weights.genre), (3.0, MatchWeights::default().genre));
}

#[test]
fn slips_in_a_roster_are_named_by_their_place() {
    let slip = |pointer: &str, value: Value| {
        let mut tree = sound_roster();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        match tree.pointer_mut(parent).unwrap() {
            Value::Array(items) => items[field.parse::<usize>().unwrap()] = value,
            object => object[field] = value,
        }
        Roster::from_json(&tree.to_string()).unwrap_err()
    };
    let cases = [
        ("/version", json!(2), "version", "reads 1"),
        ("/engineers/0/price", json!(-1), "engineers[0].price", "0 to"),
        ("/engineers/0/price", json!("80"), "engineers[0].price", "a number"),
        ("/engineers/0/prise", json!(80), "engineers[0].prise", "unknown field"),
        ("/engineers/1/id", json!("ana"), "engineers[1].id", "above"),
        ("/engineers/1/id", json!(" "), "engineers[1].id", "letter"),
        ("/engineers/0/languages", json!(["english"]), "engineers[0].languages[0]", "pt-BR"),
        ("/engineers/1/turnaround_days", json!(0), "engineers[1].turnaround_days", "1 or more"),
        ("/engineers/1/available_until", json!("2025-12-31"), "engineers[1].available_until", "before"),
        ("/engineers/1/available_from", json!("2026-02-30"), "engineers[1].available_from", "2026-11-30"),
        ("/engineers/1/history/0/outcome", json!("maybe"), "engineers[1].history[0].outcome", "accepted"),
        (
            "/engineers/1/portfolio/loudness_lufs/tracks",
            json!(0),
            "engineers[1].portfolio.loudness_lufs.tracks",
            "null",
        ),
        ("/engineers/1/portfolio_file", json!("a.jsonl"), "engineers[1].portfolio_file", "leave one"),
        (
            "/engineers/1/portfolio/bands_db",
            json!([{ "mean": 1, "spread": 1, "tracks": 1 }]),
            "engineers[1].portfolio.bands_db",
            "seven",
        ),
    ];
    for (pointer, value, path, words) in cases {
        let error = slip(pointer, value);
        assert_eq!(error.path, path, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    for text in ["", "[]", "{", "null", "{\"version\":1}"] {
        assert!(Roster::from_json(text).is_err(), "{text}");
    }
    let mut sizes = sound_roster();
    sizes["engineers"][0]["portfolio"] =
        json!({ "tracks": 1, "embedding": { "mean": [0.5, 0.5], "spread": 0, "tracks": 1 } });
    sizes["engineers"][1]["portfolio"] =
        json!({ "tracks": 1, "embedding": { "mean": [0.5], "spread": 0, "tracks": 1 } });
    let error = Roster::from_json(&sizes.to_string()).unwrap_err();
    assert_eq!(error.path, "engineers[1].portfolio.embedding.mean", "{error}");
}

#[test]
fn protected_attributes_are_refused_with_the_reason() {
    for field in
        ["gender", "Age", "date_of_birth", "nationality", "sexualOrientation", "ethnic-origin", "religion", "photo"]
    {
        let mut tree = sound_roster();
        tree["engineers"][1][field] = json!("x");
        let error = Roster::from_json(&tree.to_string()).unwrap_err();
        assert_eq!(error.path, format!("engineers[1].{field}"));
        assert!(error.problem.contains("protected") && error.remedy.contains("remove"), "{error}");
        let error = Wishes::from_json(&json!({ field: "x" }).to_string()).unwrap_err();
        assert!(error.problem.contains("protected"), "{error}");
    }
}

#[test]
fn slips_in_wishes_and_rankings_are_named() {
    let of = |text: &str| Wishes::from_json(text).unwrap_err();
    assert_eq!(of(r#"{ "budget": -5 }"#).path, "budget");
    assert_eq!(of(r#"{ "sound": { "bands_db": [1, 2] } }"#).path, "sound.bands_db");
    assert_eq!(of(r#"{ "sound": { "loudness_lufs": 9 } }"#).path, "sound.loudness_lufs");
    assert_eq!(of(r#"{ "weights": { "tone": 11 } }"#).path, "weights.tone");
    assert_eq!(of(r#"{ "weights": { "colour": 1 } }"#).path, "weights.colour");
    assert_eq!(of(r#"{ "version": 7 }"#).path, "version");
    let none = PartKind::ALL.map(|part| format!("\"{}\": 0", part.name())).join(", ");
    assert_eq!(of(&format!("{{ \"weights\": {{ {none} }} }}")).path, "weights");
    for ranking in [
        Ranking { top: 0, ..Ranking::default() },
        Ranking { exploration: 1.5, ..Ranking::default() },
        Ranking { diversity: f64::NAN, ..Ranking::default() },
    ] {
        assert!(ranking.check().is_err());
    }
}
