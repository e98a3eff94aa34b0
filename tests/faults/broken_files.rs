//! File systems that fail: full, failing, interrupted, without locks, read-only, removed while in use. What was not synced
//! does not count, and the same command ends in the same bytes.

use std::process::Stdio;

use crate::planted::{
    Fault, JOB, after, as_root, ended, for_each_place, nobody_works_in, resumes_to, run, script, shim,
    slow_job, undisturbed,
};
use crate::support::processes::{end, rows_are_written, wait_until};
use crate::support::{Ended, Folder};

/// Each call that changes files in turn, by the parent or by a worker.
fn each_call(who: &'static str, calls: &'static str, what: &'static str, codes: &[i32], least: usize) {
    let Some(_) = shim() else { return };
    let folder = Folder::new();
    let one = undisturbed(&folder, JOB);
    let places = for_each_place(|at| {
        let out = format!("at-{at}");
        let mut command = folder.command(&run(&folder, &out, &["--workers", "1"]));
        Fault { who, calls, what, at }.plant(&mut command, &folder, &out);
        let ended = Ended::of(command.output().unwrap());
        let Some(met) = Fault::met(&folder, &out) else {
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
            return false;
        };
        let code = ended.code.expect("nobody kills it");
        // The log does without what cannot be written.
        let codes = if met.contains("/.run/log-") { &[0] } else { codes };
        assert!(codes.contains(&code), "{what} at {met}: {code}\n{}", ended.stderr);
        if code == 0 {
            folder.results(&out).assert_same(&one, &format!("{what} at {met}"));
        } else {
            assert!(ended.stderr.contains("spikesweep: cannot "), "{what} at {met}: {}", ended.stderr);
        }
        resumes_to(&folder, &out, &one, &format!("{what} at {met}"));
        true
    });
    assert!(places >= least, "{who}, {calls}: only {places} calls");
    nobody_works_in(&folder);
}

#[test]
fn a_full_disk_at_each_write_of_the_parent_is_74() {
    each_call("parent", "write rename", "half", &[74], 20);
}

#[test]
fn a_failed_sync_of_the_parent_is_74() {
    // 73: the directories that were just made.
    each_call("parent", "fsync", "EIO", &[73, 74], 20);
}

#[test]
fn a_full_disk_at_each_write_of_a_worker_is_74() {
    each_call("worker", "", "half", &[74], 14);
}

#[test]
fn files_that_cannot_be_made_are_73_or_74() {
    each_call("parent", "create", "ENOSPC", &[73, 74], 10);
}

#[test]
fn short_writes_do_not_matter() {
    each_call("parent", "write", "short", &[0], 10);
    each_call("worker", "write", "short", &[0], 12);
}

#[test]
fn interrupted_calls_do_not_matter() {
    each_call("parent", "write fsync create", "EINTR", &[0], 30);
}

/// A disk that fills up while rows are written: 1 MiB for more rows than that.
#[test]
fn a_disk_that_is_full_is_74_and_goes_on_when_there_is_room() {
    const NAME: &str = "a_disk_that_is_full_is_74_and_goes_on_when_there_is_room";
    let folder = Folder::new();
    let text = JOB.replace("every = \"1 ms\"", "").replace("20 ms", "200 ms");
    let one = undisturbed(&folder, &text);
    let bytes: usize = one.files().values().map(Vec::len).sum();
    assert!(bytes > 1 << 20, "{bytes} bytes would fit");
    let small = folder.path("small");
    std::fs::create_dir(&small).unwrap();
    // What has come so far is copied out before the file system goes away with its namespace.
    let shell = "mount -t tmpfs -o size=1m tmpfs small\n\"$0\" \"$@\" && exit 1\ncode=$?\ncp -a small kept\nexit $code";
    let Some(command) = as_root(NAME, &folder, shell, &run(&folder, "small", &["--workers", "2"])) else {
        return;
    };
    let full = ended(command).expect(74);
    assert!(full.stderr.contains("No space left on device"), "{}", full.stderr);
    assert!(full.stderr.contains("are expected to be written"), "nobody warned: {}", full.stderr);
    assert!(full.stderr.contains("the same command goes on"), "{}", full.stderr);
    let kept = folder.path("kept");
    assert!(kept.join(".run/run.json").exists() && !kept.join("points.csv").exists());
    resumes_to(&folder, "kept", &one, "after there was room again");
}

#[test]
fn a_limit_of_file_sizes_is_74() {
    let folder = Folder::new();
    let text = JOB.replace("every = \"1 ms\"", "").replace("20 ms", "100 ms");
    let one = undisturbed(&folder, &text);
    // Blocks of 512 bytes or of 1 KiB, as the shell has it: more than the segment with small buffers, less than the rows.
    let arguments = run(&folder, "out", &["--workers", "1", "--buffer", "100"]);
    let limited = ended(after(&folder, "ulimit -f 100", &arguments)).expect(74);
    assert!(limited.stderr.contains("File too large"), "{}", limited.stderr);
    resumes_to(&folder, "out", &one, "after the limit was gone");
}

#[test]
fn a_read_only_file_system_is_73_before_anything_is_compiled() {
    const NAME: &str = "a_read_only_file_system_is_73_before_anything_is_compiled";
    let folder = Folder::new();
    folder.write("job.toml", JOB);
    std::fs::create_dir(folder.path("small")).unwrap();
    let cc = script(&folder, "cc", "touch called; exit 1");
    let shell = "mount -t tmpfs -o ro tmpfs small";
    let arguments = run(&folder, "small", &["--cc", &cc]);
    let Some(command) = as_root(NAME, &folder, shell, &arguments) else { return };
    let refused = ended(command).expect(73);
    assert!(refused.stderr.contains("Read-only file system"), "{}", refused.stderr);
    assert!(!folder.path("called").exists());
}

/// Rows without end stop at a limit, in the middle of a point; with a higher one the same run goes on.
#[test]
fn rows_beyond_the_limit_of_the_job_are_74() {
    let folder = Folder::new();
    let text = JOB.replace("n = 6", "n = 2").replace("every = \"1 ms\"", "").replace("20 ms", "60 s");
    let limited = format!("{text}[output]\nmax_bytes = 2_000_000\n");
    folder.write("job.toml", &limited);
    let mut child = folder.start(&run(&folder, "out", &["--workers", "2"]));
    wait_until(&mut child, "rows are written", || rows_are_written(&folder.path("out")));
    let stopped = end(child).expect(74);
    assert!(stopped.stderr.contains("more than [output] max_bytes = 2000000"), "{}", stopped.stderr);
    assert!(stopped.stderr.contains("the same command goes on"), "{}", stopped.stderr);
    nobody_works_in(&folder);
    assert!(!folder.path("out/points.csv").exists());
    // Another limit is no other run. (The job that takes a minute to simulate is not run to its end.)
    folder.write("job.toml", text.replace("60 s", "1 s"));
    folder.spikesweep(&run(&folder, "out", &[])).expect(65);
    folder.write("job.toml", limited.replace("2_000_000", "1_000_000"));
    let again = folder.spikesweep(&run(&folder, "out", &[])).expect(74);
    assert!(again.stderr.contains("max_bytes = 1000000"), "{}", again.stderr);
}

/// Removed, or moved away, while workers write into it: nobody pretends that the results are there.
#[test]
fn a_directory_removed_while_in_use_is_74() {
    let folder = Folder::new();
    let one = undisturbed(&folder, &slow_job());
    for (what, shell) in [("removed", "rm -rf removed"), ("moved", "mv moved elsewhere")] {
        let mut child = folder.start(&run(&folder, what, &["--workers", "2"]));
        wait_until(&mut child, "rows are written", || rows_are_written(&folder.path(what)));
        let status =
            std::process::Command::new("sh").args(["-c", shell]).current_dir(folder.path("")).status();
        // `rm` may have to do it twice, if a worker is quicker.
        assert!(status.unwrap().success() || !folder.path(what).join(".run/run.json").exists());
        let gone = end(child).expect(74);
        assert!(gone.stderr.contains("spikesweep: cannot "), "{}", gone.stderr);
        resumes_to(&folder, what, &one, what);
    }
}

/// One command alive twice, where the file system knows no locks (or the first is held by a node that is cut off): the
/// points are computed twice, and count once.
#[test]
fn two_runs_without_locks_agree() {
    let Some(_) = shim() else { return };
    let folder = Folder::new();
    let one = undisturbed(&folder, &slow_job());
    let start = || {
        let mut command = folder.command(&run(&folder, "both", &["--workers", "1"]));
        Fault { who: "parent", calls: "", what: "nolock", at: 0 }.plant(&mut command, &folder, "both");
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut first = start();
    wait_until(&mut first, "rows are written", || rows_are_written(&folder.path("both")));
    let second = start();
    let (first, second) = (end(first), end(second));
    // Whoever merges while the other one does may find its files renamed; it may be told so, and nothing else.
    for ended in [&first, &second] {
        assert!(matches!(ended.code, Some(0 | 74)), "{ended:?}");
    }
    assert!(first.code == Some(0) || second.code == Some(0), "{first:?}\n{second:?}");
    let told = folder.spikesweep(&["status", "both", "--json"]).expect(0);
    let status: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let attempts = status["shards"][0]["attempts"].as_array().unwrap();
    let points: u64 = attempts.iter().map(|a| a["points"].as_u64().unwrap()).sum();
    assert!(attempts.len() == 2 && points > 48, "nothing was computed twice: {status:#}");
    resumes_to(&folder, "both", &one, "two runs at once");
}
