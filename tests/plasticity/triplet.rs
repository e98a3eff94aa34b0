//! The triplet rule of Pfister and Gerstner (2006), J. Neurosci. 26:9673: each spike is paired with all before it.

use super::Trains;
use super::support::{Folder, assert_close};

/// Their table 4, visual cortex, all to all, full model; the amplitude of pairs pre-post is as small as that. In ms.
const TAU_PLUS: f64 = 16.8;
const TAU_MINUS: f64 = 33.7;
const TAU_X: f64 = 101.0;
const TAU_Y: f64 = 125.0;
const A2_PLUS: f64 = 5e-10;
const A3_PLUS: f64 = 6.2e-3;
const A2_MINUS: f64 = 7e-3;
const A3_MINUS: f64 = 2.3e-4;

const RULE: &str = r#"
[synapses.S]
source = "pre"
target = "fires"
connect = {}
equations = '''
w : 1
dr1/dt = -r1/(16.8*ms) : 1 (event-driven)
dr2/dt = -r2/(101*ms) : 1 (event-driven)
do1/dt = -o1/(33.7*ms) : 1 (event-driven)
do2/dt = -o2/(125*ms) : 1 (event-driven)
'''
initial = "w = 0.5"
on_pre = '''
w -= o1*(7e-3 + 2.3e-4*r2)
r1 += 1
r2 += 1
'''
on_post = '''
w += r1*(5e-10 + 6.2e-3*o2)
o1 += 1
o2 += 1
'''
"#;

const PAIRS: &str = r#"
[run]
duration = "60*period + 50*ms"
dt = "0.1 ms"
[parameters]
period = "100 ms"
lag = "10 ms"
[neurons.pre]
size = 1
equations = "n = t_in_timesteps - timestep(20*ms, dt) : integer"
threshold = "n >= 0 and n < timestep(60*period, dt) and n % timestep(period, dt) == 0"
[neurons.fires]
size = 1
equations = "n = t_in_timesteps - timestep(20*ms + lag, dt) : integer"
threshold = "n >= 0 and n < timestep(60*period, dt) and n % timestep(period, dt) == 0"
[record.w]
kind = "synapses"
source = "S"
variables = ["w"]
at = "60*period + 49*ms"
[[sweep]]
axes.lag = ["10 ms", "-10 ms"]
axes.period = ["1 s", "200 ms", "100 ms", "50 ms", "25 ms", "20 ms"]
"#;

/// Pairs at a point, and ms from the first spike of a pair to the second.
const PAIRED: i32 = 60;
const APART: f64 = 10.0;

/// 1 + x + ..., a term for each pair.
fn sum(x: f64) -> f64 {
    (1.0 - x.powi(PAIRED)) / (1.0 - x)
}

/// What all pairs change at the spikes of one side, which are the second ones of their pairs or the first, with so many
/// ms from pair to pair. At spike k the trace of the other side has k + 1 terms if it is second, k if it is first; the
/// slow trace of its own side has k: the sum over k of both geometric sums, written out.
fn of_side(period: f64, second: bool, fast: f64, slow: f64, a2: f64, a3: f64) -> f64 {
    let (p, q) = ((-period / fast).exp(), (-period / slow).exp());
    // Second: times APART, APART + period, ...; first: period - APART, 2*period - APART, ...
    let (scale, power) = if second { ((-APART / fast).exp(), p) } else { ((APART / fast).exp() * p, 1.0) };
    let n = f64::from(PAIRED);
    let pairs = n - power * sum(p);
    let triplets = n - sum(q) - power * (sum(p) - sum(p * q));
    scale / (1.0 - p) * (a2 * pairs + a3 * q / (1.0 - q) * triplets)
}

#[test]
fn pairs_of_any_frequency_change_a_weight_as_the_closed_form_says() {
    let folder = Folder::new();
    let results = folder.results_of(&format!("{PAIRS}{RULE}"), "out", &[]);
    let found = results.table("w").numbers("w");
    let mut point = 0;
    for pre_post in [true, false] {
        for period in [1000.0, 200.0, 100.0, 50.0, 25.0, 20.0] {
            let up = of_side(period, pre_post, TAU_PLUS, TAU_Y, A2_PLUS, A3_PLUS);
            let down = of_side(period, !pre_post, TAU_MINUS, TAU_X, A2_MINUS, A3_MINUS);
            let what = format!("pre-post {pre_post}, a pair every {period} ms");
            assert_close(found[point], 0.5 + up - down, 1e-11, &what);
            point += 1;
        }
    }
    assert_eq!(found.len(), point);
    // Their figure 5: nothing at low frequencies pre-post, depression post-pre; potentiation of both at 50 Hz.
    let change: Vec<f64> = found.iter().map(|w| w - 0.5).collect();
    assert!(change[0].abs() < 0.01 && change[6] < -0.1, "pairs at 1 Hz: {change:?}");
    assert!(change[5] > 0.1 && change[11] > 0.1, "pairs at 50 Hz: {change:?}");
    assert!(change[..6].is_sorted(), "pre-post grows with the frequency: {change:?}");
}

const TRAINS: &str = r#"
[run]
duration = "1.2 s"
dt = "0.1 ms"
[spike_generators.pre]
PRE
[spike_generators.post]
POST
[neurons.fires]
size = 4
equations = "v : 1"
threshold = "v > 0.5"
reset = "v = 0"
[synapses.one]
source = "post"
target = "fires"
connect = { where = "i == j" }
on_pre = "v_post += 1"
[record.w]
kind = "synapses"
source = "S"
variables = ["w"]
at = "1199.9 ms"
slot = "end"
"#;

/// Delays in steps: to `on_pre`, to `on_post`; those of `DELAYS`.
fn delays(i: usize, j: usize) -> (i64, i64) {
    (3 + 7 * ((2 * i + 3 * j) % 5) as i64, 2 + 2 * ((i + j) % 3) as i64)
}

const DELAYS: &str = r#"
delay = "(0.3 + 0.7*((2*i + 3*j) % 5))*ms"
delay_post = "(0.2 + 0.2*((i + j) % 3))*ms"
"#;

/// A synapse's weight: at each arrival, sums over all arrivals before it. Those from sources come first in a step.
fn weight(pre: &[i64], post: &[i64]) -> f64 {
    let trace = |spikes: &[i64], at: i64, same: bool, tau: f64| -> f64 {
        let before = spikes.iter().filter(|s| **s < at || (same && **s == at));
        before.map(|s| (-((at - s) as f64) * 0.1 / tau).exp()).sum()
    };
    let down = pre
        .iter()
        .map(|&t| trace(post, t, false, TAU_MINUS) * (A2_MINUS + A3_MINUS * trace(pre, t, false, TAU_X)));
    let up = post
        .iter()
        .map(|&t| trace(pre, t, true, TAU_PLUS) * (A2_PLUS + A3_PLUS * trace(post, t, false, TAU_Y)));
    0.5 + up.sum::<f64>() - down.sum::<f64>()
}

#[test]
fn irregular_trains_with_delays_do_what_sums_over_all_triplets_do() {
    let (pre, post) = (Trains::irregular(6, 60, 350, 1), Trains::irregular(4, 60, 350, 2));
    let text = TRAINS.replace("PRE", &pre.keys(0.1)).replace("POST", &post.keys(0.1));
    let folder = Folder::new();
    let results = folder.results_of(&format!("{text}{RULE}{DELAYS}"), "out", &[]);
    let found = results.table("w").numbers("w");
    assert_eq!(found.len(), 24);
    let arrivals = |train: &[i64], delay: i64| -> Vec<i64> {
        train.iter().map(|s| s + delay).filter(|s| *s < 12_000).collect()
    };
    let mut together = 0;
    for (k, w) in found.into_iter().enumerate() {
        let (i, j) = (k / 4, k % 4);
        let (before, after) = delays(i, j);
        // A target spikes in the step after its generator.
        let (pre, post) = (arrivals(&pre.steps[i], before), arrivals(&post.steps[j], 1 + after));
        together += pre.iter().filter(|s| post.contains(s)).count();
        assert_close(w, weight(&pre, &post), 1e-11, &format!("the synapse from {i} to {j}"));
    }
    assert!(together > 0, "no two arrivals in one step");
}
