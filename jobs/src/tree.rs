//! TOML text to a tree of values that know their place, in the order of the file.
//!
//! String values are entered into the table of texts; numbers keep their characters. Refuses what is not TOML and what
//! is nested too deeply; knows nothing of the meaning of keys.

use kernels::language::ast::{Span, TextId};
use kernels::language::fault::Fault;
use toml::de::{DeTable, DeValue};

use crate::texts::Texts;
use crate::{codes, strings, syntax};

/// Tables and lists may be nested this deeply.
pub const DEEPEST: usize = 64;

/// A name and its place.
#[derive(Debug, Clone)]
pub struct Key {
    /// The name.
    pub name: String,
    /// Its place.
    pub span: Span,
}

/// A value and its place.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Its place; that of the header for a table with one.
    pub span: Span,
}

/// The kinds of value.
#[derive(Debug, Clone)]
pub enum Value {
    /// A string: the text it means.
    Text(TextId),
    /// An integer in decimal digits, as far as an `i64` holds it.
    Integer(i64),
    /// Any other number, in a form that `f64::from_str` reads.
    Real(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A date or time; has no use here.
    Date,
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

/// A table, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Its keys and values.
    pub entries: Vec<(Key, Node)>,
}

impl Table {
    /// The entry of that name.
    pub fn get(&self, name: &str) -> Option<&(Key, Node)> {
        self.entries.iter().find(|(key, _)| key.name == name)
    }

    /// The value of that name.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }
}

/// Reads a file that is already in the table of texts.
///
/// Where the text is not TOML but what is meant is clear (a quantity without quotes), the tree comes with the faults; an
/// error means that nothing can be said about the rest.
pub fn parse(file: TextId, texts: &mut Texts) -> Result<(Table, Vec<Fault>), Vec<Fault>> {
    let text = texts.get(file).to_owned();
    let (root, errors) = DeTable::parse_recoverable(&text);
    let refused = syntax::refusals(&errors, file, &text);
    if refused.hopeless {
        return Err(refused.faults);
    }
    let mut builder = Builder { file, source: &text, texts, faults: Vec::new() };
    let table = builder.table(root.get_ref(), 1);
    if builder.faults.is_empty() { Ok((table, refused.faults)) } else { Err(builder.faults) }
}

struct Builder<'a> {
    file: TextId,
    source: &'a str,
    texts: &'a mut Texts,
    faults: Vec<Fault>,
}

impl Builder<'_> {
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span { text: self.file, start: range.start as u32, end: range.end as u32 }
    }

    fn table(&mut self, table: &DeTable<'_>, depth: usize) -> Table {
        let mut entries: Vec<(Key, Node)> = Vec::with_capacity(table.len());
        for (key, value) in table.iter() {
            let key = Key { name: key.get_ref().to_string(), span: self.span(key.span()) };
            let node = self.node(value.get_ref(), value.span(), depth + 1);
            entries.push((key, node));
        }
        entries.sort_by_key(|(key, _)| key.span.start);
        Table { entries }
    }

    fn node(&mut self, value: &DeValue<'_>, range: std::ops::Range<usize>, depth: usize) -> Node {
        let span = self.span(range);
        if depth > DEEPEST {
            let message = format!("nested more than {DEEPEST} levels deep");
            self.faults.push(Fault::new(codes::TOO_DEEP, span, message));
            return Node { value: Value::Date, span };
        }
        let value = match value {
            DeValue::String(text) => Value::Text(self.text(text, span)),
            DeValue::Integer(i) => integer(i.as_str(), i.radix()),
            DeValue::Float(f) => Value::Real(f.as_str().to_owned()),
            DeValue::Boolean(b) => Value::Boolean(*b),
            DeValue::Datetime(_) => Value::Date,
            DeValue::Array(list) => {
                Value::List(list.iter().map(|n| self.node(n.get_ref(), n.span(), depth + 1)).collect())
            }
            DeValue::Table(table) => Value::Table(self.table(table, depth)),
        };
        Node { value, span }
    }

    fn text(&mut self, means: &str, span: Span) -> TextId {
        let token = self.source.get(span.start as usize..span.end as usize).unwrap_or("");
        let mut decoded = strings::decode(token, span.start);
        if decoded.text != means {
            decoded = strings::opaque(means.to_owned(), span.start, span.end);
        }
        self.texts.value(self.file, decoded.text, decoded.pieces)
    }
}

fn integer(digits: &str, radix: u32) -> Value {
    match i64::from_str_radix(digits, radix) {
        Ok(value) => Value::Integer(value),
        Err(_) if radix == 10 => Value::Real(digits.to_owned()),
        Err(_) => Value::Real("inf".to_owned()),
    }
}
