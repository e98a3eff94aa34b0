//! Atomics for the claim table that loom follows, and of which each operation may be one that a worker does not live to do.
#![allow(missing_docs)]

use std::cell::Cell;

loom::thread_local! {
    /// Operations that this thread still does before it dies; `None`: it does not.
    static LEFT: Cell<Option<u32>> = Cell::new(None);
}

/// What unwinds a thread that dies.
struct Death;

/// Does something in this thread, which dies before its operation number `left`; whether it lived.
pub fn lives(left: Option<u32>, work: impl FnOnce()) -> bool {
    LEFT.with(|cell| cell.set(left));
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)) {
        Ok(()) => true,
        Err(cause) if cause.is::<Death>() => false,
        Err(cause) => std::panic::resume_unwind(cause),
    }
}

/// An operation is about to be done.
pub fn operation() {
    LEFT.with(|cell| match cell.get() {
        Some(0) => std::panic::resume_unwind(Box::new(Death)),
        left => cell.set(left.map(|left| left - 1)),
    });
}

/// What the table takes its atomics from.
pub mod atomics {
    use super::operation;
    pub use loom::sync::atomic::Ordering;

    macro_rules! mortal {
        ($($name:ident $word:ty;)*) => { $(
            #[derive(Debug)]
            pub struct $name(loom::sync::atomic::$name);

            #[allow(dead_code)] // Not every word of the table needs every operation.
            impl $name {
                pub fn new(word: $word) -> $name {
                    $name(loom::sync::atomic::$name::new(word))
                }
                pub fn load(&self, order: Ordering) -> $word {
                    operation();
                    self.0.load(order)
                }
                pub fn store(&self, word: $word, order: Ordering) {
                    operation();
                    self.0.store(word, order)
                }
                pub fn swap(&self, word: $word, order: Ordering) -> $word {
                    operation();
                    self.0.swap(word, order)
                }
                pub fn fetch_min(&self, word: $word, order: Ordering) -> $word {
                    operation();
                    self.0.fetch_min(word, order)
                }
                pub fn compare_exchange(
                    &self,
                    from: $word,
                    to: $word,
                    good: Ordering,
                    bad: Ordering,
                ) -> Result<$word, $word> {
                    operation();
                    self.0.compare_exchange(from, to, good, bad)
                }
            }
        )* };
    }
    mortal! {
        AtomicU32 u32;
        AtomicU64 u64;
    }
}
