//! Kernels under the address sanitizer and the sanitizer of undefined behaviour: the whole gallery, and the jobs of other
//! tests, run as they always do, in forked workers and on shared memory, and nothing is reported. Planted faults are.
//!
//!     cargo test --features redzones --test sanitizers
//!
//! The feature keeps the arrays of the segment apart, so that a kernel that leaves one of them does not meet the next
//! (`runner/src/redzones.rs`). A compiler is put before the real one that adds flags to its own.

mod jobs;
mod planted;
mod sanitized;
#[path = "../support/mod.rs"]
mod support;
