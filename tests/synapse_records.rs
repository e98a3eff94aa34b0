//! Tables of synapses: a row for each, by source and target, with values that can be computed by hand.

mod support;

use support::Folder;

/// Neuron i of three sends a spike at (1 + i) ms and 10 ms later; the synapse from i to j delays it by 3 - i + j/2 ms and
/// adds 1 to its `w` at arrival.
const PAIRS: &str = r#"
[run]
duration = "20 ms"
dt = "0.1 ms"
[spike_generators.A]
size = 4
indices = [1, 2, 3, 1, 2, 3]
times = ["1 ms", "2 ms", "3 ms", "11 ms", "12 ms", "13 ms"]
[neurons.B]
size = 4
equations = '''
v : volt
last_w : 1
'''
[synapses.S]
source = "A[1:]"
target = "B[2:]"
equations = '''
w : 1
k : integer
twice = 2*w : 1
'''
connect = {}
delay = "(3 - i)*ms + j*0.5*ms"
on_pre = """
w += 1
v_post += 1*mV
"""
initial = """
w = 10*i + j
k = i - j
"""
"#;

/// What `w` of a synapse has grown by at a time in tenths of milliseconds, before the spikes of that step.
fn arrivals(i: u64, j: u64, step: u64) -> u64 {
    let first = 10 * (1 + i) + 10 * (3 - i) + 5 * j;
    [first, first + 100].into_iter().filter(|arrives| *arrives < step).count() as u64
}

#[test]
fn rows_are_sorted_by_source_and_target_whatever_the_delays() {
    let folder = Folder::new();
    let monitor = r#"
[record.weights]
kind = "synapses"
source = "S"
variables = ["w", "k", "twice", "delay", "ahead = w > 11", "v", "sum = w + i + j + v_post/mV"]
every = "4 ms"
"#;
    let table = folder.results_of(&format!("{PAIRS}{monitor}"), "out", &[]).table("weights");
    let header = ["point", "t_ms", "i", "j", "w", "k", "twice", "delay_ms", "ahead", "v_mV", "sum"];
    assert_eq!(table.header, header);
    let mut expected = Vec::new();
    for step in (0..200).step_by(40) {
        for (i, j) in (0..3).flat_map(|i| (0..2).map(move |j| (i, j))) {
            let w = 10 * i + j + arrivals(i, j, step);
            let v: u64 = (0..3).map(|other| arrivals(other, j, step)).sum();
            let ahead = if w > 11 { "1" } else { "0" };
            expected.push(format!(
                "0,{:?},{i},{j},{:?},{},{:?},{:?},{ahead},{:?},{:?}",
                step as f64 / 10.0,
                w as f64,
                i as i64 - j as i64,
                2.0 * w as f64,
                (3 - i) as f64 + 0.5 * j as f64,
                v as f64,
                (w + i + j + v) as f64,
            ));
        }
    }
    let found: Vec<String> = table.rows.iter().map(|row| row.join(",")).collect();
    assert_eq!(found, expected);
}

#[test]
fn windows_times_and_slots_choose_the_rows() {
    let folder = Folder::new();
    let monitors = r#"
[record.window]
kind = "synapses"
source = "S"
variables = ["w"]
from = "5 ms"
to = "5.3 ms"
[record.last]
kind = "synapses"
source = "S"
variables = ["w"]
every = "0.5 ms"
last = "1 ms"
[record.end]
kind = "synapses"
source = "S"
variables = ["w"]
at = ["4 ms", "14 ms"]
slot = "end"
[record.start]
kind = "synapses"
source = "S"
variables = ["w"]
at = ["4 ms", "14 ms"]
"#;
    let out = folder.results_of(&format!("{PAIRS}{monitors}"), "out", &[]);
    let times = |table: &str| -> Vec<String> {
        let mut times: Vec<String> = out.table(table).rows.iter().map(|row| row[1].clone()).collect();
        assert_eq!(times.len() % 6, 0, "{table}: six synapses each time");
        times.dedup();
        times
    };
    assert_eq!(times("window"), ["5.0", "5.1", "5.2"]);
    assert_eq!(times("last"), ["19.0", "19.5"]);
    assert_eq!(times("end"), ["4.0", "14.0"]);
    // Spikes arrive at 4 ms and 14 ms at all synapses with j = 0: `end` is behind that, `start` before it.
    for (end, start) in out.table("end").rows.iter().zip(&out.table("start").rows) {
        let grown = end[4].parse::<f64>().unwrap() - start[4].parse::<f64>().unwrap();
        assert_eq!(grown, if end[3] == "0" { 1.0 } else { 0.0 }, "{end:?}");
    }
}

#[test]
fn a_snapshot_has_synapses_too() {
    let folder = Folder::new();
    let monitors = r#"
[record.whole]
kind = "snapshot"
at = "4.5 ms"
[record.weights]
kind = "synapses"
source = "S"
variables = ["w", "k"]
at = "4.5 ms"
"#;
    let out = folder.results_of(&format!("{PAIRS}{monitors}"), "out", &[]);
    let whole = out.table("whole").rows;
    let of = |variable: &str| -> Vec<f64> {
        let rows = whole.iter().filter(|row| row[2] == "S" && row[3] == variable);
        rows.enumerate()
            .map(|(n, row)| (assert_eq!(row[4], n.to_string()), row[5].parse().unwrap()).1)
            .collect()
    };
    let weights = out.table("weights").rows;
    let column = |c: usize| weights.iter().map(|row| row[c].parse().unwrap()).collect::<Vec<f64>>();
    assert_eq!(of("w"), column(4));
    assert_eq!(of("w"), [1.0, 1.0, 11.0, 11.0, 21.0, 21.0].map(f64::from).to_vec());
    assert_eq!(of("k"), column(5));
    assert_eq!(whole.len(), 2 * 4 + 2 * 6);
}

/// A network whose connections differ between points, recorded in full at every step: more than any buffer holds.
const LEARNING: &str = r#"
[run]
duration = "5 ms"
dt = "0.1 ms"
[parameters]
reach = 3
n = 60
[[sweep]]
axes.reach = [0, 3, 59]
axes.n = [20, 60]
[poisson.A]
size = "n"
rate = "300 Hz"
[neurons.B]
size = "n"
equations = "dv/dt = -v/(10*ms) : 1"
threshold = "v > 1"
reset = "v = 0"
[synapses.S]
source = "A"
target = "B"
equations = "w : 1"
connect = { where = "abs(i - j) <= reach" }
delay = "0.3*ms*(1 + j % 4)"
on_pre = "v_post += w; w = clip(w + 0.01, 0, 1)"
on_post = "w = clip(w - 0.005*rand(), 0, 1)"
delay_post = "0.1*ms*(1 + i % 2)"
initial = "w = rand()"
[record.weights]
kind = "synapses"
source = "S"
variables = ["w", "delay", "delay_post"]
"#;

#[test]
fn every_point_has_the_synapses_of_its_own() {
    let folder = Folder::new();
    let one = folder.results_of(LEARNING, "one", &["--workers", "1"]);
    folder.results_of(LEARNING, "two", &["--workers", "2"]).assert_same(&one, "two workers");
    folder.results_of(LEARNING, "small", &["--buffer", "1"]).assert_same(&one, "small buffers");
    let rows = one.table("weights").rows;
    let mut rows = rows.iter();
    for (point, (reach, n)) in [(0, 20), (0, 60), (3, 20), (3, 60), (59, 20), (59, 60)].iter().enumerate() {
        for step in 0..50 {
            for (i, j) in (0..*n).flat_map(|i: i64| (0..*n).map(move |j| (i, j))) {
                if (i - j).abs() > *reach {
                    continue;
                }
                let row = rows.next().expect("a row for each synapse and step");
                let place: Vec<i64> = [0, 2, 3].map(|c| row[c].parse().unwrap()).to_vec();
                assert_eq!(place, [point as i64, i, j]);
                let number = |c: usize| row[c].parse::<f64>().unwrap();
                let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
                assert!(near(number(1), step as f64 * 0.1), "{row:?}");
                assert!(near(number(5), 0.3 * (1 + j % 4) as f64), "{row:?}");
                assert!(near(number(6), 0.1 * (1 + i % 2) as f64), "{row:?}");
                assert!((0.0..=1.0).contains(&number(4)));
            }
        }
    }
    assert!(rows.next().is_none(), "more rows than synapses");
}

/// Times are those that were asked for, whatever the clock of the neurons and that of the run.
#[test]
fn records_are_at_the_times_that_were_asked_for() {
    const TEXT: &str = r#"
[run]
duration = "1.2 ms"
dt = "0.1 ms"
[neurons.P]
size = 1
dt = "0.2 ms"
equations = "v : 1"
[synapses.S]
source = "P"
target = "P"
equations = '''
dx/dt = 1/ms : 1 (clock-driven)
step = dt/ms : 1
'''
connect = {}
[record.A]
kind = "synapses"
source = "S"
variables = ["step"]
every = "EVERY"
"#;
    let folder = Folder::new();
    for every in [0.1_f64, 0.25, 0.3, 0.5] {
        let job = TEXT.replace("EVERY", &format!("{every} ms"));
        let table = folder.results_of(&job, &format!("out-{every}"), &[]).table("A");
        let times = table.numbers("t_ms");
        assert_eq!(times.len(), (1.2 / every - 1e-9).ceil() as usize, "every {every} ms: {times:?}");
        for (k, t) in times.iter().enumerate() {
            assert!((t - every * k as f64).abs() < 1e-9, "every {every} ms: {times:?}");
        }
        assert!(table.numbers("step").iter().all(|step| *step == 0.1), "dt of the synapses");
    }
}
