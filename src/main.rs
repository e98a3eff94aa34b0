//! The command `spikesweep`: arguments in, reports and exit codes out. Computes nothing.

mod arguments;
mod examples;
mod exit;
mod progress;
mod terminal;
mod usage;
mod commands {
    //! One file a subcommand.
    pub mod check;
    pub mod completions;
    pub mod explain;
    pub mod man;
    pub mod merge;
    pub mod new;
    pub mod run;
    pub mod schema;
    pub mod selftest;
    pub mod show;
    pub mod status;
}

use std::process::ExitCode;

use arguments::Command;

fn main() -> ExitCode {
    let arguments = match usage::parse() {
        Ok(arguments) => arguments,
        Err(exit) => return exit.into(),
    };
    let json = arguments.command.json();
    let ended = match arguments.command {
        Command::New(options) => commands::new::new(&options),
        Command::Check(options) => commands::check::check(&options),
        Command::Run(options) => commands::run::run(&options),
        Command::Status(options) => commands::status::status(&options),
        Command::Merge(options) => commands::merge::merge(&options),
        Command::Explain(options) => commands::explain::explain(&options),
        Command::Show(options) => commands::show::show(&options),
        Command::Schema => commands::schema::schema(),
        Command::Selftest(options) => commands::selftest::selftest(&options),
        Command::Completions(options) => commands::completions::completions(&options),
        Command::Man(options) => commands::man::man(&options),
    };
    match ended {
        Ok(exit) => exit.into(),
        Err(error) => exit::report(&error, json).into(),
    }
}
