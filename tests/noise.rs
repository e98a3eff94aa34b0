//! Noise in equations: means, variances and correlations against closed forms, streams that are independent or the same
//! where they should be. Bounds are 5 standard deviations of the estimator: a correct program fails one with
//! probability 6e-7. Seeds are fixed.

mod support;

use support::{Folder, Results, Table, assert_close};

const SIGMAS: f64 = 5.0;

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

/// The mean of products, for values of mean 0.
fn products(x: &[f64], y: &[f64]) -> f64 {
    assert_eq!(x.len(), y.len());
    x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>() / x.len() as f64
}

/// Values of a variable at a time, by neuron.
fn at(table: &Table, variable: &str, t: &str) -> Vec<f64> {
    table.pick(variable, &[("t_ms", t)])
}

/// `text` with a monitor of all of P.
fn recorded(text: &str, variables: &str, every: &str) -> Table {
    let monitor = format!(
        "[record.trace]\nkind = \"state\"\nsource = \"P\"\nvariables = [{variables}]\nevery = \"{every}\"\n"
    );
    Folder::new().results_of(&format!("{text}{monitor}"), "out", &[]).table("trace")
}

const PROCESS: &str = r#"
[run]
duration = "61 ms"
dt = "0.1 ms"
seed = 11
[parameters]
tau = "10 ms"
sigma = 3
method = { text = "euler" }
[neurons.P]
size = 10000
equations = "dx/dt = -x/tau + sigma*sqrt(2/tau)*xi : 1"
method = "{method}"
initial = "x = 5"
"#;

/// The scheme is an autoregression x' = a*x + s*n with a = 1 - dt/tau and s^2 = 2*sigma^2*dt/tau (for heun too: the noise is
/// additive). So mean = 5*a^n, variance = s^2*(1 - a^2n)/(1 - a^2), and values k steps apart have correlation a^k. The
/// process in continuous time has variance sigma^2, half of dt/tau less: 0.5 %.
#[test]
fn ornstein_and_uhlenbeck() {
    for method in ["euler", "heun"] {
        let text = PROCESS.replace("text = \"euler\"", &format!("text = \"{method}\""));
        let trace = recorded(&text, "\"x\"", "1 ms");
        let (a, s2) = (0.99_f64, 2.0 * 9.0 * 0.01);
        for (t, steps) in [("1.0", 10), ("5.0", 50), ("20.0", 200), ("60.0", 600)] {
            let x = at(&trace, "x", t);
            let n = x.len() as f64;
            assert_eq!(n, 1e4);
            let expected = 5.0 * a.powi(steps);
            let variance = s2 * (1.0 - a.powi(2 * steps)) / (1.0 - a * a);
            let what = format!("{method}, {t} ms");
            assert_close(mean(&x), expected, SIGMAS * (variance / n).sqrt(), &format!("{what}: mean"));
            let rest: Vec<f64> = x.iter().map(|x| x - expected).collect();
            let bound = SIGMAS * variance * (2.0 / n).sqrt();
            assert_close(products(&rest, &rest), variance, bound, &format!("{what}: variance"));
        }
        let limit = s2 / (1.0 - a * a);
        assert_close(limit, 9.0, 0.0051 * 9.0, "the variance of the scheme and of the process");
        let last = at(&trace, "x", "60.0");
        for (t, lag) in [("59.0", 10), ("55.0", 50), ("50.0", 100), ("40.0", 200)] {
            let (n, correlation) = (last.len() as f64, a.powi(lag));
            let bound = SIGMAS * limit * ((1.0 + correlation * correlation) / n).sqrt();
            let found = products(&last, &at(&trace, "x", t));
            assert_close(found, limit * correlation, bound, &format!("{method}: {lag} steps apart"));
        }
    }
}

const PATHS: &str = r#"
[run]
duration = "2.1 ms"
dt = "0.1 ms"
seed = 5
[neurons.P]
size = 20001
equations = '''
da/dt = 2*xi_one/second**0.5 : 1
db/dt = xi_two/second**0.5 : 1
dc/dt = xi_one/second**0.5 : 1
dd/dt = (xi_one + xi_two)/second**0.5 : 1
n = xi_one - xi_two : second**-0.5
dq/dt = (n + 2*xi_two)/second**0.5 : 1
'''
"#;

/// Increments over single steps, in standard deviations of the normal law.
fn increments(trace: &Table, variable: &str, from: &str, to: &str) -> Vec<f64> {
    let (before, after) = (at(trace, variable, from), at(trace, variable, to));
    before.iter().zip(&after).map(|(b, a)| (a - b) / 0.01).collect()
}

#[test]
fn one_name_is_one_noise_and_two_are_independent() {
    let trace = recorded(PATHS, "\"a\", \"b\", \"c\", \"d\", \"q\"", "0.1 ms");
    let [a, b, c, d, e] = ["a", "b", "c", "d", "q"].map(|v| at(&trace, v, "2.0"));
    assert!(a.iter().zip(&c).all(|(a, c)| *a == 2.0 * c), "the same noise twice");
    for (k, (sum, both)) in d.iter().zip(&e).enumerate() {
        assert_close(*sum, c[k] + b[k], 1e-15, "a sum of noises");
        assert_close(*both, c[k] + b[k], 1e-15, "noise through a subexpression");
    }
    let n = c.len() as f64;
    // 20 steps of 0.1 ms: variance 0.002.
    let normal = |x: &[f64]| x.iter().map(|x| x / 0.002_f64.sqrt()).collect::<Vec<f64>>();
    let (b, c) = (normal(&b), normal(&c));
    let bound = SIGMAS / n.sqrt();
    for x in [&b, &c] {
        assert_close(mean(x), 0.0, bound, "mean");
        assert_close(products(x, x), 1.0, bound * 2.0_f64.sqrt(), "variance");
    }
    assert_close(products(&b, &c), 0.0, bound, "two names");
    let of = |v: &str, from: &str, to: &str| increments(&trace, v, from, to);
    let (first, second) = (of("c", "0.0", "0.1"), of("c", "0.1", "0.2"));
    assert_close(products(&first, &second), 0.0, bound, "two steps");
    assert_close(products(&first, &of("b", "0.1", "0.2")), 0.0, bound, "two names in two steps");
    for apart in [1, 2, 128] {
        let found = products(&first[apart..], &first[..first.len() - apart]);
        assert_close(found, 0.0, bound * 1.01, &format!("neurons {apart} apart"));
    }
    let squares = |x: &[f64]| x.iter().map(|x| x * x - 1.0).collect::<Vec<f64>>();
    let (one, other) = (squares(&first), squares(&of("b", "0.0", "0.1")));
    assert_close(products(&one, &other), 0.0, 2.0 * bound, "sizes of two noises");
    assert_close(products(&one[1..], &one[..one.len() - 1]), 0.0, 2.0 * bound * 1.01, "sizes of neighbours");
}

/// Single increments fall into the tenths of the normal law.
#[test]
fn increments_are_normal() {
    let trace = recorded(PATHS, "\"c\"", "0.1 ms");
    let x = increments(&trace, "c", "0.0", "0.1");
    let n = x.len() as f64;
    let tenths = [
        -1.2815515655446004,
        -0.8416212335729143,
        -0.5244005127080407,
        -0.2533471031357997,
        0.0,
        0.2533471031357997,
        0.5244005127080407,
        0.8416212335729143,
        1.2815515655446004,
    ];
    let mut counts = [0.0; 10];
    x.iter().for_each(|x| counts[tenths.iter().filter(|q| *q < x).count()] += 1.0);
    for (k, count) in counts.iter().enumerate() {
        assert_close(*count, 0.1 * n, SIGMAS * (0.09 * n).sqrt(), &format!("numbers in tenth {k}"));
    }
    let fourth = x.iter().map(|x| x.powi(4)).sum::<f64>() / n;
    assert_close(fourth, 3.0, SIGMAS * (96.0 / n).sqrt(), "the fourth moment");
}

const SWEPT: &str = r#"
[run]
duration = "1 ms"
dt = "0.1 ms"
seed = 3
noise = "independent"
[parameters]
size = 100
gain = 1
[neurons.P]
size = "size"
equations = '''
dx/dt = xi/second**0.5 : 1
dy/dt = xi_b/second**0.5 : 1
'''
[neurons.Q]
size = "size"
equations = '''
dy/dt = xi_b/second**0.5 : 1
dx/dt = xi/second**0.5 : 1
g = gain : 1
'''
[record.P]
kind = "state"
source = "P"
variables = ["x", "y"]
[record.Q]
kind = "state"
source = "Q"
variables = ["x", "y"]
[[sweep]]
axes.gain = [1, 2]
repeat = 2
"#;

fn points(results: &Results, table: &str, variable: &str) -> Vec<Vec<f64>> {
    let by_point = results.table(table).by_point();
    by_point.values().map(|t| t.pick(variable, &[("t_ms", "0.9")])).collect()
}

#[test]
fn streams_depend_on_names_points_and_repeats() {
    let folder = Folder::new();
    let independent = folder.results_of(SWEPT, "independent", &[]);
    let common = folder.results_of(&SWEPT.replace("\"independent\"", "\"common\""), "common", &[]);
    let all: Vec<Vec<f64>> = [("P", "x"), ("P", "y"), ("Q", "x"), ("Q", "y")]
        .iter()
        .flat_map(|(table, variable)| points(&independent, table, variable))
        .collect();
    assert_eq!(all.len(), 16);
    for (k, one) in all.iter().enumerate() {
        assert!(all[k + 1..].iter().all(|other| other != one), "two streams of 16 are the same");
    }
    // Points are: gain 1, repeats 0 and 1; gain 2, repeats 0 and 1.
    let x = points(&common, "P", "x");
    assert!(x[0] == x[2] && x[1] == x[3] && x[0] != x[1], "common noise is the same in all configurations");
}

/// A number belongs to its neuron: a smaller group has the first numbers of a larger one, whether even or odd, and the order
/// in which equations stand does not matter.
#[test]
fn sizes_and_orders_do_not_matter() {
    let folder = Folder::new();
    let large = points(&folder.results_of(SWEPT, "large", &["--set", "size=300"]), "P", "x");
    for size in [1, 2, 7, 16, 33, 127, 128, 129, 255, 257] {
        let small = folder.results_of(SWEPT, &size.to_string(), &["--set", &format!("size={size}")]);
        for (few, many) in points(&small, "P", "x").iter().zip(&large) {
            assert_eq!(few[..], many[..size], "size {size}");
        }
    }
    let turned = SWEPT.replacen(
        "dx/dt = xi/second**0.5 : 1\ndy/dt = xi_b/second**0.5 : 1",
        "dy/dt = xi_b/second**0.5 : 1\ndx/dt = xi/second**0.5 : 1",
        1,
    );
    assert_ne!(turned, SWEPT);
    let turned = folder.results_of(&turned, "turned", &["--set", "size=300"]);
    assert_eq!(points(&turned, "P", "x"), large);
}

/// A held variable stands still, with its noise; the other goes on.
#[test]
fn refractory_neurons_have_no_noise_in_what_is_held() {
    for method in ["euler", "heun", "mine"] {
        let text = format!(
            r#"
[run]
duration = "3 ms"
dt = "0.1 ms"
[schemes]
mine = '''
k = dt*f(x, t) + g(x, t)*dW
x_new = x + k
'''
[neurons.P]
size = 200
equations = '''
dv/dt = 3*w/second + 20*xi/second**0.5 : 1 (unless refractory)
dw/dt = xi/second**0.5 : 1
'''
method = "{method}"
threshold = "t_in_timesteps == 0"
reset = "v = 7"
refractory = "2 ms"
"#
        );
        let trace = recorded(&text, "\"v\", \"w\"", "0.1 ms");
        // The spike is in step 0; steps 1 to 19 are refractory, and step 20 is the first that moves v.
        for step in 1..=20 {
            let t = format!("{:.1}", 0.1 * f64::from(step));
            assert!(at(&trace, "v", &t).iter().all(|v| *v == 7.0), "{method}: v moves at {t} ms");
        }
        assert!(at(&trace, "v", "2.1").iter().all(|v| *v != 7.0), "{method}: v stands still");
        let (early, late) = (at(&trace, "w", "1.0"), at(&trace, "w", "1.1"));
        assert!(early.iter().zip(&late).all(|(a, b)| a != b), "{method}: w stands still");
    }
}

/// The same bytes for one worker and for two, with spikes, refractoriness and several points.
#[test]
fn workers_do_not_matter() {
    let text = r#"
[run]
duration = "100 ms"
seed = 9
[parameters]
tau = "10 ms"
sigma = "6 mV"
n = 30
[neurons.P]
size = "n"
equations = "dv/dt = (15*mV - v)/tau + sigma*sqrt(2/tau)*xi : volt (unless refractory)"
threshold = "v > 20*mV"
reset = "v = 0*mV"
refractory = "2 ms"
[record.spikes]
kind = "spikes"
source = "P"
[[sweep]]
axes.sigma = ["3 mV", "6 mV", "9 mV"]
axes.n = [1, 30, 200]
repeat = 2
"#;
    let folder = Folder::new();
    let one = folder.results_of(text, "one", &["--workers", "1"]);
    let two = folder.results_of(text, "two", &["--workers", "2"]);
    assert!(one.table("spikes").rows.len() > 1000, "there is nothing to compare");
    two.assert_same(&one, "two workers");
}

/// Brian's list of methods: exact does not take noise; euler takes it if its factors are constant within a step, else heun.
#[test]
fn methods_that_nobody_asked_for() {
    let folder = Folder::new();
    let text = |method: &str, noise: &str| {
        format!(
            "[run]\nduration = \"5 ms\"\n[neurons.P]\nsize = 3\nequations = \"dx/dt = -x/(10*ms) + {noise} : 1\"\n\
             initial = \"x = 1\"\n{method}\n[record.x]\nkind = \"state\"\nsource = \"P\"\nvariables = [\"x\"]\n"
        )
    };
    for (k, (noise, method, other)) in [
        ("(1 + i)*xi/second**0.5", "euler", "heun"),
        ("(1 + x)*xi/second**0.5", "heun", "milstein"),
        ("sin(100*Hz*t)*xi/second**0.5", "heun", "milstein"),
    ]
    .into_iter()
    .enumerate()
    {
        let x = |method: &str| {
            let line = if method.is_empty() { String::new() } else { format!("method = \"{method}\"") };
            let out = format!("{k}{method}");
            folder.results_of(&text(&line, noise), &out, &[]).table("x").numbers("x")
        };
        assert_eq!(x(""), x(method), "{noise}");
        if k > 0 {
            assert_ne!(x(""), x(other), "{noise}");
        }
    }
}

/// A group with a clock of its own: increments have the variance of its own step. A run with its steps draws the same.
#[test]
fn clocks_of_their_own() {
    let folder = Folder::new();
    let text = |dt: &str, own: &str| {
        format!(
            "[run]\nduration = \"2.1 ms\"\ndt = \"{dt}\"\n[neurons.P]\nsize = 10001\n{own}\n\
             equations = \"dx/dt = xi/second**0.5 : 1\"\n\
             [record.trace]\nkind = \"state\"\nsource = \"P\"\nvariables = [\"x\"]\nevery = \"1 ms\"\n"
        )
    };
    let own = folder.results_of(&text("0.1 ms", "dt = \"0.2 ms\""), "own", &[]).table("trace");
    let run = folder.results_of(&text("0.2 ms", ""), "run", &[]).table("trace");
    let (x, y) = (at(&own, "x", "2.0"), at(&run, "x", "2.0"));
    assert_close(products(&x, &x), 0.002, SIGMAS * 0.002 * (2.0_f64 / 1e4).sqrt(), "variance");
    assert_eq!(x, y);
}

/// Where something stands between update and threshold, which then has a loop of its own, noise is drawn once all the same.
#[test]
fn slots_do_not_matter_to_noise() {
    let folder = Folder::new();
    let text = |slot: &str| {
        format!(
            "[run]\nduration = \"20 ms\"\n[neurons.P]\nsize = 300\n\
             equations = \"\"\"dx/dt = -x/(10*ms) + xi/(10*ms)**0.5 : 1\ny : 1\"\"\"\nthreshold = \"x > 1\"\n\
             reset = \"x = 0\"\n[actions.copy]\non = \"P\"\ncode = \"y = x\"\nslot = \"{slot}\"\n\
             [record.trace]\nkind = \"state\"\nsource = \"P\"\nvariables = [\"x\"]\nevery = \"1 ms\"\n"
        )
    };
    let usual = folder.results_of(&text("end"), "usual", &[]);
    let other = folder.results_of(&text("after_groups"), "other", &[]);
    assert!(usual.table("summary").numbers("P_spikes")[0] > 100.0, "nobody spikes");
    assert_eq!(usual.table("trace"), other.table("trace"));
}
