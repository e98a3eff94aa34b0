//! `snapshot`: all variables of all groups at a time, a row for each value, in SI units.

use jobs::ColumnKind;
use kernels::model::{Model, Recorded};

use super::shown::{Rows, Shown};
use super::watch::{Watch, Watched, Watching};

/// The names of groups and of their variables, in the order of the kernel's records.
#[derive(Debug)]
pub struct Snapshot {
    groups: Vec<(String, Vec<String>)>,
}

impl Snapshot {
    /// Of these groups.
    pub fn new(model: &Model, groups: &[(usize, Vec<Recorded>)]) -> Snapshot {
        let names = |(g, variables): &(usize, Vec<Recorded>)| {
            (model.groups[*g].name.clone(), variables.iter().map(|v| v.name.clone()).collect())
        };
        Snapshot { groups: groups.iter().map(names).collect() }
    }
}

impl Watch for Snapshot {
    fn begin<'a>(&'a self, _watched: &Watched<'_>) -> Box<dyn Watching + 'a> {
        Box::new(Copying { groups: &self.groups, shown: Shown::new(ColumnKind::Real, 1.0) })
    }
}

#[derive(Debug)]
struct Copying<'a> {
    groups: &'a [(String, Vec<String>)],
    shown: Shown,
}

impl Watching for Copying<'_> {
    fn record(&mut self, part: usize, step: i64, values: &[f64], rows: &mut Rows) {
        let (group, variables) = &self.groups[part];
        for (v, variable) in variables.iter().enumerate() {
            for (i, value) in values.iter().skip(v).step_by(variables.len()).enumerate() {
                rows.start(step).text(group).text(variable).count(i as u64).value(&self.shown, *value).end();
            }
        }
    }
}
