//! A pilot: a few points are simulated for a short while, and a forecast is made from what they did.
//!
//! It is a run like any other, into a folder that is removed, of the job with a shorter duration: results of the job are not
//! touched. What it cannot know is what happens later: transients at the beginning count in full.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jobs::{Job, Limits, Selection};
use kernels::compile::Compiler;
use serde_json::Value;

use crate::run::{Reporter, Request, RunError, internal, run};
use crate::simulate::batches;
use crate::simulate::engine::Engine;
use crate::store::{Committed, Disk, Identity, RunDirectory, Shard};
use crate::supervise::Config;
use crate::tables::SPIKE_COLUMNS;

use super::{Forecast, reckon};

/// Seconds of simulation, first and second part.
const BUDGET: [f64; 2] = [0.1, 0.8];
/// Fewer steps than this say nothing.
const FEWEST_STEPS: f64 = 200.0;
/// Places in the sweep at which points are taken.
const PLACES: u64 = 3;

/// What is to be tried.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The job file.
    pub job: PathBuf,
    /// `--set` as given.
    pub sets: Vec<String>,
    /// The limits within which the job was read.
    pub limits: Limits,
    /// Workers that the run will have.
    pub workers: Option<usize>,
    /// Where kernels come from.
    pub compiler: Compiler,
}

/// What a pilot found.
#[derive(Debug, Clone, PartialEq)]
pub struct Piloted {
    /// The forecast from it.
    pub forecast: Forecast,
    /// Points that were simulated.
    pub points: u64,
    /// Of these, diverged or failed: nothing is known of their rates.
    pub bad: u64,
    /// Seconds of the model's time that each was simulated for, at most.
    pub simulated: f64,
    /// Measured over reckoned seconds of the loop.
    pub ratio: f64,
    /// Seconds that compiling took.
    pub compiling: f64,
    /// The time that was reckoned without it.
    pub reckoned: f64,
}

/// Hears nothing.
struct Silent;

impl Reporter for Silent {}

/// What a short run did.
struct Measured {
    rates: BTreeMap<String, f64>,
    /// Seconds of the loop, and seconds reckoned for it with the same rates.
    ratio: f64,
    /// Written over reckoned bytes of the monitors' tables.
    widths: BTreeMap<String, f64>,
    loop_seconds: f64,
    compiling: f64,
    simulated: f64,
    bad: u64,
}

/// Simulates a few points of a job and reckons from them.
pub fn pilot(job: &Job, selection: Option<&Selection>, trial: &Trial) -> Result<Piloted, RunError> {
    let plain = reckon(job, selection, trial.workers, &BTreeMap::new(), None)?;
    let (points, lanes) = chosen(job, selection, trial)?;
    let text: Vec<String> = points.iter().map(u64::to_string).collect();
    let chosen = Selection::parse(&text.join(","), job.points().len()).map_err(internal)?;
    let alone = reckon(job, Some(&chosen), Some(1), &BTreeMap::new(), Some(lanes))?;
    let mut part = BUDGET[0] / alone.time.steps.max(1e-9);
    let mut found = short_run(job, &chosen, lanes, part.min(1.0), trial)?;
    let mut compiling = found.compiling;
    if part < 1.0 {
        part *= BUDGET[1] / found.loop_seconds.max(1e-3);
        found = short_run(job, &chosen, lanes, part.min(1.0), trial)?;
        compiling += found.compiling;
    }
    let mut forecast = reckon(job, selection, trial.workers, &found.rates, None)?;
    let steps = forecast.time.steps;
    let rest = forecast.time.total - steps * forecast.time.share;
    forecast.time.steps = steps * found.ratio;
    forecast.time.total = rest + forecast.time.steps * forecast.time.share;
    for (name, bytes) in &mut forecast.files {
        *bytes *= found.widths.get(name).copied().unwrap_or(1.0);
    }
    Ok(Piloted {
        points: points.len() as u64,
        bad: found.bad,
        simulated: found.simulated,
        ratio: found.ratio,
        compiling,
        reckoned: plain.time.total,
        forecast,
    })
}

/// Points at the beginning, in the middle and at the end, as many as a batch holds from each; and how many that is.
fn chosen(job: &Job, selection: Option<&Selection>, trial: &Trial) -> Result<(Vec<u64>, u64), RunError> {
    let engine = Engine::plan(job)?;
    let pending: Vec<u64> = match selection {
        Some(selection) => selection.iter().collect(),
        None => (0..engine.points.len()).collect(),
    };
    let count = pending.len() as u64;
    let wanted = trial.workers.unwrap_or_else(crate::cpus::default_workers).max(1) as u64;
    let lanes = batches::cut(&engine, pending.clone(), wanted, None).lanes;
    let taken = lanes.min(count);
    let mut points: Vec<u64> = (0..PLACES)
        .flat_map(|place| {
            let from = (count - taken) * place / (PLACES - 1);
            pending[from as usize..(from + taken) as usize].iter().copied()
        })
        .collect();
    points.sort_unstable();
    points.dedup();
    Ok((points, lanes))
}

/// Runs the chosen points for a part of their duration, in this process's one worker.
fn short_run(
    job: &Job,
    chosen: &Selection,
    lanes: u64,
    part: f64,
    trial: &Trial,
) -> Result<Measured, RunError> {
    let longest = chosen.iter().map(|k| job.points().get(k).run).max_by(|a, b| a.steps.cmp(&b.steps));
    let Some(longest) = longest else { return Err(internal("there are no points")) };
    let steps = (longest.steps as f64 * part).max(FEWEST_STEPS).min(longest.steps as f64).floor();
    let simulated = steps * longest.dt;
    let mut sets: Vec<String> = trial.sets.clone();
    let shortened = steps < longest.steps as f64;
    let has_phases = !job.points().phases().is_empty();
    if shortened && !has_phases {
        sets.retain(|set| set.split('=').next().map(str::trim) != Some("duration"));
        sets.push(format!("duration={simulated} s"));
    }
    let mut short = jobs::load_within(&trial.job, &sets, trial.limits).map_err(|rejected| {
        RunError::Internal(format!("the job with a shorter duration was refused: {rejected}"))
    })?;
    if shortened && has_phases {
        short = short.shortened(steps / longest.steps as f64);
    }
    let folder = tempfile::Builder::new().prefix("spikesweep-pilot-").tempdir().map_err(system)?;
    let request = Request {
        job: trial.job.clone(),
        sets,
        limits: trial.limits,
        out: folder.path().to_path_buf(),
        workers: Some(1),
        shard: Shard::WHOLE,
        points: Some(chosen.clone()),
        compiler: trial.compiler.clone(),
        lanes: Some(lanes),
        buffer: None,
        branching: true,
        stall: Config::default().stall,
        fresh: false,
        retry_failed: false,
        checkpoint: None,
    };
    let ended = run(&short, &request, &mut Silent)?;
    if let Some(stop) = ended.stopped {
        return Err(RunError::System(format!("the pilot stopped: {stop:?}")));
    }
    let mut found = measured(&short, chosen, lanes, folder.path(), simulated)?;
    found.bad = ended.bad;
    Ok(found)
}

/// Rates, time and bytes of a short run.
fn measured(
    job: &Job,
    chosen: &Selection,
    lanes: u64,
    folder: &Path,
    simulated: f64,
) -> Result<Measured, RunError> {
    let directory = RunDirectory::open(folder)?;
    let committed = Committed::read(&Disk, directory.run(), &Identity(job.identity()), job.points().len())?;
    let rates = rates(job, chosen, &committed);
    let details = directory.run_file()?.details;
    let timing =
        |key: &str| details.get("timing").and_then(|t| t.get(key)).and_then(Value::as_f64).unwrap_or(0.0);
    let reckoned = reckon(job, Some(chosen), Some(1), &rates, Some(lanes))?;
    let loop_seconds = timing("loop_s");
    let tables = job.tables();
    let widths = tables[2..].iter().filter_map(|table| {
        let bytes = part_bytes(directory.run(), &table.name).ok()? as f64;
        let (_, expected) = reckoned.files.iter().find(|(name, _)| *name == format!("{}.csv", table.name))?;
        (bytes > 0.0 && *expected > 0.0).then(|| (format!("{}.csv", table.name), bytes / expected))
    });
    Ok(Measured {
        widths: widths.collect(),
        ratio: loop_seconds / reckoned.time.steps.max(1e-9),
        loop_seconds,
        compiling: timing("compile_s"),
        simulated,
        bad: 0,
        rates,
    })
}

/// Mean rates of all groups with a threshold; each has three columns in the summary, the rate is the second one.
fn rates(job: &Job, chosen: &Selection, committed: &Committed) -> BTreeMap<String, f64> {
    let summaries: Vec<Vec<Option<f64>>> =
        chosen.iter().filter_map(|k| committed.record(k)).map(|record| record.summary).collect();
    let groups = job.model(0).groups.iter().filter(|g| g.threshold.is_some()).enumerate();
    let rate = |k: usize| {
        let known = summaries.iter().filter_map(|s| s.get(SPIKE_COLUMNS.len() * k + 1).copied().flatten());
        let (sum, count) = known.fold((0.0, 0.0), |(sum, count), hertz| (sum + hertz, count + 1.0));
        (count > 0.0).then(|| sum / count)
    };
    groups.filter_map(|(k, group)| Some((group.name.clone(), rate(k)?))).collect()
}

/// Bytes of a monitor's rows before they are merged.
fn part_bytes(run: &Path, monitor: &str) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(run)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("part-") && name.ends_with(&format!("-{monitor}.csv")) {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}

fn system(error: impl std::fmt::Display) -> RunError {
    RunError::System(error.to_string())
}
