//! Loads compiled kernels. The only file of this crate that runs foreign code; it refuses kernels of another version,
//! another layout, or without the table.

use std::ops::Range;
use std::path::Path;

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

use crate::abi::{Phases, Reason, Table, Unmade, VERSION};

/// Why a kernel cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The system's loader refused it.
    #[error("cannot load the kernel: {0}")]
    Loader(#[from] libloading::Error),
    /// It was built for another interface or another model.
    #[error("the kernel is of another build: {what} is {found}, expected {expected}")]
    Foreign {
        /// What differs.
        what: &'static str,
        /// The kernel's.
        found: u64,
        /// Ours.
        expected: u64,
    },
}

/// A kernel in this process; it stays loaded until the process ends, since its code may be in use anywhere.
#[derive(Debug, Clone, Copy)]
pub struct Loaded {
    table: Table,
    /// Of models with phases.
    phases: Option<Phases>,
}

/// Loads a shared object and checks that it is the kernel that was asked for.
pub fn load(path: &Path, layout: u64) -> Result<Loaded, LoadError> {
    // SAFETY: the file was written by our own compile step and its hash was checked by the cache; it has no
    // initialisers, since it is compiled from our C alone.
    let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }?;
    // SAFETY: the symbol is a constant `ss_kernel`; only its first two entries are trusted before they are checked.
    let table: *const Table =
        unsafe { library.get::<*const Table>(b"spikesweep_kernel\0") }?.into_raw().cast();
    // SAFETY: every version of the table begins with its size in 8 bytes and its version in 4.
    let (size, abi) = unsafe { (table.cast::<u64>().read(), table.cast::<u32>().add(2).read()) };
    agree("the size of its table", size, size_of::<Table>() as u64)?;
    agree("its interface version", u64::from(abi), u64::from(VERSION))?;
    // SAFETY: size and version agree, so this is our table.
    let table = unsafe { table.read() };
    agree("its layout", table.layout, layout)?;
    let phases = phases(&library)?;
    std::mem::forget(library);
    Ok(Loaded { table, phases })
}

/// The table of a model with phases, if this is one.
fn phases(library: &Library) -> Result<Option<Phases>, LoadError> {
    // SAFETY: where the symbol exists, it is a constant `ss_phases`; only its first entry is trusted before it is checked.
    let Ok(symbol) = (unsafe { library.get::<*const Phases>(b"spikesweep_phases\0") }) else {
        return Ok(None);
    };
    let table: *const Phases = symbol.into_raw().cast();
    // SAFETY: the table begins with its size in 8 bytes.
    agree("the size of its phases", unsafe { table.cast::<u64>().read() }, size_of::<Phases>() as u64)?;
    // SAFETY: the size agrees, so this is our table.
    Ok(Some(unsafe { table.read() }))
}

fn agree(what: &'static str, found: u64, expected: u64) -> Result<(), LoadError> {
    if found == expected { Ok(()) } else { Err(LoadError::Foreign { what, found, expected }) }
}

/// The memory that a kernel works on.
#[derive(Debug, Clone, Copy)]
pub struct Arena {
    /// Start of the mapped segment.
    pub base: *mut u8,
    /// Offset of the arena in it.
    pub offset: u64,
}

impl Loaded {
    /// Sets initial values of a lane. False: a rate is impossible.
    ///
    /// # Safety
    /// `arena` must hold a header and a plan laid out by `layout` for this kernel, inside mapped memory.
    // SAFETY: what the caller owes is said above.
    pub unsafe fn prepare(&self, arena: Arena, lane: i64) -> bool {
        // SAFETY: passed on to the caller.
        unsafe { (self.table.prepare)(arena.base, arena.offset, lane) == 0 }
    }

    /// Begins a phase in a lane. False: a rate is impossible.
    ///
    /// # Safety
    /// As `advance`, with the phase's parameters in the rows and its steps in the header.
    ///
    /// # Panics
    /// Where the kernel is of a model without phases.
    // SAFETY: what the caller owes is said above.
    pub unsafe fn enter(&self, arena: Arena, lane: i64, phase: i64) -> bool {
        let phases = self.phases.expect("the kernel of a model with phases has their table");
        // SAFETY: passed on to the caller.
        unsafe { (phases.enter)(arena.base, arena.offset, lane, phase) == 0 }
    }

    /// Counts the synapses of these rows of an object, and leaves the number of each where its start will be.
    ///
    /// # Safety
    /// As `prepare`, with the row starts placed and lane 0 prepared; nobody else counts these rows.
    // SAFETY: what the caller owes is said above.
    pub unsafe fn count(&self, arena: Arena, object: usize, rows: Range<u64>) -> Result<u64, Unmade> {
        let mut place = [0; 4];
        let (from, to) = (rows.start as i64, rows.end as i64);
        // SAFETY: passed on to the caller.
        let count = unsafe {
            (self.table.count)(arena.base, arena.offset, object as i64, from, to, place.as_mut_ptr())
        };
        u64::try_from(count).map_err(|_| Unmade::from_words(place))
    }

    /// Writes the synapses of these rows of an object.
    ///
    /// # Safety
    /// As `count`, with the starts of rows in place, and the arrays of synapses placed for as many as were counted.
    // SAFETY: what the caller owes is said above.
    pub unsafe fn fill(&self, arena: Arena, object: usize, rows: Range<u64>) {
        let mut place = [0; 4];
        let (from, to) = (rows.start as i64, rows.end as i64);
        // SAFETY: passed on to the caller.
        unsafe { (self.table.fill)(arena.base, arena.offset, object as i64, from, to, place.as_mut_ptr()) };
    }

    /// Advances a batch by at most so many steps (of a block of lanes).
    ///
    /// # Safety
    /// As `prepare`, with everything placed and prepared, and connectivity complete.
    // SAFETY: what the caller owes is said above.
    pub unsafe fn advance(&self, arena: Arena, most_steps: i64) -> Reason {
        // SAFETY: passed on to the caller.
        let code = unsafe { (self.table.advance)(arena.base, arena.offset, most_steps) };
        Reason::from_code(code).unwrap_or(Reason::BadHeader)
    }
}
