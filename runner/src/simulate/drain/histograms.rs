//! `counts`, `isi_histogram`, `rate_histogram`: what each neuron did, told at the end.
//!
//! Bins are half-open and begin at 0: bin k has what is from k*bin up to (k + 1)*bin, the second not included. What
//! is at `max` or beyond is in none of them.

use kernels::layout::real;
use kernels::model;
use serde::{Deserialize, Serialize};

use super::super::keeper::{Keeper, Kept};
use super::super::statistics::{decimal, hertz};
use super::super::when::Clock;
use super::shown::{Rows, Shown};
use super::watch::{Watch, Watched, Watching};
use crate::store::DecimalTime;

/// Bins of so many steps each.
#[derive(Debug, Serialize, Deserialize)]
pub struct StepBins {
    width: i64,
    counts: Vec<u64>,
}

impl StepBins {
    /// None is filled yet. The check found both to be whole numbers.
    pub fn new(bins: &model::Bins, clock: &Clock<'_>) -> StepBins {
        let steps = |expr| real(expr, clock.values).map_or(1, |time| libm::round(time / clock.dt) as i64);
        let width = steps(&bins.bin).max(1);
        let count = libm::round(steps(&bins.max) as f64 / width as f64) as usize;
        StepBins { width, counts: vec![0; count] }
    }

    /// Where the last one ends, in steps.
    pub fn end(&self) -> i64 {
        self.width * self.counts.len() as i64
    }

    /// Steps of one.
    pub fn width(&self) -> i64 {
        self.width
    }

    /// One more of so many steps.
    pub fn add(&mut self, steps: i64) {
        if let Some(count) = self.counts.get_mut((steps / self.width) as usize) {
            *count += 1;
        }
    }

    /// A row a bin.
    pub fn tell(&self, rows: &mut Rows) {
        for (k, count) in self.counts.iter().enumerate() {
            rows.point().time(k as i64 * self.width).count(*count).end();
        }
    }
}

/// `counts`: a row a neuron.
#[derive(Debug)]
pub struct Counts;

#[derive(Debug)]
struct Counting {
    counts: Vec<u64>,
}

impl Watch for Counts {
    fn begin<'a>(&'a self, watched: &Watched<'_>) -> Box<dyn Watching + 'a> {
        Box::new(Counting { counts: vec![0; watched.source.len() as usize] })
    }
}

impl Watching for Counting {
    fn spike(&mut self, _step: i64, i: u64, _rows: &mut Rows) {
        self.counts[i as usize] += 1;
    }

    fn finish(&mut self, _end: i64, whole: bool, rows: &mut Rows) {
        for (i, count) in self.counts.iter().enumerate().filter(|_| whole) {
            rows.point().count(i as u64).count(*count).end();
        }
    }

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.counts)
    }
}

/// `isi_histogram`: intervals between spikes of a neuron that follow each other, of all neurons together.
#[derive(Debug)]
pub struct IsiHistogram(pub model::Bins);

#[derive(Debug)]
struct Intervals {
    last: Vec<Option<i64>>,
    bins: StepBins,
}

impl Watch for IsiHistogram {
    fn begin<'a>(&'a self, watched: &Watched<'_>) -> Box<dyn Watching + 'a> {
        let last = vec![None; watched.source.len() as usize];
        Box::new(Intervals { last, bins: StepBins::new(&self.0, &watched.clock) })
    }
}

impl Watching for Intervals {
    fn spike(&mut self, step: i64, i: u64, _rows: &mut Rows) {
        if let Some(before) = self.last[i as usize].replace(step) {
            self.bins.add(step - before);
        }
    }

    fn finish(&mut self, _end: i64, whole: bool, rows: &mut Rows) {
        if whole {
            self.bins.tell(rows);
        }
    }

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.last)?;
        keeper.value(&mut self.bins)
    }
}

/// `rate_histogram`: neurons by their rates, in a column shown like this.
#[derive(Debug)]
pub struct RateHistogram(pub model::Bins, pub Shown);

#[derive(Debug)]
struct Rates<'a> {
    counts: Vec<u64>,
    /// Hz.
    bin: f64,
    bins: Vec<u64>,
    steps: u64,
    dt: DecimalTime,
    shown: &'a Shown,
}

impl Watch for RateHistogram {
    fn begin<'a>(&'a self, watched: &Watched<'_>) -> Box<dyn Watching + 'a> {
        let hertz = |expr| real(expr, watched.clock.values).unwrap_or(1.0);
        let (bin, max) = (hertz(&self.0.bin), hertz(&self.0.max));
        Box::new(Rates {
            counts: vec![0; watched.source.len() as usize],
            bin,
            bins: vec![0; libm::round(max / bin) as usize],
            steps: watched.window.steps(),
            dt: decimal(watched.clock.dt),
            shown: &self.1,
        })
    }
}

impl Watching for Rates<'_> {
    fn spike(&mut self, _step: i64, i: u64, _rows: &mut Rows) {
        self.counts[i as usize] += 1;
    }

    fn finish(&mut self, _end: i64, whole: bool, rows: &mut Rows) {
        if !whole {
            return;
        }
        for rate in self.counts.iter().filter_map(|count| hertz(*count, 1, self.steps, self.dt)) {
            // A rate that misses an edge by rounding alone is on it.
            let place = rate / self.bin * (1.0 + 1e-12);
            if let Some(count) = self.bins.get_mut(libm::floor(place) as usize) {
                *count += 1;
            }
        }
        let bin = decimal(self.bin);
        for (k, count) in self.bins.iter().enumerate() {
            rows.point().value(self.shown, bin.at(k as i64)).count(*count).end();
        }
    }

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.counts)
    }
}
