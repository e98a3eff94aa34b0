//! Directories of runs that were begun: what `status` says of them, and how to start over.

use serde_json::Value;

use crate::planted::{JOB, nobody_works_in, resumes_to, run, slow_job, undisturbed};
use crate::support::Folder;
use crate::support::processes::{end, rows_are_written, signal, wait_until};

fn status(folder: &Folder, out: &str) -> Value {
    serde_json::from_str(&folder.spikesweep(&["status", out, "--json"]).expect(0).stdout).unwrap()
}

/// Whether it runs, and whether it is complete, by both kinds of answers.
fn states(folder: &Folder, out: &str, words: &str) -> (bool, bool) {
    let told = folder.spikesweep(&["status", out]).expect(0).stdout;
    assert!(told.starts_with(words), "{told}");
    let status = status(folder, out);
    let is = |name: &str| status[name].as_bool().unwrap();
    (is("running"), is("complete"))
}

#[test]
fn status_knows_what_runs_died_ended_or_is_damaged() {
    let folder = Folder::new();
    let one = undisturbed(&folder, &slow_job());
    assert_eq!(states(&folder, "undisturbed", "complete: 48 of 48 points"), (false, true));

    let mut child = folder.start(&run(&folder, "out", &["--workers", "1"]));
    wait_until(&mut child, "rows are written", || rows_are_written(&folder.path("out")));
    let holder = format!("{}@", child.id());
    assert_eq!(states(&folder, "out", "running: "), (true, false));
    assert!(status(&folder, "out")["shards"][0]["holder"].as_str().unwrap().starts_with(&holder));
    signal("KILL", child.id());
    end(child);
    nobody_works_in(&folder);

    assert_eq!(states(&folder, "out", "not running: "), (false, false));
    assert_eq!(status(&folder, "out")["shards"][0]["holder"], Value::Null);
    let told = folder.spikesweep(&["status", "out"]).expect(0).stdout;
    assert!(told.contains("the command that began it goes on"), "{told}");
    resumes_to(&folder, "out", &one, "after the parent was killed");
    assert_eq!(states(&folder, "out", "complete: 48 of 48 points"), (false, true));

    damage(&folder, "out");
    let refused = folder.spikesweep(&["status", "out"]).expect(65);
    assert!(refused.stderr.contains("is damaged at byte"), "{}", refused.stderr);
    let refused = folder.spikesweep(&["status", "out", "--json"]).expect(65);
    assert!(refused.stdout.contains("is damaged at byte"), "{}", refused.stdout);
}

/// Changes a byte in the middle of the journal that holds most.
fn damage(folder: &Folder, out: &str) {
    let names = std::fs::read_dir(folder.path(out).join(".run")).unwrap().map(|e| e.unwrap());
    let journals = names.filter(|e| e.file_name().to_string_lossy().starts_with("journal-"));
    let largest = journals.max_by_key(|e| e.metadata().unwrap().len()).unwrap().path();
    let mut bytes = std::fs::read(&largest).unwrap();
    bytes[80] ^= 1;
    std::fs::write(largest, bytes).unwrap();
}

#[test]
fn a_run_starts_over_only_when_told() {
    let folder = Folder::new();
    let one = undisturbed(&folder, JOB);
    folder.spikesweep(&run(&folder, "out", &[])).expect(0);
    std::fs::write(folder.path("out/mine.csv"), "kept").unwrap();
    std::fs::write(folder.path("out/.run/mine"), "kept").unwrap();
    damage(&folder, "out");
    folder.spikesweep(&run(&folder, "out", &[])).expect(65);
    let fresh = ["--fresh"];
    folder.spikesweep(&run(&folder, "out", &fresh)).expect(0);
    for name in ["mine.csv", ".run/mine"] {
        assert_eq!(std::fs::read_to_string(folder.path("out").join(name)).unwrap(), "kept", "{name}");
    }
    std::fs::remove_file(folder.path("out/mine.csv")).unwrap();
    folder.results("out").assert_same(&one, "after a damage");
    assert_eq!(status(&folder, "out")["shards"][0]["attempts"].as_array().unwrap().len(), 1);

    // Another job, with other tables: none of the old ones stay.
    folder.write("job.toml", JOB.replace("[record.v]", "[record.w]"));
    folder.spikesweep(&run(&folder, "out", &[])).expect(65);
    folder.spikesweep(&run(&folder, "out", &fresh)).expect(0);
    assert!(folder.path("out/w.csv").exists() && !folder.path("out/v.csv").exists());

    // A job with a fault removes nothing, nor does one where there is no run.
    folder.write("job.toml", JOB.replace("size = 12", "size = 0"));
    folder.spikesweep(&run(&folder, "out", &fresh)).expect(65);
    assert!(folder.path("out/w.csv").exists());
    folder.write("job.toml", JOB);
    std::fs::create_dir(folder.path("other")).unwrap();
    std::fs::write(folder.path("other/spikes.txt"), "kept").unwrap();
    folder.spikesweep(&run(&folder, "other", &fresh)).expect(0);
    assert!(folder.path("other/spikes.txt").exists());
    folder.spikesweep(&run(&folder, "out", &["--fresh", "--shard", "1/2"])).expect(64);
}

#[test]
fn a_run_that_goes_on_is_not_started_over() {
    let folder = Folder::new();
    folder.write("job.toml", slow_job());
    let mut child = folder.start(&run(&folder, "out", &["--workers", "1"]));
    wait_until(&mut child, "rows are written", || rows_are_written(&folder.path("out")));
    let refused = folder.spikesweep(&run(&folder, "out", &["--fresh"])).expect(75);
    assert!(refused.stderr.contains(&format!("in use by {}@", child.id())), "{}", refused.stderr);
    assert!(rows_are_written(&folder.path("out")));
    signal("TERM", child.id());
    end(child).expect(75);
}
