//! The words of the claim table, and what may be done with them. Nothing here knows where they lie: `tests/claims` makes
//! this file anew with atomics that a model checker follows, so all it uses of the crate is `super::atomics`.

use super::atomics::{AtomicU32, AtomicU64, Ordering::*};

/// Bits of a claim's word: state (2), attempts (6), serial of the worker that took it (24).
const STATE: u32 = 3 << 30;
pub(super) const FREE: u32 = 0;
pub(super) const TAKEN: u32 = 1 << 30;
pub(super) const DONE: u32 = 2 << 30;
pub(super) const FAILED: u32 = 3 << 30;
const ATTEMPT: u32 = 1 << 24;
const ATTEMPTS: u32 = 63 << 24;
/// Serials of workers are kept modulo this.
pub const SERIALS: u32 = 1 << 24;

/// Words of 64 bits at the front: the cursor, the stop word.
pub(super) const HEAD: usize = 8;
/// Words of 64 bits a worker has: what it works on (claim + 1), its heartbeat, whether it
/// has sent something. One cache line a worker.
pub(super) const PER_WORKER: usize = 8;

/// A piece of work that a worker has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Its number, 0..n.
    pub index: usize,
    /// How often it has been taken, this time included: more than 1 means that a worker died over it.
    pub attempt: u32,
}

/// How many claims are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// To be taken.
    pub free: usize,
    /// Being worked on, or waiting to be tried again.
    pub taken: usize,
    /// Done.
    pub done: usize,
    /// Given up.
    pub failed: usize,
}

/// The claim table of a run.
#[derive(Debug, Clone, Copy)]
pub struct Claims<'s> {
    head: &'s [AtomicU64],
    workers: &'s [AtomicU64],
    words: &'s [AtomicU32],
}

impl<'s> Claims<'s> {
    /// Bytes of the segment that a table takes; `None` if that overflows.
    pub fn bytes(claims: usize, workers: usize) -> Option<usize> {
        let words = workers.checked_mul(PER_WORKER)?.checked_add(HEAD)?;
        words.checked_mul(8)?.checked_add(claims.checked_mul(4)?)
    }

    /// A table of these words: [`HEAD`] of them, [`PER_WORKER`] for each worker, one for each claim.
    pub(super) fn of(head: &'s [AtomicU64], workers: &'s [AtomicU64], words: &'s [AtomicU32]) -> Claims<'s> {
        Claims { head, workers, words }
    }

    /// Number of claims.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Workers there is room for.
    pub fn workers(&self) -> usize {
        self.workers.len() / PER_WORKER
    }

    /// Takes a free claim for the worker in `slot` with `serial`; `None` if there is none left at this moment.
    pub fn take(&self, slot: usize, serial: u32) -> Option<Claim> {
        let cursor = &self.head[0];
        let from = (cursor.load(Relaxed) as usize).min(self.len());
        let index = (from..self.len()).chain(0..from).find(|&index| self.try_take(index, slot, serial))?;
        cursor.store(index as u64 + 1, Relaxed); // a hint only: the search goes round
        Some(Claim { index, attempt: self.attempts(index) })
    }

    fn try_take(&self, index: usize, slot: usize, serial: u32) -> bool {
        let word = self.words[index].load(Relaxed);
        if word & STATE != FREE {
            return false;
        }
        // Who dies after the exchange must have said over what.
        let before = self.working_on_word(slot).swap(index as u64 + 1, Relaxed);
        let attempts = (word & ATTEMPTS).saturating_add(ATTEMPT).min(ATTEMPTS);
        let taken = TAKEN | attempts | (serial % SERIALS);
        let won = self.words[index].compare_exchange(word, taken, AcqRel, Relaxed).is_ok();
        if !won {
            self.working_on_word(slot).store(before, Relaxed);
        }
        won
    }

    /// How often a claim has been taken.
    pub fn attempts(&self, index: usize) -> u32 {
        (self.words[index].load(Relaxed) & ATTEMPTS) / ATTEMPT
    }

    /// Whether a claim is in the hands of the worker with `serial`.
    pub fn is_held_by(&self, index: usize, serial: u32) -> bool {
        let held = |word: &AtomicU32| word.load(Acquire) & !ATTEMPTS == TAKEN | (serial % SERIALS);
        self.words.get(index).is_some_and(held)
    }

    /// All claims in the hands of the worker with `serial`.
    pub fn held_by(&self, serial: u32) -> Vec<usize> {
        (0..self.len()).filter(|&index| self.is_held_by(index, serial)).collect()
    }

    /// Marks a claim done (by the parent, once its results have arrived).
    pub fn finish(&self, index: usize) {
        self.become_state(index, DONE);
    }

    /// Marks a claim as given up.
    pub fn give_up(&self, index: usize) {
        self.become_state(index, FAILED);
    }

    /// Frees a claim of a worker that is no more. `blamed` says whether the attempt counts.
    pub fn release(&self, index: usize, blamed: bool) {
        let word = &self.words[index];
        let attempts = word.load(Relaxed) & ATTEMPTS;
        let attempts = if blamed { attempts } else { attempts.saturating_sub(ATTEMPT) };
        word.store(FREE | attempts, Release);
        self.head[0].fetch_min(index as u64, Relaxed);
    }

    fn become_state(&self, index: usize, state: u32) {
        let word = &self.words[index];
        word.store(state | word.load(Relaxed) & !STATE, Release);
    }

    /// Counts the claims by state (walks the table).
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for word in self.words {
            match word.load(Relaxed) & STATE {
                FREE => counts.free += 1,
                TAKEN => counts.taken += 1,
                DONE => counts.done += 1,
                _ => counts.failed += 1,
            }
        }
        counts
    }

    /// Whether at least `many` claims are free (walks the table only as far as needed).
    pub fn has_free(&self, many: usize) -> bool {
        let from = (self.head[0].load(Relaxed) as usize).min(self.len());
        let is_free = |word: &&AtomicU32| word.load(Relaxed) & STATE == FREE;
        let free = self.words[from..].iter().chain(&self.words[..from]).filter(is_free);
        many == 0 || free.take(many).count() == many
    }

    /// The claim the worker in `slot` works on.
    pub fn working_on(&self, slot: usize) -> Option<usize> {
        (self.working_on_word(slot).load(Relaxed) as usize).checked_sub(1)
    }

    /// Says that the worker in `slot` works on nothing.
    pub fn rest(&self, slot: usize) {
        self.working_on_word(slot).store(0, Relaxed);
    }

    fn working_on_word(&self, slot: usize) -> &'s AtomicU64 {
        &self.workers[slot * PER_WORKER]
    }

    /// A word of the worker in `slot` that it changes to show that it is alive.
    pub fn heartbeat(&self, slot: usize) -> &'s AtomicU64 {
        &self.workers[slot * PER_WORKER + 1]
    }

    /// A word that the worker in `slot` sets when it has sent a message, so that the parent knows whom to hear.
    pub fn rung(&self, slot: usize) -> &'s AtomicU64 {
        &self.workers[slot * PER_WORKER + 2]
    }

    /// The word that is not 0 once workers are to stop.
    pub fn stop(&self) -> &'s AtomicU64 {
        &self.head[1]
    }
}
