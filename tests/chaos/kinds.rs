//! The kinds of faults, and how a command may end that meets them.

/// How a command ended: its exit code, or minus the signal that ended it.
pub type Ending = i32;

/// Ended by SIGKILL.
pub const KILLED: Ending = -9;
/// Finished: one point of the job diverges.
pub const FINISHED: Ending = 10;
/// Stopped, or refused since another one works there.
pub const STOPPED: Ending = 75;

/// What is done to processes while they work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Act {
    KillWorker,
    HoldWorker,
    HoldParent,
    HoldAll,
    KillParent,
    /// Its workers are held, and cannot see that it is gone.
    KillParentOfHeld,
    KillAll,
    /// To the parent.
    Signal(&'static str),
    /// To all processes, as batch systems do it.
    SignalAll(&'static str),
    /// Two signals, while workers are held and cannot leave.
    SignalTwice,
}

/// Acts that a run survives.
pub const GENTLE: &[Act] = &[Act::KillWorker, Act::HoldWorker, Act::HoldParent, Act::HoldAll];
/// Acts that end one.
pub const FINAL: &[Act] =
    &[Act::KillParent, Act::KillAll, Act::Signal("TERM"), Act::Signal("INT"), Act::SignalAll("TERM")];

/// A call to the system that fails, by the library before libc.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// In which process, and which function, as in `planted::Fault`.
    pub who: &'static str,
    pub calls: &'static str,
    pub what: &'static str,
    /// The last call at which it may happen: most commands make so many.
    pub last: u64,
    /// How the command may end then.
    pub endings: &'static [Ending],
}

/// A kind of fault.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Act(Act),
    Call(Call),
    /// The run's directory in a file system that has room for a part of the results.
    FullDisk,
    /// /dev/shm smaller than what is needed.
    LittleMemory,
    /// Another run of the same directory.
    Second,
    /// Likewise, where the file system knows no locks.
    SecondWithoutLocks,
}

const fn call(
    who: &'static str,
    calls: &'static str,
    what: &'static str,
    last: u64,
    endings: &'static [Ending],
) -> Kind {
    Kind::Call(Call { who, calls, what, last, endings })
}

/// The function that reserves memory of the segment, as the library calls it.
pub const ALLOCATE: &str = "allocate";

/// All kinds, with their names.
#[rustfmt::skip] // a line a kind
pub const KINDS: &[(&str, Kind)] = &[
    ("a worker killed",                       Kind::Act(Act::KillWorker)),
    ("a worker held for a while",             Kind::Act(Act::HoldWorker)),
    ("the parent held for a while",           Kind::Act(Act::HoldParent)),
    ("all held for a while",                  Kind::Act(Act::HoldAll)),
    ("the parent killed",                     Kind::Act(Act::KillParent)),
    ("the parent killed, workers held",       Kind::Act(Act::KillParentOfHeld)),
    ("all killed at once",                    Kind::Act(Act::KillAll)),
    ("TERM to the parent",                    Kind::Act(Act::Signal("TERM"))),
    ("INT to the parent",                     Kind::Act(Act::Signal("INT"))),
    ("TERM to all",                           Kind::Act(Act::SignalAll("TERM"))),
    ("two signals, workers held",             Kind::Act(Act::SignalTwice)),
    ("a full disk, for the parent",           call("parent", "write rename", "half", 24, &[73, 74])),
    ("a full disk, for a worker",             call("worker", "", "half", 20, &[74])),
    ("a failed sync",                         call("parent", "fsync", "EIO", 20, &[73, 74])),
    ("a file that cannot be made",            call("parent", "create", "ENOSPC", 12, &[73, 74])),
    ("a short write of the parent",           call("parent", "write", "short", 16, &[])),
    ("a short write of a worker",             call("worker", "write", "short", 20, &[])),
    ("an interrupted call",                   call("parent", "write fsync create", "EINTR", 30, &[])),
    ("the parent killed at a call",           call("parent", "", "kill", 60, &[KILLED])),
    ("a worker killed at a call",             call("worker", "", "kill", 20, &[])),
    ("memory refused to the parent",          call("parent", ALLOCATE, "ENOSPC", 1, &[71])),
    ("memory refused to a worker",            call("worker", ALLOCATE, "ENOSPC", 1, &[71])),
    ("a full disk: a small file system",      Kind::FullDisk),
    ("a small /dev/shm",                      Kind::LittleMemory),
    ("two runs at once",                      Kind::Second),
    ("two runs at once, without locks",       Kind::SecondWithoutLocks),
];

/// The name of an act, as in [`KINDS`].
pub fn name_of(act: Act) -> &'static str {
    let is = |kind: &Kind| matches!(kind, Kind::Act(other) if *other == act);
    KINDS.iter().find(|(_, kind)| is(kind)).expect("every act is a kind").0
}

impl Act {
    /// How a command may end that meets it.
    pub fn endings(self) -> &'static [Ending] {
        match self {
            Act::KillWorker | Act::HoldWorker | Act::HoldParent | Act::HoldAll => &[],
            Act::KillParent | Act::KillParentOfHeld | Act::KillAll => &[KILLED],
            Act::Signal(_) | Act::SignalAll(_) | Act::SignalTwice => &[STOPPED],
        }
    }
}
