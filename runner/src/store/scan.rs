//! Reading a journal: every good record in order, and the verdict on what follows them.
//!
//! A torn tail is ignored: what was not synced does not exist. Refused are a bad record before a good one, entries
//! that cannot have been written, journals of other runs and of later versions.

use std::path::Path;

use super::crc::crc32c;
use super::error::{Result, StoreError};
use super::identity::{Identity, Shard};
use super::journal::{FRAME_BYTES, HEADER_BYTES, Header, LONGEST_RECORD, MAGIC, MARKER, VERSION};
use super::record::{Entry, decode_entries};
use super::storage::Storage;

const WINDOW: usize = 1 << 20;

/// The longest tail that is searched for records; torn ones are some MiB long.
const LONGEST_TAIL: u64 = 1 << 30;
/// How often the bytes of a tail are summed up, all told: where records were, the first beginning is one.
const MOST_SUMS: usize = 4;

/// What a journal turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalScan {
    /// Its header; none if the attempt died before that was durable.
    pub header: Option<Header>,
    /// Bytes of the torn tail.
    pub ignored: u64,
    /// Points the attempt said it committed when it ended in order.
    pub finished: Option<u64>,
}

/// A fault inside a record: of its bytes, or one that the visitor found.
enum Fault {
    Bytes(&'static str),
    Store(StoreError),
}

impl From<&'static str> for Fault {
    fn from(reason: &'static str) -> Self {
        Self::Bytes(reason)
    }
}

/// Reads the journal at `path` of the run `identity`, handing every entry to `visit`, with the offset of its
/// record.
///
/// # Errors
/// Damage, another run's journal, a later version, read errors, and whatever `visit` returns.
pub fn scan_journal<S: Storage>(
    storage: &S,
    path: &Path,
    identity: &Identity,
    mut visit: impl FnMut(u64, Entry<'_>) -> Result<()>,
) -> Result<JournalScan> {
    let mut window = Window::open(storage, path)?;
    let mut scan = JournalScan { header: None, ignored: 0, finished: None };
    let Some(header) = read_header(&mut window, identity)? else {
        scan.ignored = tail(&mut window, "its header is damaged")?;
        return Ok(scan);
    };
    scan.header = Some(header);
    window.at = HEADER_BYTES as u64;
    while let Some(length) = frame(&mut window)? {
        let offset = window.at;
        let payload = &window.peek(FRAME_BYTES + length)?[FRAME_BYTES..];
        let visited = decode_entries(payload, |entry| {
            if let Entry::Finished(points) = entry {
                scan.finished = Some(points);
            }
            visit(offset, entry).map_err(Fault::Store)
        });
        match visited {
            Ok(()) => window.at = offset + (FRAME_BYTES + length) as u64,
            Err(Fault::Bytes(reason)) => return Err(StoreError::damaged(path, offset, reason)),
            Err(Fault::Store(error)) => return Err(error),
        }
    }
    scan.ignored = tail(&mut window, "a bad record comes before a good one")?;
    Ok(scan)
}

/// None if the header is cut short or its checksum does not hold.
fn read_header<S: Storage>(window: &mut Window<'_, S>, identity: &Identity) -> Result<Option<Header>> {
    let path = window.path;
    let Some(bytes) = window.peek(HEADER_BYTES)?.first_chunk::<HEADER_BYTES>() else { return Ok(None) };
    let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    if crc32c(&[&bytes[..60]]) != word(60) {
        return Ok(None);
    }
    let mut found = Identity([0; 32]);
    found.0.copy_from_slice(&bytes[24..56]);
    let header =
        Header { identity: found, shard: Shard { index: word(12), of: word(16) }, attempt: word(20) };
    if bytes[..8] != MAGIC {
        return Err(StoreError::damaged(path, 0, "it is not a journal"));
    }
    if word(8) != VERSION {
        return Err(StoreError::Newer { path: path.to_owned(), found: word(8), known: VERSION });
    }
    if found != *identity {
        return Err(StoreError::Foreign { path: path.to_owned(), found, expected: *identity });
    }
    Ok(Some(header))
}

/// The length of the payload of the record here, if it is good.
fn frame<S: Storage>(window: &mut Window<'_, S>) -> Result<Option<usize>> {
    let left = window.left();
    let head = window.peek(FRAME_BYTES)?;
    let Some(length) = payload_length(head).filter(|length| (FRAME_BYTES + length) as u64 <= left) else {
        return Ok(None);
    };
    let frame = window.peek(FRAME_BYTES + length)?;
    Ok(is_good(frame).then_some(length))
}

fn payload_length(head: &[u8]) -> Option<usize> {
    let head = head.first_chunk::<FRAME_BYTES>()?;
    let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
    (head[..4] == MARKER && length <= LONGEST_RECORD).then_some(length)
}

fn is_good(frame: &[u8]) -> bool {
    frame.len() >= FRAME_BYTES
        && crc32c(&[&frame[4..8], &frame[FRAME_BYTES..]]).to_le_bytes() == frame[8..FRAME_BYTES]
}

/// The number of bytes from here to the end, in which there is no good record; damage if that takes long to see.
fn tail<S: Storage>(window: &mut Window<'_, S>, reason: &str) -> Result<u64> {
    let bad = window.at;
    let left = window.left();
    let path = window.path;
    if left > LONGEST_TAIL {
        return Err(StoreError::damaged(path, bad, format!("{reason}, and {left} bytes follow")));
    }
    let rest = window.peek(left as usize)?;
    let mut summed = 0;
    for start in 1..rest.len() {
        let end = payload_length(&rest[start..]).map(|length| start + FRAME_BYTES + length);
        let Some(frame) = end.and_then(|end| rest.get(start..end)) else { continue };
        summed += frame.len();
        if is_good(frame) {
            let at = bad + start as u64;
            return Err(StoreError::damaged(path, bad, format!("{reason} (at byte {at})")));
        }
        if summed > MOST_SUMS * rest.len() {
            return Err(StoreError::damaged(path, bad, format!("{reason}, and more seem to begin after it")));
        }
    }
    Ok(left)
}

/// A journal seen through a buffer. Its end is where it was when it was opened: it may be growing.
struct Window<'a, S> {
    storage: &'a S,
    path: &'a Path,
    end: u64,
    at: u64,
    start: u64,
    bytes: Vec<u8>,
}

impl<'a, S: Storage> Window<'a, S> {
    fn open(storage: &'a S, path: &'a Path) -> Result<Self> {
        let end = storage.length(path).map_err(StoreError::io("read", path))?;
        Ok(Self { storage, path, end, at: 0, start: 0, bytes: Vec::new() })
    }

    fn left(&self) -> u64 {
        self.end - self.at
    }

    /// The next bytes, fewer only at the end.
    fn peek(&mut self, length: usize) -> Result<&[u8]> {
        let length = length.min(usize::try_from(self.left()).unwrap_or(usize::MAX));
        if self.at + length as u64 > self.start + self.bytes.len() as u64 {
            let wanted = length.max(WINDOW).min(usize::try_from(self.left()).unwrap_or(usize::MAX));
            self.bytes.resize(wanted, 0);
            let got = self.storage.read_at(self.path, self.at, &mut self.bytes);
            let got = got.map_err(StoreError::io("read", self.path))?;
            self.bytes.truncate(got);
            self.start = self.at;
            if got < wanted {
                self.end = self.at + got as u64; // it was cut since
            }
        }
        let from = (self.at - self.start) as usize;
        Ok(&self.bytes[from..self.bytes.len().min(from + length)])
    }
}
