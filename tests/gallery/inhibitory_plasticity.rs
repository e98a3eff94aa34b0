//! Inhibitory synapses that learn, against what the paper says of them.

use super::support::{Results, assert_close};
use super::{Job, run};

pub const JOBS: &[Job] = &[(
    "vogels_inhibitory_plasticity",
    inhibitory_plasticity,
    &[
        ("spikes", "point,t_ms,i"),
        ("activity", "point,t_ms,rate_Hz"),
        ("weights", "point,t_ms,i,W_nS"),
        ("points", "point,repeat,rho0_Hz,alpha,status"),
        ("summary", "point,P_spikes,P_rate_Hz,P_cv_isi,late_rate_Hz,late_cv"),
    ],
)];

#[test]
fn vogels_inhibitory_plasticity_runs() {
    run("vogels_inhibitory_plasticity");
}

/// Above 50 Hz before plasticity begins; over the last 5 s from 10 % below to 40 % above the target rate, irregular and
/// asynchronous, with inhibition from nothing to more than 0.5 nS a synapse, most for the lowest target. (The fixed
/// point of the rule is the target for uncorrelated spikes; a spike of an inhibitory neuron keeps its targets from
/// firing.)
fn inhibitory_plasticity(results: &Results) {
    let target = results.table("points").numbers("rho0_Hz");
    let summary = results.table("summary");
    let spikes = results.table("spikes").by_point();
    let weights = results.table("weights").by_point();
    let activity = results.table("activity").by_point();
    assert_eq!(target, [3.0, 5.0, 10.0]);
    let mut inhibition = Vec::new();
    for (point, target) in target.iter().enumerate() {
        let (point, spikes) = (point as u64, &spikes[&(point as u64)]);
        let times = spikes.numbers("t_ms");
        let early = times.iter().filter(|t| **t < 1000.0).count() as f64 / 500.0;
        assert!(early > 50.0, "{early} Hz without inhibition");
        let late = summary.numbers("late_rate_Hz")[point as usize];
        assert!((0.9 * target..1.4 * target).contains(&late), "{late} Hz instead of {target} Hz");
        let bins = activity[&point].numbers("rate_Hz");
        assert_close(bins.iter().sum::<f64>() / bins.len() as f64, late, 1e-6, "the rate in bins");
        let cv = summary.numbers("late_cv")[point as usize];
        assert!((0.6..1.4).contains(&cv), "CV {cv} at {target} Hz: not irregular");
        let correlation = mean_correlation(&times, &spikes.numbers("i"));
        assert!(correlation < 0.1, "correlation {correlation} at {target} Hz: not asynchronous");
        let sums = weights[&point].numbers("W_nS");
        assert_eq!(sums.len(), 500);
        inhibition.push(sums.iter().sum::<f64>() / 500.0 / 40.0);
    }
    assert!(inhibition.iter().all(|w| *w > 0.5), "{inhibition:?} nS a synapse");
    assert!(inhibition[0] > inhibition[1] && inhibition[1] > inhibition[2], "{inhibition:?} nS a synapse");
}

/// Of the counts of two of 500 neurons in bins of 5 ms from 16 s to 21 s, on average over pairs, each weighted by its
/// variances: what the variance of the sum exceeds the sum of variances by.
fn mean_correlation(times: &[f64], neurons: &[f64]) -> f64 {
    let (n, bins) = (500, 1000);
    let mut counts = vec![vec![0.0; bins]; n];
    let mut all = vec![0.0; bins];
    for (t, i) in times.iter().zip(neurons).filter(|(t, _)| **t >= 16_000.0) {
        let bin = ((t - 16_000.0) / 5.0) as usize;
        counts[*i as usize][bin] += 1.0;
        all[bin] += 1.0;
    }
    let variance = |x: &[f64]| {
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / x.len() as f64
    };
    let alone: f64 = counts.iter().map(|c| variance(c)).sum();
    (variance(&all) / alone - 1.0) / (n - 1) as f64
}
