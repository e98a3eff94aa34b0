//! Processes that make parts of the connectivity that all points share, before there are workers.
//!
//! They write to the segment only, and end. A part that fails, or a process that dies, is not asked for its reason: the
//! caller does the work again alone, and meets the fault itself.

use nix::sys::signal::SigSet;
use nix::sys::wait::WaitStatus;

use crate::fork::{Child, Setup, fork};

/// Does parts `0..parts` at the same time, the last one here; whether all went well.
pub fn run(mask: SigSet, parts: usize, work: &dyn Fn(usize) -> bool) -> bool {
    let setup = Setup { mask, cpu: None };
    let mut children: Vec<Child> = Vec::new();
    let mut own = Vec::new();
    for part in 0..parts.saturating_sub(1) {
        match fork(&setup, || i32::from(!work(part))) {
            Ok(child) => children.push(child),
            // Too many processes: then this one does it.
            Err(_) => own.push(part),
        }
    }
    own.push(parts.saturating_sub(1));
    let mut well = own.into_iter().all(work);
    for child in children {
        well &= matches!(child.reap(), WaitStatus::Exited(_, 0));
    }
    well
}
