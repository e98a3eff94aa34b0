//! Every function of the language, on the host and in kernels, against closed forms and special values. (How exact they
//! are for all arguments is measured in `prelude.rs`.)

#[path = "prelude/workshop.rs"]
mod workshop;

use std::f64::consts::{E, FRAC_PI_2, FRAC_PI_4, FRAC_PI_6, LN_2, LN_10, PI};
use std::io::Write;
use std::process::{Command, Stdio};

use kernels::language::ast::TextId;
use kernels::language::evaluate::{self, Value};
use kernels::language::{functions, parser};
use workshop::Workshop;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// Functions, arguments, values. Zeros keep their sign.
#[rustfmt::skip]
fn table() -> Vec<(&'static str, Vec<f64>, f64)> {
    let golden = (1.0 + 5.0_f64.sqrt()) / 2.0;
    let list: &[(&str, &[f64], f64)] = &[
        ("abs", &[-2.5], 2.5), ("abs", &[-0.0], 0.0), ("abs", &[-INF], INF), ("abs", &[NAN], NAN),
        ("sign", &[-3.0], -1.0), ("sign", &[0.0], 0.0), ("sign", &[1e-300], 1.0), ("sign", &[-INF], -1.0),
        ("floor", &[-1.5], -2.0), ("floor", &[1.5], 1.0), ("floor", &[-0.0], -0.0), ("floor", &[INF], INF),
        ("ceil", &[-1.5], -1.0), ("ceil", &[1.5], 2.0), ("ceil", &[-0.5], -0.0), ("ceil", &[NAN], NAN),
        ("int", &[2.9], 2.0), ("int", &[-2.9], -2.0), ("int", &[0.0], 0.0),
        ("min", &[2.0, -3.0], -3.0), ("max", &[2.0, -3.0], 2.0), ("min", &[INF, 1.0], 1.0),
        ("clip", &[5.0, -1.0, 1.0], 1.0), ("clip", &[-5.0, -1.0, 1.0], -1.0), ("clip", &[0.5, -1.0, 1.0], 0.5),
        ("clip", &[NAN, -1.0, 1.0], NAN),
        ("timestep", &[0.1, 1e-4], 1000.0), ("timestep", &[0.3, 1e-4], 3000.0), ("timestep", &[0.00499999, 1e-4], 50.0),
        ("timestep", &[0.00495, 1e-4], 49.0), ("timestep", &[-0.1, 1e-4], -999.0), ("timestep", &[0.0, 1e-4], 0.0),
        ("sqrt", &[2.25], 1.5), ("sqrt", &[0.0], 0.0), ("sqrt", &[INF], INF), ("sqrt", &[-1.0], NAN),
        ("exp", &[0.0], 1.0), ("exp", &[1.0], E), ("exp", &[LN_2], 2.0), ("exp", &[-INF], 0.0), ("exp", &[1000.0], INF),
        ("expm1", &[0.0], 0.0), ("expm1", &[-0.0], -0.0), ("expm1", &[LN_2], 1.0), ("expm1", &[1e-20], 1e-20),
        ("expm1", &[-INF], -1.0), ("exprel", &[0.0], 1.0), ("exprel", &[1.0], E - 1.0), ("exprel", &[1e-18], 1.0),
        ("exprel", &[-1.0], 1.0 - 1.0 / E), ("exprel", &[800.0], INF), ("exprel", &[NAN], NAN),
        ("log", &[1.0], 0.0), ("log", &[E], 1.0), ("log", &[0.0], -INF), ("log", &[-1.0], NAN), ("log", &[INF], INF),
        ("log10", &[1000.0], 3.0), ("log10", &[1e-5], -5.0), ("log10", &[E], 1.0 / LN_10), ("log10", &[0.0], -INF),
        ("log1p", &[0.0], 0.0), ("log1p", &[1.0], LN_2), ("log1p", &[1e-20], 1e-20), ("log1p", &[-1.0], -INF),
        ("log1p", &[-2.0], NAN),
        ("sin", &[0.0], 0.0), ("sin", &[-0.0], -0.0), ("sin", &[FRAC_PI_6], 0.5), ("sin", &[FRAC_PI_2], 1.0),
        ("sin", &[PI / 10.0], 0.5 / golden), ("sin", &[INF], NAN), ("cos", &[0.0], 1.0), ("cos", &[PI], -1.0),
        ("cos", &[PI / 3.0], 0.5), ("cos", &[PI / 5.0], golden / 2.0), ("cos", &[-INF], NAN),
        ("tan", &[0.0], 0.0), ("tan", &[FRAC_PI_4], 1.0), ("tan", &[PI / 3.0], 1.7320508075688772), ("tan", &[INF], NAN),
        ("arcsin", &[0.5], FRAC_PI_6), ("arcsin", &[1.0], FRAC_PI_2), ("arcsin", &[-0.0], -0.0), ("arcsin", &[1.5], NAN),
        ("arccos", &[0.5], PI / 3.0), ("arccos", &[1.0], 0.0), ("arccos", &[-1.0], PI), ("arccos", &[-2.0], NAN),
        ("arctan", &[1.0], FRAC_PI_4), ("arctan", &[INF], FRAC_PI_2), ("arctan", &[-INF], -FRAC_PI_2),
        ("arctan", &[-0.0], -0.0),
        ("sinh", &[0.0], 0.0), ("sinh", &[LN_2], 0.75), ("sinh", &[-1000.0], -INF), ("cosh", &[0.0], 1.0),
        ("cosh", &[LN_2], 1.25), ("cosh", &[-INF], INF), ("tanh", &[0.0], 0.0), ("tanh", &[LN_2], 0.6),
        ("tanh", &[-1000.0], -1.0), ("tanh", &[NAN], NAN),
    ];
    list.iter().map(|(name, given, value)| (*name, given.to_vec(), *value)).collect()
}

/// Within 4 units of the last place (the arguments are rounded themselves); zeros, infinities and NaN exactly.
fn agrees(found: f64, wanted: f64) -> bool {
    if wanted.is_nan() {
        return found.is_nan();
    }
    if wanted == 0.0 || wanted.is_infinite() {
        return found.to_bits() == wanted.to_bits();
    }
    ((found - wanted) / wanted).abs() <= 4.0 * f64::EPSILON
}

fn on_host(name: &str, given: &[f64]) -> f64 {
    let names = ["x", "y", "z"];
    let text = format!("{name}({})", names[..given.len()].join(", "));
    let expr = parser::expression(&text, TextId(0)).unwrap();
    let values = |wanted: &str| names.iter().position(|n| *n == wanted).map(|k| Value::Real(given[k]));
    evaluate::scalar(&expr, &values).unwrap().real().unwrap()
}

#[test]
fn on_the_host() {
    for (name, given, wanted) in table() {
        let found = on_host(name, &given);
        assert!(agrees(found, wanted), "{name}({given:?}) is {found:?}, not {wanted:?}");
    }
}

#[test]
fn in_kernels() {
    let Some(workshop) = Workshop::open() else { return };
    let program = workshop.build("calls", &["-O2", "-march=native"], &["-lm"]).unwrap();
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the driver was built");
    let mut input = child.stdin.take().unwrap();
    for (name, given, _) in table() {
        let bits: Vec<String> = given.iter().map(|x| format!("{:x}", x.to_bits())).collect();
        writeln!(input, "{name} {}", bits.join(" ")).unwrap();
    }
    drop(input);
    let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(output.lines().count(), table().len());
    for ((name, given, wanted), line) in table().into_iter().zip(output.lines()) {
        let (known, bits) = line.split_once(' ').unwrap();
        assert_eq!(known, "1", "the driver does not know {name}");
        let found = f64::from_bits(u64::from_str_radix(bits, 16).unwrap());
        assert!(agrees(found, wanted), "{name}({given:?}) is {found:?}, not {wanted:?}");
    }
}

/// Brian's list (2.11, core/functions.py), and what this language has besides; each but the draws is in the table.
#[test]
fn all_of_brians_functions_are_there() {
    let brian = "sin cos tan sinh cosh tanh arcsin arccos arctan exp log log10 expm1 log1p exprel sqrt ceil floor abs sign clip \
                 int rand randn poisson timestep";
    let more = "min max binomial exponential gamma uniform";
    let mut wanted: Vec<&str> = brian.split_whitespace().chain(more.split_whitespace()).collect();
    wanted.sort_unstable();
    assert_eq!(functions::ALL.map(|f| f.name).to_vec(), wanted);
    for function in functions::ALL.iter().filter(|f| !f.random) {
        let tried = table().iter().filter(|(name, ..)| *name == function.name).count();
        assert!(tried > 0, "{} is not in the table", function.name);
    }
}
