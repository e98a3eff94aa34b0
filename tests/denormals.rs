//! Results below the smallest normal number become zero, wherever they are computed: such numbers would take some
//! processors a hundred times as long. What is expected is halved here, and cut off.

mod support;

use support::Folder;

/// A value halves at each step in an action, an equation and synapses, in double and in single precision. REST couples it
/// to other points, or not.
const HALVES: &str = r#"
[run]
duration = "4 ms"
[parameters]
tau = "0.1 ms"
[neurons.P]
size = 3
equations = '''
acted : 1
dintegrated/dt = -integrated/tau/2 : 1
'''
method = "euler"
initial = '''
acted = 1e-300
integrated = 1e-300
'''
[actions.z_halve]
on = "P"
code = "acted *= 0.5"
[record.P]
kind = "state"
source = "P"
variables = ["acted", "integrated"]
REST
[[sweep]]
repeat = 2
"#;
const SYNAPSES: &str = r#"
[neurons.always]
size = 1
equations = "v : 1"
threshold = "v > -1"
[synapses.S]
source = "always"
target = "P"
connect = {}
equations = '''
w : 1
short : 1 (single)
dclocked/dt = -clocked/tau/2 : 1 (clock-driven)
'''
method = "euler"
initial = '''
w = 1e-300
short = 1e-30
clocked = 1e-300
'''
on_pre = '''
w *= 0.5
short *= 0.5
'''
[record.S]
kind = "synapses"
source = "S"
variables = ["w", "short", "clocked"]
every = "0.1 ms"
"#;

/// A result, or zero if it is below the `smallest`.
fn flushed(x: f64, smallest: f64) -> f64 {
    if x < smallest { 0.0 } else { x }
}

/// Forty values, each half of the last one.
fn halves(first: f64, smallest: f64) -> Vec<f64> {
    std::iter::successors(Some(first), |x| Some(flushed(x / 2.0, smallest))).take(40).collect()
}

/// Forty values from each of which its half is taken away: the smallest stays, since its half is none.
fn remainders(first: f64) -> Vec<f64> {
    std::iter::successors(Some(first), |x| Some(x - flushed(x / 2.0, f64::MIN_POSITIVE))).take(40).collect()
}

#[test]
fn what_is_too_small_becomes_zero() {
    let folder = Folder::new();
    let doubles = halves(1e-300, f64::MIN_POSITIVE);
    let zeros = doubles.iter().filter(|x| **x == 0.0).count();
    assert!((5..35).contains(&zeros), "{zeros} zeros prove nothing");
    let singles = halves(f64::from(1e-30_f32), f64::from(f32::MIN_POSITIVE));
    assert!(singles.contains(&0.0));
    let rest_of = remainders(1e-300);
    assert!(rest_of[38] == rest_of[39] && rest_of[39] >= f64::MIN_POSITIVE, "{rest_of:?}");
    for (out, rest) in [("lanes", ""), ("coupled", SYNAPSES)] {
        let results = folder.results_of(&HALVES.replace("REST", rest), out, &[]);
        let check = |table: &str, columns: &[(&str, &[f64])]| {
            let table = results.table(table);
            for (column, expected) in columns {
                let values = table.numbers(column);
                assert_eq!(values.len(), 2 * 3 * expected.len(), "{out}: {column}");
                for of_step in values.chunks(3 * expected.len()) {
                    let step = |k: usize| &of_step[3 * k..3 * k + 3];
                    for (k, x) in expected.iter().enumerate() {
                        assert_eq!(step(k), [*x; 3], "{out}: {column} at step {k}");
                    }
                }
            }
        };
        check("P", &[("acted", &doubles), ("integrated", &rest_of)]);
        if !rest.is_empty() {
            check("S", &[("w", &doubles), ("short", &singles), ("clocked", &rest_of)]);
        }
    }
}
