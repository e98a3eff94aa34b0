//! What came of it: faults by kind, ends of commands, points.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::kinds::{Ending, KINDS};

/// Counts over all seeds.
#[derive(Debug, Default)]
pub struct Tally {
    pub seeds: Vec<u64>,
    pub sweeps: u64,
    pub commands: u64,
    pub elapsed: Duration,
    /// By kind: how often it was tried, and how often it was seen to hit.
    faults: BTreeMap<&'static str, (u64, u64)>,
    endings: BTreeMap<Ending, u64>,
    /// Points in the results; records of points in journals; points whose first row reached a file.
    pub points: u64,
    pub recorded: u64,
    pub written: u64,
    /// Names in /dev/shm of processes killed in the microseconds in which there is one; the next run removed them.
    pub names_left: u64,
}

impl Tally {
    /// A fault was tried.
    pub fn fault(&mut self, name: &'static str, hit: bool) {
        let (tried, hits) = self.faults.entry(name).or_default();
        (*tried, *hits) = (*tried + 1, *hits + u64::from(hit));
    }

    /// A command ended.
    pub fn ended(&mut self, ending: Ending) {
        self.commands += 1;
        *self.endings.entry(ending).or_default() += 1;
    }

    /// Kinds that never hit.
    pub fn missing<'a>(&self, kinds: &[&'a str]) -> Vec<&'a str> {
        let hits = |name: &str| self.faults.get(name).map_or(0, |(_, hits)| *hits);
        kinds.iter().copied().filter(|name| hits(name) == 0).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seeds = match self.seeds[..] {
            [] => "no seed".to_owned(),
            [one] => format!("seed {one}"),
            [first, .., last] => format!("seeds {first} to {last}"),
        };
        let (sweeps, commands, seconds) = (self.sweeps, self.commands, self.elapsed.as_secs());
        writeln!(f, "\nchaos: {seeds}, {sweeps} sweeps by {commands} commands in {seconds} s\n")?;
        writeln!(f, "{:<36} {:>6} {:>6}", "fault", "tried", "hit")?;
        for (name, _) in KINDS {
            match self.faults.get(name) {
                Some((tried, hits)) => writeln!(f, "{name:<36} {tried:>6} {hits:>6}")?,
                None => writeln!(f, "{name:<36} {:>6} {:>6}", "-", "-")?,
            }
        }
        let sum = |of: fn(&(u64, u64)) -> u64| self.faults.values().map(of).sum::<u64>();
        writeln!(f, "{:<36} {:>6} {:>6}\n", "all", sum(|n| n.0), sum(|n| n.1))?;
        let name = |ending: &Ending| match *ending {
            crate::kinds::KILLED => "SIGKILL".to_owned(),
            code => format!("{code}"),
        };
        let endings: Vec<_> = self.endings.iter().map(|(e, n)| format!("{} x {n}", name(e))).collect();
        writeln!(f, "commands ended with {}", endings.join(", "))?;
        let (points, recorded, written) = (self.points, self.recorded, self.written);
        writeln!(
            f,
            "points: {points} in results; {recorded} recorded, {} of them again;",
            recorded - points
        )?;
        writeln!(f, "        {written} with rows in files, {} of them again", written - points)?;
        writeln!(f, "names left in /dev/shm until the next run: {}", self.names_left)
    }
}
