//! What a worker computes: points of a claim, from parameter values to rows and summaries.
//!
//! `engine` holds what all points share, `batches` cuts the points into batches and claims, `worker` takes claims: `ready` lays
//! a batch out in its arena (`arena`, `connect`), `going` runs it through the kernel, `drain` turns what the kernel recorded
//! into rows and statistics, `report` ends it.
//! Nothing here forks or knows of a journal.

pub mod alike;
pub mod arena;
pub mod batches;
pub mod branching;
pub mod build;
pub mod checkpoint;
mod chosen;
pub mod connect;
pub mod data;
mod diverged;
pub mod drain;
pub mod ends;
pub mod engine;
pub mod going;
mod keeper;
pub mod keys;
pub mod linked;
pub mod message;
pub mod needs;
pub mod phases;
mod private;
pub mod ready;
pub mod reduced;
pub mod report;
pub mod share;
pub mod statistics;
pub mod unmade;
pub mod when;
pub mod worker;
