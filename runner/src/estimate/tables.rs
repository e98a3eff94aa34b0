//! How many bytes the tables will have: rows that follow from the job, spikes that follow from rates, and widths of
//! numbers as they are printed.

use jobs::{ColumnKind, Table};
use kernels::layout::Shape;
use kernels::model::{Model, MonitorKind};

use crate::store::DecimalTime;
use crate::store::numbers::{write_f64, write_time, write_u64};

use super::firing::Firing;

/// Characters of a double that was simulated: 16 or 17 digits, point, sign or exponent.
const SIMULATED: f64 = 18.0;
/// Numbers of which a mean width is taken.
const SAMPLES: u64 = 32;

/// What the rows of a point need to know.
pub struct Rows<'a> {
    /// The model.
    pub model: &'a Model,
    /// Columns of the monitors' tables.
    pub tables: &'a [Table],
    /// Sizes.
    pub shape: &'a Shape,
    /// Time step in seconds.
    pub dt: f64,
    /// The point's number.
    pub point: u64,
    /// Rates of all populations.
    pub firing: &'a [Firing],
    /// The part of the run in which each monitor records.
    pub awake: &'a [f64],
}

impl Rows<'_> {
    /// Bytes of each monitor.
    pub fn monitors(&self) -> Vec<f64> {
        (0..self.model.monitors.len()).map(|m| self.awake[m] * self.monitor(m)).collect()
    }

    fn monitor(&self, m: usize) -> f64 {
        let monitor = &self.model.monitors[m];
        let steps = self.shape.steps;
        let watched = self.shape.watched[m].len();
        let population = self.model.number(monitor.source.of);
        let spikes = self.firing[population].hertz * self.duration() * watched as f64;
        match &monitor.kind {
            MonitorKind::Spikes => spikes * (self.head(m, 1) + index(watched)),
            MonitorKind::State { indices, .. } => {
                let every = self.shape.every[m];
                let count = indices.as_ref().map_or(watched, |list| list.len() as u64);
                let i =
                    indices.as_ref().map_or(index(watched), |list| mean(list.iter().map(|k| u64::from(*k))));
                let values: f64 = self.tables[m].columns[3..].iter().map(|c| 1.0 + value(c.kind)).sum();
                steps.div_ceil(every) as f64 * count as f64 * (self.head(m, every) + i + values)
            }
            MonitorKind::Rate { smooth } => {
                let none = (-spikes / steps.max(1) as f64).exp();
                let one = text(|out| write_f64(out, 1.0 / self.dt / watched.max(1) as f64));
                let value = match smooth {
                    Some(_) => SIMULATED - 1.0,
                    None => 3.0 * none + one * (1.0 - none),
                };
                steps as f64 * (self.head(m, 1) + value)
            }
        }
    }

    fn duration(&self) -> f64 {
        self.shape.steps as f64 * self.dt
    }

    /// Point and time with their commas, and the end of the line.
    fn head(&self, m: usize, every: u64) -> f64 {
        let unit = self.tables[m].columns[1].unit.scale;
        let power = libm::round(-libm::log10(unit)) as i32;
        let dt =
            DecimalTime::from_f64(self.dt).unwrap_or(DecimalTime { mantissa: 0, exponent: 0 }).shifted(power);
        let rows = self.shape.steps.div_ceil(every);
        let times = spread(rows).map(|k| text(|out| write_time(out, (k * every) as i64, dt)));
        let times: Vec<f64> = times.collect();
        digits(self.point) + 3.0 + times.iter().sum::<f64>() / times.len().max(1) as f64
    }

    /// Bytes of the point's row in `summary.csv`; `reductions` are those of the job.
    pub fn summary(&self, reductions: usize) -> f64 {
        let mut width = digits(self.point) + 1.0 + reductions as f64 * (1.0 + SIMULATED);
        for g in (0..self.model.groups.len()).filter(|g| self.model.groups[*g].threshold.is_some()) {
            let neurons = self.shape.sizes[g] as f64;
            let each = self.firing[g].hertz * self.duration();
            let spikes = (each * neurons).round();
            let rate = text(|out| write_f64(out, spikes / neurons / self.duration()));
            // A coefficient of variation needs two intervals.
            let variation = if each > 2.0 { SIMULATED } else { 0.0 };
            width += 3.0 + digits(spikes as u64) + rate + variation;
        }
        width
    }
}

fn value(kind: ColumnKind) -> f64 {
    match kind {
        ColumnKind::Real => SIMULATED,
        ColumnKind::Integer => 3.0,
        ColumnKind::Boolean | ColumnKind::Text => 1.0,
    }
}

fn text(write: impl FnOnce(&mut Vec<u8>)) -> f64 {
    let mut out = Vec::new();
    write(&mut out);
    out.len() as f64
}

fn digits(number: u64) -> f64 {
    text(|out| write_u64(out, number))
}

fn mean(numbers: impl Iterator<Item = u64>) -> f64 {
    let (sum, count) = numbers.fold((0.0, 0.0), |(sum, count), n| (sum + digits(n), count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

/// Mean digits of the numbers below this one.
fn index(count: u64) -> f64 {
    mean(spread(count))
}

/// Numbers below this one, evenly spread: all of them if they are few.
fn spread(count: u64) -> impl Iterator<Item = u64> {
    let taken = count.min(SAMPLES);
    // Not a multiple of ten apart, for such times are shorter than others.
    (0..taken).map(move |k| {
        if count <= SAMPLES {
            k
        } else {
            ((k as f64 + 0.37 + 0.3 * (k % 3) as f64 / 3.0) * count as f64 / taken as f64) as u64
        }
    })
}
