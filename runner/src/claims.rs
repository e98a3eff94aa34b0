//! The claim table: which pieces of work are free, taken by whom, done, or given up. It lies in the segment, so
//! that what a dead worker had taken is known to the parent. Workers take without locks; only the parent marks
//! claims done, failed or free again, in the order in which it hears of them.
//! Refuses tables that do not fit into the segment.

mod table;

use crate::segment::Segment;
use crate::views::ViewError;
pub use table::{Claim, Claims, Counts, SERIALS};
use table::{HEAD, PER_WORKER};

/// The atomics of the table's words.
mod atomics {
    pub use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
}

impl<'s> Claims<'s> {
    /// The table at `offset` (a multiple of 8) of a segment. Zeroed memory is a table with all claims free.
    pub fn at(
        segment: &'s Segment,
        offset: usize,
        claims: usize,
        workers: usize,
    ) -> Result<Claims<'s>, ViewError> {
        let per_worker = offset.saturating_add(HEAD * 8);
        let words = per_worker.saturating_add(workers.saturating_mul(PER_WORKER * 8));
        Ok(Claims::of(
            segment.atomics_u64(offset, HEAD)?,
            segment.atomics_u64(per_worker, workers.saturating_mul(PER_WORKER))?,
            segment.atomics_u32(words, claims)?,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::table::{DONE, FAILED, FREE, HEAD, PER_WORKER, TAKEN};
    use super::*;
    use proptest::prelude::*;
    use std::sync::atomic::{AtomicU32, AtomicU64};

    /// A table for two workers, in memory of this process: tests that need no segment run under Miri.
    fn with_claims(claims: usize, run: impl FnOnce(Claims<'_>)) {
        let zeroed = |words| (0..words).map(|_| AtomicU64::new(0)).collect::<Vec<_>>();
        let claims = (0..claims).map(|_| AtomicU32::new(0)).collect::<Vec<_>>();
        run(Claims::of(&zeroed(HEAD), &zeroed(2 * PER_WORKER), &claims));
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
        const CLAIMS: usize = if cfg!(miri) { 60 } else { 1500 };
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
