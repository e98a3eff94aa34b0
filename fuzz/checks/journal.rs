//! What must hold for any bytes given as a journal, and for any records in one: it is read both times alike or
//! refused, every point has its record, and what is cut off loses only itself.
//!
//! Checksums keep random bytes out of records. So the first byte says what the others are: 0 a file of the run, 1 one
//! of any run, else payloads of records, each with its length before it, from which a good journal is made.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use runner::store::{
    Committed, Entry, Header, Identity, JournalWriter, Shard, Storage, StoreError, decode_entries,
    encode_entry, encode_points, scan_journal,
};

const IDENTITY: Identity = Identity([7; 32]);
const POINTS: u64 = 300;
const FOLDER: &str = "/run";

/// Reads a journal, or one made of records.
pub fn check(bytes: &[u8]) {
    match bytes.split_first() {
        None => {}
        Some((0, file)) => {
            let own = file.get(24..).and_then(|bytes| bytes.first_chunk::<32>());
            file_is_read(file, Identity(*own.unwrap_or(&IDENTITY.0)));
        }
        Some((1, file)) => {
            file_is_read(file, IDENTITY);
        }
        Some((_, records)) => records_are_read(&payloads(records)),
    }
}

/// Records as they stand in an input: the length of each in two bytes, then its bytes.
fn payloads(mut rest: &[u8]) -> Vec<&[u8]> {
    let mut out = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let (payload, after) = after.split_at(after.len().min(u16::from_le_bytes(*length).into()));
        out.push(payload);
        rest = after;
    }
    out
}

fn records_are_read(payloads: &[&[u8]]) {
    let memory = Memory::default();
    let mut journal = JournalWriter::create(memory.clone(), Path::new(FOLDER), IDENTITY, Shard::WHOLE)
        .expect("nothing is in the way in memory");
    for payload in payloads {
        payload_is_read(payload);
        journal.append(payload).expect("there is room in memory");
    }
    let file = memory.read(journal.path()).expect("it was written");
    if let Some(whole) = file_is_read(&file, IDENTITY) {
        assert_eq!(whole.journals()[0].ignored, 0);
        for cut in [file.len() - 1, file.len() * 2 / 3] {
            let part = file_is_read(&file[..cut], IDENTITY).expect("a torn tail is no fault");
            for point in (0..POINTS).filter(|point| part.status(*point).is_some()) {
                assert!(whole.status(point).is_some(), "point {point} came with the cut");
            }
        }
    }
}

/// What decodes is the same after it is encoded and decoded again.
fn payload_is_read(payload: &[u8]) {
    let decode = |payload: &[u8], again: &mut Vec<u8>| -> Result<Vec<String>, &'static str> {
        let mut shown = Vec::new();
        decode_entries(payload, |entry| {
            let start = again.len();
            encode_entry(again, &entry);
            shown.push(match entry {
                Entry::Point(raw) => {
                    let record = raw.record()?;
                    let mut alone = Vec::new();
                    encode_points(&mut alone, std::slice::from_ref(&record));
                    assert_eq!(again[start..], alone, "{record:?}");
                    format!("{record:?}")
                }
                other => format!("{other:?}"),
            });
            Ok::<(), &'static str>(())
        })?;
        Ok(shown)
    };
    let (mut once, mut twice) = (Vec::new(), Vec::new());
    if let Ok(shown) = decode(payload, &mut once) {
        assert_eq!(decode(&once, &mut twice), Ok(shown));
        assert_eq!(once, twice);
    }
}

/// Reads a file as the journal of a run, twice; nothing where it is refused.
fn file_is_read(file: &[u8], identity: Identity) -> Option<Committed> {
    let memory = Memory::default();
    let header = Header { identity, shard: Shard::WHOLE, attempt: 1 };
    let path = Path::new(FOLDER).join(header.file_name());
    memory.files.borrow_mut().insert(path.clone(), file.to_vec());
    let scan = || {
        let mut offsets = Vec::new();
        let scan = scan_journal(&memory, &path, &identity, |offset, _| {
            offsets.push(offset);
            Ok(())
        });
        (scan.map_err(|error| error.to_string()), offsets)
    };
    let (first, offsets) = scan();
    assert_eq!((&first, &offsets), (&scan().0, &scan().1));
    assert!(offsets.is_sorted() && offsets.iter().all(|offset| *offset < file.len() as u64));
    match (first, Committed::read(&memory, Path::new(FOLDER), &identity, POINTS)) {
        (Ok(scan), Ok(committed)) => {
            assert!(scan.ignored <= file.len() as u64);
            assert_eq!(committed.journals()[0].ignored, scan.ignored);
            is_good(&committed);
            Some(committed)
        }
        (Err(scanned), Ok(_)) => panic!("read as a whole, though {scanned}"),
        (_, Err(error)) => {
            is_told(&error, file.len() as u64);
            None
        }
    }
}

fn is_good(committed: &Committed) {
    let (mut found, named) = (0, |part: u32| committed.part(part).is_some());
    for point in 0..POINTS {
        let record = committed.record(point);
        assert_eq!(record.as_ref().map(|r| r.status), committed.status(point));
        if let Some(record) = record {
            found += 1;
            assert_eq!(record.point, point);
            assert!(record.tables.iter().flatten().all(|extent| named(extent.part)), "{record:?}");
        }
    }
    assert_eq!(committed.counts().committed(), found);
    assert_eq!(committed.missing(), POINTS - found);
}

fn is_told(error: &StoreError, length: u64) {
    assert!(!error.to_string().is_empty());
    if let StoreError::Damaged { offset, .. } = error {
        assert!(*offset <= length, "{error}");
    }
}

/// A file system in memory.
#[derive(Clone, Default)]
struct Memory {
    files: Rc<RefCell<BTreeMap<PathBuf, Vec<u8>>>>,
}

impl Memory {
    fn file<T>(&self, path: &Path, read: impl FnOnce(&[u8]) -> T) -> io::Result<T> {
        self.files.borrow().get(path).map(|bytes| read(bytes)).ok_or(io::ErrorKind::NotFound.into())
    }
}

impl Storage for Memory {
    type File = PathBuf;

    fn create_new(&self, path: &Path) -> io::Result<PathBuf> {
        match self.files.borrow_mut().entry(path.to_owned()) {
            std::collections::btree_map::Entry::Occupied(_) => Err(io::ErrorKind::AlreadyExists.into()),
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(Vec::new());
                Ok(path.to_owned())
            }
        }
    }

    fn append(&self, file: &mut PathBuf, bytes: &[u8]) -> io::Result<()> {
        self.files.borrow_mut().entry(file.clone()).or_default().extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&self, _: &PathBuf) -> io::Result<()> {
        Ok(())
    }

    fn sync_path(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn length(&self, path: &Path) -> io::Result<u64> {
        self.file(path, |bytes| bytes.len() as u64)
    }

    fn open(&self, path: &Path) -> io::Result<PathBuf> {
        self.file(path, |_| path.to_owned())
    }

    fn read_open(&self, path: &PathBuf, offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
        self.file(path, |file| {
            let rest = &file[file.len().min(offset as usize)..];
            let length = rest.len().min(bytes.len());
            bytes[..length].copy_from_slice(&rest[..length]);
            length
        })
    }

    fn names(&self, dir: &Path) -> io::Result<Vec<String>> {
        let files = self.files.borrow();
        let inside = files.keys().filter(|path| path.parent() == Some(dir));
        Ok(inside.filter_map(|path| path.file_name()?.to_str().map(str::to_owned)).collect())
    }

    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn rename_new(&self, _: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn remove(&self, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
