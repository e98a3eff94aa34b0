//! The loop around a kernel: advance, drain what it recorded, write rows, until its batch is done.

use kernels::abi::{Header, Reason};

use crate::channel::WorkerError;
use crate::store::{Disk, PartWriter};
use crate::supervise::WorkerContext;

use super::arena;
use super::drain::Drain;
use super::engine::Variant;
use super::message::Done;
use super::ready::Ready;
use super::report::diverged;
use super::worker::{internal, output};

/// Steps that a kernel may take before it looks around; the stop word ends it earlier.
const STEPS_A_CALL: i64 = i64::MAX;
/// Why points with an impossible rate fail.
pub const BAD_RATE: &str = "a Poisson rate is negative, not a number, or more than one spike a step";

/// A batch that is laid out and prepared.
pub struct Going<'a, 'p> {
    /// Its model.
    pub variant: &'a Variant,
    /// Its arena.
    pub ready: &'a Ready<'p>,
    /// The worker's side of the run.
    pub context: &'a WorkerContext<'a>,
}

impl Going<'_, '_> {
    /// Advances to the end; false: a stop came in between.
    pub fn run(
        &self,
        drain: &mut Drain<'_>,
        parts: &mut [PartWriter<Disk>],
        failures: &mut [Option<String>],
        done: &mut Done,
    ) -> Result<bool, WorkerError> {
        let arena = arena::arena(self.context.segment, &self.ready.layout);
        loop {
            // The arena's stop word was cleared when it was laid out; a stop asked for before is known here.
            if self.context.stopping() {
                return Ok(false);
            }
            let begun = std::time::Instant::now();
            // SAFETY: the arena is laid out and prepared, connectivity is complete.
            let reason = unsafe { self.variant.kernel().advance(arena, STEPS_A_CALL) };
            done.loop_ns += begun.elapsed().as_nanos() as u64;
            self.collect(drain, reason == Reason::Done || reason == Reason::Diverged)?;
            if drain.is_full() {
                drain.flush(|m, rows| parts[m].append(rows)).map_err(output)?;
            }
            match reason {
                Reason::Full | Reason::Stopped => {}
                Reason::Done | Reason::Diverged => break,
                Reason::BadRate => {
                    failures.iter_mut().for_each(|f| *f = Some(BAD_RATE.into()));
                    break;
                }
                Reason::BadHeader => return Err(internal("the kernel refused its header")),
            }
        }
        let header = arena::header(self.context.segment, self.ready.layout.header).map_err(internal)?;
        done.updates = header.neuron_updates as u64;
        done.events = header.synaptic_events as u64;
        Ok(true)
    }

    /// Drains the buffers.
    fn collect(&self, drain: &mut Drain<'_>, last: bool) -> Result<(), WorkerError> {
        let segment = self.context.segment;
        let header = arena::header(segment, self.ready.layout.header).map_err(internal)?;
        for lane in 0..drain.lanes.len() {
            if let Some((_, step)) = diverged(self.context, self.variant, &self.ready.layout, lane)? {
                drain.cut(lane, step, header.dt);
            }
        }
        let at = |ident: &str| self.ready.layout.field(ident).expect("every kernel has its buffers") as usize;
        let events = segment.read::<i64>(at("events"), 2 * header.events_used as usize).map_err(internal)?;
        drain.events(events.slice());
        let records = segment.read::<f64>(at("records"), header.records_used as usize).map_err(internal)?;
        drain.records(records.slice());
        drop((events, records));
        let lanes = drain.lanes.len();
        if self.variant.program.coupled {
            drain.complete(0..lanes, &self.steps(&header)?, last);
        } else {
            let wide = self.ready.layout.lanes_per_block as usize;
            let before = (header.block as usize * wide).min(lanes);
            let steps = self.ready.shape.steps as i64;
            drain.complete(0..before, &[steps], true);
            drain.complete(before..(before + wide).min(lanes), &[header.step], false);
        }
        arena::drained(segment, self.ready.layout.header).map_err(internal)
    }
    /// Next step of each clock.
    fn steps(&self, header: &Header) -> Result<Vec<i64>, WorkerError> {
        let Some(at) = self.ready.layout.field("clock_steps") else { return Ok(vec![header.step]) };
        let count = 1 + self.variant.program.clocks.len();
        let view = self.context.segment.read::<i64>(at as usize, count).map_err(internal)?;
        Ok(view.slice().to_vec())
    }
}
