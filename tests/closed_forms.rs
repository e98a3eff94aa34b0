//! Models whose solution is known in closed form, through the whole line: `exact` is exact, whatever its matrix.

mod support;

use support::{Folder, Table, assert_close};

/// Runs a group of one neuron with method `exact` and gives its trace, every 0.1 ms for 30 ms.
fn trace(equations: &str, initial: &str, variables: &str) -> Table {
    let folder = Folder::new();
    let text = format!(
        r#"
[run]
duration = "30 ms"
dt = "0.1 ms"
[parameters]
tau = "10 ms"
slow = "25 ms"
goal = "15 mV"
slope = "0.3 V/s"
omega = "400 Hz"
gamma = "50 Hz"
[neurons.P]
size = 1
equations = '''
{equations}
'''
method = "exact"
initial = '''
{initial}
'''
[record.trace]
kind = "state"
source = "P"
variables = [{variables}]
"#
    );
    let table = folder.results_of(&text, "out", &[]).table("trace");
    assert_eq!(table.rows.len(), 300);
    table
}

/// Each value of a column against a function of time in seconds; the tolerance is relative to `scale`.
#[track_caller]
fn follows(table: &Table, column: &str, scale: f64, solution: impl Fn(f64) -> f64) {
    for (t, value) in table.numbers("t_ms").into_iter().zip(table.numbers(column)) {
        assert_close(value, solution(t * 1e-3), 1e-11 * scale, &format!("{column} at {t} ms"));
    }
}

#[test]
fn decay() {
    let table = trace("dv/dt = -v/tau : volt", "v = 12*mV", "\"v\"");
    follows(&table, "v_mV", 12.0, |t| 12.0 * (-t / 0.01).exp());
}

#[test]
fn step_response() {
    let table = trace("dv/dt = (goal - v)/tau : volt", "v = -5*mV", "\"v\"");
    follows(&table, "v_mV", 20.0, |t| 15.0 - 20.0 * (-t / 0.01).exp());
}

#[test]
fn constant_slope_has_a_singular_matrix() {
    let table = trace("dv/dt = slope : volt", "v = 1*mV", "\"v\"");
    follows(&table, "v_mV", 10.0, |t| 1.0 + 300.0 * t);
}

#[test]
fn chain_of_integrators_is_nilpotent() {
    let equations = "dx/dt = y*kHz : 1\ndy/dt = z*kHz : 1\ndz/dt = 2*Hz : 1";
    let table = trace(equations, "x = 1\ny = -0.5\nz = 0.25", "\"x\", \"y\", \"z\"");
    follows(&table, "z", 1.0, |t| 0.25 + 2.0 * t);
    follows(&table, "y", 10.0, |t| -0.5 + 1e3 * (0.25 * t + t * t));
    follows(&table, "x", 300.0, |t| 1.0 - 500.0 * t + 1e6 * (0.125 * t * t + t * t * t / 3.0));
}

#[test]
fn synapse_with_the_time_constant_of_the_membrane() {
    let equations = "dv/dt = (g - v)/tau : volt\ndg/dt = -g/tau : volt";
    let table = trace(equations, "v = 2*mV\ng = 20*mV", "\"v\", \"g\"");
    follows(&table, "g_mV", 20.0, |t| 20.0 * (-t / 0.01).exp());
    follows(&table, "v_mV", 20.0, |t| (2.0 + 20.0 * t / 0.01) * (-t / 0.01).exp());
}

#[test]
fn synapse_with_another_time_constant() {
    let equations = "dv/dt = (g - v)/tau : volt\ndg/dt = -g/slow : volt";
    let table = trace(equations, "g = 20*mV", "\"v\"");
    // v' = (g - v)/tau: v = g0/(1 - tau/slow)*(exp(-t/slow) - exp(-t/tau)).
    follows(&table, "v_mV", 20.0, |t| 20.0 / (1.0 - 0.4) * ((-t / 0.025).exp() - (-t / 0.01).exp()));
}

#[test]
fn damped_oscillation_has_complex_eigenvalues() {
    let equations = "dx/dt = y : 1\ndy/dt = -omega*omega*x - 2*gamma*y : hertz";
    let table = trace(equations, "x = 1", "\"x\", \"y\"");
    let (omega, gamma) = (400.0_f64, 50.0_f64);
    let own = (omega * omega - gamma * gamma).sqrt();
    follows(&table, "x", 1.0, |t| (-gamma * t).exp() * ((own * t).cos() + gamma / own * (own * t).sin()));
    follows(&table, "y_Hz", 400.0, |t| -(-gamma * t).exp() * omega * omega / own * (own * t).sin());
}

#[test]
fn undamped_rotation_with_a_constant() {
    let equations = "dx/dt = omega*(y - 2) : 1\ndy/dt = -omega*x : 1";
    let table = trace(equations, "x = 0\ny = 3", "\"x\", \"y\"");
    follows(&table, "x", 10.0, |t| (400.0 * t).sin());
    follows(&table, "y", 10.0, |t| 2.0 + (400.0 * t).cos());
}

#[test]
fn two_variables_that_only_sum() {
    // The matrix ((-1, 1), (1, -1))/tau is singular with one eigenvalue that is not zero.
    let equations = "dx/dt = (y - x)/tau : 1\ndy/dt = (x - y)/tau + 10*Hz : 1";
    let table = trace(equations, "x = 1", "\"x\", \"y\"");
    // The sum grows by 10 Hz; the difference d = x - y obeys d' = -2 d/tau - 10 Hz.
    let sum = |t: f64| 1.0 + 10.0 * t;
    let difference = |t: f64| -0.05 + 1.05 * (-200.0 * t).exp();
    follows(&table, "x", 1.0, |t| (sum(t) + difference(t)) / 2.0);
    follows(&table, "y", 1.0, |t| (sum(t) - difference(t)) / 2.0);
}

#[test]
fn a_step_longer_than_every_time_constant_is_exact_too() {
    let folder = Folder::new();
    let text = r#"
[run]
duration = "200 ms"
dt = "step"
[parameters]
step = "0.1 ms"
[neurons.P]
size = 1
equations = '''
dv/dt = (g - v)/(10*ms) : volt
dg/dt = (3*mV - g)/(2*ms) : volt
'''
method = "exact"
initial = "v = 8*mV"
[record.v]
kind = "state"
source = "P"
variables = ["v"]
[[sweep]]
axes.step = ["0.1 ms", "5 ms", "40 ms"]
"#;
    let tables = folder.results_of(text, "out", &[]).table("v").by_point();
    // g = 3 - 3 exp(-t/2): v = 3 + 5 exp(-t/10) + c (exp(-t/2) - exp(-t/10)) with c = -3/10/(1/10 - 1/2).
    let c = -0.3 / (0.1 - 0.5);
    let solution = |t: f64| 3.0 + 5.0 * (-t / 10.0).exp() + c * ((-t / 2.0).exp() - (-t / 10.0).exp());
    for (point, rows) in [(0, 2000), (1, 40), (2, 5)] {
        let table = &tables[&point];
        assert_eq!(table.rows.len(), rows);
        for (t, v) in table.numbers("t_ms").into_iter().zip(table.numbers("v_mV")) {
            assert_close(v, solution(t), 1e-11 * 8.0, &format!("point {point} at {t} ms"));
        }
    }
}

/// Without refractoriness the neuron needs the smallest k with v0(1 - exp(-k dt/tau)) > theta, again and again.
#[test]
fn intervals_of_a_leaky_neuron() {
    let folder = Folder::new();
    let text = r#"
[run]
duration = "300 ms"
dt = "step"
[parameters]
step = "0.1 ms"
v0 = "20 mV"
tau = "12 ms"
[neurons.P]
size = 1
equations = "dv/dt = (v0 - v)/tau : volt"
method = "exact"
threshold = "v > 10*mV"
reset = "v = 0*mV"
[record.spikes]
kind = "spikes"
source = "P"
[[sweep]]
axes.v0 = { from = "5 mV", to = "40 mV", n = 36 }
axes.step = ["0.1 ms", "0.05 ms"]
"#;
    let results = folder.results_of(text, "out", &[]);
    let (points, trains) = (results.table("points"), results.table("spikes").by_point());
    let (v0, step) = (points.numbers("v0_mV"), points.numbers("step_ms"));
    let mut seen = 0;
    for k in 0..72 {
        let train = trains.get(&k).map(|t| t.numbers("t_ms")).unwrap_or_default();
        let (v0, step) = (v0[k as usize], step[k as usize]);
        let updates = (1..).take(10_000).find(|n| v0 * (1.0 - (-f64::from(*n) * step / 12.0).exp()) > 10.0);
        let Some(updates) = updates else {
            assert!(v0 <= 10.0 && train.is_empty(), "spikes at {v0} mV: {train:?}");
            continue;
        };
        let interval = f64::from(updates) * step;
        let closed = 12.0 * (v0 / (v0 - 10.0)).ln();
        assert!((0.0..=step + 1e-9).contains(&(interval - closed)), "{interval} ms and {closed} ms");
        // The update of step 0 is the first, so spike number n is in step n*updates - 1.
        let expected: Vec<f64> =
            (1..).map(|n| f64::from(n) * interval - step).take_while(|t| *t < 300.0 - 1e-6).collect();
        assert_eq!(train.len(), expected.len(), "{v0} mV, step {step} ms");
        for (t, expected) in train.iter().zip(&expected) {
            assert_close(*t, *expected, 1e-6, &format!("a spike at {v0} mV, step {step} ms"));
        }
        seen += train.len();
    }
    assert!(seen > 1000, "{seen} spikes");
}
