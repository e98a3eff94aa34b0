//! Text to tokens. Never fails: what cannot be a token becomes one that carries its fault, which the parser reports
//! when it gets there; so a fault in one equation does not hide those of the next.

mod strange;

use super::ast::{Span, TextId};
use super::codes;
use super::fault::Fault;
use super::names;
use super::units;
use strange::strange;

/// One token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Token {
    pub kind: Kind,
    pub span: Span,
}

/// What a token is; names and texts are read from the source through the span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Integer(i64),
    Real(f64),
    Name,
    Text,
    Symbol(&'static str),
    Newline,
    End,
    /// Index into [`Lexed::faults`].
    Bad(usize),
}

/// The tokens of a text, the last one being `End`.
pub(super) struct Lexed {
    pub tokens: Vec<Token>,
    pub faults: Vec<Fault>,
}

/// Longest first; those of other languages are refused by the parser, with advice.
const SYMBOLS: [&str; 41] = [
    "**=", "//=", "**", "//", "<=", ">=", "==", "!=", "<>", "+=", "-=", "*=", "/=", "%=", ":=", "&&", "||",
    "<<", ">>", "+", "-", "*", "/", "%", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ":", ";", ".",
    "^", "!", "&", "|",
];
const MORE_SYMBOLS: [&str; 5] = ["~", "?", "@", "$", "\\"];

/// Splits a text into tokens.
pub(super) fn tokens(text: &str, id: TextId) -> Lexed {
    let mut lexer = Lexer { text, id, at: 0, out: Lexed { tokens: Vec::new(), faults: Vec::new() } };
    while lexer.step() {}
    lexer.out
}

struct Lexer<'a> {
    text: &'a str,
    id: TextId,
    at: usize,
    out: Lexed,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span { text: self.id, start: start as u32, end: end as u32 }
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let span = self.span(self.at, self.at + length);
        self.out.tokens.push(Token { kind, span });
        self.at += length;
    }

    fn bad(&mut self, fault: Fault, length: usize) {
        self.out.faults.push(fault);
        self.push(Kind::Bad(self.out.faults.len() - 1), length);
    }

    /// Takes one token; `false` at the end of the text.
    fn step(&mut self) -> bool {
        let Some(c) = self.rest().chars().next() else {
            self.push(Kind::End, 0);
            return false;
        };
        match c {
            ' ' | '\t' | '\r' => self.at += 1,
            '\n' => self.push(Kind::Newline, 1),
            '#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
            '"' | '\'' => self.quoted(c),
            '0'..='9' => self.number(),
            '.' if self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) => self.number(),
            'A'..='Z' | 'a'..='z' | '_' => self.name(),
            _ => self.symbol(c),
        }
        true
    }

    fn name(&mut self) {
        let length = word_length(self.rest());
        if length <= names::LONGEST {
            return self.push(Kind::Name, length);
        }
        let fault = Fault::new(
            codes::BAD_NAME,
            self.span(self.at, self.at + length),
            format!("this name has {length} characters"),
        )
        .help(format!("names have at most {} characters", names::LONGEST));
        self.bad(fault, length);
    }

    fn quoted(&mut self, quote: char) {
        let line = self.rest()[1..].find('\n').map_or(self.rest().len(), |k| k + 1);
        match self.rest()[1..line].find(quote) {
            Some(k) => self.push(Kind::Text, k + 2),
            None => {
                let fault = Fault::new(
                    codes::QUOTE,
                    self.span(self.at, self.at + 1),
                    "this quote is not closed on its line",
                )
                .help(format!("texts stand between two {quote}; a derivative is written dv/dt"));
                self.bad(fault, line);
            }
        }
    }

    fn number(&mut self) {
        let length = number_length(self.rest());
        let digits = &self.rest()[..length];
        let tail = word_length(&self.rest()[length..]);
        let span = self.span(self.at, self.at + length + tail);
        if tail > 0 {
            let fault = runs_into(digits, &self.rest()[length..length + tail], span);
            return self.bad(fault, length + tail);
        }
        if self.rest()[length..].starts_with('.') {
            let fault = Fault::new(
                codes::NUMBER,
                self.span(self.at, self.at + length + 1),
                "a number with two points",
            );
            return self.bad(fault, length + 1);
        }
        match number_value(digits) {
            Ok(kind) => self.push(kind, length),
            Err((message, help)) => {
                let fault = Fault::new(codes::NUMBER, span, message).help(help);
                self.bad(fault, length);
            }
        }
    }

    fn symbol(&mut self, c: char) {
        let (rest, first) = (self.rest(), self.text.as_bytes()[self.at]);
        let mut all = SYMBOLS.iter().chain(&MORE_SYMBOLS).filter(|s| s.as_bytes()[0] == first);
        let found = all.find(|s| rest.starts_with(**s));
        match found {
            Some(symbol) => self.push(Kind::Symbol(symbol), symbol.len()),
            None => {
                let fault = strange(c, self.span(self.at, self.at + c.len_utf8()));
                self.bad(fault, c.len_utf8());
            }
        }
    }
}

/// How many bytes at the start are letters, digits and `_`.
fn word_length(text: &str) -> usize {
    text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count()
}

fn digits_length(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Length of digits, point, digits, exponent; an `e` without digits belongs to what follows.
pub(super) fn number_length(text: &str) -> usize {
    let mut length = digits_length(text);
    if text[length..].starts_with('.') {
        length += 1 + digits_length(&text[length + 1..]);
    }
    let rest = &text[length..];
    if rest.starts_with(['e', 'E']) {
        let sign = usize::from(rest[1..].starts_with(['+', '-']));
        let digits = digits_length(&rest[1 + sign..]);
        if digits > 0 {
            length += 1 + sign + digits;
        }
    }
    length
}

type Advice = (String, String);

fn number_value(digits: &str) -> Result<Kind, Advice> {
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        if digits.len() > 1 && digits.starts_with('0') {
            let plain = digits.trim_start_matches('0');
            let plain = if plain.is_empty() { "0" } else { plain };
            return Err(("an integer with leading zeros".into(), format!("write {plain}")));
        }
        return digits.parse().map(Kind::Integer).map_err(|_| {
            ("an integer outside of 64 bits".into(), format!("as a real number it is written {digits}.0"))
        });
    }
    let value: f64 = digits.parse().unwrap_or(f64::NAN);
    let mantissa = digits.split(['e', 'E']).next().unwrap_or(digits);
    let zero = mantissa.bytes().all(|b| b == b'0' || b == b'.');
    if !value.is_finite() {
        Err((
            "a number outside of the range of double precision".into(),
            "the largest is about 1.8e308".into(),
        ))
    } else if value == 0.0 && !zero {
        Err(("a number too small for double precision".into(), "the smallest is about 5e-324".into()))
    } else {
        Ok(Kind::Real(value))
    }
}

fn runs_into(digits: &str, word: &str, span: Span) -> Fault {
    if digits == "0"
        && word.starts_with(['x', 'X', 'b', 'B', 'o', 'O'])
        && word[1..].starts_with(|c: char| c.is_ascii_hexdigit())
    {
        return Fault::new(codes::NUMBER, span, "numbers are written in decimal")
            .help("for example 255, not 0xFF");
    }
    if word.starts_with('_') && word[1..].starts_with(|c: char| c.is_ascii_digit()) {
        let plain: String = digits.chars().chain(word.chars()).filter(|c| *c != '_').collect();
        return Fault::new(codes::NUMBER, span, "a number with '_' in it").help(format!("write {plain}"));
    }
    Fault::new(codes::OPERATOR, span, format!("the number {digits} runs into the name '{word}'"))
        .label("an operator is missing here")
        .help(match units::symbol(word).filter(|_| units::unit(word).is_none()) {
            Some(unit) => format!(
                "write {digits}*{} if {word} is the unit, else {digits}*{word}",
                units::long_name(unit)
            ),
            None => format!("write {digits}*{word}"),
        })
}
