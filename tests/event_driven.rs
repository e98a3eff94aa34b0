//! Event-driven variables against closed forms: alone, with a constant part, coupled, with another neuron's value; across
//! phases that set them or set them back.

mod support;

use support::{Folder, Results};

/// A neuron that spikes at 1, 4 and 9 ms; what `w` holds after each spike is what the equations made of the time between.
const TRACES: &str = r#"
[run]
duration = "10 ms"
dt = "0.1 ms"
[parameters]
tau = "3 ms"
[spike_generators.A]
size = 1
indices = [0, 0, 0]
times = ["1 ms", "4 ms", "9 ms"]
[neurons.B]
size = 2
equations = "level : 1"
initial = "level = 2 + i"
[synapses.S]
source = "A"
target = "B"
connect = {}
equations = """
da/dt = -a/tau : 1 (event-driven)
db/dt = (level_post - b)/tau : 1 (event-driven)
dc/dt = 1/tau : 1 (event-driven)
dx/dt = (y - x)/tau : 1 (event-driven)
dy/dt = -y/tau + k : 1 (event-driven)
k : Hz (constant)
n : integer
"""
on_pre = "a += 1; y += 1; n += 1"
initial = "k = 100*j*Hz; b = 1"
[record.s]
kind = "synapses"
source = "S"
variables = ["a", "b", "c", "x", "y", "lastupdate"]
at = ["1 ms", "4 ms", "9 ms"]
slot = "end"
"#;

/// Rows of a table as numbers.
fn rows(results: &Results, table: &str) -> Vec<Vec<f64>> {
    let rows = results.table(table).rows;
    rows.iter().map(|row| row.iter().map(|cell| cell.parse().unwrap()).collect()).collect()
}

fn near(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() < 1e-12 * expected.abs().max(1.0), "{what}: {found}, not {expected}");
}

#[test]
fn what_lies_between_events_is_solved_exactly() {
    let folder = Folder::new();
    let found = rows(&folder.results_of(TRACES, "out", &[]), "s");
    assert_eq!(found.len(), 6);
    for j in [0, 1] {
        let (level, k) = (2.0 + j as f64, 100.0 * j as f64);
        let [mut a, mut b, mut c, mut x, mut y] = [0.0, 1.0, 0.0, 0.0, 0.0];
        let mut last = 0.0;
        for (row, t) in [1.0_f64, 4.0, 9.0].into_iter().enumerate() {
            let ratio = (t - last) / 3.0;
            let decay = (-ratio).exp();
            a = a * decay + 1.0;
            b = level + (b - level) * decay;
            c += ratio;
            // y tends to k*tau; x follows it with the same time constant.
            let rest = k * 3e-3;
            x = rest + (x - rest) * decay + (y - rest) * ratio * decay;
            y = rest + (y - rest) * decay + 1.0;
            last = t;
            let values = &found[2 * row + j][4..];
            for (value, (expected, name)) in
                values.iter().zip([(a, "a"), (b, "b"), (c, "c"), (x, "x"), (y, "y"), (t, "lastupdate")])
            {
                near(*value, expected, &format!("{name} at {t} ms, to neuron {j}"));
            }
        }
    }
}

#[test]
fn phases_set_them_at_their_beginning() {
    let folder = Folder::new();
    let phases = r#"
[[phase]]
name = "before"
duration = "2 ms"
[[phase]]
name = "added"
duration = "4 ms"
code = { S = "a += 10" }
[[phase]]
name = "anew"
duration = "4 ms"
reset = ["S"]
"#;
    let text = TRACES.replace("duration = \"10 ms\"\n", "") + phases;
    let found = rows(&folder.results_of(&text, "out", &[]), "s");
    let of = |row: usize, column: usize| found[2 * row][4 + column];
    near(of(0, 0), 1.0, "a at the first spike");
    let set = (-1.0_f64 / 3.0).exp() + 10.0;
    near(of(1, 0), set * (-2.0_f64 / 3.0).exp() + 1.0, "a at the second spike");
    // Set back at 6 ms, not at the last event.
    near(of(2, 0), 1.0, "a at the third spike");
    near(of(2, 1), 2.0 - (-1.0_f64).exp(), "b at the third spike");
    near(of(2, 2), 1.0, "c at the third spike");
}
