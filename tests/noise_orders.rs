//! Methods with noise converge with their orders, strongly (path by path) and weakly (in the mean).
//!
//! Geometric Brownian motion dx = mu*x dt + s*x dW has a solution that is a function of the path's end: exp(mu*T + s*W(T))
//! for the integral of Stratonovich, with mu - s^2/2 for that of Ito. W itself is integrated by a second equation with the
//! same names, whose stream is therefore the same. Each step length has paths of its own; the errors of 8000 paths give
//! each measured order with a standard error, which is demanded to be a fifth of the tolerance at most. Seeds are fixed.

mod support;

use support::{Folder, Results};

const SIZE: usize = 8000;
/// Steps in seconds, each half of the one before; `T` is a multiple of all.
const STEPS: [f64; 4] = [0.025, 0.0125, 0.00625, 0.003125];
const T: f64 = 0.5;
const TOLERANCE: f64 = 0.15;

const JOB: &str = r#"
[run]
duration = "0.5*second + step"
dt = "step"
seed = 2
noise = "common"
[parameters]
step = "25 ms"
mu = "1.5 Hz"
s = "1 Hz**0.5"
method = { text = "heun" }
right = { text = "mu*x + s*x*xi" }
[schemes]
ito = "x_new = x + dt*f(x, t) + g(x, t)*dW"
two_stages = '''
x_support = x + dt*f(x, t) + g(x, t)*dW
g_mean = (g(x, t) + g(x_support, t + dt))/2
x_new = x + dt*(f(x, t) + f(x_support, t + dt))/2 + g_mean*dW
'''
[neurons.P]
size = 8000
equations = "dx/dt = {right} : 1"
method = "{method}"
initial = "x = 1"
[record.x]
kind = "state"
source = "P"
variables = ["x"]
every = "500 ms"
[[sweep]]
"#;

/// For each step: a measured mean of the error with its standard error, relative to the mean of the solution.
struct Errors {
    strong: Vec<(f64, f64)>,
    weak: Vec<(f64, f64)>,
}

fn spread(x: &[f64]) -> (f64, f64) {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let variance = x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// Values of x at T in each point.
fn ends(results: &Results) -> Vec<Vec<f64>> {
    let by_point = results.table("x").by_point();
    by_point.values().map(|t| t.pick("x", &[("t_ms", "500.0")])).collect()
}

/// Runs one method; `drift` is that of the logarithm, `s` is 1.
fn errors(method: &str, mu: &str, drift: f64) -> Errors {
    let axes = "axes.right = [\"mu*x + s*x*xi\", \"s*xi\"]\n\
                axes.step = [\"25 ms\", \"12.5 ms\", \"6.25 ms\", \"3.125 ms\"]\n";
    let text = JOB.replace("text = \"heun\"", &format!("text = \"{method}\"")).replace("1.5 Hz", mu);
    let ends = ends(&Folder::new().results_of(&format!("{text}{axes}"), "out", &[]));
    assert_eq!(ends.len(), 2 * STEPS.len());
    let mut out = Errors { strong: Vec::new(), weak: Vec::new() };
    let scale = (drift * T + T / 2.0).exp();
    for k in 0..STEPS.len() {
        let (x, w) = (&ends[k], &ends[STEPS.len() + k]);
        assert_eq!((x.len(), w.len()), (SIZE, SIZE));
        let error: Vec<f64> =
            x.iter().zip(w).map(|(x, w)| (x - (drift * T + w - 1.0).exp()) / scale).collect();
        out.strong.push(spread(&error.iter().map(|e| e.abs()).collect::<Vec<f64>>()));
        out.weak.push(spread(&error));
    }
    out
}

/// The slope of log error over log step by least squares, and its standard error.
fn order(errors: &[(f64, f64)]) -> (f64, f64) {
    let x: Vec<f64> = STEPS.iter().map(|h| h.ln()).collect();
    let middle = x.iter().sum::<f64>() / x.len() as f64;
    let square: f64 = x.iter().map(|x| (x - middle) * (x - middle)).sum();
    let weight = |k: usize| (x[k] - middle) / square;
    let slope = errors.iter().enumerate().map(|(k, (e, _))| weight(k) * e.abs().ln()).sum();
    let variance: f64 = errors.iter().enumerate().map(|(k, (e, d))| (weight(k) * d / e).powi(2)).sum();
    (slope, variance.sqrt())
}

#[track_caller]
fn assert_order(errors: &[(f64, f64)], expected: f64, what: &str) {
    let (found, error) = order(errors);
    assert!(error <= TOLERANCE / 5.0, "{what}: {found} +- {error} says nothing: {errors:?}");
    assert!((found - expected).abs() <= TOLERANCE, "{what}: {found} +- {error}, not {expected}: {errors:?}");
}

/// One noise: heun has order 1 in both senses. Its first error a step is mu*s*dt*dW*x and s^3*dW^3*x/6, of mean 0.
#[test]
fn heun() {
    let errors = errors("heun", "1.5 Hz", 1.5);
    assert_order(&errors.strong, 1.0, "heun, strong");
    assert_order(&errors.weak, 1.0, "heun, weak");
}

/// Without drift milstein is heun here. With drift, its difference quotient along f adds f*dg/dx*sqrt(dt)*dW^2/2 a step, whose
/// mean does not vanish: order 1/2 in both senses. (mu is negative, so that the terms of order 1 have the same sign and do not
/// hide it.)
#[test]
fn milstein() {
    let plain = errors("milstein", "0 Hz", 0.0);
    assert_order(&plain.strong, 1.0, "milstein without drift, strong");
    let errors = errors("milstein", "-1.5 Hz", -1.5);
    assert_order(&errors.weak, 0.5, "milstein, weak");
    assert_order(&errors.strong, 0.5, "milstein, strong");
}

/// A scheme of the job: Euler and Maruyama's, which converges to the integral of Ito.
#[test]
fn euler_for_ito() {
    let errors = errors("ito", "1.5 Hz", 1.0);
    assert_order(&errors.strong, 0.5, "Euler-Maruyama, strong");
    // s^2/2 less than Stratonovich's: far from it at every step.
    let (weak, error) = errors.weak[STEPS.len() - 1];
    assert!(weak.abs() < 0.01 + 5.0 * error, "Euler-Maruyama, weak: {weak} +- {error}");
}

/// A scheme of the job: Heun's method with the drift averaged as well, order 1 strongly.
#[test]
fn a_scheme_of_two_stages() {
    let errors = errors("two_stages", "1.5 Hz", 1.5);
    assert_order(&errors.strong, 1.0, "two stages, strong");
}

/// Two noises that do not commute would be of order 1/2; these do (both multiply x), so that heun keeps order 1 only if its
/// supporting point has both.
#[test]
fn heun_with_two_noises() {
    let axes = "axes.right = [\"mu*x + x*(0.8*xi_1 + 0.6*xi_2)*s\", \"s*(0.8*xi_1 + 0.6*xi_2)\"]\n\
                axes.step = [\"25 ms\", \"12.5 ms\", \"6.25 ms\", \"3.125 ms\"]\n";
    let ends = ends(&Folder::new().results_of(&format!("{JOB}{axes}"), "out", &[]));
    let mut strong = Vec::new();
    for k in 0..STEPS.len() {
        let paths = ends[k].iter().zip(&ends[STEPS.len() + k]);
        let error: Vec<f64> = paths.map(|(x, w)| (x - (1.5 * T + w - 1.0).exp()).abs()).collect();
        strong.push(spread(&error));
    }
    assert_order(&strong, 1.0, "heun with two noises, strong");
}

/// Additive noise: euler has order 1. dx = -x/tau dt + s dW; the solution, given W at the steps, is known up to an error of
/// order dt as well: x0*exp(-T/tau) + s*(W(T) - integral of exp(-(T - u)/tau)*W(u)/tau du) with W linear in between.
#[test]
fn euler_with_additive_noise() {
    let (tau, t_end): (f64, f64) = (0.01, 0.016);
    let steps = [0.002, 0.001, 0.0005, 0.00025];
    let text = r#"
[run]
duration = "16*ms + step"
dt = "step"
[parameters]
step = "2 ms"
tau = "10 ms"
[neurons.P]
size = 4000
equations = '''
dx/dt = -x/tau + xi/tau**0.5 : 1
dw/dt = xi/tau**0.5 : 1
'''
initial = "x = 1"
[record.x]
kind = "state"
source = "P"
variables = ["x", "w"]
[[sweep]]
axes.step = ["2 ms", "1 ms", "0.5 ms", "0.25 ms"]
"#;
    let by_point = Folder::new().results_of(text, "out", &[]).table("x").by_point();
    let mut strong = Vec::new();
    for (k, table) in by_point.values().enumerate() {
        let h = steps[k];
        let n = (t_end / h).round() as usize;
        let (x, w) = (table.numbers("x"), table.numbers("w"));
        assert_eq!(x.len(), (n + 1) * 4000, "every step is recorded");
        let error: Vec<f64> = (0..4000)
            .map(|i| {
                let path = |step: usize| w[step * 4000 + i];
                let decay = |u: f64| (-(t_end - u) / tau).exp();
                // The integral of decay(u)*W(u)/tau over a step in which W is linear: by parts.
                let integral: f64 = (0..n)
                    .map(|j| {
                        let (a, b) = (j as f64 * h, (j + 1) as f64 * h);
                        let slope = (path(j + 1) - path(j)) / h;
                        path(j + 1) * decay(b) - path(j) * decay(a) - slope * tau * (decay(b) - decay(a))
                    })
                    .sum();
                (x[n * 4000 + i] - (decay(0.0) + path(n) - integral)).abs()
            })
            .collect();
        strong.push(spread(&error));
    }
    assert_order(&strong, 1.0, "euler, additive noise, strong");
}
