//! The jobs of a folder, and what is set for them on the command line.

use std::path::{Path, PathBuf};

/// In the order of their names.
pub fn jobs_in(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.filter(|p| p.extension().is_some_and(|e| e == "toml")).collect();
    paths.sort();
    paths
}

/// What is set on the command line, in a comment of the job.
pub fn sets(path: &Path) -> Vec<String> {
    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    let comments = text.lines().filter(|l| l.starts_with('#'));
    comments.filter_map(|l| Some(l.split_once("--set \"")?.1.strip_suffix('"')?.to_owned())).collect()
}
