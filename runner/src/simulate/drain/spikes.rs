//! `spikes`: a row a spike.

use kernels::layout::Range;

use super::shown::Rows;
use super::watch::{Begin, Watch, Watching};

/// Has no settings and keeps nothing.
#[derive(Debug)]
pub struct Spikes;

impl Watch for Spikes {
    fn begin(&self, _begin: &Begin<'_>, _watched: Range) -> Box<dyn Watching> {
        Box::new(Spikes)
    }
}

impl Watching for Spikes {
    fn spike(&mut self, step: i64, i: u64, rows: &mut Rows) {
        rows.start(step).count(i).end();
    }
}
