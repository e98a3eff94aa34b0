//! The network of the self-test: `jobs/gallery/cuba.toml`, twice with different random numbers, with one worker and
//! with two.
//!
//! Bounds are those under which the gallery's test takes the job (`tests/gallery/first.rs`), stated there before it was
//! run: Vogels and Abbott (2005) describe the state as self-sustained, asynchronous and irregular with a few spikes a
//! second. They are wide enough for any random numbers, and too narrow for a network that is silent, synchronous or
//! regular.

use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jobs::{Job, Limits};
use kernels::compile::{CompileError, Compiler, version};
use kernels::{c, load, program};
use runner::run::{Reporter, Request, RunError, Stop, run};
use runner::store::{RunDirectory, Shard};
use runner::supervise::Config;
use serde_json::Value;

use super::{Answer, Failure, Stopping};
use crate::exit::Exit;

const JOB: &str = concat!(include_str!("../../../jobs/gallery/cuba.toml"), "\n[[sweep]]\nrepeat = 2\n");
/// Mean rate of all neurons.
const RATE_HZ: Range<f64> = 3.0..10.0;
/// Coefficient of variation of inter-spike intervals.
const CV: Range<f64> = 0.3..1.2;
/// Spikes in the last 100 ms, of 4000 neurons: activity sustains itself.
const LATE_SPIKES: usize = 500;

const COMPILER_MEND: &str = "mend: install gcc or clang, or name a C compiler with --cc or SPIKESWEEP_CC";
const LOAD_MEND: &str =
    "mend: set TMPDIR to a directory from which programs may be run (mounted without noexec)";
const SYSTEM_MEND: &str =
    "mend: free memory and room in TMPDIR, or lift the limits of this session, and try again";
const OUR_FAULT: &str =
    "this is a fault of spikesweep or of its compiler: try another --cc, and please report it";

/// The job, and where it runs.
pub struct Network {
    job: Job,
    folder: PathBuf,
    compiler: Compiler,
}

struct Silent;

impl Reporter for Silent {}

impl Network {
    /// In a folder of its own.
    pub fn new(folder: &Path, compiler: Compiler) -> Result<Network> {
        let job = jobs::from_text("selftest.toml", JOB.as_bytes(), folder, &[])
            .context("the network of the self-test is refused (a fault of spikesweep)")?;
        Ok(Network { job, folder: folder.to_owned(), compiler })
    }

    /// Compiles its kernel and loads it.
    pub fn compile(&self, signals: &Stopping) -> Answer {
        let ours = |what: String| Failure::new(Exit::Internal, what, OUR_FAULT);
        let program = program::build(self.job.model(0)).map_err(|faults| ours(format!("{faults:?}")))?;
        let source = c::kernel(&program);
        let compiled = self.compiler.compile(&source, &|| signals.asked());
        let compiled = compiled.map_err(|error| match error {
            CompileError::Interrupted => Failure::new(Exit::Stopped, error, ""),
            CompileError::Cache { .. } => Failure::new(Exit::System, error, SYSTEM_MEND),
            _ => Failure::new(Exit::NoCompiler, error, COMPILER_MEND),
        })?;
        load::load(&compiled.path, source.layout)
            .map_err(|error| Failure::new(Exit::System, error, LOAD_MEND))?;
        let by = compiled.by.unwrap_or_default();
        let version = version(&by).unwrap_or_else(|| "of an unknown version".into());
        Ok((format!("{}: {version}\na kernel in {:.2} s", by.display(), compiled.took.as_secs_f64()), ()))
    }

    /// Runs it with one worker and with two; compares rates and irregularity with the bounds.
    pub fn statistics(&self) -> Answer {
        self.run(1)?;
        self.run(2)?;
        let (rates, cvs) = (self.column("summary", "P_rate_Hz")?, self.column("summary", "P_cv_isi")?);
        let (points, times) = (self.column("spikes", "point")?, self.column("spikes", "t_ms")?);
        for point in 0..2 {
            let (rate, cv) = (rates[point], cvs[point]);
            let late = points.iter().zip(&times).filter(|(p, t)| **p == point as f64 && **t >= 900.0).count();
            if !RATE_HZ.contains(&rate) || !CV.contains(&cv) || late <= LATE_SPIKES {
                let what = format!(
                    "repeat {point}: {rate:.2} Hz, bounds are {}\nCV of intervals {cv:.2}, bounds are {}\n\
                     {late} spikes in the last 100 ms, more than {LATE_SPIKES} are needed",
                    shown(&RATE_HZ),
                    shown(&CV)
                );
                return Err(Failure::new(Exit::Internal, what, OUR_FAULT));
            }
        }
        let answer = format!(
            "4000 neurons for 1 s, twice: {:.2} and {:.2} Hz (bounds {})\nCV of intervals {:.2} and {:.2} (bounds {})",
            rates[0],
            rates[1],
            shown(&RATE_HZ),
            cvs[0],
            cvs[1],
            shown(&CV)
        );
        Ok((answer, ()))
    }

    /// Are the tables what was counted, and the same whatever the number of workers?
    pub fn tables(&self) -> Answer {
        let failed = |what: String| Failure::new(Exit::Internal, what, OUR_FAULT);
        let counted: f64 = self.column("summary", "P_spikes")?.iter().sum();
        let rows = self.column("spikes", "t_ms")?.len();
        if counted != rows as f64 {
            return Err(failed(format!("spikes.csv has {rows} rows, {counted} spikes were counted")));
        }
        let names = ["points.csv", "summary.csv", "spikes.csv", "job.toml", "datapackage.json"];
        for name in names {
            let read = |workers| std::fs::read(self.out(workers).join(name)).map_err(|e| unreadable(name, e));
            if read(1)? != read(2)? {
                return Err(failed(format!("{name} has other bytes with two workers than with one")));
            }
        }
        Ok((format!("{rows} spikes read back; same bytes with one worker and with two"), ()))
    }

    /// How long the loop took with one worker.
    pub fn speed(&self) -> Answer {
        let ours = |what: &str| Failure::new(Exit::Internal, what, OUR_FAULT);
        let directory = RunDirectory::open(&self.out(1)).and_then(|directory| directory.run_file());
        let details = Value::Object(directory.map_err(|e| ours(&e.to_string()))?.details);
        let told = |key| details.pointer(key).and_then(Value::as_f64).filter(|number| *number > 0.0);
        let (Some(seconds), Some(updates)) = (told("/timing/loop_s"), told("/counters/neuron_updates"))
        else {
            return Err(ours("the run does not tell its time"));
        };
        // Two points of one second each.
        let answer = format!(
            "{:.3} s a simulated second on one CPU ({:.0}x real time)\n{:.2} ns a neuron and step, synapses included",
            seconds / 2.0,
            2.0 / seconds,
            seconds / updates * 1e9
        );
        Ok((answer, ()))
    }

    fn run(&self, workers: u16) -> Result<(), Failure> {
        let request = Request {
            job: self.folder.join("selftest.toml"),
            sets: Vec::new(),
            limits: Limits::default(),
            out: self.out(workers),
            workers: Some(workers.into()),
            shard: Shard::WHOLE,
            points: None,
            compiler: self.compiler.clone(),
            lanes: None,
            buffer: None,
            branching: true,
            stall: Config::default().stall,
            fresh: false,
            retry_failed: false,
            checkpoint: None,
        };
        let ended = run(&self.job, &request, &mut Silent).map_err(|error| refused(&error))?;
        match ended.stopped {
            None if ended.merged && ended.bad == 0 => Ok(()),
            None => {
                let what = format!("{} of {} points are not ok", ended.bad, ended.points);
                Err(Failure::new(Exit::Internal, what, OUR_FAULT))
            }
            Some(Stop::Signal(signal)) => Err(Failure::new(Exit::Stopped, signal, "")),
            Some(Stop::System(text)) => Err(Failure::new(Exit::System, text, SYSTEM_MEND)),
            Some(Stop::Output(text)) => Err(Failure::new(Exit::Io, text, SYSTEM_MEND)),
            Some(Stop::Internal(text)) => Err(Failure::new(Exit::Internal, text, OUR_FAULT)),
        }
    }

    fn out(&self, workers: u16) -> PathBuf {
        self.folder.join(format!("with-{workers}"))
    }

    /// A column of a table that one worker made.
    fn column(&self, table: &str, column: &str) -> Result<Vec<f64>, Failure> {
        let name = format!("{table}.csv");
        let failed = |what: &str| Failure::new(Exit::Internal, format!("{name}: {what}"), OUR_FAULT);
        let mut reader = csv::Reader::from_path(self.out(1).join(&name)).map_err(|e| unreadable(&name, e))?;
        let header = reader.headers().map_err(|e| unreadable(&name, e))?;
        let place = header.iter().position(|h| h == column).ok_or_else(|| failed("a column is missing"))?;
        let number = |row: csv::Result<csv::StringRecord>| {
            let row = row.map_err(|e| unreadable(&name, e))?;
            let cell = &row[place];
            // Where there is no value: the CV of a silent network.
            if cell.is_empty() {
                return Ok(f64::NAN);
            }
            cell.parse().map_err(|_| failed(&format!("'{cell}' is not a number")))
        };
        reader.records().map(number).collect()
    }
}

fn shown(bounds: &Range<f64>) -> String {
    format!("{} to {}", bounds.start, bounds.end)
}

fn refused(error: &RunError) -> Failure {
    let exit = Exit::from_code(error.exit_code());
    let mend = match exit {
        Exit::NoCompiler => COMPILER_MEND,
        Exit::Internal => OUR_FAULT,
        _ => SYSTEM_MEND,
    };
    Failure::new(exit, error, mend)
}

fn unreadable(name: &str, error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Io, format!("cannot read {name}: {error}"), SYSTEM_MEND)
}
