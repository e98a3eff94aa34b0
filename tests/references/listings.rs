//! Lists of synapses, from jobs in which the sources spike one after the other and the targets take notes.

use crate::results::Results;
use crate::table::{Cells, Table};

const OBJECTS: [&str; 16] = [
    "all",
    "cond",
    "cond_vars",
    "cond_bool",
    "gen_window",
    "gen_step",
    "gen_if",
    "gen_i",
    "one2one",
    "arrays",
    "scalar_array",
    "multapse",
    "multi_str",
    "appended",
    "gen_n",
    "all_n_str",
];

/// A column as `[point][step][neuron]`.
struct Notes(Vec<Vec<Vec<f64>>>);

impl Notes {
    fn new(table: &Table, column: &str, dt: f64) -> Result<Notes, String> {
        let (t, i) = (table.numbers("t")?, table.numbers("i")?);
        let (point, value) = (table.numbers("point")?, table.numbers(column)?);
        let mut notes: Vec<Vec<Vec<f64>>> = Vec::new();
        for row in 0..table.len() {
            let (p, step, neuron) = (point[row] as usize, (t[row] / dt).round() as usize, i[row] as usize);
            if notes.len() <= p {
                notes.resize(p + 1, Vec::new());
            }
            if notes[p].len() <= step {
                notes[p].resize(step + 1, Vec::new());
            }
            if notes[p][step].len() != neuron {
                return Err(format!("row {row} is not in order"));
            }
            notes[p][step].push(value[row]);
        }
        Ok(Notes(notes))
    }

    /// What a neuron got in a step.
    fn got(&self, point: usize, step: usize, neuron: usize) -> f64 {
        self.0[point][step + 1][neuron] - self.0[point][step][neuron]
    }
}

pub fn connectivity(results: &Results) -> Result<Table, String> {
    let (mut object, mut columns) = (Vec::new(), vec![Vec::new(); 4]);
    for (k, name) in OBJECTS.iter().enumerate() {
        let table = results.monitor("connectivity", &format!("of_c{:02}", k + 1))?;
        // The reference lists a second object of this name, made after the run and without values.
        let listed = if *name == "all_n_str" { 0.0 } else { 1.0 };
        object.extend(std::iter::repeat_n((*name).to_owned(), table.len()));
        let scales = [("i", 1.0), ("j", 1.0), ("w", listed), ("delay", listed)];
        for (out, (column, scale)) in columns.iter_mut().zip(scales) {
            out.extend(table.numbers(column)?.iter().map(|x| x * scale));
        }
    }
    let mut table = Table::of_numbers(["i", "j", "w", "delay"].into_iter().zip(columns).collect());
    table.columns.push(("object".to_owned(), Cells::Text(object)));
    Ok(table)
}

/// Every 7th synapse, in the order of creation.
pub fn izhikevich(results: &Results) -> Result<Table, String> {
    let table = results.monitor("izhikevich_delays", "synapses")?;
    let notes = ["from_i", "w", "lag"].map(|name| Notes::new(&table, name, 2.5e-4));
    let [from, w, lag] = notes;
    let (from, w, lag) = (&from?.0[0], &w?.0[0], &lag?.0[0]);
    let mut columns = vec![Vec::new(); 4];
    let pairs = (0..100).flat_map(|i| (0..100).map(move |j| (i, j)));
    for (i, j) in pairs.filter(|&(i, j)| from[i + 1][j] == i as f64).step_by(7) {
        for (column, value) in columns.iter_mut().zip([i as f64, j as f64, w[i + 1][j], lag[i + 1][j]]) {
            column.push(value);
        }
    }
    Ok(Table::of_numbers(["i", "j", "w", "delay"].into_iter().zip(columns).collect()))
}

/// A part of G or H: when its first neuron spikes, its first index, its size.
struct Part {
    in_h: bool,
    first: usize,
    size: usize,
}

const fn part(in_h: bool, first: usize, end: usize) -> Part {
    Part { in_h, first, size: end - first }
}

const SUBGROUPS: [(&str, Part, Part); 5] = [
    ("s1", part(false, 10, 25), part(false, 17, 31)),
    ("s2", part(false, 25, 40), part(true, 4, 12)),
    ("s3", part(true, 5, 9), part(false, 0, 10)),
    ("s4", part(false, 17, 31), part(true, 0, 12)),
    ("s5", part(false, 13, 14), part(false, 39, 40)),
];

pub fn subgroups(results: &Results) -> Result<Table, String> {
    let g = Notes::new(&results.monitor("subgroups_table", "G")?, "n", 1e-4)?;
    let h = Notes::new(&results.monitor("subgroups_table", "H")?, "n", 1e-4)?;
    let (mut object, mut columns) = (Vec::new(), vec![Vec::new(); 2]);
    for (point, (name, source, target)) in SUBGROUPS.iter().enumerate() {
        let notes = if target.in_h { &h } else { &g };
        for (i, j) in (0..source.size).flat_map(|i| (0..target.size).map(move |j| (i, j))) {
            let step = source.first + i + if source.in_h { 40 } else { 0 };
            for _ in 0..notes.got(point, step, target.first + j) as usize {
                object.push((*name).to_owned());
                columns[0].push(i as f64);
                columns[1].push(j as f64);
            }
        }
    }
    let mut table = Table::of_numbers(["i", "j"].into_iter().zip(columns).collect());
    table.columns.push(("object".to_owned(), Cells::Text(object)));
    Ok(table)
}
