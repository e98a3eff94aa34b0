//! What the tests of the binary share: folders of their own, ways to run it, tables to read. Computes no expectation.

#![allow(dead_code)]

pub mod chance;
pub mod compiler;
pub mod jobs;
pub mod not_run;
pub mod page;
pub mod processes;
pub mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

pub use table::Table;

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a job in `tests/jobs/`.
pub fn job(name: &str) -> String {
    std::fs::read_to_string(root().join("tests/jobs").join(name)).unwrap()
}

/// A folder of one test: job files, data and results; gone with it.
pub struct Folder {
    dir: TempDir,
    cache: PathBuf,
}

impl Folder {
    /// With kernels from the cache that all tests share.
    pub fn new() -> Folder {
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kernels");
        Folder { dir: tempfile::tempdir().unwrap(), cache }
    }

    /// With a cache of its own, empty at first.
    pub fn without_kernels() -> Folder {
        let dir = tempfile::tempdir().unwrap();
        let cache = dir.path().join("cache");
        Folder { dir, cache }
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// `spikesweep ARGUMENTS` in this folder, not started yet.
    pub fn command<A: AsRef<std::ffi::OsStr>>(&self, arguments: &[A]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spikesweep"));
        command.args(arguments).current_dir(self.dir.path()).stdin(Stdio::null());
        for name in
            ["SPIKESWEEP_OUT", "SPIKESWEEP_WORKERS", "SPIKESWEEP_CC", "SPIKESWEEP_CACHE", "CC", "CFLAGS"]
        {
            command.env_remove(name);
        }
        command.env("XDG_CACHE_HOME", &self.cache);
        command
    }

    /// Runs `spikesweep ARGUMENTS` to its end.
    pub fn spikesweep<A: AsRef<std::ffi::OsStr>>(&self, arguments: &[A]) -> Ended {
        Ended::of(self.command(arguments).output().unwrap())
    }

    /// Starts `spikesweep ARGUMENTS`.
    pub fn start<A: AsRef<std::ffi::OsStr>>(&self, arguments: &[A]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Runs a job given as text, which must end well; the results are in folder `out`.
    pub fn results_of(&self, text: &str, out: &str, more: &[&str]) -> Results {
        self.results_ending(0, text, out, more)
    }

    /// Likewise, for a job that must end with this code.
    pub fn results_ending(&self, code: i32, text: &str, out: &str, more: &[&str]) -> Results {
        self.write("job.toml", text);
        let arguments = [&["run", "job.toml", "--out", out], more].concat();
        self.spikesweep(&arguments).expect(code);
        self.results(out)
    }

    /// What a run left in `out`.
    pub fn results(&self, out: &str) -> Results {
        Results { dir: self.path(out) }
    }
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// What it said.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
}

impl Ended {
    /// From what a finished child left.
    pub fn of(output: Output) -> Ended {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the command prints UTF-8");
        Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// It must have ended with this code, and without a panic.
    #[track_caller]
    pub fn expect(self, code: i32) -> Ended {
        let (out, err) = (&self.stdout, &self.stderr);
        assert!(!err.contains("panicked"), "it panicked:\n{err}");
        assert_eq!(self.code, Some(code), "wrong exit code\nstdout:\n{out}\nstderr:\n{err}");
        self
    }
}

/// A result directory.
pub struct Results {
    /// Where it is.
    pub dir: PathBuf,
}

impl Results {
    /// One of its tables.
    #[track_caller]
    pub fn table(&self, name: &str) -> Table {
        Table::read(&self.dir.join(format!("{name}.csv")))
    }

    /// `run.json`.
    pub fn run(&self) -> serde_json::Value {
        let text = std::fs::read_to_string(self.dir.join(".run/run.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Whole numbers of `run.json`, by JSON pointer.
    #[track_caller]
    pub fn told(&self, pointer: &str) -> u64 {
        let run = self.run();
        let value = run.pointer(pointer).unwrap_or_else(|| panic!("run.json has no {pointer}: {run:#}"));
        value.as_u64().unwrap_or_else(|| panic!("{pointer} is {value}"))
    }

    /// All files that must not depend on how a run went: everything but `.run`.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = std::fs::read_dir(&self.dir).unwrap().map(|e| e.unwrap());
        let named = entries.map(|e| (e.file_name().into_string().unwrap(), e.path()));
        named
            .filter(|(name, _)| name != ".run")
            .map(|(name, path)| (name, std::fs::read(path).unwrap()))
            .collect()
    }

    /// The same files with the same bytes as `other`.
    #[track_caller]
    pub fn assert_same(&self, other: &Results, what: &str) {
        let (mine, others) = (self.files(), other.files());
        assert_eq!(mine.keys().collect::<Vec<_>>(), others.keys().collect::<Vec<_>>(), "{what}: other files");
        for (name, bytes) in &mine {
            if let Some(place) = first_difference(bytes, &others[name]) {
                panic!("{what}: {name} differs, {place}");
            }
        }
    }
}

/// The first line in which two texts differ.
fn first_difference(a: &[u8], b: &[u8]) -> Option<String> {
    if a == b {
        return None;
    }
    let (a, b) = (String::from_utf8_lossy(a), String::from_utf8_lossy(b));
    let (mut x, mut y) = (a.lines(), b.lines());
    for number in 1.. {
        match (x.next(), y.next()) {
            (None, None) => break,
            (one, other) if one != other => return Some(format!("line {number}: {one:?} and {other:?}")),
            _ => {}
        }
    }
    Some("in the ends of lines".into())
}

/// `|a - b| <= tolerance`, told with its place if not.
#[track_caller]
pub fn assert_close(a: f64, b: f64, tolerance: f64, what: &str) {
    assert!((a - b).abs() <= tolerance, "{what}: {a} is not {b} within {tolerance:e}");
}
