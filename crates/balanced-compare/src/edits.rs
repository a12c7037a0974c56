//! Edits: what runs and gains say was cut, inserted, replaced, moved, repeated or made louder.

use crate::align::{Run, median, power};
use crate::audio::Audio;
use crate::residual::{BLOCK_S, Block};
use crate::result::{EditKind, ResidualSecond, TrackEdit};

/// Shortest edit that is told.
const SHORTEST_S: f64 = 0.03;
/// Shortest piece inside a run that has other content.
const REPLACED_S: f64 = 0.15;
/// Mean square of silence, -60 dBFS.
const SILENT: f64 = 1e-6;
/// Most of a piece that is listened to, to tell whether it is silent.
const LISTENED_S: f64 = 30.0;
/// Least change of gain, and how steady a gain must be to be a setting rather than a limiter at work.
const GAIN_CHANGE_DB: f64 = 0.7;
const STEADY_DB: f64 = 0.15;
const STEADY_SECONDS: usize = 3;

/// The two recordings with what tells of edits.
pub(crate) struct Edited<'a, A> {
    pub a: &'a A,
    pub b: &'a A,
    pub runs: &'a [Run],
    pub rate_hz: f64,
}

impl<A: Audio> Edited<'_, A> {
    /// Returns what was cut, inserted, replaced between runs, moved and repeated.
    pub fn structure(&self) -> Result<Vec<TrackEdit>, A::Error> {
        let order = in_order(&self.a_ranges());
        let kept: Vec<usize> = (0..self.runs.len()).filter(|index| order[*index]).collect();
        let mut edits = Vec::new();
        for index in (0..self.runs.len()).filter(|index| !order[*index]) {
            edits.push(self.out_of_order(index, &kept));
        }
        let mut free_a = self.uncovered(self.a_ranges(), self.a.frames());
        for gap in self.uncovered(self.b_ranges(), self.b.frames()) {
            edits.push(self.in_gap(gap, &mut free_a)?);
        }
        for gap in free_a {
            let edit = self.edit(EditKind::Cut, Some(gap), None);
            edits.push(TrackEdit { is_silent: self.is_silent(self.a, gap)?, ..edit });
        }
        let place = |edit: &TrackEdit| edit.b_range_s.map_or_else(|| self.place_of_cut(edit), |range| range[0]);
        edits.sort_by(|x, y| place(x).total_cmp(&place(y)));
        Ok(edits)
    }

    fn a_ranges(&self) -> Vec<[f64; 2]> {
        self.runs.iter().map(|run| [run.place(run.start as f64), run.place(run.end as f64)]).collect()
    }

    fn b_ranges(&self) -> Vec<[f64; 2]> {
        self.runs.iter().map(|run| [run.start as f64, run.end as f64]).collect()
    }

    /// Returns what no range covers, where it is long enough to be told.
    fn uncovered(&self, mut ranges: Vec<[f64; 2]>, frames: u64) -> Vec<[f64; 2]> {
        ranges.sort_by(|x, y| x[0].total_cmp(&y[0]));
        let mut gaps = Vec::new();
        let mut at = 0.0;
        for [start, end] in ranges.into_iter().chain([[frames as f64; 2]]) {
            if start - at > SHORTEST_S * self.rate_hz {
                gaps.push([at, start]);
            }
            at = end.max(at);
        }
        gaps
    }

    /// A gap of B is inserted, or stands for a gap of A between the same neighbours, which is then taken from `free_a`.
    fn in_gap(&self, gap: [f64; 2], free_a: &mut Vec<[f64; 2]>) -> Result<TrackEdit, A::Error> {
        let near = |x: f64, y: f64| (x - y).abs() < SHORTEST_S * self.rate_hz;
        let before = self.runs.iter().find(|run| near(run.end as f64, gap[0])).map(|run| run.place(run.end as f64));
        let after = self.runs.iter().find(|run| near(run.start as f64, gap[1])).map(|run| run.place(run.start as f64));
        let is_same = |range: &[f64; 2]| match (before, after) {
            (Some(before), Some(after)) => near(range[0], before) && near(range[1], after),
            (Some(before), None) => near(range[0], before) && near(range[1], self.a.frames() as f64),
            (None, Some(after)) => near(range[0], 0.0) && near(range[1], after),
            (None, None) => false,
        };
        let is_silent = self.is_silent(self.b, gap)?;
        let edit = match free_a.iter().position(is_same) {
            Some(index) => self.edit(EditKind::Replaced, Some(free_a.remove(index)), Some(gap)),
            None => self.edit(EditKind::Inserted, None, Some(gap)),
        };
        Ok(TrackEdit { is_silent, ..edit })
    }

    fn out_of_order(&self, index: usize, kept: &[usize]) -> TrackEdit {
        let ranges = self.a_ranges();
        let [start, end] = ranges[index];
        let overlap = |other: &usize| (ranges[*other][1].min(end) - ranges[*other][0].max(start)).max(0.0);
        let covered: f64 = kept.iter().map(overlap).sum();
        let kind = if covered > 0.5 * (end - start) { EditKind::Repeated } else { EditKind::Moved };
        self.edit(kind, Some([start, end]), Some(self.b_ranges()[index]))
    }

    fn edit(&self, kind: EditKind, a: Option<[f64; 2]>, b: Option<[f64; 2]>) -> TrackEdit {
        let seconds = |range: [f64; 2]| range.map(|frame| frame / self.rate_hz);
        TrackEdit { kind, a_range_s: a.map(seconds), b_range_s: b.map(seconds), gain_db: None, is_silent: false }
    }

    /// Time in B at which a piece is missing.
    fn place_of_cut(&self, edit: &TrackEdit) -> f64 {
        let start = edit.a_range_s.map_or(0.0, |range| range[0]) * self.rate_hz;
        let before = self.runs.iter().filter(|run| run.place(run.end as f64) <= start + SHORTEST_S * self.rate_hz);
        before.map(|run| run.end as f64 / self.rate_hz).fold(0.0, f64::max)
    }

    fn is_silent(&self, audio: &A, range: [f64; 2]) -> Result<bool, A::Error> {
        let chunk = (0.5 * self.rate_hz) as usize;
        // Ends are right to some milliseconds.
        let margin = if range[1] - range[0] > 0.04 * self.rate_hz { 0.01 * self.rate_hz } else { 0.0 };
        let range = [range[0] + margin, range[1] - margin];
        let end = range[1].min(range[0] + LISTENED_S * self.rate_hz) as i64;
        let mut at = range[0] as i64;
        while at < end {
            let mut samples = vec![vec![0.0; chunk.min((end - at) as usize)]; audio.channels()];
            audio.read(at, &mut samples)?;
            if samples.iter().any(|channel| power(channel) > SILENT) {
                return Ok(false);
            }
            at += chunk as i64;
        }
        Ok(true)
    }

    /// Returns pieces inside runs that have other content, such as a word that was muted.
    pub fn replaced(&self, blocks: &[Block]) -> Vec<TrackEdit> {
        let channels = self.b.channels();
        let sounds = |block: &Block| !block.sums.is_silent(block.frames * channels);
        let usual = median(blocks.iter().filter(|block| sounds(block)).map(|block| block.sums.agreement()).collect());
        if usual < 0.7 {
            return Vec::new();
        }
        let is_other = |block: &Block| {
            let louder = block.sums.aa.max(block.sums.bb) > SILENT * (block.frames * channels) as f64;
            louder && block.sums.agreement() < 0.3
        };
        let least = (REPLACED_S / BLOCK_S).ceil() as usize;
        let groups = blocks.chunk_by(|x, y| is_other(x) == is_other(y) && x.start + x.frames as i64 == y.start);
        let groups = groups.filter(|group| is_other(&group[0]) && group.len() >= least);
        let edit = |group: &[Block]| {
            let (start, last) = (group[0].start as f64, &group[group.len() - 1]);
            let end = (last.start + last.frames as i64) as f64;
            let run = self.runs.iter().find(|run| (run.start..run.end).contains(&group[0].start))?;
            let samples = group.iter().map(|block| block.frames * channels).sum::<usize>() as f64;
            let is_silent = group.iter().map(|block| block.sums.bb).sum::<f64>() < SILENT * samples;
            let range = [run.place(start), run.place(end)];
            Some(TrackEdit { is_silent, ..self.edit(EditKind::Replaced, Some(range), Some([start, end])) })
        };
        groups.filter_map(edit).collect()
    }

    /// Returns stretches of another gain than most, where gains are steady: a limiter's are not.
    pub fn gains(&self, seconds: &[ResidualSecond]) -> Vec<TrackEdit> {
        // Seconds that are not whole belong to two gains.
        let known: Vec<(f64, f64)> =
            seconds.iter().filter_map(|second| Some((second.start_s, second.gain_db?))).collect();
        let mut groups: Vec<Vec<(f64, f64)>> = Vec::new();
        for (start, gain) in known {
            let is_like = |group: &Vec<(f64, f64)>| {
                (median(group.iter().map(|x| x.1).collect()) - gain).abs() < STEADY_DB
                    && start - group[group.len() - 1].0 < 2.5
            };
            match groups.last_mut().filter(|group| is_like(group)) {
                Some(group) => group.push((start, gain)),
                None => groups.push(vec![(start, gain)]),
            }
        }
        let steady: Vec<_> = groups.iter().filter(|group| group.len() >= STEADY_SECONDS).collect();
        let covered: usize = steady.iter().map(|group| group.len()).sum();
        if steady.len() < 2 || 4 * covered < 3 * seconds.len() {
            return Vec::new();
        }
        let usual = steady
            .iter()
            .max_by_key(|group| group.len())
            .map_or(0.0, |group| median(group.iter().map(|x| x.1).collect()));
        let edit = |group: &&Vec<(f64, f64)>| {
            let change = median(group.iter().map(|x| x.1).collect()) - usual;
            let (start, end) = (group[0].0 * self.rate_hz, (group[group.len() - 1].0 + 1.0) * self.rate_hz);
            let run = self.runs.iter().find(|run| (run.start as f64..run.end as f64).contains(&start))?;
            let end = end.min(run.end as f64);
            let edit = self.edit(EditKind::GainChanged, Some([run.place(start), run.place(end)]), Some([start, end]));
            (change.abs() > GAIN_CHANGE_DB).then_some(TrackEdit { gain_db: Some(change), ..edit })
        };
        steady.iter().filter_map(edit).collect()
    }
}

/// Tells which ranges belong to the longest series that goes forward in A.
fn in_order(ranges: &[[f64; 2]]) -> Vec<bool> {
    let mut best: Vec<(f64, Option<usize>)> = Vec::new();
    for (index, [start, end]) in ranges.iter().enumerate() {
        let before = (0..index).filter(|other| ranges[*other][0] <= *start && ranges[*other][1] <= *end);
        let before = before.max_by(|x, y| best[*x].0.total_cmp(&best[*y].0));
        best.push((end - start + before.map_or(0.0, |other| best[other].0), before));
    }
    let mut at = (0..best.len()).max_by(|x, y| best[*x].0.total_cmp(&best[*y].0));
    let mut order = vec![false; ranges.len()];
    while let Some(index) = at {
        order[index] = true;
        at = best[index].1;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn the_longest_series_that_goes_forward_stays() {
        assert_eq!(in_order(&[[0.0, 9.0], [20.0, 24.0], [9.0, 20.0], [24.0, 40.0]]), [true, false, true, true]);
        assert!(in_order(&[]).is_empty());
    }
}
