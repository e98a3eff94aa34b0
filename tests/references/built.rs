//! Tables that are built from several of ours.

use crate::results::Results;
use crate::table::{Cells, Table};

const STEP: f64 = 1e-4;

fn bin(t: f64) -> i64 {
    (t / STEP).round() as i64
}

fn at_start(results: &Results, job: &str, monitor: &str) -> Result<Table, String> {
    results.monitor(job, monitor)?.filter("t", |t| t == 0.0)
}

/// Spikes of each of the first `n` values of a column.
fn counts(spikes: &Table, by: &str, n: usize) -> Result<Vec<f64>, String> {
    let mut counts = vec![0.0; n];
    for index in spikes.numbers(by)? {
        counts[*index as usize] += 1.0;
    }
    Ok(counts)
}

fn numbered(n: usize) -> Vec<f64> {
    (0..n).map(|k| k as f64).collect()
}

pub fn refractory_spikes(results: &Results) -> Result<Table, String> {
    let (mut t, mut i, mut group) = (Vec::new(), Vec::new(), Vec::new());
    for name in ["quantity", "nonmult", "param", "expr", "bool", "noflag", "last"] {
        let spikes = results.monitor("refractory", &format!("spikes_{name}"))?;
        t.extend_from_slice(spikes.numbers("t")?);
        i.extend_from_slice(spikes.numbers("i")?);
        group.extend(std::iter::repeat_n(name.to_owned(), spikes.len()));
    }
    let mut table = Table::of_numbers(vec![("t", t), ("i", i)]);
    table.columns.push(("group".to_owned(), Cells::Text(group)));
    Ok(table)
}

pub fn cuba_counts(results: &Results) -> Result<Table, String> {
    let spikes = results.monitor("cuba_exact", "spikes")?;
    Ok(Table::of_numbers(vec![("i", numbered(400)), ("count", counts(&spikes, "i", 400)?)]))
}

pub fn cuba_synapses(results: &Results) -> Result<Table, String> {
    let tally = results.monitor("cuba_exact", "synapses")?.filter("t", |t| t > 0.0)?;
    let total = |name: &str| Ok::<f64, String>(tally.numbers(name)?.iter().sum());
    let mut table = Table::of_numbers(vec![("n", vec![total("from_e")?, total("from_i")?])]);
    table.columns.push(("synapses".to_owned(), Cells::Text(vec!["Se".to_owned(), "Si".to_owned()])));
    Ok(table)
}

/// Columns of rates from several monitors.
fn rates(results: &Results, job: &str, columns: &[(&'static str, &str)]) -> Result<Table, String> {
    let first = results.monitor(job, columns[0].1)?;
    let mut table = Table::of_numbers(vec![("t", first.numbers("t")?.to_vec())]);
    for (name, monitor) in columns {
        let rate = results.monitor(job, monitor)?;
        if rate.numbers("t")? != table.numbers("t")? {
            return Err(format!("{monitor} has other times"));
        }
        table = table.with(name, rate.numbers("rate")?.to_vec());
    }
    Ok(table)
}

pub fn cuba_rates(results: &Results) -> Result<Table, String> {
    let columns = [
        ("rate", "rate"),
        ("rate_exc", "rate_exc"),
        ("flat3ms", "flat3ms"),
        ("gauss1ms", "gauss1ms"),
        ("gauss_exc2ms", "gauss_exc2ms"),
    ];
    rates(results, "cuba_exact", &columns)
}

pub fn subgroup_rates(results: &Results) -> Result<Table, String> {
    rates(results, "subgroups", &[("rate_b", "rate_b"), ("rate_d", "rate_d"), ("flat_d_1ms", "flat_d_1ms")])
}

pub fn arithmetic(results: &Results) -> Result<Table, String> {
    at_start(results, "integers_time", "arithmetic")
}

pub fn functions(results: &Results) -> Result<Table, String> {
    let mut table = at_start(results, "integers_time", "functions")?;
    for (name, _) in &mut table.columns {
        *name = name.trim_start_matches("f_").to_owned();
    }
    Ok(table)
}

pub fn lif_sweep(results: &Results) -> Result<Table, String> {
    let spikes = results.monitor("sweeps_lif", "spikes")?;
    let drive = at_start(results, "sweeps_lif", "drive")?;
    let counts = counts(&spikes, "point", 200)?;
    Ok(Table::of_numbers(vec![
        ("i", drive.numbers("point")?.to_vec()),
        ("drive", drive.numbers("drive")?.to_vec()),
        ("count", counts),
    ]))
}

pub fn lif_group(results: &Results) -> Result<Table, String> {
    let spikes = results.monitor("sweeps_lif_group", "spikes")?;
    Ok(at_start(results, "sweeps_lif_group", "drive")?.with("count", counts(&spikes, "i", 200)?))
}

pub fn hh_curve(results: &Results) -> Result<Table, String> {
    let spikes = results.monitor("sweeps_hh", "spikes")?;
    Ok(at_start(results, "sweeps_hh", "current")?.with("count", counts(&spikes, "i", 40)?))
}

pub fn grid(results: &Results) -> Result<Table, String> {
    let points = results.monitor("sweeps_grid", "points")?;
    let spikes = results.monitor("sweeps_grid", "spikes")?.filter("t", |t| bin(t) < 3000)?;
    let end = results.monitor("sweeps_grid", "v")?.filter("t", |t| t > 0.0)?;
    let (of, t, i) = (spikes.numbers("point")?, spikes.numbers("t")?, spikes.numbers("i")?);
    let (mut columns, mut parameters) = (vec![Vec::new(); 3], vec![Vec::new(); 2]);
    for (point, neuron) in end.numbers("point")?.iter().zip(end.numbers("i")?) {
        let mine: Vec<f64> =
            (0..t.len()).filter(|&k| of[k] == *point && i[k] == *neuron).map(|k| t[k]).collect();
        columns[0].push(mine.len() as f64);
        columns[1].push(mine.first().copied().unwrap_or(-1.0));
        columns[2].push(mine.last().copied().unwrap_or(-1.0));
        parameters[0].push(points.numbers("tau_w")?[*point as usize]);
        parameters[1].push(points.numbers("jump")?[*point as usize]);
    }
    let mut table = end.renamed("v", "v_end")?;
    for (name, cells) in ["count", "t_first", "t_last"].into_iter().zip(columns) {
        table = table.with(name, cells);
    }
    for (name, cells) in ["tau_w", "jump"].into_iter().zip(parameters) {
        table = table.with(name, cells);
    }
    Ok(table)
}
