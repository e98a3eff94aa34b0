//! Clock-driven equations of synapses: by every method what a group of neurons computes, closed forms, values of neurons at
//! both ends, noise. Phases and divergence: `clocked_phases`.

mod support;

use support::{Folder, Results};

/// One synapse for each neuron: both have the same equations, and get the same kicks in the same steps.
const TWINS: &str = r#"
[run]
duration = "20 ms"
dt = "0.1 ms"
[parameters]
tau = "3 ms"
[spike_generators.A]
size = 7
indices = [0, 1, 2, 3, 4, 5, 6, 0, 3, 5]
times = ["1 ms", "1 ms", "2 ms", "3 ms", "4.5 ms", "4.5 ms", "5 ms", "9 ms", "12.3 ms", "15 ms"]
[neurons.B]
size = 7
equations = '''
EQUATIONS
k : 1 (constant)
'''
method = "METHOD"
initial = "k = 1 + 0.3*i; a = 0.1*k"
[synapses.kicks]
source = "A"
target = "B"
connect = { where = "i == j" }
on_pre = "b_post += 1 + 0.1*i"
[synapses.S]
source = "A"
target = "B"
connect = { where = "i == j" }
equations = '''
EQUATIONS
k : 1 (constant)
'''
method = "METHOD"
initial = "k = 1 + 0.3*i; a = 0.1*k"
on_pre = "b += 1 + 0.1*i"
[record.neurons]
kind = "state"
source = "B"
variables = ["a", "b"]
[record.synapses]
kind = "synapses"
source = "S"
variables = ["a", "b"]
"#;

/// Cells of some columns, row by row.
fn cells(results: &Results, table: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let table = results.table(table);
    let places: Vec<usize> = columns.iter().map(|name| table.place(name)).collect();
    table.rows.iter().map(|row| places.iter().map(|k| row[*k].clone()).collect()).collect()
}

fn numbers(results: &Results, table: &str, column: &str) -> Vec<f64> {
    results.table(table).numbers(column)
}

#[test]
fn every_method_computes_what_it_computes_for_neurons() {
    let folder = Folder::new();
    let linear = "da/dt = (b - a)/tau : 1\ndb/dt = -b/(k*tau) : 1";
    let nonlinear = "da/dt = -a/(20*ms) + b*(1 - a)*k/tau : 1\ndb/dt = -b/tau : 1";
    let cases = [
        ("exact", linear),
        ("exact", "da/dt = -a/tau : 1\ndb/dt = (1 - b)/(2*ms) : 1"),
        ("exponential_euler", nonlinear),
        ("euler", nonlinear),
        ("rk2", nonlinear),
        ("rk4", nonlinear),
        ("heun", nonlinear),
        ("rk45", nonlinear),
        ("rk4", "slow = sin(t/ms)*k/tau : Hz\nda/dt = slow - a/tau : 1\ndb/dt = -b/tau + slow : 1"),
    ];
    for (k, (method, equations)) in cases.into_iter().enumerate() {
        let job = TWINS.replace("EQUATIONS", equations).replace("METHOD", method);
        let results = folder.results_of(&job, &format!("out{k}"), &[]);
        let (neurons, synapses) =
            (cells(&results, "neurons", &["i", "a", "b"]), cells(&results, "synapses", &["i", "a", "b"]));
        assert_eq!(neurons.len(), 7 * 200);
        assert_eq!(neurons, synapses, "{method}: {equations}");
        assert!(numbers(&results, "synapses", "b").iter().any(|b| *b > 1.0), "nothing happened: {equations}");
    }
}

#[test]
fn without_a_flag_and_a_method_it_is_the_clock_and_the_usual_method() {
    let folder = Folder::new();
    let job = TWINS.replace("method = \"METHOD\"\n", "");
    let plain = job.replace("EQUATIONS", "da/dt = (b - a)/tau : 1\ndb/dt = -b/(k*tau) : 1");
    let said = plain.replace("db/dt = -b/(k*tau) : 1\nk : 1 (constant)\n'''\ninitial = \"k = 1 + 0.3*i; a = 0.1*k\"\non_pre", "db/dt = -b/(k*tau) : 1 (clock-driven)\nk : 1 (constant)\n'''\nmethod = \"exact\"\ninitial = \"k = 1 + 0.3*i; a = 0.1*k\"\non_pre");
    assert_ne!(plain, said);
    let (plain, said) = (folder.results_of(&plain, "plain", &[]), folder.results_of(&said, "said", &[]));
    assert_eq!(plain.table("synapses").rows, said.table("synapses").rows);
    assert_eq!(cells(&plain, "neurons", &["a", "b"]), cells(&plain, "synapses", &["a", "b"]));
}

/// Values of both ends in linear growth: nothing depends on the method.
const ENDS: &str = r#"
[run]
duration = "2 ms"
dt = "0.1 ms"
[neurons.A]
size = 5
equations = '''
dv/dt = 1/ms : 1
level : 1 (constant)
twice = 2*v : 1
'''
initial = "level = 10*i"
[neurons.B]
size = 4
equations = "level : 1"
initial = "level = 1 + i"
[synapses.S]
source = "A[1:]"
target = "B[1:3]"
connect = { where = "i != 2" }
equations = '''
dx/dt = (level_pre + 100*level_post + 1000*i + 10000*j + 0.1*N_pre + 0.01*N_post)/ms : 1
dy/dt = twice_pre/ms : 1
'''
method = "euler"
[record.S]
kind = "synapses"
source = "S"
variables = ["x", "y"]
slot = "end"
"#;

#[test]
fn values_of_both_ends_are_read_where_they_lie() {
    let folder = Folder::new();
    let results = folder.results_of(ENDS, "out", &[]);
    let (i, j) = (numbers(&results, "S", "i"), numbers(&results, "S", "j"));
    let (x, y) = (numbers(&results, "S", "x"), numbers(&results, "S", "y"));
    let t = numbers(&results, "S", "t_ms");
    assert_eq!(i[..6], [0.0, 0.0, 1.0, 1.0, 3.0, 3.0]);
    for row in 0..t.len() {
        let rate = 10.0 * (i[row] + 1.0) + 100.0 * (j[row] + 2.0) + 1000.0 * i[row] + 10000.0 * j[row] + 0.42;
        let steps = (t[row] / 0.1).round() + 1.0;
        assert!((x[row] - rate * 0.1 * steps).abs() < 1e-9 * x[row], "x at {} ms", t[row]);
        // 'A_stateupdater' comes before 'S_stateupdater': the values of the end of the step, summed up.
        let sum: f64 = (1..=steps as i32).map(|k| 2.0 * 0.1 * f64::from(k) * 0.1).sum();
        assert!((y[row] - sum).abs() < 1e-12 * sum, "y at {} ms", t[row]);
    }
}

#[test]
fn the_order_is_that_of_brians_names() {
    // Named before the group, its state moves on before that of the group does.
    let folder = Folder::new();
    let job = ENDS.replace("synapses.S]", "synapses.'A0']").replace("source = \"S\"", "source = \"A0\"");
    let results = folder.results_of(&job, "out", &[]);
    let (t, y) = (numbers(&results, "S", "t_ms"), numbers(&results, "S", "y"));
    for row in 0..t.len() {
        let steps = (t[row] / 0.1).round() as i32 + 1;
        let sum: f64 = (0..steps).map(|k| 2.0 * 0.1 * f64::from(k) * 0.1).sum();
        assert!((y[row] - sum).abs() < 1e-12 * sum.max(1e-3), "y at {} ms", t[row]);
    }
}

#[test]
fn a_coefficient_that_spikes_change_is_taken_from_then_on() {
    let folder = Folder::new();
    let job = r#"
[run]
duration = "10 ms"
dt = "0.1 ms"
[spike_generators.A]
size = 1
indices = [0]
times = ["5 ms"]
[neurons.B]
size = 2
equations = "tau : second"
initial = "tau = (2 + i)*ms"
[synapses.S]
source = "A"
target = "B"
connect = {}
equations = '''
dx/dt = -x*rate : 1
dy/dt = -y/tau_post : 1
rate : Hz
'''
method = "exact"
initial = "x = 1; y = 1; rate = 100*Hz"
on_pre = "rate = 500*Hz"
[record.S]
kind = "synapses"
source = "S"
variables = ["x", "y"]
at = ["4 ms", "9 ms"]
"#;
    let results = folder.results_of(job, "out", &[]);
    let (x, y) = (numbers(&results, "S", "x"), numbers(&results, "S", "y"));
    // The spike at 5 ms changes the rate behind the step from 5 to 5.1 ms.
    let after = (-0.1_f64 * 5.1 - 0.5 * 3.9).exp();
    for (found, expected) in [(x[0], (-0.4_f64).exp()), (x[2], after), (x[3], after)] {
        assert!((found - expected).abs() < 1e-12, "x: {found}, not {expected}");
    }
    for (k, (t, tau)) in [(4.0, 2.0), (4.0, 3.0), (9.0, 2.0), (9.0, 3.0)].into_iter().enumerate() {
        let expected = f64::exp(-t / tau);
        assert!((y[k] - expected).abs() < 1e-12, "y: {}, not {expected}", y[k]);
    }
}

/// Equations, values that hold for a step, and actions on a clock of the synapses; recorded between its ticks.
#[test]
fn synapses_have_a_time_step_of_their_own() {
    let folder = Folder::new();
    let job = r#"
[run]
duration = "4 ms"
dt = "0.1 ms"
[neurons.B]
size = 2
equations = "dv/dt = 1/ms : 1"
method = "euler"
[synapses.S]
source = "B"
target = "B"
connect = { where = "i < j" }
dt = "0.5 ms"
equations = '''
dx/dt = held/ms : 1 (clock-driven)
dy/dt = -y/(2*ms) : 1 (clock-driven)
held = v_post : 1 (constant over dt)
'''
method = "euler"
initial = "y = 1"
[record.S]
kind = "synapses"
source = "S"
variables = ["x", "y"]
every = "0.25 ms"
"#;
    let results = folder.results_of(job, "out", &[]);
    let (t, x, y) =
        (numbers(&results, "S", "t_ms"), numbers(&results, "S", "x"), numbers(&results, "S", "y"));
    assert_eq!(t.len(), 16);
    for row in 0..t.len() {
        assert!((t[row] - 0.25 * row as f64).abs() < 1e-12, "{} ms", t[row]);
        // Ticks before this row; at each of them `held` is the time.
        let ticks = row.div_ceil(2);
        let expected: f64 = (0..ticks).map(|k| 0.5 * 0.5 * k as f64).sum();
        assert!((x[row] - expected).abs() < 1e-12, "x = {}, not {expected} at {} ms", x[row], t[row]);
        let expected = 0.75_f64.powi(ticks as i32);
        assert!((y[row] - expected).abs() < 1e-12, "y = {}, not {expected} at {} ms", y[row], t[row]);
    }
}

/// An Ornstein-Uhlenbeck process at each of many synapses.
const NOISE: &str = r#"
[run]
duration = "30 ms"
dt = "0.1 ms"
seed = 11
[parameters]
tau = "5 ms"
sigma = 0.7
[neurons.A]
size = 100
[neurons.B]
size = 100
[synapses.S]
source = "A"
target = "B"
connect = {}
equations = '''
dx/dt = -x/tau + sigma*sqrt(2/tau)*xi_a : 1
dy/dt = -y/tau + sigma*sqrt(2/tau)*(0.6*xi_a + 0.8*xi_b) : 1
'''
[record.S]
kind = "synapses"
source = "S"
variables = ["x", "y"]
at = ["30 ms"]
slot = "end"
[record.early]
kind = "synapses"
source = "S"
variables = ["x", "y"]
at = ["3 ms"]
"#;

#[test]
fn noise_has_its_variance_and_is_drawn_for_each_synapse() {
    let folder = Folder::new();
    let job = NOISE.replace("duration = \"30 ms\"", "duration = \"30.1 ms\"");
    let results = folder.results_of(&job, "out", &[]);
    let (x, y) = (numbers(&results, "S", "x"), numbers(&results, "S", "y"));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / a.len() as f64;
    assert_eq!(x.len(), 10_000);
    // Variance of euler's process after 301 steps; mean and covariance follow; bounds are four standard errors.
    let decay = (1.0_f64 - 0.02).powi(602);
    let variance = 0.49 * (1.0 - decay) * 2.0 * 0.02 / (1.0 - 0.98 * 0.98);
    let error = 4.0 * variance / 100.0;
    assert!(mean(&x).abs() < 4.0 * variance.sqrt() / 100.0, "mean {}", mean(&x));
    assert!((product(&x, &x) - variance).abs() < error * 2.0_f64.sqrt(), "{}", product(&x, &x));
    assert!((product(&y, &y) - variance).abs() < error * 2.0_f64.sqrt(), "{}", product(&y, &y));
    assert!((product(&x, &y) - 0.6 * variance).abs() < error * 1.36_f64.sqrt(), "{}", product(&x, &y));
    // Neighbours, and synapses of neighbouring rows, have nothing to do with each other.
    assert!(product(&x[1..], &x[..9_999]).abs() < error);
    assert!(product(&x[100..], &x[..9_900]).abs() < error);
}

#[test]
fn noise_does_not_depend_on_workers_or_buffers() {
    let folder = Folder::new();
    let job = NOISE.replace("size = 100", "size = 12").replace("at = [\"3 ms\"]", "every = \"0.3 ms\"");
    let job = format!("{job}\n[[sweep]]\naxes.sigma = [0.5, 1.0]\nrepeat = 3\n");
    let one = folder.results_of(&job, "one", &["--workers", "1"]);
    folder.results_of(&job, "three", &["--workers", "3"]).assert_same(&one, "three workers");
    folder.results_of(&job, "small", &["--buffer", "1000"]).assert_same(&one, "small buffers");
}

#[test]
fn values_may_hold_for_a_step() {
    let folder = Folder::new();
    let job = r#"
[run]
duration = "2 ms"
dt = "0.1 ms"
seed = 4
[neurons.A]
size = 3
equations = '''
dv/dt = 1/ms : 1
x : 1
'''
threshold = "True"
[synapses.S]
source = "A"
target = "A"
connect = { where = "i != j" }
equations = '''
at_start = v_pre + 10*i + 100*j : 1 (constant over dt)
drawn = rand() : 1 (constant over dt)
twice = 2*at_start : 1
seen : 1
one : 1
other : 1
x_post = twice : 1 (summed)
'''
on_pre = "seen = twice; one = drawn; other = drawn"
[record.S]
kind = "synapses"
source = "S"
variables = ["at_start", "seen", "one", "other", "drawn"]
slot = "end"
[record.A]
kind = "state"
source = "A"
variables = ["x"]
slot = "end"
"#;
    let results = folder.results_of(job, "out", &[]);
    let column = |name: &str| numbers(&results, "S", name);
    let (t, i, j) = (column("t_ms"), column("i"), column("j"));
    let (at_start, seen, drawn) = (column("at_start"), column("seen"), column("drawn"));
    for row in 0..t.len() {
        // The state of the group has moved on since.
        let expected = t[row] + 10.0 * i[row] + 100.0 * j[row];
        assert!((at_start[row] - expected).abs() < 1e-12, "at {} ms", t[row]);
        assert_eq!(seen[row], 2.0 * at_start[row]);
    }
    assert_eq!(column("one"), drawn);
    assert_eq!(column("other"), drawn);
    let mut different: Vec<u64> = drawn.iter().map(|x| x.to_bits()).collect();
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), drawn.len());
    let x = numbers(&results, "A", "x");
    // To neuron 0, from 1 and 2.
    assert!((x[0] - 2.0 * 30.0).abs() < 1e-12, "{}", x[0]);
}
