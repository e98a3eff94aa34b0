//! What the tests of the crates do with a corpus: each input holds, and so do changes of them, always the same ones.

use std::panic::catch_unwind;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{RngSeed, TestRunner};

/// Which inputs are taken: all, and few where Miri takes seconds for each.
const EVERY: usize = if cfg!(miri) { 10 } else { 1 };

/// Gives a check all inputs of a corpus, and so many inputs that are changed at a few places or joined from two.
pub fn holds(target: &str, check: fn(&[u8]), cases: u32) {
    let inputs = inputs(target);
    let wrong: Vec<&String> = inputs
        .iter()
        .filter(|(_, bytes)| catch_unwind(|| check(bytes)).is_err())
        .map(|(name, _)| name)
        .collect();
    assert!(wrong.is_empty(), "{target}: {wrong:?}");
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    };
    let places = vec((any::<Index>(), 0..8_usize, any::<Index>(), any::<Index>(), 0..16_usize), 1..5);
    let outcome = TestRunner::new(config).run(&(any::<Index>(), places), |(which, places)| {
        let mut bytes = which.get(&inputs).1.clone();
        for (at, cut, other, from, length) in places {
            let (start, other) = (at.index(bytes.len() + 1), &other.get(&inputs).1);
            let from = from.index(other.len() + 1);
            let piece = other[from..(from + length).min(other.len())].iter().copied();
            bytes.splice(start..(start + cut).min(bytes.len()), piece);
        }
        check(&bytes);
        Ok(())
    });
    outcome.unwrap_or_else(|why| panic!("{target}: {why}"));
}

/// Names and bytes of a corpus, in the order of the names.
fn inputs(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let entries = std::fs::read_dir(folder).expect("there is a corpus").map(|e| e.expect("it is listed"));
    let read = |path: &Path| std::fs::read(path).expect("it is readable");
    let mut inputs: Vec<(String, Vec<u8>)> =
        entries.map(|e| (e.file_name().to_string_lossy().into_owned(), read(&e.path()))).collect();
    inputs.sort();
    assert!(inputs.len() >= 10, "{target}: {} inputs", inputs.len());
    inputs.into_iter().step_by(EVERY).collect()
}
