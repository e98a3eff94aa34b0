//! What is done to processes while they work, and how it is known afterwards that it hit.

use std::process::Child;
use std::time::{Duration, Instant};

use nix::unistd::{Pid, getpgid};

use crate::kinds::{Act, Ending, KILLED, STOPPED};
use crate::support::chance::Chance;
use crate::support::processes::{children, is_alive, signal_all, state};

/// What proves that an act met processes in the middle of their work.
#[derive(Debug)]
pub enum Proof {
    /// It was seen while it was done, or was seen to miss.
    Seen(bool),
    /// The run's log says that this worker was killed while it had points to compute.
    Log(u32),
    /// The parent was ended by the signal, and points or tables were missing.
    Killed,
    /// The command stopped and says so.
    Said(String),
}

impl Proof {
    /// Whether it holds for a command that ended like this, said this, and left this in its logs.
    pub fn holds(&self, ending: Ending, complete: bool, said: &str, logs: &str) -> bool {
        match self {
            Proof::Seen(seen) => *seen,
            Proof::Log(pid) => logs.contains(&format!("(process {pid}) was ended by SIGKILL over ")),
            Proof::Killed => ending == KILLED && !complete,
            Proof::Said(text) => ending == STOPPED && said.contains(text),
        }
    }
}

/// Does it to a command and its workers. What needs workers misses where there are none.
pub fn perform(act: Act, child: &mut Child, chance: &mut Chance) -> Proof {
    let parent = child.id();
    let workers: Vec<u32> = children(parent).into_iter().filter(|pid| is_alive(*pid)).collect();
    let all = [&[parent], &workers[..]].concat();
    match (act, chance.one_of(&workers)) {
        (Act::KillParent, _) => kill(&[parent]),
        (Act::KillAll, _) => kill(&all),
        (_, None) => Proof::Seen(false),
        (Act::KillParentOfHeld, _) => {
            signal_all("STOP", &workers);
            let new: Vec<u32> = workers.iter().copied().filter(|pid| is_new(*pid)).collect();
            let proof = kill(&[parent]);
            signal_all("CONT", &new);
            proof
        }
        (Act::KillWorker, Some(worker)) => {
            signal_all("KILL", &[*worker]);
            Proof::Log(*worker)
        }
        (Act::HoldWorker, Some(worker)) => hold(&[*worker], child, chance),
        (Act::HoldParent, _) => hold(&[parent], child, chance),
        (Act::HoldAll, _) => hold(&all, child, chance),
        (Act::Signal(name), _) => stop(name, &[parent]),
        (Act::SignalAll(name), _) => stop(name, &all),
        (Act::SignalTwice, _) => {
            signal_all("STOP", &workers);
            signal_all("TERM", &[parent]);
            std::thread::sleep(Duration::from_micros(chance.below(5_000)));
            signal_all("INT", &[parent]);
            Proof::Said("stopping at once".to_owned())
        }
    }
}

/// Whether a worker was held before its first call, which gives it a process group: it could not yet ask to die with its
/// parent, and must see that the parent is gone when it goes on.
fn is_new(pid: u32) -> bool {
    let pid = Pid::from_raw(pid as i32);
    getpgid(Some(pid)).is_ok_and(|group| group != pid)
}

fn kill(pids: &[u32]) -> Proof {
    signal_all("KILL", pids);
    Proof::Killed
}

fn stop(name: &str, pids: &[u32]) -> Proof {
    signal_all(name, pids);
    Proof::Said(format!("stopped by SIG{name}"))
}

/// Holds processes for up to 0.3 s. It hit if all were held, and the command was not over when they went on.
fn hold(pids: &[u32], child: &mut Child, chance: &mut Chance) -> Proof {
    signal_all("STOP", pids);
    let begun = Instant::now();
    let held = || pids.iter().all(|pid| state(*pid) == Some('T'));
    while !held() && pids.iter().all(|pid| is_alive(*pid)) && begun.elapsed() < Duration::from_secs(1) {
        std::thread::sleep(Duration::from_micros(200));
    }
    std::thread::sleep(Duration::from_micros(chance.below(300_000)));
    let hit = held() && child.try_wait().unwrap().is_none();
    signal_all("CONT", pids);
    Proof::Seen(hit)
}
