//! The jobs that also measure speed, and those they grew from.

use super::support::{Results, assert_close};
use super::{Job, POINT, SPIKES_OF_P, run};

pub const JOBS: &[Job] = &[
    ("cobahh", cobahh, &[("spikes", "point,t_ms,i"), ("trace", "point,t_ms,i,v_mV"), POINT, SPIKES_OF_P]),
    ("cuba", cuba, &[("spikes", "point,t_ms,i"), POINT, SPIKES_OF_P]),
    (
        "cuba_sweep",
        cuba_sweep,
        &[("spikes", "point,t_ms,i"), ("points", "point,repeat,we_mV,wi_mV,status"), SPIKES_OF_P],
    ),
    (
        "distance_dependent",
        distance_dependent,
        &[
            ("spikes", "point,t_ms,i"),
            ("points", "point,repeat,w_mV,status"),
            ("summary", "point,G_spikes,G_rate_Hz,G_cv_isi,v_mean_mV"),
        ],
    ),
    ("hh_fi_curve", hh, &[("spikes", "point,t_ms,i"), ("points", "point,repeat,I_nA,status"), SPIKES_OF_P]),
    (
        "lif_fi_curve",
        lif,
        &[("spikes", "point,t_ms,i"), ("points", "point,repeat,v0_mV,status"), SPIKES_OF_P],
    ),
];

#[test]
fn cobahh_runs() {
    run("cobahh");
}

#[test]
fn cuba_runs() {
    run("cuba");
}

#[test]
fn cuba_sweep_runs() {
    run("cuba_sweep");
}

#[test]
fn distance_dependent_runs() {
    run("distance_dependent");
}

#[test]
fn hh_fi_curve_runs() {
    run("hh_fi_curve");
}

#[test]
fn lif_fi_curve_runs() {
    run("lif_fi_curve");
}

/// Self-sustained for the whole second, 130 000 to 160 000 spikes; membranes between the reversal potentials.
fn cobahh(results: &Results) {
    let spikes = results.table("summary").numbers("P_spikes")[0];
    assert!((130e3..160e3).contains(&spikes), "{spikes} spikes");
    let late = results.table("spikes").numbers("t_ms").into_iter().filter(|t| *t >= 900.0).count();
    assert!(late > 5000, "{late} spikes in the last 100 ms");
    let v = results.table("trace").numbers("v_mV");
    assert!(v.iter().all(|v| (-95.0..55.0).contains(v)), "a membrane left (-95, 55) mV");
    assert!(v.iter().any(|v| *v > 0.0), "none of the traces has a spike");
}

/// Self-sustained, irregular, 3 to 10 Hz.
fn cuba(results: &Results) {
    let summary = results.table("summary");
    let rate = summary.numbers("P_rate_Hz")[0];
    assert!((3.0..10.0).contains(&rate), "{rate} Hz");
    assert_close(rate, summary.numbers("P_spikes")[0] / 4000.0, 1e-9, "rate of 4000 neurons in 1 s");
    assert_eq!(results.table("spikes").rows.len() as f64, summary.numbers("P_spikes")[0]);
    let cv = summary.numbers("P_cv_isi")[0];
    assert!((0.3..1.2).contains(&cv), "CV {cv}: not irregular");
    let late = results.table("spikes").numbers("t_ms").into_iter().filter(|t| *t >= 900.0).count();
    assert!(late > 500, "{late} spikes in the last 100 ms");
}

/// Excitation raises the rate, inhibition lowers it.
fn cuba_sweep(results: &Results) {
    let (points, summary) = (results.table("points"), results.table("summary"));
    assert_eq!(points.rows.len(), 64);
    let (we, wi, rate) = (points.numbers("we_mV"), points.numbers("wi_mV"), summary.numbers("P_rate_Hz"));
    let mean = |keep: &dyn Fn(usize) -> bool| {
        let kept: Vec<f64> = (0..64).filter(|k| keep(*k)).map(|k| rate[k]).collect();
        kept.iter().sum::<f64>() / kept.len() as f64
    };
    assert!(mean(&|k| we[k] == 1.9) > 1.1 * mean(&|k| we[k] == 1.2), "excitation does nothing: {rate:?}");
    assert!(mean(&|k| wi[k] == -6.0) > 1.1 * mean(&|k| wi[k] == -13.0), "inhibition does nothing: {rate:?}");
    assert!(rate.iter().all(|r| (1.0..60.0).contains(r)), "{rate:?}");
    assert_eq!((we[1], wi[1], we[8], wi[8]), (1.2, -7.0, we[9], -6.0), "the last axis is the fastest");
}

/// A neuron far from the border has 2*sum(exp(-d/10)) = 19.0 targets on average; only near the border fewer. Weak synapses
/// carry nothing beyond the nine neurons that start, strong ones a wave to both ends that takes every neuron once.
fn distance_dependent(results: &Results) {
    let n: i32 = 400;
    let mean =
        |i: i32| (0..n).filter(|j| *j != i).map(|j| (f64::from((i - j).abs()) * -0.1).exp()).sum::<f64>();
    let expected = (0..n).map(mean).sum::<f64>() / f64::from(n);
    let per_spike =
        results.told("/counters/synaptic_events") as f64 / results.told("/counters/spikes") as f64;
    assert_close(per_spike, expected, 0.05 * expected, "targets of a spike");

    let (w, spikes) = (results.table("points").numbers("w_mV"), results.table("summary").numbers("G_spikes"));
    for (w, spikes) in w.iter().zip(&spikes) {
        let plausible = if *w < 1.2 { *spikes == 9.0 } else { *w < 2.9 || *spikes == 400.0 };
        assert!(plausible, "{spikes} spikes with w = {w} mV");
    }
    let wave = &results.table("spikes").by_point()[&34];
    let time_of = |i: f64| {
        let rows = wave.numbers("i").into_iter().zip(wave.numbers("t_ms"));
        rows.filter(|(k, _)| *k == i).map(|(_, t)| t).next().unwrap()
    };
    assert!(time_of(200.0) < time_of(250.0) && time_of(250.0) < time_of(390.0), "no wave to the right");
    assert!(time_of(150.0) < time_of(10.0), "no wave to the left");
}

/// Nothing without current, then rates that rise without a jump to 80 to 110 Hz at 0.7 nA.
fn hh(results: &Results) {
    let (current, counts) =
        (results.table("points").numbers("I_nA"), results.table("summary").numbers("P_spikes"));
    assert_eq!(current.len(), 1000);
    assert!(counts[..20].iter().all(|n| *n == 0.0), "spikes without current: {:?}", &counts[..20]);
    for (k, two) in counts.windows(2).enumerate() {
        assert!(two[1] >= two[0] - 1.0 && two[1] <= two[0] + 5.0, "{two:?} spikes at {} nA", current[k]);
    }
    assert!((80.0..110.0).contains(&counts[999]), "{} spikes at 0.7 nA", counts[999]);
}

/// Intervals of t_ref + tau*ln(v0/(v0 - theta)), within one step; nothing below theta.
fn lif(results: &Results) {
    let (v0, counts) =
        (results.table("points").numbers("v0_mV"), results.table("summary").numbers("P_spikes"));
    let trains = results.table("spikes").by_point();
    assert_eq!(v0.len(), 1000);
    let mut intervals = 0;
    for (k, v0) in v0.iter().enumerate() {
        let train = trains.get(&(k as u64)).map(|t| t.numbers("t_ms")).unwrap_or_default();
        assert_eq!(train.len() as f64, counts[k]);
        if *v0 <= 10.0 {
            assert_eq!(counts[k], 0.0, "spikes at {v0} mV");
            continue;
        }
        let expected = 5.0 + 10.0 * (v0 / (v0 - 10.0)).ln();
        for two in train.windows(2) {
            // Late, since a spike is seen at the end of a step; early, since its own step counts as refractory.
            let what = format!("interval at {v0} mV");
            assert_close(two[1] - two[0], expected, 0.1 + 1e-9, &what);
            intervals += 1;
        }
    }
    assert!(intervals > 10_000);
    assert!(counts.windows(2).all(|two| two[1] >= two[0]), "the curve is not monotone");
}
