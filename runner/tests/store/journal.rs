//! Journals: cut at every byte, every bit flipped, foreign, newer, empty; and what several of them say together.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use runner::store::{
    Committed, Disk, Entry, Extent, Header, Identity, JournalWriter, PointRecord, Result, Shard, Status,
    StoreError, encode_entry, encode_points,
};

use super::scenario::temporary;

const IDENTITY: Identity = Identity([0x5a; 32]);

fn record(point: u64, hash: u8) -> PointRecord {
    PointRecord {
        point,
        attempt: 1,
        status: Status::Ok,
        message: String::new(),
        cause: None,
        summary: vec![Some(0.5), None],
        tables: vec![vec![Extent { part: 0, offset: 10 * point, length: 10 }]],
        hash: [hash; 32],
    }
}

fn failed(point: u64) -> PointRecord {
    let message = "killed by signal 9".to_owned();
    PointRecord { status: Status::Failed, message, summary: vec![], tables: vec![], ..record(point, 0) }
}

fn part(number: u32) -> Vec<u8> {
    let mut payload = Vec::new();
    encode_entry(&mut payload, &Entry::Part(number, &format!("part-0-1-{number}-spikes.csv")));
    payload
}

fn points(records: &[PointRecord]) -> Vec<u8> {
    let mut payload = Vec::new();
    encode_points(&mut payload, records);
    payload
}

/// Writes a journal of these records; returns its path and where its header and each record end.
fn write(dir: &Path, shard: u32, payloads: &[Vec<u8>]) -> (PathBuf, Vec<usize>) {
    let shard = Shard { index: shard, of: 2 };
    let mut journal = JournalWriter::create(Disk, dir, IDENTITY, shard).expect("a new journal");
    let length = |path: &Path| path.metadata().expect("it is there").len() as usize;
    let path = journal.path().to_owned();
    let mut ends = vec![length(&path)];
    for payload in payloads {
        journal.append(payload).expect("there is room");
        ends.push(length(&path));
    }
    (path, ends)
}

fn read(dir: &Path) -> Result<Committed> {
    Committed::read(&Disk, dir, &IDENTITY, 100)
}

fn four_points() -> Vec<Vec<u8>> {
    let mut end = Vec::new();
    encode_entry(&mut end, &Entry::Finished(4));
    vec![
        [part(0), points(&[record(0, 1), record(1, 1)])].concat(),
        points(&[record(2, 1)]),
        points(&[record(3, 1)]),
        end,
    ]
}

/// How many points there are once the first so many bytes are.
fn expected_points(ends: &[usize], length: usize) -> u64 {
    [0, 2, 3, 4, 4][ends.iter().filter(|end| **end <= length).count().saturating_sub(1)]
}

#[test]
fn cut_at_every_byte() {
    let dir = temporary();
    let (path, ends) = write(dir.path(), 0, &four_points());
    let whole = std::fs::read(&path).expect("it is there");
    for length in 0..=whole.len() {
        std::fs::write(&path, &whole[..length]).expect("there is room");
        let committed = read(dir.path()).expect("a torn tail is no fault");
        let last = ends.iter().rfind(|end| **end <= length).copied().unwrap_or(0);
        let journal = &committed.journals()[0];
        assert_eq!(committed.counts().ok, expected_points(&ends, length), "cut at {length}");
        assert_eq!(journal.ignored, (length - last) as u64, "cut at {length}");
        assert_eq!(journal.finished, length == whole.len());
    }
}

#[test]
fn every_bit_flipped() {
    let dir = temporary();
    let (path, ends) = write(dir.path(), 0, &four_points());
    let whole = std::fs::read(&path).expect("it is there");
    let last = ends[ends.len() - 2];
    for bit in 0..8 * whole.len() {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(&path, &bytes).expect("there is room");
        let start = ends.iter().rfind(|end| **end <= bit / 8).copied().unwrap_or(0);
        match read(dir.path()) {
            Ok(committed) => {
                assert!(start == last, "bit {bit} in the middle went unnoticed");
                assert_eq!(committed.counts().ok, 4);
                assert_eq!(committed.journals()[0].ignored, (whole.len() - last) as u64);
                assert!(!committed.journals()[0].finished);
            }
            Err(StoreError::Damaged { path: named, offset, .. }) => {
                assert!(start < last, "bit {bit} in the tail was refused");
                assert_eq!((named, offset), (path.clone(), start as u64), "bit {bit}");
            }
            Err(other) => panic!("bit {bit}: {other}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    /// A crash may leave anything in place of what was not synced.
    #[test]
    fn a_garbled_tail_loses_only_itself(garbage in prop::collection::vec(any::<u8>(), 0..300), from in 0..=3usize) {
        let dir = temporary();
        let (path, ends) = write(dir.path(), 0, &four_points());
        let mut bytes = std::fs::read(&path).expect("it is there");
        bytes.truncate(ends[from]);
        bytes.extend_from_slice(&garbage);
        std::fs::write(&path, &bytes).expect("there is room");
        let committed = read(dir.path()).expect("a torn tail is no fault");
        prop_assert_eq!(committed.counts().ok, expected_points(&ends, ends[from]));
        prop_assert_eq!(committed.journals()[0].ignored, garbage.len() as u64);
    }
}

#[test]
fn a_record_longer_than_the_window_is_read() {
    let dir = temporary();
    let long = PointRecord { message: "x".repeat(3 << 20), ..record(0, 1) };
    let payloads = [[part(0), points(std::slice::from_ref(&long))].concat(), points(&[record(1, 1)])];
    write(dir.path(), 0, &payloads);
    let committed = read(dir.path()).expect("good");
    assert_eq!(committed.record(0), Some(long));
    assert_eq!(committed.record(1), Some(record(1, 1)));
    assert_eq!(committed.record(2), None);
}

#[test]
fn an_empty_file_is_an_attempt_that_died_at_once() {
    let dir = temporary();
    std::fs::write(dir.path().join("journal-0-1.bin"), b"").expect("there is room");
    assert_eq!(read(dir.path()).expect("no fault").counts().committed(), 0);
    let next = JournalWriter::create(Disk, dir.path(), IDENTITY, Shard::WHOLE).expect("a new journal");
    assert_eq!(next.header().attempt, 2);
}

#[test]
fn foreign_and_newer_journals_are_refused() {
    let dir = temporary();
    let other = Header { identity: Identity([1; 32]), shard: Shard::WHOLE, attempt: 1 };
    let path = dir.path().join(other.file_name());
    std::fs::write(&path, other.encode()).expect("there is room");
    let error = read(dir.path()).err().expect("foreign");
    assert_eq!(error.exit_code(), 65);
    let message = error.to_string();
    assert!(message.contains(&"01".repeat(32)) && message.contains(&"5a".repeat(32)), "{message}");

    // The same header of version 2, its checksum taken bit by bit.
    let mut bytes = Header { identity: IDENTITY, ..other }.encode();
    bytes[8] = 2;
    let crc = bytes[..60].iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0x82f6_3b78 & (crc & 1).wrapping_neg()))
    });
    bytes[60..].copy_from_slice(&(!crc).to_le_bytes());
    std::fs::write(&path, bytes).expect("there is room");
    let error = read(dir.path()).err().expect("newer");
    assert!(matches!(error, StoreError::Newer { found: 2, known: 1, .. }), "{error}");
}

#[test]
fn several_journals_agree_or_not() {
    let cases: [(&[PointRecord], &[PointRecord], Option<Status>); 6] = [
        (&[record(1, 1)], &[record(1, 1)], Some(Status::Ok)),
        (&[record(1, 1)], &[record(1, 2)], None),
        (&[record(1, 1), record(1, 2)], &[], None),
        (&[failed(1)], &[record(1, 2)], Some(Status::Ok)),
        (&[record(1, 2)], &[failed(1)], Some(Status::Ok)),
        (&[failed(1)], &[failed(1)], Some(Status::Failed)),
    ];
    for (number, (first, second, expected)) in cases.into_iter().enumerate() {
        let dir = temporary();
        write(dir.path(), 0, &[[part(0), points(first)].concat()]);
        write(dir.path(), 1, &[[part(0), points(second)].concat()]);
        match (read(dir.path()), expected) {
            (Ok(committed), Some(status)) => {
                assert_eq!(committed.status(1), Some(status), "case {number}");
                assert_eq!(committed.counts().committed(), 1, "case {number}");
                assert_eq!(
                    committed.failures().count(),
                    usize::from(status == Status::Failed),
                    "case {number}"
                );
            }
            (Err(StoreError::NotDeterministic { point: 1, first, second, .. }), None) => {
                assert_eq!((first, second), ("01".repeat(32), "02".repeat(32)), "case {number}");
            }
            (other, _) => panic!("case {number}: {:?}", other.map(|committed| committed.counts())),
        }
    }
}

#[test]
fn parts_of_several_journals_keep_their_names() {
    let dir = temporary();
    let at = |point, part| PointRecord {
        tables: vec![vec![Extent { part, offset: 0, length: 1 }], vec![]],
        ..record(point, 1)
    };
    write(dir.path(), 0, &[part(0), [part(1), points(&[at(0, 1)])].concat()]);
    write(dir.path(), 0, &[[part(0), part(1), part(2), points(&[at(1, 2), at(2, 0)])].concat()]);
    let committed = read(dir.path()).expect("good");
    let numbers = [0, 1, 2].map(|point| committed.record(point).expect("committed").tables[0][0].part);
    assert_eq!(numbers, [1, 4, 2]);
    let name = |number: u32| committed.part(number).map(str::to_owned);
    assert_eq!(name(4), Some("part-0-1-2-spikes.csv".to_owned()));
    assert_eq!(name(5), None);
}

#[test]
fn entries_that_cannot_be_are_damage() {
    let mut outside = Vec::new();
    encode_entry(&mut outside, &Entry::Part(0, "part-0-1-0-../../x.csv"));
    let cases = [
        (points(&[record(1, 1)]), "not declared"),
        ([part(0), points(&[record(100, 1)])].concat(), "the run has 100 points"),
        (part(1), "declares part 1"),
        (outside, "declares part 0"),
        (vec![77], "unknown type"),
    ];
    for (payload, expected) in cases {
        let dir = temporary();
        let (path, ends) = write(dir.path(), 0, &[part(0)[..0].to_vec(), payload]);
        match read(dir.path()).err() {
            Some(StoreError::Damaged { path: named, offset, reason }) => {
                assert_eq!((named, offset), (path, ends[1] as u64));
                assert!(reason.contains(expected), "{reason}");
            }
            other => panic!("{expected}: {other:?}"),
        }
    }
}

#[test]
fn two_parents_never_share_a_journal() {
    let dir = temporary();
    let create = |index| JournalWriter::create(Disk, dir.path(), IDENTITY, Shard { index, of: 3 });
    let attempts = [0, 0, 2, 0].map(|shard| create(shard).expect("a new journal").header().attempt);
    assert_eq!(attempts, [1, 2, 1, 3]);
}
