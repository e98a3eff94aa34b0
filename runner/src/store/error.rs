//! Everything that can go wrong with a result directory, and the exit code of each.

use std::io;
use std::path::{Path, PathBuf};

use super::identity::Identity;

/// The result of an operation on a result directory.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A fault of the result directory or of the file system below it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system refused something in the middle of a run.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The result directory cannot be made or used.
    #[error("cannot use {} for results: {reason}", path.display())]
    Output {
        /// The path in the way.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The directory does not hold a run.
    #[error("{} holds no run: {reason}", path.display())]
    NotARun {
        /// The directory, or its description of the run.
        path: PathBuf,
        /// What is missing or unreadable.
        reason: String,
    },
    /// The directory, or a journal in it, belongs to another run.
    #[error(
        "{} belongs to another run: it has the hash {found}, this job has {expected}; choose another directory",
        path.display()
    )]
    Foreign {
        /// The file that says so.
        path: PathBuf,
        /// The hash in the file.
        found: Identity,
        /// The hash of this run.
        expected: Identity,
    },
    /// A file that was synced no longer holds what was written.
    #[error("{} is damaged at byte {offset}: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where in it.
        offset: u64,
        /// What is wrong.
        reason: String,
    },
    /// A journal of a later version.
    #[error("{} has format {found}, this version knows formats up to {known}; use the newer version", path.display())]
    Newer {
        /// The journal.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest format known.
        known: u32,
    },
    /// One point came out differently in two attempts.
    #[error(
        "not deterministic: point {point} was committed with the results {first}, and again in {} with {second}",
        path.display()
    )]
    NotDeterministic {
        /// The point.
        point: u64,
        /// The hash that counts so far.
        first: String,
        /// The other hash.
        second: String,
        /// The journal with the other hash.
        path: PathBuf,
    },
    /// Somebody else works here.
    #[error("{} is in use by {holder}; wait for it, or stop it", path.display())]
    Locked {
        /// The lock.
        path: PathBuf,
        /// Process and host.
        holder: String,
    },
    /// A merge was asked for before all points were there.
    #[error(
        "{missing} of {points} points are not committed yet; the same `spikesweep run` command (with `--out {}`) \
         continues where it stopped",
        out.display()
    )]
    Incomplete {
        /// How many points are missing.
        missing: u64,
        /// How many there are.
        points: u64,
        /// The result directory.
        out: PathBuf,
    },
    /// An earlier write or sync failed, so nothing more may be recorded here.
    #[error("{} had a failed write before; nothing more is recorded in it", path.display())]
    Failed {
        /// The file.
        path: PathBuf,
    },
    /// The caller broke a rule of this module: a bug of ours.
    #[error("internal fault in the results: {0}")]
    Misuse(String),
}

impl StoreError {
    /// The exit code the command leaves with.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NotARun { .. }
            | Self::Foreign { .. }
            | Self::Damaged { .. }
            | Self::Newer { .. }
            | Self::NotDeterministic { .. } => 65,
            Self::Misuse(_) => 70,
            Self::Output { .. } => 73,
            Self::Io { .. } | Self::Failed { .. } => 74,
            Self::Locked { .. } | Self::Incomplete { .. } => 75,
        }
    }

    /// For `map_err`: an input or output error with what was tried on which file.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    pub(super) fn damaged(path: &Path, offset: u64, reason: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), offset, reason: reason.into() }
    }
}
