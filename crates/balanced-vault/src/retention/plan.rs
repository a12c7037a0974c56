//! The plan: what is due, from the manifests, the rules and the time alone.

use serde::{Deserialize, Serialize};

use super::Policy;
use crate::ids::{FileId, ProjectId};
use crate::manifest::{Manifest, ProviderReference, State};
use crate::time::Moment;

/// Why something is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// Its time after the completion is over.
    Retention,
    /// Nobody was assigned to it for too long.
    AbandonedUpload,
    /// The person asked for it.
    PersonsRequest,
}

/// Something that is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "do")]
#[non_exhaustive]
pub enum Due {
    /// The keys of a project are to be destroyed, then its files.
    EraseProject {
        /// The project.
        project: ProjectId,
        /// Why.
        reason: Reason,
        /// Since when it is due.
        since: Moment,
    },
    /// Some files of a project are to be deleted.
    DeleteFiles {
        /// The project.
        project: ProjectId,
        /// The files.
        files: Vec<FileId>,
        /// Since when the first of them is due.
        since: Moment,
    },
    /// A deletion that was begun is to be finished.
    FinishErasure {
        /// The project.
        project: ProjectId,
    },
    /// A rotation that was begun is to be finished.
    FinishRotation {
        /// The project.
        project: ProjectId,
    },
    /// A provider has to confirm a deletion.
    AskProvider {
        /// The project.
        project: ProjectId,
        /// What the provider holds.
        held: ProviderReference,
    },
}

/// What is due, and what is not although its time is over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// What is to be done, in order.
    pub due: Vec<Due>,
    /// Projects whose time is over but which are held.
    pub held: Vec<ProjectId>,
    /// Why nothing is due by time, if no clock can be trusted.
    pub clock: Option<String>,
}

/// Plans what is due at `now`, the later of the clock and the last entry in the log.
///
/// Nothing falls due by time if the time is unknown, or if the clock is behind the log: then one of the two is wrong.
pub(crate) fn plan(manifests: &[Manifest], policy: &Policy, clock: Option<Moment>, logged: Moment) -> Plan {
    let mut plan = Plan::default();
    let now = match clock {
        None => {
            plan.clock = Some("the time is unknown, so nothing falls due".to_owned());
            None
        }
        Some(now) if now < logged => {
            plan.clock = Some(format!("the clock says {now}, and the log {logged}, so nothing falls due"));
            None
        }
        Some(now) => Some(now),
    };
    for manifest in manifests {
        plan_project(manifest, policy, now, &mut plan);
    }
    plan
}

fn plan_project(manifest: &Manifest, policy: &Policy, now: Option<Moment>, plan: &mut Plan) {
    let project = manifest.project;
    match manifest.state {
        State::Deleted => {
            let ask = |held: &ProviderReference| Due::AskProvider { project, held: held.clone() };
            plan.due.extend(manifest.outstanding.iter().map(ask));
            return;
        }
        State::Deleting => return plan.due.push(Due::FinishErasure { project }),
        _ => {}
    }
    let is_rotated = manifest.keys.as_ref().is_none_or(|keys| keys.epochs == [manifest.epoch]);
    let by_time = now.and_then(|now| due_by_time(manifest, policy, now));
    match by_time {
        Some(_) if !manifest.holds.is_empty() => plan.held.push(project),
        Some(due) => return plan.due.push(due),
        None => {}
    }
    if !is_rotated {
        plan.due.push(Due::FinishRotation { project });
    }
}

fn due_by_time(manifest: &Manifest, policy: &Policy, now: Moment) -> Option<Due> {
    let project = manifest.project;
    if manifest.state == State::Open {
        let since = manifest.touched.plus_days(policy.abandoned_days);
        return (since <= now).then_some(Due::EraseProject { project, reason: Reason::AbandonedUpload, since });
    }
    let completed = manifest.completed.filter(|_| manifest.state == State::Completed)?;
    let last = completed.plus_days(policy.longest_days());
    if last <= now {
        return Some(Due::EraseProject { project, reason: Reason::Retention, since: last });
    }
    let ends = manifest.files.iter().map(|file| (file.id, completed.plus_days(policy.days(file.role))));
    let due: Vec<(FileId, Moment)> = ends.filter(|(_, end)| *end <= now).collect();
    let since = due.iter().map(|(_, end)| *end).min()?;
    Some(Due::DeleteFiles { project, files: due.into_iter().map(|(file, _)| file).collect(), since })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Hash, ObjectId};
    use crate::manifest::{FileEntry, FileRole, Hold, Sealed};
    use crate::time::DAY_S;
    use crate::{Identity, PlatformKey};

    fn project(state: State) -> Manifest {
        let vault = PlatformKey::generate().public().vault_id();
        let at = Moment(100 * DAY_S);
        let never = Manifest::never(vault, ProjectId::random(), at);
        Manifest { state, completed: (state == State::Completed).then_some(at), ..never }
    }

    fn with_file(role: FileRole) -> Manifest {
        let sealed = Sealed::new(&"x", Identity::generate().recipient()).unwrap();
        let file = FileEntry {
            id: FileId::random(),
            role,
            created: Moment(0),
            object: ObjectId::random(),
            object_bytes: 0,
            header: Hash::of(b""),
            bytes: 0,
            epoch: 0,
            sealed,
        };
        Manifest { files: vec![file], ..project(State::Completed) }
    }

    fn due_after(manifest: &Manifest, policy: &Policy, days: u64) -> Vec<Due> {
        let now = Moment((100 + days) * DAY_S);
        plan(std::slice::from_ref(manifest), policy, Some(now), Moment(0)).due
    }

    #[test]
    fn a_completed_project_goes_on_its_day_and_not_a_second_before() {
        let manifest = project(State::Completed);
        let policy = Policy::default();
        let end = Moment(130 * DAY_S);
        let at = |now| plan(std::slice::from_ref(&manifest), &policy, Some(now), Moment(0)).due;
        assert!(at(Moment(end.0 - 1)).is_empty());
        let due = Due::EraseProject { project: manifest.project, reason: Reason::Retention, since: end };
        assert_eq!(at(end), [due]);
    }

    #[test]
    fn each_kind_of_file_has_its_own_time() {
        let policy = Policy { audio_days: 10, analysis_days: 40, ..Policy::default() };
        let (audio, analysis) = (with_file(FileRole::Master), with_file(FileRole::Analysis));
        assert!(due_after(&audio, &policy, 9).is_empty());
        assert!(
            matches!(&due_after(&audio, &policy, 10)[..], [Due::DeleteFiles { files, .. }] if files[0] == audio.files[0].id)
        );
        assert!(due_after(&analysis, &policy, 39).is_empty());
        assert!(matches!(due_after(&analysis, &policy, 40)[..], [Due::EraseProject { .. }]));
    }

    #[test]
    fn nobodys_upload_goes_and_work_in_progress_stays() {
        let policy = Policy::default();
        assert!(due_after(&project(State::Open), &policy, 29).is_empty());
        assert!(matches!(
            due_after(&project(State::Open), &policy, 30)[..],
            [Due::EraseProject { reason: Reason::AbandonedUpload, .. }]
        ));
        assert!(due_after(&project(State::InProgress), &policy, 3000).is_empty());
    }

    #[test]
    fn a_hold_stops_everything_that_falls_due_by_time() {
        let hold = Hold { case: "2026-17".to_owned(), since: Moment(0) };
        let manifest = Manifest { holds: vec![hold], ..project(State::Completed) };
        let plan = plan(std::slice::from_ref(&manifest), &Policy::default(), Some(Moment(9000 * DAY_S)), Moment(0));
        assert_eq!((plan.due, plan.held), (vec![], vec![manifest.project]));
    }

    #[test]
    fn a_clock_that_went_back_or_is_unknown_deletes_nothing() {
        let manifests = [project(State::Completed), project(State::Deleting)];
        let (policy, late) = (Policy::default(), Moment(9000 * DAY_S));
        for clock in [None, Some(Moment(late.0 - 1))] {
            let plan = plan(&manifests, &policy, clock, late);
            // What was begun goes on: it was due once.
            assert_eq!(plan.due, [Due::FinishErasure { project: manifests[1].project }]);
            assert!(plan.clock.is_some());
        }
        assert_eq!(plan(&manifests, &policy, Some(late), late).due.len(), 2);
    }
}
