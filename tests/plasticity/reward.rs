//! Reward-modulated STDP as in Izhikevich (2007), Cereb. Cortex 17:2443: pairs of spikes leave an eligibility trace at
//! their synapse, and the weight moves with the product of that and of dopamine, which is one variable for all.

use super::support::{Folder, Results, assert_close};

const JOB: &str = r#"
[run]
duration = "3 s"
dt = "step"
[parameters]
step = "0.1 ms"
tau_c = "1 s"
tau_d = "0.2 s"
tau = "20 ms"
[spike_generators.pre]
size = 3
indices = [0, 1, 2, 0, 2]
times = ["100 ms", "100 ms", "130 ms", "700 ms", "1500 ms"]
[spike_generators.post]
size = 2
indices = [0, 1, 0, 1]
times = ["110 ms", "122 ms", "705 ms", "1499 ms"]
[spike_generators.reward]
size = 1
indices = [0, 0]
times = ["1100 ms", "2200 ms"]
[neurons.dopamine]
size = 1
equations = "dd/dt = -d/tau_d : 1"
[neurons.P]
size = 2
equations = '''
v : 1
d : 1 (linked)
'''
threshold = "v > 0.5"
reset = "v = 0"
linked = { d = "dopamine.d" }
[synapses.given]
source = "reward"
target = "dopamine"
connect = {}
on_pre = "d_post += 0.5"
[synapses.fire]
source = "post"
target = "P"
connect = { where = "i == j" }
on_pre = "v_post += 1"
[synapses.S]
source = "pre"
target = "P"
connect = {}
equations = '''
w : 1
dp/dt = -p/tau : 1 (event-driven)
dq/dt = -q/tau : 1 (event-driven)
dc/dt = -c/tau_c : 1 (event-driven)
'''
on_pre = "p += 1; c -= 1.2*q"
on_post = "q += 1; c += p"
[actions.learn]
on = "S"
code = "w += 0.01*c*d_post"
every = "10 ms"
[record.S]
kind = "synapses"
source = "S"
variables = ["w"]
at = "2999 ms"
"#;

/// Spikes of sources and of targets, in ms; a target spikes a step after its generator.
const PRE: [&[f64]; 3] = [&[100.0, 700.0], &[100.0], &[130.0, 1500.0]];
const POST: [&[f64]; 2] = [&[110.0, 705.0], &[122.0, 1499.0]];

/// What each pair leaves in the trace, and when.
fn eligibility(pre: &[f64], post: &[f64], dt: f64) -> Vec<(f64, f64)> {
    let mut all = Vec::new();
    for pre in pre {
        for post in post.iter().map(|t| t + dt) {
            let pair = (-(post - pre).abs() / 20.0).exp();
            // Of two in one step the source's comes first.
            all.push(if *pre <= post { (post, pair) } else { (*pre, -1.2 * pair) });
        }
    }
    all
}

/// For each synapse of a table: its value, and the spikes at both ends.
fn synapses(results: &Results, variable: &str) -> Vec<(f64, &'static [f64], &'static [f64])> {
    let found = results.table("S").numbers(variable);
    assert_eq!(found.len(), 6);
    found.into_iter().enumerate().map(|(k, value)| (value, PRE[k / 2], POST[k % 2])).collect()
}

#[test]
fn weights_follow_a_shared_reward_that_comes_a_second_later() {
    let folder = Folder::new();
    let results = folder.results_of(JOB, "out", &[]);
    // Dopamine is raised in the slot synapses, after its own decay: it decays from the next step on.
    let dopamine = |t: f64| -> f64 {
        let given = [1100.1, 2200.1].into_iter().filter(|at| *at <= t + 1e-9);
        given.map(|at| 0.5 * (-(t - at) / 200.0).exp()).sum()
    };
    for (w, pre, post) in synapses(&results, "w") {
        let left = eligibility(pre, post, 0.1);
        let trace = |t: f64| -> f64 {
            let before = left.iter().filter(|(at, _)| *at < t);
            before.map(|(at, size)| size * (-(t - at) / 1000.0).exp()).sum()
        };
        let expected: f64 =
            (0..300).map(|k| f64::from(k) * 10.0).map(|t| 0.01 * trace(t) * dopamine(t)).sum();
        assert_close(w, expected, 1e-12, &format!("weight, spikes {pre:?} and {post:?}"));
        assert!(expected.abs() > 1e-8, "nothing is learned: spikes {pre:?} and {post:?}");
    }
}

/// The integral of the product of both traces, over all that eligibility and reward have in common.
fn integral(left: &[(f64, f64)], dt: f64) -> f64 {
    let rate = 1.0 / 1000.0 + 1.0 / 200.0;
    let mut all = 0.0;
    for (at, size) in left {
        for given in [1100.0 + dt, 2200.0 + dt] {
            let from = at.max(given);
            let both = size * 0.5 * (-(from - at) / 1000.0 - (from - given) / 200.0).exp();
            all += both / rate * (1.0 - (-rate * (2999.0 - from)).exp());
        }
    }
    all * 1e-3
}

#[test]
fn at_every_step_it_converges_to_the_integral() {
    let folder = Folder::new();
    // All by the clock: w follows c and d at every step.
    let text = JOB
        .replace("w : 1\n", "dw/dt = c*d_post/second : 1 (clock-driven)\n")
        .replace("dc/dt = -c/tau_c : 1 (event-driven)", "dc/dt = -c/tau_c : 1 (clock-driven)")
        .replace("[actions.learn]\non = \"S\"\ncode = \"w += 0.01*c*d_post\"\nevery = \"10 ms\"\n", "");
    let errors = |step: &str, dt: f64| -> Vec<f64> {
        let results = folder.results_of(&text, step, &["--set", &format!("step={step}*ms")]);
        let all = synapses(&results, "w").into_iter();
        all.map(|(w, pre, post)| {
            let expected = integral(&eligibility(pre, post, dt), dt);
            (w - expected) / expected
        })
        .collect()
    };
    let (coarse, fine) = (errors("0.1", 0.1), errors("0.05", 0.05));
    for (coarse, fine) in coarse.into_iter().zip(fine) {
        assert!(coarse.abs() < 1e-3, "relative error {coarse}");
        assert!((1.8..2.2).contains(&(coarse / fine)), "errors {coarse} and {fine}: not of first order");
    }
}
