//! The journal of one attempt: a header, then records that are each synced before the next is written.
//!
//! A record holds a whole group of entries under one checksum. So after a crash only the last record can be torn, and
//! a bad record before a good one is damage. A write or sync that failed is never tried again: the journal is closed
//! to further records.
//!
//! Layout, little-endian. Header, 64 bytes, the same in all versions: magic 8, version 4, shard 4, shards 4,
//! attempt 4, identity 32, zero 4, CRC-32C of the 60 bytes before. Record: marker 4, length of the payload 4,
//! CRC-32C of length and payload 4, payload (`record.rs`).

use std::io;
use std::path::{Path, PathBuf};

use super::crc::crc32c;
use super::error::{Result, StoreError};
use super::identity::{Identity, Shard};
use super::storage::Storage;

pub(super) const MAGIC: [u8; 8] = *b"SPKSWP\r\n";
pub(super) const VERSION: u32 = 1;
pub(super) const HEADER_BYTES: usize = 64;
pub(super) const MARKER: [u8; 4] = *b"\xb5Rec";
pub(super) const FRAME_BYTES: usize = 12;
/// The longest payload: a reader takes it into memory before it can see whether it is good.
pub(super) const LONGEST_RECORD: usize = 1 << 30;

/// Whose journal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The run.
    pub identity: Identity,
    /// The part of the run.
    pub shard: Shard,
    /// How often that part was started, from 1.
    pub attempt: u32,
}

impl Header {
    /// The header's bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.shard.index.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.shard.of.to_le_bytes());
        bytes[20..24].copy_from_slice(&self.attempt.to_le_bytes());
        bytes[24..56].copy_from_slice(&self.identity.0);
        let crc = crc32c(&[&bytes[..60]]);
        bytes[60..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// The name of the journal with this header.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("journal-{}-{}.bin", self.shard.index, self.attempt)
    }
}

/// Shard and attempt out of `journal-<shard>-<attempt>.bin`; none for other names.
pub(super) fn parse_journal_name(name: &str) -> Option<(u32, u32)> {
    let (shard, attempt) = name.strip_prefix("journal-")?.strip_suffix(".bin")?.split_once('-')?;
    Some((shard.parse().ok()?, attempt.parse().ok()?))
}

/// Shard and attempt out of `part-<shard>-<attempt>-...`.
fn parse_part_name(name: &str) -> Option<(u32, u32)> {
    let mut pieces = name.strip_prefix("part-")?.splitn(3, '-');
    Some((pieces.next()?.parse().ok()?, pieces.next()?.parse().ok()?))
}

/// Appends records to the journal of a new attempt. Held by the parent only.
pub struct JournalWriter<S: Storage> {
    storage: S,
    file: S::File,
    dir: PathBuf,
    path: PathBuf,
    header: Header,
    failed: bool,
}

impl<S: Storage> JournalWriter<S> {
    /// Creates the journal of the shard's next attempt in `dir` (the `.run` directory), and syncs both.
    ///
    /// # Errors
    /// Whatever the file system refuses.
    pub fn create(storage: S, dir: &Path, identity: Identity, shard: Shard) -> Result<Self> {
        let names = storage.names(dir).map_err(StoreError::io("list", dir))?;
        let taken =
            names.iter().filter_map(|name| parse_journal_name(name).or_else(|| parse_part_name(name)));
        let last = taken.filter(|taken| taken.0 == shard.index).map(|taken| taken.1).max().unwrap_or(0);
        let mut header = Header { identity, shard, attempt: last };
        loop {
            header.attempt = header
                .attempt
                .checked_add(1)
                .ok_or_else(|| StoreError::Misuse(format!("no attempt after {last} in {}", dir.display())))?;
            let path = dir.join(header.file_name());
            match storage.create_new(&path) {
                // Another parent that did not honour the lock took the number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(StoreError::io("create", &path)(error)),
                Ok(file) => return Self::start(storage, file, dir, path, header),
            }
        }
    }

    fn start(storage: S, mut file: S::File, dir: &Path, path: PathBuf, header: Header) -> Result<Self> {
        storage.append(&mut file, &header.encode()).map_err(StoreError::io("write to", &path))?;
        storage.sync(&file).map_err(StoreError::io("sync", &path))?;
        storage.sync_dir(dir).map_err(StoreError::io("sync", dir))?;
        Ok(Self { storage, file, dir: dir.to_owned(), path, header, failed: false })
    }

    /// Whose journal this is; the attempt's number is chosen at creation.
    #[must_use]
    pub fn header(&self) -> Header {
        self.header
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn storage(&self) -> &S {
        &self.storage
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Nothing more may be recorded.
    pub(super) fn close(&mut self) {
        self.failed = true;
    }

    /// Fails if nothing more may be recorded.
    pub(super) fn check_open(&self) -> Result<()> {
        if self.failed { Err(StoreError::Failed { path: self.path.clone() }) } else { Ok(()) }
    }

    /// Writes one record of encoded entries and makes it durable.
    ///
    /// # Errors
    /// A failed write or sync; then, and ever after, nothing more is written.
    pub fn append(&mut self, payload: &[u8]) -> Result<()> {
        self.check_open()?;
        if payload.len() > LONGEST_RECORD {
            return Err(StoreError::Misuse(format!("a journal record of {} bytes", payload.len())));
        }
        let length = payload.len() as u32;
        self.failed = true;
        let frame = encode_frame(length, payload);
        self.storage.append(&mut self.file, &frame).map_err(StoreError::io("write to", &self.path))?;
        self.storage.sync(&self.file).map_err(StoreError::io("sync", &self.path))?;
        self.failed = false;
        Ok(())
    }
}

fn encode_frame(length: u32, payload: &[u8]) -> Vec<u8> {
    let length = length.to_le_bytes();
    let mut frame = Vec::with_capacity(FRAME_BYTES + payload.len());
    frame.extend_from_slice(&MARKER);
    frame.extend_from_slice(&length);
    frame.extend_from_slice(&crc32c(&[&length, payload]).to_le_bytes());
    frame.extend_from_slice(payload);
    frame
}
