//! The result directory, tried from outside: journals, parts, commits, the merge, identity, locks, numbers.

mod crashes;
mod corpus;
mod directory;
mod faults;
mod journal;
mod merge;
mod numbers;
mod records;
mod scenario;
