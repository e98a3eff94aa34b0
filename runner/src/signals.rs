//! Signals as events: TERM, INT, HUP and USR1 are blocked and read from a descriptor, so that they arrive in the
//! one poll loop and nowhere else. SIGXFSZ and SIGPIPE are ignored, so that they are errors of a write.
//! Refuses nothing of its own; a HUP or INT that the process was started to ignore (nohup, `&`) stays ignored.

use nix::sys::signal::{SigHandler, SigSet, SigmaskHow, Signal, signal, sigprocmask};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use std::fs;
use std::os::fd::{AsFd, BorrowedFd};

/// The signals that ask a run to stop.
pub const STOPPING: [Signal; 4] = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGUSR1];

/// Signals blocked and readable. Dropping it restores the mask.
#[derive(Debug)]
pub struct Signals {
    descriptor: SignalFd,
    original: SigSet,
}

impl Signals {
    /// Blocks the stopping signals of this thread, which must be the only one, and opens the descriptor.
    pub fn install() -> nix::Result<Signals> {
        ignore(&[Signal::SIGXFSZ, Signal::SIGPIPE]);
        let mut wanted = SigSet::empty();
        let ignored = ignored_at_start();
        STOPPING
            .into_iter()
            .filter(|&signal| ignored & (1 << (signal as u32 - 1)) == 0)
            .for_each(|s| wanted.add(s));
        let descriptor = SignalFd::with_flags(&wanted, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
        let mut original = SigSet::empty();
        sigprocmask(SigmaskHow::SIG_BLOCK, Some(&wanted), Some(&mut original))?;
        Ok(Signals { descriptor, original })
    }

    /// The next signal that has arrived, if any. Never blocks.
    pub fn next(&self) -> Option<Signal> {
        let info = self.descriptor.read_signal().ok().flatten()?;
        Signal::try_from(info.ssi_signo as i32).ok()
    }

    /// The mask as it was before: for children.
    pub fn original(&self) -> SigSet {
        self.original
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        let _ = sigprocmask(SigmaskHow::SIG_SETMASK, Some(&self.original), None);
    }
}

/// In a worker: the parent alone decides when to stop, whoever the signal was sent to.
pub(crate) fn become_worker(original: &SigSet) {
    ignore(&STOPPING);
    let _ = sigprocmask(SigmaskHow::SIG_SETMASK, Some(original), None);
}

fn ignore(signals: &[Signal]) {
    for &which in signals {
        // SAFETY: SIG_IGN installs no handler, so no code of ours ever runs in a signal context.
        let _ = unsafe { signal(which, SigHandler::SigIgn) };
    }
}

/// The mask of ignored signals, bit number - 1.
fn ignored_at_start() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
