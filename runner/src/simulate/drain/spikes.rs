//! `spikes` and `events`: a row each, with values that the kernel copied if there are any.

use jobs::Column;

use super::super::keeper::{Keeper, Kept};
use super::shown::{Rows, Shown};
use super::watch::{Watch, Watched, Watching};

/// Which values stand beside a spike, and how they are shown.
#[derive(Debug)]
pub struct Spikes {
    shown: Vec<Shown>,
}

impl Spikes {
    /// With these columns of values.
    pub fn new(columns: &[Column]) -> Spikes {
        Spikes { shown: columns.iter().map(Shown::of).collect() }
    }
}

impl Watch for Spikes {
    fn begin<'a>(&'a self, _watched: &Watched<'_>) -> Box<dyn Watching + 'a> {
        if self.shown.is_empty() { Box::new(Bare) } else { Box::new(WithValues { shown: &self.shown }) }
    }
}

#[derive(Debug)]
struct Bare;

impl Watching for Bare {
    fn spike(&mut self, step: i64, i: u64, rows: &mut Rows) {
        rows.start(step).count(i).end();
    }

    fn keep(&mut self, _keeper: &mut Keeper<'_>) -> Kept {
        Ok(())
    }
}

/// Hears no spikes: each has a record, which begins with its index.
#[derive(Debug)]
struct WithValues<'a> {
    shown: &'a [Shown],
}

impl Watching for WithValues<'_> {
    fn record(&mut self, _part: usize, step: i64, values: &[f64], rows: &mut Rows) {
        rows.start(step).count(values[0] as u64);
        for (value, shown) in values[1..].iter().zip(self.shown) {
            rows.value(shown, *value);
        }
        rows.end();
    }

    fn keep(&mut self, _keeper: &mut Keeper<'_>) -> Kept {
        Ok(())
    }
}
