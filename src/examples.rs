//! What stands below the options in the help of each command: an example or two.

/// Below the short help of the command itself.
pub const FIRST: &str = "\
Examples:
  spikesweep new network         write network.toml, a commented job to start from
  spikesweep run network.toml    simulate it; CSV tables go to results/network

'spikesweep COMMAND --help' shows the options of a command and examples.";

/// Below its long help.
pub const FIRST_LONG: &str = "\
Examples:
  spikesweep new network         write network.toml, a commented job to start from
  spikesweep check network.toml  all faults of the job, or what it will take
  spikesweep run network.toml    simulate it; CSV tables go to results/network
  spikesweep selftest            does everything work on this machine, and how fast?

'spikesweep COMMAND --help' shows the options of a command and examples.
Exit codes, environment variables and JSON: docs/guide/command-line.md.";

/// Of `new`.
pub const NEW: &str = "\
Examples:
  spikesweep new                        list the kinds
  spikesweep new fi-curve               write fi-curve.toml
  spikesweep new network mine.toml      write mine.toml";

/// Of `check`.
pub const CHECK: &str = "\
Examples:
  spikesweep check network.toml
  spikesweep check network.toml --set \"tau=20 ms\" --workers 16";

/// Of `run`.
pub const RUN: &str = "\
Examples:
  spikesweep run network.toml
  spikesweep run network.toml --set \"tau=30 ms\" --out results/slow
  spikesweep run sweep.toml --shard 3/8       task 3 of 8; merge when all are done";

/// Of `status`.
pub const STATUS: &str = "\
Examples:
  spikesweep status results/sweep
  spikesweep status results/sweep --json | jq .missing";

/// Of `merge`.
pub const MERGE: &str = "\
Example, after all tasks with --shard have ended:
  spikesweep merge results/sweep";

/// Of `explain`.
pub const EXPLAIN: &str = "\
Examples:
  spikesweep explain E0302       what the message means, with a wrong and a right example
  spikesweep explain             all codes";

/// Of `show`.
pub const SHOW: &str = "\
Examples:
  spikesweep show sweep.toml                 the points as CSV
  spikesweep show sweep.toml --points 0-9    the first ten
  spikesweep show network.toml --code c      the C code of the model";

/// Of `selftest`.
pub const SELFTEST: &str = "\
Runs a network of 4000 neurons in a temporary directory, which takes a second or two, and leaves nothing behind.

Examples:
  spikesweep selftest
  spikesweep selftest --cc clang";

/// Of `completions`.
pub const COMPLETIONS: &str = "\
Examples:
  spikesweep completions bash > ~/.local/share/bash-completion/completions/spikesweep
  spikesweep completions fish > ~/.config/fish/completions/spikesweep.fish
  spikesweep completions zsh  > ~/.zfunc/_spikesweep      (a folder named in $fpath)";

/// Of `man`.
pub const MAN: &str = "\
Examples:
  spikesweep man | man -l -                          read the page now
  spikesweep man --out ~/.local/share/man/man1       then: man spikesweep, man spikesweep-run";

/// Of `schema`.
pub const SCHEMA: &str = "\
Written beside a job and named in the job's first line, it lets editors with a TOML extension (Even Better TOML, taplo)
complete and check keys; `spikesweep new` does both.

Example:
  spikesweep schema > spikesweep.schema.json     first line of the job: #:schema ./spikesweep.schema.json";
