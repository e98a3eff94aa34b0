//! The claim table in all orders in which workers and the parent can take turns, and with all that the memory model lets
//! each of them see (loom follows both, up to a number of changes of turn that nobody asked for). A worker dies before any
//! one of its operations, or does not die. The parent does what `supervise/crew` does: it believes who holds a claim, blames
//! the claim that a dead worker worked on, frees what it held, and starts another worker in its slot.
//!
//! However that goes: each claim is done, and accepted, once; nobody holds what another live worker holds; what a worker
//! wrote is there for the parent and for who takes the claim after it; attempts are counted.

mod mortal;
#[allow(dead_code)]
#[path = "../../src/claims/table.rs"]
mod table;
use mortal::atomics;

use std::sync::atomic::{AtomicBool, AtomicU32 as Count, Ordering::Relaxed};

use atomics::{AtomicU32, AtomicU64};
use loom::cell::UnsafeCell;
use loom::sync::{Arc, Mutex};
use loom::thread::{self, JoinHandle};
use table::{Claims, Counts, HEAD, PER_WORKER};

/// What parent and workers share.
struct Run {
    head: Vec<AtomicU64>,
    workers: Vec<AtomicU64>,
    words: Vec<AtomicU32>,
    /// What the holder of a claim writes, without any atomics: its row of results.
    rows: Vec<UnsafeCell<u32>>,
    /// Who holds each claim, 0: nobody; and what each slot's worker took last, 0: nothing. Not followed by loom.
    holders: Vec<Count>,
    taken: Vec<Count>,
    /// Messages of each slot's worker: a claim that is done. As a socket, it makes all visible that was before.
    messages: Vec<Mutex<Vec<usize>>>,
}

impl Run {
    fn new(claims: usize, slots: usize) -> Run {
        let zeroed = |words: usize| (0..words).map(|_| AtomicU64::new(0)).collect();
        Run {
            head: zeroed(HEAD),
            workers: zeroed(slots * PER_WORKER),
            words: (0..claims).map(|_| AtomicU32::new(0)).collect(),
            rows: (0..claims).map(|_| UnsafeCell::new(0)).collect(),
            holders: (0..claims).map(|_| Count::new(0)).collect(),
            taken: (0..slots).map(|_| Count::new(0)).collect(),
            messages: (0..slots).map(|_| Mutex::new(Vec::new())).collect(),
        }
    }

    fn claims(&self) -> Claims<'_> {
        Claims::of(&self.head, &self.workers, &self.words)
    }

    /// A worker's life: takes claims, writes their rows, tells of them.
    fn work(&self, slot: usize, serial: u32) {
        while let Some(claim) = self.claims().take(slot, serial) {
            let before = self.holders[claim.index].swap(serial, Relaxed);
            assert_eq!(before, 0, "claim {} has two holders", claim.index);
            self.taken[slot].store(claim.index as u32 + 1, Relaxed);
            // SAFETY: the pointer is used within the closure only; loom fails where another thread uses the cell meanwhile.
            self.rows[claim.index].with_mut(|row| unsafe { *row = serial });
            mortal::operation();
            self.messages[slot].lock().unwrap().push(claim.index);
            mortal::operation();
        }
    }
}

/// A worker as the parent knows it.
struct Worker {
    slot: usize,
    serial: u32,
    thread: JoinHandle<bool>,
}

/// The parent.
struct Parent {
    run: Arc<Run>,
    started: u32,
    /// How often each claim was accepted, and how many workers died over it.
    accepted: Vec<u32>,
    deaths: Vec<u32>,
}

impl Parent {
    fn start(&mut self, slot: usize, fate: Option<u32>) -> Worker {
        self.started += 1;
        let (run, serial) = (self.run.clone(), self.started);
        run.claims().rest(slot);
        run.taken[slot].store(0, Relaxed);
        let thread = thread::spawn(move || mortal::lives(fate, || run.work(slot, serial)));
        Worker { slot, serial, thread }
    }

    fn listen(&mut self, slot: usize, serial: u32) {
        let told = std::mem::take(&mut *self.run.messages[slot].lock().unwrap());
        for claim in told {
            let claims = self.run.claims();
            assert!(claims.is_held_by(claim, serial), "claim {claim} was not its own");
            // SAFETY: as in `work`.
            let row = self.run.rows[claim].with(|row| unsafe { *row });
            assert_eq!(row, serial, "another's row");
            assert_eq!(claims.attempts(claim), 1 + self.deaths[claim]);
            self.run.holders[claim].store(0, Relaxed);
            claims.finish(claim);
            self.accepted[claim] += 1;
        }
    }

    /// Waits for the end of a worker, and sees to what it held; whether it lived to find nothing more to do.
    fn bury(&mut self, worker: Worker) -> bool {
        let lived = worker.thread.join().unwrap();
        self.listen(worker.slot, worker.serial);
        let claims = self.run.claims();
        let held = claims.held_by(worker.serial);
        let blamed = claims.working_on(worker.slot).filter(|claim| held.contains(claim));
        assert_eq!(held, Vec::from_iter(blamed), "it had not said what it works on");
        if lived {
            let taken = self.run.taken[worker.slot].load(Relaxed) as usize;
            assert_eq!((held.len(), claims.working_on(worker.slot)), (0, taken.checked_sub(1)));
        }
        for claim in held {
            self.deaths[claim] += 1;
            self.run.holders[claim].store(0, Relaxed);
            claims.release(claim, true);
        }
        lived
    }

    fn finish(self) {
        let many = self.accepted.len();
        let all_done = Counts { done: many, ..Counts::default() };
        assert_eq!(self.run.claims().counts(), all_done);
        assert_eq!(self.accepted, vec![1; many]);
    }
}

/// Two workers and so many claims, with the first worker's fate; whether it died.
fn supervised(claims: usize, fate: Option<u32>) -> bool {
    let run = Arc::new(Run::new(claims, 2));
    let mut parent = Parent { run, started: 0, accepted: vec![0; claims], deaths: vec![0; claims] };
    let first = parent.start(0, fate);
    let second = parent.start(1, None);
    parent.listen(1, second.serial);
    let lived = parent.bury(first);
    // While the second one still works.
    let third = (!lived).then(|| parent.start(0, None));
    third.into_iter().chain([second]).for_each(|worker| {
        parent.bury(worker);
    });
    if parent.run.claims().has_free(1) {
        let last = parent.start(1, None);
        parent.bury(last);
    }
    parent.finish();
    !lived
}

/// All orders of two workers and two claims, where the first worker has this fate; whether it died in any.
fn some_die(fate: Option<u32>) -> bool {
    let died = std::sync::Arc::new(AtomicBool::new(false));
    let told = died.clone();
    let mut orders = loom::model::Builder::new();
    orders.preemption_bound = Some(2);
    orders.check(move || {
        told.fetch_or(supervised(2, fate), Relaxed);
    });
    died.load(Relaxed)
}

#[test]
fn no_claim_is_lost_or_done_twice() {
    assert!(!some_die(None));
    let operations = Count::new(0);
    let try_all = || while some_die(Some(operations.fetch_add(1, Relaxed))) {};
    std::thread::scope(|two| {
        two.spawn(try_all);
        try_all();
    });
    assert!(operations.load(Relaxed) > 15, "a worker that takes two claims does more");
}
