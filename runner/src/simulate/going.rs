//! The loop around a kernel: advance, drain what it recorded, write rows, until its batch is done.

use jobs::Point;
use kernels::abi::Reason;

use crate::channel::WorkerError;
use crate::store::{Disk, PartWriter};
use crate::supervise::WorkerContext;

use super::arena;
use super::branching::{Branching, Recording, Told, note};
use super::checkpoint::{Batch, Checkpoints, Stand};
use super::diverged::{diverged, steps_of_clocks};
use super::drain::Drain;
use super::engine::{Engine, Variant};
use super::message::Done;
use super::phases::Staged;
use super::ready::Ready;
use super::report::Failure;
use super::worker::{internal, output};

/// Why points with an impossible rate fail.
pub const BAD_RATE: &str = "a Poisson rate is negative, not a number, or more than one spike a step";

/// A batch that is laid out and prepared.
pub struct Going<'a, 'p> {
    /// Models and points.
    pub engine: &'a Engine,
    /// Its points.
    pub points: &'a [Point],
    /// Its model.
    pub variant: &'a Variant,
    /// Its arena.
    pub ready: &'a Ready<'p>,
    /// The worker's side of the run.
    pub context: &'a WorkerContext<'a>,
}

/// How a phase, or the whole of a run without any, ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// All its steps are done.
    Done,
    /// Its points need no further steps: they diverged or failed.
    Over,
    /// A stop came in between.
    Stopped,
}

/// What takes in what a batch tells.
pub struct Sinks<'a, 'd, 'c> {
    /// Rows in the making.
    pub drain: &'a mut Drain<'d>,
    /// Parts that rows go to.
    pub parts: &'a mut [PartWriter<Disk>],
    /// Why lanes fail.
    pub failures: &'a mut [Option<Failure>],
    /// Counters.
    pub done: &'a mut Done,
    /// Keeps the state from time to time.
    pub checkpoints: Option<&'a mut Checkpoints<'c>>,
}

impl Sinks<'_, '_, '_> {
    /// Writes rows, if many are kept.
    fn ease(&mut self) -> Result<(), WorkerError> {
        if self.drain.is_full() {
            self.drain.flush(|m, rows| self.parts[m].append(rows)).map_err(output)?;
        }
        Ok(())
    }
}

impl Going<'_, '_> {
    /// Advances to the end, from where a checkpoint stood if there was one; false: a stop came in between.
    pub fn run(
        &self,
        sinks: &mut Sinks<'_, '_, '_>,
        branching: &mut Branching,
        from: Option<Stand>,
    ) -> Result<bool, WorkerError> {
        let (ended, counted) = match self.engine.points.phases().len() {
            0 => (self.advance(sinks, true, Stand::default(), &mut None)?, [0; 2]),
            phases => self.phases(phases, sinks, branching, from)?,
        };
        let header = arena::header(self.context.segment, self.ready.layout.header).map_err(internal)?;
        sinks.done.updates = (header.neuron_updates - counted[0]) as u64;
        sinks.done.events = (header.synaptic_events - counted[1]) as u64;
        Ok(ended != Ended::Stopped)
    }

    /// One phase after the other; also gives what was counted of phases that were not gone through, since another point
    /// had been.
    fn phases(
        &self,
        count: usize,
        sinks: &mut Sinks<'_, '_, '_>,
        branching: &mut Branching,
        mut from: Option<Stand>,
    ) -> Result<(Ended, [i64; 2]), WorkerError> {
        let staged = self.staged();
        let Stand { mut phase, mut counted } = from.unwrap_or_default();
        let mut recording = None;
        while phase < count {
            // A checkpoint stands within its phase.
            if from.take().is_none() {
                let bad = staged.enter(phase).map_err(internal)?;
                let failing = sinks.failures.iter_mut().zip(&bad).filter(|(_, bad)| **bad);
                failing.for_each(|(f, _)| *f = Some(Failure::at_first(BAD_RATE)));
                if bad.iter().all(|bad| *bad) {
                    return Ok((Ended::Over, counted));
                }
                if phase == 0 {
                    recording = branching.meet(&staged, self.ready).map_err(internal)?;
                    if let Some(saved) = branching.saved() {
                        counted = saved.restore(&staged).map_err(internal)?;
                        saved.tell(|told| {
                            told.to(sinks.drain);
                            sinks.ease()
                        })?;
                        phase = saved.phases();
                        continue;
                    }
                }
                let rest = Told::Rest(staged.resting(phase), staged.begins(phase));
                rest.to(sinks.drain);
                note(&mut recording, rest);
            }
            let stand = Stand { phase, counted };
            let ended = self.advance(sinks, phase + 1 == count, stand, &mut recording)?;
            if ended != Ended::Done {
                return Ok((ended, counted));
            }
            phase += 1;
            if let Some(own) = recording.take_if(|r| r.phases() == phase) {
                branching.save(own, &staged, self.ready).map_err(internal)?;
            }
        }
        Ok((Ended::Done, counted))
    }

    fn staged(&self) -> Staged<'_, '_> {
        Staged {
            engine: self.engine,
            variant: self.variant,
            segment: self.context.segment,
            layout: &self.ready.layout,
            shape: &self.ready.shape,
            points: self.points,
        }
    }

    /// Goes on to the last step that the header has; `last`: it is that of the run.
    fn advance(
        &self,
        sinks: &mut Sinks<'_, '_, '_>,
        last: bool,
        stand: Stand,
        recording: &mut Option<Recording>,
    ) -> Result<Ended, WorkerError> {
        let arena = arena::arena(self.context.segment, &self.ready.layout);
        loop {
            // The arena's stop word was cleared when it was laid out; a stop asked for before is known here.
            if self.context.stopping() {
                self.checkpoint(sinks, stand, |checkpoints| checkpoints.worth(self.ready))?;
                return Ok(Ended::Stopped);
            }
            let begun = std::time::Instant::now();
            let steps = sinks.checkpoints.as_ref().map_or(i64::MAX, |checkpoints| checkpoints.steps());
            let steps = steps.min(sinks.drain.steps_at_most());
            // SAFETY: the arena is laid out and prepared, connectivity is complete.
            let reason = unsafe { self.variant.kernel().advance(arena, steps) };
            let took = begun.elapsed();
            sinks.done.loop_ns += took.as_nanos() as u64;
            let over = reason == Reason::Diverged || last && reason == Reason::Done;
            self.collect(sinks.drain, [last, over], recording)?;
            sinks.ease()?;
            match reason {
                Reason::Full | Reason::Stopped => {
                    if let Some(checkpoints) =
                        sinks.checkpoints.as_mut().filter(|_| reason == Reason::Stopped)
                    {
                        checkpoints.called(took);
                    }
                    self.checkpoint(sinks, stand, |checkpoints| checkpoints.due())?;
                }
                Reason::Done => return Ok(Ended::Done),
                Reason::Diverged => return Ok(Ended::Over),
                Reason::BadRate => {
                    let header = arena::header(self.context.segment, self.ready.layout.header);
                    let step = Some(header.map_err(internal)?.step as u64);
                    sinks.failures.fill(Some(Failure { message: BAD_RATE.into(), step }));
                    return Ok(Ended::Over);
                }
                Reason::BadHeader => return Err(internal("the kernel refused its header")),
            }
        }
    }

    /// Keeps the state, where that is wanted.
    fn checkpoint(
        &self,
        sinks: &mut Sinks<'_, '_, '_>,
        stand: Stand,
        wanted: impl Fn(&Checkpoints<'_>) -> bool,
    ) -> Result<(), WorkerError> {
        let Sinks { drain, parts, failures, checkpoints, .. } = sinks;
        let Some(checkpoints) = checkpoints.as_mut().filter(|checkpoints| wanted(checkpoints)) else {
            return Ok(());
        };
        let Going { points, variant, ready, .. } = *self;
        let segment = self.context.segment;
        checkpoints.take(&mut Batch { points, variant, segment, ready, drain, parts, failures }, stand)
    }

    /// Drains the buffers. The steps up to the last one that the header has may be the last of all, and may be `over`.
    fn collect(
        &self,
        drain: &mut Drain<'_>,
        [last, over]: [bool; 2],
        recording: &mut Option<Recording>,
    ) -> Result<(), WorkerError> {
        let segment = self.context.segment;
        let header = arena::header(segment, self.ready.layout.header).map_err(internal)?;
        for lane in 0..drain.lanes.len() {
            if let Some(diverged) = diverged(self.context, self.variant, self.ready, lane)? {
                drain.cut(lane, &diverged.ends);
            }
        }
        let at = |ident: &str| self.ready.layout.field(ident).expect("every kernel has its buffers") as usize;
        let events = segment.read::<i64>(at("events"), 2 * header.events_used as usize).map_err(internal)?;
        drain.events(events.slice());
        let records = segment.read::<f64>(at("records"), header.records_used as usize).map_err(internal)?;
        drain.records(records.slice());
        let lanes = drain.lanes.len();
        if self.variant.program.coupled {
            let steps = steps_of_clocks(self.context, self.variant, self.ready)?;
            let steps = steps.unwrap_or_else(|| vec![header.step]);
            drain.complete(0..lanes, &steps, over);
            if recording.is_some() {
                let (events, records) = (events.slice().to_vec(), records.slice().to_vec());
                note(recording, Told::Drained { events, records, steps });
            }
        } else {
            let wide = self.ready.layout.lanes_per_block as usize;
            let before = (header.block as usize * wide).min(lanes);
            drain.complete(0..before, &[header.n_steps], last);
            drain.complete(before..(before + wide).min(lanes), &[header.step], false);
        }
        drop((events, records));
        arena::drained(segment, self.ready.layout.header).map_err(internal)
    }
}
