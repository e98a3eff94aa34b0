//! Summed variables against a plain model: the sum over recorded synapses of recorded values, in their order, bit for bit.

mod support;

use std::collections::BTreeMap;

use support::{Folder, Results};

/// Two groups whose values move, and synapses whose values spikes change; `SUMS` are the sums.
const NETWORK: &str = r#"
[run]
duration = "20 ms"
dt = "0.1 ms"
seed = 5
[neurons.A]
size = 23
equations = '''
dv/dt = (1.2 - v)/(5*ms) + 0.4*xi/sqrt(5*ms) : 1
x : 1
n : integer
'''
method = "euler"
threshold = "v > 1"
reset = "v = 0"
initial = "v = rand()"
[neurons.B]
size = 17
equations = '''
dv/dt = (x - v)/(3*ms) : 1
x : 1
n : integer
'''
initial = "v = rand()"
[synapses.S]
source = "SOURCE"
target = "TARGET"
connect = RULE
equations = '''
w : 1
ds/dt = -s/(4*ms) : 1
SUMS
'''
initial = "w = randn()"
on_pre = "s += 1; w *= 0.9"
delay = "DELAY"
[record.A]
kind = "state"
source = "A"
variables = ["v"]
[record.B]
kind = "state"
source = "B"
variables = ["v"]
[record.S]
kind = "synapses"
source = "S"
variables = ["w", "s"]
[record.sums]
kind = "state"
source = "OF"
variables = ["x", "n"]
slot = "end"
"#;

/// A job with what differs between cases.
struct Case {
    sums: &'static str,
    of: &'static str,
    source: &'static str,
    target: &'static str,
    rule: &'static str,
    delay: &'static str,
}

impl Case {
    fn job(&self) -> String {
        let job = NETWORK.replace("SUMS", self.sums).replace("OF", self.of).replace("RULE", self.rule);
        job.replace("SOURCE", self.source).replace("TARGET", self.target).replace("DELAY", self.delay)
    }
}

/// Values of a group by time and neuron.
fn by_place(results: &Results, table: &str, column: &str) -> BTreeMap<(String, usize), f64> {
    let table = results.table(table);
    let (t, i) = (table.texts("t_ms"), table.numbers("i"));
    let values = table.numbers(column);
    t.iter().zip(i).zip(values).map(|((t, i), value)| ((t.to_string(), i as usize), value)).collect()
}

/// The sums of `expected(w, s, v_pre, v_post)` over the recorded synapses, by time and neuron of a side.
fn sums(
    results: &Results,
    (source, target): ((&str, usize), (&str, usize)),
    pre: bool,
    expected: impl Fn(f64, f64, f64, f64) -> f64,
) -> BTreeMap<(String, usize), f64> {
    let table = results.table("S");
    let (from, to) = (by_place(results, source.0, "v"), by_place(results, target.0, "v"));
    let (t, i, j) = (table.texts("t_ms"), table.numbers("i"), table.numbers("j"));
    let (w, s) = (table.numbers("w"), table.numbers("s"));
    let mut out = BTreeMap::new();
    for row in 0..t.len() {
        let (i, j) = (i[row] as usize + source.1, j[row] as usize + target.1);
        let value = expected(w[row], s[row], from[&(t[row].into(), i)], to[&(t[row].into(), j)]);
        *out.entry((t[row].to_string(), if pre { i } else { j })).or_insert(0.0) += value;
    }
    out
}

fn agree(found: &BTreeMap<(String, usize), f64>, expected: &BTreeMap<(String, usize), f64>, what: &str) {
    assert!(!expected.is_empty(), "{what}: no synapses");
    for (place, found) in found {
        // Neurons without synapses have the sum zero.
        let expected = expected.get(place).copied().unwrap_or(0.0);
        assert_eq!(*found, expected, "{what}: {place:?}");
    }
}

const FROM_A_TO_B: Case = Case {
    sums: "x_post = w*(v_pre - v_post) : 1 (summed)",
    of: "B",
    source: "A",
    target: "B",
    rule: "{ p = 0.3 }",
    delay: "0 ms",
};

#[test]
fn sums_are_those_of_a_plain_model() {
    let folder = Folder::new();
    let rules =
        ["{ p = 0.3 }", "{}", "{ where = \"i != j\" }", "[{ p = 0.2 }, { where = \"i > j\", n = 2 }]"];
    let mut k = 0;
    for rule in rules {
        // Where delays differ, rows are sorted by them.
        for delay in ["0 ms", "0.2*ms*(j % 4)"] {
            k += 1;
            let case = Case { rule, delay, ..FROM_A_TO_B };
            let results = folder.results_of(&case.job(), &format!("out{k}"), &[]);
            let expected = sums(&results, (("A", 0), ("B", 0)), false, |w, _, pre, post| w * (pre - post));
            let found = by_place(&results, "sums", "x");
            assert_eq!(found.len(), 17 * 200);
            agree(&found, &expected, &format!("{rule}, {delay}"));
        }
    }
}

#[test]
fn rows_that_lack_few_targets_sum_what_others_do() {
    let folder = Folder::new();
    let rules = ["{ where = \"i != j\" }", "{ where = \"(7*i + j) % 90 > 5\" }"];
    for (k, rule) in rules.into_iter().enumerate() {
        let job = Case { rule, ..FROM_A_TO_B }.job().replace("size = 17", "size = 301");
        let job = job.replace("duration = \"20 ms\"", "duration = \"2 ms\"");
        let results = folder.results_of(&job, &format!("out{k}"), &[]);
        let expected = sums(&results, (("A", 0), ("B", 0)), false, |w, _, pre, post| w * (pre - post));
        agree(&by_place(&results, "sums", "x"), &expected, rule);
    }
}

#[test]
fn sums_for_the_source_of_parts_and_of_the_synapses_own_values() {
    let folder = Folder::new();
    let pre = Case {
        sums: "x_pre = w*s + v_post : 1 (summed)\nn_pre = 1 : integer (summed)",
        of: "A",
        source: "A[3:20]",
        target: "B[2:]",
        ..FROM_A_TO_B
    };
    let results = folder.results_of(&pre.job(), "pre", &[]);
    let expected = sums(&results, (("A", 3), ("B", 2)), true, |w, s, _, post| w * s + post);
    agree(&by_place(&results, "sums", "x"), &expected, "x of the source");
    let counts = sums(&results, (("A", 3), ("B", 2)), true, |_, _, _, _| 1.0);
    agree(&by_place(&results, "sums", "n"), &counts, "n of the source");
    // Within a group, with delays by which rows are sorted.
    let own = Case {
        sums: "x_post = s*(1 + v_pre**2) : 1 (summed)",
        of: "A",
        target: "A[4:]",
        delay: "0.3*ms*(j % 3)",
        ..FROM_A_TO_B
    };
    let results = folder.results_of(&own.job(), "own", &[]);
    let expected = sums(&results, (("A", 0), ("A", 4)), false, |_, s, pre, _| s * (1.0 + pre * pre));
    agree(&by_place(&results, "sums", "x"), &expected, "x within a group");
}

#[test]
fn parts_of_a_group_have_sums_from_different_objects() {
    let folder = Folder::new();
    let job = r#"
[run]
duration = "1 ms"
[neurons.A]
size = 6
equations = "x : 1"
initial = "x = 7"
[synapses.S]
source = "A"
target = "A[:2]"
connect = {}
equations = "x_post = i : 1 (summed)"
[synapses.T]
source = "A"
target = "A[4:]"
connect = { where = "i < 2" }
equations = "x_post = 0.5 : 1 (summed)"
[record.x]
kind = "state"
source = "A"
variables = ["x"]
at = ["0.5 ms"]
"#;
    let x = folder.results_of(job, "out", &[]).table("x").numbers("x");
    assert_eq!(x, [15.0, 15.0, 7.0, 7.0, 1.0, 1.0]);
}

#[test]
fn a_sum_is_there_before_its_group_moves_on_and_on_the_clock_of_the_group() {
    let folder = Folder::new();
    let job = r#"
[run]
duration = "3 ms"
dt = "0.1 ms"
[neurons.A]
size = 1
equations = "dv/dt = 1/ms : 1"
[neurons.B]
size = 1
equations = '''
dy/dt = x/ms : 1
x : 1
'''
method = "euler"
DT
[synapses.S]
source = "A"
target = "B"
connect = {}
equations = "x_post = v_pre : 1 (summed)"
[record.B]
kind = "state"
source = "B"
variables = ["x", "y"]
slot = "end"
every = "0.1 ms"
"#;
    let results = folder.results_of(&job.replace("DT", ""), "one", &[]);
    let (t, x, y) = (
        results.table("B").numbers("t_ms"),
        results.table("B").numbers("x"),
        results.table("B").numbers("y"),
    );
    for k in 0..t.len() {
        assert!((x[k] - t[k]).abs() < 1e-12, "x at the beginning of the step of {} ms", t[k]);
        let sum: f64 = (0..=k).map(|n| 0.1 * 0.1 * n as f64).sum();
        assert!((y[k] - sum).abs() < 1e-12);
    }
    let results = folder.results_of(&job.replace("DT", "dt = \"0.5 ms\""), "two", &[]);
    let (t, x) = (results.table("B").numbers("t_ms"), results.table("B").numbers("x"));
    for (t, x) in t.iter().zip(&x) {
        assert!((x - (t / 0.5 + 1e-9).floor() * 0.5).abs() < 1e-12, "x at {t} ms: {x}");
    }
}

#[test]
fn a_sum_that_rests_is_left_as_it_is() {
    let folder = Folder::new();
    let job = r#"
[run]
dt = "0.1 ms"
[neurons.A]
size = 2
equations = '''
dv/dt = 1/ms : 1
x : 1
'''
[synapses.S]
source = "A"
target = "A"
connect = { where = "i != j" }
equations = "x_post = v_pre : 1 (summed)"
[record.A]
kind = "state"
source = "A"
variables = ["x"]
at = ["0.9 ms", "1.9 ms", "2.9 ms"]
slot = "end"
[[phase]]
name = "first"
duration = "1 ms"
[[phase]]
name = "rests"
duration = "1 ms"
off = ["S"]
[[phase]]
name = "again"
duration = "1 ms"
"#;
    let x = folder.results_of(job, "out", &[]).table("A").numbers("x");
    for (found, expected) in x.iter().zip([0.9, 0.9, 0.9, 0.9, 2.9, 2.9]) {
        assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
    }
}

#[test]
fn sums_are_the_same_bytes_for_workers_and_buffers() {
    let folder = Folder::new();
    let job = format!(
        "{}\n[parameters]\ngain = 1.0\n[[sweep]]\naxes.gain = [0.5, 2.0]\nrepeat = 2\n",
        FROM_A_TO_B.job()
    );
    let job = job.replace("w*(v_pre", "gain*w*(v_pre");
    let one = folder.results_of(&job, "one", &["--workers", "1"]);
    folder.results_of(&job, "three", &["--workers", "3"]).assert_same(&one, "three workers");
    folder.results_of(&job, "small", &["--buffer", "5000"]).assert_same(&one, "small buffers");
}

#[test]
fn full_rows_sum_what_others_do() {
    let folder = Folder::new();
    for (k, expression) in
        ["w*s", "w*(v_pre - v_post)", "exp(-v_pre)", "w*s*exp(v_pre)/(1 + v_post**2)"].into_iter().enumerate()
    {
        let sums = format!("x_post = {expression} : 1 (summed)");
        let run = |rule: &'static str, out: String| {
            let job = Case { rule, sums: "SUMS", ..FROM_A_TO_B }.job().replace("SUMS", &sums);
            folder.results_of(&job, &out, &[])
        };
        // The same pairs, once by a rule that gives all of them, once by two that are tried pair by pair.
        let full = run("{}", format!("full{k}"));
        let pairs = run("[{ where = \"i >= 0\" }, { where = \"i < 0\" }]", format!("pairs{k}"));
        assert_eq!(full.table("sums").rows, pairs.table("sums").rows, "{expression}");
    }
}
