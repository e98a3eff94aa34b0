//! `spikes`: a row a spike.

use super::shown::Rows;
use super::watch::{Watch, Watched, Watching};

/// Has no settings and keeps nothing.
#[derive(Debug)]
pub struct Spikes;

impl Watch for Spikes {
    fn begin(&self, _watched: &Watched<'_>) -> Box<dyn Watching> {
        Box::new(Spikes)
    }
}

impl Watching for Spikes {
    fn spike(&mut self, step: i64, i: u64, rows: &mut Rows) {
        rows.start(step).count(i).end();
    }
}
