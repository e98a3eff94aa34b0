//! Job files.
#![no_main]

#[path = "../checks/job.rs"]
mod job;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| job::check(bytes));
