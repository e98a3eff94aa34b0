//! Points over processes: segment, fork, claim, advance, record, commit, merge.
//!
//! `run` is the whole story. `simulate` is what a worker computes; `supervise` and its neighbours are how processes live
//! and die; `store` is how results reach the disk. Nothing here knows of the terminal.

mod builders;
mod cgroup;
pub mod channel;
pub mod claims;
pub mod cpus;
pub mod estimate;
pub mod fork;
mod log;
pub mod memory;
mod output_limit;
mod parent;
mod redzones;
mod rounds;
pub mod run;
pub mod segment;
pub mod signals;
pub mod simulate;
mod stage;
pub mod store;
pub mod supervise;
pub mod tables;
pub mod views;
