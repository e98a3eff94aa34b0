//! `spikesweep show`: the points of a job, or the code its model becomes.

use std::io::Write;

use anyhow::{Result, anyhow};
use jobs::Job;
use kernels::{c, program};

use crate::arguments::{Language, ShowOptions};
use crate::exit::Exit;

/// Runs the subcommand.
pub fn show(options: &ShowOptions) -> Result<Exit> {
    let job = match super::run::load(&options.job, false) {
        Ok(job) => job,
        Err(exit) => return Ok(exit),
    };
    if let Some(Language::C) = options.code {
        return code(&job, options.whole);
    }
    let selection = match super::run::selection(options.points.as_deref(), &job, false) {
        Ok(selection) => selection,
        Err(exit) => return Ok(exit),
    };
    let points = job.points();
    let wanted: Box<dyn Iterator<Item = u64>> = match &selection {
        Some(selection) => Box::new(selection.iter()),
        None => Box::new(0..points.len()),
    };
    write(|out| runner::tables::write_points(&job, wanted, out))
}

fn code(job: &Job, whole: bool) -> Result<Exit> {
    let mut text = String::new();
    for model in job.models() {
        let program =
            program::build(model).map_err(|faults| anyhow!("a checked model has no program: {faults:?}"))?;
        text.push_str(&if whole { c::kernel(&program).text } else { c::functions(&program) });
    }
    write(|out| out.write_all(text.as_bytes()))
}

/// Writes to standard output; a reader that closes the pipe is no fault.
fn write(f: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<Exit> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match f(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(Exit::Good),
    }
}
