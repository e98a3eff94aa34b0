//! `state`: a row for each neuron and time, from values that the kernel copied; all of them, or only the last ones.

use std::collections::VecDeque;

use jobs::Column;
use kernels::language::ast::Expr;
use kernels::layout::real;

use super::shown::{Rows, Shown};
use super::watch::{Watch, Watched, Watching};

/// Which neurons are recorded, and how their values are shown.
#[derive(Debug)]
pub struct State {
    /// `None`: all.
    indices: Option<Vec<u32>>,
    /// Only so much time before the end is kept.
    last: Option<Expr>,
    shown: Vec<Shown>,
}

impl State {
    /// Of these neurons, in these columns.
    pub fn new(indices: Option<&[u32]>, last: Option<Expr>, columns: &[Column]) -> State {
        let indices = indices.map(<[u32]>::to_vec);
        State { indices, last, shown: columns.iter().map(Shown::of).collect() }
    }

    fn write(&self, step: i64, values: &[f64], rows: &mut Rows) {
        for (k, values) in values.chunks_exact(self.shown.len()).enumerate() {
            rows.start(step).count(self.indices.as_ref().map_or(k as u64, |list| u64::from(list[k])));
            for (value, shown) in values.iter().zip(&self.shown) {
                rows.value(shown, *value);
            }
            rows.end();
        }
    }
}

impl Watch for State {
    fn begin<'a>(&'a self, watched: &Watched<'_>) -> Box<dyn Watching + 'a> {
        let Some(last) = &self.last else { return Box::new(Copying { state: self }) };
        let time = real(last, watched.clock.values).unwrap_or(0.0);
        let steps = jobs::steps(time, watched.clock.dt).map_or(i64::MAX, |steps| steps as i64);
        Box::new(Keeping { state: self, steps, kept: VecDeque::new() })
    }
}

#[derive(Debug)]
struct Copying<'a> {
    state: &'a State,
}

impl Watching for Copying<'_> {
    fn record(&mut self, _part: usize, step: i64, values: &[f64], rows: &mut Rows) {
        self.state.write(step, values, rows);
    }
}

/// Keeps what may be among the last steps until the end is known.
#[derive(Debug)]
struct Keeping<'a> {
    state: &'a State,
    steps: i64,
    kept: VecDeque<(i64, Vec<f64>)>,
}

impl Keeping<'_> {
    /// Forgets what is too long ago if the end is at `end`.
    fn forget(&mut self, end: i64) {
        while self.kept.front().is_some_and(|(step, _)| *step < end.saturating_sub(self.steps)) {
            self.kept.pop_front();
        }
    }
}

impl Watching for Keeping<'_> {
    fn record(&mut self, _part: usize, step: i64, values: &[f64], _rows: &mut Rows) {
        self.forget(step + 1);
        self.kept.push_back((step, values.to_vec()));
    }

    fn finish(&mut self, end: i64, _whole: bool, rows: &mut Rows) {
        self.forget(end);
        for (step, values) in self.kept.drain(..).filter(|(step, _)| *step < end) {
            self.state.write(step, &values, rows);
        }
    }
}
