//! What a user or a script meets before anything is simulated: help, errors of use, JSON, completions, manual pages.

mod support;

use serde_json::{Value, json};
use support::{Ended, Folder};

const JOB: &str = r#"
[run]
duration = "10 ms"
[parameters]
tau = "10 ms"
[neurons.P]
size = 1
equations = "dv/dt = -v/tau : volt"
initial = "v = 1*mV"
[[sweep]]
axes.tau = ["10 ms", "20 ms"]
"#;

const COMMANDS: [&str; 11] =
    ["new", "check", "run", "status", "merge", "explain", "show", "schema", "selftest", "completions", "man"];

/// The one JSON document on stdout of a command that must end with this code.
#[track_caller]
fn answer(folder: &Folder, arguments: &[&str], code: i32) -> Value {
    let ended = folder.spikesweep(arguments).expect(code);
    serde_json::from_str(&ended.stdout).unwrap_or_else(|e| panic!("{arguments:?}: {e}: {}", ended.stdout))
}

#[track_caller]
fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap_or_else(|| panic!("no object: {value}")).keys().map(String::as_str).collect()
}

#[test]
fn a_run_of_some_points_says_why_there_are_no_tables() {
    let folder = Folder::new();
    folder.write("job.toml", JOB);
    let run =
        |more: &[&str]| folder.spikesweep(&[&["run", "job.toml", "--out", "out"], more].concat()).expect(0);
    let told = run(&["--points", "0"]).stderr;
    assert!(told.contains("1 of 2 points are done") && told.contains("no tables"), "{told}");
    assert!(told.contains("spikesweep run job.toml --out out\n"), "{told}");
    assert!(!folder.path("out/points.csv").exists());
    run(&[]);
    assert!(folder.path("out/points.csv").exists());
    let shard = |k: &str| {
        let shard = ["run", "job.toml", "--out", "shards", "--shard", k];
        folder.spikesweep(&shard).expect(0).stderr
    };
    let told = shard("1/2");
    assert!(
        told.contains("when the other shards are done") && told.contains("spikesweep merge shards"),
        "{told}"
    );
    let told = shard("2/2");
    assert!(told.contains("make the tables with: spikesweep merge shards"), "{told}");
}

#[test]
fn without_arguments_there_is_a_short_help() {
    let folder = Folder::new();
    let ended = folder.spikesweep::<&str>(&[]).expect(64);
    assert_eq!(ended.stdout, "");
    let examples = ended.stderr.lines().filter(|line| line.starts_with("  spikesweep ")).count();
    assert_eq!(examples, 2, "{}", ended.stderr);
    assert!(ended.stderr.lines().count() <= 30, "more than a screen: {}", ended.stderr);
}

#[test]
fn every_command_has_help_with_an_example() {
    let folder = Folder::new();
    for command in COMMANDS {
        let long = folder.spikesweep(&[command, "--help"]).expect(0).stdout;
        assert!(
            long.contains(&format!("\n  spikesweep {command}")),
            "{command} --help has no example: {long}"
        );
        let short = folder.spikesweep(&[command, "-h"]).expect(0).stdout;
        assert!(short.len() < long.len(), "{command} -h is as long as --help");
        for text in [long, short] {
            assert!(text.lines().all(|line| line.chars().count() <= 100), "{command}: a line is too long");
        }
    }
    let all = folder.spikesweep(&["--help"]).expect(0).stdout;
    for command in COMMANDS {
        assert!(all.contains(&format!("\n  {command} ")), "{command} is not in --help");
    }
    let version = folder.spikesweep(&["--version"]).expect(0).stdout;
    assert_eq!(version, format!("spikesweep {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn errors_of_use_say_the_mend() {
    let folder = Folder::new();
    let table: &[(&[&str], &str)] = &[
        (&["rnu", "job.toml"], "'run'"),
        (&["chekc", "job.toml"], "'check'"),
        (&["simulate", "job.toml"], "'run'"),
        (&["validate", "job.toml"], "'check'"),
        (&["job.toml"], "'spikesweep run job.toml'"),
        (&["run", "job.toml", "--set", "tau=20", "ms"], "--set \"tau=20 ms\""),
        (&["run", "job.toml", "--set=tau=20", "ms"], "--set \"tau=20 ms\""),
        (&["run", "job.toml", "--set", "tau", "=", "20"], "--set \"tau=20\""),
        (&["run", "job.toml", "--set", "tau=", "20", "ms"], "--set \"tau=20 ms\""),
        (&["run", "job.toml", "--set", "tau", "=20", "ms", "--quiet"], "--set \"tau=20 ms\""),
        (&["run", "job.toml", "--set", "tau", "20"], "--set \"tau=20\""),
        (&["run", "job.toml", "--worker", "2"], "'--workers'"),
        (&["run", "job.toml", "--shard", "9/8"], "3/8"),
        (&["completions", "bsh"], "'bash'"),
    ];
    for (arguments, mend) in table {
        let ended = folder.spikesweep(arguments).expect(64);
        assert!(ended.stderr.contains(mend), "{arguments:?}: {}", ended.stderr);
        assert_eq!(ended.stdout, "", "{arguments:?}");
    }
    for command in ["check", "run", "status", "merge", "show"] {
        let bare = folder.spikesweep(&[command]).expect(64).stderr;
        assert!(bare.contains("Usage:") && bare.contains("Options:"), "{command} alone: {bare}");
    }
}

#[test]
fn nothing_is_coloured_that_is_not_a_terminal() {
    let folder = Folder::new();
    folder.write("job.toml", JOB.replace("-v/tau", "-v/tua"));
    for arguments in [&["--help"][..], &["check", "job.toml"], &["wrong"]] {
        let ended = folder.spikesweep(arguments);
        assert!(!ended.stdout.contains('\x1b') && !ended.stderr.contains('\x1b'), "{arguments:?}");
    }
}

/// Within `script`, which gives a command a terminal.
#[test]
fn a_terminal_has_colours_unless_they_are_refused() {
    const NAME: &str = "a_terminal_has_colours_unless_they_are_refused";
    let folder = Folder::new();
    folder.write("job.toml", JOB.replace("-v/tau", "-v/tua"));
    let own = env!("CARGO_BIN_EXE_spikesweep");
    for (variable, value, coloured) in
        [("TERM", "xterm", true), ("NO_COLOR", "1", false), ("NO_COLOR", "", true), ("TERM", "dumb", false)]
    {
        let mut script = std::process::Command::new("script");
        script.args(["-qec", &format!("{own} check job.toml; {own} wrong"), "/dev/null"]);
        script.stdin(std::process::Stdio::null()).current_dir(folder.path(""));
        script.env_remove("NO_COLOR").env("TERM", "xterm").env("CI", "true");
        let output = script.env(variable, value).output();
        let Ok(output) = output else { return support::not_run::not_run(NAME, "no program `script`") };
        let text = String::from_utf8(output.stdout).unwrap();
        for mark in ["'tua' is not defined", "unrecognized subcommand"] {
            assert!(text.contains(mark), "no {mark}: {text}");
        }
        let (check, wrong) = text.split_at(text.find("unrecognized").unwrap() - 20);
        for part in [check, wrong] {
            assert_eq!(part.contains("\x1b["), coloured, "{variable}={value}: {part:?}");
        }
    }
}

#[test]
fn faults_of_a_job_are_one_json_document() {
    let folder = Folder::new();
    folder.write("job.toml", JOB.replace("-v/tau", "-v/tua"));
    for command in ["check", "run"] {
        let refusal = answer(&folder, &[command, "job.toml", "--json"], 65);
        assert_eq!(keys(&refusal), ["count", "faults"]);
        let fault = &refusal["faults"][0];
        assert_eq!(
            (&fault["code"], &fault["file"], &fault["line"]),
            (&json!("E0204"), &json!("job.toml"), &json!(8))
        );
    }
    let missing = answer(&folder, &["run", "nowhere.toml", "--json"], 65);
    assert_eq!(missing["faults"][0]["code"], "E2001");
}

#[test]
fn other_errors_are_one_json_document_with_the_exit_code() {
    let folder = Folder::new();
    folder.write("job.toml", JOB);
    folder.write("file", "");
    let table: &[(&[&str], i32, &str)] = &[
        (&["run", "job.toml", "--out", "file"], 73, "file"),
        (&["run", "job.toml", "--points", "7"], 64, "7"),
        (&["check", "job.toml", "--points", "7"], 64, "7"),
        (&["run", "job.toml", "--out", "out", "--cc", "/nowhere/cc"], 69, "/nowhere/cc"),
        (&["status", "nowhere"], 65, "nowhere"),
    ];
    // A cache of its own: with a kernel at hand no compiler would be missed.
    let without_kernels = Folder::without_kernels();
    for (arguments, code, word) in table {
        let arguments = [arguments, &["--json"][..]].concat();
        let mut command = folder.command(&arguments);
        let ended = Ended::of(command.env("XDG_CACHE_HOME", without_kernels.path("cache")).output().unwrap());
        let error: Value = serde_json::from_str(&ended.expect(*code).stdout).unwrap();
        assert_eq!((keys(&error), keys(&error["error"])), (vec!["error"], vec!["exit", "message"]));
        assert_eq!(error["error"]["exit"], *code, "{arguments:?}");
        assert!(error["error"]["message"].as_str().unwrap().contains(word), "{arguments:?}: {error}");
    }
}

#[test]
fn run_and_status_answer_in_json() {
    let folder = Folder::new();
    folder.write("job.toml", JOB);
    let run = ["run", "job.toml", "--out", "out", "--json"];
    let first = answer(&folder, &[&run[..], &["--points", "1"]].concat(), 0);
    let expected = json!({ "out": "out", "points": 2, "committed": 1, "computed": 1, "bad": 0, "merged": false,
        "tables": [], "stopped": null, "exit": 0 });
    assert_eq!(first, expected);
    let status = answer(&folder, &["status", "out", "--json"], 0);
    let attempt = json!({ "attempt": 1, "of": 1, "points": 1, "finished": true, "ignored_bytes": 0 });
    let expected = json!({ "identity": folder.results("out").run()["identity"], "points": 2, "committed": 1,
        "missing": 1, "ok": 1, "diverged": 0, "failed": 0, "running": false, "complete": false,
        "shards": [{ "shard": 1, "holder": null, "checkpoints": 0, "attempts": [attempt] }] });
    assert_eq!(status, expected);
    let second = answer(&folder, &run, 0);
    let expected = json!({ "out": "out", "points": 2, "committed": 2, "computed": 1, "bad": 0, "merged": true,
        "tables": ["out/points.csv", "out/summary.csv"], "stopped": null, "exit": 0 });
    assert_eq!(second, expected);
    assert_eq!(answer(&folder, &["status", "out", "--json"], 0)["complete"], true);
}

#[test]
fn check_answers_in_json() {
    let folder = Folder::new();
    folder.write("job.toml", JOB);
    let told = answer(&folder, &["check", "job.toml", "--json"], 0);
    let page = std::fs::read_to_string(support::root().join("docs/guide/command-line.md")).unwrap();
    let documented = page.split("`check` of a job without faults:").nth(1).unwrap();
    let block = documented.split("```json").nth(1).unwrap().split("```").next().unwrap();
    let documented: Value = serde_json::from_str(block).unwrap();
    assert_eq!(keys(&told), keys(&documented));
    for part in ["kernels", "memory", "work", "output", "time", "assumptions"] {
        assert_eq!(keys(&told[part]), keys(&documented[part]), "{part}");
    }
    assert_eq!((&told["points"], &told["faults"]), (&json!(2), &json!([])));
}

#[test]
fn a_point_that_diverges_is_in_the_answer() {
    let folder = Folder::new();
    let text = JOB.replace("-v/tau : volt", "v**2/(tau*mV) : volt").replace("1*mV", "1*volt");
    folder.write("job.toml", text.replace("10 ms\"\n[parameters]", "200 ms\"\n[parameters]"));
    let told = answer(&folder, &["run", "job.toml", "--json"], 10);
    assert_eq!((&told["bad"], &told["merged"], &told["exit"]), (&json!(2), &json!(true), &json!(10)));
}

#[test]
fn completions_know_commands_and_options() {
    let folder = Folder::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = folder.spikesweep(&["completions", shell]).expect(0).stdout;
        for word in ["selftest", "shard"] {
            assert!(script.contains(word), "{shell}: {word} is missing");
        }
        // The others complete no values.
        let values = ["bash", "zsh"].contains(&shell);
        assert_eq!(script.contains("fi-curve"), values, "{shell}");
    }
}

#[test]
fn bash_can_read_its_completions() {
    let folder = Folder::new();
    let script = folder.spikesweep(&["completions", "bash"]).expect(0).stdout;
    folder.write("script", script);
    let complete = "source ./script && COMP_WORDS=(spikesweep ru) COMP_CWORD=1 && \
                    _spikesweep spikesweep ru spikesweep && printf '%s\\n' \"${COMPREPLY[@]}\"";
    let mut bash = std::process::Command::new("bash");
    match bash.args(["--norc", "-c", complete]).current_dir(folder.path("")).output() {
        Ok(output) => assert_eq!(Ended::of(output).expect(0).stdout, "run\n"),
        Err(error) => {
            support::not_run::not_run("bash_can_read_its_completions", &format!("no bash: {error}"))
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = Folder::new();
    let page = folder.spikesweep(&["man"]).expect(0).stdout;
    assert!(page.contains(".TH spikesweep 1"), "{page}");
    folder.spikesweep(&["man", "--out", "new/man1"]).expect(0);
    let entries = std::fs::read_dir(folder.path("new/man1")).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let mut expected: Vec<String> = COMMANDS.map(|command| format!("spikesweep-{command}.1")).to_vec();
    expected.push("spikesweep.1".into());
    expected.sort();
    assert_eq!(names, expected);
    assert_eq!(std::fs::read_to_string(folder.path("new/man1/spikesweep.1")).unwrap(), page);
    let named = page.matches("spikesweep\\-").count();
    assert!(named >= COMMANDS.len(), "the page names {named} others");
    folder.write("file", "");
    assert!(folder.spikesweep(&["man", "--out", "file"]).expect(73).stderr.contains("file"));
}
