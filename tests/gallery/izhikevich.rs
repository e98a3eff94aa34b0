//! The twenty patterns of Izhikevich (2004), Figure 1. Bounds are what its section II says of each feature, with the times
//! of the inputs from the author's figure1.m. Numbers of spikes are those of a program of a few lines that advances the same
//! equations as figure1.m does, and shares nothing with ours.

use super::support::Results;
use super::trains::{between, bursts, falls, intervals, rises, spread};

/// What one pattern left.
struct Pattern {
    /// Times of spikes, in ms.
    train: Vec<f64>,
    /// Time and membrane at the beginning of each step, in ms and mV.
    trace: Vec<(f64, f64)>,
}

/// The name, the number of spikes, and what else makes the pattern.
type Expected = (&'static str, usize, fn(&Pattern) -> bool);

const EXPECTED: &[Expected] = &[
    ("A tonic spiking", 5, |p| {
        // Fires as long as the input lasts; regularly after the first two intervals, in which u grows.
        let regular = spread(&intervals(&p.train)[2..]) < 1.1;
        p.train[0] > 10.0 && regular && p.lasts_to(100.0)
    }),
    // One spike at the onset of an input that goes on.
    ("B phasic spiking", 1, |p| (20.0..60.0).contains(&p.train[0])),
    ("C tonic bursting", 28, |p| {
        let sizes = bursts(&p.train, 10.0);
        sizes.len() >= 4 && sizes[..sizes.len() - 1].iter().all(|n| *n >= 2) && p.lasts_to(220.0)
    }),
    ("D phasic bursting", 6, |p| bursts(&p.train, 20.0).len() == 1 && p.only(20.0, 120.0)),
    ("E mixed mode", 6, |p| {
        // A burst at the onset, then single spikes.
        let sizes = bursts(&p.train, 10.0);
        sizes[0] >= 2 && sizes.len() >= 4 && sizes[1..].iter().all(|n| *n == 1) && p.lasts_to(160.0)
    }),
    ("F spike frequency adaptation", 6, |p| {
        let all = intervals(&p.train);
        rises(&all, 0.25) && spread(&all) > 1.5
    }),
    // The input grows: class 1 begins slowly and spans a wide range of rates, class 2 begins fast and keeps to its range.
    ("G class 1 excitability", 10, |p| {
        let all = intervals(&p.train);
        falls(&all, 0.5) && spread(&all) > 2.5
    }),
    ("H class 2 excitability", 14, |p| {
        let all = intervals(&p.train);
        p.train[0] > 60.0 && spread(&all) < 2.0 && p.lasts_to(300.0)
    }),
    // Long after the pulse, which ends at 13.
    ("I spike latency", 1, |p| (23.0..60.0).contains(&p.train[0])),
    ("J subthreshold oscillation", 1, |p| {
        // After the spike, and damped.
        let maxima = p.maxima_after(p.train[0] + 5.0);
        p.only(20.0, 40.0) && maxima.len() >= 3 && falls(&maxima, 0.0)
    }),
    // The second doublet, whose interval is that of the oscillation, and not the shorter one.
    ("K resonator", 1, |p| p.only(320.0, 350.0)),
    // The shorter doublet, and not the longer one.
    ("L integrator", 1, |p| p.only(14.0, 40.0)),
    // After the end of an inhibitory pulse.
    ("M rebound spike", 1, |p| p.only(25.0, 100.0)),
    ("N rebound burst", 7, |p| bursts(&p.train, 20.0).len() == 1 && p.only(25.0, 150.0)),
    // The same pulse twice; only the one that follows inhibition makes a spike.
    ("O threshold variability", 1, |p| p.only(80.0, 95.0)),
    // One pulse switches the train on, the next one off.
    ("P bistability", 5, |p| {
        p.only(37.5, 235.0) && spread(&intervals(&between(&p.train, 60.0, 216.0))) < 1.2
    }),
    ("Q depolarizing afterpotential", 1, |p| {
        // After its spike v is above rest, -70, before it goes back.
        let highest = p.after(p.train[0] + 1.0).map(|(_, v)| v).fold(f64::NEG_INFINITY, f64::max);
        highest > -65.0 && (p.trace.last().unwrap().1 + 70.0).abs() < 1.0
    }),
    // A slow ramp to 8 makes no spike, a fast one to 4 does.
    ("R accommodation", 1, |p| p.only(300.0, 325.0)),
    // During the inhibition, from 50 to 250.
    ("S inhibition-induced spiking", 3, |p| p.only(50.0, 255.0)),
    ("T inhibition-induced bursting", 12, |p| {
        let sizes = bursts(&p.train, 10.0);
        sizes.len() >= 2 && sizes.iter().all(|n| *n >= 2) && p.only(50.0, 255.0)
    }),
];

impl Pattern {
    /// All spikes are between these times.
    fn only(&self, from: f64, to: f64) -> bool {
        self.train.iter().all(|t| (from..to).contains(t))
    }

    /// It would go on firing: the time from the last spike to the end is not longer than the longest interval.
    fn lasts_to(&self, end: f64) -> bool {
        let longest = intervals(&self.train).into_iter().fold(0.0, f64::max);
        end - self.train.last().unwrap() <= longest
    }

    /// The trace from a time on.
    fn after(&self, from: f64) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.trace.iter().copied().filter(move |(t, _)| *t >= from)
    }

    /// Local maxima of the membrane from a time on.
    fn maxima_after(&self, from: f64) -> Vec<f64> {
        let v: Vec<f64> = self.after(from).map(|(_, v)| v).collect();
        v.windows(3).filter(|w| w[1] > w[0] && w[1] > w[2]).map(|w| w[1]).collect()
    }
}

/// Each pattern is what its name says.
pub fn check(results: &Results) {
    let points = results.table("points");
    let names = points.texts("pattern");
    assert_eq!(names, EXPECTED.iter().map(|(name, ..)| *name).collect::<Vec<_>>());
    let (spikes, traces) = (results.table("spikes").by_point(), results.table("trace").by_point());
    let mut wrong = Vec::new();
    for (point, (name, count, expected)) in EXPECTED.iter().enumerate() {
        let point = point as u64;
        let train = spikes.get(&point).map(|t| t.numbers("t_ms")).unwrap_or_default();
        let trace = &traces[&point];
        let trace = trace.numbers("t_ms").into_iter().zip(trace.numbers("v")).collect();
        let pattern = Pattern { train, trace };
        if pattern.train.len() != *count || !expected(&pattern) {
            wrong.push(format!("{name}: spikes at {:?} ms", pattern.train));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
