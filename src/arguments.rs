//! The command line, as clap reads it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::exit::Exit;

/// Runs parameter sweeps of spiking neural networks: a job file in, CSV tables out.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Simulate the points of a job; running the same command again resumes.
    Run(RunOptions),
    /// Report all faults of a job, or what it will take; nothing is run.
    Check(CheckOptions),
    /// Explain the code of a message, or list all codes.
    Explain(ExplainOptions),
    /// Show the points of a job, or the code it becomes.
    Show(ShowOptions),
    /// Say how far a run is.
    Status(StatusOptions),
    /// Make the tables of a run whose points are all there.
    Merge(MergeOptions),
}

/// A job file and changes to it.
#[derive(Debug, Args)]
pub struct JobOptions {
    /// The job file (TOML).
    pub job: PathBuf,
    /// Change a parameter or a value of [run]; part of the run's identity.
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
}

/// Options of `run`.
#[derive(Debug, Args)]
pub struct RunOptions {
    /// The job.
    #[command(flatten)]
    pub job: JobOptions,
    /// Where results go [default: results/NAME].
    #[arg(long, value_name = "DIR", env = "SPIKESWEEP_OUT")]
    pub out: Option<PathBuf>,
    /// Worker processes [default: one for each CPU this process may use].
    #[arg(long, value_name = "N", env = "SPIKESWEEP_WORKERS", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub workers: Option<u16>,
    /// Only every N-th point, beginning with the K-th (1 to N): one shard a task of an array.
    #[arg(long, value_name = "K/N", value_parser = shard)]
    pub shard: Option<(u32, u32)>,
    /// Only these points, as in 0-99,205.
    #[arg(long, value_name = "LIST")]
    pub points: Option<String>,
    /// The C compiler [default: SPIKESWEEP_CC, else cc, gcc or clang].
    #[arg(long, value_name = "PATH")]
    pub cc: Option<PathBuf>,
    /// Points that advance side by side where no synapses couple neurons; results do not depend on it.
    #[arg(long, value_name = "N", hide = true, value_parser = clap::value_parser!(u64).range(1..=512))]
    pub lanes: Option<u64>,
    /// Events and words that a worker's buffers hold; results do not depend on it.
    #[arg(long, value_name = "N", hide = true, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub buffer: Option<u64>,
}

/// Options of `check`.
#[derive(Debug, Args)]
pub struct CheckOptions {
    /// The job.
    #[command(flatten)]
    pub job: JobOptions,
    /// Worker processes to reckon with.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub workers: Option<u16>,
    /// Only these points, as in 0-99,205.
    #[arg(long, value_name = "LIST")]
    pub points: Option<String>,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainOptions {
    /// Codes as in messages: E0302 (also e302 or 302) [default: list them all].
    pub codes: Vec<String>,
}

/// Options of `show`.
#[derive(Debug, Args)]
pub struct ShowOptions {
    /// The job.
    #[command(flatten)]
    pub job: JobOptions,
    /// Print the code of the model.
    #[arg(long, value_name = "LANGUAGE")]
    pub code: Option<Language>,
    /// With --code: the whole file that is compiled, prelude included.
    #[arg(long, requires = "code")]
    pub whole: bool,
    /// Print the points as CSV: all, or these.
    #[arg(long, value_name = "LIST", num_args = 0..=1, default_missing_value = "")]
    pub points: Option<String>,
}

/// Languages of generated code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// C, as it is compiled.
    C,
}

/// Options of `status`.
#[derive(Debug, Args)]
pub struct StatusOptions {
    /// The result directory.
    pub dir: PathBuf,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// Options of `merge`.
#[derive(Debug, Args)]
pub struct MergeOptions {
    /// The result directory.
    pub dir: PathBuf,
}

fn shard(text: &str) -> Result<(u32, u32), String> {
    let parsed = text.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
    match parsed {
        Some((k, n)) if (1..=n).contains(&k) => Ok((k, n)),
        _ => Err("a shard is K/N with 1 <= K <= N, as in 3/8".into()),
    }
}

/// Reads the command line; help and version are good, anything wrong is a fault of use.
pub fn parse() -> Result<Arguments, Exit> {
    Arguments::try_parse().map_err(|error| {
        let good = !error.use_stderr();
        error.print().ok();
        if good { Exit::Good } else { Exit::Usage }
    })
}
