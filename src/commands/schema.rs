//! `spikesweep schema`: the JSON Schema of job files, for editors.

use anyhow::Result;

use crate::exit::Exit;
use crate::terminal::say_bytes;

/// Runs the subcommand.
pub fn schema() -> Result<Exit> {
    say_bytes(jobs::format::schema().as_bytes())?;
    Ok(Exit::Good)
}
