//! Jobs of the repository, and how much of each is run as a test.

use std::path::{Path, PathBuf};

use super::root;

/// The jobs in a folder of the repository, by name.
pub fn jobs_in(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap().map(|e| e.unwrap().path());
    let mut jobs: Vec<PathBuf> = entries.filter(|p| p.extension().is_some_and(|e| e == "toml")).collect();
    jobs.sort();
    jobs
}

/// The arguments that a job names for tests, `# As a test: --set n=400 --points 0-15`, as far as they are of these kinds.
pub fn settings(job: &Path, kinds: &[&str]) -> Vec<String> {
    let text = std::fs::read_to_string(job).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("# As a test: ")).unwrap_or_default();
    let words: Vec<&str> = line.split_whitespace().collect();
    let pairs = words.windows(2).filter(|pair| kinds.contains(&pair[0]));
    pairs.flatten().map(|word| word.to_string()).collect()
}
