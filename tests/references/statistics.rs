//! The statistics of the stochastic case, for each repeat.

use std::f64::consts::PI;

use crate::results::Results;
use crate::table::{Cells, Table};

const REPEATS: usize = 3;

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

/// With n - 1 in the denominator.
fn variance(x: &[f64]) -> f64 {
    let m = mean(x);
    x.iter().map(|v| (v - m) * (v - m)).sum::<f64>() / (x.len() - 1) as f64
}

/// Names and values.
#[derive(Default)]
struct Statistics {
    names: Vec<String>,
    values: Vec<f64>,
}

impl Statistics {
    fn add(&mut self, name: &str, value: f64) {
        self.names.push(name.to_owned());
        self.values.push(value);
    }
}

pub fn moments(results: &Results) -> Result<Table, String> {
    let mut statistics = Statistics::default();
    for repeat in 0..REPEATS {
        let table = |name: &str| results.monitor("stochastic", name)?.filter("point", |p| p == repeat as f64);
        trains(&table("pg")?, &mut statistics)?;
        modulated(&table("pt")?, &mut statistics)?;
        statistics.add("total_count_rand_threshold", table("th")?.len() as f64);
        sources(&table("A")?.filter("t", |t| t > 0.0)?, &mut statistics)?;
        targets(&table("B")?.filter("t", |t| t > 0.0)?, &mut statistics)?;
    }
    let mut table = Table::of_numbers(vec![("value", statistics.values)]);
    table.columns.push(("name".to_owned(), Cells::Text(statistics.names)));
    Ok(table)
}

/// Potentials under Poisson inputs.
pub fn inputs(results: &Results) -> Result<Table, String> {
    let mut statistics = Statistics::default();
    for repeat in 0..REPEATS {
        for (label, name) in [("few", "pi1"), ("many", "pi2")] {
            let all = results.monitor("stochastic_inputs", name)?;
            let end = all.filter("point", |p| p == repeat as f64)?.filter("t", |t| t > 0.0)?;
            statistics.add(&format!("mean_poissoninput_{label}"), mean(end.numbers("v")?));
            statistics.add(&format!("var_poissoninput_{label}"), variance(end.numbers("v")?));
        }
    }
    let mut table = Table::of_numbers(vec![("value", statistics.values)]);
    table.columns.push(("name".to_owned(), Cells::Text(statistics.names)));
    Ok(table)
}

/// The statistics of noise in equations, for each repeat. Standard estimators, as the reference has them.
pub fn noise(results: &Results) -> Result<Table, String> {
    let mut statistics = Statistics::default();
    for repeat in 0..REPEATS {
        let table =
            |name: &str| results.monitor("stochastic_noise", name)?.filter("point", |p| p == repeat as f64);
        processes(&table("ou")?, &mut statistics)?;
        for method in ["heun", "milstein"] {
            let x = at(&table(method)?, 0.4)?;
            let x = x.numbers("x")?;
            let logs: Vec<f64> = x.iter().map(|x| x.ln()).collect();
            statistics.add(&format!("mean_gbm_{method}"), mean(x));
            statistics.add(&format!("mean_log_gbm_{method}"), mean(&logs));
            statistics.add(&format!("var_log_gbm_{method}"), variance(&logs));
        }
    }
    let mut table = Table::of_numbers(vec![("value", statistics.values)]);
    table.columns.push(("name".to_owned(), Cells::Text(statistics.names)));
    Ok(table)
}

/// The rows of a time in seconds.
fn at(table: &Table, time: f64) -> Result<Table, String> {
    table.filter("t", |t| (t - time).abs() < 1e-9)
}

fn products(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>() / x.len() as f64
}

fn processes(ou: &Table, statistics: &mut Statistics) -> Result<(), String> {
    for (label, time) in [("20ms", 0.02), ("390ms", 0.39)] {
        let rows = at(ou, time)?;
        let (x, y, z) = (rows.numbers("x")?, rows.numbers("y")?, rows.numbers("z")?);
        // The mean of y in Euler's scheme of 0.1 ms with a time constant of 10 ms.
        let expected = 1.5 * (1.0 - 0.99_f64.powi((time / 1e-4_f64).round() as i32));
        let rest: Vec<f64> = y.iter().map(|y| y - expected).collect();
        for (name, value) in [
            ("mean_x", mean(x)),
            ("var_x", variance(x)),
            ("mean_y", mean(y)),
            ("var_y", variance(y)),
            ("var_z", variance(z)),
            ("cov_x_y", products(x, &rest)),
            ("cov_x_z", products(x, z)),
        ] {
            statistics.add(&format!("{name}_t_{label}"), value);
        }
    }
    let (before, after) = (at(ou, 0.38)?, at(ou, 0.39)?);
    statistics.add("autocov_x_lag_10ms", products(before.numbers("x")?, after.numbers("x")?));
    Ok(())
}

/// 100 trains of 60 Hz, then 200 of 100 Hz.
fn trains(spikes: &Table, statistics: &mut Statistics) -> Result<(), String> {
    let (t, i) = (spikes.numbers("t")?, spikes.numbers("i")?);
    let mut of = vec![Vec::new(); 300];
    for (t, i) in t.iter().zip(i) {
        of[*i as usize].push(*t);
    }
    let counts: Vec<f64> = of.iter().map(|train| train.len() as f64).collect();
    for (label, range) in [("60hz", 0..100), ("100hz", 100..300)] {
        statistics.add(&format!("mean_count_poisson_{label}"), mean(&counts[range.clone()]));
        statistics.add(&format!("var_count_poisson_{label}"), variance(&counts[range]));
    }
    let intervals: Vec<f64> =
        of[100..].iter().flat_map(|train| train.windows(2).map(|w| w[1] - w[0])).collect();
    let n = intervals.len() as f64;
    statistics.add("cv_isi_100hz", (variance(&intervals) * (n - 1.0) / n).sqrt() / mean(&intervals));
    Ok(())
}

fn modulated(spikes: &Table, statistics: &mut Statistics) -> Result<(), String> {
    let t = spikes.numbers("t")?;
    statistics.add("total_count_sine", t.len() as f64);
    statistics.add("sine_modulation", t.iter().map(|t| (2.0 * PI * 8.0 * t).sin()).sum());
    Ok(())
}

fn sources(a: &Table, statistics: &mut Statistics) -> Result<(), String> {
    if a.numbers("loops")?.iter().any(|n| *n != 0.0) {
        return Err("a neuron is connected to itself".to_owned());
    }
    if a.filter("t", |t| t > 0.0)?.numbers("drawn")?.iter().any(|n| *n != 15.0) {
        return Err("a sample of 15 has another size".to_owned());
    }
    statistics.add("mean_poisson", mean(a.numbers("q")?));
    statistics.add("var_n_outgoing_p_0_13", variance(a.numbers("outgoing")?));
    statistics.add("n_synapses_p_0_4_i_j", a.numbers("from_A")?.iter().sum());
    Ok(())
}

fn targets(b: &Table, statistics: &mut Statistics) -> Result<(), String> {
    let total = |name: &str| Ok::<f64, String>(b.numbers(name)?.iter().sum());
    let n = total("incoming")?;
    statistics.add("n_synapses_p_0_13", n);
    statistics.add("var_n_incoming_p_0_13", variance(b.numbers("incoming")?));
    statistics.add("n_synapses_p_i_j", total("near")?);
    let sampled = total("sampled")?;
    statistics.add("n_synapses_sample_size_15_exact", sampled);
    let places = b.numbers("i")?.iter().zip(b.numbers("sampled")?).map(|(j, n)| j * n);
    statistics.add("mean_j_of_sample_size_15", places.sum::<f64>() / sampled);
    statistics.add("n_synapses_sample_step_2_p_0_1", total("stepped")?);
    let m = total("sum")? / n;
    statistics.add("mean_w_randn", m);
    statistics.add("var_w_randn", (total("squares")? - n * m * m) / (n - 1.0));
    statistics.add("p_w_0_clipped", total("zeros")? / n);
    statistics.add("mean_w_clipped", total("clipped")? / n);
    Ok(())
}
