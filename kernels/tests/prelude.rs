//! The C texts of `prelude/`: accuracy, special values, random numbers, and that all compilations give the same bits.
//!
//! Each test compiles a driver of `tests/prelude/` with the system compiler. What cannot be checked on a machine says
//! `NOT RUN` on standard output.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// What a kernel is compiled with, apart from the target.
const FLAGS: [&str; 5] =
    ["-std=gnu11", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-Wno-psabi"];

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

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Tells why a test proves nothing here.
#[expect(clippy::print_stdout, reason = "the reader of the test's output is meant")]
fn not_run(reason: &str) {
    println!("NOT RUN: {reason}");
}

/// Appends a file of the prelude after those it names in `// needs:`, once.
fn paste(stem: &str, texts: &BTreeMap<String, String>, done: &mut Vec<String>, out: &mut String) {
    if done.iter().any(|d| d == stem) {
        return;
    }
    done.push(stem.to_string());
    let text = texts.get(stem).unwrap_or_else(|| panic!("no file {stem}.c in the prelude"));
    let needed = text.lines().filter_map(|line| line.strip_prefix("// needs:"));
    needed.flat_map(str::split_whitespace).for_each(|other| paste(other, texts, done, out));
    out.push_str(text);
}

/// The whole prelude as one C text.
fn prelude() -> String {
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder("prelude")).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        texts.insert(stem, fs::read_to_string(&path).unwrap());
    }
    let (mut done, mut out) = (Vec::new(), String::new());
    texts.keys().for_each(|stem| paste(stem, &texts, &mut done, &mut out));
    out
}

/// A folder with the prelude and all drivers, where the compiler runs.
struct Workshop {
    dir: TempDir,
}

impl Workshop {
    /// `None`, and said so, where there is no compiler.
    fn open() -> Option<Workshop> {
        if Command::new("cc").arg("--version").output().is_err() {
            not_run("there is no C compiler `cc`");
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("prelude.inc"), prelude()).unwrap();
        for entry in fs::read_dir(folder("tests/prelude")).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, dir.path().join(path.file_name().unwrap())).unwrap();
        }
        Some(Workshop { dir })
    }

    fn compiler(&self, arguments: &[&str]) -> Output {
        Command::new("cc").args(FLAGS).args(arguments).current_dir(&self.dir).output().unwrap()
    }

    /// Compiles `driver`.c; the program, or what the compiler said.
    fn build(&self, driver: &str, target: &[&str], libraries: &[&str]) -> Result<PathBuf, String> {
        let program = self.dir.path().join(driver);
        let source = format!("{driver}.c");
        let mut arguments = target.to_vec();
        arguments.extend([source.as_str(), "-o", driver]);
        arguments.extend(libraries);
        let output = self.compiler(&arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(program) } else { Err(said) }
    }

    /// Compiles and runs a driver; its standard output.
    fn run(&self, driver: &str, target: &[&str], arguments: &[&str]) -> String {
        let program =
            self.build(driver, target, &["-lm"]).unwrap_or_else(|said| panic!("{driver}.c: {said}"));
        output_of(&program, arguments)
    }
}

fn output_of(program: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}: {}", program.display(), output.status);
    String::from_utf8(output.stdout).unwrap()
}

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

#[test]
fn matrix_exponential_meets_closed_forms() {
    let Some(workshop) = Workshop::open() else { return };
    assert_within(&numbers(&workshop.run("expm", &NATIVE, &[])), &MATRIX_BOUNDS);
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
