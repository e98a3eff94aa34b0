//! The C texts of `prelude/`: accuracy, special values, random numbers, and that all compilations give the same bits.
//!
//! Each test compiles a driver of `tests/prelude/` with the system compiler. What cannot be checked on a machine says
//! `NOT RUN` on standard output.

#[path = "prelude/workshop.rs"]
mod workshop;

use std::fs;
use std::process::Command;

use kernels::random;
use workshop::{Workshop, folder, not_run, output_of};

const NATIVE: [&str; 2] = ["-O3", "-march=native"];

/// Largest error in units of the last place that each function may show.
const BOUNDS: [(&str, f64); 18] = [
    ("exp", 1.05),
    ("expm1", 1.3),
    ("exprel", 1.2),
    ("inverse_exprel", 1.3),
    ("log", 0.9),
    ("log1p", 1.2),
    ("log10", 0.8),
    ("sqrt", 0.5),
    ("sin", 0.8),
    ("cos", 0.8),
    ("tan", 1.0),
    ("sinh", 1.8),
    ("cosh", 1.5),
    ("tanh", 2.6),
    ("arcsin", 1.25),
    ("arccos", 1.25),
    ("arctan", 1.4),
    ("pow", 1.25),
];

/// Largest relative error of the matrix exponential in each case.
const MATRIX_BOUNDS: [(&str, f64); 10] = [
    ("diagonal", 1e-15),
    ("rotation", 2e-15),
    ("nilpotent", 1e-11),
    ("defective", 1e-15),
    ("lif_chain", 2e-15),
    ("alpha_chain", 2e-15),
    ("zero", 0.0),
    ("dense", 1e-14),
    ("refused", 0.0),
    ("stiff", 2e-15),
];

/// Largest error, or deviation of a count, of inner steps of adaptive length in each case.
const RUNGE_KUTTA_BOUNDS: [(&str, f64); 10] = [
    ("quadrature", 1e-15),
    ("difference", 0.0),
    ("stability", 1e-15),
    ("evaluations", 0.0),
    ("slow", 1e-6),
    ("inner_steps", 0.35),
    ("rest", 0.0),
    ("bound", 0.0),
    ("at_bound", 0.0),
    ("not_finite", 0.0),
];

/// Lines `name number`.
fn numbers(text: &str) -> Vec<(&str, f64)> {
    text.lines()
        .map(|line| {
            let (name, number) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no number in {line:?}"));
            (name, number.parse().unwrap_or_else(|_| panic!("no number in {line:?}")))
        })
        .collect()
}

/// Every name of `bounds` is measured, and nothing measured exceeds its bound.
fn assert_within(measured: &[(&str, f64)], bounds: &[(&str, f64)]) {
    for (name, bound) in bounds {
        let of_name: Vec<f64> = measured.iter().filter(|(n, _)| n == name).map(|(_, error)| *error).collect();
        assert!(!of_name.is_empty(), "{name} was not measured");
        for error in of_name {
            assert!(error <= *bound, "{name}: {error} exceeds {bound}");
        }
    }
}

#[test]
fn errors_stay_below_their_bounds() {
    let Some(workshop) = Workshop::open() else { return };
    let program = match workshop.build("accuracy", &NATIVE, &["-lquadmath", "-lm"]) {
        Ok(program) => program,
        Err(said) if said.contains("quadmath") => return not_run("the reference, libquadmath, is missing"),
        Err(said) => panic!("{said}"),
    };
    assert_within(&numbers(&output_of(&program, &[])), &BOUNDS);
}

#[test]
fn special_values_are_right() {
    let Some(workshop) = Workshop::open() else { return };
    assert_eq!(workshop.run("special", &NATIVE, &[]), "");
    assert_eq!(workshop.run("special", &["-O0"], &[]), "");
}

#[test]
fn philox_gives_the_published_vectors() {
    let Some(workshop) = Workshop::open() else { return };
    let published = "6627e8d5 e169c58d bc57ac4c 9b00dbd8\n\
                     408f276d 41c83b0e a20bc7c6 6d5451fd\n\
                     d16cfe09 94fdcceb 5001e420 24126ea1\n";
    assert_eq!(workshop.run("philox", &NATIVE, &[]), published);
}

#[test]
fn random_numbers_follow_their_laws() {
    let Some(workshop) = Workshop::open() else { return };
    let output = workshop.run("random", &NATIVE, &[]);
    let statistics = numbers(&output);
    assert!(statistics.len() > 30, "{output}");
    for (name, z) in statistics {
        assert!(z.abs() < 4.5, "{name}: {z} standard deviations off");
    }
}

/// About 240 statistics of fixed keys. 4.5 standard deviations are exceeded by chance once in 150 000 for a normal one;
/// 2.5 is exceeded once in 130 000 by Kolmogorov's statistic (2 exp(-2 x^2)).
#[test]
fn binomial_and_continuous_draws_follow_their_laws() {
    let Some(workshop) = Workshop::open() else { return };
    let output = workshop.run("draws", &NATIVE, &[]);
    let statistics = numbers(&output);
    assert!(statistics.len() > 200, "{output}");
    for (name, value) in statistics {
        let bound = if name.starts_with("ks:") { 2.5 } else { 4.5 };
        assert!(value.abs() < bound, "{name}: {value} exceeds {bound}");
    }
}

/// The host's numbers are those of kernels, bit for bit.
#[test]
fn host_and_kernels_draw_the_same() {
    let Some(workshop) = Workshop::open() else { return };
    let output = workshop.run("streams", &NATIVE, &[]);
    assert_eq!(output.lines().count(), 20000);
    for line in output.lines() {
        let numbers: Vec<u64> = line.split(' ').map(|n| u64::from_str_radix(n, 16).unwrap()).collect();
        let [key, step, element, first, second, uniform, normal] = numbers[..] else { panic!("{line}") };
        let at = format!("key {key:x}, step {step:x}, element {element:x}");
        assert_eq!(random::words(key, step, element), (first, second), "{at}");
        assert_eq!(random::uniform(key, step, element).to_bits(), uniform, "uniform of {at}");
        assert_eq!(random::normal(key, step, element).to_bits(), normal, "normal of {at}");
    }
}

#[test]
fn matrix_exponential_meets_closed_forms() {
    let Some(workshop) = Workshop::open() else { return };
    assert_within(&numbers(&workshop.run("expm", &NATIVE, &[])), &MATRIX_BOUNDS);
}

#[test]
fn inner_steps_are_those_of_dormand_and_prince() {
    let Some(workshop) = Workshop::open() else { return };
    assert_within(&numbers(&workshop.run("rk45", &NATIVE, &[])), &RUNGE_KUTTA_BOUNDS);
}

/// Ways to compile for this machine that must not matter.
fn targets() -> Vec<Vec<&'static str>> {
    let mut targets = vec![NATIVE.to_vec(), vec!["-O1", "-march=native"], vec!["-O3"]];
    if cfg!(target_arch = "x86_64") {
        targets.push(vec!["-O3", "-march=x86-64-v3"]);
        targets.push(vec!["-O3", "-march=x86-64", "-mfma"]);
        targets.push(vec!["-O3", "-march=native", "-mprefer-vector-width=128"]);
    }
    targets
}

#[test]
fn every_compilation_gives_the_same_bits() {
    let Some(workshop) = Workshop::open() else { return };
    let frozen = fs::read_to_string(folder("tests/prelude/hashes.txt")).unwrap();
    for target in targets() {
        assert_eq!(workshop.run("hashes", &target, &[]), frozen, "with {target:?}");
    }
    assert_eq!(workshop.run("hashes", &NATIVE, &["flush"]), frozen, "with flush-to-zero");
}

#[test]
fn loops_vectorise() {
    let Some(workshop) = Workshop::open() else { return };
    if !cfg!(target_arch = "x86_64") {
        return not_run("what vectorises is only known for x86-64");
    }
    let version = Command::new("cc").arg("--version").output().unwrap().stdout;
    let clang = String::from_utf8_lossy(&version).contains("clang");
    let report = if clang { "-Rpass=loop-vectorize" } else { "-fopt-info-vec-optimized" };
    let arguments = ["-O3", "-march=x86-64-v3", report, "-c", "loops.c", "-o", "loops.o"];
    let said = String::from_utf8(workshop.compiler(&arguments).stderr).unwrap();
    let source = fs::read_to_string(folder("tests/prelude/loops.c")).unwrap();
    let loops = source.lines().enumerate().filter(|(_, l)| l.starts_with("LOOP") || l.ends_with("// LOOP"));
    for (index, line) in loops {
        let at = format!("loops.c:{}:", index + 1);
        let found = said.lines().any(|l| l.starts_with(&at) && l.contains("vectorized"));
        assert!(found, "not vectorised: {line}\n{said}");
    }
}
