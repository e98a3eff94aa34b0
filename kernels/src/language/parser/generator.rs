//! Generators of connections, as in Brian: `k for k in range(i - 3, i + 4) if i != j`, or a single expression.
//!
//! Refuses several loops or conditions, iterators other than `range` and `sample`, and arguments that these do not take.

use super::super::ast::{Expr, Span, TextId};
use super::super::codes;
use super::super::fault::Fault;
use super::super::lexer::{Kind, Token};
use super::source::Source;

/// A generator: which indices belong to one neuron of the other side.
#[derive(Debug, Clone, PartialEq)]
pub struct Generator {
    /// The index that is made.
    pub element: Expr,
    /// What it is made from; `None`: one value.
    pub iteration: Option<Iteration>,
    /// Which of them count.
    pub condition: Option<Expr>,
    /// Where all of it stands.
    pub span: Span,
}

/// `for k in range(...)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Iteration {
    /// The name of the variable.
    pub variable: String,
    /// Where the name stands.
    pub variable_span: Span,
    /// First value; 0 when absent.
    pub low: Option<Expr>,
    /// The value before which it ends.
    pub high: Expr,
    /// From value to value; 1 when absent.
    pub step: Option<Expr>,
    /// Which of these values are taken.
    pub taken: Taken,
    /// Where the iterator stands.
    pub span: Span,
}

/// Which values of a range are taken.
#[derive(Debug, Clone, PartialEq)]
pub enum Taken {
    /// All: `range(...)`.
    All,
    /// Each with a probability: `sample(..., p=...)`.
    Each(Expr),
    /// So many, drawn without repetition: `sample(..., size=...)`.
    Some(Expr),
}

const FORM: &str = "write k for k in range(i - 3, i + 4) if i != j, or one expression such as i";
const RANGES: &str = "range(end), range(first, end) or range(first, end, step)";
const SAMPLES: &str = "sample(end, p=0.1), sample(first, end, p=0.1), sample(first, end, step, size=10)";

/// Parses a generator; newlines are blanks.
pub fn generator(text: &str, id: TextId) -> Result<Generator, Fault> {
    let mut source = Source::new(text, id)?;
    source.lines_are_blank(true);
    source.not_empty("a generator of indices")?;
    let element = source.expression()?;
    let iteration = match word(&mut source, "for") {
        Some(_) => Some(iteration(&mut source)?),
        None => None,
    };
    again(&mut source, "for", "a generator has one 'for'")?;
    let condition = match word(&mut source, "if") {
        Some(_) => Some(source.expression()?),
        None => None,
    };
    again(&mut source, "if", "a generator has one 'if'; join conditions by 'and'")?;
    let rest = source.peek();
    if rest.kind == Kind::Name && source.slice(rest.span) == "else" {
        let fault = Fault::new(codes::GENERATOR, rest.span, "the 'if' of a generator has no 'else'");
        return Err(
            fault.help("it chooses which indices count; pairs for which it does not hold are left out")
        );
    }
    source.end()?;
    let end = source.previous().map_or(element.span, |token| token.span);
    Ok(Generator { span: element.span.to(end), element, iteration, condition })
}

fn word(source: &mut Source, wanted: &str) -> Option<Token> {
    let token = source.peek();
    let found = token.kind == Kind::Name && source.slice(token.span) == wanted;
    found.then(|| source.take())
}

fn again(source: &mut Source, wanted: &str, message: &str) -> Result<(), Fault> {
    match word(source, wanted) {
        Some(token) => {
            let fault = Fault::new(codes::GENERATOR, token.span, message).label("a second one");
            Err(fault.help("several loops or choices are several rules: connect = [{ ... }, { ... }]"))
        }
        None => Ok(()),
    }
}

fn malformed(source: &Source, token: Token, message: &str, help: &str) -> Fault {
    source.bad(token).unwrap_or_else(|| Fault::new(codes::GENERATOR, token.span, message).help(help))
}

/// What stands behind `for`.
fn iteration(source: &mut Source) -> Result<Iteration, Fault> {
    let name = source.take();
    if name.kind != Kind::Name || source.sees(",") {
        return Err(malformed(source, name, "a generator goes through the values of one variable", FORM));
    }
    if word(source, "in").is_none() {
        let token = source.peek();
        return Err(malformed(source, token, "'in' is missing behind the variable of this generator", FORM));
    }
    let iterator = source.take();
    let sampled = match source.slice(iterator.span) {
        "range" => false,
        "sample" => true,
        _ => {
            let help = format!("write {RANGES}, or {SAMPLES}");
            return Err(malformed(
                source,
                iterator,
                "a generator goes through range(...) or sample(...)",
                &help,
            ));
        }
    };
    let arguments = arguments(source, iterator, sampled)?;
    let span = iterator.span.to(arguments.close);
    let mut bounds = arguments.bounds;
    let (low, high, step) = match (bounds.pop(), bounds.pop(), bounds.pop()) {
        (Some(high), None, None) => (None, high, None),
        (Some(high), Some(low), None) => (Some(low), high, None),
        (Some(step), Some(high), Some(low)) => (Some(low), high, Some(step)),
        _ => return Err(arity(span, sampled)),
    };
    let variable = source.slice(name.span).to_owned();
    Ok(Iteration { variable, variable_span: name.span, low, high, step, taken: arguments.taken, span })
}

fn arity(span: Span, sampled: bool) -> Fault {
    let (name, help) = if sampled { ("sample", SAMPLES) } else { ("range", RANGES) };
    Fault::new(codes::GENERATOR, span, format!("{name} takes one to three bounds")).help(help)
}

/// The arguments of an iterator.
struct Arguments {
    bounds: Vec<Expr>,
    taken: Taken,
    close: Span,
}

fn arguments(source: &mut Source, iterator: Token, sampled: bool) -> Result<Arguments, Fault> {
    let open = source.peek();
    if !source.accept("(") {
        return Err(malformed(source, open, "the bounds are missing", RANGES));
    }
    let mut bounds = Vec::new();
    let mut taken = Taken::All;
    while !source.sees(")") {
        let name = source.peek();
        let is_named = name.kind == Kind::Name && source.ahead(1).kind == Kind::Symbol("=");
        match is_named {
            true => taken = named(source, sampled, &taken)?,
            false if taken != Taken::All => {
                let message = "'p' or 'size' stands last in sample(...)";
                return Err(Fault::new(codes::GENERATOR, name.span, message).help(SAMPLES));
            }
            false => bounds.push(source.expression()?),
        }
        if !source.accept(",") {
            break;
        }
    }
    let close = source.close_bracket(")", open.span)?;
    let span = iterator.span.to(close);
    if bounds.is_empty() || bounds.len() > 3 {
        return Err(arity(span, sampled));
    }
    if sampled && taken == Taken::All {
        let message = "sample(...) needs 'p' or 'size'";
        return Err(Fault::new(codes::GENERATOR, span, message).help(SAMPLES));
    }
    Ok(Arguments { bounds, taken, close })
}

/// `p=...` or `size=...`
fn named(source: &mut Source, sampled: bool, before: &Taken) -> Result<Taken, Fault> {
    let name = source.take();
    source.take();
    if !sampled {
        let fault = Fault::new(codes::GENERATOR, name.span, "range(...) takes bounds only");
        return Err(fault.help(format!("to draw from a range write {SAMPLES}")));
    }
    if *before != Taken::All {
        let message = "sample(...) takes either 'p' or 'size', once";
        return Err(Fault::new(codes::GENERATOR, name.span, message).help(SAMPLES));
    }
    match source.slice(name.span) {
        "p" => Ok(Taken::Each(source.expression()?)),
        "size" => Ok(Taken::Some(source.expression()?)),
        other => {
            let message = format!("sample(...) has no argument '{other}'");
            Err(Fault::new(codes::GENERATOR, name.span, message).help(SAMPLES))
        }
    }
}
