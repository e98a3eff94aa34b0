//! The command line, as clap reads it: one type of options a subcommand. Examples are in `examples`, errors of use in
//! `usage`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jobs::Limits;
use kernels::language::dimension::Dimension;
use kernels::language::units;

use crate::examples;

/// Runs parameter sweeps of spiking neural networks: a job file in, CSV tables out.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = examples::FIRST, after_long_help = examples::FIRST_LONG)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands, in the order in which a user meets them.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a commented job file to start from.
    #[command(after_long_help = examples::NEW)]
    New(NewOptions),
    /// Report all faults of a job, or what it will take; nothing is run without --pilot.
    #[command(arg_required_else_help = true, after_long_help = examples::CHECK)]
    Check(CheckOptions),
    /// Simulate the points of a job; running the same command again resumes.
    #[command(arg_required_else_help = true, after_long_help = examples::RUN)]
    Run(RunOptions),
    /// Say how far a run is.
    #[command(arg_required_else_help = true, after_long_help = examples::STATUS)]
    Status(StatusOptions),
    /// Make the tables of a run whose points are all there.
    #[command(arg_required_else_help = true, after_long_help = examples::MERGE)]
    Merge(MergeOptions),
    /// Explain the code of a message, or list all codes.
    #[command(after_long_help = examples::EXPLAIN)]
    Explain(ExplainOptions),
    /// Show the points of a job, or the code it becomes.
    #[command(arg_required_else_help = true, after_long_help = examples::SHOW)]
    Show(ShowOptions),
    /// Print the JSON Schema of job files, for editors.
    #[command(after_long_help = examples::SCHEMA)]
    Schema,
    /// Try whether all that a run needs works on this machine, and how fast.
    #[command(after_long_help = examples::SELFTEST)]
    Selftest(SelftestOptions),
    /// Print the completions of a shell.
    #[command(arg_required_else_help = true, after_long_help = examples::COMPLETIONS)]
    Completions(CompletionsOptions),
    /// Print the manual page, or write those of all commands.
    #[command(after_long_help = examples::MAN)]
    Man(ManOptions),
}

impl Command {
    /// Whether answers and errors go to stdout as JSON.
    pub fn json(&self) -> bool {
        match self {
            Command::Check(options) => options.json,
            Command::Run(options) => options.json,
            Command::Status(options) => options.json,
            _ => false,
        }
    }
}

/// A job file and changes to it.
#[derive(Debug, Args)]
pub struct JobOptions {
    /// The job file (TOML).
    pub job: PathBuf,
    /// Change a parameter or a value of [run], as in --set "tau=20 ms".
    ///
    /// May be given several times. The changed value is part of the run's identity: a run with another value needs
    /// another result directory.
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Points that a job may have; no result depends on it.
    #[arg(long, value_name = "N", default_value_t = Limits::default().points, hide_short_help = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=Limits::HIGHEST.points))]
    pub max_points: u64,
    /// Bytes that a job file may have with all it includes; no result depends on it.
    #[arg(long, value_name = "N", default_value_t = Limits::default().job_bytes, hide_short_help = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=Limits::HIGHEST.job_bytes))]
    pub max_job_bytes: u64,
}

impl JobOptions {
    /// How large the job may be.
    pub fn limits(&self) -> Limits {
        Limits { points: self.max_points, job_bytes: self.max_job_bytes }
    }
}

/// Options of `new`.
#[derive(Debug, Args)]
pub struct NewOptions {
    /// What to begin with; without it, the kinds are listed.
    pub kind: Option<Kind>,
    /// The file to write [default: KIND.toml, such as network.toml]; never one that exists.
    #[arg(requires = "kind")]
    pub file: Option<PathBuf>,
}

/// Jobs to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Firing rate of one neuron against its input current: many points, one short model.
    #[value(aliases = ["fi", "f-i", "f-i-curve", "fi_curve"])]
    FiCurve,
    /// Two populations of neurons with random synapses and Poisson input: one point.
    Network,
    /// A network swept over two parameters, with repeats and its own summary columns.
    Sweep,
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
    /// Simulate a few points for about a second, and estimate from what they do.
    #[arg(long)]
    pub pilot: bool,
    /// With --pilot: the C compiler [default: SPIKESWEEP_CC, else cc, gcc or clang].
    #[arg(long, value_name = "PATH")]
    pub cc: Option<PathBuf>,
    /// Answer and faults as JSON on stdout.
    #[arg(long)]
    pub json: bool,
}

/// Options of `run`.
#[derive(Debug, Args)]
pub struct RunOptions {
    /// The job.
    #[command(flatten)]
    pub job: JobOptions,
    /// Where results go [default: results/NAME].
    #[arg(long, value_name = "DIR", env = "SPIKESWEEP_OUT", hide_env_values = true)]
    pub out: Option<PathBuf>,
    /// Worker processes [default: one for each CPU this process may use].
    #[arg(long, value_name = "N", env = "SPIKESWEEP_WORKERS", hide_env_values = true)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub workers: Option<u16>,
    /// Only every N-th point, beginning with the K-th (1 to N): one shard a task of an array.
    #[arg(long, value_name = "K/N", value_parser = shard)]
    pub shard: Option<(u32, u32)>,
    /// Only these points, as in 0-99,205.
    #[arg(long, value_name = "LIST")]
    pub points: Option<String>,
    /// Start over: first remove what an earlier run left in the result directory, also one of another job.
    #[arg(long, conflicts_with = "shard")]
    pub fresh: bool,
    /// Compute points again that failed: workers died or stood still, or a rule was broken. Those that diverged stay.
    #[arg(long)]
    pub retry_failed: bool,
    /// Keep the state of long points every so often, as in "60 s" [default: what the job says].
    #[arg(long, value_name = "TIME", value_parser = interval)]
    pub checkpoint: Option<Duration>,
    /// How long a worker may stand still before it is killed and its points are tried again; or never.
    ///
    /// A worker stands still while it does not get to the next step. It is left alone for at least 20 times the median
    /// time of what workers take at once, and while it is held (SIGSTOP). No result depends on it.
    #[arg(long, value_name = "TIME", default_value = "60 s", value_parser = patience)]
    pub stall: Patience,
    /// The C compiler [default: SPIKESWEEP_CC, else cc, gcc or clang].
    #[arg(long, value_name = "PATH")]
    pub cc: Option<PathBuf>,
    /// What became of the run, or why not, as JSON on stdout.
    #[arg(long)]
    pub json: bool,
    /// Points that advance side by side where no synapses couple neurons; results do not depend on it.
    #[arg(long, value_name = "N", hide = true, value_parser = clap::value_parser!(u64).range(1..=512))]
    pub lanes: Option<u64>,
    /// Events and words that a worker's buffers hold; results do not depend on it.
    #[arg(long, value_name = "N", hide = true, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub buffer: Option<u64>,
    /// Each point goes through shared phases itself; results do not depend on it.
    #[arg(long, hide = true)]
    pub no_branching: bool,
}

/// Options of `status`.
#[derive(Debug, Args)]
pub struct StatusOptions {
    /// The result directory.
    pub dir: PathBuf,
    /// As JSON on stdout.
    #[arg(long)]
    pub json: bool,
}

/// Options of `merge`.
#[derive(Debug, Args)]
pub struct MergeOptions {
    /// The result directory.
    pub dir: PathBuf,
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

/// Options of `selftest`.
#[derive(Debug, Args)]
pub struct SelftestOptions {
    /// The C compiler [default: SPIKESWEEP_CC, else cc, gcc or clang].
    #[arg(long, value_name = "PATH")]
    pub cc: Option<PathBuf>,
}

/// Options of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsOptions {
    /// The shell.
    pub shell: Shell,
}

/// Options of `man`.
#[derive(Debug, Args)]
pub struct ManOptions {
    /// Write one page a command into this directory, which is made if it is missing.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// How long to wait; nothing: for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience(pub Option<Duration>);

/// Reads a time such as `90 s`, of a second or more, or `never`.
fn patience(text: &str) -> Result<Patience, String> {
    if text == "never" {
        return Ok(Patience(None));
    }
    let seconds = match units::quantity(text) {
        Some(Ok((seconds, Dimension::TIME))) if seconds >= 1.0 => Duration::try_from_secs_f64(seconds).ok(),
        _ => None,
    };
    let refused = || "it is a time of a second or more, such as \"90 s\", or never".to_string();
    seconds.map(|seconds| Patience(Some(seconds))).ok_or_else(refused)
}

fn shard(text: &str) -> Result<(u32, u32), String> {
    let parsed = text.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
    match parsed {
        Some((k, n)) if (1..=n).contains(&k) => Ok((k, n)),
        _ => Err("a shard is K/N with 1 <= K <= N, as in 3/8".into()),
    }
}

fn interval(text: &str) -> Result<Duration, String> {
    let seconds = match units::quantity(text) {
        Some(Ok((seconds, Dimension::TIME))) if seconds > 0.0 => seconds,
        _ => return Err("it is a time of more than 0 s, as in \"60 s\"".into()),
    };
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::*;

    const PAGE: &str = include_str!("../docs/guide/command-line.md");

    /// What the guide says of each command: its name and the section.
    fn sections() -> Vec<(&'static str, &'static str)> {
        let sections = PAGE.split("\n## ").filter_map(|section| section.split_once('\n'));
        sections.filter_map(|(title, text)| Some((title.strip_prefix("spikesweep ")?, text))).collect()
    }

    /// Names behind "`--" in a text.
    fn options(text: &str) -> BTreeSet<&str> {
        let end = |rest: &str| rest.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(rest.len());
        text.split("`--").skip(1).map(|rest| &rest[..end(rest)]).collect()
    }

    #[test]
    fn the_guide_has_every_command_and_option() {
        let command = Arguments::command();
        let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        let documented: Vec<&str> = sections().iter().map(|(name, _)| *name).collect();
        assert_eq!(documented, names, "sections of docs/guide/command-line.md");
        for (subcommand, (name, section)) in command.get_subcommands().zip(sections()) {
            let visible = subcommand.get_arguments().filter(|argument| !argument.is_hide_set());
            let ours: BTreeSet<&str> = visible.filter_map(clap::Arg::get_long).collect();
            assert_eq!(options(section), ours, "options of {name} in docs/guide/command-line.md");
            let kinds = subcommand.get_positionals().flat_map(clap::Arg::get_possible_values);
            for value in kinds {
                let value = value.get_name();
                assert!(section.contains(&format!("`{value}`")), "{name}: `{value}` is not in the guide");
            }
        }
    }

    #[test]
    fn the_guide_has_every_variable() {
        for subcommand in Arguments::command().get_subcommands() {
            for variable in subcommand.get_arguments().filter_map(clap::Arg::get_env) {
                let variable = variable.to_string_lossy();
                assert!(PAGE.contains(&format!("| `{variable}` |")), "{variable} is not in the guide");
            }
        }
    }

    #[test]
    fn clap_finds_nothing_wrong() {
        Arguments::command().debug_assert();
    }
}
