//! Agreement with reference data: jobs translated from models in another simulator, their results held against its
//! results at the stated tolerances. `references/README.md` says what is covered and what is left.

#![allow(clippy::print_stdout, clippy::expect_used)]

#[path = "references/built.rs"]
mod built;
#[path = "references/checks.rs"]
mod checks;
#[path = "references/compare.rs"]
mod compare;
#[path = "references/listings.rs"]
mod listings;
#[path = "references/numbered.rs"]
mod numbered;
#[path = "references/results.rs"]
mod results;
#[path = "references/statistics.rs"]
mod statistics;
#[path = "references/table.rs"]
mod table;

use checks::{CHECKS, Got};
use results::{Results, folder};
use table::Table;

/// Every case of the reference data.
const CASES: [&str; 22] = [
    "adex_patterns",
    "bad_models",
    "clocks_inputs",
    "connectivity",
    "cuba_exact",
    "delays_pathways",
    "events_linked",
    "exact_linear",
    "fit",
    "hh_conductance",
    "integers_time",
    "integrators",
    "izhikevich_delays",
    "nmda_gap",
    "refractory",
    "reset_subexpr",
    "stdp_events",
    "stochastic",
    "stp_tm",
    "subgroups",
    "sweeps",
    "zero_delay_order",
];

/// Runs the checks of one case; prints a line for each.
fn agrees(case: &str) {
    let results = Results::default();
    let checks: Vec<_> = CHECKS.iter().filter(|check| check.case == case).collect();
    assert!(!checks.is_empty(), "no checks for {case}");
    let mut failed = 0;
    for check in checks {
        let expected =
            Table::read(&folder().join(case).join("expected").join(format!("{}.csv", check.expected)));
        let outcome = expected.and_then(|expected| {
            let got = match &check.got {
                Got::Monitor(job, monitor) => results.monitor(job, monitor),
                Got::Built(build) => build(&results),
            }?;
            compare::compare(&check.rule, &expected, &got)
        });
        match outcome {
            Ok(note) => println!("PASS {case} {}: {note}", check.expected),
            Err(reason) => {
                failed += 1;
                println!("FAIL {case} {}: {reason}", check.expected);
            }
        }
    }
    assert_eq!(failed, 0, "{failed} checks of {case} failed");
}

macro_rules! cases {
    ($($case:ident),* $(,)?) => {
        $(#[test]
        fn $case() {
            agrees(stringify!($case));
        })*

        /// Cases that have a test.
        const TESTED: &[&str] = &[$(stringify!($case)),*];
    };
}

cases!(
    adex_patterns,
    clocks_inputs,
    connectivity,
    cuba_exact,
    delays_pathways,
    events_linked,
    exact_linear,
    fit,
    hh_conductance,
    integers_time,
    integrators,
    izhikevich_delays,
    nmda_gap,
    refractory,
    reset_subexpr,
    stdp_events,
    stochastic,
    stp_tm,
    subgroups,
    sweeps,
    zero_delay_order,
);

#[test]
fn every_case_is_checked_or_listed_as_left() {
    let readme = std::fs::read_to_string(folder().join("README.md")).expect("the list of what is left");
    let left = readme.split("## Left").nth(1).expect("a section of what is left");
    for case in CASES {
        let checked = CHECKS.iter().any(|check| check.case == case);
        let listed = left.lines().any(|line| line.starts_with(&format!("| {case} |")));
        assert!(checked || listed, "{case} is neither checked nor listed as left");
        assert_eq!(checked, TESTED.contains(&case), "{case}: checks and tests differ");
    }
}

#[test]
fn every_expected_file_is_compared() {
    for case in TESTED {
        for entry in std::fs::read_dir(folder().join(case).join("expected")).expect("expected files") {
            let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
            let used = CHECKS.iter().any(|c| c.case == *case && format!("{}.csv", c.expected) == name);
            assert!(used, "{case}/expected/{name} is compared with nothing");
        }
    }
}
