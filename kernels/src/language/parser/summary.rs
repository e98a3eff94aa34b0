//! Summaries: an operation on a group or a variable of it, with further arguments: `rate(P[:10], t > 1*second)`.

use super::super::ast::{Expr, Span, TextId};
use super::super::fault::Fault;
use super::super::lexer::Kind;
use super::source::Source;
use super::{SliceText, part};

/// The parts of a summary; which operations there are is not known here.
#[derive(Debug, Clone, PartialEq)]
pub struct SummaryText {
    /// What is computed.
    pub operation: String,
    /// Where that stands.
    pub operation_span: Span,
    /// Of what.
    pub of: Of,
    /// What stands behind, between commas.
    pub arguments: Vec<Expr>,
    /// Where all of it stands.
    pub span: Span,
}

/// What a summary is computed of.
#[derive(Debug, Clone, PartialEq)]
pub enum Of {
    /// Of a group or a part of it, and of one of its variables, with its place; without one, of its spikes.
    Part(SliceText, Option<(String, Span)>),
    /// Of an expression of variables that one group has.
    Value(Expr),
}

/// Why a text is no summary.
#[derive(Debug, Clone, PartialEq)]
pub enum NoSummary {
    /// It has another form.
    Form,
    /// A part of it is at fault.
    Fault(Fault),
}

impl From<Fault> for NoSummary {
    fn from(fault: Fault) -> NoSummary {
        NoSummary::Fault(fault)
    }
}

/// Parses a summary.
pub fn summary(text: &str, id: TextId) -> Result<SummaryText, NoSummary> {
    let mut source = Source::new(text, id)?;
    source.lines_are_blank(true);
    let operation = source.take();
    let open = source.peek();
    if operation.kind != Kind::Name || !source.accept("(") {
        return Err(NoSummary::Form);
    }
    let of = match is_part(text, id)? {
        true => of_part(&mut source)?,
        false => Of::Value(source.expression()?),
    };
    let mut arguments = Vec::new();
    while source.accept(",") {
        arguments.push(source.expression()?);
    }
    let close = source.close_bracket(")", open.span)?;
    if source.peek().kind != Kind::End {
        return Err(NoSummary::Form);
    }
    Ok(SummaryText {
        operation: source.slice(operation.span).to_owned(),
        operation_span: operation.span,
        of,
        arguments,
        span: operation.span.to(close),
    })
}

fn of_part(source: &mut Source<'_>) -> Result<Of, NoSummary> {
    let slice = part(source)?;
    if !source.accept(".") {
        return Ok(Of::Part(slice, None));
    }
    let name = source.take();
    match name.kind {
        Kind::Name => Ok(Of::Part(slice, Some((source.slice(name.span).to_owned(), name.span)))),
        _ => Err(NoSummary::Form),
    }
}

/// Whether the first argument is a name, a part in square brackets, or one of these with a dot: looked at in a reading of
/// its own.
fn is_part(text: &str, id: TextId) -> Result<bool, NoSummary> {
    let mut source = Source::new(text, id)?;
    source.lines_are_blank(true);
    source.take();
    source.take();
    if source.take().kind != Kind::Name {
        return Ok(false);
    }
    let next = source.peek();
    Ok(matches!(source.slice(next.span), "[" | "." | "," | ")") || next.kind == Kind::End)
}
