//! Functions on values.

use super::super::ast::Span;
use super::super::codes;
use super::super::fault::Fault;
use super::super::functions::{Function, lookup};
use super::{Value, overflow};

pub(super) fn call(name: &str, given: &[Value], span: Span) -> Result<Value, Fault> {
    let Some(function) = lookup(name) else {
        return Err(Fault::new(codes::UNKNOWN_FUNCTION, span, format!("there is no function '{name}'")));
    };
    known(function, given, span)
}

/// As [`call`], of a function that was looked up.
pub(super) fn known(function: &Function, given: &[Value], span: Span) -> Result<Value, Fault> {
    let name = function.name;
    if given.len() != function.arity {
        let message = format!("{name} takes another number of arguments");
        return Err(Fault::new(codes::ARITY, span, message).help(format!("write {}", function.usage)));
    }
    if function.random {
        return Err(Fault::new(
            codes::RANDOM,
            span,
            format!("{name}() has no place in a value that is computed once"),
        )
        .help("random numbers can be used in equations, statements, connections and delays"));
    }
    match (name, given) {
        ("int", [value]) => integer(value, span),
        ("abs" | "sign" | "clip" | "min" | "max", _) if given.iter().all(|v| v.integer().is_some()) => {
            let whole: Vec<i64> = given.iter().filter_map(Value::integer).collect();
            integers(name, &whole).map(Value::Integer).ok_or_else(|| overflow(span))
        }
        _ => reals(name, &numbers(name, given, span)?, span),
    }
}

fn numbers(name: &str, given: &[Value], span: Span) -> Result<Vec<f64>, Fault> {
    given
        .iter()
        .map(|value| {
            value.real().ok_or_else(|| {
                Fault::new(codes::ARGUMENT_KIND, span, format!("{name} needs numbers, not {}", value.word()))
            })
        })
        .collect()
}

fn integer(value: &Value, span: Span) -> Result<Value, Fault> {
    match value {
        Value::Integer(value) => Ok(Value::Integer(*value)),
        Value::Boolean(value) => Ok(Value::Integer(i64::from(*value))),
        Value::Real(value) => whole(libm::trunc(*value), span),
        Value::Text(_) => Err(Fault::new(codes::ARGUMENT_KIND, span, "int needs a number or a condition")),
    }
}

/// A real number without digits behind the point, as an integer.
fn whole(value: f64, span: Span) -> Result<Value, Fault> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&value) {
        return Ok(Value::Integer(value as i64));
    }
    Err(Fault::new(codes::NOT_INTEGER, span, format!("no integer of 64 bits holds {value}")))
}

fn integers(name: &str, x: &[i64]) -> Option<i64> {
    match (name, x) {
        ("abs", [x]) => x.checked_abs(),
        ("sign", [x]) => Some(x.signum()),
        ("clip", [x, low, high]) => Some(if x < low { *low } else { *x.min(high) }),
        ("min", [x, y]) => Some(*x.min(y)),
        ("max", [x, y]) => Some(*x.max(y)),
        _ => None,
    }
}

fn reals(name: &str, x: &[f64], span: Span) -> Result<Value, Fault> {
    match (name, x) {
        ("sign", [x]) => return Ok(Value::Integer(i64::from(*x > 0.0) - i64::from(*x < 0.0))),
        ("timestep", [t, dt]) => return whole(libm::trunc((t + 1e-3 * dt) / dt), span),
        _ => {}
    }
    let value = match x {
        [x] => one(name, *x),
        [x, y] => two(name, *x, *y),
        [x, low, high] => Some(clip(*x, *low, *high)),
        _ => None,
    };
    value
        .map(Value::Real)
        .ok_or_else(|| Fault::new(codes::UNKNOWN_FUNCTION, span, format!("'{name}' cannot be computed here")))
}

fn clip(x: f64, low: f64, high: f64) -> f64 {
    if x < low {
        low
    } else if x > high {
        high
    } else {
        x
    }
}

fn two(name: &str, x: f64, y: f64) -> Option<f64> {
    match name {
        "min" => Some(if y < x { y } else { x }),
        "max" => Some(if y > x { y } else { x }),
        _ => None,
    }
}

/// `(exp(x) - 1)/x`, 1 at 0.
fn exprel(x: f64) -> f64 {
    if x.abs() < 1e-16 {
        1.0
    } else if x > 717.0 {
        f64::INFINITY
    } else {
        libm::expm1(x) / x
    }
}

fn one(name: &str, x: f64) -> Option<f64> {
    Some(match name {
        "abs" => x.abs(),
        "arccos" => libm::acos(x),
        "arcsin" => libm::asin(x),
        "arctan" => libm::atan(x),
        "ceil" => libm::ceil(x),
        "cos" => libm::cos(x),
        "cosh" => libm::cosh(x),
        "exp" => libm::exp(x),
        "expm1" => libm::expm1(x),
        "exprel" => exprel(x),
        "floor" => libm::floor(x),
        "log" => libm::log(x),
        "log10" => libm::log10(x),
        "log1p" => libm::log1p(x),
        "sin" => libm::sin(x),
        "sinh" => libm::sinh(x),
        "sqrt" => libm::sqrt(x),
        "tan" => libm::tan(x),
        "tanh" => libm::tanh(x),
        _ => return None,
    })
}
