//! `check` of a million points: how much memory it takes at most. A test of its own, since the system tells the largest of
//! all children of a process. How long it takes is printed, not tested.

#![allow(clippy::print_stdout)]

mod support;

use std::fmt::Write;
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use support::Folder;

const MODEL: &str = r#"
[run]
duration = "1 s"
[parameters]
tau = "10 ms"
v0 = "20 mV"
half = "v0/2"
[neurons.P]
size = 1
equations = "dv/dt = (v0 - v)/tau : volt (unless refractory)"
threshold = "v > half"
reset = "v = 0*mV"
refractory = "5 ms"
[record.spikes]
kind = "spikes"
source = "P"
[[sweep]]
"#;
const GRID: &str = "axes.v0 = { from = \"0 mV\", to = \"20 mV\", n = 1000 }\n\
                    axes.tau = { from = \"5 ms\", to = \"20 ms\", n = 1000 }\n";
const LINE: &str = "axes.v0 = { from = \"0 mV\", to = \"20 mV\", n = 1000000 }\n\
                    axes.tau = { from = \"5 ms\", to = \"20 ms\", n = 1000000 }\nzip = [[\"v0\", \"tau\"]]\n";

const DEPENDENT: &str = "axes.tau = { from = \"5 ms\", to = \"20 ms\", n = 1000 }\n\
                         axes.v0 = { from = \"tau/ms*mV\", to = \"4*tau/ms*mV\", n = 1000 }\n";

fn design(kind: &str) -> String {
    let axes = "axes.v0 = { from = \"0 mV\", to = \"20 mV\" }\naxes.tau = { from = \"5 ms\", to = \"20 ms\", scale = \"log\" }\n";
    format!("design = \"{kind}\"\nn = 1000000\n{axes}")
}

/// A table of a million configurations.
fn table() -> String {
    let mut text = String::from("v0_mV,tau_ms\n");
    for k in 0..1_000_000_u32 {
        // Digits as a program prints them: seventeen or so.
        let part = f64::from(k.wrapping_mul(2_654_435_761)) / f64::from(u32::MAX);
        writeln!(text, "{},{}", part * 20.0, 5.0 + part * 15.0).unwrap();
    }
    text
}

#[test]
fn a_million_points_are_checked_within_64_mib() {
    let folder = Folder::new();
    folder.write("points.csv", table());
    let jobs = [
        ("grid", GRID.to_owned()),
        ("where", format!("{GRID}where = \"v0/mV > tau/ms\"\n")),
        ("derived", format!("{GRID}derived.half = \"v0/2 + mV*exp(-tau/ms)\"\n")),
        ("zip", LINE.to_owned()),
        ("table", "points = \"points.csv\"\n".to_owned()),
        ("latin hypercube", design("latin_hypercube")),
        ("sobol", design("sobol")),
        ("random", design("random")),
        ("design with where", format!("{}where = \"v0/mV > tau/ms\"\n", design("latin_hypercube"))),
        ("dependent", DEPENDENT.to_owned()),
        ("dependent, turned", DEPENDENT.lines().rev().map(|line| format!("{line}\n")).collect()),
        ("dependent design", DEPENDENT.replace(", n = 1000", "") + "design = \"sobol\"\nn = 1000000\n"),
    ];
    for (name, sweep) in jobs {
        folder.write("job.toml", format!("{MODEL}{sweep}"));
        let begun = Instant::now();
        folder.spikesweep(&["check", "job.toml"]).expect(0);
        let seconds = begun.elapsed().as_secs_f64();
        let most = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
        println!("{name}: {seconds:.2} s, at most {most} KiB by now");
        assert!(most <= 64 * 1024, "{name}: {most} KiB");
    }
}
