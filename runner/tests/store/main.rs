//! The result directory, tried from outside: journals, parts, commits, the merge, identity, locks, numbers.

mod corpus;
mod crashes;
mod directory;
mod faults;
mod journal;
mod merge;
mod numbers;
mod records;
mod scenario;
