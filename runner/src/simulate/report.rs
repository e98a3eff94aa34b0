//! What a batch leaves behind: the summary of each point, in place for the parent, and the points' records.

use jobs::Point;
use kernels::model::ReductionKind;
use kernels::program::recording::ReductionProgram;
use serde::{Deserialize, Serialize};

use crate::channel::WorkerError;
use crate::store::{Cause, Class, PointRecord, Status};
use crate::supervise::WorkerContext;

use super::diverged::{Divergence, diverged};
use super::drain::Drain;
use super::engine::Variant;
use super::message::Done;
use super::ready::Ready;
use super::reduced::Accumulated;
use super::statistics::{Listening, Trains, decimal};
use super::worker::{Task, internal};

/// An absent value in the result table: a NaN that no computation makes.
pub const ABSENT: u64 = 0x7ff8_dead_0000_0001;

/// Why a lane fails.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Failure {
    /// In words.
    pub message: String,
    /// The step of the run, if it had begun.
    pub step: Option<u64>,
}

impl Failure {
    /// Before the first step.
    pub fn at_first(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), step: None }
    }
}

/// A batch that has come to its end.
pub struct Reporting<'a> {
    /// What all workers know.
    pub task: &'a Task<'a>,
    /// The worker's side of the run.
    pub context: &'a WorkerContext<'a>,
    /// Its model.
    pub variant: &'a Variant,
    /// Its arena.
    pub ready: &'a Ready<'a>,
    /// Its points.
    pub points: &'a [Point],
}

impl Reporting<'_> {
    /// Summaries, and the records of all points.
    pub fn records(
        &self,
        drain: Drain<'_>,
        failures: Vec<Option<Failure>>,
        position: usize,
        attempt: u32,
        done: &mut Done,
    ) -> Result<Vec<PointRecord>, WorkerError> {
        let mut records = Vec::new();
        for (lane, (mut state, failure)) in drain.lanes.into_iter().zip(failures).enumerate() {
            let point = &self.points[lane];
            let diverged = diverged(self.context, self.variant, self.ready, lane)?;
            let (status, message, cause) = match (failure, diverged) {
                (Some(Failure { message, step }), _) => {
                    (Status::Failed, message, Some(Cause { class: Class::Rule, step }))
                }
                (None, Some(Divergence { message, cause, .. })) => (Status::Diverged, message, Some(cause)),
                (None, None) => (Status::Ok, String::new(), None),
            };
            let summary = match status {
                Status::Ok => self.summary(point, (&state.trains, &state.statistics), lane)?,
                _ => vec![None; self.task.places.columns],
            };
            done.spikes += state.trains.iter().map(Trains::spikes).sum::<u64>();
            let hash = state.hasher.finish(status, &summary);
            self.publish_summary(position + lane, &summary)?;
            records.push(PointRecord {
                point: point.index,
                attempt,
                status,
                message,
                cause,
                summary: Vec::new(),
                tables: state.extents,
                hash,
            });
        }
        Ok(records)
    }

    /// Leaves the summary where the parent reads it.
    fn publish_summary(&self, position: usize, summary: &[Option<f64>]) -> Result<(), WorkerError> {
        let columns = self.task.places.columns;
        let at = self.task.places.results + 8 * position * columns;
        let mut row = self.context.segment.write::<u64>(at, columns).map_err(internal)?;
        for (to, value) in row.slice_mut().iter_mut().zip(summary) {
            *to = value.map_or(ABSENT, f64::to_bits);
        }
        Ok(())
    }

    fn summary(
        &self,
        point: &Point,
        (trains, statistics): (&[Trains], &[Listening]),
        lane: usize,
    ) -> Result<Vec<Option<f64>>, WorkerError> {
        let mut summary = Vec::new();
        let shape = &self.ready.shape;
        for (g, group) in self.variant.model.groups.iter().enumerate() {
            if group.threshold.is_some() {
                let dt = decimal(shape.dt(group.clock, point.run.dt));
                summary.extend([
                    Some(trains[g].spikes() as f64),
                    trains[g].rate(shape.ticks(group.clock), dt),
                    trains[g].cv(),
                ]);
            }
        }
        let shown = &self.task.reductions[point.variant];
        let (mut of_state, mut of_spikes) = (self.variant.program.reductions.iter(), statistics.iter());
        for (reduction, shown) in self.variant.model.reductions.iter().zip(shown) {
            let value = match reduction.kind {
                ReductionKind::State { .. } => {
                    let program = of_state.next().expect("every reduction of state is in the program");
                    self.reduced(program, lane)?
                }
                ReductionKind::Spikes(_) => {
                    let listening = of_spikes.next().expect("every reduction of spikes has its statistic");
                    listening.statistic.value()
                }
            };
            summary.push(value.map(|v| shown.convert(v)));
        }
        Ok(summary)
    }

    fn reduced(&self, reduction: &ReductionProgram, lane: usize) -> Result<Option<f64>, WorkerError> {
        let n = self.ready.shape.sizes[reduction.population] as usize;
        let range = self.ready.shape.reduced[reduction.reduction];
        let read = |array: &String| -> Result<Vec<f64>, WorkerError> {
            let at = self.ready.layout.field(array).expect("every reduction has its arrays") as usize;
            let view = self.context.segment.read::<f64>(at + 8 * lane * n, n).map_err(internal)?;
            Ok(view.slice()[range.start as usize..range.stop as usize].to_vec())
        };
        let clock = self.variant.model.groups[reduction.population].clock;
        let accumulated = Accumulated {
            values: read(&reduction.array)?,
            counted: reduction.counted.as_ref().map(read).transpose()?,
            spread: reduction.spread.as_ref().map(read).transpose()?,
            steps: self.ready.shape.ticks(clock),
        };
        Ok(accumulated.of(reduction.operation))
    }
}
