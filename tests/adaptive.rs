//! Inner steps of adaptive length, `rk45`: how near the results are, what tolerances do, what cannot be integrated.
//!
//! Expectations are closed forms, or fixed steps of a length at which these are far nearer than what is demanded.

mod support;

use support::{Folder, Results, Table, assert_close};

/// The problem of `convergence.rs`: y decays, x is eaten by y, more or less so as time goes by. x is in volts, so that
/// its unit in tables is not the SI unit.
const JOB: &str = r#"
[run]
duration = "20 ms"
dt = "step"
[parameters]
step = "4 ms"
tau = "10 ms"
tol = 1e-6
[neurons.P]
size = 1
equations = '''
dx/dt = -x*y*(1 + sin(t/tau))/tau : volt
dy/dt = -y/tau : 1
'''
method = "rk45"
relative_tolerance = "tol"
absolute_tolerance = "tol"
initial = '''
x = 1*mV
y = 1
'''
[record.trace]
kind = "state"
source = "P"
variables = ["x", "y"]
"#;

/// Errors of x (mV) and y at 16 ms, by point.
fn errors(results: &Results) -> Vec<(f64, f64)> {
    let s: f64 = 1.6;
    let x = (-1.5 + (-s).exp() * (1.0 + (s.sin() + s.cos()) / 2.0)).exp();
    let of = |table: &Table| {
        let at = |column| table.pick(column, &[("t_ms", "16.0")])[0];
        ((at("x_mV") - x).abs(), (at("y") - (-s).exp()).abs())
    };
    results.table("trace").by_point().values().map(of).collect()
}

/// With steps that no tolerance shortens, it is the method of order 5 with one inner step.
#[test]
fn it_has_order_5() {
    let folder = Folder::new();
    let text = JOB.replace("tol = 1e-6", "tol = 1000");
    let sweep = "[[sweep]]\naxes.step = [\"4 ms\", \"2 ms\", \"1 ms\", \"0.5 ms\", \"0.25 ms\"]\n";
    let errors = errors(&folder.results_of(&format!("{text}{sweep}"), "out", &[]));
    // y: (E(z)/exp(z))^n with E(z) = exp(z) + c z^6; of x higher orders are still seen.
    let order = |a: f64, b: f64| (a / b).log2();
    let of_y = order(errors[3].1, errors[4].1);
    assert!((of_y - 5.0).abs() <= 0.15, "order {of_y} of {errors:?}");
    let of_x = order(errors[2].0, errors[3].0);
    assert!((4.85..=6.0).contains(&of_x), "order {of_x} of {errors:?}");
}

/// The error at the end goes with the tolerance (Hairer, Norsett & Wanner I, II.4), whatever the step: within a factor
/// of 30 above, and for each factor of 100 it falls by 20 at least.
#[test]
fn errors_are_proportional_to_the_tolerance() {
    let folder = Folder::new();
    let tolerances = [1e-4, 1e-6, 1e-8, 1e-10];
    let sweep = "[[sweep]]\naxes.step = [\"4 ms\", \"16 ms\"]\naxes.tol = [1e-4, 1e-6, 1e-8, 1e-10]\n";
    let errors = errors(&folder.results_of(&format!("{JOB}{sweep}"), "out", &[]));
    assert_eq!(errors.len(), 8);
    for of_step in errors.chunks(4) {
        for ((x, y), tolerance) in of_step.iter().zip(tolerances) {
            assert!(x.max(*y) <= 30.0 * tolerance, "{x:e} and {y:e} at {tolerance:e}: {errors:?}");
        }
        for two in of_step.windows(2) {
            assert!(two[1].0 <= two[0].0 / 20.0, "{errors:?}");
        }
    }
}

/// A variable's own tolerance is kept where the other may err; and a number counts units of tables, here mV.
#[test]
fn tolerances_belong_to_variables() {
    let folder = Folder::new();
    let with = |absolute: &str, out: &str| {
        let text = JOB
            .replace("relative_tolerance = \"tol\"", "relative_tolerance = 0")
            .replace("\"tol\"", absolute)
            .replace("\"4 ms\"", "\"16 ms\"");
        folder.results_of(&text, out, &[])
    };
    let loose = errors(&with("{ x = \"1 V\", y = 1 }", "loose"))[0];
    let tight = errors(&with("{ x = \"1e-9 mV\", y = 1 }", "tight"))[0];
    let other = errors(&with("{ x = \"1 V\", y = 1e-9 }", "other"))[0];
    assert!(loose.0 > 1e-4 && loose.1 > 1e-6, "one inner step of 16 ms cannot be that good: {loose:?}");
    assert!(tight.0 < 1e-7 && other.1 < 1e-7, "{tight:?}, {other:?}");
    // The same inner steps up to rounding, and others.
    let number = errors(&with("1e-7", "number"))[0].0;
    let each = errors(&with("{ x = \"1e-7 mV\", y = 1e-7 }", "each"))[0].0;
    let volts = errors(&with("{ x = \"1e-7 V\", y = 1e-7 }", "volts"))[0].0;
    assert_close(number, each, 1e-13, "x with a number, and with a quantity");
    assert!((number - volts).abs() > 1e-10, "{number:e}, {volts:e}");
}

/// Van der Pol's oscillator with mu = 100, whose fast phases are 10000 times as fast as the slow ones.
#[test]
fn a_stiff_oscillator() {
    let folder = Folder::new();
    let text = r#"
[run]
duration = "400 s"
dt = "2 s"
[parameters]
mu = 100
[neurons.P]
size = 1
equations = '''
dx/dt = y*Hz : 1
dy/dt = (mu*(1 - x**2)*y - x)*Hz : 1
'''
method = "rk45"
relative_tolerance = 1e-9
absolute_tolerance = 1e-9
max_steps = 10000
initial = "x = 2"
[record.trace]
kind = "state"
source = "P"
variables = ["x"]
"#;
    let trace = folder.results_of(text, "out", &[]).table("trace");
    // Fixed steps of the classical method, 0.1 ms: h times the fastest rate is 0.03.
    let rates = |(x, y): (f64, f64)| (y, 100.0 * (1.0 - x * x) * y - x);
    let moved = |(x, y): (f64, f64), h: f64, (a, b): (f64, f64)| (x + h * a, y + h * b);
    let (mut now, h) = ((2.0, 0.0), 1e-4);
    let mut turns = 0;
    for (k, found) in trace.numbers("x").into_iter().enumerate() {
        assert_close(found, now.0, 1e-4, &format!("x at {} s", 2 * k));
        let before = now.0;
        for _ in 0..20_000 {
            let a = rates(now);
            let b = rates(moved(now, h / 2.0, a));
            let c = rates(moved(now, h / 2.0, b));
            let d = rates(moved(now, h, c));
            let sum = (a.0 + 2.0 * (b.0 + c.0) + d.0, a.1 + 2.0 * (b.1 + c.1) + d.1);
            now = moved(now, h / 6.0, sum);
        }
        turns += usize::from(before * now.0 < 0.0);
    }
    // The period is near (3 - 2 ln 2)*mu = 161 s and a little more, each with two jumps.
    assert_eq!(turns, 4);
}

/// The axon of Hodgkin and Huxley in steps of 1 ms, against the classical method in steps of 2 us.
#[test]
fn an_action_potential_in_long_steps() {
    let folder = Folder::new();
    let text = std::fs::read_to_string(support::root().join("jobs/gallery/hodgkin_huxley.toml")).unwrap();
    let model = text[..text.find("[[sweep]]").unwrap()]
        .replace("every = \"0.5 ms\"", "every = \"1 ms\"")
        .replace("*clip(t/rise, 0, 1)", "")
        .replace("units = { I = \"uA/cm^2\" }", "")
        .replace("duration = \"1 s\"", "duration = \"100 ms\"")
        .replace("I = \"0 uA", "I = \"20 uA");
    let run = |dt: &str, method: &str, out: &str| {
        let text = model.replace("dt = \"0.02 ms\"", dt).replace("method = \"rk4\"", method);
        folder.results_of(&text, out, &[]).table("trace").numbers("v_mV")
    };
    let fine = run("dt = \"0.002 ms\"", "method = \"rk4\"", "fine");
    let long = run("dt = \"1 ms\"", "method = \"rk45\"\nrelative_tolerance = 1e-9", "long");
    assert_eq!((fine.len(), long.len()), (100, 100));
    let peaks = fine.iter().filter(|v| **v > 60.0).count();
    assert!(peaks > 5, "no action potentials: {fine:?}");
    for (k, (a, b)) in fine.iter().zip(&long).enumerate() {
        assert_close(*a, *b, 2e-4, &format!("v at {k} ms"));
    }
}

/// v stays while the neuron is refractory, u does not: dv/dt = a gives spikes every theta/a + period.
#[test]
fn held_variables_stay() {
    let folder = Folder::new();
    let text = r#"
[run]
duration = "40 ms"
[neurons.P]
size = 1
equations = '''
dv/dt = 1*mV/ms : volt (unless refractory)
du/dt = 1*mV/ms : volt
'''
method = "rk45"
threshold = "v > 4.95*mV"
reset = "v = 0*mV"
refractory = "3 ms"
[record.trace]
kind = "state"
source = "P"
variables = ["v", "u", "not_refractory"]
"#;
    let trace = folder.results_of(text, "out", &[]).table("trace");
    let (v, u) = (trace.numbers("v_mV"), trace.numbers("u_mV"));
    for (k, (v, u)) in v.into_iter().zip(u).enumerate() {
        assert_close(u, k as f64 * 0.1, 1e-9, &format!("u at step {k}"));
        // Spikes in steps 49, 128, ..: zero for 30 steps, 29 of which are refractory.
        let expected = if k < 50 { k as f64 } else { ((k - 50) % 79).saturating_sub(29) as f64 } * 0.1;
        assert_close(v, expected, 1e-9, &format!("v at step {k}"));
    }
}

/// All that equations may mention: lists, the index, time, the last spike, refractoriness, subexpressions that move and
/// that do not, values that a reset and synapses write; in two groups, beside each other and in a network. Against
/// `rk4`, whose error in these steps is below 1e-5.
#[test]
fn equations_may_mention_everything() {
    let folder = Folder::new();
    let lanes = r#"
[run]
duration = "30 ms"
[parameters]
drives = [1.2, 1.5, 1.9]
tau = "5 ms"
[neurons.P]
size = 3
equations = '''
dv/dt = (pull*(1 + 0.1*sin(t/ms)) - v**3 - w)/tau : 1 (unless refractory)
dw/dt = (fast - w + 0.1*int(not_refractory))*shift/(3*ms) : 1
pull = drives*gain + 0.01*i : 1
fast = tanh(v)*exp(-(t - lastspike)/(2*ms)) : 1
shift : 1
gain : 1
'''
method = "METHOD"
threshold = "v > 0.8"
reset = "v = 0.1; gain *= 0.99"
refractory = "tau/3"
initial = "gain = 1; shift = 1 + i/4"
[neurons.Q]
size = 2
equations = "dx/dt = (1 - x**2 + i)/(5*ms) : 1"
method = "METHOD"
[record.p]
kind = "state"
source = "P"
variables = ["v", "w", "gain"]
every = "1 ms"
[record.q]
kind = "state"
source = "Q"
variables = ["x"]
every = "1 ms"
[record.spikes]
kind = "spikes"
source = "P"
"#;
    let synapses = "[synapses.S]\nsource = \"P\"\ntarget = \"Q\"\nconnect = {}\n\
                    on_pre = \"x_post += 0.01*(j + 1)\"\ndelay = \"1 ms\"\n";
    for (what, text) in [("lanes", lanes.to_string()), ("network", format!("{lanes}{synapses}"))] {
        let run = |method: &str| {
            folder.results_of(&text.replace("METHOD", method), &format!("{what}-{method}"), &[])
        };
        let (adaptive, fixed) = (run("rk45"), run("rk4"));
        assert!(adaptive.table("spikes").rows.len() > 8, "{:?}", adaptive.table("spikes"));
        assert_eq!(adaptive.table("spikes"), fixed.table("spikes"));
        for (table, column) in [("p", "v"), ("p", "w"), ("p", "gain"), ("q", "x")] {
            let (a, b) = (adaptive.table(table).numbers(column), fixed.table(table).numbers(column));
            assert_eq!(a.len(), b.len());
            for (k, (a, b)) in a.iter().zip(&b).enumerate() {
                assert_close(*a, *b, 1e-5, &format!("{what}: {column} in row {k}"));
            }
        }
    }
}

/// The step of a group's own clock is the one that is integrated over: u = sin(t/ms), by inner steps and exactly.
#[test]
fn a_group_with_a_clock_of_its_own() {
    let folder = Folder::new();
    let text = r#"
[run]
duration = "40 ms"
[neurons.P]
size = 1
dt = "2 ms"
equations = "du/dt = cos(t/ms)/ms : 1"
method = "rk45"
relative_tolerance = 1e-9
absolute_tolerance = 1e-9
[neurons.Q]
size = 1
dt = "2 ms"
equations = '''
du/dt = a*y*kHz : 1
dy/dt = -u*kHz : 1
a : 1
'''
method = "exact"
initial = "y = 1; a = 1"
[actions.write]
on = "Q"
code = "a = 1"
every = "10 ms"
[record.p]
kind = "state"
source = "P"
variables = ["u"]
every = "2 ms"
[record.q]
kind = "state"
source = "Q"
variables = ["u"]
every = "2 ms"
"#;
    let results = folder.results_of(text, "out", &[]);
    for (name, tolerance) in [("p", 1e-6), ("q", 1e-11)] {
        let found = results.table(name).numbers("u");
        assert_eq!(found.len(), 20);
        for (k, u) in found.into_iter().enumerate() {
            assert_close(u, (2.0 * k as f64).sin(), tolerance, &format!("{name}: u at {} ms", 2 * k));
        }
    }
}

/// x = 1/(1/x0 - t) has no value beyond 1/x0.
const BLOW_UP: &str = r#"
[run]
duration = "100 ms"
dt = "1 ms"
[parameters]
x0 = "10 Hz"
most = 1000
[neurons.P]
size = 3
equations = '''
dx/dt = x**2 : Hz
du/dt = (1 - u)/(10*ms) : 1
'''
method = "rk45"
max_steps = "most"
threshold = "u > 0.5"
reset = "u = 0"
initial = "x = x0*(i + 1)/3"
[record.trace]
kind = "state"
source = "P"
variables = ["x", "u"]
[record.spikes]
kind = "spikes"
source = "P"
"#;

const SWEEP: &str = "[[sweep]]\naxes.x0 = [\"1 Hz\", \"20.5 Hz\", \"2 Hz\", \"400 Hz\", \"3 Hz\"]\n";

/// Points 1 and 3 have no solution after 48.78 ms and 2.5 ms for neuron 2: they end in that step, others go on.
fn ends_alone(folder: &Folder, text: &str) {
    let results = folder.results_ending(10, &format!("{text}{SWEEP}"), "all", &[]);
    assert_eq!(results.table("points").texts("status"), ["ok", "diverged", "ok", "diverged", "ok"]);
    let errors = Table::read(&results.dir.join(".run/errors.csv"));
    assert_eq!(errors.texts("point"), ["1", "3"]);
    for (message, step) in errors.texts("message").iter().zip([48, 2]) {
        let cause = "needs more inner steps than max_steps, or too short ones, to keep to its tolerance";
        assert_eq!(*message, format!("P.x[2] {cause} at step {step}, t = {step} ms"));
    }
    let trace = results.table("trace").by_point();
    assert_eq!([0, 1, 2, 3, 4].map(|k| trace[&k].rows.len()), [300, 3 * 48, 300, 6, 300]);
    for (t, x) in trace[&1].pick("t_ms", &[("i", "2")]).iter().zip(trace[&1].pick("x_Hz", &[("i", "2")])) {
        let exact = 1.0 / (1.0 / 20.5 - t * 1e-3);
        assert_close(x, exact, 1e-3 * exact, &format!("x at {t} ms"));
    }
    let calm = SWEEP.replace("20.5 Hz", "1 Hz").replace("400 Hz", "1 Hz");
    let calm = folder.results_of(&format!("{text}{calm}"), "calm", &[]);
    for name in ["trace", "spikes"] {
        let (all, calm) = (results.table(name).by_point(), calm.table(name).by_point());
        for point in [0, 2, 4] {
            assert_eq!(all[&point], calm[&point], "{name} of point {point}");
        }
    }
}

#[test]
fn a_lane_that_cannot_be_integrated_ends_alone() {
    ends_alone(&Folder::new(), BLOW_UP);
}

#[test]
fn a_network_that_cannot_be_integrated_ends_alone() {
    let synapses = "[synapses.S]\nsource = \"P\"\ntarget = \"P\"\nconnect = {}\non_pre = \"u += 0.001\"\n";
    ends_alone(&Folder::new(), &format!("{BLOW_UP}{synapses}"));
}

#[test]
fn few_inner_steps_are_enough_for_some() {
    let folder = Folder::new();
    let sweep = "[[sweep]]\naxes.most = [1, 2, 20]\naxes.x0 = [\"1 Hz\", \"9.9 Hz\"]\n";
    let results = folder.results_ending(10, &format!("{BLOW_UP}{sweep}"), "out", &[]);
    // At 9.9 Hz x comes to 990 Hz, and doubles in the last millisecond.
    assert_eq!(results.table("points").texts("status"), ["ok", "diverged", "ok", "diverged", "ok", "ok"]);
}

#[test]
fn a_rate_that_is_not_finite() {
    let folder = Folder::new();
    let text = BLOW_UP.replace("x**2", "x*sqrt(30*Hz - x)/sqrt(1*Hz)/second").replace("10 Hz", "60 Hz");
    let results = folder.results_ending(10, &text, "out", &[]);
    let errors = Table::read(&results.dir.join(".run/errors.csv"));
    assert_eq!(errors.texts("message"), ["P.x[1] is not finite at step 0, t = 0 ms"]);
}

#[test]
fn workers_lanes_and_buffers_do_not_matter() {
    let folder = Folder::new();
    let text = format!("{BLOW_UP}{SWEEP}axes.most = [1000, 7]\n");
    let one = folder.results_ending(10, &text, "one", &["--workers", "1"]);
    for more in [["--workers", "2"], ["--lanes", "1"], ["--lanes", "3"], ["--buffer", "1"]] {
        let other = folder.results_ending(10, &text, more.join("").trim_matches('-'), &more);
        other.assert_same(&one, &more.join(" "));
    }
}
