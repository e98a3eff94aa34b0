//! Tables of synapses from neurons that mirror them: `w_from_3` of neuron j is w of the synapse from 3 to j,
//! `w_to_3` of neuron i that of the synapse from i to 3.

use crate::results::Results;
use crate::table::Table;

/// Which end mirrors.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// The target, by source.
    From,
    /// The source, by target.
    To,
}

/// Rows `t, syn, variables`; synapse k is the k-th of `pairs`.
fn mirrored(table: &Table, end: End, variables: &[&str], pairs: &[(usize, usize)]) -> Result<Table, String> {
    let (t, i) = (table.numbers("t")?, table.numbers("i")?);
    let (mut times, mut synapses) = (Vec::new(), Vec::new());
    let mut values = vec![Vec::new(); variables.len()];
    for row in 0..table.len() {
        for (synapse, &(pre, post)) in pairs.iter().enumerate() {
            let (holder, word, other) = match end {
                End::From => (post, "from", pre),
                End::To => (pre, "to", post),
            };
            if i[row] != holder as f64 {
                continue;
            }
            times.push(t[row]);
            synapses.push(synapse as f64);
            for (column, variable) in values.iter_mut().zip(variables) {
                column.push(table.numbers(&format!("{variable}_{word}_{other}"))?[row]);
            }
        }
    }
    let mut columns = vec![("t", times), ("syn", synapses)];
    columns.extend(variables.iter().copied().zip(values));
    Ok(Table::of_numbers(columns))
}

/// Pairs of a connection by condition, in the order of creation.
fn pairs(sources: usize, targets: usize, connected: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
    let all = (0..sources).flat_map(|i| (0..targets).map(move |j| (i, j)));
    all.filter(|(i, j)| connected(*i, *j)).collect()
}

pub fn delays_pathways(results: &Results) -> Result<Table, String> {
    let mirror = results.monitor("delays_pathways", "mirror")?;
    mirrored(&mirror, End::From, &["w", "z", "nback", "tl"], &pairs(5, 4, |i, j| (i + j) % 2 == 0))
}

pub fn zero_delay_weights(results: &Results) -> Result<Table, String> {
    let mirror = results.monitor("zero_delay_order", "weights")?;
    mirrored(&mirror, End::From, &["w"], &pairs(3, 3, |_, _| true))
}

pub fn stp_tm(results: &Results) -> Result<Table, String> {
    results.monitor("stp_tm", "mirror")?.renamed("i", "syn")
}

fn stdp(results: &Results, monitor: &str, variables: &[&str]) -> Result<Table, String> {
    let mirror = results.monitor("stdp_events", monitor)?;
    mirrored(&mirror, End::To, variables, &pairs(12, 5, |i, j| (i * 5 + j * 3) % 4 != 1))
}

pub fn stdp_weights(results: &Results) -> Result<Table, String> {
    stdp(results, "state", &["w"])
}

pub fn stdp_final(results: &Results) -> Result<Table, String> {
    let table = stdp(results, "final", &["w", "apre", "apost", "last"])?;
    table.filter("t", |t| t > 0.0)?.renamed("last", "lastupdate")
}
