//! `snapshot`: all variables of all groups and synapses at a time, a row for each value, in SI units.

use jobs::ColumnKind;
use kernels::model::{Model, Recorded};

use super::super::keeper::{Keeper, Kept};
use super::shown::{Rows, Shown};
use super::state::by_pair;
use super::watch::{Watch, Watched, Watching};

/// What a record of the kernel's holds: an object, and its variables.
#[derive(Debug)]
struct Part {
    object: String,
    variables: Vec<String>,
    /// Each synapse has its `i` and `j` before its values.
    pairs: bool,
}

/// The parts, in the order of the kernel's records.
#[derive(Debug)]
pub struct Snapshot {
    parts: Vec<Part>,
}

impl Snapshot {
    /// Of these groups and objects of synapses.
    pub fn new(
        model: &Model,
        groups: &[(usize, Vec<Recorded>)],
        synapses: &[(usize, Vec<Recorded>)],
    ) -> Snapshot {
        let part = |object: &str, variables: &[Recorded], pairs| Part {
            object: object.to_owned(),
            variables: variables.iter().map(|v| v.name.clone()).collect(),
            pairs,
        };
        let groups = groups.iter().map(|(g, variables)| part(&model.groups[*g].name, variables, false));
        let synapses = synapses.iter().map(|(k, variables)| part(&model.synapses[*k].name, variables, true));
        Snapshot { parts: groups.chain(synapses).collect() }
    }
}

impl Watch for Snapshot {
    fn begin<'a>(&'a self, _watched: &Watched<'_>) -> Box<dyn Watching + 'a> {
        Box::new(Copying { parts: &self.parts, shown: Shown::new(ColumnKind::Real, 1.0) })
    }
}

#[derive(Debug)]
struct Copying<'a> {
    parts: &'a [Part],
    shown: Shown,
}

impl Watching for Copying<'_> {
    fn record(&mut self, part: usize, step: i64, values: &[f64], rows: &mut Rows) {
        let Part { object, variables, pairs } = &self.parts[part];
        let elements: Vec<&[f64]> = match pairs {
            true => by_pair(values, 2 + variables.len()).into_iter().map(|pair| &pair[2..]).collect(),
            false => values.chunks_exact(variables.len()).collect(),
        };
        for (v, variable) in variables.iter().enumerate() {
            for (i, values) in elements.iter().enumerate() {
                let row = rows.start(step).text(object).text(variable).count(i as u64);
                row.value(&self.shown, values[v]).end();
            }
        }
    }

    fn keep(&mut self, _keeper: &mut Keeper<'_>) -> Kept {
        Ok(())
    }
}
