//! What kinds of monitors have in common: [`Watch`] is a monitor as it is for all points, [`Watching`] the same one at
//! a point that runs.
//!
//! A kind of monitor is a file beside this one. It hears spikes, in order of their steps; records that the kernel
//! wrote for it; how far the run is; and its end. What it tells goes to `Rows`.

use std::fmt::Debug;

use jobs::{ColumnKind, Table};
use kernels::layout::Range;
use kernels::model::{Model, Monitor, MonitorKind};

use super::super::keeper::{Keeper, Kept};
use super::super::when::{Clock, Span};
use super::correlograms::{Autocorrelogram, Correlogram};
use super::histograms::{Counts, IsiHistogram, RateHistogram};
use super::rate::{BinnedRate, Rate};
use super::shown::{Rows, Shown};
use super::{
    snapshot::Snapshot,
    spikes::Spikes,
    state::{Elements, State},
};

/// What a monitor watches at a point.
pub struct Watched<'a> {
    /// These elements of its population.
    pub source: Range,
    /// Those of the other population, if it has one.
    pub target: Option<Range>,
    /// At these steps.
    pub window: Span,
    /// Steps of the run; expressions of parameters are evaluated with its values.
    pub clock: Clock<'a>,
}

/// A kind of monitor with its settings, for all points.
pub trait Watch: Debug {
    /// At a point.
    fn begin<'a>(&'a self, watched: &Watched<'_>) -> Box<dyn Watching + 'a>;

    /// Rows that it has of each step, whatever happens.
    fn rows_a_step(&self) -> usize {
        0
    }

    /// Whether it hears spikes outside of its window, too.
    fn hears_all(&self) -> bool {
        false
    }
}

/// A monitor at a point.
pub trait Watching: Debug {
    /// A watched neuron spiked at a step; `i` counts from the first one that is watched.
    fn spike(&mut self, step: i64, i: u64, rows: &mut Rows) {
        let _ = (step, i, rows);
    }

    /// A neuron of the target spiked; `i` counts likewise.
    fn target_spike(&mut self, step: i64, i: u64, rows: &mut Rows) {
        let _ = (step, i, rows);
    }

    /// What the kernel recorded at a step, in the record of this number of the monitor.
    fn record(&mut self, part: usize, step: i64, values: &[f64], rows: &mut Rows) {
        let _ = (part, step, values, rows);
    }

    /// No more of what happens before `step` comes.
    fn complete(&mut self, step: i64, rows: &mut Rows) {
        let _ = (step, rows);
    }

    /// The end, `end` steps from the beginning; `whole`: the run got there, and did not diverge.
    fn finish(&mut self, end: i64, whole: bool, rows: &mut Rows) {
        let _ = (end, whole, rows);
    }

    /// All that may have changed since it began goes into a checkpoint, or comes out of it.
    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept;
}

/// A monitor, its place in the model and in its table.
#[derive(Debug)]
pub struct Watcher {
    /// The population it watches.
    pub population: usize,
    /// The clock that its rows follow.
    pub clock: usize,
    /// The population of its target.
    pub target: Option<usize>,
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
        target: match &monitor.kind {
            MonitorKind::Correlogram { target, .. } => Some(model.number(target.of)),
            _ => None,
        },
        time: times(table),
        kind: kind(model, monitor, table),
    };
    model.monitors.iter().zip(tables).map(of).collect()
}

fn kind(model: &Model, monitor: &Monitor, table: &Table) -> Box<dyn Watch> {
    let columns = &table.columns;
    match &monitor.kind {
        MonitorKind::Spikes { .. } => Box::new(Spikes::new(&table.columns[3..])),
        MonitorKind::Snapshot { groups, synapses } => Box::new(Snapshot::new(model, groups, synapses)),
        MonitorKind::State { indices, last, .. } => {
            Box::new(State::new(Elements::of(indices.as_deref()), last.clone(), &columns[3..]))
        }
        MonitorKind::Synapses { last, .. } => {
            Box::new(State::new(Elements::Pairs, last.clone(), &columns[4..]))
        }
        MonitorKind::Rate { bin: Some(bin), .. } => Box::new(BinnedRate::new(bin.clone(), &columns[2])),
        MonitorKind::Rate { smooth, bin: None } => Box::new(Rate::new(smooth.clone(), &columns[2])),
        MonitorKind::Counts => Box::new(Counts),
        MonitorKind::IsiHistogram(bins) => Box::new(IsiHistogram(bins.clone())),
        MonitorKind::RateHistogram(bins) => Box::new(RateHistogram(bins.clone(), Shown::of(&columns[1]))),
        MonitorKind::Autocorrelogram(bins) => Box::new(Autocorrelogram(bins.clone())),
        MonitorKind::Correlogram { target, bins } => {
            Box::new(Correlogram { bins: bins.clone(), same: target.of == monitor.source.of })
        }
    }
}

/// Power of ten from seconds to the unit of the table's times.
pub fn times(table: &Table) -> i32 {
    let time = kernels::language::dimension::Dimension::TIME;
    let is_time = |c: &&jobs::Column| c.kind == ColumnKind::Real && c.dimension == time;
    table.columns.iter().find(is_time).map_or(0, |c| libm::round(-libm::log10(c.unit.scale)) as i32)
}
