//! `state`: a row for each neuron and time, from values that the kernel copied.

use jobs::Column;
use kernels::layout::Range;

use super::shown::{Rows, Shown};
use super::watch::{Begin, Watch, Watching};

/// Which neurons are recorded, and how their values are shown.
#[derive(Debug)]
pub struct State {
    /// `None`: all.
    indices: Option<Vec<u32>>,
    shown: Vec<Shown>,
}

impl State {
    /// Of these neurons, in these columns.
    pub fn new(indices: Option<&[u32]>, columns: &[Column]) -> State {
        State { indices: indices.map(<[u32]>::to_vec), shown: columns.iter().map(Shown::of).collect() }
    }
}

impl Watch for State {
    fn begin<'a>(&'a self, _begin: &Begin<'_>, watched: Range) -> Box<dyn Watching + 'a> {
        let neurons = self.indices.as_ref().map_or(watched.len() as usize, Vec::len);
        Box::new(Copying { state: self, neurons })
    }
}

#[derive(Debug)]
struct Copying<'a> {
    state: &'a State,
    neurons: usize,
}

impl Watching for Copying<'_> {
    fn words(&self) -> usize {
        self.neurons * self.state.shown.len()
    }

    fn record(&mut self, step: i64, values: &[f64], rows: &mut Rows) {
        let State { indices, shown } = self.state;
        for (k, values) in values.chunks_exact(shown.len()).enumerate() {
            rows.start(step).count(indices.as_ref().map_or(k as u64, |list| u64::from(list[k])));
            for (value, shown) in values.iter().zip(shown) {
                rows.value(shown, *value);
            }
            rows.end();
        }
    }
}
