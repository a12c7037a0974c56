//! The most likely beats: the bar-pointer model of Whiteley, Cemgil and Godsill (2006) with the state space and
//! transition of Krebs, Böck and Widmer (ISMIR 2015), solved exactly as a semi-Markov chain: since the tempo changes at
//! beats only, one step of the search is a whole beat, whose score is a difference of running sums.

use std::ops::Range;

use balanced_dsp::vector_loop;

use super::network::{Activations, TEMPO_BINS_PER_OCTAVE, TEMPO_SLOWEST_BPM};

/// Slowest and fastest tempo.
pub(super) const SLOWEST_BPM: f64 = 30.0;
pub(super) const FASTEST_BPM: f64 = 300.0;
/// The first `1/BEAT_SHARE` of an interval is the beat, the rest is not (Krebs et al. 2015, section 3.2).
const BEAT_SHARE: f64 = 24.0;
/// Cost of a relative change of tempo from beat to beat, per unit (ibid., lambda).
const CHANGE_COST: f64 = 100.0;
/// Changes beyond this are not considered.
const LARGEST_CHANGE: f64 = 0.1;
/// Added to the network's log odds; and the least probability of a beat and of none, which keeps every path possible.
const ODDS_BIAS: f64 = -0.5;
const FLOOR: f64 = 0.02;
/// Prior of tempo: log-normal around 95 BPM, 0.7 octaves wide (people tap between 60 and 150: McKinney & Moelants 2006),
/// counted twice a second, since an octave's evidence too grows with every second.
const PRIOR_BPM: f64 = 95.0;
const PRIOR_OCTAVES: f64 = 0.7;
const PRIOR_PER_S: f64 = 2.0;
/// How often a second the network's distribution of tempo counts, and what is added to each of its likelihoods: music is
/// stranger than what the network grew up with.
const TEMPO_PER_S: f64 = 2.0;
const TEMPO_FLOOR: f64 = 0.05;
/// Longest stretch decoded at once; longer music is decoded piece by piece, which bounds the memory.
const PIECE_S: f64 = 120.0;
const OVERLAP_S: f64 = 20.0;

/// Frames by which a beat may come before the first that sounds, whose window begins earlier.
const EDGE_FRAMES: f64 = 3.0;
/// Least probability of a beat to which a place between two others is moved.
const SETTLES: f64 = 0.1;

/// Marks a first beat, which no interval precedes.
const FIRST: u8 = u8::MAX;

/// Beat times in frames, between frames where the activation says so, in each stretch of what the network has heard; a
/// stretch in which no two beats have room has none.
pub(super) fn beats(heard: &Activations, frames_per_s: f64) -> Vec<Vec<f64>> {
    let inside = |stretch: &Range<usize>| {
        let found = pieces(heard, stretch.clone(), frames_per_s);
        let refined = found.iter().map(|beat| refine(&heard.beat, *beat));
        let (first, last) = (stretch.start as f64 - EDGE_FRAMES, stretch.end as f64);
        refined.filter(|beat| (first..last).contains(beat)).collect::<Vec<f64>>()
    };
    heard.stretches.iter().map(inside).filter(|run| run.len() > 1).collect()
}

/// Probability of a beat of log odds in steps.
fn probability(odds: i8) -> f64 {
    let odds = f64::from(f32::from(odds) * Activations::STEP) + ODDS_BIAS;
    (1.0 / (1.0 + (-odds).exp())).clamp(FLOOR, 1.0 - FLOOR)
}

/// A place between two beats, moved to the activation near it where there is one.
pub(super) fn settle(odds: &[i8], place: f64) -> f64 {
    let at = place.round() as usize;
    let Some(top) = (at.saturating_sub(2)..(at + 3).min(odds.len())).max_by_key(|i| odds[*i]) else {
        return place;
    };
    if probability(odds[top]) < SETTLES { place } else { refine(odds, top as f64) }
}

/// The search only says in which part of the interval the beat is: centre of mass around the highest place near there.
fn refine(odds: &[i8], start: f64) -> f64 {
    let around = |centre: usize, before: usize, after: usize| {
        centre.saturating_sub(before).min(odds.len())..(centre + after + 1).min(odds.len())
    };
    let Some(top) = around(start as usize, 1, 4).rev().max_by_key(|i| odds[*i]) else {
        return start;
    };
    let least = around(top, 2, 2).map(|i| probability(odds[i])).fold(f64::INFINITY, f64::min);
    let weighted = around(top, 2, 2).map(|i| (i as f64, probability(odds[i]) - least));
    let (mass, moment) = weighted.fold((0.0, 0.0), |(mass, moment), (i, w)| (mass + w, moment + w * i));
    if mass > 0.0 { moment / mass } else { top as f64 }
}

fn pieces(heard: &Activations, stretch: Range<usize>, frames_per_s: f64) -> Vec<f64> {
    let (start, frames) = (stretch.start, stretch.end);
    let (piece, overlap) = ((PIECE_S * frames_per_s) as usize, (OVERLAP_S * frames_per_s) as usize);
    let mut found: Vec<f64> = Vec::new();
    let mut from = start;
    loop {
        let to = (from + piece).min(frames);
        let to = if frames - to < overlap { frames } else { to };
        let part = Search::new(heard, from..to, frames_per_s).run();
        // Pieces share `overlap` frames; the seam is in its middle.
        let seam = if from == start { 0.0 } else { (from + overlap / 2) as f64 };
        found.retain(|beat| from == start || *beat < seam);
        found.extend(part.iter().map(|beat| beat + from as f64).filter(|beat| *beat >= seam));
        if to == frames {
            return found;
        }
        from = to - overlap;
    }
}

/// Likelihood of a tempo by the network's distribution, widened by a few percent.
pub(super) fn tempo_share(tempo: &[f64], bpm: f64) -> f64 {
    let at = (bpm / TEMPO_SLOWEST_BPM).log2() * TEMPO_BINS_PER_OCTAVE;
    let near = |bin: usize| (-0.5 * ((bin as f64 - at) / 2.0).powi(2)).exp();
    tempo.iter().enumerate().map(|(bin, p)| p * near(bin)).sum::<f64>() + TEMPO_FLOOR
}

struct Search {
    /// Running sums of the log likelihoods of beat and of no beat.
    beat: Vec<f64>,
    rest: Vec<f64>,
    shortest: usize,
    longest: usize,
    /// Prior of each interval, already times its length, by the network's tempo in each of its windows.
    priors: Vec<Vec<f64>>,
    /// Window of each frame.
    window: Vec<u16>,
    /// From which intervals each may be reached, and the cost.
    reach: Vec<(usize, Vec<f64>)>,
}

impl Search {
    fn new(heard: &Activations, range: Range<usize>, frames_per_s: f64) -> Self {
        let odds = &heard.beat[range.clone()];
        let shortest = ((60.0 * frames_per_s / FASTEST_BPM).floor() as usize).max(2);
        let longest = (60.0 * frames_per_s / SLOWEST_BPM).ceil() as usize;
        let running = |value: &dyn Fn(f64) -> f64| {
            let mut sums = Vec::with_capacity(odds.len() + 1);
            sums.push(0.0);
            odds.iter().for_each(|odds| sums.push(sums[sums.len() - 1] + value(probability(*odds))));
            sums
        };
        let prior = |tempo: &[f64], interval: usize| {
            let bpm = 60.0 * frames_per_s / interval as f64;
            let octaves = (bpm / PRIOR_BPM).log2() / PRIOR_OCTAVES;
            let a_second = -0.5 * PRIOR_PER_S * octaves * octaves + TEMPO_PER_S * tempo_share(tempo, bpm).ln();
            a_second * interval as f64 / frames_per_s
        };
        let (tempi, window) = heard.tempi(range);
        Self {
            beat: running(&|p| p.ln()),
            rest: running(&|p| ((1.0 - p) / (BEAT_SHARE - 1.0)).ln()),
            shortest,
            longest,
            priors: tempi.iter().map(|t| (shortest..=longest).map(|i| prior(t, i)).collect()).collect(),
            window,
            reach: (shortest..=longest).map(|to| reach(shortest, longest, to)).collect(),
        }
    }

    fn frames(&self) -> usize {
        self.beat.len() - 1
    }

    /// Log likelihood of a beat at `start` and none until `end`, of an interval that is `interval` long.
    fn score(&self, start: usize, end: usize, interval: usize) -> f64 {
        let edge = (start + ((interval as f64 / BEAT_SHARE).ceil() as usize)).min(end);
        self.beat[edge] - self.beat[start] + self.rest[end] - self.rest[edge]
    }

    fn run(&self) -> Vec<f64> {
        let (frames, count) = (self.frames(), self.longest - self.shortest + 1);
        if frames <= self.longest {
            return Vec::new();
        }
        // best[t * count + i]: best score with a beat at t whose interval is shortest + i; from: the interval before.
        let mut best = vec![f64::NEG_INFINITY; (self.longest + 1) * count];
        let mut from = vec![FIRST; frames * count];
        let mut arriving = vec![f64::NEG_INFINITY; count];
        let mut chosen = vec![(f64::NEG_INFINITY, FIRST); count];
        let mut end = (f64::NEG_INFINITY, 0, 0);
        for now in 0..frames {
            for (i, arrival) in arriving.iter_mut().enumerate() {
                let interval = self.shortest + i;
                *arrival = match now.checked_sub(interval) {
                    Some(start) => best[start % (self.longest + 1) * count + i] + self.score(start, now, interval),
                    None => f64::NEG_INFINITY,
                };
            }
            let row = now % (self.longest + 1) * count;
            let prior = &self.priors[usize::from(self.window[now])];
            cheapest(&self.reach, &arriving, &mut chosen);
            for i in 0..count {
                let (mut top, mut source) = chosen[i];
                // The first beat may be anywhere in the first interval.
                if now <= self.shortest + i && self.rest[now] > top {
                    (top, source) = (self.rest[now], FIRST);
                }
                best[row + i] = top + prior[i];
                from[now * count + i] = source;
                if now + self.shortest + i >= frames {
                    let total = top + prior[i] + self.score(now, frames, self.shortest + i);
                    if total > end.0 {
                        end = (total, now, i);
                    }
                }
            }
        }
        self.trace(&from, count, end.1, end.2)
    }

    fn trace(&self, from: &[u8], count: usize, last: usize, interval: usize) -> Vec<f64> {
        let (mut at, mut i, mut beats) = (last, interval, vec![last as f64]);
        loop {
            let source = from[at * count + i];
            if source == FIRST {
                break;
            }
            i = self.reach[i].0 + usize::from(source);
            at -= self.shortest + i;
            beats.push(at as f64);
        }
        beats.reverse();
        beats
    }
}

vector_loop! {
    /// For each interval the best arrival less the cost of the change, and the first that gives it.
    fn cheapest<'a>(reach: &'a [(usize, Vec<f64>)], arriving: &'a [f64], chosen: &'a mut [(f64, u8)]) {
        for ((first, costs), chosen) in reach.iter().zip(chosen) {
            let arriving = &arriving[*first..][..costs.len()];
            let top = greatest(arriving, costs);
            let source = arriving.iter().zip(costs).position(|(arrival, cost)| arrival - cost == top);
            let source = source.filter(|_| top > f64::NEG_INFINITY).map_or(FIRST, |k| k as u8);
            *chosen = (top, source);
        }
    }
}

/// Greatest difference, in lanes.
#[inline(always)]
fn greatest(arriving: &[f64], costs: &[f64]) -> f64 {
    const LANES: usize = 4;
    let mut lanes = [f64::NEG_INFINITY; LANES];
    let (arrivals, prices) = (arriving.as_chunks::<LANES>(), costs.as_chunks::<LANES>());
    for (a, c) in arrivals.0.iter().zip(prices.0) {
        for lane in 0..LANES {
            let score = a[lane] - c[lane];
            lanes[lane] = if score > lanes[lane] { score } else { lanes[lane] };
        }
    }
    let rest = arrivals.1.iter().zip(prices.1).map(|(a, c)| a - c);
    lanes.into_iter().chain(rest).fold(f64::NEG_INFINITY, f64::max)
}

/// Index of the first interval from which `to` is reached, and the costs from there on, normalised over destinations
/// only approximately: all intervals reach about as many.
fn reach(shortest: usize, longest: usize, to: usize) -> (usize, Vec<f64>) {
    let change = |from: usize| (to as f64 / from as f64 - 1.0).abs();
    let near: Vec<usize> =
        (shortest..=longest).filter(|from| change(*from) <= LARGEST_CHANGE || from.abs_diff(to) <= 1).collect();
    let spread = |from: usize| {
        let all = (shortest..=longest).map(|other| (-CHANGE_COST * (other as f64 / from as f64 - 1.0).abs()).exp());
        all.sum::<f64>().ln()
    };
    let costs = near.iter().map(|from| CHANGE_COST * change(*from) + spread(*from)).collect();
    (near[0] - shortest, costs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pulses(frames: usize, beats: impl Iterator<Item = f64>) -> Activations {
        let mut beat = vec![-50i8; frames];
        for place in beats {
            for offset in -2i32..=2 {
                if let Some(odds) = beat.get_mut((place.round() as i32 + offset) as usize) {
                    *odds = [30, 5, -20][offset.unsigned_abs() as usize];
                }
            }
        }
        Activations {
            down: vec![-50; frames],
            beat,
            stretches: std::iter::once(0..frames).collect(),
            ..Activations::default()
        }
    }

    #[test]
    fn a_steady_pulse_is_followed_at_every_tempo() {
        for bpm in [66.0, 97.3, 120.0, 174.0] {
            let truth: Vec<f64> =
                (0..).map(|k| 30.0 + f64::from(k) * 6000.0 / bpm).take_while(|t| *t < 2900.0).collect();
            let found = beats(&pulses(3000, truth.iter().copied()), 100.0).concat();
            let hit = |t: &&f64| found.iter().any(|f| (*f - **t).abs() <= 3.0);
            assert!(truth.iter().filter(hit).count() + 1 >= truth.len(), "{bpm}: {found:?}");
            assert!(found.len() <= truth.len() + 4, "{bpm}: {} for {}", found.len(), truth.len());
        }
    }

    #[test]
    fn a_ritardando_and_missing_beats_are_followed() {
        let (mut truth, mut at) = (Vec::new(), 40.0);
        while at < 3900.0 {
            truth.push(at);
            at += 50.0 + at / 100.0;
        }
        let heard = truth.iter().enumerate().filter(|(k, _)| k % 7 != 5).map(|(_, t)| *t);
        let found = beats(&pulses(4000, heard), 100.0).concat();
        for t in &truth {
            assert!(found.iter().any(|f| (f - t).abs() <= 4.0), "{t} missed");
        }
    }

    #[test]
    fn pieces_join_without_a_seam() {
        let frames = 150_000;
        let found =
            beats(&pulses(frames, (0..).map(|k| 20.0 + 50.0 * f64::from(k)).take_while(|t| *t < 150_000.0)), 100.0)
                .concat();
        assert!(found.len().abs_diff(frames / 50) <= 2);
        assert!(found.windows(2).all(|pair| (48.0..=52.0).contains(&(pair[1] - pair[0]))));
    }
}
