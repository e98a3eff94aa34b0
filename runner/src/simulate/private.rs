//! Memory that processes take beside the segment, reckoned before there are any: rows on their way to the parts, trains and
//! statistics of spikes, what monitors keep, the pages a forked process gets of its own, page tables; and what the parent
//! keeps of points. Control groups count all of it, and kill who goes beyond.
//!
//! Not an exact number, but no less than what was seen; rows are taken to be as long as rows mostly are.

use jobs::Bindings;
use kernels::layout::{Buffers, Shape, real};
use kernels::model::{Bins, Model, Monitor, MonitorKind, ReductionKind};
use kernels::program::recording::RecordProgram;

use super::drain::ROWS_KEPT;
use super::engine::Variant;

/// A worker that does nothing: its stack, pages of the parent that it writes to, what the system keeps of it.
const WORKER: u64 = 1 << 20;
/// The parent, from the moment at which this is reckoned.
const PARENT: u64 = 4 << 20;
/// What the parent keeps of a committed point, of each of its columns in the summary, and of each monitor. (A million points
/// with three columns took 100 MB.)
const POINT: u64 = 72;
const COLUMN: u64 = 9;
const RANGE: u64 = 32;

/// Bytes of a row that is begun with point, time and index, and of each of its values.
const ROW: u64 = 24;
const VALUE: u64 = 20;
/// Of a train, or of what a statistic keeps of one.
const TRAIN: u64 = 48;
/// Of a neuron whose last spikes are kept.
const RECENT: u64 = 128;

/// What the parent takes, which keeps all points of the job once they are committed.
pub fn of_parent(points: u64, columns: usize, monitors: usize) -> u64 {
    let point = POINT + COLUMN * columns as u64 + RANGE * monitors as u64;
    PARENT.saturating_add(point.saturating_mul(points))
}

/// Page tables of a process for memory of the segment that it touches.
pub fn page_tables(bytes: u64) -> u64 {
    bytes / 512
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
        let rows = self.rows().saturating_add(ROWS_KEPT as u64);
        // Those of several lanes are put together before they are written.
        let rows = if self.lanes > 1 { rows.saturating_mul(2) } else { rows };
        let each = self.trains().saturating_add(self.statistics()).saturating_add(self.monitors());
        WORKER.saturating_add(rows).saturating_add(self.lanes.saturating_mul(each))
    }

    fn model(&self) -> &Model {
        &self.variant.model
    }

    /// Text that comes of the kernel's buffers when both are full.
    fn rows(&self) -> u64 {
        let spikes = self
            .model()
            .monitors
            .iter()
            .filter(|m| matches!(&m.kind, MonitorKind::Spikes { variables } if variables.is_empty()));
        let spikes = self.buffers.events.saturating_mul(ROW).saturating_mul(spikes.count() as u64);
        let records = self.variant.program.records.iter();
        let records = records.map(|record| text(record, self.buffers.records)).max();
        spikes.saturating_add(records.unwrap_or(0))
    }

    fn trains(&self) -> u64 {
        let recorded = kernels::program::recording::recorded(self.model());
        let sizes = self.shape.sizes.iter().zip(recorded).filter(|(_, recorded)| *recorded);
        sizes.map(|(size, _)| size.saturating_mul(TRAIN)).fold(0, u64::saturating_add)
    }

    fn statistics(&self) -> u64 {
        let of_spikes = |(k, r): (usize, &kernels::model::Reduction)| {
            matches!(r.kind, ReductionKind::Spikes(_))
                .then(|| self.shape.reduced[k].len().saturating_mul(TRAIN))
        };
        self.model().reductions.iter().enumerate().filter_map(of_spikes).fold(0, u64::saturating_add)
    }

    fn monitors(&self) -> u64 {
        let each = self.model().monitors.iter().enumerate().map(|(m, monitor)| self.monitor(m, monitor));
        each.fold(0, u64::saturating_add)
    }

    /// What a monitor keeps to the end.
    fn monitor(&self, number: usize, monitor: &Monitor) -> u64 {
        let neurons = self.shape.watched[number].len();
        let bins = |of: &Bins| self.ratio(&of.max, &of.bin).saturating_mul(16);
        match &monitor.kind {
            MonitorKind::Counts => neurons.saturating_mul(8 + ROW),
            MonitorKind::IsiHistogram(of) | MonitorKind::RateHistogram(of) => {
                neurons.saturating_mul(16).saturating_add(bins(of))
            }
            MonitorKind::Autocorrelogram(of) => neurons.saturating_mul(RECENT).saturating_add(bins(of)),
            MonitorKind::Correlogram { bins: of, .. } => bins(of).saturating_mul(4),
            MonitorKind::State { last: Some(last), every, .. }
            | MonitorKind::Synapses { last: Some(last), every, .. } => {
                let records = match every {
                    Some(every) => self.ratio(last, every),
                    None => self.steps(real(last, self.values)),
                };
                self.kept(number).saturating_mul(records)
            }
            _ => 0,
        }
    }

    /// Bytes of a record of a monitor that keeps it until its rows are written, at the end.
    fn kept(&self, monitor: usize) -> u64 {
        let records = self.variant.program.records.iter().filter(|record| record.monitor == monitor);
        let bytes = records.map(|record| {
            let words = record.words(self.elements(record));
            words.saturating_mul(8).saturating_add(text(record, words))
        });
        bytes.fold(0, u64::saturating_add)
    }

    fn elements(&self, record: &RecordProgram) -> u64 {
        match record.synapses {
            Some(of) => of.count(self.synapses, self.variant.program.choices.len()),
            None => self.shape.recorded(record, self.model()),
        }
    }

    fn ratio(&self, a: &kernels::language::ast::Expr, b: &kernels::language::ast::Expr) -> u64 {
        let value = |expr| real(expr, self.values).unwrap_or(0.0);
        (value(a) / value(b)).clamp(0.0, 1e15) as u64 + 1
    }

    fn steps(&self, time: Option<f64>) -> u64 {
        (time.unwrap_or(0.0) / self.dt).clamp(0.0, 1e15) as u64 + 1
    }
}

/// Text that comes of so many words.
fn text(record: &RecordProgram, words: u64) -> u64 {
    let values = record.values.len().max(1) as u64;
    (words / values).saturating_mul(ROW + VALUE.saturating_mul(values))
}
