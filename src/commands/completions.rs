//! `spikesweep completions`: what a shell needs to complete our commands and options, on stdout.

use anyhow::Result;
use clap::CommandFactory;

use crate::arguments::{Arguments, CompletionsOptions};
use crate::exit::Exit;
use crate::terminal::say_bytes;

/// Runs the subcommand.
pub fn completions(options: &CompletionsOptions) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "spikesweep", &mut script);
    say_bytes(&script)?;
    Ok(Exit::Good)
}
