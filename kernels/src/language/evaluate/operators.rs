//! Operators on values.

use super::super::ast::{Binary, Span};
use super::super::codes;
use super::super::fault::Fault;
use super::{Value, overflow};

pub(super) fn negate(value: Value, span: Span) -> Result<Value, Fault> {
    match value {
        Value::Real(value) => Ok(Value::Real(-value)),
        Value::Integer(value) => value.checked_neg().map(Value::Integer).ok_or_else(|| overflow(span)),
        other => Err(not_number(&other, span)),
    }
}

fn not_number(value: &Value, span: Span) -> Fault {
    Fault::new(
        codes::BOOLEAN_ARITHMETIC,
        span,
        format!("a number is needed, but {} stands here", value.word()),
    )
    .help("int() makes a number of a condition")
}

/// All operators but `and`, `or`; `whole_power`: the exponent is a written integer.
pub(super) fn binary(
    binary: Binary,
    a: Value,
    b: Value,
    whole_power: bool,
    span: Span,
) -> Result<Value, Fault> {
    match (&a, &b) {
        (Value::Integer(x), Value::Integer(y)) => integers(binary, *x, *y, whole_power, span),
        (Value::Text(x), Value::Text(y)) => equality(binary, x == y, span),
        (Value::Boolean(x), Value::Boolean(y)) => equality(binary, x == y, span),
        _ => match (a.real(), b.real()) {
            (Some(x), Some(y)) => reals(binary, x, y, span),
            (None, _) => Err(not_number(&a, span)),
            _ => Err(not_number(&b, span)),
        },
    }
}

fn equality(binary: Binary, equal: bool, span: Span) -> Result<Value, Fault> {
    match binary {
        Binary::Equal => Ok(Value::Boolean(equal)),
        Binary::NotEqual => Ok(Value::Boolean(!equal)),
        _ => Err(Fault::new(codes::COMPARED_KINDS, span, "these can only be equal or not")),
    }
}

fn compared(binary: Binary, order: Option<std::cmp::Ordering>) -> Option<bool> {
    Some(match binary {
        Binary::Less => order.is_some_and(|o| o.is_lt()),
        Binary::LessEqual => order.is_some_and(|o| o.is_le()),
        Binary::Greater => order.is_some_and(|o| o.is_gt()),
        Binary::GreaterEqual => order.is_some_and(|o| o.is_ge()),
        Binary::Equal => order.is_some_and(|o| o.is_eq()),
        Binary::NotEqual => !order.is_some_and(|o| o.is_eq()),
        _ => return None,
    })
}

fn integers(binary: Binary, x: i64, y: i64, whole_power: bool, span: Span) -> Result<Value, Fault> {
    if let Some(holds) = compared(binary, Some(x.cmp(&y))) {
        return Ok(Value::Boolean(holds));
    }
    let whole = match binary {
        Binary::Add => x.checked_add(y),
        Binary::Subtract => x.checked_sub(y),
        Binary::Multiply => x.checked_mul(y),
        Binary::FloorDivide | Binary::Modulo if y == 0 => return Err(by_zero(binary, span)),
        Binary::FloorDivide => floor_division(x, y),
        Binary::Modulo => Some(modulo(x, y)),
        Binary::Power if whole_power && y >= 0 => integer_power(x, y),
        _ => return reals(binary, x as f64, y as f64, span),
    };
    whole.map(Value::Integer).ok_or_else(|| overflow(span))
}

fn floor_division(x: i64, y: i64) -> Option<i64> {
    let quotient = x.checked_div(y)?;
    let inexact = x.wrapping_rem(y) != 0;
    Some(if inexact && (x < 0) != (y < 0) { quotient - 1 } else { quotient })
}

fn modulo(x: i64, y: i64) -> i64 {
    let rest = x.wrapping_rem(y);
    if rest != 0 && (rest < 0) != (y < 0) { rest + y } else { rest }
}

fn integer_power(x: i64, y: i64) -> Option<i64> {
    match (x, u32::try_from(y)) {
        (_, Ok(y)) => x.checked_pow(y),
        (0 | 1, Err(_)) => Some(x),
        (-1, Err(_)) => Some(if y % 2 == 0 { 1 } else { -1 }),
        _ => None,
    }
}

fn by_zero(binary: Binary, span: Span) -> Fault {
    let sign = if binary == Binary::Modulo { "%" } else { "//" };
    Fault::new(codes::ZERO_DIVISION, span, format!("'{sign}' by zero"))
}

fn reals(binary: Binary, x: f64, y: f64, span: Span) -> Result<Value, Fault> {
    if let Some(holds) = compared(binary, x.partial_cmp(&y)) {
        return Ok(Value::Boolean(holds));
    }
    Ok(Value::Real(match binary {
        Binary::Add => x + y,
        Binary::Subtract => x - y,
        Binary::Multiply => x * y,
        Binary::Divide => x / y,
        Binary::FloorDivide | Binary::Modulo if y == 0.0 => return Err(by_zero(binary, span)),
        Binary::FloorDivide => libm::floor(x / y),
        Binary::Modulo => x - y * libm::floor(x / y),
        Binary::Power => libm::pow(x, y),
        // Comparisons were answered above; `and` and `or` never get here.
        _ => return Err(Fault::new(codes::NOT_BOOLEAN, span, "conditions are needed here")),
    }))
}
