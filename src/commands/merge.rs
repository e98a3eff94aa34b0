//! `spikesweep merge`: the tables of a run whose points are all there.

use std::path::{Path, PathBuf};

use anyhow::Result;
use jobs::{Job, Limits};
use runner::run::{JOB_FOLDER, merge_run};
use runner::store::RunDirectory;

use crate::arguments::MergeOptions;
use crate::exit::{Exit, refuse};
use crate::terminal::say;

/// The job as it was run; its data files lie where the original job file does.
fn load(dir: &Path, directory: &RunDirectory) -> Result<Job, Result<Exit>> {
    let stored = dir.join("job.toml");
    let text = directory.job().map_err(|e| Err(e.into()))?;
    let file = directory.run_file().map_err(|e| Err(e.into()))?;
    let folder =
        file.details.get(JOB_FOLDER).and_then(|f| f.as_str()).map_or(dir.to_path_buf(), PathBuf::from);
    // Whoever ran it has raised the limits if that was needed.
    jobs::from_text_within(&stored.display().to_string(), &text, &folder, &[], Limits::HIGHEST)
        .map_err(|rejected| Ok(refuse(&rejected, false)))
}

/// Runs the subcommand.
pub fn merge(options: &MergeOptions) -> Result<Exit> {
    let directory = RunDirectory::open(&options.dir)?;
    let job = match load(&options.dir, &directory) {
        Ok(job) => job,
        Err(error) => return error,
    };
    let (points, bad) = merge_run(&job, &directory)?;
    say(format!("{points} points merged into {}", options.dir.display()));
    Ok(if bad > 0 { Exit::SomeFailed } else { Exit::Good })
}
