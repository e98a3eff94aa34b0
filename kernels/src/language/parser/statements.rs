//! Statements: `v += w; x = 1`.

use super::super::ast::{Assign, Expr, Statement};
use super::super::codes;
use super::super::fault::Fault;
use super::super::lexer::{Kind, Token};
use super::super::names;
use super::source::Source;

fn assignment(symbol: &str) -> Option<Assign> {
    Some(match symbol {
        "=" => Assign::Set,
        "+=" => Assign::Add,
        "-=" => Assign::Subtract,
        "*=" => Assign::Multiply,
        "/=" => Assign::Divide,
        "%=" => Assign::Modulo,
        _ => return None,
    })
}

pub(super) fn statements(source: &mut Source) -> Result<Vec<Statement>, Fault> {
    let mut out = Vec::new();
    loop {
        while source.peek().kind == Kind::Newline || source.sees(";") {
            source.take();
        }
        if source.peek().kind == Kind::End {
            return Ok(out);
        }
        out.push(statement(source)?);
    }
}

fn statement(source: &mut Source) -> Result<Statement, Fault> {
    let target = source.take();
    let name = source.slice(target.span);
    if target.kind != Kind::Name || names::is_keyword(name) {
        return Err(no_target(source, target));
    }
    let sign = source.peek();
    let assign = match sign.kind {
        Kind::Symbol(symbol) => assignment(symbol),
        _ => None,
    };
    let Some(assign) = assign else { return Err(no_assignment(source, name, sign)) };
    source.take();
    let value = value(source)?;
    Ok(Statement { target: name.to_string(), target_span: target.span, assign, value })
}

fn value(source: &mut Source) -> Result<Expr, Fault> {
    let value = source.expression()?;
    let next = source.peek();
    match next.kind {
        Kind::End | Kind::Newline | Kind::Symbol(";") => Ok(value),
        Kind::Symbol("=") => Err(Fault::new(codes::EQUALS, next.span, "a statement sets one variable")
            .help("write a statement for each variable; to compare write ==")),
        _ => Err(source.after_value(next)),
    }
}

fn no_target(source: &Source, token: Token) -> Fault {
    if let Some(fault) = source.bad(token) {
        return fault;
    }
    let fault = Fault::new(
        codes::STATEMENT,
        token.span,
        format!("a statement begins with the variable it sets, not with {}", source.shown(token)),
    );
    match source.slice(token.span) {
        "if" | "else" | "elif" => fault.help("a choice is written x = int(a > b)*y + int(a <= b)*z"),
        "for" | "while" => fault.help("statements are done for every element; there are no loops"),
        _ => fault.help("write v = ..., v += ... and the like"),
    }
}

fn no_assignment(source: &mut Source, name: &str, sign: Token) -> Fault {
    if let Some(fault) = source.bad(sign) {
        return fault;
    }
    match sign.kind {
        Kind::Symbol("==") => Fault::new(codes::STATEMENT, sign.span, "this compares, and sets nothing")
            .help(format!("write {name} = ...")),
        Kind::Symbol(sign_text @ ("**=" | "//=")) => {
            let operator = &sign_text[..2];
            Fault::new(
                codes::FOREIGN,
                sign.span,
                format!("'{sign_text}' is not a way to set a variable here"),
            )
            .help(format!("write {name} = {name}{operator}..."))
        }
        Kind::Symbol("[" | ".") => source.after_value(sign),
        Kind::Symbol(",") => Fault::new(codes::STATEMENT, sign.span, "a statement sets one variable")
            .help("write a statement for each"),
        Kind::Symbol("+" | "-") if source.ahead(1).kind == sign.kind => {
            let operator = source.slice(sign.span);
            Fault::new(
                codes::FOREIGN,
                sign.span.to(source.ahead(1).span),
                "counting up or down is not a statement here",
            )
            .help(format!("write {name} {operator}= 1"))
        }
        _ => Fault::new(codes::STATEMENT, sign.span, format!("this statement does not set '{name}'"))
            .label("= expected here")
            .help(format!("write {name} = ..., {name} += ... and the like")),
    }
}
