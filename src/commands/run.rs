//! `spikesweep run`: checks the job, simulates what is missing, ends with tables.

use std::path::Path;

use anyhow::Result;
use jobs::{Job, Selection};
use kernels::compile::Compiler;
use runner::run::{Ended, Request, RunError, Stop, run as run_job};
use runner::store::{RunDirectory, Shard, StoreError};
use serde_json::json;

use crate::arguments::{JobOptions, RunOptions};
use crate::exit::{Exit, fail, refuse};
use crate::progress::Terminal;
use crate::terminal::{say, say_json, tell};

/// What is left to do after a run that did not come to its end.
const GOES_ON: &str = "the same command goes on from there";

/// The job, or its faults told.
pub fn load(options: &JobOptions, json: bool) -> Result<Job, Exit> {
    jobs::load_within(&options.job, &options.set, options.limits())
        .map_err(|rejected| refuse(&rejected, json))
}

/// Points named on the command line.
pub fn selection(text: Option<&str>, job: &Job, json: bool) -> Result<Option<Selection>, Exit> {
    let Some(text) = text.filter(|t| !t.is_empty()) else { return Ok(None) };
    let selection = Selection::parse(text, job.points().len());
    selection.map(Some).map_err(|message| fail(&format!("--points {text}: {message}"), Exit::Usage, json))
}

/// Runs the subcommand.
pub fn run(options: &RunOptions) -> Result<Exit> {
    let job = match load(&options.job, options.json) {
        Ok(job) => job,
        Err(exit) => return Ok(exit),
    };
    let points = match selection(options.points.as_deref(), &job, options.json) {
        Ok(points) => points,
        Err(exit) => return Ok(exit),
    };
    let out = options.out.clone().unwrap_or_else(|| Path::new("results").join(job.name()));
    let request = Request {
        job: options.job.job.clone(),
        sets: options.job.set.clone(),
        limits: options.job.limits(),
        out: out.clone(),
        workers: options.workers.map(usize::from),
        shard: options.shard.map_or(Shard::WHOLE, |(k, n)| Shard { index: k - 1, of: n }),
        points,
        compiler: Compiler::from_environment(options.cc.clone()),
        lanes: options.lanes,
        buffer: options.buffer,
        branching: !options.no_branching,
        stall: options.stall.0,
        fresh: options.fresh,
        retry_failed: options.retry_failed,
        checkpoint: options.checkpoint.or_else(|| job.checkpoint()),
    };
    let mut terminal = Terminal::new();
    let ended = run_job(&job, &request, &mut terminal);
    terminal.finish();
    let ended = ended.map_err(|error| explained(error, &job, &out))?;
    let exit = exit_of(&ended);
    if options.json {
        answer(&job, &out, &ended, exit);
    } else {
        conclude(&job, &out, options, &ended);
    }
    Ok(exit)
}

/// The error, with the way on.
fn explained(error: RunError, job: &Job, out: &Path) -> anyhow::Error {
    match &error {
        RunError::Store(StoreError::Foreign { .. }) => foreign(error, job, out),
        RunError::Store(StoreError::Io { .. }) => {
            let message = format!("{error}\n{GOES_ON}");
            anyhow::Error::from(error).context(message)
        }
        _ => error.into(),
    }
}

/// In what two runs differ, where the directory holds another one.
fn foreign(error: RunError, job: &Job, out: &Path) -> anyhow::Error {
    const MOST: usize = 3;
    let stored = RunDirectory::open(out).and_then(|directory| directory.job()).unwrap_or_default();
    let differences = jobs::differences(&String::from_utf8_lossy(&stored), job.as_run());
    let more = match differences.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    if differences.is_empty() {
        return error.into(); // of data files, say, or of the program's version
    }
    let shown = differences[..differences.len().min(MOST)].join("; ");
    let message = format!("{error}, with --out\nthey differ: {shown}{more}");
    anyhow::Error::from(error).context(message)
}

fn exit_of(ended: &Ended) -> Exit {
    match &ended.stopped {
        Some(Stop::Signal(_)) => Exit::Stopped,
        Some(Stop::System(_)) => Exit::System,
        Some(Stop::Output(_)) => Exit::Io,
        Some(Stop::Internal(_)) => Exit::Internal,
        None if ended.bad > 0 => Exit::SomeFailed,
        None => Exit::Good,
    }
}

fn why(stop: &Stop) -> String {
    match stop {
        Stop::Signal(signal) => format!("stopped by {signal}"),
        Stop::System(text) | Stop::Output(text) => text.clone(),
        Stop::Internal(text) => format!("{text} (a fault of spikesweep)"),
    }
}

/// What a program wants to know at the end.
fn answer(job: &Job, out: &Path, ended: &Ended, exit: Exit) {
    say_json(&json!({
        "out": out.display().to_string(),
        "points": ended.points,
        "committed": ended.committed,
        "computed": ended.computed,
        "bad": ended.bad,
        "merged": ended.merged,
        "tables": if ended.merged { tables(job, out) } else { Vec::new() },
        "stopped": ended.stopped.as_ref().map(why),
        "exit": exit as u8,
    }));
}

/// What a user wants to know at the end: on stdout what to do with the results, on stderr the rest.
fn conclude(job: &Job, out: &Path, options: &RunOptions, ended: &Ended) {
    if let Some(stop) = &ended.stopped {
        tell(format!("spikesweep: {}; {} of {} points are done", why(stop), ended.committed, ended.points));
        tell(GOES_ON);
        return;
    }
    if !ended.merged {
        let shard = if options.shard.is_some() { ", this shard is done" } else { "" };
        tell(format!("{} of {} points are done{shard}", ended.committed, ended.points));
        tell(for_tables(out, options, ended));
    } else {
        print_tables(job, out);
    }
    if ended.bad > 0 {
        tell(format!(
            "spikesweep: {} of {} points diverged or failed: see {}",
            ended.bad,
            ended.points,
            out.join(".run/errors.csv").display()
        ));
    }
}

/// What is left to do until there are tables.
fn for_tables(out: &Path, options: &RunOptions, ended: &Ended) -> String {
    let merge = format!("spikesweep merge {}", quoted(&out.display().to_string()));
    if ended.committed == ended.points {
        return format!("make the tables with: {merge}");
    }
    let why = "there are no tables before all points are done";
    if options.points.is_none() {
        return format!("{why}; when the other shards are done: {merge}");
    }
    let mut command = format!("spikesweep run {}", quoted(&options.job.job.display().to_string()));
    for set in &options.job.set {
        command.push_str(&format!(" --set {}", quoted(set)));
    }
    options.job.limits().options().iter().for_each(|option| command.push_str(&format!(" {option}")));
    if options.out.is_some() {
        command.push_str(&format!(" --out {}", quoted(&out.display().to_string())));
    }
    format!("{why}; the others are computed, and the tables made, with: {command}")
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

fn tables(job: &Job, out: &Path) -> Vec<String> {
    let path = |name: &str| out.join(format!("{name}.csv")).display().to_string();
    job.tables().iter().map(|table| path(&table.name)).collect()
}

fn print_tables(job: &Job, out: &Path) {
    let tables = tables(job, out);
    tables.iter().for_each(say);
    // Behind points and summary comes the first monitor, if there is any.
    let shown = tables.get(2).unwrap_or(&tables[1]);
    say(format!("python: import pandas; pandas.read_csv({shown:?})"));
}
