//! The results are the same bytes however a run went: any number of workers, shards, batches and buffers, stopped by a
//! signal and resumed, killed and resumed. The only thing these tests compare is files.

mod support;

use support::processes::{children, end, is_alive, rows_are_written, signal, wait_until};
use support::{Folder, Results, job};

/// What is swept over the network: the connectivity is the same for all points in the first, and differs in the others.
const SWEEPS: &[(&str, &str)] = &[
    ("weights", "axes.we = [\"1 mV\", \"1.5 mV\", \"2 mV\"]\naxes.wi = [\"-6 mV\", \"-9 mV\"]"),
    ("p", "axes.p = [0.02, 0.05, 0.1]\nrepeat = 2"),
    ("n", "axes.n = [50, 100, 155]\naxes.lag = [\"1 ms\", \"3.3 ms\"]"),
    ("dt", "axes.step = [\"0.1 ms\", \"0.05 ms\"]\naxes.rate = [\"20 Hz\", \"40 Hz\", \"0 Hz\"]"),
];

fn network(sweep: &str) -> String {
    format!("{}\n[[sweep]]\n{sweep}\n", job("network.toml"))
}

fn run(out: &str, more: &[&str]) -> Vec<String> {
    [&["run", "job.toml", "--out", out], more].concat().into_iter().map(String::from).collect()
}

/// A reference that is worth comparing with: points differ, and spikes are in the tables.
fn reference(folder: &Folder, text: &str) -> Results {
    let results = folder.results_of(text, "one", &["--workers", "1"]);
    let files: Vec<String> = results.files().into_keys().collect();
    let expected = [
        "datapackage.json",
        "inputs.csv",
        "job.toml",
        "points.csv",
        "rate.csv",
        "spikes.csv",
        "summary.csv",
        "trace.csv",
    ];
    assert_eq!(files, expected);
    let spikes = results.table("summary").numbers("P_spikes");
    assert!(spikes.iter().sum::<f64>() > 200.0, "the network is silent: {spikes:?}");
    assert!(spikes.windows(2).any(|two| two[0] != two[1]), "all points are the same: {spikes:?}");
    results
}

/// What these tests compare does depend on the seed, in every table that could.
#[test]
fn the_seed_matters() {
    let folder = Folder::new();
    let text = network(SWEEPS[0].1);
    let one = reference(&folder, &text).files();
    let other = folder.results_of(&text.replace("seed = 7", "seed = 8"), "other", &[]).files();
    for (name, bytes) in &one {
        let same = ["points.csv", "datapackage.json"].contains(&name.as_str());
        assert_eq!(*bytes == other[name], same, "{name}");
    }
}

#[test]
fn workers_do_not_matter() {
    for (what, sweep) in SWEEPS {
        let folder = Folder::new();
        let text = network(sweep);
        let one = reference(&folder, &text);
        for workers in ["2", "3", "5"] {
            let many = folder.results_of(&text, workers, &["--workers", workers]);
            assert_eq!(many.told("/workers"), workers.parse::<u64>().unwrap(), "{what}");
            many.assert_same(&one, &format!("{what}, {workers} workers"));
        }
    }
}

#[test]
fn shards_do_not_matter() {
    for (what, sweep) in SWEEPS {
        let folder = Folder::new();
        let one = reference(&folder, &network(sweep));
        let shards =
            ["1/3", "2/3", "3/3"].map(|k| folder.start(&run("shards", &["--shard", k, "--workers", "1"])));
        for shard in shards {
            end(shard).expect(0);
        }
        let shards = folder.results("shards");
        assert!(!shards.dir.join("points.csv").exists(), "a shard alone makes no tables");
        folder.spikesweep(&["merge", "shards"]).expect(0);
        shards.assert_same(&one, &format!("{what}, three shards at once"));
        folder.spikesweep(&["merge", "shards"]).expect(0);
        shards.assert_same(&one, &format!("{what}, merged again"));
    }
}

#[test]
fn a_merge_of_missing_points_is_refused_and_harmless() {
    let folder = Folder::new();
    let one = reference(&folder, &network(SWEEPS[0].1));
    folder.spikesweep(&run("parts", &["--shard", "2/3"])).expect(0);
    let refused = folder.spikesweep(&["merge", "parts"]).expect(75);
    assert!(refused.stderr.contains("4 of 6 points"), "{}", refused.stderr);
    folder.spikesweep(&run("parts", &["--points", "0-3"])).expect(0);
    folder.spikesweep(&run("parts", &[])).expect(0);
    folder.results("parts").assert_same(&one, "a shard, some points, and the rest");
}

/// A network that takes a second or more, so that it can be caught in the middle.
fn long(sweep: &str) -> String {
    network(sweep).replace("length = \"60 ms\"", "length = \"400 ms\"").replace("n = 150", "n = 1200")
}

const LONG: &[(&str, &str)] = &[
    ("one connectivity", "axes.wi = { from = \"-3 mV\", to = \"-9 mV\", n = 64 }"),
    ("p swept", "axes.p = { from = 0.02, to = 0.05, n = 48 }"),
];

fn committed(folder: &Folder, out: &str) -> u64 {
    let told = folder.spikesweep(&["status", out, "--json"]).expect(0);
    serde_json::from_str::<serde_json::Value>(&told.stdout).unwrap()["committed"].as_u64().unwrap()
}

#[test]
fn a_signal_and_a_resume_do_not_matter() {
    for (what, sweep) in LONG {
        let folder = Folder::new();
        let text = long(sweep);
        let one = reference(&folder, &text);
        let points = one.table("points").rows.len() as u64;
        // Not INT: whoever starts the tests in the background may have it ignored, and then so does the run.
        for (name, workers) in [("TERM", "2"), ("USR1", "1")] {
            let out = name.to_lowercase();
            let mut child = folder.start(&run(&out, &["--workers", workers]));
            wait_until(&mut child, "rows are written", || rows_are_written(&folder.path(&out)));
            signal(name, child.id());
            let ended = end(child).expect(75);
            assert!(ended.stderr.contains("the same command goes on"), "{}", ended.stderr);
            let done = committed(&folder, &out);
            assert!((1..points).contains(&done), "{what}: {done} of {points} points when stopped");
            assert!(!folder.path(&out).join("points.csv").exists());
            folder.spikesweep(&run(&out, &["--workers", "2"])).expect(0);
            folder.results(&out).assert_same(&one, &format!("{what}, stopped by {name} after {done} points"));
        }
    }
}

#[test]
fn a_killed_parent_does_not_matter() {
    let (_, sweep) = LONG[0];
    let folder = Folder::new();
    let one = reference(&folder, &long(sweep));
    let mut child = folder.start(&run("killed", &["--workers", "2"]));
    wait_until(&mut child, "rows are written", || rows_are_written(&folder.path("killed")));
    let workers = children(child.id());
    assert!(!workers.is_empty());
    signal("KILL", child.id());
    assert_eq!(child.wait().unwrap().code(), None);
    let begun = std::time::Instant::now();
    while workers.iter().any(|w| is_alive(*w)) {
        assert!(begun.elapsed().as_secs_f64() < 60.0, "workers outlive their parent");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let done = committed(&folder, "killed");
    assert!(done < 64, "{done} of 64 points when killed");
    folder.spikesweep(&run("killed", &["--workers", "2"])).expect(0);
    folder.results("killed").assert_same(&one, &format!("killed after {done} points"));
}

#[test]
fn a_killed_worker_does_not_matter() {
    let (_, sweep) = LONG[0];
    let folder = Folder::new();
    let one = reference(&folder, &long(sweep));
    let mut child = folder.start(&run("killed", &["--workers", "2"]));
    wait_until(&mut child, "rows are written", || rows_are_written(&folder.path("killed")));
    signal("KILL", children(child.id())[0]);
    let ended = end(child).expect(0);
    assert!(ended.stderr.contains("worker"), "nobody noticed: {}", ended.stderr);
    folder.results("killed").assert_same(&one, "one worker killed");
}

/// Sixty-four points that could all be lanes of one batch, times two, and one more that diverges.
fn lanes() -> String {
    let sweeps = "[[sweep]]\naxes.drive = { from = \"8 mV\", to = \"20 mV\", n = 32 }\nrepeat = 2\n\
                  [[sweep]]\naxes.growth = [0, 40, 1]\n";
    format!("{}\n{sweeps}", job("lanes.toml"))
}

#[test]
fn lanes_and_buffers_do_not_matter() {
    let folder = Folder::new();
    let text = lanes();
    let one = folder.results_ending(10, &text, "one", &["--workers", "1", "--lanes", "1"]);
    let ways: &[&[&str]] = &[
        &["--lanes", "4"],
        &["--lanes", "64"],
        &["--lanes", "64", "--workers", "1"],
        &["--lanes", "1", "--buffer", "1"],
        &["--lanes", "64", "--buffer", "1"],
        &["--lanes", "64", "--buffer", "100"],
        &["--lanes", "7", "--buffer", "1000", "--workers", "3"],
        &[],
    ];
    for (k, way) in ways.iter().enumerate() {
        let other = folder.results_ending(10, &text, &format!("way{k}"), way);
        other.assert_same(&one, &way.join(" "));
    }
}

/// Spikes are under way when a point ends: each neuron spikes in the last steps, and synapses take longer than that.
const IN_FLIGHT: &str = r#"
[run]
duration = "10 ms"
dt = "1 ms"
[parameters]
n = 10
lag = "3 ms"
[neurons.clock]
size = "n/5"
threshold = "t_in_timesteps % 3 == 0"
[neurons.P]
size = "n"
equations = "v : 1"
threshold = "v > 1.5"
reset = "v = 0"
[synapses.S]
source = "clock"
target = "P"
connect = { where = "(i + j) % 2 == 0" }
on_pre = "v += 1"
delay = "lag*(1 + j % 2)"
[record.spikes]
kind = "spikes"
source = "P"
[record.v]
kind = "state"
source = "P"
variables = ["v"]
"#;

/// A worker's arena is laid out anew for each size, on top of what the last point left there.
#[test]
fn points_of_other_sizes_leave_nothing_behind() {
    let folder = Folder::new();
    let sizes = [40, 10, 30, 20, 35, 5];
    let sweep = format!("[[sweep]]\naxes.n = {sizes:?}\naxes.lag = [\"3 ms\", \"1 ms\"]\n");
    let all = folder.results_of(&format!("{IN_FLIGHT}{sweep}"), "all", &["--workers", "1"]);
    let rows = |results: &Results, name: &str, point: u64| {
        let found = results.table(name).by_point();
        found[&point].rows.iter().map(|row| row[1..].to_vec()).collect::<Vec<_>>()
    };
    for (k, n) in sizes.iter().enumerate() {
        for (m, lag) in ["3 ms", "1 ms"].into_iter().enumerate() {
            let (point, out) = (2 * k + m, format!("alone-{n}-{m}"));
            let sets = ["--set", &format!("n={n}"), "--set", &format!("lag={lag}")];
            let alone = folder.results_of(IN_FLIGHT, &out, &sets);
            for name in ["spikes", "v"] {
                let (swept, one) = (rows(&all, name, point as u64), rows(&alone, name, 0));
                assert_eq!(swept, one, "{name} of point {point}: n = {n}, lag = {lag}");
            }
        }
    }
}

#[test]
fn buffers_of_a_network_do_not_matter() {
    let folder = Folder::new();
    let text = network(SWEEPS[0].1);
    let one = reference(&folder, &text);
    for buffer in ["1", "10", "1000000"] {
        folder
            .results_of(&text, buffer, &["--buffer", buffer])
            .assert_same(&one, &format!("--buffer {buffer}"));
    }
}

#[test]
fn a_lane_that_diverges_leaves_the_others_alone() {
    let folder = Folder::new();
    let all = folder.results_ending(10, &lanes(), "all", &["--lanes", "64"]);
    let statuses = all.table("points").texts("status").iter().map(|s| s.to_string()).collect::<Vec<_>>();
    let bad: Vec<usize> = (0..statuses.len()).filter(|k| statuses[*k] != "ok").collect();
    assert_eq!(statuses.len(), 67);
    assert_eq!((bad.as_slice(), statuses[65].as_str()), (&[65][..], "diverged"));

    let summary = all.table("summary");
    let empty = |row: &[String]| row[1..].iter().all(String::is_empty);
    assert!(empty(&summary.rows[65]), "{:?}", summary.rows[65]);
    let without = lanes().replace("axes.growth = [0, 40, 1]", "axes.growth = [0, 0, 1]");
    let calm = folder.results_of(&without, "calm", &["--lanes", "64"]);
    for name in ["summary", "spikes", "trace", "rate"] {
        let (a, b) = (all.table(name).by_point(), calm.table(name).by_point());
        for point in (0..67).filter(|k| *k != 65) {
            assert_eq!(a.get(&point), b.get(&point), "{name} of point {point}");
        }
    }
    let errors = support::Table::read(&all.dir.join(".run/errors.csv"));
    assert_eq!(errors.texts("point"), ["65"]);
    assert_eq!(errors.texts("status"), ["diverged"]);
    assert!(errors.texts("message")[0].contains("P.x"), "{errors:?}");
    let replay = errors.texts("replay")[0];
    assert!(replay.ends_with("--points 65"), "the command that replays the point does not name it: {replay}");
}
