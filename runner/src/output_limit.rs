//! How much the rows of a run may take on the disk: looked up now and then, since one point alone may write without end.

use std::path::Path;
use std::time::{Duration, Instant};

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// The limit of one run.
#[derive(Debug)]
pub struct OutputLimit<'a> {
    run: &'a Path,
    most: u64,
    next: Option<Instant>,
}

impl<'a> OutputLimit<'a> {
    /// At most so many bytes in the parts of the directory `run`, whoever wrote them.
    pub fn new(run: &'a Path, most: u64) -> OutputLimit<'a> {
        OutputLimit { run, most, next: None }
    }

    /// What is wrong, if it is time to look and there is more.
    pub fn exceeded(&mut self, now: Instant) -> Option<String> {
        if self.next.is_some_and(|next| now < next) {
            return None;
        }
        self.next = Some(now + PAUSE);
        let bytes = self.bytes();
        (bytes > self.most).then(|| {
            format!(
                "the rows in {} take {bytes} bytes, more than [output] max_bytes = {}; record less, or raise it",
                self.run.display(),
                self.most
            )
        })
    }

    /// What cannot be looked at takes nothing: if it matters, writing fails, too.
    fn bytes(&self) -> u64 {
        let entries = std::fs::read_dir(self.run).into_iter().flatten().flatten();
        let parts = entries.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(b"part-"));
        parts.filter_map(|part| Some(part.metadata().ok()?.len())).sum()
    }
}
