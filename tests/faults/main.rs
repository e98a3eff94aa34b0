//! Faults from outside, against the real binary: what dies, what fails, what lies in the way. Each test that plants a fault
//! proves that it happened. `rows` lists all faults and inputs that are tried, here and in the crates.

#[path = "../support/mod.rs"]
mod support;

mod begun_runs;
mod broken_files;
mod crashing_kernels;
mod deaths;
mod names_and_texts;
mod planted;
mod rows;
mod stalls;
mod strangers;
mod surroundings;
