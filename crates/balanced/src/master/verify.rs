//! Writes the master, decodes and measures it, and writes it again if it misses the target or the ceiling.

use balanced_dsp::PlanarBuffer;
use balanced_io::{BroadcastLoudness, FileFormat};
use balanced_mastering::{ChainSpec, LimiterSpec, ProcessorSpec, Step};
use balanced_model::{Analysis, Loudness, Metadata};

use super::MasterOptions;
use super::cache::Part;
use super::place::{self, Place};
use super::plan::Plan;
use super::render::{Aligned, Front};
use super::solve::Solution;
use crate::analyze::cores;
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::{Error, Stage};

/// Largest number of writes; a second one is rare.
const MAX_WRITES: usize = 4;
/// Lowers the ceiling by this much more than the measured excess.
const EXTRA_DB: f64 = 0.01;

/// The written file, not yet in its place, and its measurements.
pub(crate) struct Written {
    /// The file; it takes its place when it is published, and is gone when it is dropped.
    pub(crate) file: place::Written,
    /// Steps rendered after the front: the driven limiter and the dither.
    pub(crate) tail: Vec<Step>,
    /// Measurements of the decoded file.
    pub(crate) after: Analysis,
    /// Drive the file was written with.
    pub(crate) drive_db: Option<f64>,
    /// Why the target was not reached, if it was not.
    pub(crate) infeasible: Option<String>,
}

/// Writes the master for `output`, measures the decoded file, and corrects ceiling and drive until both are met.
pub(crate) fn write_until_legal(
    place: &Place<'_>,
    front: &Front,
    plan: &Plan,
    solution: Solution,
    scratch: &Scratch,
    options: &MasterOptions<'_>,
    monitor: &Monitor<'_>,
) -> Result<Written, Error> {
    let mut drive_db = solution.drive_db;
    let mut lowered_db = dither_margin_db(plan);
    for attempt in 1.. {
        let tail = tail(plan, drive_db, lowered_db);
        let written = write(place, front, &tail, &plan.carried.metadata, scratch, options, monitor)?;
        // A WAV is hashed after its loudness chunk was written.
        let is_wav = options.encode.format == FileFormat::Wav;
        let mut after = {
            let input = written.input(options.layout.as_ref(), !is_wav)?;
            crate::analyze::run(input, &options.analyze(super::measured(options)), monitor, Stage::Verify, cores())?
        };
        after.source.path = Some(place.name().display().to_string());
        let correction = Correction::of(&after, plan, solution.obstacle.is_none());
        if correction.is_none() || attempt == MAX_WRITES {
            if is_wav {
                write_loudness(&written, &mut after);
                after.source.sha256 = Some(written.hash()?);
            }
            let read = written.metadata(after.source.sample_rate_hz)?;
            plan.carried.check(place.name(), &read.metadata)?;
            after.metadata = crate::origin::told(read.metadata);
            let infeasible = solution.sentence(plan, &after).or_else(|| correction.map(|c| c.sentence()));
            return Ok(Written { file: written, tail, after, drive_db, infeasible });
        }
        let correction = correction.expect("checked");
        lowered_db += correction.ceiling_db;
        drive_db = drive_db.map(|drive| drive + correction.drive_db / solution.slope.max(0.2));
    }
    unreachable!("the loop returns at its last attempt")
}

/// Writes the measured loudness into the file's broadcast chunk; the audio is not touched.
///
/// If there is no room for the chunk (a file of almost 4 GiB), the master stays without it.
fn write_loudness(written: &place::Written, after: &mut Analysis) {
    let Some(loudness) = &after.measurements.loudness else { return };
    if let Err(error) = written.write_loudness(&broadcast_loudness(loudness)) {
        after.source.notes.push(format!("the file has no broadcast loudness chunk: {error}"));
    }
}

/// Returns the loudness that a broadcast chunk states.
pub(crate) fn broadcast_loudness(loudness: &Loudness) -> BroadcastLoudness {
    BroadcastLoudness {
        integrated_lufs: loudness.integrated_lufs,
        range_lu: loudness.range_lu,
        max_true_peak_dbtp: loudness.true_peak_dbtp,
        max_momentary_lufs: loudness.max_momentary_lufs,
        max_short_term_lufs: loudness.max_short_term_lufs,
    }
}

/// Excess of the written file over what is allowed.
struct Correction {
    ceiling_db: f64,
    drive_db: f64,
}

impl Correction {
    fn of(after: &Analysis, plan: &Plan, feasible: bool) -> Option<Self> {
        let target = plan.target.as_ref()?;
        let loudness = after.measurements.loudness.as_ref()?;
        let over_db = loudness.true_peak_dbtp.map_or(0.0, |peak| peak - target.ceiling_dbtp);
        let miss_lu = loudness.integrated_lufs.map_or(0.0, |lufs| target.integrated_lufs - lufs);
        let ceiling_db = if over_db > 0.0 { over_db + EXTRA_DB } else { 0.0 };
        let drive_db = if feasible && miss_lu.abs() > 0.5 * target.tolerance_lu { miss_lu } else { 0.0 };
        (ceiling_db > 0.0 || drive_db != 0.0).then_some(Self { ceiling_db, drive_db })
    }

    fn sentence(&self) -> String {
        format!(
            "after {MAX_WRITES} attempts the written file is still {:.2} dB over the ceiling and {:.2} LU from the target",
            self.ceiling_db, self.drive_db
        )
    }
}

/// Returns the margin below the ceiling that dither and rounding need: four quantisation steps, in dB.
pub(crate) fn dither_margin_db(plan: &Plan) -> f64 {
    let (Some(dither), Some(target)) = (&plan.dither, &plan.target) else { return 0.0 };
    let step = 2f64.powi(1 - dither.bits as i32);
    let ceiling = 10f64.powf(target.ceiling_dbtp / 20.0);
    20.0 * (ceiling / (ceiling - 4.0 * step)).log10()
}

fn tail(plan: &Plan, drive_db: Option<f64>, lowered_db: f64) -> Vec<Step> {
    let limiter = plan.limiter.as_ref().map(|limiter| {
        ProcessorSpec::Limiter(LimiterSpec {
            drive_db: drive_db.unwrap_or(limiter.drive_db),
            ceiling_dbtp: limiter.ceiling_dbtp - lowered_db,
            ..limiter.clone()
        })
    });
    let dither = plan.dither.clone().map(ProcessorSpec::Dither);
    limiter.into_iter().chain(dither).map(Step::new).collect()
}

fn write(
    place: &Place<'_>,
    front: &Front,
    tail: &[Step],
    metadata: &Metadata,
    scratch: &Scratch,
    options: &MasterOptions<'_>,
    monitor: &Monitor<'_>,
) -> Result<place::Written, Error> {
    let spec = ChainSpec { steps: tail.to_vec(), ..ChainSpec::default() };
    let mut chain = Aligned::new(&spec, &front.cache.format)?;
    let writing = |error: balanced_io::IoError| Error::writing(&error);
    let mut draft = place.draft(&options.encode, &front.cache.format, metadata, scratch)?;
    let encoder = &mut draft.encoder;
    let mut done = 0;
    front.cache.for_each(Part::Whole, |buffer: &mut PlanarBuffer| {
        monitor.at(Stage::Write, done, Some(front.cache.frames))?;
        done += buffer.frames() as u64;
        chain.push(buffer, |block| encoder.write(&block).map_err(writing))
    })?;
    chain.finish(|block| encoder.write(&block).map_err(writing))?;
    draft.complete()
}
