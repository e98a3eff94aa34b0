//! Every way to say which points there are: the rows of `points.csv`, and that a point runs with the values in its row.

mod support;

use std::fmt::Write;

use support::{Folder, Results, Table, assert_close};

/// A job whose only result is its parameters: x stays a + b + c, text chooses between two constants of y.
const JOB: &str = r#"
[run]
duration = "0.2 ms"
dt = "0.1 ms"
[parameters]
a = 1.5
b = "20 ms"
c = 3
flag = false
kind = { text = "1" }
[neurons.P]
size = 1
equations = '''
x : 1
y : 1
z : boolean
'''
initial = '''
x = a + b/ms + 100*c
y = {kind}
z = flag
'''
[record.seen]
kind = "state"
source = "P"
variables = ["x", "y", "z"]
"#;

/// Results, and the folder that they are gone with.
struct Swept {
    results: Results,
    _folder: Folder,
}

impl std::ops::Deref for Swept {
    type Target = Results;

    fn deref(&self) -> &Results {
        &self.results
    }
}

fn sweep(blocks: &str) -> Swept {
    let folder = Folder::new();
    let results = folder.results_of(&format!("{JOB}\n{blocks}"), "out", &[]);
    Swept { results, _folder: folder }
}

/// The rows of `points.csv` without the statuses, which are all ok; and that each point ran with the values of its row.
#[track_caller]
fn rows(results: &Results) -> Vec<String> {
    let points = results.table("points");
    assert!(points.texts("status").iter().all(|s| *s == "ok"));
    let seen = results.table("seen");
    let x = seen.pick("x", &[("t_ms", "0.0")]);
    assert_eq!(x.len(), points.rows.len());
    let column = |name: &str, default: f64| {
        let found = points.header.iter().any(|h| h == name);
        if found { points.numbers(name) } else { vec![default; points.rows.len()] }
    };
    let (a, b, c) = (column("a", 1.5), column("b_ms", 20.0), column("c", 3.0));
    for k in 0..x.len() {
        assert_close(x[k], a[k] + b[k] + 100.0 * c[k], 1e-9, &format!("x at point {k}"));
    }
    assert!(
        points.texts("point").iter().enumerate().all(|(k, text)| *text == k.to_string()),
        "points are not numbered"
    );
    points.rows.iter().map(|row| row[1..row.len() - 1].join(" ")).collect()
}

#[test]
fn no_sweep_is_one_point() {
    let results = sweep("");
    assert_eq!(results.table("points").header, ["point", "repeat", "status"]);
    assert_eq!(rows(&results), ["0"]);
}

#[test]
fn axes_multiply_and_the_last_is_the_fastest() {
    let results = sweep("[[sweep]]\naxes.a = [1, 2.5]\naxes.b = [\"1 ms\", \"0.002 s\", \"3*ms\"]");
    assert_eq!(results.table("points").header, ["point", "repeat", "a", "b_ms", "status"]);
    assert_eq!(
        rows(&results),
        ["0 1.0 1.0", "0 1.0 2.0", "0 1.0 3.0", "0 2.5 1.0", "0 2.5 2.0", "0 2.5 3.0"]
    );
}

#[test]
fn ranges_are_exact_decimals() {
    let results = sweep("[[sweep]]\naxes.b = { from = \"0.1 ms\", to = \"0.7 ms\", n = 7 }");
    assert_eq!(rows(&results), ["0 0.1", "0 0.2", "0 0.3", "0 0.4", "0 0.5", "0 0.6", "0 0.7"]);
    let results = sweep("[[sweep]]\naxes.b = { from = \"1 ms\", to = \"0 ms\", step = \"-0.3 ms\" }");
    assert_eq!(rows(&results), ["0 1.0", "0 0.7", "0 0.4", "0 0.1"]);
    let results = sweep("[[sweep]]\naxes.a = { from = 0.001, to = 1000, n = 7, scale = \"log\" }");
    assert_eq!(rows(&results), ["0 0.001", "0 0.01", "0 0.1", "0 1.0", "0 10.0", "0 100.0", "0 1000.0"]);
    let results = sweep("[[sweep]]\naxes.c = { from = 1, to = 5, step = 2 }");
    assert_eq!(rows(&results), ["0 1", "0 3", "0 5"]);
}

#[test]
fn zipped_axes_advance_together() {
    let results = sweep(
        "[[sweep]]\naxes.a = [1, 2, 3]\naxes.c = [7, 8]\naxes.b = [\"1 ms\", \"2 ms\", \"3 ms\"]\nzip = [\"a\", \"b\"]",
    );
    let mut expected = Vec::new();
    for (a, b) in [(1, 1), (2, 2), (3, 3)] {
        for c in [7, 8] {
            expected.push((f64::from(a), f64::from(b), f64::from(c)));
        }
    }
    let points = results.table("points");
    let (a, b, c) = (points.numbers("a"), points.numbers("b_ms"), points.numbers("c"));
    let seen: Vec<_> = (0..points.rows.len()).map(|k| (a[k], b[k], c[k])).collect();
    assert_eq!(seen, expected);
    rows(&results);
}

#[test]
fn blocks_follow_each_other_with_the_defaults_of_the_job() {
    let results = sweep(
        "[[sweep]]\naxes.a = [1, 2]\n[[sweep]]\naxes.c = [9]\nrepeat = 2\n[[sweep]]\naxes.a = [4]\naxes.c = [5]",
    );
    let points = results.table("points");
    assert_eq!(points.numbers("a"), [1.0, 2.0, 1.5, 1.5, 4.0]);
    assert_eq!(points.numbers("c"), [3.0, 3.0, 9.0, 9.0, 5.0]);
    assert_eq!(points.texts("repeat"), ["0", "0", "0", "1", "0"]);
    rows(&results);
}

#[test]
fn conditions_leave_no_gaps() {
    let results = sweep(
        "[[sweep]]\naxes.a = [1, 2, 3]\naxes.c = [1, 2, 3]\nwhere = \"a < c and b > 1*ms\"\nrepeat = 2",
    );
    assert_eq!(rows(&results), ["0 1.0 2", "1 1.0 2", "0 1.0 3", "1 1.0 3", "0 2.0 3", "1 2.0 3"]);
}

#[test]
fn derived_values_follow_what_is_swept() {
    let results =
        sweep("[[sweep]]\naxes.a = [1, 2]\nderived.b = \"a*2.5*ms\"\nderived.c = \"4 + floor(a/2)\"");
    let points = results.table("points");
    assert_eq!(points.numbers("b_ms"), [2.5, 5.0]);
    assert_eq!(points.numbers("c"), [4.0, 5.0]);
    rows(&results);
    let results = sweep("[[sweep]]\naxes.a = [1, 2]\nderived.c = \"7\"");
    assert_eq!(results.table("seen").pick("x", &[("t_ms", "0.0")]), [721.0, 722.0]);
}

#[test]
fn repeats_are_innermost_and_differ_where_something_is_drawn() {
    let text = JOB.replace("x = a + b/ms + 100*c", "x = rand()");
    let folder = Folder::new();
    let results = folder.results_of(&format!("{text}\n[[sweep]]\naxes.a = [1, 2]\nrepeat = 3"), "out", &[]);
    assert_eq!(results.table("points").texts("repeat"), ["0", "1", "2", "0", "1", "2"]);
    let x = results.table("seen").pick("x", &[("t_ms", "0.0")]);
    assert!(x[0] != x[1] && x[1] != x[2] && x[0] != x[2], "repeats are copies: {x:?}");
    assert_eq!(x[..3], x[3..], "what is drawn at the start does not depend on what is swept");
    assert!(x.iter().all(|x| (0.0..1.0).contains(x)));
    let other = folder.results_of(&text.replace("[run]", "[run]\nseed = 1"), "seed", &[]);
    assert_ne!(other.table("seen").pick("x", &[("t_ms", "0.0")])[0], x[0], "the seed does nothing");
}

#[test]
fn texts_and_booleans_can_be_swept() {
    let results = sweep("[[sweep]]\naxes.kind = [\"1\", \"2*3\"]\naxes.flag = [true, false]");
    let points = results.table("points");
    assert_eq!(
        points.header,
        ["point", "repeat", "flag", "kind", "status"],
        "columns are in the order of [parameters]"
    );
    assert_eq!(points.texts("kind"), ["1", "1", "2*3", "2*3"]);
    assert_eq!(points.texts("flag"), ["1", "0", "1", "0"]);
    rows(&results);
    let seen = results.table("seen");
    assert_eq!(seen.pick("y", &[("t_ms", "0.0")]), [1.0, 1.0, 6.0, 6.0]);
    assert_eq!(seen.pick("z", &[("t_ms", "0.0")]), [1.0, 0.0, 1.0, 0.0]);
}

#[test]
fn points_come_from_a_csv() {
    let folder = Folder::new();
    folder.write("points.csv", "a,b_ms,c\n1,2.5,3\n-4,0.1,6\n1e-3,7,8\n");
    let results =
        folder.results_of(&format!("{JOB}\n[[sweep]]\npoints = \"points.csv\"\nrepeat = 2"), "out", &[]);
    let points = results.table("points");
    assert_eq!(points.numbers("a"), [1.0, 1.0, -4.0, -4.0, 0.001, 0.001]);
    assert_eq!(points.texts("b_ms"), ["2.5", "2.5", "0.1", "0.1", "7.0", "7.0"]);
    rows(&results);
    // A table of results is a table of points.
    let again = std::fs::read(results.dir.join("points.csv")).unwrap();
    folder.write("again.csv", again);
    let again = folder.results_of(&format!("{JOB}\n[[sweep]]\npoints = \"again.csv\""), "again", &[]);
    assert_eq!(again.table("points").numbers("b_ms"), points.numbers("b_ms"));
}

#[test]
fn set_changes_a_parameter_and_the_stored_job() {
    let folder = Folder::new();
    let text = format!("{JOB}\n[[sweep]]\naxes.a = [1, 2]");
    let sets = ["--set", "b=0.25 s", "--set", "c=10", "--set", "kind=7"];
    let results = folder.results_of(&text, "out", &sets);
    let seen = results.table("seen");
    assert_eq!(seen.pick("x", &[("t_ms", "0.0")]), [1251.0, 1252.0]);
    assert_eq!(seen.pick("y", &[("t_ms", "0.0")]), [7.0, 7.0]);
    let stored = std::fs::read_to_string(results.dir.join("job.toml")).unwrap();
    let again = folder.results_of(&stored, "again", &[]);
    again.assert_same(&results, "the stored job, run again");
}

#[test]
fn set_changes_what_run_says() {
    let folder = Folder::new();
    let results = folder.results_of(JOB, "out", &["--set", "duration=0.5 ms"]);
    assert_eq!(results.table("seen").numbers("t_ms"), [0.0, 0.1, 0.2, 0.3, 0.4]);
}

#[test]
fn some_points_first_and_the_rest_later() {
    let folder = Folder::new();
    let text = format!("{JOB}\n[[sweep]]\naxes.a = {{ from = 0, to = 9, n = 10 }}");
    let whole = folder.results_of(&text, "whole", &[]);
    let run = ["run", "job.toml", "--out", "out"];
    let ended = folder.spikesweep(&[&run[..], &["--points", "0-3,7"]].concat()).expect(0);
    assert!(ended.stderr.contains("5 of 10 points"), "{}", ended.stderr);
    let status = folder.spikesweep(&["status", "out", "--json"]).expect(0);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!((status["committed"].as_u64(), status["points"].as_u64()), (Some(5), Some(10)));
    assert!(!folder.path("out/points.csv").exists());
    folder.spikesweep(&[&run[..], &["--points", "7,2-5"]].concat()).expect(0);
    folder.spikesweep(&run).expect(0);
    folder.results("out").assert_same(&whole, "in three pieces");
}

#[test]
fn show_tells_the_points_before_they_are_run() {
    let folder = Folder::new();
    let text = format!("{JOB}\n[[sweep]]\naxes.a = [1, 2]\naxes.b = [\"1 ms\", \"2 ms\"]");
    let results = folder.results_of(&text, "out", &[]);
    let told = folder.spikesweep(&["show", "job.toml", "--points"]).expect(0);
    let shown = Table::parse(told.stdout.as_bytes());
    let mut run = results.table("points");
    assert_eq!(run.header.pop().as_deref(), Some("status"));
    run.rows.iter_mut().for_each(|row| {
        row.pop();
    });
    assert_eq!(shown, run);
}

/// A version 1.0 NPY file of float64, as numpy writes it.
fn npy(values: &[f64]) -> Vec<u8> {
    let mut header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({},), }}", values.len());
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut out = b"\x93NUMPY\x01\x00".to_vec();
    out.extend((header.len() as u16).to_le_bytes());
    out.extend(header.as_bytes());
    values.iter().for_each(|v| out.extend(v.to_le_bytes()));
    out
}

#[test]
fn arrays_give_each_neuron_its_own() {
    let folder = Folder::new();
    let drive = [3.0, -1.25, 0.1, 1e-3];
    let mut csv = String::from("neuron,drive_mV\n");
    drive.iter().enumerate().for_each(|(k, v)| writeln!(csv, "{k},{v}").unwrap());
    folder.write("drive.csv", csv);
    folder.write("gain.npy", npy(&[2.0, 4.0, 8.0, 16.0]));
    let text = r#"
[run]
duration = "0.2 ms"
[parameters]
drive = { file = "drive.csv", column = "drive_mV" }
gain = { file = "gain.npy" }
tau = { file = "gain.npy", unit = "ms" }
shift = [0.5, 1.5, 2.5, 3.5]
scale = 1
[neurons.P]
size = 4
equations = '''
dv/dt = (drive - v)/tau : volt
w : 1
'''
method = "euler"
initial = '''
v = 2*scale*drive
w = gain + shift
'''
[record.seen]
kind = "state"
source = "P"
variables = ["v", "w"]
[[sweep]]
axes.scale = [1, 10]
"#;
    let seen = folder.results_of(text, "out", &[]).table("seen");
    for (point, scale) in [("0", 1.0), ("1", 10.0)] {
        let w = seen.pick("w", &[("point", point), ("t_ms", "0.0")]);
        assert_eq!(w, [2.5, 5.5, 10.5, 19.5]);
        let (v, later) = (
            seen.pick("v_mV", &[("point", point), ("t_ms", "0.0")]),
            seen.pick("v_mV", &[("point", point), ("t_ms", "0.1")]),
        );
        for (k, tau) in [2.0, 4.0, 8.0, 16.0].into_iter().enumerate() {
            let start = 2.0 * scale * drive[k];
            assert_close(v[k], start, 1e-12 * start.abs(), "initial value");
            let euler = start + 0.1 * (drive[k] - start) / tau;
            assert_close(later[k], euler, 1e-12 * start.abs(), "after a step of Euler");
        }
    }
    folder.write("drive.csv", "drive_mV\n1\n2\n");
    folder.spikesweep(&["run", "job.toml", "--out", "short"]).expect(65);
    folder.write("drive.csv", "drive_mV\n1\n2\n3\n4\n");
    folder.spikesweep(&["run", "job.toml", "--out", "out"]).expect(65);
}

#[test]
fn a_million_points_are_counted_at_once() {
    let folder = Folder::new();
    folder.write("job.toml", format!("{JOB}\n[[sweep]]\naxes.a = {{ from = 0, to = 1, n = 1000 }}\naxes.c = {{ from = 1, to = 1000, n = 1000 }}\n"));
    let told = folder.spikesweep(&["show", "job.toml", "--points", "999999,0"]).expect(0);
    assert_eq!(told.stdout.lines().skip(1).collect::<Vec<_>>(), ["0,0,0.0,1", "999999,0,1.0,1000"]);
}
