//! What all scenarios have: a segment with a claim table, results and a stop word, a parent that keeps what it is
//! told, and a report of how the run ended.

use crate::trial::splitmix;
use nix::sys::signal::Signal;
use runner::channel::WorkerError;
use runner::claims::{Claim, Claims};
use runner::memory;
use runner::segment::{Segment, page_size, whole_pages};
use runner::signals::Signals;
use runner::supervise::{
    Config, Death, Decision, Events, Flow, Outcome, Progress, Stage, WorkerContext, supervise,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// Bytes at the front: the stop word, then a step word for each worker.
const WORDS: usize = 4096;

pub struct Bench {
    pub segment: Segment,
    pub workers: usize,
    pub claims: usize,
    pub results: usize,
}

impl Bench {
    /// A segment for so many workers and claims, with `extra` bytes at the end that are not reserved.
    pub fn new(workers: usize, claims: usize, extra: usize) -> Bench {
        let table = Claims::bytes(claims, workers).unwrap();
        let results = (WORDS + table).next_multiple_of(8);
        let used = whole_pages(results + 8 * claims).unwrap();
        memory::check_fits(&memory::Need::of(used as u64)).unwrap();
        let segment = Segment::create((used + extra) as u64).unwrap();
        segment.reserve(0, used).unwrap();
        Bench { segment, workers, claims, results }
    }

    /// Where the bytes begin that are not reserved.
    pub fn extra(&self) -> usize {
        (self.results + 8 * self.claims).next_multiple_of(page_size())
    }

    pub fn config(&self) -> Config {
        Config {
            workers: self.workers,
            stop_words: vec![0],
            step_words: (0..self.workers).map(|worker| 8 * (worker + 1)).collect(),
            backoff: Duration::from_millis(2),
            ..Config::default()
        }
    }

    /// Runs and reports.
    pub fn run(
        &self,
        config: &Config,
        parent: &mut Parent<'_>,
        work: &dyn Fn(&WorkerContext<'_>) -> Result<(), WorkerError>,
    ) {
        let signals = Signals::install().unwrap();
        let claims = Claims::at(&self.segment, WORDS, self.claims, self.workers).unwrap();
        let stage = Stage { segment: &self.segment, claims, signals: &signals };
        let report = supervise(config, stage, work, parent).unwrap();
        println!("outcome {}", describe(&report.outcome));
        let counts = report.counts;
        println!("done {}\ntaken {}\nquarantined {:?}", counts.done, counts.taken, report.quarantined);
        println!("deaths {}\nstarted {}\nrecords {}", report.deaths, report.started, parent.records.len());
        let missing = (0..self.claims as u64).filter(|claim| !parent.records.contains_key(claim));
        let duplicates = parent.records.values().filter(|&&times| times > 1).count();
        println!("missing {}\nwrong {}\nduplicates {duplicates}", missing.count(), parent.wrong);
    }

    /// What the result of a claim must be.
    pub fn result(claim: usize) -> u64 {
        splitmix(&mut (claim as u64))
    }

    /// Computes a claim: its result where it lies, its record to the parent.
    pub fn compute(&self, context: &WorkerContext<'_>, claim: &Claim) -> Result<(), WorkerError> {
        self.store(context, claim);
        context.send_batch(&record(claim.index), Some(claim))
    }

    pub fn store(&self, context: &WorkerContext<'_>, claim: &Claim) {
        let mut place = context.segment.write::<u64>(self.results + 8 * claim.index, 1).unwrap();
        place.view_mut()[0] = Bench::result(claim.index);
    }
}

/// The record of a claim: its number and its result.
pub fn record(claim: usize) -> Vec<u8> {
    [claim as u64, Bench::result(claim)].into_iter().flat_map(u64::to_le_bytes).collect()
}

fn describe(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Finished => "Finished".into(),
        Outcome::Stopped(signal) => format!("Stopped({signal})"),
        Outcome::Requested => "Requested".into(),
        Outcome::Storm(_) => "Storm".into(),
        Outcome::Failed(error) => format!("Failed({:?})", error.class),
    }
}

/// The parent's callbacks.
pub struct Parent<'b> {
    pub bench: &'b Bench,
    pub records: BTreeMap<u64, u32>,
    pub wrong: u32,
    pub most: usize,
    /// Print a line for every so many records.
    pub tell_every: usize,
    pub stop_at: &'static str,
    pub slow: Duration,
    pub attempts_forgiven: bool,
}

impl<'b> Parent<'b> {
    pub fn new(bench: &'b Bench) -> Parent<'b> {
        Parent {
            bench,
            records: BTreeMap::new(),
            wrong: 0,
            most: 0,
            tell_every: usize::MAX,
            stop_at: "",
            slow: Duration::ZERO,
            attempts_forgiven: false,
        }
    }

    fn flow(&self, place: &str) -> Flow {
        if self.stop_at == place { Flow::Stop } else { Flow::Continue }
    }
}

impl Events for Parent<'_> {
    fn on_batch(&mut self, _worker: usize, bytes: &[u8]) -> Flow {
        std::thread::sleep(self.slow);
        let claim = u64::from_le_bytes(bytes[..8].try_into().unwrap());
        let result = self.bench.segment.read::<u64>(self.bench.results + 8 * claim as usize, 1).unwrap();
        let good = bytes.starts_with(&record(claim as usize))
            && result.view()[0] == Bench::result(claim as usize)
            && bytes[16..].iter().enumerate().all(|(k, &byte)| byte == (k as u64 ^ claim) as u8);
        self.wrong += u32::from(!good);
        *self.records.entry(claim).or_default() += 1;
        if self.records.len().is_multiple_of(self.tell_every) {
            println!("records {}", self.records.len());
        }
        self.flow("batch")
    }

    fn on_tick(&mut self, progress: &Progress) -> Flow {
        self.most = self.most.max(progress.live);
        if progress.counts.taken == 2 {
            println!("taken both");
        }
        self.flow("tick")
    }

    fn on_worker_died(&mut self, death: &Death, proposed: Decision) -> Decision {
        match death.claim {
            Some(claim) => println!("death over {claim} attempt {}: {}", death.attempts, death.how),
            None => println!("death over nothing: {}", death.how),
        }
        match self.flow("death") {
            Flow::Stop => Decision::Stop,
            Flow::Continue if self.attempts_forgiven => Decision::Retry,
            Flow::Continue => proposed,
        }
    }

    fn on_signal(&mut self, signal: Signal, first: bool) {
        println!("signal {signal} first {first}");
    }
}
