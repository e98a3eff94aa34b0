//! The result directory: parts, journals, commits, the merge into tables, identity, lock and status.
//!
//! Workers append rows to *parts* ([`PartWriter`]); the parent alone appends to the *journal* of its attempt
//! ([`Committer`]), after the parts it names were synced. What no journal names does not exist. Resume, `status` and
//! the merge all read journals through [`Committed`]. Nothing here knows about jobs, kernels or processes.

mod bytes;
mod cause;
mod checkpoint;
mod committed;
mod committer;
mod crc;
mod directory;
mod error;
mod errors_table;
mod fresh;
mod hash;
mod identity;
mod journal;
mod lock;
mod merge;
pub mod numbers;
mod package;
mod parts;
mod points_table;
mod ranges;
mod record;
mod scan;
mod status;
mod storage;
mod tables;
mod time;

pub use cause::{Cause, Class};
pub use checkpoint::{
    CheckpointReader, CheckpointWriter, Secret, checkpoint_name, checkpoints, remove_checkpoint,
};
pub use committed::{Committed, Counts, JournalSummary};
pub use committer::Committer;
pub use directory::{MOST_POINTS, RunDirectory, RunFile};
pub use error::{Result, StoreError};
pub use errors_table::write_errors;
pub use fresh::remove_run;
pub use hash::PointHasher;
pub use identity::{Identity, Shard};
pub use journal::{Header, JournalWriter};
pub use lock::RunLock;
pub use merge::{Complete, MergeOptions, TableFile, merge, read_complete};
pub use package::{Column, ColumnKind, Package, TableSpec};
pub use parts::{PartWriter, part_name, read_part, sync_parts};
pub use points_table::PointRow;
pub use record::{Entry, Extent, PointRecord, RawPoint, Status, decode_entries, encode_entry, encode_points};
pub use scan::{JournalScan, scan_journal};
pub use status::{AttemptStatus, RunStatus, ShardStatus, status};
pub use storage::{Disk, Storage};
pub use tables::Cell;
pub use time::DecimalTime;
