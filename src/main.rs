//! The command `spikesweep`: arguments in, reports and exit codes out. Computes nothing.

mod arguments;
mod exit;
mod progress;
mod terminal;
mod commands {
    //! One file a subcommand.
    pub mod check;
    pub mod explain;
    pub mod merge;
    pub mod run;
    pub mod show;
    pub mod status;
}

use std::process::ExitCode;

use arguments::{Command, parse};

fn main() -> ExitCode {
    let arguments = match parse() {
        Ok(arguments) => arguments,
        Err(exit) => return exit.into(),
    };
    let ended = match arguments.command {
        Command::Run(options) => commands::run::run(&options),
        Command::Check(options) => commands::check::check(&options),
        Command::Explain(options) => commands::explain::explain(&options),
        Command::Show(options) => commands::show::show(&options),
        Command::Status(options) => commands::status::status(&options),
        Command::Merge(options) => commands::merge::merge(&options),
    };
    match ended {
        Ok(exit) => exit.into(),
        Err(error) => exit::report(&error).into(),
    }
}
