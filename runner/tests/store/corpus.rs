//! What fuzzers tried of journals holds.

#[path = "../../../fuzz/checks/corpus.rs"]
mod inputs;
#[path = "../../../fuzz/checks/journal.rs"]
mod journal;

#[test]
fn journals() {
    inputs::holds("journal", journal::check, 3_000);
}
