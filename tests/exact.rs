//! `exact` for systems of several variables: coefficients that differ between neurons, that depend on refractoriness,
//! and that are written during the run. The reference is a matrix exponential by its series, in this file.

mod support;

use support::{Folder, Table, assert_close};

/// A square matrix.
type Matrix = Vec<Vec<f64>>;

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let n = a.len();
    (0..n).map(|i| (0..n).map(|j| (0..n).map(|k| a[i][k] * b[k][j]).sum()).collect()).collect()
}

/// exp(a) by 24 terms of the series of exp(a/1024), squared ten times.
fn exponential(a: &Matrix) -> Matrix {
    let n = a.len();
    let small: Matrix = a.iter().map(|row| row.iter().map(|x| x / 1024.0).collect()).collect();
    let unit = |i: usize| (0..n).map(|j| f64::from(u8::from(i == j))).collect::<Vec<_>>();
    let mut term: Matrix = (0..n).map(unit).collect();
    let mut sum = term.clone();
    for k in 1..24 {
        term = product(&term, &small);
        term.iter_mut().flatten().for_each(|x| *x /= f64::from(k));
        sum.iter_mut().flatten().zip(term.iter().flatten()).for_each(|(s, t)| *s += t);
    }
    (0..10).fold(sum, |e, _| product(&e, &e))
}

/// One step of dx/dt = m x + b: the last row and column of the exponential carry the constant.
fn stepped(m: &Matrix, b: &[f64], dt: f64, x: &[f64]) -> Vec<f64> {
    let mut whole: Matrix = m.iter().map(|row| row.iter().map(|c| c * dt).collect()).collect();
    whole.iter_mut().zip(b).for_each(|(row, b)| row.push(b * dt));
    whole.push(vec![0.0; x.len() + 1]);
    let power = exponential(&whole);
    let with_one: Vec<f64> = x.iter().copied().chain([1.0]).collect();
    (0..x.len()).map(|i| power[i].iter().zip(&with_one).map(|(p, x)| p * x).sum()).collect()
}

fn column(trace: &Table, name: &str, neuron: usize) -> Vec<f64> {
    trace.pick(name, &[("i", &neuron.to_string())])
}

/// Systems of 1 to 8 variables in a ring, each neuron with its own coefficients: at neuron 0 nothing but the constants is
/// left (all eigenvalues are 0), at neuron 1 all time constants are the same, others oscillate, damped or growing.
#[test]
fn each_neuron_has_a_system_of_its_own() {
    for n in 1..=8_usize {
        let equation = |k: usize| {
            let next = (k + 1) % n;
            format!("dx{k}/dt = (a*(c{k}*x{next} - x{k}) + {k} - 1.5)/tau : 1")
        };
        let equations: Vec<String> = (0..n).map(equation).collect();
        let parameters: Vec<String> = (0..n).map(|k| format!("c{k} : 1 (constant)")).collect();
        let settings: Vec<String> =
            (0..n).map(|k| format!("c{k} = (i - 1)*({k} - 2.5)/2; x{k} = {k} - 1")).collect();
        let names: Vec<String> = (0..n).map(|k| format!("\"x{k}\"")).collect();
        let text = format!(
            "[run]\nduration = \"5 ms\"\ndt = \"0.25 ms\"\n[parameters]\ntau = \"4 ms\"\n[neurons.P]\nsize = 5\n\
             equations = '''\n{}\na : 1\n{}\n'''\nmethod = \"exact\"\ninitial = '''\na = i/2\n{}\n'''\n[record.trace]\n\
             kind = \"state\"\nsource = \"P\"\nvariables = [{}]\n",
            equations.join("\n"),
            parameters.join("\n"),
            settings.join("\n"),
            names.join(", "),
        );
        let trace = Folder::new().results_of(&text, "out", &[]).table("trace");
        for i in 0..5 {
            let (a, c) = (i as f64 / 2.0, |k: usize| (i as f64 - 1.0) * (k as f64 - 2.5) / 2.0);
            let mut m = vec![vec![0.0; n]; n];
            for k in 0..n {
                m[k][(k + 1) % n] += a * c(k) / 4e-3;
                m[k][k] -= a / 4e-3;
            }
            let b: Vec<f64> = (0..n).map(|k| (k as f64 - 1.5) / 4e-3).collect();
            let mut x: Vec<f64> = (0..n).map(|k| k as f64 - 1.0).collect();
            let columns: Vec<Vec<f64>> = (0..n).map(|k| column(&trace, &format!("x{k}"), i)).collect();
            let rows = (0..20).map(|step| columns.iter().map(|c| c[step]).collect::<Vec<f64>>());
            for (step, row) in rows.enumerate() {
                let scale = x.iter().fold(1.0_f64, |s, x| s.max(x.abs()));
                for (k, (found, x)) in row.iter().zip(&x).enumerate() {
                    let what = format!("x{k} of {n} of neuron {i} at step {step}");
                    assert_close(*found, *x, 1e-11 * scale, &what);
                }
                x = stepped(&m, &b, 2.5e-4, &x);
            }
        }
    }
}

/// A neuron with refractoriness in the coefficients of coupled variables: what they are while active, and while not.
const REFRACTORY: &str = r#"
[run]
duration = "60 ms"
dt = "0.1 ms"
[parameters]
tau = "8 ms"
slow = "20 ms"
[neurons.P]
size = 4
equations = '''
dv/dt = (open*(w - v) + 3*(1 - open))/tau : 1
dw/dt = (drive - w - 0.4*v*int(not_refractory))/slow : 1
open = int(not_refractory) : 1
drive : 1
'''
method = "exact"
threshold = "v > 1"
reset = "v = 0; w += 0.1"
refractory = "2.5 ms"
initial = "drive = 1.5 + 0.7*i"
[record.trace]
kind = "state"
source = "P"
variables = ["v", "w"]
[record.spikes]
kind = "spikes"
source = "P"
"#;

#[test]
fn coefficients_may_depend_on_refractoriness() {
    let folder = Folder::new();
    let results = folder.results_of(REFRACTORY, "out", &[]);
    let (trace, spikes) = (results.table("trace"), results.table("spikes"));
    let mut all = 0;
    for i in 0..4 {
        let drive = 1.5 + 0.7 * i as f64;
        let (mut x, mut last) = (vec![0.0, 0.0], -1000_i64);
        let (v, w) = (column(&trace, "v", i), column(&trace, "w", i));
        let mut times = Vec::new();
        for step in 0..600_i64 {
            assert_close(v[step as usize], x[0], 1e-11, &format!("v of neuron {i} at step {step}"));
            assert_close(w[step as usize], x[1], 1e-11, &format!("w of neuron {i} at step {step}"));
            let active = step - last >= 25;
            let open = f64::from(u8::from(active));
            let m = vec![vec![-open / 8e-3, open / 8e-3], vec![-0.4 * open / 20e-3, -1.0 / 20e-3]];
            x = stepped(&m, &[3.0 * (1.0 - open) / 8e-3, drive / 20e-3], 1e-4, &x);
            if active && x[0] > 1.0 {
                (x[0], last) = (0.0, step);
                x[1] += 0.1;
                times.push(step as f64 * 0.1);
            }
        }
        let found = spikes.pick("t_ms", &[("i", &i.to_string())]);
        assert_eq!(found.len(), times.len(), "neuron {i}: {found:?}, {times:?}");
        found.iter().zip(&times).for_each(|(a, b)| assert_close(*a, *b, 1e-9, "a spike"));
        all += times.len();
    }
    assert!(all > 5, "{all} spikes");
}

/// The flag and the factor are the same thing, and a variable that drives a held one still moves.
#[test]
fn a_factor_holds_as_the_flag_does() {
    let folder = Folder::new();
    let flag = REFRACTORY
        .replace("(open*(w - v) + 3*(1 - open))/tau : 1", "(w - v)/tau : 1 (unless refractory)")
        .replace("*int(not_refractory)", "");
    let factor = flag.replace(
        "dv/dt = (w - v)/tau : 1 (unless refractory)",
        "dv/dt = (w - v)*int(not_refractory)/tau : 1",
    );
    assert_ne!(flag, factor);
    let (flag, factor) = (folder.results_of(&flag, "flag", &[]), folder.results_of(&factor, "factor", &[]));
    assert!(!flag.table("spikes").rows.is_empty());
    assert_eq!(flag.table("spikes"), factor.table("spikes"));
    for name in ["v", "w"] {
        let (a, b) = (flag.table("trace").numbers(name), factor.table("trace").numbers(name));
        a.iter().zip(&b).for_each(|(a, b)| assert_close(*a, *b, 1e-12, name));
    }
}

/// The reset makes the coupling stronger and the membrane faster; whether another synapse writes it, too, is up to `more`.
fn changing(method: &str, more: &str) -> String {
    format!(
        r#"
[run]
duration = "50 ms"
dt = "0.1 ms"
[parameters]
tau = "8 ms"
slow = 2
[neurons.P]
size = 3
equations = '''
dv/dt = (gain*g - v)*speed/tau : 1
dg/dt = (2 + i/2 - g)/(slow*tau) : 1
speed = 1 + gain/4 : 1
gain : 1
'''
{method}
threshold = "v > 1"
reset = "v = 0; gain *= 0.8"
initial = "gain = 1.5"
[record.trace]
kind = "state"
source = "P"
variables = ["v", "g", "gain"]
{more}
"#
    )
}

/// The trace of `changing`, by neuron and step: v, g, gain. `kicked`: the gain grows by 0.05 at each spike of others.
fn expected(slow: f64, kicked: bool) -> Vec<Vec<[f64; 3]>> {
    let mut now = [[0.0, 0.0, 1.5]; 3];
    let mut out = vec![Vec::new(); 3];
    for _ in 0..500 {
        let mut spikes = [false; 3];
        for (i, x) in now.iter_mut().enumerate() {
            out[i].push(*x);
            let [v, g, gain] = *x;
            let speed = (1.0 + gain / 4.0) / 8e-3;
            let m = vec![vec![-speed, gain * speed], vec![0.0, -1.0 / (slow * 8e-3)]];
            let next = stepped(&m, &[0.0, (2.0 + i as f64 / 2.0) / (slow * 8e-3)], 1e-4, &[v, g]);
            *x = [next[0], next[1], gain];
            spikes[i] = next[0] > 1.0;
        }
        for j in 0..3 {
            let others = (0..3).filter(|i| *i != j && spikes[*i]).count();
            now[j][2] += if kicked { 0.05 * others as f64 } else { 0.0 };
            if spikes[j] {
                now[j] = [0.0, now[j][1], now[j][2] * 0.8];
            }
        }
    }
    out
}

fn assert_follows(trace: &Table, expected: &[Vec<[f64; 3]>], what: &str) {
    let changes = expected.iter().map(|of| of.windows(2).filter(|two| two[0][2] != two[1][2]).count());
    assert!(
        changes.clone().all(|n| n >= 3),
        "the coefficient hardly changes: {:?}",
        changes.collect::<Vec<_>>()
    );
    for (i, of_neuron) in expected.iter().enumerate() {
        for (k, name) in ["v", "g", "gain"].into_iter().enumerate() {
            for (step, (found, x)) in column(trace, name, i).iter().zip(of_neuron).enumerate() {
                assert_close(*found, x[k], 1e-10, &format!("{what}: {name} of neuron {i} at step {step}"));
            }
        }
    }
}

#[test]
fn coefficients_may_change_during_the_run() {
    let folder = Folder::new();
    let sweep = "[[sweep]]\naxes.slow = [2, 5]\n";
    let text = changing("method = \"exact\"", sweep);
    let trace = folder.results_of(&text, "out", &[]).table("trace");
    for (point, slow) in [(0, 2.0), (1, 5.0)] {
        assert_follows(&trace.by_point()[&point], &expected(slow, false), &format!("slow = {slow}"));
    }
    let chosen = folder.results_of(&changing("", sweep), "chosen", &[]).table("trace");
    assert_eq!(trace, chosen, "exact is chosen where no method is named");
}

#[test]
fn synapses_may_write_coefficients() {
    let synapses = "[synapses.S]\nsource = \"P\"\ntarget = \"P\"\nconnect = { where = \"i != j\" }\n\
                    on_pre = \"gain_post += 0.05\"\n";
    let text = changing("method = \"exact\"", synapses);
    let trace = Folder::new().results_of(&text, "out", &[]).table("trace");
    assert_follows(&trace, &expected(2.0, true), "with synapses");
}

/// A variable on its own may have a coefficient that changes, beside a pair of coupled ones that needs a propagator.
#[test]
fn a_changing_coefficient_beside_coupled_variables() {
    let text = changing("method = \"exact\"", "").replace(
        "dv/dt = (gain*g - v)*speed/tau : 1",
        "dv/dt = (gain*2 - v)*speed/tau : 1\ndx/dt = y*kHz : 1\ndy/dt = -x*kHz : 1",
    );
    let text = text
        .replace("initial = \"gain = 1.5\"", "initial = \"gain = 1.5; x = 1\"")
        .replace("\"gain\"]", "\"gain\", \"x\"]");
    let trace = Folder::new().results_of(&text, "out", &[]).table("trace");
    let (v, gain, x) = (column(&trace, "v", 0), column(&trace, "gain", 0), column(&trace, "x", 0));
    assert!(gain[499] < 1.0, "{gain:?}");
    for step in 0..499 {
        assert_close(x[step], (0.1 * step as f64).cos(), 1e-11, "x");
        let decay = (-(1.0 + gain[step] / 4.0) / 80.0).exp();
        let next = v[step] * decay + 2.0 * gain[step] * (1.0 - decay);
        assert_close(v[step + 1], if next > 1.0 { 0.0 } else { next }, 1e-12, &format!("v at step {step}"));
    }
}
