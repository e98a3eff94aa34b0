//! The result directory itself: made, checked, and told apart from those of other runs.
//!
//! Refuses to work where there is a file, a FIFO or a symbolic link in the place of `.run`, and in a directory that
//! holds another run.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::{Result, StoreError};
use super::identity::Identity;
use super::storage::{Disk, Storage};

/// The most points a run has; memory for their places is taken by their numbers.
pub const MOST_POINTS: u64 = 1_000_000_000;

const JOB: &str = "job.toml";

/// `run.json`: which run the directory holds, and whatever else is worth telling about how it ran.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunFile {
    /// The run.
    pub identity: Identity,
    /// How many points it has.
    pub points: u64,
    /// Version, host, timing: free to differ between runs of the same job.
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

/// A result directory.
#[derive(Clone, Debug)]
pub struct RunDirectory<S: Storage = Disk> {
    storage: S,
    out: PathBuf,
    run: PathBuf,
}

impl RunDirectory<Disk> {
    /// Makes the directory and its `.run`, unless they are there, and proves that files can be made in both.
    ///
    /// # Errors
    /// [`StoreError::Output`] (73).
    pub fn create(out: &Path) -> Result<Self> {
        let new = make(out, true)?;
        let directory = Self::at(Disk, out);
        let new_run = make(&directory.run, false)?;
        for (path, new) in [(out, new), (directory.run.as_path(), new_run)] {
            if new {
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                Disk.sync_dir(parent.unwrap_or(Path::new("."))).map_err(|error| refused(path, &error))?;
            }
        }
        for dir in [out, directory.run.as_path()] {
            tempfile::tempfile_in(dir).map_err(|error| refused(dir, &error))?;
        }
        Ok(directory)
    }

    /// Opens a directory that holds a run.
    ///
    /// # Errors
    /// [`StoreError::NotARun`] if there is no `.run` in it.
    pub fn open(out: &Path) -> Result<Self> {
        let directory = Self::at(Disk, out);
        let found = directory.run.symlink_metadata();
        if found.is_ok_and(|found| found.is_dir()) {
            return Ok(directory);
        }
        Err(StoreError::NotARun {
            path: out.to_owned(),
            reason: "there is no directory .run in it".to_owned(),
        })
    }
}

impl<S: Storage> RunDirectory<S> {
    /// The directory as it is, unchecked; for other storages than the disk.
    pub fn at(storage: S, out: &Path) -> Self {
        Self { storage, out: out.to_owned(), run: out.join(".run") }
    }

    /// The result directory.
    #[must_use]
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// Its `.run`: journals and parts.
    #[must_use]
    pub fn run(&self) -> &Path {
        &self.run
    }

    /// What it is stored on.
    #[must_use]
    pub fn storage(&self) -> &S {
        &self.storage
    }

    fn run_file_path(&self) -> PathBuf {
        self.run.join("run.json")
    }

    /// Takes the directory for this run, unless it has it already; `details` are stored if it is new.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] if the directory holds another run.
    pub fn claim(&self, identity: &Identity, points: u64, details: Map<String, Value>) -> Result<()> {
        let details = without_own(details);
        if self.try_run_file()?.is_none() {
            let file = RunFile { identity: *identity, points, details };
            let temporary = self.write_temporary("run.json", &pretty(&file)?)?;
            let path = self.run_file_path();
            match self.storage.rename_new(&temporary, &path) {
                Ok(()) => self.storage.sync_dir(&self.run).map_err(StoreError::io("sync", &self.run))?,
                // Another shard was faster.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    self.storage.remove(&temporary).map_err(StoreError::io("remove", &temporary))?;
                }
                Err(error) => return Err(StoreError::io("create", &path)(error)),
            }
        }
        let found = self.run_file()?;
        let path = self.run_file_path();
        if found.identity != *identity {
            return Err(StoreError::Foreign { path, found: found.identity, expected: *identity });
        }
        if found.points != points {
            let reason = format!("it has {} points, the job has {points}", found.points);
            return Err(StoreError::damaged(&path, 0, reason));
        }
        Ok(())
    }

    /// `run.json` as it stands.
    ///
    /// # Errors
    /// [`StoreError::NotARun`] if it is not there or cannot be understood.
    pub fn run_file(&self) -> Result<RunFile> {
        let reason = || "it is missing; the directory was never used, or something removed it".to_owned();
        self.try_run_file()?
            .ok_or_else(|| StoreError::NotARun { path: self.run_file_path(), reason: reason() })
    }

    fn try_run_file(&self) -> Result<Option<RunFile>> {
        let path = self.run_file_path();
        let bytes = match self.storage.read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::io("read", &path)(error)),
        };
        let unreadable = |reason: String| StoreError::NotARun { path: path.clone(), reason };
        let file: RunFile = serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
        if file.points > MOST_POINTS {
            return Err(unreadable(format!(
                "it names {} points, and a run has {MOST_POINTS} at most",
                file.points
            )));
        }
        Ok(Some(file))
    }

    /// The stored job.
    ///
    /// # Errors
    /// [`StoreError::NotARun`] if it is not there, and whatever the file system refuses.
    pub fn job(&self) -> Result<Vec<u8>> {
        let path = self.out.join(JOB);
        self.storage.read(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                StoreError::NotARun { path: self.out.clone(), reason: format!("there is no {JOB} in it") }
            }
            _ => StoreError::io("read", &path)(error),
        })
    }

    /// Refuses a directory without a run in which files lie that the run would replace: they are somebody else's.
    ///
    /// # Errors
    /// [`StoreError::Output`] (73).
    pub fn refuse_files_in_the_way<'n>(&self, tables: impl IntoIterator<Item = &'n str>) -> Result<()> {
        let tables = tables.into_iter().map(|name| format!("{name}.csv"));
        let mut names = [JOB, "datapackage.json"].into_iter().map(str::to_owned).chain(tables);
        let Some(taken) = names.find(|name| self.out.join(name).symlink_metadata().is_ok()) else {
            return Ok(());
        };
        // Looked for last: shards that start beside this one write it before any other file.
        if self.try_run_file()?.is_some() {
            return Ok(());
        }
        let reason = "there is such a file already, and no run that it belongs to; choose another directory";
        Err(StoreError::Output { path: self.out.join(taken), reason: reason.to_owned() })
    }

    /// Sets details in `run.json`; others are kept, as are the run and its points.
    ///
    /// # Errors
    /// Whatever the file system refuses.
    pub fn update_details(&self, details: Map<String, Value>) -> Result<()> {
        let mut file = self.run_file()?;
        file.details.extend(without_own(details));
        let bytes = pretty(&file)?;
        self.replace(&self.run, "run.json", &bytes)
    }

    /// Writes a file beside the tables (`job.toml`), whole or not at all; does nothing if it reads so already.
    ///
    /// # Errors
    /// Whatever the file system refuses.
    pub fn publish(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.replace(&self.out, name, bytes)
    }

    pub(super) fn replace(&self, dir: &Path, name: &str, bytes: &[u8]) -> Result<()> {
        let path = dir.join(name);
        if self.storage.read(&path).is_ok_and(|found| found == bytes) {
            return Ok(());
        }
        let temporary = self.write_temporary(name, bytes)?;
        self.storage.rename(&temporary, &path).map_err(StoreError::io("write", &path))?;
        self.storage.sync_dir(dir).map_err(StoreError::io("sync", dir))
    }

    /// A synced file in `.run` under a name of this process.
    fn write_temporary(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let path = self.run.join(format!("new-{name}-{}.tmp", process()));
        let mut file = self.create_fresh(&path)?;
        self.storage.append(&mut file, bytes).map_err(StoreError::io("write to", &path))?;
        self.storage.sync(&file).map_err(StoreError::io("sync", &path))?;
        Ok(path)
    }

    /// Creates a temporary file; one of the same name was left by a process that died.
    pub(super) fn create_fresh(&self, path: &Path) -> Result<S::File> {
        match self.storage.create_new(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.storage.remove(path).map_err(StoreError::io("remove", path))?;
                self.storage.create_new(path).map_err(StoreError::io("create", path))
            }
            other => other.map_err(StoreError::io("create", path)),
        }
    }
}

/// Details cannot change which run it is.
fn without_own(mut details: Map<String, Value>) -> Map<String, Value> {
    details.retain(|name, _| name != "identity" && name != "points");
    details
}

/// This process, as messages and temporary files name it.
pub(super) fn process() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host: String =
        host.trim().chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')).collect();
    format!("{}@{}", std::process::id(), if host.is_empty() { "localhost" } else { &host })
}

/// JSON for people: indented, with a newline at the end.
pub(super) fn pretty(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut bytes =
        serde_json::to_vec_pretty(value).map_err(|error| StoreError::Misuse(error.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn refused(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Output { path: path.to_owned(), reason: error.to_string() }
}

/// Makes a directory; false if it is there. The result directory itself may be a link to one.
fn make(path: &Path, link_allowed: bool) -> Result<bool> {
    let found = if link_allowed { path.metadata() } else { path.symlink_metadata() };
    match found {
        Ok(found) if found.is_dir() => Ok(false),
        Ok(found) => {
            let kind = found.file_type();
            let kind = match () {
                () if kind.is_symlink() => "a symbolic link",
                () if kind.is_fifo() => "a FIFO",
                () if kind.is_file() => "a file",
                () => "something",
            };
            let reason = format!("there is {kind} in its place");
            Err(StoreError::Output { path: path.to_owned(), reason })
        }
        Err(_) => match DirBuilder::new().recursive(link_allowed).mode(0o777).create(path) {
            Ok(()) => Ok(true),
            // Another shard was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(false),
            Err(error) => Err(refused(path, &error)),
        },
    }
}
