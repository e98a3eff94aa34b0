//! Faults for programs: what `diagnostic` draws for people, as values that serde writes.
//!
//! The shape is part of the command's interface and described in `docs/guide/command-line.md`: keys may be added, none
//! goes away or changes its meaning. All faults are given, however many there are. Nothing is printed here.

use kernels::language::ast::Span;
use kernels::language::fault::Fault;
use serde::Serialize;

use crate::diagnostic::Rejected;
use crate::texts::Texts;

/// Why a job is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// What is wrong, in the order of the file.
    pub faults: Vec<FaultEntry>,
    /// How many faults there are.
    pub count: usize,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaultEntry {
    /// The stable code.
    pub code: &'static str,
    /// One sentence: what is wrong.
    pub message: String,
    /// The place that is marked.
    #[serde(flatten)]
    pub place: Place,
    /// Further places.
    pub also: Vec<Place>,
    /// How to mend it, if we know.
    pub help: Option<String>,
}

/// A marked place. Lines and columns count from 1, columns in characters; the end is one past the last character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, as messages name it; `--set` for what was written on the command line.
    pub file: String,
    /// Line of the first character.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column of the end.
    pub end_column: usize,
    /// The words beside the mark; may be empty.
    pub label: String,
}

impl Rejected {
    /// All faults with their places, for programs.
    pub fn refusal(&self) -> Refusal {
        let faults = self.faults.iter().map(|fault| entry(fault, &self.texts)).collect();
        Refusal { faults, count: self.faults.len() }
    }
}

fn entry(fault: &Fault, texts: &Texts) -> FaultEntry {
    FaultEntry {
        code: fault.code,
        message: fault.message.clone(),
        place: place(fault.span, &fault.label, texts),
        also: fault.also.iter().map(|(span, label)| place(*span, label, texts)).collect(),
        help: fault.help.clone(),
    }
}

fn place(span: Span, label: &str, texts: &Texts) -> Place {
    let span = texts.in_file(span);
    let (line, column) = texts.position(span);
    let (end_line, end_column) = texts.position(Span { start: span.end, ..span });
    let file = texts.name(span.text).to_owned();
    Place { file, line, column, end_line, end_column, label: label.to_owned() }
}
