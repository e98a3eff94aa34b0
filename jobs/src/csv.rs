//! CSV files as input: one header row, one value a cell, the place of every cell known.
//!
//! Refuses ragged rows, doubled titles, and cells that are not finite numbers, with row and column.

use kernels::language::ast::{Span, TextId};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::units::{self, Measure};

use crate::texts::Texts;
use crate::{codes, files};

/// No more faults of one file are reported.
const MOST_FAULTS: usize = 10;

/// A CSV file. Its text lies among the texts; cells are read from there, one row after the other.
pub struct Table {
    /// The file among the texts.
    pub file: TextId,
    /// The titles of the columns.
    pub titles: Vec<String>,
    /// How many rows there are; each has as many cells as there are titles.
    rows: usize,
}

fn reader(text: &str) -> ::csv::Reader<&[u8]> {
    ::csv::ReaderBuilder::new().trim(::csv::Trim::Headers).from_reader(text.as_bytes())
}

impl Table {
    /// Reads the text of a file.
    pub fn read(name: &str, bytes: Vec<u8>, texts: &mut Texts) -> Result<Table, Fault> {
        let file = files::enter(name, bytes, texts)?;
        let text = texts.get(file);
        let mut reader = reader(text);
        let header = reader.headers().map_err(|e| malformed(name, file, &e))?;
        let titles: Vec<String> = header.iter().map(str::to_owned).collect();
        for (k, title) in titles.iter().enumerate() {
            if titles[..k].contains(title) {
                let span =
                    Span { text: file, start: 0, end: text.lines().next().map_or(0, |l| l.len() as u32) };
                return Err(Fault::new(codes::DATA, span, format!("'{name}' has two columns '{title}'")));
            }
        }
        let (mut record, mut rows) = (::csv::ByteRecord::new(), 0);
        while reader.read_byte_record(&mut record).map_err(|e| malformed(name, file, &e))? {
            rows += 1;
        }
        Ok(Table { file, titles, rows })
    }

    /// How many rows there are, without the header.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Calls `each` for the cells of a column, from the first row on, until it says that it is enough.
    pub fn column(&self, column: usize, texts: &Texts, mut each: impl FnMut(usize, &str) -> bool) {
        let mut reader = reader(texts.get(self.file));
        let mut record = ::csv::ByteRecord::new();
        let mut row = 0;
        // The text is UTF-8, so that its cells are; what is no record was refused when the table was read.
        while reader.read_byte_record(&mut record).unwrap_or(false)
            && each(row, std::str::from_utf8(record.get(column).unwrap_or(b"")).unwrap_or("").trim())
        {
            row += 1;
        }
    }

    /// Where a row begins.
    fn position(&self, row: usize, texts: &Texts) -> usize {
        let bytes = texts.get(self.file).as_bytes();
        (0..=row).fold(first_cell(bytes, 0), |at, _| first_cell(bytes, record_end(bytes, at)))
    }

    /// Forgets all rows but the first: nothing more can be said of them.
    pub fn forget(&self, texts: &mut Texts) {
        if self.rows > 1 {
            texts.shorten(self.file, self.position(1, texts));
        }
    }

    /// Where a cell stands.
    pub fn span(&self, row: usize, column: usize, texts: &Texts) -> Span {
        let text = texts.get(self.file);
        let from = self.position(row, texts);
        let (start, end) = field(text, from, column);
        Span { text: self.file, start: start as u32, end: end as u32 }
    }

    /// Where a title stands.
    pub fn title_span(&self, column: usize, texts: &Texts) -> Span {
        let (start, end) = field(texts.get(self.file), 0, column);
        Span { text: self.file, start: start as u32, end: end as u32 }
    }

    /// A column of numbers in this unit, in SI units.
    pub fn numbers(&self, column: usize, unit: Option<&str>, texts: &Texts) -> Result<Vec<f64>, Vec<Fault>> {
        let (mut values, mut wrong) = (Vec::with_capacity(self.rows), Wrong::default());
        let measure = Unit::new(unit);
        self.column(column, texts, |row, cell| match measure.number(cell) {
            Some(value) => {
                values.push(value);
                true
            }
            None => wrong.add(row, cell),
        });
        if wrong.cells.is_empty() { Ok(values) } else { Err(self.not_numbers(column, &wrong, texts)) }
    }

    /// Several columns of numbers in these units, row after row, in SI units.
    pub fn grid(
        &self,
        columns: &[usize],
        units: &[Option<String>],
        texts: &Texts,
    ) -> Result<Vec<f64>, Vec<Fault>> {
        let measures: Vec<Unit> = units.iter().map(|unit| Unit::new(unit.as_deref())).collect();
        let mut values = Vec::with_capacity(self.rows * columns.len());
        let mut wrong: Vec<Wrong> = columns.iter().map(|_| Wrong::default()).collect();
        let mut reader = reader(texts.get(self.file));
        let (mut record, mut row, mut more) = (::csv::ByteRecord::new(), 0, true);
        while more && reader.read_byte_record(&mut record).unwrap_or(false) {
            for ((column, measure), wrong) in columns.iter().zip(&measures).zip(&mut wrong) {
                let cell = std::str::from_utf8(record.get(*column).unwrap_or(b"")).unwrap_or("").trim();
                match measure.number(cell) {
                    Some(value) => values.push(value),
                    None => more &= wrong.add(row, cell),
                }
            }
            row += 1;
        }
        let faults = columns.iter().zip(&wrong).flat_map(|(k, wrong)| self.not_numbers(*k, wrong, texts));
        let faults: Vec<Fault> = faults.take(MOST_FAULTS).collect();
        if faults.is_empty() { Ok(values) } else { Err(faults) }
    }

    /// The faults of cells that should be numbers.
    pub fn not_numbers(&self, column: usize, wrong: &Wrong, texts: &Texts) -> Vec<Fault> {
        let name = texts.name(self.file);
        let fault = |(row, cell): &(usize, String)| {
            let what = match cell.as_str() {
                "" => "is empty".to_owned(),
                cell => format!("is {cell:?}, which is not a finite number"),
            };
            let message = format!("'{name}', row {}, column '{}' {what}", row + 1, self.titles[column]);
            Fault::new(codes::DATA, self.span(*row, column, texts), message)
        };
        wrong.cells.iter().map(fault).collect()
    }
}

/// Cells that are no numbers.
#[derive(Debug, Default)]
pub struct Wrong {
    /// Row and text of each.
    pub cells: Vec<(usize, String)>,
}

impl Wrong {
    /// Notes a cell; whether it is worth going on.
    pub fn add(&mut self, row: usize, cell: &str) -> bool {
        self.cells.push((row, cell.to_owned()));
        self.cells.len() < MOST_FAULTS
    }
}

/// The unit of a column, read once.
pub enum Unit {
    /// Cells are pure numbers.
    None,
    /// Cells are numbers of this.
    Some(Measure),
    /// There is no such unit: no cell has a value.
    Unknown,
}

impl Unit {
    /// Of a unit as written in quantities.
    pub fn new(unit: Option<&str>) -> Unit {
        match unit.map(Measure::new) {
            None => Unit::None,
            Some(Some(measure)) => Unit::Some(measure),
            Some(None) => Unit::Unknown,
        }
    }

    /// A cell as a finite number, in SI units.
    pub fn number(&self, cell: &str) -> Option<f64> {
        // What Rust reads besides, such as `inf`, is no number of a table.
        let plain =
            || cell.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
        match self {
            Unit::None => cell.parse().ok().filter(|x: &f64| x.is_finite() && plain()),
            Unit::Some(measure) => measure.value(cell),
            Unit::Unknown => None,
        }
    }
}

fn malformed(name: &str, file: TextId, error: &::csv::Error) -> Fault {
    let at = error.position().map_or(0, |p| p.byte() as u32);
    let span = Span { text: file, start: at, end: at };
    let what = match error.kind() {
        ::csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let row = pos.as_ref().map_or(0, |p| p.record());
            format!("row {row} has {len} cells, but the header has {expected_len}")
        }
        _ => error.to_string(),
    };
    Fault::new(codes::DATA, span, format!("'{name}': {what}"))
}

/// Start and end of a field of the record that begins at `from`.
fn field(text: &str, from: usize, column: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let mut start = first_cell(bytes, from);
    let mut end = field_end(bytes, start);
    for _ in 0..column {
        start = (end + 1).min(bytes.len());
        end = field_end(bytes, start);
    }
    (start, end)
}

/// Where the first cell behind blank lines begins.
fn first_cell(bytes: &[u8], from: usize) -> usize {
    from + bytes[from..].iter().take_while(|b| matches!(b, b'\n' | b'\r')).count()
}

/// Where the line of a record ends whose first cell begins at `start`.
fn record_end(bytes: &[u8], start: usize) -> usize {
    let mut end = field_end(bytes, start);
    while bytes.get(end) == Some(&b',') {
        end = field_end(bytes, end + 1);
    }
    end
}

/// Where the field that begins at `start` ends. As for the reader, a quote counts at the beginning of a field only; in
/// a quoted field two of them are one character.
fn field_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    if bytes.get(at) == Some(&b'"') {
        at += 1;
        while let Some(length) = bytes[at..].iter().position(|b| *b == b'"') {
            at += length + 1;
            if bytes.get(at) != Some(&b'"') {
                return plain_end(bytes, at);
            }
            at += 1;
        }
        return bytes.len();
    }
    plain_end(bytes, at)
}

fn plain_end(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|b| !matches!(b, b',' | b'\n' | b'\r')).count()
}

/// A number in a unit, in SI units, by way of its shortest decimal.
pub fn scaled(value: f64, unit: &str) -> Option<f64> {
    units::quantity(&format!("{value:e} {unit}"))?.ok().map(|(value, _)| value)
}

/// The dimension of a unit.
pub fn dimension(unit: &str) -> Option<Dimension> {
    units::quantity(&format!("1 {unit}"))?.ok().map(|(_, dimension)| dimension)
}

/// The unit a title ends with: `mV` of `drive_mV`, `S/m2` of `g_S_per_m2`; the longest one.
pub fn suffix_unit(title: &str) -> Option<String> {
    title.match_indices('_').map(|(k, _)| &title[k + 1..]).find_map(unit_of_suffix)
}

/// `S_per_m2` as `S/m2`.
pub fn unit_of_suffix(suffix: &str) -> Option<String> {
    let mut unit = String::new();
    let mut below = false;
    for part in suffix.split('_') {
        if part == "per" && !below {
            below = true;
            continue;
        }
        match (unit.is_empty(), below) {
            (true, true) => unit.push_str("1/"),
            (false, true) => unit.push('/'),
            (false, false) => unit.push('*'),
            (true, false) => {}
        }
        unit.push_str(part);
        below = false;
    }
    (!below && dimension(&unit).is_some()).then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_cells() {
        let table = [
            ("a,b\n1,\"x,\"\"y\"\n3,4\n", 4, 1, "\"x,\"\"y\""),
            ("a,b\n1,\"x,\"\"y\"\n3,4\n", 13, 0, "3"),
            ("a,b\n1,\"x,\"\"y\"\n3,4\n", 14, 1, "4"),
            ("a\"b,c\n1,2\n", 0, 0, "a\"b"),
            ("a\"b,c\n1,2\n", 0, 1, "c"),
            ("\"a\"b\",c\n1,2\n", 0, 0, "\"a\"b\""),
            ("\"a\nb", 0, 0, "\"a\nb"),
        ];
        for (text, from, column, cell) in table {
            let (start, end) = field(text, from, column);
            assert_eq!(&text[start..end], cell, "{text}");
        }
    }
}
