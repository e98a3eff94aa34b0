//! TOML string tokens: from the characters in the file to the text they mean, remembering where each piece stands.
//!
//! Only tokens that the TOML reader has accepted come here. Whoever calls compares the result with the
//! reader's own and falls back to one inexact piece.

use crate::texts::Piece;

/// A decoded token.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    /// What it means.
    pub text: String,
    /// Where its pieces stand; positions count from the beginning of the file.
    pub pieces: Vec<Piece>,
}

/// Decodes the token that begins at byte `offset` of its file.
pub fn decode(token: &str, offset: u32) -> Decoded {
    let mut out = Writer { text: String::new(), pieces: Vec::new(), offset };
    for (quotes, escapes) in [("'''", false), ("\"\"\"", true), ("'", false), ("\"", true)] {
        if token.len() >= 2 * quotes.len() && token.starts_with(quotes) && token.ends_with(quotes) {
            let (mut start, end) = (quotes.len(), token.len() - quotes.len());
            if quotes.len() == 3 {
                start += usize::from(token[start..end].starts_with('\n'));
            }
            body(token, start, end, escapes, &mut out);
            return Decoded { text: out.text, pieces: out.pieces };
        }
    }
    out.exact(token, 0, token.len());
    Decoded { text: out.text, pieces: out.pieces }
}

/// One piece that maps everything to the whole token.
pub fn opaque(text: String, start: u32, end: u32) -> Decoded {
    Decoded { text, pieces: vec![Piece { at: 0, start, end, exact: false }] }
}

struct Writer {
    text: String,
    pieces: Vec<Piece>,
    offset: u32,
}

impl Writer {
    fn piece(&mut self, start: usize, end: usize, exact: bool) {
        let at = self.text.len() as u32;
        self.pieces.push(Piece {
            at,
            start: self.offset + start as u32,
            end: self.offset + end as u32,
            exact,
        });
    }

    fn exact(&mut self, token: &str, start: usize, end: usize) {
        if end > start || self.pieces.is_empty() {
            self.piece(start, end, true);
            self.text.push_str(&token[start..end]);
        }
    }

    fn escape(&mut self, means: &str, start: usize, end: usize) {
        if !means.is_empty() {
            self.piece(start, end, false);
            self.text.push_str(means);
        }
    }
}

fn body(token: &str, start: usize, end: usize, escapes: bool, out: &mut Writer) {
    let bytes = token.as_bytes();
    let (mut from, mut at) = (start, start);
    while at < end {
        if escapes && bytes[at] == b'\\' {
            out.exact(token, from, at);
            let (means, length) = escape(&token[at..end]);
            out.escape(&means, at, at + length);
            at += length;
            from = at;
        } else {
            at += 1;
        }
    }
    out.exact(token, from, end);
}

/// What an escape means, and its length in bytes.
fn escape(text: &str) -> (String, usize) {
    let Some(letter) = text[1..].chars().next() else { return (String::new(), 1) };
    let simple = match letter {
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        'x' => return code(text, 2),
        'u' => return code(text, 4),
        'U' => return code(text, 8),
        ' ' | '\t' | '\r' | '\n' => {
            let rest = text[1..].trim_start_matches([' ', '\t', '\r', '\n']);
            return (String::new(), text.len() - rest.len());
        }
        other => other,
    };
    (simple.to_string(), 1 + letter.len_utf8())
}

fn code(text: &str, digits: usize) -> (String, usize) {
    let value = text.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    match value.and_then(char::from_u32) {
        Some(c) => (c.to_string(), 2 + digits),
        None => (String::new(), 2),
    }
}
