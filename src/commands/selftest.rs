//! `spikesweep selftest`: does all that a run needs work on this machine, and how fast? One line a question, with the
//! mend where the answer is no.
//!
//! Everything is done in a temporary directory that goes away, also after a signal. The kernel cache is not used, so
//! that the compiler really works; nor is it tried.

mod machine;
mod network;

use std::cell::Cell;

use anyhow::{Context, Result};
use kernels::compile::Compiler;
use runner::signals::Signals;

use crate::arguments::SelftestOptions;
use crate::exit::Exit;
use crate::terminal::say;

/// Runs the subcommand.
pub fn selftest(options: &SelftestOptions) -> Result<Exit> {
    let signals = Signals::install().context("the system refuses to hand over signals")?;
    let mut report = Report { signals: Stopping { signals, seen: Cell::new(false) }, worst: None };
    say(format!("spikesweep {} on Linux, {}", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH));
    report.ask("processor", |_| Ok(machine::processor()));
    report.ask("shared memory", |_| machine::shared_memory());
    report.ask("processes", machine::processes);
    if let Some(folder) = report.ask("temporary", |_| machine::folder()) {
        let compiler = Compiler {
            cache: folder.path().join("kernels"),
            ..Compiler::from_environment(options.cc.clone())
        };
        simulate(&mut report, network::Network::new(folder.path(), compiler)?);
    } else {
        report.skip(&["compiler", "network", "tables", "speed"], "needs a temporary directory");
    }
    Ok(report.end())
}

fn simulate(report: &mut Report, network: network::Network) {
    if report.ask("compiler", |signals| network.compile(signals)).is_none() {
        return report.skip(&["network", "tables", "speed"], "needs a kernel");
    }
    if report.ask("network", |_| network.statistics()).is_none() {
        return report.skip(&["tables", "speed"], "needs a network that runs");
    }
    report.ask("tables", |_| network.tables());
    report.ask("speed", |_| network.speed());
}

/// Why a question has the answer no.
struct Failure {
    exit: Exit,
    what: String,
    mend: &'static str,
}

impl Failure {
    fn new(exit: Exit, what: impl ToString, mend: &'static str) -> Failure {
        Failure { exit, what: what.to_string(), mend }
    }
}

/// The answer to a question, and what later ones need of it.
type Answer<T = ()> = std::result::Result<(String, T), Failure>;

/// The signals that ask to stop; one that has been seen stays.
struct Stopping {
    signals: Signals,
    seen: Cell<bool>,
}

impl Stopping {
    fn asked(&self) -> bool {
        self.seen.set(self.seen.get() || self.signals.next().is_some());
        self.seen.get()
    }
}

/// What has been found so far.
struct Report {
    signals: Stopping,
    worst: Option<Exit>,
}

impl Report {
    /// Answers one question; those after a signal are left out.
    fn ask<T>(&mut self, name: &str, question: impl FnOnce(&Stopping) -> Answer<T>) -> Option<T> {
        if self.signals.asked() {
            return None;
        }
        match question(&self.signals) {
            Ok((answer, value)) => {
                line("PASS", name, &answer);
                return Some(value);
            }
            Err(failure) if failure.exit == Exit::Stopped => self.signals.seen.set(true),
            Err(failure) => {
                // The first fault may be the cause of those after it.
                self.worst.get_or_insert(failure.exit);
                line("FAIL", name, &failure.what);
                line("", "", failure.mend);
            }
        }
        None
    }

    /// Says what could not be tried.
    fn skip(&self, names: &[&str], why: &str) {
        if !self.signals.asked() {
            names.iter().for_each(|name| line("SKIP", name, why));
        }
    }

    fn end(self) -> Exit {
        let stopped = self.signals.asked();
        match (stopped, self.worst) {
            (true, _) => say("stopped by a signal"),
            (false, None) => say("everything works here"),
            (false, Some(_)) => say("not everything works here"),
        }
        if stopped { Exit::Stopped } else { self.worst.unwrap_or(Exit::Good) }
    }
}

fn line(verdict: &str, name: &str, text: &str) {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    say(format!("{verdict:<5} {name:<14} {}", lines.next().unwrap_or_default()).trim_end());
    lines.for_each(|more| say(format!("{:<20} {more}", "").trim_end()));
}
