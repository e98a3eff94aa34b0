//! `spikesweep new`: writes a commented job file to start from, and beside it the schema that its first line names. Never
//! touches a file that exists.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;

use crate::arguments::{Kind, NewOptions};
use crate::exit::{Exit, fail};
use crate::terminal::say;

/// The text of a job to start from.
fn template(kind: Kind) -> &'static str {
    match kind {
        Kind::FiCurve => include_str!("../templates/fi-curve.toml"),
        Kind::Network => include_str!("../templates/network.toml"),
        Kind::Sweep => include_str!("../templates/sweep.toml"),
    }
}

/// What the first line of each template names, for editors.
const SCHEMA: &str = "spikesweep.schema.json";

/// Runs the subcommand.
pub fn new(options: &NewOptions) -> Result<Exit> {
    let Some(kind) = options.kind else {
        list();
        return Ok(Exit::Good);
    };
    let file = options.file.clone().unwrap_or_else(|| PathBuf::from(format!("{}.toml", name(kind))));
    match write(&file, template(kind)) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let message = format!("{} exists already; name another file", file.display());
            return Ok(fail(&message, Exit::Output, false));
        }
        Err(error) => return Ok(cannot_write(&file, &error)),
    }
    let schema = file.with_file_name(SCHEMA);
    match write(&schema, &jobs::format::schema()) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Ok(cannot_write(&schema, &error)),
        _ => told(&file),
    }
    Ok(Exit::Good)
}

fn cannot_write(file: &Path, error: &std::io::Error) -> Exit {
    fail(&format!("cannot write {}: {error}", file.display()), Exit::Output, false)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::File::create_new(path)?;
    file.write_all(text.as_bytes())
}

/// What a kind is called on the command line.
fn name(kind: Kind) -> String {
    kind.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

fn list() {
    say("Jobs to start from:");
    for kind in Kind::value_variants() {
        let help = kind.to_possible_value().and_then(|value| value.get_help().map(ToString::to_string));
        say(format!("  {:<10} {}", name(*kind), help.unwrap_or_default()));
    }
    say("\nWrite one with: spikesweep new KIND [FILE]");
}

fn told(file: &Path) {
    let file = file.display();
    say(format!("{file} is written; its comments say what to change, {SCHEMA} helps editors"));
    say(format!("  spikesweep check {file}    finds all faults, and says what the job will take"));
    say(format!("  spikesweep run {file}      simulates it; CSV tables go to results/"));
}
