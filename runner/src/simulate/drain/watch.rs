//! What kinds of monitors have in common: [`Watch`] is a monitor as it is for all points, [`Watching`] the same one at
//! a point that runs.
//!
//! A kind of monitor is a file beside this one. It hears spikes, in order of their steps; records that the kernel
//! wrote for it; how far the run is; and its end. What it tells goes to `Rows`.

use std::fmt::Debug;

use jobs::{ColumnKind, Table};
use kernels::language::ast::Expr;
use kernels::layout::Range;
use kernels::model::{Model, Monitor, MonitorKind};

use super::super::when::{Clock, Span};
use super::correlograms::{Autocorrelogram, Correlogram};
use super::histograms::{Counts, IsiHistogram, RateHistogram};
use super::rate::{BinnedRate, Rate};
use super::shown::{Rows, Shown};
use super::{spikes::Spikes, state::State};

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
    /// The population of its target.
    pub target: Option<usize>,
    /// The clock that its rows follow.
    pub clock: usize,
    /// Power of ten from seconds to the unit of times in its table.
    pub time: i32,
    /// What it does.
    pub kind: Box<dyn Watch>,
    /// When spikes begin to count, and when they count no more.
    window: [Option<Expr>; 2],
}

impl Watcher {
    /// The steps at which spikes count.
    pub fn window(&self, clock: &Clock<'_>) -> Span {
        Span::between(self.window[0].as_ref(), self.window[1].as_ref(), clock)
    }
}

/// The monitors of a model, with the columns of their tables.
pub fn watchers(model: &Model, tables: &[Table]) -> Vec<Watcher> {
    let of = |(monitor, table): (&Monitor, &Table)| Watcher {
        population: model.number(monitor.source.of),
        target: match &monitor.kind {
            MonitorKind::Correlogram { target, .. } => Some(model.number(target.of)),
            _ => None,
        },
        clock: monitor.clock,
        time: times(table),
        kind: kind(monitor, table),
        window: [monitor.from.clone(), monitor.to.clone()],
    };
    model.monitors.iter().zip(tables).map(of).collect()
}

fn kind(monitor: &Monitor, table: &Table) -> Box<dyn Watch> {
    let columns = &table.columns;
    match &monitor.kind {
        MonitorKind::Spikes => Box::new(Spikes),
        MonitorKind::State { indices, .. } => Box::new(State::new(indices.as_deref(), &columns[3..])),
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
