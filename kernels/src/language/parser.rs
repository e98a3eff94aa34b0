//! Text to syntax trees, by a hand-written Pratt parser. Refuses whatever is not in the grammar below, with the place
//! and a way to mend it, and whatever is beyond [`limits`], so that no later stage can run out of stack.
//!
//! ```text
//! expression = and { "or" and }                                (* lowest precedence first, as in Python *)
//! and        = not { "and" not }
//! not        = "not" not | comparison
//! comparison = sum [ ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum ]           (* a second one is refused *)
//! sum        = term { ( "+" | "-" ) term }
//! term       = signed { ( "*" | "/" | "//" | "%" ) signed }
//! signed     = ( "-" | "+" ) signed | power
//! power      = atom [ "**" signed ]                            (* so -a**2 is -(a**2), and a**b**c is a**(b**c) *)
//! atom       = number | text | "True" | "False" | name | call | "(" expression ")"
//! call       = name "(" [ expression { "," expression } ] ")"
//! number     = digits [ "." [ digits ] ] [ exponent ] | "." digits [ exponent ]
//! exponent   = ( "e" | "E" ) [ "+" | "-" ] digits
//! name       = ( letter | "_" ) { letter | digit | "_" }
//!
//! statements = [ statement ] { ( newline | ";" ) [ statement ] }
//! statement  = name ( "=" | "+=" | "-=" | "*=" | "/=" | "%=" ) expression
//!
//! equations  = [ equation ] { newline [ equation ] }
//! equation   = ( "d"name "/" "dt" "=" expression | name "=" expression | name ) ":" unit [ "(" flags ")" ]
//! unit       = "boolean" | "integer" | factor { ( "*" | "/" ) factor }
//! factor     = ( "1" | name | "(" unit ")" ) [ "**" exponent-number ]
//! flags      = flag { "," flag }
//!
//! slice      = name [ "[" ( [ expression ] ":" [ expression ] | expression ) "]" ]
//! generator  = expression [ "for" name "in" iterator ] [ "if" expression ]
//! iterator   = ( "range" | "sample" ) "(" expression { "," expression } [ "," ( "p" | "size" ) "=" expression ] ")"
//! summary    = name "(" ( slice [ "." name ] | expression ) { "," expression } ")"
//! ```
//!
//! `#` begins a comment. Newlines are blanks inside brackets, in single expressions, and before the `:` of an equation.

mod equations;
mod expression;
mod faults;
mod generator;
mod source;
mod statements;
mod summary;
mod unit;

use super::ast::{Binary, Equation, Expr, ExprKind, Span, Statement, TextId, Unary};
use super::codes;
use super::fault::Fault;
use super::lexer::Kind;
pub(super) use equations::flag_text;
pub use generator::{Generator, Iteration, Taken, generator};
use source::Source;
pub use summary::{NoSummary, Of, SummaryText, summary};

/// What is refused as too large.
pub mod limits {
    /// Bytes of one text.
    pub const TEXT: usize = 64 * 1024;
    /// Brackets, signs, `not` and `**` inside each other.
    pub const NESTING: usize = 64;
    /// Height of a tree; a chain of n operators has height n + 1.
    pub const HEIGHT: usize = 256;
    /// Nodes of all trees of one text.
    pub const NODES: usize = 10_000;
}

/// A group, or a part of it: `P`, `P[:n]`, `P[3]`.
#[derive(Debug, Clone, PartialEq)]
pub struct SliceText {
    /// The group's name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// Where all of it stands.
    pub span: Span,
    /// First element.
    pub start: Option<Expr>,
    /// One past the last element; `P[k]` gives `k + 1` (nothing for `P[-1]`, as negative bounds count from the end).
    pub stop: Option<Expr>,
}

/// Parses one expression; newlines are blanks.
pub fn expression(text: &str, id: TextId) -> Result<Expr, Fault> {
    let mut source = Source::new(text, id)?;
    source.lines_are_blank(true);
    source.not_empty("an expression")?;
    let parsed = source.expression()?;
    source.end()?;
    Ok(parsed)
}

/// Parses statements, separated by newlines or `;`. An empty text has none.
pub fn statements(text: &str, id: TextId) -> Result<Vec<Statement>, Fault> {
    statements::statements(&mut Source::new(text, id)?)
}

/// Parses a block of equations and reports the faults of all of them.
pub fn equations(text: &str, id: TextId) -> Result<Vec<Equation>, Vec<Fault>> {
    equations::equations(&mut Source::new(text, id).map_err(|fault| vec![fault])?)
}

/// Parses a group or a part of it.
pub fn slice(text: &str, id: TextId) -> Result<SliceText, Fault> {
    let mut source = Source::new(text, id)?;
    source.lines_are_blank(true);
    source.not_empty("the name of a group")?;
    let parsed = part(&mut source)?;
    let rest = source.peek();
    if rest.kind != Kind::End {
        return Err(not_a_slice(&source, rest.span));
    }
    Ok(parsed)
}

/// A group or a part of it, as long as it goes.
fn part(source: &mut Source) -> Result<SliceText, Fault> {
    let name = source.take();
    if name.kind != Kind::Name {
        return Err(not_a_slice(source, name.span));
    }
    let (mut start, mut stop) = (None, None);
    let open = source.peek();
    if source.accept("[") {
        (start, stop) = bounds(source, open.span)?;
    }
    let end = source.previous().map_or(name.span, |t| t.span);
    Ok(SliceText {
        name: source.slice(name.span).to_string(),
        name_span: name.span,
        span: name.span.to(end),
        start,
        stop,
    })
}

fn bounds(source: &mut Source, open: Span) -> Result<(Option<Expr>, Option<Expr>), Fault> {
    if source.accept(":") {
        let stop = if source.sees("]") { None } else { Some(source.expression()?) };
        return close(source, open, (None, stop));
    }
    if source.sees("]") || source.sees("[") {
        let span = source.peek_span();
        return Err(not_a_slice(source, span));
    }
    let start = source.expression()?;
    if !source.accept(":") {
        let stop = after(&start);
        return close(source, open, (Some(start), stop));
    }
    let stop = if source.sees("]") { None } else { Some(source.expression()?) };
    close(source, open, (Some(start), stop))
}

fn close<T>(source: &mut Source, open: Span, bounds: T) -> Result<T, Fault> {
    if source.sees(":") || source.sees(",") {
        let span = source.peek_span();
        return Err(not_a_slice(source, span).help("parts of groups are contiguous: P[first:end]"));
    }
    source.close_bracket("]", open)?;
    Ok(bounds)
}

/// The bound behind a single element; negative numbers count from the end, so nothing stands behind -1.
fn after(start: &Expr) -> Option<Expr> {
    let one = |value| Expr { kind: ExprKind::Integer(value), span: start.span };
    if let ExprKind::Unary(Unary::Negate, inner) = &start.kind
        && inner.kind == ExprKind::Integer(1)
    {
        return None;
    }
    Some(Expr {
        kind: ExprKind::Binary(Binary::Add, Box::new(start.clone()), Box::new(one(1))),
        span: start.span,
    })
}

fn not_a_slice(source: &Source, span: Span) -> Fault {
    source.bad_token_at(span).unwrap_or_else(|| {
        Fault::new(codes::SLICE, span, "this is not a group or a part of one")
            .help("write P, P[first:end] or P[k]; either bound may be left out, and may be an expression")
    })
}
