//! Syntax trees back to text, with as few brackets as possible; parsing the text gives the same tree again.

use super::ast::{Assign, Binary, Expr, ExprKind, Statement, Unary};

/// An expression as text.
pub fn expression(expr: &Expr) -> String {
    let mut out = String::new();
    write(&mut out, expr, 0);
    out
}

/// A statement as text.
pub fn statement(statement: &Statement) -> String {
    let sign = match statement.assign {
        Assign::Set => "=",
        Assign::Add => "+=",
        Assign::Subtract => "-=",
        Assign::Multiply => "*=",
        Assign::Divide => "/=",
        Assign::Modulo => "%=",
    };
    format!("{} {sign} {}", statement.target, expression(&statement.value))
}

const NOT: u8 = 3;
const SIGN: u8 = 7;
const ATOM: u8 = 9;

/// The operator with its precedence and those its operands need to stand without brackets.
pub(super) fn operator(binary: Binary) -> (&'static str, u8, u8, u8) {
    match binary {
        Binary::Or => (" or ", 1, 1, 2),
        Binary::And => (" and ", 2, 2, 3),
        Binary::Less => (" < ", 4, 5, 5),
        Binary::LessEqual => (" <= ", 4, 5, 5),
        Binary::Greater => (" > ", 4, 5, 5),
        Binary::GreaterEqual => (" >= ", 4, 5, 5),
        Binary::Equal => (" == ", 4, 5, 5),
        Binary::NotEqual => (" != ", 4, 5, 5),
        Binary::Add => (" + ", 5, 5, 6),
        Binary::Subtract => (" - ", 5, 5, 6),
        Binary::Multiply => ("*", 6, 6, 7),
        Binary::Divide => ("/", 6, 6, 7),
        Binary::FloorDivide => ("//", 6, 6, 7),
        Binary::Modulo => (" % ", 6, 6, 7),
        Binary::Power => ("**", 8, 9, 7),
    }
}

fn precedence(expr: &Expr) -> u8 {
    match &expr.kind {
        ExprKind::Binary(binary, ..) => operator(*binary).1,
        ExprKind::Unary(Unary::Not, _) => NOT,
        ExprKind::Unary(Unary::Negate, _) => SIGN,
        ExprKind::Integer(value) if *value < 0 => SIGN,
        ExprKind::Real(value) if value.is_nan() => 5,
        ExprKind::Real(value) if value.is_sign_negative() => SIGN,
        _ => ATOM,
    }
}

/// Writes an expression, in brackets if it binds less than `least`.
fn write(out: &mut String, expr: &Expr, least: u8) {
    let brackets = precedence(expr) < least;
    if brackets {
        out.push('(');
    }
    bare(out, expr);
    if brackets {
        out.push(')');
    }
}

fn bare(out: &mut String, expr: &Expr) {
    match &expr.kind {
        ExprKind::Integer(i64::MIN) => out.push_str("(-9223372036854775807 - 1)"),
        ExprKind::Integer(value) => out.push_str(&value.to_string()),
        ExprKind::Real(value) => out.push_str(&real(*value)),
        ExprKind::Boolean(value) => out.push_str(if *value { "True" } else { "False" }),
        ExprKind::Text(text) => {
            let quote = if text.contains('"') { '\'' } else { '"' };
            out.push(quote);
            out.push_str(text);
            out.push(quote);
        }
        ExprKind::Name(name) => out.push_str(name),
        ExprKind::Unary(Unary::Negate, inner) => {
            out.push('-');
            write(out, inner, SIGN);
        }
        ExprKind::Unary(Unary::Not, inner) => {
            out.push_str("not ");
            write(out, inner, NOT);
        }
        ExprKind::Binary(binary, left, right) => {
            let (sign, _, left_least, right_least) = operator(*binary);
            write(out, left, left_least);
            out.push_str(sign);
            write(out, right, right_least);
        }
        ExprKind::Call(name, arguments) => call(out, name, arguments),
    }
}

fn call(out: &mut String, name: &str, arguments: &[Expr]) {
    out.push_str(name);
    out.push('(');
    for (k, argument) in arguments.iter().enumerate() {
        if k > 0 {
            out.push_str(", ");
        }
        write(out, argument, 0);
    }
    out.push(')');
}

/// The shortest digits that give the same double, always with a point or an exponent.
fn real(value: f64) -> String {
    if value.is_nan() {
        "inf - inf".into()
    } else if value.is_infinite() {
        if value > 0.0 { "inf".into() } else { "-inf".into() }
    } else {
        format!("{value:?}")
    }
}
