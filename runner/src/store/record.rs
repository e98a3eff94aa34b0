//! What a journal says: entries, and their encoding.
//!
//! An entry declares a part, commits points, or ends an attempt. Decoding refuses everything that encoding would not
//! have written.

use super::bytes::{Decoded, Input, write_varint};
use super::cause::Cause;

/// A run of bytes in a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Which part, by its number in the journal.
    pub part: u32,
    /// The first byte.
    pub offset: u64,
    /// How many bytes.
    pub length: u64,
}

impl Extent {
    /// Adds an extent to a list, joined with the last one if it follows directly; empty ones are left out.
    pub fn push(self, list: &mut Vec<Self>) {
        match list.last_mut() {
            _ if self.length == 0 => {}
            Some(last) if last.part == self.part && last.offset + last.length == self.offset => {
                last.length += self.length;
            }
            _ => list.push(self),
        }
    }
}

/// How a point ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Simulated to its end.
    Ok,
    /// Left the range of finite numbers, or broke a rule that depends on simulated values.
    Diverged,
    /// Could not be simulated; a later commit of the point with another status counts instead.
    Failed,
}

impl Status {
    /// The word in `points.csv`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Diverged => "diverged",
            Self::Failed => "failed",
        }
    }

    /// The code of a point that ended so, with a cause or without.
    fn code(self, has_cause: bool) -> u8 {
        match (self, has_cause) {
            (Self::Ok, _) => 0,
            (Self::Diverged, false) => 1,
            (Self::Failed, false) => 2,
            (Self::Diverged, true) => 3,
            (Self::Failed, true) => 4,
        }
    }

    fn from_code(code: u8) -> Decoded<(Self, bool)> {
        match code {
            0 => Ok((Self::Ok, false)),
            1 => Ok((Self::Diverged, false)),
            2 => Ok((Self::Failed, false)),
            3 => Ok((Self::Diverged, true)),
            4 => Ok((Self::Failed, true)),
            _ => Err("a status is unknown"),
        }
    }
}

/// All that is committed of one point.
#[derive(Clone, Debug, PartialEq)]
pub struct PointRecord {
    /// The point.
    pub point: u64,
    /// Which try at this point it was, from 1.
    pub attempt: u32,
    /// How it ended.
    pub status: Status,
    /// Why it did not end well; else empty.
    pub message: String,
    /// The same for programs, where it is known; nothing where it ended well.
    pub cause: Option<Cause>,
    /// One value a column of the summary; or none at all.
    pub summary: Vec<Option<f64>>,
    /// Where its rows lie, for each monitor; or none at all.
    pub tables: Vec<Vec<Extent>>,
    /// What [`super::PointHasher`] made of its rows, summary and status.
    pub hash: [u8; 32],
}

/// A point in a journal, checked but not taken apart.
#[derive(Clone, Copy, Debug)]
pub struct RawPoint<'a> {
    /// The point.
    pub point: u64,
    /// How it ended.
    pub status: Status,
    /// The hash of its results.
    pub hash: [u8; 32],
    /// One more than the greatest number of a part it names.
    pub parts: u32,
    /// Its cause is among the rest.
    pub(super) has_cause: bool,
    pub(super) rest: &'a [u8],
}

/// One entry of a journal.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    /// The next part: its number (ascending from 0) and file name.
    Part(u32, &'a str),
    /// A committed point.
    Point(RawPoint<'a>),
    /// The attempt ended in order, having committed so many points.
    Finished(u64),
}

const PART: u8 = 1;
const POINTS: u8 = 2;
const FINISHED: u8 = 3;

/// Appends a declaration of a part, or the end; points are appended by [`encode_points`].
pub fn encode_entry(out: &mut Vec<u8>, entry: &Entry<'_>) {
    match entry {
        Entry::Part(part, name) => {
            out.push(PART);
            write_varint(out, u64::from(*part));
            write_varint(out, name.len() as u64);
            out.extend_from_slice(name.as_bytes());
        }
        Entry::Point(raw) => {
            out.extend_from_slice(&[POINTS, 1]);
            write_head(out, raw.point, raw.status.code(raw.has_cause), &raw.hash);
            out.extend_from_slice(raw.rest);
        }
        Entry::Finished(points) => {
            out.push(FINISHED);
            write_varint(out, *points);
        }
    }
}

/// Appends an entry that commits these points.
pub fn encode_points(out: &mut Vec<u8>, records: &[PointRecord]) {
    out.push(POINTS);
    write_varint(out, records.len() as u64);
    for record in records {
        let cause = record.cause.filter(|_| record.status != Status::Ok);
        write_head(out, record.point, record.status.code(cause.is_some()), &record.hash);
        cause.into_iter().for_each(|cause| cause.write(out));
        write_body(out, record);
    }
}

fn write_head(out: &mut Vec<u8>, point: u64, code: u8, hash: &[u8; 32]) {
    write_varint(out, point);
    out.push(code);
    out.extend_from_slice(hash);
}

fn write_body(out: &mut Vec<u8>, record: &PointRecord) {
    write_varint(out, u64::from(record.attempt));
    write_varint(out, record.message.len() as u64);
    out.extend_from_slice(record.message.as_bytes());
    write_varint(out, record.summary.len() as u64);
    for value in &record.summary {
        out.push(u8::from(value.is_some()));
        if let Some(value) = value {
            out.extend_from_slice(&value.to_bits().to_le_bytes());
        }
    }
    write_varint(out, record.tables.len() as u64);
    for extents in &record.tables {
        write_varint(out, extents.len() as u64);
        for extent in extents {
            write_varint(out, u64::from(extent.part));
            write_varint(out, extent.offset);
            write_varint(out, extent.length);
        }
    }
}

/// Hands on every entry of a record; stops at the first fault of the bytes or of the visitor.
pub fn decode_entries<'a, E: From<&'static str>>(
    payload: &'a [u8],
    mut visit: impl FnMut(Entry<'a>) -> Result<(), E>,
) -> Result<(), E> {
    let mut input = Input::new(payload);
    while !input.is_empty() {
        match input.byte()? {
            PART => visit(part(&mut input)?)?,
            POINTS => {
                for _ in 0..input.count(38)? {
                    visit(Entry::Point(raw_point(&mut input)?))?;
                }
            }
            FINISHED => visit(Entry::Finished(input.varint()?))?,
            _ => return Err("an entry is of an unknown type".into()),
        }
    }
    Ok(())
}

fn part<'a>(input: &mut Input<'a>) -> Decoded<Entry<'a>> {
    let number = input.varint32()?;
    let name = text(input)?;
    Ok(Entry::Part(number, name))
}

fn text<'a>(input: &mut Input<'a>) -> Decoded<&'a str> {
    let length = input.count(1)?;
    std::str::from_utf8(input.take(length)?).map_err(|_| "a text is not UTF-8")
}

fn raw_point<'a>(input: &mut Input<'a>) -> Decoded<RawPoint<'a>> {
    let point = input.varint()?;
    let (status, has_cause) = Status::from_code(input.byte()?)?;
    let hash = input.array()?;
    let before = input.rest();
    let mut parts = 0;
    walk(input, has_cause, &mut |piece| {
        if let Piece::Extent(extent) = piece {
            parts = parts.max(extent.part + 1);
        }
    })?;
    let rest = &before[..before.len() - input.rest().len()];
    Ok(RawPoint { point, status, hash, parts, has_cause, rest })
}

/// The pieces of a point's body, in order.
enum Piece<'a> {
    Cause(Cause),
    Attempt(u32),
    Message(&'a str),
    Value(Option<f64>),
    Table(usize),
    Extent(Extent),
}

/// The one description of a body: decoding and checking both follow it.
fn walk<'a>(input: &mut Input<'a>, has_cause: bool, visit: &mut impl FnMut(Piece<'a>)) -> Decoded<()> {
    if has_cause {
        visit(Piece::Cause(Cause::read(input)?));
    }
    visit(Piece::Attempt(input.varint32()?));
    visit(Piece::Message(text(input)?));
    for _ in 0..input.count(1)? {
        visit(Piece::Value(match input.byte()? {
            0 => None,
            1 => Some(f64::from_bits(u64::from_le_bytes(input.array()?))),
            _ => return Err("a value is neither there nor absent"),
        }));
    }
    for _ in 0..input.count(1)? {
        let count = input.count(3)?;
        visit(Piece::Table(count));
        for _ in 0..count {
            visit(Piece::Extent(extent(input)?));
        }
    }
    Ok(())
}

fn extent(input: &mut Input<'_>) -> Decoded<Extent> {
    let extent = Extent { part: input.varint32()?, offset: input.varint()?, length: input.varint()? };
    if extent.part == u32::MAX || extent.offset.checked_add(extent.length).is_none() {
        return Err("an extent is out of range");
    }
    Ok(extent)
}

impl RawPoint<'_> {
    /// Takes the record apart.
    ///
    /// # Errors
    /// Never for what [`decode_entries`] handed on, which was checked.
    pub fn record(&self) -> Result<PointRecord, &'static str> {
        let mut record = PointRecord {
            point: self.point,
            attempt: 0,
            status: self.status,
            message: String::new(),
            cause: None,
            summary: Vec::new(),
            tables: Vec::new(),
            hash: self.hash,
        };
        walk(&mut Input::new(self.rest), self.has_cause, &mut |piece| match piece {
            Piece::Cause(cause) => record.cause = Some(cause),
            Piece::Attempt(attempt) => record.attempt = attempt,
            Piece::Message(message) => record.message = message.to_owned(),
            Piece::Value(value) => record.summary.push(value),
            Piece::Table(count) => record.tables.push(Vec::with_capacity(count)),
            Piece::Extent(extent) => {
                if let Some(table) = record.tables.last_mut() {
                    table.push(extent);
                }
            }
        })?;
        Ok(record)
    }
}
