//! Jobs of the repository: each ends well, and no sanitizer says a word.

use crate::sanitized::{Sanitized, is_report};
use crate::support::jobs::{jobs_in, settings};

/// Runs all jobs of a folder as its tests do. Points may diverge, but none may fail.
#[expect(clippy::print_stdout, reason = "whoever waits is told how far it is")]
fn nothing_is_reported_in(folder: &str) {
    let mut reported = Vec::new();
    for job in jobs_in(folder) {
        let Some(sanitized) = Sanitized::new(folder, "true") else { return };
        let name = job.file_stem().unwrap().to_str().unwrap();
        let began = std::time::Instant::now();
        let ended = sanitized.run(&job, "out", &settings(&job, &["--set", "--points"]));
        println!("{name}: {:.1} s", began.elapsed().as_secs_f64());
        let well = match ended.code {
            Some(0) => true,
            Some(10) => !sanitized.results("out").table("points").texts("status").contains(&"failed"),
            _ => false,
        };
        if !well || is_report(&ended.stderr) {
            reported.push(format!("{name}: exit code {:?}\n{}", ended.code, ended.stderr));
        }
    }
    assert!(reported.is_empty(), "{}", reported.join("\n\n"));
}

#[test]
fn gallery() {
    nothing_is_reported_in("jobs/gallery");
}

#[test]
fn jobs_of_tests() {
    nothing_is_reported_in("tests/jobs");
}

#[test]
fn references() {
    nothing_is_reported_in("tests/references");
}
