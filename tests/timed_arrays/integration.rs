//! Timed arrays in integration: values at the stages of a step, and the exact method where a value holds for whole steps.

use crate::support::{Folder, assert_close};

const VALUES: [f64; 6] = [0.0, 3.1, 8.2, -4.0, 12.5, 1.7];

/// dv/dt = (stim(t) - v)/tau with this method, spacing and more.
fn job(method: &str, spacing: &str, interpolation: &str, more: &str) -> String {
    let method = if method.is_empty() { String::new() } else { format!("method = \"{method}\"") };
    format!(
        r#"
[run]
duration = "15 ms"
dt = "step"
[parameters]
step = "0.1 ms"
tau = "7 ms"
spacing = "{spacing}"
[timed_arrays.stim]
values = {VALUES:?}
dt = "spacing"
interpolation = "{interpolation}"
[neurons.G]
size = 1
equations = "dv/dt = (stim(t) - v)/tau : 1"
{method}
initial = "v = 1"
[record.v]
kind = "state"
source = "G"
variables = ["v"]
{more}
"#
    )
}

fn v(text: &str) -> Vec<f64> {
    Folder::new().results_of(text, "out", &[]).table("v").numbers("v")
}

/// The value at a time, for spacings in ms; times here are nowhere near the beginning of a row but for rounding.
fn stim(t: f64, spacing: f64) -> f64 {
    VALUES[((t / spacing + 1e-6).max(0.0) as usize).min(VALUES.len() - 1)]
}

/// One step after the other, in ms.
fn steps(h: f64, mut step: impl FnMut(f64, f64) -> f64) -> Vec<f64> {
    let mut v = 1.0;
    (0..(15.0 / h + 0.5) as usize)
        .map(|n| {
            let before = v;
            v = step(n as f64 * h, v);
            before
        })
        .collect()
}

#[track_caller]
fn assert_like(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (n, (a, b)) in found.iter().zip(expected).enumerate() {
        assert_close(*a, *b, 1e-11, &format!("{what}, step {n}"));
    }
}

fn euler(spacing: f64) -> Vec<f64> {
    steps(0.1, |t, v| v + 0.1 * (stim(t, spacing) - v) / 7.0)
}

/// The solution in closed form, where the input is constant within steps.
fn exact(spacing: f64, h: f64) -> Vec<f64> {
    steps(h, |t, v| stim(t, spacing) + (v - stim(t, spacing)) * (-h / 7.0_f64).exp())
}

#[test]
fn stages_see_the_value_at_their_own_time() {
    let f = |t: f64, v: f64| (stim(t, 0.73) - v) / 7.0;
    let h = 0.1;
    let rk2 = steps(h, |t, v| v + h * f(t + h / 2.0, v + h * f(t, v) / 2.0));
    assert_like(&v(&job("rk2", "0.73 ms", "previous", "")), &rk2, "rk2");
    let rk4 = steps(h, |t, v| {
        let k1 = h * f(t, v);
        let k2 = h * f(t + h / 2.0, v + k1 / 2.0);
        let k3 = h * f(t + h / 2.0, v + k2 / 2.0);
        let k4 = h * f(t + h, v + k3);
        v + (k1 + 2.0 * k2 + 2.0 * k3 + k4) / 6.0
    });
    assert_like(&v(&job("rk4", "0.73 ms", "previous", "")), &rk4, "rk4");
    assert_like(&v(&job("euler", "0.73 ms", "previous", "")), &euler(0.73), "euler");
}

#[test]
fn exact_where_values_hold_for_whole_steps() {
    for (spacing, number) in [("2 ms", 2.0), ("0.1 ms", 0.1), ("0.3 ms", 0.3), ("0.7 ms", 0.7)] {
        for method in ["exact", ""] {
            let found = v(&job(method, spacing, "previous", ""));
            assert_like(&found, &exact(number, 0.1), &format!("{method} at {spacing}"));
        }
    }
}

/// As in Brian, the default is then euler: rows of 0.25 ms, rows shorter than a step, straight lines.
#[test]
fn euler_by_default_where_they_do_not() {
    for (spacing, number) in [("0.25 ms", 0.25), ("0.05 ms", 0.05)] {
        let found = v(&job("", spacing, "previous", ""));
        assert_like(&found, &euler(number), spacing);
    }
    let line = |t: f64| {
        let at = (t / 2.0).clamp(0.0, 5.0);
        let k = (at as usize).min(4);
        VALUES[k] + (at - k as f64) * (VALUES[k + 1] - VALUES[k])
    };
    let expected = steps(0.1, |t, v| v + 0.1 * (line(t) - v) / 7.0);
    assert_like(&v(&job("", "2 ms", "linear", "")), &expected, "linear");
}

/// One model has one method: a single point that does not fit makes it euler for all. Points of another step are judged
/// by theirs.
#[test]
fn the_method_is_chosen_for_all_points() {
    let sweep = "[[sweep]]\naxes.spacing = [\"2 ms\", \"0.25 ms\"]\n";
    let folder = Folder::new();
    let table = folder.results_of(&job("", "1 ms", "previous", sweep), "out", &[]).table("v");
    assert_like(&table.pick("v", &[("point", "0")]), &euler(2.0), "2 ms beside 0.25 ms");
    let sweep = "[[sweep]]\nzip = [[\"spacing\", \"step\"]]\naxes.spacing = [\"2 ms\", \"0.25 ms\"]\naxes.step = [\"0.1 ms\", \"0.05 ms\"]\n";
    let table = folder.results_of(&job("", "1 ms", "previous", sweep), "two", &[]).table("v");
    assert_like(&table.pick("v", &[("point", "0")]), &exact(2.0, 0.1), "each a multiple");
    assert_like(&table.pick("v", &[("point", "1")]), &exact(0.25, 0.05), "each a multiple");
}

/// A group on a clock of its own: its own steps decide, 0.6 ms being a multiple of 0.3 ms, 0.4 ms not.
#[test]
fn groups_with_clocks_of_their_own() {
    for (spacing, slow_is_exact) in [(0.6, true), (0.4, false)] {
        let text = job("", &format!("{spacing} ms"), "previous", "");
        let (head, rest) = text.split_once("[neurons.G]").unwrap();
        let text = format!(
            "{head}[neurons.H]\nsize = 1\ndt = \"0.3 ms\"\nequations = \"du/dt = (stim(t) - u)/tau : 1\"\ninitial = \"u = 1\"\n\
             [record.u]\nkind = \"state\"\nsource = \"H\"\nvariables = [\"u\"]\n[neurons.G]{rest}"
        );
        let folder = Folder::new();
        let results = folder.results_of(&text, "out", &[]);
        assert_like(&results.table("v").numbers("v"), &exact(spacing, 0.1), "the clock of the run");
        let euler = steps(0.3, |t, v| v + 0.3 * (stim(t, spacing) - v) / 7.0);
        let expected = if slow_is_exact { exact(spacing, 0.3) } else { euler };
        assert_like(&results.table("u").numbers("u"), &expected, &format!("its own clock, {spacing} ms"));
    }
}
