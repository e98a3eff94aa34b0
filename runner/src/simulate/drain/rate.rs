//! `rate`: the rate of a population, step by step.

use jobs::Column;
use kernels::layout::{Range, real};
use kernels::model::Smooth;

use super::shown::{Rows, Shown};
use super::smoothing::{RateStream, flat, gaussian};
use super::watch::{Begin, Watch, Watching};

/// How rates are averaged and shown.
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
    fn begin<'a>(&'a self, begin: &Begin<'_>, watched: Range) -> Box<dyn Watching + 'a> {
        let weights = match &self.smooth {
            Some(smooth) => {
                let width = real(&smooth.width, begin.values).unwrap_or(begin.dt);
                if smooth.gaussian { gaussian(width, begin.dt) } else { flat(width, begin.dt) }
            }
            None => vec![1.0],
        };
        let stream = RateStream::new(weights, watched.len(), begin.dt);
        Box::new(Averaging { stream, shown: &self.shown })
    }
}

#[derive(Debug)]
struct Averaging<'a> {
    stream: RateStream,
    shown: &'a Shown,
}

impl Averaging<'_> {
    fn tell(&mut self, step: i64, last: bool, rows: &mut Rows) {
        let shown = self.shown;
        self.stream
            .complete(step as u64, last, |step, rate| rows.start(step as i64).value(shown, rate).end());
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
}
