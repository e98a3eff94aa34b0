//! Points that never end, and processes that are held: a worker that stands still is given up after `--stall`, a held one
//! is waited for.

use std::time::Duration;

use crate::planted::{JOB, ended, nobody_works_in, planting_compiler, run, slow_job, undisturbed};
use crate::support::processes::{children, end, rows_are_written, signal_all, state, wait_until};
use crate::support::{Folder, Results};

/// Where a kernel has done a step; at the points with `kind = 1`, the second parameter, no other follows the 70th.
const STEP: &str = "header->progress = step + 1;";
const HANGS: &str = "if (step == 69 \\&\\& ((const double *)(base + header->rows))[1] == 1.0) for (volatile int k = 0;; ++k);";

/// The errors of a run without the place it went to.
fn errors(results: &Results, out: &str) -> String {
    let text = std::fs::read_to_string(results.dir.join(".run/errors.csv")).unwrap();
    text.replace(&format!("/{out}-point-"), "/OUT-point-")
}

#[test]
fn a_point_that_never_ends_is_a_timeout_and_others_are_as_ever() {
    let folder = Folder::new();
    let plant = format!("grep -q '{STEP}' \"$word\" && sed -i 's|{STEP}|{STEP} {HANGS}|' \"$word\"");
    let Some(cc) = planting_compiler(&folder, "hanging-cc", &plant) else { return };
    let text = JOB.replace("n = 6", "n = 2").replace("axes.drive", "axes.kind = [0, 1, 2]\naxes.drive");
    let calm = folder.results_of(&text, "calm", &[]);
    let of = |out: &str, workers: &str| {
        let more = ["--workers", workers, "--cc", &cc, "--stall", "1 s"];
        let mut command = folder.command(&run(&folder, out, &more));
        command.env("SPIKESWEEP_CACHE", folder.path("hanging"));
        ended(command).expect(10);
        nobody_works_in(&folder);
        folder.results(out)
    };
    let (one, two) = (of("one", "1"), of("two", "2"));
    two.assert_same(&one, "workers");
    assert_eq!(errors(&two, "two"), errors(&one, "one"));
    assert_eq!(one.table("points").texts("status"), ["ok", "ok", "failed", "failed", "ok", "ok"]);
    for table in ["summary", "spikes", "v"] {
        let (rows, calm) = (one.table(table).by_point(), calm.table(table).by_point());
        assert!([0, 1, 4, 5].iter().all(|point| rows[point] == calm[point]), "{table}");
    }
    let told = one.table(".run/errors");
    for (column, cell) in
        [("class", "timeout"), ("attempts", "3"), ("step", "70"), ("signal", ""), ("exit", "")]
    {
        assert_eq!(told.texts(column), [cell; 2], "{column}");
    }
    assert_eq!(told.texts("point"), ["2", "3"]);
    assert!(told.texts("message").iter().all(|message| message.contains("did not move")), "{told:?}");
}

/// Longer than a worker may stand still.
const HELD: Duration = Duration::from_millis(3500);

#[test]
fn workers_and_parents_that_are_held_are_waited_for() {
    let folder = Folder::new();
    let text = slow_job();
    let calm = undisturbed(&folder, &text);
    for (out, parent, workers) in [("worker", false, true), ("parent", true, false), ("both", true, true)] {
        let mut child = folder.start(&run(&folder, out, &["--workers", "1", "--stall", "1 s"]));
        let mut held = Vec::new();
        wait_until(&mut child, "a worker computes", || rows_are_written(&folder.path(out)));
        held.extend(workers.then(|| children(child.id())).into_iter().flatten());
        held.extend(parent.then_some(child.id()));
        assert!(!held.is_empty() && signal_all("STOP", &held), "{out}: nobody was there any more");
        std::thread::sleep(HELD);
        assert!(held.iter().all(|pid| state(*pid) == Some('T')), "{out}: somebody was not held all the time");
        signal_all("CONT", &held);
        end(child).expect(0);
        let results = folder.results(out);
        results.assert_same(&calm, out);
        let log = std::fs::read_to_string(results.dir.join(".run/log-0-1.txt")).unwrap();
        assert!(!log.contains("did not move") && log.contains("48 points done"), "{out}: {log}");
    }
}

/// Connections of a point that take longer to make than a worker may stand still: 250 million pairs are looked at, twice.
#[test]
fn a_worker_that_makes_connections_is_waited_for() {
    let folder = Folder::new();
    let text = r#"
[run]
duration = "1 ms"
[parameters]
k = 1
[neurons.P]
size = 25_000
threshold = "True"
[neurons.Q]
size = 10_000
equations = "x : 1"
[synapses.S]
source = "P"
target = "Q"
on_pre = "x_post += 1"
connect = { where = "cos(k*i)*cos(0.1*j) > 0.9999999" }
[[sweep]]
axes.k = [1, 2]
"#;
    folder.write("job.toml", text);
    let ended = folder.spikesweep(&run(&folder, "out", &["--workers", "1", "--stall", "1 s"])).expect(0);
    assert!(!ended.stderr.contains("did not move"), "{}", ended.stderr);
}

#[test]
fn what_is_no_time_to_wait_is_64() {
    let folder = Folder::new();
    folder.write("job.toml", JOB);
    for stall in ["0 s", "0.5 s", "-3 s", "5 mV", "60", "soon", "1e300 s"] {
        let refused = folder.spikesweep(&run(&folder, "out", &[&format!("--stall={stall}")])).expect(64);
        assert!(refused.stderr.contains("such as \"90 s\", or never"), "{stall}: {}", refused.stderr);
    }
    for stall in ["never", "1500 ms"] {
        let out = stall.replace(' ', "");
        folder.spikesweep(&run(&folder, &out, &["--stall", stall])).expect(0);
    }
}
