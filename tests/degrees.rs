//! `N_incoming` and `N_outgoing`: against counts of the pairs that a table of synapses holds, wherever code can read them.

mod support;

use std::collections::BTreeMap;

use support::{Folder, Results};

const NETWORK: &str = r#"
[run]
duration = "3 ms"
dt = "0.1 ms"
seed = 3
[neurons.A]
size = 17
equations = '''
total_in : 1
v : 1
'''
threshold = "t_in_timesteps == 5"
[neurons.B]
size = 13
equations = '''
total_out : 1
rows : integer
'''
threshold = "t_in_timesteps == 10"
[synapses.S]
source = "A[2:]"
target = "B[1:12]"
connect = CONNECT
equations = '''
w : 1
early : 1
arrived : integer
back : integer
acted : integer
held = 2*N_incoming + N_outgoing : 1 (constant over dt)
both = N_incoming*N_outgoing : integer
slope = 0.01*N_incoming/ms : Hz
dz/dt = slope - 0.02*N_outgoing/ms : 1
total_in_pre = N_incoming : 1 (summed)
total_out_post = 1.0*N_outgoing : 1 (summed)
'''
method = "euler"
initial = [
    { set = "w = 100*N_incoming + N_outgoing" },
    { where = "N_incoming > 2 and N_outgoing != 4", set = "early = 1" },
]
delay = "0.1*ms*((N_incoming + N_outgoing) % 4)"
on_pre = "arrived = 1000*N_incoming + N_outgoing; rows_post += N_outgoing"
on_post = "back = N_incoming - N_outgoing"
[actions.once]
on = "S"
code = "acted = N_outgoing - 7*N_incoming"
every = "1 s"
[record.pairs]
kind = "synapses"
source = "S"
at = "2.5 ms"
variables = ["N_incoming", "N_outgoing", "w", "early", "arrived", "back", "acted", "both", "held", "delay", "z", "sum = N_incoming + N_outgoing + i"]
[record.sources]
kind = "state"
source = "A"
variables = ["total_in"]
from = "2.5 ms"
to = "2.6 ms"
[record.targets]
kind = "state"
source = "B"
variables = ["total_out", "rows"]
from = "2.5 ms"
to = "2.6 ms"
"#;

/// How often each number stands in a column.
fn counts(column: &[f64]) -> BTreeMap<u64, f64> {
    let mut out = BTreeMap::new();
    column.iter().for_each(|number| *out.entry(*number as u64).or_default() += 1.0);
    out
}

fn compare(results: &Results, connect: &str) {
    let table = results.table("pairs");
    let (i, j) = (table.numbers("i"), table.numbers("j"));
    assert!(i.len() > 20, "{connect}: {}", i.len());
    let (outgoing, incoming) = (counts(&i), counts(&j));
    let column = |name: &str| table.numbers(name);
    let names = ["N_incoming", "N_outgoing", "w", "early", "arrived", "back", "acted", "both", "held", "sum"];
    let columns = names.map(column);
    let (delay, z) = (column("delay_ms"), column("z"));
    let (mut total_in, mut total_out) = (BTreeMap::<u64, f64>::new(), BTreeMap::<u64, f64>::new());
    for row in 0..i.len() {
        let (n, m) = (incoming[&(j[row] as u64)], outgoing[&(i[row] as u64)]);
        *total_in.entry(i[row] as u64).or_default() += n;
        *total_out.entry(j[row] as u64).or_default() += m;
        let early = if n > 2.0 && m != 4.0 { 1.0 } else { 0.0 };
        let sum = n + m + i[row];
        let expected =
            [n, m, 100.0 * n + m, early, 1000.0 * n + m, n - m, m - 7.0 * n, n * m, 2.0 * n + m, sum];
        let found: Vec<f64> = columns.iter().map(|column| column[row]).collect();
        assert_eq!(found, expected, "{connect}: row {row}");
        assert!((delay[row] - 0.1 * ((n + m) % 4.0)).abs() < 1e-12, "{connect}: row {row}");
        // 25 steps of 0.1 ms have gone.
        assert!((z[row] - 25.0 * (0.001 * n - 0.002 * m)).abs() < 1e-9, "{connect}: {} {n} {m}", z[row]);
    }
    let per_neuron = |table: &str, column: &str, first: usize, sums: &BTreeMap<u64, f64>| {
        for (k, found) in results.table(table).numbers(column).into_iter().enumerate() {
            let counted = (k as u64).checked_sub(first as u64).and_then(|k| sums.get(&k));
            assert_eq!(found, counted.copied().unwrap_or(0.0), "{connect}: {table}.{column} {k}");
        }
    };
    per_neuron("sources", "total_in", 2, &total_in);
    per_neuron("targets", "total_out", 1, &total_out);
    per_neuron("targets", "rows", 1, &total_out);
}

#[test]
fn both_are_what_can_be_counted() {
    let folder = Folder::new();
    let rules = [
        r#"{ where = "(i*3 + j*5) % 7 < 3", n = "1 + i % 3" }"#,
        r#"{ p = 0.3 }"#,
        r#"{ p = "0.1 + 0.05*(j % 5)", n = 2 }"#,
        r#"{ out_degree = 4 }"#,
        r#"{ out_degree = "2 + i % 3", repeats = true }"#,
        r#"{ in_degree = 5, where = "i != j" }"#,
        r#"{ j = "k for k in range(i - 2, i + 2)", skip_if_invalid = true }"#,
        r#"{ i = "k for k in sample(N_pre, size=3) if k != j" }"#,
        r#"{ i = [4, 3, 4, 4, 4, 0, 1, 2, 3, 5, 6, 7, 8, 9, 9, 9, 9, 10, 11, 12, 14, 14], j = [1, 1, 0, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4, 5, 6, 7, 8, 9, 10, 10] }"#,
        r#"[{ p = 0.2 }, { i = "j" }, { where = "i == 3", n = 2 }]"#,
        r#"[{ p = 0.2 }, { j = "k for k in sample(N_post, size=2)" }]"#,
    ];
    for (k, connect) in rules.into_iter().enumerate() {
        let text = NETWORK.replace("CONNECT", connect);
        compare(&folder.results_of(&text, &format!("out{k}"), &[]), connect);
    }
}

/// Large enough to be made by several processes, if there are several.
const LARGE: &str = r#"
[run]
duration = "0.1 ms"
dt = "0.1 ms"
[neurons.A]
size = 1500
equations = "v : 1"
[synapses.S]
source = "A"
target = "A"
equations = "w : 1"
connect = [{ p = 0.004 }, { out_degree = 3 }]
initial = "w = 1/N_incoming"
[actions.none]
on = "S"
code = "w *= 1"
every = "1 s"
[record.pairs]
kind = "synapses"
source = "S"
at = "0 s"
variables = ["N_incoming", "N_outgoing", "w"]
"#;

#[test]
fn any_number_of_builders_counts_the_same() {
    let folder = Folder::new();
    let alone = folder.results_of(LARGE, "alone", &["--workers", "1"]);
    let three = folder.results_of(LARGE, "three", &["--workers", "3"]);
    let bytes = |results: &Results| std::fs::read(results.dir.join("pairs.csv")).unwrap();
    assert_eq!(bytes(&alone), bytes(&three));
    let table = alone.table("pairs");
    let (outgoing, incoming) = (counts(&table.numbers("i")), counts(&table.numbers("j")));
    let (i, j) = (table.numbers("i"), table.numbers("j"));
    let (n, m, w) = (table.numbers("N_incoming"), table.numbers("N_outgoing"), table.numbers("w"));
    for row in 0..i.len() {
        assert_eq!(n[row], incoming[&(j[row] as u64)]);
        assert_eq!(m[row], outgoing[&(i[row] as u64)]);
        assert_eq!(w[row], 1.0 / n[row]);
    }
}
