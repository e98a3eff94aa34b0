//! Networks with several stable states: memory and decisions. Bounds are in the heads of the jobs, and were stated before
//! these were run, except where the head says otherwise.

use super::support::{Results, Table, assert_close};
use super::{Job, run};

pub const JOBS: &[Job] = &[
    (
        "brunel_wang",
        working_memory,
        &[
            ("cued", "point,t_ms,rate_Hz"),
            ("points", "point,repeat,w_plus,w_minus,strength_Hz,status"),
            (
                "summary",
                "point,E_spikes,E_rate_Hz,E_cv_isi,I_spikes,I_rate_Hz,I_cv_isi,before_Hz,before_I_Hz,cued_before_Hz,\
                 cued_Hz,other_Hz,unselective_Hz",
            ),
        ],
    ),
    (
        "wang_2002",
        decisions,
        &[
            ("A", "point,t_ms,rate_Hz"),
            ("B", "point,t_ms,rate_Hz"),
            ("points", "point,repeat,coherence,trial,status"),
            (
                "summary",
                "point,E_spikes,E_rate_Hz,E_cv_isi,I_spikes,I_rate_Hz,I_cv_isi,stimulus_spikes,stimulus_rate_Hz,\
                 stimulus_cv_isi,A_end_Hz,B_end_Hz,unselective_Hz,before_Hz,before_I_Hz",
            ),
        ],
    ),
];

#[test]
fn brunel_wang_runs() {
    run("brunel_wang");
}

#[test]
fn wang_2002_runs() {
    run("wang_2002");
}

/// Spontaneous activity at all points; afterwards persistent activity of the cued population alone, and only with the cue
/// and strong synapses. The weak network hears the cue: it fires while that lasts.
fn working_memory(results: &Results) {
    let (points, summary) = (results.table("points"), results.table("summary"));
    let of = |column: &str| summary.numbers(column);
    assert_eq!(points.numbers("w_plus"), [2.1, 2.1, 1.5]);
    assert_eq!(points.numbers("strength_Hz"), [0.2, 0.0, 0.2]);
    for (w_plus, w_minus) in points.numbers("w_plus").into_iter().zip(points.numbers("w_minus")) {
        assert_close(0.1 * w_plus + 0.9 * w_minus, 1.0, 1e-12, "the mean weight onto a selective neuron");
    }
    for point in 0..3 {
        let (e, i) = (of("before_Hz")[point], of("before_I_Hz")[point]);
        assert!((1.5..6.0).contains(&e) && (6.0..13.0).contains(&i), "spontaneous: {e} and {i} Hz");
        for group in ["other_Hz", "unselective_Hz"] {
            let rate = of(group)[point];
            assert!(rate < 8.0, "{group} at point {point}: {rate} Hz");
        }
    }
    let cued = of("cued_Hz");
    assert!((15.0..45.0).contains(&cued[0]), "memory of the cue: {} Hz", cued[0]);
    assert!(cued[1] < 8.0, "activity without a cue: {} Hz", cued[1]);
    assert!(cued[2] < 8.0, "activity with weak synapses: {} Hz", cued[2]);
    let rates = results.table("cued").by_point();
    let during = |point: u64| {
        let (t, rate) = (rates[&point].numbers("t_ms"), rates[&point].numbers("rate_Hz"));
        let bins: Vec<f64> =
            t.into_iter().zip(rate).filter(|(t, _)| (1200.0..1500.0).contains(t)).map(|r| r.1).collect();
        assert_eq!(bins.len(), 6);
        bins.iter().sum::<f64>() / 6.0
    };
    assert!(during(0) > 8.0 && during(1) < 8.0, "during the cue: {} and {} Hz", during(0), during(1));
    assert!(during(2) > 1.5 * during(1), "the weak network does not hear the cue: {} Hz", during(2));
}

/// Choices, their times and the rates in the end, by coherence.
fn decisions(results: &Results) {
    let (points, summary) = (results.table("points"), results.table("summary"));
    let coherence = points.numbers("coherence");
    let (a, b) = (summary.numbers("A_end_Hz"), summary.numbers("B_end_Hz"));
    let (rates_a, rates_b) = (results.table("A").by_point(), results.table("B").by_point());
    let mean = |of: f64, value: &dyn Fn(usize) -> f64| {
        let trials: Vec<usize> = (0..coherence.len()).filter(|k| coherence[*k] == of).collect();
        assert_eq!(trials.len(), 6, "trials of coherence {of}");
        trials.iter().map(|k| value(*k)).sum::<f64>() / 6.0
    };
    for (e, i) in summary.numbers("before_Hz").into_iter().zip(summary.numbers("before_I_Hz")) {
        assert!((1.0..6.0).contains(&e) && (4.0..14.0).contains(&i), "before the stimulus: {e} and {i} Hz");
    }
    let right = |of: f64| mean(of, &|k| f64::from(u8::from(a[k] > b[k])));
    let accuracy = [right(0.0), right(0.128), right(0.512)];
    assert!((0.2..=0.8).contains(&accuracy[0]), "not by chance: {accuracy:?}");
    assert!(accuracy[1] > accuracy[0] && accuracy[2] >= 0.85, "{accuracy:?} are right");
    let time = |of: f64| mean(of, &|k| decided(&rates_a[&(k as u64)], &rates_b[&(k as u64)]));
    let times = [time(0.0), time(0.512)];
    assert!((0.15..0.8).contains(&times[1]) && times[1] < times[0], "decisions after {times:?} s");
    let (winner, loser) = (mean(0.512, &|k| a[k].max(b[k])), mean(0.512, &|k| a[k].min(b[k])));
    assert!((15.0..50.0).contains(&winner) && loser < 5.0, "in the end {winner} and {loser} Hz");
}

/// Seconds of stimulus until one of two populations exceeds 15 Hz in a window of 50 ms, five bins; all of it without that.
fn decided(a: &Table, b: &Table) -> f64 {
    let (a, b) = (a.numbers("rate_Hz"), b.numbers("rate_Hz"));
    assert_eq!((a.len(), b.len()), (200, 200), "2 s in bins of 10 ms");
    let exceeds = |window: &[f64]| window.iter().sum::<f64>() / 5.0 > 15.0;
    let window = (0..=195).find(|k| exceeds(&a[*k..k + 5]) || exceeds(&b[*k..k + 5]));
    window.map_or(2.0, |k| (k + 5) as f64 * 0.01)
}
