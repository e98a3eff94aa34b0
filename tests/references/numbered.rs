//! Tables of synapses with Brian's numbers: `syn` counts them in the order of their creation, which is ours within a time.

use crate::results::Results;
use crate::table::Table;

/// A monitor of synapses with the column `syn`.
fn numbered(results: &Results, job: &str, monitor: &str) -> Result<Table, String> {
    let table = results.monitor(job, monitor)?;
    let t = table.numbers("t")?;
    let mut numbers = Vec::with_capacity(t.len());
    for (row, time) in t.iter().enumerate() {
        let is_next = row > 0 && t[row - 1] == *time;
        numbers.push(if is_next { numbers[row - 1] + 1.0 } else { 0.0 });
    }
    Ok(table.with("syn", numbers))
}

pub fn delays_pathways(results: &Results) -> Result<Table, String> {
    numbered(results, "delays_pathways", "synapses")
}

pub fn delays_pathways_made(results: &Results) -> Result<Table, String> {
    delays_pathways(results)?.filter("t", |t| t == 0.0)
}

pub fn zero_delay_weights(results: &Results) -> Result<Table, String> {
    numbered(results, "zero_delay_order", "weights")
}

pub fn stp_tm(results: &Results) -> Result<Table, String> {
    numbered(results, "stp_tm", "synapses")
}

pub fn nmda_gap(results: &Results) -> Result<Table, String> {
    numbered(results, "nmda_gap", "state_syn")?.filter("syn", |syn| [0.0, 11.0, 25.0].contains(&syn))
}

pub fn stdp_weights(results: &Results) -> Result<Table, String> {
    numbered(results, "stdp_events", "state")
}

pub fn stdp_final(results: &Results) -> Result<Table, String> {
    numbered(results, "stdp_events", "final")
}
