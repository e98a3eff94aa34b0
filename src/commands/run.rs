//! `spikesweep run`: checks the job, simulates what is missing, ends with tables.

use std::path::{Path, PathBuf};

use anyhow::Result;
use jobs::{Job, Selection};
use kernels::compile::Compiler;
use runner::run::{Ended, Request, Stop, run as run_job};
use runner::store::Shard;

use crate::arguments::{JobOptions, RunOptions};
use crate::exit::Exit;
use crate::progress::Terminal;
use crate::terminal::{say, tell};

/// The job, or its faults on stderr.
pub fn load(options: &JobOptions) -> Result<Job, Exit> {
    jobs::load(&options.job, &options.set).map_err(|rejected| {
        tell(super::explain::report(&rejected));
        Exit::Data
    })
}

/// Points named on the command line.
pub fn selection(text: Option<&str>, job: &Job) -> Result<Option<Selection>, Exit> {
    let Some(text) = text.filter(|t| !t.is_empty()) else { return Ok(None) };
    match Selection::parse(text, job.points().len()) {
        Ok(selection) => Ok(Some(selection)),
        Err(message) => {
            tell(format!("spikesweep: --points {text}: {message}"));
            Err(Exit::Usage)
        }
    }
}

/// Runs the subcommand.
pub fn run(options: &RunOptions) -> Result<Exit> {
    let job = match load(&options.job) {
        Ok(job) => job,
        Err(exit) => return Ok(exit),
    };
    let points = match selection(options.points.as_deref(), &job) {
        Ok(points) => points,
        Err(exit) => return Ok(exit),
    };
    let out = options.out.clone().unwrap_or_else(|| Path::new("results").join(job.name()));
    let request = Request {
        job: options.job.job.clone(),
        sets: options.job.set.clone(),
        out: out.clone(),
        workers: options.workers.map(usize::from),
        shard: options.shard.map_or(Shard::WHOLE, |(k, n)| Shard { index: k - 1, of: n }),
        points,
        compiler: Compiler::from_environment(options.cc.clone()),
        lanes: options.lanes,
        buffer: options.buffer,
    };
    let mut terminal = Terminal::new();
    let ended = run_job(&job, &request, &mut terminal);
    terminal.finish();
    Ok(conclude(&job, &out, options, &ended?))
}

/// What a user wants to know at the end: on stdout what to do with the results, on stderr the rest.
fn conclude(job: &Job, out: &Path, options: &RunOptions, ended: &Ended) -> Exit {
    if let Some(stop) = &ended.stopped {
        let (why, exit) = match stop {
            Stop::Signal(signal) => (format!("stopped by {signal}"), Exit::Stopped),
            Stop::System(text) => (text.clone(), Exit::System),
            Stop::Output(text) => (text.clone(), Exit::Io),
            Stop::Internal(text) => (format!("{text} (a fault of spikesweep)"), Exit::Internal),
        };
        tell(format!("spikesweep: {why}; {} of {} points are done", ended.committed, ended.points));
        tell("the same command goes on from there");
        return exit;
    }
    if !ended.merged {
        let shard = if options.shard.is_some() { ", this shard is done" } else { "" };
        tell(format!("{} of {} points are done{shard}", ended.committed, ended.points));
        if ended.committed == ended.points {
            tell(format!("make the tables with: spikesweep merge {}", out.display()));
        }
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
        return Exit::SomeFailed;
    }
    Exit::Good
}

fn print_tables(job: &Job, out: &Path) {
    let names: Vec<String> = job.tables().into_iter().map(|t| t.name).collect();
    for name in &names {
        say(out.join(format!("{name}.csv")).display().to_string());
    }
    let shown: PathBuf = out.join(format!("{}.csv", names.get(2).unwrap_or(&names[1])));
    say(format!("python: import pandas; pandas.read_csv({:?})", shown.display().to_string()));
}
