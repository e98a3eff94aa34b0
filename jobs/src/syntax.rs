//! What the TOML reader refuses, as faults in words: the usual slips are named, with the mend.
//!
//! One fault a line at most, since the reader's next words about a line only follow from the first ones. After an open
//! string of several lines or an open bracket nothing can be said of the rest of the file.

use std::ops::Range;

use kernels::language::ast::{Span, TextId};
use kernels::language::fault::Fault;

use crate::codes;

/// What the reader's errors become.
pub struct Refused {
    /// The faults.
    pub faults: Vec<Fault>,
    /// Whether the rest of the file cannot be trusted.
    pub hopeless: bool,
}

/// The faults of a file.
pub fn refusals(errors: &[toml::de::Error], file: TextId, text: &str) -> Refused {
    let mut sorted: Vec<(Range<usize>, &str)> =
        errors.iter().map(|e| (e.span().unwrap_or(0..0), e.message())).collect();
    sorted.sort_by_key(|(range, _)| range.start);
    let unclosed = errors.iter().any(|e| is_open_bracket(e.message()));
    let mut out = Refused { faults: Vec::new(), hopeless: false };
    let mut line = None;
    for (range, message) in sorted {
        let slip = Slip { text, range, message };
        let repeated = line == Some(slip.line()) || slip.repeats(out.faults.last());
        if !repeated {
            line = Some(slip.line());
            out.faults.push(slip.fault(file, unclosed));
        }
        out.hopeless |= message.starts_with("unclosed table");
        if slip.swallows_the_rest(unclosed) {
            out.hopeless = true;
            return out;
        }
    }
    out
}

fn is_open_bracket(message: &str) -> bool {
    message.starts_with("unclosed array") || message.starts_with("unclosed inline table")
}

/// An error of the reader, with the text it stands in.
struct Slip<'a> {
    text: &'a str,
    range: Range<usize>,
    message: &'a str,
}

impl Slip<'_> {
    /// Where the line begins.
    fn line(&self) -> usize {
        self.text[..self.range.start].rfind('\n').map_or(0, |k| k + 1)
    }

    /// The line from the error on.
    fn rest(&self) -> &str {
        self.text[self.range.start..].lines().next().unwrap_or("")
    }

    fn slice(&self) -> &str {
        self.text.get(self.range.clone()).unwrap_or("")
    }

    /// The keys of a table that is defined twice are not all named.
    fn repeats(&self, last: Option<&Fault>) -> bool {
        let Some(last) = last.filter(|f| f.code == codes::TWICE && self.message == "duplicate key") else {
            return false;
        };
        let (start, end) = (last.span.start as usize, self.range.start);
        let line = self.text[..start].rfind('\n').map_or(0, |k| k + 1);
        self.text[line..].starts_with('[') && self.text.get(start..end).is_some_and(|t| !t.contains("\n["))
    }

    fn is_open_string(&self) -> bool {
        let kinds = ["invalid basic string", "invalid literal string"];
        kinds.iter().any(|k| self.message.starts_with(k))
            && self.text[..self.range.start].ends_with(['"', '\''])
    }

    /// Whether what follows was read as a part of a text or a list.
    fn swallows_the_rest(&self, unclosed: bool) -> bool {
        let open = is_open_bracket(self.message) || self.message.starts_with("invalid multi-line");
        open || self.is_open_string() || (unclosed && self.message.starts_with("missing comma"))
    }

    fn fault(&self, file: TextId, unclosed: bool) -> Fault {
        let at = |range: Range<usize>| Span { text: file, start: range.start as u32, end: range.end as u32 };
        if self.message == "duplicate key" {
            return self.duplicate(at);
        }
        if self.message.starts_with("invalid multi-line") {
            let quotes = if self.message.contains('"') { "\"\"\"" } else { "'''" };
            let opened = self.text.rfind(quotes).unwrap_or(self.range.start);
            return Fault::new(codes::TOML, at(opened..opened + 3), format!("this {quotes} is never closed"))
                .help(format!("end the text with a line {quotes}"));
        }
        let (message, help) = self.words(unclosed);
        let fault = Fault::new(codes::TOML, at(self.range.clone()), message);
        match help {
            Some(help) => fault.help(help),
            None => fault,
        }
    }

    fn duplicate(&self, at: impl Fn(Range<usize>) -> Span) -> Fault {
        let name = self.slice();
        let fault = Fault::new(codes::TWICE, at(self.range.clone()), format!("'{name}' is defined twice"))
            .label("defined again here")
            .help("remove one of the two");
        let line = self.text[self.line()..].lines().next().unwrap_or("").trim();
        let header = line.starts_with('[');
        let before = &self.text[..self.line()];
        let first = if header {
            before.find(&format!("{line}\n"))
        } else {
            let table = before.rfind("\n[").map_or(0, |k| k + 1);
            let mut lines = before[table..].split_inclusive('\n').scan(table, |at, line| {
                *at += line.len();
                Some((*at - line.len(), line))
            });
            let is_same = |line: &str| {
                line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
            };
            lines.find(|(_, line)| is_same(line)).map(|(start, _)| start)
        };
        match first {
            Some(start) => {
                let length = if header { line.len() } else { name.len() };
                fault.also(at(start..start + length), "defined here first")
            }
            None => fault,
        }
    }

    /// What is wrong, and how to mend it.
    fn words(&self, unclosed: bool) -> (String, Option<String>) {
        let plain = format!("not valid TOML: {}", self.message);
        let starts = |words: &str| self.message.starts_with(words);
        if starts("string values must be quoted") || starts("invalid float, expected `") {
            return self.unquoted();
        }
        if starts("invalid boolean") {
            let word = self.slice().to_ascii_lowercase();
            let message = format!("'{}' is not a value of TOML", self.slice());
            return (message, Some(format!("write {word}, in lower case")));
        }
        if starts("invalid unquoted key") {
            return self.key();
        }
        if starts("key with no value") || starts("missing assignment") {
            let help =
                if self.rest().starts_with(':') { "write = instead of :" } else { "write NAME = VALUE" };
            return ("not valid TOML: a name without '=' and a value".into(), Some(help.into()));
        }
        if self.is_open_string() {
            let help = "a text of several lines stands between ''' and '''";
            return ("this text does not end on its line".into(), Some(help.into()));
        }
        if starts("invalid basic string") || starts("invalid literal string") {
            let quote = if self.message.contains('"') { '"' } else { '\'' };
            return ("this text is not closed on its line".into(), Some(format!("end it with {quote}")));
        }
        if starts("unexpected key or value") {
            return self.behind();
        }
        if unclosed && starts("missing comma") {
            let help = "a list ends with ], a table in one line with }; elements are separated by commas";
            return ("a bracket that was opened before this is not closed".into(), Some(help.into()));
        }
        let help = match self.message {
            m if m.starts_with("missing escaped value") => {
                "a backslash is only itself between single quotes: '...'"
            }
            m if m.starts_with("invalid mantissa") => "write a digit before the point: 0.5",
            m if m.starts_with("invalid fraction") => "write a digit behind the point: 5.0",
            m if m.starts_with("missing comma") => "elements are separated by commas",
            m if m.starts_with("unclosed table") => "a header is written [run], [neurons.NAME] or [[sweep]]",
            m if m.starts_with("unexpected leading zero") => "write the number without zeros before it",
            m if m.starts_with("extra `=`") => "remove one of the two",
            _ => "write NAME = VALUE, one on a line",
        };
        (plain, Some(help.into()))
    }

    /// A value without quotes.
    fn unquoted(&self) -> (String, Option<String>) {
        let value = self.slice().trim();
        if value.is_empty() {
            return ("a value is missing here".into(), Some("write NAME = VALUE".into()));
        }
        if value.contains(['\u{201C}', '\u{201D}', '\u{201E}', '\u{2018}', '\u{2019}', '\u{AB}', '\u{BB}']) {
            let inner = value.trim_matches(|c: char| !c.is_ascii());
            return (
                "these are typographic quotes".into(),
                Some(format!("write straight quotes: \"{inner}\"")),
            );
        }
        if ["linspace(", "logspace(", "arange(", "range("].iter().any(|f| value.contains(f)) {
            let help = "a range is written { from = \"1 mV\", to = \"2 mV\", n = 11 }";
            return ("a value cannot be computed by a function here".into(), Some(help.into()));
        }
        let number = value.find(|c: char| c.is_ascii_alphabetic() || c == '\u{B5}').unwrap_or(0);
        let (head, unit) = value.split_at(number);
        if !head.is_empty() && head.trim().parse::<f64>().is_ok() {
            let help = format!("quote it: \"{} {unit}\"", head.trim());
            return ("a quantity must stand in quotes".into(), Some(help));
        }
        ("a text must stand in quotes".into(), Some(format!("quote it: \"{value}\"")))
    }

    /// Something that is no name of a key.
    fn key(&self) -> (String, Option<String>) {
        let line = self.text[self.line()..].lines().next().unwrap_or("");
        let found = self.slice();
        if found.starts_with("//") || line.trim_start().starts_with("//") {
            return ("not valid TOML: '//' begins no comment".into(), Some("a comment begins with #".into()));
        }
        let invisible = |c: &char| {
            !c.is_ascii() && (c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}'))
        };
        if let Some(c) = found.chars().next().filter(invisible) {
            let message = format!("an invisible character (U+{:04X}) stands here", c as u32);
            return (message, Some("replace it by a plain space".into()));
        }
        if line.contains("/dt") {
            let help = "equations stand in a text of several lines: equations = '''...'''";
            return ("an equation stands outside of a text".into(), Some(help.into()));
        }
        if found.starts_with(':') {
            return ("not valid TOML: ':' is no sign here".into(), Some("write = instead of :".into()));
        }
        let message = format!("not valid TOML: '{found}' cannot stand in the name of a key");
        (message, Some("names are made of A-Z, a-z, 0-9, _ and -".into()))
    }

    /// Something behind a value.
    fn behind(&self) -> (String, Option<String>) {
        let rest = self.rest();
        let before = self.text[self.line()..self.range.start].rsplit('=').next().unwrap_or("").trim();
        let digits: String = rest.trim_start_matches(',').chars().take_while(char::is_ascii_digit).collect();
        if rest.starts_with(',')
            && !digits.is_empty()
            && before.bytes().all(|b| b.is_ascii_digit() || b == b'-')
        {
            let help = format!("write decimals with a point: {before}.{digits}; a list is written [1, 2]");
            return ("a comma stands in a number".into(), Some(help));
        }
        if rest.starts_with(',') {
            return ("a comma behind a value".into(), Some("a list is written [1, 2]".into()));
        }
        (
            "nothing may stand behind a value on its line".into(),
            Some("write one key a line; a comment begins with #".into()),
        )
    }
}
