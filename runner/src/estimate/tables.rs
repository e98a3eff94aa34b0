//! How many bytes the tables will have: rows that follow from the job, spikes that follow from rates, and widths of
//! numbers as they are printed.

use jobs::{Bindings, Column, ColumnKind, Table};
use kernels::language::ast::Expr;
use kernels::layout::{Shape, real};
use kernels::model::{Bins, Model, Monitor, MonitorKind, Recorded, Slice};

use crate::simulate::drain::times;
use crate::simulate::statistics::decimal;
use crate::simulate::when::{Clock, Span};
use crate::store::numbers::{write_f64, write_time, write_u64};

use super::connections;
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
    /// Values of parameters.
    pub values: &'a Bindings<'a>,
    /// Time step in seconds.
    pub dt: f64,
    /// The point's number.
    pub point: u64,
    /// Synapses of each object, expected.
    pub synapses: &'a [f64],
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
        let dt = self.shape.dt(monitor.clock, self.dt);
        let window = self.window(monitor);
        let watched = self.shape.watched[m].len();
        let hertz = |slice: &Slice| self.firing[self.model.number(slice.of)].hertz;
        let (rate, seconds) = (hertz(&monitor.source), window.steps() as f64 * dt);
        let spikes = rate * seconds * watched as f64;
        let steps = |time: &Expr| (real(time, self.values).unwrap_or(dt) / dt).round().max(1.0);
        // Rows of bins, each with so many of what is counted.
        let histogram = |bins: &Bins, rows: f64, counted: f64| {
            rows * (self.head(m, 0, rows as u64, steps(&bins.bin) as u64) + digits((counted / rows) as u64))
        };
        let count = |bins: &Bins| (steps(&bins.max) / steps(&bins.bin)).round().max(1.0);
        // Of so many times, those within the last part of the run, if only these are told.
        let kept = |last: Option<&Expr>, times: u64, every: u64| {
            last.map_or(times, |last| times.min((steps(last) / every as f64).ceil() as u64))
        };
        match &monitor.kind {
            MonitorKind::Spikes { .. } => {
                let values: f64 = self.tables[m].columns[3..].iter().map(|c| 1.0 + value(c.kind)).sum();
                spikes * (self.head(m, window.first as u64, window.steps(), 1) + index(watched) + values)
            }
            MonitorKind::Snapshot { groups, synapses } => {
                let cells = |name: &str, size: f64, variables: &[Recorded]| {
                    let row = name.len() as f64 + index(size as u64) + SIMULATED + digits(self.point) + 10.0;
                    size * variables.iter().map(|v| row + v.name.len() as f64).sum::<f64>()
                };
                let model = self.model;
                let neurons = groups
                    .iter()
                    .map(|(g, all)| cells(&model.groups[*g].name, self.shape.sizes[*g] as f64, all));
                let synapses =
                    synapses.iter().map(|(k, all)| cells(&model.synapses[*k].name, self.synapses[*k], all));
                self.shape.ticks(monitor.clock) as f64 * neurons.chain(synapses).sum::<f64>()
            }
            MonitorKind::State { indices, last, .. } => {
                let (from, to) = self.shape.windows[m];
                let (steps, every) = (to - from, self.shape.every[m]);
                let count = indices.as_ref().map_or(watched, |list| list.len() as u64);
                let i =
                    indices.as_ref().map_or(index(watched), |list| mean(list.iter().map(|k| u64::from(*k))));
                let values: f64 = self.tables[m].columns[3..].iter().map(|c| 1.0 + value(c.kind)).sum();
                let rows = kept(last.as_ref(), steps.div_ceil(every), every);
                rows as f64 * count as f64 * (self.head(m, 0, rows, every) + i + values)
            }
            MonitorKind::Synapses { object, chosen, last, .. } => {
                let (source, target) = self.shape.ends[*object];
                let (from, to) = self.shape.windows[m];
                let every = self.shape.every[m];
                let times = kept(last.as_ref(), (to - from).div_ceil(every), every);
                let values: f64 = self.tables[m].columns[4..].iter().map(|c| 1.0 + value(c.kind)).sum();
                let pair = index(source.len()) + 1.0 + index(target.len());
                let row = self.head(m, 0, times, every) + pair + values;
                let all = self.synapses[*object];
                let count = chosen.as_ref().map_or(all, |chosen| {
                    connections::chosen(chosen, self.model, self.shape.ends[*object], self.values)(all)
                });
                times as f64 * count * row
            }
            MonitorKind::Rate { smooth, bin } => {
                let width = bin.as_ref().map_or(1.0, steps);
                let rows = (window.steps() as f64 / width).floor();
                let none = (-spikes / rows.max(1.0)).exp();
                let one = text(|out| write_f64(out, 1.0 / (dt * width) / watched.max(1) as f64));
                let value = match smooth {
                    Some(_) => SIMULATED - 1.0,
                    None => 3.0 * none + one * (1.0 - none),
                };
                rows * (self.head(m, window.first as u64, rows as u64, width as u64) + value)
            }
            MonitorKind::Counts => {
                watched as f64 * (digits(self.point) + 3.0 + index(watched) + digits((rate * seconds) as u64))
            }
            MonitorKind::IsiHistogram(bins) => histogram(bins, count(bins), spikes),
            MonitorKind::Autocorrelogram(bins) => {
                let pairs = spikes * rate * steps(&bins.max) * dt;
                histogram(bins, count(bins), pairs)
            }
            MonitorKind::Correlogram { target, bins } => {
                let others = self.shape.compared[m].map_or(0, |range| range.len()) as f64 * hertz(target);
                let pairs = spikes * others * 2.0 * steps(&bins.max) * dt;
                // Half of the lags have a sign.
                histogram(bins, 2.0 * count(bins), pairs) + count(bins)
            }
            MonitorKind::RateHistogram(bins) => {
                let hertz = |expr: &Expr| real(expr, self.values).unwrap_or(1.0);
                let rows = (hertz(&bins.max) / hertz(&bins.bin)).round().max(1.0);
                let bin = decimal(hertz(&bins.bin));
                let edges = spread(rows as u64).map(|k| text(|out| write_f64(out, bin.at(k as i64))));
                let edges: Vec<f64> = edges.collect();
                let edge = edges.iter().sum::<f64>() / edges.len().max(1) as f64;
                rows * (digits(self.point) + 3.0 + edge + digits((watched as f64 / rows) as u64))
            }
        }
    }

    /// The steps at which spikes count.
    fn window(&self, monitor: &Monitor) -> Span {
        let (dt, steps) = (self.shape.dt(monitor.clock, self.dt), self.shape.ticks(monitor.clock));
        let clock = Clock { dt, steps, values: self.values };
        Span::between(monitor.from.as_ref(), monitor.to.as_ref(), &clock)
    }

    fn duration(&self) -> f64 {
        self.shape.steps as f64 * self.dt
    }

    /// Point and time with their commas, and the end of the line; of so many times from a step on, every so many steps.
    fn head(&self, m: usize, first: u64, rows: u64, every: u64) -> f64 {
        let dt = self.shape.dt(self.model.monitors[m].clock, self.dt);
        let dt = decimal(dt).shifted(times(&self.tables[m]));
        let times = spread(rows).map(|k| text(|out| write_time(out, (first + k * every) as i64, dt)));
        let times: Vec<f64> = times.collect();
        digits(self.point) + 3.0 + times.iter().sum::<f64>() / times.len().max(1) as f64
    }

    /// Bytes of the point's row in `summary.csv`; `reductions` are the columns of those of the job.
    pub fn summary(&self, reductions: &[Column]) -> f64 {
        let own: f64 = reductions.iter().map(|c| 1.0 + value(c.kind)).sum();
        let mut width = digits(self.point) + 1.0 + own;
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
