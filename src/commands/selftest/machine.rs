//! What the machine and its system give: processor, shared memory, processes, a temporary directory.

use runner::fork::{Setup, fork};
use runner::memory::free_shared_memory;
use runner::segment::{Segment, SegmentError, page_size};
use runner::{cpus, views::ViewError};
use tempfile::TempDir;

use super::{Answer, Failure, Stopping};
use crate::exit::Exit;

/// More than the network of this test takes, less than any machine has.
const SHARED_BYTES: u64 = 16 << 20;
const SHARED_MEND: &str = "mend: give /dev/shm more room (docker run --shm-size=1g), or remove files from it";
const PROCESS_MEND: &str =
    "mend: allow this user more processes (ulimit -u), or lift a limit of the container";
const FOLDER_MEND: &str = "mend: set TMPDIR to a directory that can be written";

/// What processor there is; an old one is slow, not wrong.
pub fn processor() -> (String, ()) {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split_once(':')).map_or("unnamed", |(_, name)| name.trim());
    let (allowed, workers) = (cpus::allowed().len(), cpus::default_workers());
    (format!("{name}, {}\n{allowed} CPUs allowed, {workers} workers by default", level()), ())
}

#[cfg(target_arch = "x86_64")]
fn level() -> &'static str {
    let has_v3 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
    match (has_v3, is_x86_feature_detected!("avx512vl")) {
        (true, true) => "x86-64-v4 (AVX-512)",
        (true, false) => "x86-64-v3 (AVX2)",
        _ => "older than x86-64-v3: works, but slowly",
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn level() -> &'static str {
    std::env::consts::ARCH
}

/// Makes a segment and takes its pages.
pub fn shared_memory() -> Answer {
    let failure = |error: SegmentError| Failure::new(Exit::System, error, SHARED_MEND);
    let segment = Segment::create(SHARED_BYTES).map_err(failure)?;
    segment.reserve(0, segment.len()).map_err(failure)?;
    drop(segment);
    let mebibytes = |bytes: u64| format!("{} MiB", bytes >> 20);
    let free = free_shared_memory().map_or("an unknown size".into(), mebibytes);
    Ok((format!("a segment of {} made; {free} free in /dev/shm", mebibytes(SHARED_BYTES)), ()))
}

/// Starts two processes; each writes into the segment, where this one reads it.
pub fn processes(stopping: &Stopping) -> Answer {
    let system = |error: &dyn std::fmt::Display| Failure::new(Exit::System, error, PROCESS_MEND);
    let page = page_size();
    let segment = Segment::create(2 * page as u64).map_err(|e| system(&e))?;
    segment.reserve(0, segment.len()).map_err(|e| system(&e))?;
    let mark = |worker: usize| 0x5eed_0000 + worker as u64;
    let write = |worker: usize| -> Result<(), ViewError> {
        segment.write::<u64>(worker * page, 1)?.slice_mut()[0] = mark(worker);
        Ok(())
    };
    let start = |worker: usize| {
        let setup = Setup { mask: stopping.signals.original(), cpu: None };
        fork(&setup, || i32::from(write(worker).is_err())).map_err(|e| system(&e))
    };
    let children = [start(0)?, start(1)?];
    for child in &children {
        child.reap();
    }
    for worker in 0..2 {
        let seen = segment.read::<u64>(worker * page, 1).map_err(|e| system(&e))?;
        if seen.slice() != [mark(worker)] {
            return Err(system(&"what a child process writes into shared memory does not arrive"));
        }
    }
    Ok(("two started; each wrote into shared memory".into(), ()))
}

/// A directory that goes away when it is dropped.
pub fn folder() -> Answer<TempDir> {
    let made = tempfile::Builder::new().prefix("spikesweep-selftest-").tempdir();
    let folder = made.map_err(|error| Failure::new(Exit::System, error, FOLDER_MEND))?;
    Ok((format!("{}, removed at the end", folder.path().display()), folder))
}
