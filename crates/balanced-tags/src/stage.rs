//! The stage: blocks in, tags out.

use balanced_analysis::front_end::{Frames, LowRate};
use balanced_analysis::{Programme, Reasons, Stage};
use balanced_dsp::{Block, StreamFormat};
use balanced_model::{Measurements, TagConfig, Tags};

use crate::heads;
use crate::listen::{self, Heard};
use crate::measures;
use crate::mel::{FRAME, HOP, LogMel, RATE_HZ};
use crate::patches::{CAPACITY, Candidates, Chosen, FRAMES, Frame};
use crate::scores::{ranked, ranked_genres, rounded, undecided};
use crate::vocabulary::{GENRES, INSTRUMENTS, MOODS, SUBGENRES, VOICES};

/// Highest frequency that passes the conversion to 16 kHz unchanged.
const PASS_HZ: f64 = 7300.0;
/// Shortest programme that is heard at all.
const LEAST_S: f64 = 1.0;

/// Collects the patches and lets the networks hear them at the end. Memory does not grow with the stream.
pub struct TagStage {
    low: LowRate,
    frames: Frames,
    listener: Listener,
    config: TagConfig,
    tags: Option<Tags>,
}

struct Listener {
    mel: LogMel,
    candidates: Candidates,
}

impl TagStage {
    /// Prepares to listen to audio of `format`.
    #[must_use]
    pub fn new(format: &StreamFormat, config: &TagConfig) -> Self {
        Self {
            low: LowRate::exactly(&format.layout, format.sample_rate_hz, RATE_HZ, PASS_HZ),
            frames: Frames::new(FRAME, HOP),
            listener: Listener { mel: LogMel::new(), candidates: Candidates::new() },
            config: config.clone(),
            tags: None,
        }
    }
}

impl Stage for TagStage {
    fn weight(&self) -> u32 {
        900
    }

    fn push(&mut self, block: Block<'_>) {
        let (frames, listener) = (&mut self.frames, &mut self.listener);
        self.low.push(block, |samples| frames.push(samples, |frame| listener.hear(frame)));
    }

    fn conclude(&mut self) {
        let Self { low, frames, listener, .. } = self;
        low.finish(|samples| frames.push(samples, |frame| listener.hear(frame)));
        frames.finish(|frame| listener.hear(frame));
        listener.candidates.finish();
        self.tags = Some(self.listen());
    }

    fn finish(self: Box<Self>, result: &mut Measurements, programme: &Programme) {
        if let Some(tags) = &self.tags {
            explain(tags, &mut programme.reasons(result));
            if tags.heard_s > 0.0 {
                result.models.extend(listen::models());
            }
        }
        result.tags = self.tags;
    }
}

/// Says why values are missing.
fn explain(tags: &Tags, reasons: &mut Reasons<'_>) {
    let unheard = tags.notes.first().map_or("the networks did not speak", String::as_str);
    reasons.explain("tags.genre", tags.genre.is_empty(), LEAST_S, unheard);
    let energy = tags.measures.energy;
    let silent = "no three seconds are louder than -70 dBFS";
    reasons.explain("tags.measures.energy", energy.is_none(), LEAST_S, silent);
    let pulse = if energy.is_some() { "the sound has no onsets" } else { silent };
    reasons.explain("tags.measures.pulse_clarity", tags.measures.pulse_clarity.is_none(), LEAST_S, pulse);
}

impl Listener {
    fn hear(&mut self, samples: &[f32]) {
        let own = &samples[(FRAME - HOP) / 2..(FRAME + HOP) / 2];
        let mel = &mut self.mel;
        self.candidates
            .push(|| Frame { mel: mel.of(samples), power: own.iter().map(|s| s * s).sum::<f32>() / HOP as f32 });
    }
}

impl TagStage {
    fn listen(&self) -> Tags {
        let candidates = &self.listener.candidates;
        let mut tags = Tags::default();
        let sounding = candidates.sounding();
        tags.measures = measures::measure(&sounding, &mut tags.notes);
        if sounding.is_empty() {
            tags.notes.push("nothing to hear: silence, or less than a second of sound".to_owned());
        } else {
            let chosen = candidates.choose(self.config.patches.clamp(1, CAPACITY));
            match listen::hear(&chosen, listen::mean_power(&sounding)) {
                Ok(heard) => self.rank(&heard, &chosen, &mut tags),
                Err(reason) => tags.notes.push(reason),
            }
        }
        tags
    }

    fn rank(&self, heard: &Heard, chosen: &[Chosen<'_>], tags: &mut Tags) {
        let of = &heard.probabilities;
        tags.genre = ranked_genres(&GENRES, of);
        tags.subgenre = ranked_genres(&SUBGENRES, of);
        tags.mood = ranked(&MOODS, of);
        tags.instrument = ranked(&INSTRUMENTS, of);
        tags.voice = ranked(&VOICES, of);
        if let Some((first, second)) = undecided(&tags.genre) {
            tags.notes.push(format!("genre unsure: {first} and {second} are about equally likely"));
        }
        let seconds = chosen.len() as f64 * (FRAMES * HOP) as f64 / RATE_HZ;
        tags.heard_s = rounded(seconds);
        let embedding: Vec<f32> = heard.embedding.iter().map(|v| *v as f32).collect();
        tags.heads = self.config.heads.iter().filter_map(|head| heads::read(head, &embedding)).collect();
        if tags.heads.len() < self.config.heads.len() {
            tags.notes.push("a head was left out: it was not made for this embedding".to_owned());
        }
        tags.embedding = self.config.embedding.then_some(embedding);
        if self.listener.candidates.is_looped() {
            tags.notes.push("shorter than three seconds: repeated to fill what the networks hear".to_owned());
        }
    }
}
