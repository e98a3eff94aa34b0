//! Values from files; a file or a column for each point: one kernel, other data.

use std::fmt::Write;

use crate::support::compiler::Counter;
use crate::support::not_run::compiler_for;
use crate::support::{Ended, Folder};

/// The trials: their own lengths and values.
const TRIALS: [(&str, &[f64]); 3] =
    [("one", &[1.0, 2.0, 3.0]), ("two", &[-1.0, 0.5]), ("three", &[4.0, 4.5, 5.0, 5.5, 6.0])];

fn job(values: &str, more: &str) -> String {
    format!(
        r#"
[run]
duration = "0.6 ms"
dt = "0.1 ms"
[parameters]
trial = {{ text = "one" }}
[timed_arrays.stim]
values = {values}
dt = "0.1 ms"
[neurons.G]
size = 1
equations = "I = stim(t) : amp"
[record.seen]
kind = "state"
source = "G"
variables = ["I"]
[output]
units.I = "nA"
[[sweep]]
axes.trial = ["one", "two", "three"]
{more}
"#
    )
}

/// A column of each trial, those that are shorter filled up with their last value.
fn table() -> String {
    let mut out = String::from("t_ms,one_nA,two_nA,three_nA\n");
    for k in 0..6 {
        let cell = |values: &[f64]| values[k.min(values.len() - 1)];
        writeln!(out, "{},{},{},{}", k, cell(TRIALS[0].1), cell(TRIALS[1].1), cell(TRIALS[2].1)).unwrap();
    }
    out
}

fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut out = b"\x93NUMPY\x01\x00".to_vec();
    out.extend((header.len() as u16).to_le_bytes());
    out.extend(header.as_bytes());
    out.extend(data);
    out
}

fn filled(folder: &Folder) {
    for (name, values) in TRIALS {
        let rows: Vec<String> = values.iter().map(|v| format!("{v}")).collect();
        folder.write(&format!("{name}.csv"), format!("I_nA\n{}\n", rows.join("\n")));
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        folder.write(&format!("{name}.npy"), npy("<f8", &format!("({},)", values.len()), &bytes));
    }
    folder.write("all.csv", table());
}

#[test]
fn a_file_or_a_column_for_each_point_is_one_kernel() {
    let Some(cc) = compiler_for("files for points") else { return };
    let forms = [
        "{ file = \"{trial}.csv\", column = \"I_nA\" }",
        "{ file = \"{trial}.npy\", unit = \"nA\" }",
        "{ file = \"all.csv\", column = \"{trial}_nA\" }",
    ];
    for (number, form) in forms.into_iter().enumerate() {
        let folder = Folder::without_kernels();
        let counter = Counter::new(&folder, &cc);
        filled(&folder);
        let results = folder.results_of(&job(form, ""), "out", &["--cc", counter.path()]);
        assert_eq!(counter.kernels(), 1, "{form}");
        assert_eq!(results.told("/kernels_compiled"), 1, "{form}");
        let seen = results.table("seen");
        for (point, (name, values)) in TRIALS.into_iter().enumerate() {
            let expected: Vec<f64> = (0..6).map(|k| values[k.min(values.len() - 1)]).collect();
            let found = seen.pick("I_nA", &[("point", &point.to_string())]);
            assert_eq!(found, expected, "form {number}, {name}");
        }
        let points = results.table("points");
        assert_eq!(points.texts("trial"), ["one", "two", "three"]);
        for workers in ["1", "2"] {
            let again = folder.results_of(&job(form, ""), workers, &["--workers", workers]);
            again.assert_same(&results, &format!("{form}, {workers} workers"));
        }
    }
}

/// Files of two dimensions and several columns: rows are times.
#[test]
fn columns_and_arrays_of_two_dimensions() {
    let folder = Folder::new();
    filled(&folder);
    let numbers: Vec<u8> = (0..8_i32).flat_map(|v| v.to_le_bytes()).collect();
    folder.write("grid.npy", npy("<i4", "(4, 2)", &numbers));
    let text = r#"
run = { duration = "0.4 ms", dt = "0.1 ms" }
timed_arrays.chosen = { values = { file = "all.csv", columns = ["three_nA", "one_nA"] }, dt = "0.1 ms" }
timed_arrays.grid = { values = { file = "grid.npy" }, dt = "0.1 ms" }
record.seen = { kind = "state", source = "G", variables = ["I", "k"] }
output.units = { I = "nA" }
[neurons.G]
size = 2
equations = '''
I = chosen(t, i) : amp
k = grid(t, 1 - i) : integer
'''
"#;
    let seen = folder.results_of(text, "out", &[]).table("seen");
    assert_eq!(seen.pick("I_nA", &[("i", "0")]), [4.0, 4.5, 5.0, 5.5]);
    assert_eq!(seen.pick("I_nA", &[("i", "1")]), [1.0, 2.0, 3.0, 3.0]);
    assert_eq!(seen.pick("k", &[("i", "0")]), [1.0, 3.0, 5.0, 7.0]);
    assert_eq!(seen.pick("k", &[("i", "1")]), [0.0, 2.0, 4.0, 6.0]);
}

/// The contents of the files are part of what a run is: results of others are not taken for its own.
#[test]
fn a_changed_file_is_another_run() {
    let folder = Folder::new();
    filled(&folder);
    let text = job("{ file = \"{trial}.csv\", column = \"I_nA\" }", "");
    let first = folder.results_of(&text, "out", &[]);
    folder.results_of(&text, "out", &[]).assert_same(&first, "the same files");
    folder.write("two.csv", "I_nA\n7\n");
    let ended: Ended = folder.spikesweep(&["run", "job.toml", "--out", "out"]);
    assert_ne!(ended.code, Some(0), "{}", ended.stderr);
    let fresh = folder.results_of(&text, "fresh", &[]).table("seen");
    assert_eq!(fresh.pick("I_nA", &[("point", "1")]), [7.0; 6]);
}

/// What one alternative lacks is refused by the check, and the alternative is named.
#[test]
fn a_file_or_column_that_one_point_lacks_is_named() {
    let folder = Folder::new();
    filled(&folder);
    let wanted = [
        (
            job("{ file = \"{trial}.csv\", column = \"I_nA\" }", "").replace("\"three\"", "\"four\""),
            "four.csv",
            "trial = \"four\"",
        ),
        (
            job("{ file = \"all.csv\", column = \"{trial}_nA\" }", "").replace("\"three\"", "\"four\""),
            "'four_nA'",
            "trial = \"four\"",
        ),
    ];
    for (text, what, which) in wanted {
        folder.write("job.toml", text);
        let ended = folder.spikesweep(&["check", "job.toml"]).expect(65);
        let told = format!("{}{}", ended.stdout, ended.stderr);
        assert!(told.contains(what) && told.contains(which), "{told}");
        assert!(told.contains("1 fault found"), "{told}");
    }
}

/// Many points, one current: the numbers lie in memory once, and points are lanes.
#[test]
fn a_thousand_points_share_one_current() {
    let folder = Folder::new();
    let values: Vec<String> = (0..2000).map(|k| format!("{}", (f64::from(k) * 0.37).sin())).collect();
    folder.write("current.csv", format!("I_nA\n{}\n", values.join("\n")));
    let text = r#"
run = { duration = "20 ms", dt = "0.1 ms" }
parameters = { tau = "10 ms", R = "10 Mohm" }
timed_arrays.current = { values = { file = "current.csv", column = "I_nA" }, dt = "0.1 ms" }
summary = { v_max = "max(G.v)" }
[neurons.G]
size = 1
equations = "dv/dt = (R*current(t) - v)/tau : volt"
[[sweep]]
axes.tau = { from = "1 ms", to = "50 ms", n = 40 }
axes.R = { from = "1 Mohm", to = "25 Mohm", n = 25 }
"#;
    let one = folder.results_of(text, "one", &["--lanes", "1", "--workers", "1"]);
    let many = folder.results_of(text, "many", &["--lanes", "64", "--workers", "2"]);
    many.assert_same(&one, "lanes");
    // The exact solution in closed form, a step at a time.
    let table = many.table("summary");
    for (row, point) in [0usize, 333, 999].into_iter().map(|p| (&table.rows[p], p)) {
        let tau = 1.0 + 49.0 / 39.0 * (point / 25) as f64;
        let resistance = 1.0 + (point % 25) as f64;
        let (mut v, mut most) = (0.0_f64, f64::NEG_INFINITY);
        for k in 0..200 {
            most = most.max(v);
            let drive = resistance * (f64::from(k) * 0.37).sin();
            v = drive + (v - drive) * (-0.1 / tau).exp();
        }
        let found: f64 = row[table.place("v_max_mV")].parse().unwrap();
        assert!((found - most).abs() < 1e-9 * most.abs().max(1.0), "point {point}: {found} is not {most}");
    }
}
