//! The table of source texts: files, and the string values in them that are parsed further.
//!
//! A span in a string value (an equation in a `'''` block, an escaped basic string, a text in which `{method}` was
//! replaced) is mapped back to bytes of the file it stands in. Nothing is read from disk and nothing interpreted here.

use std::sync::OnceLock;

use kernels::language::ast::{Span, TextId};

use crate::lines::Lines;

/// How a run of bytes of a value stands in its parent text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// First byte in the value.
    pub at: u32,
    /// First byte in the parent.
    pub start: u32,
    /// One past the last byte in the parent.
    pub end: u32,
    /// Whether the bytes are the same, one by one; otherwise the piece is only known as a whole (an escape).
    pub exact: bool,
}

#[derive(Debug, Clone)]
enum Origin {
    File { name: String },
    Value { parent: TextId, pieces: Vec<Piece> },
}

#[derive(Debug, Clone)]
struct Entry {
    text: String,
    origin: Origin,
    /// Made when the first place is asked for.
    lines: OnceLock<Lines>,
}

impl Entry {
    fn new(text: String, origin: Origin) -> Entry {
        Entry { text, origin, lines: OnceLock::new() }
    }
}

/// All source texts of a job.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    entries: Vec<Entry>,
}

impl Texts {
    /// Adds a file (or what was written on the command line) under the name it is shown by.
    pub fn file(&mut self, name: impl Into<String>, text: impl Into<String>) -> TextId {
        self.push(Entry::new(text.into(), Origin::File { name: name.into() }))
    }

    /// Adds a value that stands in `parent`; `pieces` are in rising order of `at`.
    pub fn value(&mut self, parent: TextId, text: String, pieces: Vec<Piece>) -> TextId {
        self.push(Entry::new(text, Origin::Value { parent, pieces }))
    }

    /// Adds a part of a text as a text of its own.
    pub fn part(&mut self, span: Span) -> TextId {
        let text = self.slice(span).to_owned();
        let piece = Piece { at: 0, start: span.start, end: span.end, exact: true };
        self.value(span.text, text, vec![piece])
    }

    fn push(&mut self, entry: Entry) -> TextId {
        let id = TextId(self.entries.len() as u32);
        self.entries.push(entry);
        id
    }

    /// The text itself; empty for an id that is not ours.
    pub fn get(&self, id: TextId) -> &str {
        self.entries.get(id.0 as usize).map_or("", |e| e.text.as_str())
    }

    /// Drops what stands behind so many bytes of a file.
    pub fn shorten(&mut self, file: TextId, length: usize) {
        if let Some(entry) = self.entries.get_mut(file.0 as usize) {
            let length = floor(&entry.text, length);
            entry.text.truncate(length);
            entry.text.shrink_to_fit();
            entry.lines = OnceLock::new();
        }
    }

    /// The characters of a span, clipped to the text.
    pub fn slice(&self, span: Span) -> &str {
        let text = self.get(span.text);
        let (start, end) = (floor(text, span.start as usize), floor(text, span.end as usize));
        &text[start..end.max(start)]
    }

    /// The span of a whole text.
    pub fn whole(&self, id: TextId) -> Span {
        Span { text: id, start: 0, end: self.get(id).len() as u32 }
    }

    /// The name a file is shown by.
    pub fn name(&self, file: TextId) -> &str {
        match self.entries.get(file.0 as usize).map(|e| &e.origin) {
            Some(Origin::File { name }) => name,
            _ => "",
        }
    }

    /// The same place as bytes of a file.
    pub fn in_file(&self, span: Span) -> Span {
        let mut span = span;
        while let Some(Entry { origin: Origin::Value { parent, pieces }, .. }) =
            self.entries.get(span.text.0 as usize)
        {
            span = outward(span, *parent, pieces);
        }
        let text = self.get(span.text);
        let start = floor(text, span.start as usize);
        let end = floor(text, span.end as usize).max(start);
        Span { text: span.text, start: start as u32, end: end as u32 }
    }

    /// Line and column (from 1, in characters) of the beginning of a span, in its file.
    pub fn position(&self, span: Span) -> (usize, usize) {
        let span = self.in_file(span);
        let Some(entry) = self.entries.get(span.text.0 as usize) else { return (1, 1) };
        entry.lines.get_or_init(|| Lines::new(&entry.text)).position(&entry.text, span.start as usize)
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A span of a value as a span of its parent.
fn outward(span: Span, parent: TextId, pieces: &[Piece]) -> Span {
    let start = place(pieces, span.start, false);
    let end = if span.end > span.start { place(pieces, span.end - 1, true) } else { start };
    Span { text: parent, start, end: end.max(start) }
}

/// The byte of the parent where byte `at` of the value begins, or ends (`after`).
fn place(pieces: &[Piece], at: u32, after: bool) -> u32 {
    let index = pieces.partition_point(|p| p.at <= at);
    let Some(piece) = index.checked_sub(1).and_then(|k| pieces.get(k)) else {
        return pieces.first().map_or(0, |p| p.start);
    };
    if !piece.exact {
        return if after { piece.end } else { piece.start };
    }
    (piece.start + (at - piece.at) + u32::from(after)).min(piece.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{self, Value};

    /// Where the last character of each text value stands in its file: the slice and its line and column.
    fn places(source: &str) -> Vec<(String, String, (usize, usize))> {
        let mut texts = Texts::default();
        let file = texts.file("job.toml", source);
        let table = tree::parse(file, &mut texts).unwrap().0;
        let mut out = Vec::new();
        for (_, node) in &table.entries {
            let Value::Text(id) = node.value else { continue };
            let text = texts.get(id);
            let last = text.char_indices().last().map_or(0, |(k, _)| k);
            let span = Span { text: id, start: last as u32, end: text.len() as u32 };
            out.push((text.to_owned(), texts.slice(texts.in_file(span)).to_owned(), texts.position(span)));
        }
        out
    }

    #[test]
    fn values_lead_back_to_the_file() {
        let table: &[(&str, &str, &str, (usize, usize))] = &[
            ("a = 'xyz'", "xyz", "z", (1, 8)),
            ("a = \"xyz\"", "xyz", "z", (1, 8)),
            ("a = \"\\u00e9z\"", "éz", "z", (1, 12)),
            ("a = \"\\ta\\\\\"", "\ta\\", "\\\\", (1, 9)),
            ("a = '''\nx\ny'''", "x\ny", "y", (3, 1)),
            ("a = '''x\n y'''", "x\n y", "y", (2, 2)),
            ("a = \"\"\"\nx \\\n   y\"\"\"", "x y", "y", (3, 4)),
            ("a = 'é' # é\n", "é", "é", (1, 6)),
            ("a = \"\"\"a\"\"b\"\"\"", "a\"\"b", "b", (1, 11)),
        ];
        for (source, text, place, position) in table {
            assert_eq!(places(source), [(text.to_string(), place.to_string(), *position)], "{source}");
        }
    }

    #[test]
    fn parts_of_values_lead_back_too() {
        let mut texts = Texts::default();
        let file = texts.file("job.toml", "a = 'min(P.v)'");
        let table = tree::parse(file, &mut texts).unwrap().0;
        let Value::Text(id) = table.entries[0].1.value else { panic!() };
        let part = texts.part(Span { text: id, start: 4, end: 5 });
        assert_eq!(texts.get(part), "P");
        assert_eq!(texts.position(texts.whole(part)), (1, 10));
    }

    #[test]
    fn spans_beyond_a_text_are_clipped() {
        let mut texts = Texts::default();
        let file = texts.file("x", "é");
        let wild = Span { text: file, start: 1, end: 99 };
        assert_eq!(texts.slice(wild), "é");
        assert_eq!(texts.in_file(wild), Span { text: file, start: 0, end: 2 });
        assert_eq!(texts.slice(Span { text: TextId(7), start: 3, end: 1 }), "");
    }
}
