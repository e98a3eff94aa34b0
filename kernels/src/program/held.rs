//! What depends on `t` and still keeps its value over a step, so that it may stand in equations that are solved exactly.

use crate::language::ast::{Expr, ExprKind};

use super::names::Names;

/// Whether the value changes with time within a step, the variables being the same. A timed array does not, wherever a
/// step begins, if its own step is a multiple of dt and it is looked up without interpolation at `t` itself.
pub fn moves_within_step(expr: &Expr, names: &Names) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => name == "t",
        ExprKind::Unary(_, a) => moves_within_step(a, names),
        ExprKind::Binary(_, a, b) => moves_within_step(a, names) || moves_within_step(b, names),
        ExprKind::Call(function, arguments) => {
            let first = usize::from(names.is_stepwise(function, arguments));
            arguments[first..].iter().any(|a| moves_within_step(a, names))
        }
        _ => false,
    }
}
