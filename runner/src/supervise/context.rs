//! What a worker is given.

use crate::channel::{Sender, WorkerError};
use crate::claims::{Claim, Claims};
use crate::segment::Segment;
use std::sync::atomic::Ordering::Relaxed;

/// A worker's side of the run. Its process ends when the closure that got it returns.
#[derive(Debug)]
pub struct WorkerContext<'s> {
    /// Its slot, 0..workers: the arena it uses, the same after a respawn.
    pub index: usize,
    /// Its number among all workers started in this run, unique: for the names of its files.
    pub serial: u32,
    /// How often a worker was started in this slot before.
    pub restarts: u32,
    /// The shared memory.
    pub segment: &'s Segment,
    /// The claims.
    pub claims: Claims<'s>,
    pub(super) sender: Sender<'s>,
}

impl WorkerContext<'_> {
    /// Takes the next claim. `None`: none is free, or the run is to stop; the worker returns then.
    pub fn take(&self) -> Option<Claim> {
        if self.stopping() { None } else { self.claims.take(self.index, self.serial) }
    }

    /// Sends the record of a batch, and the claim that it completes. Its data must lie in the files by now.
    pub fn send_batch(&self, record: &[u8], done: Option<&Claim>) -> Result<(), WorkerError> {
        self.sender.batch(record, done.map(|claim| claim.index))
    }

    /// Whether the run is to stop.
    pub fn stopping(&self) -> bool {
        self.claims.stop().load(Relaxed) != 0
    }

    /// Shows that the worker is alive where no step counter moves (set-up, long writes).
    pub fn heartbeat(&self) {
        self.claims.heartbeat(self.index).fetch_add(1, Relaxed);
    }
}
