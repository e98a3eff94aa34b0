//! The jobs of the gallery, and their sizes for tests.

use std::path::{Path, PathBuf};

/// Its files.
pub fn jobs() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(super::root().join("jobs/gallery")).unwrap().map(|e| e.unwrap().path());
    let mut jobs: Vec<PathBuf> = entries.filter(|p| p.extension().is_some_and(|e| e == "toml")).collect();
    jobs.sort();
    jobs
}

/// The `--set` arguments that a job names for tests: `# As a test: --set n=400 --points 0-15`. All points are run.
pub fn settings(job: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(job).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("# As a test: ")).unwrap_or_default();
    let words: Vec<&str> = line.split_whitespace().collect();
    words.windows(2).filter(|two| two[0] == "--set").flatten().map(|word| word.to_string()).collect()
}
