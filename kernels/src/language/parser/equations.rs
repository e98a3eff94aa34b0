//! Blocks of equations. A fault in one equation does not hide those of the next: reading goes on at the next line
//! that begins like an equation.

use super::super::ast::{Equation, EquationKind, Flag, Span, ValueKind};
use super::super::codes;
use super::super::fault::Fault;
use super::super::lexer::{Kind, Token};
use super::super::names::{self, Place};
use super::super::{suggest, units};
use super::source::Source;
use super::unit;

const FLAGS: [(&str, Flag); 9] = [
    ("unless refractory", Flag::UnlessRefractory),
    ("constant", Flag::Constant),
    ("shared", Flag::Shared),
    ("linked", Flag::Linked),
    ("constant over dt", Flag::ConstantOverDt),
    ("event-driven", Flag::EventDriven),
    ("clock-driven", Flag::ClockDriven),
    ("summed", Flag::Summed),
    ("single", Flag::Single),
];

/// The flag as it is written.
pub(in super::super) fn flag_text(flag: Flag) -> &'static str {
    FLAGS.iter().find(|(_, f)| *f == flag).map_or("", |(text, _)| text)
}

pub(super) fn equations(source: &mut Source) -> Result<Vec<Equation>, Vec<Fault>> {
    let (mut out, mut faults): (Vec<Equation>, Vec<Fault>) = (Vec::new(), Vec::new());
    loop {
        while source.peek().kind == Kind::Newline {
            source.take();
        }
        if source.peek().kind == Kind::End {
            break;
        }
        let begin = source.place();
        match equation(source) {
            Ok(equation) => {
                faults.extend(name_faults(&equation, &out));
                out.push(equation);
            }
            Err(fault) => {
                faults.push(fault);
                source.surface();
                source.skip_until(|s, at| at > begin && is_head(s, at));
            }
        }
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

fn name_faults(equation: &Equation, earlier: &[Equation]) -> Option<Fault> {
    let name = equation.name.as_str();
    let base = name.strip_suffix("_post").or(name.strip_suffix("_pre"));
    let checked = if equation.has(Flag::Summed) { base.unwrap_or(name) } else { name };
    if let Err(fault) = names::definable(checked, equation.name_span, Place::Neurons) {
        return Some(fault);
    }
    let first = earlier.iter().find(|e| e.name == name)?;
    Some(
        Fault::new(codes::DUPLICATE, equation.name_span, format!("'{name}' is defined twice"))
            .label("the second definition")
            .also(first.name_span, "the first one")
            .help("remove one of them, or give it another name"),
    )
}

/// Whether an equation seems to begin at this token.
fn is_head(source: &Source, at: usize) -> bool {
    let kind = |k: usize| source.token(at + k).kind;
    if source.token(at - 1).kind != Kind::Newline || kind(0) != Kind::Name {
        return false;
    }
    match kind(1) {
        Kind::Symbol("=" | ":") => true,
        Kind::Symbol("/") => kind(2) == Kind::Name && kind(3) == Kind::Symbol("="),
        _ => false,
    }
}

fn equation(source: &mut Source) -> Result<Equation, Fault> {
    let (name_span, derivative) = head(source)?;
    let kind = if source.accept("=") {
        let blank = source.lines_are_blank(true);
        let value = source.expression()?;
        colon(source)?;
        source.lines_are_blank(blank);
        if derivative { EquationKind::Differential(value) } else { EquationKind::Subexpression(value) }
    } else {
        let token = source.peek();
        if derivative || !source.accept(":") {
            return Err(no_head(source, token));
        }
        EquationKind::Parameter
    };
    let (value_kind, dimension, unit_span) = unit::unit(source)?;
    if derivative && value_kind != ValueKind::Real {
        return Err(Fault::new(codes::REAL_ONLY, unit_span, "only real numbers have differential equations")
            .help("declare it as 1, or set it in 'reset'"));
    }
    let flags = flags(source)?;
    line_end(source)?;
    let name = source.slice(name_span).to_string();
    Ok(Equation { name, name_span, kind, value_kind, dimension, unit_span, flags })
}

/// The name that is defined, and whether through its derivative.
fn head(source: &mut Source) -> Result<(Span, bool), Fault> {
    let name = source.take();
    if name.kind != Kind::Name {
        return Err(no_head(source, name));
    }
    let slash = source.peek();
    if !source.accept("/") {
        return Ok((name.span, false));
    }
    let below = source.take();
    let text = source.slice(name.span);
    if below.kind != Kind::Name
        || source.slice(below.span) != "dt"
        || !text.starts_with('d')
        || text.len() < 2
    {
        return Err(Fault::new(
            codes::HEAD,
            name.span.to(slash.span).to(below.span),
            "this is not a derivative",
        )
        .help("a differential equation begins with dv/dt = ..."));
    }
    Ok((Span { start: name.span.start + 1, ..name.span }, true))
}

fn no_head(source: &Source, token: Token) -> Fault {
    if let Some(fault) = source.bad(token) {
        return fault;
    }
    let message = format!("an equation cannot go on with {}", source.shown(token));
    let fault = Fault::new(codes::HEAD, token.span, message);
    match token.kind {
        Kind::Symbol("+=" | "-=" | "*=" | "/=") => {
            fault.help("statements that change a variable belong into 'reset', 'on_pre' or 'initial'")
        }
        _ => fault.help("write dv/dt = ... : volt, or x = ... : 1, or w : siemens"),
    }
}

fn colon(source: &mut Source) -> Result<(), Fault> {
    if source.accept(":") {
        return Ok(());
    }
    let previous = source.previous();
    let next = source.peek();
    let behind = source.behind(next.span);
    let between = Span { end: next.span.start.max(behind.start), ..behind };
    let new_line = next.kind == Kind::End || source.slice(between).contains('\n');
    let is_unit = next.kind == Kind::Name
        && (units::unit(source.slice(next.span)).is_some()
            || matches!(source.slice(next.span), "boolean" | "integer"));
    let closes = matches!(next.kind, Kind::Symbol(")" | "]" | "}"));
    if closes || !(new_line || is_unit) {
        return Err(source.after_value(next));
    }
    let place = previous.map_or(next.span, |p| p.span);
    let fault = Fault::new(codes::COLON, place, "the ':' and the unit are missing behind this equation")
        .label("':' and a unit expected behind this");
    Err(if is_unit && !new_line {
        fault.help(format!("write ... : {}", source.slice(next.span)))
    } else {
        fault.help("say what is defined: '... : volt', or '... : 1' for a pure number")
    })
}

fn flags(source: &mut Source) -> Result<Vec<(Flag, Span)>, Fault> {
    let mut out: Vec<(Flag, Span)> = Vec::new();
    let open = source.peek();
    if !source.accept("(") {
        return Ok(out);
    }
    let blank = source.lines_are_blank(true);
    loop {
        let (flag, span) = flag(source, open.span)?;
        if let Some((_, first)) = out.iter().find(|(f, _)| *f == flag) {
            return Err(Fault::new(codes::FLAG, span, "this flag stands twice").also(*first, "the first one"));
        }
        out.push((flag, span));
        if source.accept(",") {
            continue;
        }
        source.close_bracket(")", open.span)?;
        source.lines_are_blank(blank);
        return Ok(out);
    }
}

fn flag(source: &mut Source, open: Span) -> Result<(Flag, Span), Fault> {
    let mut words = String::new();
    let mut span: Option<Span> = None;
    while matches!(source.peek().kind, Kind::Name | Kind::Symbol("-")) {
        let token = source.take();
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(source.slice(token.span));
        span = Some(span.map_or(token.span, |s| s.to(token.span)));
    }
    let Some(span) = span else {
        let token = source.peek();
        return Err(source.bad(token).unwrap_or_else(|| {
            Fault::new(codes::FLAG, token.span, "a flag is missing here").also(open, "in these brackets")
        }));
    };
    let words = words.replace(" - ", "-");
    match FLAGS.iter().find(|(text, _)| *text == words) {
        Some((_, flag)) => Ok((*flag, span)),
        None => Err(unknown_flag(&words, span)),
    }
}

fn unknown_flag(words: &str, span: Span) -> Fault {
    let fault = Fault::new(codes::FLAG, span, format!("there is no flag '{words}'"));
    let spaced = words.replace('_', " ");
    let same = FLAGS.iter().find(|(text, _)| *text == spaced || text.replace('-', " ") == spaced);
    let near = suggest::nearest(&spaced, FLAGS.iter().map(|(text, _)| *text));
    match same.map(|(text, _)| text.to_string()).or(near) {
        Some(near) => fault.help(format!("write ({near})")),
        None => fault.help(format!("the flags are {}", FLAGS.map(|(text, _)| text).join(", "))),
    }
}

fn line_end(source: &mut Source) -> Result<(), Fault> {
    let token = source.peek();
    if matches!(token.kind, Kind::End | Kind::Newline) {
        return Ok(());
    }
    if let Some(fault) = source.bad(token) {
        return Err(fault);
    }
    let word = source.slice(token.span);
    if FLAGS.iter().any(|(text, _)| text.split([' ', '-']).next() == Some(word)) {
        return Err(Fault::new(codes::FLAG, token.span, "flags stand in brackets")
            .help("for example: volt (unless refractory)"));
    }
    let fault =
        Fault::new(codes::LINE_END, token.span, format!("'{word}' stands behind the end of the equation"));
    Err(match token.kind {
        Kind::Symbol(";") => fault.help("write each equation on a line of its own"),
        Kind::Symbol("=") => fault.help("values are set in 'initial'"),
        Kind::Symbol("//") => fault.help("a comment begins with #"),
        _ => fault.help("behind the unit only flags in brackets and a comment may stand"),
    })
}
