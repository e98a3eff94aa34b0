//! In builds with the feature `redzones`, bytes that belong to no array lie behind each array of the segment; the address
//! sanitizer, if it is loaded, is told of them here, so that it ends a kernel that touches them (`tests/sanitizers`). In
//! all other builds there are none, and nothing is done.

use std::ffi::{CStr, c_void};
use std::sync::OnceLock;

use kernels::layout::{REDZONE, redzone};
use nix::libc;

use crate::segment::{Segment, SegmentError};

/// What the sanitizer is asked to do with some bytes.
type Mark = unsafe extern "C" fn(*const c_void, usize);

/// Tells the sanitizer that arrays of so many bytes lie at these offsets, each with a redzone behind it.
pub fn tell(segment: &Segment, arrays: impl IntoIterator<Item = (u64, u64)>) -> Result<(), SegmentError> {
    if REDZONE == 0 {
        return Ok(());
    }
    static SANITIZER: OnceLock<Option<[Mark; 2]>> = OnceLock::new();
    let sanitizer = SANITIZER.get_or_init(|| {
        Some([function(c"__asan_unpoison_memory_region")?, function(c"__asan_poison_memory_region")?])
    });
    let Some([open, shut]) = sanitizer else { return Ok(()) };
    for (offset, bytes) in arrays {
        for (mark, bytes) in [(open, offset..offset + bytes), (shut, redzone(offset, bytes))] {
            let (start, len) = (bytes.start as usize, (bytes.end - bytes.start) as usize);
            segment.within(start, len)?;
            // SAFETY: the bytes lie in the mapping; the sanitizer notes it in memory of its own, and touches none of them.
            unsafe { mark(segment.base().wrapping_add(start).cast(), len) };
        }
    }
    Ok(())
}

/// A function of the sanitizer, if it is loaded.
fn function(name: &CStr) -> Option<Mark> {
    // SAFETY: the name ends with a zero, and dlsym only looks for it.
    let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    // SAFETY: an address or null, which is `None`; both functions are declared so in sanitizer/asan_interface.h.
    unsafe { std::mem::transmute::<*mut c_void, Option<Mark>>(found) }
}
