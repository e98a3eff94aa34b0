//! Models of one neuron: firing patterns, onsets of firing, bursts and chaos.

use std::collections::BTreeSet;

use super::support::{Results, Table, assert_close};
use super::trains::{between, bursts, falls, intervals, regular_bursts, rises, spread};
use super::{Job, SPIKES_OF_P, izhikevich, run};

pub const JOBS: &[Job] = &[
    (
        "adex_patterns",
        adex,
        &[
            ("spikes", "point,t_ms,i"),
            ("trace", "point,t_ms,i,v_mV,w_pA"),
            ("points", "point,repeat,C_pF,gL_nS,EL_mV,a_nS,tau_w_ms,b_pA,Vr_mV,I_pA,pattern,status"),
            SPIKES_OF_P,
        ],
    ),
    (
        "hindmarsh_rose",
        hindmarsh_rose,
        &[("spikes", "point,t_ms,i"), ("points", "point,repeat,I,status"), SPIKES_OF_P],
    ),
    (
        "hodgkin_huxley",
        hodgkin_huxley,
        &[
            ("spikes", "point,t_ms,i"),
            ("trace", "point,t_ms,i,v_mV"),
            ("points", "point,repeat,I_uA_per_cm2,rise_ms,v_held_mV,v0_mV,shows,status"),
            ("summary", "point,P_spikes,P_rate_Hz,P_cv_isi,highest_mV"),
        ],
    ),
    (
        "izhikevich",
        izhikevich::check,
        &[
            ("spikes", "point,t_ms,i"),
            ("trace", "point,t_ms,i,v,I"),
            ("points", "point,repeat,length_ms,step_ms,a,b,c,d,k1,k0,decay,v_u,v0,u0,pattern,input,status"),
            SPIKES_OF_P,
        ],
    ),
    (
        "morris_lecar",
        morris_lecar,
        &[
            ("spikes", "point,t_ms,i"),
            ("points", "point,repeat,gCa_mS_per_cm2,V3_mV,V4_mV,phi_Hz,I_uA_per_cm2,excitability,status"),
            ("summary", "point,P_spikes,P_rate_Hz,P_cv_isi,highest_mV"),
        ],
    ),
    (
        "van_der_pol",
        van_der_pol,
        &[
            ("spikes", "point,t_s,i"),
            ("points", "point,repeat,mu,status"),
            ("summary", "point,P_spikes,P_rate_Hz,P_cv_isi,highest"),
        ],
    ),
];

#[test]
fn adex_patterns_runs() {
    run("adex_patterns");
}

#[test]
fn hindmarsh_rose_runs() {
    run("hindmarsh_rose");
}

#[test]
fn hodgkin_huxley_runs() {
    run("hodgkin_huxley");
}

#[test]
fn izhikevich_runs() {
    run("izhikevich");
}

#[test]
fn morris_lecar_runs() {
    run("morris_lecar");
}

#[test]
fn van_der_pol_runs() {
    run("van_der_pol");
}

/// Spikes of neuron `i` of each point, in ms.
fn trains(results: &Results, i: &str) -> Vec<Vec<f64>> {
    let of_points = results.table("spikes").by_point();
    let points = results.table("points").rows.len() as u64;
    let train = |table: &Table| table.pick("t_ms", &[("i", i)]);
    (0..points).map(|point| of_points.get(&point).map(train).unwrap_or_default()).collect()
}

/// The trace of a point.
fn trace(results: &Results, point: usize, variable: &str) -> Vec<f64> {
    results.table("trace").by_point()[&(point as u64)].numbers(variable)
}

/// Two neurons that began beside each other fire alike: as often, and with the same intervals within 0.5 ms.
fn alike(one: &[f64], other: &[f64]) -> bool {
    let (one, other) = (intervals(one), intervals(other));
    one.len() == other.len() && one.iter().zip(&other).all(|(a, b)| (a - b).abs() < 0.5)
}

/// Naud et al. (2008), Figure 4: what defines each pattern. A delayed train begins later than its longest interval, delayed
/// bursts after three membrane time constants of 10 ms.
fn adex(results: &Results) {
    let (first, second) = (trains(results, "0"), trains(results, "1"));
    let [tonic, adapting, initial, bursting, accelerating, delayed, transient, irregular] = &first[..] else {
        panic!("{} points", first.len());
    };

    let all = intervals(tonic);
    assert!(all.len() >= 20 && spread(&all) < 1.15 && spread(&all[10..]) < 1.01, "not tonic: {all:?}");

    let all = intervals(adapting);
    assert!(rises(&all, 0.02) && spread(&all) > 1.5, "not adapting: {all:?}");
    assert!(spread(&all[all.len() - 5..]) < 1.01, "adaptation does not settle: {all:?}");

    let all = intervals(initial);
    let steady = all[all.len() - 1];
    let sizes = bursts(initial, steady / 3.0);
    assert!((2..=6).contains(&sizes[0]), "initial burst: {sizes:?} spikes");
    assert!(sizes[1..].iter().all(|n| *n == 1) && spread(&all[sizes[0] + 2..]) < 1.05, "no train: {all:?}");

    assert!(regular_bursts(bursting, "regular bursting") >= 2);

    let all = intervals(accelerating);
    assert!(accelerating[0] > all[0], "no delay: {} ms", accelerating[0]);
    assert!(falls(&all, 0.02) && spread(&all) > 1.2, "not accelerating: {all:?}");

    assert!(delayed[0] > 30.0, "no delay: {} ms", delayed[0]);
    assert!(regular_bursts(delayed, "delayed regular bursting") >= 2);

    // Then rest, where (gL + a)*(v - EL) = gL*DeltaT*exp((v - VT)/DeltaT) + I.
    assert!((1..=10).contains(&transient.len()) && transient.iter().all(|t| *t < 200.0), "{transient:?}");
    let v = trace(results, 6, "v_mV");
    assert_close(v[v.len() - 1], -55.949, 0.01, "rest after transient spiking");

    let all = intervals(irregular);
    let kinds = occupied(&all, 0.5);
    assert!(all.len() >= 40 && kinds >= 10, "{} intervals of {kinds} kinds: {all:?}", all.len());
    for (point, (one, other)) in first.iter().zip(&second).enumerate() {
        assert_eq!(alike(one, other), point != 7, "point {point}: {one:?} and {other:?}");
    }
}

/// In how many bins of a histogram there are values.
fn occupied(values: &[f64], width: f64) -> usize {
    values.iter().map(|value| (value / width).floor() as i64).collect::<BTreeSet<_>>().len()
}

/// Rest below I = 1.342, where it loses its stability; bursts of equal size at 2; irregular bursts at 3.25 (Hindmarsh and
/// Rose 1984), where alone two neurons part that began 1e-6 beside each other; a regular train at 4.
fn hindmarsh_rose(results: &Results) {
    let current = results.table("points").numbers("I");
    let (first, second) = (trains(results, "0"), trains(results, "1"));
    let late = |point: usize| between(&first[point], 10_000.0, 20_000.0);
    for (point, current) in current.iter().enumerate() {
        let fires = !late(point).is_empty();
        assert!(fires || *current < 1.35, "no spikes at I = {current}");
        assert!(!fires || *current > 1.2, "spikes at I = {current}");
    }
    let at = |wanted: f64| current.iter().position(|i| (i - wanted).abs() < 1e-9).unwrap();
    assert!(regular_bursts(&late(at(2.0)), "I = 2") >= 2);
    assert!(spread(&intervals(&late(at(4.0)))) < 1.01, "no regular train at I = 4");
    let kinds = |wanted: f64| occupied(&intervals(&late(at(wanted))), 1.0);
    assert!(kinds(3.25) > 5 * kinds(2.0), "{} kinds of intervals at 3.25", kinds(3.25));
    for (wanted, expected) in [(2.0, true), (3.25, false), (4.0, true)] {
        let alike = alike(&first[at(wanted)], &second[at(wanted)]);
        assert_eq!(alike, expected, "two neurons at I = {wanted}");
    }
}

/// Hodgkin and Huxley (1952): threshold of a shock between 6 and 7 mV and a spike of 90 to 110 mV (Figure 12), a spike after
/// release from -30 mV (Figure 22). Rinzel and Miller (1980), Hassard (1978): trains from 6.26 uA/cm^2 on, rest stable to 9.78
/// and again from 154.5; trains begin at about 50 Hz.
fn hodgkin_huxley(results: &Results) {
    let points = results.table("points");
    let (shows, current) = (points.texts("shows"), points.numbers("I_uA_per_cm2"));
    let trains = trains(results, "0");
    let late = |point: usize| between(&trains[point], 500.0, 1000.0).len() as f64 / 0.5;

    let fire: Vec<usize> = (0..shows.len()).filter(|k| shows[*k] == "fire").collect();
    let mut rates = Vec::new();
    for point in fire {
        match current[point] {
            i if i < 2.0 => assert_eq!(trains[point].len(), 0, "spikes at {i}"),
            i if i < 6.15 => assert!(late(point) == 0.0 && trains[point].len() <= 6, "a train at {i}"),
            i if (6.25..=100.5).contains(&i) => rates.push(late(point)),
            i if i > 155.0 => assert_close(late(point), 0.0, 0.0, "rate in the depolarization block"),
            _ => {}
        }
    }
    assert!((45.0..60.0).contains(&rates[0]), "trains begin with {} Hz", rates[0]);
    assert!(rises(&rates, 2.0) && rates[rates.len() - 1] > 1.5 * rates[0], "{rates:?}");

    let of = |what: &str| (0..shows.len()).filter(|k| shows[*k] == what).collect::<Vec<_>>();
    let counts = |what: &str| of(what).into_iter().map(|k| trains[k].len()).collect::<Vec<_>>();
    assert_eq!(counts("shock"), [0, 0, 1, 1, 1], "after a shock of 2, 6, 7, 15, 90 mV");
    let highest = results.table("summary").numbers("highest_mV")[of("shock")[3]];
    assert!((90.0..110.0).contains(&highest), "a spike of {highest} mV");
    assert_eq!(counts("break"), [0, 1], "after release from -2 and -30 mV");
    let slowly = of("ramp");
    assert_eq!(trains[slowly[0]].len(), 0, "rest is stable at 8, but it fires");
    assert!(late(slowly[1]) > 45.0, "rest is not stable at 12, but it does not fire");
}

/// Rinzel and Ermentrout (1998). Class I: the steady state ends where the steady current has its maximum, 39.963 uA/cm^2; above,
/// the rate goes as the square root of the distance. Class II: firing begins below the Hopf bifurcation at 93.86, but not
/// below 88, with 5 Hz or more, and the rate does not grow threefold.
fn morris_lecar(results: &Results) {
    let points = results.table("points");
    let (class, current) = (points.texts("excitability"), points.numbers("I_uA_per_cm2"));
    let trains = trains(results, "0");
    let rate = |point: usize| {
        let late = intervals(&between(&trains[point], 2000.0, 10_000.0));
        if late.is_empty() { 0.0 } else { 1000.0 * late.len() as f64 / late.iter().sum::<f64>() }
    };
    let mut curves = [Vec::new(), Vec::new()];
    for point in 0..current.len() {
        curves[usize::from(class[point] == "class II")].push((current[point], rate(point)));
    }
    curves.iter_mut().for_each(|curve| curve.sort_by(|a, b| a.0.total_cmp(&b.0)));

    let onset = 39.963;
    for (current, rate) in &curves[0] {
        assert_eq!(*rate > 0.0, *current > onset, "class I, {rate} Hz at {current}");
    }
    // Normal form of the bifurcation: rate = 5.662*sqrt(I - 39.96315), from the derivatives of the equations there.
    let (nearest, slow) = curves[0].iter().copied().find(|(_, rate)| *rate > 0.0).unwrap();
    assert_close(slow / (nearest - 39.96315_f64).sqrt(), 5.662, 0.17, "class I close to its onset");
    let near: Vec<f64> =
        curves[0].iter().filter(|(i, _)| (onset..40.7).contains(i)).map(|(_, r)| *r).collect();
    assert_eq!(near.len(), 5, "40 and four at distances that grow fourfold");
    let spaced = [near[0], near[2], near[3], near[4]];
    for two in spaced.windows(2) {
        assert_close(two[1] / two[0], 2.0, 0.3, "rate at four times the distance");
    }
    let rates = |curve: &[(f64, f64)]| curve.iter().map(|c| c.1).filter(|r| *r > 0.0).collect::<Vec<_>>();
    assert!(spread(&rates(&curves[0])) > 10.0 && near[0] < 2.0, "{:?}", curves[0]);

    let second = rates(&curves[1]);
    let begin = curves[1].iter().find(|(_, rate)| *rate > 0.0).unwrap();
    assert!((88.0..=94.0).contains(&begin.0) && begin.1 >= 5.0, "class II begins at {begin:?}");
    assert!(spread(&second) < 3.0 && rises(&second, 0.05), "{second:?}");
    let after = curves[1].iter().filter(|(current, _)| *current > begin.0);
    assert!(after.into_iter().all(|(_, rate)| *rate > 0.0), "{:?}", curves[1]);
}

/// Periods over the last six cycles are those of Andersen and Geer for mu below 0.5, of Dorodnitsyn above 10, as near as
/// the next term of each series and the times of spikes (a step over six cycles) allow; the amplitude is never far from 2.
fn van_der_pol(results: &Results) {
    let mu = results.table("points").numbers("mu");
    let spikes = results.table("spikes").by_point();
    assert_eq!((mu.len(), mu[0], mu[14]), (15, 0.1, 300.0));
    let mut compared = 0;
    for (point, mu) in mu.iter().enumerate() {
        let times = spikes[&(point as u64)].numbers("t_s");
        let period = (times[times.len() - 1] - times[times.len() - 7]) / 6.0;
        let timing = 5e-3 * (1.0 + mu) / 6.0;
        let (expected, tolerance) = match *mu {
            mu if mu < 0.5 => {
                let frequency = 1.0 - mu * mu / 16.0 + 17.0 * mu.powi(4) / 3072.0;
                (2.0 * std::f64::consts::PI / frequency, 1e-3 * mu.powi(4))
            }
            mu if mu > 10.0 => ((3.0 - 4.0_f64.ln()) * mu + 7.014 / mu.cbrt(), 2.5 * mu.ln() / mu),
            _ => continue,
        };
        let error = (period - expected).abs();
        assert!(error <= tolerance + timing, "mu = {mu}: a period of {period} s, expected {expected} s");
        compared += 1;
    }
    assert!(compared >= 9, "{compared} points");
    let highest = results.table("summary").numbers("highest");
    assert!(highest.iter().all(|x| (1.99..2.03).contains(x)), "{highest:?}");
}
