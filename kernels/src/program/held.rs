//! What depends on `t` and still keeps its value over a step, so that it may stand in equations that are solved exactly.

use crate::language::ast::{Expr, ExprKind};

/// Whether a call keeps its value while t goes from the beginning of a step to its end, wherever a step begins: a
/// table of values in time whose own step is a multiple of dt, looked up without interpolation at `t` itself. No function
/// of the language does.
pub fn keeps_its_value(_function: &str, _arguments: &[Expr]) -> bool {
    false
}

/// Whether the value changes with time within a step, the variables being the same.
pub fn moves_within_step(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call(function, arguments) if keeps_its_value(function, arguments) => false,
        ExprKind::Name(name) => name == "t",
        ExprKind::Unary(_, a) => moves_within_step(a),
        ExprKind::Binary(_, a, b) => moves_within_step(a) || moves_within_step(b),
        ExprKind::Call(_, arguments) => arguments.iter().any(moves_within_step),
        _ => false,
    }
}
