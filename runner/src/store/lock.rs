//! One lock a shard, so that two processes do not do the same work.
//!
//! Nothing depends on it for correctness: where the file system has no locks, it is done without. The kernel frees it
//! when the last process that inherited it is gone.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::mem::ManuallyDrop;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::libc::{O_NOFOLLOW, O_NONBLOCK};

use super::directory::{RunDirectory, process};
use super::error::{Result, StoreError};
use super::storage::Storage;

/// `status` holds locks for a moment to see whether they are free: so it takes more than one look to refuse.
const LOOKS: u32 = 5;
const BETWEEN: Duration = Duration::from_millis(20);
/// Bytes of a lock that are read to name its holder.
const LONGEST_NAME: u64 = 400;

/// A lock that is held until it is dropped, in this process and in all that were forked from it.
#[derive(Debug)]
pub struct RunLock {
    /// Closed, not unlocked: unlocking in a forked child would unlock for its parent too.
    held: Option<ManuallyDrop<Flock<File>>>,
    path: PathBuf,
}

impl RunLock {
    /// False where the file system knows no locks.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        if let Some(held) = &self.held {
            // Nothing to be done if it fails; the kernel closes it at the end.
            let _ = nix::unistd::close(held.as_raw_fd());
        }
    }
}

impl<S: Storage> RunDirectory<S> {
    /// Takes the lock of a shard.
    ///
    /// # Errors
    /// [`StoreError::Locked`] (75), naming the holder; [`StoreError::Output`] if there cannot be a lock.
    pub fn lock(&self, shard: u32) -> Result<RunLock> {
        lock(self.lock_path(shard))
    }

    /// Takes the lock of the merge.
    ///
    /// # Errors
    /// As [`RunDirectory::lock`].
    pub(super) fn lock_merge(&self) -> Result<RunLock> {
        lock(self.run().join("lock-merge"))
    }

    pub(super) fn lock_path(&self, shard: u32) -> PathBuf {
        self.run().join(format!("lock-{shard}"))
    }
}

fn lock(path: PathBuf) -> Result<RunLock> {
    let mut file =
        open(&path).map_err(|error| StoreError::Output { path: path.clone(), reason: error.to_string() })?;
    for look in 1..=LOOKS {
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(mut held) => {
                sign(&mut held).map_err(StoreError::io("write to", &path))?;
                return Ok(RunLock { held: Some(ManuallyDrop::new(held)), path });
            }
            Err((_, Errno::ENOLCK | Errno::ENOSYS | Errno::EOPNOTSUPP)) => {
                return Ok(RunLock { held: None, path });
            }
            Err((back, Errno::EWOULDBLOCK | Errno::EINTR)) => file = back,
            Err((_, error)) => return Err(StoreError::io("lock", &path)(error.into())),
        }
        if look < LOOKS {
            std::thread::sleep(BETWEEN);
        }
    }
    let holder = holder(&path);
    Err(StoreError::Locked { path, holder })
}

/// Opens a lock to write into it: never another file under a second name.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o666);
    let file = options.custom_flags(O_NOFOLLOW | O_NONBLOCK).open(path)?;
    let found = file.metadata()?;
    let wrong = match () {
        () if !found.is_file() => "not a regular file",
        () if found.nlink() > 1 => "it is a file that has another name, too",
        () => return Ok(file),
    };
    Err(io::Error::new(io::ErrorKind::InvalidInput, wrong))
}

/// Opens a lock only to look at it.
fn look(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(O_NOFOLLOW | O_NONBLOCK).open(path)
}

fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", process())
}

fn holder(path: &Path) -> String {
    let mut bytes = Vec::new();
    // Without a line there is no name.
    let _ = look(path).and_then(|file| file.take(LONGEST_NAME).read_to_end(&mut bytes));
    let text = String::from_utf8_lossy(&bytes);
    let text: String = text.trim().chars().filter(|c| !c.is_control()).take(100).collect();
    if text.is_empty() { "another process".to_owned() } else { text }
}

/// Who holds the lock at `path`, if it is held.
pub(super) fn held_by(path: &Path) -> Option<String> {
    match Flock::lock(look(path).ok()?, FlockArg::LockSharedNonblock) {
        Err((_, Errno::EWOULDBLOCK)) => Some(holder(path)),
        _ => None,
    }
}
