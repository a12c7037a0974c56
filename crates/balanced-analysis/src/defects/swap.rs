//! Channels that change places.
//!
//! Whether a whole stereo track is swapped cannot be heard from the track: there is no law about which side the hi-hat is on. What
//! can: the moment at which the image turns into its own mirror (an edit or a cable). Surround channels in another order are
//! judged in the stereo family.

use balanced_dsp::lanes;
use balanced_model::{Defect, DefectKind, Severity};

use super::finding::{clock, finding};
use crate::spectrum::engine::Frame;

/// Edges of the bands whose balance is compared.
const EDGES_HZ: [f64; 9] = [120.0, 240.0, 480.0, 900.0, 1600.0, 2800.0, 5000.0, 9000.0, 16_000.0];
const BANDS: usize = EDGES_HZ.len() - 1;
/// One frame in so many is looked at.
const EVERY: u64 = 4;
/// Sections of at least this length; there are never more than [`MOST_SECTIONS`].
const SECTION_S: f64 = 1.0;
const MOST_SECTIONS: usize = 512;
/// Length of each side of the moment, at least.
const SIDE_S: f64 = 10.0;
/// A band leans to one side if it is louder there by this, and so many bands must lean, all of them the other way afterwards.
const LEAN_DB: f64 = 1.0;
const FEWEST_BANDS: usize = 4;
/// Cosine between the balances before and after, and between the halves of each side.
const OPPOSITE: f64 = -0.95;
const STEADY: f64 = 0.85;
/// Ratio of how far they lean.
const ALIKE: f64 = 0.6;

type Powers = [[f64; 2]; BANDS];
type Balance = [f64; BANDS];

/// Power by side and band, section by section.
pub(crate) struct Swap {
    bands: Vec<(usize, usize)>,
    hop_s: f64,
    frames: u64,
    in_section: u64,
    section_frames: u64,
    sections: Vec<Powers>,
}

impl Swap {
    /// `bin_hz` apart are the bins of a frame, `hop_s` the frames.
    pub fn new(bin_hz: f64, hop_s: f64) -> Self {
        let bin = |hz: f64| (hz / bin_hz).round() as usize;
        Self {
            bands: EDGES_HZ.windows(2).map(|edge| (bin(edge[0]), bin(edge[1]))).collect(),
            hop_s,
            frames: 0,
            in_section: 0,
            section_frames: (SECTION_S / hop_s / EVERY as f64).ceil().max(1.0) as u64,
            sections: Vec::new(),
        }
    }

    pub fn push(&mut self, frame: &Frame<'_>) {
        self.frames += 1;
        if self.frames % EVERY != 1 {
            return;
        }
        if self.in_section == 0 {
            if self.sections.len() == MOST_SECTIONS {
                self.sections = self.sections.chunks(2).map(|pair| added(&pair[0], &pair[1])).collect();
                self.section_frames *= 2;
            }
            self.sections.push(Powers::default());
        }
        self.in_section = (self.in_section + 1) % self.section_frames;
        let Some(section) = self.sections.last_mut() else { return };
        for (band, (low, high)) in section.iter_mut().zip(&self.bands) {
            for (sum, power) in band.iter_mut().zip(&frame.spectrum.power) {
                let high = (*high).min(power.len());
                *sum += f64::from(lanes::sum(&power[(*low).min(high)..high]));
            }
        }
    }

    /// A hint, if the image turns over at one moment.
    pub fn finish(&self, duration_s: f64) -> Option<Defect> {
        let section_s = self.section_frames as f64 * EVERY as f64 * self.hop_s;
        let side = (SIDE_S / section_s).ceil() as usize;
        let mut sums = vec![Powers::default()];
        for section in &self.sections {
            sums.push(added(&sums[sums.len() - 1], section));
        }
        let count = self.sections.len();
        let balance = |from: usize, to: usize| balance(&sums[from], &sums[to]);
        let turned = |at: &usize| {
            let (before, after) = (balance(0, *at), balance(*at, count));
            let halves = [
                cosine(&balance(0, at / 2), &balance(at / 2, *at)),
                cosine(&balance(*at, (at + count) / 2), &balance((at + count) / 2, count)),
            ];
            is_mirrored(&before, &after) && halves.iter().all(|c| *c >= STEADY)
        };
        let distance = |at: usize| {
            let (before, after) = (balance(0, at), balance(at, count));
            before.iter().zip(&after).map(|(b, a)| (b - a).powi(2)).sum::<f64>()
        };
        let at = (side..(count + 1).saturating_sub(side))
            .filter(turned)
            .max_by(|a, b| distance(*a).total_cmp(&distance(*b)))?;
        let (at_s, lean_db) = (at as f64 * section_s, (distance(at) / BANDS as f64).sqrt());
        let message = format!(
            "Left and right seem to change places at about {}: what leaned to one side before leans to the other afterwards, at every \
             pitch. Check the edit there. (Which of the two halves is right, or whether a whole track is swapped, cannot be heard from \
             the track alone.)",
            clock(at_s),
        );
        let range_s = (at_s, duration_s);
        Some(finding(DefectKind::ChannelSwap, Severity::Info, range_s, message).with("change_of_balance_db", lean_db))
    }
}

fn added(a: &Powers, b: &Powers) -> Powers {
    std::array::from_fn(|i| [a[i][0] + b[i][0], a[i][1] + b[i][1]])
}

/// Right over left in dB by band, between two running sums; 0 where hardly anything sounds.
fn balance(from: &Powers, to: &Powers) -> Balance {
    let power = |band: usize, side: usize| to[band][side] - from[band][side];
    let loudest = (0..BANDS).map(|b| power(b, 0) + power(b, 1)).fold(0.0, f64::max);
    std::array::from_fn(|b| {
        let (left, right) = (power(b, 0), power(b, 1));
        if left + right < 1e-6 * loudest || loudest <= 0.0 {
            return 0.0;
        }
        // 40 dB is as far aside as anybody hears.
        (10.0 * (right.max(1e-30) / left.max(1e-30)).log10()).clamp(-40.0, 40.0)
    })
}

fn cosine(a: &Balance, b: &Balance) -> f64 {
    let dot = |a: &Balance, b: &Balance| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt().max(1e-9)
}

fn is_mirrored(before: &Balance, after: &Balance) -> bool {
    let length = |v: &Balance| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let leaning: Vec<_> = before.iter().zip(after).filter(|(b, _)| b.abs() >= LEAN_DB).collect();
    let ratio = length(before).min(length(after)) / length(before).max(length(after)).max(1e-9);
    leaning.len() >= FEWEST_BANDS
        && leaning.iter().all(|(b, a)| *b * *a < 0.0)
        && ratio >= ALIKE
        && cosine(before, after) <= OPPOSITE
}
