//! What kinds of monitors have in common: [`Watch`] is a monitor as it is for all points, [`Watching`] the same one at
//! a point that runs.
//!
//! A kind of monitor is a file beside this one. It hears spikes, in order of their steps; records that the kernel wrote for it; how far the
//! run is; and its end. What it tells goes to `Rows`.

use std::fmt::Debug;

use jobs::{ColumnKind, Table};
use kernels::language::evaluate::Values;
use kernels::layout::Range;
use kernels::model::{Model, Monitor, MonitorKind};

use super::shown::Rows;
use super::{rate::Rate, spikes::Spikes, state::State};

/// What a point needs to begin.
pub struct Begin<'a> {
    /// Its number.
    pub point: u64,
    /// Time step of the monitor's clock in seconds.
    pub dt: f64,
    /// Expressions of parameters are evaluated with these.
    pub values: &'a dyn Values,
}

/// A kind of monitor with its settings, for all points.
pub trait Watch: Debug {
    /// At a point, where it watches these neurons.
    fn begin<'a>(&'a self, begin: &Begin<'_>, watched: Range) -> Box<dyn Watching + 'a>;
}

/// A monitor at a point.
pub trait Watching: Debug {
    /// A watched neuron spiked at a step; `i` counts from the first one that is watched.
    fn spike(&mut self, step: i64, i: u64, rows: &mut Rows) {
        let _ = (step, i, rows);
    }

    /// Values of one record of the kernel's.
    fn words(&self) -> usize {
        0
    }

    /// What the kernel recorded at a step.
    fn record(&mut self, step: i64, values: &[f64], rows: &mut Rows) {
        let _ = (step, values, rows);
    }

    /// No more of what happens before `step` comes.
    fn complete(&mut self, step: i64, rows: &mut Rows) {
        let _ = (step, rows);
    }

    /// The end, `end` steps from the beginning; `whole`: the run got there, and did not diverge.
    fn finish(&mut self, end: i64, whole: bool, rows: &mut Rows) {
        let _ = (end, whole, rows);
    }
}

/// A monitor, its place in the model and in its table.
#[derive(Debug)]
pub struct Watcher {
    /// The population it watches.
    pub population: usize,
    /// The clock that its rows follow.
    pub clock: usize,
    /// Power of ten from seconds to the unit of times in its table.
    pub time: i32,
    /// What it does.
    pub kind: Box<dyn Watch>,
}

/// The monitors of a model, with the columns of their tables.
pub fn watchers(model: &Model, tables: &[Table]) -> Vec<Watcher> {
    let of = |(monitor, table): (&Monitor, &Table)| Watcher {
        population: model.number(monitor.source.of),
        clock: monitor.clock,
        time: times(table),
        kind: kind(monitor, table),
    };
    model.monitors.iter().zip(tables).map(of).collect()
}

fn kind(monitor: &Monitor, table: &Table) -> Box<dyn Watch> {
    match &monitor.kind {
        MonitorKind::Spikes => Box::new(Spikes),
        MonitorKind::State { indices, .. } => Box::new(State::new(indices.as_deref(), &table.columns[3..])),
        MonitorKind::Rate { smooth } => Box::new(Rate::new(smooth.clone(), &table.columns[2])),
    }
}

/// Power of ten from seconds to the unit of the column behind that of points.
fn times(table: &Table) -> i32 {
    let column = table.columns.iter().skip(1).find(|c| c.kind == ColumnKind::Real);
    column.map_or(0, |c| libm::round(-libm::log10(c.unit.scale)) as i32)
}
