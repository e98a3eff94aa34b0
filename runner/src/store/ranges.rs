//! Reading extents out of parts: through a window a part, since neighbours in a table are mostly neighbours in a part.
//!
//! Refuses extents that reach beyond the end of their part.

use super::committed::Committed;
use super::directory::RunDirectory;
use super::error::{Result, StoreError};
use super::record::Extent;
use super::storage::Storage;

const WINDOW: usize = 64 << 10;
const OPEN: usize = 512;

#[derive(Default)]
struct Window {
    start: u64,
    bytes: Vec<u8>,
    used: u64,
}

/// Parts of a run, as far as they were read.
pub(super) struct Ranges<'c, S: Storage> {
    directory: &'c RunDirectory<S>,
    committed: &'c Committed,
    windows: Vec<Window>,
    filled: usize,
    clock: u64,
    large: Vec<u8>,
}

impl<'c, S: Storage> Ranges<'c, S> {
    pub(super) fn new(directory: &'c RunDirectory<S>, committed: &'c Committed) -> Self {
        Self { directory, committed, windows: Vec::new(), filled: 0, clock: 0, large: Vec::new() }
    }

    /// Hands all bytes of the extent to `sink`, in pieces.
    pub(super) fn copy(&mut self, extent: Extent, mut sink: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        if extent.length <= WINDOW as u64 {
            return sink(self.small(extent)?);
        }
        let mut at = extent.offset;
        let end = extent.offset + extent.length;
        let mut buffer = std::mem::take(&mut self.large);
        buffer.resize(4 * WINDOW, 0);
        while at < end {
            let length = (end - at).min(buffer.len() as u64) as usize;
            let got = self.read(extent, at, &mut buffer[..length])?;
            check(self, extent, at + got as u64, at + length as u64)?;
            sink(&buffer[..length])?;
            at += length as u64;
        }
        self.large = buffer;
        Ok(())
    }

    fn small(&mut self, extent: Extent) -> Result<&[u8]> {
        let part = extent.part as usize;
        if part >= self.windows.len() {
            self.windows.resize_with(part + 1, Window::default);
        }
        self.clock += 1;
        let end = extent.offset + extent.length;
        let window = &self.windows[part];
        if extent.offset < window.start || end > window.start + window.bytes.len() as u64 {
            self.fill(extent)?;
        }
        let window = &mut self.windows[part];
        window.used = self.clock;
        let from = (extent.offset - window.start) as usize;
        Ok(&window.bytes[from..from + extent.length as usize])
    }

    fn fill(&mut self, extent: Extent) -> Result<()> {
        let part = extent.part as usize;
        let mut bytes = std::mem::take(&mut self.windows[part].bytes);
        if bytes.is_empty() {
            self.make_room();
            self.filled += 1;
        }
        bytes.resize(WINDOW, 0);
        let got = self.read(extent, extent.offset, &mut bytes)?;
        check(self, extent, extent.offset + got as u64, extent.offset + extent.length)?;
        bytes.truncate(got);
        self.windows[part] = Window { start: extent.offset, bytes, used: self.clock };
        Ok(())
    }

    /// Gives up the window that was not used for longest, if there are many.
    fn make_room(&mut self) {
        if self.filled < OPEN {
            return;
        }
        let filled = self.windows.iter_mut().filter(|window| !window.bytes.is_empty());
        if let Some(oldest) = filled.min_by_key(|window| window.used) {
            *oldest = Window::default();
            self.filled -= 1;
        }
    }

    fn read(&self, extent: Extent, at: u64, bytes: &mut [u8]) -> Result<usize> {
        let path = self.path(extent);
        self.directory.storage().read_at(&path, at, bytes).map_err(StoreError::io("read", &path))
    }

    pub(super) fn run(&self) -> &std::path::Path {
        self.directory.run()
    }

    pub(super) fn path(&self, extent: Extent) -> std::path::PathBuf {
        self.directory.run().join(self.committed.part(extent.part).unwrap_or("a part of no name"))
    }
}

fn check<S: Storage>(ranges: &Ranges<'_, S>, extent: Extent, got: u64, wanted: u64) -> Result<()> {
    if got >= wanted {
        return Ok(());
    }
    let Extent { offset, length, .. } = extent;
    let reason = format!("it ends before the {length} bytes from {offset} on that were committed");
    Err(StoreError::damaged(&ranges.path(extent), got, reason))
}
