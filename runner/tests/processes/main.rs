//! Processes for real: workers that die in every way, parents that are stopped and killed. Forking needs a process
//! with one thread, which the usual test harness is not; so this program runs each scenario as a process of itself
//! (`scenarios.rs`), disturbs it from outside, and judges what it printed and what it left.
//! Refuses to wait for ever: every scenario has a watchdog.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod scenarios;
mod trial;

use nix::sys::signal::Signal;
use std::time::Duration;
use trial::{Trial, splitmix};

type Check = Result<(), String>;

/// Fails with what was found.
macro_rules! ensure {
    ($condition:expr, $($found:tt)*) => { if !$condition { return Err(format!($($found)*)); } };
}

type Named = (&'static str, fn() -> Check);

const CHECKS: &[Named] = &[
    ("undisturbed_every_claim_is_computed_once", undisturbed),
    ("random_deaths_lose_nothing", random_deaths),
    ("workers_killed_from_outside_lose_nothing", killed_from_outside),
    ("a_claim_that_kills_is_given_up_and_the_rest_is_done", claims_that_kill),
    ("a_guard_page_trips_and_the_neighbour_is_unharmed", guard_page),
    ("signals_stop_a_run", signals_stop),
    ("workers_leave_signals_to_the_parent", workers_ignore_signals),
    ("a_worker_that_does_not_stop_is_killed_after_the_grace", grace),
    ("a_second_signal_stops_at_once", second_signal),
    ("a_killed_parent_leaves_no_worker_and_no_memory", orphans),
    ("memory_that_is_not_there_is_a_clean_error", no_space),
    ("small_limits_of_the_process_are_clean_errors", limits),
    ("deaths_without_success_are_a_storm", storm),
    ("a_process_with_threads_does_not_fork", threads),
    ("a_worker_that_does_not_move_is_killed_and_a_held_one_is_not", stalls),
    ("a_held_parent_does_not_blame_its_workers", held_parent),
    ("a_fault_of_the_whole_run_ends_it", fatal),
    ("callbacks_can_end_a_run", requested),
    ("long_records_pass_a_slow_parent", long_records),
    ("few_descriptors_mean_fewer_workers", few_descriptors),
    ("kernels_without_pidfd_will_do", no_pidfd),
    ("how_a_worker_is_set_up", set_up),
    ("fewer_workers_than_claims_are_started", few_claims),
    ("costs", costs),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, name, rest @ ..] = arguments.as_slice()
        && word == "scenario"
    {
        return scenarios::run(name, rest);
    }
    if arguments.iter().any(|argument| argument == "--list") {
        return CHECKS.iter().for_each(|(name, _)| println!("{name}: test"));
    }
    let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
    let mut failed = 0;
    for (name, check) in
        CHECKS.iter().filter(|(name, _)| filter.is_none_or(|filter| name.contains(filter.as_str())))
    {
        match check() {
            Ok(()) => println!("test {name} ... ok"),
            Err(found) => {
                failed += 1;
                println!("test {name} ... FAILED\n    {found}");
            }
        }
    }
    std::process::exit(i32::from(failed > 0));
}

/// A scenario that nobody disturbs: what it printed.
fn told(scenario: &str, arguments: &[&str]) -> Result<String, String> {
    Trial::start(scenario, arguments)?.finish()
}

fn expect(scenario: &str, arguments: &[&str], wanted: &[&str]) -> Check {
    let told = told(scenario, arguments)?;
    for line in wanted {
        ensure!(
            told.lines().any(|found| found == *line),
            "{scenario} {arguments:?}: no line {line:?} in\n{told}"
        );
    }
    Ok(())
}

fn undisturbed() -> Check {
    for workers in ["1", "2", "5"] {
        let wanted = ["outcome Finished", "done 300", "deaths 0", "records 300", "wrong 0", "duplicates 0"];
        expect("sweep", &[workers, "300", "0"], &wanted)?;
    }
    Ok(())
}

fn random_deaths() -> Check {
    let mut deaths = 0;
    for seed in 1..=40u64 {
        let told = told("sweep", &["3", "60", &seed.to_string()])?;
        for line in ["outcome Finished", "done 60", "wrong 0", "missing 0", "duplicates 0"] {
            ensure!(told.lines().any(|found| found == line), "seed {seed}: no line {line:?} in\n{told}");
        }
        deaths += trial::number(&told, "deaths")?;
    }
    ensure!(deaths > 100, "only {deaths} deaths: the faults did not fire");
    Ok(())
}

fn killed_from_outside() -> Check {
    let mut killed = 0;
    for seed in 0..8u64 {
        let mut trial = Trial::start("slow-sweep", &["2", "60"])?;
        let mut random = seed;
        while let Some(worker) = trial.some_worker(splitmix(&mut random)) {
            std::thread::sleep(Duration::from_micros(5_000 + splitmix(&mut random) % 60_000));
            killed += u64::from(trial::kill(worker, Signal::SIGKILL));
        }
        let told = trial.finish()?;
        for line in ["outcome Finished", "done 60", "wrong 0", "missing 0", "duplicates 0"] {
            ensure!(told.lines().any(|found| found == line), "seed {seed}: no line {line:?} in\n{told}");
        }
    }
    ensure!(killed > 8, "only {killed} workers were killed");
    Ok(())
}

fn claims_that_kill() -> Check {
    let table = [
        ("segv", "was ended by SIGSEGV"),
        ("bus", "was ended by SIGBUS"),
        ("fpe", "was ended by SIGFPE"),
        ("ill", "was ended by SIGILL"),
        ("abort", "was ended by SIGABRT"),
        ("kill", "was ended by SIGKILL"),
        ("exit0", "left with exit code 0 before it had finished"),
        ("exit3", "left with exit code 3 before it had finished"),
        ("panic", "panicked"),
        ("return", "left with exit code 0 before it had finished"),
        ("failed", "failed: no root found"),
        ("foreign-claim", "sent a bad message: claim 0 is done, but was not its own"),
        ("no-such-claim", "sent a bad message: claim 999999 is done, but was not its own"),
    ];
    for (kind, how) in table {
        let [one, two, three] = [1, 2, 3].map(|attempt| format!("death over 5 attempt {attempt}: {how}"));
        let wanted =
            ["outcome Finished", "done 19", "quarantined [5]", "deaths 3", "wrong 0", &one, &two, &three];
        expect("claim-kills", &[kind], &wanted)?;
    }
    let blamed = ["outcome Finished", "done 20", "deaths 1", "attempt of 5: 1", "duplicates 0"];
    expect("claim-kills", &["two"], &blamed)?;
    // A batch follows the garbage; the parent believes neither.
    let told = told("claim-kills", &["garbage"])?;
    let accused = told.lines().filter(|line| line.contains("bad message"));
    ensure!(
        accused.count() == 3 && told.contains("\nquarantined [5]\n") && told.contains("\ndone 19\n"),
        "{told}"
    );
    Ok(())
}

fn guard_page() -> Check {
    let how = "death over 0 attempt 1: was ended by SIGSEGV";
    expect("guard", &[], &["outcome Finished", how, "neighbour intact", "quarantined [0]"])
}

fn signals_stop() -> Check {
    for (signal, name) in
        [(Signal::SIGTERM, "SIGTERM"), (Signal::SIGINT, "SIGINT"), (Signal::SIGHUP, "SIGHUP")]
    {
        let mut trial = Trial::start("endless", &["2", "stops"])?;
        trial.wait_for("records 5")?;
        trial.signal(signal);
        let told = trial.finish()?;
        ensure!(told.contains(&format!("outcome Stopped({name})\n")), "{told}");
        ensure!(told.contains("\ntaken 0\n") && told.contains("\ndeaths 0\n"), "{told}");
    }
    Ok(())
}

fn workers_ignore_signals() -> Check {
    let mut trial = Trial::start("slow-sweep", &["2", "30"])?;
    let mut sent = 0;
    for turn in 0..8 {
        if let Some(worker) = trial.some_worker(turn) {
            let signals = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGUSR1];
            sent += signals.into_iter().filter(|&signal| trial::kill(worker, signal)).count();
        }
    }
    ensure!(sent >= 8, "only {sent} signals were sent");
    let told = trial.finish()?;
    ensure!(told.contains("outcome Finished\n") && told.contains("\ndeaths 0\n"), "{told}");
    Ok(())
}

fn grace() -> Check {
    let mut trial = Trial::start("endless", &["2", "deaf"])?;
    trial.wait_for("taken both")?;
    trial.signal(Signal::SIGUSR1);
    let told = trial.finish()?;
    ensure!(told.contains("outcome Stopped(SIGUSR1)\n") && told.contains("\ndeaths 0\n"), "{told}");
    Ok(())
}

fn second_signal() -> Check {
    let mut trial = Trial::start("endless", &["2", "deaf-long"])?;
    trial.wait_for("taken both")?;
    trial.signal(Signal::SIGTERM);
    trial.wait_for("signal SIGTERM first true")?;
    ensure!(trial.some_worker(0).is_some(), "workers were killed by the first signal");
    trial.signal(Signal::SIGINT);
    let told = trial.finish()?; // the grace is longer than the watchdog
    ensure!(told.contains("signal SIGINT first false\noutcome Stopped(SIGTERM)\n"), "{told}");
    Ok(())
}

fn orphans() -> Check {
    for kind in ["stops", "deaf-long"] {
        let mut trial = Trial::start("endless", &["2", kind])?;
        trial.wait_for("taken both")?;
        let workers = trial.workers();
        ensure!(workers.len() == 2, "{workers:?}");
        let parent = trial.pid();
        trial.signal(Signal::SIGKILL);
        trial.wait_for_end()?;
        trial::eventually(|| !workers.iter().any(|&worker| trial::lives(worker)), "the workers to be gone")?;
        let prefix = format!("spikesweep-{parent}-");
        let left = std::fs::read_dir("/dev/shm").map_err(|e| e.to_string())?.flatten();
        let left: Vec<_> = left.filter(|e| e.file_name().to_string_lossy().starts_with(&prefix)).collect();
        ensure!(left.is_empty(), "{left:?}");
    }
    Ok(())
}

fn no_space() -> Check {
    let Some(told) = trial::in_small_shared_memory("reserve")? else {
        println!("NOT RUN: a full /dev/shm needs user namespaces");
        return Ok(());
    };
    for line in
        ["parent: NoSpace", "small: ok", "outcome Failed(System)", "bytes needed and available are told"]
    {
        ensure!(told.lines().any(|found| found == line), "no line {line:?} in\n{told}");
    }
    Ok(())
}

fn limits() -> Check {
    let refused = |what, reason| {
        format!("{what}: the system refused 2.0 GiB (2147483648 bytes) of shared memory: {reason}")
    };
    let wanted = [refused("file size", "File too large"), refused("address space", "Out of memory")];
    expect("limits", &[], &[&wanted[0], &wanted[1], "check: AddressSpace", "small: ok"])
}

fn storm() -> Check {
    for kind in ["exit1", "segv", "panic"] {
        let told = told("storm", &[kind])?;
        ensure!(told.contains("outcome Storm\n") && told.contains("\ndone 0\n"), "{told}");
        ensure!(trial::number(&told, "started")? <= 10, "{told}");
    }
    Ok(())
}

fn threads() -> Check {
    expect(
        "threads",
        &[],
        &["fork: a process with 2 threads must not fork (a fault of spikesweep)", "then: ok"],
    )
}

fn stalls() -> Check {
    let [one, two] = [1, 2].map(|n| format!("death over 3 attempt {n}: did not move and was killed"));
    expect("stall", &[], &["outcome Finished", "done 7", "quarantined [3]", &one, &two])?;
    let mut trial = Trial::start("steady", &["400"])?;
    trial.wait_for("records 5")?;
    let worker = trial.some_worker(0).ok_or("no worker")?;
    trial::kill(worker, Signal::SIGSTOP);
    std::thread::sleep(Duration::from_millis(1500));
    trial::kill(worker, Signal::SIGCONT);
    let told = trial.finish()?;
    ensure!(told.contains("outcome Finished\n") && told.contains("\ndeaths 0\n"), "{told}");
    Ok(())
}

fn held_parent() -> Check {
    let mut trial = Trial::start("steady", &["400"])?;
    trial.wait_for("records 5")?;
    trial.signal(Signal::SIGSTOP);
    std::thread::sleep(Duration::from_millis(1500));
    trial.signal(Signal::SIGCONT);
    let told = trial.finish()?;
    ensure!(told.contains("outcome Finished\n") && told.contains("\ndeaths 0\n"), "{told}");
    Ok(())
}

fn fatal() -> Check {
    for class in ["System", "Output", "Internal"] {
        expect("fatal", &[class], &[&format!("outcome Failed({class})"), "deaths 0", "taken 0"])?;
    }
    Ok(())
}

fn requested() -> Check {
    for place in ["batch", "tick", "death"] {
        expect("requested", &[place], &["outcome Requested", "taken 0"])?;
    }
    Ok(())
}

fn long_records() -> Check {
    expect("long-records", &[], &["outcome Finished", "done 12", "wrong 0", "deaths 0"])
}

fn few_descriptors() -> Check {
    // Each number meets the limit at another call: a channel, the fork's look at the threads, the pidfd.
    for spare in ["12", "13", "14", "15"] {
        let told = told("few-descriptors", &[spare])?;
        ensure!(told.contains("outcome Finished\n") && told.contains("\ndone 200\n"), "{spare}: {told}");
        ensure!((1..16).contains(&trial::number(&told, "most")?), "{spare}: {told}");
    }
    Ok(())
}

fn no_pidfd() -> Check {
    let how = "death over 5 attempt 3: was ended by SIGKILL";
    expect("no-pidfd", &[], &["pidfd_open: ENOSYS", "outcome Finished", "done 19", how])
}

fn set_up() -> Check {
    let wanted = [
        "own group",
        "oom 1000",
        "signal mask restored",
        "ignored TERM INT HUP USR1",
        "dies with parent",
        "no core",
        "only its own channel",
        "pinned",
        "outcome Finished",
    ];
    expect("set-up", &[], &wanted)?;
    let told = told("set-up", &[])?;
    ensure!(!told.contains("not: "), "{told}"); // what holds for one worker must hold for all
    Ok(())
}

fn few_claims() -> Check {
    let told = told("sweep", &["5", "2", "0"])?;
    ensure!(trial::number(&told, "started")? <= 2 && told.contains("\ndone 2\n"), "{told}");
    let told = told_none()?;
    ensure!(told.contains("outcome Finished\n") && told.contains("\nstarted 0\n"), "{told}");
    Ok(())
}

fn told_none() -> Result<String, String> {
    told("sweep", &["5", "0", "0"])
}

fn costs() -> Check {
    let told = told("costs", &[])?;
    told.lines().filter(|line| line.starts_with("cost ")).for_each(|line| println!("    {line}"));
    ensure!(told.contains("outcome Finished\n"), "{told}");
    Ok(())
}
