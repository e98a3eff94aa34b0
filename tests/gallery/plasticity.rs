//! Synapses that learn, against what the papers say of them.

use super::support::Results;
use super::{Job, SPIKES_OF_P, run};

pub const JOBS: &[Job] = &[(
    "stdp",
    competition,
    &[
        ("weights", "point,t_ms,i,j,w"),
        ("rate", "point,t_ms,rate_Hz"),
        ("points", "point,repeat,status"),
        SPIKES_OF_P,
    ],
)];

#[test]
fn stdp_runs() {
    run("stdp");
}

/// Song, Miller and Abbott (2000), figure 2b: weights end near zero or near the maximum; the rate settles. How much of each
/// was chosen after a first run.
fn competition(results: &Results) {
    let weights = results.table("weights");
    let at_end =
        weights.numbers("t_ms").into_iter().zip(weights.numbers("w")).filter(|(t, _)| *t == 99_900.0);
    let mut tenths = [0; 10];
    at_end.for_each(|(_, w)| tenths[((w / 0.001) as usize).min(9)] += 1);
    assert_eq!(tenths.iter().sum::<usize>(), 1000);
    let most = *tenths[3..7].iter().max().unwrap();
    assert!(tenths[0] > most && tenths[9] > most, "not bimodal: {tenths:?}");
    let rates = results.table("rate").numbers("rate_Hz");
    let settled = rates[90..].iter().sum::<f64>() / 10.0;
    assert!(settled < rates[0] / 2.0, "{} Hz at first, {settled} Hz in the end", rates[0]);
}
