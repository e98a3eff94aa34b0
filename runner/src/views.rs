//! Typed views of the segment: `ndarray` views and atomics over checked ranges. As with a `RefCell`, who reads and
//! who writes is kept in a ledger while the program runs: a range is either written by one view, or read by any
//! number, or made of atomics. The ledger knows this process only; between processes the run's protocol holds: a
//! worker writes its own arena and no one else's, the parent reads a result only after the message that says it is
//! there, and words that change under a reader are atomics.
//! Refuses ranges outside the segment, wrong alignment, and overlaps that break the rule above.

use crate::segment::{Segment, SegmentError};
use ndarray::{ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2};
use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64};
use thiserror::Error;

/// Why there is no such view.
#[derive(Debug, Error)]
pub enum ViewError {
    /// The range is not one of the segment's.
    #[error(transparent)]
    Range(#[from] SegmentError),
    /// The offset is not a multiple of the element's alignment, or the length in bytes overflows.
    #[error("offset {offset} does not suit {count} elements of {alignment} bytes")]
    Alignment {
        /// Where it starts.
        offset: usize,
        /// Elements asked for.
        count: usize,
        /// What the offset must be a multiple of.
        alignment: usize,
    },
    /// Somebody in this process has a view that excludes this one.
    #[error("bytes {offset}+{len} are in use by another view")]
    InUse {
        /// Where it starts.
        offset: usize,
        /// Its length in bytes.
        len: usize,
    },
    /// The elements do not make whole rows.
    #[error("{count} elements do not make rows of {columns}")]
    Shape {
        /// Elements there are.
        count: usize,
        /// Elements in a row.
        columns: usize,
    },
}

/// Numbers that any pattern of bits is a value of.
pub trait Plain: Copy + sealed::Sealed + 'static {}

mod sealed {
    pub trait Sealed {}
}

macro_rules! plain {
    ($($number:ty)*) => { $(impl sealed::Sealed for $number {} impl Plain for $number {})* };
}
plain!(f64 f32 i64 i32 u64 u32 u8);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Reading,
    Writing,
    Atomic(usize),
    Guarded,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    key: u64,
    start: usize,
    end: usize,
    kind: Use,
}

/// Who uses which bytes in this process.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: RefCell<Vec<Entry>>,
    next: Cell<u64>,
}

impl Ledger {
    fn enter(&self, start: usize, len: usize, kind: Use) -> Result<u64, ViewError> {
        if len == 0 {
            return Ok(u64::MAX); // nothing to keep apart
        }
        let end = start + len;
        let mut entries = self.entries.borrow_mut();
        for entry in entries.iter().filter(|entry| entry.start < end && start < entry.end) {
            if entry.kind != kind || kind == Use::Writing {
                return Err(ViewError::InUse { offset: start, len });
            }
            if matches!(kind, Use::Atomic(_)) && entry.start <= start && end <= entry.end {
                return Ok(entry.key); // atomics stay entered; one entry is enough
            }
        }
        let key = self.next.get();
        self.next.set(key + 1);
        entries.push(Entry { key, start, end, kind });
        Ok(key)
    }

    fn leave(&self, key: u64) {
        self.entries.borrow_mut().retain(|entry| entry.key != key);
    }

    /// Keeps views off bytes that are about to become inaccessible, for good; false if there is one already.
    pub(crate) fn shut(&self, start: usize, len: usize) -> bool {
        self.enter(start, len, Use::Guarded).is_ok()
    }

    fn overlaps(&self, start: usize, len: usize) -> bool {
        self.entries.borrow().iter().any(|entry| entry.start < start + len && start < entry.end)
    }
}

/// Elements of the segment lent for reading.
pub struct Reading<'s, T> {
    lease: Lease<'s, T>,
}

/// Elements of the segment lent for reading and writing, to one holder.
pub struct Writing<'s, T> {
    lease: Lease<'s, T>,
}

struct Lease<'s, T> {
    segment: &'s Segment,
    start: *mut T,
    count: usize,
    key: u64,
    elements: PhantomData<&'s [T]>,
}

impl<T> Drop for Lease<'_, T> {
    fn drop(&mut self) {
        self.segment.ledger.leave(self.key);
    }
}

impl<T: Plain> Lease<'_, T> {
    fn slice(&self) -> &[T] {
        // SAFETY: `lend` checked that the elements lie in the mapping, which outlives the lease, and their
        // alignment; any bits are a value of T; the ledger keeps writers of this process away while the lease lives.
        unsafe { std::slice::from_raw_parts(self.start, self.count) }
    }

    fn rows(&self, columns: usize) -> Result<(usize, usize), ViewError> {
        if columns == 0 || !self.count.is_multiple_of(columns) {
            return Err(ViewError::Shape { count: self.count, columns });
        }
        Ok((self.count / columns, columns))
    }
}

impl<T: Plain> Reading<'_, T> {
    /// The elements.
    pub fn slice(&self) -> &[T] {
        self.lease.slice()
    }

    /// The elements as a vector.
    pub fn view(&self) -> ArrayView1<'_, T> {
        ArrayView1::from(self.slice())
    }

    /// The elements as rows of `columns`.
    pub fn rows(&self, columns: usize) -> Result<ArrayView2<'_, T>, ViewError> {
        let shape = self.lease.rows(columns)?;
        ArrayView2::from_shape(shape, self.slice())
            .map_err(|_| ViewError::Shape { count: self.lease.count, columns })
    }
}

impl<T: Plain> Writing<'_, T> {
    /// The elements.
    pub fn slice(&self) -> &[T] {
        self.lease.slice()
    }

    /// The elements, to be changed.
    pub fn slice_mut(&mut self) -> &mut [T] {
        // SAFETY: as in `Lease::slice`; and the ledger lets no other view of this process overlap a `Writing`, of
        // which `&mut self` is the only access.
        unsafe { std::slice::from_raw_parts_mut(self.lease.start, self.lease.count) }
    }

    /// The elements as a vector, to be changed.
    pub fn view_mut(&mut self) -> ArrayViewMut1<'_, T> {
        ArrayViewMut1::from(self.slice_mut())
    }

    /// The elements as rows of `columns`, to be changed.
    pub fn rows_mut(&mut self, columns: usize) -> Result<ArrayViewMut2<'_, T>, ViewError> {
        let count = self.lease.count;
        let shape = self.lease.rows(columns)?;
        ArrayViewMut2::from_shape(shape, self.slice_mut()).map_err(|_| ViewError::Shape { count, columns })
    }
}

impl Segment {
    /// Lends `count` elements at `offset` for reading.
    pub fn read<T: Plain>(&self, offset: usize, count: usize) -> Result<Reading<'_, T>, ViewError> {
        Ok(Reading { lease: self.lend(offset, count, Use::Reading)? })
    }

    /// Lends `count` elements at `offset` for writing.
    pub fn write<T: Plain>(&self, offset: usize, count: usize) -> Result<Writing<'_, T>, ViewError> {
        Ok(Writing { lease: self.lend(offset, count, Use::Writing)? })
    }

    /// Whether a view of this process touches a range: to be asked before others write there (a kernel).
    pub fn in_use(&self, offset: usize, len: usize) -> bool {
        self.ledger.overlaps(offset, len)
    }

    fn lend<T: Plain>(&self, offset: usize, count: usize, kind: Use) -> Result<Lease<'_, T>, ViewError> {
        let (start, len) = self.locate::<T>(offset, count)?;
        let key = self.ledger.enter(offset, len, kind)?;
        Ok(Lease { segment: self, start, count, key, elements: PhantomData })
    }

    /// Checks range and alignment of `count` elements.
    fn locate<T>(&self, offset: usize, count: usize) -> Result<(*mut T, usize), ViewError> {
        let alignment = align_of::<T>();
        let unsuited = ViewError::Alignment { offset, count, alignment };
        let Some(len) = count.checked_mul(size_of::<T>()) else { return Err(unsuited) };
        if !offset.is_multiple_of(alignment) {
            return Err(unsuited);
        }
        self.within(offset, len)?;
        Ok((self.base().wrapping_add(offset).cast(), len))
    }
}

macro_rules! atomics {
    ($($name:ident $atomic:ty;)*) => { impl Segment { $(
        #[doc = concat!("`count` words at `offset`, as [`", stringify!($atomic), "`].")]
        pub fn $name(&self, offset: usize, count: usize) -> Result<&[$atomic], ViewError> {
            let (start, len) = self.locate::<$atomic>(offset, count)?;
            self.ledger.enter(offset, len, Use::Atomic(size_of::<$atomic>()))?;
            // SAFETY: range and alignment were checked, any bits are a value, the mapping lives as long as self, and
            // the ledger keeps these bytes from ever being viewed as anything but atomics of this width.
            Ok(unsafe { std::slice::from_raw_parts(start, count) })
        }
    )* } };
}
atomics! {
    atomics_u32 AtomicU32;
    atomics_u64 AtomicU64;
    atomics_i64 AtomicI64;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::atomic::Ordering;

    fn segment() -> Segment {
        Segment::create(4 * 4096).unwrap()
    }

    #[test]
    fn views_see_one_memory() {
        let segment = segment();
        let mut writer = segment.write::<f64>(64, 6).unwrap();
        writer.rows_mut(3).unwrap()[[1, 2]] = 7.5;
        writer.view_mut()[0] = -1.0;
        drop(writer);
        let reader = segment.read::<f64>(64, 6).unwrap();
        assert_eq!(reader.rows(2).unwrap()[[2, 1]], 7.5);
        assert_eq!(reader.view()[0], -1.0);
        assert!(matches!(reader.rows(4), Err(ViewError::Shape { count: 6, columns: 4 })));
        drop(reader);
        segment.atomics_i64(1024, 2).unwrap()[1].store(-5, Ordering::Relaxed);
        assert_eq!(segment.atomics_i64(1032, 1).unwrap()[0].load(Ordering::Relaxed), -5);
    }

    #[test]
    fn what_excludes_what() {
        let segment = segment();
        let reading = segment.read::<i32>(0, 4).unwrap();
        let second = segment.read::<i32>(8, 4).unwrap();
        assert!(matches!(segment.write::<i32>(12, 1), Err(ViewError::InUse { .. })));
        assert!(matches!(segment.atomics_u32(0, 1), Err(ViewError::InUse { .. })));
        drop((reading, second));
        let writing = segment.write::<i32>(0, 4).unwrap();
        assert!(matches!(segment.read::<i32>(0, 1), Err(ViewError::InUse { .. })));
        assert!(matches!(segment.write::<i32>(12, 1), Err(ViewError::InUse { .. })));
        assert!(segment.write::<i32>(16, 1).is_ok());
        assert!(segment.read::<i32>(4, 0).is_ok());
        drop(writing);
        segment.atomics_u32(0, 4).unwrap();
        assert!(matches!(segment.read::<u32>(12, 1), Err(ViewError::InUse { .. })));
        assert!(matches!(segment.atomics_u64(8, 1), Err(ViewError::InUse { .. })));
        segment.guard(4096, 4096).unwrap();
        assert!(matches!(segment.read::<u8>(8191, 1), Err(ViewError::InUse { .. })));
        let kept = segment.read::<u8>(8192, 1).unwrap();
        assert!(segment.guard(8192, 4096).is_err());
        drop(kept);
        assert!(!segment.in_use(8192, 4096) && segment.in_use(0, 1));
    }

    proptest! {
        #[test]
        fn only_ranges_inside_and_aligned_are_lent(offset in prop_oneof![0usize..20_000, Just(usize::MAX - 7)],
                                                   count in prop_oneof![0usize..3000, Just(usize::MAX / 8), Just(usize::MAX)]) {
            let segment = segment();
            let fits = count.checked_mul(8).and_then(|len| offset.checked_add(len)).is_some_and(|end| end <= 16_384);
            let lent = segment.write::<u64>(offset, count);
            prop_assert_eq!(lent.is_ok(), fits && offset % 8 == 0);
            if let Ok(mut lent) = lent {
                lent.slice_mut().fill(3);
                prop_assert_eq!(lent.slice().len(), count);
            }
        }
    }
}
