//! How the command ends: exit codes, as documented in the guide (numbers from 64 are those of sysexits.h), and what is
//! said about it.

use std::process::ExitCode;

use jobs::Rejected;
use runner::run::RunError;
use runner::store::StoreError;
use serde_json::json;

use crate::terminal::{say_json, tell, tell_coloured};

/// How the command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All points are good.
    Good = 0,
    /// Finished, but some points failed or diverged.
    SomeFailed = 10,
    /// Wrong use of the command.
    Usage = 64,
    /// A fault in the job or its data.
    Data = 65,
    /// No C compiler.
    NoCompiler = 69,
    /// A fault of ours.
    Internal = 70,
    /// The operating system refused something.
    System = 71,
    /// The output cannot be created.
    Output = 73,
    /// An I/O error; running again goes on.
    Io = 74,
    /// Stopped, or locked by another run; running again goes on.
    Stopped = 75,
}

/// All of them.
const ALL: [Exit; 10] = [
    Exit::Good,
    Exit::SomeFailed,
    Exit::Usage,
    Exit::Data,
    Exit::NoCompiler,
    Exit::Internal,
    Exit::System,
    Exit::Output,
    Exit::Io,
    Exit::Stopped,
];

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

impl Exit {
    /// The exit of a code that the crates give their errors.
    pub fn from_code(code: i32) -> Exit {
        ALL.into_iter().find(|e| *e as i32 == code).unwrap_or(Exit::Internal)
    }
}

/// Says why a job is refused: to people on stderr, or as JSON on stdout.
pub fn refuse(rejected: &Rejected, json: bool) -> Exit {
    if json {
        say_json(&rejected.refusal());
    } else {
        tell_coloured(&crate::commands::explain::report(rejected));
    }
    Exit::Data
}

/// Says what went wrong: to people on stderr, or as JSON on stdout.
pub fn fail(message: &str, exit: Exit, json: bool) -> Exit {
    if json {
        say_json(&json!({ "error": { "message": message, "exit": exit as u8 } }));
    } else {
        tell(format!("spikesweep: {message}"));
    }
    exit
}

/// Says what went wrong and how the command ends.
pub fn report(error: &anyhow::Error, json: bool) -> Exit {
    let exit = if let Some(error) = error.downcast_ref::<RunError>() {
        Exit::from_code(error.exit_code())
    } else if let Some(error) = error.downcast_ref::<StoreError>() {
        Exit::from_code(error.exit_code().into())
    } else {
        Exit::Internal
    };
    fail(&error.to_string(), exit, json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_has_every_exit_code() {
        let page = include_str!("../docs/guide/command-line.md");
        let cells = page.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
        let documented: Vec<u8> = cells.filter_map(|(code, _)| code.parse().ok()).collect();
        assert_eq!(documented, ALL.map(|exit| exit as u8));
    }
}
