//! Parameters of synapses `(single)`: rounded when they are written, read as doubles, wherever code can read or write them.

mod support;

use support::{Folder, Results};

/// What a number becomes by being kept in single precision.
fn kept(number: f64) -> f64 {
    f64::from(number as f32)
}

const NETWORK: &str = r#"
[run]
duration = "3 ms"
dt = "0.1 ms"
seed = 8
[spike_generators.A]
size = 5
indices = [0, 1, 2, 3, 4, 1, 3, 4]
times = ["0.5 ms", "0.5 ms", "0.5 ms", "0.5 ms", "0.5 ms", "1.2 ms", "1.2 ms", "1.2 ms"]
[neurons.B]
size = 4
equations = '''
product : 1
v : 1
'''
[synapses.S]
source = "A"
target = "B"
multisynaptic_index = "k"
connect = { n = 2 }
equations = '''
drawn : 1
w : 1 (single)
c : 1 (constant, single)
seen : 1
double = 2*w : 1
held = w*c : 1 (constant over dt)
dz/dt = c/(10*ms) : 1
product_post = w*c : 1 (summed)
'''
method = "euler"
initial = '''
drawn = rand()
c = 0.1 + drawn
w = c*c
'''
DELAY
on_pre = "seen = w*c; w += 0.1*c; v_post += w*c"
[actions.raise]
on = "S"
code = "w *= 1.1"
every = "10 ms"
[record.first]
kind = "synapses"
source = "S"
at = "0 s"
variables = ["drawn", "w", "c", "k"]
slot = "before_start"
[record.last]
kind = "synapses"
source = "S"
at = "2.9 ms"
variables = ["w", "c", "seen", "double", "held", "z", "drawn", "k"]
[record.neurons]
kind = "state"
source = "B"
variables = ["v", "product"]
from = "2.9 ms"
"#;

fn compare(results: &Results) {
    let first = results.table("first");
    let last = results.table("last");
    let of = |name: &str| last.numbers(name);
    let [i, j, k, drawn] = ["i", "j", "k", "drawn"].map(of);
    assert_eq!(i.len(), 40);
    let (mut v, mut product) = ([[0.0; 4]; 2], [0.0; 4]);
    let mut rounded = 0;
    let mut expected = Vec::new();
    for row in 0..40 {
        let c = kept(0.1 + drawn[row]);
        let mut w = kept(c * c);
        rounded += usize::from(c != 0.1 + drawn[row]);
        // Initial values, as the first table has them: synapses of a pair may stand there in the same order only.
        assert_eq!(first.numbers("c")[row], c);
        assert_eq!(first.numbers("w")[row], w);
        w = kept(w * 1.1);
        let mut seen = 0.0;
        let spikes = if [1.0, 3.0, 4.0].contains(&i[row]) { 2 } else { 1 };
        for sums in v.iter_mut().take(spikes) {
            seen = w * c;
            w = kept(w + 0.1 * c);
            sums[j[row] as usize] += w * c;
        }
        product[j[row] as usize] += w * c;
        expected.push([w, c, seen, 2.0 * w, w * c]);
    }
    assert!(rounded > 30, "{rounded}");
    let found = ["w", "c", "seen", "double", "held"].map(of);
    for (row, expected) in expected.iter().enumerate() {
        let found = [0, 1, 2, 3, 4].map(|column| found[column][row]);
        assert_eq!(found, *expected, "row {row}: {} {} {}", i[row], j[row], k[row]);
        assert!((of("z")[row] - 29.0 * expected[1] / 100.0).abs() < 1e-12);
    }
    let neurons = results.table("neurons");
    for j in 0..4 {
        // Their order is another one where delays differ.
        assert!((neurons.numbers("v")[j] - (v[0][j] + v[1][j])).abs() < 1e-13);
        assert!((neurons.numbers("product")[j] - product[j]).abs() < 1e-13);
    }
}

#[test]
fn values_are_rounded_when_they_are_written_and_nothing_else_is() {
    let folder = Folder::new();
    let delays =
        ["", "delay = \"0.2 ms\"", "delay = \"0.1*ms*((i + 2*j) % 4)\"", "delay = \"0.1*ms*(3 - k)\""];
    for (number, delay) in delays.into_iter().enumerate() {
        compare(&folder.results_of(&NETWORK.replace("DELAY", delay), &format!("out{number}"), &[]));
    }
}

const GIVEN: &str = r#"
[run]
duration = "2 ms"
dt = "0.1 ms"
[spike_generators.A]
size = 3
indices = [0, 1, 2]
times = ["0.5 ms", "0.5 ms", "0.5 ms"]
[neurons.B]
size = 3
equations = "v : 1"
threshold = "t_in_timesteps == 10"
[synapses.S]
source = "A"
target = "B"
connect = { file = "pairs.csv", i = "i", j = "j", values = { w = "w" } }
equations = '''
w : 1 (single)
tau : second (constant, single)
da/dt = -a/tau : 1 (event-driven)
u : 1
'''
initial = "u = w; tau = 1.1*ms; a = 1"
on_pre = "a = a"
on_post = "u = a*w; w = u"
[record.w]
kind = "synapses"
source = "S"
at = ["0 s", "1.5 ms"]
variables = ["w", "u", "a"]
"#;

#[test]
fn given_values_and_event_driven_equations() {
    let folder = Folder::new();
    let rows = [(0, 1, 0.1), (1, 2, 0.2), (2, 0, 1.0 / 3.0), (2, 2, 0.5)];
    let lines = rows.map(|(i, j, w): (u64, u64, f64)| format!("{i},{j},{w:?}\n"));
    folder.write("pairs.csv", format!("i,j,w\n{}", lines.concat()));
    let table = folder.results_of(GIVEN, "out", &[]).table("w");
    let [w, u, a] = ["w", "u", "a"].map(|name| table.numbers(name));
    let decayed = (-1e-3 / kept(1.1e-3)).exp();
    for (row, (_, _, given)) in rows.into_iter().enumerate() {
        assert_eq!((w[row], u[row]), (kept(given), kept(given)));
        assert!((a[4 + row] - decayed).abs() < 1e-13, "{} {decayed}", a[4 + row]);
        assert_eq!(u[4 + row], a[4 + row] * kept(given));
        assert_eq!(w[4 + row], kept(u[4 + row]));
    }
}

/// Several processes make it, if there are several.
const LARGE: &str = r#"
[run]
duration = "1 ms"
dt = "0.1 ms"
[neurons.A]
size = 1500
equations = "v : 1"
threshold = "v > 0.9"
initial = "v = rand()"
reset = "v = 0"
[synapses.S]
source = "A"
target = "A"
equations = "w : 1 (single)"
connect = { p = 0.01 }
initial = "w = 0.3*rand()"
on_pre = "v_post += w"
delay = "0.1*ms*int(5*rand())"
[record.w]
kind = "synapses"
source = "S"
at = "0 s"
variables = ["w", "delay"]
[record.v]
kind = "state"
source = "A"
variables = ["v"]
every = "0.5 ms"
"#;

#[test]
fn any_number_of_workers_leaves_the_same_bytes() {
    let folder = Folder::new();
    let alone = folder.results_of(LARGE, "alone", &["--workers", "1"]);
    let three = folder.results_of(LARGE, "three", &["--workers", "3"]);
    for table in ["w.csv", "v.csv"] {
        let bytes = |results: &Results| std::fs::read(results.dir.join(table)).unwrap();
        assert_eq!(bytes(&alone), bytes(&three), "{table}");
    }
    assert!(alone.table("w").numbers("w").iter().all(|w| *w == kept(*w)));
}

/// Neither computed in a step nor shown: only kept.
const KEPT: &str = r#"
[run]
duration = "1 ms"
[neurons.A]
size = 300
equations = "v : 1"
threshold = "v > 1"
[synapses.S]
source = "A"
target = "A"
equations = '''
fixed : 1 (FLAGS)
written : 1 (FLAGS_OF_WRITTEN)
'''
connect = {}
on_pre = "written += fixed; v_post += written"
"#;

#[test]
fn a_synapse_takes_four_bytes_less() {
    let folder = Folder::new();
    let bytes = |flags: &str, of_written: &str| {
        let text = KEPT.replace("FLAGS_OF_WRITTEN", of_written).replace("FLAGS", flags);
        folder.write("job.toml", text.replace(" ()", ""));
        let ended = folder.spikesweep(&["check", "job.toml", "--json"]).expect(0);
        let said: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        ["shared_bytes", "worker_bytes"].map(|name| said["memory"][name].as_u64().unwrap())
    };
    let synapses = 300 * 300;
    let doubles = bytes("constant", "");
    // The first value of a variable that is written is shared, each worker has one of its own.
    assert_eq!(bytes("constant, single", ""), [doubles[0] - 4 * synapses, doubles[1]]);
    let expected = [doubles[0] - 8 * synapses, doubles[1] - 4 * synapses];
    assert_eq!(bytes("constant, single", "single"), expected);
}
