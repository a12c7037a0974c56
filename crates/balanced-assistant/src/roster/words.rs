//! Reasons in words and numbers, for the platform and for both sides.

use super::engineer::{Engineer, OfferOutcome};
use super::genre::Evidence;
use super::likeness;
use super::portfolio::PortfolioMeasure;
use super::result::{MatchExplanation, MatchExplanations, MatchPart, MatchReason, PartKind};
use super::score::{Request, millionths};
use super::track::Wanted;

/// Regions of the spectrum.
const REGIONS: [&str; super::portfolio::BANDS] = ["sub", "low", "low mid", "mid", "high mid", "high", "air"];
/// Parts that the client sees as one sum, `platform`.
const PLATFORM: [PartKind; 3] = [PartKind::History, PartKind::Load, PartKind::Exposure];
/// Parts that the engineer sees as one sum, `terms`.
const TERMS: [PartKind; 2] = [PartKind::Price, PartKind::Turnaround];
/// Strongest reasons that a summary names.
const SUMMED_UP: usize = 3;

impl Request<'_> {
    /// The reason for a part of an engineer's score.
    pub fn text(&self, part: PartKind, engineer: &Engineer) -> String {
        let known = match part {
            PartKind::Genre => self.genre_text(engineer),
            PartKind::SimilarMusic => self.similar_text(engineer),
            PartKind::Loudness => self.loudness_text(engineer),
            PartKind::Dynamics => self.dynamics_text(engineer),
            PartKind::Tone => self.tone_text(engineer),
            PartKind::Width => self.width_text(engineer),
            PartKind::Price => self.price_text(engineer),
            PartKind::Turnaround => Some(self.turnaround_text(engineer)),
            PartKind::History => Some(self.history_text(engineer)),
            PartKind::Load => Some(format!("{} of {} places taken", engineer.load, engineer.capacity)),
            PartKind::Exposure => {
                Some(format!("exposure {:.1}, the mean is {:.1}", engineer.exposure, self.scales.exposure))
            }
        };
        known.unwrap_or_else(|| "not known; counts as a quarter".to_owned())
    }

    fn genre_text(&self, engineer: &Engineer) -> Option<String> {
        let masters = engineer.portfolio.as_ref().map_or(0, |portfolio| portfolio.tracks);
        let words = self.track.genres.iter().map(|(genre, _)| {
            let evidence = Evidence::of(engineer, genre);
            let shown = format!("{:.1} of {masters} masters", evidence.masters);
            match (evidence.is_stated, evidence.masters > 0.0) {
                (true, true) => format!("{genre} is stated, and {shown}"),
                (true, false) => format!("{genre} is stated"),
                (false, true) => format!("{genre} in {shown}"),
                (false, false) => format!("no {genre}"),
            }
        });
        Some(words.collect::<Vec<_>>().join("; ")).filter(|text| !text.is_empty())
    }

    fn similar_text(&self, engineer: &Engineer) -> Option<String> {
        let usual = self.scales.embedding_spread;
        let distance = likeness::embedding_distance(engineer, self.track, usual)?.sqrt();
        Some(format!(
            "distance {distance:.2} from the music of the masters, of which a usual one is {usual:.2} from their mean"
        ))
    }

    fn loudness_text(&self, engineer: &Engineer) -> Option<String> {
        let (own, wanted) = (engineer.portfolio.as_ref()?.loudness_lufs?, self.track.loudness_lufs?);
        Some(format!("masters of {:.1} LUFS, {}", own.mean, compared(own, wanted, "LU")))
    }

    fn dynamics_text(&self, engineer: &Engineer) -> Option<String> {
        let (portfolio, track) = (engineer.portfolio.as_ref()?, self.track);
        let words = |own: Option<PortfolioMeasure>, wanted: Option<Wanted>, what: &str, unit: &str| {
            let (own, wanted) = (own?, wanted?);
            Some(format!("{what} {:.1} {unit}, {}", own.mean, compared(own, wanted, unit)))
        };
        let plr = words(portfolio.plr_db, track.plr_db, "peak to loudness ratio", "dB");
        let range = words(portfolio.range_lu, track.range_lu, "loudness range", "LU");
        let known: Vec<String> = [plr, range].into_iter().flatten().collect();
        (!known.is_empty()).then(|| known.join("; "))
    }

    fn tone_text(&self, engineer: &Engineer) -> Option<String> {
        let (own, wanted) = (&engineer.portfolio.as_ref()?.bands_db, self.track.bands_db?);
        let gaps: Vec<f64> = own.iter().zip(wanted).map(|(own, wanted)| own.mean - wanted).collect();
        let (furthest, gap) = gaps.iter().enumerate().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))?;
        let mean = gaps.iter().map(|gap| gap.abs()).sum::<f64>() / gaps.len() as f64;
        let what = if self.track.tone_is_wished { "the wish" } else { "the track" };
        Some(format!("regions {mean:.1} dB from {what} on average, {} the furthest ({gap:+.1} dB)", REGIONS[furthest]))
    }

    fn width_text(&self, engineer: &Engineer) -> Option<String> {
        let (own, wanted) = (engineer.portfolio.as_ref()?.side_to_mid_db?, self.track.side_to_mid_db?);
        Some(format!("sides {:.1} dB to the middle, {}", own.mean, compared(own, wanted, "dB")))
    }

    fn price_text(&self, engineer: &Engineer) -> Option<String> {
        let price = engineer.price?;
        Some(match self.wishes.budget {
            Some(budget) => format!("{price} of a budget of {budget}"),
            None => format!("{price}"),
        })
    }

    fn turnaround_text(&self, engineer: &Engineer) -> String {
        let days = engineer.turnaround_days;
        match self.wishes.within_days {
            Some(most) => format!("{days} of at most {most} days"),
            None => format!("{days} days"),
        }
    }

    fn history_text(&self, engineer: &Engineer) -> String {
        let count = |outcome| engineer.history.iter().filter(|offer| offer.outcome == outcome).count();
        let accepted = count(OfferOutcome::Accepted);
        let together = self.together(engineer);
        let own = if together > 0 { format!(", {together} with this client") } else { String::new() };
        format!("{accepted} of {} offers accepted{own}", engineer.history.len())
    }

    /// Accepted offers of this client.
    fn together(&self, engineer: &Engineer) -> usize {
        let client = self.wishes.client.as_ref();
        let is_own = |known: Option<&String>| known.is_some() && known == client;
        let accepted = engineer.history.iter().filter(|offer| offer.outcome == OfferOutcome::Accepted);
        accepted.filter(|offer| is_own(offer.client.as_ref())).count()
    }

    /// Explanations for both sides.
    pub fn explain(
        &self,
        engineer: &Engineer,
        score: f64,
        parts: &[MatchPart],
        explored: Option<f64>,
    ) -> MatchExplanations {
        let together = match self.together(engineer) {
            0 => String::new(),
            1 => "you worked together once; ".to_owned(),
            count => format!("you worked together {count} times; "),
        };
        let client = vec![merged(
            parts,
            &PLATFORM,
            "platform",
            format!("{together}experience, free places and shares of attention"),
        )];
        let engineer_sums = vec![
            merged(parts, &TERMS, "terms", "your price and turnaround meet what is asked".to_owned()),
            merged(parts, &PLATFORM, "platform", "your earlier offers, free places and share of attention".to_owned()),
        ];
        let client_hidden: Vec<PartKind> = PLATFORM.to_vec();
        let engineer_hidden: Vec<PartKind> = TERMS.into_iter().chain(PLATFORM).collect();
        let newcomer = explored
            .map(|share| format!("new here: {:.0} % of lists keep their last place for newcomers", share * 100.0));
        MatchExplanations {
            client: explanation(engineer.shown_name(), score, parts, &client_hidden, client, newcomer.as_deref()),
            engineer: explanation("You", score, parts, &engineer_hidden, engineer_sums, newcomer.as_deref()),
        }
    }
}

/// The sum of some parts as one reason.
fn merged(parts: &[MatchPart], kinds: &[PartKind], reason: &str, text: String) -> MatchReason {
    let contribution = parts.iter().filter(|part| kinds.contains(&part.part)).map(|part| part.contribution).sum();
    MatchReason { reason: reason.to_owned(), contribution: millionths(contribution), text }
}

fn explanation(
    who: &str,
    score: f64,
    parts: &[MatchPart],
    hidden: &[PartKind],
    sums: Vec<MatchReason>,
    newcomer: Option<&str>,
) -> MatchExplanation {
    let shown = parts.iter().filter(|part| !hidden.contains(&part.part));
    let mut reasons: Vec<MatchReason> = shown
        .map(|part| MatchReason {
            reason: part.part.name().to_owned(),
            contribution: part.contribution,
            text: part.text.clone(),
        })
        .collect();
    // The sums say little in a sentence.
    let mut strongest: Vec<&MatchReason> = reasons.iter().filter(|reason| reason.contribution > 0.0).collect();
    strongest.sort_by(|a, b| b.contribution.total_cmp(&a.contribution));
    let strongest = strongest.into_iter().take(SUMMED_UP).map(|reason| reason.text.as_str());
    let summary = format!("{who}: {}", newcomer.into_iter().chain(strongest).collect::<Vec<_>>().join("; "));
    reasons.extend(sums.into_iter().filter(|sum| sum.contribution > 0.0));
    MatchExplanation { summary, score, reasons }
}

/// The mean of a portfolio against what is wanted.
fn compared(own: PortfolioMeasure, wanted: Wanted, unit: &str) -> String {
    let what = if wanted.is_wished { "the wish" } else { "the track" };
    let gap = own.mean - wanted.value;
    let side = if gap < 0.0 { "under" } else { "over" };
    format!("{:.1} {unit} {side} {what}", gap.abs())
}
