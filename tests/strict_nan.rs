//! Values that are not finite: every 1000 steps or, with `strict_nan`, before each step; which element of which variable,
//! and when. Expectations are counted by multiplying here.

mod support;

use support::{Folder, Results, job};

/// Two neurons at four points; the second is multiplied by `factor` at each step, after its row is written (things in one
/// slot go by name). MORE goes to `[run]`, REST behind.
const GROWTH: &str = r#"
[run]
duration = "400 ms"
dt = "0.1 ms"
MORE
[parameters]
factor = 1
[neurons.P]
size = 2
equations = "x : 1"
initial = "x = 1"
[actions.z_grow]
on = "P"
code = "x *= 1 + i*(factor - 1)"
[record.x]
kind = "state"
source = "P"
variables = ["x"]
REST
[[sweep]]
axes.factor = [1, 3, 1.5, 1.1]
"#;
/// Couples what a batch holds, so that it is one point.
const COUPLED: &str = "[poisson.input]\nsize = 1\nrate = \"10 Hz\"";

fn growth(more: &str, rest: &str) -> String {
    GROWTH.replace("MORE", more).replace("REST", rest)
}

/// How often 1 is multiplied by a factor until it is not finite.
fn multiplications(factor: f64) -> usize {
    let values = std::iter::successors(Some(1.0_f64), |x| Some(x * factor));
    values.take_while(|x| x.is_finite()).count()
}

/// `point: step: message` of each point that is not good.
fn faults(results: &Results) -> Vec<String> {
    let errors = results.table(".run/errors");
    let cells = errors.texts("point").into_iter().zip(errors.texts("message"));
    cells.map(|(point, message)| format!("{point}: {message}")).collect()
}

/// What programs are told: class and step of each point that is not good.
fn classes(results: &Results) -> Vec<(String, String)> {
    let errors = results.table(".run/errors");
    let cells = errors.texts("class").into_iter().zip(errors.texts("step"));
    cells.map(|(class, step)| (class.to_owned(), step.to_owned())).collect()
}

/// A message as a user reads it.
fn told(point: usize, what: &str, step: usize) -> String {
    format!("{point}: {what} is not finite at step {step}, t = {} ms", step as f64 / 10.0)
}

#[test]
fn growth_is_found_in_its_step_or_within_a_thousand() {
    let factors = [3.0, 1.5].map(multiplications);
    assert!(factors.iter().all(|n| n % 1000 != 0) && multiplications(1.1) > 4000, "{factors:?}");
    let folder = Folder::new();
    for rest in ["", COUPLED] {
        for (more, found) in [("", factors.map(|n| n.div_ceil(1000) * 1000)), ("strict_nan = true", factors)]
        {
            let out = format!("{}-{}", more.len(), rest.len());
            let results = folder.results_ending(10, &growth(more, rest), &out, &[]);
            let statuses = results.table("points");
            assert_eq!(statuses.texts("status"), ["ok", "diverged", "diverged", "ok"], "{out}");
            let expected = [told(1, "P.x[1]", found[0]), told(2, "P.x[1]", found[1])];
            assert_eq!(faults(&results), expected, "{out}");
            let expected = found.map(|step| ("not_finite".to_owned(), step.to_string()));
            assert_eq!(classes(&results), expected, "{out}");
            let rows: Vec<usize> = results.table("x").by_point().values().map(|t| t.rows.len() / 2).collect();
            assert_eq!(
                rows,
                [4000, found[0], found[1], 4000],
                "{out}: rows end there, those of others do not"
            );
        }
    }
}

#[test]
fn where_it_is_found_does_not_depend_on_workers_lanes_or_buffers() {
    let folder = Folder::new();
    for rest in ["", COUPLED] {
        let text = growth("strict_nan = true", rest);
        let of = |name: &str, more: &[&str]| {
            let out = format!("{name}-{}", rest.len());
            let results = folder.results_ending(10, &text, &out, more);
            let errors = faults(&results);
            (results, errors)
        };
        let (first, errors) = of("one", &["--workers", "1"]);
        for more in [["--workers", "2"], ["--lanes", "1"], ["--lanes", "4"], ["--buffer", "1"]] {
            let (other, told) = of(&more.concat().replace('-', ""), &more);
            other.assert_same(&first, &more.join(" "));
            assert_eq!(told, errors, "{more:?}");
        }
    }
}

/// Neuron 1 of three spikes at 1, 2 and 3 ms; what KIND of variable the synapses have is multiplied by BY each time.
const SYNAPSES: &str = r#"
[run]
duration = "10 ms"
strict_nan = STRICT
[spike_generators.G]
size = 3
indices = [1, 1, 1, 0, 2]
times = ["1 ms", "2 ms", "3 ms", "0.5 ms", "0.6 ms"]
[neurons.P]
size = 2
equations = "v : 1"
[synapses.S]
source = "G"
target = "P"
connect = { where = "i == 1 or j == 0" }
equations = "KIND"
initial = "w = 1"
on_pre = "w *= 1 + int(i == 1 and j == 1)*(BY - 1)"
[record.w]
kind = "synapses"
source = "S"
variables = ["w"]
every = "0.1 ms"
"#;

#[test]
fn variables_that_only_spikes_change_are_looked_at() {
    let folder = Folder::new();
    let cases =
        [("w : 1", "1e120"), ("w : 1 (single)", "1e18"), ("dw/dt = 0/ms : 1 (event-driven)", "1e120")];
    for (kind, by) in cases {
        let text = SYNAPSES.replace("KIND", kind).replace("BY", by);
        // The third spike is one too many: 1e360, or 1e54 in single precision. It comes in the step at 3 ms.
        let results = folder.results_ending(10, &text.replace("STRICT", "true"), &format!("{by}{kind}"), &[]);
        let expected = "0: S.w from 1 to 1 is not finite at step 31, t = 3.1 ms";
        assert_eq!(faults(&results), [expected], "{kind}");
        let rows = results.table("w");
        assert_eq!(rows.rows.len(), 31 * 4, "{kind}");
        assert!(rows.numbers("w").iter().all(|w| w.is_finite()), "{kind}");
        let calm = folder.results_of(&text.replace("STRICT", "false"), &format!("{by}{kind} off"), &[]);
        assert!(calm.table("w").numbers("w").contains(&f64::INFINITY), "{kind}: nothing to be found");
    }
}

#[test]
fn what_is_not_finite_from_the_beginning_is_found_at_once() {
    let folder = Folder::new();
    let text = growth("strict_nan = true", "").replace("x = 1", "x = log(factor - 2 + 2*int(i == 0))");
    // log(-1) and log(-0.5), log(-0.9) of the second neuron are no numbers; log(1) = 0 is one, and remains.
    let results = folder.results_ending(10, &text, "out", &[]);
    assert_eq!(faults(&results), [0, 2, 3].map(|point| told(point, "P.x[1]", 0)));
    assert!(results.table("x").by_point().keys().eq(&[1]), "rows of values that were never finite");
}

#[test]
fn each_clock_has_its_own_time() {
    let folder = Folder::new();
    let factor = 3.0;
    // Ticks of the group lie between those of the run, and at 64.7 x 0.3 ms both tick.
    let ticks = multiplications(factor);
    let text = growth("strict_nan = true", "").replace("\"0.1 ms\"", "\"1 ms\"");
    let text = text.replace("size = 2", "size = 2\ndt = \"0.3 ms\"").replace("[1, 3, 1.5, 1.1]", "[1, 3]");
    let results = folder.results_ending(10, &text, "out", &[]);
    // Found at the next tick of any clock: that of the group, unless the run ticks before.
    let own = ticks as u64 * 3;
    let run = ((ticks as u64 - 1) * 3 / 10 + 1) * 10;
    let expected = own.min(run) as f64 / 10.0;
    assert_eq!(faults(&results), [format!("1: P.x[1] is not finite at t = {expected} ms")]);
    let rows = results.table("x").by_point();
    assert_eq!(rows[&1].rows.len(), 2 * ticks);
    assert!(rows[&1].numbers("x").iter().all(|x| x.is_finite()));
}

#[test]
fn a_job_without_such_values_has_the_same_results() {
    let folder = Folder::new();
    let text = job("network.toml");
    let strict = text.replace("[run]", "[run]\nstrict_nan = true");
    let (off, on) =
        (folder.results_of(&text, "off", &[]).files(), folder.results_of(&strict, "on", &[]).files());
    assert!(off.keys().eq(on.keys()) && off.len() > 5);
    for (name, bytes) in off.iter().filter(|(name, _)| *name != "job.toml" && *name != "datapackage.json") {
        assert_eq!(bytes, &on[name], "{name}");
    }
}

#[test]
fn it_is_part_of_the_identity_and_costs_nothing_when_it_is_off() {
    let folder = Folder::new();
    let text = growth("", "");
    let code = |text: &str| {
        folder.write("job.toml", text);
        folder.spikesweep(&["show", "job.toml", "--code", "c"]).expect(0).stdout
    };
    let every_step = "for (; step < header->n_steps; ++step, --left) {\n            reason = ss_test(";
    let (without, off, on) =
        (code(&text), code(&growth("strict_nan = false", "")), code(&growth("strict_nan = true", "")));
    assert!(without == off && !off.contains(every_step), "{off}");
    assert!(on.contains(every_step), "{on}");
    folder.results_ending(10, &text, "out", &[]);
    folder.write("job.toml", growth("strict_nan = true", ""));
    let refused = folder.spikesweep(&["run", "job.toml", "--out", "out"]).expect(65);
    assert!(refused.stderr.contains("strict_nan"), "{}", refused.stderr);
}

#[test]
fn it_can_be_set_for_one_run() {
    let folder = Folder::new();
    let written = folder.results_ending(10, &growth("strict_nan = true", ""), "written", &[]);
    for (out, more) in [("without", ""), ("against", "strict_nan = false")] {
        let set = ["--set", "strict_nan=true"];
        let results = folder.results_ending(10, &growth(more, ""), out, &set);
        assert_eq!(results.table("x"), written.table("x"), "{out}");
        assert_eq!(faults(&results), faults(&written), "{out}");
        // The copy is this run.
        let copy = folder.path(out).join("job.toml").display().to_string();
        let again = folder.spikesweep(&["run", &copy, "--out", out]).expect(10);
        assert!(!again.stderr.contains("worker"), "{out}: points were computed again: {}", again.stderr);
    }
    for set in ["strict_nan=3", "strict_nan=yes", "strict_nans=true"] {
        let refused = folder.spikesweep(&["check", "job.toml", "--set", set]).expect(65);
        assert!(refused.stderr.contains("strict_nan"), "{set}: {}", refused.stderr);
    }
}
