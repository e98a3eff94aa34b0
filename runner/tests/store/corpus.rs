//! What fuzzers tried of journals holds.

#[path = "../../../fuzz/checks/corpus.rs"]
mod inputs;
#[path = "../../../fuzz/checks/journal.rs"]
mod journal;

#[test]
fn journals() {
    let changes = if cfg!(miri) { 2 } else { 3_000 };
    inputs::holds("journal", journal::check, changes);
}
