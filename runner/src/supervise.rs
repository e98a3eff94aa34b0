//! One parent, many workers: starts them, listens, notices deaths and stalls, tries again, gives up on a claim that
//! kills, and stops when asked. One thread, one poll over pidfds, signals, a timer and the workers' doorbell; the
//! parent waits in nothing else. It knows nothing of what a worker computes.
//! Refuses to respawn forever: many deaths with no success in between end the run.

mod context;
mod crew;
mod patience;

pub use context::WorkerContext;

use crate::channel::{FaultClass, WorkerError};
use crate::claims::{Claims, Counts};
use crate::fork::ForkError;
use crate::segment::Segment;
use crate::signals::Signals;
use crate::store::Class;
use crate::views::ViewError;
use nix::sys::signal::Signal;
use std::io;
use std::time::Duration;
use thiserror::Error;

/// How a run is supervised.
#[derive(Debug, Clone)]
pub struct Config {
    /// Workers at most; fewer are started if there are fewer claims, or if the system gives no more.
    pub workers: usize,
    /// Whether each worker gets its own CPU (never if there are more workers than CPUs).
    pub pin: bool,
    /// Offsets of i64 words in the segment that are set to 1 when workers are to stop (for kernels to read).
    pub stop_words: Vec<usize>,
    /// Offsets of u64 words in the segment, one per worker, that move while it computes (step counters).
    pub step_words: Vec<usize>,
    /// Attempts a claim has before it is given up.
    pub attempts: u32,
    /// The pause before a second attempt; it grows fourfold with each.
    pub backoff: Duration,
    /// How long workers have to leave after a request to stop; then they are killed.
    pub grace: Duration,
    /// A worker that does not move for this long, and for 20 times the median claim, is killed. `None`: never.
    pub stall: Option<Duration>,
    /// Between two calls of `on_tick`.
    pub tick: Duration,
    /// Deaths without any success in between that end the run; `None`: three times the larger of 8 and
    /// twice the number of workers.
    pub storm: Option<u32>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            workers: 1,
            pin: true,
            stop_words: Vec::new(),
            step_words: Vec::new(),
            attempts: 3,
            backoff: Duration::from_millis(100),
            grace: Duration::from_millis(1500),
            stall: Some(Duration::from_secs(60)),
            tick: Duration::from_millis(200),
            storm: None,
        }
    }
}

/// Where a run takes place.
#[derive(Debug, Clone, Copy)]
pub struct Stage<'s> {
    /// The shared memory, with all guards set.
    pub segment: &'s Segment,
    /// The claims, with room for as many workers as configured.
    pub claims: Claims<'s>,
    /// The signals, blocked.
    pub signals: &'s Signals,
}

/// How a worker ended that should not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// It left with this exit code without having finished.
    Exited(i32),
    /// A signal ended it.
    Signalled(i32),
    /// The system killed it for want of memory.
    Starved,
    /// It did not move for too long and was killed.
    Stalled,
    /// It said so itself.
    Failed(WorkerError),
    /// It sent something that is no message, or claimed to have done what it did not have.
    BadMessage(String),
}

impl std::fmt::Display for How {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            How::Exited(crate::fork::PANICKED) => write!(f, "panicked"),
            How::Exited(code) => write!(f, "left with exit code {code} before it had finished"),
            How::Signalled(number) => match Signal::try_from(*number) {
                Ok(signal) => write!(f, "was ended by {}", signal.as_str()),
                Err(_) => write!(f, "was ended by signal {number}"),
            },
            How::Starved => write!(f, "was ended by SIGKILL, as the system had too little memory"),
            How::Stalled => write!(f, "did not move and was killed"),
            How::Failed(error) => write!(f, "failed: {error}"),
            How::BadMessage(what) => write!(f, "sent a bad message: {what}"),
        }
    }
}

impl How {
    /// What `errors.csv` calls it.
    pub fn class(&self) -> Class {
        match self {
            How::Exited(crate::fork::PANICKED) => Class::Panic,
            How::Exited(code) => Class::Exit(*code),
            How::Signalled(number) => Class::Signal(*number),
            How::Starved => Class::Signal(Signal::SIGKILL as i32),
            How::Stalled => Class::Timeout,
            How::Failed(_) => Class::Error,
            How::BadMessage(_) => Class::Message,
        }
    }
}

/// The death of a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Death {
    /// Its slot, 0..workers.
    pub worker: usize,
    /// Its number among all workers started in this run.
    pub serial: u32,
    /// Its process id.
    pub pid: i32,
    /// How it ended.
    pub how: How,
    /// The claim it died over, if it had one.
    pub claim: Option<usize>,
    /// Attempts that claim has had.
    pub attempts: u32,
    /// What its step word held at the end.
    pub step: Option<u64>,
}

/// What becomes of a claim over which a worker died.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is tried again after a pause.
    Retry,
    /// It is given up; the run goes on.
    Quarantine,
    /// The run stops.
    Stop,
}

/// Whether the run goes on after a callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// It goes on.
    Continue,
    /// Workers are asked to stop.
    Stop,
}

/// What `on_tick` is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The claims by state.
    pub counts: Counts,
    /// Workers that live.
    pub live: usize,
    /// Deaths so far.
    pub deaths: u32,
}

/// What the parent does when something happens. All run in the parent, between two polls.
pub trait Events {
    /// A worker's record of a batch has arrived whole. The claim it completes is marked done after this returns.
    fn on_batch(&mut self, worker: usize, record: &[u8]) -> Flow;
    /// Time has passed (`Config::tick`, more if the machine is busy).
    fn on_tick(&mut self, _progress: &Progress) -> Flow {
        Flow::Continue
    }
    /// A worker has died; `proposed` follows from its attempts. Not called for deaths after a request to stop.
    fn on_worker_died(&mut self, _death: &Death, proposed: Decision) -> Decision {
        proposed
    }
    /// A signal has arrived; the first asks workers to stop, the second kills them.
    fn on_signal(&mut self, _signal: Signal, _first: bool) {}
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every claim is done or given up.
    Finished,
    /// A signal asked for it.
    Stopped(Signal),
    /// A callback asked for it.
    Requested,
    /// Too many deaths with no success: the last one.
    Storm(Death),
    /// A worker met a fault that concerns the whole run.
    Failed(WorkerError),
}

/// What a supervised run leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// The claims by state.
    pub counts: Counts,
    /// Claims given up, in the order in which that happened.
    pub quarantined: Vec<usize>,
    /// Workers started.
    pub started: u32,
    /// Workers that died (planned stops do not count).
    pub deaths: u32,
}

/// Why a run cannot be supervised.
#[derive(Debug, Error)]
pub enum SuperviseError {
    /// No worker could be started.
    #[error(transparent)]
    Fork(#[from] ForkError),
    /// A channel could not be opened.
    #[error("the system refused a channel to a worker: {0}")]
    Channel(#[from] io::Error),
    /// A descriptor could not be opened or polled.
    #[error("the system refused {what}: {errno}")]
    System {
        /// What was asked for.
        what: &'static str,
        /// Its reason.
        errno: nix::errno::Errno,
    },
    /// A word of the configuration does not lie in the segment.
    #[error(transparent)]
    Word(#[from] ViewError),
    /// The claim table has less room than there are workers.
    #[error("a claim table for {room} workers cannot serve {workers} (a fault of spikesweep)")]
    Room {
        /// Workers it was made for.
        room: usize,
        /// Workers configured.
        workers: usize,
    },
}

/// Runs `worker` in as many processes as configured until no claim is free, or until something ends the run.
/// Returns when no worker is left.
pub fn supervise(
    config: &Config,
    stage: Stage<'_>,
    worker: &dyn Fn(&WorkerContext<'_>) -> Result<(), WorkerError>,
    events: &mut dyn Events,
) -> Result<Report, SuperviseError> {
    crew::Crew::gather(config, stage, worker, events)?.run()
}

impl FaultClass {
    /// Whether such a fault ends the run.
    fn is_final(self) -> bool {
        self != FaultClass::Claim
    }
}
