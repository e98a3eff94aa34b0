//! What is wrong ends with the documented code, a message with its place, and nothing written, compiled or panicked.

mod support;

use std::path::Path;

use support::compiler::Counter;
use support::not_run::{compiler_for, not_run};
use support::processes::{end, signal, wait_until};
use support::{Ended, Folder, job, root};

const GOOD: &str = r#"
[run]
duration = "10 ms"
[parameters]
tau = "10 ms"
[neurons.P]
size = 1
equations = "dv/dt = -v/tau : volt"
method = "exact"
initial = "v = 1*mV"
[record.v]
kind = "state"
source = "P"
variables = ["v"]
"#;

/// `FILE:LINE:COLUMN` behind an arrow.
fn names_a_place(message: &str) -> bool {
    let places = message.lines().filter_map(|line| line.trim_start().strip_prefix("--> "));
    let is_place = |place: &str| {
        let mut parts = place.trim().rsplitn(3, ':');
        let mut number = || parts.next().and_then(|n| n.parse::<u32>().ok()).is_some_and(|n| n > 0);
        number() && number()
    };
    places.into_iter().any(is_place)
}

/// Files that a command left in a folder, besides those given.
fn left_in(folder: &Folder, given: &[&str]) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path("")).unwrap();
    let names = entries.map(|e| e.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !given.contains(&name.as_str())).collect()
}

/// What a job that must be refused wants to be set, in its comment `# ... --set "NAME=VALUE"`.
fn set_in(path: &Path) -> Option<String> {
    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    let line = text.lines().find(|l| l.starts_with('#') && l.contains("--set \""))?.to_owned();
    Some(line.split_once("--set \"")?.1.strip_suffix('"')?.to_owned())
}

#[test]
fn wrong_jobs_leave_nothing_behind() {
    let Some(cc) = compiler_for("wrong jobs") else { return };
    let rejected = root().join("jobs/rejected");
    let mut jobs: Vec<_> = std::fs::read_dir(&rejected).unwrap().map(|e| e.unwrap().path()).collect();
    jobs.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    jobs.sort();
    assert!(jobs.len() > 100);
    let folder = Folder::without_kernels();
    let counter = Counter::new(&folder, &cc);
    for path in jobs {
        let name = path.file_name().unwrap().to_str().unwrap();
        for arguments in [
            &["run", "--out", "out", "--cc", counter.path()][..],
            &["run", "--cc", counter.path()],
            &["check"],
        ] {
            let set: Vec<String> = set_in(&path).into_iter().flat_map(|set| ["--set".into(), set]).collect();
            let given: Vec<&str> = set.iter().map(String::as_str).chain([path.to_str().unwrap()]).collect();
            let ended = folder.spikesweep(&[arguments, &given].concat());
            assert!(!ended.stderr.contains("panicked"), "{name}: {}", ended.stderr);
            assert_eq!(ended.code, Some(65), "{name}: {}", ended.stderr);
            assert!(names_a_place(&ended.stderr), "{name}: no place: {}", ended.stderr);
            assert_eq!(ended.stdout, "", "{name}");
            assert_eq!(left_in(&folder, &["counting-cc"]), [""; 0], "{name} left something");
        }
    }
    assert_eq!(counter.calls(), [""; 0]);
}

#[test]
fn the_counter_would_have_counted() {
    let Some(cc) = compiler_for("the counter") else { return };
    let folder = Folder::without_kernels();
    let counter = Counter::new(&folder, &cc);
    folder.results_of(GOOD, "out", &["--cc", counter.path()]);
    assert_eq!(counter.kernels(), 1);
    let mut left = left_in(&folder, &["counting-cc", "job.toml"]);
    left.sort();
    assert_eq!(left, ["cache", "compiler.log", "out"]);
}

#[test]
fn faults_are_told_together_with_their_lines() {
    let folder = Folder::new();
    folder.write("job.toml", GOOD.replace("-v/tau : volt", "-v/taum : volt").replace("1*mV", "1*nA"));
    let ended = folder.spikesweep(&["run", "job.toml", "--out", "out"]).expect(65);
    for place in ["job.toml:8:", "job.toml:10:"] {
        assert!(ended.stderr.contains(place), "{place}: {}", ended.stderr);
    }
    assert!(
        ended.stderr.contains("taum") && ended.stderr.contains("tau'"),
        "no suggestion: {}",
        ended.stderr
    );
    assert!(ended.stderr.contains("2 faults"), "{}", ended.stderr);
}

#[test]
fn a_fault_at_one_point_is_found_before_any_point_is_run() {
    let Some(cc) = compiler_for("a fault at one point") else { return };
    let folder = Folder::without_kernels();
    let counter = Counter::new(&folder, &cc);
    let text = GOOD.replace("size = 1", "size = \"n\"").replace("[parameters]", "[parameters]\nn = 1");
    folder.write("job.toml", format!("{text}\n[[sweep]]\naxes.n = {{ from = 10, to = -1, step = -1 }}\n"));
    let ended = folder.spikesweep(&["run", "job.toml", "--out", "out", "--cc", counter.path()]).expect(65);
    assert!(names_a_place(&ended.stderr) && ended.stderr.contains("point 10"), "{}", ended.stderr);
    assert_eq!(counter.calls(), [""; 0]);
    assert!(!folder.path("out").exists());
}

#[test]
fn wrong_use_is_64() {
    let folder = Folder::new();
    folder.write("job.toml", GOOD);
    let table: &[&[&str]] = &[
        &[],
        &["simulate"],
        &["run"],
        &["run", "job.toml", "--wrong"],
        &["run", "job.toml", "--workers", "0"],
        &["run", "job.toml", "--workers", "many"],
        &["run", "job.toml", "--shard", "4/3"],
        &["run", "job.toml", "--shard", "0/3"],
        &["run", "job.toml", "--points", "1"],
        &["run", "job.toml", "--points", "a"],
        &["run", "job.toml", "--points", "3-1"],
        &["show", "job.toml", "--code", "fortran"],
        &["merge"],
    ];
    for arguments in table {
        let ended = folder.spikesweep(arguments);
        assert_eq!(ended.code, Some(64), "{arguments:?}: {}", ended.stderr);
        assert!(
            !ended.stderr.is_empty() && !ended.stderr.contains("panicked"),
            "{arguments:?}: {}",
            ended.stderr
        );
        assert_eq!(left_in(&folder, &["job.toml"]), [""; 0], "{arguments:?}");
    }
    folder.spikesweep(&["--help"]).expect(0);
    folder.spikesweep(&["--version"]).expect(0);
}

#[test]
fn a_malformed_or_unknown_set_is_65() {
    let folder = Folder::new();
    folder.write("job.toml", GOOD);
    for set in ["tau", "tua=5 ms", "tau=5 mV", "tau=", "tau=[1, 2]x"] {
        let ended = folder.spikesweep(&["run", "job.toml", "--set", set]);
        assert_eq!(ended.code, Some(65), "--set {set}: {}", ended.stderr);
        assert!(names_a_place(&ended.stderr), "--set {set}: {}", ended.stderr);
    }
    assert_eq!(left_in(&folder, &["job.toml"]), [""; 0]);
}

#[test]
fn a_missing_job_is_65() {
    let folder = Folder::new();
    let ended = folder.spikesweep(&["run", "nowhere.toml"]).expect(65);
    assert!(ended.stderr.contains("nowhere.toml"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("did you mean"), "{}", ended.stderr);
    folder.write("network.toml", GOOD);
    let bare = folder.spikesweep(&["run", "network"]).expect(65);
    assert!(bare.stderr.contains("did you mean 'network.toml'?"), "{}", bare.stderr);
    std::fs::create_dir(folder.path("folder.toml")).unwrap();
    folder.spikesweep(&["run", "folder.toml"]).expect(65);
}

#[test]
fn no_compiler_is_69() {
    let folder = Folder::without_kernels();
    folder.write("job.toml", GOOD);
    let run = ["run", "job.toml", "--out", "out"];
    let ended = Ended::of(folder.command(&run).env("PATH", folder.path("")).output().unwrap()).expect(69);
    assert!(ended.stderr.contains("--cc") && ended.stderr.contains("SPIKESWEEP_CC"), "{}", ended.stderr);
    let missing = folder.spikesweep(&[&run[..], &["--cc", "/nowhere/cc"]].concat()).expect(69);
    assert!(missing.stderr.contains("/nowhere/cc"), "{}", missing.stderr);
    let by_environment = folder.command(&run).env("SPIKESWEEP_CC", "/nowhere/other").output().unwrap();
    assert!(Ended::of(by_environment).expect(69).stderr.contains("/nowhere/other"));
    let failing = folder.spikesweep(&[&run[..], &["--cc", "/bin/false"]].concat()).expect(69);
    assert!(failing.stderr.contains("/bin/false"), "{}", failing.stderr);
    if compiler_for("no compiler, then one").is_some() {
        folder.spikesweep(&run).expect(0);
    }
}

#[test]
fn an_output_that_cannot_be_made_is_73() {
    let folder = Folder::new();
    folder.write("job.toml", GOOD);
    folder.write("file", "kept");
    std::os::unix::fs::symlink("/nowhere/at/all", folder.path("dangling")).unwrap();
    for out in ["file", "file/below", "dangling", "/proc/spikesweep-results", "/dev/null"] {
        let ended = folder.spikesweep(&["run", "job.toml", "--out", out]);
        assert_eq!(ended.code, Some(73), "--out {out}: {}", ended.stderr);
        assert!(ended.stderr.contains(out), "--out {out} is not named: {}", ended.stderr);
    }
    assert_eq!(std::fs::read_to_string(folder.path("file")).unwrap(), "kept");
}

#[test]
fn a_folder_without_permission_is_73() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    const NAME: &str = "a_folder_without_permission_is_73";
    let folder = Folder::new();
    folder.write("job.toml", GOOD);
    let closed = folder.path("closed");
    std::fs::create_dir(&closed).unwrap();
    let mode =
        |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    let mut command = folder.command(&["run", "job.toml", "--out", "closed"]);
    if std::fs::metadata(&closed).unwrap().uid() == 0 {
        // Permissions do not bind root: somebody else tries.
        mode(&folder.path(""), 0o755);
        command.uid(65534).gid(65534);
    }
    mode(&closed, 0o555);
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => return not_run(NAME, &format!("cannot run as another user: {error}")),
    };
    let ended = Ended::of(output).expect(73);
    assert!(ended.stderr.contains("closed"), "{}", ended.stderr);
    assert_eq!(std::fs::read_dir(&closed).unwrap().count(), 0);
}

#[test]
fn a_directory_of_another_run_is_65_and_untouched() {
    let folder = Folder::new();
    let first = folder.results_of(GOOD, "out", &[]);
    let before = first.files();
    let ended = folder.spikesweep(&["run", "job.toml", "--out", "out", "--set", "tau=11 ms"]).expect(65);
    let hash = first.run()["identity"].as_str().unwrap().to_string();
    assert!(ended.stderr.contains(&hash[..16]), "neither hash is named: {}", ended.stderr);
    assert!(ended.stderr.contains("parameters.tau is"), "what differs is not told: {}", ended.stderr);
    assert_eq!(first.files(), before);
    folder.spikesweep(&["run", "job.toml", "--out", "out"]).expect(0);
    assert_eq!(first.files(), before);
}

#[test]
fn what_is_no_run_is_65() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("empty")).unwrap();
    for command in ["merge", "status"] {
        folder.spikesweep(&[command, "empty"]).expect(65);
        folder.spikesweep(&[command, "nowhere"]).expect(65);
    }
}

#[test]
fn a_directory_in_use_is_75() {
    let folder = Folder::new();
    let text =
        job("network.toml").replace("length = \"60 ms\"", "length = \"20 s\"").replace("n = 150", "n = 600");
    folder.write("job.toml", format!("{text}\n[[sweep]]\nrepeat = 8\n"));
    let run = ["run", "job.toml", "--out", "out", "--workers", "1"];
    let started = || {
        let mut child = folder.start(&run);
        let before = parts(&folder);
        wait_until(&mut child, "a worker begins", || parts(&folder) > before);
        child
    };
    let first = started();
    let second = folder.spikesweep(&run).expect(75);
    assert!(second.stderr.contains(&first.id().to_string()), "the holder is not named: {}", second.stderr);
    signal("TERM", first.id());
    end(first).expect(75);
    let third = started();
    signal("TERM", third.id());
    end(third).expect(75);
}

/// Part files of the workers of a run in `out`.
fn parts(folder: &Folder) -> usize {
    let entries = std::fs::read_dir(folder.path("out/.run")).into_iter().flatten().flatten();
    entries.filter(|e| e.file_name().to_string_lossy().starts_with("part-")).count()
}

#[test]
fn a_signal_before_any_worker_is_75_too() {
    use std::os::unix::fs::PermissionsExt;
    let Some(cc) = compiler_for("a signal while compiling") else { return };
    let folder = Folder::without_kernels();
    folder.write("job.toml", GOOD);
    let text = format!(
        "#!/bin/sh\ncase \"$*\" in *-shared*) echo $$ >> '{}'; sleep 5; touch '{}';; esac\nexec '{}' \"$@\"\n",
        folder.path("called").display(),
        folder.path("survived").display(),
        cc.display()
    );
    let slow = folder.write("slow-cc", text);
    std::fs::set_permissions(&slow, std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = ["run", "job.toml", "--out", "out", "--cc", "./slow-cc"];
    let mut child = folder.start(&run);
    wait_until(&mut child, "the compiler is called", || folder.path("called").exists());
    signal("TERM", child.id());
    end(child).expect(75);
    assert!(!folder.path("survived").exists(), "the run waited for the compiler");
}

#[test]
fn impossible_rates_are_found_by_the_check() {
    let folder = Folder::new();
    let text =
        format!("{}\n[[sweep]]\naxes.rate = [\"25 Hz\", \"-1 Hz\", \"20 kHz\"]\n", job("network.toml"));
    folder.write("job.toml", &text);
    let ended = folder.spikesweep(&["run", "job.toml", "--out", "out"]).expect(65);
    assert!(names_a_place(&ended.stderr) && ended.stderr.contains("-1 Hz"), "{}", ended.stderr);
    assert!(!folder.path("out").exists());
    let fast = text.replace("\"-1 Hz\", ", "");
    folder.write("job.toml", &fast);
    let ended = folder.spikesweep(&["run", "job.toml", "--out", "out"]).expect(65);
    assert!(names_a_place(&ended.stderr) && ended.stderr.contains("20 kHz"), "{}", ended.stderr);
}

#[test]
fn an_impossible_delay_is_the_status_of_its_point() {
    let folder = Folder::new();
    let text = format!("{}\n[[sweep]]\naxes.lag = [\"1 ms\", \"-1 ms\"]\n", job("network.toml"));
    let results = folder.results_ending(10, &text, "out", &[]);
    assert_eq!(results.table("points").texts("status"), ["ok", "failed"]);
    let errors = support::Table::read(&results.dir.join(".run/errors.csv"));
    assert_eq!(errors.texts("point"), ["1"]);
    assert!(errors.texts("message")[0].contains("delay"), "{errors:?}");
    let cells = ["class", "signal", "exit", "step"].map(|column| errors.texts(column)[0]);
    assert_eq!(cells, ["rule", "", "", ""], "it failed before the first step");
}

#[test]
fn a_rate_that_becomes_impossible_tells_its_step() {
    let folder = Folder::new();
    let text = "[run]\nduration = \"30 ms\"\n[poisson.X]\nsize = 3\nrate = \"1000*Hz*t/ms\"\n";
    let text = format!("{text}[neurons.P]\nsize = 1\nequations = \"x : 1\"\n");
    let results = folder.results_ending(10, &text, "out", &[]);
    let errors = results.table(".run/errors");
    // More than one spike in a step of 0.1 ms is a rate above 10 kHz, which comes after 10 ms.
    let first = (0..300).find(|step| 1e3 * (f64::from(*step) / 10.0) > 10_000.0).unwrap();
    assert_eq!(errors.texts("class"), ["rule"]);
    assert_eq!(errors.numbers("step"), [f64::from(first)]);
}

#[test]
fn codes_are_explained() {
    let folder = Folder::without_kernels();
    for text in ["E0302", "e0302", "302"] {
        let ended = folder.spikesweep(&["explain", text]).expect(0);
        assert!(ended.stdout.starts_with("E0302: "), "{text}: {}", ended.stdout);
        assert!(
            ["Wrong:", "Message:", "Right:"].iter().all(|w| ended.stdout.contains(w)),
            "{}",
            ended.stdout
        );
    }
    let list = folder.spikesweep(&["explain"]).expect(0).stdout;
    assert!(
        list.lines().count() > 90 && list.lines().all(|l| l.starts_with('E') && l.contains("  ")),
        "{list}"
    );
    let unknown = folder.spikesweep(&["explain", "E0309"]).expect(64);
    assert!(unknown.stderr.contains("E0302"), "{}", unknown.stderr);
    assert!(folder.spikesweep(&["explain", "colon"]).expect(64).stderr.contains("spikesweep explain"));
}

#[test]
fn a_report_ends_with_the_way_to_its_explanation() {
    let folder = Folder::without_kernels();
    folder.write("job.toml", GOOD.replace("-v/tau : volt", "-v : volt").replace("\"v\"]", "\"u\"]"));
    let ended = folder.spikesweep(&["check", "job.toml"]).expect(65);
    assert_eq!(
        ended.stderr.lines().last(),
        Some("for more: spikesweep explain E0304 E2201"),
        "{}",
        ended.stderr
    );
}
