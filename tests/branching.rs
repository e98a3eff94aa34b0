//! Shared phases: points that agree go through them once, and nobody can tell from the results.

mod support;

use support::processes::{end, rows_are_written, signal, wait_until};
use support::{Folder, Results, job};

/// The network of `tests/jobs` with a warm-up; `rate` is that of the stimulus, which is off until then.
fn network(sweep: &str) -> String {
    let phases = r#"
[neurons.aside]
size = 3
equations = "dv/dt = (hidden - v)/(10*ms*(1 + i)) : volt"
[poisson.stimulus]
size = 40
rate = "strength"
[synapses.drive]
source = "stimulus"
target = "P"
equations = "use : 1"
on_pre = "ge_post += jump*(1 + use); use += 0.01"
connect = { p = 0.2 }
[record.weights]
kind = "synapses"
source = "drive"
variables = ["use", "ge", "sent = use*i"]
every = "6.5 ms"
[record.weights_at]
kind = "synapses"
source = "drive"
variables = ["use"]
at = ["10 ms", "71.03 ms"]
slot = "end"
[[phase]]
name = "settle"
duration = "length/2"
off = ["stimulus", "trace", "aside", "weights_at"]
share = true
[[phase]]
name = "warm_up"
duration = "length"
off = ["stimulus", "drive", "aside"]
parameters = { rest = "-51.5 mV", wx = "0.6 mV" }
code = { P = "v += 0.1*mV*randn()" }
share = true
[[phase]]
name = "respond"
duration = "later"
parameters = { rest = "rest_then" }
"#;
    let parameters = "strength = \"50 Hz\"\njump = \"1 mV\"\nhidden = \"3 mV\"\nrest_then = \"-52 mV\"\nlater = \"30 ms\"\n";
    let text = job("network.toml").replace("duration = \"length\"\n", "");
    let text = text.replace("length = \"60 ms\"\n", &format!("length = \"40 ms\"\n{parameters}"));
    format!("{text}{phases}[[sweep]]\n{sweep}\n")
}

/// What points differ in, and how many times a shared beginning is gone through by one worker.
const SWEEPS: &[(&str, u64, u64)] = &[
    ("axes.strength = [\"0 Hz\", \"50 Hz\", \"200 Hz\"]\naxes.jump = [\"1 mV\", \"3 mV\"]", 6, 1),
    ("axes.rest_then = [\"-53 mV\", \"-49 mV\"]\naxes.hidden = [\"3 mV\", \"4 mV\"]\nrepeat = 2", 8, 2),
    // Something that is read before: each of its values has a beginning of its own.
    ("axes.strength = [\"0 Hz\", \"90 Hz\"]\naxes.we = [\"1 mV\", \"2 mV\"]", 4, 2),
    ("axes.p = [0.02, 0.05]\naxes.strength = [\"10 Hz\", \"90 Hz\", \"120 Hz\"]", 6, 2),
    // Initial values read it.
    ("axes.Vr = [\"-60 mV\", \"-61 mV\"]\naxes.strength = [\"10 Hz\", \"90 Hz\"]", 4, 2),
    ("axes.later = [\"10 ms\", \"30 ms\"]\naxes.strength = [\"10 Hz\", \"90 Hz\"]", 4, 1),
];

fn updates(out: &Results) -> u64 {
    out.told("/counters/neuron_updates")
}

#[test]
fn nobody_can_tell_from_the_results() {
    for (sweep, points, beginnings) in SWEEPS {
        let folder = Folder::new();
        let text = network(sweep);
        // The second one with a clock that does not fit into the others' steps.
        let clocks = text.replace("size = 3\n", "size = 3\ndt = \"0.3 ms\"\n");
        assert_ne!(text, clocks);
        let own = folder.results_of(&clocks, "clocks-alone", &["--no-branching"]);
        folder.results_of(&clocks, "clocks", &[]).assert_same(&own, &format!("{sweep}, two clocks"));
        let alone = folder.results_of(&text, "alone", &["--workers", "1", "--no-branching"]);
        assert!(alone.table("spikes").rows.len() > 300, "the network is silent");
        assert!(alone.table("weights").rows.len() > 10_000, "no synapses are recorded");
        let one = folder.results_of(&text, "one", &["--workers", "1"]);
        one.assert_same(&alone, sweep);
        folder.results_of(&text, "two", &["--workers", "2"]).assert_same(&alone, sweep);
        folder.results_of(&text, "small", &["--workers", "1", "--buffer", "1"]).assert_same(&alone, sweep);
        // 600 steps of 150 + 3 neurons are shared; those of `aside` rest.
        let spared = (updates(&alone) - updates(&one)) / (600 * 150);
        assert_eq!(spared, points - beginnings, "{sweep}: beginnings that were spared");
    }
}

#[test]
fn shards_stops_and_resumes_do_not_matter() {
    let folder = Folder::new();
    let text = network("axes.strength = { from = \"0 Hz\", to = \"300 Hz\", n = 24 }\nrepeat = 2")
        .replace("length = \"40 ms\"", "length = \"300 ms\"")
        .replace("n = 150", "n = 900");
    let alone = folder.results_of(&text, "alone", &["--workers", "2", "--no-branching"]);
    for k in ["1/3", "2/3", "3/3"] {
        folder.spikesweep(&["run", "job.toml", "--out", "shards", "--shard", k, "--workers", "1"]).expect(0);
    }
    folder.spikesweep(&["merge", "shards"]).expect(0);
    folder.results("shards").assert_same(&alone, "three shards");
    for name in ["TERM", "KILL"] {
        let mut child = folder.start(&["run", "job.toml", "--out", name, "--workers", "2"]);
        wait_until(&mut child, "rows are written", || rows_are_written(&folder.path(name)));
        signal(name, child.id());
        let code = end(child).code;
        assert_ne!(code, Some(0), "stopped by {name} too late to tell anything");
        std::thread::sleep(std::time::Duration::from_millis(300));
        folder.spikesweep(&["run", "job.toml", "--out", name, "--workers", "2"]).expect(0);
        folder.results(name).assert_same(&alone, &format!("stopped by {name} and resumed"));
    }
}

/// Noise of shared phases is common to all configurations, later noise is not: two points that differ in nothing that
/// matters have the same rows until the end of the shared phases, and others afterwards.
#[test]
fn noise_is_shared_as_long_as_phases_are() {
    let folder = Folder::new();
    let out = folder.results_of(&network("axes.hidden = [\"3 mV\", \"4 mV\"]\nrepeat = 2"), "out", &[]);
    let spikes = out.table("inputs").by_point();
    let until = |point: u64, shared: bool| -> Vec<(String, String)> {
        let table = &spikes[&point];
        let all = table.rows.iter().zip(table.numbers("t_ms"));
        all.filter(|(_, t)| (*t < 60.0) == shared).map(|(row, _)| (row[1].clone(), row[2].clone())).collect()
    };
    // Configurations are 0 and 1 with repeats 0, 1 and 2, 3.
    assert!(until(0, true).len() > 2 && until(0, false).len() > 1, "{:?}", until(0, true));
    assert_eq!(until(0, true), until(2, true));
    assert_ne!(until(0, true), until(1, true), "repeats draw anew");
    assert_ne!(until(0, false), until(2, false));
}

/// A single-worker run of many points that branch is a job of a long beginning and many short ends.
#[test]
fn check_reckons_with_sharing() {
    let folder = Folder::new();
    let text = network("axes.strength = { from = \"0 Hz\", to = \"300 Hz\", n = 100 }")
        .replace("length = \"40 ms\"", "length = \"2000 ms\"");
    let steps = |text: &str| {
        folder.write("job.toml", text);
        let told = folder.spikesweep(&["check", "job.toml", "--json", "--workers", "1"]).expect(0);
        let told: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
        told.pointer("/time/worker_seconds/steps").and_then(serde_json::Value::as_f64).unwrap()
    };
    let (shared, own) = (steps(&text), steps(&text.replace("share = true\n", "")));
    // 3 s of 3.03 s are shared by 100 points: 1/100 + 0.03/3.03 of the work, which is about 0.02 of it.
    assert!(shared < 0.05 * own && shared > 0.005 * own, "{shared} s of {own} s");
}
