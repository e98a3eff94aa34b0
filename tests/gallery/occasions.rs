//! Jobs that show events, actions, linked and shared variables, and alternatives of a model as axes. Bounds were stated
//! before the jobs were run for the first time.

use std::f64::consts::PI;

use super::support::{Results, Table, assert_close};
use super::{Job, SPIKES_OF_P, run};

pub const JOBS: &[Job] = &[
    ("model_alternatives", alternatives, &[("points", "point,repeat,drive,leak,method,status"), SPIKES_OF_P]),
    ("periodic_stimulation", entrainment, &[("points", "point,repeat,between_ms,status"), SPIKES_OF_P]),
    (
        "shared_noise",
        correlations,
        &[
            ("p", "point,t_ms,i,v"),
            ("points", "point,repeat,c,status"),
            ("q", "point,t_ms,i,v"),
            ("r", "point,t_ms,i,v"),
            ("summary", "point"),
        ],
    ),
    (
        "up_down_states",
        dwell_times,
        &[
            ("down", "point,t_ms,i,lasted_ms"),
            ("points", "point,repeat,sigma,status"),
            ("summary", "point"),
            ("up", "point,t_ms,i,lasted_ms"),
        ],
    ),
];

#[test]
fn model_alternatives_runs() {
    run("model_alternatives");
}

#[test]
fn periodic_stimulation_runs() {
    run("periodic_stimulation");
}

#[test]
fn shared_noise_runs() {
    run("shared_noise");
}

#[test]
fn up_down_states_runs() {
    run("up_down_states");
}

/// Each spike comes at most one step of 0.01 ms late, Euler's error at this step is below 0.1 % of an interval: rates
/// within 0.8 % of the closed forms, at all methods.
fn alternatives(results: &Results) {
    let (points, summary) = (results.table("points"), results.table("summary"));
    let (drive, spikes) = (points.numbers("drive"), summary.numbers("P_spikes"));
    let leaks = points.texts("leak");
    assert_eq!(spikes.len(), 24);
    for k in 0..24 {
        let expected = match leaks[k] {
            "v" => 100.0 / (drive[k] / (drive[k] - 1.0)).ln(),
            _ => 100.0 * drive[k],
        };
        assert_close(spikes[k], expected, 0.008 * expected + 1.0, "spikes");
    }
    // 100 Hz drive and 100 Hz/ln(drive/(drive - 1)) differ by 48.9 Hz at drive 8, nearly 1/(2 tau).
    let strong = |leak: &str| {
        let found: Vec<f64> =
            (0..24).filter(|k| leaks[*k] == leak && drive[*k] == 8.0).map(|k| spikes[k]).collect();
        found.iter().sum::<f64>() / found.len() as f64
    };
    assert_close(strong("0") - strong("v"), 48.9, 8.0, "1/(2 tau)");
}

/// Turns of the sine circle map in a number of kicks, the first at the initial phase.
fn turns(kicks: usize, ratio: f64, k: f64) -> f64 {
    (0..kicks).fold(0.1, |phase: f64, _| phase - k / (2.0 * PI) * (2.0 * PI * phase).sin() + ratio)
}

/// As many spikes as the map has turns, within two: kicks come at most a step late, and a run ends within a turn. Locked one
/// to one within k/(2 pi) = 12.7 % of the period.
fn entrainment(results: &Results) {
    let between = results.table("points").numbers("between_ms");
    let spikes = results.table("summary").numbers("P_spikes");
    assert_eq!(between.len(), 73);
    let mut locked = 0;
    for (between, spikes) in between.iter().zip(spikes) {
        let kicks = (4000.0 / between).ceil();
        assert_close(
            spikes,
            turns(kicks as usize, between / 20.0, 0.8),
            2.0,
            &format!("spikes at {between} ms"),
        );
        if (between / 20.0 - 1.0).abs() < 0.12 {
            assert_close(spikes, kicks, 1.0, &format!("a spike a kick at {between} ms"));
            locked += 1;
        } else if (between / 20.0 - 1.0).abs() > 0.14 {
            assert!((spikes - kicks).abs() > 4.0, "locked at {between} ms");
        }
    }
    assert_eq!(locked, 19);
}

/// Values of each neuron at one point.
fn traces(table: &Table) -> Vec<Vec<f64>> {
    let mut all = vec![Vec::new(); 4];
    table.numbers("i").iter().zip(table.numbers("v")).for_each(|(i, v)| all[*i as usize].push(v));
    assert!(all.iter().all(|trace| trace.len() == 2000));
    all
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let mean = |x: &[f64]| x.iter().sum::<f64>() / n;
    let (ma, mb) = (mean(a), mean(b));
    let product = |x: &[f64], mx: f64, y: &[f64], my: f64| -> f64 {
        x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum()
    };
    product(a, ma, b, mb) / (product(a, ma, a, ma) * product(b, mb, b, mb)).sqrt()
}

/// The mean correlation of different neurons of two groups.
fn mean_correlation(a: &[Vec<f64>], b: &[Vec<f64>], same: bool) -> f64 {
    let pairs = (0..4).flat_map(|i| (0..4).map(move |j| (i, j))).filter(|(i, j)| !same || i != j);
    let all: Vec<f64> = pairs.map(|(i, j)| correlation(&a[i], &b[j])).collect();
    all.iter().sum::<f64>() / all.len() as f64
}

/// A filter of 5 ms on noise of 5 ms has a correlation of 0.41 with itself 10 ms later: 2000 samples count as about 800, so a
/// correlation has a standard error of at most 0.035. Bounds are 3.5 of them. Variance 1/2 in all groups, error 0.018 a neuron.
fn correlations(results: &Results) {
    let [p, q, r] = ["p", "q", "r"].map(|name| results.table(name).by_point());
    for (point, c) in [0.0, 0.3, 0.8].into_iter().enumerate() {
        let [p, q, r] = [&p, &q, &r].map(|table| traces(&table[&(point as u64)]));
        for (what, a, b, same, expected) in [
            ("P with P", &p, &p, true, c),
            ("Q with Q", &q, &q, true, c),
            ("P with Q", &p, &q, false, c),
            ("R with R", &r, &r, true, c),
            ("P with R", &p, &r, false, 0.0),
        ] {
            assert_close(mean_correlation(a, b, same), expected, 0.12, &format!("{what} at {c}"));
        }
        for trace in p.iter().chain(&q).chain(&r) {
            let variance = trace.iter().map(|v| v * v).sum::<f64>() / trace.len() as f64;
            assert_close(variance, 0.5, 0.1, "variance");
        }
    }
}

/// Mean first passage time from 0.7 to -0.7 in units of tau: 2/sigma^2 int exp(2U(y)/sigma^2) int exp(-2U(z)/sigma^2), y
/// from -0.7 to 0.7, z from y on.
fn passage(sigma: f64) -> f64 {
    let u = |x: f64| (0.25 * x.powi(4) - 0.5 * x * x) * 2.0 / (sigma * sigma);
    let step = 1e-3;
    let above = |y: f64| {
        (0..((3.0 - y) / step) as usize).map(|k| (-u(y + (k as f64 + 0.5) * step)).exp() * step).sum::<f64>()
    };
    let ys = (0..1400).map(|k| -0.7 + (f64::from(k) + 0.5) * step);
    2.0 / (sigma * sigma) * ys.map(|y| u(y).exp() * above(y) * step).sum::<f64>()
}

/// 50 units of 20 s: events = 1000 s over the mean length of a state, whose standard error is 1 over the root of their
/// number (more than 1500). Steps of 0.02 tau let boundaries seem 0.08 sigma further away, 4 % at most: bounds of 12 %.
/// States last about exponentially long.
fn dwell_times(results: &Results) {
    let [up, down] = ["up", "down"].map(|name| results.table(name).by_point());
    for (point, sigma) in [0.45, 0.5, 0.6].into_iter().enumerate() {
        let (up, down) = (&up[&(point as u64)], &down[&(point as u64)]);
        let (ups, downs) = (up.numbers("i"), down.numbers("i"));
        for unit in 0..50 {
            let count = |all: &[f64]| all.iter().filter(|i| **i == f64::from(unit)).count();
            assert!(
                [0, 1].contains(&(count(&ups) as i64 - count(&downs) as i64)),
                "unit {unit} goes up first"
            );
        }
        let mean = 1e6 / (ups.len() + downs.len()) as f64;
        let expected = 10.0 * passage(sigma);
        assert_close(mean, expected, 0.12 * expected, &format!("length of a state at {sigma}"));
        let lasted = down.numbers("lasted_ms");
        let n = lasted.len() as f64;
        let average = lasted.iter().sum::<f64>() / n;
        let spread = (lasted.iter().map(|l| (l - average).powi(2)).sum::<f64>() / n).sqrt();
        assert!((0.8..1.1).contains(&(spread / average)), "cv {}", spread / average);
        // What is recorded is the time since the unit went up.
        let went_up = |i: f64, t: f64| {
            let before = ups.iter().zip(up.numbers("t_ms")).filter(|(u, s)| **u == i && *s < t);
            before.map(|(_, s)| s).fold(f64::NAN, f64::max)
        };
        for k in 0..10 {
            let (i, t) = (downs[k], down.numbers("t_ms")[k]);
            assert_close(lasted[k], t - went_up(i, t), 1e-9, "since it went up");
        }
    }
}
