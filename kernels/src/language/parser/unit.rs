//! The unit behind the `:` of an equation: base units only, so that numbers in equations and in tables are SI.

use super::super::ast::{Span, ValueKind};
use super::super::codes;
use super::super::dimension::Dimension;
use super::super::fault::Fault;
use super::super::lexer::{Kind, Token};
use super::super::{suggest, units};
use super::source::Source;

pub(super) fn unit(source: &mut Source) -> Result<(ValueKind, Dimension, Span), Fault> {
    let first = source.peek();
    let word = source.slice(first.span);
    let kind = match word {
        "boolean" => Some(ValueKind::Boolean),
        "integer" => Some(ValueKind::Integer),
        _ => None,
    };
    if let Some(kind) = kind {
        source.take();
        return Ok((kind, Dimension::NONE, first.span));
    }
    let mut scaled = Vec::new();
    let (dimension, span) = product(source, &mut scaled)?;
    if let Some(token) = scaled.first() {
        return Err(not_base(source, *token, span));
    }
    Ok((ValueKind::Real, dimension, span))
}

fn product(source: &mut Source, scaled: &mut Vec<Token>) -> Result<(Dimension, Span), Fault> {
    let (mut dimension, mut span) = factor(source, scaled)?;
    loop {
        let divide = source.sees("/");
        if !divide && !source.sees("*") {
            return Ok((dimension, span));
        }
        source.take();
        let (next, its_span) = factor(source, scaled)?;
        dimension = if divide { dimension.over(next) } else { dimension.times(next) };
        span = span.to(its_span);
        if units::is_absurd(dimension) {
            return Err(Fault::new(codes::UNIT, span, "the powers of this unit are too large"));
        }
    }
}

fn factor(source: &mut Source, scaled: &mut Vec<Token>) -> Result<(Dimension, Span), Fault> {
    let token = source.peek();
    let (base, mut span) = match token.kind {
        Kind::Integer(1) => (Dimension::NONE, source.take().span),
        Kind::Name => (name(source, scaled)?, token.span),
        Kind::Symbol("(") => {
            source.take();
            source.enter(token.span)?;
            let (inner, _) = product(source, scaled)?;
            let close = source.close_bracket(")", token.span)?;
            source.leave();
            (inner, token.span.to(close))
        }
        _ => return Err(no_unit(source, token)),
    };
    if source.sees("^") {
        let sign = source.peek();
        return Err(source.after_value(sign));
    }
    if !source.accept("**") {
        return Ok((base, span));
    }
    let (exponent, end) = exponent(source)?;
    span = span.to(end);
    match base.power(exponent) {
        Some(dimension) if !units::is_absurd(dimension) => Ok((dimension, span)),
        _ => Err(Fault::new(codes::UNIT, end, "this exponent cannot be used in a unit")),
    }
}

fn exponent(source: &mut Source) -> Result<(f64, Span), Fault> {
    let open = source.peek();
    let bracketed = source.accept("(");
    let begin = source.peek().span;
    let negative = source.accept("-");
    let mut value = number(source)?;
    if bracketed && source.accept("/") {
        value /= number(source)?;
    }
    let end = source.previous().map_or(begin, |t| t.span);
    let end = if bracketed { source.close_bracket(")", open.span)? } else { end };
    Ok((if negative { -value } else { value }, begin.to(end)))
}

fn number(source: &mut Source) -> Result<f64, Fault> {
    let token = source.peek();
    let value = match token.kind {
        Kind::Integer(value) => value as f64,
        Kind::Real(value) => value,
        _ => return Err(source.no_operand(token)),
    };
    source.take();
    Ok(value)
}

fn name(source: &mut Source, scaled: &mut Vec<Token>) -> Result<Dimension, Fault> {
    let token = source.take();
    let text = source.slice(token.span);
    match units::unit(text) {
        Some(unit) => {
            if unit.scale != 1.0 || text.ends_with(['2', '3']) {
                scaled.push(token);
            }
            Ok(unit.dimension)
        }
        None => match units::symbol(text) {
            Some(unit) => {
                scaled.push(token);
                Ok(unit.dimension)
            }
            None => Err(unknown(text, token.span)),
        },
    }
}

fn unknown(text: &str, span: Span) -> Fault {
    let (message, help) = match text {
        "bool" => ("a condition is declared as 'boolean'", "write boolean".to_string()),
        "int" => ("an integer is declared as 'integer'", "write integer".to_string()),
        "float" | "real" | "number" => {
            ("a real number without unit is declared as '1'", "write 1".to_string())
        }
        _ => {
            let near = suggest::nearest(text, units::base_names());
            let help = near.map_or_else(
                || {
                    "units are volt, amp, siemens, farad, second, Hz, meter, mole, ...; 1 is a pure number"
                        .to_string()
                },
                |near| format!("write {near}"),
            );
            return Fault::new(codes::UNIT, span, format!("'{text}' is not a unit")).help(help);
        }
    };
    Fault::new(codes::UNIT, span, message).help(help)
}

fn no_unit(source: &Source, token: Token) -> Fault {
    if let Some(fault) = source.bad(token) {
        return fault;
    }
    let message = format!("a unit expected, not {}", source.shown(token));
    let ended = matches!(token.kind, Kind::Newline | Kind::End);
    let span = if ended { source.behind(token.span) } else { token.span };
    Fault::new(codes::UNIT, span, message).help("say volt, siemens/meter**2, ..., or 1 for a pure number")
}

/// The fault of a prefixed unit, with the whole unit rewritten in base units.
fn not_base(source: &Source, token: Token, span: Span) -> Fault {
    let mut mended = source.slice(span).to_string();
    let mut names: Vec<Token> = Vec::new();
    for at in 0..source.place() {
        let candidate = source.token(at);
        let inside = candidate.span.start >= span.start && candidate.span.end <= span.end;
        if inside && candidate.kind == Kind::Name {
            names.push(candidate);
        }
    }
    for name in names.iter().rev() {
        let from = (name.span.start - span.start) as usize;
        let text = source.slice(name.span);
        mended.replace_range(from..from + text.len(), &base_of(text));
    }
    let text = source.slice(token.span);
    Fault::new(codes::PREFIXED_UNIT, token.span, format!("'{text}' is not a base unit"))
        .label("base units only, as all values are kept in SI")
        .help(format!("use '{mended}' instead"))
}

fn base_of(name: &str) -> String {
    match units::unit(name).or_else(|| units::symbol(name)) {
        Some(unit) if unit.scale != 1.0 || name.len() < 3 || name.ends_with(['2', '3']) => {
            units::describe(unit.dimension)
        }
        _ => name.to_string(),
    }
}
