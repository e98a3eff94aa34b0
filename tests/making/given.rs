//! Listed pairs with values of their own: from the job, from CSV and NPY files.

use crate::support::{Folder, Results, Table};

/// Rows of i, j, w in mV, a delay in tenths of ms, a whole number and a condition, in no order.
type Row = (i64, i64, f64, i64, i64, bool);

const ROWS: [Row; 7] = [
    (3, 1, 1.5, 4, -2, true),
    (0, 2, -0.25, 0, 7, false),
    (3, 1, 2.5, 1, 3, false),
    (2, 0, 4.0, 2, 0, true),
    (3, 0, 8.0, 9, 1, true),
    (0, 1, 0.0, 3, 2, false),
    (3, 1, 0.125, 4, 5, true),
];

const NETWORK: &str = r#"
[run]
duration = "3 ms"
dt = "0.1 ms"
[spike_generators.A]
size = 4
indices = [0, 1, 2, 3]
times = ["0.5 ms", "0.5 ms", "0.5 ms", "0.5 ms"]
[neurons.B]
size = 3
equations = "v : volt"
[synapses.S]
source = "A"
target = "B"
multisynaptic_index = "copy"
equations = '''
w : volt
n : integer
on : boolean
twice : volt (constant)
'''
on_pre = "v_post += w"
initial = '''
twice = 2*w
w = 100*mV
'''
[record.all]
kind = "synapses"
source = "S"
variables = ["w", "n", "on", "twice", "copy", "delay"]
at = "0 s"
[record.v]
kind = "state"
source = "B"
variables = ["v"]
"#;

fn lists() -> String {
    let list = |of: &dyn Fn(&Row) -> String| ROWS.iter().map(of).collect::<Vec<_>>().join(", ");
    format!(
        "{{ i = [{}], j = [{}], values = {{ w = [{}], delay = [{}], n = [{}], on = [{}] }} }}",
        list(&|r| r.0.to_string()),
        list(&|r| r.1.to_string()),
        list(&|r| format!("\"{} mV\"", r.2)),
        list(&|r| format!("\"{}*0.1*ms\"", r.3)),
        list(&|r| r.4.to_string()),
        list(&|r| i32::from(r.5).to_string()),
    )
}

fn run(folder: &Folder, connect: &str, out: &str) -> Results {
    folder.results_of(&NETWORK.replace("on_pre", &format!("connect = {connect}\non_pre")), out, &[])
}

fn assert_rows(table: &Table) {
    let mut expected: Vec<_> = ROWS.iter().enumerate().collect();
    // By pair, then by delay, the longest first, then as they are listed.
    expected.sort_by_key(|(k, r)| (r.0, r.1, -r.3, *k));
    let close = |name: &str, k: usize, value: f64| {
        let found = table.numbers(name)[k];
        assert!((found - value).abs() < 1e-12, "{name}, row {k}: {found}, not {value}");
    };
    assert_eq!(table.rows.len(), ROWS.len());
    for (k, (number, row)) in expected.into_iter().enumerate() {
        let copy = ROWS[..number].iter().filter(|other| (other.0, other.1) == (row.0, row.1)).count();
        close("i", k, row.0 as f64);
        close("j", k, row.1 as f64);
        close("w_mV", k, row.2);
        close("twice_mV", k, 2.0 * row.2);
        close("delay_ms", k, row.3 as f64 * 0.1);
        close("n", k, row.4 as f64);
        close("on", k, f64::from(u8::from(row.5)));
        close("copy", k, copy as f64);
    }
}

#[test]
fn values_stay_with_their_pairs_and_prevail_over_initial_ones() {
    let folder = Folder::new();
    let results = run(&folder, &lists(), "out");
    assert_rows(&results.table("all"));
    // A spike at 0.5 ms arrives after its delay; the row after that step shows it.
    let v = results.table("v");
    let (i, t, found) = (v.numbers("i"), v.numbers("t_ms"), v.numbers("v_mV"));
    for row in 0..i.len() {
        let step = (t[row] * 10.0).round() as i64;
        let arrived = ROWS.iter().filter(|r| r.1 == i[row] as i64 && 5 + r.3 < step);
        let sum: f64 = arrived.map(|r| r.2).sum();
        assert!((found[row] - sum).abs() < 1e-12, "t = {}: {} not {sum}", t[row], found[row]);
    }
}

#[test]
fn files_give_what_lists_give() {
    let folder = Folder::new();
    let lines =
        ROWS.iter().map(|r| format!("{},{},{},{}e-4,{},{}\n", r.1, r.0, r.2, r.3, r.4, i32::from(r.5)));
    folder.write("pairs.csv", format!("target,source,w_mV,lag,n,on\n{}", lines.collect::<String>()));
    let one = run(&folder, &lists(), "one");
    let columns = r#"{ file = "pairs.csv", i = "source", j = "target", values = { w = "w_mV", n = "n", on = "on", delay = { file = "pairs.csv", column = "lag", unit = "s" } } }"#;
    let results = run(&folder, columns, "csv");
    assert_rows(&results.table("all"));
    assert_eq!(results.table("v"), one.table("v"));
    let doubles = |of: &dyn Fn(&Row) -> f64| ROWS.iter().flat_map(|row| of(row).to_le_bytes()).collect();
    let npy = |name: &str, of: &dyn Fn(&Row) -> f64| {
        write_npy(&folder, name, "'<f8'", "False", "(7,)", doubles(of));
    };
    npy("i.npy", &|row| row.0 as f64);
    npy("j.npy", &|row| row.1 as f64);
    npy("w.npy", &|row| row.2);
    let arrays = r#"{ i = { file = "i.npy" }, j = { file = "j.npy" }, values = { w = { file = "w.npy", unit = "mV" }, n = { file = "pairs.csv", column = "n" }, on = { file = "pairs.csv", column = "on" }, delay = { file = "pairs.csv", column = "lag", unit = "s" } } }"#;
    let results = run(&folder, arrays, "npy");
    assert_rows(&results.table("all"));
    assert_eq!(results.table("v"), one.table("v"));
    let rows = ROWS.iter().flat_map(|row| [row.0, row.1]).flat_map(|index| (index as i32).to_le_bytes());
    write_npy(&folder, "rows.npy", "'<i4'", "False", "(7, 2)", rows.collect());
    let sides = ROWS.iter().map(|row| row.0).chain(ROWS.iter().map(|row| row.1));
    let columns = sides.flat_map(i64::to_be_bytes).collect();
    write_npy(&folder, "columns.npy", "'>i8'", "True", "(7, 2)", columns);
    for file in ["rows", "columns"] {
        let sides = r#"i = { file = "i.npy" }, j = { file = "j.npy" }"#;
        let of_one = arrays.replace(sides, &format!("file = \"{file}.npy\""));
        let results = run(&folder, &of_one, file);
        assert_rows(&results.table("all"));
        assert_eq!(results.table("v"), one.table("v"));
    }
}

/// Writes an array as NumPy does.
fn write_npy(folder: &Folder, name: &str, descr: &str, fortran: &str, shape: &str, data: Vec<u8>) {
    let header = format!("{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    let padded = format!("{header:<117}\n");
    bytes.extend((padded.len() as u16).to_le_bytes());
    bytes.extend(padded.as_bytes());
    bytes.extend(data);
    folder.write(name, bytes);
}

#[test]
fn names_of_files_can_be_swept() {
    let folder = Folder::new();
    folder.write("a.csv", "i,j\n0,1\n1,2\n");
    folder.write("b.csv", "i,j\n3,0\n");
    let text =
        NETWORK.replace("on_pre", "connect = { file = \"{which}.csv\", i = \"i\", j = \"j\" }\non_pre");
    let text =
        format!("{text}[parameters]\nwhich = {{ text = \"a\" }}\n[[sweep]]\naxes.which = [\"a\", \"b\"]\n");
    let table = folder.results_of(&text, "out", &[]).table("all");
    let pairs: Vec<(f64, f64, f64)> = (0..table.rows.len())
        .map(|k| (table.numbers("point")[k], table.numbers("i")[k], table.numbers("j")[k]))
        .collect();
    assert_eq!(pairs, [(0.0, 0.0, 1.0), (0.0, 1.0, 2.0), (1.0, 3.0, 0.0)]);
}

#[test]
fn rules_with_and_without_values_go_together() {
    let folder = Folder::new();
    let connect = r#"[{ i = [3, 0], j = [0, 0], values = { w = ["1 mV", "2 mV"], delay = ["1 ms", "0.2 ms"] } }, { j = "0 if i == 0" }]"#;
    let table = run(&folder, connect, "out").table("all");
    let columns: Vec<Vec<f64>> = ["i", "w_mV", "delay_ms"].iter().map(|name| table.numbers(name)).collect();
    assert_eq!(columns, [vec![0.0, 0.0, 3.0], vec![2.0, 100.0, 1.0], vec![0.2, 0.0, 1.0]]);
}
