//! How much the rows of a run may take on the disk: looked up now and then, since one point alone may write without end. And
//! whether there is room for what is expected.

use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::statvfs::statvfs;

use crate::memory::Size;

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

/// What to tell if a file system has less room than results of so many bytes are expected to take: as parts and as tables.
pub fn too_little_room(out: &Path, results: f64) -> Option<String> {
    let found = statvfs(out).ok()?;
    let free = (found.blocks_available() as u64).saturating_mul(found.fragment_size() as u64);
    let needed = (2.0 * results) as u64;
    (needed > free).then(|| {
        format!(
            "about {} are expected to be written, but {} has {} left; if the disk is full, the run stops, and goes on when \
             there is room",
            Size(needed),
            out.display(),
            Size(free)
        )
    })
}
