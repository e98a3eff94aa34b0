//! `state` and `synapses`: a row for each neuron or synapse and time, from values that the kernel copied; all of them, or
//! only the last ones.

use std::collections::VecDeque;

use jobs::Column;
use kernels::language::ast::Expr;
use kernels::layout::real;

use super::super::keeper::{Keeper, Kept};
use super::shown::{Rows, Shown};
use super::watch::{Watch, Watched, Watching};

/// What a record of the kernel's holds values of.
#[derive(Debug)]
pub enum Elements {
    /// All neurons.
    All,
    /// These neurons.
    Listed(Vec<u32>),
    /// Synapses, each with its `i` and `j` before its values.
    Pairs,
}

impl Elements {
    /// Neurons; `None`: all.
    pub fn of(indices: Option<&[u32]>) -> Elements {
        indices.map_or(Elements::All, |list| Elements::Listed(list.to_vec()))
    }
}

/// What is recorded, and how values are shown.
#[derive(Debug)]
pub struct State {
    elements: Elements,
    /// Only so much time before the end is kept.
    last: Option<Expr>,
    shown: Vec<Shown>,
}

impl State {
    /// Of these elements, in these columns.
    pub fn new(elements: Elements, last: Option<Expr>, columns: &[Column]) -> State {
        State { elements, last, shown: columns.iter().map(Shown::of).collect() }
    }

    fn write(&self, step: i64, values: &[f64], rows: &mut Rows) {
        let width = self.shown.len();
        match &self.elements {
            Elements::All => {
                let all = values.chunks_exact(width).enumerate();
                all.for_each(|(k, values)| self.row(values, rows.start(step).count(k as u64)));
            }
            Elements::Listed(list) => {
                let all = values.chunks_exact(width).zip(list);
                all.for_each(|(values, k)| self.row(values, rows.start(step).count(u64::from(*k))));
            }
            Elements::Pairs => {
                for pair in by_pair(values, 2 + width) {
                    self.row(&pair[2..], rows.start(step).count(pair[0] as u64).count(pair[1] as u64));
                }
            }
        }
    }

    fn row(&self, values: &[f64], rows: &mut Rows) {
        for (value, shown) in values.iter().zip(&self.shown) {
            rows.value(shown, *value);
        }
        rows.end();
    }
}

/// Synapses by `i` and `j`, which stand before their values; the kernel has those of a neuron by delay.
pub fn by_pair(values: &[f64], width: usize) -> Vec<&[f64]> {
    let mut all: Vec<&[f64]> = values.chunks_exact(width).collect();
    all.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    all
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

    fn keep(&mut self, _keeper: &mut Keeper<'_>) -> Kept {
        Ok(())
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

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.kept)
    }
}
