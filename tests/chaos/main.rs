//! Chaos: sweeps under random faults, begun again by the same command until they are complete, must leave the bytes of a run
//! that nothing disturbs, no process, and nothing in /dev/shm.
//!
//! What is planned follows from a seed, so that a seed that fails can be run alone: SPIKESWEEP_CHAOS_SEED=7. The moments, and
//! what comes of them, depend on the machine: the same seed may pass the next time.

#![allow(clippy::print_stdout)] // the report is for whoever asks for it with --nocapture

#[allow(dead_code)]
#[path = "../faults/planted.rs"]
mod planted;
#[path = "../support/mod.rs"]
mod support;

mod acts;
mod commands;
mod kinds;
mod sweep;
mod tally;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use kinds::{KINDS, Kind};
use support::Folder;
use support::not_run::not_run;
use tally::Tally;

/// Kinds that this machine can do; for the others it says why not.
fn possible(name: &str) -> Vec<&'static str> {
    let calls = planted::shim().is_some();
    let mounts = planted::as_root(name, &Folder::new(), "", &[""]).is_some();
    let can = |kind: &Kind| match kind {
        Kind::Call(_) | Kind::SecondWithoutLocks => calls,
        Kind::FullDisk | Kind::LittleMemory => mounts,
        _ => true,
    };
    let (can, cannot): (Vec<_>, Vec<_>) = KINDS.iter().partition(|(_, kind)| can(kind));
    let names = |kinds: Vec<&(&'static str, Kind)>| kinds.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    if !cannot.is_empty() {
        not_run(name, &names(cannot).join("; "));
    }
    names(can)
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no whole number")))
}

/// Seeds from 1 on for at least so long, or one alone. Goes on, for up to `MORE` seeds, until each kind has hit.
fn chaos(name: &str, length: Duration) {
    const MORE: usize = 40;
    let kinds = possible(name);
    let begun = Instant::now();
    let mut tally = Tally::default();
    let alone = number("SPIKESWEEP_CHAOS_SEED");
    let mut late = 0;
    for seed in alone.unwrap_or(1).. {
        let good = catch_unwind(AssertUnwindSafe(|| sweep::run(seed, &kinds, &mut tally)));
        tally.elapsed = begun.elapsed();
        if let Err(panic) = good {
            println!("{tally}verdict: seed {seed} failed");
            resume_unwind(panic);
        }
        late += usize::from(tally.elapsed >= length);
        if alone.is_some() || late > MORE || late > 0 && tally.missing(&kinds).is_empty() {
            break;
        }
    }
    println!("{tally}verdict: all sweeps have the bytes of undisturbed runs, and no process is left");
    let missing = tally.missing(&kinds);
    assert!(alone.is_some() || missing.is_empty(), "faults that never hit: {}", missing.join("; "));
}

#[test]
fn random_faults_do_not_matter() {
    chaos("random_faults_do_not_matter", Duration::from_secs(20));
}

#[test]
#[ignore = "an hour, or SPIKESWEEP_CHAOS_SECONDS"]
fn random_faults_do_not_matter_for_long() {
    let seconds = number("SPIKESWEEP_CHAOS_SECONDS").unwrap_or(3600);
    chaos("random_faults_do_not_matter_for_long", Duration::from_secs(seconds));
}
