//! Designs, and axes that depend on others.

use super::support::{Results, Table, assert_close};
use super::{Job, SPIKES_OF_P, run};

pub const JOBS: &[Job] = &[
    ("dependent_bounds", dependent_bounds, &[("points", "point,repeat,theta_mV,v0_mV,status"), SPIKES_OF_P]),
    (
        "lhs_sensitivity",
        lhs_sensitivity,
        &[("points", "point,repeat,v0_mV,tau_ms,theta_mV,t_ref_ms,status"), SPIKES_OF_P],
    ),
    (
        "sobol_design",
        sobol_design,
        &[("points", "point,repeat,tau_m_ms,tau_s_ms,w_mV,status"), ("summary", "point,peak_mV")],
    ),
];

#[test]
fn dependent_bounds_runs() {
    run("dependent_bounds");
}

#[test]
fn lhs_sensitivity_runs() {
    run("lhs_sensitivity");
}

#[test]
fn sobol_design_runs() {
    run("sobol_design");
}

/// Milliseconds between spikes of a leaky integrate-and-fire neuron.
fn interval(v0: f64, tau: f64, theta: f64, t_ref: f64) -> f64 {
    t_ref + tau * (v0 / (v0 - theta)).ln()
}

/// Spikes of a run fit the interval. As in Brian, refractoriness is rounded down to steps of 0.1 ms, and the step in which
/// it ends is the first one towards the threshold, so that this part is rounded down, too. The run begins and ends within
/// an interval.
fn fits(spikes: f64, length: f64, interval: f64) -> bool {
    (length / interval - 1.0..=length / (interval - 0.2) + 2.0).contains(&spikes)
}

/// No spike where the drive is at threshold. Else the closed form, the same for all thresholds within one spike; drives go
/// from the threshold to three times that in equal steps.
fn dependent_bounds(results: &Results) {
    let (points, summary) = (results.table("points"), results.table("summary"));
    let (theta, v0, spikes) =
        (points.numbers("theta_mV"), points.numbers("v0_mV"), summary.numbers("P_spikes"));
    assert_eq!(spikes.len(), 27);
    for k in 0..27 {
        let ratio = 1.0 + 0.25 * (k % 9) as f64;
        assert_eq!(theta[k], [5.0, 10.0, 15.0][k / 9]);
        assert_eq!(v0[k], theta[k] * ratio);
        if k % 9 == 0 {
            assert_eq!(spikes[k], 0.0);
        } else {
            assert!(
                fits(spikes[k], 300.0, interval(ratio, 10.0, 1.0, 2.0)),
                "{} spikes at {ratio}",
                spikes[k]
            );
        }
        assert!((spikes[k] - spikes[k % 9]).abs() <= 1.0);
    }
}

const ENDS: [(&str, f64, f64); 4] =
    [("v0_mV", 20.0, 30.0), ("tau_ms", 5.0, 30.0), ("theta_mV", 8.0, 15.0), ("t_ref_ms", 1.0, 5.0)];

/// A place in [0, 1) on one of the axes: `tau` is logarithmic.
fn value(axis: usize, place: f64) -> f64 {
    let (_, from, to) = ENDS[axis];
    if axis == 1 { from * (to / from).powf(place) } else { from + place * (to - from) }
}

/// Every rate fits the closed form; each axis has a point in each of 1000 parts. The mean rate is within 2 % of the
/// integral: the variance that is left beside that of single axes, below a tenth of 50 Hz squared, gives a standard
/// error below 0.5 Hz, and rounding to steps adds 0.1 ms of some 15 ms. First-order indices are within 0.08 of theirs: 20 classes of 50
/// points overestimate them by 0.02 at most, and have a standard error of some 0.02.
fn lhs_sensitivity(results: &Results) {
    let (points, summary) = (results.table("points"), results.table("summary"));
    let axes: Vec<Vec<f64>> = ENDS.iter().map(|(name, ..)| points.numbers(name)).collect();
    let (rates, spikes) = (summary.numbers("P_rate_Hz"), summary.numbers("P_spikes"));
    assert_eq!(rates.len(), 1000);
    for k in 0..1000 {
        let interval = interval(axes[0][k], axes[1][k], axes[2][k], axes[3][k]);
        assert!(fits(spikes[k], 1000.0, interval), "{} spikes at point {k}, {interval} ms", spikes[k]);
    }
    for (axis, values) in axes.iter().enumerate() {
        let mut seen = vec![false; 1000];
        let (_, from, to) = ENDS[axis];
        for value in values {
            let place =
                if axis == 1 { (value / from).ln() / (to / from).ln() } else { (value - from) / (to - from) };
            seen[(place * 1000.0) as usize] = true;
        }
        assert!(seen.into_iter().all(|s| s), "axis {axis}");
    }
    let (mean, variance, shares) = theory();
    let (found, spread) = moments(&rates);
    assert_close(found, mean, 0.02 * mean, "mean rate");
    assert_close(spread, variance, 0.1 * variance, "variance of rates");
    for (axis, share) in shares.into_iter().enumerate() {
        let mut order: Vec<usize> = (0..1000).collect();
        order.sort_by(|a, b| axes[axis][*a].total_cmp(&axes[axis][*b]));
        let class = |of: &[usize]| of.iter().map(|k| rates[*k]).sum::<f64>() / of.len() as f64;
        let classes: Vec<f64> = order.chunks(50).map(class).collect();
        assert_close(moments(&classes).1 / spread, share, 0.08, ENDS[axis].0);
    }
}

/// Mean, variance and first-order indices of the closed form, by the midpoint rule with 24 places an axis.
fn theory() -> (f64, f64, [f64; 4]) {
    const N: usize = 24;
    let place = |k: usize| (k as f64 + 0.5) / N as f64;
    let (mut sum, mut squares, mut along) = (0.0, 0.0, [[0.0; N]; 4]);
    for k in 0..N.pow(4) {
        let at = [k % N, k / N % N, k / N.pow(2) % N, k / N.pow(3)];
        let x: Vec<f64> = (0..4).map(|axis| value(axis, place(at[axis]))).collect();
        let rate = 1000.0 / interval(x[0], x[1], x[2], x[3]);
        sum += rate;
        squares += rate * rate;
        (0..4).for_each(|axis| along[axis][at[axis]] += rate / N.pow(3) as f64);
    }
    let count = N.pow(4) as f64;
    let mean = sum / count;
    let variance = squares / count - mean * mean;
    (mean, variance, along.map(|means| moments(&means).1 / variance))
}

/// Mean and variance.
fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n)
}

/// The height of a postsynaptic potential.
fn peak(tau_m: f64, tau_s: f64, w: f64) -> f64 {
    w * (tau_s / tau_m).powf(tau_m / (tau_m - tau_s))
}

/// Every peak is that of the closed form: the nearest of steps of 0.1 ms misses it by v'' dt**2/8, less than 1e-3 of it
/// for tau_s of 1 ms. The mean is within 0.3 % of the integral, where random points would have a standard error of 3 %. A
/// (0, 9, 1)-net: a point in each of 512 parts of each axis.
fn sobol_design(results: &Results) {
    let (points, summary) = (results.table("points"), results.table("summary"));
    let [tau_m, tau_s, w] = ["tau_m_ms", "tau_s_ms", "w_mV"].map(|name| points.numbers(name));
    let peaks = summary.numbers("peak_mV");
    assert_eq!(peaks.len(), 512);
    for k in 0..512 {
        let expected = peak(tau_m[k], tau_s[k], w[k]);
        assert_close(peaks[k], expected, 2e-3 * expected, "peak");
    }
    strata(&points, "tau_m_ms", |x| (x - 10.0) / 30.0);
    strata(&points, "tau_s_ms", |x| x.ln() / 8.0_f64.ln());
    strata(&points, "w_mV", |x| (x - 0.5) / 1.5);

    const N: usize = 100;
    let place = |k: usize| (k as f64 + 0.5) / N as f64;
    let mut sum = 0.0;
    for (a, b) in (0..N * N).map(|k| (place(k / N), place(k % N))) {
        // The peak is linear in w, whose mean is 1.25 mV.
        sum += peak(10.0 + 30.0 * a, 8.0_f64.powf(b), 1.25);
    }
    let mean = sum / (N * N) as f64;
    assert_close(moments(&peaks).0, mean, 0.003 * mean, "mean peak");
}

fn strata(points: &Table, name: &str, place: impl Fn(f64) -> f64) {
    let mut seen = [false; 512];
    points.numbers(name).into_iter().for_each(|x| seen[(place(x) * 512.0) as usize] = true);
    assert!(seen.into_iter().all(|s| s), "{name}");
}
