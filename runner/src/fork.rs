//! The only place that forks. A child dies with its parent, has its own process group, leaves signals to the
//! parent, is the first the kernel kills when memory runs out, runs its closure and leaves by `_exit`.
//! Refuses to fork a process that has a second thread.

use crate::{cpus, signals};
use nix::errno::Errno;
use nix::libc;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork as system_fork, getpid, getppid, pipe2, setpgid};
use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use thiserror::Error;

/// The exit code of a child whose closure panicked (where panics unwind).
pub const PANICKED: i32 = 101;

/// Why there is no child.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ForkError {
    /// This process has several threads.
    #[error("a process with {0} threads must not fork (a fault of spikesweep)")]
    Threads(usize),
    /// The operating system refused.
    #[error("the system refused to start a worker: {0}")]
    System(#[from] Errno),
}

/// How a child is set up.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The signal mask it gets.
    pub mask: SigSet,
    /// The CPU it is pinned to.
    pub cpu: Option<usize>,
}

/// A running child. Dropping it only forgets it: see [`Child::kill`] and [`Child::reap`].
#[derive(Debug)]
pub struct Child {
    /// Its process id, which stays its own until it is reaped.
    pub pid: Pid,
    end: OwnedFd,
}

impl AsFd for Child {
    /// Becomes readable (or hangs up) when the child has ended.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.end.as_fd()
    }
}

impl Child {
    /// Kills it at once.
    pub fn kill(&self) {
        let _ = kill(self.pid, Signal::SIGKILL);
    }

    /// How it ended, if it has.
    pub fn try_reap(&self) -> Option<WaitStatus> {
        match waitpid(self.pid, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::StillAlive) | Err(Errno::EINTR) => None,
            Ok(status) => Some(status),
            Err(_) => Some(WaitStatus::Exited(self.pid, 0)), // reaped by somebody else: it is gone
        }
    }

    /// Waits for its end.
    pub fn reap(&self) -> WaitStatus {
        loop {
            match waitpid(self.pid, None) {
                Err(Errno::EINTR) => continue,
                Ok(status) => return status,
                Err(_) => return WaitStatus::Exited(self.pid, 0),
            }
        }
    }

    /// Whether a signal (SIGSTOP) or a debugger holds it.
    pub fn is_stopped(&self) -> bool {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.trim_start().chars().next());
        matches!(state, Some('T' | 't'))
    }
}

/// Forks. The child runs `run` and exits with its result; the parent gets the child.
pub fn fork(setup: &Setup, run: impl FnOnce() -> i32) -> Result<Child, ForkError> {
    one_thread()?;
    let parent = getpid();
    // Kernels before 5.3 have no pidfd_open: there, the reading end of a pipe hangs up when the child ends.
    let pipe = if has_pidfd() { None } else { Some(pipe2(nix::fcntl::OFlag::O_CLOEXEC)?) };
    // SAFETY: this process has one thread (checked above), so the child may do whatever the parent may.
    match unsafe { system_fork() }? {
        ForkResult::Child => {
            let writing = pipe.map(|(_, writing)| writing);
            become_worker(setup, parent);
            let code = catch_unwind(AssertUnwindSafe(run)).unwrap_or(PANICKED);
            std::mem::forget(writing);
            exit_now(code)
        }
        ForkResult::Parent { child } => {
            let end = match pipe {
                Some((reading, _)) => Ok(reading),
                None => pidfd_open(child),
            };
            end.map(|end| Child { pid: child, end }).map_err(|errno| {
                let _ = kill(child, Signal::SIGKILL);
                let _ = waitpid(child, None);
                ForkError::System(errno)
            })
        }
    }
}

fn become_worker(setup: &Setup, parent: Pid) {
    let _ = setpgid(Pid::from_raw(0), Pid::from_raw(0));
    // The parent may have died before the request: then nobody will send the signal.
    if set_pdeathsig(Signal::SIGKILL).is_err() || getppid() != parent {
        exit_now(0);
    }
    signals::become_worker(&setup.mask);
    let _ = fs::write("/proc/self/oom_score_adj", "1000");
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_CORE) {
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, hard); // a core would hold the whole segment
    }
    if let Some(cpu) = setup.cpu {
        cpus::pin(cpu);
    }
}

/// Ends this process without running any destructor or exit handler of the parent's.
fn exit_now(code: i32) -> ! {
    // SAFETY: `_exit` may be called at any time; that nothing is cleaned up is what is wanted.
    unsafe { libc::_exit(code) }
}

/// A thread that was joined may be listed for a moment longer, hence the patience.
fn one_thread() -> Result<(), ForkError> {
    let mut threads = 0;
    for _ in 0..50 {
        // No descriptor left to look with is the system's refusal, not a second thread.
        let refused = |error: io::Error| error.raw_os_error().map_or(Errno::EIO, Errno::from_raw);
        threads = fs::read_dir("/proc/self/task").map_err(refused)?.count();
        if threads == 1 {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Err(ForkError::Threads(threads))
}

fn has_pidfd() -> bool {
    !matches!(pidfd_open(getpid()), Err(Errno::ENOSYS | Errno::EPERM))
}

fn pidfd_open(pid: Pid) -> Result<OwnedFd, Errno> {
    // SAFETY: the call takes two numbers and touches no memory of ours.
    let descriptor = unsafe { libc::syscall(libc::SYS_pidfd_open, pid.as_raw(), 0) };
    // SAFETY: a descriptor that was just opened has no other owner. (The kernel sets close-on-exec.)
    Errno::result(descriptor).map(|descriptor| unsafe { OwnedFd::from_raw_fd(descriptor as i32) })
}
