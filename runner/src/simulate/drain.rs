//! Turns what a kernel recorded into CSV rows and statistics, lane by lane, in bounded memory.

use jobs::{ColumnKind, Table};
use kernels::layout::{Range, Shape};
use kernels::model::{Model, MonitorKind};
use kernels::program::synapses::population;

use crate::store::numbers::{moved, write_i64, write_moved, write_u64};
use crate::store::{DecimalTime, Extent, PointHasher};

use super::rates::{RateStream, flat, gaussian};
use super::statistics::Trains;

/// Rows of all lanes together that are kept before they are written.
pub const ROWS_KEPT: usize = 1 << 20;

/// How one number of a row is shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    kind: ColumnKind,
    /// How far the decimal point moves to the right from SI to the column's unit. (All units are powers of ten.)
    places: i32,
}

impl Shown {
    /// In a unit of this size.
    pub fn new(kind: ColumnKind, scale: f64) -> Shown {
        Shown { kind, places: -libm::round(libm::log10(scale)) as i32 }
    }

    /// The number in the column's unit.
    pub fn convert(&self, value: f64) -> f64 {
        moved(value, self.places)
    }

    fn write(&self, out: &mut Vec<u8>, value: f64) {
        match self.kind {
            ColumnKind::Real => write_moved(out, value, self.places),
            _ => write_i64(out, value as i64),
        }
    }
}

/// What becomes of a monitor's raw material.
#[derive(Debug, Clone)]
enum Watch {
    Spikes,
    State { indices: Option<Vec<u32>>, shown: Vec<Shown> },
    Rate { smooth: Option<bool>, shown: Shown },
}

/// A monitor as the drain sees it, for all points.
#[derive(Debug, Clone)]
pub struct Watcher {
    population: usize,
    watch: Watch,
    /// Power of ten from seconds to the unit of the column `t`.
    time: i32,
    width: Option<kernels::language::ast::Expr>,
}

/// The monitors of a model, with the columns of their tables.
pub fn watchers(model: &Model, tables: &[Table]) -> Vec<Watcher> {
    let shown = |c: &jobs::Column| Shown::new(c.kind, c.unit.scale);
    let of = |(monitor, table): (&kernels::model::Monitor, &Table)| Watcher {
        population: population(model, monitor.source.of),
        time: libm::round(-libm::log10(table.columns[1].unit.scale)) as i32,
        width: match &monitor.kind {
            MonitorKind::Rate { smooth: Some(smooth) } => Some(smooth.width.clone()),
            _ => None,
        },
        watch: match &monitor.kind {
            MonitorKind::Spikes => Watch::Spikes,
            MonitorKind::State { indices, .. } => Watch::State {
                indices: indices.clone(),
                shown: table.columns[3..].iter().map(shown).collect(),
            },
            MonitorKind::Rate { smooth } => {
                Watch::Rate { smooth: smooth.as_ref().map(|s| s.gaussian), shown: shown(&table.columns[2]) }
            }
        },
    };
    model.monitors.iter().zip(tables).map(of).collect()
}

/// One point while it runs.
#[derive(Debug)]
pub struct Lane {
    /// Its number.
    pub point: u64,
    dt: DecimalTime,
    rows: Vec<Vec<u8>>,
    /// Where its rows went.
    pub extents: Vec<Vec<Extent>>,
    /// Over its rows.
    pub hasher: PointHasher,
    /// Trains of each population that is recorded.
    pub trains: Vec<Trains>,
    rates: Vec<Option<RateStream>>,
    /// Steps of this lane that count: all, or those before it diverged.
    end: i64,
}

/// The lanes of a batch and what is watched of them.
#[derive(Debug)]
pub struct Drain<'a> {
    watchers: &'a [Watcher],
    ranges: Vec<Range>,
    sizes: Vec<u64>,
    /// The lanes.
    pub lanes: Vec<Lane>,
    kept: usize,
}

/// What a lane needs to begin.
pub struct Begin<'a> {
    /// Its point.
    pub point: u64,
    /// Time step in seconds.
    pub dt: f64,
    /// Widths of smoothing windows are evaluated with these.
    pub values: &'a dyn kernels::language::evaluate::Values,
}

impl<'a> Drain<'a> {
    /// A batch without lanes yet.
    pub fn new(watchers: &'a [Watcher], shape: &Shape) -> Drain<'a> {
        Drain {
            watchers,
            ranges: shape.watched.clone(),
            sizes: shape.sizes.clone(),
            lanes: Vec::new(),
            kept: 0,
        }
    }

    /// Adds a lane.
    pub fn begin(&mut self, begin: &Begin<'_>, recorded: &[bool]) {
        let watchers = self.watchers;
        let rates = watchers.iter().zip(&self.ranges).map(|(watcher, range)| {
            let Watch::Rate { smooth, .. } = &watcher.watch else { return None };
            let width =
                watcher.width.as_ref().map(|w| kernels::layout::real(w, begin.values).unwrap_or(begin.dt));
            let weights = match (smooth, width) {
                (Some(true), Some(width)) => gaussian(width, begin.dt),
                (Some(false), Some(width)) => flat(width, begin.dt),
                _ => vec![1.0],
            };
            Some(RateStream::new(weights, range.len(), begin.dt))
        });
        let trains = self.sizes.iter().zip(recorded).map(|(n, yes)| {
            let mut trains = Trains::default();
            trains.reset(if *yes { *n as usize } else { 0 });
            trains
        });
        self.lanes.push(Lane {
            point: begin.point,
            dt: DecimalTime::from_f64(begin.dt).unwrap_or(DecimalTime { mantissa: 0, exponent: 0 }),
            rows: vec![Vec::new(); watchers.len()],
            extents: vec![Vec::new(); watchers.len()],
            hasher: PointHasher::new(watchers.len()),
            rates: rates.collect(),
            trains: trains.collect(),
            end: i64::MAX,
        });
    }

    /// A lane diverged at a step: what comes later does not count.
    pub fn cut(&mut self, lane: usize, step: i64) {
        self.lanes[lane].end = self.lanes[lane].end.min(step);
    }

    /// Spikes: pairs of (step, population << 32 | element).
    pub fn events(&mut self, events: &[i64]) {
        for event in events.chunks_exact(2) {
            let (step, population, element) = (event[0], (event[1] >> 32) as usize, event[1] as u32 as u64);
            let size = self.sizes[population];
            let (lane, i) = if self.lanes.len() == 1 {
                (0, element)
            } else {
                ((element / size) as usize, element % size)
            };
            self.spike(lane, step, population, i);
        }
    }

    fn spike(&mut self, lane: usize, step: i64, population: usize, i: u64) {
        let state = &mut self.lanes[lane];
        if step >= state.end {
            return;
        }
        if (i as usize) < self.sizes[population] as usize && !state.trains[population].is_unused() {
            state.trains[population].add(i as usize, step);
        }
        for (m, (watcher, range)) in self.watchers.iter().zip(&self.ranges).enumerate() {
            if watcher.population != population || !(range.start..range.stop).contains(&i) {
                continue;
            }
            match &watcher.watch {
                Watch::Spikes => {
                    let rows = &mut state.rows[m];
                    let before = rows.len();
                    head(rows, state.point, step, state.dt.shifted(watcher.time));
                    write_u64(rows, i - range.start);
                    rows.push(b'\n');
                    self.kept += rows.len() - before;
                }
                Watch::Rate { .. } => {
                    if let Some(stream) = &mut state.rates[m] {
                        stream.add(step as u64);
                    }
                }
                Watch::State { .. } => {}
            }
        }
    }

    /// State records: step, lane << 32 | monitor, values.
    pub fn records(&mut self, words: &[f64]) {
        let mut at = 0;
        while at + 2 <= words.len() {
            let (step, tag) = (words[at].to_bits() as i64, words[at + 1].to_bits());
            let (lane, monitor) = ((tag >> 32) as usize, tag as u32 as usize);
            let Watch::State { indices, shown } = &self.watchers[monitor].watch else { return };
            let count = indices.as_ref().map_or(self.ranges[monitor].len() as usize, Vec::len);
            let values = &words[at + 2..at + 2 + count * shown.len()];
            at += 2 + values.len();
            let state = &mut self.lanes[lane];
            if step >= state.end {
                continue;
            }
            let rows = &mut state.rows[monitor];
            let before = rows.len();
            for (k, values) in values.chunks_exact(shown.len()).enumerate() {
                head(rows, state.point, step, state.dt.shifted(self.watchers[monitor].time));
                write_u64(rows, indices.as_ref().map_or(k as u64, |list| u64::from(list[k])));
                for (value, shown) in values.iter().zip(shown) {
                    rows.push(b',');
                    shown.write(rows, *value);
                }
                rows.push(b'\n');
            }
            self.kept += rows.len() - before;
        }
    }

    /// No more spikes of these lanes come before `step`.
    pub fn complete(&mut self, lanes: std::ops::Range<usize>, step: i64, last: bool) {
        for state in &mut self.lanes[lanes] {
            for (m, watcher) in self.watchers.iter().enumerate() {
                let (Watch::Rate { shown, .. }, Some(stream)) = (&watcher.watch, &mut state.rates[m]) else {
                    continue;
                };
                let (rows, point, dt) = (&mut state.rows[m], state.point, state.dt.shifted(watcher.time));
                let before = rows.len();
                let ended = last || step >= state.end;
                stream.complete(step.min(state.end) as u64, ended, |step, rate| {
                    head(rows, point, step as i64, dt);
                    shown.write(rows, rate);
                    rows.push(b'\n');
                });
                self.kept += rows.len() - before;
            }
        }
    }

    /// Whether so many rows are kept that they should be written.
    pub fn is_full(&self) -> bool {
        self.kept >= ROWS_KEPT
    }

    /// Writes all rows: one append a monitor, through `append(monitor, rows)`, which says where they lie.
    pub fn flush<E>(&mut self, mut append: impl FnMut(usize, &[u8]) -> Result<Extent, E>) -> Result<(), E> {
        for m in 0..self.watchers.len() {
            let mut all = Vec::new();
            for lane in &mut self.lanes {
                lane.hasher.rows(m, &lane.rows[m]);
                all.extend_from_slice(&lane.rows[m]);
            }
            if all.is_empty() {
                continue;
            }
            let mut place = append(m, &all)?;
            for lane in &mut self.lanes {
                place.length = lane.rows[m].len() as u64;
                if place.length > 0 {
                    place.push(&mut lane.extents[m]);
                }
                place.offset += place.length;
                lane.rows[m].clear();
            }
        }
        self.kept = 0;
        Ok(())
    }
}

fn head(rows: &mut Vec<u8>, point: u64, step: i64, dt: DecimalTime) {
    write_u64(rows, point);
    rows.push(b',');
    crate::store::numbers::write_time(rows, step, dt);
    rows.push(b',');
}
