//! Values that monitors copy: at spikes, of expressions, in windows, the last ones, all at once; and summaries of them.

mod support;

use support::{Folder, Table};

/// x = step after the updates so far; neuron i spikes in step 9 + 10 i, 19 + 10 i, ... as x reaches multiples of 10 less i.
const COUNTING: &str = r#"
[run]
duration = "10 ms"
dt = "0.1 ms"
[parameters]
offset = 2
[neurons.P]
size = 4
equations = '''
dx/dt = 10*kHz : 1
n : integer
shifted = x + offset : 1
when : second
'''
method = "euler"
threshold = "x % 10 < 0.5 and x > 0.5"
reset = '''
x += 100
n += 1
'''
initial = "x = i"
"#;

fn numbers(table: &Table, name: &str) -> Vec<f64> {
    let k = table.header.iter().position(|h| h == name).expect("the column is there");
    table.rows.iter().map(|row| row[k].parse().expect("a number")).collect()
}

#[test]
fn values_at_spikes_are_those_before_the_reset() {
    let folder = Folder::new();
    let text = format!(
        "{COUNTING}{}",
        r#"
[record.s]
kind = "spikes"
source = "P[1:3]"
variables = ["x", "shifted", "twice = 2*x + i", "n"]
from = "1 ms"
"#
    );
    let table = folder.results_of(&text, "out", &[]).table("s");
    assert_eq!(table.header, ["point", "t_ms", "i", "x", "shifted", "twice", "n"]);
    // x starts at i: neuron 1 reaches 10 in step 8 (before the window), then every 10 steps.
    let first: Vec<&str> = table.rows[0].iter().map(String::as_str).collect();
    assert_eq!(
        first,
        ["0", "1.7", "1", "120.0", "122.0", "242.0", "1"],
        "neuron 2 of the group is 1 of the part"
    );
    let second: Vec<&str> = table.rows[1].iter().map(String::as_str).collect();
    assert_eq!(second, ["0", "1.8", "0", "120.0", "122.0", "241.0", "1"]);
    assert_eq!(table.rows.len(), 2 * 9);
}

#[test]
fn a_slot_after_the_reset_sees_what_it_did() {
    let folder = Folder::new();
    let text = format!(
        "{COUNTING}[record.s]\nkind = \"spikes\"\nsource = \"P[:1]\"\nvariables = [\"x\"]\nslot = \"after_resets\"\n"
    );
    let table = folder.results_of(&text, "out", &[]).table("s");
    assert_eq!(table.rows[0], ["0", "0.9", "0", "110.0"]);
}

#[test]
fn values_at_events() {
    let folder = Folder::new();
    let text = format!(
        "{COUNTING}{}",
        r#"
[neurons.P.events.five]
condition = "x == 5"
code = "when = t"
[record.e]
kind = "events"
source = "P"
event = "five"
variables = ["x", "when", "not_yet = when == 0*second"]
"#
    );
    let table = folder.results_of(&text, "out", &[]).table("e");
    let expected = [["0", "0.1", "3", "5.0", "0.0", "1"], ["0", "0.2", "2", "5.0", "0.0", "1"]];
    assert_eq!(table.header, ["point", "t_ms", "i", "x", "when_ms", "not_yet"]);
    assert_eq!(table.rows[..2], expected);
}

#[test]
fn windows_and_the_last_rows() {
    let folder = Folder::new();
    let text = format!(
        "{COUNTING}{}",
        r#"
[record.window]
kind = "state"
source = "P[:1]"
variables = ["x"]
every = "0.5 ms"
from = "1 ms"
to = "2.5 ms"
[record.recent]
kind = "state"
source = "P[:1]"
variables = ["n", "square = x**2"]
every = "0.2 ms"
last = "0.5 ms"
"#
    );
    let results = folder.results_of(&text, "out", &[]);
    assert_eq!(numbers(&results.table("window"), "t_ms"), [1.0, 1.5, 2.0]);
    assert_eq!(numbers(&results.table("recent"), "t_ms"), [9.6, 9.8]);
}

#[test]
fn the_last_rows_before_a_point_diverged_are_kept() {
    let folder = Folder::new();
    // x' = x^2 from 1 is infinite at 1 s/10; it is found at a multiple of 1000 steps.
    let text = r#"
[run]
duration = "1 s"
dt = "0.1 ms"
[neurons.P]
size = 1
equations = "dx/dt = 10*Hz*x**2 : 1"
method = "euler"
initial = "x = 1"
[record.recent]
kind = "state"
source = "P"
variables = ["x"]
every = "10 ms"
last = "50 ms"
"#;
    let times = numbers(&folder.results_ending(10, text, "out", &[]).table("recent"), "t_ms");
    assert_eq!(times.len(), 5, "{times:?}");
    assert!(times[4] - times[0] == 40.0 && times[4] < 1000.0 && times[4] > 90.0, "{times:?}");
}

#[test]
fn a_snapshot_has_everything() {
    let folder = Folder::new();
    let text = format!(
        "{COUNTING}{}",
        r#"
[neurons.Q]
size = 2
equations = "w : volt"
initial = "w = (i + 1)*mV"
[record.all]
kind = "snapshot"
at = ["0.5 ms", "9 ms"]
"#
    );
    let table = folder.results_of(&text, "out", &[]).table("all");
    assert_eq!(table.header, ["point", "t_ms", "object", "variable", "i", "value"]);
    assert_eq!(table.rows.len(), 2 * (3 * 4 + 2));
    let row = |k: usize| table.rows[k].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(row(0), ["0", "0.5", "P", "x", "0", "5.0"]);
    assert_eq!(row(4), ["0", "0.5", "P", "n", "0", "0.0"]);
    assert_eq!(row(9), ["0", "0.5", "P", "when", "1", "0.0"]);
    assert_eq!(row(13), ["0", "0.5", "Q", "w", "1", "0.002"]);
}

#[test]
fn summaries_take_expressions_and_conditions_on_time() {
    let folder = Folder::new();
    // Without spikes x = i + step at the start of a step; steps 50 to 99 count.
    let text = format!(
        "{}{}",
        COUNTING.replace("threshold = \"x % 10 < 0.5 and x > 0.5\"", "threshold = \"x < -1\""),
        r#"
[summary]
mean = "mean(P.x, t >= 5*ms)"
part = "mean(P[:2].x, t >= 5*ms)"
bare = "mean(2*x + offset, t >= 5*ms)"
low = "min(x - i, t >= 5*ms)"
high = "max(P.x, t < 5*ms)"
std = "std(P.x, t >= 5*ms)"
all = "std(x)"
final = "last(P.x)"
middle = "last(P.x, t < 5*ms)"
odd = "mean(P.x, t_in_timesteps % 2 == 1)"
never = "mean(P.x, t > 1*second)"
nothing = "min(P.x, t > 1*second)"
"#
    );
    let summary = folder.results_of(&text, "out", &[]).table("summary");
    let get = |name: &str| numbers(&summary, name)[0];
    // Means of i (0..4) are 1.5, of steps 50..99 74.5.
    let close = |name: &str, expected: f64| {
        let got = get(name);
        assert!((got - expected).abs() < 1e-9 * expected.abs().max(1.0), "{name}: {got} is not {expected}");
    };
    close("mean", 76.0);
    close("part", 75.0);
    close("bare", 154.0);
    close("low", 50.0);
    close("high", 52.0);
    // Variances add: of 0..3 (n^2 - 1)/12 = 1.25, of 50 steps 2499/12.
    close("std", (1.25f64 + 2499.0 / 12.0).sqrt());
    close("all", (1.25f64 + 9999.0 / 12.0).sqrt());
    close("final", 100.5);
    close("middle", 50.5);
    close("odd", 51.5);
    for name in ["never", "nothing"] {
        let k = summary.header.iter().position(|h| h == name).expect("the column is there");
        assert_eq!(summary.rows[0][k], "", "{name}");
    }
}

#[test]
fn lanes_coupled_batches_and_workers_agree() {
    let folder = Folder::new();
    let text = r#"
[run]
duration = "20 ms"
[parameters]
drive = 1.2
late = "5 ms"
[neurons.P]
size = 3
equations = "dv/dt = (drive + 0.1*i - v)/(10*ms) : 1"
threshold = "v > 1"
reset = "v = 0"
[record.gap]
kind = "state"
source = "P"
variables = ["gap = 1 - v", "drive2 = drive**2"]
every = "1 ms"
from = "late"
[summary]
v_std = "std(v, t > late)"
v_last = "last(P[1:].v)"
[[sweep]]
axes.drive = { from = 0.5, to = 2, n = 20 }
axes.late = ["5 ms", "12 ms"]
"#;
    let bytes = |text: &str, out: &str, workers: &str| {
        let results = folder.results_of(text, out, &["--workers", workers]);
        (results.table("gap").rows, results.table("summary").rows)
    };
    let one = bytes(text, "one", "1");
    assert!(one == bytes(text, "two", "2"), "two workers");
    let coupled = format!("{text}\n[poisson.other]\nsize = 1\nrate = \"0 Hz\"\n");
    assert!(one == bytes(&coupled, "coupled", "1"), "coupled");
}
