//! The pages of a segment where tests run under Miri, which maps no files: memory of this process, zeroed as theirs is.

use super::{SegmentError, page_size};
use std::alloc::{Layout, alloc_zeroed, dealloc};

/// Pages of this process alone.
pub(super) struct Pages {
    base: *mut u8,
    layout: Layout,
}

impl Pages {
    /// Allocates so many bytes, whole pages.
    pub fn create(size: usize) -> Result<Pages, SegmentError> {
        let layout =
            Layout::from_size_align(size, page_size()).map_err(|_| SegmentError::Size(size as u64))?;
        // SAFETY: the size is not 0.
        let base = unsafe { alloc_zeroed(layout) };
        if base.is_null() { Err(SegmentError::Size(size as u64)) } else { Ok(Pages { base, layout }) }
    }

    /// The first byte.
    pub fn base(&self) -> *mut u8 {
        self.base
    }

    /// Bytes allocated.
    pub fn len(&self) -> usize {
        self.layout.size()
    }

    /// All of them are there.
    pub fn reserve(&self, _: usize, _: usize) -> Result<(), SegmentError> {
        Ok(())
    }

    /// Nothing is kept off.
    ///
    /// # Safety
    /// None is needed; that of shared memory has to do more.
    // SAFETY: nothing is done.
    pub unsafe fn shut(&self, _: usize, _: usize) -> Result<(), SegmentError> {
        Ok(())
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: allocated with this layout, and nothing that borrows the segment is left.
        unsafe { dealloc(self.base, self.layout) }
    }
}
