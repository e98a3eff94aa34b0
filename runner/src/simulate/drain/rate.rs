//! `rate`: the rate of a population, step by step or bin by bin.

use jobs::Column;
use kernels::language::ast::Expr;
use kernels::layout::real;
use kernels::model::Smooth;

use super::super::keeper::{Keeper, Kept};
use super::super::statistics::{decimal, hertz};
use super::super::when::Span;
use super::shown::{Rows, Shown};
use super::smoothing::{RateStream, flat, gaussian};
use super::watch::{Watch, Watched, Watching};
use crate::store::DecimalTime;

/// A row a step: how rates are averaged and shown.
#[derive(Debug)]
pub struct Rate {
    smooth: Option<Smooth>,
    shown: Shown,
}

impl Rate {
    /// In this column.
    pub fn new(smooth: Option<Smooth>, column: &Column) -> Rate {
        Rate { smooth, shown: Shown::of(column) }
    }
}

impl Watch for Rate {
    fn begin<'a>(&'a self, watched: &Watched<'_>) -> Box<dyn Watching + 'a> {
        let clock = &watched.clock;
        let weights = match &self.smooth {
            Some(smooth) => {
                let width = real(&smooth.width, clock.values).unwrap_or(clock.dt);
                if smooth.gaussian { gaussian(width, clock.dt) } else { flat(width, clock.dt) }
            }
            None => vec![1.0],
        };
        let stream = RateStream::new(weights, watched.source.len(), clock.dt);
        Box::new(Averaging { stream, window: watched.window, shown: &self.shown })
    }

    fn rows_a_step(&self) -> usize {
        1
    }

    /// Rates at the edges of the window are those of the whole run.
    fn hears_all(&self) -> bool {
        true
    }
}

#[derive(Debug)]
struct Averaging<'a> {
    stream: RateStream,
    window: Span,
    shown: &'a Shown,
}

impl Averaging<'_> {
    fn tell(&mut self, step: i64, last: bool, rows: &mut Rows) {
        let (shown, window) = (self.shown, self.window);
        self.stream.complete(step as u64, last, |step, rate| {
            if window.has(step as i64) {
                rows.start(step as i64).value(shown, rate).end();
            }
        });
    }
}

impl Watching for Averaging<'_> {
    fn spike(&mut self, step: i64, _i: u64, _rows: &mut Rows) {
        self.stream.add(step as u64);
    }

    fn complete(&mut self, step: i64, rows: &mut Rows) {
        self.tell(step, false, rows);
    }

    fn finish(&mut self, end: i64, _whole: bool, rows: &mut Rows) {
        self.tell(end, true, rows);
    }

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.stream)
    }
}

/// A row a bin: bins side by side from the beginning of the window; what is left at its end is no bin.
#[derive(Debug)]
pub struct BinnedRate {
    bin: Expr,
    shown: Shown,
}

impl BinnedRate {
    /// In this column.
    pub fn new(bin: Expr, column: &Column) -> BinnedRate {
        BinnedRate { bin, shown: Shown::of(column) }
    }
}

impl Watch for BinnedRate {
    fn begin<'a>(&'a self, watched: &Watched<'_>) -> Box<dyn Watching + 'a> {
        let clock = &watched.clock;
        let bin = real(&self.bin, clock.values).unwrap_or(clock.dt);
        Box::new(Binning {
            width: (libm::round(bin / clock.dt) as i64).max(1),
            first: watched.window.first,
            end: watched.window.end,
            count: 0,
            neurons: watched.source.len() as usize,
            dt: decimal(clock.dt),
            shown: &self.shown,
        })
    }

    /// One a step if bins are that short.
    fn rows_a_step(&self) -> usize {
        1
    }
}

#[derive(Debug)]
struct Binning<'a> {
    width: i64,
    /// Where the bin begins that is told next.
    first: i64,
    end: i64,
    /// Spikes in it so far.
    count: u64,
    neurons: usize,
    dt: DecimalTime,
    shown: &'a Shown,
}

impl Watching for Binning<'_> {
    fn spike(&mut self, step: i64, _i: u64, rows: &mut Rows) {
        // Those bins are over that end before the spike.
        self.complete(step, rows);
        self.count += 1;
    }

    fn complete(&mut self, step: i64, rows: &mut Rows) {
        while self.first + self.width <= step.min(self.end) {
            let rate = hertz(std::mem::take(&mut self.count), self.neurons, self.width as u64, self.dt);
            rows.start(self.first).value(self.shown, rate.unwrap_or(f64::NAN)).end();
            self.first += self.width;
        }
    }

    fn finish(&mut self, end: i64, _whole: bool, rows: &mut Rows) {
        self.complete(end, rows);
    }

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.first)?;
        keeper.value(&mut self.count)
    }
}
