//! The segment: the one piece of shared memory of a run. Its name in /dev/shm is gone before anything is put into
//! it, so that nothing is left behind whatever dies; its size is virtual until a range is reserved, and a range
//! that cannot be had is an error there, not a SIGBUS later. Only offsets are ever stored in it.
//! Refuses sizes of 0 or beyond the address space, ranges outside it, and what the system has no memory for.

#[cfg_attr(miri, path = "segment/heap.rs")]
mod pages;

use crate::memory::Size;
use crate::views::Ledger;
use nix::errno::Errno;
use nix::unistd::{SysconfVar, sysconf};
use pages::Pages;
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
    pages: Pages,
    pub(crate) ledger: Ledger,
}

impl Segment {
    /// Creates and maps a segment of at least `bytes` (rounded up to pages). Nothing is reserved yet.
    pub fn create(bytes: u64) -> Result<Segment, SegmentError> {
        let page = page_size() as u64;
        let size = bytes.checked_next_multiple_of(page).filter(|&size| size > 0 && size <= i64::MAX as u64);
        let size = size.and_then(|size| usize::try_from(size).ok()).ok_or(SegmentError::Size(bytes))?;
        Ok(Segment { pages: Pages::create(size)?, ledger: Ledger::default() })
    }

    /// The first byte. Differs between runs, is the same in all processes of one run.
    pub fn base(&self) -> *mut u8 {
        self.pages.base()
    }

    /// Bytes mapped (not: reserved).
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Never: a segment has at least a page.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Allocates the pages of a range, on the memory of the CPU that calls, or fails without a trace.
    pub fn reserve(&self, offset: usize, len: usize) -> Result<(), SegmentError> {
        self.within(offset, len)?;
        if len == 0 { Ok(()) } else { self.pages.reserve(offset, len) }
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
        // SAFETY: the pages lie inside our own mapping (checked above), which lives as long as self, and the
        // ledger says that no view of them exists, nor ever will.
        unsafe { self.pages.shut(offset, len) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_sizes_are_refused() {
        for bytes in [0, 1 << 63, u64::MAX, u64::MAX - 4096] {
            assert!(matches!(Segment::create(bytes), Err(SegmentError::Size(_))), "{bytes}");
        }
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
}
