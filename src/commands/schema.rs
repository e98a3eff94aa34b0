//! `spikesweep schema`: the JSON Schema of job files, for editors.

use anyhow::Result;

use crate::exit::Exit;

/// Runs the subcommand.
pub fn schema() -> Result<Exit> {
    super::show::write(|out| out.write_all(jobs::format::schema().as_bytes()))
}
