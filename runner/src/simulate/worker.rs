//! A worker: takes claims, runs their batches through the kernel, writes rows, reports points.

use std::time::{Duration, Instant};

use jobs::Point;
use kernels::layout::Buffers;

use crate::channel::{FaultClass, WorkerError};
use crate::store::{Disk, PartWriter, Shard, encode_points, part_name};
use crate::supervise::WorkerContext;

use super::arena;
use super::batches::{Claimable, Judge};
use super::branching::Branching;
use super::checkpoint::{Batch, Checkpoints, Stand, Taking};
use super::connect::Structure;
use super::data::DataPlaces;
use super::drain::{Drain, Shown, Watcher, Watchers};
use super::engine::{Engine, Variant};
use super::going::{BAD_RATE, Going, Sinks};
use super::linked;
use super::message::Done;
use super::ready::{Ready, Room};
use super::report::{Failure, Reporting};
use super::when::Clock;

/// Where things lie in the segment, decided before any worker exists.
#[derive(Debug, Clone)]
pub struct Places {
    /// Result table: a row for each position in the order of points.
    pub results: usize,
    /// Columns of the result table.
    pub columns: usize,
    /// First bytes of the arenas.
    pub arenas: Vec<u64>,
    /// Bytes an arena may use.
    pub arena_bytes: u64,
    /// Connectivity shared by all, with its plan, if all points have the same; or why it cannot be built.
    pub shared: Option<Result<(Structure, Vec<i64>), String>>,
    /// Read-only data.
    pub data: DataPlaces,
    /// Capacities of the buffers.
    pub buffers: Buffers,
}

/// What all workers know.
pub struct Task<'a> {
    /// Models and points.
    pub engine: &'a Engine,
    /// The claims.
    pub claimable: &'a Claimable,
    /// Places in the segment.
    pub places: &'a Places,
    /// Monitors, for each variant.
    pub watchers: Vec<Vec<Watcher>>,
    /// How reductions are shown, for each variant.
    pub reductions: Vec<Vec<Shown>>,
    /// Names of the monitors.
    pub monitors: Vec<String>,
    /// Directory of the parts.
    pub run: &'a std::path::Path,
    /// The shard.
    pub shard: Shard,
    /// The attempt of the journal.
    pub attempt: u32,
    /// Points that agree in shared phases go through them once.
    pub branching: bool,
    /// The state of a batch is kept from time to time.
    pub taking: Option<Taking>,
}

/// Runs in the worker's process until no claim is free.
pub fn work(task: &Task<'_>, context: &WorkerContext<'_>) -> Result<(), WorkerError> {
    let mut worker = Worker::new(task, context)?;
    while let Some(claim) = context.take() {
        let points = task.claimable.claim(claim.index);
        let start = task.claimable.starts[claim.index];
        let lanes = task.claimable.lanes as usize;
        let batches = points.chunks(lanes).count();
        let mut telling = Telling::new();
        for (number, batch) in points.chunks(lanes).enumerate() {
            let told = worker.batch(batch, start + number * lanes, claim.attempt)?;
            let stopped = told.is_none();
            told.iter().for_each(|(done, points)| telling.add(done, points));
            let is_last = number + 1 == batches;
            if (stopped || is_last || telling.since.elapsed() > TOLD_TOGETHER) && !telling.is_empty() {
                context.send_batch(&telling.message(), (is_last && !stopped).then_some(&claim))?;
                telling = Telling::new();
            }
            if stopped {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Batches of a claim that end within this time are told together: small points are too many to tell of each alone. So much
/// work can be lost with a worker.
const TOLD_TOGETHER: Duration = Duration::from_millis(5);
/// A worker's memory is looked at every so often.
const MEASURED: Duration = Duration::from_millis(10);

/// Batches that lie one behind the other, and are told in one message.
struct Telling {
    since: Instant,
    done: Option<Done>,
    points: Vec<u8>,
}

impl Telling {
    fn new() -> Telling {
        Telling { since: Instant::now(), done: None, points: Vec::new() }
    }

    fn is_empty(&self) -> bool {
        self.done.is_none()
    }

    fn add(&mut self, done: &Done, points: &[u8]) {
        match &mut self.done {
            Some(all) => all.add(done),
            None => self.done = Some(*done),
        }
        self.points.extend_from_slice(points);
    }

    fn message(&self) -> Vec<u8> {
        let mut message = Vec::with_capacity(Done::BYTES + self.points.len());
        self.done.unwrap_or_default().encode(&mut message);
        message.extend_from_slice(&self.points);
        message
    }
}

struct Worker<'a> {
    task: &'a Task<'a>,
    context: &'a WorkerContext<'a>,
    parts: Vec<PartWriter<Disk>>,
    checkpoints: Option<Checkpoints<'a>>,
    judge: Judge,
    /// What points share that agree in their first phases.
    branching: Branching,
    /// The arena as the last batch left it; its connectivity may serve the next.
    ready: Option<Ready<'a>>,
    rss: u64,
    /// Memory it has grown by, and when that was looked at.
    grown: u64,
    measured: Option<Instant>,
}

impl<'a> Worker<'a> {
    fn new(task: &'a Task<'a>, context: &'a WorkerContext<'a>) -> Result<Worker<'a>, WorkerError> {
        let name = |monitor: &String| part_name(task.shard, task.attempt, context.serial, monitor);
        let names: Vec<String> = task.monitors.iter().map(name).collect();
        let mut parts = Vec::new();
        for (number, name) in names.iter().enumerate() {
            parts.push(PartWriter::create(Disk, task.run, name, number as u32).map_err(output)?);
        }
        let writer = format!("{}-{}", task.attempt, context.serial);
        let checkpoints =
            task.taking.map(|taking| Checkpoints::new(taking, task.run, task.shard, writer, names));
        let judge = Judge::new(task.engine);
        let rss = crate::memory::rss_anon(None).unwrap_or(0);
        let branching = Branching::new(task.branching);
        Ok(Worker {
            task,
            context,
            parts,
            checkpoints,
            judge,
            branching,
            ready: None,
            rss,
            grown: 0,
            measured: None,
        })
    }

    /// Runs one batch, and gives what there is to tell of it; `None`: a stop came in between.
    fn batch(
        &mut self,
        numbers: &[u64],
        position: usize,
        attempt: u32,
    ) -> Result<Option<(Done, Vec<u8>)>, WorkerError> {
        let engine = self.task.engine;
        let points: Vec<Point> = numbers.iter().map(|n| engine.points.get(*n)).collect();
        let variant = &engine.variants[points[0].variant];
        let mut done = Done { serial: self.context.serial, position: position as u64, ..Done::default() };
        let begun = Instant::now();
        let failure = self.make_ready(variant, &points)?;
        done.build_ns = begun.elapsed().as_nanos() as u64;
        self.branching.look(self.task, &self.judge, &points[0], position);
        let ready = self.ready.as_ref().expect("make_ready leaves it");
        let mut drain = self.drain(variant, ready, &points);
        let mut failures = match failure {
            Some(message) => vec![Some(Failure::at_first(message)); points.len()],
            None => self.prepare(variant, ready, points.len())?,
        };
        if failures.iter().any(Option::is_none) {
            let from = self.resume(variant, &points, &mut drain, &mut failures)?;
            done.resumed = u64::from(from.is_some());
            let ready = self.ready.as_ref().expect("make_ready leaves it");
            let going = Going { engine, points: &points, variant, ready, context: self.context };
            let (drain, parts, failures) = (&mut drain, &mut self.parts[..], &mut failures[..]);
            let checkpoints = self.checkpoints.as_mut();
            let mut sinks = Sinks { drain, parts, failures, done: &mut done, checkpoints };
            if !going.run(&mut sinks, &mut self.branching, from)? {
                return Ok(None);
            }
        }
        drain.flush(|m, rows| self.parts[m].append(rows)).map_err(output)?;
        if self.measured.is_none_or(|at| at.elapsed() > MEASURED) {
            self.grown = crate::memory::rss_anon(None).unwrap_or(0).saturating_sub(self.rss);
            self.measured = Some(Instant::now());
        }
        done.grown = self.grown;
        let ready = self.ready.as_ref().expect("make_ready leaves it");
        let reporting = Reporting { task: self.task, context: self.context, variant, ready, points: &points };
        let records = reporting.records(drain, failures, position, attempt, &mut done)?;
        let mut told = Vec::new();
        encode_points(&mut told, &records);
        Ok(Some((done, told)))
    }

    /// Sets a prepared batch to where its checkpoint stands, if there is one.
    fn resume(
        &mut self,
        variant: &'a Variant,
        points: &[Point],
        drain: &mut Drain<'a>,
        failures: &mut [Option<Failure>],
    ) -> Result<Option<Stand>, WorkerError> {
        let Some(checkpoints) = &mut self.checkpoints else { return Ok(None) };
        checkpoints.begin();
        if !checkpoints.is_there(points[0].index) {
            return Ok(None);
        }
        let (segment, parts) = (self.context.segment, &mut self.parts[..]);
        let ready = self.ready.as_ref().expect("make_ready leaves it");
        let stand =
            checkpoints.restore(&mut Batch { points, variant, segment, ready, drain, parts, failures })?;
        if stand.is_none() {
            // What it left half done is done again.
            *drain = self.drain(variant, ready, points);
        }
        Ok(stand)
    }

    /// The answer is why the batch's points must fail, if they must.
    fn make_ready(&mut self, variant: &'a Variant, points: &[Point]) -> Result<Option<String>, WorkerError> {
        let room = Room {
            segment: self.context.segment,
            start: self.task.places.arenas[self.context.index],
            bytes: self.task.places.arena_bytes,
            buffers: self.task.places.buffers,
            shared: self.task.places.shared.as_ref(),
            data: &self.task.places.data.of[points[0].variant],
            alive: &|| self.context.heartbeat(),
        };
        let likeness = self.judge.of(&points[0]);
        let (ready, failure) =
            Ready::make(self.task.engine, variant, points, likeness, self.ready.take(), &room)?;
        self.ready = Some(ready);
        Ok(failure)
    }

    fn drain(&self, variant: &'a Variant, ready: &Ready<'_>, points: &[Point]) -> Drain<'a> {
        let engine = self.task.engine;
        let monitors = &self.task.watchers[points[0].variant];
        let watchers = Watchers {
            model: &variant.model,
            monitors,
            recorded: &variant.program.recorded,
            records: &variant.program.records,
        };
        let mut drain = Drain::new(watchers, &ready.shape, &ready.structure.counts);
        for point in points {
            let mut bindings = engine.points.bindings();
            engine.points.fill(point.index, &mut bindings, &mut Point::default());
            drain.begin(point.index, Clock { dt: point.run.dt, steps: point.run.steps, values: &bindings });
        }
        drain
    }

    /// Initial values of all lanes; which of them must fail, and why.
    fn prepare(
        &self,
        variant: &Variant,
        ready: &Ready<'_>,
        lanes: usize,
    ) -> Result<Vec<Option<Failure>>, WorkerError> {
        let segment = self.context.segment;
        arena::begin(segment, variant, &ready.layout, &ready.structure).map_err(internal)?;
        let arena = arena::arena(segment, &ready.layout);
        let prepare = |lane| {
            // SAFETY: header, plan and all rows are in place.
            let good = unsafe { variant.kernel().prepare(arena, lane as i64) };
            (!good).then(|| Failure::at_first(BAD_RATE))
        };
        let mut failures: Vec<Option<Failure>> = (0..lanes).map(prepare).collect();
        if let Some(message) = linked::missing(segment, variant, ready).map_err(internal)? {
            failures.fill(Some(Failure::at_first(message)));
        }
        Ok(failures)
    }
}

pub(super) fn output(error: crate::store::StoreError) -> WorkerError {
    WorkerError { class: FaultClass::Output, message: error.to_string() }
}

pub(super) fn system(message: String) -> WorkerError {
    WorkerError { class: FaultClass::System, message }
}

pub(super) fn internal(error: impl std::fmt::Display) -> WorkerError {
    WorkerError { class: FaultClass::Internal, message: error.to_string() }
}
