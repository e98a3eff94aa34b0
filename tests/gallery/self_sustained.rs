//! Networks whose activity goes on when nothing drives it any more, and when it does not.

use super::support::{Results, assert_close};
use super::{Job, run};

pub const JOBS: &[Job] = &[
    (
        "ring_attractor",
        bump,
        &[
            ("spikes", "point,t_ms,i"),
            ("points", "point,repeat,cue,strength_nA,status"),
            ("summary", "point,E_spikes,E_rate_Hz,E_cv_isi,I_spikes,I_rate_Hz,I_cv_isi"),
        ],
    ),
    (
        "small_world",
        shortcuts,
        &[
            ("rate", "point,t_ms,rate_Hz"),
            ("points", "point,repeat,p,delay_ms,status"),
            ("summary", "point,P_spikes,P_rate_Hz,P_cv_isi,late"),
        ],
    ),
];

#[test]
fn ring_attractor_runs() {
    run("ring_attractor");
}

#[test]
fn small_world_runs() {
    run("small_world");
}

/// How far two directions are apart along the ring, degrees.
fn apart(a: f64, b: f64) -> f64 {
    180.0 - (180.0 - (a - b).rem_euclid(360.0)).abs()
}

/// Length (of 1) and direction in degrees of the mean of unit vectors.
fn population_vector(directions: &[f64]) -> (f64, f64) {
    let sum = |part: fn(f64) -> f64| directions.iter().map(|a| part(a.to_radians())).sum::<f64>();
    let (x, y) = (sum(f64::cos), sum(f64::sin));
    (x.hypot(y) / directions.len() as f64, y.atan2(x).to_degrees().rem_euclid(360.0))
}

/// In the last 500 ms of the delay: a bump of 20 to 40 Hz where the cue was, few spikes elsewhere; without a cue few
/// everywhere.
fn bump(results: &Results) {
    let points = results.table("points");
    let (cue, strength) = (points.numbers("cue"), points.numbers("strength_nA"));
    assert_eq!(cue[..4], [45.0, 135.0, 225.0, 315.0]);
    assert_eq!(strength, [0.2, 0.2, 0.2, 0.2, 0.0]);
    let (neurons, window) = (512.0, 0.5);
    let spikes = results.table("spikes").by_point();
    for (point, (cue, strength)) in cue.iter().zip(&strength).enumerate() {
        let table = &spikes[&(point as u64)];
        let times = table.numbers("t_ms").into_iter();
        let late = times.zip(table.numbers("i")).filter(|(t, _)| *t >= 2250.0);
        let directions: Vec<f64> = late.map(|(_, i)| i * 360.0 / neurons).collect();
        let (length, place) = population_vector(&directions);
        // Rate of the cells whose distance from the vector is in a range.
        let rate = |from: f64, to: f64| {
            let count = directions.iter().filter(|a| (from..to).contains(&apart(**a, place))).count();
            count as f64 / (neurons * (to - from) / 180.0) / window
        };
        let what = format!("cue at {cue}, {strength} nA: length {length:.2}, at {place:.1}");
        if *strength == 0.0 {
            let mean = rate(0.0, 180.1);
            assert!(length < 0.4 && (1.0..6.0).contains(&mean), "{what}: {mean} Hz");
            continue;
        }
        let (inside, outside) = (rate(0.0, 10.0), rate(90.0, 180.1));
        assert!(length > 0.5, "{what}: no bump");
        assert!((20.0..40.0).contains(&inside), "{what}: {inside} Hz in the bump");
        assert!(outside < 5.0, "{what}: {outside} Hz elsewhere");
        assert!(apart(place, *cue) < 25.0, "{what}: not where it was");
    }
}

/// Two fronts that meet without shortcuts; then, by their number p for each neuron, all go on, some, and none; with a longer
/// delay at larger p. The two values of p are those of the formula in the head of the job.
fn shortcuts(results: &Results) {
    let points = results.table("points");
    let (p, delay) = (points.numbers("p"), points.numbers("delay_ms"));
    let late = results.table("summary").numbers("late");
    let rates = results.table("rate").by_point();
    // The last bin of 10 ms with a spike.
    let ends = |point: usize| {
        let table = &rates[&(point as u64)];
        let mut active =
            table.numbers("rate_Hz").into_iter().zip(table.numbers("t_ms")).filter(|r| r.0 > 0.0);
        active.next_back().expect("a first spike").1
    };
    let of = |at_p: f64, at_delay: f64| -> Vec<usize> {
        let found: Vec<usize> = (0..p.len()).filter(|k| p[*k] == at_p && delay[*k] == at_delay).collect();
        assert_eq!(found.len(), 20);
        found
    };
    let failed = |at_p: f64, at_delay: f64| -> usize {
        of(at_p, at_delay).iter().filter(|point| late[**point] == 0.0).count()
    };
    for (at_delay, expected) in [(1.0, 550.0), (1.5, 800.0)] {
        assert_eq!(failed(0.0, at_delay), 20);
        for point in of(0.0, at_delay) {
            assert_close(ends(point), expected, 1e-9, "the fronts meet");
        }
    }
    for few in [0.01, 0.03, 0.1] {
        assert!(failed(few, 1.0) <= 4, "{} of 20 fail at p = {few}", failed(few, 1.0));
    }
    for many in [0.4, 0.6, 1.0] {
        assert_eq!(failed(many, 1.0), 20, "p = {many}");
    }
    let axis = [0.03, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6, 1.0];
    let all = |at_delay: f64| axis.map(|p| failed(p, at_delay));
    let (fast, slow) = (all(1.0), all(1.5));
    assert!(fast.iter().zip(&slow).all(|(fast, slow)| slow <= fast), "1 ms: {fast:?}, 1.5 ms: {slow:?}");
    assert!(slow.iter().sum::<usize>() < fast.iter().sum(), "1 ms: {fast:?}, 1.5 ms: {slow:?}");
    for (failures, expected) in [(fast, 0.27), (slow, 0.42)] {
        let half = axis[failures.iter().position(|n| *n > 10).expect("more than half fail somewhere")];
        assert!((expected / 2.0..expected * 2.0).contains(&half), "half fail at {half}, not near {expected}");
    }
    let long = of(1.5, 1.0).into_iter().filter(|point| late[*point] == 0.0 && ends(*point) > 200.0).count();
    assert!(long >= 2, "{long} long transients");
}
