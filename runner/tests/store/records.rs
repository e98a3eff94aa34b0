//! The coding of records: everything comes back, and nothing else is accepted.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use runner::store::{
    Cause, Class, Entry, Extent, PointRecord, Status, decode_entries, encode_entry, encode_points,
};

fn extents() -> impl Strategy<Value = Extent> {
    (0..u32::MAX, 0..=u64::MAX / 2, 0..=u64::MAX / 2).prop_map(|(part, offset, length)| Extent {
        part,
        offset,
        length,
    })
}

fn causes() -> impl Strategy<Value = Cause> {
    let class = prop_oneof![
        Just(Class::NotFinite),
        Just(Class::Tolerance),
        Just(Class::Rule),
        any::<i32>().prop_map(Class::Signal),
        any::<i32>().prop_map(Class::Exit),
        Just(Class::Panic),
        Just(Class::Timeout),
        Just(Class::Error),
        Just(Class::Message),
    ];
    (class, option::of(any::<u64>())).prop_map(|(class, step)| Cause { class, step })
}

fn records() -> impl Strategy<Value = PointRecord> {
    let bad = (prop_oneof![Just(Status::Diverged), Just(Status::Failed)], option::of(causes()));
    let status = prop_oneof![Just((Status::Ok, None)), bad];
    let bits =
        any::<u64>().prop_map(f64::from_bits).prop_filter("NaN is not equal to itself", |v| !v.is_nan());
    (
        any::<u64>(),
        any::<u32>(),
        status,
        ".{0,20}",
        vec(option::of(bits), 0..6),
        vec(vec(extents(), 0..5), 0..4),
        any::<[u8; 32]>(),
    )
        .prop_map(|(point, attempt, (status, cause), message, summary, tables, hash)| PointRecord {
            point,
            attempt,
            status,
            message,
            cause,
            summary,
            tables,
            hash,
        })
}

type Entries = (Vec<PointRecord>, Vec<(u32, String)>, Vec<u64>);

fn decode(payload: &[u8]) -> Result<Entries, String> {
    let (mut points, mut parts, mut ends) = (Vec::new(), Vec::new(), Vec::new());
    decode_entries(payload, |entry| {
        match entry {
            Entry::Part(number, name) => parts.push((number, name.to_owned())),
            Entry::Point(raw) => points.push(raw.record()?),
            Entry::Finished(count) => ends.push(count),
        }
        Ok::<(), &'static str>(())
    })
    .map_err(str::to_owned)?;
    Ok((points, parts, ends))
}

fn encode(records: &[PointRecord], parts: &[(u32, String)], ends: &[u64]) -> Vec<u8> {
    let mut payload = Vec::new();
    for (number, name) in parts {
        encode_entry(&mut payload, &Entry::Part(*number, name));
    }
    encode_points(&mut payload, records);
    for count in ends {
        encode_entry(&mut payload, &Entry::Finished(*count));
    }
    payload
}

proptest! {
    #[test]
    fn everything_comes_back(
        records in vec(records(), 0..5),
        parts in vec((any::<u32>(), ".{0,30}"), 0..4),
        ends in vec(any::<u64>(), 0..2),
    ) {
        let payload = encode(&records, &parts, &ends);
        prop_assert_eq!(decode(&payload), Ok((records, parts, ends)));
    }

    #[test]
    fn a_cut_is_noticed_or_lies_between_entries(records in vec(records(), 1..4), cut in 0.0..1.0) {
        let payload = encode(&records, &[], &[]);
        let cut = (payload.len() as f64 * cut) as usize;
        let decoded = decode(&payload[..cut]);
        let noticed = if cut == 0 { decoded == Ok(Default::default()) } else { decoded.is_err() };
        prop_assert!(noticed, "cut at {}", cut);
    }

    #[test]
    fn whatever_decodes_stays_the_same(bytes in vec(prop_oneof![0..4u8, any::<u8>()], 0..200)) {
        let mut payload = Vec::new();
        let decoded = decode_entries(&bytes, |entry| {
            encode_entry(&mut payload, &entry);
            Ok::<(), &'static str>(())
        });
        if decoded.is_ok() {
            prop_assert_eq!(format!("{:?}", decode(&payload)), format!("{:?}", decode(&bytes)));
        }
    }

    #[test]
    fn one_changed_byte_changes_what_is_read(record in records(), at in any::<prop::sample::Index>(), by in 1..=255u8) {
        let payload = encode(std::slice::from_ref(&record), &[], &[]);
        let mut changed = payload.clone();
        let at = at.index(payload.len());
        changed[at] ^= by;
        let nan = |records: &[PointRecord]| records.iter().any(|r| r.summary.iter().flatten().any(|v| v.is_nan()));
        if let Ok((records, ..)) = decode(&changed) {
            prop_assert!(nan(&records) || records != vec![record]);
        }
    }
}

#[test]
fn neighbouring_extents_join() {
    let at = |part, offset, length| Extent { part, offset, length };
    let mut list = Vec::new();
    for extent in [at(0, 5, 5), at(0, 10, 0), at(0, 10, 2), at(1, 12, 3), at(0, 12, 1), at(0, 14, 1)] {
        extent.push(&mut list);
    }
    assert_eq!(list, [at(0, 5, 7), at(1, 12, 3), at(0, 12, 1), at(0, 14, 1)]);
}

#[test]
fn counts_larger_than_the_record_are_refused_before_anything_is_made() {
    let mut points = vec![2];
    points.extend_from_slice(&[0xff, 0xff, 0xff, 0xff, 0x7f]);
    let mut many_values = Vec::new();
    encode_points(&mut many_values, &[]);
    assert_eq!(decode(&points), Err("a count is larger than the record".to_owned()));
    assert_eq!(decode(&many_values), Ok(Default::default()));
    let padded = [3, 0x80, 0x00];
    assert_eq!(decode(&padded), Err("an integer has padding".to_owned()));
    let wide = [3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02];
    assert_eq!(decode(&wide), Err("an integer has more than 64 bits".to_owned()));
    assert_eq!(decode(&[9]), Err("an entry is of an unknown type".to_owned()));
}
