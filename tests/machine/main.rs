//! What a machine does to a run, by a machine of our own that may be starved and whose power may be cut: a Linux that runs
//! as an ordinary process (User-mode Linux), with control groups and file systems of its own. Needs no rights.

#[allow(dead_code)]
#[path = "../faults/planted.rs"]
mod planted;
#[path = "../support/mod.rs"]
mod support;

mod limits;
mod linux;
mod power;
