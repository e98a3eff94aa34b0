//! Results of the program: every job is run once a test, with the binary as a user runs it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::table::Table;

/// Where the jobs and the expected files lie.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/references")
}

/// The results of the jobs that a test needs.
#[derive(Default)]
pub struct Results {
    runs: RefCell<HashMap<String, Result<tempfile::TempDir, String>>>,
}

impl Results {
    /// A table of a job's results in SI units.
    pub fn monitor(&self, job: &str, table: &str) -> Result<Table, String> {
        let mut runs = self.runs.borrow_mut();
        let run = runs.entry(job.to_owned()).or_insert_with(|| run(job));
        match run {
            Ok(directory) => Table::read_ours(&directory.path().join("out").join(format!("{table}.csv"))),
            Err(reason) => Err(std::mem::replace(reason, format!("{job} did not run"))),
        }
    }
}

fn run(job: &str) -> Result<tempfile::TempDir, String> {
    let directory = tempfile::tempdir().map_err(|e| e.to_string())?;
    let output = Command::new(env!("CARGO_BIN_EXE_spikesweep"))
        .arg("run")
        .arg(folder().join(format!("{job}.toml")))
        .arg("--out")
        .arg(directory.path().join("out"))
        .env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("references"))
        .env_remove("SPIKESWEEP_OUT")
        .output()
        .map_err(|e| e.to_string())?;
    match output.status.success() {
        true => Ok(directory),
        false => Err(format!("{job}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr))),
    }
}
