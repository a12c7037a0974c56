//! Which three seconds the networks get to hear: a bounded number, spread over the track.
//!
//! The stream is cut into patches of [`FRAMES`] frames. At most [`CAPACITY`] are kept, the best of each of as many equal
//! spans of time; when the spans are full they join in pairs and the better patch of two stays. The better one is louder
//! or differs more from what came before it, a bel of the one counting as much as a bel of the other. At the end
//! [`Candidates::choose`] picks those that together stand for all: the farthest from each other in sound and in time, each
//! with the share of the track that is nearest to it. A change of the track's level changes nothing of this.

use crate::mel::{self, BANDS};

/// Frames a patch; three seconds.
pub(crate) const FRAMES: usize = 187;
/// Most patches held at a time (72 KB each).
pub(crate) const CAPACITY: usize = 64;
/// Patches looked at in each span once a span holds more: what the rest costs is bounded too.
const LOOKS_PER_SPAN: u64 = 4;
/// A patch this far below the loudest one is silence beside it.
const SILENT_BELOW_LOUDEST_BELS: f32 = 3.5;
/// Mean square of -70 dBFS: below, nothing is heard.
const SILENT_BELS: f32 = -7.0;
/// Value of a band without energy.
const FLOOR: f64 = 1e-9;
/// Frames that a track shorter than a patch must have (one second); its sound is repeated to fill one.
pub(crate) const LEAST_FRAMES: usize = 62;

/// Mean energy in bels, band by band.
pub(crate) type Colour = [f32; BANDS];

/// A frame as the stream gives it.
pub(crate) struct Frame {
    /// Log-mel vector.
    pub mel: [f32; BANDS],
    /// Mean square of the samples that belong to no other frame.
    pub power: f32,
}

/// Three seconds of log-mel frames.
#[derive(Clone)]
pub(crate) struct Patch {
    /// Frame after frame, [`BANDS`] values each.
    pub mel: Vec<f32>,
    /// Mean square of the samples.
    pub power: f64,
    /// Position in the track, in patches.
    position: f32,
    colour: Colour,
    merit: f32,
}

/// A patch and the share of the track it stands for.
pub(crate) struct Chosen<'a> {
    pub patch: &'a Patch,
    pub weight: f64,
}

/// The patches of a stream that are worth hearing.
pub(crate) struct Candidates {
    kept: Vec<Patch>,
    /// Positions that each kept patch was the best of.
    span: u64,
    position: u64,
    frame: usize,
    filling: Vec<f32>,
    filling_power: f64,
    before: Option<Colour>,
    looped: bool,
}

impl Candidates {
    pub fn new() -> Self {
        Self {
            kept: Vec::new(),
            span: 1,
            position: 0,
            frame: 0,
            filling: Vec::new(),
            filling_power: 0.0,
            before: None,
            looped: false,
        }
    }

    /// Whether the track was shorter than a patch and is repeated in it.
    pub fn is_looped(&self) -> bool {
        self.looped
    }

    /// Whether the next frame will be looked at.
    fn wants(&self) -> bool {
        self.position.is_multiple_of((self.span / LOOKS_PER_SPAN).max(1))
    }

    /// Take the next frame, which `make` computes if it is wanted.
    pub fn push(&mut self, make: impl FnOnce() -> Frame) {
        if self.wants() {
            let frame = make();
            self.filling.extend_from_slice(&frame.mel);
            self.filling_power += f64::from(frame.power);
        }
        self.frame += 1;
        if self.frame == FRAMES {
            if self.wants() {
                let mel = std::mem::take(&mut self.filling);
                let power = std::mem::take(&mut self.filling_power) / FRAMES as f64;
                self.consider(mel, power, self.position as f32);
            }
            self.position += 1;
            self.frame = 0;
        }
    }

    fn consider(&mut self, mel: Vec<f32>, power: f64, position: f32) {
        let patch = Patch::new(mel, power, position, self.before.as_ref());
        self.before = Some(patch.colour);
        let mut place = (self.position / self.span) as usize;
        if place == CAPACITY {
            self.join_pairs();
            place /= 2;
        }
        match self.kept.get_mut(place) {
            Some(kept) if patch.merit > kept.merit => *kept = patch,
            Some(_) => {}
            None => self.kept.push(patch),
        }
    }

    fn join_pairs(&mut self) {
        self.span *= 2;
        let mut patches = std::mem::take(&mut self.kept).into_iter();
        while let Some(first) = patches.next() {
            let better = patches.next().filter(|second| second.merit > first.merit).unwrap_or(first);
            self.kept.push(better);
        }
    }

    /// End of the stream: the rest counts too, if it is half a patch or all there is.
    pub fn finish(&mut self) {
        let (rest, width) = (self.frame, BANDS);
        let tail = std::mem::take(&mut self.filling);
        let power = self.filling_power / rest.max(1) as f64;
        let whole = match self.kept.last() {
            None if rest >= LEAST_FRAMES => {
                self.looped = true;
                tail.iter().copied().cycle().take(FRAMES * width).collect()
            }
            // While a span is one patch, the last one kept is the one just before the rest.
            Some(last) if self.span == 1 && 2 * rest >= FRAMES => [&last.mel[rest * width..], &tail].concat(),
            _ => return,
        };
        let position = self.position as f32 - 1.0 + rest as f32 / FRAMES as f32;
        self.consider(whole, power, position.max(0.0));
    }

    /// The patches kept that are not silence beside the loudest.
    pub fn sounding(&self) -> Vec<&Patch> {
        let loudest = self.kept.iter().fold(f32::NEG_INFINITY, |l, p| l.max(p.level()));
        let floor = (loudest - SILENT_BELOW_LOUDEST_BELS).max(SILENT_BELS);
        self.kept.iter().filter(|p| p.level() >= floor).collect()
    }

    /// At most `count` patches that stand for all that sounds; shares add up to one. Farthest-first traversal
    /// (Gonzalez 1985) from the patch of most merit.
    pub fn choose(&self, count: usize) -> Vec<Chosen<'_>> {
        let all = self.sounding();
        let Some(first) = (0..all.len()).max_by(|a, b| all[*a].merit.total_cmp(&all[*b].merit).then(b.cmp(a))) else {
            return Vec::new();
        };
        let length = self.position.max(1) as f32;
        let mut chosen = vec![first];
        let mut nearest: Vec<(f32, usize)> = all.iter().map(|p| (all[first].distance(p, length), 0)).collect();
        while chosen.len() < count.max(1).min(all.len()) {
            let next = (0..all.len())
                .filter(|i| !chosen.contains(i))
                .max_by(|a, b| nearest[*a].0.total_cmp(&nearest[*b].0).then(b.cmp(a)));
            let Some(next) = next else { break };
            for (i, near) in nearest.iter_mut().enumerate() {
                let distance = all[next].distance(all[i], length);
                if distance < near.0 || i == next {
                    *near = (distance, chosen.len());
                }
            }
            chosen.push(next);
        }
        let share = |place: usize| nearest.iter().filter(|(_, of)| *of == place).count() as f64 / all.len() as f64;
        let mut chosen: Vec<(usize, f64)> = chosen.iter().enumerate().map(|(place, i)| (*i, share(place))).collect();
        chosen.sort_by_key(|(i, _)| *i);
        chosen.into_iter().map(|(i, weight)| Chosen { patch: all[i], weight }).collect()
    }
}

impl Patch {
    fn new(mel: Vec<f32>, power: f64, position: f32, before: Option<&Colour>) -> Self {
        let mut sums = [0f64; BANDS];
        for frame in mel.chunks_exact(BANDS) {
            sums.iter_mut().zip(frame).for_each(|(sum, m)| *sum += mel::energy(*m));
        }
        let frames = (mel.len() / BANDS) as f64;
        let colour = sums.map(|sum| (sum / frames + FLOOR).log10() as f32);
        let novelty = before.map_or(0.0, |before| difference(&colour, before));
        let mut patch = Self { mel, power, position, colour, merit: 0.0 };
        patch.merit = patch.level() + novelty;
        patch
    }

    /// Level in bels.
    fn level(&self) -> f32 {
        (self.power + f64::from(f32::MIN_POSITIVE)).log10() as f32
    }

    /// Root mean square difference of the colours, plus the part of the track's `length` that lies between.
    fn distance(&self, other: &Self, length: f32) -> f32 {
        difference(&self.colour, &other.colour) + (self.position - other.position).abs() / length
    }
}

fn difference(a: &Colour, b: &Colour) -> f32 {
    (a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>() / BANDS as f32).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames of white sound at a level in bels.
    fn fed(frames: usize, level: impl Fn(usize) -> f32) -> Candidates {
        let mut candidates = Candidates::new();
        for i in 0..frames {
            let power = 10f32.powf(level(i));
            candidates.push(|| Frame { mel: [(10_000.0 * power + 1.0).log10(); BANDS], power });
        }
        candidates.finish();
        candidates
    }

    #[test]
    fn a_long_track_is_held_in_bounded_memory_and_stays_covered() {
        let candidates = fed(1500 * FRAMES, |i| -2.0 + ((i / FRAMES) % 7) as f32 * 0.1);
        assert!(candidates.kept.len() <= CAPACITY && candidates.kept.len() >= CAPACITY / 2 - 1);
        let gaps = candidates.kept.windows(2).map(|w| w[1].position - w[0].position);
        let widest = gaps.fold(0.0, f32::max);
        assert!(widest <= 2.0 * candidates.span as f32, "{widest} {}", candidates.span);
    }

    #[test]
    fn the_louder_and_the_newer_stay() {
        // One loud patch among quiet ones, at a position that is looked at.
        let candidates = fed(200 * FRAMES, |i| if i / FRAMES == 96 { -1.0 } else { -2.0 });
        assert!(candidates.kept.iter().any(|p| p.position == 96.0));
    }

    #[test]
    fn what_is_chosen_stands_for_all() {
        let candidates = fed(40 * FRAMES, |i| if i / FRAMES < 30 { -2.0 } else { -1.0 });
        let chosen = candidates.choose(4);
        assert_eq!(chosen.len(), 4);
        assert!((chosen.iter().map(|c| c.weight).sum::<f64>() - 1.0).abs() < 1e-12);
        let loud: f64 = chosen.iter().filter(|c| c.patch.level() > -1.5).map(|c| c.weight).sum();
        assert!((loud - 0.25).abs() < 0.11, "{loud}");
        assert_eq!(candidates.choose(1000).len(), 40);
        assert_eq!(candidates.choose(0).len(), 1);
    }

    #[test]
    fn short_and_silent_tracks() {
        assert!(fed(LEAST_FRAMES - 1, |_| -2.0).choose(8).is_empty());
        let looped = fed(LEAST_FRAMES, |i| -5.0 + 0.05 * i as f32);
        assert_eq!(looped.kept[0].mel.len(), FRAMES * BANDS);
        assert_eq!(looped.kept[0].mel[LEAST_FRAMES * BANDS], looped.kept[0].mel[0]);
        assert_eq!(fed(FRAMES + FRAMES / 2 + 1, |_| -2.0).kept.len(), 2, "the rest is half a patch");
        assert_eq!(fed(FRAMES + FRAMES / 2 - 1, |_| -2.0).kept.len(), 1);
        assert!(fed(5 * FRAMES, |_| -12.0).choose(8).is_empty());
        let fading = fed(4 * FRAMES, |i| if i < 2 * FRAMES { -2.0 } else { -6.0 });
        assert_eq!(fading.choose(8).len(), 2, "silence beside the music is not heard");
    }
}
