//! Delivery of spikes against a plain, slow model of it: a list of events, sorted. Random pairs (several synapses of a pair
//! among them), delays, clocks, parts of groups and pathways; what they do depends on its order, and is done in whole
//! numbers, so that nothing is near but wrong.

mod support;

#[path = "delivery/plain.rs"]
mod plain;
#[path = "delivery/written.rs"]
mod written;

use plain::{Left, Network};
use support::Folder;

/// Runs a network and compares what is left.
fn agrees(folder: &Folder, network: &Network, name: &str) -> Left {
    let expected = network.simulated();
    let results = folder.results_of(&written::job(network), name, &[]);
    for (table, values) in [("x", &expected.x), ("y", &expected.y), ("w", &expected.w)] {
        let rows = results.table(table).rows;
        let found: Vec<i64> = rows.iter().map(|row| row.last().unwrap().parse().unwrap()).collect();
        assert_eq!(&found, values, "{table} of network {name}:\n{}", written::job(network));
    }
    expected
}

#[test]
fn random_networks_do_what_a_sorted_list_of_events_does() {
    let folder = Folder::new();
    let all: Vec<Left> =
        (0..24).map(|seed| agrees(&folder, &Network::random(seed), &format!("small{seed}"))).collect();
    let events: usize = all.iter().map(|left| left.events).sum();
    let late: usize = all.iter().map(|left| left.reordered).sum();
    assert!(events > 10_000 && late > 400, "too little happens: {events} events, {late} out of order");
}

#[test]
fn queues_that_overflow_do_so_too() {
    let folder = Folder::new();
    for seed in 0..4 {
        let left = agrees(&folder, &Network::large(seed), &format!("large{seed}"));
        assert!(left.events > 100_000, "too little happens: {} events", left.events);
    }
}

/// 11*ms - 10*ms - 1*ms is a little less than 0 as a double, and lies in the first step all the same; half a step
/// before it is refused.
#[test]
fn a_time_that_is_rounded_to_just_below_zero_is_in_the_first_step() {
    let job = |time: &str| {
        format!(
            "[run]\nduration = \"1 ms\"\n[parameters]\nlag = \"-10 ms\"\n\
             [spike_generators.A]\nsize = 1\nindices = [0, 0]\ntimes = [\"{time}\", \"0.5 ms\"]\n\
             [record.A]\nkind = \"spikes\"\nsource = \"A\"\n"
        )
    };
    let folder = Folder::new();
    let results = folder.results_of(&job("11*ms + lag - 1*ms"), "out", &[]);
    assert_eq!(results.table("A").numbers("t_ms"), [0.0, 0.5]);
    folder.write("job.toml", job("-0.05 ms"));
    let refused = folder.spikesweep(&["check", "job.toml"]).expect(65);
    assert!(refused.stderr.contains("before the beginning"), "{}", refused.stderr);
}
