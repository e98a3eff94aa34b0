//! Texts of the equation language.
#![no_main]

#[path = "../checks/equations.rs"]
mod equations;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| equations::check(bytes));
