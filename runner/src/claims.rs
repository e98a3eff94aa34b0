//! The claim table: which pieces of work are free, taken by whom, done, or given up. It lies in the segment, so
//! that what a dead worker had taken is known to the parent. Workers take without locks; only the parent marks
//! claims done, failed or free again, in the order in which it hears of them.
//! Refuses tables that do not fit into the segment.

use crate::segment::Segment;
use crate::views::ViewError;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::*};

/// Bits of a claim's word: state (2), attempts (6), serial of the worker that took it (24).
const STATE: u32 = 3 << 30;
const FREE: u32 = 0;
const TAKEN: u32 = 1 << 30;
const DONE: u32 = 2 << 30;
const FAILED: u32 = 3 << 30;
const ATTEMPT: u32 = 1 << 24;
const ATTEMPTS: u32 = 63 << 24;
/// Serials of workers are kept modulo this.
pub const SERIALS: u32 = 1 << 24;

/// Words of 64 bits at the front: the cursor, the stop word.
const HEAD: usize = 8;
/// Words of 64 bits a worker has: what it works on (claim + 1), its heartbeat, whether it
/// has sent something. One cache line a worker.
const PER_WORKER: usize = 8;

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

    /// The table at `offset` (a multiple of 8) of a segment. Zeroed memory is a table with all claims free.
    pub fn at(
        segment: &'s Segment,
        offset: usize,
        claims: usize,
        workers: usize,
    ) -> Result<Claims<'s>, ViewError> {
        let per_worker = offset.saturating_add(HEAD * 8);
        let words = per_worker.saturating_add(workers.saturating_mul(PER_WORKER * 8));
        Ok(Claims {
            head: segment.atomics_u64(offset, HEAD)?,
            workers: segment.atomics_u64(per_worker, workers.saturating_mul(PER_WORKER))?,
            words: segment.atomics_u32(words, claims)?,
        })
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn with_claims(claims: usize, run: impl FnOnce(Claims<'_>)) {
        let segment = Segment::create(8192).unwrap();
        run(Claims::at(&segment, 64, claims, 2).unwrap());
    }

    #[test]
    fn a_claim_goes_through_its_states() {
        with_claims(3, |claims| {
            assert_eq!(claims.take(0, 7), Some(Claim { index: 0, attempt: 1 }));
            assert_eq!(claims.take(1, 8), Some(Claim { index: 1, attempt: 1 }));
            assert_eq!((claims.working_on(0), claims.working_on(1)), (Some(0), Some(1)));
            assert_eq!(claims.held_by(7), [0]);
            claims.finish(1);
            claims.release(0, true);
            assert_eq!(claims.take(1, 9), Some(Claim { index: 0, attempt: 2 }));
            claims.release(0, false);
            assert_eq!(claims.attempts(0), 1);
            assert_eq!(claims.take(1, 9), Some(Claim { index: 0, attempt: 2 }));
            claims.give_up(0);
            assert_eq!(claims.counts(), Counts { free: 1, taken: 0, done: 1, failed: 1 });
            assert!(claims.has_free(1) && !claims.has_free(2) && claims.has_free(0));
            assert_eq!(claims.take(0, 10).map(|claim| claim.index), Some(2));
            assert_eq!(claims.take(0, 10), None);
            claims.rest(0);
            assert_eq!(claims.working_on(0), None);
        });
    }

    #[test]
    fn attempts_and_serials_do_not_run_into_each_other() {
        with_claims(1, |claims| {
            for round in 0..100u32 {
                let claim = claims.take(0, SERIALS - 1 + round).unwrap();
                assert_eq!(claim.attempt, (round + 1).min(63));
                assert!(claims.is_held_by(0, SERIALS - 1 + round));
                claims.release(0, true);
            }
        });
    }

    #[test]
    fn tables_that_do_not_fit_are_refused() {
        let segment = Segment::create(4096).unwrap();
        assert!(Claims::at(&segment, 0, 2000, 1).is_err());
        assert!(Claims::at(&segment, 4, 1, 1).is_err());
        assert!(Claims::at(&segment, usize::MAX - 7, usize::MAX, usize::MAX).is_err());
        assert_eq!(Claims::bytes(usize::MAX, 1), None);
        let claims = 4096 / 4 - (HEAD + 2 * PER_WORKER) * 2;
        assert_eq!(Claims::bytes(claims, 2), Some(4096));
        assert!(Claims::at(&segment, 0, claims, 2).is_ok());
    }

    #[test]
    fn threads_that_take_at_the_same_time_get_different_claims() {
        const CLAIMS: usize = 1500;
        with_claims(CLAIMS, |claims| {
            let take_all =
                |slot| std::iter::from_fn(move || claims.take(slot, slot as u32)).map(|claim| claim.index);
            let mut taken: Vec<usize> = std::thread::scope(|scope| {
                let other = scope.spawn(|| take_all(1).collect::<Vec<_>>());
                let own = take_all(0).collect::<Vec<_>>();
                own.into_iter().chain(other.join().unwrap()).collect()
            });
            taken.sort_unstable();
            assert_eq!(taken, (0..CLAIMS).collect::<Vec<_>>());
        });
    }

    proptest! {
        /// Whatever is taken, released, finished and given up in which order: no claim is lost or has two holders.
        #[test]
        fn a_table_behaves_as_its_model(steps in prop::collection::vec((0u8..6, 0usize..6), 1..200)) {
            with_claims(6, |claims| {
                let mut model = [(FREE, 0u32, 0u32); 6];
                for (serial, (step, index)) in (1u32..).zip(steps) {
                    match step {
                        0..=2 => match claims.take(0, serial) {
                            Some(claim) => {
                                let entry = &mut model[claim.index];
                                assert_eq!(entry.0, FREE);
                                *entry = (TAKEN, entry.1 + 1, serial);
                                assert_eq!(claim.attempt, entry.1.min(63));
                            }
                            None => assert!(model.iter().all(|entry| entry.0 != FREE)),
                        },
                        _ if model[index].0 != TAKEN => {}
                        3 => { claims.release(index, true); model[index].0 = FREE; }
                        4 => { claims.finish(index); model[index].0 = DONE; }
                        _ => { claims.give_up(index); model[index].0 = FAILED; }
                    }
                    for (index, &(state, _, holder)) in model.iter().enumerate() {
                        assert_eq!(claims.is_held_by(index, holder), state == TAKEN && holder != 0);
                    }
                    let of = |wanted| model.iter().filter(|entry| entry.0 == wanted).count();
                    let counts = Counts { free: of(FREE), taken: of(TAKEN), done: of(DONE), failed: of(FAILED) };
                    assert_eq!(claims.counts(), counts);
                }
            });
        }
    }
}
