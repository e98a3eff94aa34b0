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

/// Both objects that the pathways of one are split into.
pub fn delays_pathways(results: &Results) -> Result<Table, String> {
    let mut table = numbered(results, "delays_pathways", "synapses_a")?;
    let other = numbered(results, "delays_pathways", "synapses_b")?;
    for shared in ["t", "syn", "i", "j"] {
        if table.column(shared)? != other.column(shared)? {
            return Err(format!("the two objects differ in '{shared}'"));
        }
    }
    for name in ["z", "nback", "tl", "delay_slow", "delay_back"] {
        table = table.with(name, other.numbers(name)?.to_vec());
    }
    Ok(table)
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

pub fn stdp_weights(results: &Results) -> Result<Table, String> {
    numbered(results, "stdp_events", "state")
}

pub fn stdp_final(results: &Results) -> Result<Table, String> {
    numbered(results, "stdp_events", "final")
}
