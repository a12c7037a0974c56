//! The search for the frame grid of a codec.

use super::bank::Bank;
use super::excerpts::{Excerpt, Excerpts};
use super::windows::Shape;

/// Fewer excerpts are chance.
const FEWEST: usize = 4;
/// One excerpt adds this many standard deviations at most: a grid shows everywhere, an accident in one place.
const MOST_OF_ONE: f32 = 8.0;
/// Vorbis moves its grid by multiples of this when it switches to short blocks and back.
const VORBIS_STEP: usize = 128;

/// A fixed grid this prominent after half of the excerpts settles whether AAC or Vorbis made it.
const RIVAL: f64 = 6.0;

/// A codec whose grid is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    Mp3,
    Aac,
    Vorbis,
    Opus,
}

impl Codec {
    /// Name of the codec.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mp3 => "MP3",
            Self::Aac => "AAC",
            Self::Vorbis => "Ogg Vorbis",
            Self::Opus => "Opus",
        }
    }
}

impl Grid {
    /// Codec that probably made it: a grid that moves in steps of short blocks shows with AAC too.
    pub fn maker(&self) -> &'static str {
        if self.period == VORBIS_STEP { "AAC or Ogg Vorbis" } else { self.codec.name() }
    }
}

/// The grid position that stands out most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    pub codec: Codec,
    /// Position modulo `period`, in samples of the codec.
    pub offset: usize,
    /// Distance from one frame to the next.
    pub period: usize,
    /// Distance of its score from the median over all positions, in robust standard deviations.
    pub prominence: f64,
    /// Share of the excerpts that agree.
    pub agreement: f64,
}

/// One codec's transform and what it has seen.
struct Candidate {
    codec: Codec,
    bank: Bank,
    /// Scores by excerpt, each in standard deviations from its median.
    seen: Vec<Vec<f32>>,
}

/// The most prominent grid of any codec; `None` without enough audio.
pub(super) fn search(excerpts: &Excerpts, rate: f64) -> Option<Grid> {
    let list = excerpts.list();
    if list.len() < FEWEST {
        return None;
    }
    let mut candidates = candidates(rate);
    let half = |odd: bool| list.iter().enumerate().filter(move |(i, _)| (i % 2 == 1) == odd);
    for candidate in &mut candidates {
        half(false).for_each(|(i, excerpt)| candidate.listen(i / 2, excerpt));
    }
    // The rest of the excerpts only for the one that promises most.
    let mut best = Candidate::best(&candidates)?;
    half(true).for_each(|(i, excerpt)| candidates[best].listen(i / 2, excerpt));
    // Windows of AAC and Vorbis resemble each other enough that the wrong one sees something too.
    let rivals = |c: &Candidate| matches!(c.codec, Codec::Aac | Codec::Vorbis);
    if rivals(&candidates[best]) {
        let prominence = |c: &Candidate| c.grid_of(c.bank.size).map_or(f64::MIN, |grid| grid.prominence);
        let rival = (0..candidates.len())
            .filter(|i| rivals(&candidates[*i]))
            .max_by(|a, b| prominence(&candidates[*a]).total_cmp(&prominence(&candidates[*b])))?;
        if rival != best && prominence(&candidates[rival]) > RIVAL {
            half(true).for_each(|(i, excerpt)| candidates[rival].listen(i / 2, excerpt));
            best = rival;
        }
    }
    candidates[best].grid()
}

fn candidates(rate: f64) -> Vec<Candidate> {
    // Lines from about 1 kHz, below which few are quantised to zero, to 16 kHz: every third or sixth is enough.
    let line = |size: usize, hz: f64| ((2 * size) as f64 * hz / rate) as usize;
    let span = |size: usize, step: usize| {
        (line(size, 800.0).max(size / 20)..line(size, 16_000.0).min(size * 17 / 20)).step_by(step)
    };
    let new = |codec, bank| Candidate { codec, bank, seen: Vec::new() };
    let mut list = vec![
        new(Codec::Mp3, Bank::hybrid(span(576, 3))),
        new(Codec::Aac, Bank::mdct(Shape::KaiserBessel, 1024, span(1024, 6))),
        new(Codec::Aac, Bank::mdct(Shape::Sine, 1024, span(1024, 6))),
        new(Codec::Vorbis, Bank::mdct(Shape::PowerSine, 1024, span(1024, 6))),
    ];
    // CELT's lines are 25 Hz apart; those from 801 on, 20 kHz, are never coded.
    let lines = (120..800).step_by(6).chain((801..850).step_by(3));
    list.extend(Bank::celt(rate, lines).map(|bank| new(Codec::Opus, bank)));
    list
}

impl Candidate {
    fn listen(&mut self, turn: usize, excerpt: &Excerpt) {
        // Joint stereo shows in the middle, all else in a channel by itself.
        let samples = if turn.is_multiple_of(2) || excerpt.mid.is_empty() { &excerpt.left } else { &excerpt.mid };
        let mut scores = Vec::new();
        if self.bank.score(samples, excerpt.start, &mut scores) {
            standardise(&mut scores);
            self.seen.push(scores);
        }
    }

    /// Index of the most prominent.
    fn best(list: &[Self]) -> Option<usize> {
        let prominence: Vec<f64> = list.iter().map(Self::prominence).collect();
        (0..list.len()).max_by(|a, b| prominence[*a].total_cmp(&prominence[*b]))
    }

    fn prominence(&self) -> f64 {
        self.grid().map_or(f64::MIN, |grid| grid.prominence)
    }

    fn grid(&self) -> Option<Grid> {
        let fixed = self.grid_of(self.bank.size);
        let moving = if self.codec == Codec::Vorbis { self.grid_of(VORBIS_STEP) } else { None };
        [fixed, moving].into_iter().flatten().max_by(|a, b| a.prominence.total_cmp(&b.prominence))
    }

    /// The best position if the grid repeats after `period`, or after multiples of it.
    fn grid_of(&self, period: usize) -> Option<Grid> {
        if self.seen.len() < FEWEST {
            return None;
        }
        let best_of = |scores: &[f32], at: usize| {
            scores[at..].iter().step_by(period).fold(f32::MIN, |best, s| best.max(s.min(MOST_OF_ONE)))
        };
        let mut sums: Vec<f32> = (0..period).map(|at| self.seen.iter().map(|s| best_of(s, at)).sum()).collect();
        let middle = median(&sums);
        standardise(&mut sums);
        let (offset, prominence) = sums.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
        let typical = middle / self.seen.len() as f32;
        let agreeing = self.seen.iter().filter(|s| best_of(s, offset) > typical + 0.5).count();
        Some(Grid {
            codec: self.codec,
            offset,
            period,
            prominence: f64::from(prominence),
            agreement: agreeing as f64 / self.seen.len() as f64,
        })
    }
}

/// Distances from the median in robust standard deviations.
fn standardise(values: &mut [f32]) {
    let middle = median(values);
    let deviations: Vec<f32> = values.iter().map(|v| (v - middle).abs()).collect();
    // 1.4826: from the median of absolute deviations to the standard deviation of a normal distribution.
    let spread = (1.4826 * median(&deviations)).max(1e-9);
    values.iter_mut().for_each(|v| *v = (*v - middle) / spread);
}

fn median(values: &[f32]) -> f32 {
    let mut sorted = values.to_vec();
    let (_, middle, _) = sorted.select_nth_unstable_by(values.len() / 2, f32::total_cmp);
    *middle
}
