//! Sweeps and the points they make: {sweep, expected rows}, counts, laziness, columns.

use std::collections::BTreeMap;
use std::path::Path;

use jobs::{Classes, ColumnSource, Job, Points, Selection};

const BASE: &str = r#"
[run]
duration = "1 ms"
dt = "step"
seed = "seed0"

[parameters]
a = 1
b = 10
x = "2 ms"
y = "2*x"
flag = true
step = "0.1 ms"
seed0 = 7
method = { text = "euler" }

[neurons.G]
size = "a"
equations = "dv/dt = -v/y : 1"
method = "{method}"
"#;

fn load(sweep: &str, sets: &[&str]) -> Result<Job, jobs::Rejected> {
    let sets: Vec<String> = sets.iter().map(|s| s.to_string()).collect();
    jobs::from_text("job.toml", format!("{BASE}{sweep}").as_bytes(), Path::new("tests"), &sets)
}

fn job(sweep: &str) -> Job {
    load(sweep, &[]).unwrap_or_else(|rejected| panic!("{rejected}"))
}

/// The swept values of each point, as the columns have them.
fn rows(points: &Points) -> Vec<String> {
    let cell = |point: &jobs::Point, source: &ColumnSource| match source {
        ColumnSource::Value { index, .. } => format!("{}", point.values[*index]),
        ColumnSource::Text { index } => point.texts[*index].to_string(),
    };
    points
        .iter()
        .map(|p| points.columns().iter().map(|c| cell(&p, &c.source)).collect::<Vec<_>>().join(" "))
        .collect()
}

fn columns(points: &Points) -> String {
    points.columns().iter().map(|c| c.name.clone()).collect::<Vec<_>>().join(" ")
}

#[test]
fn tables() {
    let table: &[(&str, &str, &[&str])] = &[
        ("", "", &[""]),
        ("[[sweep]]\nrepeat = 2", "", &["", ""]),
        ("[[sweep]]\naxes.b = [1, 2, 3]", "b", &["1", "2", "3"]),
        // The last axis is the fastest.
        ("[[sweep]]\naxes.b = [1, 2]\naxes.a = [5, 6]", "a b", &["5 1", "6 1", "5 2", "6 2"]),
        // What depends on a swept parameter is computed again.
        ("[[sweep]]\naxes.x = [\"1 ms\", \"3 ms\"]", "x y", &["0.001 0.002", "0.003 0.006"]),
        ("[[sweep]]\naxes.b = { from = 0, to = 1, n = 3 }", "b", &["0", "0.5", "1"]),
        (
            "[[sweep]]\naxes.b = { from = 0.1, to = 0.5, step = 0.1 }",
            "b",
            &["0.1", "0.2", "0.3", "0.4", "0.5"],
        ),
        ("[[sweep]]\naxes.b = { from = 3, to = 1, step = -1 }", "b", &["3", "2", "1"]),
        ("[[sweep]]\naxes.b = { from = 0, to = 1, step = 0.3 }", "b", &["0", "0.3", "0.6", "0.9"]),
        (
            "[[sweep]]\naxes.b = { from = 1, to = 1000, n = 4, scale = \"log\" }",
            "b",
            &["1", "10", "100", "1000"],
        ),
        (
            "[[sweep]]\naxes.x = { from = \"1 ms\", to = \"1 s\", n = 4, scale = \"log\" }",
            "x y",
            &["0.001 0.002", "0.01 0.02", "0.1 0.2", "1 2"],
        ),
        (
            "[[sweep]]\naxes.x = { from = \"1 ms\", to = \"0.002 s\", n = 3 }",
            "x y",
            &["0.001 0.002", "0.0015 0.003", "0.002 0.004"],
        ),
        ("[[sweep]]\naxes.flag = [true, false]", "flag", &["1", "0"]),
        (
            "[[sweep]]\naxes.method = [\"rk2\", \"euler\"]\naxes.a = [1, 2]",
            "a method",
            &["1 rk2", "2 rk2", "1 euler", "2 euler"],
        ),
        // A zip stands where its first axis stands.
        (
            "[[sweep]]\nzip = [\"x\", \"a\"]\naxes.a = [1, 2]\naxes.b = [3, 4]\naxes.x = [\"5 ms\", \"6 ms\"]",
            "a b x y",
            &["1 3 0.005 0.01", "1 4 0.005 0.01", "2 3 0.006 0.012", "2 4 0.006 0.012"],
        ),
        // Blocks follow each other; what a block does not sweep keeps its value.
        ("[[sweep]]\naxes.a = [1, 2]\n[[sweep]]\naxes.b = [3]", "a b", &["1 10", "2 10", "1 3"]),
        (
            "[[sweep]]\naxes.a = [1, 2, 3]\naxes.b = [1, 2, 3]\nwhere = \"a*b == 3 or a > 2 and b > 2\"",
            "a b",
            &["1 3", "3 1", "3 3"],
        ),
        (
            "[[sweep]]\naxes.a = [1, 2]\naxes.method = [\"rk2\", \"euler\"]\nwhere = \"method == 'rk2' or a == 2\"",
            "a method",
            &["1 rk2", "2 rk2", "2 euler"],
        ),
        ("[[sweep]]\naxes.a = [1, 2]\nderived.b = \"a + 100\"", "a b", &["1 101", "2 102"]),
        ("[[sweep]]\naxes.a = [1, 2]\nderived.x = \"a*b*ms\"", "a x y", &["1 0.01 0.02", "2 0.02 0.04"]),
        ("[[sweep]]\nderived.b = 4\n[[sweep]]", "b", &["4", "10"]),
        // What cannot be computed without the sweep need not be.
        ("[[sweep]]\naxes.a = [2, 3]\nderived.b = \"6//(a - 1)\"", "a b", &["2 6", "3 3"]),
        // A derived value takes part in `where`.
        ("[[sweep]]\naxes.a = [1, 2]\nderived.b = \"a*2\"\nwhere = \"b > 2\"", "a b", &["2 4"]),
        (
            "[[sweep]]\npoints = \"points.csv\"",
            "a b x y method",
            &["1 0.5 0.0015 0.003 rk2", "2 7 0.1 0.2 euler"],
        ),
        (
            "[[sweep]]\npoints = \"points.csv\"\naxes.flag = [false, true]\nwhere = \"a == 2\"",
            "a b x y flag method",
            &["2 7 0.1 0.2 0 euler", "2 7 0.1 0.2 1 euler"],
        ),
    ];
    for (sweep, names, expected) in table {
        let points = job(sweep).points();
        assert_eq!(columns(&points), *names, "{sweep}");
        assert_eq!(rows(&points), *expected, "{sweep}");
        assert_eq!(points.len() as usize, expected.len(), "{sweep}");
    }
}

#[test]
fn numbers_of_points() {
    let points = job(
        "[[sweep]]\naxes.a = [1, 2, 3]\nrepeat = 2\nwhere = \"a != 2\"\n[[sweep]]\naxes.b = [1]\nrepeat = 3",
    )
    .points();
    let found: Vec<(u64, u64, u64)> = points.iter().map(|p| (p.index, p.config, p.repeat)).collect();
    let expected = [(0, 0, 0), (1, 0, 1), (2, 1, 0), (3, 1, 1), (4, 2, 0), (5, 2, 1), (6, 2, 2)];
    assert_eq!(found, expected);
    assert_eq!(points.configs(), 3);
}

#[test]
fn models_of_texts() {
    let sweep =
        "[[sweep]]\naxes.method = [\"euler\", \"rk2\", \"euler\"]\naxes.a = [1, 2]\n[[sweep]]\naxes.b = [1]";
    let job = job(sweep);
    let found: Vec<(usize, String)> =
        job.points().iter().map(|p| (p.variant, p.texts[0].to_string())).collect();
    assert_eq!(job.models().len(), 2);
    for (variant, text) in found {
        let model = job.model(variant);
        assert_eq!(model.groups[0].method.as_ref().unwrap().0, text);
        assert_eq!(job.variant(variant), [text]);
    }
}

#[test]
fn values_of_a_run_are_expressions() {
    let points = job("[[sweep]]\naxes.step = [\"0.1 ms\", \"0.05 ms\"]\naxes.seed0 = [1, 2]").points();
    let found: Vec<(u64, u64)> = points.iter().map(|p| (p.run.steps, p.run.seed)).collect();
    assert_eq!(found, [(10, 1), (10, 2), (20, 1), (20, 2)]);
}

#[test]
fn steps_follow_brian() {
    for (duration, steps) in
        [("1 ms", 10), ("1.04 ms", 11), ("1.000001 ms", 10), ("20.05 ms", 201), ("0 ms", 0)]
    {
        let text = BASE.replace("duration = \"1 ms\"", &format!("duration = \"{duration}\""));
        let job = jobs::from_text("job.toml", text.as_bytes(), Path::new("."), &[]).unwrap();
        assert_eq!(job.points().get(0).run.steps, steps, "{duration}");
    }
}

#[test]
fn an_integer_swept_over_reals_is_real() {
    use kernels::language::ast::ValueKind;
    let kind = |sweep: &str| job(sweep).models()[0].parameters.iter().find(|p| p.name == "b").unwrap().kind;
    assert_eq!(kind(""), ValueKind::Integer);
    assert_eq!(kind("[[sweep]]\naxes.b = [1, 2]"), ValueKind::Integer);
    assert_eq!(kind("[[sweep]]\naxes.b = [1, 2.5]"), ValueKind::Real);
    assert_eq!(kind("[[sweep]]\naxes.b = { from = 0, to = 10, n = 3 }"), ValueKind::Integer);
    assert_eq!(kind("[[sweep]]\naxes.b = { from = 0, to = 10, n = 4 }"), ValueKind::Real);
    assert_eq!(kind("[[sweep]]\naxes.a = [1, 2]\nderived.b = \"a/2\""), ValueKind::Real);
}

#[test]
fn what_varies_is_marked() {
    let job = job("[[sweep]]\naxes.x = [\"1 ms\", \"2 ms\"]");
    let varies: Vec<&str> =
        job.models()[0].parameters.iter().filter(|p| p.varies).map(|p| p.name.as_str()).collect();
    assert_eq!(varies, ["x", "y"]);
}

#[test]
fn a_million_points_are_counted_and_made_quickly() {
    let sweep = "[[sweep]]\naxes.x = { from = \"1 ms\", to = \"2 ms\", n = 1000 }\naxes.b = { from = 0, to = 1, n = 1000 }";
    let begin = std::time::Instant::now();
    let points = job(sweep).points();
    assert_eq!(points.len(), 1_000_000);
    let sum: f64 = {
        let (mut bindings, mut point, mut sum) = (points.bindings(), jobs::Point::default(), 0.0);
        for k in 0..points.len() {
            points.fill(k, &mut bindings, &mut point);
            sum += point.values[1];
        }
        sum
    };
    assert!((sum - 500_000.0).abs() < 1e-3, "{sum}");
    // Generous, for a busy machine and a build without optimisation.
    assert!(begin.elapsed().as_secs() < 30, "{:?}", begin.elapsed());
}

#[test]
fn a_point_does_not_depend_on_how_it_is_reached() {
    let sweep = "[[sweep]]\naxes.x = { from = \"1 ms\", to = \"2 ms\", n = 7 }\naxes.b = { from = 0, to = 1, n = 5 }\nwhere = \"b < 0.9\"\nrepeat = 3";
    let points = job(sweep).points();
    for (k, point) in points.iter().enumerate() {
        assert_eq!(points.get(k as u64).values, point.values);
    }
    let last = points.get(u64::MAX);
    assert_eq!(last.index, points.len() - 1);
}

#[test]
fn selections_are_of_points() {
    let points = job("[[sweep]]\naxes.b = { from = 1, to = 10, n = 10 }").points();
    let selection = Selection::parse("0-2,9", points.len()).unwrap();
    assert_eq!(selection.iter().map(|k| points.get(k).values[1]).collect::<Vec<_>>(), [1.0, 2.0, 3.0, 10.0]);
    assert!(Selection::parse("10", points.len()).is_err());
    assert_eq!(Selection::all(points.len()).len(), 10);
}

#[test]
fn settings_change_the_job() {
    let plain = load("", &[]).unwrap();
    let set = load("", &["x=5 ms", "method = rk2", "b=2.5", "flag=false"]).unwrap();
    let point = set.points().get(0);
    assert_eq!((point.values[2], point.values[3], point.values[1], point.values[4]), (0.005, 0.01, 2.5, 0.0));
    assert_eq!(&*point.texts[0], "rk2");
    assert_ne!(plain.identity(), set.identity());
    let again = jobs::from_text("other.toml", set.as_run().as_bytes(), Path::new("."), &[]).unwrap();
    assert_eq!(again.identity(), set.identity());
    assert_eq!(again.as_run(), set.as_run());
    for wrong in ["taum=1", "x", "x=5 mV", "x=5 ms + 1", "=3"] {
        let rejected = load("", &[wrong]).unwrap_err().render(false);
        assert!(rejected.contains("--> --set:1:"), "{wrong}: {rejected}");
    }
    assert!(load("", &["x=1 ms", "x=2 ms"]).is_err());
    let no_method = load("", &["method=3"]).unwrap_err().render(false);
    assert!(no_method.contains("no integration method '3'"), "{no_method}");
}

/// A text parameter takes what is written, quoted or not, even if it looks like something else.
#[test]
fn texts_need_no_quotes() {
    let word = "word = { text = \"euler\" }\n[neurons.G]";
    let text = BASE.replace("[neurons.G]", word);
    for (set, expected) in [
        ("word=rk2", "rk2"),
        ("word=\"rk2\"", "rk2"),
        ("word=7", "7"),
        ("word = 1e3 ", "1e3"),
        ("word=true", "true"),
        ("word=[1, 2]", "[1, 2]"),
        ("word=2*v + 1", "2*v + 1"),
        ("word={ text = \"7\" }", "7"),
    ] {
        let job = |text: &str, sets: &[String]| {
            jobs::from_text("job.toml", text.as_bytes(), Path::new("."), sets)
                .unwrap_or_else(|rejected| panic!("{set}: {rejected}"))
        };
        let changed = job(&text, &[set.to_string()]);
        let written = job(&text.replace("\"euler\" }\n[", &format!("\"{expected}\" }}\n[")), &[]);
        assert_eq!(changed.identity(), written.identity(), "{set}");
        assert_eq!(job(changed.as_run(), &[]).identity(), written.identity(), "{set}, as it is stored");
    }
}

#[test]
fn the_stored_copy_keeps_comments() {
    let text = format!("# my job\n{BASE}# the end\n");
    let sets = ["x=5 ms".to_string()];
    let job = jobs::from_text("dir/cuba.toml", text.as_bytes(), Path::new("."), &sets).unwrap();
    assert_eq!(job.name(), "cuba");
    assert!(job.as_run().contains("# my job") && job.as_run().contains("# the end"));
    assert!(job.as_run().contains("x = \"5 ms\"\n") && job.as_run().contains("job.name = \"cuba\"\n"));
}

#[test]
fn identity_is_of_what_is_meant() {
    let identity =
        |text: &str| jobs::from_text("job.toml", text.as_bytes(), Path::new("."), &[]).unwrap().identity();
    let plain = identity(BASE);
    assert_eq!(identity(&format!("# comment\n{}", BASE.replace("a = 1", "a   =   1 # one"))), plain);
    assert_eq!(identity(&BASE.replace('\n', "\r\n")), plain);
    assert_eq!(identity(&BASE.replace("b = 10", "\"b\" = 1_0")), plain);
    assert_ne!(identity(&BASE.replace("b = 10", "b = 11")), plain);
    assert_ne!(identity(&BASE.replace("b = 10", "b = 10.0")), plain);
}

#[test]
fn columns_have_units() {
    let more = "[record.trace]\nkind = \"state\"\nsource = \"G\"\nvariables = [\"v\"]\n\
                [record.spikes]\nkind = \"spikes\"\nsource = \"G\"\n[record.r]\nkind = \"rate\"\nsource = \"G\"\n\
                [summary]\ntop = \"max(G[:1].v)\"\n[[sweep]]\naxes.x = [\"1 ms\"]\n\
                [output]\nunits = { t = \"s\", \"spikes.t\" = \"us\", x = \"s\" }\n";
    let job = job(&format!("threshold = \"v > 1\"\n{more}"));
    let tables = job.tables();
    let names = |table: &str| {
        let table = tables.iter().find(|t| t.name == table).unwrap();
        table.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>().join(",")
    };
    assert_eq!(names("points"), "x_s,y_ms");
    assert_eq!(names("summary"), "top");
    assert_eq!(names("trace"), "point,t_s,i,v");
    assert_eq!(names("spikes"), "point,t_us,i");
    assert_eq!(names("r"), "point,t_s,rate_Hz");
}

#[test]
fn a_value_that_no_point_uses_need_not_exist() {
    let text = BASE.replace("b = 10", "b = \"6//(a - 1)\"\nc = \"1/(a - 1)\"\nd = \"c + 1\"");
    let load =
        |sweep: &str| jobs::from_text("job.toml", format!("{text}{sweep}").as_bytes(), Path::new("."), &[]);
    assert!(load("[[sweep]]\naxes.a = [2, 3]").is_ok());
    let message = load("").unwrap_err().render(false);
    assert!(message.contains("'//' by zero") && message.contains("'c' is infinite"), "{message}");
    assert!(!message.contains("'d'"), "{message}");
    let message = load("[[sweep]]\naxes.a = [2, 1]").unwrap_err().render(false);
    assert!(message.contains("by zero, at point 1 (a = 1)"), "{message}");
}

/// Sweeps in which values depend on some axes only.
const MIXED: [&str; 8] = [
    "[[sweep]]\naxes.a = [1, 2, 3]\naxes.b = [1, 2, 3]\naxes.x = [\"1 ms\", \"2 ms\"]\nrepeat = 2",
    "[[sweep]]\naxes.a = [1, 2, 3]\naxes.b = [1, 2, 3]\naxes.x = [\"1 ms\", \"2 ms\"]\nwhere = \"a != b and x*a < 5*ms\"",
    "[[sweep]]\nzip = [\"a\", \"x\"]\naxes.a = [1, 2]\naxes.b = [3, 4, 5]\naxes.x = [\"1 ms\", \"2 ms\"]",
    "[[sweep]]\naxes.a = [1, 2, 3]\naxes.flag = [true, false]\nderived.b = \"a*a\"\nderived.x = \"(a + b)*ms\"",
    "[[sweep]]\naxes.a = [1, 2]\naxes.method = [\"rk2\", \"euler\"]\n[[sweep]]\naxes.b = [1, 2]\nrepeat = 3",
    "[[sweep]]\naxes.x = { from = \"a*ms\", to = \"2*a*ms\", n = 3 }\naxes.a = [1, 2]\naxes.b = [\"2*a\", \"x/ms\"]\naxes.flag = [true, false]",
    "[[sweep]]\naxes.b = [1, 3]\naxes.x = { from = \"b*ms\", to = \"9 ms\", n = 3 }\nwhere = \"x > 2*ms\"\n[[sweep]]\naxes.b = [4, 7]\naxes.x = { from = \"9 ms\", to = \"b*ms\", n = 3 }",
    "[[sweep]]\ndesign = \"sobol\"\nn = 40\naxes.a = { from = 1, to = 3 }\naxes.b = { from = 0.5, to = \"a\" }\naxes.flag = [true, false]\nwhere = \"b < 2\"\nrepeat = 2",
];

#[test]
fn points_of_one_class_agree() {
    for sweep in MIXED {
        let points = job(sweep).points();
        for chosen in 0_usize..1 << 5 {
            let numbers: Vec<usize> = (0..5).filter(|k| chosen >> k & 1 == 1).collect();
            for repeats in [false, true] {
                let classes = Classes::new(&points, &numbers, repeats);
                let mut seen = BTreeMap::new();
                for point in points.iter() {
                    let class = classes.of(point.index);
                    assert!(class < classes.count());
                    let bits: Vec<u64> = numbers.iter().map(|k| point.values[*k].to_bits()).collect();
                    let repeat = if repeats { point.repeat } else { 0 };
                    let values = (bits, point.texts.clone(), repeat);
                    assert_eq!(*seen.entry(class).or_insert(values.clone()), values, "{sweep}: {numbers:?}");
                }
            }
        }
        // Where nothing is asked for, only texts and blocks tell points apart.
        let classes = Classes::new(&points, &[], false);
        assert!(classes.count() <= 3, "{sweep}: {}", classes.count());
    }
}

#[test]
fn a_rule_is_broken_at_the_first_point() {
    // The size is broken where a = 3 and b = 2: point 10 of 2 x 3 x 2, or the one of them that `where` leaves first.
    let sweep = "[[sweep]]\naxes.flag = [true, false]\naxes.a = [1, 2, 3]\naxes.b = [1, 2]\naxes.x = [\"1 ms\", \"2 ms\"]";
    let text = BASE.replace("size = \"a\"", "size = \"7 - a*b - int(a*b == 6)\"");
    for (condition, first) in
        [("", 10), ("\nwhere = \"not flag or x > 1*ms\"", 5), ("\nwhere = \"x > 1*ms and not flag\"", 5)]
    {
        let text = format!("{text}{sweep}{condition}");
        let refused = jobs::from_text("job.toml", text.as_bytes(), Path::new("."), &[]).unwrap_err();
        let message = refused.render(false);
        assert_eq!(refused.faults.len(), 1, "{message}");
        assert!(message.contains(&format!("not 0, at point {first} (a = 3, b = 2)")), "{message}");
    }
}

#[test]
fn labels_make_no_models() {
    let names: Vec<String> = (0..300).map(|k| format!("\"case {k}\"")).collect();
    let sweep = format!("[[sweep]]\naxes.label = [{}]\naxes.method = [\"rk2\", \"euler\"]", names.join(", "));
    let text = BASE.replace("[parameters]", "[parameters]\nlabel = { text = \"none\" }");
    let load =
        |text: &str| jobs::from_text("job.toml", format!("{text}{sweep}").as_bytes(), Path::new("."), &[]);
    let job = load(&text).unwrap_or_else(|rejected| panic!("{rejected}"));
    assert_eq!((job.models().len(), job.points().len()), (2, 600));
    assert_eq!(columns(&job.points()), "label method");
    assert_eq!(rows(&job.points())[599], "case 299 euler");
    // As soon as a string of the model uses it, it is no label.
    let refused = load(&text.replace(": 1\"", ": 1 # {label}\"")).unwrap_err().render(false);
    assert!(refused.contains("more than 256 different models"), "{refused}");
}

#[test]
fn checkpoints_are_no_part_of_the_identity() {
    let with = |run: &str| {
        let text = BASE.replacen("[run]\n", &format!("[run]\n{run}"), 1);
        jobs::from_text("job.toml", text.as_bytes(), Path::new("."), &[]).unwrap_or_else(|r| panic!("{r}"))
    };
    let (none, some) = (with(""), with("checkpoint = \"90 s\"\n"));
    assert_eq!((none.checkpoint(), some.checkpoint()), (None, Some(std::time::Duration::from_secs(90))));
    assert_eq!(none.identity(), some.identity());
    assert!(some.as_run().contains("checkpoint"));
}

#[test]
fn a_limit_of_the_output_is_no_part_of_the_identity() {
    let with = |output: &str| {
        let text = format!("{BASE}{output}");
        jobs::from_text("job.toml", text.as_bytes(), Path::new("."), &[]).unwrap_or_else(|r| panic!("{r}"))
    };
    let (none, some) = (with(""), with("[output]\nmax_bytes = 7\n"));
    assert_eq!((none.max_bytes(), some.max_bytes()), (100_000_000_000, 7));
    assert_eq!(none.identity(), some.identity());
    assert!(some.as_run().contains("max_bytes") && some.canonical().contains("max_bytes"));
    let columns = "[output]\ncolumns = \"plain\"\n";
    assert_eq!(with(columns).identity(), with(&format!("{columns}max_bytes = 7\n")).identity());
    assert_ne!(none.identity(), with(columns).identity());
}

#[test]
fn an_expected_rate_is_no_part_of_the_identity() {
    let with = |rate: &str| {
        let text = format!("{BASE}threshold = \"v > 1\"\n{rate}");
        jobs::from_text("job.toml", text.as_bytes(), Path::new("."), &[]).unwrap_or_else(|r| panic!("{r}"))
    };
    let (none, some) = (with(""), with("expected_rate = \"b*Hz\""));
    assert_eq!(none.identity(), some.identity());
    assert!(some.as_run().contains("expected_rate") && some.canonical().contains("expected_rate"));
    assert_ne!(none.identity(), job("").identity());
    let event = "[neurons.G.events.up]\ncondition = \"v > 0\"\n";
    let (none, some) = (with(event), with(&format!("{event}expected_rate = \"b*Hz\"")));
    assert_eq!(none.identity(), some.identity());
    assert!(some.as_run().contains("expected_rate"));
}
