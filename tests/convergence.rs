//! Integration schemes converge with their order, measured on a nonlinear problem with a known solution: dt is an axis.

mod support;

use support::{Folder, Results};

/// y decays; x is eaten by y, more or less so as time goes by. With s = t/tau and y0 = x0 = 1:
/// y = exp(-s), and x = exp(-(integral of y*(1 + sin s))) with integral 3/2 - exp(-s)*(1 + (sin s + cos s)/2).
const JOB: &str = r#"
[run]
duration = "20 ms"
dt = "step"
[parameters]
step = "1 ms"
tau = "10 ms"
method = { text = "euler" }
[schemes]
kutta = '''
k1 = dt*f(x, t)
k2 = dt*f(x + k1/2, t + dt/2)
x_new = x + (k1 + 4*k2 + dt*f(x - k1 + 2*k2, t + dt))/6
'''
pair = '''
k = dt*f(x, t)
x_new = x + dt*(f(x + 0.6*k, t + 0.6*dt) + f(x + 0.4*k, t + 0.4*dt))/2
'''
implicit = "x_new = x + dt*f(x, t)/(1 - dt*A(x, t))"
[neurons.P]
size = 1
equations = '''
dx/dt = -x*y*(1 + sin(t/tau))/tau : 1
dy/dt = -y/tau : 1
'''
method = "{method}"
initial = '''
x = 1
y = 1
'''
[record.trace]
kind = "state"
source = "P"
variables = ["x", "y"]
[[sweep]]
axes.method = ["euler", "rk2", "rk4", "exponential_euler", "kutta", "pair", "implicit"]
axes.step = ["2 ms", "1 ms", "0.5 ms", "0.25 ms", "0.125 ms"]
"#;

const STEPS: usize = 5;
/// All steps reach this time.
const TIME: &str = "16.0";

fn solution() -> (f64, f64) {
    let s: f64 = 1.6;
    ((-1.5 + (-s).exp() * (1.0 + (s.sin() + s.cos()) / 2.0)).exp(), (-s).exp())
}

/// Errors of a variable at [`TIME`] for each step of a method, the largest step first.
fn errors(results: &Results, method: usize, variable: &str, exact: f64) -> Vec<f64> {
    let trace = results.table("trace");
    let at = |point: usize| trace.pick(variable, &[("point", &point.to_string()), ("t_ms", TIME)])[0];
    (method * STEPS..(method + 1) * STEPS).map(|point| (at(point) - exact).abs()).collect()
}

fn orders(errors: &[f64]) -> Vec<f64> {
    errors.windows(2).map(|two| (two[0] / two[1]).log2()).collect()
}

#[test]
fn each_scheme_has_its_order() {
    let folder = Folder::new();
    let results = folder.results_of(JOB, "out", &[]);
    assert_eq!(results.table("points").rows.len(), 7 * STEPS);
    let (x, _) = solution();
    let orders_of = [
        ("euler", 1.0),
        ("rk2", 2.0),
        ("rk4", 4.0),
        ("exponential_euler", 1.0),
        // Schemes of the job: Kutta's of order 3, two points in a line, one with the coefficient.
        ("kutta", 3.0),
        ("pair", 2.0),
        ("implicit", 1.0),
    ];
    for (k, (method, order)) in orders_of.into_iter().enumerate() {
        let errors = errors(&results, k, "x", x);
        let measured = orders(&errors);
        let last = measured[STEPS - 2];
        assert!((last - order).abs() <= 0.15, "{method}: order {last}, of {measured:?}; errors {errors:?}");
        assert!(errors[STEPS - 1] < 0.02, "{method}: errors {errors:?}");
    }
}

/// A linear equation with constant coefficients is no approximation for exponential Euler, and is one for the others.
#[test]
fn exponential_euler_is_exact_for_a_decay() {
    let folder = Folder::new();
    let results = folder.results_of(JOB, "out", &[]);
    let (_, y) = solution();
    let exponential = errors(&results, 3, "y", y);
    assert!(exponential.iter().all(|e| *e < 1e-14), "{exponential:?}");
    for (k, least) in [(0, 1e-3), (1, 1e-6), (2, 1e-11)] {
        let errors = errors(&results, k, "y", y);
        assert!(errors.iter().all(|e| *e > least), "method {k} cannot be that good: {errors:?}");
    }
}

/// Where nothing but x itself stands in the way of it: dx/dt = A*x with A = 0 for one neuron.
#[test]
fn exponential_euler_holds_without_decay() {
    let folder = Folder::new();
    let text = r#"
[run]
duration = "10 ms"
[neurons.P]
size = 3
equations = "dx/dt = (5 - 0.1*i*x)*Hz : 1"
method = "exponential_euler"
[record.trace]
kind = "state"
source = "P"
variables = ["x"]
"#;
    let trace = folder.results_of(text, "out", &[]).table("trace");
    let x = |i: &str| trace.pick("x", &[("i", i), ("t_ms", "9.9")])[0];
    assert!((x("0") - 5.0 * 0.0099).abs() < 1e-14, "{}", x("0"));
    for (i, a) in [("1", 0.1), ("2", 0.2)] {
        let exact = 5.0 / a * (1.0 - (-a * 0.0099_f64).exp());
        assert!((x(i) - exact).abs() < 1e-13, "{} is not {exact}", x(i));
    }
}
