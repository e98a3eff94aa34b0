//! Poisson inputs through the whole line: closed forms of shot noise, refractoriness, slots, rates that are not possible.

mod support;

use support::{Folder, Table, assert_close};

/// A membrane of 8 ms without drive, and an input of weight 1 with these keys; 4000 neurons, `steps` steps of 0.1 ms.
fn membrane(keys: &str, steps: u32, sweep: &str) -> String {
    format!(
        r#"
[run]
duration = "{:.1} ms"
seed = 7
[parameters]
n = 10
f = "10 Hz"
[neurons.P]
size = 4000
equations = "dv/dt = -v/(8*ms) : 1"
method = "exact"
[poisson_inputs.drive]
target = "P"
variable = "v"
weight = 1
{keys}
[record.v]
kind = "state"
source = "P"
variables = ["v"]
every = "{:.1} ms"
{sweep}
"#,
        0.1 * f64::from(steps + 1),
        0.1 * f64::from(steps),
    )
}

/// Values after the last step, point by point.
fn last(table: &Table) -> Vec<Vec<f64>> {
    let points = table.by_point();
    points.values().map(|p| p.numbers("v")[4000..].to_vec()).collect()
}

/// Mean and variance against those of independent numbers with this mean, variance and fourth cumulant: within 4.5
/// standard deviations of the estimators, which one test in 150 000 would miss.
#[track_caller]
fn follows(values: &[f64], mean: f64, variance: f64, fourth: f64, what: &str) {
    let n = values.len() as f64;
    let m = values.iter().sum::<f64>() / n;
    let v = values.iter().map(|x| (x - m).powi(2)).sum::<f64>() / (n - 1.0);
    assert_close(m, mean, 4.5 * (variance / n).sqrt() + 1e-9, &format!("{what}: mean"));
    let spread = if variance > 0.0 { ((fourth / variance.powi(2) + 2.0) / n).sqrt() * variance } else { 0.0 };
    assert_close(v, variance, 4.5 * spread + 1e-9, &format!("{what}: variance"));
}

/// Campbell's theorem in discrete time: the cumulants of the sum of binomial numbers that decay by `a` a step.
fn cumulants(n: f64, p: f64, steps: i32) -> [f64; 3] {
    let a = (-0.1_f64 / 8.0).exp();
    let sum = |power: i32| (1.0 - a.powi(power * steps)) / (1.0 - a.powi(power));
    let own = n * p * (1.0 - p);
    [n * p * sum(1), own * sum(2), own * (1.0 - 6.0 * p * (1.0 - p)) * sum(4)]
}

#[test]
fn shot_noise_has_its_mean_and_variance() {
    // n and rate: few and many events a step, by inversion and by rejection, and rates at which most sources fire.
    let cases = [
        (10, 10.0),
        (1000, 0.1),
        (80, 21.0),
        (1000, 20.0),
        (1000, 99.0),
        (1000, 101.0),
        (30000, 9.0),
        (30, 5000.0),
        (30, 9000.0),
        (5, 9990.0),
        (200, 4000.0),
        (1, 10000.0),
        (0, 50.0),
        (2000000, 300.0),
    ];
    let list = |f: &dyn Fn(&(i32, f64)) -> String| cases.iter().map(f).collect::<Vec<_>>().join(", ");
    let sweep = format!(
        "[[sweep]]\naxes.n = [{}]\naxes.f = [{}]\nzip = ['n', 'f']",
        list(&|c| c.0.to_string()),
        list(&|c| format!("'{} Hz'", c.1))
    );
    let text = membrane("n = 'n'\nrate = 'f'", 400, &sweep);
    let folder = Folder::new();
    let results = folder.results_of(&text, "out", &[]);
    results.assert_same(&folder.results_of(&text, "two", &["--workers", "2"]), "one worker and two");
    for ((n, f), values) in cases.iter().zip(last(&results.table("v"))) {
        let [mean, variance, fourth] = cumulants(f64::from(*n), f * 1e-4, 400);
        follows(&values, mean, variance, fourth, &format!("n = {n}, rate = {f} Hz"));
    }
}

#[test]
fn rates_depend_on_time_and_neuron() {
    let a = (-0.1_f64 / 8.0).exp();
    // The law is one for all neurons of a step, or one for each.
    let text = membrane("n = 100\nrate = '500*Hz*(1 + sin(2*pi*40*Hz*t))'", 300, "");
    let values = last(&Folder::new().results_of(&text, "out", &[]).table("v")).remove(0);
    let (mut mean, mut variance, mut fourth) = (0.0, 0.0, 0.0);
    for step in 0..300 {
        let p = 0.05 * (1.0 + (2.0 * std::f64::consts::PI * 40.0 * 1e-4 * f64::from(step)).sin());
        let (own, left) = (100.0 * p * (1.0 - p), a.powi(299 - step));
        mean += 100.0 * p * left;
        variance += own * left.powi(2);
        fourth += own * (1.0 - 6.0 * p * (1.0 - p)) * left.powi(4);
    }
    follows(&values, mean, variance, fourth, "a rate of t");
    let text = membrane("n = 100\nrate = '10*Hz*(1 + 9*int(i >= 2000))'", 300, "");
    let values = last(&Folder::new().results_of(&text, "out", &[]).table("v")).remove(0);
    for (rate, half) in [(10.0, &values[..2000]), (100.0, &values[2000..])] {
        let [mean, variance, fourth] = cumulants(100.0, rate * 1e-4, 300);
        follows(half, mean, variance, fourth, &format!("a rate of i, {rate} Hz"));
    }
}

/// Neurons and steps have numbers of their own: correlations of one step's numbers, between neighbours and steps.
#[test]
fn numbers_are_independent() {
    let text = r#"
[run]
duration = "2.1 ms"
[neurons.P]
size = 20000
equations = "v : 1"
[poisson_inputs.drive]
target = "P"
variable = "v"
n = 200
rate = "100 Hz"
weight = 1
[record.v]
kind = "state"
source = "P"
variables = ["v"]
"#;
    let v = Folder::new().results_of(text, "out", &[]).table("v").numbers("v");
    let at = |step: usize, i: usize| v[(step + 1) * 20000 + i] - v[step * 20000 + i] - 2.0;
    let variance = 200.0 * 0.01 * 0.99;
    let (mut neighbours, mut steps, mut count) = (0.0, 0.0, 0.0);
    for step in 0..19 {
        for i in 0..19999 {
            neighbours += at(step, i) * at(step, i + 1);
            steps += at(step, i) * at(step + 1, i);
            count += 1.0;
        }
    }
    for (name, sum) in [("neighbours", neighbours), ("steps", steps)] {
        let z: f64 = sum / (variance * f64::sqrt(count));
        assert!(z.abs() < 4.5, "{name} are correlated: {z} standard deviations");
    }
}

/// One sure event a step: `n = 1` at a rate of one a step.
fn sure(more: &str, keys: &str) -> String {
    format!(
        r#"
[run]
duration = "5 ms"
[neurons.P]
size = 2
{more}
[poisson_inputs.drive]
target = "P"
variable = "v"
n = 1
rate = "10 kHz"
weight = 1
{keys}
[record.v]
kind = "state"
source = "P"
variables = ["v"]
"#
    )
}

#[test]
fn refractory_neurons_are_left_alone() {
    let spikes = |flag: &str| {
        let group = format!(
            "equations = \"dv/dt = 0*Hz : 1 {flag}\"\nmethod = \"euler\"\nthreshold = \"v > 2.5\"\nreset = \"v = 0\"\nrefractory = \"1 ms\""
        );
        let text = format!("{}[record.spikes]\nkind = \"spikes\"\nsource = \"P[:1]\"\n", sure(&group, ""));
        let times = Folder::new().results_of(&text, "out", &[]).table("spikes").numbers("t_ms");
        times.iter().map(|t| (t * 10.0).round() as i64).collect::<Vec<_>>()
    };
    // Three steps up to the threshold; held: ten refractory steps without an event, then three again.
    assert_eq!(spikes("(unless refractory)"), [3, 16, 29, 42]);
    // Not held: nine events arrive in the meantime, and the neuron spikes as soon as it may.
    assert_eq!(spikes(""), [3, 13, 23, 33, 43]);
}

#[test]
fn it_acts_between_on_pre_and_on_post_unless_told_otherwise() {
    let group = "equations = \"v : 1\"\nthreshold = \"True\"\n\
                 [synapses.S]\nsource = \"P\"\ntarget = \"P\"\nconnect = { where = \"i == j\" }\n\
                 on_pre = \"v_post *= 2\"\non_post = \"v_post += 10\"";
    let second = |keys: &str| {
        let table = Folder::new().results_of(&sure(group, keys), "out", &[]).table("v");
        [
            table.pick("v", &[("t_ms", "0.1"), ("i", "0")])[0],
            table.pick("v", &[("t_ms", "0.2"), ("i", "0")])[0],
        ]
    };
    assert_eq!(second(""), [11.0, 33.0], "2v, + 1, + 10");
    assert_eq!(second("order = -2"), [12.0, 36.0], "(v + 1)*2, + 10");
    assert_eq!(second("slot = \"before_synapses\""), [12.0, 36.0]);
    assert_eq!(second("slot = \"end\""), [11.0, 33.0]);
}

#[test]
fn weights_know_the_target() {
    // v rises by what is left to 1: it is there after one step. The second part of the group, i from 0 there.
    let text = sure("equations = \"v : 1\"\ninitial = \"v = 0.25*i\"", "")
        .replace("weight = 1", "weight = \"1 - v\"");
    let table = Folder::new().results_of(&text, "out", &[]).table("v");
    assert_eq!(table.pick("v", &[("t_ms", "0.1")]), [1.0, 1.0]);
    let text = sure("equations = \"v : 1\"", "")
        .replace("target = \"P\"", "target = \"P[1:]\"")
        .replace("weight = 1", "weight = \"100*N + 10*i + int(t_in_timesteps == 0)\"");
    let table = Folder::new().results_of(&text, "out", &[]).table("v");
    assert_eq!(table.pick("v", &[("t_ms", "0.2")]), [0.0, 201.0]);
}

#[test]
fn rates_of_more_than_one_event_a_step_fail_their_point() {
    for rate in [
        "20*kHz*int(t > 1*ms)",
        "20*kHz*int(i == 1 and t > 1*ms)",
        "-1*Hz*int(t > 1*ms)",
        "log(-t/second)*Hz",
    ] {
        let text = sure("equations = \"v : 1\"", "").replace("\"10 kHz\"", &format!("\"{rate}\""));
        let folder = Folder::new();
        folder.write("job.toml", &text);
        let ended = folder.spikesweep(&["run", "job.toml", "--out", "out"]);
        let points = folder.results("out").table("points");
        assert_eq!(points.texts("status"), ["failed"], "{rate}: {}", ended.stderr);
    }
}
