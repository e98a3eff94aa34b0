//! NPY files with data of jobs.
#![no_main]

#[path = "../checks/array.rs"]
mod array;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| array::check(bytes));
