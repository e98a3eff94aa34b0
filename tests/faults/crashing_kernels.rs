//! Kernels that crash, hang, write where they must not or cannot be loaded: planted by a compiler that changes their source
//! at one point of a sweep. Other points have the same rows as in a sweep that nothing disturbs.

use crate::planted::{JOB, ended, nobody_works_in, planting_compiler, resumes_to, run, undisturbed};
use crate::support::{Folder, Results, Table};

/// C that a kernel of this `kind` does once its initial values are set.
const CRASHES: &[(&str, &str, &str)] = &[
    ("1", "*(volatile int *)8 = 0;", "SIGSEGV"),
    ("2", "raise(7), raise(7);", "SIGBUS"),
    ("3", "raise(8);", "SIGFPE"),
    ("4", "__builtin_trap();", "SIGILL SIGTRAP"),
    ("5", "abort();", "SIGABRT"),
    ("6", "_exit(0);", "exit code 0"),
    ("7", "_exit(3);", "exit code 3"),
    ("8", "raise(9);", "SIGKILL"),
];

/// Where the parameter `kind` is read: before initial values are set.
const KIND: &str = "const double p_kind = row\\[[0-9]*\\];";
/// Where a kernel begins to step.
const STEPS: &str = "int32_t reason = SS_DONE;";

/// A shell command that puts C behind a place.
fn behind(place: &str, c: &str) -> String {
    let externs = "int raise(int); void abort(void); void _exit(int);";
    let script = format!("s|\\({place}\\)|\\1 {externs} {c}|");
    format!("grep -q '{place}' \"$word\" && sed -i '{script}' \"$word\"")
}

/// Rows of some points in all tables but `points.csv`.
fn rows_of(results: &Results, points: &[u64]) -> Vec<Vec<Vec<String>>> {
    let tables = ["summary", "spikes", "v"].map(|name| results.table(name).by_point());
    let rows = tables.iter().flat_map(|table| points.iter().map(|point| table[point].rows.clone()));
    rows.collect()
}

fn crashing(text: &str, more: &[&str]) {
    let kinds = CRASHES.iter().map(|(kind, c, _)| format!("if (p_kind == {kind}.0) {{ {c} }}"));
    let folder = Folder::new();
    let Some(cc) = planting_compiler(&folder, "crashing-cc", &behind(KIND, &kinds.collect::<String>()))
    else {
        return;
    };
    let numbers = CRASHES.iter().map(|(kind, ..)| *kind).collect::<Vec<_>>().join(", ");
    let text = text.replace("axes.drive =", &format!("axes.kind = [0, {numbers}, 9]\naxes.drive ="));
    let calm = folder.results_of(&text, "calm", &["--workers", "2"]);
    let per_kind = calm.table("points").rows.len() as u64 / (CRASHES.len() as u64 + 2);
    let crashed_points = per_kind..(1 + CRASHES.len() as u64) * per_kind;
    let good: Vec<u64> = (0..per_kind).chain(crashed_points.end..crashed_points.end + per_kind).collect();
    let cache = folder.path("crashing").display().to_string();
    let mut command =
        folder.command(&run(&folder, "out", &[&["--workers", "2", "--cc", &cc], more].concat()));
    command.env("SPIKESWEEP_CACHE", cache);
    ended(command).expect(10);
    let results = folder.results("out");
    let statuses = results.table("points");
    for (point, status) in statuses.texts("status").into_iter().enumerate() {
        let expected = if crashed_points.contains(&(point as u64)) { "failed" } else { "ok" };
        assert_eq!(status, expected, "point {point}");
    }
    assert_eq!(rows_of(&results, &good), rows_of(&calm, &good));
    let errors = Table::read(&results.dir.join(".run/errors.csv"));
    let failed: Vec<String> = crashed_points.clone().map(|point| point.to_string()).collect();
    assert_eq!(errors.texts("point"), failed);
    for (row, point) in crashed_points.enumerate() {
        let (_, c, words) = CRASHES[(point / per_kind) as usize - 1];
        let message = errors.texts("message")[row];
        assert!(
            words.split(' ').any(|word| message.contains(word)) || message.contains(words),
            "{c}: {message}"
        );
        assert_eq!(errors.texts("attempts")[row], "3", "{c}");
        let [class, signal, exit] = ["class", "signal", "exit"].map(|column| errors.texts(column)[row]);
        let told = match words.strip_prefix("exit code ") {
            Some(code) => (class, signal, exit) == ("exit", "", code),
            None => class == "signal" && words.split(' ').any(|word| word == signal) && exit.is_empty(),
        };
        assert!(told, "{c}: {class}, {signal}, {exit}");
        assert_eq!(errors.texts("step")[row], "0", "{c}: before the first step");
        let replay = errors.texts("replay")[row];
        assert!(replay.ends_with(&format!("--points {point}")), "{replay}");
    }
    let log = std::fs::read_to_string(results.dir.join(".run/log-0-1.txt")).unwrap();
    assert!(log.contains("process ") && log.contains("begins: ") && log.contains(" points done"), "{log}");
    let told = |words: &str| log.lines().filter(|line| line.contains(words)).count();
    assert!(told("was ended by SIGSEGV over ") > 0 && told(": it is tried again") > 0, "{log}");
    nobody_works_in(&folder);
}

#[test]
fn points_that_crash_are_failed_and_others_are_as_ever() {
    crashing(&JOB.replace("n = 6", "n = 1").replace("to = \"22 mV\"", "to = \"12 mV\""), &[]);
}

/// Many points in one batch: one that crashes takes none of the others with it.
#[test]
fn a_lane_that_crashes_takes_no_other_with_it() {
    let (before, rest) = JOB.split_once("[synapses.S]").unwrap();
    let text = format!("{before}{}", &rest[rest.find("[record").unwrap()..]);
    crashing(&text.replace("n = 6", "n = 2"), &["--lanes", "8"]);
}

/// A kernel that writes on and on from its arena's end meets the guard page before it meets the neighbour.
#[test]
fn a_kernel_that_writes_past_its_arena_meets_a_guard_page() {
    let c = "if (p_kind == 1.0) { for (volatile char *at = (volatile char *)base + arena; ; ++at) *at = 1; }";
    let folder = Folder::new();
    let Some(cc) = planting_compiler(&folder, "writing-cc", &behind(KIND, c)) else { return };
    let text = JOB.replace("axes.drive =", "axes.kind = [0, 1]\naxes.drive =");
    let calm = folder.results_of(&text, "calm", &[]);
    let cache = folder.path("writing").display().to_string();
    let mut command = folder.command(&run(&folder, "out", &["--workers", "2", "--cc", &cc]));
    command.env("SPIKESWEEP_CACHE", cache);
    ended(command).expect(10);
    let results = folder.results("out");
    assert_eq!(results.table("points").texts("status"), [["ok"; 6], ["failed"; 6]].concat());
    let good = [0, 1, 2, 3, 4, 5];
    assert_eq!(rows_of(&results, &good), rows_of(&calm, &good));
    let errors = Table::read(&results.dir.join(".run/errors.csv"));
    assert!(errors.texts("message").iter().all(|m| m.contains("SIGSEGV")), "{errors:?}");
    failed_points_are_computed_again_if_asked_for(&folder, &calm);
}

/// Six of twelve points in `out` are failed, by a kernel that is not there any more.
fn failed_points_are_computed_again_if_asked_for(folder: &Folder, calm: &Results) {
    let computed = |more: &[&str], exit: i32| {
        let arguments = [&["run", "job.toml", "--out", "out", "--json"], more].concat();
        let told = folder.spikesweep(&arguments).expect(exit).stdout;
        serde_json::from_str::<serde_json::Value>(&told).unwrap()["computed"].as_u64().unwrap()
    };
    assert_eq!(computed(&[], 10), 0);
    assert_eq!(computed(&["--retry-failed", "--points", "0-6"], 10), 1);
    assert_eq!(computed(&["--retry-failed"], 0), 5);
    folder.results("out").assert_same(calm, "tried again");
    assert!(Table::read(&folder.path("out/.run/errors.csv")).rows.is_empty());
    assert_eq!(computed(&["--retry-failed"], 0), 0);
}

/// Every point crashes: the run ends by itself, and says how.
#[test]
fn a_kernel_that_always_crashes_is_71() {
    let folder = Folder::new();
    let Some(cc) = planting_compiler(&folder, "dying-cc", &behind(STEPS, "__builtin_trap();")) else {
        return;
    };
    folder.write("job.toml", JOB.replace("n = 6", "n = 400"));
    let cache = folder.path("dying").display().to_string();
    let mut command = folder.command(&run(&folder, "out", &["--workers", "2", "--cc", &cc]));
    command.env("SPIKESWEEP_CACHE", cache);
    let stopped = ended(command).expect(71);
    assert!(stopped.stderr.contains("workers die one after the other"), "{}", stopped.stderr);
    assert!(stopped.stderr.contains("SIGILL") || stopped.stderr.contains("SIGTRAP"), "{}", stopped.stderr);
    nobody_works_in(&folder);
}

/// Ten points, a claim each: some of them were tried three times when so many workers have died that the run ends. They are
/// not to blame, as nothing has ever worked; where something has, they are.
#[test]
fn points_given_up_before_anything_has_worked_stay_open() {
    let folder = Folder::new();
    let Some(cc) = planting_compiler(&folder, "dying-cc", &behind(STEPS, "__builtin_trap();")) else {
        return;
    };
    let one = undisturbed(&folder, &JOB.replace("n = 6", "n = 10"));
    let failed_of_crash = |out: &str, attempt: u32| {
        let mut command = folder.command(&run(&folder, out, &["--workers", "2", "--cc", &cc]));
        command.env("SPIKESWEEP_CACHE", folder.path("dying"));
        let stopped = ended(command).expect(71);
        assert!(
            stopped.stderr.contains("workers die one after the other; the last one, over point "),
            "{}",
            stopped.stderr
        );
        let log =
            std::fs::read_to_string(folder.path(out).join(format!(".run/log-0-{attempt}.txt"))).unwrap();
        assert!(log.contains(", attempt 3"), "{log}");
        let status = folder.spikesweep(&["status", out, "--json"]).expect(0).stdout;
        serde_json::from_str::<serde_json::Value>(&status).unwrap()["failed"].as_u64().unwrap()
    };
    assert_eq!(failed_of_crash("out", 1), 0);
    resumes_to(&folder, "out", &one, "with a kernel that works");
    folder.spikesweep(&run(&folder, "proven", &["--points", "0"])).expect(0);
    assert!(failed_of_crash("proven", 2) > 0);
}

/// What the compiler left is no shared object, or none that this system loads.
#[test]
fn a_kernel_that_cannot_be_loaded_is_71() {
    let folder = Folder::new();
    folder.write("job.toml", JOB);
    let into_output =
        "while [ $# -gt 0 ]; do [ \"$1\" = -o ] && out=$2; shift; done; [ -n \"$out\" ] || exit 1";
    for (name, made) in [("text-cc", "echo 'not a kernel' > \"$out\""), ("empty-cc", ": > \"$out\"")] {
        let cc = crate::planted::script(&folder, name, &format!("{into_output}\n{made}"));
        let cache = folder.path(&format!("{name}-cache")).display().to_string();
        let mut command = folder.command(&run(&folder, "out", &["--cc", &cc]));
        command.env("SPIKESWEEP_CACHE", cache);
        let refused = ended(command).expect(71);
        assert!(refused.stderr.contains("cannot load the kernel"), "{}", refused.stderr);
        nobody_works_in(&folder);
    }
}
