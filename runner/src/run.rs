//! A run from a checked job to merged tables, one function a stage.
//!
//! Knows nothing of the terminal: progress goes to a [`Reporter`].

use std::path::PathBuf;
use std::time::Duration;

use jobs::{Job, Limits, Selection};
use kernels::compile::Compiler;
use nix::sys::signal::Signal;
use serde_json::{Map, json};

use crate::rounds::{Packing, Rounds};
use crate::simulate::engine::EngineError;
use crate::store::{
    Committed, Disk, Identity, MOST_POINTS, MergeOptions, RunDirectory, RunLock, Shard, Status, StoreError,
    checkpoints, merge, remove_checkpoint, remove_run, write_errors,
};
use crate::tables;

/// What is to be run, and how.
#[derive(Debug)]
pub struct Request {
    /// The job file, as the user named it.
    pub job: PathBuf,
    /// `--set` as given.
    pub sets: Vec<String>,
    /// The limits within which the job was read.
    pub limits: Limits,
    /// The result directory.
    pub out: PathBuf,
    /// Workers; `None`: one for each allowed CPU.
    pub workers: Option<usize>,
    /// Which part of the points.
    pub shard: Shard,
    /// Only these points.
    pub points: Option<Selection>,
    /// Where kernels come from.
    pub compiler: Compiler,
    /// Points side by side in a batch without synapses; `None`: as many as suit.
    pub lanes: Option<u64>,
    /// Events and words that a worker's buffers hold; `None`: as many as suit.
    pub buffer: Option<u64>,
    /// Points that agree in shared phases go through them once; results are the same without.
    pub branching: bool,
    /// How long a worker may stand still; `None`: for ever.
    pub stall: Option<Duration>,
    /// What an earlier run left in the result directory is removed first, whatever its job was.
    pub fresh: bool,
    /// Points that failed are computed again.
    pub retry_failed: bool,
    /// Time on the clock after which the state of a point is kept.
    pub checkpoint: Option<Duration>,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Progress {
    /// Points this run has to compute.
    pub pending: u64,
    /// Those that are done.
    pub done: u64,
    /// Simulated seconds so far.
    pub simulated: f64,
    /// Since workers started.
    pub elapsed: Duration,
}

/// Hears of what happens.
pub trait Reporter {
    /// Before workers start.
    fn begins(&mut self, _pending: u64, _workers: usize) {}
    /// Every 200 ms.
    fn progress(&mut self, _progress: &Progress) {}
    /// Something a user may want to read.
    fn note(&mut self, _text: &str) {}
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    /// Why it did not go to its end, if it did not.
    pub stopped: Option<Stop>,
    /// Points of the whole run.
    pub points: u64,
    /// Points committed by now, by anyone.
    pub committed: u64,
    /// Of these, not ok.
    pub bad: u64,
    /// Points computed by this run.
    pub computed: u64,
    /// Tables were merged.
    pub merged: bool,
}

/// What stopped a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Stop {
    /// A signal.
    Signal(Signal),
    /// Workers die one after the other, or the system refuses something.
    System(String),
    /// Results cannot be written.
    Output(String),
    /// A fault of ours.
    Internal(String),
}

/// Why a run could not begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The result directory.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Kernels.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Memory does not suffice.
    #[error("{0}")]
    Memory(String),
    /// The system refuses.
    #[error("{0}")]
    System(String),
    /// A fault of ours.
    #[error("{0}")]
    Internal(String),
}

impl RunError {
    /// The exit code of the command.
    pub fn exit_code(&self) -> i32 {
        match self {
            RunError::Store(error) => error.exit_code().into(),
            RunError::Engine(EngineError::Compile(_)) => 69,
            RunError::Engine(EngineError::Loader { .. }) => 71,
            RunError::Engine(_) | RunError::Internal(_) => 70,
            RunError::Memory(_) | RunError::System(_) => 71,
        }
    }
}

pub(crate) fn internal(error: impl std::fmt::Display) -> RunError {
    RunError::Internal(error.to_string())
}

/// Runs, resumes, merges.
pub fn run(job: &Job, request: &Request, reporter: &mut dyn Reporter) -> Result<Ended, RunError> {
    let points = job.points();
    if request.fresh {
        remove_run(&request.out)?;
    } else {
        let tables = job.tables();
        let names = tables.iter().map(|table| table.name.as_str());
        RunDirectory::at(Disk, &request.out).refuse_files_in_the_way(names)?;
    }
    let directory = RunDirectory::create(&request.out)?;
    let identity = Identity(job.identity());
    let mut told = details(0);
    told.insert(JOB_FOLDER.into(), json!(folder(&request.job)));
    directory.claim(&identity, points.len(), told)?;
    let lock = directory.lock(request.shard.index)?;
    directory.publish("job.toml", job.as_run().as_bytes())?;
    let committed = || Committed::read(&Disk, directory.run(), &identity, points.len());
    let before = committed()?;
    let (first, proven) = (pending(&before, request, points.len()), before.counts().ok > 0);
    drop(before);
    let (mut computed, mut stopped) = (0, None);
    if !first.is_empty() {
        let mut rounds = Rounds::new(job, request, &directory, identity, proven)?;
        stopped = rounds.compute(first, Packing::Together, reporter)?;
        if stopped.is_none() && rounds.suspects() {
            let suspects = pending(&committed()?, request, points.len());
            reporter.note(&format!("{} points may have killed workers; each is tried alone", suspects.len()));
            stopped = rounds.compute(suspects, Packing::Alone, reporter)?;
        }
        computed = rounds.done();
        let told = directory.update_details(rounds.details(details));
        if stopped.is_none() {
            told?;
        }
    }
    finish(job, request, &directory, identity, computed, stopped, lock)
}

/// Points that are still to be computed here.
fn pending(committed: &Committed, request: &Request, points: u64) -> Vec<u64> {
    let mine = |k: &u64| k % u64::from(request.shard.of) == u64::from(request.shard.index);
    let open = |k: &u64| match committed.status(*k) {
        None => true,
        Some(status) => request.retry_failed && status == Status::Failed,
    };
    match &request.points {
        Some(selection) => selection.iter().filter(|k| *k < points).filter(mine).filter(open).collect(),
        None => (0..points).filter(mine).filter(open).collect(),
    }
}

const _: () = assert!(Limits::HIGHEST.points <= MOST_POINTS);

/// The key in `run.json` of the folder in which a job's data files are looked for.
pub const JOB_FOLDER: &str = "job_folder";

fn folder(job: &std::path::Path) -> String {
    let parent = job.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(std::path::Path::new("."));
    std::path::absolute(parent).unwrap_or(parent.to_path_buf()).display().to_string()
}

fn details(workers: usize) -> Map<String, serde_json::Value> {
    let host = nix::unistd::gethostname().map(|h| h.to_string_lossy().into_owned()).unwrap_or_default();
    let mut map = Map::new();
    map.insert("version".into(), json!(env!("CARGO_PKG_VERSION")));
    map.insert("host".into(), json!(host));
    map.insert("workers".into(), json!(workers));
    map
}

/// Errors, and the tables if all points are there.
fn finish(
    job: &Job,
    request: &Request,
    directory: &RunDirectory,
    identity: Identity,
    computed: u64,
    stopped: Option<Stop>,
    lock: RunLock,
) -> Result<Ended, RunError> {
    let points = job.points().len();
    let committed = Committed::read(&Disk, directory.run(), &identity, points)?;
    let counts = committed.counts();
    let told = write_errors(directory, &committed, |point| replay(request, point));
    // Where the disk is full, say, what stopped the run is what must be told.
    if stopped.is_none() {
        told?;
    }
    let whole = request.shard == Shard::WHOLE;
    let merged = stopped.is_none() && whole && committed.missing() == 0;
    if merged {
        tables_of(job, directory, &committed)?;
        // Those of points that were committed just before an earlier run was killed.
        for point in checkpoints(&Disk, directory.run(), request.shard)? {
            remove_checkpoint(&Disk, directory.run(), request.shard, point)?;
        }
    }
    drop(lock);
    Ok(Ended {
        stopped,
        points,
        committed: counts.committed(),
        bad: counts.diverged + counts.failed,
        computed,
        merged,
    })
}

/// The command that runs just this point again, elsewhere.
fn replay(request: &Request, point: u64) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let sets: String = request.sets.iter().map(|set| format!(" --set {}", quoted(set))).collect();
    let job = quoted(&request.job.display().to_string());
    let limits: String = request.limits.options().iter().map(|option| format!(" {option}")).collect();
    let out = quoted(&format!("{}-point-{point}", request.out.display()));
    format!("spikesweep run {job}{sets}{limits} --out {out} --points {point}")
}

fn tables_of(job: &Job, directory: &RunDirectory, committed: &Committed) -> Result<(), RunError> {
    let points = job.points();
    merge(directory, &tables::package(job), tables::rows(job, &points), committed, MergeOptions::default())?;
    Ok(())
}

/// Merges what journals hold: points, and how many of them are not ok; refuses while points are missing.
pub fn merge_run(job: &Job, directory: &RunDirectory) -> Result<(u64, u64), RunError> {
    let identity = Identity(job.identity());
    let committed = Committed::read(&Disk, directory.run(), &identity, job.points().len())?;
    tables_of(job, directory, &committed)?;
    let counts = committed.counts();
    Ok((committed.points(), counts.diverged + counts.failed))
}
