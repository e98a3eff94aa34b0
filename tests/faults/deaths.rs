//! Deaths: of workers at random moments, of the parent at each of its calls on files, of all at once; and signals. The
//! same command ends in the same bytes, and nobody is left behind.

use std::time::Duration;

use crate::planted::{
    Fault, JOB, after, for_each_place, left_in_shared_memory, nobody_works_in, resumes_to, run, shim,
    slow_job, undisturbed,
};
use crate::support::chance::Chance;
use crate::support::processes::{children, end, rows_are_written, signal_all, wait_until};
use crate::support::{Ended, Folder};

/// Two workers die at random moments in each run: a claim has three attempts.
fn workers_die(seeds: u64) {
    let folder = Folder::new();
    let one = undisturbed(&folder, &slow_job());
    let killed = std::sync::atomic::AtomicU64::new(0);
    for_each_place(|seed| {
        let mut chance = Chance::new(seed as u64);
        let out = format!("killed-{seed}");
        let mut child = folder.start(&run(&folder, &out, &["--workers", "2"]));
        let pid = child.id();
        wait_until(&mut child, "workers are there", || !children(pid).is_empty());
        for _ in 0..2 {
            std::thread::sleep(Duration::from_micros(chance.below(60_000)));
            if let Some(worker) = chance.one_of(&children(child.id()))
                && signal_all("KILL", &[*worker])
            {
                killed.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        }
        end(child).expect(0);
        folder.results(&out).assert_same(&one, &format!("seed {seed}"));
        (seed as u64) < seeds
    });
    let killed = killed.into_inner();
    assert!(killed >= seeds, "only {killed} workers were killed");
}

#[test]
fn workers_killed_at_random_moments_do_not_matter() {
    workers_die(12);
}

#[test]
#[ignore = "a minute or two"]
fn workers_killed_at_random_moments_in_200_runs_do_not_matter() {
    workers_die(200);
}

/// A worker dies in the middle of writing rows, and the next one after more of them.
#[test]
fn workers_killed_while_writing_do_not_matter() {
    let Some(_) = shim() else { return };
    let folder = Folder::new();
    let one = undisturbed(&folder, JOB);
    let places = for_each_place(|at| {
        let out = format!("at-{at}");
        let mut command = folder.command(&run(&folder, &out, &["--workers", "1"]));
        Fault { who: "worker", calls: "", what: "kill", at }.plant(&mut command, &folder, &out);
        let ended = Ended::of(command.output().unwrap()).expect(0);
        let met = Fault::met(&folder, &out);
        assert_eq!(ended.stderr.contains("was ended by SIGKILL"), met.is_some(), "{}", ended.stderr);
        folder.results(&out).assert_same(&one, &format!("killed at {met:?}"));
        met.is_some()
    });
    assert!(places >= 14, "two parts are made and written to for six points: {places}");
}

/// The parent dies at each of its calls that change files, one after the other.
#[test]
fn a_parent_killed_at_each_call_does_not_matter() {
    let Some(_) = shim() else { return };
    let folder = Folder::new();
    let one = undisturbed(&folder, JOB);
    let places = for_each_place(|at| {
        let out = format!("at-{at}");
        let mut command = folder.command(&run(&folder, &out, &["--workers", "2"]));
        Fault { who: "parent", calls: "", what: "kill", at }.plant(&mut command, &folder, &out);
        let child =
            command.stderr(std::process::Stdio::null()).stdout(std::process::Stdio::null()).spawn().unwrap();
        let pid = child.id();
        let ended = end(child);
        let met = Fault::met(&folder, &out);
        assert_eq!(ended.code.is_none(), met.is_some(), "{ended:?}");
        assert_eq!(left_in_shared_memory(pid), [""; 0], "{met:?}");
        resumes_to(&folder, &out, &one, &format!("killed at {met:?}"));
        met.is_some()
    });
    assert!(places > 40, "only {places} calls");
    nobody_works_in(&folder);
}

/// Parent and workers die in the same instant, at random moments of the computation.
#[test]
fn all_killed_at_once_leave_nothing_and_lose_nothing() {
    let folder = Folder::new();
    let one = undisturbed(&folder, &slow_job());
    let mut caught = 0;
    for seed in 0..6 {
        let (mut chance, out) = (Chance::new(seed), format!("all-{seed}"));
        let mut child = folder.start(&run(&folder, &out, &["--workers", "2"]));
        wait_until(&mut child, "rows are written", || rows_are_written(&folder.path(&out)));
        std::thread::sleep(Duration::from_micros(chance.below(60_000)));
        let (pid, mut all) = (child.id(), children(child.id()));
        all.insert(0, pid);
        signal_all("KILL", &all);
        caught += u32::from(end(child).code.is_none());
        nobody_works_in(&folder);
        assert_eq!(left_in_shared_memory(pid), [""; 0]);
        resumes_to(&folder, &out, &one, &format!("seed {seed}"));
    }
    assert!(caught > 2, "only {caught} runs were caught in the middle");
}

/// As batch systems do it: everybody gets the signal. INT and HUP as a terminal sends them, whatever this test ignores.
#[test]
fn a_signal_to_all_stops_the_run_and_does_not_matter() {
    let folder = Folder::new();
    let one = undisturbed(&folder, &slow_job());
    for signal in ["TERM", "INT", "HUP", "USR1"] {
        let arguments = run(&folder, signal, &["--workers", "2"]);
        let mut command = crate::planted::through(&folder, &["env", "--default-signal=INT,HUP"], &arguments);
        let pipes = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        wait_until(&mut child, "rows are written", || rows_are_written(&folder.path(signal)));
        let mut all = children(child.id());
        assert!(!all.is_empty(), "the run was over before it could be stopped");
        all.push(child.id());
        signal_all(signal, &all);
        let stopped = end(child).expect(75);
        assert!(stopped.stderr.contains(&format!("stopped by SIG{signal}")), "{}", stopped.stderr);
        assert!(!stopped.stderr.contains("was ended by"), "workers obeyed: {}", stopped.stderr);
        assert!(!folder.path(signal).join("points.csv").exists());
        nobody_works_in(&folder);
        resumes_to(&folder, signal, &one, signal);
    }
}

/// Nobody reads, nobody types, nobody is there.
#[test]
fn closed_descriptors_do_not_matter() {
    let folder = Folder::new();
    let one = undisturbed(&folder, JOB);
    let cases = [
        ("no stdin", "exec <&-"),
        ("no stdout", "exec >&-"),
        ("no stderr", "exec 2>&-"),
        ("none of them", "exec <&- >&- 2>&-"),
        ("a full stdout", "exec >/dev/full"),
        ("a full stderr", "exec 2>/dev/full"),
        ("a stdin that ends", "exec </dev/null"),
    ];
    for (what, shell) in cases {
        for json in [&[][..], &["--json"]] {
            let out = format!("{what}{}", json.len());
            Ended::of(after(&folder, shell, &run(&folder, &out, json)).output().unwrap()).expect(0);
            folder.results(&out).assert_same(&one, what);
        }
    }
    // A reader that goes away, as in `spikesweep run ... | head -0`.
    let mut child = folder.start(&run(&folder, "left", &[]));
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    folder.results("left").assert_same(&one, "the reader went away");
}
