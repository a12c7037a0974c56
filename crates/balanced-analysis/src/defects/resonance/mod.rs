//! A resonance: one narrow region that rings over every note.
//!
//! A note comes and goes; a resonance of a room, an instrument or a filter raises whatever sounds in its region, and the noise between
//! the notes too. So the floor *between* the lines of the spectrum is read moment by moment, and compared with the shape of a bell of
//! Q 12 at every place. Told is the place where that bell stands high even in the moments in which it stands lowest, if the floor
//! has its shape and does not stand so high that it must be a tone that is held.

mod bell;
mod watch;

use balanced_dsp::StreamFormat;
use balanced_model::{Defect, DefectKind, Severity};

use super::finding::finding;
use crate::spectrum::decimate::Decimator;
use crate::spectrum::engine::{Frame, Geometry, measured_pair};
use crate::spectrum::framer::Framer;
use crate::spectrum::transform::Transform;
use bell::Q;
use watch::{Place, Watch};

/// Places that are judged, from a fine spectrum below the second and from the shared one above. Below the first a drum, a voice or a piano
/// has a place of its own that rings.
const RANGE_HZ: [f64; 3] = [424.0, 900.0, 7000.0];
/// The fine spectrum: what it needs of the audio, the least rate for that, and the length of a frame, which has to tell notes a semitone
/// apart and still follow them.
const PASS_HZ: f64 = 1300.0;
const LOWEST_RATE_HZ: f64 = 4.0 * PASS_HZ;
const FRAME_S: f64 = 4096.0 / 11_025.0;
/// Frames of the shared spectrum (half overlapping) that make a moment.
const FRAMES: u32 = 4;
/// Score from which a place is told, and from which it is plain, in either spectrum.
const TOLD_DB: [f64; 2] = [4.2, 7.8];
const PLAIN_DB: [f64; 2] = [5.5, 8.8];
/// Height under which a ring is the music's own, and height of a plain resonance that is severe.
const LEAST_DB: f64 = 7.5;
const MAJOR_DB: f64 = 11.5;
/// Moments that are needed: twenty seconds, of which the lowest twentieth is five moments. A phrase or two may hold one chord.
const FEWEST: u32 = 107;

/// Watches the floor of the spectrum, all channels together.
pub(crate) struct Resonance {
    fine: Fine,
    watch: Option<Watch>,
    moment: Vec<f32>,
    frames: u32,
}

/// The spectrum below 1.3 kHz, two or three hertz a bin.
struct Fine {
    decimators: Vec<Decimator>,
    decimated: Vec<Vec<f32>>,
    framer: Framer,
    transform: Transform,
    watch: Option<Watch>,
    /// The first frame begins with silence.
    is_begun: bool,
}

impl Resonance {
    pub fn new(geometry: Geometry, format: &StreamFormat) -> Self {
        let bins = geometry.size / 2 + 1;
        Self {
            fine: Fine::new(geometry.rate, format),
            watch: Watch::new((RANGE_HZ[1], RANGE_HZ[2]), geometry.rate / geometry.size as f64, bins),
            moment: vec![0.0; bins],
            frames: 0,
        }
    }

    pub fn frame(&mut self, frame: &Frame<'_>) {
        self.fine.push(frame);
        let Some(watch) = self.watch.as_mut().filter(|_| frame.weight >= 0.99) else { return };
        self.moment.iter_mut().zip(&frame.spectrum.mean).for_each(|(sum, power)| *sum += power / FRAMES as f32);
        self.frames += 1;
        if self.frames == FRAMES {
            watch.push(&self.moment);
            self.moment.fill(0.0);
            self.frames = 0;
        }
    }

    /// A finding about the one place that rings, if there is one.
    pub fn finish(&self, duration_s: f64) -> Option<Defect> {
        let watches = [self.fine.watch.as_ref(), self.watch.as_ref()];
        let told = |(index, watch): (usize, Option<&Watch>)| {
            let place = watch.filter(|watch| watch.moments() >= FEWEST)?.best().filter(|p| p.height_db >= LEAST_DB)?;
            let over_db = place.score_db - TOLD_DB[index];
            let is_plain = place.score_db >= PLAIN_DB[index];
            (over_db >= 0.0).then_some((over_db, is_plain, place))
        };
        let all = watches.into_iter().enumerate().filter_map(told);
        let (_, is_plain, place) = all.max_by(|a, b| a.0.total_cmp(&b.0))?;
        Some(said(&place, is_plain, duration_s))
    }
}

fn said(place: &Place, is_plain: bool, duration_s: f64) -> Defect {
    let Place { hz, height_db, low_db, fit, .. } = *place;
    let message = format!(
        "One narrow region around {hz:.0} Hz rings about {height_db:.0} dB over its surroundings, whatever is played: a resonance of a room, \
         an instrument or a filter."
    );
    let severity = if is_plain && height_db >= MAJOR_DB { Severity::Major } else { Severity::Minor };
    finding(DefectKind::Resonance, severity, (0.0, duration_s), message)
        .with("frequency_hz", hz)
        .with("excess_db", height_db)
        .with("least_db", low_db)
        .with("shape", fit)
        .with("q", Q)
}

impl Fine {
    fn new(rate: f64, format: &StreamFormat) -> Self {
        let channels = format.channels();
        let decimators: Vec<Decimator> =
            (0..channels).map(|_| Decimator::passing(rate, PASS_HZ, LOWEST_RATE_HZ)).collect();
        let low_rate = decimators.first().map_or(rate, Decimator::rate);
        let size = 1usize << (FRAME_S * low_rate).max(64.0).log2().round().min(16.0) as u32;
        let heard = format.layout.full_range_channels();
        Self {
            decimated: vec![Vec::new(); channels],
            decimators,
            framer: Framer::new(channels, size / 2),
            transform: Transform::new(size, heard, measured_pair(&format.layout)),
            watch: Watch::new((RANGE_HZ[0], RANGE_HZ[1]), low_rate / size as f64, size / 2 + 1),
            is_begun: false,
        }
    }

    fn push(&mut self, frame: &Frame<'_>) {
        let Some(watch) = &mut self.watch else { return };
        for (channel, decimator) in self.decimators.iter_mut().enumerate() {
            self.decimated[channel].clear();
            decimator.push(frame.new_samples(channel), &mut self.decimated[channel]);
        }
        let (transform, is_begun, decimated) = (&mut self.transform, &mut self.is_begun, &self.decimated);
        self.framer.push(
            decimated[0].len(),
            |channel| decimated[channel].as_slice(),
            |samples| {
                if std::mem::replace(is_begun, true) {
                    transform.run(samples);
                    watch.push(&transform.mean);
                }
            },
        );
    }
}
