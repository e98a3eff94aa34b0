//! Each key of the description: its example is accepted, a misspelled key and wrong types are refused, by reader and
//! schema alike.

use jobs::format::{self, Default, Key, Table, Takes};
use jobs::{Rejected, codes};
use kernels::program::adaptive;
use toml::{Table as Toml, Value};

use super::schema::complaints;
use super::{check, described};

/// A job in which every table can stand.
const AROUND: &str = r#"
run = { duration = "10 ms" }
parameters = { tau = "20 ms", drive = "10 mV", E0 = "-65 mV", we = "1 mV" }
synapses.S = { source = "P", target = "P", connect = {}, equations = "w : volt", on_pre = "v += w", on_post = "v -= w" }
record.m = { kind = "state", source = "P", variables = ["v"] }

[neurons.P]
size = 100
equations = "dv/dt = (E0 + drive - v)/tau : volt"
threshold = "v > -60*mV"
reset = "v = E0"
events = { up = { condition = "v > -62*mV" } }

[neurons.G]
size = 100
equations = "du/dt = -u/tau : 1"

[neurons.B]
size = 100
equations = """
input : 1 (linked)
near : 1 (linked)
"""
linked = { input = { from = "G.u" }, near = { from = "G.u" } }
"#;

/// Where a table stands in the job, and the keys that it needs beside the one that is tried.
fn place(table: &Table, key: &str) -> (&'static str, &'static str) {
    let correlogram = r#"kind = "correlogram", source = "P", target = "P", bin = "1 ms", max = "5 ms""#;
    let state = r#"kind = "state", source = "P", variables = ["v"]"#;
    match (table.title, key) {
        ("the job file", _) => ("", ""),
        ("[job]", _) => ("job", ""),
        ("[run]", _) => ("run", r#"duration = "10 ms""#),
        ("[output]", _) => ("output", ""),
        ("{ value = ... }" | "{ text = ... }", _) => ("parameters.x", ""),
        ("{ file = ... }", _) => ("parameters.x", r#"file = "data.csv", column = "drive_mV""#),
        ("[neurons.NAME]", "absolute_tolerance" | "relative_tolerance" | "max_steps") => {
            ("neurons.P", r#"method = "rk45""#)
        }
        ("initial", _) => ("neurons.P.initial", r#"set = "v = E0""#),
        ("[functions.NAME]", "arguments" | "value") => {
            ("functions.f", r#"arguments = ["x", "tau"], value = "x/tau""#)
        }
        ("[functions.NAME]", _) => ("functions.f", r#"x = ["0 mV", "1 mV"], y = [0, 1]"#),
        ("[poisson_inputs.NAME]", _) => (
            "poisson_inputs.drive",
            r#"target = "P", variable = "v", n = 10, rate = "1 Hz", weight = "1 mV""#,
        ),
        ("[neurons.NAME.events.NAME]", _) => ("neurons.P.events.up", r#"condition = "v > E0""#),
        ("[synapses.NAME.pathways.NAME]", "on_pre" | "on_post") => ("synapses.S.pathways.slow", ""),
        ("[synapses.NAME.pathways.NAME]", _) => ("synapses.S.pathways.slow", r#"on_pre = "v += w""#),
        ("linked", _) => ("neurons.B.linked.input", r#"from = "G.u""#),
        ("[neurons.NAME]", "linked") => ("neurons.B", ""),
        ("[neurons.NAME]", _) => ("neurons.P", ""),
        ("[actions.NAME]", _) => ("actions.a", r#"on = "P", code = "v = E0""#),
        ("[poisson.NAME]", _) => ("poisson.input", r#"size = 10, rate = "1 Hz""#),
        ("[spike_generators.NAME]", "indices") => {
            ("spike_generators.cue", r#"size = 10, times = ["1 ms", "1 ms", "2 ms"]"#)
        }
        ("[spike_generators.NAME]", "times") => ("spike_generators.cue", "size = 10, indices = [0, 2, 2]"),
        ("[spike_generators.NAME]", "csv") => ("spike_generators.cue", "size = 10"),
        ("[spike_generators.NAME]", "rows") => ("spike_generators.cue", r#"size = 10, csv = "spikes.csv""#),
        ("[spike_generators.NAME]", _) => {
            ("spike_generators.cue", r#"size = 10, indices = [0], times = ["1 ms"]"#)
        }
        ("[timed_arrays.NAME]", _) => ("timed_arrays.x", r#"values = [1, 2], dt = "1 ms""#),
        ("values = { ... }", "column" | "columns") => ("timed_arrays.x.values", r#"file = "data.csv""#),
        ("values = { ... }", _) => ("timed_arrays.x.values", r#"file = "data.csv", column = "drive_mV""#),
        ("[synapses.NAME]", "method") => ("synapses.S", r#"equations = "w : volt\ndx/dt = -x/tau : 1""#),
        ("[synapses.NAME]", "absolute_tolerance" | "relative_tolerance" | "max_steps") => {
            ("synapses.S", r#"equations = "w : volt\ndx/dt = -x/tau : 1", method = "rk45""#)
        }
        ("[synapses.NAME]", _) => ("synapses.S", ""),
        ("connect", "i") => ("synapses.S.connect", "j = [1, 2, 0]"),
        ("connect", "j") => ("synapses.S.connect", "i = [0, 0, 1]"),
        ("connect", "file") => ("synapses.S.connect", "i = 'source', j = 'target'"),
        ("connect", "values") => ("synapses.S.connect", "i = [0, 0, 1], j = [1, 2, 0]"),
        ("connect", "skip_if_invalid") => ("synapses.S.connect", "out_degree = 10"),
        ("connect", "repeats") => ("synapses.S.connect", "in_degree = 10"),
        ("connect", _) => ("synapses.S.connect", ""),
        ("[record.NAME]", "event") => ("record.r", r#"kind = "events", source = "P""#),
        ("[record.NAME]", "smooth") => ("record.r", r#"kind = "rate", source = "P""#),
        ("[record.NAME]", "bin" | "from" | "to") => ("record.r", r#"kind = "rate", source = "P""#),
        ("[record.NAME]", "target" | "max") => ("record.r", correlogram),
        ("[record.NAME]", "where") => ("record.r", r#"kind = "synapses", source = "S", variables = ["w"]"#),
        ("[record.NAME]", _) => ("record.r", state),
        ("smooth", _) => ("record.r.smooth", r#"window = "flat", width = "1 ms""#),
        ("[[phase]]", "code") => ("phase", r#"name = "one", duration = "10 ms", code = { P = "v = E0" }"#),
        ("[[phase]]", _) => ("phase", r#"name = "one", duration = "10 ms""#),
        ("[[sweep]]", "derived" | "points") => ("sweep", ""),
        ("[[sweep]]", "design" | "n" | "seed" | "scramble") => {
            ("sweep", r#"design = "sobol", n = 8, axes = { tau = { from = "1 ms", to = "2 ms" } }"#)
        }
        ("[[sweep]]", _) => ("sweep", r#"axes = { tau = ["1 ms", "2 ms"], drive = ["9 mV", "18 mV"] }"#),
        ("axes.NAME", "step") => ("sweep.axes.tau", r#"from = "10 ms", to = "20 ms""#),
        ("axes.NAME", _) => ("sweep.axes.tau", r#"from = "10 ms", to = "20 ms", n = 3"#),
        (other, _) => panic!("no place for {other}"),
    }
}

/// The table of that path, which is made if it is not there.
fn at<'t>(job: &'t mut Toml, path: &str) -> &'t mut Toml {
    path.split('.').filter(|part| !part.is_empty()).fold(job, |table, part| {
        let inner = table.entry(part).or_insert_with(|| Value::Table(Toml::new()));
        inner.as_table_mut().unwrap()
    })
}

/// The job with a key in a table: with this name and this value.
fn job(table: &Table, key: &Key, name: &str, value: Value) -> String {
    let mut job: Toml = AROUND.parse().unwrap();
    let (path, beside) = place(table, key.name);
    if table.title == "[[phase]]" || key.name == "phase" {
        at(&mut job, "run").remove("duration");
    }
    if path.starts_with("record.r") {
        at(&mut job, "record.r").extend(toml("kind = 'rate', source = 'P'"));
    }
    if path == "timed_arrays.x.values" {
        at(&mut job, "timed_arrays.x").extend(toml("dt = '1 ms'"));
    }
    let target = at(&mut job, path);
    target.extend(toml(beside));
    target.remove(key.name);
    target.insert(name.into(), value);
    job.to_string()
}

fn toml(inside: &str) -> Toml {
    format!("x = {{ {inside} }}").parse::<Toml>().unwrap()["x"].as_table().unwrap().clone()
}

fn value(text: &str) -> Value {
    format!("x = {text}").parse::<Toml>().unwrap()["x"].clone()
}

/// Runs a test for each key of the description.
fn each(test: impl Fn(&'static Table, &'static Key)) {
    let tables = described();
    assert!(tables.len() > 15);
    for table in tables {
        table.keys.iter().for_each(|key| test(table, key));
    }
}

fn has(rejected: &Rejected, code: &str) -> bool {
    rejected.faults.iter().any(|fault| fault.code == code)
}

#[test]
fn examples_are_accepted() {
    each(|table, key| {
        let text = job(table, key, key.name, value(key.example));
        let found = complaints(&text);
        assert!(found.is_empty(), "{} {}: {found:#?}\n{text}", table.title, key.name);
        if let Err(rejected) = check(&text) {
            panic!("{} {}: {rejected}\n{text}", table.title, key.name);
        }
    });
}

#[test]
fn misspelled_keys_are_refused() {
    each(|table, key| {
        let text = job(table, key, &format!("{}_", key.name), value(key.example));
        assert!(!complaints(&text).is_empty(), "{} {}: {text}", table.title, key.name);
        let rejected = check(&text).expect_err(&text);
        // Without its first key a table of a parameter has no form that could know keys.
        let formless = table.title.starts_with('{') && has(&rejected, codes::WRONG_TYPE);
        assert!(formless || has(&rejected, codes::UNKNOWN_KEY), "{} {}: {rejected}", table.title, key.name);
    });
}

#[test]
fn needed_keys_are_missed() {
    each(|table, key| {
        if key.default != Default::Needed {
            return;
        }
        let mut job: Toml = job(table, key, key.name, value(key.example)).parse().unwrap();
        at(&mut job, place(table, key.name).0).remove(key.name);
        let text = job.to_string();
        assert!(!complaints(&text).is_empty(), "{} {}: {text}", table.title, key.name);
        assert!(check(&text).is_err(), "{} {}: {text}", table.title, key.name);
    });
}

/// Keys that other keys of the job in this test, or beside them, ask for.
const ASKED_FOR: [(&str, &str); 32] = [
    ("[record.NAME]", "source"),
    ("[spike_generators.NAME]", "indices"),
    ("[spike_generators.NAME]", "times"),
    ("[spike_generators.NAME]", "csv"),
    ("values = { ... }", "column"),
    ("values = { ... }", "columns"),
    ("[record.NAME]", "event"),
    ("[neurons.NAME]", "linked"),
    ("the job file", "parameters"),
    ("the job file", "neurons"),
    ("{ file = ... }", "column"),
    ("[functions.NAME]", "arguments"),
    ("[functions.NAME]", "value"),
    ("[functions.NAME]", "x"),
    ("[functions.NAME]", "y"),
    ("[neurons.NAME]", "equations"),
    ("[neurons.NAME]", "threshold"),
    ("[synapses.NAME]", "equations"),
    ("[synapses.NAME.pathways.NAME]", "on_pre"),
    ("[synapses.NAME.pathways.NAME]", "on_post"),
    ("connect", "i"),
    ("connect", "j"),
    ("connect", "file"),
    ("[record.NAME]", "variables"),
    ("[record.NAME]", "target"),
    ("[record.NAME]", "max"),
    ("[[sweep]]", "design"),
    ("[[sweep]]", "n"),
    ("axes.NAME", "n"),
    ("axes.NAME", "step"),
    ("[run]", "duration"),
    ("the job file", "phase"),
];

#[test]
fn other_keys_can_be_left_out() {
    each(|table, key| {
        let asked_for = ASKED_FOR.contains(&(table.title, key.name));
        if key.default == Default::Needed || asked_for {
            assert!(key.default != Default::Needed || !asked_for, "{} is needed anyway", key.name);
            return;
        }
        let mut without: Toml = job(table, key, key.name, value(key.example)).parse().unwrap();
        at(&mut without, place(table, key.name).0).remove(key.name);
        let text = without.to_string();
        assert!(complaints(&text).is_empty(), "{} {}: {text}", table.title, key.name);
        assert!(check(&text).is_ok(), "{} {}: {text}", table.title, key.name);
    });
}

#[test]
fn default_values_are_accepted() {
    each(|table, key| {
        if let Default::Value(default) = key.default {
            let text = job(table, key, key.name, value(default));
            assert!(complaints(&text).is_empty(), "{} {}: {text}", table.title, key.name);
            assert!(check(&text).is_ok(), "{} {}: {text}", table.title, key.name);
        }
    });
}

#[test]
fn reader_and_schema_take_the_same_types() {
    let values = [
        "3",
        "2.5",
        "true",
        "'text'",
        "[]",
        "[3]",
        "[2.5]",
        "['text']",
        "[[3]]",
        "[['text']]",
        "[{}]",
        "{}",
        "{ x = 3 }",
        "{ x = 'text' }",
        "{ x = [[3]] }",
        "{ x = {} }",
        "{ drive = [] }",
        "{ drive = 3 }",
    ];
    each(|table, key| {
        let mut refused = 0;
        for text in values {
            let job = job(table, key, key.name, value(text));
            let found = complaints(&job);
            let checked = check(&job);
            let wrong_type = checked.as_ref().is_err_and(|r| has(r, codes::WRONG_TYPE));
            let what = format!("{} {} = {text}", table.title, key.name);
            assert!(found.is_empty() || checked.is_err(), "only the schema refuses {what}: {found:#?}");
            assert!(!wrong_type || !found.is_empty(), "only the reader refuses {what}:\n{checked:?}");
            refused += usize::from(wrong_type);
        }
        assert!(refused > 0, "no type is wrong for {} {}", table.title, key.name);
    });
}

#[test]
fn units_are_those_of_the_check() {
    each(|table, key| {
        if matches!(key.takes, Takes::Quantity(_) | Takes::TimeOrCondition) {
            let text = job(table, key, key.name, value("'3 kg'"));
            let rejected = check(&text).expect_err(&text).to_string();
            let words = match key.takes.unit().as_str() {
                "1" => "must be a pure number,".to_owned(),
                unit => format!("must be in {unit},"),
            };
            assert!(rejected.contains(&words), "{} {}: {words} {rejected}", table.title, key.name);
        }
    });
}

#[test]
fn defaults_stand_once() {
    let default = |table: &Table, name: &str| {
        let key = table.keys.iter().find(|key| key.name == name).unwrap();
        if let Default::Value(value) = key.default { value } else { panic!("{name} has no default value") }
    };
    assert_eq!(value(default(&format::RUN, "dt")).as_str(), Some(format::DEFAULT_DT));
    assert_eq!(value(default(&format::RUN, "seed")).as_integer(), Some(format::DEFAULT_SEED));
    for (table, name, choices) in [
        (&format::RUN, "noise", &format::NOISE),
        (&format::RUN, "arithmetic", &format::ARITHMETIC),
        (&format::RUN, "precision", &format::PRECISION),
        (&format::RANGE, "scale", &format::SCALES),
        (&format::SWEEP, "scramble", &format::SCRAMBLES),
        (&format::OUTPUT, "columns", &format::COLUMNS),
    ] {
        assert_eq!(value(default(table, name)).as_str(), Some(choices.names[0]));
    }
    for (name, number) in [
        ("absolute_tolerance", adaptive::TOLERANCE),
        ("relative_tolerance", adaptive::TOLERANCE),
        ("max_steps", adaptive::MOST_STEPS),
    ] {
        assert_eq!(default(&format::NEURONS, name).parse(), Ok(number), "{name}");
        assert_eq!(default(&format::SYNAPSES, name).parse(), Ok(number), "{name}");
    }
    let kinds: Vec<&str> = format::MONITORS.iter().map(|monitor| monitor.kind).collect();
    assert_eq!(kinds, format::KINDS.names);
}
