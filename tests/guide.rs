//! `docs/guide`: jobs that readers save are good, transcripts marked `replay` are what the commands say, and what
//! `from-brian.md` says of its equivalents is so.

mod support;

use std::path::Path;
use std::process::Command;

use support::page::{blocks, guide, saved};
use support::{Ended, Folder, Table, assert_close, root};

/// What a shell says to a command in a folder, both streams in one, progress left out.
fn said(folder: &Folder, command: &str) -> Vec<String> {
    let mut shell = folder.command::<&str>(&[]);
    let binary = Path::new(shell.get_program()).parent().unwrap().to_owned();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let environment: Vec<_> =
        shell.get_envs().map(|(k, v)| (k.to_owned(), v.map(|v| v.to_owned()))).collect();
    shell = Command::new("sh");
    shell.args(["-c", &format!("exec 2>&1; {command}")]).current_dir(folder.path(""));
    for (name, value) in environment {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    // The transcripts are from a machine with two CPUs.
    shell
        .env("SPIKESWEEP_WORKERS", "2")
        .env("PATH", path)
        // `check` says how many kernels are in the cache: a reader who begins has none.
        .env("SPIKESWEEP_CACHE", folder.path(".kernels"));
    let text = Ended::of(shell.output().unwrap()).stdout;
    text.lines().filter(|line| !line.contains(", ETA ")).map(comparable).collect()
}

/// A line without what depends on the machine: estimated times, and memory, which follows from the size of its caches.
fn comparable(line: &str) -> String {
    let first = ["per worker", "time"].into_iter().find(|name| line.starts_with(name));
    first.unwrap_or(line).to_owned()
}

#[test]
fn transcripts() {
    let mut commands = 0;
    for page in guide() {
        let blocks = blocks(&page);
        let folder = saved(&blocks);
        for block in blocks.iter().filter(|b| b.language == "console" && b.mark == "replay") {
            for entry in
                block.text.strip_prefix("$ ").expect("a transcript begins with a command").split("\n$ ")
            {
                let (command, expected) = entry.split_once('\n').unwrap_or((entry, ""));
                let expected: Vec<String> = expected.lines().map(comparable).collect();
                assert_eq!(said(&folder, command), expected, "{}: {command}", page.display());
                commands += 1;
            }
        }
    }
    assert!(commands >= 13, "only {commands} commands are replayed");
}

#[test]
fn saved_jobs_are_good() {
    let mut jobs = 0;
    for page in guide() {
        let blocks = blocks(&page);
        let folder = saved(&blocks);
        for name in blocks.iter().filter_map(|b| b.file()).filter(|name| name.ends_with(".toml")) {
            let ended = folder.spikesweep(&["check", name]);
            assert_eq!(ended.code, Some(0), "{}: {name}\n{}", page.display(), ended.stderr);
            jobs += 1;
        }
    }
    assert!(jobs >= 18, "only {jobs} jobs are checked");
}

/// A table that `monitor` makes of a job of a page.
fn recorded(page: &str, job: &str, monitor: &str) -> Table {
    let folder = saved(&blocks(&root().join("docs/guide").join(page)));
    let text = format!("include = [\"{job}\"]\n[record.it]\n{monitor}\n");
    folder.results_of(&text, "out", &[]).table("it")
}

#[test]
fn a_spike_train_from_a_file() {
    let spikes = recorded("inputs.md", "replay.toml", "kind = \"spikes\"\nsource = \"replayed\"");
    assert_eq!(spikes.texts("point"), ["0", "0", "1", "1", "2", "2"]);
    assert_eq!(spikes.texts("t_ms"), ["20.0", "25.0", "20.0", "30.0", "20.0", "60.0"]);
}

/// On the clock of 0.25 ms of `cue` a delay of 0.6 ms is 0.5 ms: 1 mV more from 1.5 ms on, and from 8.5 ms.
#[test]
fn a_spike_from_another_clock() {
    let monitor = "kind = \"state\"\nsource = \"fast\"\nvariables = [\"v\"]\nslot = \"end\"";
    let trace = recorded("clocks.md", "clocks.toml", monitor);
    let decay = |ms: f64| (-ms / 5.0).exp();
    for (t, expected) in [("1.4", 0.0), ("1.5", 1.0), ("1.6", decay(0.1)), ("8.5", 1.0 + decay(7.0))] {
        assert_close(trace.pick("v_mV", &[("t_ms", t)])[0], expected, 1e-12, &format!("v at {t} ms"));
    }
}

/// Each stretch of 10 ms goes towards its value with the time constant of 5 ms; the last one holds.
#[test]
fn a_timed_array() {
    let monitor = "kind = \"state\"\nsource = \"P\"\nvariables = [\"v\"]\nevery = \"10 ms\"";
    let trace = recorded("inputs.md", "steps.toml", monitor);
    let e = (-2.0_f64).exp();
    let expected = [0.0, 0.0, 10.0 * (1.0 - e), 4.0 + (6.0 - 10.0 * e) * e];
    for (v, expected) in trace.numbers("v_mV").into_iter().zip(expected) {
        assert_close(v, expected, 1e-9, "v at the end of a stretch");
    }
}

#[test]
fn gap_junctions() {
    let monitor = "kind = \"state\"\nsource = \"P\"\nvariables = [\"v\"]\nat = [\"200 ms\"]\nslot = \"end\"";
    let rest = recorded("from-brian.md", "gap.toml", monitor).numbers("v_mV");
    for (v, expected) in rest.into_iter().zip([2.0 / 1.4, 10.0 - 2.0 / 1.4]) {
        // Twenty time constants on.
        assert_close(v, expected, 1e-7, "v at rest");
    }
}

/// Of 2000 neurons: the standard error of a standard deviation is its 63rd part, that of a mean the 45th part of it.
#[test]
fn noise_and_poisson_input() {
    let monitor = "kind = \"state\"\nsource = \"P\"\nvariables = [\"v\", \"u\"]\nevery = \"100 ms\"";
    let trace = recorded("from-brian.md", "noise.toml", monitor);
    // Shot noise of 2000 Hz and 0.5 mV through a filter of 10 ms (Campbell's theorem).
    let (mean_u, sd_u) = (0.5 * 2000.0 * 0.01, 0.5 * (2000.0_f64 * 0.01 / 2.0).sqrt());
    for (column, mean, sd) in [("v_mV", 0.0, 2.0), ("u_mV", mean_u, sd_u)] {
        let values = trace.pick(column, &[("t_ms", "100.0")]);
        let count = values.len() as f64;
        let m = values.iter().sum::<f64>() / count;
        let s = (values.iter().map(|x| (x - m).powi(2)).sum::<f64>() / count).sqrt();
        assert_close(m, mean, 4.0 * sd / 44.7, column);
        assert_close(s, sd, 4.0 * sd / 63.2 + 0.01 * sd, column);
    }
}

#[test]
fn a_neuron_that_begins_above_its_threshold() {
    let spikes = recorded("troubleshooting.md", "at_rest.toml", "kind = \"spikes\"\nsource = \"P\"");
    assert_eq!(spikes.texts("t_ms"), ["0.0"]);
}
