//! The log of an attempt: which worker died over which points and what became of them, signals, the end. For people who look
//! later; nothing reads it, and what cannot be written is left out.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use crate::store::Shard;
use crate::supervise::{Death, Decision, Outcome};

/// The log of one attempt; each line begins with the seconds since its beginning.
#[derive(Debug)]
pub struct Log {
    file: Option<File>,
    begun: Instant,
}

impl Log {
    /// The log of an attempt in the directory `run`.
    pub fn create(run: &Path, shard: Shard, attempt: u32) -> Log {
        let file = File::create_new(run.join(format!("log-{}-{attempt}.txt", shard.index))).ok();
        Log { file, begun: Instant::now() }
    }

    /// Adds a line.
    pub fn line(&mut self, text: &str) {
        let seconds = self.begun.elapsed().as_secs_f64();
        if let Some(file) = &mut self.file {
            // A line at a time, whole, so that it is there whatever happens next.
            let _ = file.write_all(format!("{seconds:10.3} {text}\n").as_bytes());
        }
    }

    /// The death of a worker, over points `first` to `last` if it had a claim.
    pub fn death(&mut self, death: &Death, points: &[u64], decision: Decision) {
        let over = match points {
            [] => String::new(),
            [point] => format!(" over point {point}"),
            [first, .., last] => format!(" over {} points, {first} to {last}", points.len()),
        };
        let next = match decision {
            _ if points.is_empty() => "another one takes its place",
            Decision::Retry => "it is tried again",
            Decision::Quarantine if points.len() == 1 => "it is given up",
            Decision::Quarantine => "each is tried alone",
            Decision::Stop => "the run stops",
        };
        let step = death.step.map_or(String::new(), |step| format!(", its step counter at {step}"));
        let (worker, pid, how, attempt) = (death.worker, death.pid, &death.how, death.attempts);
        self.line(&format!("worker {worker} (process {pid}) {how}{over}, attempt {attempt}{step}: {next}"));
    }

    /// How it ended.
    pub fn end(&mut self, outcome: &Outcome, done: u64) {
        let how = match outcome {
            Outcome::Finished => "finished".to_owned(),
            Outcome::Stopped(signal) => format!("stopped by {signal}"),
            Outcome::Requested => "stopped, since results cannot be kept".to_owned(),
            Outcome::Storm(death) => format!("workers die one after the other; the last one {}", death.how),
            Outcome::Failed(error) => format!("failed: {error}"),
        };
        self.line(&format!("{how}; {done} points done"));
    }
}
