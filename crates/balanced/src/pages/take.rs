//! One pass over a measured file: its overview, and a part of it coded for a page.

use std::ops::Range;
use std::path::Path;

use balanced_dsp::PlanarBuffer;
use balanced_model::Analysis;
use balanced_report::{Overview, OverviewMeter};

use super::LONGEST_S;
use super::embed::{Embedder, ReportAudio};
use crate::analyze::block_frames;
use crate::contain::contain;
use crate::origin::Origin;
use crate::{AnalyzeOptions, AudioSource, Error, Stage};

/// Part of a file that is coded for a page, and its codec; none is coded without one.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub audio: Option<ReportAudio>,
    pub start_s: f64,
    pub duration_s: f64,
}

impl Part {
    pub fn whole(audio: Option<ReportAudio>) -> Self {
        Self { audio, start_s: 0.0, duration_s: f64::INFINITY }
    }

    fn frames(&self, total: u64, rate_hz: f64) -> Range<u64> {
        let start = ((self.start_s * rate_hz).round() as u64).min(total);
        start..start.saturating_add((self.duration_s * rate_hz).round() as u64).min(total)
    }
}

/// What a page takes of a file.
pub(super) struct Taken {
    pub overview: Overview,
    /// The coded part, as a finished file.
    pub coded: Option<Vec<u8>>,
}

/// Reads the audio that `analysis` measured.
pub(super) fn take(
    source: AudioSource<'_>,
    analysis: &Analysis,
    part: Part,
    options: &AnalyzeOptions<'_>,
) -> Result<Taken, Error> {
    let path = source.name().map(Path::to_owned);
    contain(path.as_deref(), || {
        let monitor = options.monitor(path.as_deref());
        let origin = Origin::open(source, &options.limits, &options.scratch(path.as_deref()), &monitor)?;
        let mut input = origin.hashed_input(options.layout.as_ref(), &options.limits)?;
        let (format, total) = (input.format.clone(), analysis.source.frames);
        let kept = part.frames(total, format.sample_rate_hz);
        refuse_long(&origin, part, &kept, format.sample_rate_hz)?;
        let named = |error: Error| {
            if error.kind() == crate::ErrorKind::Settings { error.in_file(origin.name()) } else { error }
        };
        let encoder = part.audio.map(|audio| Embedder::create(audio, analysis, &format)).transpose();
        let mut encoder = encoder.map_err(named)?;
        let mut meter = OverviewMeter::new(total, format.sample_rate_hz);
        let mut buffer = PlanarBuffer::new(format.channels(), block_frames(format.channels()));
        let mut done = 0;
        loop {
            monitor.at(Stage::Write, done, Some(total))?;
            let count = input.read(&mut buffer)? as u64;
            if count == 0 {
                break;
            }
            let channels: Vec<&[f64]> = (0..format.channels()).map(|channel| buffer.channel(channel)).collect();
            meter.push(&channels);
            if let Some(encoder) = &mut encoder {
                let (from, to) = (kept.start.clamp(done, done + count), kept.end.clamp(done, done + count));
                let wanted = (from - done) as usize..(to - done) as usize;
                encoder.write(&buffer.block().slice(wanted))?;
            }
            done += count;
        }
        check_measured(&origin, input.describe(done)?.sha256, analysis)?;
        origin.check_unchanged()?;
        let coded = encoder.map(Embedder::finish).transpose().map_err(named)?;
        Ok(Taken { overview: meter.finish(), coded })
    })
}

fn refuse_long(origin: &Origin<'_>, part: Part, kept: &Range<u64>, rate_hz: f64) -> Result<(), Error> {
    let duration_s = (kept.end - kept.start) as f64 / rate_hz;
    if part.audio.is_none() || duration_s <= LONGEST_S {
        return Ok(());
    }
    let (minutes, most) = (duration_s / 60.0, LONGEST_S / 60.0);
    let problem = format!("is {minutes:.1} minutes long, and a page holds at most {most:.0} minutes of audio");
    Err(Error::settings(problem, "make the page without audio").in_file(origin.name()))
}

/// Checks that the audio is what was measured.
fn check_measured(origin: &Origin<'_>, sha256: Option<String>, analysis: &Analysis) -> Result<(), Error> {
    match (&sha256, &analysis.source.sha256) {
        (Some(found), Some(measured)) if found != measured => {
            Err(Error::changed(origin.name(), "has other bytes than those that were measured"))
        }
        _ => Ok(()),
    }
}
