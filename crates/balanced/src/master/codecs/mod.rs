//! Masters that lossy codecs do not clip: every codec is tried on the written file, and while one clips, the file is written
//! again under a lower ceiling.

mod listen;

use balanced_codec::Codec;
use balanced_model::{CodecCheck, CodecReport, CodecStep};

use super::MasterOptions;
use super::place::Place;
use super::plan::Plan;
use super::render::Front;
use super::solve;
use super::verify::{self, Written};
use crate::Error;
use crate::progress::Monitor;
use crate::scratch::Scratch;
use listen::Listeners;

/// Most steps by which the ceiling is lowered.
const MAX_STEPS: usize = 3;
/// Most that one step lowers it.
const MAX_STEP_DB: f64 = 1.0;
/// Least that one step lowers it: where only samples clip, their true peak is hardly over full scale.
const MIN_STEP_DB: f64 = 0.05;
/// Lowers the ceiling by this much more than the excess, which other rounding moves by as much.
const EXTRA_DB: f64 = 0.1;

/// Why there is a master: where writing it again fails, the call ends.
const WRITTEN: &str = "a master is written";

/// What a master is written from.
pub(super) struct Desk<'a> {
    pub(super) place: &'a Place<'a>,
    pub(super) front: &'a Front,
    pub(super) scratch: &'a Scratch,
    pub(super) options: &'a MasterOptions<'a>,
    pub(super) monitor: &'a Monitor<'a>,
}

/// Checks every codec that the options name on the master, and writes it again while one clips.
///
/// Returns the master that stands, with the report; `None` if no codec is named.
pub(super) fn make_safe(
    desk: &Desk<'_>,
    plan: &mut Plan,
    master: Written,
) -> Result<(Written, Option<CodecReport>), Error> {
    let codecs = &desk.options.codecs;
    if codecs.is_empty() {
        return Ok((master, None));
    }
    let asked = plan.target.clone();
    let mut safety = Safety { desk, report: CodecReport::default(), master: Some(master) };
    safety.report.asked_ceiling_dbtp = asked.as_ref().map(|target| target.ceiling_dbtp);
    safety.report.checks = safety.listen(codecs)?;
    safety.note_step(plan, codecs);
    let done = safety.lower(plan);
    let ceiling = plan.target.as_ref().map(|target| target.ceiling_dbtp);
    plan.target = asked;
    done?;
    safety.conclude(ceiling);
    let master = safety.master.take().expect(WRITTEN);
    Ok((master, Some(safety.report)))
}

/// A master that is being made safe.
struct Safety<'a> {
    desk: &'a Desk<'a>,
    report: CodecReport,
    /// The master as it stands; none only while it is written again, so that two never take room at once.
    master: Option<Written>,
}

impl Safety<'_> {
    fn master(&self) -> &Written {
        self.master.as_ref().expect(WRITTEN)
    }

    fn listen(&self, codecs: &[Codec]) -> Result<Vec<CodecCheck>, Error> {
        Listeners::new(self.desk, self.master()).run(codecs)
    }

    /// Lowers the ceiling until no codec clips, or the steps are used up.
    fn lower(&mut self, plan: &mut Plan) -> Result<(), Error> {
        for step in 1..=MAX_STEPS {
            let clipping = self.clipping();
            let Some(step_db) = self.step_db(&clipping).filter(|_| plan.target.is_some() && plan.limiter.is_some())
            else {
                return Ok(());
            };
            self.write_under(plan, step_db)?;
            // A codec that was safe is tried again on the file that is to stand, and not on those on the way.
            self.check_again(&clipping)?;
            let others: Vec<Codec> =
                self.desk.options.codecs.iter().copied().filter(|codec| !clipping.contains(codec)).collect();
            let mut checked = clipping;
            if step == MAX_STEPS || self.clipping().is_empty() {
                self.check_again(&others)?;
                checked.extend(others);
            }
            self.note_step(plan, &checked);
        }
        Ok(())
    }

    /// Writes the master again with its ceiling `step_db` lower.
    fn write_under(&mut self, plan: &mut Plan, step_db: f64) -> Result<(), Error> {
        let Desk { place, front, scratch, options, monitor } = self.desk;
        for ceiling in
            [plan.target.as_mut().map(|t| &mut t.ceiling_dbtp), plan.limiter.as_mut().map(|l| &mut l.ceiling_dbtp)]
        {
            ceiling.into_iter().for_each(|ceiling| *ceiling -= step_db);
        }
        let solution = solve::drive(front, plan, monitor)?;
        self.master = None;
        self.master = Some(verify::write_until_legal(place, front, plan, solution, scratch, options, monitor)?);
        Ok(())
    }

    fn check_again(&mut self, codecs: &[Codec]) -> Result<(), Error> {
        for check in self.listen(codecs)? {
            let known = self.report.checks.iter_mut().find(|known| known.codec == check.codec);
            known.into_iter().for_each(|known| known.clone_from(&check));
        }
        Ok(())
    }

    fn clipping(&self) -> Vec<Codec> {
        let clips = |codec: &&Codec| {
            let name = codec.to_string();
            self.report.checks.iter().any(|check| check.codec == name && check.clips())
        };
        self.desk.options.codecs.iter().filter(clips).copied().collect()
    }

    /// Returns by how much the ceiling has to be lowered; `None` if nothing clips.
    fn step_db(&self, clipping: &[Codec]) -> Option<f64> {
        if clipping.is_empty() {
            return None;
        }
        let clipped = self.report.checks.iter().filter(|check| check.clips());
        let excess_db = clipped.filter_map(|check| check.true_peak_dbtp).fold(MIN_STEP_DB, f64::max);
        Some((excess_db + EXTRA_DB).min(MAX_STEP_DB))
    }

    /// Notes the master as it stands, and what the codecs that were tried on it make of it.
    fn note_step(&mut self, plan: &Plan, codecs: &[Codec]) {
        let names: Vec<String> = codecs.iter().map(Codec::to_string).collect();
        let tried = || self.report.checks.iter().filter(|check| names.contains(&check.codec));
        let mut step = CodecStep::default();
        if let Some(loudness) = &self.master().after.measurements.loudness {
            step.integrated_lufs = loudness.integrated_lufs;
            step.true_peak_dbtp = loudness.true_peak_dbtp;
            step.plr_db = loudness.plr_db;
        }
        step.ceiling_dbtp = plan.target.as_ref().map(|target| target.ceiling_dbtp);
        step.decoded_true_peak_dbtp = tried().filter_map(|check| check.true_peak_dbtp).reduce(f64::max);
        step.clipped_samples = tried().filter_map(|check| check.clipped_samples).sum();
        step.clipping = tried().filter(|check| check.clips()).map(|check| check.codec.clone()).collect();
        self.report.steps.push(step);
    }

    fn conclude(&mut self, ceiling_dbtp: Option<f64>) {
        let clips = self.report.checks.iter().any(CodecCheck::clips);
        let is_checked = self.report.checks.iter().any(|check| check.reason.is_none());
        let report = &mut self.report;
        report.safe = is_checked.then_some(!clips);
        report.ceiling_dbtp = ceiling_dbtp;
        if let [first, .., last] = &report.steps[..] {
            report.cost_lu = first.integrated_lufs.zip(last.integrated_lufs).map(|(first, last)| first - last);
            report.cost_plr_db = first.plr_db.zip(last.plr_db).map(|(first, last)| first - last);
        } else {
            (report.cost_lu, report.cost_plr_db) = (Some(0.0), Some(0.0));
        }
        report.note = match (clips, ceiling_dbtp) {
            (false, _) => None,
            (true, None) => Some(
                "the chain was rendered as it stands, so that no ceiling was lowered; give a target to have it lowered"
                    .to_owned(),
            ),
            (true, Some(ceiling)) => Some(format!(
                "after {MAX_STEPS} steps, at a ceiling of {ceiling:.2} dBTP, a codec still clips; ask for less loudness or a lower ceiling"
            )),
        };
    }
}
