//! Parts: append-only files of CSV rows, one a monitor, worker and attempt.
//!
//! A part holds rows and nothing else; bytes that no journal names are ignored. After a failed append nothing more is
//! written to the part.

use std::path::{Path, PathBuf};

use super::error::{Result, StoreError};
use super::identity::Shard;
use super::record::Extent;
use super::storage::Storage;

/// The file name of a part. `worker` counts incarnations: a worker that takes the place of a dead one has its own.
#[must_use]
pub fn part_name(shard: Shard, attempt: u32, worker: u32, monitor: &str) -> String {
    format!("part-{}-{attempt}-{worker}-{monitor}.csv", shard.index)
}

/// Whether a journal may name such a file: nothing that leads out of the directory.
pub(super) fn is_part_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    name.starts_with("part-") && name.len() <= 255 && name.bytes().all(plain)
}

/// Appends rows to one part. Held by the worker.
pub struct PartWriter<S: Storage> {
    storage: S,
    file: S::File,
    path: PathBuf,
    part: u32,
    length: u64,
    failed: bool,
}

impl<S: Storage> PartWriter<S> {
    /// Creates the part `name` in `dir` (the `.run` directory), with the number the journal knows it by.
    ///
    /// # Errors
    /// Whatever the file system refuses; also if there is such a file.
    pub fn create(storage: S, dir: &Path, name: &str, part: u32) -> Result<Self> {
        if !is_part_name(name) {
            return Err(StoreError::Misuse(format!("`{name}` is no name for a part")));
        }
        let path = dir.join(name);
        let file = storage.create_new(&path).map_err(StoreError::io("create", &path))?;
        Ok(Self { storage, file, path, part, length: 0, failed: false })
    }

    /// Appends rows; says where they lie.
    ///
    /// # Errors
    /// A failed write; then, and ever after, nothing more is written.
    pub fn append(&mut self, rows: &[u8]) -> Result<Extent> {
        if self.failed {
            return Err(StoreError::Failed { path: self.path.clone() });
        }
        let extent = Extent { part: self.part, offset: self.length, length: rows.len() as u64 };
        if !rows.is_empty() {
            self.failed = true;
            self.storage.append(&mut self.file, rows).map_err(StoreError::io("write to", &self.path))?;
            self.failed = false;
        }
        self.length += extent.length;
        Ok(extent)
    }
}

/// Makes durable what workers appended to the parts of these names in `dir`.
///
/// # Errors
/// The first failed sync. What the parts hold must not be recorded then, nor the sync tried again.
pub fn sync_parts<'n, S: Storage>(
    storage: &S,
    dir: &Path,
    names: impl IntoIterator<Item = &'n str>,
) -> Result<()> {
    for name in names {
        let path = dir.join(name);
        storage.sync_path(&path).map_err(StoreError::io("sync", &path))?;
    }
    Ok(())
}

/// Fills `bytes` from that place in a part; false if it is not there.
#[must_use]
pub fn read_part<S: Storage>(storage: &S, dir: &Path, name: &str, offset: u64, bytes: &mut [u8]) -> bool {
    is_part_name(name) && storage.read_at(&dir.join(name), offset, bytes).is_ok_and(|got| got == bytes.len())
}
