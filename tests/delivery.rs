//! Delivery of spikes against a plain, slow model of it: a list of events, sorted. Random pairs (several synapses of a pair
//! among them), delays, clocks, parts of groups and pathways; what they do depends on its order, and is done in whole
//! numbers, so that nothing is near but wrong.

mod support;

#[path = "delivery/plain.rs"]
mod plain;
#[path = "delivery/written.rs"]
mod written;

use plain::Network;
use support::Folder;

#[test]
fn random_networks_do_what_a_sorted_list_of_events_does() {
    let folder = Folder::new();
    let (mut events, mut late) = (0, 0);
    for seed in 0..24 {
        let network = Network::random(seed);
        let expected = network.simulated();
        events += expected.events;
        late += expected.reordered;
        let results = folder.results_of(&written::job(&network), &format!("out{seed}"), &[]);
        for (table, values) in [("x", &expected.x), ("y", &expected.y), ("w", &expected.w)] {
            let rows = results.table(table).rows;
            let found: Vec<i64> = rows.iter().map(|row| row.last().unwrap().parse().unwrap()).collect();
            assert_eq!(&found, values, "{table} of network {seed}:\n{}", written::job(&network));
        }
    }
    assert!(events > 10_000 && late > 400, "too little happens: {events} events, {late} out of order");
}
