//! Pairings and networks of synapses that learn, against what the papers say of them.

use std::f64::consts::TAU;

use super::support::{Results, assert_close};
use super::{Job, SPIKES_OF_P, run};

pub const JOBS: &[Job] = &[
    (
        "clopath_homeostasis",
        one_of_ten,
        &[
            ("weights", "point,t_ms,i,j,weight"),
            ("rate", "point,t_ms,rate_Hz"),
            ("square", "point,t_ms,i,square_mV2"),
            ("points", "point,repeat,nu_max_Hz,sliding,status"),
            ("summary", "point,inputs_spikes,inputs_rate_Hz,inputs_cv_isi,P_spikes,P_rate_Hz,P_cv_isi"),
        ],
    ),
    (
        "clopath_pairing",
        pairing,
        &[
            ("weight", "point,t_ms,i,j,weight"),
            ("spikes", "point,t_ms,i"),
            ("points", "point,repeat,rho_Hz,lag_ms,n_groups,group_ms,f_ms,t_first_ms,t_sixth_ms,status"),
            SPIKES_OF_P,
        ],
    ),
    (
        "polychronization",
        rhythms,
        &[
            ("first", "point,t_ms,rate_Hz"),
            ("last", "point,t_ms,rate_Hz"),
            ("weights", "point,t_ms,i,j,w"),
            ("points", "point,repeat,status"),
            SPIKES_OF_P,
        ],
    ),
];

#[test]
fn clopath_homeostasis_runs() {
    run("clopath_homeostasis");
}

#[test]
fn clopath_pairing_runs() {
    run("clopath_pairing");
}

#[test]
fn polychronization_runs() {
    run("polychronization");
}

/// With homeostasis and the input of the paper's authors, inputs within sigma of one place are strong, those of all
/// others weak (chosen after a first run, see the head of the job); the rate is bounded, also with twice the input.
/// Without homeostasis no place is chosen.
fn one_of_ten(results: &Results) {
    let weights = results.table("weights").by_point();
    // Mean weights around the ten places, in order.
    let places = |point: u64, at: &str| -> Vec<f64> {
        let found = weights[&point].pick("weight", &[("t_ms", at)]);
        assert_eq!(found.len(), 500);
        let place = |k: usize| (490..=510).map(|away| found[(50 * k + away) % 500]).sum::<f64>() / 21.0;
        let mut all: Vec<f64> = (0..10).map(place).collect();
        all.sort_by(f64::total_cmp);
        all
    };
    for point in 0..4 {
        let first = places(point, "0.0");
        assert!(first[0] > 0.9 && first[9] < 1.6, "they begin apart already: {first:?}");
    }
    let chosen = places(0, "99999.0");
    assert!(chosen[9] > 2.5 && chosen[8] < 0.5, "not one of ten: {chosen:?}");
    for point in [2, 3] {
        let all = places(point, "99999.0");
        assert!(all[0] > 2.5, "something competes without homeostasis: {all:?}");
    }
    for (point, rate) in results.table("rate").by_point() {
        let rates = rate.numbers("rate_Hz");
        assert_eq!(rates.len(), 100);
        let late = rates[80..].iter().sum::<f64>() / 20.0;
        assert_eq!((1.0..30.0).contains(&late), point < 2, "{late} Hz at point {point}");
    }
}

/// Figure 2b: what the authors' program computes, in %.
fn pairing(results: &Results) {
    let expected = [100.0, 102.9, 115.7, 146.3, 165.0, 71.7, 59.6, 60.5, 117.8, 173.6];
    let found = results.table("weight").numbers("weight");
    assert_eq!(found.len(), expected.len());
    for (point, (found, expected)) in found.into_iter().zip(expected).enumerate() {
        assert_close(200.0 * found, expected, 0.1, &format!("weight at point {point}, %"));
    }
}

/// Figure 5: delta waves first, gamma later; the lower bound of gamma was 30 Hz before a first run. Weights are
/// bimodal.
fn rhythms(results: &Results) {
    let power_of = |table: &str| power(&results.table(table).numbers("rate_Hz"), 1000.0);
    let (first, last) = (power_of("first"), power_of("last"));
    let (delta, most) = largest(&first, 1, 100);
    assert!((2..=5).contains(&delta) && most > 10.0, "at first {most:.1} at {delta} Hz");
    let (_, left) = largest(&last, 1, 10);
    assert!(left < most / 2.0, "slow waves go on: {most:.1} at first, {left:.1} in the end");
    let (gamma, most) = largest(&last, 20, 200);
    assert!((25..=100).contains(&gamma) && most > 2.0, "in the end {most:.1} at {gamma} Hz");

    let mut bins = [0; 10];
    for w in results.table("weights").numbers("w") {
        bins[(w as usize).min(9)] += 1;
    }
    assert_eq!(bins.iter().sum::<usize>(), 80_000);
    let middle = *bins[3..7].iter().max().unwrap();
    assert!(bins[0] > middle && bins[9] > middle, "not bimodal: {bins:?}");
}

/// Power at 0, 1, 2, ... 250 Hz of rates in steps of 1 ms, relative to that of so many independent Poisson neurons of
/// the same rate: windows of 1 s (Hann) that overlap by half.
fn power(rates: &[f64], neurons: f64) -> Vec<f64> {
    let counts: Vec<f64> = rates.iter().map(|rate| rate * 1e-3 * neurons).collect();
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    let hann = |k: usize| 0.5 - 0.5 * (TAU * k as f64 / 1000.0).cos();
    let of_poisson = mean * (0..1000).map(|k| hann(k) * hann(k)).sum::<f64>();
    let at = |hertz: usize| {
        let wave = |k: usize| (TAU * (hertz * k % 1000) as f64 / 1000.0).sin_cos();
        let weights: Vec<(f64, f64)> =
            (0..1000).map(|k| (hann(k) * wave(k).0, hann(k) * wave(k).1)).collect();
        let windows = counts.windows(1000).step_by(500);
        let number = windows.len() as f64;
        let of_window = |window: &[f64]| {
            let pairs = window.iter().zip(&weights);
            let (sine, cosine) =
                pairs.fold((0.0, 0.0), |sum, (c, w)| (sum.0 + (c - mean) * w.0, sum.1 + (c - mean) * w.1));
            sine * sine + cosine * cosine
        };
        windows.map(of_window).sum::<f64>() / number / of_poisson
    };
    (0..=250).map(at).collect()
}

/// Where a spectrum is largest between two frequencies in Hz, and how large.
fn largest(power: &[f64], from: usize, to: usize) -> (usize, f64) {
    let range = (from..=to).map(|hertz| (hertz, power[hertz]));
    range.max_by(|a, b| a.1.total_cmp(&b.1)).expect("the range is not empty")
}
