//! Networks, Poisson input, common drive, and numbers from files.

use super::rhythm::Activity;
use super::support::{Results, Table, assert_close, root};
use super::{Job, run};

pub const JOBS: &[Job] = &[
    (
        "balanced_sweep",
        balanced_sweep,
        &[
            ("spikes", "point,t_ms,i"),
            ("points", "point,repeat,K,m0_Hz,J_EI,J_II,w,status"),
            ("summary", "point,E_spikes,E_rate_Hz,E_cv_isi,I_spikes,I_rate_Hz,I_cv_isi"),
        ],
    ),
    (
        "brunel",
        brunel,
        &[
            ("spikes", "point,t_ms,i"),
            ("rate", "point,t_ms,rate_Hz"),
            ("points", "point,repeat,simulated_ms,g,eta,nu_ext_Hz,status"),
            ("summary", "point,P_spikes,P_rate_Hz,P_cv_isi,step_spikes,step_rate_Hz,step_cv_isi"),
        ],
    ),
    (
        "from_csv",
        from_csv,
        &[
            ("spikes", "point,t_ms,i"),
            ("points", "point,repeat,theta_mV,gain,status"),
            ("summary", "point,P_spikes,P_rate_Hz,P_cv_isi"),
        ],
    ),
    (
        "lif_noise_free_reliability",
        reliability,
        &[
            ("spikes", "point,t_ms,i"),
            ("points", "point,repeat,periodic_mV,aperiodic_mV,status"),
            ("summary", "point,P_spikes,P_rate_Hz,P_cv_isi"),
        ],
    ),
    (
        "poisson_input",
        poisson_input,
        &[
            ("spikes", "point,t_ms,i"),
            ("fixed", "point,t_ms,i,v_mV"),
            ("drawn", "point,t_ms,i,v_mV"),
            ("points", "point,repeat,input_rate_Hz,v_mean_mV,status"),
            ("summary", "point,firing_spikes,firing_rate_Hz,firing_cv_isi"),
        ],
    ),
];

#[test]
fn balanced_sweep_runs() {
    run("balanced_sweep");
}

#[test]
fn brunel_runs() {
    run("brunel");
}

#[test]
fn from_csv_runs() {
    run("from_csv");
}

#[test]
fn lif_noise_free_reliability_runs() {
    run("lif_noise_free_reliability");
}

#[test]
fn poisson_input_runs() {
    run("poisson_input");
}

/// Rates (E, I) of the mean-field theory for finite K at (K, m0 in Hz, J_EI): leaky integrate-and-fire neurons with
/// white noise of the variance of their input (Siegert's formula), and a mean that differs between neurons as their
/// numbers of inputs do (binomial) and as the rates of these do. Its limit for large K is 0.2*m0 and 0.4*m0.
const BALANCED: [(f64, f64, f64, f64, f64); 10] = [
    (25.0, 50.0, 3.0, 51.0, 53.5),
    (25.0, 100.0, 3.0, 97.4, 106.0),
    (25.0, 150.0, 3.0, 144.8, 159.4),
    (50.0, 50.0, 3.0, 35.6, 38.9),
    (50.0, 100.0, 3.0, 66.5, 76.2),
    (50.0, 150.0, 3.0, 98.1, 114.1),
    (100.0, 50.0, 3.0, 27.7, 32.1),
    (100.0, 100.0, 3.0, 51.3, 62.6),
    (100.0, 100.0, 2.4, 56.1, 76.9),
    (100.0, 100.0, 3.6, 48.1, 53.7),
];

/// Points as written; rates of mean-field theory, which takes spikes for small, within 2/sqrt(K) (the largest jump is
/// 3/sqrt(K) thresholds); rates that rise with the drive, fall with K towards the limit, and with stronger inhibition
/// fall for I but stay for E; equal configurations in the same network give the same spikes.
fn balanced_sweep(results: &Results) {
    let (points, summary) = (results.table("points"), results.table("summary"));
    let (k, m0, j) = (points.numbers("K"), points.numbers("m0_Hz"), points.numbers("J_EI"));
    // 3 x 3 configurations without (100, 150 Hz), and 3, twice each.
    assert_eq!(points.rows.len(), 22);
    let repeats: Vec<f64> = (0..22).map(|p| f64::from(p % 2)).collect();
    assert_eq!(points.numbers("repeat"), repeats);
    let configs: Vec<(f64, f64)> = (0..16).step_by(2).map(|p| (k[p], m0[p])).collect();
    let crossed: Vec<(f64, f64)> = BALANCED[..8].iter().map(|b| (b.0, b.1)).collect();
    assert_eq!(
        configs, crossed,
        "K and m0 are crossed, the last axis is the fastest, (100, 150) is left out"
    );
    assert_eq!(j[16..], [3.0, 3.0, 2.4, 2.4, 3.6, 3.6]);
    for (p, (j_ei, j_ii)) in j.iter().zip(points.numbers("J_II")).enumerate() {
        assert_close(j_ii, j_ei / 1.5, 1e-12, &format!("point {p}: the weights are zipped"));
        assert_close(points.numbers("w")[p], 1.0 / k[p].sqrt(), 1e-15, "the derived weight");
    }

    let (e, i) = (summary.numbers("E_rate_Hz"), summary.numbers("I_rate_Hz"));
    for p in 0..22 {
        let expected = BALANCED.iter().find(|b| (b.0, b.1, b.2) == (k[p], m0[p], j[p])).unwrap();
        let error = 2.0 / k[p].sqrt();
        let what = format!("K = {}, m0 = {} Hz, J_EI = {}", k[p], m0[p], j[p]);
        assert_close(e[p], expected.3, error * expected.3, &format!("rate of E at {what}"));
        assert_close(i[p], expected.4, error * expected.4, &format!("rate of I at {what}"));
        let cv = summary.numbers("E_cv_isi")[p];
        assert!(cv > 0.5, "CV {cv} at {what}: not irregular");
    }
    for rates in [&e, &i] {
        for (lower, higher) in [(0, 2), (2, 4), (6, 8), (8, 10), (12, 14)] {
            assert!(rates[higher] > 1.2 * rates[lower], "the drive does too little");
        }
        for (fewer, more) in [(0, 6), (6, 12), (2, 8), (8, 14), (4, 10)] {
            assert!(rates[more] < rates[fewer], "more inputs do not bring the rate closer to its limit");
        }
    }
    assert!(i[18] > 1.1 * i[16] && i[16] > 1.1 * i[20], "inhibition of I does too little: {i:?}");
    assert!(e[18] < 1.25 * e[20], "E is not spared: {e:?}");

    let trains = results.table("spikes").by_point();
    let train = |p: u64| (trains[&p].numbers("t_ms"), trains[&p].numbers("i"));
    for (first, second) in [(14, 16), (15, 17)] {
        assert_eq!(train(first), train(second), "the same network and numbers");
    }
    assert_ne!(train(14), train(15), "repeats have networks of their own");
}

/// The regimes of figure 8, in the network of a quarter of the size (same C_E and J): see the head of the job. Rates
/// are within 15 % of table 1 (SI slow: 4 to 8 Hz, since so few spikes vary), the oscillations within 30 and 10 Hz.
/// In SR one half of the neurons makes the other fire a delay and a step later: pulses at 1/1.6 ms = 625 Hz, to which
/// each neuron gives every second spike. The activity of SI fast still resembles itself after one period; that of AI
/// forgets. What AI fluctuates says nothing here: it grows with p_connect.
fn brunel(results: &Results) {
    let rates = results.table("rate").by_point();
    let cv = results.table("summary").numbers("P_cv_isi");
    let measure = |p: usize| {
        let activity = Activity::new(&rates[&(p as u64)].numbers("rate_Hz"), 0.1, 3125.0, 200.0);
        [activity.rate(), cv[p], activity.modulation(), activity.peak(), activity.echo()]
    };
    let measured = [measure(0), measure(1), measure(2), measure(3)];
    let within = |point: usize, what: usize, low: f64, high: f64| {
        let value = measured[point][what];
        let (regime, name) =
            (["SR", "SI fast", "AI", "SI slow"][point], ["rate", "CV", "modulation", "peak", "echo"][what]);
        assert!(
            (low..high).contains(&value),
            "{name} of {regime}: {value} is not in {low}..{high}; {measured:.2?}"
        );
    };
    let (rate, cv, modulation, peak, echo) = (0, 1, 2, 3, 4);
    within(0, rate, 0.9 * 312.5, 1.05 * 312.5);
    within(0, cv, 0.0, 0.2);
    within(0, modulation, 1.0, 10.0);
    within(0, peak, 0.95 * 625.0, 1.05 * 625.0);
    within(0, echo, 0.9, 1.01);

    within(1, rate, 0.85 * 60.7, 1.15 * 60.7);
    within(1, cv, 0.4, 1.3);
    within(1, modulation, 0.2, 3.0);
    within(1, peak, 150.0, 210.0);
    within(1, echo, 0.45, 0.9);

    within(2, rate, 0.85 * 37.7, 1.15 * 37.7);
    within(2, cv, 0.4, 1.3);
    within(2, echo, -0.1, 0.3);

    within(3, rate, 4.0, 8.0);
    within(3, cv, 0.4, 1.3);
    within(3, modulation, 2.0, 30.0);
    within(3, peak, 12.0, 32.0);
}

/// Intervals of t_ref + tau*ln(v/(v - theta)) within one step, for each neuron and condition as they stand in the
/// files; none where v does not exceed theta.
fn from_csv(results: &Results) {
    let data = root().join("jobs/gallery/data");
    let cells = Table::read(&data.join("cells.csv"));
    let (v0, tau) = (cells.numbers("v0_mV"), cells.numbers("tau_ms"));
    let array = std::fs::read(data.join("t_ref.npy")).unwrap();
    let numbers = array[array.len() - 8 * v0.len()..].chunks_exact(8);
    let t_ref: Vec<f64> = numbers.map(|bytes| f64::from_le_bytes(bytes.try_into().unwrap())).collect();
    assert_eq!(t_ref, [1.0, 2.0, 3.0, 4.0, 5.0, 1.0, 2.0, 3.0, 4.0, 5.0]);

    let (points, conditions) = (results.table("points"), Table::read(&data.join("conditions.csv")));
    assert_eq!(points.rows.len(), 4);
    for name in ["theta_mV", "gain"] {
        assert_eq!(points.numbers(name), conditions.numbers(name));
    }
    let spikes = results.table("spikes");
    let mut silent = 0;
    for (p, (theta, gain)) in points.numbers("theta_mV").iter().zip(points.numbers("gain")).enumerate() {
        for i in 0..v0.len() {
            let cell = [("point", &*p.to_string()), ("i", &*i.to_string())];
            let train = spikes.pick("t_ms", &cell);
            let (v, what) = (gain * v0[i], format!("interval of neuron {i} at point {p}"));
            if v <= *theta {
                assert_eq!(train.len(), 0, "{what}");
                silent += 1;
                continue;
            }
            let expected = t_ref[i] + tau[i] * (v / (v - theta)).ln();
            assert!(train.len() as f64 >= (1000.0 / (expected + 0.1)).floor(), "{what}: too few");
            for two in train.windows(2) {
                assert_close(two[1] - two[0], expected, 0.1 + 1e-9, &what);
            }
        }
    }
    // v0 of 9.5; of 9.5 to 11; none; of 9.5 to 13.
    assert_eq!(silent, 9);
}

/// Constant current: each neuron has the phase it began with, tau*ln((drive - v(0))/(drive - theta)), for ever.
/// Periodic: all intervals are two periods, and the trains are two, one period apart (up to a step). Aperiodic: one
/// train.
fn reliability(results: &Results) {
    let spikes = results.table("spikes").by_point();
    let trains = |p: u64| -> Vec<Vec<f64>> {
        let mut trains = vec![Vec::new(); 100];
        for (i, t) in spikes[&p].numbers("i").into_iter().zip(spikes[&p].numbers("t_ms")) {
            trains[i as usize].push(t);
        }
        trains
    };
    let last = |train: &[f64]| -> Vec<f64> { train.iter().copied().filter(|t| *t >= 4000.0).collect() };

    let constant = trains(0);
    let interval = constant[0][1] - constant[0][0];
    assert_close(interval, 10.0 * 6f64.ln(), 0.1, "interval under constant current");
    for (i, train) in constant.iter().enumerate() {
        let first = 10.0 * ((12.0 - 0.1 * i as f64) / 2.0).ln();
        assert_close(train[0], first, 0.1 + 1e-9, "first spike under constant current");
        for (n, t) in train.iter().enumerate() {
            assert_close(*t, train[0] + n as f64 * interval, 1e-6, "phase under constant current");
        }
    }

    let mut phases = Vec::new();
    for train in trains(1) {
        let late = last(&train);
        assert!(late.windows(2).all(|two| (two[1] - two[0] - 18.0).abs() < 1e-6), "not locked: {late:?}");
        phases.push(late[0] % 18.0);
    }
    // The phases 0.0 and 17.9 are neighbours: distances on the circle.
    let apart = |a: f64, b: f64| (a - b).abs().min(18.0 - (a - b).abs());
    let (near, far): (Vec<f64>, Vec<f64>) = phases.iter().partition(|phase| apart(**phase, phases[0]) < 4.5);
    assert!(near.iter().all(|phase| apart(*phase, phases[0]) < 0.15), "{phases:?}");
    assert!(far.iter().all(|phase| (apart(*phase, phases[0]) - 9.0).abs() < 0.15), "{phases:?}");
    assert!(near.len() >= 10 && far.len() >= 10, "{} and {} neurons", near.len(), far.len());

    let aperiodic = trains(2);
    assert!(aperiodic[0][0] - aperiodic[99][0] > 5.0, "they begin together already");
    for train in &aperiodic {
        assert_eq!(last(train), last(&aperiodic[0]), "trains under aperiodic current");
    }
    let late = last(&aperiodic[0]);
    let intervals: Vec<f64> = late.windows(2).map(|two| two[1] - two[0]).collect();
    let (least, most) = intervals.iter().fold((f64::MAX, 0f64), |(a, b), x| (a.min(*x), b.max(*x)));
    assert!(late.len() > 30 && most > 2.0 * least, "the drive is not aperiodic: {intervals:?}");
}

/// Mean and variance of the free potentials, each within four standard errors of Campbell's theorem (for inputs drawn
/// at every step: at most one spike of an input, and decay by whole steps); the rate within four standard errors of a
/// Poisson count and 2 % for the step (0.5 % of tau) of Richardson and Swarbrick's.
fn poisson_input(results: &Results) {
    let (tau, dt, inputs) = (20.0, 0.1, 10.0);
    let decay = f64::exp(-dt / tau);
    for (point, hertz) in [10.0, 20.0, 40.0].into_iter().enumerate() {
        let p = hertz * 1e-3 * dt;
        let mean = inputs * p / (1.0 - decay);
        let per_tau = inputs * hertz * 1e-3 * tau;
        // <w^2> and excess kurtosis: cumulants of shot noise are R*tau*<w^n>/n, and <w^n> is 1 or n!.
        for (table, square, kurtosis) in [("fixed", 1.0, 1.0 / per_tau), ("drawn", 2.0, 6.0 / per_tau)] {
            let variance = inputs * (square * p - p * p) / (1.0 - decay * decay);
            assert_close(variance, per_tau * square / 2.0, 0.01 * variance, "the theorem itself");
            let rows = &results.table(table).by_point()[&(point as u64)];
            let times = rows.numbers("t_ms").into_iter();
            let v: Vec<f64> =
                times.zip(rows.numbers("v_mV")).filter(|(t, _)| *t >= 200.0).map(|r| r.1).collect();
            assert_eq!(v.len(), 36_000);
            // Samples of a neuron are 50 ms apart: their correlation is exp(-50/20).
            let alike = f64::exp(-50.0 / tau);
            let samples = v.len() as f64 * (1.0 - alike) / (1.0 + alike);
            let found = v.iter().sum::<f64>() / v.len() as f64;
            let spread = v.iter().map(|x| (x - found).powi(2)).sum::<f64>() / (v.len() - 1) as f64;
            let what = format!("{table} at {hertz} Hz");
            assert_close(found, mean, 4.0 * (variance / samples).sqrt(), &format!("mean of {what}"));
            let error = variance * ((2.0 + kurtosis) / samples).sqrt();
            assert_close(spread, variance, 4.0 * error, &format!("variance of {what}"));
        }
        let spikes = &results.table("spikes").by_point()[&(point as u64)];
        let count = spikes.numbers("t_ms").iter().filter(|t| **t >= 200.0).count() as f64;
        let expected = shot_noise_rate(inputs * hertz * 1e-3, tau, 6.0, 2.0) * 1800.0 * 1000.0;
        let error = 4.0 * expected.sqrt() + 0.02 * expected;
        assert_close(count, expected, error, &format!("spikes at {hertz} Hz"));
    }
}

/// Rate per ms of a neuron with `per_ms` exponential jumps of mean 1, a threshold of `theta` and reset to 0: the
/// integral in the head of the job, by the midpoint rule, which needs no value at either end.
fn shot_noise_rate(per_ms: f64, tau: f64, theta: f64, t_ref: f64) -> f64 {
    let steps = 100_000;
    let part = |k: i32| {
        let s = (f64::from(k) + 0.5) / f64::from(steps);
        (1.0 - s).powf(per_ms * tau) * ((theta * s).exp() / (1.0 - s) - 1.0) / s
    };
    let integral = (0..steps).map(part).sum::<f64>() / f64::from(steps);
    1.0 / (t_ref + tau * integral)
}
