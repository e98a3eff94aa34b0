//! Checkpoints: the state of a batch that is under way, in a file of `.run` that is there whole or not at all.
//!
//! A checkpoint saves time and decides nothing: what cannot be read, was not written by this user, or is of something else
//! is as good as none. It holds numbers that a kernel uses as they are, so it is sealed: keyed with a secret that is
//! kept beside the kernels, and a stranger's file is never used.

use std::io;
use std::path::{Path, PathBuf};

use super::error::{Result, StoreError};
use super::identity::Shard;
use super::storage::Storage;

const MAGIC: &[u8; 16] = b"spikesweep-ck-1\n";
const SEAL: u64 = 32;
/// Bytes that are read at once.
const PIECE: usize = 1 << 20;

/// The key that seals checkpoints.
#[derive(Clone, Copy)]
pub struct Secret(pub [u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// The file name of the checkpoint of the batch that begins with this point.
#[must_use]
pub fn checkpoint_name(shard: Shard, point: u64) -> String {
    name(shard.index, point)
}

fn name(shard: u32, point: u64) -> String {
    format!("checkpoint-{shard}-{point}")
}

/// The point in the name of a checkpoint of the shard of this index.
pub(super) fn point_of(shard: u32, name: &str) -> Option<u64> {
    let digits = name.strip_prefix("checkpoint-")?.strip_prefix(&shard.to_string())?.strip_prefix('-')?;
    digits.parse().ok().filter(|point| self::name(shard, *point) == name)
}

/// The first points of the batches of this shard that have a checkpoint; what was left by a process that died while it wrote
/// one is removed.
///
/// # Errors
/// Whatever the file system refuses.
pub fn checkpoints<S: Storage>(storage: &S, dir: &Path, shard: Shard) -> Result<Vec<u64>> {
    let unfinished = format!("new-checkpoint-{}-", shard.index);
    let mut points = Vec::new();
    for name in storage.names(dir).map_err(StoreError::io("read", dir))? {
        if name.starts_with(&unfinished) {
            remove(storage, &dir.join(&name))?;
        }
        points.extend(point_of(shard.index, &name));
    }
    points.sort_unstable();
    Ok(points)
}

/// Removes a checkpoint, if there is one.
///
/// # Errors
/// Whatever the file system refuses.
pub fn remove_checkpoint<S: Storage>(storage: &S, dir: &Path, shard: Shard, point: u64) -> Result<()> {
    remove(storage, &dir.join(checkpoint_name(shard, point)))
}

fn remove<S: Storage>(storage: &S, path: &Path) -> Result<()> {
    match storage.remove(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::io("remove", path)(error)),
        _ => Ok(()),
    }
}

/// A checkpoint in the making.
pub struct CheckpointWriter<S: Storage> {
    storage: S,
    file: S::File,
    new: PathBuf,
    path: PathBuf,
    hasher: blake3::Hasher,
}

impl<S: Storage> CheckpointWriter<S> {
    /// Begins the file `name` in `dir`; `writer` tells this process from all others that may write one of that name.
    ///
    /// # Errors
    /// Whatever the file system refuses.
    pub fn create(storage: S, dir: &Path, name: &str, writer: &str, secret: &Secret) -> Result<Self> {
        let (new, path) = (dir.join(format!("new-{name}-{writer}")), dir.join(name));
        // One of the same name was left by a write that failed.
        let _ = storage.remove(&new);
        let file = storage.create_new(&new).map_err(StoreError::io("create", &new))?;
        let mut out = Self { storage, file, new, path, hasher: blake3::Hasher::new_keyed(&secret.0) };
        out.append(MAGIC)?;
        Ok(out)
    }

    /// More bytes.
    ///
    /// # Errors
    /// Whatever the file system refuses.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.hasher.update(bytes);
        self.storage.append(&mut self.file, bytes).map_err(StoreError::io("write to", &self.new))
    }

    /// Seals it and puts it in the place of the one before, which stays if the machine fails now. The names of the parts that
    /// it speaks of last before its own does.
    ///
    /// # Errors
    /// Whatever the file system refuses.
    pub fn finish(mut self) -> Result<()> {
        let seal = self.hasher.finalize();
        let dir = self.path.parent().unwrap_or(Path::new("."));
        self.storage
            .append(&mut self.file, seal.as_bytes())
            .map_err(StoreError::io("write to", &self.new))?;
        // Another run, where locks do not work, takes it for one of a process that died, and removes it: then there is none.
        let is_gone = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
        match self.storage.sync(&self.file) {
            Err(error) if is_gone(&error) => return Ok(()),
            synced => synced.map_err(StoreError::io("sync", &self.new))?,
        }
        self.storage.sync_dir(dir).map_err(StoreError::io("sync", dir))?;
        match self.storage.rename(&self.new, &self.path) {
            Err(error) if is_gone(&error) => return Ok(()),
            renamed => renamed.map_err(StoreError::io("write", &self.path))?,
        }
        self.storage.sync_dir(dir).map_err(StoreError::io("sync", dir))
    }
}

/// A checkpoint with a good seal. It is that of one file all the time: another run, where locks do not work, may put a newer
/// one in its place, or remove it.
pub struct CheckpointReader<S: Storage> {
    storage: S,
    file: S::File,
    at: u64,
    end: u64,
}

impl<S: Storage> CheckpointReader<S> {
    /// Opens the file of that name; `None`: there is none, or not one of ours.
    #[must_use]
    pub fn open(storage: S, dir: &Path, name: &str, secret: &Secret) -> Option<Self> {
        let path = dir.join(name);
        let file = storage.open(&path).ok()?;
        let end = storage.length(&path).ok()?.checked_sub(SEAL)?;
        let mut reader = Self { storage, file, at: 0, end };
        let mut hasher = blake3::Hasher::new_keyed(&secret.0);
        let mut piece = vec![0; PIECE];
        while reader.at < end {
            let length = piece.len().min((end - reader.at) as usize);
            reader.fill(&mut piece[..length])?;
            hasher.update(&piece[..length]);
        }
        let mut seal = [0; SEAL as usize];
        reader.end += SEAL;
        reader.fill(&mut seal)?;
        // Hashes are compared in constant time.
        let good = hasher.finalize() == blake3::Hash::from_bytes(seal);
        (reader.at, reader.end) = (0, end);
        let mut magic = [0; MAGIC.len()];
        reader.fill(&mut magic)?;
        (good && magic == *MAGIC).then_some(reader)
    }

    /// The next bytes; `None` if there are not so many.
    #[must_use]
    pub fn fill(&mut self, bytes: &mut [u8]) -> Option<()> {
        let length = bytes.len() as u64;
        if length > self.end - self.at {
            return None;
        }
        let got = self.storage.read_open(&self.file, self.at, bytes).ok()?;
        self.at += length;
        (got as u64 == length).then_some(())
    }

    /// How many bytes are left.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.end - self.at
    }
}
