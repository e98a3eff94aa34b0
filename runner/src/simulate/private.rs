//! Memory that processes take beside the segment, reckoned before there are any: rows on their way to the parts, trains and
//! statistics of spikes, what monitors keep, lists by which synapses are sorted, saved states, page tables, and the pages a
//! forked process gets of its own. Control groups count all of it, and kill who goes beyond.
//!
//! Not an exact number: rows are taken to be as long as rows mostly are, neurons to spike no more than at 200 Hz.

use std::collections::HashSet;

use jobs::Bindings;
use kernels::language::ast::Expr;
use kernels::layout::{Buffers, Shape, real};
use kernels::model::{Bins, Model, Monitor, MonitorKind, ReductionKind};
use kernels::program::algebra;
use kernels::program::recording::{RecordProgram, recorded};

use super::drain::{FEWEST_STEPS, ROWS_KEPT};
use super::engine::Variant;

/// A worker that does nothing: its stack, pages of the parent that it writes to, what the system keeps of it.
const WORKER: u64 = 1 << 20;
/// The parent, from the moment at which this is reckoned.
pub const PARENT: u64 = 4 << 20;
/// What the parent keeps of a committed point, of each of its columns in the summary, and of each monitor. (A million points
/// with three columns took 100 MB.)
const POINT: u64 = 72;
const COLUMN: u64 = 9;
const RANGE: u64 = 32;

/// Bytes of a row that is begun with point, time and index, and of each of its values.
const ROW: u64 = 24;
const VALUE: u64 = 20;
/// Of a row of a snapshot, which has one value, and names.
const NAMED: u64 = 64;
/// Of a train, or of what a statistic keeps of one.
const TRAIN: u64 = 48;
/// Of the hash over the rows of one monitor at one point.
const HASHER: u64 = 2048;
/// Spikes a second of a neuron whose last ones are kept.
const HERTZ: f64 = 200.0;

/// What the parent keeps of so many points once they are committed.
pub fn of_points(points: u64, columns: usize, monitors: usize) -> u64 {
    let point = POINT + COLUMN * columns as u64 + RANGE * monitors as u64;
    point.saturating_mul(points)
}

/// Page tables of a process for memory of the segment that it touches.
pub fn page_tables(bytes: u64) -> u64 {
    bytes / 512
}

/// Lists by which the synapses of the largest object are sorted while it is made: the copies of one value and three lists, or
/// the sender of each synapse.
pub fn of_making(variant: &Variant, synapses: &[u64]) -> u64 {
    let objects = variant.program.synapses.iter().zip(synapses).map(|(object, count)| {
        let sorted = object.pathways.iter().any(|pathway| pathway.delay.is_each());
        let listed = object.pathways.iter().any(|pathway| pathway.listed);
        count.saturating_mul(20 * u64::from(sorted) + 8 * u64::from(listed))
    });
    objects.max().unwrap_or(0)
}

/// Names of parameters that all this depends on, besides those that sizes depend on.
pub fn names(model: &Model) -> HashSet<String> {
    model.monitors.iter().flat_map(lengths).flat_map(algebra::names).collect()
}

/// What a monitor is told of how much it keeps.
fn lengths(monitor: &Monitor) -> Vec<&Expr> {
    match &monitor.kind {
        MonitorKind::State { last, .. } | MonitorKind::Synapses { last, .. } => last.iter().collect(),
        MonitorKind::Rate { smooth: Some(smooth), .. } => vec![&smooth.width],
        MonitorKind::IsiHistogram(bins)
        | MonitorKind::RateHistogram(bins)
        | MonitorKind::Autocorrelogram(bins)
        | MonitorKind::Correlogram { bins, .. } => vec![&bins.bin, &bins.max],
        _ => Vec::new(),
    }
}

/// What a monitor keeps until the end of a run.
#[derive(Default)]
struct Kept {
    values: u64,
    /// The rows that come of them, all at once.
    rows: u64,
}

/// Sizes of one point, and how many lanes there are.
pub struct Batch<'a> {
    /// Its model.
    pub variant: &'a Variant,
    /// Its sizes.
    pub shape: &'a Shape,
    /// Values of its parameters.
    pub values: &'a Bindings<'a>,
    /// Synapses of each object, then of each choice.
    pub synapses: &'a [u64],
    /// Seconds.
    pub dt: f64,
    /// Points side by side.
    pub lanes: u64,
    /// What the kernel's buffers hold.
    pub buffers: Buffers,
}

impl Batch<'_> {
    /// What a worker takes that is at work on it.
    pub fn bytes(&self) -> u64 {
        let rows = self.rows().saturating_add(self.lanes.saturating_mul(self.each(|m| self.kept(m).rows)));
        // Those of several lanes are put together before they are written.
        let rows = if self.lanes > 1 { rows.saturating_mul(2) } else { rows };
        let monitors =
            self.each(|m| self.kept(m).values.saturating_add(self.monitor(m)).saturating_add(HASHER));
        let lane = self.trains().saturating_add(self.statistics()).saturating_add(monitors);
        WORKER
            .saturating_add(rows)
            .saturating_add(self.sorting())
            .saturating_add(self.lanes.saturating_mul(lane))
    }

    fn model(&self) -> &Model {
        &self.variant.model
    }

    /// Over all monitors.
    fn each(&self, bytes: impl Fn(usize) -> u64) -> u64 {
        (0..self.model().monitors.len()).map(bytes).fold(0, u64::saturating_add)
    }

    /// Text that is kept before it is written: what that takes, and what comes of the kernel's buffers when both are full,
    /// or of monitors with a row for each step.
    fn rows(&self) -> u64 {
        let count = |of: fn(&MonitorKind) -> bool| {
            self.model().monitors.iter().filter(|m| of(&m.kind)).count() as u64
        };
        let spikes = count(|kind| matches!(kind, MonitorKind::Spikes { variables } if variables.is_empty()));
        let rates = count(|kind| matches!(kind, MonitorKind::Rate { .. }));
        let spikes = self.buffers.events.saturating_mul(ROW).saturating_mul(spikes);
        let rates = rates.saturating_mul(FEWEST_STEPS as u64 * (ROW + VALUE)).saturating_mul(self.lanes);
        let records = self.variant.program.records.iter();
        let records = records.map(|record| self.text(record, self.buffers.records)).max().unwrap_or(0);
        (ROWS_KEPT as u64).saturating_add(spikes).saturating_add(records).saturating_add(rates)
    }

    fn trains(&self) -> u64 {
        let recorded = recorded(self.model());
        let sizes = self.shape.sizes.iter().zip(recorded).filter(|(_, recorded)| *recorded);
        sizes.map(|(size, _)| size.saturating_mul(TRAIN)).fold(0, u64::saturating_add)
    }

    fn statistics(&self) -> u64 {
        let reductions = self.model().reductions.iter().zip(&self.shape.reduced);
        let of_spikes = reductions.filter(|(r, _)| matches!(r.kind, ReductionKind::Spikes(_)));
        of_spikes.map(|(_, range)| range.len().saturating_mul(TRAIN)).fold(0, u64::saturating_add)
    }

    /// What a monitor counts or remembers.
    fn monitor(&self, number: usize) -> u64 {
        let monitor = &self.model().monitors[number];
        let (neurons, dt) = (self.shape.watched[number].len(), self.shape.dt(monitor.clock, self.dt));
        let value = |expr: &Expr| real(expr, self.values).unwrap_or(0.0);
        let bins = |of: &Bins| whole(value(&of.max) / value(&of.bin)).saturating_mul(8 + ROW);
        match &monitor.kind {
            MonitorKind::Counts => neurons.saturating_mul(8 + ROW),
            MonitorKind::IsiHistogram(of) | MonitorKind::RateHistogram(of) => {
                neurons.saturating_mul(16).saturating_add(bins(of))
            }
            MonitorKind::Autocorrelogram(of) => {
                let recent = whole(2.0 * HERTZ * value(&of.max)).min(whole(2.0 * value(&of.max) / dt));
                neurons.saturating_mul(32 + 8 * (4 + recent)).saturating_add(bins(of))
            }
            // Lags of one step, to both sides, and the steps within.
            MonitorKind::Correlogram { bins: of, .. } => {
                whole(value(&of.max) / dt).saturating_mul(64).saturating_add(bins(of).saturating_mul(2))
            }
            // Weights over two widths to both sides, and counts.
            MonitorKind::Rate { smooth: Some(smooth), .. } => {
                whole(4.0 * value(&smooth.width) / dt).saturating_mul(24)
            }
            _ => 0,
        }
    }

    fn kept(&self, number: usize) -> Kept {
        let monitor = &self.model().monitors[number];
        let (MonitorKind::State { last: Some(last), .. } | MonitorKind::Synapses { last: Some(last), .. }) =
            &monitor.kind
        else {
            return Kept::default();
        };
        let steps = real(last, self.values).unwrap_or(0.0) / self.shape.dt(monitor.clock, self.dt);
        let times = whole(steps).min(self.shape.ticks(monitor.clock)) / self.shape.every[number].max(1) + 1;
        let records = self.variant.program.records.iter().filter(|record| record.monitor == number);
        records.fold(Kept::default(), |kept, record| {
            let words = self.shape.words(record, self.model(), self.synapses);
            Kept {
                values: times.saturating_mul(words).saturating_mul(8).saturating_add(kept.values),
                rows: times.saturating_mul(self.text(record, words)).saturating_add(kept.rows),
            }
        })
    }

    /// What records of synapses take to be put in order.
    fn sorting(&self) -> u64 {
        let of_synapses = self.variant.program.records.iter().filter_map(|record| record.synapses);
        let counts = of_synapses.map(|of| of.count(self.synapses, self.variant.program.choices.len()));
        counts.max().unwrap_or(0).saturating_mul(24)
    }

    /// Text that comes of so many words.
    fn text(&self, record: &RecordProgram, words: u64) -> u64 {
        if matches!(self.model().monitors[record.monitor].kind, MonitorKind::Snapshot { .. }) {
            return words.saturating_mul(NAMED);
        }
        let values = record.values.len().max(1) as u64;
        (words / values).saturating_mul(ROW + VALUE * values)
    }
}

/// A whole number, at least 1.
fn whole(value: f64) -> u64 {
    value.clamp(0.0, 1e15) as u64 + 1
}
