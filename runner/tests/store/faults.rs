//! A file system that fails: each operation of a run in turn, wholly or half done, once. The same command again ends
//! in the same bytes; what failed is never tried again by the run that saw it fail.

use std::cell::Cell;
use std::io;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use runner::store::{Disk, PointRecord, RunDirectory, Status, Storage, StoreError};
use tempfile::TempDir;

use super::scenario::{POINTS, Worker, attempt, read, results, run, temporary};

/// The disk, except that one operation fails.
#[derive(Clone)]
struct Faulty {
    left: Rc<Cell<u32>>,
    syncs: Rc<Cell<u32>>,
    half: bool,
}

impl Faulty {
    fn new(at: u32, half: bool) -> Self {
        Self { left: Rc::new(Cell::new(at)), syncs: Rc::default(), half }
    }

    fn fired(&self) -> bool {
        self.left.get() == 0
    }

    fn step(&self) -> io::Result<()> {
        match self.left.get() {
            0 => Ok(()),
            left => {
                self.left.set(left - 1);
                if left == 1 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
            }
        }
    }
}

impl Storage for Faulty {
    type File = std::fs::File;

    fn create_new(&self, path: &Path) -> io::Result<Self::File> {
        if let Err(error) = self.step() {
            if self.half {
                Disk.create_new(path)?;
            }
            return Err(error);
        }
        Disk.create_new(path)
    }

    fn append(&self, file: &mut Self::File, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.step() {
            if self.half {
                Disk.append(file, &bytes[..bytes.len() / 2])?;
            }
            return Err(error);
        }
        Disk.append(file, bytes)
    }

    fn sync(&self, file: &Self::File) -> io::Result<()> {
        self.syncs.set(self.syncs.get() + 1);
        self.step()?;
        Disk.sync(file)
    }

    fn sync_path(&self, path: &Path) -> io::Result<()> {
        self.syncs.set(self.syncs.get() + 1);
        self.step()?;
        Disk.sync_path(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        Disk.sync_dir(path)
    }

    fn length(&self, path: &Path) -> io::Result<u64> {
        self.step()?;
        Disk.length(path)
    }

    fn open(&self, path: &Path) -> io::Result<Self::File> {
        self.step()?;
        Disk.open(path)
    }

    fn read_open(&self, file: &Self::File, offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
        Disk.read_open(file, offset, bytes)
    }

    fn names(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.step()?;
        Disk.names(dir)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let done = self.step();
        if done.is_ok() || self.half {
            Disk.rename(from, to)?;
        }
        done
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        Disk.rename_new(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        Disk.remove(path)
    }
}

fn directory<S: Storage>(dir: &TempDir, storage: S) -> RunDirectory<S> {
    RunDirectory::create(dir.path()).expect("nothing in the way");
    RunDirectory::at(storage, dir.path())
}

#[test]
fn every_operation_fails_once() {
    let undisturbed = temporary();
    run(&directory(&undisturbed, Disk)).expect("nothing in the way");
    let expected = results(undisturbed.path());
    for half in [false, true] {
        let mut at = 1;
        loop {
            let dir = temporary();
            let storage = Faulty::new(at, half);
            let outcome = run(&directory(&dir, storage.clone()));
            if !storage.fired() {
                outcome.expect("nothing failed");
                break;
            }
            if let Err(error) = outcome {
                assert_eq!(error.exit_code(), 74, "operation {at}: {error}");
            }
            run(&directory(&dir, Disk)).unwrap_or_else(|error| panic!("after operation {at}: {error}"));
            assert!(results(dir.path()) == expected, "after operation {at}");
            at += 1;
        }
        assert!(at > 100, "only {at} operations");
    }
}

#[test]
fn a_failed_sync_is_never_tried_again() {
    // A part, the directory, the record (its write comes before its sync).
    for (at, action) in [(1, "sync"), (2, "sync"), (3, "sync"), (4, "write to"), (5, "sync")] {
        let dir = temporary();
        let storage = Faulty::new(u32::MAX, false);
        let run = directory(&dir, storage.clone());
        let mut committer = attempt(&run).expect("nothing in the way");
        let mut worker = Worker::start(&storage, run.run(), &mut committer, 0).expect("nothing in the way");
        committer.push(&[worker.simulate(3).expect("there is room")], Instant::now()).expect("announced");
        storage.left.set(at);
        let error = committer.commit().expect_err("it fails");
        assert!(matches!(error, StoreError::Io { action: found, .. } if found == action), "{error}");
        let syncs = storage.syncs.get();
        let again = committer.commit().expect_err("it stays failed");
        assert!(matches!(again, StoreError::Failed { .. }), "{again}");
        assert_eq!(again.exit_code(), 74);
        assert!(committer.finish().is_err());
        assert_eq!(storage.syncs.get(), syncs);
        let synced = if at == 5 { 1 } else { 0 }; // written whole, though nobody may rely on it
        assert_eq!(read(&run).expect("good").counts().committed(), synced);
    }
}

#[test]
fn a_part_that_failed_takes_no_more_rows() {
    let dir = temporary();
    let storage = Faulty::new(u32::MAX, true);
    let mut part =
        runner::store::PartWriter::create(storage.clone(), dir.path(), "part-0-1-0-x.csv", 0).expect("new");
    part.append(b"0,1\n").expect("there is room");
    storage.left.set(1);
    assert!(matches!(part.append(b"1,1\n"), Err(StoreError::Io { .. })));
    assert!(matches!(part.append(b"2,1\n"), Err(StoreError::Failed { .. })));
    assert_eq!(std::fs::read(dir.path().join("part-0-1-0-x.csv")).expect("it is there"), b"0,1\n1,");
}

#[test]
fn a_directory_removed_while_running_is_noticed() {
    let dir = temporary();
    let run = directory(&dir, Disk);
    let mut committer = attempt(&run).expect("nothing in the way");
    std::fs::remove_dir_all(run.run()).expect("it is there");
    committer.push(&[failure(1)], Instant::now()).expect("no rows");
    assert_eq!(committer.commit().expect_err("it is gone").exit_code(), 74);
}

#[test]
fn groups_are_due_by_number_and_age() {
    let dir = temporary();
    let mut committer = attempt(&directory(&dir, Disk)).expect("nothing in the way");
    let start = Instant::now();
    assert_eq!((committer.due(start), committer.deadline()), (false, None));
    for batch in 0..64 {
        assert!(!committer.due(start));
        committer.push(&[failure(batch % POINTS)], start + Duration::from_millis(batch)).expect("no rows");
    }
    assert!(committer.due(start));
    assert_eq!(committer.commit().expect("there is room"), 64);
    assert!(!committer.due(start + Duration::from_secs(9)));
    committer.push(&[failure(0)], start).expect("no rows");
    assert!(!committer.due(start + Duration::from_millis(999)));
    assert!(committer.due(start + Duration::from_secs(1)));
    let stray = PointRecord { tables: vec![vec![stray_extent()]], ..failure(0) };
    assert_eq!(committer.push(&[stray], start).expect_err("no such part").exit_code(), 70);
    assert_eq!(committer.finish().expect("there is room"), 65);
}

fn stray_extent() -> runner::store::Extent {
    runner::store::Extent { part: 0, offset: 0, length: 1 }
}

fn failure(point: u64) -> PointRecord {
    PointRecord {
        point,
        attempt: 1,
        status: Status::Failed,
        message: String::new(),
        cause: None,
        summary: vec![],
        tables: vec![],
        hash: [0; 32],
    }
}
