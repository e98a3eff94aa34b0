//! Workers share connectivity and inputs: each one more takes an arena and nothing else, and holds next to no memory of
//! its own. What the program tells is compared with what the system tells.

mod support;

use std::os::unix::fs::MetadataExt;

use support::processes::{children, end, signal, wait_until, watch};
use support::{Folder, root};

const MIB: u64 = 1 << 20;

/// The sweep of the gallery, of another length.
fn cuba_sweep(duration: &str) -> String {
    let text = std::fs::read_to_string(root().join("jobs/gallery/cuba_sweep.toml")).unwrap();
    let shortened = text.replace("duration = \"1 s\"", &format!("duration = \"{duration}\""));
    assert_ne!(shortened, text);
    shortened
}

/// A number of `check --json`.
#[track_caller]
fn told_by_check(report: &serde_json::Value, pointer: &str) -> u64 {
    report
        .pointer(pointer)
        .and_then(serde_json::Value::as_u64)
        .unwrap_or_else(|| panic!("no {pointer}: {report:#}"))
}

const SMALL: [&str; 2] = ["--set", "n_neurons=1000"];

#[test]
fn another_worker_takes_one_arena() {
    let folder = Folder::new();
    let text = cuba_sweep("200 ms");
    let one = folder.results_of(&text, "one", &[&SMALL[..], &["--workers", "1"]].concat());
    let two = folder.results_of(&text, "two", &[&SMALL[..], &["--workers", "2"]].concat());
    let arena = one.told("/segment/arena_bytes");
    assert_eq!(two.told("/segment/bytes") - one.told("/segment/bytes"), arena);
    assert_eq!((one.told("/workers"), two.told("/workers")), (1, 2));
    let checked = folder
        .spikesweep(&[&["check", "job.toml", "--json", "--workers", "2"][..], &SMALL[..]].concat())
        .expect(0);
    let checked = serde_json::from_str(&checked.stdout).unwrap();
    assert_eq!(told_by_check(&checked, "/memory/worker_bytes"), arena);
    assert_eq!(told_by_check(&checked, "/points"), 64);
    let shared = told_by_check(&checked, "/memory/shared_bytes") as f64;
    let told = one.told("/segment/shared_bytes") as f64;
    assert!((shared - told).abs() <= 0.05 * told, "check expects {shared} shared bytes, the run had {told}");
    // A synapse takes at least its target's number: 1000 neurons with 20 targets each, once.
    assert!(told > 4.0 * 20_000.0, "{told} shared bytes");
    assert!((arena as f64) < 64.0 * told, "an arena has {arena} bytes");
}

#[test]
fn workers_keep_nothing_of_their_own() {
    let folder = Folder::new();
    folder.write("job.toml", cuba_sweep("20 ms"));
    // 4000 neurons with 400 targets each: a copy of the connectivity would be more than 6 MB.
    let run =
        ["run", "job.toml", "--out", "out", "--workers", "2", "--points", "0-15", "--set", "p_connect=0.1"];
    let (ended, peak) = watch(folder.start(&run));
    ended.expect(0);
    let results = folder.results("out");
    assert!(results.told("/segment/shared_bytes") > 6_000_000, "the connectivity is too small to tell");
    assert!(peak.workers >= 2, "saw {} workers", peak.workers);
    assert!(peak.anon_growth < 3 * MIB, "a worker's private memory grew by {} bytes", peak.anon_growth);
    let told = results.told("/workers_memory/rss_anon_growth_bytes");
    assert!(told < 3 * MIB, "a worker says that its private memory grew by {told} bytes");
}

/// Bytes that the system has really set aside for the segment of a running command.
fn allocated(pid: u32) -> Option<u64> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
    let mut ranges =
        maps.lines().filter(|line| line.contains("/dev/shm/")).filter_map(|l| l.split_whitespace().next());
    let range = ranges.next()?;
    Some(std::fs::metadata(format!("/proc/{pid}/map_files/{range}")).ok()?.blocks() * 512)
}

/// What the system has set aside once workers are in the middle of their work.
fn allocated_by(folder: &Folder, workers: &str) -> Option<u64> {
    let out = format!("measured-{workers}");
    let run = ["run", "job.toml", "--out", &out, "--workers", workers, "--set", "n_neurons=1000"];
    let mut child = folder.start(&run);
    let path = folder.path(&out);
    wait_until(&mut child, "rows are written", || {
        let entries = std::fs::read_dir(path.join(".run")).into_iter().flatten().flatten();
        let parts = entries.filter(|e| e.file_name().to_string_lossy().starts_with("part-"));
        parts.filter(|e| e.metadata().is_ok_and(|m| m.len() > 0)).count().to_string() == workers
    });
    let measured = children(child.id()).first().and_then(|worker| allocated(*worker));
    signal("TERM", child.id());
    end(child).expect(75);
    measured
}

#[test]
fn the_system_agrees() {
    let folder = Folder::new();
    let text = cuba_sweep("2 s");
    let told = folder.results_of(&text, "told", &[&SMALL[..], &["--workers", "1"]].concat());
    let arena = told.told("/segment/arena_bytes") as f64;
    let (Some(one), Some(two)) = (allocated_by(&folder, "1"), allocated_by(&folder, "2")) else {
        support::not_run::not_run("the_system_agrees", "/proc/PID/map_files cannot be read");
        return;
    };
    let more = two as f64 - one as f64;
    let slack = 64.0 * 4096.0;
    assert!((more - arena).abs() <= slack, "the second worker took {more} bytes, an arena has {arena}");
    let whole = told.told("/segment/bytes") as f64;
    assert!((one as f64 - whole).abs() <= slack, "the segment took {one} bytes, it is said to have {whole}");
}
