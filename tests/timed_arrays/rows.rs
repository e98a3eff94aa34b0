//! Which row holds at a time. Expected values come from exact fractions (doubles are fractions with a power of two below),
//! or from whole numbers of microseconds.

use std::fmt::Write;

use crate::support::{Folder, Results, assert_close};

/// Rows of the arrays; each value is its own number.
const ROWS: i128 = 40;
const STEPS: i128 = 60;

/// Pseudo-random numbers that are the same everywhere (Knuth's MMIX constants).
struct Draws(u64);

impl Draws {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Points with their own spacing, step and shift, all of whole microseconds.
struct Case {
    spacing: u64,
    step: u64,
    shift: u64,
}

impl Case {
    fn seconds(micro: u64) -> f64 {
        format!("{micro}e-6").parse().unwrap()
    }
}

fn cases() -> Vec<Case> {
    let mut draws = Draws(7);
    let mut cases = Vec::new();
    for k in 0..240 {
        let step = [100, 50, 25, 250, 10, 37][draws.below(6) as usize];
        let spacing = match k % 3 {
            0 => step * (1 + draws.below(30)),
            1 => 1 + draws.below(3000),
            _ => step + draws.below(5 * step),
        };
        cases.push(Case { spacing, step, shift: draws.below(4000) });
    }
    cases
}

/// A job that records the numbers of rows at `t`, `t - shift` and `2*t + shift`; `more` may couple its points.
fn job(cases: &[Case], more: &str) -> String {
    let column = |f: &dyn Fn(&Case) -> u64| {
        let cells: Vec<String> = cases.iter().map(|c| format!("\"{}e-6 s\"", f(c))).collect();
        cells.join(", ")
    };
    let values: Vec<String> = (0..ROWS).map(|k| k.to_string()).collect();
    format!(
        r#"
[run]
duration = "{STEPS}*step"
dt = "step"
[parameters]
step = "1 us"
spacing = "1 us"
shift = "0 us"
[timed_arrays.row]
values = [{values}]
dt = "spacing"
[neurons.G]
size = 1
equations = '''
now = row(t) : integer
before = row(t - shift) : integer
fast = row(2*t + shift) : integer
held : integer
dx/dt = row(t)/second : 1
'''
method = "euler"
[record.seen]
kind = "state"
source = "G"
variables = ["now", "before", "fast", "x"]
{more}
[[sweep]]
zip = [["step", "spacing", "shift"]]
axes.step = [{}]
axes.spacing = [{}]
axes.shift = [{}]
"#,
        column(&|c| c.step),
        column(&|c| c.spacing),
        column(&|c| c.shift),
        values = values.join(", "),
    )
}

/// A double as `mantissa * 2^exponent`.
fn parts(x: f64) -> (i128, i32) {
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    let mantissa = (bits & ((1 << 52) - 1)) | if exponent > 0 { 1 << 52 } else { 0 };
    let sign = if x < 0.0 { -1 } else { 1 };
    (sign * i128::from(mantissa), exponent.max(1) - 1075)
}

/// Both as whole multiples of one power of two.
fn common(a: f64, b: f64) -> (i128, i128) {
    let ((a, ea), (b, eb)) = (parts(a), parts(b));
    let e = ea.min(eb);
    // A shift of a few more bits than 40 would mean times that these tests do not have.
    assert!(ea - e <= 40 && eb - e <= 40);
    (a << (ea - e), b << (eb - e))
}

/// The row at time `t`: floor((t/epsilon + 1/2)/K) with epsilon = spacing/K, K the least power of two that is 8 spacing/step
/// or more (at least 1), cut to the rows. Also whether rounding of a few units could make it another one.
fn row(t: f64, spacing: f64, step: f64) -> (i128, bool) {
    let (wide, narrow) = common(spacing, step);
    let mut k = 1_i128;
    while k * narrow < 8 * wide {
        k *= 2;
    }
    if t == 0.0 {
        return (0, false);
    }
    let (t, wide) = common(t, spacing);
    // (t K/spacing + 1/2)/K = (2 t K + spacing)/(2 K spacing)
    let (above, below) = (2 * t * k + wide, 2 * k * wide);
    let distance = above.rem_euclid(below).min(below - above.rem_euclid(below));
    let close = (distance as f64) < 1e-13 * (above.abs() + below) as f64;
    (above.div_euclid(below).clamp(0, ROWS - 1), close)
}

/// How many of the rows seen are not those of exact arithmetic although no rounding can be the reason; how many were
/// close.
fn compare(results: &Results, cases: &[Case]) -> usize {
    let mut close_ones = 0;
    let seen = results.table("seen").by_point();
    for (point, case) in cases.iter().enumerate() {
        let table = &seen[&(point as u64)];
        let columns = [table.numbers("now"), table.numbers("before"), table.numbers("fast")];
        let (step, spacing) = (Case::seconds(case.step), Case::seconds(case.spacing));
        let shift = Case::seconds(case.shift);
        assert_eq!(columns[0].len() as i128, STEPS, "point {point}");
        for n in 0..STEPS as usize {
            let t = n as f64 * step;
            for (column, at) in columns.iter().zip([t, t - shift, 2.0 * t + shift]) {
                let (expected, close) = row(at, spacing, step);
                close_ones += usize::from(close);
                let off = (column[n] as i128 - expected).abs();
                assert!(
                    off == 0 || close && off == 1,
                    "point {point}, t = {at}, spacing {spacing}, step {step}: row {} is not {expected}",
                    column[n]
                );
            }
        }
    }
    close_ones
}

#[test]
fn rows_are_those_of_exact_fractions_in_lanes_and_in_coupled_points() {
    let cases = cases();
    let folder = Folder::new();
    let lanes = folder.results_of(&job(&cases, ""), "lanes", &["--lanes", "64"]);
    let close = compare(&lanes, &cases);
    // The test would prove little if most times could not be decided.
    assert!(
        close * 1000 < cases.len() * 3 * STEPS as usize,
        "{close} times are too close to the beginning of a row"
    );
    folder.results_of(&job(&cases, ""), "alone", &["--lanes", "1"]).assert_same(&lanes, "one lane");
    for workers in ["1", "3"] {
        let other = folder.results_of(&job(&cases, ""), workers, &["--workers", workers]);
        other.assert_same(&lanes, &format!("{workers} workers"));
    }
    let coupled = job(&cases, "[poisson.noise]\nsize = 1\nrate = \"0 Hz\"\n");
    let coupled = folder.results_of(&coupled, "coupled", &[]);
    assert_eq!(coupled.files()["seen.csv"], lanes.files()["seen.csv"], "coupled points see other rows");
}

/// Times of whole microseconds: a step is in the row in which it is by whole numbers, also where it begins a row. Spacings
/// that are no multiples of the step are left out: Brian's rows begin early by up to 1/16 of a step.
#[test]
fn steps_that_begin_a_row_are_in_it() {
    let mut cases = cases();
    cases.retain(|c| c.spacing % c.step == 0);
    assert!(cases.len() > 70);
    let folder = Folder::new();
    let seen = folder.results_of(&job(&cases, ""), "out", &[]).table("seen").by_point();
    for (point, case) in cases.iter().enumerate() {
        let now = seen[&(point as u64)].numbers("now");
        for (n, row) in now.iter().enumerate() {
            let expected = (n as u64 * case.step / case.spacing).min(ROWS as u64 - 1);
            assert_eq!(
                *row as u64, expected,
                "point {point}, step {n} of {} us, rows of {} us",
                case.step, case.spacing
            );
        }
        // Euler's sum of the rows before.
        let x = seen[&(point as u64)].numbers("x");
        let mut sum = 0.0;
        for n in 0..x.len() {
            assert_close(x[n], sum, 1e-12, &format!("x at point {point}, step {n}"));
            sum += now[n] * Case::seconds(case.step);
        }
    }
}

/// Straight lines between samples, held outside: a polygon in closed form.
#[test]
fn lines_between_samples() {
    let text = |more: &str| {
        format!(
            r#"
[run]
duration = "6 ms"
dt = "0.1 ms"
[parameters]
spacing = "1 ms"
[timed_arrays.zigzag]
values = ["0 mV", "3 mV", "-1 mV", "2 mV"]
dt = "spacing"
interpolation = "linear"
[timed_arrays.pair]
values = [[0, 10], [1, 8]]
dt = "spacing"
interpolation = "linear"
[neurons.G]
size = 2
equations = '''
a = zigzag(t - 0.75*ms) : volt
b = pair(t, i) : 1
'''
[record.seen]
kind = "state"
source = "G"
variables = ["a", "b"]
{more}
[[sweep]]
axes.spacing = ["1 ms", "0.4 ms", "1.7 ms"]
"#
        )
    };
    let folder = Folder::new();
    let lanes = folder.results_of(&text(""), "out", &[]);
    let coupled = folder.results_of(&text("[poisson.noise]\nsize = 1\nrate = \"0 Hz\""), "coupled", &[]);
    assert_eq!(coupled.files()["seen.csv"], lanes.files()["seen.csv"]);
    let polygon = |values: &[f64], at: f64| {
        let at = at.clamp(0.0, values.len() as f64 - 1.0);
        let k = (at as usize).min(values.len() - 2);
        values[k] * (k as f64 + 1.0 - at) + values[k + 1] * (at - k as f64)
    };
    let table = lanes.table("seen");
    for (row, point) in table.rows.iter().zip(table.texts("point")) {
        let spacing = [1.0, 0.4, 1.7][point.parse::<usize>().unwrap()];
        let cell = |name: &str| row[table.place(name)].parse::<f64>().unwrap();
        let (t, i) = (cell("t_ms"), cell("i"));
        let a = polygon(&[0.0, 3.0, -1.0, 2.0], (t - 0.75) / spacing);
        assert_close(cell("a_mV"), a, 1e-12 * 20.0, &format!("a at {t} ms, spacing {spacing}"));
        let b = polygon(if i == 0.0 { &[0.0, 1.0] } else { &[10.0, 8.0] }, t / spacing);
        assert_close(cell("b"), b, 1e-12 * 20.0, &format!("b at {t} ms, spacing {spacing}"));
    }
}

/// Far before and far behind, where an index would not fit into an integer.
#[test]
fn the_last_row_holds_and_so_does_the_first() {
    let mut job = String::from(
        "[run]\nduration = \"1 ms\"\ndt = \"0.1 ms\"\n[parameters]\nlag = \"0 ms\"\n[timed_arrays.s]\nvalues = [5, 6]\ndt = \"0.2 ms\"\n",
    );
    writeln!(job, "[neurons.G]\nsize = 1\nequations = \"x = s(t - lag) : 1\"").unwrap();
    writeln!(job, "[record.seen]\nkind = \"state\"\nsource = \"G\"\nvariables = [\"x\"]").unwrap();
    writeln!(job, "[[sweep]]\naxes.lag = [\"-1e6 s\", \"0 ms\", \"0.5 ms\", \"1e6 s\"]").unwrap();
    let folder = Folder::new();
    let table = folder.results_of(&job, "out", &[]).table("seen");
    let x = |point: &str| table.pick("x", &[("point", point)]);
    assert!(x("0").iter().all(|x| *x == 6.0));
    assert_eq!(x("1")[..4], [5.0, 5.0, 6.0, 6.0]);
    assert_eq!(x("2")[..9], [5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 6.0, 6.0]);
    assert!(x("3").iter().all(|x| *x == 5.0));
}
