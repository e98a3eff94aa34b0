//! Synapses that change with what happens to them, against what the papers say of them and closed forms.

use super::support::{Results, assert_close};
use super::{Job, SPIKES_OF_P, run};

pub const JOBS: &[Job] = &[
    (
        "stdp",
        competition,
        &[
            ("weights", "point,t_ms,i,j,w"),
            ("rate", "point,t_ms,rate_Hz"),
            ("points", "point,repeat,status"),
            SPIKES_OF_P,
        ],
    ),
    (
        "stdp_sweep",
        balance,
        &[
            ("weights", "point,t_ms,i,j,w"),
            ("rate", "point,t_ms,rate_Hz"),
            ("points", "point,repeat,tau_minus_ms,B,A_minus,status"),
            SPIKES_OF_P,
        ],
    ),
    (
        "stp",
        short_term,
        &[
            ("released", "point,t_ms,i,released"),
            ("trace", "point,t_ms,i,v_mV"),
            ("points", "point,repeat,rate_Hz,U,tau_rec_ms,tau_facil_ms,kind,status"),
            ("summary", "point"),
        ],
    ),
];

#[test]
fn stdp_runs() {
    run("stdp");
}

#[test]
fn stdp_sweep_runs() {
    run("stdp_sweep");
}

#[test]
fn stp_runs() {
    run("stp");
}

/// How many weights, of 0 to 0.01, lie in each tenth of the range.
fn tenths(weights: &[f64]) -> [usize; 10] {
    let mut tenths = [0; 10];
    weights.iter().for_each(|w| tenths[((w / 0.001) as usize).min(9)] += 1);
    tenths
}

/// The lowest and the highest tenth hold more than any between 0.3 and 0.7.
fn assert_bimodal(weights: &[f64], what: &str) {
    let tenths = tenths(weights);
    assert_eq!(tenths.iter().sum::<usize>(), 1000);
    let most = *tenths[3..7].iter().max().unwrap();
    assert!(tenths[0] > most && tenths[9] > most, "{what}: not bimodal: {tenths:?}");
}

/// Song, Miller and Abbott (2000), figure 2b: weights end near zero or near the maximum; the rate settles. How much of each
/// was chosen after a first run.
fn competition(results: &Results) {
    assert_bimodal(&results.table("weights").pick("w", &[("t_ms", "99900.0")]), "in the end");
    let rates = results.table("rate").numbers("rate_Hz");
    let settled = rates[90..].iter().sum::<f64>() / 10.0;
    assert!(settled < rates[0] / 2.0, "{} Hz at first, {settled} Hz in the end", rates[0]);
}

/// The signs of 1 - B: weights at the maximum below 1; above, an output that falls, the more the larger B, and at the
/// paper's 1.05 bimodal weights (figure 2b). The area of the window decides, not its height.
fn balance(results: &Results) {
    let points = results.table("points");
    let (ratio, tau) = (points.numbers("B"), points.numbers("tau_minus_ms"));
    assert_eq!(ratio, [0.9, 0.9, 1.05, 1.05, 1.1, 1.1, 1.2, 1.2]);
    assert_eq!(tau[..2], [10.0, 40.0]);
    let (weights, rates) = (results.table("weights").by_point(), results.table("rate").by_point());
    let mut settled = Vec::new();
    for (point, (ratio, tau)) in ratio.iter().zip(&tau).enumerate() {
        let (weights, rates) =
            (weights[&(point as u64)].numbers("w"), rates[&(point as u64)].numbers("rate_Hz"));
        let what = format!("B = {ratio}, tau- = {tau} ms");
        let mean = weights.iter().sum::<f64>() / weights.len() as f64 / 0.01;
        let rate = rates[8..].iter().sum::<f64>() / (rates.len() - 8) as f64;
        match *ratio {
            0.9 => assert!(mean > 0.9 && rate > rates[0], "{what}: weights {mean}, {rate} Hz"),
            _ => assert!(mean < 0.9 && rate < rates[0], "{what}: weights {mean}, {rate} Hz"),
        }
        if *ratio == 1.05 {
            assert_bimodal(&weights, &what);
        }
        settled.push(rate);
    }
    for k in 2..6 {
        assert!(settled[k + 2] < settled[k], "the output does not fall with B: {settled:?}");
    }
    for k in [2, 4] {
        let (apart, to_next) = ((settled[k] - settled[k + 1]).abs(), settled[k] - settled[k + 2]);
        assert!(apart < to_next, "B = {}: tau- matters: {settled:?}", ratio[k]);
    }
}

/// Mean release of a spike in a Poisson train of a rate in kHz: of a depressing synapse exactly (tau_facil is next to
/// nothing), of a facilitating one without the correlation of its variables.
fn mean_release(rate: f64, release: f64, recovery: f64, facilitation: f64) -> f64 {
    let u = release * (1.0 + rate * facilitation) / (1.0 + release * rate * facilitation);
    u / (1.0 + u * rate * recovery)
}

/// The formulas in the head of the job, before and after a step of the rate. A sum of n releases of a random number of
/// spikes has at most sqrt(2/n) as a relative standard error, if they scatter no more than their mean.
fn short_term(results: &Results) {
    let points = results.table("points");
    let of = |column: &str| points.numbers(column);
    let (rate, release) = (of("rate_Hz"), of("U"));
    let (recovery, facilitation) = (of("tau_rec_ms"), of("tau_facil_ms"));
    let released = results.table("released").by_point();
    let mut means = Vec::new();
    for (point, hertz) in rate.iter().enumerate() {
        let (r, u, tau, table) = (hertz * 1e-3, release[point], recovery[point], &released[&(point as u64)]);
        assert_eq!(table.numbers("t_ms"), [2000.0, 4000.0, 4001.5, 4021.5, 5000.0, 6000.0]);
        let sums = table.numbers("released");
        let (before, burst, late) =
            ((sums[1] - sums[0]) / 2000.0, (sums[3] - sums[2]) / 20.0, (sums[5] - sums[4]) / 1000.0);
        let mean = before / (4000.0 * r);
        means.push(mean);
        let expected = mean_release(r, u, tau, facilitation[point]);
        let what = format!("{hertz} Hz, U = {u}");
        if u == 0.03 {
            assert_close(mean / expected, 1.0, 0.1, &format!("facilitated release, {what}"));
            continue;
        }
        let error = |spikes: f64| 4.0 * (2.0 / spikes).sqrt();
        assert_close(mean / expected, 1.0, error(4000.0 * r * 2000.0), &format!("depressed release, {what}"));
        // From one mean of x to the other, on average over the first 20 ms.
        let twice = mean_release(2.0 * r, u, tau, facilitation[point]);
        let passed = 20.0 * (1.0 / tau + 2.0 * u * r);
        let expected = 4000.0 * 2.0 * r * (twice + (expected - twice) * (1.0 - (-passed).exp()) / passed);
        assert_close(
            burst / expected,
            1.0,
            error(4000.0 * 2.0 * r * 20.0),
            &format!("after the step, {what}"),
        );
        if (5.0..=40.0).contains(hertz) {
            let (burst, late) = (burst / before, late / before);
            assert!(burst > 1.5 && late < 1.35, "{what}: {burst}, later {late} times that before");
        }
    }
    let (depressed, facilitated) = means.split_at(7);
    assert!(depressed.windows(2).all(|two| two[1] < two[0]), "{depressed:?}");
    assert_close(depressed[6] / depressed[5], 0.5, 0.05, "doubling 40 Hz");
    let best = (0..7).max_by(|a, b| facilitated[*a].total_cmp(&facilitated[*b])).expect("seven rates");
    assert_eq!(rate[best], 20.0, "next to 22 Hz: {facilitated:?}");
}
