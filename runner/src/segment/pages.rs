//! The pages of a segment: shared memory of the system, whose name in /dev/shm is gone before anything is put into it.
//! Refuses what the system has no memory for.

use super::SegmentError;
use crate::memory::free_shared_memory;
use nix::errno::Errno;
use nix::fcntl::{FallocateFlags, fallocate};
use nix::sys::mman::{ProtFlags, mprotect, shm_unlink};
use shared_memory::{Shmem, ShmemConf, ShmemError};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

/// Pages mapped by this process and by all it forks.
pub(super) struct Pages {
    mapping: Shmem,
    file: File,
}

const PREFIX: &str = "spikesweep-";

/// A name exists for microseconds; one this old was left by a process killed in between.
const STALE: Duration = Duration::from_secs(10);

impl Pages {
    /// Maps so many bytes, whole pages.
    pub fn create(size: usize) -> Result<Pages, SegmentError> {
        remove_stale_names();
        let refused = |reason: String| SegmentError::Create { bytes: size as u64, reason };
        for _ in 0..16 {
            let name = fresh_name();
            let mut mapping = match ShmemConf::new().os_id(format!("/{name}")).size(size).create() {
                Ok(mapping) => mapping,
                Err(ShmemError::MappingIdExists) => continue,
                Err(error) => {
                    let _ = shm_unlink(format!("/{name}").as_str());
                    return Err(refused(explain(&error)));
                }
            };
            let opened = OpenOptions::new().read(true).write(true).open(format!("/dev/shm/{name}"));
            let _ = shm_unlink(format!("/{name}").as_str());
            mapping.set_owner(false);
            match opened {
                Ok(file) => return Ok(Pages { mapping, file }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue, // taken for a stale name
                Err(error) => return Err(refused(error.to_string())),
            }
        }
        Err(refused("no free name in /dev/shm".into()))
    }

    /// The first byte.
    pub fn base(&self) -> *mut u8 {
        self.mapping.as_ptr()
    }

    /// Bytes mapped.
    pub fn len(&self) -> usize {
        self.mapping.len()
    }

    /// Allocates the pages of a range that lies in them.
    pub fn reserve(&self, offset: usize, len: usize) -> Result<(), SegmentError> {
        loop {
            match fallocate(&self.file, FallocateFlags::empty(), offset as i64, len as i64) {
                Ok(()) => return Ok(()),
                Err(Errno::EINTR) => continue,
                Err(Errno::ENOSPC | Errno::ENOMEM) => {
                    let available = free_shared_memory().unwrap_or(0);
                    return Err(SegmentError::NoSpace { needed: len as u64, available });
                }
                Err(errno) => return Err(SegmentError::System { action: "reserve", errno }),
            }
        }
    }

    /// Makes whole pages inaccessible.
    ///
    /// # Safety
    /// They lie in these, and nothing refers to them, now or later.
    // SAFETY: what the caller owes is said above.
    pub unsafe fn shut(&self, offset: usize, len: usize) -> Result<(), SegmentError> {
        let refused = |errno| SegmentError::System { action: "guard", errno };
        let start = NonNull::new(self.base().wrapping_add(offset)).ok_or(refused(Errno::EFAULT))?;
        // SAFETY: passed on to the caller.
        unsafe { mprotect(start.cast(), len, ProtFlags::PROT_NONE) }.map_err(refused)
    }
}

fn fresh_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let nanos = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos());
    format!("{PREFIX}{}-{nanos}-{count}", std::process::id())
}

/// Removes names that a process killed within the microseconds between creating and unlinking has left. A creator
/// whose name is taken away while it lives tries again, so this is safe even across containers.
fn remove_stale_names() {
    for entry in fs::read_dir("/dev/shm").into_iter().flatten().flatten() {
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        if ours && age().is_some_and(|age| age > STALE) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn explain(error: &ShmemError) -> String {
    match error {
        ShmemError::MapCreateFailed(code)
        | ShmemError::MapOpenFailed(code)
        | ShmemError::UnknownOsError(code) => Errno::from_raw(*code as i32).desc().to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Segment, page_size};
    use super::*;

    #[test]
    fn more_than_there_is_is_refused() {
        let huge = Segment::create(1 << 62).unwrap_err();
        assert!(huge.to_string().contains("4.0 EiB (4611686018427387904 bytes)"), "{huge}");
    }

    #[test]
    fn a_segment_is_sparse_nameless_and_rounded_to_pages() {
        let segment = Segment::create(1 << 40).unwrap();
        assert_eq!(segment.len(), 1 << 40);
        assert_eq!(Segment::create(1).unwrap().len(), page_size());
        let own = format!("{PREFIX}{}-", std::process::id());
        let names = fs::read_dir("/dev/shm").unwrap().flatten();
        // Other tests of this process may be creating theirs right now: what stays is what counts.
        let stays = |path: &std::path::Path| {
            std::thread::sleep(Duration::from_millis(50));
            path.exists()
        };
        let left =
            names.filter(|n| n.file_name().to_string_lossy().starts_with(&own)).find(|n| stays(&n.path()));
        assert!(left.is_none(), "{left:?}");
        segment.reserve(1 << 39, 3 * page_size()).unwrap();
        let allocated =
            || std::os::unix::fs::MetadataExt::blocks(&segment.pages.file.metadata().unwrap()) * 512;
        assert_eq!(allocated() as usize, 3 * page_size());
        let refused = segment.reserve(0, 1 << 40).unwrap_err();
        assert!(matches!(refused, SegmentError::NoSpace { needed, .. } if needed == 1 << 40), "{refused}");
        assert_eq!(allocated() as usize, 3 * page_size());
    }

    #[test]
    fn a_stale_name_is_removed_and_a_fresh_one_is_not() {
        let make = |age: Duration| {
            let path = std::path::Path::new("/dev/shm").join(fresh_name());
            let file = File::create(&path).unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
            path
        };
        let (old, new) = (make(STALE * 2), make(Duration::ZERO));
        remove_stale_names();
        assert!(!old.exists() && new.exists());
        fs::remove_file(new).unwrap();
    }
}
