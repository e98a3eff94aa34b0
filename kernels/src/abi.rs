//! The interface between kernel and host as Rust sees it; `abi/kernel.h` and `abi/phases.h` say the same in C.

/// Version of the interface.
pub const VERSION: u32 = crate::c::ABI;

/// Head of an arena; see `abi/kernel.h` for the meaning of each entry.
#[repr(C)]
#[derive(Debug, Clone, Copy, Default)]
#[allow(missing_docs)]
pub struct Header {
    pub struct_size: u64,
    pub abi: u32,
    pub reserved: u32,
    pub plan: u64,
    pub rows: u64,
    pub stride: u64,
    pub lanes: i64,
    pub lanes_per_block: i64,
    pub n_steps: i64,
    pub block: i64,
    pub step: i64,
    pub stop: i64,
    pub progress: i64,
    pub dt: f64,
    pub neuron_updates: i64,
    pub synaptic_events: i64,
    pub events_used: i64,
    pub events_room: i64,
    pub records_used: i64,
    pub records_room: i64,
}

impl Header {
    /// Bytes of the struct, as written into it.
    pub const SIZE: u64 = size_of::<Header>() as u64;
    /// Byte offset of `stop`, which the parent sets from outside.
    pub const STOP: u64 = std::mem::offset_of!(Header, stop) as u64;
    /// Byte offset of `progress`, which the parent watches.
    pub const PROGRESS: u64 = std::mem::offset_of!(Header, progress) as u64;
}

/// The cause of a lane's end, beside the variable's number: the error of an inner step stays above what is tolerated.
/// 0: a value is not finite.
pub const INACCURATE: i64 = 1;

/// Why `advance` returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// All steps of all lanes are done.
    Done,
    /// A buffer must be drained first.
    Full,
    /// The step budget is used up or a stop was asked for.
    Stopped,
    /// A variable is not finite (coupled batches; lanes only note it).
    Diverged,
    /// Kernel and host disagree about the header.
    BadHeader,
    /// A Poisson rate is negative, not a number, or more than one spike a step.
    BadRate,
}

impl Reason {
    /// From the kernel's number.
    pub fn from_code(code: i32) -> Option<Reason> {
        use Reason::{BadHeader, BadRate, Diverged, Done, Full, Stopped};
        [Done, Full, Stopped, Diverged, BadHeader, BadRate].into_iter().nth(usize::try_from(code).ok()?)
    }
}

/// Why a rule cannot make its synapses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// An index does not exist.
    Index,
    /// A bound of an iteration is no whole number.
    Bound,
    /// An iteration has step 0.
    Step,
    /// A sample is not of a possible size.
    Size,
    /// A degree is not possible.
    Degree,
}

/// Where the making of synapses ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unmade {
    /// Why.
    pub cause: Cause,
    /// The rule of the object.
    pub rule: usize,
    /// The neuron for which it was done: a source, or a target where sources are generated.
    pub neuron: i64,
    /// The value that cannot be.
    pub value: f64,
}

impl Unmade {
    /// From the four words that a kernel leaves.
    pub fn from_words([cause, rule, neuron, value]: [i64; 4]) -> Unmade {
        let causes = [Cause::Index, Cause::Bound, Cause::Step, Cause::Size, Cause::Degree];
        let cause = causes.get(cause as usize).copied().unwrap_or(Cause::Index);
        Unmade { cause, rule: rule as usize, neuron, value: f64::from_bits(value as u64) }
    }
}

/// What a kernel exports.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub struct Table {
    pub struct_size: u64,
    pub abi: u32,
    pub reserved: u32,
    pub layout: u64,
    pub prepare: unsafe extern "C" fn(*mut u8, u64, i64) -> i32,
    pub count: unsafe extern "C" fn(*mut u8, u64, i64, i64, i64, *mut i64) -> i64,
    pub fill: unsafe extern "C" fn(*mut u8, u64, i64, i64, i64, *mut i64) -> i64,
    pub advance: unsafe extern "C" fn(*mut u8, u64, i64) -> i32,
}

/// What a kernel of a model with phases exports besides.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub struct Phases {
    pub struct_size: u64,
    pub enter: unsafe extern "C" fn(*mut u8, u64, i64, i64) -> i32,
}
