//! The parent's side of a run: takes workers' messages, reads results where they lie, commits, reports.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::log::Log;
use crate::output_limit::OutputLimit;
use crate::run::{Progress, Reporter, RunError};
use crate::segment::Segment;
use crate::simulate::message::{Done, records_of, renumber};
use crate::simulate::report::ABSENT;
use crate::simulate::worker::Task;
use crate::store::{Cause, Committer, Disk, PointRecord, Status, StoreError, remove_checkpoint};
use crate::supervise::{self, Death, Decision, Events, Flow, Outcome};

/// The parent's side of a run.
pub struct Parent<'a> {
    task: &'a Task<'a>,
    segment: &'a Segment,
    committer: Committer<Disk>,
    /// Part numbers by worker's serial and monitor.
    parts: HashMap<(u32, usize), u32>,
    reporter: &'a mut dyn Reporter,
    progress: Progress,
    started: Instant,
    total: Done,
    deaths: Vec<Death>,
    limit: OutputLimit<'a>,
    log: Log,
    fault: Option<String>,
    /// Time that results took here: messages read, parts and journal made durable.
    committing: Duration,
    /// Points that are not committed yet, whose checkpoints are of no use then.
    ended: Vec<u64>,
}

impl<'a> Parent<'a> {
    /// Before any worker is started.
    pub fn new(
        task: &'a Task<'a>,
        segment: &'a Segment,
        committer: Committer<Disk>,
        limit: OutputLimit<'a>,
        reporter: &'a mut dyn Reporter,
    ) -> Parent<'a> {
        let pending = task.claimable.order.len() as u64;
        let mut log = Log::create(task.run, task.shard, task.attempt);
        let (process, workers) = (std::process::id(), task.places.arenas.len());
        log.line(&format!("process {process} begins: {pending} points, {workers} workers"));
        Parent {
            task,
            segment,
            committer,
            parts: HashMap::new(),
            reporter,
            progress: Progress { pending, ..Progress::default() },
            started: Instant::now(),
            total: Done::default(),
            deaths: Vec::new(),
            limit,
            log,
            fault: None,
            committing: Duration::ZERO,
            ended: Vec::new(),
        }
    }

    /// Counters of all batches.
    pub fn total(&self) -> Done {
        self.total
    }

    /// Points done or given up.
    pub fn done(&self) -> u64 {
        self.progress.done
    }

    /// Why results could not be taken or kept, if so.
    pub fn take_fault(&mut self) -> Option<String> {
        self.fault.take()
    }

    /// Commits what is left and ends the journal and the log; gives the time that commits took.
    pub fn finish(mut self, outcome: &Outcome) -> Result<Duration, RunError> {
        let begun = Instant::now();
        self.log.end(outcome, self.progress.done);
        self.commit()?;
        self.committer.finish()?;
        Ok(self.committing + begun.elapsed())
    }

    /// Commits, and removes the checkpoints of what is committed.
    fn commit(&mut self) -> Result<(), StoreError> {
        self.committer.commit()?;
        let Task { run, shard, .. } = self.task;
        self.ended.drain(..).try_for_each(|point| remove_checkpoint(&Disk, run, *shard, point))
    }

    fn take(&mut self, message: &[u8]) -> Result<(), String> {
        let done = Done::decode(message).ok_or("a message without a head")?;
        let mut records = records_of(&message[Done::BYTES..])?;
        self.total.add(&done);
        for (offset, record) in records.iter_mut().enumerate() {
            record.summary = self.summary(done.position as usize + offset)?;
            for monitor in 0..record.tables.len() {
                let part = self.part(done.serial, monitor);
                renumber(&mut record.tables[monitor], part);
            }
            let run = self.task.engine.points.get(record.point).run;
            self.progress.simulated += run.steps as f64 * run.dt;
        }
        self.push(&records).map_err(|e| e.to_string())?;
        self.commit_if_due()
    }

    /// The part that a worker's monitor writes to, announced when it is first met.
    fn part(&mut self, serial: u32, monitor: usize) -> u32 {
        let (committer, monitors) = (&mut self.committer, &self.task.monitors);
        *self.parts.entry((serial, monitor)).or_insert_with(|| committer.part(serial, &monitors[monitor]).0)
    }

    /// A row of the result table, read where the worker left it.
    fn summary(&self, position: usize) -> Result<Vec<Option<f64>>, String> {
        let columns = self.task.places.columns;
        let at = self.task.places.results + 8 * position * columns;
        let row = self.segment.read::<u64>(at, columns).map_err(|e| e.to_string())?;
        Ok(row.view().iter().map(|bits| (*bits != ABSENT).then(|| f64::from_bits(*bits))).collect())
    }

    fn commit_if_due(&mut self) -> Result<(), String> {
        if self.committer.due(Instant::now()) {
            self.commit().map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    fn or_stop(&mut self, result: Result<(), String>) -> Flow {
        match result {
            Ok(()) => Flow::Continue,
            Err(message) => {
                self.log.line(&message);
                self.fault.get_or_insert(message);
                Flow::Stop
            }
        }
    }

    /// What no worker survived: a point is failed. Of several points it is not known which one kills workers; whether there are
    /// such.
    pub fn give_up(&mut self, claims: &[usize]) -> Result<bool, RunError> {
        let mut suspects = false;
        for claim in claims {
            match self.task.claimable.claim(*claim) {
                [point] => self.fail(*claim, *point)?,
                _ => suspects = true,
            }
        }
        Ok(suspects)
    }

    fn fail(&mut self, claim: usize, point: u64) -> Result<(), RunError> {
        let death = self.deaths.iter().rev().find(|d| d.claim == Some(claim));
        let record = PointRecord {
            point,
            attempt: death.map_or(1, |d| d.attempts),
            status: Status::Failed,
            message: death.map_or_else(|| "given up".to_string(), |d| format!("the worker {}", d.how)),
            cause: death.map(|death| self.cause(death, point)),
            summary: Vec::new(),
            tables: Vec::new(),
            hash: [0; 32],
        };
        Ok(self.push(&[record])?)
    }

    /// These points are over; they are committed with their group.
    fn push(&mut self, records: &[PointRecord]) -> Result<(), StoreError> {
        self.progress.done += records.len() as u64;
        if self.task.taking.is_some() {
            self.ended.extend(records.iter().map(|record| record.point));
        }
        self.committer.push(records, Instant::now())
    }

    /// Where there are several clocks, step counters count their ticks and tell no step of the run.
    fn cause(&self, death: &Death, point: u64) -> Cause {
        let engine = self.task.engine;
        let program = &engine.variants[engine.points.get(point).variant].program;
        Cause { class: death.how.class(), step: death.step.filter(|_| program.clocks.is_empty()) }
    }
}

impl Events for Parent<'_> {
    fn on_batch(&mut self, _worker: usize, record: &[u8]) -> Flow {
        let begun = Instant::now();
        let taken = self.take(record);
        self.committing += begun.elapsed();
        self.or_stop(taken)
    }

    fn on_tick(&mut self, _progress: &supervise::Progress) -> Flow {
        self.progress.elapsed = self.started.elapsed();
        self.reporter.progress(&self.progress);
        let begun = Instant::now();
        let committed = self.commit_if_due();
        self.committing += begun.elapsed();
        let good = committed.and_then(|()| self.limit.exceeded(Instant::now()).map_or(Ok(()), Err));
        self.or_stop(good)
    }

    fn on_worker_died(&mut self, death: &Death, proposed: Decision) -> Decision {
        self.reporter.note(&format!("worker {} {}", death.worker, death.how));
        let points = death.claim.map_or(&[][..], |claim| self.task.claimable.claim(claim));
        self.log.death(death, points, proposed);
        self.deaths.push(death.clone());
        proposed
    }

    fn on_signal(&mut self, signal: Signal, first: bool) {
        let what = if first { "finishing up; a second signal stops at once" } else { "stopping at once" };
        self.reporter.note(&format!("{signal}: {what}"));
        self.log.line(&format!("{signal}: {what}"));
    }
}
