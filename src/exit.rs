//! Exit codes, as documented in the README; numbers from 64 are those of sysexits.h.

use std::process::ExitCode;

use runner::run::RunError;

use crate::terminal::tell;

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

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

impl Exit {
    fn from_code(code: i32) -> Exit {
        let all = [Exit::Data, Exit::NoCompiler, Exit::System, Exit::Output, Exit::Io, Exit::Stopped];
        all.into_iter().find(|e| *e as i32 == code).unwrap_or(Exit::Internal)
    }
}

/// Says what went wrong and how the command ends.
pub fn report(error: &anyhow::Error) -> Exit {
    tell(format!("spikesweep: {error}"));
    if let Some(error) = error.downcast_ref::<RunError>() {
        return Exit::from_code(error.exit_code());
    }
    if let Some(error) = error.downcast_ref::<runner::store::StoreError>() {
        return Exit::from_code(error.exit_code().into());
    }
    Exit::Internal
}
