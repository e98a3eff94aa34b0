//! Faults as text for people: code, message, place, marked source, further places, help.
//!
//! The same faults give the same characters everywhere, unless colours are asked for. Nothing is printed here.

use std::collections::HashSet;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Renderer, Snippet, normalize_untrusted_str as untrusted,
};
use kernels::language::ast::{Span, TextId};
use kernels::language::fault::Fault;

use crate::texts::Texts;
use crate::{echoes, look_alikes, mends};

/// No more than this many faults are shown; the rest is counted.
const SHOWN: usize = 50;
/// Fixed, so that messages do not depend on the terminal.
const WIDTH: usize = 140;
/// Lines longer than this are shown in part.
const LONGEST_LINE: usize = 2000;

/// Faults with the texts they point into: why a job is refused.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// What is wrong, in the order of the file.
    pub faults: Vec<Fault>,
    /// The texts the faults point into.
    pub texts: Texts,
}

impl Rejected {
    /// Sorts the faults by their place and drops repeated ones.
    pub fn new(mut faults: Vec<Fault>, texts: Texts) -> Rejected {
        let place = |f: &Fault| {
            let span = texts.in_file(f.span);
            (span.text, span.start, span.end)
        };
        faults.sort_by_key(place);
        let mut seen = HashSet::new();
        faults.retain(|f| seen.insert((place(f), f.code, f.message.clone())));
        look_alikes::mark(&mut faults, &texts);
        echoes::drop(&mut faults, &texts);
        let faults = faults.into_iter().map(mends::mended).collect();
        Rejected { faults, texts }
    }

    /// The codes of the faults that are shown, each once, in their order.
    pub fn codes(&self) -> Vec<&'static str> {
        let mut codes = Vec::new();
        for fault in self.faults.iter().take(SHOWN) {
            if !codes.contains(&fault.code) {
                codes.push(fault.code);
            }
        }
        codes
    }

    /// The exit code of a refused job (`EX_DATAERR`).
    pub fn exit_code(&self) -> u8 {
        65
    }

    /// All faults as text, with ANSI colours on request.
    pub fn render(&self, colour: bool) -> String {
        let mut out = String::new();
        for fault in self.faults.iter().take(SHOWN) {
            out.push_str(&render(fault, &self.texts, colour));
            out.push_str("\n\n");
        }
        let hidden = self.faults.len().saturating_sub(SHOWN);
        if hidden > 0 {
            out.push_str(&format!("... and {hidden} more\n\n"));
        }
        let count = self.faults.len();
        out.push_str(&format!("{count} {} found\n", if count == 1 { "fault" } else { "faults" }));
        out
    }
}

impl std::fmt::Display for Rejected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Rejected {}

/// One fault as text, without a final newline.
pub fn render(fault: &Fault, texts: &Texts, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(WIDTH).decor_style(DecorStyle::Ascii);
    renderer.render(&[group(fault, texts)])
}

/// A marked place in a file.
struct Mark<'a> {
    span: Span,
    label: &'a str,
    primary: bool,
}

fn group<'a>(fault: &'a Fault, texts: &'a Texts) -> Group<'a> {
    let mut marks = vec![Mark { span: texts.in_file(fault.span), label: &fault.label, primary: true }];
    for (span, label) in &fault.also {
        marks.push(Mark { span: texts.in_file(*span), label, primary: false });
    }
    let mut files: Vec<TextId> = Vec::new();
    for mark in &marks {
        if !files.contains(&mark.span.text) {
            files.push(mark.span.text);
        }
    }
    let mut group = Level::ERROR.primary_title(fault.message.as_str()).id(fault.code).elements(
        files
            .iter()
            .map(|file| snippet(*file, marks.iter().filter(|m| m.span.text == *file).collect(), texts)),
    );
    if let Some(help) = &fault.help {
        group = group.element(Level::HELP.message(untrusted(help)));
    }
    group
}

fn snippet<'a>(file: TextId, marks: Vec<&Mark<'a>>, texts: &'a Texts) -> Snippet<'a, Annotation<'a>> {
    let text = texts.get(file);
    let first = marks.iter().map(|m| m.span.start as usize).min().unwrap_or(0);
    let last = marks.iter().map(|m| m.span.end as usize).max().unwrap_or(0);
    let (from, to) = window(text, first, last);
    let line = text[..from].bytes().filter(|b| *b == b'\n').count() + 1;
    let mut snippet =
        Snippet::source(&text[from..to]).line_start(line).path(untrusted(texts.name(file))).fold(true);
    for mark in marks {
        let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let end = (mark.span.end as usize).clamp(from, to);
        let range = (mark.span.start as usize).clamp(from, end) - from..end - from;
        let label = (!mark.label.is_empty()).then(|| untrusted(mark.label));
        snippet = snippet.annotation(kind.span(range).label(label));
    }
    snippet
}

/// The whole lines around a range of bytes, less of lines that are very long.
fn window(text: &str, first: usize, last: usize) -> (usize, usize) {
    let mut from = text[..first].rfind('\n').map_or(0, |k| k + 1);
    let mut to = text[last..].find('\n').map_or(text.len(), |k| last + k);
    if first - from > LONGEST_LINE {
        from = boundary(text, first - LONGEST_LINE / 2);
    }
    if to - last > LONGEST_LINE {
        to = boundary(text, last + LONGEST_LINE / 2);
    }
    (from, to)
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
