//! `spikesweep man`: the manual page of the command on stdout, or a page for it and each subcommand in a directory.

use std::path::Path;

use anyhow::Result;
use clap::{Command, CommandFactory};

use crate::arguments::{Arguments, ManOptions};
use crate::exit::{Exit, fail};
use crate::terminal::{say, say_bytes};

/// Runs the subcommand.
pub fn man(options: &ManOptions) -> Result<Exit> {
    let Some(dir) = &options.out else {
        let mut page = Vec::new();
        clap_mangen::Man::new(documented()).render(&mut page)?;
        say_bytes(&page)?;
        return Ok(Exit::Good);
    };
    match write(dir) {
        Ok(()) => {
            say(format!("manual pages are in {}; read them with: man -l {0}/spikesweep.1", dir.display()));
            Ok(Exit::Good)
        }
        Err(error) => Ok(fail(&format!("cannot write {}: {error}", dir.display()), Exit::Output, false)),
    }
}

fn write(dir: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(dir)?;
    clap_mangen::generate_to(documented(), dir)
}

/// All commands that have a page; `help` only repeats what is on them.
fn documented() -> Command {
    Arguments::command().disable_help_subcommand(true)
}
