//! Every place where timed arrays can be called, their kinds of values, and what happens outside of the columns.

use crate::support::{Folder, Results};

/// Steps of 1 ms; the values of `on`, `count` and `gap` are those of each step.
const JOB: &str = r#"
[run]
duration = "10 ms"
dt = "1 ms"

[timed_arrays.on]
values = [false, true, false, false, true, true, false, false, true, false]
dt = "1 ms"
[timed_arrays.count]
values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
dt = "1 ms"
[timed_arrays.gap]
values = ["2 ms", "2 ms", "3 ms", "3 ms", "1 ms", "1 ms", "1 ms", "4 ms", "4 ms", "4 ms"]
dt = "1 ms"
[timed_arrays.weight]
values = [[1, 10], [2, 20], [3, 30]]
dt = "3 ms"
[timed_arrays.rate]
values = [["1000 Hz", "0 Hz"], ["0 Hz", "1000 Hz"]]
dt = "5 ms"
[timed_arrays.start]
values = [7, 8]
dt = "1 ms"

[neurons.A]
size = 2
equations = '''
k : integer
half = count(t) // 2 : integer
high = on(t) : boolean
x : 1
'''
threshold = "on(t) and i == 0"
reset = "k += count(t)"
initial = "x = start(0*ms) + start(1*ms)"

[neurons.B]
size = 1
equations = "n : integer"
threshold = "True"
reset = "n += 1"
refractory = "gap(t)"

[neurons.C]
size = 2
equations = "x : 1"

[poisson.sure]
size = 2
rate = "rate(t, i)"

[synapses.S]
source = "A"
target = "C"
connect = { where = "i == 0" }
delay = "1 ms"
equations = "w : 1"
initial = "w = start(0*ms)"
on_pre = "x_post += weight(t, j)*w/7"

[record.a]
kind = "state"
source = "A"
variables = ["k", "half", "high", "x"]
[record.b]
kind = "spikes"
source = "B"
[record.c]
kind = "state"
source = "C"
variables = ["x"]
[record.sure]
kind = "spikes"
source = "sure"
"#;

fn of_neuron(results: &Results, table: &str, variable: &str, i: &str) -> Vec<f64> {
    results.table(table).pick(variable, &[("i", i)])
}

#[test]
fn thresholds_resets_refractoriness_synapses_and_rates() {
    let folder = Folder::new();
    let results = folder.results_of(JOB, "out", &[]);
    let on = [1, 4, 5, 8];
    let gap = [2, 2, 3, 3, 1, 1, 1, 4, 4, 4];
    // k is what the resets added in the steps before; count of step n is n + 1.
    let k: Vec<f64> = (0..10).map(|n| on.iter().filter(|s| **s < n).map(|s| *s as f64 + 1.0).sum()).collect();
    assert_eq!(of_neuron(&results, "a", "k", "0"), k);
    assert_eq!(of_neuron(&results, "a", "k", "1"), [0.0; 10]);
    let half: Vec<f64> = (0..10).map(|n| f64::from((n + 1) / 2)).collect();
    assert_eq!(of_neuron(&results, "a", "half", "1"), half);
    let high: Vec<f64> = (0..10).map(|n| f64::from(u8::from(on.contains(&n)))).collect();
    assert_eq!(of_neuron(&results, "a", "high", "1"), high);
    assert_eq!(of_neuron(&results, "a", "x", "0"), [15.0; 10]);
    // A spike at every step that is as far from the last one as the period of this step says.
    let (mut last, mut spikes) = (-100, Vec::new());
    for n in 0..10 {
        if n - last >= gap[n as usize] {
            last = n;
            spikes.push(n as f64);
        }
    }
    assert_eq!(results.table("b").numbers("t_ms"), spikes);
    // Spikes of A arrive a step later; what they add is of the row and the column there, and is seen at the next step.
    let x = |j: usize| -> Vec<f64> {
        let weight = |n: usize| [1.0, 2.0, 3.0][(n / 3).min(2)] * [1.0, 10.0][j];
        (0..10).map(|n| on.iter().map(|s| s + 1).filter(|s| *s < n).map(weight).sum()).collect()
    };
    assert_eq!(of_neuron(&results, "c", "x", "0"), x(0));
    assert_eq!(of_neuron(&results, "c", "x", "1"), x(1));
    // 1000 Hz in steps of 1 ms is a spike in every step.
    let sure = results.table("sure");
    assert_eq!(sure.pick("t_ms", &[("i", "0")]), [0.0, 1.0, 2.0, 3.0, 4.0]);
    assert_eq!(sure.pick("t_ms", &[("i", "1")]), [5.0, 6.0, 7.0, 8.0, 9.0]);
}

const OUTSIDE: &str = r#"
[run]
duration = "3 ms"
dt = "0.1 ms"
[parameters]
n = 3
[timed_arrays.two]
values = [[1, 2, 3], [4, 5, 6]]
dt = "1 ms"
[neurons.G]
size = "n"
equations = "dx/dt = two(t, i)/second : 1"
[[sweep]]
axes.n = [3, 4, 2]
"#;

/// There is no fourth column: the value is no number, the point diverges, and the others do not.
#[test]
fn a_column_that_is_not_there_makes_its_point_diverge() {
    let folder = Folder::new();
    for (what, more) in [("lanes", ""), ("coupled", "[poisson.noise]\nsize = 1\nrate = \"0 Hz\"\n")] {
        let (model, sweep) = OUTSIDE.split_once("[[sweep]]").unwrap();
        let text = format!("{model}{more}[[sweep]]{sweep}");
        let results = folder.results_ending(10, &text, what, &[]);
        assert_eq!(results.table("points").texts("status"), ["ok", "diverged", "ok"], "{what}");
        let errors = std::fs::read_to_string(results.dir.join(".run/errors.csv")).unwrap();
        assert!(errors.contains("G.x[3] is not finite"), "{what}: {errors}");
    }
}

/// An integer that is no number diverges, too; a rate that is none fails.
#[test]
fn integers_and_rates_of_columns_that_are_not_there() {
    let folder = Folder::new();
    let integer = OUTSIDE.replace(
        "\"dx/dt = two(t, i)/second : 1\"",
        "\"k : integer\"\nthreshold = \"True\"\nreset = \"k = two(t, i)\"",
    );
    let results = folder.results_ending(10, &integer, "integer", &[]);
    assert_eq!(results.table("points").texts("status"), ["ok", "diverged", "ok"]);
    let rate = OUTSIDE.replace("[[sweep]]", "[poisson.P]\nsize = \"n\"\nrate = \"two(t, i)*Hz\"\n[[sweep]]");
    let rate = rate.replace("two(t, i)/second : 1", "1/second : 1");
    let results = folder.results_ending(10, &rate, "rate", &[]);
    assert_eq!(results.table("points").texts("status"), ["ok", "failed", "ok"]);
    let errors = std::fs::read_to_string(results.dir.join(".run/errors.csv")).unwrap();
    assert!(errors.contains("rate"), "{errors}");
}

/// Columns by an expression: Brian's own loses this one (its C++ target drops `i // 2`).
#[test]
fn columns_by_expressions() {
    let folder = Folder::new();
    let text = OUTSIDE.replace("two(t, i)/second", "two(t, (i // 2 + 1) % 3)/second").replace("\"n\"", "4");
    let text = text.split_once("[[sweep]]").unwrap().0.replace("n = 3", "");
    let text = format!(
        "{text}\n[record.x]\nkind = \"state\"\nsource = \"G\"\nvariables = [\"x\"]\nevery = \"1 ms\"\n"
    );
    let table = folder.results_of(&text, "out", &[]).table("x");
    for (i, column) in [("0", 1), ("1", 1), ("2", 2), ("3", 2)] {
        let x = table.pick("x", &[("i", i)]);
        let expected = [0.0, f64::from(1 + column) * 1e-3, f64::from(5 + 2 * column) * 1e-3];
        for (x, expected) in x.iter().zip(expected) {
            assert!((x - expected).abs() < 1e-12, "neuron {i}: {x} is not {expected}");
        }
    }
}

/// Actions and synaptic initial values; connectivity that depends on the spacing of an array is not shared between
/// points that differ in it.
#[test]
fn actions_and_structure() {
    let text = r#"
[run]
duration = "3 ms"
dt = "0.5 ms"
[parameters]
spacing = "1 ms"
[timed_arrays.s]
values = [1, 2, 4, 8]
dt = "spacing"
[neurons.A]
size = 1
equations = "x : 1"
threshold = "t_in_timesteps == 0"
[neurons.B]
size = 1
equations = "y : 1"
[actions.add]
on = "A"
code = "x += s(t)"
every = "1 ms"
[synapses.S]
source = "A"
target = "B"
connect = {}
equations = "w : 1"
initial = "w = s(1*ms)"
on_pre = "y_post += w"
[record.a]
kind = "state"
source = "A"
variables = ["x"]
slot = "end"
[record.b]
kind = "state"
source = "B"
variables = ["y"]
slot = "end"
[[sweep]]
axes.spacing = ["1 ms", "0.5 ms", "2 ms"]
"#;
    let folder = Folder::new();
    let results = folder.results_of(text, "out", &[]);
    for (point, x, y) in
        [("0", [1.0, 3.0, 7.0], 2.0), ("1", [1.0, 5.0, 13.0], 4.0), ("2", [1.0, 2.0, 4.0], 1.0)]
    {
        let found = results.table("a").pick("x", &[("point", point)]);
        let expected: Vec<f64> = x.iter().flat_map(|x| [*x, *x]).collect();
        assert_eq!(found, expected, "x at point {point}");
        assert_eq!(results.table("b").pick("y", &[("point", point)]), [y; 6], "y at point {point}");
    }
}
