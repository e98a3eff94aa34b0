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
    /// Of which neurons.
    pub source: SliceText,
    /// Of which of their variables, with its place; `None`: of their spikes.
    pub variable: Option<(String, Span)>,
    /// What stands behind, between commas.
    pub arguments: Vec<Expr>,
    /// Where all of it stands.
    pub span: Span,
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
    if operation.kind != Kind::Name || !source.accept("(") || source.peek().kind != Kind::Name {
        return Err(NoSummary::Form);
    }
    let of = part(&mut source)?;
    let mut variable = None;
    if source.accept(".") {
        let name = source.take();
        if name.kind != Kind::Name {
            return Err(NoSummary::Form);
        }
        variable = Some((source.slice(name.span).to_owned(), name.span));
    }
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
        source: of,
        variable,
        arguments,
        span: operation.span.to(close),
    })
}
