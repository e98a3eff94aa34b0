//! Functions of a job through the whole line: formulas stand for their expression, tables give what a slow model of them
//! gives, in lanes and in coupled batches, and other data of a table need no other kernel.

mod support;

use support::compiler::Counter;
use support::not_run::compiler_for;
use support::{Folder, assert_close};

/// What is called, and what that stands for.
const CALLS: [(&str, &str); 5] = [
    ("relax(v, E, tau)", "((E - v)/tau)"),
    ("rate(u)", "(0.1/ms/exprel(-(u + 55*mV)/(10*mV)))"),
    ("twice(n_small)", "(2*n_small)"),
    ("both(v_pre, w)", "((w + 0*volt)*exp(-(2*v_pre)/(10*mV)))"),
    ("near(i, j)", "(exp(-abs(i - j)*0.2))"),
];

const FUNCTIONS: &str = r#"
[functions.relax]
arguments = ["x", "target", "tau : second"]
value = "(target - x)/tau"
[functions.rate]
arguments = ["u : volt"]
value = "0.1/ms/exprel(-(u + 55*mV)/(10*mV))"
[functions.twice]
arguments = ["x"]
value = "2*x"
[functions.both]
arguments = ["v : volt", "w"]
value = "shifted(w)*exp(-twice(v)/(10*mV))"
[functions.shifted]
arguments = ["w"]
value = "w + 0*volt"
[functions.near]
arguments = ["a", "b"]
value = "exp(-abs(a - b)*scale)"
"#;

const MODEL: &str = r#"
[run]
duration = "20 ms"
[parameters]
tau = "10 ms"
E = "5 mV"
w = "0.3 mV"
n_small = 15
scale = 0.2
[neurons.P]
size = "twice(n_small)"
equations = '''
dv/dt = relax(v, E, tau) : volt
du/dt = -u*rate(u) : volt
'''
method = "METHOD"
threshold = "v > 4*mV and rate(u) > 0/ms"
reset = "v = 0*mV; u = -rate(u)*ms*mV"
initial = "v = 5*mV*rand(); u = -60*mV - i*mV"
[synapses.S]
source = "P"
target = "P"
on_pre = "v_post += both(v_pre, w)"
connect = { p = "near(i, j)" }
delay = "1*ms*near(i, j)"
[record.trace]
kind = "state"
source = "P"
variables = ["v", "u"]
[record.spikes]
kind = "spikes"
source = "P"
"#;

/// Written out by hand, the same bytes.
#[test]
fn a_formula_stands_for_its_expression() {
    for method in ["euler", "rk4", "exponential_euler"] {
        // u is not linear in itself: the conditionally linear method needs the other equation alone.
        let model = match method {
            "exponential_euler" => MODEL.replace("du/dt = -u*rate(u) : volt", "du/dt = -u*rate(v) : volt"),
            _ => MODEL.to_owned(),
        }
        .replace("METHOD", method);
        let folder = Folder::new();
        let called = folder.results_of(&format!("{FUNCTIONS}{model}"), "called", &[]);
        let by_hand = CALLS.iter().fold(
            model.replace("rate(v)", "(0.1/ms/exprel(-(v + 55*mV)/(10*mV)))"),
            |text, (call, stands)| text.replace(call, &stands.replace("0.2", "scale")),
        );
        let written = folder.results_of(&by_hand, "written", &[]);
        for table in ["trace", "spikes", "summary"] {
            let bytes =
                |files: std::collections::BTreeMap<String, Vec<u8>>| files[&format!("{table}.csv")].clone();
            assert!(bytes(called.files()) == bytes(written.files()), "{method}: {table}.csv differs");
        }
        assert!(called.table("spikes").rows.len() > 20, "{method}: nothing happened");
    }
}

/// Through a function an equation is as linear as its expression.
#[test]
fn exact_integration_sees_through_functions() {
    let text = r#"
[run]
duration = "20 ms"
[parameters]
tau = "10 ms"
[functions.leak]
arguments = ["x", "tau : second"]
value = "-x/tau"
[neurons.P]
size = 1
equations = "dv/dt = leak(v, tau) : volt"
method = "exact"
initial = "v = 12*mV"
[record.trace]
kind = "state"
source = "P"
variables = ["v"]
"#;
    let table = Folder::new().results_of(text, "out", &[]).table("trace");
    for (t, v) in table.numbers("t_ms").into_iter().zip(table.numbers("v_mV")) {
        assert_close(v, 12.0 * (-t / 10.0).exp(), 1e-11, &format!("v at {t} ms"));
    }
}

const EVEN: [(f64, f64); 5] = [(-1.0, 2.0), (-0.5, 0.0), (0.0, 1.0), (0.5, -3.0), (1.0, 0.25)];
const UNEVEN: [(f64, f64); 6] =
    [(-1.0, 2.0), (-0.75, 0.5), (-0.7, 4.0), (0.1, 1.0), (0.9, -3.0), (1.0, 0.25)];

/// The value of a table by looking at all rows.
fn slow(rows: &[(f64, f64)], way: &str, outside: &str, x: f64) -> f64 {
    let (first, last) = (rows[0], rows[rows.len() - 1]);
    if x < first.0 || x > last.0 {
        return if outside == "nan" {
            f64::NAN
        } else if x < first.0 {
            first.1
        } else {
            last.1
        };
    }
    let k = (0..rows.len()).rev().find(|k| rows[*k].0 <= x).unwrap();
    let (x0, y0) = rows[k];
    let Some((x1, y1)) = rows.get(k + 1).copied() else { return y0 };
    match way {
        "previous" => y0,
        "nearest" => {
            if x - x0 < x1 - x {
                y0
            } else {
                y1
            }
        }
        _ => y0 + (y1 - y0) * (x - x0) / (x1 - x0),
    }
}

/// A table in TOML.
fn written(name: &str, rows: &[(f64, f64)], way: &str, outside: &str) -> String {
    let column =
        |f: fn(&(f64, f64)) -> f64| rows.iter().map(|r| format!("{:?}", f(r))).collect::<Vec<_>>().join(", ");
    let (x, y) = (column(|r| r.0), column(|r| r.1));
    format!("[functions.{name}]\nx = [{x}]\ny = [{y}]\ninterpolation = \"{way}\"\noutside = \"{outside}\"\n")
}

const WAYS: [&str; 3] = ["linear", "previous", "nearest"];

fn tables() -> String {
    let mut text = String::new();
    for way in WAYS {
        for outside in ["hold", "nan"] {
            text.push_str(&written(&format!("even_{way}_{outside}"), &EVEN, way, outside));
            text.push_str(&written(&format!("uneven_{way}_{outside}"), &UNEVEN, way, outside));
        }
    }
    text
}

/// All tables at 401 values from -2 to 2 times a swept factor; as lanes, or coupled by synapses.
fn at_many_places(coupled: bool) -> String {
    let names = WAYS.iter().flat_map(|way| ["hold", "nan"].map(|outside| format!("{way}_{outside}")));
    let names: Vec<String> = names.flat_map(|n| [format!("even_{n}"), format!("uneven_{n}")]).collect();
    let lines: Vec<String> = names.iter().map(|n| format!("y_{n} = {n}(x) : 1")).collect();
    let recorded: Vec<String> = names.iter().map(|n| format!("\"y_{n}\"")).collect();
    let synapses =
        "[synapses.S]\nsource = 'P'\ntarget = 'P'\nconnect = { where = 'i == j' }\non_pre = 'n_post += 1'\n";
    format!(
        r#"
[run]
duration = "0.2 ms"
[parameters]
factor = 1
[neurons.P]
size = 401
equations = '''
x : 1
n : 1
{}
'''
threshold = "x > 5"
initial = "x = factor*0.01*(i - 200)"
[record.all]
kind = "state"
source = "P"
variables = ["x", {}]
[[sweep]]
axes.factor = [1, 0.5, 0.05]
{}
{}"#,
        lines.join("\n"),
        recorded.join(", "),
        if coupled { synapses } else { "" },
        tables()
    )
}

#[test]
fn tables_give_what_a_slow_model_gives() {
    let folder = Folder::new();
    let results = folder.results_of(&at_many_places(false), "lanes", &["--lanes", "3"]);
    let one = folder.results_of(&at_many_places(false), "one", &["--lanes", "1"]);
    results.assert_same(&one, "three lanes and one");
    let coupled = folder.results_of(&at_many_places(true), "coupled", &[]);
    assert!(results.files()["all.csv"] == coupled.files()["all.csv"], "lanes and coupled differ");
    let table = results.table("all");
    let x = table.numbers("x");
    assert_eq!(x.len(), 2 * 3 * 401);
    for way in WAYS {
        for outside in ["hold", "nan"] {
            for (name, rows) in [("even", &EVEN[..]), ("uneven", &UNEVEN[..])] {
                let column = format!("y_{name}_{way}_{outside}");
                for (x, y) in x.iter().zip(table.numbers(&column)) {
                    let expected = slow(rows, way, outside, *x);
                    let same = y.is_nan() && expected.is_nan() || (y - expected).abs() <= 4e-15;
                    assert!(same, "{column} at {x}: {y}, not {expected}");
                }
            }
        }
    }
}

/// Sizes and probabilities are known before the simulation: by the same tables on the host.
#[test]
fn tables_where_the_host_computes() {
    let text = r#"
[run]
duration = "1 ms"
[parameters]
k = 2.5
[functions.steps]
x = [0, 1, 2, 3]
y = [4, 8, 16, 32]
interpolation = "previous"
[functions.line]
x = [0, 10]
y = [0, 1]
[neurons.P]
size = "int(steps(k))"
equations = "n : 1"
threshold = "True"
[synapses.S]
source = "P"
target = "P"
connect = { p = "line(4*k)" }
on_pre = "n_post += line(10)"
[record.n]
kind = "state"
source = "P"
variables = ["n"]
"#;
    let table = Folder::new().results_of(text, "out", &[]).table("n");
    // All 16 neurons spike at every step, and reach all: n is 16 a step.
    let last = table.pick("n", &[("t_ms", "0.9")]);
    assert_eq!(last, vec![16.0 * 9.0; 16]);
}

#[test]
fn other_data_of_a_table_need_no_other_kernel() {
    let folder = Folder::without_kernels();
    let Some(cc) = compiler_for("other data of a table") else { return };
    let counter = Counter::new(&folder, &cc);
    let text = |y: &str, x: &str| {
        format!(
            "[run]\nduration = '1 ms'\n[functions.f]\nx = {x}\ny = {y}\n[neurons.P]\nsize = 3\nequations = 'y = f(i) : 1'\n\
             [record.y]\nkind = 'state'\nsource = 'P'\nvariables = ['y']\n"
        )
    };
    let run = |name: &str, x: &str, y: &str| {
        folder.results_of(&text(y, x), name, &["--cc", counter.path()]).table("y").numbers("y")[..3].to_vec()
    };
    assert_eq!(run("a", "[0, 1, 2]", "[5, 6, 7]"), [5.0, 6.0, 7.0]);
    assert_eq!(run("b", "[0, 1, 2, 3]", "[1, -6, 0.5, 0]"), [1.0, -6.0, 0.5]);
    assert_eq!(counter.kernels(), 1);
    // Distances that differ are searched otherwise.
    assert_eq!(run("c", "[0, 1.5, 2]", "[0, 3, 7]"), [0.0, 2.0, 7.0]);
    assert_eq!(counter.kernels(), 2);
}
