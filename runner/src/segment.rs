//! The segment: the one piece of shared memory of a run. Its name in /dev/shm is gone before anything is put into
//! it, so that nothing is left behind whatever dies; its size is virtual until a range is reserved, and a range
//! that cannot be had is an error there, not a SIGBUS later. Only offsets are ever stored in it.
//! Refuses sizes of 0 or beyond the address space, ranges outside it, and what the system has no memory for.

use crate::memory::{Size, free_shared_memory};
use crate::views::Ledger;
use nix::errno::Errno;
use nix::fcntl::{FallocateFlags, fallocate};
use nix::sys::mman::{ProtFlags, mprotect, shm_unlink};
use nix::unistd::{SysconfVar, sysconf};
use shared_memory::{Shmem, ShmemConf, ShmemError};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};
use thiserror::Error;

/// Why there is no segment, or not that range of it.
#[derive(Debug, Error)]
pub enum SegmentError {
    /// The size is 0, or not a size a mapping can have.
    #[error("a segment of {0} bytes is impossible")]
    Size(u64),
    /// The operating system refused to create it.
    #[error("the system refused {} of shared memory: {reason}", Size(*bytes))]
    Create {
        /// Bytes asked for.
        bytes: u64,
        /// Its reason.
        reason: String,
    },
    /// There is no memory for a range.
    #[error("{} of shared memory are needed, but /dev/shm has {} left", Size(*needed), Size(*available))]
    NoSpace {
        /// Bytes needed.
        needed: u64,
        /// Bytes available.
        available: u64,
    },
    /// A range reaches beyond the segment, or a guard does not cover whole pages.
    #[error("range {offset}+{len} does not lie in a segment of {segment} bytes, or not on its pages")]
    Range {
        /// Where it starts.
        offset: usize,
        /// Its length.
        len: usize,
        /// The length of the segment.
        segment: usize,
    },
    /// Any other refusal.
    #[error("the system refused to {action} shared memory: {errno}")]
    System {
        /// What was asked.
        action: &'static str,
        /// Its reason.
        errno: Errno,
    },
}

/// Shared memory mapped by this process and by all it forks.
pub struct Segment {
    mapping: Shmem,
    file: File,
    pub(crate) ledger: Ledger,
}

const PREFIX: &str = "spikesweep-";

/// A name exists for microseconds; one this old was left by a process killed in between.
const STALE: Duration = Duration::from_secs(10);

impl Segment {
    /// Creates and maps a segment of at least `bytes` (rounded up to pages). Nothing is reserved yet.
    pub fn create(bytes: u64) -> Result<Segment, SegmentError> {
        let page = page_size() as u64;
        let size = bytes.checked_next_multiple_of(page).filter(|&size| size > 0 && size <= i64::MAX as u64);
        let size = size.and_then(|size| usize::try_from(size).ok()).ok_or(SegmentError::Size(bytes))?;
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
                Ok(file) => return Ok(Segment { mapping, file, ledger: Ledger::default() }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue, // taken for a stale name
                Err(error) => return Err(refused(error.to_string())),
            }
        }
        Err(refused("no free name in /dev/shm".into()))
    }

    /// The first byte. Differs between runs, is the same in all processes of one run.
    pub fn base(&self) -> *mut u8 {
        self.mapping.as_ptr()
    }

    /// Bytes mapped (not: reserved).
    pub fn len(&self) -> usize {
        self.mapping.len()
    }

    /// Never: a segment has at least a page.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Allocates the pages of a range, on the memory of the CPU that calls, or fails without a trace.
    pub fn reserve(&self, offset: usize, len: usize) -> Result<(), SegmentError> {
        self.within(offset, len)?;
        if len == 0 {
            return Ok(());
        }
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

    /// Makes whole pages inaccessible to this process and to those it forks later: who touches them gets SIGSEGV.
    pub fn guard(&self, offset: usize, len: usize) -> Result<(), SegmentError> {
        self.within(offset, len)?;
        if !offset.is_multiple_of(page_size()) || !len.is_multiple_of(page_size()) || len == 0 {
            return Err(self.outside(offset, len));
        }
        if !self.ledger.shut(offset, len) {
            return Err(SegmentError::System { action: "guard", errno: Errno::EBUSY });
        }
        let start =
            NonNull::new(self.base().wrapping_add(offset)).ok_or_else(|| self.outside(offset, len))?;
        // SAFETY: the pages lie inside our own mapping (checked above), which lives as long as self, and the
        // ledger says that no view of them exists, nor ever will.
        unsafe { mprotect(start.cast(), len, ProtFlags::PROT_NONE) }
            .map_err(|errno| SegmentError::System { action: "guard", errno })
    }

    /// Refuses a range that does not lie in the segment.
    pub(crate) fn within(&self, offset: usize, len: usize) -> Result<(), SegmentError> {
        match offset.checked_add(len) {
            Some(end) if end <= self.len() => Ok(()),
            _ => Err(self.outside(offset, len)),
        }
    }

    fn outside(&self, offset: usize, len: usize) -> SegmentError {
        SegmentError::Range { offset, len, segment: self.len() }
    }
}

impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Segment({} bytes)", self.len())
    }
}

/// The size of a page of memory.
pub fn page_size() -> usize {
    sysconf(SysconfVar::PAGE_SIZE).ok().flatten().map_or(4096, |size| size as usize)
}

/// `bytes` rounded up to whole pages; `None` if that overflows.
pub fn whole_pages(bytes: usize) -> Option<usize> {
    bytes.checked_next_multiple_of(page_size())
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
    use super::*;

    #[test]
    fn impossible_sizes_are_refused() {
        for bytes in [0, 1 << 63, u64::MAX, u64::MAX - 4096] {
            assert!(matches!(Segment::create(bytes), Err(SegmentError::Size(_))), "{bytes}");
        }
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
        let allocated = || std::os::unix::fs::MetadataExt::blocks(&segment.file.metadata().unwrap()) * 512;
        assert_eq!(allocated() as usize, 3 * page_size());
        let refused = segment.reserve(0, 1 << 40).unwrap_err();
        assert!(matches!(refused, SegmentError::NoSpace { needed, .. } if needed == 1 << 40), "{refused}");
        assert_eq!(allocated() as usize, 3 * page_size());
    }

    #[test]
    fn ranges_and_guards_are_checked() {
        let page = page_size();
        let segment = Segment::create(4 * page as u64).unwrap();
        for (offset, len) in [(0, 4 * page + 1), (4 * page + 1, 0), (usize::MAX, 2), (4 * page, 1)] {
            assert!(
                matches!(segment.reserve(offset, len), Err(SegmentError::Range { .. })),
                "{offset}+{len}"
            );
            assert!(segment.guard(offset, len).is_err());
        }
        segment.reserve(4 * page, 0).unwrap();
        for (offset, len) in [(1, page), (0, page - 1), (0, 0)] {
            assert!(segment.guard(offset, len).is_err(), "{offset}+{len}");
        }
        segment.guard(page, page).unwrap();
        assert_eq!(whole_pages(1), Some(page));
        assert_eq!(whole_pages(usize::MAX), None);
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
