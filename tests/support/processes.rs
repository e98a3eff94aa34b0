//! Processes seen from outside: their children, their memory, signals to them.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use super::Ended;

/// Longest time anything here may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The children of a process.
pub fn children(pid: u32) -> Vec<u32> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    text.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

/// A line of `/proc/PID/status` in bytes, such as `RssAnon` or `VmHWM`; none for a process that is gone.
pub fn memory(pid: u32, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find(|line| line.split(':').next() == Some(name))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// The state of a process as in `ps`, such as `T` for one that is held; none for one that is gone.
pub fn state(pid: u32) -> Option<char> {
    stat(pid, 0)?.chars().next()
}

/// The parent of a process.
pub fn parent(pid: u32) -> Option<u32> {
    stat(pid, 1)?.parse().ok()
}

/// A word of `/proc/PID/stat` behind the name.
fn stat(pid: u32, number: usize) -> Option<String> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    text.rsplit_once(')')?.1.split_whitespace().nth(number).map(str::to_owned)
}

/// Whether a process is there and no zombie.
pub fn is_alive(pid: u32) -> bool {
    state(pid).is_some_and(|state| !"ZX".contains(state))
}

/// Sends a signal to one process, by number.
pub fn signal(name: &str, pid: u32) {
    let status = Command::new("/bin/sh").args(["-c", &format!("kill -{name} {pid}")]).status().unwrap();
    assert!(status.success(), "no process {pid} to signal");
}

/// Sends a signal to several processes, as nearly at once as can be; whether any was there.
pub fn signal_all(name: &str, pids: &[u32]) -> bool {
    let signal: nix::sys::signal::Signal = format!("SIG{name}").parse().expect("the name of a signal");
    let sent = pids.iter().map(|pid| nix::sys::signal::kill(nix::unistd::Pid::from_raw(*pid as i32), signal));
    // All of them, before any is looked at.
    sent.collect::<Vec<_>>().iter().any(Result::is_ok)
}

/// Waits until something is true; fails the test if that takes too long or the process ends before.
#[track_caller]
pub fn wait_until(child: &mut Child, what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        if let Some(status) = child.try_wait().unwrap() {
            let mut said = String::new();
            child.stderr.take().map(|mut pipe| pipe.read_to_string(&mut said));
            panic!("the command ended ({status}) before {what}:\n{said}");
        }
        assert!(begun.elapsed() < PATIENCE, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Whether workers have written rows of a monitor.
pub fn rows_are_written(out: &Path) -> bool {
    let entries = std::fs::read_dir(out.join(".run")).into_iter().flatten().flatten();
    let parts = entries.filter(|e| e.file_name().to_string_lossy().starts_with("part-"));
    parts.map(|e| e.metadata().map_or(0, |m| m.len())).sum::<u64>() > 0
}

/// The end of a child that was started with pipes.
pub fn end(child: Child) -> Ended {
    Ended::of(child.wait_with_output().unwrap())
}

/// Most memory that a command and its workers held.
#[derive(Debug, Default, Clone, Copy)]
pub struct Peak {
    /// Resident bytes of the parent.
    pub parent: u64,
    /// Resident bytes of the largest worker, the segment included.
    pub worker: u64,
    /// Growth of a worker's private memory since it was first seen.
    pub anon_growth: u64,
    /// Workers seen.
    pub workers: usize,
}

/// Watches a command until it ends.
pub fn watch(child: Child) -> (Ended, Peak) {
    let pid = child.id();
    let waiting = std::thread::spawn(move || end(child));
    let mut peak = Peak::default();
    let mut first: std::collections::BTreeMap<u32, u64> = std::collections::BTreeMap::new();
    while !waiting.is_finished() {
        peak.parent = peak.parent.max(memory(pid, "VmHWM").unwrap_or(0));
        for worker in children(pid) {
            // Only copies of the command itself: a compiler is a child, too.
            let same = |p: u32| std::fs::read_link(format!("/proc/{p}/exe")).ok();
            if same(worker).is_none() || same(worker) != same(pid) {
                continue;
            }
            peak.worker = peak.worker.max(memory(worker, "VmHWM").unwrap_or(0));
            if let Some(now) = memory(worker, "RssAnon") {
                let begun = *first.entry(worker).or_insert(now);
                peak.anon_growth = peak.anon_growth.max(now.saturating_sub(begun));
            }
        }
        std::thread::sleep(Duration::from_millis(3));
    }
    peak.workers = first.len();
    (waiting.join().unwrap(), peak)
}
