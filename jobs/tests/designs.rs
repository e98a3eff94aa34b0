//! Designs and values that depend on other axes, as jobs: rows, strata, seeds, what a design's points depend on.

use std::collections::BTreeSet;
use std::path::Path;

use jobs::{Job, Points};
use proptest::prelude::*;

const BASE: &str = r#"
[run]
duration = "1 ms"
seed = "s"

[parameters]
z = 1
a = 1
b = 10.0
x = "2 ms"
y = "2*x"
s = 7
method = { text = "euler" }
label = { text = "none" }

[neurons.G]
size = "z"
equations = "dv/dt = -v/y : 1"
method = "{method}"
"#;

fn load(sweep: &str, sets: &[&str]) -> Result<Job, jobs::Rejected> {
    let sets: Vec<String> = sets.iter().map(|s| s.to_string()).collect();
    jobs::from_text("job.toml", format!("{BASE}{sweep}").as_bytes(), Path::new("tests"), &sets)
}

fn points(sweep: &str) -> Points {
    load(sweep, &[]).unwrap_or_else(|rejected| panic!("{sweep}\n{rejected}")).points()
}

/// The values of a parameter at all points.
fn column(points: &Points, name: &str) -> Vec<f64> {
    let index = points.frame().numbers.iter().position(|n| n.0 == name).unwrap();
    points.iter().map(|p| p.values[index]).collect()
}

fn design(kind: &str, n: u64, axes: &str) -> String {
    format!("[[sweep]]\ndesign = \"{kind}\"\nn = {n}\n{axes}\n")
}

/// Names of parameters, each with its values.
type Columns = &'static [(&'static str, &'static [f64])];

#[test]
fn values_that_depend_on_other_axes() {
    let table: &[(&str, Columns)] = &[
        (
            "axes.a = [1, 2]\naxes.b = { from = \"a\", to = \"2*a\", n = 3 }",
            &[("a", &[1.0, 1.0, 1.0, 2.0, 2.0, 2.0]), ("b", &[1.0, 1.5, 2.0, 2.0, 3.0, 4.0])],
        ),
        // In any order; the last axis is the fastest all the same.
        (
            "axes.b = { from = \"a\", to = \"2*a\", n = 3 }\naxes.a = [1, 2]",
            &[("a", &[1.0, 2.0, 1.0, 2.0, 1.0, 2.0]), ("b", &[1.0, 2.0, 1.5, 3.0, 2.0, 4.0])],
        ),
        // Exact decimals: three times 0.1 ends at 0.3, in units, too.
        (
            "axes.x = [\"0.1 ms\", \"0.7 ms\"]\naxes.b = { from = \"x/ms\", to = \"3*(x/ms)\", n = 3 }",
            &[("b", &[0.1, 0.2, 0.3, 0.7, 1.4, 2.1])],
        ),
        (
            "axes.b = [0.1, 0.7]\nderived.x = \"b*second\"\naxes.a = { from = \"b\", to = \"3*b\", n = 3 }",
            &[("a", &[0.1, 0.2, 0.3, 0.7, 1.4, 2.1])],
        ),
        // Through a parameter, a derived value, another dependent axis.
        (
            "axes.x = [\"1 ms\", \"3 ms\"]\naxes.b = { from = 0, to = \"y/ms\", n = 2 }",
            &[("b", &[0.0, 2.0, 0.0, 6.0]), ("y", &[0.002, 0.002, 0.006, 0.006])],
        ),
        (
            "axes.a = [1, 2]\nderived.b = \"10*a\"\naxes.x = { from = \"a*ms\", to = \"b*ms\", n = 2 }",
            &[("x", &[0.001, 0.01, 0.002, 0.02]), ("y", &[0.002, 0.02, 0.004, 0.04])],
        ),
        (
            "axes.x = { from = \"0 ms\", to = \"b*ms\", n = 2 }\naxes.b = { from = \"a\", to = \"3*a\", n = 2 }\naxes.a = [1, 2]",
            &[
                ("x", &[0.0, 0.0, 0.0, 0.0, 0.001, 0.002, 0.003, 0.006]),
                ("b", &[1.0, 2.0, 3.0, 6.0, 1.0, 2.0, 3.0, 6.0]),
            ],
        ),
        // Logarithmic, falling, lists.
        (
            "axes.a = [1, 10]\naxes.b = { from = \"a\", to = \"100*a\", n = 3, scale = \"log\" }",
            &[("b", &[1.0, 10.0, 100.0, 10.0, 100.0, 1000.0])],
        ),
        (
            "axes.a = [1, 2]\naxes.b = { from = \"a\", to = \"-a\", n = 3 }",
            &[("b", &[1.0, 0.0, -1.0, 2.0, 0.0, -2.0])],
        ),
        ("axes.a = [1, 2]\naxes.b = [\"a\", \"a*a + 1\", 7]", &[("b", &[1.0, 2.0, 7.0, 2.0, 5.0, 7.0])]),
        // With zips, conditions, repeats, tables.
        (
            "zip = [\"a\", \"b\"]\naxes.a = [1, 2, 3]\naxes.b = { from = \"a\", to = \"2*a\", n = 3 }",
            &[("b", &[1.0, 3.0, 6.0])],
        ),
        (
            "axes.a = [1, 2]\naxes.b = { from = \"a\", to = \"2*a\", n = 3 }\nwhere = \"b >= 2\"\nrepeat = 2",
            &[("b", &[2.0, 2.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0])],
        ),
        (
            "points = \"points.csv\"\naxes.s = { from = \"a\", to = \"2*a\", n = 2 }",
            &[("a", &[1.0, 1.0, 2.0, 2.0]), ("s", &[1.0, 2.0, 2.0, 4.0])],
        ),
    ];
    for (sweep, expected) in table {
        let points = points(&format!("[[sweep]]\n{sweep}"));
        for (name, values) in *expected {
            assert_eq!(column(&points, name), *values, "{sweep}: {name}");
        }
    }
}

/// `step` ranges of whole numbers must not lose that they are whole: sizes can depend on axes by lists.
#[test]
fn integers_may_depend_on_axes() {
    let points = points("[[sweep]]\naxes.s = [2, 3]\naxes.a = [\"s\", \"s*s\"]");
    assert_eq!(column(&points, "a"), [2.0, 4.0, 3.0, 9.0]);
    let points =
        self::points(&design("sobol", 64, "axes.s = [2, 3]\naxes.a = { from = \"s\", to = \"2*s\" }"));
    let pairs: BTreeSet<(u64, u64)> = column(&points, "s")
        .into_iter()
        .zip(column(&points, "a"))
        .map(|(s, a)| (s as u64, a as u64))
        .collect();
    let all = [(2, 2), (2, 3), (2, 4), (3, 3), (3, 4), (3, 5), (3, 6)];
    assert_eq!(pairs.into_iter().collect::<Vec<_>>(), all);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A dependent range is what the same range with numbers for ends is.
    #[test]
    fn dependent_ranges_are_ranges(tenths in 1_i64..1000, factor in 2_i64..50, n in 2_u64..30, log: bool) {
        let scale = if log { ", scale = \"log\"" } else { "" };
        let first = format!("{}e-1", tenths);
        let dependent = points(&format!(
            "[[sweep]]\naxes.b = [{first}]\naxes.a = {{ from = \"b\", to = \"b*{factor}\", n = {n}{scale} }}"
        ));
        let fixed = points(&format!(
            "[[sweep]]\naxes.a = {{ from = {first}, to = {}e-1, n = {n}{scale} }}", tenths * factor
        ));
        prop_assert_eq!(column(&dependent, "a"), column(&fixed, "a"));
    }

    /// Each axis of a Latin hypercube has a point in each of n equal parts, on its own scale.
    #[test]
    fn latin_hypercubes_are_stratified(n in 1_u64..300, seed in 0_u64..1000) {
        let axes = format!(
            "seed = {seed}\naxes.b = {{ from = -3.0, to = 5.0 }}\naxes.x = {{ from = \"1 ms\", to = \"1 s\", scale = \"log\" }}"
        );
        let points = points(&design("latin_hypercube", n, &axes));
        let parts = |values: Vec<f64>, place: &dyn Fn(f64) -> f64| {
            values.iter().map(|v| (place(*v) * n as f64) as u64).collect::<BTreeSet<_>>().len() as u64
        };
        prop_assert_eq!(parts(column(&points, "b"), &|b| (b + 3.0) / 8.0), n);
        prop_assert_eq!(parts(column(&points, "x"), &|x| x.log10() / 3.0 + 1.0), n);
    }

    /// Integers, list items and texts of a Latin hypercube come equally often where `n` is a multiple of their number.
    #[test]
    fn choices_are_equally_often(each in 1_u64..40, seed in 0_u64..1000) {
        let n = 12 * each;
        let axes = format!(
            "seed = {seed}\naxes.a = {{ from = 3, to = 6 }}\naxes.b = [1.0, 2.0, 4.0]\naxes.label = [\"p\", \"q\"]"
        );
        let points = points(&design("latin_hypercube", n, &axes));
        let count = |name: &str, value: f64| column(&points, name).iter().filter(|v| **v == value).count() as u64;
        for size in 3..7 {
            prop_assert_eq!(count("a", f64::from(size)), n / 4);
        }
        for b in [1.0, 2.0, 4.0] {
            prop_assert_eq!(count("b", b), n / 3);
        }
        let label = points.texts().iter().position(|t| t == "label").unwrap();
        prop_assert_eq!(points.iter().filter(|p| &*p.texts[label] == "q").count() as u64, n / 2);
    }
}

const TWO: &str = "axes.b = { from = 0.0, to = 1.0 }\naxes.x = { from = \"1 ms\", to = \"5 ms\" }";

#[test]
fn an_unscrambled_sobol_sequence_is_the_published_one() {
    let points = points(&design("sobol", 8, &format!("scramble = \"none\"\n{TWO}")));
    assert_eq!(column(&points, "b"), [0.0, 0.5, 0.75, 0.25, 0.375, 0.875, 0.625, 0.125]);
    let eighths = [0.0, 4.0, 2.0, 6.0, 3.0, 7.0, 1.0, 5.0];
    for (x, e) in column(&points, "x").into_iter().zip(eighths) {
        assert!((x - (0.001 + 0.004 * e / 8.0)).abs() < 1e-15);
    }
}

#[test]
fn a_longer_design_goes_on_where_a_shorter_one_ends() {
    for kind in ["sobol", "random"] {
        let (short, long) = (points(&design(kind, 50, TWO)), points(&design(kind, 400, TWO)));
        for name in ["b", "x"] {
            assert_eq!(column(&short, name), column(&long, name)[..50], "{kind}");
        }
    }
    let (short, long) =
        (points(&design("latin_hypercube", 50, TWO)), points(&design("latin_hypercube", 400, TWO)));
    assert_ne!(column(&short, "b"), column(&long, "b")[..50]);
}

#[test]
fn points_depend_on_seed_block_axis_and_number_alone() {
    for kind in ["latin_hypercube", "sobol", "random"] {
        let b = |sweep: &str| column(&points(sweep), "b");
        let first = b(&design(kind, 20, TWO));
        // The run's seed is that of [parameters], swept or not; the block's own one comes before it.
        assert_eq!(b(&design(kind, 20, &format!("seed = 7\n{TWO}"))), first);
        assert_eq!(b(&design(kind, 20, &format!("seed = \"s\"\n{TWO}"))), first);
        assert_eq!(b(&design(kind, 20, &format!("{TWO}\naxes.s = [1, 2]"))), first);
        assert_ne!(b(&design(kind, 20, &format!("seed = 8\n{TWO}"))), first);
        let set = load(&design(kind, 20, TWO), &["s=8"]).unwrap_or_else(|r| panic!("{r}")).points();
        assert_eq!(column(&set, "b"), b(&design(kind, 20, &format!("seed = 8\n{TWO}"))));
        // What else the block holds does not matter, nor how often points are repeated.
        assert_eq!(
            b(&design(kind, 20, &format!("{TWO}\naxes.label = [\"p\", \"q\"]\nderived.a = 2"))),
            first
        );
        let twice = b(&design(kind, 20, &format!("repeat = 2\n{TWO}")));
        assert_eq!(twice.iter().step_by(2).copied().collect::<Vec<_>>(), first);
        // Another block has other points, and axes differ.
        let second = b(&format!("{}{}", design(kind, 20, TWO), design(kind, 20, TWO)));
        assert_eq!(second[..20], first);
        assert_ne!(second[20..], first);
        let both = points(&design(
            kind,
            20,
            "axes.b = { from = 0.0, to = 1.0 }\naxes.x = { from = \"0 s\", to = \"1 s\" }",
        ));
        assert_ne!(column(&both, "b"), column(&both, "x"));
    }
    // The order of axes matters to Sobol sequences, whose dimensions go by it.
    let turned = TWO.lines().rev().collect::<Vec<_>>().join("\n");
    for kind in ["latin_hypercube", "random"] {
        let (one, other) = (points(&design(kind, 20, TWO)), points(&design(kind, 20, &turned)));
        assert_eq!(column(&one, "b"), column(&other, "b"), "{kind}");
    }
}

#[test]
fn conditions_leave_points_out_and_zips_share_a_coordinate() {
    for kind in ["latin_hypercube", "sobol", "random"] {
        let all = points(&design(kind, 200, TWO));
        let kept =
            points(&design(kind, 200, &format!("{TWO}\nwhere = \"b < 0.5 and x > 2*ms\"\nrepeat = 2")));
        let expected: Vec<f64> = column(&all, "b")
            .into_iter()
            .zip(column(&all, "x"))
            .filter(|(b, x)| *b < 0.5 && *x > 0.002)
            .flat_map(|(b, _)| [b, b])
            .collect();
        assert_eq!(column(&kept, "b"), expected, "{kind}");
        assert!(kept.iter().zip(0..).all(|(p, k)| p.index == k && p.config == k / 2));

        let zipped = points(&design(kind, 50, &format!("zip = [\"b\", \"x\"]\n{TWO}")));
        for (b, x) in column(&zipped, "b").into_iter().zip(column(&zipped, "x")) {
            assert!((x - (0.001 + 0.004 * b)).abs() < 1e-15);
        }
        let axes = "zip = [\"label\", \"b\"]\naxes.label = [\"low\", \"high\"]\naxes.b = [1.0, 2.0]";
        let zipped = points(&design(kind, 50, axes));
        let label = zipped.texts().iter().position(|t| t == "label").unwrap();
        let b = column(&zipped, "b");
        assert!(zipped.iter().zip(&b).all(|(p, b)| (&*p.texts[label] == "low") == (*b == 1.0)));
        assert!(b.contains(&1.0) && b.contains(&2.0));
    }
}

#[test]
fn bounds_of_a_design_may_depend_on_its_axes() {
    let axes = "axes.x = { from = \"1 ms\", to = \"b*ms\", scale = \"log\" }\naxes.b = { from = 2.0, to = 5.0 }\naxes.method = [\"euler\", \"rk2\"]";
    for kind in ["latin_hypercube", "sobol", "random"] {
        let points = points(&design(kind, 300, axes));
        let pairs: Vec<(f64, f64)> = column(&points, "b").into_iter().zip(column(&points, "x")).collect();
        assert!(pairs.iter().all(|(b, x)| (0.001..=b * 1.0001e-3).contains(x)), "{kind}");
        // Where the point lies between its own ends is uniform: mean 1/2 within four standard errors of chance.
        let places = pairs.iter().map(|(b, x)| (x * 1e3).ln() / b.ln());
        let mean = places.sum::<f64>() / 300.0;
        assert!((mean - 0.5).abs() < 4.0 / (12.0_f64 * 300.0).sqrt(), "{kind}: {mean}");
        let variants: BTreeSet<usize> = points.iter().map(|p| p.variant).collect();
        assert_eq!(variants.len(), 2);
    }
}

#[test]
fn a_point_of_a_design_does_not_depend_on_how_it_is_reached() {
    let dependent = "axes.x = { from = \"b*ms\", to = \"2*b*ms\" }\naxes.b = { from = 1.0, to = 5.0 }\nwhere = \"x < 8*ms\"";
    for kind in ["latin_hypercube", "sobol", "random"] {
        let sweep = design(kind, 500, dependent)
            + "[[sweep]]\naxes.b = [1.0, 2.0]\naxes.x = { from = \"b*ms\", to = \"3*b*ms\", n = 3 }";
        let points = points(&sweep);
        let forward: Vec<Vec<f64>> = points.iter().map(|p| p.values).collect();
        let mut bindings = points.bindings();
        let mut point = jobs::Point::default();
        for k in (0..points.len()).rev().step_by(3).chain((0..points.len()).step_by(7)) {
            points.fill(k, &mut bindings, &mut point);
            assert_eq!(point.values, forward[k as usize], "{kind}: {k}");
        }
    }
}

#[test]
fn the_hundred_millionth_point_is_found_at_once() {
    for kind in ["latin_hypercube", "sobol", "random"] {
        let sweep = design(kind, 100_000_000, "axes.label = [\"p\", \"q\", \"r\"]");
        // The label alone varies, so that nothing is tried at every point.
        let text = BASE.replace("seed = \"s\"", "seed = 1") + &sweep;
        let job = jobs::from_text("job.toml", text.as_bytes(), Path::new("."), &[]);
        let points = job.unwrap_or_else(|r| panic!("{r}")).points();
        assert_eq!(points.get(99_999_999).index, 99_999_999);
    }
}

#[test]
fn a_sobol_sequence_has_so_many_dimensions() {
    let text = |axes: usize| {
        let names: Vec<String> = (0..axes).map(|k| format!("p{k}")).collect();
        let parameters: String = names.iter().map(|n| format!("{n} = 1.0\n")).collect();
        let axes: String = names.iter().map(|n| format!("axes.{n} = {{ from = 0.0, to = 1.0 }}\n")).collect();
        BASE.replace("[parameters]", &format!("[parameters]\n{parameters}")) + &design("sobol", 4, &axes)
    };
    let load = |axes| jobs::from_text("job.toml", text(axes).as_bytes(), Path::new("."), &[]);
    assert!(load(512).is_ok());
    let message = load(513).unwrap_err().render(false);
    assert!(
        message
            .contains("error[E2508]: a Sobol sequence has 512 dimensions at most, and this block 513 axes")
    );
}
