//! Runs made of phases.

use super::support::{Results, Table, assert_close};
use super::{Job, run};

pub const JOBS: &[Job] = &[
    (
        "phases",
        adaptation,
        &[
            ("spikes", "point,t_ms,i"),
            ("trace", "point,t_ms,i,w_mV"),
            ("points", "point,repeat,step_mV,status"),
            ("summary", "point,P_spikes,P_rate_Hz,P_cv_isi"),
        ],
    ),
    (
        "warm_up",
        warm_up,
        &[
            ("spikes", "point,t_ms,i"),
            ("rate", "point,t_ms,rate_Hz"),
            ("points", "point,repeat,strength,status"),
            ("summary", "point,P_spikes,P_rate_Hz,P_cv_isi"),
        ],
    ),
];

#[test]
fn phases_runs() {
    run("phases");
}

#[test]
fn warm_up_runs() {
    run("warm_up");
}

/// The interval of a leaky integrator from 0 to 10 mV under a constant drive in mV, with 2 ms of refractoriness: ms.
fn interval(drive: f64) -> f64 {
    2.0 + 20.0 * (drive / (drive - 10.0)).ln()
}

/// The rate in kHz at which w = b tau_w f and the rate under I - w agree.
fn adapted(step: f64) -> f64 {
    let (mut low, mut high) = (0.0, (step - 10.0) / 100.0);
    for _ in 0..60 {
        let f = 0.5 * (low + high);
        if 1.0 / interval(step - 0.5 * 200.0 * f) > f { low = f } else { high = f }
    }
    low
}

/// Stated before the first run: the first spike 20 ms ln(I/(I - 10 mV)) after the step, to a step of time; the rate of the
/// last 500 ms of the step as the two conditions give it, within 3 % (w is a sawtooth, not its mean); no spike without
/// current; w decays by exp(-300/200) during the recovery, to rounding; the first spike of the second step comes later
/// than that of the first.
fn adaptation(results: &Results) {
    let (spikes, traces) = (results.table("spikes").by_point(), results.table("trace").by_point());
    for (point, step) in [15.0, 20.0, 30.0].into_iter().enumerate() {
        let times = spikes[&(point as u64)].numbers("t_ms");
        let within = |from: f64, to: f64| times.iter().copied().filter(move |t| (from..to).contains(t));
        assert_eq!(within(0.0, 100.0).count() + within(2100.0, 2400.0).count(), 0, "spikes without current");
        let first = within(100.0, 2100.0).next().unwrap() - 100.0;
        assert_close(first, interval(step) - 2.0, 0.1, "the first spike");
        let late: Vec<f64> = within(1600.0, 2100.0).collect();
        let rate = (late.len() - 1) as f64 / (late[late.len() - 1] - late[0]);
        assert_close(rate / adapted(step), 1.0, 0.03, "the adapted rate, over the expected one");
        let trace = &traces[&(point as u64)];
        let at = |t: f64| trace.numbers("w_mV")[trace.numbers("t_ms").iter().position(|x| *x == t).unwrap()];
        assert_close(at(2400.0) / at(2100.0), (-1.5f64).exp(), 1e-9, "the decay of w");
        let again = within(2400.0, 2500.0).next().unwrap() - 2400.0;
        assert!(again > first, "the second step begins after {again} ms, the first after {first} ms");
    }
}

/// Stated before the first run: the warm-up is the same for all points; mean rates of 5 to 60 Hz (balance of mean inputs
/// alone would give 50 Hz, fluctuations and refractoriness take from that), CV of intervals above 0.5; without stimulus the
/// rate goes on within a third; with it, the rate of those stimulated rises with the strength, to more than one and a half
/// times; spikes are recorded after the warm-up only.
fn warm_up(results: &Results) {
    let (rates, spikes) = (results.table("rate").by_point(), results.table("spikes"));
    assert!(spikes.numbers("t_ms").iter().all(|t| *t >= 500.0));
    let mean = |table: &Table, from: f64, to: f64| {
        let all = table.numbers("t_ms").into_iter().zip(table.numbers("rate_Hz"));
        let all: Vec<f64> = all.filter(|(t, _)| (from..to).contains(t)).map(|(_, rate)| rate).collect();
        all.iter().sum::<f64>() / all.len() as f64
    };
    // The window of the rate reaches 6 ms to either side.
    let warm = |table: &Table| -> Vec<String> {
        table.texts("rate_Hz")[..4930].iter().map(|s| s.to_string()).collect()
    };
    assert!(rates.values().all(|table| warm(table) == warm(&rates[&0])), "warm-ups differ");
    let settled = mean(&rates[&0], 100.0, 490.0);
    let after: Vec<f64> = rates.values().map(|table| mean(table, 520.0, 700.0)).collect();
    let all = results.table("summary").numbers("P_rate_Hz");
    assert!(all.iter().all(|rate| (5.0..60.0).contains(rate)), "{all:?}");
    assert!(results.table("summary").numbers("P_cv_isi").iter().all(|cv| *cv > 0.5));
    assert_close(after[0] / settled, 1.0, 1.0 / 3.0, "the rate without stimulus, over that before");
    assert!(after.windows(2).all(|two| two[0] < two[1]), "{after:?}");
    assert!(after[3] > 1.5 * after[0], "{after:?}");
}
