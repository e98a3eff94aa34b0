//! Actions on synapses: code for each synapse of an object at times, which may also write variables of its neurons.

mod support;

use support::{Folder, Results};

const JOB: &str = r#"
[run]
duration = "5 ms"
dt = "0.1 ms"
seed = 2
[neurons.A]
size = 4
equations = '''
u : 1
n : integer
'''
initial = "u = i"
[synapses.S]
source = "A"
target = "A[1:]"
connect = { where = "i != j + 1" }
equations = '''
w : 1
k : 1 (constant)
'''
initial = "w = 1 + i + 10*j; k = 0.5"
[actions.act]
on = "S"
code = "CODE"
TIMES
[record.S]
kind = "synapses"
source = "S"
variables = ["w"]
every = "1 ms"
slot = "end"
[record.A]
kind = "state"
source = "A"
variables = ["u", "n"]
at = ["4.9 ms"]
slot = "end"
"#;

fn job(code: &str, times: &str) -> String {
    JOB.replace("CODE", code).replace("TIMES", times)
}

fn numbers(results: &Results, table: &str, column: &str) -> Vec<f64> {
    results.table(table).numbers(column)
}

/// Whether a row is at so many ms; rows are behind the step that begins then.
fn at(results: &Results, table: &str, t: f64) -> Vec<usize> {
    let times = numbers(results, table, "t_ms");
    (0..times.len()).filter(|row| (times[*row] - t).abs() < 1e-9).collect()
}

#[test]
fn code_is_done_for_each_synapse_at_its_times() {
    let folder = Folder::new();
    let results = folder.results_of(&job("w *= k", "every = \"1 ms\""), "out", &[]);
    let (i, j) = (numbers(&results, "S", "i"), numbers(&results, "S", "j"));
    let (w, t) = (numbers(&results, "S", "w"), numbers(&results, "S", "t_ms"));
    assert_eq!(at(&results, "S", 0.0).len(), 9);
    for row in 0..w.len() {
        // At 0 ms for the first time.
        let expected = (1.0 + i[row] + 10.0 * j[row]) * 0.5_f64.powi(t[row].round() as i32 + 1);
        assert_eq!(w[row], expected, "from {} to {} at {} ms", i[row], j[row], t[row]);
    }
    let listed = folder.results_of(&job("w = i - j", "at = [\"1.5 ms\", \"3.2 ms\"]"), "listed", &[]);
    let (w, t) = (numbers(&listed, "S", "w"), numbers(&listed, "S", "t_ms"));
    for row in 0..w.len() {
        let first = 1.0 + i[row] + 10.0 * j[row];
        assert_eq!(w[row], if t[row] < 1.5 { first } else { i[row] - j[row] });
    }
}

#[test]
fn it_may_write_neurons_of_both_sides() {
    let folder = Folder::new();
    let results = folder.results_of(&job("n_post += 1; u_pre += w", "at = [\"2 ms\"]"), "out", &[]);
    // Three pairs are left out: 1 to itself, and so on; the target counts from neuron 1.
    assert_eq!(numbers(&results, "A", "n"), [0.0, 3.0, 3.0, 3.0]);
    let sum =
        |i: usize| -> f64 { (0..3).filter(|j| i != j + 1).map(|j| 1.0 + i as f64 + 10.0 * j as f64).sum() };
    let expected: Vec<f64> = (0..4).map(|i| i as f64 + sum(i)).collect();
    assert_eq!(numbers(&results, "A", "u"), expected);
}

#[test]
fn what_it_draws_differs_between_synapses_and_not_between_workers() {
    let folder = Folder::new();
    let text = format!("{}\n[[sweep]]\nrepeat = 3\n", job("w += randn()", "every = \"1 ms\""));
    let one = folder.results_of(&text, "one", &["--workers", "1"]);
    folder.results_of(&text, "two", &["--workers", "2"]).assert_same(&one, "two workers");
    let w = numbers(&one, "S", "w");
    let mut seen: Vec<u64> = w.iter().map(|w| w.to_bits()).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), w.len());
}

#[test]
fn it_rests_with_its_object_or_alone() {
    let folder = Folder::new();
    for (k, off) in ["S", "act"].into_iter().enumerate() {
        let phases = format!(
            "[[phase]]\nname = \"a\"\nduration = \"2 ms\"\n[[phase]]\nname = \"b\"\nduration = \"3 ms\"\noff = [\"{off}\"]\n"
        );
        let text = job("w = w + 1", "every = \"1 ms\"").replace("duration = \"5 ms\"\n", "") + &phases;
        let results = folder.results_of(&text, &format!("out{k}"), &[]);
        let w: Vec<f64> =
            at(&results, "S", 4.0).iter().map(|row| numbers(&results, "S", "w")[*row]).collect();
        let first: Vec<f64> =
            at(&results, "S", 0.0).iter().map(|row| numbers(&results, "S", "w")[*row]).collect();
        // Done at 0 and 1 ms; the row of 0 ms is behind the first.
        assert!(w.iter().zip(&first).all(|(w, first)| *w == first + 1.0), "off {off}");
    }
}

#[test]
fn event_driven_values_are_those_of_its_time() {
    let folder = Folder::new();
    let text = r#"
[run]
duration = "8 ms"
dt = "0.1 ms"
[spike_generators.A]
size = 1
indices = [0, 0]
times = ["1 ms", "7 ms"]
[neurons.B]
size = 1
equations = "seen : 1"
[synapses.S]
source = "A"
target = "B"
connect = {}
equations = '''
da/dt = -a/(2*ms) : 1 (event-driven)
w : 1
'''
on_pre = "a += 1"
[actions.look]
on = "S"
code = "w = a; seen_post = a; a += 1"
at = ["4 ms"]
[actions.other]
on = "S"
code = "w += 10"
at = ["5 ms"]
[record.S]
kind = "synapses"
source = "S"
variables = ["w", "a", "lastupdate"]
at = ["3 ms", "4.5 ms", "6 ms", "7.9 ms"]
[record.B]
kind = "state"
source = "B"
variables = ["seen"]
at = ["7 ms"]
"#;
    let results = folder.results_of(text, "out", &[]);
    let decayed = (-1.5_f64).exp();
    let last = numbers(&results, "S", "lastupdate_ms");
    // What names no event-driven variable leaves them alone.
    assert_eq!(last, [1.0, 4.0, 4.0, 7.0]);
    let (w, a) = (numbers(&results, "S", "w"), numbers(&results, "S", "a"));
    for (found, expected) in [
        (w[1], decayed),
        (w[2], decayed + 10.0),
        (numbers(&results, "B", "seen")[0], decayed),
        (a[1], decayed + 1.0),
        (a[3], (decayed + 1.0) * decayed + 1.0),
    ] {
        assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
    }
}
