//! What fuzzers tried of job files and of files with data holds; `fuzz/` is where they are, CONTRIBUTING.md says how to
//! run them.

#[path = "../../fuzz/checks/array.rs"]
mod array;
#[path = "../../fuzz/checks/corpus.rs"]
mod corpus;
#[path = "../../fuzz/checks/job.rs"]
mod job;
#[path = "../../fuzz/checks/table.rs"]
mod table;

#[test]
fn job_files() {
    corpus::holds("job", job::check, 300);
}

#[test]
fn csv_files() {
    corpus::holds("table", table::check, 3_000);
}

#[test]
fn npy_files() {
    corpus::holds("array", array::check, 10_000);
}
