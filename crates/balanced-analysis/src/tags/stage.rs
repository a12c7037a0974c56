//! The stage: blocks in, tags out.

use balanced_dsp::{Block, StreamFormat};

use super::listen::{self, Heard};
use super::measures;
use super::mel::{FRAME, HOP, LogMel, RATE_HZ};
use super::patches::{Candidates, Chosen, FRAMES, Frame};
use super::scores::ranked;
use super::vocabulary::{GENRES, INSTRUMENTS, MOODS, SUBGENRES, VOICES};
use crate::Measurements;
use crate::config::TagConfig;
use crate::lowrate::{Frames, LowRate};
use crate::model::Tags;
use crate::stage::Stage;

/// What must come through to 16 kHz.
const PASS_HZ: f64 = 7300.0;

/// Collects the patches and lets the networks hear them at the end. Memory does not grow with the stream.
pub(crate) struct TagStage {
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

    fn finish(self: Box<Self>, result: &mut Measurements) {
        if self.tags.as_ref().is_some_and(|tags| tags.heard_s > 0.0) {
            result.models.extend(listen::models());
        }
        result.tags = self.tags;
    }
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
            let chosen = candidates.choose(self.config.patches.clamp(1, super::patches::CAPACITY));
            match listen::to(&chosen, listen::mean_power(&sounding)) {
                Ok(heard) => self.rank(&heard, &chosen, &mut tags),
                Err(reason) => tags.notes.push(reason),
            }
        }
        tags
    }

    fn rank(&self, heard: &Heard, chosen: &[Chosen<'_>], tags: &mut Tags) {
        let of = &heard.probabilities;
        tags.genre = ranked(&GENRES, of);
        tags.subgenre = ranked(&SUBGENRES, of);
        tags.mood = ranked(&MOODS, of);
        tags.instrument = ranked(&INSTRUMENTS, of);
        tags.voice = ranked(&VOICES, of);
        let seconds = chosen.len() as f64 * (FRAMES * HOP) as f64 / RATE_HZ;
        tags.heard_s = super::rounded(seconds);
        tags.embedding = self.config.embedding.then(|| heard.embedding.iter().map(|v| *v as f32).collect());
        if self.listener.candidates.is_looped() {
            tags.notes.push("shorter than three seconds: repeated to fill what the networks hear".to_owned());
        }
    }
}
