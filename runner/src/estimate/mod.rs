//! What a run will take: points, memory, work, output, time. Nothing is compiled, allocated or run.
//!
//! Amounts that follow from the job are counted; what is simulated (spikes) follows from rates that are given, expected or
//! assumed, and the forecast says which. Time is amounts of work times what each costs (`cost`), on a machine as fast as
//! this one (`speed`). `pilot` measures instead.

pub mod connections;
pub mod cost;
pub mod firing;
mod generators;
pub mod phases;
pub mod pilot;
pub mod speed;
pub mod tables;

mod point;

use std::collections::BTreeMap;

use jobs::{Job, Selection};
use kernels::compile::Compiler;

use crate::run::RunError;
use crate::simulate::arena;
use crate::simulate::batches::{self, Claimable};
use crate::simulate::engine::Engine;
use crate::simulate::needs::{self, Needs};
use crate::tables as columns;

use firing::Basis;
use point::{Amounts, Estimator};

/// Points that are looked at; the others are taken to be like them.
const SAMPLED: usize = 256;

/// What a run would take.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Points to compute.
    pub points: u64,
    /// Points whose work and output were reckoned one by one.
    pub sampled: u64,
    /// Kernels: one for each choice of text parameters.
    pub kernels: usize,
    /// States at the end of shared phases from which points branch; 0 where none are shared.
    pub branches: usize,
    /// Workers reckoned with.
    pub workers: usize,
    /// Memory.
    pub needs: Needs,
    /// Amounts of work and output.
    pub work: Work,
    /// Bytes of each file of results, in the order in which they are named at the end of a run.
    pub files: Vec<(String, f64)>,
    /// Rates reckoned with.
    pub rates: Vec<Rate>,
    /// Objects of synapses of which all pairs were counted, since their rules depend on variables.
    pub counted_all_pairs: Vec<String>,
    /// Time.
    pub time: Time,
}

/// Amounts of work of all points.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Work {
    /// Neurons times steps.
    pub updates: f64,
    /// Spikes of all neurons and Poisson trains.
    pub spikes: f64,
    /// Synapses that spikes reach.
    pub events: f64,
    /// Synapses of the largest point looked at.
    pub synapses: f64,
}

/// The rate of a group, over all points.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// The group's name.
    pub group: String,
    /// Hz: lowest, mean and highest of the points looked at.
    pub hertz: [f64; 3],
    /// How it is known.
    pub basis: Basis,
}

/// Seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Time {
    /// Of all workers together, in the loop over steps.
    pub steps: f64,
    /// Of all workers together, making connectivity.
    pub connect: f64,
    /// Of all workers together, printing and writing rows.
    pub rows: f64,
    /// Of all workers together, for each point.
    pub points: f64,
    /// From beginning to end, kernels in the cache.
    pub total: f64,
    /// Seconds from beginning to end for each second of work of all workers together.
    pub share: f64,
    /// How much slower this machine is than the one on which costs were measured.
    pub slowness: f64,
}

impl Forecast {
    /// Bytes of all results.
    pub fn output_bytes(&self) -> f64 {
        self.files.iter().map(|(_, bytes)| bytes).sum()
    }
}

/// Reckons what the points of a job take.
pub fn forecast(
    job: &Job,
    selection: Option<&Selection>,
    workers: Option<usize>,
) -> Result<Forecast, RunError> {
    reckon(job, selection, workers, &BTreeMap::new(), None)
}

/// As [`forecast`], with rates by name of the group, and with so many lanes.
fn reckon(
    job: &Job,
    selection: Option<&Selection>,
    workers: Option<usize>,
    measured: &BTreeMap<String, f64>,
    lanes: Option<u64>,
) -> Result<Forecast, RunError> {
    let engine = Engine::plan(job)?;
    let pending: Vec<u64> = match selection {
        Some(selection) => selection.iter().collect(),
        None => (0..engine.points.len()).collect(),
    };
    let chosen = sample(&pending);
    let wanted = workers.unwrap_or_else(crate::cpus::default_workers).max(1);
    let claimable = batches::cut(&engine, pending, wanted as u64, lanes);
    let workers = wanted.min(claimable.len()).max(1);
    let package = columns::package(job);
    let needs = needs::of(&engine, &claimable, package.summary.len(), arena::BUFFERS)
        .map_err(|e| RunError::Memory(e.to_string()))?;
    let estimator = Estimator::new(job, &engine, &claimable, measured);
    let mut amounts = Amounts::default();
    chosen.iter().for_each(|point| estimator.add(*point, &mut amounts));
    let scale = claimable.order.len() as f64 / chosen.len().max(1) as f64;
    let slowness = speed::slowness();
    let mut time = time(&amounts, scale, &claimable, workers, slowness);
    time.total += engine.variants.len() as f64 * cost::KERNEL * 1e-9 * slowness;
    Ok(Forecast {
        points: claimable.order.len() as u64,
        sampled: chosen.len() as u64,
        kernels: engine.variants.len(),
        branches: claimable.branches,
        workers,
        needs,
        files: files(job, &amounts, scale),
        work: Work {
            updates: amounts.updates * scale,
            spikes: amounts.spikes * scale,
            events: amounts.events * scale,
            synapses: amounts.synapses,
        },
        rates: amounts.rates.into_values().collect(),
        counted_all_pairs: amounts.bound.into_iter().collect(),
        time,
    })
}

/// Bytes that the tables of these points will have.
pub(crate) fn output_bytes(job: &Job, engine: &Engine, claimable: &Claimable) -> f64 {
    let (chosen, rates) = (sample(&claimable.order), BTreeMap::new());
    let estimator = Estimator::new(job, engine, claimable, &rates);
    let mut amounts = Amounts::default();
    chosen.iter().for_each(|point| estimator.add(*point, &mut amounts));
    let scale = claimable.order.len() as f64 / chosen.len().max(1) as f64;
    files(job, &amounts, scale).iter().map(|(_, bytes)| bytes).sum()
}

/// Evenly spread, but never the same distance apart: points of a grid a whole number of rows apart would be alike.
fn sample(pending: &[u64]) -> Vec<u64> {
    if pending.len() <= SAMPLED {
        return pending.to_vec();
    }
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let width = pending.len() as f64 / SAMPLED as f64;
    let place = |k: usize| ((k as f64 + (k as f64 * GOLDEN).fract()) * width) as usize;
    (0..SAMPLED).map(|k| pending[place(k).min(pending.len() - 1)]).collect()
}

fn time(amounts: &Amounts, scale: f64, claimable: &Claimable, workers: usize, slowness: f64) -> Time {
    let seconds = |nanoseconds: f64| nanoseconds * 1e-9 * slowness;
    // A worker that goes on with points of the same connectivity keeps it.
    let structures =
        if claimable.one_structure { 1.0 } else { claimable.runs.min(claimable.order.len()) as f64 };
    let rebuilt = (workers as f64).min(claimable.len() as f64 / structures.max(1.0)).max(1.0);
    let built = if claimable.one_structure { 1.0 } else { structures * rebuilt };
    let looked_at = amounts.points.max(1.0);
    let connect = seconds(amounts.connect / looked_at * built);
    // Where there are fewer states than workers, each worker gets to all of them.
    let many = claimable.branches >= 2 * workers;
    let states = claimable.branches as f64 * if many { 1.0 } else { workers as f64 };
    let repeated = 1.0 - (states / claimable.order.len().max(1) as f64).min(1.0);
    let (steps, rows, points) = (
        seconds((amounts.steps - amounts.shared * repeated) * scale),
        seconds(amounts.rows * scale),
        seconds(amounts.each * scale),
    );
    // What is left when one worker has nothing more to take.
    let claims = claimable.len().max(1) as f64;
    let share = (claims / workers as f64).ceil() / claims;
    let shared = (steps + rows + points) * share;
    let connect_waited = if claimable.one_structure { connect } else { connect / workers as f64 };
    Time {
        steps,
        connect,
        rows,
        points,
        total: seconds(cost::RUN) + shared + connect_waited,
        share,
        slowness,
    }
}

/// Bytes of each file.
fn files(job: &Job, amounts: &Amounts, scale: f64) -> Vec<(String, f64)> {
    let package = columns::package(job);
    let rows =
        [amounts.points_rows, amounts.summary_rows].into_iter().chain(amounts.monitors.iter().copied());
    let tables = package.headers().into_iter().zip(rows);
    let mut files: Vec<(String, f64)> =
        tables.map(|((name, header), rows)| (format!("{name}.csv"), header as f64 + rows * scale)).collect();
    files.push(("datapackage.json".into(), package.description_bytes() as f64));
    files.push(("job.toml".into(), job.as_run().len() as f64));
    files
}

/// How many kernels need not be compiled. A forecast does not count the time that compiling the others takes.
pub fn kernels_in_cache(job: &Job, compiler: &Compiler) -> Result<usize, RunError> {
    let engine = Engine::plan(job)?;
    let cached = |v: &crate::simulate::engine::Variant| compiler.is_cached(&kernels::c::kernel(&v.program));
    Ok(engine.variants.iter().filter(|v| cached(v)).count())
}
