//! Synapses as source or target of other synapses, and variables of neurons that are linked to synapses: against what the
//! table of the inner synapses says, computed here.

mod support;

use support::{Folder, Results, assert_close};

/// A network whose synapses lie by their delays, and synapses onto, from and between them. `REACHING` are those.
const JOB: &str = r#"
[run]
duration = "2 ms"
dt = "0.1 ms"
seed = 4
[[sweep]]
repeat = 3
[neurons.P]
size = 9
equations = "v : 1"
initial = "v = i + 1"
threshold = "v > 100"
[neurons.A]
size = 2
equations = '''
y : 1
g : 1
here : 1 (linked)
'''
initial = "g = 7 + i"
linked = { here = { from = "S.w", index = "3 + 2*i" } }
[spike_generators.G]
size = 3
indices = [0, 1, 1]
times = ["0.5 ms", "1 ms", "1.5 ms"]
[synapses.S]
source = "P"
target = "P"
equations = '''
w : 1
d : 1
s : 1 (single)
taken : 1
dc/dt = -c/(1*ms) : 1 (clock-driven)
double = 2*w + v_post + 0*N_pre : 1
sizes = 100*N_pre + N_post : 1
'''
connect = { where = "i != j", p = 0.5 }
initial = "w = rand(); c = w"
on_pre = "v_post += 0"
delay = "rand()*1*ms"
[synapses.onto]
source = "G"
target = "S"
equations = '''
k : 1
n : integer
seen : 1
'''
connect = { where = "i == i_post % 3" }
initial = "k = 100*i_post + 10*j_post + double_post; n = 1000*N_outgoing + N_incoming"
on_pre = "d += 1 + w; s_post += 0.1; seen = s_post + (sizes_post - 909)"
[synapses.from]
source = "S"
target = "A"
equations = "y_post = c_pre : 1 (summed)"
connect = { where = "j == j_pre % 2" }
[synapses.back]
source = "A"
target = "S"
equations = "taken_post = g_pre : 1 (summed)"
connect = { where = "i == i_post % 2" }
[synapses.between]
source = "S"
target = "onto"
equations = "u : 1"
connect = { where = "w_pre > 0.8 and i_post == 1" }
initial = "u = w_pre + 1000*k_post"
[actions.none]
on = "between"
every = "1 s"
code = "u += 0"
[record.S]
kind = "synapses"
source = "S"
variables = ["w", "d", "s", "taken", "c"]
at = ["1.9 ms"]
[record.onto]
kind = "synapses"
source = "onto"
variables = ["k", "n", "seen"]
at = ["1.9 ms"]
[record.between]
kind = "synapses"
source = "between"
variables = ["u"]
at = ["1.9 ms"]
[record.A]
kind = "state"
source = "A"
variables = ["y", "here"]
at = ["1.9 ms"]
"#;

fn numbers(results: &Results, table: &str, column: &str, point: usize) -> Vec<f64> {
    let table = results.table(table);
    let points = table.numbers("point");
    let of_it = table.numbers(column).into_iter().zip(points).filter(|(_, p)| *p == point as f64);
    of_it.map(|(x, _)| x).collect()
}

#[test]
fn synapses_reach_synapses() {
    let folder = Folder::new();
    let results = folder.results_of(JOB, "out", &[]);
    for point in 0..3 {
        let of = |column| numbers(&results, "S", column, point);
        let (i, j, w, d, taken, c) = (of("i"), of("j"), of("w"), of("d"), of("taken"), of("c"));
        assert!(w.len() > 20, "{} synapses", w.len());
        let spikes = |sender: f64| [1.0, 2.0, 0.0][sender as usize];
        let s = of("s");
        for q in 0..w.len() {
            let in_single = |s: f64, _| f64::from((s + 0.1) as f32);
            assert_eq!(s[q], (0..spikes(i[q] % 3.0) as usize).fold(0.0, in_single));
            assert_close(d[q], spikes(i[q] % 3.0) * (1.0 + w[q]), 1e-15, "d");
            assert_eq!(taken[q], 7.0 + i[q] % 2.0);
            assert_close(c[q], w[q] * (-1.9_f64).exp(), 1e-14, "c");
        }
        let onto = |column| numbers(&results, "onto", column, point);
        let (senders, reached, k) = (onto("i"), onto("j"), onto("k"));
        assert_eq!(reached.len(), w.len());
        let (n, seen) = (onto("n"), onto("seen"));
        for r in 0..k.len() {
            let q = reached[r] as usize;
            assert_eq!(senders[r], i[q] % 3.0);
            let of_sender = senders.iter().filter(|i| **i == senders[r]).count();
            assert_eq!(n[r], 1000.0 * of_sender as f64 + 1.0);
            assert_eq!(seen[r], s[q]);
            assert_close(k[r], 100.0 * i[q] + 10.0 * j[q] + 2.0 * w[q] + j[q] + 1.0, 1e-12, "k");
        }
        // Sums of the step before: synapses have not moved on then.
        for a in 0..2 {
            let sum: f64 = (0..w.len()).filter(|q| j[*q] % 2.0 == a as f64).map(|q| w[q]).sum();
            assert_close(numbers(&results, "A", "y", point)[a], sum * (-1.8_f64).exp(), 1e-13, "y");
            assert_eq!(numbers(&results, "A", "here", point)[a], w[3 + 2 * a]);
        }
        let expected: Vec<f64> = (0..w.len())
            .filter(|q| w[*q] > 0.8)
            .flat_map(|q| (0..k.len()).filter(|r| senders[*r] == 1.0).map(move |r| (q, r)))
            .map(|(q, r)| w[q] + 1000.0 * k[r])
            .collect();
        assert_eq!(numbers(&results, "between", "u", point), expected);
    }
}

/// Networks differ between repeats, so that each worker makes its own; points of one repeat share what was made once.
#[test]
fn any_number_of_workers_makes_the_same() {
    let folder = Folder::new();
    let shared = JOB
        .replace("[[sweep]]\nrepeat = 3\n", "[parameters]\nmore = 0\n[[sweep]]\naxes.more = [0, 1, 2, 3]\n");
    let shared = shared.replace("7 + i", "7 + i + 0*more");
    for (name, job) in [("own", JOB), ("shared", &shared)] {
        let one = folder.results_of(job, &format!("{name}-one"), &["--workers", "1"]);
        let three = folder.results_of(job, &format!("{name}-three"), &["--workers", "3"]);
        one.assert_same(&three, name);
    }
    let alone = JOB.replace("repeat = 3\n", "repeat = 1\n");
    let alone = folder.results_of(&alone, "alone", &[]);
    let last = folder.results("shared-three");
    let rows = |results: &Results, point| ["w", "d", "taken", "c"].map(|c| numbers(results, "S", c, point));
    assert_eq!(rows(&alone, 0), rows(&last, 3));
}

/// What is not there is told for each point: how many synapses there are is not known before.
#[test]
fn places_that_are_not_there_fail_their_points() {
    let folder = Folder::new();
    let linked = JOB.replace("3 + 2*i", "300 + i");
    let results = folder.results_ending(10, &linked, "linked", &[]);
    let errors = std::fs::read_to_string(folder.path("linked/.run/errors.csv")).unwrap();
    assert!(errors.contains("neuron 0 would read synapse 300 of S, which has "), "{errors}");
    assert_eq!(results.table("points").texts("status"), ["failed"; 3]);
    let pairs =
        JOB.replace("connect = { where = \"i == i_post % 3\" }", "connect = { i = [0, 1], j = [5, 200] }");
    folder.results_ending(10, &pairs, "pairs", &[]);
    let errors = std::fs::read_to_string(folder.path("pairs/.run/errors.csv")).unwrap();
    assert!(errors.contains("connect of onto: j = 200, but indices go from 0 to "), "{errors}");
    let none = JOB.replace("connect = { where = \"i != j\", p = 0.5 }", "connect = { where = \"i < 0\" }");
    let none = none.replace("3 + 2*i", "0");
    folder.results_ending(10, &none, "none", &[]);
    let errors = std::fs::read_to_string(folder.path("none/.run/errors.csv")).unwrap();
    assert!(errors.contains("would read synapse 0 of S, which has 0"), "{errors}");
}

/// Inner synapses that no rule makes: tables of the outer ones are empty, also those of chosen ones.
#[test]
fn there_may_be_no_synapses_to_reach() {
    const TEXT: &str = r#"
[run]
duration = "0.5 ms"
[parameters]
p = 0
[neurons.P]
size = 3
equations = "v : 1"
[synapses.S]
source = "P"
target = "P"
equations = "dw/dt = -w/ms : 1 (clock-driven)"
connect = { p = "p" }
[synapses.O]
source = "P"
target = "S"
equations = "dx/dt = -x/ms : 1 (clock-driven)"
connect = {}
[record.R]
kind = "synapses"
source = "O"
variables = ["x"]
where = "x >= 0"
at = "0 ms"
[[sweep]]
axes.p = [0, 1]
"#;
    let folder = Folder::new();
    let results = folder.results_of(TEXT, "out", &[]);
    assert_eq!(numbers(&results, "R", "x", 0).len(), 0);
    assert_eq!(numbers(&results, "R", "x", 1).len(), 27);
}

/// Subexpressions of neurons mean at a synapse what they mean in their group: its index, size, clock and linked variables.
#[test]
fn subexpressions_keep_their_meaning_on_the_other_side() {
    const TEXT: &str = r#"
[run]
duration = "1 ms"
dt = "0.1 ms"
[neurons.Q]
size = 4
dt = "0.2 ms"
equations = '''
x = 10*i + N : 1
y : 1 (linked)
z = y*2 : 1
step = dt/ms : 1
'''
linked = { y = "R.a" }
[neurons.R]
size = 4
equations = "a : 1"
initial = "a = i"
[synapses.S]
source = "Q"
target = "Q[1:4]"
equations = '''
k : 1
m : 1
dn/dt = (x_post + 1000*z_post + 100000*step_pre)/ms : 1 (clock-driven)
g = x_post + 100*x_pre : 1
'''
connect = { where = "i == 2" }
initial = "k = x_post + 1000*z_post + 100000*step_post"
[actions.a]
on = "S"
every = "0.1 ms"
code = "m = x_post + 1000*z_post + 100000*step_post"
[record.S]
kind = "synapses"
source = "S"
variables = ["k", "m", "g", "n"]
at = ["0.5 ms"]
"#;
    let folder = Folder::new();
    let results = folder.results_of(TEXT, "out", &[]);
    let of = |column| numbers(&results, "S", column, 0);
    for (q, target) in [1.0, 2.0, 3.0].into_iter().enumerate() {
        assert_eq!(of("j")[q], target - 1.0);
        let expected = 10.0 * target + 4.0 + 1000.0 * 2.0 * target + 100_000.0 * 0.2;
        assert_close(of("k")[q], expected, 1e-15, "k");
        assert_close(of("m")[q], expected, 1e-15, "m");
        assert_close(of("n")[q], 0.5 * expected, 1e-13, "n");
        assert_eq!(of("g")[q], 10.0 * target + 4.0 + 100.0 * 24.0);
    }
}
