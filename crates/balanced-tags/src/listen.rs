//! Letting the networks hear what was chosen.

use balanced_model::ModelUsed;

use crate::mel::energy;
use crate::network::{Answer, EMBEDDING, msd, mtt};
use crate::patches::{Chosen, Patch};
use crate::scores::Probabilities;
use crate::vocabulary::TAGS;

/// Mean square to which a track is brought before it is heard: -18 dBFS in mono, in the middle of what the networks'
/// own material has. They answer differently to quieter music; whoever masters afterwards changes the level, not the
/// genre.
const HEARING_POWER: f64 = 0.015_849;

/// Output of both networks, the mean over the patches by their shares.
pub(crate) struct Heard {
    pub probabilities: Probabilities,
    pub embedding: Vec<f64>,
}

/// Mean square of the patches.
pub(crate) fn mean_power(patches: &[&Patch]) -> f64 {
    patches.iter().map(|patch| patch.power).sum::<f64>() / patches.len().max(1) as f64
}

/// Names and hashes of the files in `models/`; the first makes the embedding.
pub(crate) const FILES: [(&str, &str); 2] = [
    ("MSD_musicnn", "238c7ba9edebfe9f4919860655b3f8b6552e3b5ecc539ce83584da363cd29b67"),
    ("MTT_musicnn", "864508044ded546a1a38c2fe2997ced352b951bdee0b12ac4882ccabfa8bed2d"),
];

/// The networks, as results name them.
pub(crate) fn models() -> Vec<ModelUsed> {
    FILES.map(|(name, sha256)| ModelUsed { name: name.to_owned(), sha256: sha256.to_owned() }).to_vec()
}

/// Runs both networks on the patches of a track whose mean square is `power`.
pub(crate) fn hear(chosen: &[Chosen<'_>], power: f64) -> Result<Heard, String> {
    let gain = HEARING_POWER / power.max(f64::MIN_POSITIVE);
    let patches: Vec<Vec<f32>> = chosen.iter().map(|c| amplified(&c.patch.mel, gain)).collect();
    // One after the other: a network at work takes 40 MB.
    let both = || Ok::<_, String>((msd()?.hear(&patches)?, mtt()?.hear(&patches)?));
    let (msd, mtt) = aside(both)?;
    Ok(Heard {
        probabilities: Probabilities { msd: mean_tags(&msd, chosen), mtt: mean_tags(&mtt, chosen) },
        embedding: mean_embedding(&msd, chosen),
    })
}

/// The result of `work`, found away from the caller's thread: if that belongs to a pool, waiting there for the networks'
/// own pool would let it take up another piece of its work in the middle of this one.
#[cfg(not(target_family = "wasm"))]
fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
}

#[cfg(target_family = "wasm")]
fn aside<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// The log-mel values of the same sound with its power multiplied by `gain`.
fn amplified(mel: &[f32], gain: f64) -> Vec<f32> {
    mel.iter().map(|m| ((10_000.0 * gain * energy(*m)).ln_1p() / std::f64::consts::LN_10) as f32).collect()
}

fn mean_tags(answers: &[Answer], chosen: &[Chosen<'_>]) -> [f64; TAGS] {
    let mut mean = [0.0; TAGS];
    for (answer, chosen) in answers.iter().zip(chosen) {
        mean.iter_mut().zip(&answer.tags).for_each(|(m, t)| *m += chosen.weight * t);
    }
    mean
}

fn mean_embedding(answers: &[Answer], chosen: &[Chosen<'_>]) -> Vec<f64> {
    let mut mean = vec![0.0; EMBEDDING];
    for (answer, chosen) in answers.iter().zip(chosen) {
        mean.iter_mut().zip(&answer.embedding).for_each(|(m, e)| *m += chosen.weight * e);
    }
    mean
}
